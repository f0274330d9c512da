"""When the refresh runs by itself: daily in the reporting season (December to March), else weekly."""

from __future__ import annotations

import dagster as dg

from orchestration.jobs import refresh
from orchestration.partitions import register
from orchestration.resources import Settings

TIMEZONE = "Asia/Shanghai"
IN_SEASON = "0 3 * 12,1,2,3 *"
OUT_OF_SEASON = "0 3 * 4-11 1"


def _request(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    return dg.RunRequest(tags=register(context.instance, Settings().partitions()))


in_season = dg.ScheduleDefinition(
    name="refresh_in_season",
    job=refresh,
    cron_schedule=IN_SEASON,
    execution_timezone=TIMEZONE,
    execution_fn=_request,
)
out_of_season = dg.ScheduleDefinition(
    name="refresh_out_of_season",
    job=refresh,
    cron_schedule=OUT_OF_SEASON,
    execution_timezone=TIMEZONE,
    execution_fn=_request,
)
