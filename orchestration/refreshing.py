"""Run the refresh from the command line: the same job that the schedule starts, told as one result."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg

from orchestration.partitions import register
from orchestration.places import Places
from orchestration.resources import Settings, alone

# With nothing new the steps behind `staged` are skipped, and their checks with them: no news for a person.
logging.getLogger("dagster._core.execution.plan.active").setLevel(logging.ERROR)

_DAGSTER_YAML = "telemetry: {enabled: false}\nnux: {enabled: false}\n"


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
        config.write_text(_DAGSTER_YAML, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(places.dagster)
    return dg.DagsterInstance.get()


def refresh(settings: Settings) -> Refreshed:
    """Run the job once. Raises HomeInUse where another refresh works on this home."""
    from orchestration.definitions import defs

    with alone(settings.places), open_instance(settings.places) as instance:
        result = defs.resolve_job_def("refresh").execute_in_process(
            instance=instance,
            tags=register(instance, settings.partitions()),
            run_config=_run_config(settings),
            raise_on_error=False,
        )
        return _told(result)


def _run_config(settings: Settings) -> dict[str, Any]:
    given = {
        **{"home": str(settings.places.home), "sources": settings.sources, "inbox": settings.inbox},
        **{"workers": settings.workers, "full": settings.full},
    }
    return {
        "resources": {"settings": {"config": given}},
        "loggers": {"progress": {"config": {}}},
    }


def _told(result: dg.ExecuteInProcessResult) -> Refreshed:
    assets = dict(_summaries(result))
    failed = [event for event in result.all_events if event.is_step_failure]
    return Refreshed(_outcome(result, assets, failed), assets, dict(_seconds(result)), _error(failed))


def _outcome(
    result: dg.ExecuteInProcessResult, assets: Mapping[str, object], failed: Sequence[dg.DagsterEvent]
) -> str:
    """A run without a release is well only where nothing had to be staged."""
    if any(_is_interrupt(event) for event in failed):
        return "interrupted"
    if failed or not result.success:
        return "held_back" if "held" in assets else "failed"
    if "released_warehouse" in assets:
        return "released"
    staged = any(event.is_step_materialization and event.step_key == "staged" for event in result.all_events)
    return "failed" if staged else "unchanged"


def _summaries(result: dg.ExecuteInProcessResult) -> Iterator[tuple[str, dict[str, Any]]]:
    """The `summary` metadata of each asset; of a failure that the gate raised, under `held`."""
    for event in result.all_events:
        if event.is_step_materialization:
            found = event.step_materialization_data.materialization.metadata.get("summary")
            if found and event.asset_key:
                yield event.asset_key.path[-1], dict(found.value)  # type: ignore[arg-type]
        if event.is_step_failure:
            data = event.step_failure_data.user_failure_data
            if data and "summary" in data.metadata:
                yield "held", dict(data.metadata["summary"].value)  # type: ignore[arg-type]


def _is_interrupt(event: dg.DagsterEvent) -> bool:
    """Whether a step ended because a person pressed Ctrl-C or the system asked the process to end."""
    error = event.step_failure_data.error
    return error is not None and error.cls_name in ("DagsterExecutionInterruptedError", "KeyboardInterrupt")


def _seconds(result: dg.ExecuteInProcessResult) -> Iterator[tuple[str, float]]:
    for event in result.all_events:
        if event.is_step_success and event.step_key:
            yield event.step_key, round(event.step_success_data.duration_ms / 1000, 2)


def _error(failed: Sequence[dg.DagsterEvent]) -> str | None:
    """The innermost words of the first failure: what a person can act on."""
    for event in failed:
        data = event.step_failure_data
        if data.user_failure_data and data.user_failure_data.description:
            return data.user_failure_data.description
        error = data.error
        while error and error.cause:
            error = error.cause
        return f"{event.step_key}: {error.message.strip()}" if error else f"{event.step_key} failed"
    return None
