"""The jobs. `refresh` does everything; `rebuild` all but ask the sites; `reread_season` has a season read again.

Steps share a process: one of its own costs seconds, and the extraction has its own pool.
"""

import dagster as dg

from orchestration.assets import LANDED
from orchestration.freshness import freshness_checks
from orchestration.partitions import SEASONS
from orchestration.reading import forget_season
from orchestration.resources import Settings

# The freshness of sources and marts is shown by the sensor `alerts`: a run would only find that it is running.
_ALL = dg.AssetSelection.all() - dg.AssetSelection.checks(freshness_checks)

# A run that hangs is ended by the daemon, so that it does not hold the home for ever; the next one goes on from there.
_BUDGET = {"dagster/max_runtime": 6 * 3600}

refresh = dg.define_asset_job(
    "refresh",
    tags=_BUDGET,
    selection=_ALL,
    description="crawl → land → extract → stage → dbt build → expectations → release",
    executor_def=dg.in_process_executor,
)

rebuild = dg.define_asset_job(
    "rebuild",
    tags=_BUDGET,
    selection=_ALL - dg.AssetSelection.assets(LANDED),
    description="What has landed, read by this version of the reader and released. No site is asked.",
    executor_def=dg.in_process_executor,
)


@dg.op
def forget(context: dg.OpExecutionContext, settings: Settings) -> None:
    """Forget what was read of the season's files; the sensor `unread` has them read again."""
    count = forget_season(settings.places, context.partition_key)
    context.log.info(f"{count} files of season {context.partition_key} will be read again")


@dg.job(
    partitions_def=SEASONS,
    executor_def=dg.in_process_executor,
    description="Backfill of a season: its files are forgotten as read, and the sensor `unread` starts a rebuild.",
)
def reread_season() -> None:
    """One season's files read again from the landing zone."""
    forget()
