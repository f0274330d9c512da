"""Assets from the sources to the release, except the dbt models (dbt.py). What an asset does is done elsewhere: here is
only what it depends on, what it leaves behind and what it tells Dagster.

A refresh that finds nothing new ends at `raw`: it yields nothing, and all that hangs on it is skipped.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import get_asset_keys_by_output_name_for_source

from expectations import (
    ExpectationRun,
    Run,
    draft_of,
    keep_draft,
    load_suites,
    record_release,
    run_expectations,
)
from extraction.extract import reader_version
from orchestration.dbt import project_fingerprint, star_schema
from orchestration.extracting import Job, extract_all, folder_for_version, forget_other_versions
from orchestration.lineage import blocking_findings, landed_files_preview, lineage_preview
from orchestration.logs import paced, teller
from orchestration.partitions import SOURCES, register_seasons
from orchestration.places import Places
from orchestration.reading import latest_files
from orchestration.resources import Settings
from orchestration.season_report import write_season_report
from orchestration.state import read_json, write_json
from scrapers.crawl import crawl_sources
from scrapers.digests import Digests
from scrapers.inbox import land_inbox
from scrapers.landing import Landing
from scrapers.records import INBOX, Problem, SourceRun
from warehouse.release import Release, current_release, release
from warehouse.review import Ledger
from warehouse.staging import stage

RAW = get_asset_keys_by_output_name_for_source([star_schema], "raw")
LANDED = dg.AssetKey("landed_reports")
EXTRACTED = dg.AssetKey("extracted_reports")
EXPECTATIONS = dg.AssetKey("expectation_results")


def summary(**values: Any) -> dict[str, dg.MetadataValue]:
    """What an asset did, as metadata: one JSON object that the command line and the UI read."""
    return {"summary": dg.MetadataValue.json(values)}


@dg.asset(
    key=LANDED,
    partitions_def=SOURCES,
    backfill_policy=dg.BackfillPolicy.single_run(),
    group_name="landing",
    pool="crawl",  # of one slot (dagster.yaml): no site is asked by two runs at once
)
def landed_reports(context: dg.AssetExecutionContext, settings: Settings) -> None:
    """Every report found on the sources' sites or in the inbox, stored once under the hash of its bytes."""
    landing = Landing(settings.places.landing)
    for row in landing.set_aside_damaged():
        teller(context)(f"damaged, to be landed again: {row.title or row.url}")
    for run in _land(context, settings, landing):
        _keep(run, landing, settings.places)
        told = summary(source=asdict(run))
        told["files"] = landed_files_preview(landing, run.source)
        context.add_asset_metadata(told, partition_key=run.source)


def _land(context: dg.AssetExecutionContext, settings: Settings, landing: Landing) -> Iterator[SourceRun]:
    """One SourceRun for each partition that the settings name; a broken source file is a failed source."""
    wanted = set(context.partition_keys)
    sources, problems = settings.load_sources()
    with settings.proxy() as proxy:
        chosen = [source for source in sources if source.id in wanted]
        yield from crawl_sources(
            chosen, landing, proxy, teller(context), full=settings.full, manners=settings.manners()
        )
    of_wanted = [problem for problem in problems if problem.file.stem in wanted]
    for file, mistakes in groupby(of_wanted, key=lambda problem: problem.file):
        broken = tuple(Problem("bad_source_file", file.name, str(mistake)) for mistake in mistakes)
        teller(context)("; ".join(problem.detail for problem in broken))
        yield SourceRun(file.stem, file.name, None, "failed", problems=broken)
    if settings.inbox and INBOX in wanted:
        yield land_inbox(Path(settings.inbox), landing, paced(teller(context)), full=settings.full)


def _keep(run: SourceRun, landing: Landing, places: Places) -> None:
    """Write down what a crawl did, when it was, when the site last answered, and the date of its newest file."""
    file = places.source_runs / f"{run.source}.json"
    now = datetime.now(UTC).isoformat(timespec="seconds")
    answered = now if run.status != "failed" else (read_json(file) or {}).get("answered_at")
    dates = [(row.published_on or row.fetched_at)[:10] for row in landing.current(run.source).values()]
    times = {"crawled_at": now, "answered_at": answered, "newest_on": max(dates, default=None)}
    write_json(file, {**asdict(run), **times})


@dg.asset(key=EXTRACTED, deps=[landed_reports], group_name="extraction", code_version=reader_version())
def extracted_reports(context: dg.AssetExecutionContext, settings: Settings) -> dg.MaterializeResult[None]:
    """Every landed file read by this version of the reader: document, entities, observations, landed text."""
    landing, folder = Landing(settings.places.landing), folder_for_version(settings.places.extracted)
    rows = latest_files(landing)
    register_seasons(context.instance, rows)
    files = {row.sha256: row for row in rows}
    unread = sorted(files.keys() - {path.stem for path in folder.glob("*.json")})
    jobs = [Job(sha256, landing.path(sha256), files[sha256].content_type, folder) for sha256 in unread]
    read_now = extract_all(jobs, settings.workers, paced(teller(context)))
    teller(context)(f"{read_now} documents read now, {len(files)} in all")
    return dg.MaterializeResult(
        metadata=summary(documents=len(files), read_now=read_now),
        data_version=dg.DataVersion(_hash([reader_version(), *sorted(files)])),
    )


@dg.multi_asset(
    specs=[dg.AssetSpec(key, deps=[EXTRACTED], skippable=True, group_name="raw") for key in RAW.values()],
    name="staged",
)
def staged(context: dg.AssetExecutionContext, settings: Settings) -> Iterator[dg.MaterializeResult[None]]:
    """The work file with the schema raw. Nothing is yielded where all that goes in is what the release holds."""
    places = settings.places
    landing = Landing(places.landing)
    runs = [read_json(path) for path in sorted(places.source_runs.glob("*.json"))]
    documents = sorted({row.sha256 for row in latest_files(landing)})
    inputs = _inputs(landing, runs, places.decisions)
    published = current_release(places.current)
    if published and read_json(places.built) == {"inputs": inputs, "release_id": published.release_id}:
        teller(context)(f"nothing new since release {published.release_id}: nothing to build")
        _confirm(places, published)
        return
    counts = stage(
        places.database,
        landed_files=[row.as_dict() for row in landing.history()],
        source_runs=runs,
        extracted=folder_for_version(places.extracted),
        document_ids=documents,
        decisions=places.decisions,
        recipe=_hash([reader_version(), project_fingerprint()]),
    )
    teller(context)(f"staged {counts['documents']} documents, {counts['observations']:,} observations")
    write_json(places.building, {"inputs": inputs})
    for key in RAW.values():
        yield dg.MaterializeResult(asset_key=key, metadata={"dagster/row_count": counts[key.path[-1]]})


def _inputs(landing: Landing, runs: Sequence[dict[str, Any]], ledger: Path) -> str:
    """A hash of all that decides what a release holds: files, sources' troubles, reader, models, rules, decisions."""
    rows = [(row.url, row.sha256, row.state, row.title) for row in landing.history()]
    troubles = [(run["source"], run["status"], run["problems"]) for run in runs]
    decided = [asdict(decision) for decision in Ledger(ledger).decisions()]
    today = datetime.now(UTC).date()
    expired = [key for key, decision in Ledger(ledger).latest().items() if not decision.in_force(today)]
    return _hash(
        [rows, troubles, reader_version(), project_fingerprint(), repr(load_suites()), decided, expired]
    )


def _confirm(places: Places, release: Release) -> None:
    """Write down that the release holds all that has landed, and when that was so."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    write_json(places.confirmed, {"release_id": release.release_id, "at": at})


def _hash(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, default=str).encode()).hexdigest()[:16]


@dg.asset(key=EXPECTATIONS, deps=[star_schema], group_name="expectations")
def expectation_results(context: dg.AssetExecutionContext, settings: Settings) -> dg.MaterializeResult[None]:
    """Great Expectations on landing zone, staging and marts: results and findings as tables, Data Docs as pages."""
    places = settings.places
    run = run_expectations(
        places.database,
        places.data_docs,
        log=teller(context),
        run=Run(run_id=read_json(places.building)["inputs"], today=datetime.now(UTC).date()),
        history=draft_of(places.history, places.history_draft),
        snapshot=places.findings,
        stored=_stored(Landing(places.landing), places.stored, full=settings.full),
    )
    told = _told(run)
    results = [asdict(result) for result in run.results]
    found = blocking_findings(places.database, run.blocking)
    write_json(places.expectations, {**told, "results": results, "blocking_findings": found})
    return dg.MaterializeResult(metadata=summary(**told))


def _stored(landing: Landing, memory: Path, *, full: bool) -> dict[str, str]:
    """The name of each file in the landing zone and the hash of its bytes."""
    files = landing.files()
    with Digests.remembering(memory, full=full) as digests:
        return {
            sha256: digests.of(files[sha256])
            for sha256 in sorted({row.sha256 for row in latest_files(landing)} & files.keys())
        }


def _told(run: ExpectationRun) -> dict[str, Any]:
    return {
        "expectations": len(run.results),
        "passed": run.passed,
        "findings": dict(run.findings_by_severity),
        "undecided": dict(run.undecided),
        "blocking": list(run.blocking),
        "held_by": list(run.held_by),
    }


@dg.asset(deps=[EXPECTATIONS], group_name="release")
def released_warehouse(context: dg.AssetExecutionContext, settings: Settings) -> dg.MaterializeResult[None]:
    """What BI tools open: current/warehouse.duckdb and Parquet, swapped in at once. A blocking finding holds it back."""
    places = settings.places
    results = read_json(places.expectations)
    if results["held_by"]:
        keep_draft(places.history_draft, places.history)
        raise dg.Failure(
            description=_held_back(results["held_by"]),
            metadata=summary(
                held_by=results["blocking"],
                findings=results["held_by"],
                blocking_findings=results["blocking_findings"],
            ),
            allow_retries=False,
        )
    before = current_release(places.current)
    made = release(
        places.database,
        places.releases,
        places.current,
        attachments={
            "data_docs": places.data_docs,
            "season_report": partial(write_season_report, before=places.current, database=places.database),
        },
        extra={
            "findings": results["findings"],
            "undecided": results["undecided"],
            "data_docs": "data_docs/index.html",
        },
    )
    if places.history_draft.exists():
        record_release(places.history_draft, read_json(places.building)["inputs"], made.release_id)
        keep_draft(places.history_draft, places.history)
    write_json(places.built, {**read_json(places.building), "release_id": made.release_id})
    _confirm(places, made)
    forget_other_versions(places.extracted)
    teller(context)(f"released {made.release_id}")
    told = summary(**_release_told(made, before))
    told["season report"] = dg.MetadataValue.path(places.current / "season_report" / "index.html")
    told["data docs"] = dg.MetadataValue.path(places.current / "data_docs" / "index.html")
    told["from a mart's row to the landed file"] = lineage_preview(places)
    return dg.MaterializeResult(metadata=told)


def _held_back(held_by: Sequence[str]) -> str:
    """Which findings hold the release back, and what to do about it."""
    rules = ", ".join(dict.fromkeys(held.split()[0] for held in held_by))
    return (
        f"held back by {len(held_by)} findings of {rules}; the last release stays. Decide on them "
        f"(`zhijiao review serve`, or `zhijiao review show {held_by[0].split()[1]}`) and refresh again"
    )


def _release_told(made: Release, before: Release | None) -> dict[str, Any]:
    return {
        "release_id": made.release_id,
        "content_hash": made.content_hash,
        "is_new": before is None or made.release_id != before.release_id,
        "tables": made.tables,
    }
