"""When the refresh runs by itself: daily in the reporting season, else weekly, as the operations settings say."""

from __future__ import annotations

import dagster as dg

from orchestration.jobs import refresh
from orchestration.operations import Schedule
from orchestration.partitions import register
from orchestration.resources import Settings


def refresh_schedule(schedule: Schedule) -> dg.ScheduleDefinition:
    """The one schedule, with a cron for the season and one for the rest of the year."""
    return dg.ScheduleDefinition(
        name="refresh_by_season",
        job=refresh,
        cron_schedule=schedule.crons,
        execution_timezone=schedule.timezone,
        execution_fn=_request,
        default_status=dg.DefaultScheduleStatus.RUNNING
        if schedule.running
        else dg.DefaultScheduleStatus.STOPPED,
        description="In the reporting season by the first cron, else by the second (operations.yaml).",
    )


def _request(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    return dg.RunRequest(tags=register(context.instance, Settings().partitions()))
