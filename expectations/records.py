"""What a run of the expectations leaves: a result for each rule, a finding for each thing that breaks one. Plain data."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

Severity = Literal["blocks", "warns", "notes"]
SEVERITIES: tuple[Severity, ...] = ("blocks", "warns", "notes")


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What came of one rule: a row of `fct_expectation_result`, passed or failed.

    `evaluated` counts the rows looked at, `unexpected` those that break the rule (for a rule on a table as a whole 0
    or 1). `observed` is the value found, or a few of the unexpected ones. A rule that could not be checked (a table is
    missing) has failed with the severity `blocks`, whatever its own.
    """

    rule: str
    suite: str
    table_name: str
    expectation: str
    severity: Severity
    success: bool
    evaluated: int
    unexpected: int
    observed: str | None
    title_zh: str
    title_en: str
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that breaks a rule: a row of `fct_finding`.

    `subject` names the thing, and with the rule it makes the `finding_id`: the same finding keeps it from run to run.
    `observations` are all the numbers involved, the doubtful one first; what follows them is the provenance of that one, as
    far as there is any. `detail` holds the values that the rule looked at.
    """

    rule: str
    suite: str
    severity: Severity
    subject: Mapping[str, Any]
    table_name: str
    message_zh: str
    message_en: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    observations: tuple[str, ...] = ()
    report_id: str | None = None
    char_start: int | None = None
    char_end: int | None = None
    quote: str | None = None
    url: str | None = None

    @property
    def observation_id(self) -> str | None:
        """The doubtful number."""
        return self.observations[0] if self.observations else None

    @property
    def subject_json(self) -> str:
        """The subject as JSON with sorted keys."""
        return as_json(self.subject)

    @property
    def finding_id(self) -> str:
        """Sixteen hexadecimal digits of the sha256 of rule and subject."""
        return hashlib.sha256(f"{self.rule} {self.subject_json}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Run:
    """Which run this is: `run_id` names what went in, so that the same inputs checked again are the same run.

    `today` decides which decisions still hold. Nothing of it but `run_id` enters the tables.
    """

    run_id: str
    today: date


@dataclass(frozen=True, slots=True)
class ExpectationRun:
    """The account of one run: every result in the order of the rules, findings counted, the first page of the docs.

    `findings_by_severity` counts what was found now, decided or not; `undecided` what waits for a decision. `held_by`
    are the blocking findings without one, as `rule finding_id`: they hold the release back.
    """

    results: tuple[CheckResult, ...]
    findings_by_severity: Mapping[Severity, int]
    undecided: Mapping[Severity, int]
    held_by: tuple[str, ...]
    docs: Path

    @property
    def passed(self) -> int:
        """How many rules hold."""
        return sum(result.success for result in self.results)

    @property
    def failed(self) -> int:
        """How many do not, whatever their severity."""
        return len(self.results) - self.passed

    @property
    def blocking(self) -> tuple[str, ...]:
        """The ids of the rules whose undecided findings hold a release back."""
        return tuple(dict.fromkeys(held.split()[0] for held in self.held_by))


def as_json(values: Mapping[str, Any]) -> str:
    """One spelling for one content: sorted keys, Chinese as it is."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def count_by_severity(severities: Iterable[Severity]) -> dict[Severity, int]:
    """How often each severity, gravest first; 0 where there is none."""
    counts = Counter(severities)
    return {severity: counts[severity] for severity in SEVERITIES}
