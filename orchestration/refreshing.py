"""Run the refresh from the command line: the same job that the schedule starts, told as one result."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg
from dagster._core.storage.tags import PARTITION_NAME_TAG

from orchestration.alerts import tell_all
from orchestration.disk import with_room
from orchestration.locks import alone
from orchestration.operations import load_operations
from orchestration.partitions import register
from orchestration.places import PROJECT, Places
from orchestration.reading import forget_season
from orchestration.resources import Settings
from orchestration.runs import failure_of, failure_summary, is_interrupt

# With nothing new the steps behind `staged` are skipped, and their checks with them: no news for a person.
logging.getLogger("dagster._core.execution.plan.active").setLevel(logging.ERROR)

_DAGSTER_YAML = PROJECT / "orchestration" / "dagster.yaml"


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did, read from what its assets left in Dagster. `as_json` is the CLI's `--json` object."""

    outcome: str  # released | unchanged | held_back | failed | interrupted
    assets: Mapping[str, Mapping[str, Any]]
    seconds: Mapping[str, float]
    error: str | None = None

    @property
    def exit_code(self) -> int:
        """0 released (or nothing new), 1 held back by a blocking finding, 3 a step failed."""
        return {"released": 0, "unchanged": 0, "held_back": 1}.get(self.outcome, 3)


def open_instance(places: Places) -> dg.DagsterInstance:
    """Dagster's storage under this home, made where it is missing, without telemetry."""
    places.dagster.mkdir(parents=True, exist_ok=True)
    config = places.dagster / "dagster.yaml"
    if not config.is_file():
        shutil.copyfile(_DAGSTER_YAML, config)
    os.environ["DAGSTER_HOME"] = str(places.dagster)
    return dg.DagsterInstance.get()


def refresh(settings: Settings, *, source: str | None = None) -> Refreshed:
    """Run the job once, on all sources or on one. Raises HomeInUse where another run works on this home, DiskFull."""
    with with_room(settings.places.home), alone(settings.places), open_instance(settings.places) as instance:
        tags = register(instance, settings.partitions())
        return _run("refresh", settings, instance, {PARTITION_NAME_TAG: source} if source else tags)


def reread(settings: Settings, season: str) -> Refreshed:
    """Read the files of a season again and release what comes out of them; no site is asked. Raises HomeInUse, DiskFull."""
    with with_room(settings.places.home), alone(settings.places), open_instance(settings.places) as instance:
        forget_season(settings.places, season)
        return _run("rebuild", settings, instance, {})


def _run(job: str, settings: Settings, instance: dg.DagsterInstance, tags: Mapping[str, str]) -> Refreshed:
    from orchestration.definitions import defs

    operations = load_operations(settings.places)
    result = defs.resolve_job_def(job).execute_in_process(
        instance=instance, tags=dict(tags), run_config=_run_config(settings), raise_on_error=False
    )
    tell_all(settings.places, operations, instance)
    return _told(result)


def _run_config(settings: Settings) -> dict[str, Any]:
    given = {
        **{"home": str(settings.places.home), "sources": settings.sources, "inbox": settings.inbox},
        **{"workers": settings.workers, "full": settings.full},
    }
    return {
        "resources": {"settings": {"config": {**given, "patience": 0.0}}},
        "loggers": {"progress": {"config": {}}},
    }


def _told(result: dg.ExecuteInProcessResult) -> Refreshed:
    assets = _assets(result)
    failed = [event for event in result.all_events if event.is_step_failure]
    return Refreshed(_outcome(result, assets, failed), assets, dict(_seconds(result)), failure_of(failed))


def _outcome(
    result: dg.ExecuteInProcessResult, assets: Mapping[str, object], failed: Sequence[dg.DagsterEvent]
) -> str:
    """A run without a release is well only where nothing had to be staged."""
    if any(is_interrupt(event) for event in failed):
        return "interrupted"
    if failed or not result.success:
        return "held_back" if "held" in assets else "failed"
    if "released_warehouse" in assets:
        return "released"
    staged = any(event.is_step_materialization and event.step_key == "staged" for event in result.all_events)
    return "failed" if staged else "unchanged"


def _assets(result: dg.ExecuteInProcessResult) -> dict[str, dict[str, Any]]:
    """What each asset told, by name; of the landing zone, which tells of each partition, a list under `sources`."""
    told: dict[str, dict[str, Any]] = {}
    for name, found in _summaries(result):
        if "source" in found:
            told.setdefault(name, {"sources": []})["sources"].append(found["source"])
        else:
            told[name] = found
    return told


def _summaries(result: dg.ExecuteInProcessResult) -> Iterator[tuple[str, dict[str, Any]]]:
    """The `summary` metadata of each asset; of a failure that the gate raised, under `held`."""
    for event in result.all_events:
        if event.is_step_materialization:
            found = event.step_materialization_data.materialization.metadata.get("summary")
            if found and event.asset_key:
                yield event.asset_key.path[-1], dict(found.value)  # type: ignore[arg-type]
        if event.is_step_failure and (held := failure_summary(event)):
            yield "held", held


def _seconds(result: dg.ExecuteInProcessResult) -> Iterator[tuple[str, float]]:
    for event in result.all_events:
        if event.is_step_success and event.step_key:
            yield event.step_key, round(event.step_success_data.duration_ms / 1000, 2)
