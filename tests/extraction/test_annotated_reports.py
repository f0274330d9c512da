"""Reports in many dialects, with what a careful person reads written beside every number.

In `samples/annotated/`, `{285|full_time_teachers}` prints 285 and says what it is: the metric, then, where they are not
the report's own, the year (`2023`), the school (`@A`) and the dimensions (`degree=硕士`). `-` stands for a number that is
no statistic, `?` for one that may be read either way. Lines that open with `%` name the report's year, who publishes it,
and the schools that letters stand for; they are no part of the report.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from extraction.extract import extract
from extraction.records import UNMAPPED, Observation

FOLDER = Path(__file__).parent / "samples" / "annotated"
_DIRECTIVE = re.compile(r"^%(\w+)=(.*)\n", re.MULTILINE)
_NUMBER = re.compile(r"\{([^{}|]*)\|([^{}]*)\}")


@dataclass
class Expected:
    """A number of a report, and what it is."""

    place: int
    raw: str
    metric: str
    year: int
    entity: str
    dims: dict[str, str] = field(default_factory=dict)

    def differs(self, found: Observation | None) -> str:
        """In what an observation differs from what is expected, empty where it does not."""
        if self.metric == "-":
            return f"is no {found.metric}" if found and found.metric != UNMAPPED else ""
        if self.metric == "?":
            return ""
        if found is None:
            return "not found"
        here = (found.raw, found.metric, found.year, found.entity)
        lacks = {k: v for k, v in self.dims.items() if v not in found.dims.get(k, "")}
        wanted = (self.raw, self.metric, self.year, self.entity)
        return f"{here} is not {wanted}" if here != wanted else f"{found.dims} lacks {lacks}" if lacks else ""


def read(annotated: str) -> tuple[str, list[Expected]]:
    """The report's text, and what its numbers are."""
    names = dict(_DIRECTIVE.findall(annotated))
    annotated = _DIRECTIVE.sub("", annotated)
    text, expected, at = "", [], 0
    for match in _NUMBER.finditer(annotated):
        text += annotated[at : match.start()]
        metric, *words = match[2].split()
        one = Expected(len(text), match[1], metric, int(names["year"]), names["entity"])
        for word in words:
            dimension, is_dimension, value = word.partition("=")
            if is_dimension:
                one.dims[dimension] = value
            elif word.startswith("@"):
                one.entity = names[word[1:]]
            else:
                one.year = int(word)
        expected.append(one)
        text, at = text + match[1], match.end()
    return text + annotated[at:], expected


@pytest.mark.parametrize("sample", sorted(path.stem for path in FOLDER.glob("*.txt")))
def test_every_number_is_read_as_a_person_reads_it(sample: str) -> None:
    text, expected = read((FOLDER / f"{sample}.txt").read_text(encoding="utf-8"))
    found = {o.char_start: o for o in extract(text.encode(), "text/plain").observations}
    problems = [
        (text[max(0, e.place - 20) : e.place], e.raw, e.differs(found.get(e.place))) for e in expected
    ]
    assert [problem for problem in problems if problem[2]] == []


@pytest.mark.parametrize("sample", sorted(path.stem for path in FOLDER.glob("*.txt")))
def test_no_other_number_is_taken_for_a_statistic(sample: str) -> None:
    text, expected = read((FOLDER / f"{sample}.txt").read_text(encoding="utf-8"))
    places = {e.place for e in expected}
    found = extract(text.encode(), "text/plain").observations
    assert [
        (o.raw, o.metric, o.quote) for o in found if o.char_start not in places and o.metric != UNMAPPED
    ] == []
