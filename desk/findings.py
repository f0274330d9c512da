"""The findings as people look at them: the snapshot of the last run together with the ledger as it is now."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import duckdb

from warehouse.review import Decision, Ledger, ReviewError

SEVERITIES = ("blocks", "warns", "notes")
STATUSES = ("undecided", "decided", "closed", "all")


class NoFindings(ReviewError):
    """There is no snapshot yet, or no such finding in it."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A number that a finding is about, as an observation of a report."""

    observation_id: str
    report_id: str
    char_start: int
    char_end: int
    raw: str
    value: Decimal
    unit: str
    unit_raw: str
    metric: str
    metric_zh: str
    metric_en: str
    label: str
    entity: str | None
    year: int | None
    dims: Mapping[str, str]
    place: str
    quote: str

    @property
    def subject(self) -> dict[str, Any]:
        """What a correction of this number is on, as the ledger has it."""
        return {
            "document": self.report_id,
            "char_start": self.char_start,
            "raw": self.raw,
            "entity": self.entity,
            "metric": self.metric,
            "year": self.year,
            "dims": dict(self.dims),
        }

    def canonical(self, text: str) -> float | int:
        """A number given in the unit that is printed (万元) in the metric's canonical one. Raises ReviewError."""
        try:
            given = Decimal(text.replace(",", "").replace("，", "").strip().rstrip("%％"))
            printed = Decimal("".join(self.raw.replace(",", "").replace("，", "").split()))
            factor = self.value / printed if printed else Decimal(1)
        except InvalidOperation:
            raise ReviewError(f"“{text}” is no number: give it as the report prints {self.raw}") from None
        value = round(given * factor, 6)
        return int(value) if value == value.to_integral_value() else float(value)


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding with its state now. `detail` holds what the rule looked at; `seen` counts the decisions taken so far."""

    finding_id: str
    rule: str
    rule_zh: str
    rule_en: str
    severity: str
    status: str
    message_zh: str
    message_en: str
    detail: Mapping[str, Any]
    quote: str | None
    url: str | None
    report_id: str | None
    report_title: str | None
    report_year: int | None
    district: str | None
    district_en: str | None
    content_type: str | None
    first_seen: datetime
    last_seen: datetime
    first_release: str | None
    note_zh: str | None
    note_en: str | None
    decision: Decision | None
    seen: int

    @property
    def headline_zh(self) -> str:
        """What is wrong, in a sentence."""
        return self.message_zh.partition("。")[0]

    @property
    def headline_en(self) -> str:
        """The same in English."""
        return self.message_en.partition(". ")[0].removesuffix(".")

    @property
    def advice_zh(self) -> str:
        """What the message says beyond."""
        return self.message_zh.partition("。")[2]

    @property
    def advice_en(self) -> str:
        """The same in English."""
        return self.message_en.partition(". ")[2]

    @property
    def arithmetic_zh(self) -> str:
        """The contradiction written out; empty for a rule that has none."""
        return str(self.detail.get("arithmetic_zh") or "")

    @property
    def arithmetic_en(self) -> str:
        """The same in English."""
        return str(self.detail.get("arithmetic_en") or "")

    @property
    def is_undecided(self) -> bool:
        """Whether it waits for somebody."""
        return self.status in ("open", "reopened")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which findings to show; empty fields do not narrow."""

    status: str = "undecided"
    severity: str = ""
    rule: str = ""
    district: str = ""
    report: str = ""
    text: str = ""

    def takes(self, finding: Finding) -> bool:
        """Whether a finding is shown."""
        if self.status == "undecided" and not finding.is_undecided:
            return False
        if self.status in ("decided", "closed") and finding.status != self.status:
            return False
        wanted = (
            (self.severity, finding.severity),
            (self.rule, finding.rule),
            (self.district, finding.district),
            (self.report, finding.report_id),
        )
        if any(want and want != has for want, has in wanted):
            return False
        text = f"{finding.finding_id} {finding.message_zh} {finding.message_en} {finding.quote}".casefold()
        return self.text.casefold() in text


FINDINGS = """
SELECT finding.*, rule.title_zh AS rule_zh, rule.title_en AS rule_en, report.title AS report_title, report.report_year,
    report.district_zh, report.district_en, report.content_type
FROM finding
LEFT JOIN rule USING (rule)
LEFT JOIN report USING (report_id)
ORDER BY list_position(['blocks', 'warns', 'notes'], severity), report.report_year DESC NULLS LAST, report.title,
    finding.report_id, rule, finding.char_start, finding_id
"""


class Findings:
    """The desk's reading side. Each question opens the snapshot anew: a refresh may have swapped it in between."""

    def __init__(self, snapshot: Path, ledger: Ledger) -> None:
        self.snapshot = snapshot
        self.ledger = ledger

    def all(self, wanted: Filter | None = None) -> list[Finding]:
        """The findings, gravest first, then by report. Raises NoFindings where no refresh has left any."""
        decided: dict[str, list[Decision]] = {}
        for decision in self.ledger.decisions():
            decided.setdefault(decision.finding, []).append(decision)
        today = datetime.now(UTC).date()
        found = [_finding(row, decided.get(row["finding_id"], ()), today) for row in self._rows(FINDINGS)]
        return [finding for finding in found if wanted is None or wanted.takes(finding)]

    def one(self, key: str) -> Finding:
        """The finding with this id, or with the only id that begins so. Raises NoFindings for none or several."""
        found = [finding for finding in self.all() if finding.finding_id.startswith(key)] if key else []
        if len(found) != 1:
            several = ", ".join(finding.finding_id for finding in found[:5])
            raise NoFindings(
                f"“{key}” is the beginning of several findings: {several}"
                if found
                else f"no finding “{key}”: `zhijiao review list --status all` shows what there is"
            )
        return found[0]

    def citations(self, finding: Finding) -> list[Citation]:
        """Every number involved, the doubtful one first."""
        rows = self._rows(
            "SELECT * FROM citation WHERE finding_id = ? ORDER BY position", [finding.finding_id]
        )
        names = Citation.__slots__
        return [
            Citation(**{**{name: row[name] for name in names}, "dims": json.loads(row["dims"] or "{}")})
            for row in rows
        ]

    def cells(self, report_id: str, place: str) -> list[dict[str, Any]]:
        """Every number of a table, in the order of the text."""
        return self._rows(
            "SELECT * FROM cell WHERE report_id = ? AND place = ? ORDER BY char_start", [report_id, place]
        )

    def _rows(self, query: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        if not self.snapshot.is_file():
            raise NoFindings(f"no findings at {self.snapshot} yet: run `zhijiao refresh` on this home first")
        with duckdb.connect(str(self.snapshot), read_only=True) as connection:
            cursor = connection.execute(query, list(parameters))
            columns = [column for column, *_ in cursor.description or ()]
            return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def decide(ledger: Ledger, finding: Finding, decision: Decision, *, seen: int | None = None) -> Decision:
    """Write a decision on a finding as it was shown. Raises ReviewError, and writes nothing, where it cannot be."""
    if finding.status == "closed" and decision.verdict != "reopened":
        raise ReviewError(f"{finding.finding_id} is closed: it is found no more, there is nothing to decide")
    decision = replace(decision, release=finding.first_release)
    ledger.append(decision, seen=finding.seen if seen is None else seen)
    return decision


def _finding(row: Mapping[str, Any], decisions: Sequence[Decision], today: date) -> Finding:
    latest = decisions[-1] if decisions else None
    return Finding(
        finding_id=row["finding_id"],
        rule=row["rule"],
        rule_zh=row["rule_zh"] or row["rule"],
        rule_en=row["rule_en"] or row["rule"],
        severity=row["severity"],
        status=_status(row, latest, today),
        message_zh=row["message_zh"],
        message_en=row["message_en"],
        detail=json.loads(row["detail"]),
        quote=row["quote"],
        url=row["url"],
        report_id=row["report_id"],
        report_title=row["report_title"],
        report_year=row["report_year"],
        district=row["district_zh"],
        district_en=row["district_en"],
        content_type=row["content_type"],
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        first_release=row["first_release"],
        note_zh=row["note_zh"],
        note_en=row["note_en"],
        decision=latest,
        seen=len(decisions),
    )


def _status(row: Mapping[str, Any], latest: Decision | None, today: date) -> str:
    """As the run saw it, unless somebody decided since."""
    status = str(row["status"])
    known = row["decided_at"] and f"{row['decided_at']:%Y-%m-%dT%H:%M:%SZ}"
    if status == "closed" or latest is None:
        return status
    if latest.decided_at == known and status != "decided":
        return status
    return "decided" if latest.in_force(today) else "reopened"
