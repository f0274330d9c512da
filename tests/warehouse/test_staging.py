"""Staging: what extraction and scrapers leave becomes the schema raw, whole and in the same order each time."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extraction.records import Document, Entity, Extraction, Observation
from warehouse.staging import BrokenLedgerError, MissingExtractionError, stage

TABLES = ["landed_files", "source_runs", "documents", "document_entities", "observations", "decisions"]


def extraction(sha256: str, *values: str) -> Extraction:
    return Extraction(
        Document(sha256, "text", "1", "read", title="报告", report_year=2025, observations=len(values)),
        (Entity("甲学校", "school", "publisher", provisional=True, short_names=("甲校",)),),
        tuple(
            Observation(
                10 * n, 10 * n + len(value), value, Decimal(value), "person", "人", "enrolment", "在校生",
                "甲学校", 2025, "school", "表1", "sample", 0.9, {"programme": "护理"}, "在校生",
            )
            for n, value in enumerate(values)
        ),
    )  # fmt: skip


def leave(extracted: Path, *extractions: Extraction) -> list[str]:
    extracted.mkdir(parents=True, exist_ok=True)
    for result in extractions:
        path = extracted / f"{result.document.sha256}.json"
        path.write_text(json.dumps(result.as_json(), ensure_ascii=False), encoding="utf-8")
    return [result.document.sha256 for result in extractions]


def landed(sha256: str, url: str, **fields: Any) -> dict[str, Any]:
    row = {
        "sha256": sha256, "url": url, "final_url": url, "source": "rongchang", "kind": "page",
        "state": "landed", "fetched_at": "2026-01-10T08:30:00Z", "published_on": "2026-01-05",
        "metadata": {"索引号": "1/2"}, "headers": {"etag": "x"}, "http_status": 200, "bytes": 12,
    }  # fmt: skip
    return row | fields


def select(database: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(query).fetchall()


def stage_documents(tmp_path: Path, *extractions: Extraction, **given: Any) -> Path:
    database = tmp_path / "work" / "warehouse.duckdb"
    ids = leave(tmp_path / "extracted", *extractions)
    stage(
        database, landed_files=given.get("landed_files", []), source_runs=given.get("source_runs", []),
        extracted=tmp_path / "extracted", document_ids=given.get("document_ids", ids),
        decisions=given.get("decisions"),
    )  # fmt: skip
    return database


def test_an_extraction_is_loaded_field_by_field(tmp_path: Path) -> None:
    database = stage_documents(tmp_path, extraction("aa", "6399", "83.7"))
    query = """
        select document_sha256, char_start, raw, value, dims ->> 'programme', "where" from raw.observations
    """
    assert select(database, query) == [
        ("aa", 0, "6399", Decimal(6399), "护理", "表1"),
        ("aa", 10, "83.7", Decimal("83.7"), "护理", "表1"),
    ]
    query = "select document_sha256, name, role, provisional, short_names from raw.document_entities"
    assert select(database, query) == [("aa", "甲学校", "publisher", True, '["甲校"]')]
    assert select(database, "select sha256, status, report_year, reason from raw.documents") == [
        ("aa", "read", 2025, None)
    ]


def test_the_counts_of_all_tables_come_back(tmp_path: Path) -> None:
    ids = leave(tmp_path / "extracted", extraction("aa", "1", "2"), extraction("bb", "3"))
    counts = stage(
        tmp_path / "warehouse.duckdb",
        landed_files=[landed("aa", "u1")],
        source_runs=[{"source": "rongchang", "status": "ok"}],
        extracted=tmp_path / "extracted",
        document_ids=[*ids, "aa"],
    )
    assert counts == dict(zip(TABLES, (1, 1, 2, 2, 3, 0), strict=True))


def test_no_input_gives_empty_tables_of_the_same_types(tmp_path: Path) -> None:
    types = "select table_name, column_name, data_type from duckdb_columns() where schema_name = 'raw'"
    empty = stage_documents(tmp_path / "a")
    full = stage_documents(tmp_path / "b", extraction("aa", "1"), landed_files=[landed("aa", "u")])
    assert select(empty, types) == select(full, types)
    assert select(empty, "select count(*) from raw.observations") == [(0,)]


def test_rows_stand_in_the_same_order_whatever_the_order_of_the_input(tmp_path: Path) -> None:
    documents = [extraction("cc", "3", "1"), extraction("aa", "2")]
    query = "select document_sha256, raw from raw.observations"
    one = stage_documents(tmp_path / "a", *documents)
    other = stage_documents(tmp_path / "b", *reversed(documents))
    assert select(one, query) == select(other, query) == [("aa", "2"), ("cc", "3"), ("cc", "1")]


def test_an_old_database_and_its_log_are_replaced(tmp_path: Path) -> None:
    database = stage_documents(tmp_path, extraction("aa", "1"))
    database.with_name("warehouse.duckdb.wal").write_bytes(b"left by a killed run")
    assert select(stage_documents(tmp_path, extraction("bb", "2")), "select sha256 from raw.documents") == [
        ("bb",)
    ]


def test_the_last_row_of_a_url_counts_and_what_it_replaced_is_superseded(tmp_path: Path) -> None:
    database = stage_documents(
        tmp_path,
        landed_files=[
            landed("v1", "u1"), landed("v2", "u1"), landed("v2", "u1", state="withdrawn"), landed("v1", "u2"),
        ],
    )  # fmt: skip
    query = "select url, sha256, state from raw.landed_files"
    assert select(database, query) == [
        ("u1", "v1", "superseded"),
        ("u1", "v2", "withdrawn"),
        ("u2", "v1", "landed"),
    ]


def test_bytes_that_come_back_are_landed_again(tmp_path: Path) -> None:
    rows = [landed("v1", "u"), landed("v2", "u"), landed("v1", "u")]
    database = stage_documents(tmp_path, landed_files=rows)
    assert select(database, "select sha256, state from raw.landed_files") == [
        ("v2", "superseded"),
        ("v1", "landed"),
    ]


def test_a_file_has_its_sources_district(tmp_path: Path) -> None:
    database = stage_documents(
        tmp_path,
        landed_files=[landed("v1", "u1"), landed("v2", "u2", source="inbox")],
        source_runs=[
            {
                "source": "rongchang",
                "status": "ok",
                "district_code": "500153",
                "problems": [{"kind": "dead_link"}],
            }
        ],
    )
    assert select(database, "select district_code from raw.landed_files") == [("500153",), (None,)]
    assert select(database, "select problems ->> '$[0].kind' from raw.source_runs") == [("dead_link",)]


def test_a_document_without_extraction_is_named_and_nothing_is_lost(tmp_path: Path) -> None:
    database = stage_documents(tmp_path, extraction("aa", "1"))
    with pytest.raises(MissingExtractionError, match=r"1 of 2 documents .* first bb\.json"):
        stage_documents(tmp_path, document_ids=["aa", "bb"])
    assert select(database, "select sha256 from raw.documents") == [("aa",)]


def decision(finding: str, verdict: str = "accepted", **fields: Any) -> str:
    row = {"finding": finding, "verdict": verdict, "decided_at": "2026-11-25T02:00:00Z", "decided_by": "质量"}
    return json.dumps(row | fields, ensure_ascii=False, sort_keys=True)


def test_the_ledger_is_loaded_line_by_line(tmp_path: Path) -> None:
    ledger = tmp_path / "decisions.jsonl"
    subject = {"document": "aa", "char_start": 0, "raw": "1", "entity": "甲学校", "dims": {"level": "市级"}}
    lines = [
        decision("f1", "corrected", value=12.5, subject=subject),
        "",
        decision("f1", "reopened", until=None),
    ]
    ledger.write_text("\n".join(lines) + "\n", encoding="utf-8")
    database = stage_documents(tmp_path, extraction("aa", "1"), decisions=ledger)
    query = "select line, finding, verdict, value, subject ->> '$.dims.level', decided_by from raw.decisions"
    assert select(database, query) == [
        (1, "f1", "corrected", Decimal("12.5"), "市级", "质量"),
        (3, "f1", "reopened", None, None, "质量"),
    ]


def test_without_a_ledger_nothing_was_decided(tmp_path: Path) -> None:
    database = stage_documents(tmp_path, extraction("aa", "1"), decisions=tmp_path / "none.jsonl")
    assert select(database, "select count(*) from raw.decisions") == [(0,)]


@pytest.mark.parametrize("broken", ["{", "[]", '{"finding": "f1"}'])
def test_a_broken_line_of_the_ledger_is_named_and_nothing_is_lost(tmp_path: Path, broken: str) -> None:
    database = stage_documents(tmp_path, extraction("aa", "1"))
    ledger = tmp_path / "decisions.jsonl"
    ledger.write_text(f"{decision('f1')}\n{broken}\n", encoding="utf-8")
    with pytest.raises(BrokenLedgerError, match=r"decisions\.jsonl, line 2 is no decision"):
        stage_documents(tmp_path, extraction("bb", "1"), decisions=ledger)
    assert select(database, "select sha256 from raw.documents") == [("aa",)]
