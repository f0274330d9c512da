"""A desk on a real server, with a few findings on two landed texts, one of which means harm."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from desk.app import Desk, make_app
from desk.findings import Findings
from expectations import Run, run_expectations
from warehouse.review import Ledger

from ..expectations.sample import REPORT, SCHOOL, create, fill, insert, report

ATTACK = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">职业学校"
HARM = "b" * 64

TEXT = (
    f"{SCHOOL}质量年度报告\n\n一、师资\n\n学校现有教职工427人，其中专任教师285人，占教职工总数的84.6%。"
    "仪器设备总值1253.03万元。\n\n表1 师资队伍\n教职工总数 337\n专任教师 285\n"
)
HARM_TEXT = f"{ATTACK}在校生6400人，升学率{ATTACK}。\n"


def observation(text: str, raw: str, metric: str, report_id: str = REPORT, **changes: Any) -> dict[str, Any]:
    """A number of a landed text, as fct_observation has it."""
    start = text.index(raw)
    return {
        "observation_id": f"{report_id}:{start}", "report_id": report_id, "metric": metric, "raw": raw,
        "char_start": start, "char_end": start + len(raw), "value": float(raw), "unit": "person", "unit_raw": "人",
        "label": "教职工总数", "entity": SCHOOL, "year": 2025, "dims": "{}", "place": "prose", "quote": text[:20],
    } | changes  # fmt: skip


STAFF = observation(TEXT, "427", "staff")
TABLE_STAFF = observation(TEXT, "337", "staff", place="表1", quote="表1 师资队伍 · 教职工总数 · 337")
TEACHERS = observation(TEXT, "285", "full_time_teachers", label="专任教师")
EQUIPMENT = observation(
    TEXT, "1253.03", "equipment_value", value=12530300, unit="CNY", unit_raw="万元", label="仪器设备总值"
)
PUPILS = observation(HARM_TEXT, "6400", "enrolment", HARM, label=ATTACK, entity=ATTACK, quote=HARM_TEXT)


def contradiction(rule: str, cited: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """A row of an audit."""
    first = cited[0]
    return {
        "rule": rule, "subject_key": f"{rule} {first['observation_id']}", "report_id": first["report_id"],
        "entity": first["entity"], "metric": first["metric"], "year": 2025, "printed": first["value"], "expected": 337,
        "observation_ids": [each["observation_id"] for each in cited],
        "arithmetic_zh": f"教职工总数：正文印作 {first['raw']}，表1印作 337", "arithmetic_en": f"Staff: {first['raw']} and 337",
    } | changes  # fmt: skip


CONTRADICTIONS = [
    contradiction("restated", [STAFF, TABLE_STAFF]),
    contradiction("share-of-parts", [EQUIPMENT, TEACHERS]),
    contradiction("total-of-parts", [PUPILS], arithmetic_zh=f"{ATTACK} = 6400", arithmetic_en=ATTACK),
]


@dataclass(frozen=True)
class Served:
    """A desk that answers at `url`, and its ledger."""

    url: str
    ledger: Ledger
    findings: Findings

    def key(self, rule: str) -> str:
        """The id of the one finding of a rule."""
        [found] = [finding for finding in self.findings.all() if finding.rule == rule]
        return found.finding_id


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The findings of a real run of the expectations."""
    folder = tmp_path_factory.mktemp("desk")
    database = fill(create(folder / "warehouse.duckdb"))
    insert(database, "raw.landed_files", [
        {"sha256": HARM, "url": "https://rc.example/harm", "source": "rongchang", "kind": "page", "bytes": 9,
         "fetched_at": "2026-01-06 08:00:00", "state": "landed"},
    ])  # fmt: skip
    insert(
        database, "raw.documents", [{"sha256": HARM, "status": "read", "title": ATTACK, "report_year": 2025}]
    )
    insert(
        database,
        "main.dim_report",
        [report(report_id=HARM, title=ATTACK, report_year=2024, url="javascript:alert(1)")],
    )
    observations = [STAFF, TABLE_STAFF, TEACHERS, EQUIPMENT, PUPILS]
    insert(database, "main.fct_observation", observations)
    kept = (
        "char_start",
        "char_end",
        "raw",
        "value",
        "unit",
        "unit_raw",
        "metric",
        "label",
        "entity",
        "year",
        "quote",
    )
    insert(database, "raw.observations", [
        {"document_sha256": each["report_id"], "where": each["place"], **{name: each[name] for name in kept}}
        for each in observations
    ])  # fmt: skip
    insert(database, "audit.audit_contradictions", CONTRADICTIONS)
    run_expectations(
        database, folder / "docs", log=lambda _: None, run=Run("first", date(2026, 11, 25)),
        snapshot=folder / "findings.duckdb",
    )  # fmt: skip
    return folder / "findings.duckdb"


@pytest.fixture
def desk(snapshot: Path, tmp_path: Path) -> Iterator[Served]:
    """The desk on a free port of the loopback interface."""
    ledger = Ledger(tmp_path / "review" / "decisions.jsonl")
    findings = Findings(snapshot, ledger)
    texts = {REPORT: TEXT, HARM: HARM_TEXT}
    app = make_app(Desk(findings, texts.get, lambda _: None, snapshot.parent / "docs", "质量员"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    yield Served(f"http://127.0.0.1:{port}", ledger, findings)
    server.should_exit = True
    thread.join(20)
