"""Every number that the sample site prints comes out with its school, year, metric, value, dimensions and place."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extraction.extract import extract
from extraction.records import UNMAPPED, Extraction
from scrapers.sample.figures import Fact
from scrapers.sample.gold import expected_facts
from scrapers.sample.site import edition

REPORTS = sorted(expected_facts())


def read(url: str) -> Extraction:
    body = edition().resources[url].body
    return extract(body, "text/html" if url.endswith(".html") else "text/plain")


def is_observed(fact: Fact, extraction: Extraction) -> bool:
    """With all its dimensions; a total without any, or it would be no total in the warehouse."""
    return any(
        (o.entity, o.year, o.metric, o.value) == (fact.entity, fact.year, fact.metric, Decimal(fact.value))
        and bool(fact.dims) == bool(o.dims)
        and all(any(v in printed or printed in v for printed in o.dims.values()) for v in fact.dims.values())
        for o in extraction.observations
    )


@pytest.mark.parametrize("url", REPORTS)
def test_every_fact_of_a_report_is_observed(url: str) -> None:
    extraction = read(url)
    assert [fact for fact in expected_facts()[url] if not is_observed(fact, extraction)] == []


@pytest.mark.parametrize("url", REPORTS)
def test_every_observation_stands_where_it_says(url: str) -> None:
    extraction = read(url)
    text = extraction.landed_text
    assert [o for o in extraction.observations if text[o.char_start : o.char_end] != o.raw] == []


@pytest.mark.parametrize("url", REPORTS)
def test_a_table_is_named_and_a_statement_quotes_its_sentence(url: str) -> None:
    for observation in read(url).observations:
        assert observation.where == "prose" or observation.where.startswith("表")
        assert observation.raw in observation.quote


@pytest.mark.parametrize("url", REPORTS)
def test_a_report_says_its_title_its_year_and_who_publishes_it(url: str) -> None:
    document = read(url).document
    fact = expected_facts()[url][0]
    assert document.title
    assert "报告" in document.title or "年报" in document.title
    assert document.publisher
    assert document.report_year == max(f.year for f in expected_facts()[url])
    assert fact.entity in {e.name for e in read(url).entities}


def test_hardly_a_number_of_the_sample_stays_unmapped() -> None:
    observations = [o for url in REPORTS for o in read(url).observations]
    unmapped = [o for o in observations if o.metric == UNMAPPED]
    assert len(unmapped) < 0.02 * len(observations)
