"""Load what was landed and extracted into the schema raw of a fresh DuckDB file.

Belongs here: the step from files and records to the tables that dbt reads as its sources. Does not belong here:
any judgement on the data, which is dbt's. The tables are defined in raw.sql and nowhere else.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

RAW_SCHEMA = Path(__file__).with_name("raw.sql")

Record = Mapping[str, Any]

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
) -> dict[str, int]:
    """Build `database` anew with the schema raw and return the number of rows of each of its tables.

    `landed_files` are the rows of the landing manifests, oldest first; of each URL the last one counts, and
    what it replaced is kept with the state `superseded`. A file's district is its source's, unless the row names
    its own. `extracted` holds one `<sha256>.json` for each of `document_ids`. `decisions` is the review ledger, JSON
    lines; where there is none yet, nothing was decided. The same input gives the same rows in the same order. Raises
    MissingExtractionError, before anything is written, where an extraction is missing, and BrokenLedgerError for a
    line of the ledger that is no decision.
    """
    documents = _extraction_files(extracted, document_ids)
    runs = list(source_runs)
    decided = _decisions(decisions)
    _forget(database)
    database.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="staging-") as scratch,
        duckdb.connect(str(database)) as connection,
    ):
        connection.execute(RAW_SCHEMA.read_text(encoding="utf-8"))
        _load_records(connection, "landed_files", _current_state(landed_files, runs), Path(scratch))
        _load_records(connection, "source_runs", runs, Path(scratch))
        _load_records(connection, "decisions", decided, Path(scratch))
        _load_documents(connection, documents)
        counts = _row_counts(connection)
        connection.execute("CHECKPOINT")
    return counts


def _extraction_files(extracted: Path, document_ids: Sequence[str]) -> list[str]:
    files = [extracted / f"{document_id}.json" for document_id in sorted(set(document_ids))]
    missing = [file.name for file in files if not file.is_file()]
    if missing:
        raise MissingExtractionError(
            f"{len(missing)} of {len(files)} documents have no extraction in {extracted}, "
            f"first {missing[0]}: extract them before staging"
        )
    return [str(file) for file in files]


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
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'raw' ORDER BY table_oid"
    ).fetchall()
    return {
        table: connection.execute(f"SELECT count(*) FROM raw.{table}").fetchall()[0][0] for (table,) in tables
    }
