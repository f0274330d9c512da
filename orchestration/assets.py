"""Assets from the sources to the release, except the dbt models (dbt.py). What an asset does is done elsewhere: here is
only what it depends on, what it leaves behind and what it tells Dagster.

A refresh that finds nothing new ends at `raw`: it yields nothing, and all that hangs on it is skipped.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import get_asset_keys_by_output_name_for_source

from expectations import ExpectationRun, Run, load_suites, record_release, run_expectations
from extraction.extract import reader_version
from orchestration.dbt import project_fingerprint, star_schema
from orchestration.extracting import Job, extract_all, folder_for_version, forget_other_versions
from orchestration.logs import teller
from orchestration.partitions import SOURCES
from orchestration.resources import Settings
from orchestration.state import read_json, write_json
from scrapers.crawl import crawl_source
from scrapers.inbox import land_inbox
from scrapers.landing import Landing
from scrapers.records import INBOX, LandedFile, Problem, SourceRun
from warehouse.release import Release, current_release, release
from warehouse.review import Ledger
from warehouse.staging import stage

RAW = get_asset_keys_by_output_name_for_source([star_schema], "raw")
EXTRACTED = dg.AssetKey("extracted_reports")
EXPECTATIONS = dg.AssetKey("expectation_results")


def summary(**values: Any) -> dict[str, dg.MetadataValue]:
    """What an asset did, as metadata: one JSON object that the command line and the UI read."""
    return {"summary": dg.MetadataValue.json(values)}


@dg.asset(partitions_def=SOURCES, backfill_policy=dg.BackfillPolicy.single_run(), group_name="landing")
def landed_reports(context: dg.AssetExecutionContext, settings: Settings) -> dg.MaterializeResult[None]:
    """Every report found on the sources' sites or in the inbox, stored once under the hash of its bytes."""
    landing = Landing(settings.places.landing)
    runs = [_keep(run, settings.places.source_runs) for run in _land(context, settings, landing)]
    return dg.MaterializeResult(metadata=summary(sources=[asdict(run) for run in runs]))


def _land(context: dg.AssetExecutionContext, settings: Settings, landing: Landing) -> Iterator[SourceRun]:
    """One SourceRun for each partition that the settings name; a broken source file is a failed source."""
    wanted = set(context.partition_keys)
    sources, problems = settings.load_sources()
    with settings.proxy() as proxy:
        for source in sources:
            if source.id in wanted:
                yield crawl_source(source, landing, proxy=proxy, log=teller(context))
    for file, mistakes in groupby(problems, key=lambda problem: problem.file):
        broken = tuple(Problem("bad_source_file", file.name, str(mistake)) for mistake in mistakes)
        teller(context)("; ".join(problem.detail for problem in broken))
        yield SourceRun(file.stem, file.name, None, "failed", problems=broken)
    if settings.inbox and INBOX in wanted:
        yield land_inbox(Path(settings.inbox), landing, log=teller(context))


def _keep(run: SourceRun, folder: Path) -> SourceRun:
    write_json(folder / f"{run.source}.json", asdict(run))
    return run


@dg.asset(key=EXTRACTED, deps=[landed_reports], group_name="extraction")
def extracted_reports(context: dg.AssetExecutionContext, settings: Settings) -> dg.MaterializeResult[None]:
    """Every landed file read by this version of the reader: document, entities, observations, landed text."""
    landing, folder = Landing(settings.places.landing), folder_for_version(settings.places.extracted)
    files = {row.sha256: row for row in _latest(landing)}
    jobs = [
        Job(sha256, landing.path(sha256), row.content_type, folder) for sha256, row in sorted(files.items())
    ]
    read_now = extract_all(jobs, settings.workers, teller(context))
    return dg.MaterializeResult(
        metadata=summary(documents=len(files), read_now=read_now),
        data_version=dg.DataVersion(_hash([reader_version(), *sorted(files)])),
    )


def _latest(landing: Landing) -> list[LandedFile]:
    """The rows that hold now, one a URL. A withdrawn report stays: it was published, and its numbers are cited."""
    return list({row.url: row for row in landing.history()}.values())


@dg.multi_asset(
    specs=[dg.AssetSpec(key, deps=[EXTRACTED], skippable=True, group_name="raw") for key in RAW.values()],
    name="staged",
)
def staged(context: dg.AssetExecutionContext, settings: Settings) -> Iterator[dg.MaterializeResult[None]]:
    """A fresh work file with the schema raw. Nothing is yielded where all that goes in is what the release holds."""
    places = settings.places
    landing = Landing(places.landing)
    runs = [read_json(path) for path in sorted(places.source_runs.glob("*.json"))]
    documents = sorted({row.sha256 for row in landing.history()} & {row.sha256 for row in _latest(landing)})
    inputs = _inputs(landing, runs, places.decisions)
    published = current_release(places.current)
    if published and read_json(places.built) == {"inputs": inputs, "release_id": published.release_id}:
        teller(context)(f"nothing new since release {published.release_id}: nothing to build")
        return
    counts = stage(
        places.database,
        landed_files=[row.as_dict() for row in landing.history()],
        source_runs=runs,
        extracted=folder_for_version(places.extracted),
        document_ids=documents,
        decisions=places.decisions,
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
        history=places.history,
        snapshot=places.findings,
        stored=dict(_stored(Landing(places.landing))),
    )
    told = _told(run)
    write_json(places.expectations, {**told, "results": [asdict(result) for result in run.results]})
    return dg.MaterializeResult(metadata=summary(**told))


def _stored(landing: Landing) -> Iterator[tuple[str, str]]:
    """The name of each file in the landing zone and the hash of its bytes."""
    for sha256 in sorted({row.sha256 for row in _latest(landing) if landing.has(row.sha256)}):
        with landing.path(sha256).open("rb") as file:
            yield sha256, hashlib.file_digest(file, "sha256").hexdigest()


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
        raise dg.Failure(
            description=_held_back(results["held_by"]),
            metadata=summary(held_by=results["blocking"], findings=results["held_by"]),
            allow_retries=False,
        )
    before = current_release(places.current)
    made = release(
        places.database,
        places.releases,
        places.current,
        attachments={"data_docs": places.data_docs},
        extra={
            "findings": results["findings"],
            "undecided": results["undecided"],
            "data_docs": "data_docs/index.html",
        },
    )
    record_release(places.history, read_json(places.building)["inputs"], made.release_id)
    write_json(places.built, {**read_json(places.building), "release_id": made.release_id})
    forget_other_versions(places.extracted)
    teller(context)(f"released {made.release_id}")
    return dg.MaterializeResult(metadata=summary(**_release_told(made, before)))


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
