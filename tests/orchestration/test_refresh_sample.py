"""`zhijiao refresh` on the sample site: first everything, then nothing, and what it released."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import duckdb
import pytest
import yaml

from orchestration.assets import landed_reports
from orchestration.partitions import register
from orchestration.resources import Settings
from scrapers.sample import SOURCES
from scrapers.sample.gold import planted_contradictions
from scrapers.sample.server import make_server


def query(warehouse: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_the_first_run_releases_and_tells_all_of_it(sample_home) -> None:
    told = sample_home.first.json
    assert sample_home.first.code == 0, sample_home.first.err
    assert told["outcome"] == "released"
    assert told["landed"] == {"new": 27, "changed": 0, "unchanged": 0, "withdrawn": 0, "failed": 1}
    assert told["documents"] == 26
    assert [row["url"].rsplit(".", 1)[-1] for row in told["rejected"]] == ["pdf"]
    assert told["observations"] > 3000
    assert told["unmapped"] < 10
    assert told["expectations"]["evaluated"] >= told["expectations"]["passed"] > 30
    assert told["findings"]["warns"] > 0
    assert "blocks" not in told["findings"]
    assert set(told["seconds"]) == {"land", "read", "stage", "build", "check", "release"}


def test_one_source_with_a_dead_link_does_not_stop_the_others(sample_home) -> None:
    sources = {row["source"]: row for row in sample_home.first.json["sources"]}
    assert {row["status"] for row in sources.values()} == {"ok", "partial"}
    assert [problem["kind"] for problem in sources["hechuan"]["problems"]] == ["dead_link"]


def test_the_release_is_a_database_with_parquet_and_data_docs_beside_it(sample_home) -> None:
    current = sample_home.path / "current"
    tables = {
        name
        for (name,) in query(
            sample_home.warehouse, "select table_name from duckdb_tables() where schema_name = 'main'"
        )
    }
    assert {path.stem for path in (current / "parquet").iterdir()} == tables
    assert (current / "data_docs" / "index.html").is_file()
    assert (
        json.loads((current / "release.json").read_text())["release_id"]
        == sample_home.first.json["release"]["release_id"]
    )


def test_every_number_leads_back_to_its_place_in_the_landed_text(sample_home) -> None:
    extracted = next((sample_home.path / "work" / "extracted").iterdir())
    texts = {path.stem: path.read_text(encoding="utf-8") for path in extracted.glob("*.txt")}
    rows = query(sample_home.warehouse, "select report_id, char_start, char_end, raw from fct_observation")
    assert rows
    assert all(texts[report][start:end] == raw for report, start, end, raw in rows)


def test_trends_stand_over_three_years(sample_home) -> None:
    years = query(
        sample_home.warehouse,
        "select count(distinct year) from mart_school_trends where metric = 'enrolment' group by school_id",
    )
    assert years
    assert all(count >= 3 for (count,) in years)


def test_a_corrected_report_replaces_the_one_it_corrects(sample_home) -> None:
    versions = query(
        sample_home.warehouse,
        "select version, is_latest, title from dim_report where title like '涪陵区%2024年度%' order by version",
    )
    assert [(version, latest) for version, latest, _ in versions] == [(1, False), (2, True)]
    assert "更正" in versions[1][2]


# Of the reports that count: fuling-2024 was replaced by its corrected version. A part too near its whole (the lie of
# kind `part`) is plausible by itself; only next year's report can tell.
LIES = [lie for lie in planted_contradictions() if lie.report != "fuling-2024" and lie.kind != "part"]


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: f"{lie.report}-{lie.metric}")
def test_a_planted_contradiction_is_found(lie, sample_home) -> None:
    found = query(
        sample_home.warehouse,
        f"select entity, metric, year from audit.audit_contradictions where year = {lie.year}",
    )
    assert lie.entity in {entity for entity, _, _ in found}


def test_every_finding_of_a_report_quotes_it(sample_home) -> None:
    rows = query(
        sample_home.warehouse,
        "select quote, message_zh, message_en from fct_finding where suite = 'audits'",
    )
    assert rows
    assert all(quote and zh and en for quote, zh, en in rows)


def test_a_second_run_fetches_reads_builds_and_releases_nothing(sample_home, run) -> None:
    before = sorted(path.name for path in (sample_home.path / "releases").iterdir())
    manifests = {p: p.read_bytes() for p in (sample_home.path / "landing" / "manifest").iterdir()}
    second = run("refresh", "--home", sample_home.path, "--json")
    assert second.code == 0, second.err
    assert second.json["outcome"] == "unchanged"
    assert second.json["landed"]["new"] == 0
    assert second.json["landed"]["unchanged"] == 27
    assert "build" not in second.json["seconds"]
    assert sorted(path.name for path in (sample_home.path / "releases").iterdir()) == before
    assert {p: p.read_bytes() for p in (sample_home.path / "landing" / "manifest").iterdir()} == manifests


def test_each_district_has_its_own_partition_with_its_files_and_counts(sample_home) -> None:
    with instance_of(sample_home.path) as instance:
        for source in ("fuling", "wanzhou"):
            event = instance.get_event_records(
                dg.EventRecordsFilter(
                    dg.DagsterEventType.ASSET_MATERIALIZATION,
                    asset_key=dg.AssetKey("landed_reports"),
                    asset_partitions=[source],
                ),
                limit=1,
            )[0]
            metadata = event.asset_materialization.metadata
            assert metadata["summary"].value["source"]["source"] == source
            assert f"http://www.{source}.sample/" in metadata["files"].value
            assert "landing/files/" in metadata["files"].value


def test_a_mart_row_leads_to_the_landed_file_in_the_metadata_of_the_release(sample_home) -> None:
    with instance_of(sample_home.path) as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey("released_warehouse"))
    shown = event.asset_materialization.metadata["from a mart's row to the landed file"].value
    rows = [line.split(" | ") for line in shown.splitlines()[2:]]
    marts = {row[0].strip("| ") for row in rows}
    assert marts == {"mart_school_trends", "mart_contradictions", "mart_restatements"}
    files = {row[-1].removesuffix(" |") for row in rows}
    assert all((sample_home.path / file).is_file() for file in files)
    raw = {row[2].split(" (")[0] for row in rows}
    assert all(
        any(number in (sample_home.path / file).read_text(errors="ignore") for file in files)
        for number in raw
    )


@contextmanager
def instance_of(home: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(home / "dagster")) as instance:
        yield instance


def test_a_broken_source_file_never_stops_the_others(tmp_path) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "bad.yaml").write_text(
        "id: bad\nname: 甲区教委\ndistrict: '500101'\nbase: http://a.sample\nlist: [/x/]\n"
    )
    server = make_server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        good = yaml.safe_load((SOURCES / "wanzhou.yaml").read_text(encoding="utf-8"))
        good |= {"base": f"http://127.0.0.1:{server.server_port}", "hosts": [], "pause": 0}
        good["lists"] = [f"/www.wanzhou.sample{path}" for path in good["lists"]]
        (sources / "wanzhou.yaml").write_text(yaml.safe_dump(good, allow_unicode=True), encoding="utf-8")
        settings = Settings(home=str(tmp_path / "home"), sources=str(sources))
        with dg.DagsterInstance.ephemeral() as instance:
            tags = register(instance, settings.partitions())
            landed = dg.materialize(
                [landed_reports], instance=instance, resources={"settings": settings}, tags=tags
            )
    finally:
        server.shutdown()
    assert landed.success
    runs = {path.stem: json.loads(path.read_text()) for path in settings.places.source_runs.iterdir()}
    assert {source: run["status"] for source, run in runs.items()} == {"bad": "failed", "wanzhou": "ok"}
    assert any("did you mean" in problem["detail"] for problem in runs["bad"]["problems"])
    assert runs["wanzhou"]["new"] == 5
