"""Dagster loads the project, and all of it hangs together."""

from __future__ import annotations

import dagster as dg
import yaml

from expectations import load_suites
from orchestration.definitions import defs
from orchestration.places import PROJECT
from orchestration.resources import Settings


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
    (schedule,) = defs.schedules or ()
    assert schedule.job_name == "refresh"
    assert schedule.execution_timezone == "Asia/Shanghai"


def test_a_rebuild_is_a_refresh_that_asks_no_site() -> None:
    steps = {
        name: {node.name for node in defs.resolve_job_def(name).graph.nodes}
        for name in ("refresh", "rebuild")
    }
    assert steps["refresh"] - steps["rebuild"] == {"landed_reports"}


def test_no_site_is_asked_by_two_runs_at_once() -> None:
    assert defs.resolve_job_def("refresh").get_node_named("landed_reports").definition.pool == "crawl"
    for file in ("orchestration/dagster.yaml", "deploy/server/dagster.yaml"):
        settings = yaml.safe_load((PROJECT / file).read_text(encoding="utf-8"))
        assert settings["concurrency"] == {"runs": {"max_concurrent_runs": 1}, "pools": {"default_limit": 1}}


def test_every_source_and_every_mart_has_a_check_of_freshness() -> None:
    keys = defs.resolve_asset_graph().asset_check_keys
    fresh = {(key.asset_key.path[-1], key.name) for key in keys if key.name.startswith("fresh")}
    sources, _ = Settings().load_sources()
    assert {("landed_reports", f"fresh_{source.id}") for source in sources} <= fresh
    assert {("mart_school_trends", "fresh"), ("mart_district_trends", "fresh")} <= fresh
