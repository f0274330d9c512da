"""Manners towards a host: one request at a time, a pause between two, a budget, robots.txt.

One `Manners` is shared by all sources of a refresh: two sources on one host take turns.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from protego import Protego

USER_AGENT = "zhijiao/0.1 (crawler for reports on vocational education)"
PRODUCT = "zhijiao"
"""The name by which a robots.txt addresses the crawler, whatever the user agent says around it."""
PER_HOST, TOTAL = 20_000, 200_000
LONGEST_PAUSE = 60.0


class BudgetSpent(Exception):
    """A host, or the whole refresh, has been asked as often as it may be."""


@dataclass
class _Host:
    lock: threading.Lock = field(default_factory=threading.Lock)
    asked_at: float = float("-inf")


class Manners:
    """Turns and budgets of one refresh, in requests; safe for several threads."""

    def __init__(self, user_agent: str = USER_AGENT, per_host: int = PER_HOST, total: int = TOTAL) -> None:
        self.user_agent, self.per_host, self.total = user_agent or USER_AGENT, per_host, total
        self._hosts: dict[str, _Host] = {}
        self._asked: Counter[str] = Counter()
        self._all = threading.Lock()

    @contextmanager
    def turn(self, host: str, pause: float) -> Iterator[None]:
        """Hold a host for one request and its answer, `pause` seconds after the last one. Raises BudgetSpent."""
        with self._all:
            entry = self._hosts.setdefault(host, _Host())
        with entry.lock:
            self._spend(host)
            rest = entry.asked_at + pause - time.monotonic()
            if rest > 0:
                time.sleep(rest)
            entry.asked_at = time.monotonic()
            yield

    def _spend(self, host: str) -> None:
        with self._all:
            if self._asked[host] >= self.per_host:
                raise BudgetSpent(f"{self.per_host:,} requests to {host} in this run")
            if self._asked.total() >= self.total:
                raise BudgetSpent(f"{self.total:,} requests in this run")
            self._asked[host] += 1


class RobotRules:
    """A robots.txt as it applies to us. An empty text allows everything."""

    def __init__(self, text: str) -> None:
        self._rules = Protego.parse(text)

    def allows(self, url: str) -> bool:
        """Whether this address may be asked."""
        return bool(self._rules.can_fetch(url, PRODUCT))

    @property
    def pause(self) -> float:
        """The crawl delay that it asks for, in seconds; a minute at most."""
        return min(float(self._rules.crawl_delay(PRODUCT) or 0), LONGEST_PAUSE)
