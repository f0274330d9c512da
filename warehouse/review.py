"""The review ledger: what people decided on findings, one JSON object a line, appended and never rewritten.

The file is small, plain and sorted by time, so that it can live in git beside the project; `stage` loads it into the
warehouse. The last line on a finding counts. Who decides says which decision they saw before them: where somebody else
was faster, nothing is written and the caller is told, so that of two who decide at once neither overwrites the other.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from filelock import FileLock

Verdict = Literal["source_error", "corrected", "parser_error", "accepted", "reopened"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


class ReviewError(ValueError):
    """A decision that cannot be taken, or a ledger that cannot be read; the message says what to do."""


class DecidedMeanwhile(ReviewError):
    """Somebody else decided on the finding since it was shown. `decision` is theirs."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        super().__init__(
            f"{decision.decided_by} decided on {decision.finding} at {decision.decided_at}: {decision.verdict}"
            f" ({decision.reason}); look at it again, and decide once more if you disagree"
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the ledger.

    `value` is the right figure in the metric's canonical unit, with the verdict `corrected` only. `until` is the last
    day on which the decision holds, ISO; None for good. `subject` is the number that it is on: document, char_start,
    raw, entity, metric, year and dims of the observation. `release` is the release that was looked at.
    """

    finding: str
    rule: str
    verdict: Verdict
    reason: str
    decided_by: str
    decided_at: str
    until: str | None = None
    value: float | int | None = None
    subject: Mapping[str, Any] | None = None
    release: str | None = None

    def __post_init__(self) -> None:
        """Refuse what nobody could act on later."""
        if self.verdict not in VERDICTS:
            raise ReviewError(f"no verdict “{self.verdict}”, there is {', '.join(VERDICTS)}")
        if not self.reason.strip() or not self.decided_by.strip():
            raise ReviewError("a decision needs a reason and the name of who takes it")
        if (self.verdict == "corrected") != (self.value is not None):
            raise ReviewError("a value goes with the verdict corrected, and with no other")
        if self.verdict == "corrected" and not self.subject:
            raise ReviewError("this finding is on no single printed number: there is nothing to correct")
        if self.until is not None:
            _day(self.until)

    def in_force(self, today: date) -> bool:
        """Whether it settles its finding on that day."""
        return self.verdict != "reopened" and (self.until is None or _day(self.until) >= today)

    @property
    def line(self) -> str:
        """The decision as it stands in the ledger."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


class Ledger:
    """The ledger at a path; there need not be a file yet."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def decisions(self) -> list[Decision]:
        """Every decision, first to last. Raises ReviewError for a line that is none."""
        return list(self._read())

    def latest(self) -> dict[str, Decision]:
        """Finding -> the decision that counts."""
        return {decision.finding: decision for decision in self._read()}

    def history(self, finding: str) -> list[Decision]:
        """Every decision on one finding, first to last."""
        return [decision for decision in self._read() if decision.finding == finding]

    def append(self, decision: Decision, *, seen: int | None = None) -> None:
        """Write a decision, on disk when this returns.

        `seen` is how many decisions on the finding its reviewer had before them; with None it is written in any case.
        Raises DecidedMeanwhile, and writes nothing, where there are more by now.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{self.path}.lock"):
            before = self.history(decision.finding)
            if seen is not None and len(before) > seen:
                raise DecidedMeanwhile(before[-1])
            with self.path.open("ab") as file:
                if file.tell() and not self._ends_with_newline():
                    file.write(b"\n")  # a hand that edited the file left none
                file.write(f"{decision.line}\n".encode())
                file.flush()
                os.fsync(file.fileno())

    def _ends_with_newline(self) -> bool:
        with self.path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"

    def _read(self) -> Iterator[Decision]:
        if not self.path.is_file():
            return
        known = {field.name for field in fields(Decision)}
        for number, line in enumerate(self.path.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                yield Decision(**{key: value for key, value in row.items() if key in known})
            except (ValueError, TypeError, AttributeError) as error:
                raise ReviewError(
                    f"{self.path}, line {number} is no decision ({error}): mend it or take it out"
                ) from None


def now() -> str:
    """The time of a decision, UTC to the second."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ReviewError(f"“{text}” is no day: write it as 2026-12-31") from None
