"""Reading a run's events: which steps failed, what held the release back, the words that a person can act on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dagster as dg


def step_failures(instance: dg.DagsterInstance, run_id: str) -> list[dg.DagsterEvent]:
    """The failures of a run's steps, first ones first."""
    records = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.STEP_FAILURE).records
    return [event for record in records if (event := record.event_log_entry.dagster_event)]


def is_interrupt(event: dg.DagsterEvent) -> bool:
    """Whether a step ended because a person pressed Ctrl-C or the system asked the process to end."""
    error = event.step_failure_data.error
    return error is not None and error.cls_name in ("DagsterExecutionInterruptedError", "KeyboardInterrupt")


def failure_summary(event: dg.DagsterEvent) -> dict[str, Any] | None:
    """The `summary` that an asset gave with its failure: the gate does."""
    data = event.step_failure_data.user_failure_data
    found = data.metadata.get("summary") if data else None
    return dict(found.value) if found else None  # type: ignore[arg-type]


def held_by_rules(failed: Sequence[dg.DagsterEvent]) -> list[str]:
    """The rules that held the release back; none where something else failed."""
    return [rule for event in failed for rule in (failure_summary(event) or {}).get("held_by", [])]


def blocking_findings(failed: Sequence[dg.DagsterEvent]) -> list[dict[str, Any]]:
    """The findings that held the release back, as they were when the run ended: what alerts name."""
    return [row for event in failed for row in (failure_summary(event) or {}).get("blocking_findings", [])]


def failure_of(failed: Sequence[dg.DagsterEvent]) -> str | None:
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
