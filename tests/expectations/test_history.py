"""Runs in a row: what is kept, what closes by itself, what is opened again, what a decision settles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations import ExpectationRun, Run, draft_of, keep_draft, record_release, run_expectations

from .conftest import read
from .sample import REPORT, Make, insert, landed, observation

RULE = "value-not-below-range"
BROKEN = ("raw.observations", observation(300, value=-3, raw="-3"))
BLOCKS = ("raw.landed_files", landed(url="https://rc.example/2", bytes=0))
TODAY = date(2026, 11, 25)

Next = Callable[..., ExpectationRun]


@pytest.fixture
def run(tmp_path: Path) -> Next:
    """A run on a warehouse, with the history of those before it."""

    def made(database: Path, run_id: str, today: date = TODAY) -> ExpectationRun:
        return run_expectations(
            database, tmp_path / "docs", log=lambda _: None, run=Run(run_id, today),
            history=tmp_path / "history.duckdb", snapshot=tmp_path / "findings.duckdb",
        )  # fmt: skip

    return made


def finding(database: Path, rule: str = RULE) -> dict[str, Any]:
    [row] = read(database, f"SELECT * FROM main.fct_finding WHERE rule = '{rule}'")
    return row


def decide(database: Path, verdict: str, **more: Any) -> None:
    """A line of the ledger, as it is staged."""
    with duckdb.connect(str(database), read_only=True) as connection:
        [key] = connection.execute(
            "SELECT min(finding_id) FROM main.fct_finding WHERE rule = ?", [more.pop("rule", RULE)]
        ).fetchone() or [None]
        [line] = connection.execute("SELECT count(*) + 1 FROM raw.decisions").fetchone() or [1]
    row = {"line": line, "finding": key, "verdict": verdict, "reason": "r", "decided_by": "d"}
    insert(database, "raw.decisions", [row | {"decided_at": "2026-11-20 08:00:00"} | more])


def test_the_results_of_every_run_are_kept(make: Make, run: Next) -> None:
    run(make(name="1.duckdb"), "first")
    database = make(BROKEN, name="2.duckdb")
    run(database, "second")
    rows = read(
        database,
        "SELECT run_no, is_latest, success, unexpected FROM main.fct_expectation_result "
        f"WHERE rule = '{RULE}' ORDER BY run_no",
    )
    assert [tuple(row.values()) for row in rows] == [(1, False, True, 0), (2, True, False, 1)]


def test_the_same_inputs_checked_again_are_the_same_run(make: Make, run: Next) -> None:
    database = make(BROKEN)
    run(database, "first")
    once = [
        read(database, f"SELECT * FROM main.{table}") for table in ("fct_finding", "fct_expectation_result")
    ]
    run(database, "first")
    again = [
        read(database, f"SELECT * FROM main.{table}") for table in ("fct_finding", "fct_expectation_result")
    ]
    assert again == once


def test_a_finding_put_right_at_the_source_closes_by_itself_and_is_opened_again_when_it_comes_back(
    make: Make, run: Next
) -> None:
    states = []
    for number, changes in enumerate([[BROKEN], [BROKEN], [], [BROKEN]]):
        database = make(*changes, name=f"{number}.duckdb")
        run(database, f"run {number}")
        states.append(finding(database))
    assert [state["status"] for state in states] == ["open", "open", "closed", "reopened"]
    assert len({state["finding_id"] for state in states}) == 1
    assert "自动关闭" in states[2]["note_zh"]
    assert "closed by itself" in states[2]["note_en"]
    assert "再次出现" in states[3]["note_zh"]
    assert states[2]["message_zh"] == states[1]["message_zh"]


def test_first_and_last_seen_are_the_times_of_what_went_in_never_the_clocks(make: Make, run: Next) -> None:
    for number, day in enumerate(("2026-01-06", "2026-02-06", "2026-03-06")):
        changes = [BROKEN] if number else []
        newer = ("raw.landed_files", landed(url=f"https://rc.example/{number}", fetched_at=f"{day} 08:00:00"))
        database = make(*changes, newer, name=f"{number}.duckdb")
        run(database, day)
    found = finding(database)
    assert (found["first_seen"].isoformat(), found["last_seen"].isoformat()) == (
        "2026-02-06T08:00:00", "2026-03-06T08:00:00",
    )  # fmt: skip


def test_a_finding_says_with_which_release_it_first_went_out(make: Make, run: Next, tmp_path: Path) -> None:
    run(make(BROKEN, name="1.duckdb"), "first")
    record_release(tmp_path / "history.duckdb", "first", "20261125-abc")
    database = make(BROKEN, name="2.duckdb")
    run(database, "second")
    assert finding(database)["first_release"] == "20261125-abc"


def test_a_run_that_was_killed_before_its_end_leaves_no_trace(make: Make, tmp_path: Path) -> None:
    history, draft = tmp_path / "history" / "kept.duckdb", tmp_path / "work" / "draft.duckdb"

    def checked(run_id: str, name: str) -> Path:
        database = make(BROKEN, name=name)
        run_expectations(
            database, tmp_path / "docs", run=Run(run_id, TODAY), history=draft_of(history, draft)
        )
        return database

    checked("first", "1.duckdb")
    record_release(draft, "first", "20261125-abc")
    keep_draft(draft, history)
    checked("killed", "2.duckdb")
    after = checked("third", "3.duckdb")
    with duckdb.connect(str(after), read_only=True) as connection:
        runs = connection.execute(
            "select distinct run_no, release_id, is_latest from fct_expectation_result order by all"
        ).fetchall()
    assert runs == [(1, "20261125-abc", False), (2, None, True)]
    keep_draft(draft, history)
    keep_draft(draft, history)  # kept already
    with duckdb.connect(str(history), read_only=True) as connection:
        assert connection.execute("select run_id from runs order by run_no").fetchall() == [
            ("first",),
            ("third",),
        ]


@pytest.mark.parametrize(
    ("verdict", "more", "status"),
    [
        ("accepted", {}, "decided"),
        ("source_error", {}, "decided"),
        ("parser_error", {}, "decided"),
        ("accepted", {"until": "2026-11-25"}, "decided"),
        ("accepted", {"until": "2026-11-24"}, "reopened"),
        ("reopened", {}, "reopened"),
    ],
)
def test_a_decision_settles_a_finding_as_long_as_it_holds(
    make: Make, run: Next, verdict: str, more: dict[str, Any], status: str
) -> None:
    database = make(BROKEN)
    run(database, "first")
    decide(database, verdict, **more)
    told = run(database, "second")
    found = finding(database)
    assert (found["status"], found["verdict"], found["decided_by"]) == (status, verdict, "d")
    assert told.undecided["warns"] == (0 if status == "decided" else 1)
    assert told.findings_by_severity["warns"] == 1


def test_a_decision_from_before_a_finding_came_back_settles_it_no_more(make: Make, run: Next) -> None:
    database = make(BROKEN, name="1.duckdb")
    run(database, "first")
    decide(database, "accepted")
    run(make(name="2.duckdb"), "second")
    later = ("raw.landed_files", landed(url="https://rc.example/9", fetched_at="2026-11-24 08:00:00"))
    back = make(BROKEN, later, name="3.duckdb")
    run(back, "third")
    decide(back, "accepted")
    run(back, "fourth")
    assert finding(back)["status"] == "reopened"
    decide(back, "accepted", decided_at="2026-11-25 08:00:00")
    run(back, "fifth")
    assert finding(back)["status"] == "decided"


def test_only_a_blocking_finding_without_a_decision_holds_a_release_back(make: Make, run: Next) -> None:
    database = make(BLOCKS, BROKEN)
    told = run(database, "first")
    key = finding(database, "landed-file-has-bytes")["finding_id"]
    assert told.held_by == (f"landed-file-has-bytes {key}",)
    decide(database, "accepted", rule="landed-file-has-bytes")
    told = run(database, "second")
    assert told.held_by == ()
    assert told.findings_by_severity["blocks"] == 1


def test_the_snapshot_has_every_number_that_a_finding_is_about(make: Make, run: Next, tmp_path: Path) -> None:
    database = make()
    insert(database, "audit.audit_contradictions", [{
        "rule": "restated", "subject_key": "k", "report_id": REPORT, "entity": "e", "metric": "enrolment", "year": 2025,
        "observation_ids": [f"{REPORT}:200", f"{REPORT}:100"], "printed": 1, "expected": 2, "arithmetic_zh": "a",
        "arithmetic_en": "a",
    }])  # fmt: skip
    run(database, "first")
    cited = read(
        tmp_path / "findings.duckdb", "SELECT position, observation_id FROM citation ORDER BY position"
    )
    assert [row["observation_id"] for row in cited] == [f"{REPORT}:200", f"{REPORT}:100"]
