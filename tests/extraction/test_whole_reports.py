"""Whole reports, made up and annotated without a look at the code that reads them: a ratchet, and no promise.

They are told in the dialects of `samples/annotated/` (see `test_annotated_reports.py` for what stands beside a number), and
unlike those are not read in full. Each is to be read no worse than it has been; a better reading raises its line in
`samples/whole/right.csv` (file, numbers that are annotated, of these read as annotated).
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from extraction.extract import extract
from extraction.records import UNMAPPED
from tests.extraction.test_annotated_reports import read

FOLDER = Path(__file__).parent / "samples" / "whole"
with (FOLDER / "right.csv").open(encoding="utf-8", newline="") as lines:
    RIGHT = {row["report"]: (int(row["numbers"]), int(row["right"])) for row in csv.DictReader(lines)}


@pytest.mark.parametrize("report", sorted(path.stem for path in FOLDER.glob("*.txt")))
def test_no_report_is_read_worse_than_it_has_been(report: str) -> None:
    text, expected = read((FOLDER / f"{report}.txt").read_text(encoding="utf-8"))
    found = {o.char_start: o for o in extract(text.encode(), "text/plain").observations}
    # Nobody reports money by the yuan: what has no unit in its cell has one in its head, its row or its caption.
    in_no_unit = [
        o.label for o in found.values() if o.unit == "CNY" and o.metric != UNMAPPED and not o.unit_raw
    ]
    assert in_no_unit == []
    told = [e for e in expected if e.metric != "?"]
    differ = [(e.raw, e.metric, e.differs(found.get(e.place))) for e in told if e.differs(found.get(e.place))]
    numbers, right = RIGHT[report]
    assert len(told) == numbers
    assert len(told) - len(differ) >= right, differ


_PRINT = """
import hashlib, sys
from pathlib import Path
from extraction.extract import extract
from extraction.records import UNMAPPED
from tests.extraction.test_annotated_reports import read
digest = hashlib.sha256()
for path in sorted(Path(sys.argv[1]).glob("*.txt")):
    text, _ = read(path.read_text(encoding="utf-8"))
    for o in extract(text.encode(), "text/plain").observations:
        digest.update(repr(o).encode())
print(digest.hexdigest())
"""


@pytest.mark.slow
def test_the_same_report_is_read_alike_in_every_process() -> None:
    """Python orders sets anew in each process: nothing that is read may hang on that."""
    read_in = [
        subprocess.run(
            [sys.executable, "-c", _PRINT, str(FOLDER)],
            env={**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in range(1, 4)
    ]  # fmt: skip
    assert len(set(read_in)) == 1
