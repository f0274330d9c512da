"""The faults of one run: each told once, those that stand in the words they were first told in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from scrapers.addresses import host_of, origin
from scrapers.faults import FetchError
from scrapers.landing import Landing
from scrapers.memory import Memory
from scrapers.records import Problem

IN_A_ROW = 5
"""So many addresses of a host with the same fault, one after the other: the host has it, not they."""
_MAY_BE_THE_HOST = ("challenge", "login", "unreachable", "http_error", "busy")


class Ledger:
    """Faults as they come, and the hosts that are asked no more because of them."""

    def __init__(
        self, name: str, base: str, landing: Landing, memory: Memory, log: Callable[[str], object]
    ) -> None:
        self.name, self.base, self.landing, self.memory, self.log = name, base, landing, memory, log
        self.problems: list[Problem] = []
        self.files: set[str] = set()
        """Addresses of articles and files that failed; other faults are lists' or the source's."""
        self.given_up: set[str] = set()
        """Hosts that are left to the next run."""
        self._in_a_row: dict[str, list[Problem]] = {}

    def good(self, url: str) -> None:
        """A good answer ends a row of faults."""
        self._in_a_row.pop(host_of(url), None)

    def add(self, error: FetchError) -> None:
        """Tell a fault, once; a host that has the same one again and again is given up, and it is told of the host."""
        host = host_of(error.url)
        problem = self.memory.standing(Problem(error.kind, error.url, error.detail))
        is_new = problem not in self.memory.problems
        if is_new and error.page and error.page.is_file():
            problem = replace(problem, evidence=self.landing.keep_evidence(error.page))
        self.problems.append(problem)
        if is_new:
            self.log(f"{self.name}: {error.kind}: {error.url}: {error.detail}")
        if error.host_wide:
            self.given_up.add(host)
        elif error.kind in _MAY_BE_THE_HOST:
            row = self._in_a_row.setdefault(host, [])
            row[:] = [*(row if row and row[0].kind == error.kind else []), problem]
            if len(row) >= IN_A_ROW:
                self._give_up(host, row)

    def _give_up(self, host: str, row: list[Problem]) -> None:
        self.given_up.add(host)
        self.problems = [problem for problem in self.problems if problem not in row]
        detail = (
            f"{len(row)} addresses in a row: {row[-1].detail}; the rest of this host is left to the next run"
        )
        told = self.memory.standing(
            Problem(row[-1].kind, f"{origin(row[-1].url)}/", detail, row[-1].evidence)
        )
        self.problems.append(told)
        self.log(f"{self.name}: {told.kind}: {told.url}: {told.detail}")

    def standing(self, asked: set[str], has_looked: bool, is_readable: bool) -> tuple[Problem, ...]:
        """The faults of this run, and those of earlier ones that it had no reason to ask about again.

        `asked` are the addresses that were; `has_looked` says that there was nothing else to ask.
        """
        asked = asked | {problem.url for problem in self.problems}
        kept = [
            old
            for old in self.memory.problems
            if old.url not in asked and not has_looked and (old.kind != "overdue" or not is_readable)
        ]
        if not has_looked and is_readable:
            kept += [old for old in self.memory.problems if old.kind == "pages_left"]
        self.files |= {old.url for old in kept if old.url not in self.memory.lists and old.url != self.base}
        return tuple(dict.fromkeys((*self.problems, *kept)))
