"""What a perfect reader finds in the sample's reports: the templates note every figure that they print."""

from __future__ import annotations

from collections.abc import Mapping

from scrapers.sample.figures import Contradiction, Fact, contradictions
from scrapers.sample.site import edition

__all__ = ["Contradiction", "Fact", "expected_facts", "planted_contradictions"]


def expected_facts(number: int = 1) -> Mapping[str, tuple[Fact, ...]]:
    """The facts of every report of an edition, by the address of its page or file, in text order."""
    return edition(number).facts


def planted_contradictions(report: str | None = None) -> tuple[Contradiction, ...]:
    """The numbers printed wrong on purpose, of one report or of all."""
    return tuple(lie for lie in contradictions() if report in (None, lie.report))
