"""All of the project as Dagster loads it (`zhijiao ui`, the daemon, the command line)."""

from __future__ import annotations

import dagster as dg

from orchestration import assets, checks, freshness, jobs, schedules, sensors
from orchestration.dbt import dbt_resource, star_schema
from orchestration.event_log import keep_open
from orchestration.logs import progress_logger
from orchestration.operations import load_operations
from orchestration.resources import Settings

keep_open()
operations = load_operations(Settings().places)

defs = dg.Definitions(
    assets=[
        assets.landed_reports,
        assets.extracted_reports,
        assets.staged,
        star_schema,
        assets.expectation_results,
        assets.released_warehouse,
    ],
    asset_checks=[checks.expectation_checks, freshness.freshness_checks],
    jobs=[jobs.refresh, jobs.rebuild, jobs.reread_season],
    schedules=[schedules.refresh_schedule(operations.schedule)],
    sensors=sensors.sensors(operations),
    executor=dg.in_process_executor,  # also for what is started by hand: a run holds its home in one process
    resources={"settings": Settings(), "dbt": dbt_resource()},
    loggers={"progress": progress_logger},
)
