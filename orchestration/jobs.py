"""The jobs. One does everything: `refresh`, from the sources to the release."""

from __future__ import annotations

import dagster as dg

refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all(),
    description="crawl → land → extract → stage → dbt build → expectations → release",
    # Steps in one process: a step of its own process costs seconds, and the extraction has its own pool.
    executor_def=dg.in_process_executor,
)
