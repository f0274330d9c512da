"""The real reports: the score on their gold facts is a ratchet, a drop fails. Raise a floor when the score rises."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from extraction.extract import extract

# Share of gold facts that are right (place, value, metric, year and entity), of those right the share with all
# dimensions, and precision inside the gold's tables (None where the gold has none).
FLOORS = {
    "qianjiang-2025": {"right": 1.0, "dims": 0.98, "precision": 1.0},
    "rongchang-2025": {"right": 1.0, "dims": 0.98, "precision": 1.0},
    "yubei-2024": {"right": 1.0, "dims": 0.98, "precision": None},
    "industrial-technicians-2023": {"right": 1.0, "dims": 0.985, "precision": 1.0},
}


@pytest.mark.parametrize("name", FLOORS)
def test_the_score_on_a_real_report_does_not_drop(name: str, shared: Path, tmp_path: Path) -> None:
    report = shared / "reports" / f"{name}.txt"
    observations = tmp_path / "observations.jsonl"
    found = extract(report.read_bytes(), "text/plain").observations
    observations.write_text("".join(json.dumps(o.as_json()) + "\n" for o in found), encoding="utf-8")
    gold = shared / "gold" / f"{name}.jsonl"
    tool = shared / "tools" / "score_extraction.py"
    command = [
        sys.executable,
        tool,
        "--text",
        report,
        "--gold",
        gold,
        "--observations",
        observations,
        "--json",
    ]
    score = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    short = {
        measure: score[measure] for measure, floor in FLOORS[name].items() if floor and score[measure] < floor
    }
    assert not short, score


@pytest.mark.parametrize(
    ("name", "year", "publisher"),
    [
        ("qianjiang-2025", 2025, "重庆市黔江区民族职业教育中心"),
        ("rongchang-2025", 2025, "荣昌区"),
        ("yubei-2024", 2024, "渝北区"),
        ("industrial-technicians-2023", 2023, "重庆市工业高级技工学校"),
    ],
)
def test_a_real_report_tells_its_year_and_publisher(
    name: str, year: int, publisher: str, shared: Path
) -> None:
    extraction = extract((shared / "reports" / f"{name}.txt").read_bytes(), "text/plain")
    assert extraction.document.report_year == year
    assert extraction.document.publisher == publisher
    assert extraction.entities[0].name == publisher
    text = extraction.landed_text
    assert all(text[o.char_start : o.char_end] == o.raw for o in extraction.observations)
