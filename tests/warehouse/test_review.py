from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from warehouse.review import DecidedMeanwhile, Decision, Ledger, ReviewError

SUBJECT = {
    "document": "a" * 64,
    "char_start": 7,
    "raw": "357",
    "entity": "某校",
    "metric": "staff",
    "year": 2025,
    "dims": {},
}


def decision(**changes: Any) -> Decision:
    given = {
        "finding": "f1", "rule": "restated", "verdict": "accepted", "reason": "口径不同", "decided_by": "质量员",
        "decided_at": "2026-11-25T02:00:00Z", "subject": SUBJECT,
    }  # fmt: skip
    return Decision(**{**given, **changes})


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "review" / "decisions.jsonl")


def test_a_ledger_that_is_not_there_yet_is_empty(ledger: Ledger) -> None:
    assert (ledger.decisions(), ledger.latest(), ledger.history("f1")) == ([], {}, [])


def test_a_decision_is_a_line_of_json_with_sorted_keys_and_chinese_as_it_is(ledger: Ledger) -> None:
    ledger.append(decision())
    [line] = ledger.path.read_text(encoding="utf-8").splitlines()
    assert list(json.loads(line)) == sorted(json.loads(line))
    assert "口径不同" in line
    assert ledger.decisions() == [decision()]


def test_the_last_line_on_a_finding_counts_and_no_line_is_ever_lost(ledger: Ledger) -> None:
    lines = [decision(), decision(finding="f2"), decision(verdict="source_error")]
    for each in lines:
        ledger.append(each)
    assert ledger.decisions() == lines
    assert ledger.latest() == {"f1": lines[2], "f2": lines[1]}
    assert ledger.history("f1") == [lines[0], lines[2]]


def test_who_decides_on_what_somebody_else_has_decided_is_told_and_writes_nothing(ledger: Ledger) -> None:
    ledger.append(decision(decided_by="甲"), seen=0)
    with pytest.raises(DecidedMeanwhile, match="甲 decided on f1") as error:
        ledger.append(decision(decided_by="乙", verdict="source_error"), seen=0)
    assert error.value.decision.decided_by == "甲"
    assert len(ledger.decisions()) == 1
    ledger.append(decision(decided_by="乙", verdict="source_error"), seen=1)
    assert ledger.latest()["f1"].decided_by == "乙"


def test_processes_that_write_at_once_lose_no_line(ledger: Ledger) -> None:
    code = (
        "import sys; from pathlib import Path; from warehouse.review import Decision, Ledger\n"
        "for n in range(40): Ledger(Path(sys.argv[1])).append(Decision(finding=f'{sys.argv[2]}-{n}', rule='r', "
        "verdict='accepted', reason='长'*500, decided_by=sys.argv[2], decided_at='2026-11-25T02:00:00Z'))"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(ledger.path), name]) for name in "甲乙丙"]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert len(ledger.latest()) == 120


def test_a_hand_that_left_no_newline_spoils_nothing(ledger: Ledger) -> None:
    ledger.append(decision())
    ledger.path.write_text(ledger.path.read_text(encoding="utf-8").rstrip("\n"), encoding="utf-8")
    ledger.append(decision(finding="f2"))
    assert len(ledger.decisions()) == 2


def test_a_broken_line_is_told_with_its_number(ledger: Ledger) -> None:
    ledger.append(decision())
    with ledger.path.open("a", encoding="utf-8") as file:
        file.write("<<<<<<< HEAD\n")
    with pytest.raises(ReviewError, match="line 2 is no decision"):
        ledger.decisions()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"verdict": "whatever"}, "no verdict"),
        ({"reason": " "}, "needs a reason"),
        ({"decided_by": ""}, "needs a reason and the name"),
        ({"verdict": "corrected"}, "a value goes with the verdict corrected"),
        ({"value": 3}, "a value goes with the verdict corrected"),
        ({"verdict": "corrected", "value": 3, "subject": None}, "nothing to correct"),
        ({"until": "next year"}, "is no day"),
    ],
)
def test_what_nobody_could_act_on_is_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ReviewError, match=told):
        decision(**changes)


def test_a_decision_holds_until_the_end_of_its_last_day() -> None:
    accepted = decision(until="2026-11-25")
    assert accepted.in_force(date(2026, 11, 25))
    assert not accepted.in_force(date(2026, 11, 26))
    assert not replace(accepted, verdict="reopened", until=None).in_force(date(2026, 11, 25))
