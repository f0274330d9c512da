"""`zhijiao review`: the quality owner's ledger from the terminal, and the desk as a page. What it does is in `desk`."""

from __future__ import annotations

import getpass
import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from desk.findings import Filter, Finding, Findings, decide
from orchestration.places import Places
from warehouse.review import Decision, Ledger, Verdict, now

_COLOURS = {"blocks": "red", "warns": "yellow", "notes": "blue"}


def findings_of(places: Places) -> Findings:
    """The findings of a home's last run, with its ledger."""
    return Findings(places.findings, Ledger(places.decisions))


def reviewer() -> str:
    """Who decides, unless told: the name that git knows, else that of the account."""
    git = shutil.which("git")
    if git:
        told = subprocess.run([git, "config", "user.name"], capture_output=True, text=True, check=False)
        if told.stdout.strip():
            return told.stdout.strip()
    return getpass.getuser()


def list_findings(places: Places, wanted: Filter, as_json: bool) -> int:
    """Print the findings that a filter takes; how many there are."""
    found = findings_of(places).all(wanted)
    if as_json:
        for finding in found:
            print(json.dumps(_as_json(finding), ensure_ascii=False))
        return len(found)
    console = Console(highlight=False, soft_wrap=True)
    for finding in found:
        colour = _COLOURS[finding.severity]
        state = "" if finding.status == "open" else f" [dim]{finding.status}[/]"
        console.print(
            f"[bold]{finding.finding_id}[/] [{colour}]{finding.severity}[/]{state} {escape(finding.rule)}"
        )
        console.print(f"  {escape(finding.message_zh)}")
    console.print(f"{len(found)} findings" if found else "no finding: nothing to decide")
    return len(found)


def show_finding(places: Places, key: str) -> None:
    """Print one finding with the numbers it cites and the decisions taken on it."""
    findings = findings_of(places)
    finding = findings.one(key)
    console = Console(highlight=False, soft_wrap=True)
    console.print(
        f"[bold]{finding.finding_id}[/] [{_COLOURS[finding.severity]}]{finding.severity}[/] "
        f"{finding.status} · {escape(finding.rule_zh)} · {escape(finding.rule_en)}"
    )
    console.print(f"  {escape(finding.message_zh)}\n  {escape(finding.message_en)}")
    if finding.note_zh:
        console.print(f"  [yellow]{escape(finding.note_zh)} · {escape(str(finding.note_en))}[/]")
    for number, cited in enumerate(findings.citations(finding), start=1):
        console.print(
            f"\n  [{number}] [bold]{escape(cited.raw)}[/]{escape(cited.unit_raw)}  {escape(cited.metric_zh)} "
            f"{cited.year or ''}  [dim]{escape(cited.place)}, {cited.report_id[:12]}:{cited.char_start}[/]"
        )
        console.print(f"      {escape(cited.quote)}")
    if finding.url:
        console.print(f"\n  {escape(finding.url)}")
    for decision in findings.ledger.history(finding.finding_id):
        value = "" if decision.value is None else f" {decision.value}"
        until = f" until {decision.until}" if decision.until else ""
        console.print(
            f"  {decision.decided_at} {escape(decision.decided_by)}: [bold]{decision.verdict}[/]{value}{until}: "
            f"{escape(decision.reason)}"
        )


def take(
    places: Places,
    key: str,
    verdict: Verdict,
    *,
    reason: str,
    by: str,
    until: str | None = None,
    value: str | None = None,
    number: int = 1,
) -> Decision:
    """Write a decision on a finding into the ledger. `value` is in the unit that the report prints."""
    findings = findings_of(places)
    finding = findings.one(key)
    cited = dict(enumerate(findings.citations(finding), start=1)).get(number)
    return decide(
        findings.ledger,
        finding,
        Decision(
            finding=finding.finding_id,
            rule=finding.rule,
            verdict=verdict,
            reason=reason,
            decided_by=by,
            decided_at=now(),
            until=until,
            value=cited.canonical(value) if cited and value is not None else None,
            subject=cited.subject if cited else None,
        ),
    )


def serve(places: Places, port: int, by: str) -> None:
    """Serve the desk on this machine until it is stopped."""
    import uvicorn

    from desk.app import Desk, make_app

    desk = Desk(
        findings=findings_of(places),
        text_of=lambda report_id: _text(places.extracted.glob(f"*/{report_id}.txt")),
        file_of=lambda report_id: next(
            (places.landing / "files" / report_id[:2]).glob(f"{report_id}.*"), None
        ),
        data_docs=places.data_docs,
        reviewer=by,
    )
    uvicorn.run(make_app(desk), host="127.0.0.1", port=port, log_level="warning")


def _text(files: Iterable[Path]) -> str | None:
    """The landed text by the newest version of the reader; offsets are code points, so no line end is translated."""
    newest = max(files, key=lambda file: file.stat().st_mtime, default=None)
    if newest is None:
        return None
    with newest.open(encoding="utf-8", newline="") as file:
        return file.read()


def _as_json(finding: Finding) -> dict[str, Any]:
    """A finding as a line of `review list --json`."""
    return {
        "finding": finding.finding_id,
        "rule": finding.rule,
        "severity": finding.severity,
        "status": finding.status,
        "message_zh": finding.message_zh,
        "message_en": finding.message_en,
        "report": finding.report_id,
        "title": finding.report_title,
        "district": finding.district,
        "url": finding.url,
        "first_seen": f"{finding.first_seen:%Y-%m-%dT%H:%M:%SZ}",
        "last_seen": f"{finding.last_seen:%Y-%m-%dT%H:%M:%SZ}",
        "verdict": finding.decision.verdict if finding.decision else None,
    }
