"""Who is told what: each cause once, and once that it is over.

What is wrong is asked of the last run that ended and of the sources as they are now, whoever left them: the schedule, a
person, a run that was killed; a run under way has no news yet. `told.json` holds what each channel knows; a channel that
does not answer is told at the next look.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

import dagster as dg
from filelock import FileLock

from orchestration.channels import Line, Message, NotDelivered, send
from orchestration.operations import Channel, Operations
from orchestration.places import Places
from orchestration.runs import blocking_findings, failure_of, held_by_rules, is_interrupt, step_failures
from orchestration.state import read_json, write_json

_SHOWN = 10
_JOBS = ("refresh", "rebuild")


@dataclass(frozen=True)
class Cause:
    """One thing that is wrong. The key stays while it lasts; `short` is what the end of it is told by."""

    key: str
    short: str
    words: str
    link: str


def tell_all(places: Places, operations: Operations, instance: dg.DagsterInstance) -> str:
    """Tell every channel what is new; what was done, in words. Never raises for what a receiver does."""
    if not operations.alerts:
        return "no channel to tell: alerts in operations.yaml"
    now = {cause.key: cause for cause in causes(places, operations, instance, datetime.now(UTC))}
    with FileLock(f"{places.told}.lock"):
        told = read_json(places.told) or {}
        words = [_tell(channel, now, told, operations) for channel in operations.alerts]
        names = [channel.name for channel in operations.alerts]
        write_json(places.told, {name: known for name, known in told.items() if name in names})
    return "; ".join(words)


def _tell(
    channel: Channel, now: Mapping[str, Cause], told: dict[str, dict[str, str]], operations: Operations
) -> str:
    """Tell one channel the difference to what it knows, and remember it once it was taken."""
    known = told.get(channel.name, {})
    new = [cause for key, cause in now.items() if key not in known]
    over = [short for key, short in known.items() if key not in now]
    try:
        if new:
            send(channel, _alarm(new))
        if over:
            send(channel, _recovery(over, operations))
    except NotDelivered as problem:
        return str(problem)
    told[channel.name] = {key: cause.short for key, cause in now.items()}
    return f"{channel.name}: {len(new)} told, {len(over)} over, {len(now)} open"


def _alarm(new: Sequence[Cause]) -> Message:
    title = f"职教质量报告数据：{new[0].short}" + (f" 等 {len(new)} 项" if len(new) > 1 else "")
    return Message(title, _lines([Line(f"{cause.short}：{cause.words}", cause.link) for cause in new]))


def _recovery(over: Sequence[str], operations: Operations) -> Message:
    return Message(
        "职教质量报告数据：已恢复 recovered", _lines([Line(short, operations.ui) for short in over])
    )


def _lines(lines: Sequence[Line]) -> tuple[Line, ...]:
    if len(lines) <= _SHOWN:
        return tuple(lines)
    return (*lines[:_SHOWN], Line(f"另有 {len(lines) - _SHOWN} 项 and more", lines[_SHOWN].link))


# ── what is wrong ────────────────────────────────────────────────────────────────────────────────────────────────────


def causes(
    places: Places, operations: Operations, instance: dg.DagsterInstance, now: datetime
) -> Iterator[Cause]:
    """Everything that is wrong: the last run, sources broken or overdue, the release overdue, findings that block."""
    yield from _run_causes(places, operations, instance)
    yield from _source_causes(places, operations, now)


def _run_causes(places: Places, operations: Operations, instance: dg.DagsterInstance) -> Iterator[Cause]:
    run, failed = _last_run(instance)
    if run is None or run.status != dg.DagsterRunStatus.FAILURE:
        return
    link = f"{operations.ui}/runs/{run.run_id}"
    if rules := held_by_rules(failed):
        desk = operations.desk or link
        yield Cause(
            f"held:{','.join(rules)}",
            "发布被阻断 release held back",
            f"{', '.join(rules)}；上一版仍在线",
            desk,
        )
        for finding in blocking_findings(failed):
            yield Cause(
                f"finding:{finding['finding_id']}", f"阻断问题 {finding['rule']}", finding["message_zh"], desk
            )
        return
    step = failed[0].step_key if failed else "process"
    words = failure_of(failed) or "进程被终止或未能启动 its process was killed or did not start"
    yield Cause(f"failed:{step}", f"作业失败 {run.job_name} failed", f"{step}: {words[:300]}", link)


def _last_run(instance: dg.DagsterInstance) -> tuple[dg.DagsterRun | None, list[dg.DagsterEvent]]:
    """The last run of a job that releases and the failures of its steps. Left out: those under way and interrupted."""
    ended = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]
    records = [
        record
        for job in _JOBS
        for record in instance.get_run_records(dg.RunsFilter(job_name=job, statuses=ended), limit=_SHOWN)
    ]
    for record in sorted(records, key=lambda record: record.create_timestamp, reverse=True):
        failed = step_failures(instance, record.dagster_run.run_id)
        if not any(map(is_interrupt, failed)):
            return record.dagster_run, failed
    return None, []


def _source_causes(places: Places, operations: Operations, now: datetime) -> Iterator[Cause]:
    from orchestration.freshness import release_freshness, source_freshness

    for source, state in source_freshness(places, operations, now).items():
        link = f"{operations.ui}/assets/landed_reports?partition={quote(source)}"
        run = read_json(places.source_runs / f"{source}.json")
        if run["status"] == "failed":
            words = "; ".join(problem["detail"] for problem in run["problems"][:3])
            yield Cause(f"broken:{source}", f"来源失效 {state.name} broken", words[:300], link)
        if not state.fresh:
            yield Cause(f"overdue:{source}", f"来源逾期 {state.name} overdue", state.words, link)
    release = release_freshness(places, operations, now)
    if release.last and not release.fresh:
        yield Cause("overdue:release", "发布逾期 release overdue", release.words, operations.ui)
