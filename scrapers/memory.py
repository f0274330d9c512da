"""What the crawler remembers of a source between two runs, so that the next one asks for no more than it must.

    landing/memory/<source>.json

What landed is in the manifest; this is the rest: what the lists showed, which faults stand, what robots.txt said. It
may be deleted at any time: the next run then reads all lists again and asks for what landed conditionally.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from scrapers.records import Problem

ROBOTS_KEPT = timedelta(hours=24)
"""RFC 9309, 2.4: a robots.txt should not be used longer without asking again."""
LOOK_AGAIN = timedelta(days=7)
"""How long reports are taken to be as they were while their list is as it was."""
FAULTS_KEPT = timedelta(hours=20)
"""A dead link is asked for once a day, not once a run."""
MARK_KEPT = timedelta(days=400)
"""A list's highest number of links is compared with for a year and a month: one season with the next."""


@dataclass
class RobotsMemory:
    """A robots.txt and when it was fetched (ISO 8601)."""

    text: str
    fetched_at: str


@dataclass
class ListMemory:
    """What one list showed: the links of its first page in order, and the titles of all links met so far."""

    headers: dict[str, str] = field(default_factory=dict)
    first_page: list[str] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    cut: list[str] = field(default_factory=list)
    """Addresses whose whole title no list has shown yet."""
    is_complete: bool = False
    """Whether all pages have been read down to what was known before."""
    most: int = 0
    """The most links that the first page has shown, and when."""
    most_on: str = ""

    def mark(self, links: int, today: date) -> int:
        """The number of links to compare with; an old mark is forgotten."""
        if not self.most_on or date.fromisoformat(self.most_on) + MARK_KEPT < today or links >= self.most:
            self.most, self.most_on = links, today.isoformat()
        return self.most


@dataclass
class Memory:
    """All of it, for one source."""

    lists: dict[str, ListMemory] = field(default_factory=dict)
    robots: dict[str, RobotsMemory] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unfinished: dict[str, bool] = field(default_factory=dict)
    """Articles whose files did not all land, and whether that may have been a passing fault."""
    declined: dict[str, str] = field(default_factory=dict)
    """Articles whose own title is not a report's though their list's could have been, with that title."""
    faults_at: str = ""
    """When lasting faults were last asked about."""
    looked_at: str = ""
    """When every known report was last asked for (ISO 8601)."""
    rows: int = 0
    """The length of the manifest then: rows lost or added since, by a kill or by hand, mean looking again."""
    source: str = ""
    """A hash of the source's definition: after a change of it nothing is taken as settled."""

    def rules(self, origin: str, now: datetime) -> str | None:
        """The robots.txt of an origin, if it is fresh enough."""
        known = self.robots.get(origin)
        if known is None or not timedelta() <= now - datetime.fromisoformat(known.fetched_at) < ROBOTS_KEPT:
            return None
        return known.text

    def is_due(self, now: datetime) -> bool:
        """Whether it is time to ask for every known report again."""
        return _is_past(self.looked_at, LOOK_AGAIN, now)

    def faults_are_due(self, now: datetime) -> bool:
        """Whether it is time to ask again about what lasting faults are told of."""
        return _is_past(self.faults_at, FAULTS_KEPT, now)

    def standing(self, problem: Problem) -> Problem:
        """A fault told before stays the fault it was: the same words, the same evidence."""
        return next(
            (old for old in self.problems if (old.kind, old.url) == (problem.kind, problem.url)), problem
        )


def _is_past(moment: str, kept: timedelta, now: datetime) -> bool:
    return not moment or now - datetime.fromisoformat(moment) >= kept


def load(path: Path) -> Memory:
    """Read a memory; a missing or damaged one is an empty one."""
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        return Memory(
            lists={url: ListMemory(**entry) for url, entry in row["lists"].items()},
            robots={origin: RobotsMemory(**entry) for origin, entry in row["robots"].items()},
            problems=list(_problems(row["problems"])),
            unfinished=dict(row["unfinished"]),
            declined=dict(row["declined"]),
            faults_at=str(row["faults_at"]),
            looked_at=str(row["looked_at"]),
            rows=int(row["rows"]),
            source=str(row["source"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Memory()


def _problems(rows: Iterable[dict[str, str]]) -> Iterable[Problem]:
    return (Problem(**row) for row in rows)


def save(memory: Memory, path: Path) -> None:
    """Write a memory by an atomic rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(asdict(memory), ensure_ascii=False), encoding="utf-8")
    partial.replace(path)
