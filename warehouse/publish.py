"""Push a release to where BI tools are: a schema of PostgreSQL, or a folder of Parquet files. All of it, or nothing.

Both read `current/warehouse.duckdb` and nothing else; names and meanings of tables and columns are the comments in it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import duckdb
import pg8000.native as pg
from pg8000.exceptions import DatabaseError, InterfaceError

from warehouse.release import DATABASE, Release, current_release, point, quoted

SCHEMA = "zhijiao"
MANIFEST = "manifest.json"
VIEW_SCHEMAS = ("zh", "en")
LOCK_TIMEOUT = "60s"

_TYPES = {
    "VARCHAR": "text",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "DOUBLE": "double precision",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "JSON": "jsonb",
}


class PublishError(Exception):
    """Nothing was published; the message says why and what to do."""


@dataclass(frozen=True)
class Published:
    """What was published: the release, where to, rows by table; `is_new` is false where it was there already."""

    release_id: str
    to: str
    tables: dict[str, int]
    is_new: bool


@dataclass(frozen=True)
class Column:
    """A column as the warehouse describes it."""

    name: str
    type: str
    comment: str | None


@dataclass(frozen=True)
class Table:
    """A released table; `key` are the columns that its comment ends with (`Key: school_id, year, metric.`)."""

    name: str
    comment: str | None
    columns: tuple[Column, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """The grain, where the table says it."""
        found = re.search(r"Key: ([\w, ]+)\.$", self.comment or "")
        return tuple(found.group(1).split(", ")) if found else ()


def publish(current: Path, to: str, *, schema: str = SCHEMA) -> Published:
    """Publish the release that `current` points to: to a `postgresql://` address, else to a folder.

    Raises PublishError where there is no release, or the place cannot take it.
    """
    release = current_release(current)
    if release is None:
        raise PublishError(f"no release at {current}: run `zhijiao refresh` first")
    if re.match(r"postgres(ql)?://", to):
        return publish_postgresql(current, release, to, schema)
    if "://" in to:
        raise PublishError(f"{to}: publish goes to postgresql://user@host/database or to a folder")
    return publish_folder(current, release, Path(to))


def released_tables(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """The tables of the schema main with their columns and comments, by name."""
    tables = connection.execute(
        "SELECT table_name, comment FROM duckdb_tables() "
        "WHERE database_name = current_database() AND schema_name = 'main' ORDER BY table_name"
    ).fetchall()
    return [Table(name, comment, _columns(connection, "main", name)) for name, comment in tables]


def _columns(connection: duckdb.DuckDBPyConnection, schema: str, relation: str) -> tuple[Column, ...]:
    rows = connection.execute(
        "SELECT column_name, data_type, comment FROM duckdb_columns() "
        "WHERE database_name = current_database() AND schema_name = ? AND table_name = ? ORDER BY column_index",
        [schema, relation],
    ).fetchall()
    return tuple(Column(*row) for row in rows)


# A folder of Parquet ---------------------------------------------------------------------------------------------------


def publish_folder(current: Path, release: Release, folder: Path) -> Published:
    """Write the release below `folder` and swap the link `folder/current` to it; the release before stays beside.

    Facts and marts with a year are partitioned by it (`fct_school_metric/year=2025/…`, as Hive does), the other tables
    are one file each. `manifest.json` lists every file with rows, bytes and sha256.
    """
    target, link = folder / release.release_id, folder / "current"
    if folder.exists() and any(folder.iterdir()) and not link.is_symlink():
        raise PublishError(f"{folder} holds other things: choose an empty folder, or one published to before")
    if (target / MANIFEST).is_file() and link.resolve() == target.resolve():
        return Published(release.release_id, str(folder), dict(release.tables), is_new=False)
    partial = folder / f"{release.release_id}.partial"
    for leftover in (*folder.glob("*.partial"), target):
        shutil.rmtree(leftover, ignore_errors=True)
    partial.mkdir(parents=True)
    with duckdb.connect(str(current / DATABASE), read_only=True) as connection:
        tables = [_write_parquet(connection, table, partial) for table in released_tables(connection)]
    manifest = {"release_id": release.release_id, "content_hash": release.content_hash, "tables": tables}
    (partial / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    partial.rename(target)
    before = link.resolve() if link.is_symlink() else None
    point(link, target)
    for old in folder.iterdir():
        if old.is_dir() and not old.is_symlink() and old.resolve() not in (target.resolve(), before):
            shutil.rmtree(old)
    return Published(release.release_id, str(folder), {t["name"]: t["rows"] for t in tables}, is_new=True)


def _write_parquet(connection: duckdb.DuckDBPyConnection, table: Table, folder: Path) -> dict[str, Any]:
    by_year = table.name.startswith(("fct_", "mart_")) and any(c.name == "year" for c in table.columns)
    (folder / table.name).mkdir()
    where = folder / table.name if by_year else folder / table.name / f"{table.name}.parquet"
    options = "FORMAT parquet" + (", PARTITION_BY (year), OVERWRITE_OR_IGNORE" if by_year else "")
    connection.execute(f"COPY main.{table.name} TO '{quoted(where)}' ({options})")
    files = [_file(connection, path, folder) for path in sorted((folder / table.name).rglob("*.parquet"))]
    return {
        "name": table.name,
        "description": table.comment,
        "rows": sum(file["rows"] for file in files),
        "partitioned_by": ["year"] if by_year else [],
        "columns": [{"name": c.name, "type": c.type, "description": c.comment} for c in table.columns],
        "files": files,
    }


def _file(connection: duckdb.DuckDBPyConnection, path: Path, folder: Path) -> dict[str, Any]:
    rows = connection.execute(f"SELECT num_rows FROM parquet_file_metadata('{quoted(path)}')").fetchall()
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "path": str(path.relative_to(folder)),
        "rows": rows[0][0],
        "bytes": path.stat().st_size,
        "sha256": digest,
    }


# A schema of PostgreSQL ------------------------------------------------------------------------------------------------


def publish_postgresql(current: Path, release: Release, url: str, schema: str = SCHEMA) -> Published:
    """Load the release into a schema beside the published one and swap them, all in one transaction.

    Readers see the old release until the new one is whole, then the new one. Rights that were granted on the schema and
    its tables are granted again. Views that others built on the schema would be lost with it: then nothing is done and
    the error names them. A reader that holds a table for longer than a minute makes it give up, too.
    """
    shown = re.sub(r"//[^@/]*@", "//", url)
    with (
        _connected(url, shown) as server,
        duckdb.connect(str(current / DATABASE), read_only=True) as warehouse,
    ):
        try:
            server.run("BEGIN")
            server.run(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
            server.run("SELECT pg_advisory_xact_lock(hashtext(:name))", name=f"zhijiao publish {schema}")
            if _published_before(server, schema) == release.release_id:
                server.run("ROLLBACK")
                return Published(release.release_id, shown, dict(release.tables), is_new=False)
            grants = _grants(server, schema)
            rows = _load(server, warehouse, release, f"{schema}__next")
            server.run(f"DROP SCHEMA IF EXISTS {_name(schema)} CASCADE")
            server.run(f"ALTER SCHEMA {_name(f'{schema}__next')} RENAME TO {_name(schema)}")
            for grant in grants:
                server.run(grant)
            server.run("COMMIT")
        except (DatabaseError, InterfaceError) as error:
            raise PublishError(f"{shown}: {_told(error)}; nothing was changed there") from None
    return Published(release.release_id, shown, rows, is_new=True)


@contextmanager
def _connected(url: str, shown: str) -> Iterator[pg.Connection]:
    """A connection to `postgresql://user:password@host:port/database?sslmode=require`; PGUSER, PGPASSWORD as usual."""
    parts = urlsplit(url)
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    if unknown := set(options) - {"sslmode", "host"}:
        raise PublishError(
            f"{shown}: {', '.join(sorted(unknown))} is not understood, only sslmode and host are"
        )
    host = options.get("host", parts.hostname or "localhost")
    port = parts.port or 5432
    socket = host.startswith("/")
    try:
        connection = pg.Connection(
            user=unquote(parts.username or os.environ.get("PGUSER") or "postgres"),
            password=unquote(parts.password) if parts.password else os.environ.get("PGPASSWORD"),
            database=parts.path.lstrip("/") or "postgres",
            host=None if socket else host,
            port=port,
            unix_sock=f"{host}/.s.PGSQL.{port}" if socket else None,
            ssl_context=_tls(options.get("sslmode", "prefer")),
            application_name="zhijiao publish",
        )
    except (DatabaseError, InterfaceError, OSError) as error:
        raise PublishError(f"{shown}: {_told(error)}") from None
    try:
        yield connection
    finally:
        connection.close()


def _tls(sslmode: str) -> ssl.SSLContext | bool | None:
    """As libpq reads it: verify-full checks the certificate and the name, require only encrypts, prefer takes what is there."""
    if sslmode in ("verify-full", "verify-ca"):
        context = ssl.create_default_context()
        context.check_hostname = sslmode == "verify-full"
        return context
    return {"require": True, "disable": False}.get(sslmode)


def _told(error: Exception) -> str:
    """PostgreSQL's own words, with its hint."""
    fields = error.args[0] if error.args else ""
    if isinstance(fields, dict):
        return ". ".join(str(fields[key]) for key in ("M", "D", "H") if key in fields)
    return str(fields or error)


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _published_before(server: pg.Connection, schema: str) -> str | None:
    """The release in the schema; raises PublishError where the schema is another's, or others depend on it."""
    tables = server.run("SELECT tablename FROM pg_tables WHERE schemaname = :schema", schema=schema)
    if not tables:
        return None
    if ["release"] not in tables:
        raise PublishError(
            f"the schema {schema} holds tables that are not ours: choose another with --schema"
        )
    found = server.run(f"SELECT release_id FROM {_name(schema)}.release")
    dependent = server.run(
        """
        SELECT DISTINCT format('%I.%I', theirs.nspname, views.relname)
        FROM pg_depend
        JOIN pg_rewrite ON pg_depend.objid = pg_rewrite.oid
        JOIN pg_class AS views ON pg_rewrite.ev_class = views.oid
        JOIN pg_namespace AS theirs ON views.relnamespace = theirs.oid
        JOIN pg_class AS tables ON pg_depend.refobjid = tables.oid
        JOIN pg_namespace AS ours ON tables.relnamespace = ours.oid
        WHERE ours.nspname = :schema AND theirs.nspname <> :schema
        ORDER BY 1
        """,
        schema=schema,
    )
    if dependent:
        names = ", ".join(name for (name,) in dependent)
        raise PublishError(
            f"{names} is built on the schema {schema} and would be lost with it: drop it, publish, and make it again"
        )
    return str(found[0][0]) if found else None


def _grants(server: pg.Connection, schema: str) -> list[str]:
    """Statements that grant again what was granted on the schema and its tables; a table that is gone is left out."""
    rows = server.run(
        """
        WITH granted AS (
            SELECT 'SCHEMA' AS kind, nspname, NULL AS relname, nspowner AS owner, aclexplode(nspacl) AS acl
            FROM pg_namespace WHERE nspname = :schema
            UNION ALL
            SELECT 'TABLE', nspname, relname, relowner, aclexplode(relacl)
            FROM pg_class JOIN pg_namespace ON relnamespace = pg_namespace.oid
            WHERE nspname = :schema AND relkind IN ('r', 'v')
        )
        SELECT kind, nspname, relname, (acl).privilege_type,
            CASE (acl).grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid((acl).grantee)) END
        FROM granted WHERE (acl).grantee <> owner
        """,
        schema=schema,
    )
    statements = []
    for kind, namespace, relation, privilege, role in rows:
        target = _name(namespace) if relation is None else f"{_name(namespace)}.{_name(relation)}"
        grant = f"GRANT {privilege} ON {kind} {target} TO {role}"
        if relation is not None:
            grant = f"DO $$ BEGIN IF to_regclass({_text(target)}) IS NOT NULL THEN {grant}; END IF; END $$"
        statements.append(grant)
    return statements


def _load(
    server: pg.Connection, warehouse: duckdb.DuckDBPyConnection, release: Release, schema: str
) -> dict[str, int]:
    """Fill a fresh schema with the released tables, their comments and keys, the readable views, and the release."""
    server.run(f"DROP SCHEMA IF EXISTS {_name(schema)} CASCADE")
    server.run(f"CREATE SCHEMA {_name(schema)}")
    tables = released_tables(warehouse)
    rows = {table.name: _load_table(server, warehouse, table, schema) for table in tables}
    for view, definition in _views(warehouse, schema):
        target = f"{_name(schema)}.{_name(view.name)}"
        # named once more: DuckDB leaves School unquoted, which PostgreSQL would take for school
        names = ", ".join(_name(column.name) for column in view.columns)
        server.run(f"CREATE VIEW {target} ({names}) AS {definition}")
        _describe(server, "VIEW", target, view)
    server.run(f"CREATE TABLE {_name(schema)}.release (release_id text NOT NULL, content_hash text NOT NULL)")
    server.run(
        f"INSERT INTO {_name(schema)}.release VALUES (:release_id, :content_hash)",
        release_id=release.release_id,
        content_hash=release.content_hash,
    )
    return rows


def _load_table(
    server: pg.Connection, warehouse: duckdb.DuckDBPyConnection, table: Table, schema: str
) -> int:
    target = f"{_name(schema)}.{_name(table.name)}"
    columns = ", ".join(f"{_name(column.name)} {_postgresql_type(column.type)}" for column in table.columns)
    server.run(f"CREATE TABLE {target} ({columns})")
    selected = ", ".join(_selected(column) for column in table.columns)
    with tempfile.TemporaryDirectory(prefix="publish-") as scratch:
        file = Path(scratch) / "rows.csv"
        warehouse.execute(
            f"COPY (SELECT {selected} FROM main.{_name(table.name)}) TO '{quoted(file)}' (FORMAT csv, HEADER false)"
        )
        with file.open("rb") as stream:
            server.run(f"COPY {target} FROM STDIN WITH (FORMAT csv)", stream=stream)
    loaded = server.row_count
    if table.key:
        server.run(f"ALTER TABLE {target} ADD PRIMARY KEY ({', '.join(map(_name, table.key))})")
    _describe(server, "TABLE", target, table)
    server.run(f"ANALYZE {target}")
    return int(loaded)


def _describe(server: pg.Connection, kind: str, target: str, table: Table) -> None:
    """Set the comments of a table or view and of its columns."""
    if table.comment:
        server.run(f"COMMENT ON {kind} {target} IS {_text(table.comment)}")
    for column in table.columns:
        if column.comment:
            server.run(f"COMMENT ON COLUMN {target}.{_name(column.name)} IS {_text(column.comment)}")


def _postgresql_type(duckdb_type: str) -> str:
    if duckdb_type.startswith("DECIMAL"):
        return duckdb_type.replace("DECIMAL", "numeric")
    return _TYPES.get(duckdb_type, "jsonb" if duckdb_type.endswith("[]") else "text")


def _selected(column: Column) -> str:
    """A column as COPY takes it; PostgreSQL has no place for NUL characters."""
    name = _name(column.name)
    if column.type.endswith("[]"):
        return f"to_json({name})"
    return f"replace({name}, chr(0), '')" if column.type == "VARCHAR" else name


def _views(warehouse: duckdb.DuckDBPyConnection, schema: str) -> Iterator[tuple[Table, str]]:
    """The readable views, zh and en, as queries on the tables of `schema`."""
    views = warehouse.execute(
        "SELECT schema_name, view_name, comment, sql FROM duckdb_views() WHERE database_name = current_database() "
        "AND list_contains(?, schema_name) ORDER BY schema_name, view_name",
        [list(VIEW_SCHEMAS)],
    ).fetchall()
    for language, name, comment, sql in views:
        query = sql.split(" AS ", 1)[1].rstrip().rstrip(";")
        definition = re.sub(r"\bFROM (?:\"?\w+\"?\.)?\"?main\"?\.", f"FROM {_name(schema)}.", query)
        yield Table(name, comment, _columns(warehouse, language, name)), definition
