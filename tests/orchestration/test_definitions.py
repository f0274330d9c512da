"""Dagster loads the project, and all of it hangs together."""

from __future__ import annotations

import dagster as dg

from expectations import load_suites
from orchestration.definitions import defs


def test_the_definitions_load() -> None:
    dg.Definitions.validate_loadable(defs)


def test_every_asset_leads_to_the_release() -> None:
    graph = defs.resolve_asset_graph()
    release = dg.AssetKey("released_warehouse")
    upstream = dg.AssetSelection.assets(release).upstream().resolve(graph)
    trends = {dg.AssetKey(["main", "mart_school_trends"]), dg.AssetKey(["main", "mart_district_trends"])}
    assert {dg.AssetKey("landed_reports"), dg.AssetKey("extracted_reports"), *trends} <= upstream


def test_every_rule_is_an_asset_check() -> None:
    names = {key.name for key in defs.resolve_asset_graph().asset_check_keys}
    assert {rule.id.replace("-", "_") for suite in load_suites() for rule in suite.rules} <= names


def test_the_schedule_starts_the_job_that_the_command_line_starts() -> None:
    assert {schedule.job_name for schedule in defs.schedules or ()} == {"refresh"}
    assert {schedule.execution_timezone for schedule in defs.schedules or ()} == {"Asia/Shanghai"}


def test_the_schedules_cover_the_year_without_overlap() -> None:
    months = [cron.split()[3] for cron in (schedule.cron_schedule for schedule in defs.schedules or ())]
    assert sorted(months) == ["12,1,2,3", "4-11"]
