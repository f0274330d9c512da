"""Whatever table comes, in whatever dialect, a number is read as what it is, or kept as unmapped; it is never something else."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from extraction.extract import extract
from extraction.records import UNMAPPED, Observation
from tests.extraction import made_up
from tests.extraction.made_up import Meant, Table

_SEEDS = st.integers(min_value=0, max_value=10**9)
_MOST_UNMAPPED = 0.02  # of all numbers of a dialect: what no grid explains is kept without a meaning


def _read(report: bytes) -> dict[str, Observation]:
    found: dict[str, Observation] = {}
    for observation in extract(report, "text/plain").observations:
        found.setdefault(observation.raw, observation)
    return found


def _is(found: Observation, meant: Meant) -> bool:
    school = meant.dims.get("school", found.entity)
    dims = {k: v.removesuffix("大类") for k, v in meant.dims.items() if k != "school"}
    apart = {"programme", "category"} & found.dims.keys()
    return (
        (found.metric, found.year, found.entity) == (meant.metric, meant.year, school)
        and all(value in found.dims.get(k, "") for k, value in dims.items())
        and apart <= dims.keys()
    )


def _wrong(table: Table, report: bytes) -> list[tuple[Observation, Meant]]:
    found = _read(report)
    return [
        (found[number], meant)
        for number, meant in table.meant.items()
        if number in found and found[number].metric != UNMAPPED and not _is(found[number], meant)
    ]


@pytest.mark.parametrize("told_in", made_up.DIALECTS, ids=lambda dialect: dialect.__name__)
@settings(max_examples=40)
@given(seed=_SEEDS)
@example(seed=108)  # of few full rows below the heads, empty cells among them
def test_no_number_is_read_as_what_it_is_not(told_in: Callable[[Table], bytes], seed: int) -> None:
    table = made_up.table(random.Random(seed))
    assert _wrong(table, told_in(table)) == []


@pytest.mark.parametrize("told_in", made_up.DIALECTS, ids=lambda dialect: dialect.__name__)
def test_hardly_any_number_stays_without_a_meaning(told_in: Callable[[Table], bytes]) -> None:
    tables = [made_up.table(random.Random(seed)) for seed in range(40)]
    numbers = unread = 0
    for table in tables:
        found = _read(told_in(table))
        numbers += len(table.meant)
        unread += sum(number not in found or found[number].metric == UNMAPPED for number in table.meant)
    assert unread <= _MOST_UNMAPPED * numbers


def test_a_cell_that_left_no_mark_costs_numbers_but_makes_hardly_any_wrong() -> None:
    tables = [table for seed in range(900) if (table := made_up.table(random.Random(seed))).has_empty]
    wrong = sum(len(_wrong(table, made_up.cells_without_empty(table))) for table in tables)
    assert wrong <= 0.05 * sum(len(table.meant) for table in tables)
