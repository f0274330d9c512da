"""Load what was landed and extracted into the schema raw of a DuckDB file: a fresh one, or what is new into a built one.

Belongs here: the step from files and records to the tables that dbt reads as its sources. Does not belong here:
any judgement on the data, which is dbt's. The tables are defined in raw.sql and nowhere else.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

RAW_SCHEMA = Path(__file__).with_name("raw.sql")

# How DuckDB lays the file out on disk: as from this version on, which packs text tighter and faster than the layout
# it keeps to by default, that of 0.10. Readers need a DuckDB at least as new.
STORAGE: dict[str, str | bool | int | float | list[str]] = {"storage_compatibility_version": "v1.3.0"}

Record = Mapping[str, Any]

_OF_DOCUMENTS = {
    "documents": "sha256",
    "document_entities": "document_sha256",
    "observations": "document_sha256",
}
_DECIDED = ("finding", "verdict", "decided_at")


class MissingExtractionError(FileNotFoundError):
    """A document was asked for that extraction has not left a file for."""


class BrokenLedgerError(ValueError):
    """A line of the review ledger cannot be read; the message names file and line."""


def stage(
    database: Path,
    *,
    landed_files: Iterable[Record],
    source_runs: Iterable[Record],
    extracted: Path,
    document_ids: Sequence[str],
    decisions: Path | None = None,
    recipe: str | None = None,
) -> dict[str, int]:
    """Bring the schema raw of `database` to this input and return the number of rows of each of its tables.

    `landed_files` are the rows of the landing manifests, oldest first; of each URL the last one counts, and
    what it replaced is kept with the state `superseded`. A file's district is its source's, unless the row names
    its own. `extracted` holds one `<sha256>.json` for each of `document_ids`. `decisions` is the review ledger, JSON
    lines; where there is none yet, nothing was decided.

    `recipe` names all that decides how rows are made of a document (reader, dbt project). Where the file's last build
    was whole and by the same recipe, documents that it has are left as they are, and dbt works on the others only.
    Else, and without a recipe, the file is made anew, the same input giving the same rows in the same order.

    Raises MissingExtractionError, before anything is written, where an extraction is missing, and BrokenLedgerError
    for a line of the ledger that is no decision.
    """
    wanted = sorted(set(document_ids))
    _check_extractions(extracted, wanted)
    runs, decided = list(source_runs), _decisions(decisions)
    records: dict[str, Iterable[Record]] = {
        "landed_files": _current_state(landed_files, runs),
        "source_runs": runs,
        "decisions": decided,
    }
    recipe = recipe and _recipe(recipe)
    held = _documents_held(database, recipe)
    if held is None:
        _forget(database)
        database.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="staging-") as scratch,
        duckdb.connect(str(database), config=STORAGE) as connection,
    ):
        connection.execute("BEGIN")
        if held is None:
            connection.execute(RAW_SCHEMA.read_text(encoding="utf-8"))
        _remove_documents(connection, sorted((held or set()) - set(wanted)))
        for table, rows in records.items():
            connection.execute(f"DELETE FROM raw.{table}")
            _load_records(connection, table, rows, Path(scratch))
        new = [document_id for document_id in wanted if document_id not in (held or set())]
        _load_documents(connection, [str(extracted / f"{document_id}.json") for document_id in new])
        connection.execute("DELETE FROM raw.builds")
        connection.execute("INSERT INTO raw.builds VALUES (?, false)", [recipe or ""])
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT")
        return _row_counts(connection)


def _recipe(given: str) -> str:
    decided = given + RAW_SCHEMA.read_text(encoding="utf-8") + json.dumps(STORAGE)
    return hashlib.sha256(decided.encode()).hexdigest()[:16]


def _documents_held(database: Path, recipe: str | None) -> set[str] | None:
    """The documents of a file that can be added to; None for one that must be made anew."""
    if recipe is None or not database.is_file():
        return None
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            if connection.execute("SELECT * FROM raw.builds").fetchall() != [(recipe, True)]:
                return None
            return {sha256 for (sha256,) in connection.execute("SELECT sha256 FROM raw.documents").fetchall()}
    except duckdb.Error:  # no DuckDB file, one of another version, or without these tables
        return None


def _remove_documents(connection: duckdb.DuckDBPyConnection, document_ids: list[str]) -> None:
    for table, key in _OF_DOCUMENTS.items():
        if document_ids:
            connection.execute(f"DELETE FROM raw.{table} WHERE list_contains(?, {key})", [document_ids])


def _check_extractions(extracted: Path, document_ids: Sequence[str]) -> None:
    missing = [i for i in document_ids if not (extracted / f"{i}.json").is_file()]
    if missing:
        raise MissingExtractionError(
            f"{len(missing)} of {len(document_ids)} documents have no extraction in {extracted}, "
            f"first {missing[0]}.json: extract them before staging"
        )


def _decisions(ledger: Path | None) -> list[dict[str, Any]]:
    """The lines of the review ledger with their numbers: the order of lines is the order of decisions."""
    if ledger is None or not ledger.is_file():
        return []
    found = []
    for number, line in enumerate(ledger.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            decision = json.loads(line)
            found.append({"line": number, **{key: decision[key] for key in _DECIDED}, **decision})
        except (ValueError, TypeError, KeyError) as error:
            raise BrokenLedgerError(
                f"{ledger}, line {number} is no decision ({error!r}): mend it or take it out"
            ) from None
    return found


def _forget(database: Path) -> None:
    for file in (database, database.with_name(f"{database.name}.wal")):
        file.unlink(missing_ok=True)


def _current_state(rows: Iterable[Record], runs: Iterable[Record]) -> list[dict[str, Any]]:
    """The last row of each URL as it is, and every other version of that URL's bytes once, as superseded."""
    districts = {run["source"]: run.get("district_code") for run in runs}
    versions: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        url, sha256 = row.get("url") or row["sha256"], row["sha256"]
        of_url = versions.setdefault(url, {})
        of_url.pop(sha256, None)  # the latest row of these bytes moves to the end
        of_url[sha256] = {**row, "district_code": row.get("district_code") or districts.get(row["source"])}
    state: list[dict[str, Any]] = []
    for _, of_url in sorted(versions.items()):
        *replaced, last = of_url.values()
        state += [{**row, "state": "superseded"} for row in replaced] + [last]
    return state


def _load_records(
    connection: duckdb.DuckDBPyConnection, table: str, records: Iterable[Record], scratch: Path
) -> None:
    """Insert records through a file of JSON lines: one bulk read is far faster than an insert for each."""
    lines = scratch / f"{table}.jsonl"
    with lines.open("w", encoding="utf-8") as file:
        file.writelines(
            json.dumps(dict(record), ensure_ascii=False, default=str) + "\n" for record in records
        )
    if not lines.stat().st_size:
        return
    columns = _columns(connection, table)
    connection.execute(
        f"INSERT INTO raw.{table} BY NAME "
        f"SELECT * FROM read_json(?, format = 'newline_delimited', columns = {columns})",
        [str(lines)],
    )


def _load_documents(connection: duckdb.DuckDBPyConnection, files: list[str]) -> None:
    """Insert the documents, entities and observations of the extraction's files, each file read once."""
    if not files:
        return
    documents, entities, observations = (
        _struct(connection, table) for table in ("documents", "document_entities", "observations")
    )
    connection.execute(
        f"""
        CREATE TEMP TABLE extracted AS
        SELECT * FROM read_json(
            ?,
            format = 'unstructured',
            maximum_object_size = 268435456,
            columns = {{document: '{documents}', entities: '{entities}[]', observations: '{observations}[]'}}
        )
        """,
        [files],
    )
    connection.execute(
        "INSERT INTO raw.documents BY NAME SELECT document.* FROM extracted ORDER BY document.sha256"
    )
    _load_parts(connection, "document_entities", "entities", order="name, role")
    _load_parts(connection, "observations", "observations", order="char_start, char_end")
    connection.execute("DROP TABLE extracted")


def _load_parts(connection: duckdb.DuckDBPyConnection, table: str, field: str, *, order: str) -> None:
    connection.execute(
        f"""
        INSERT INTO raw.{table} BY NAME
        WITH parts AS (SELECT document.sha256 AS sha256, unnest({field}, max_depth := 2) FROM extracted)
        SELECT * EXCLUDE (sha256) REPLACE (sha256 AS document_sha256) FROM parts ORDER BY sha256, {order}
        """
    )


def _described(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    return [(name, kind) for name, kind, *_ in connection.execute(f"DESCRIBE raw.{table}").fetchall()]


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """The columns of a table as read_json takes them: {'sha256': 'VARCHAR', …}."""
    return "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in _described(connection, table)) + "}"


def _struct(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """The columns of a table as the type of one JSON object; what an object has beyond them is not loaded."""
    return "STRUCT(" + ", ".join(f'"{name}" {kind}' for name, kind in _described(connection, table)) + ")"


def _row_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    tables = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'raw' AND table_name <> 'builds' ORDER BY table_oid"
    ).fetchall()
    return {
        table: connection.execute(f"SELECT count(*) FROM raw.{table}").fetchall()[0][0] for (table,) in tables
    }
