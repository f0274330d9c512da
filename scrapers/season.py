"""The season in which reports appear, and whether one has passed without any."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Season:
    """One season: its first and its last day."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first:%Y-%m} to {self.last:%Y-%m}"


def last_season(months: tuple[int, int], today: date) -> Season:
    """The last season that is over; `months` are its first and last month, over the turn of a year or within one."""
    start, end = months
    year = today.year if today.month > end else today.year - 1
    first = date(year - (start > end), start, 1)
    return Season(first, date(year, end, calendar.monthrange(year, end)[1]))


def is_overdue(season: Season, published_on: Iterable[str]) -> bool:
    """Whether no report (ISO dates) appeared in the season or after it."""
    return not any(day >= season.first.isoformat() for day in published_on)
