"""Publish a built warehouse: a folder under releases/ that never changes again, and a link `current` to it.

DuckDB locks its file for one writer, so readers never open the file that is being built. A release is written
aside under a name that ends in `.partial`, renamed when it is whole, and then `current` is swapped by one
rename: whoever opens `current/warehouse.duckdb` gets a whole release at once, with its own Parquet files beside.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

DATABASE = "warehouse.duckdb"
RECORD = "release.json"
PARTIAL = ".partial"
KEEP = 10

RELEASED_SCHEMAS = ("main", "audit")
PARQUET_SCHEMA = "main"


@dataclass(frozen=True)
class Release:
    """A published state of the warehouse.

    `release_id` is the UTC time of publishing and the start of `content_hash`; `tables` maps each table of
    the schemas main and audit (`dim_school`, `audit.audit_restated`) to its number of rows; `extra` is what the
    caller wants on record with it.
    """

    release_id: str
    content_hash: str
    tables: dict[str, int]
    extra: dict[str, Any] = field(default_factory=dict)


Attachment = Path | Callable[[Path, Release], object]
"""A file or folder that is copied into the release; or what writes one at a path, knowing the release it is part of."""


class NotReleasableError(ValueError):
    """The database cannot be published as it is; the message says why."""


def content_hash(database: Path) -> str:
    """The hash of all that is released: every table of main and audit with its columns, types and rows.

    The order of tables, columns and rows does not matter; a row that occurs twice does. Two builds of the
    same observations have the same hash.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        return _content_hash(connection)


def current_release(current: Path) -> Release | None:
    """The release that readers of `current` see now; None where nothing was released yet."""
    return _read_record(current)


def release(
    database: Path,
    home_releases: Path,
    current: Path,
    *,
    attachments: Mapping[str, Attachment] | None = None,
    extra: Mapping[str, Any] | None = None,
    keep: int = KEEP,
) -> Release:
    """Publish `database` below `home_releases` and point the link `current` at it.

    `attachments` are put into the release under their key (`data_docs`). Where the content
    is that of the current release, nothing is written and the current release is returned. The newest `keep`
    releases stay; what a killed run left behind is removed first. Nothing may be writing to `database`.

    Raises NotReleasableError where the database has another name than its release (its views carry that name),
    has no tables, or where `current` is something else than a link; FileNotFoundError for a missing attachment.
    """
    _check(database, current, attachments or {})
    home_releases.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(home_releases)
    with duckdb.connect(str(database)) as connection:
        connection.execute("CHECKPOINT")
        digest = _content_hash(connection)
        published = current_release(current)
        if published is not None and published.content_hash == digest:
            return published
        record = Release(
            release_id=f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-{digest[:12]}",
            content_hash=digest,
            tables=_row_counts(connection),
            extra=dict(extra or {}),
        )
        if not record.tables:
            raise NotReleasableError(
                f"{database} has no tables in {' or '.join(RELEASED_SCHEMAS)}: run dbt build on it first"
            )
        partial = home_releases / f"{record.release_id}{PARTIAL}"
        partial.mkdir()
        _export_parquet(connection, partial / "parquet")
    _complete(partial, database, record, attachments or {})
    folder = partial.rename(home_releases / record.release_id)
    point(current, folder)
    _prune(home_releases, keep=keep, current=folder)
    return record


def _check(database: Path, current: Path, attachments: Mapping[str, Attachment]) -> None:
    if not database.is_file():
        raise FileNotFoundError(f"no warehouse at {database}: stage and build it first")
    if database.name != DATABASE:
        raise NotReleasableError(f"{database} must be named {DATABASE}: its views refer to it by that name")
    if current.exists() and not current.is_symlink():
        raise NotReleasableError(
            f"{current} is in the way: it must be a link that releases may swap; move it elsewhere"
        )
    for name, path in attachments.items():
        if isinstance(path, Path) and not path.exists():
            raise FileNotFoundError(f"attachment {name} is not at {path}")


def _tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return connection.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() "
        "WHERE database_name = current_database() AND NOT temporary AND list_contains(?, schema_name) "
        "ORDER BY ALL",
        [list(RELEASED_SCHEMAS)],
    ).fetchall()


def _content_hash(connection: duckdb.DuckDBPyConnection) -> str:
    digest = hashlib.sha256()
    for schema, table in _tables(connection):
        digest.update(json.dumps([schema, table, *_table_state(connection, schema, table)]).encode())
    return digest.hexdigest()


def _table_state(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> list[Any]:
    """Columns with types, number of rows and the sum of the rows' hashes: a sum, as rows have no order."""
    columns = connection.execute(
        "SELECT column_name, data_type FROM duckdb_columns() "
        "WHERE database_name = current_database() AND schema_name = ? AND table_name = ? "
        "ORDER BY column_name",
        [schema, table],
    ).fetchall()
    fields = ", ".join(f'"{name}"' for name, _ in columns)
    rows = connection.execute(
        f"""
        SELECT count(*), sum(md5_number_lower(line))::VARCHAR, sum(md5_number_upper(line))::VARCHAR
        FROM (
            SELECT to_json(fields)::VARCHAR AS line
            FROM (SELECT {fields} FROM "{schema}"."{table}") AS fields
        )
        """
    ).fetchall()
    return [columns, *rows[0]]


def _row_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    return {
        table if schema == "main" else f"{schema}.{table}": connection.execute(
            f'SELECT count(*) FROM "{schema}"."{table}"'
        ).fetchall()[0][0]
        for schema, table in _tables(connection)
    }


def _export_parquet(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    folder.mkdir()
    for schema, table in _tables(connection):
        if schema == PARQUET_SCHEMA:
            connection.execute(
                f'COPY "{schema}"."{table}" TO \'{quoted(folder / f"{table}.parquet")}\' (FORMAT parquet)'
            )


def quoted(path: Path) -> str:
    """A path as the text of an SQL literal."""
    return str(path).replace("'", "''")


def _complete(folder: Path, database: Path, record: Release, attachments: Mapping[str, Attachment]) -> None:
    """Add the database, the attachments and last the record: a folder without one is not a release."""
    shutil.copyfile(database, folder / DATABASE)
    for name, path in attachments.items():
        if not isinstance(path, Path):
            path(folder / name, record)
        elif path.is_dir():
            shutil.copytree(path, folder / name)
        else:
            shutil.copyfile(path, folder / name)
    (folder / RECORD).write_text(
        json.dumps(asdict(record), ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8"
    )


def _read_record(folder: Path) -> Release | None:
    try:
        return Release(**json.loads((folder / RECORD).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def point(current: Path, folder: Path) -> None:
    """Swap the link in one rename; it is relative, so that the whole home can be moved."""
    current.parent.mkdir(parents=True, exist_ok=True)
    link = current.with_name(f"{current.name}.next")
    link.unlink(missing_ok=True)
    link.symlink_to(os.path.relpath(folder.resolve(), current.parent.resolve()), target_is_directory=True)
    link.replace(current)


def _remove_leftovers(home_releases: Path) -> None:
    for folder in home_releases.iterdir():
        if folder.is_dir() and (folder.name.endswith(PARTIAL) or not (folder / RECORD).is_file()):
            shutil.rmtree(folder)


def _prune(home_releases: Path, *, keep: int, current: Path) -> None:
    """Remove all but the newest releases; names begin with the time, so they sort by age."""
    releases = sorted((folder for folder in home_releases.iterdir() if folder.is_dir()), reverse=True)
    for folder in releases[max(keep, 1) :]:
        if folder != current:
            shutil.rmtree(folder)
