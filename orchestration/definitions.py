"""All of the project as Dagster loads it (`zhijiao ui`, the daemon, the command line)."""

from __future__ import annotations

import dagster as dg

from orchestration import assets, checks, jobs, schedules
from orchestration.dbt import dbt_resource, star_schema
from orchestration.logs import progress_logger
from orchestration.resources import Settings

defs = dg.Definitions(
    assets=[
        assets.landed_reports,
        assets.extracted_reports,
        assets.staged,
        star_schema,
        assets.expectation_results,
        assets.released_warehouse,
    ],
    asset_checks=[checks.expectation_checks],
    jobs=[jobs.refresh],
    schedules=[schedules.in_season, schedules.out_of_season],
    resources={"settings": Settings(), "dbt": dbt_resource()},
    loggers={"progress": progress_logger},
)
