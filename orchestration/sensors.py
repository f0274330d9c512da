"""Sensors: what makes a run start without a clock, and the one that tells people.

Each look takes no more than its budget and goes on from its cursor at the next. What people or programs are still writing
is left alone until two looks see the same.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from extraction.extract import code_version, reader_version
from extraction.vocabulary import vocabulary
from orchestration.alerts import tell_all
from orchestration.freshness import evaluations
from orchestration.jobs import rebuild, refresh
from orchestration.locks import bury_killed
from orchestration.operations import Operations
from orchestration.partitions import register
from orchestration.reading import has_unread, reading_state
from orchestration.resources import Settings


def sensors(operations: Operations) -> list[dg.SensorDefinition]:
    """All sensors, at the pace that the settings give."""
    pace, budget = operations.sensors.every_seconds, operations.sensors.budget_seconds

    @dg.sensor(job=refresh, minimum_interval_seconds=pace, default_status=dg.DefaultSensorStatus.RUNNING)
    def inbox(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        """A refresh once the inbox holds something new, and nobody is writing into it any more."""
        settings = Settings()
        if not settings.inbox:
            yield dg.SkipReason("no inbox: ZHIJIAO_INBOX names none")
            return
        look, words = look_at(Path(settings.inbox), Look.from_cursor(context.cursor), budget)
        context.update_cursor(look.as_cursor())
        if words:
            yield dg.SkipReason(words)
        else:
            yield dg.RunRequest(
                run_key=f"inbox {look.taken}", tags=register(context.instance, settings.partitions())
            )

    @dg.sensor(job=rebuild, minimum_interval_seconds=pace, default_status=dg.DefaultSensorStatus.RUNNING)
    def unread(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        """A rebuild once this version of reader and vocabulary has not read all that landed. Nothing is fetched.

        The cursor holds the state of the last two looks: an unchanged state costs no look into the manifests, and no
        second run where the first one failed; a seed that is being edited is left alone until it stays as it is.
        """
        vocabulary.cache_clear()  # seeds and code as they are now, not as they were when this process began
        code_version.cache_clear()
        places, before = Settings().places, json.loads(context.cursor or "{}")
        state = reading_state(places)
        if state == before.get("done"):
            yield dg.SkipReason("nothing has changed since the last look")
        elif state != before.get("seen"):
            context.update_cursor(json.dumps({**before, "seen": state}))
            yield dg.SkipReason("something has changed; looking again whether it stays")
        elif _is_busy(context.instance):
            yield dg.SkipReason("a run is at work already")
        else:
            context.update_cursor(json.dumps({"seen": state, "done": state}))
            if has_unread(places, until=time.monotonic() + budget):
                yield dg.RunRequest()
            else:
                yield dg.SkipReason(f"reader {reader_version()} has read everything that landed")

    @dg.sensor(minimum_interval_seconds=pace, default_status=dg.DefaultSensorStatus.RUNNING)
    def alerts(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        """Tells every channel what is wrong now and what is well again, once each, and shows how fresh everything is.

        Starts no run. The checks are shown when one changes, and once an hour.
        """
        now, places = datetime.now(UTC), Settings().places
        bury_killed(places, context.instance)
        words = tell_all(places, operations, context.instance)
        found = evaluations(places, operations, now)
        state = f"{now:%Y-%m-%dT%H} {''.join('.x'[not one.passed] for one in found)}"
        shown = found if state != context.cursor else []
        return dg.SensorResult(skip_reason=words, cursor=state, asset_events=shown)

    return [inbox, unread, alerts]


def _is_busy(instance: dg.DagsterInstance) -> bool:
    unfinished = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]
    return instance.get_runs_count(dg.RunsFilter(statuses=unfinished)) > 0


# ── a folder that people drop files into ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Look:
    """How far a look at a folder is, and what the looks before it came to. The cursor of the sensor."""

    last: str = ""  # name of the last file looked at; empty at the start of a look
    digest: str = ""  # over the files up to it
    settled: str = ""  # what the last whole look saw
    taken: str = ""  # what the last run was started for

    @classmethod
    def from_cursor(cls, cursor: str | None) -> Look:
        """What the last look left."""
        return cls(**json.loads(cursor)) if cursor else cls()

    def as_cursor(self) -> str:
        """Itself for the next look."""
        return json.dumps(asdict(self), ensure_ascii=False)


def look_at(
    folder: Path, look: Look, budget: float, clock: Callable[[], float] = time.monotonic
) -> tuple[Look, str | None]:
    """Look at names, sizes and times of a folder's files for `budget` seconds; go on where the look before ended.

    Returns how far it is, and why no run should start; None in place of words where one should.
    """
    until, digest = clock() + budget, look.digest
    try:
        names = sorted(file.name for file in folder.iterdir() if not file.name.startswith("."))
    except OSError as error:
        return look, f"inbox {folder}: {error.strerror}"
    for number, name in enumerate(names):
        if name <= look.last:
            continue
        digest = _digest(digest, folder / name)
        if clock() > until and name != names[-1]:
            return Look(
                name, digest, look.settled, look.taken
            ), f"{number + 1} of {len(names)} files looked at"
    if digest == look.taken or not names:
        return Look(settled=digest, taken=look.taken), "nothing new in the inbox"
    if digest != look.settled:
        return Look(settled=digest, taken=look.taken), "new files; waiting until they stay as they are"
    return Look(settled=digest, taken=digest), None


def _digest(so_far: str, file: Path) -> str:
    try:
        stat = file.stat()
    except OSError:
        return so_far  # taken away while we looked
    return hashlib.sha256(f"{so_far} {file.name} {stat.st_size} {stat.st_mtime_ns}".encode()).hexdigest()[:16]
