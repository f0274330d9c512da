"""What a refresh tells at its end: the `--json` object, and the same for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.markup import escape

from orchestration.logs import STAGES
from orchestration.places import PROJECT
from orchestration.refreshing import Refreshed
from orchestration.resources import Settings

_LANDED = ("new", "changed", "unchanged", "withdrawn", "failed")
_SHOWN = 8  # findings named in the terminal; all of them are in fct_finding


def as_json(refreshed: Refreshed, settings: Settings) -> dict[str, Any]:
    """The one object of `zhijiao refresh --json`."""
    places = settings.places
    sources = refreshed.assets.get("landed_reports", {}).get("sources", [])
    database = places.current / "warehouse.duckdb" if refreshed.exit_code == 0 else places.database
    return {
        "outcome": refreshed.outcome,
        "error": refreshed.error,
        "home": str(places.home),
        "landed": {name: sum(source[name] for source in sources) for name in _LANDED},
        "sources": [
            {key: source[key] for key in ("source", "name", "status", "requests", *_LANDED, "problems")}
            for source in sources
        ],
        **_warehouse(database),
        "release": {
            **refreshed.assets.get("released_warehouse", {}),
            "current": str(places.current),
        },
        "seconds": _stages(refreshed.seconds),
    }


def _stages(seconds: Mapping[str, float]) -> dict[str, float]:
    total: dict[str, float] = {}
    for step, spent in seconds.items():
        stage = STAGES.get(step, step)
        total[stage] = total.get(stage, 0.0) + spent
    return {stage: round(spent, 2) for stage, spent in total.items()}


def _warehouse(database: Path) -> dict[str, Any]:
    """What the warehouse holds; nothing where there is none, or where a run that failed left a damaged one."""
    try:
        return _held_in(database) if database.is_file() else {}
    except duckdb.Error:
        return {}


def _held_in(database: Path) -> dict[str, Any]:
    """Documents, observations, expectations and findings."""
    with duckdb.connect(str(database), read_only=True) as connection:

        def rows(query: str) -> list[tuple[Any, ...]]:
            return connection.execute(query).fetchall()

        tables = {
            name for (name,) in rows("select table_name from duckdb_tables() where schema_name = 'main'")
        }
        if not {"dim_report", "fct_observation", "fct_expectation_result"} <= tables:
            return {}
        observations = rows("select count(*), count(*) filter (metric = 'unmapped') from fct_observation")[0]
        expectations = rows(
            "select count(*), count(*) filter (success) from fct_expectation_result where is_latest"
        )[0]
        return {
            "documents": rows("select count(*) from dim_report")[0][0],
            "rejected": [
                {"url": url, "reason": reason}
                for url, reason in rows(
                    "select url, reject_reason from dim_report where status = 'rejected' order by url"
                )
            ],
            "observations": observations[0],
            "unmapped": observations[1],
            "facts": rows("select count(*) from fct_school_metric")[0][0],
            "schools": rows("select count(distinct school_id) from fct_school_metric")[0][0],
            "expectations": {"evaluated": expectations[0], "passed": expectations[1]},
            "findings": dict(
                rows(
                    "select severity, count(*) from fct_finding where status <> 'closed' group by all order by all"
                )
            ),
            "undecided": dict(
                rows(
                    "select severity, count(*) from fct_finding where status in ('open', 'reopened') "
                    "group by all order by all"
                )
            ),
            "worst": [
                dict(zip(("severity", "rule", "message_zh", "message_en"), row, strict=True))
                for row in rows(
                    "select severity, rule, message_zh, message_en from fct_finding "
                    "where severity <> 'notes' and status in ('open', 'reopened') "
                    f"order by severity, rule, finding_id limit {_SHOWN}"
                )
            ],
        }


def tell(told: Mapping[str, Any], settings: Settings, console: Console) -> None:
    """Print what was landed, read, found and released, where it is, and what to do next."""
    console.print()
    for name, words in _lines(told, settings):
        console.print(f"[bold]{name:>12}[/]  {words}")


def _lines(told: Mapping[str, Any], settings: Settings) -> Iterator[tuple[str, str]]:
    yield "landed", " · ".join(f"{count} {name}" for name, count in told["landed"].items())
    for source in told["sources"]:
        for problem in source["problems"]:
            yield (
                "",
                f"[yellow]{escape(source['source'])}: {escape(problem['kind'])}: {escape(_where(problem))}[/]",
            )
    if "documents" in told:
        yield from _held(told)
    seconds = " · ".join(f"{stage} {spent:.1f}" for stage, spent in told["seconds"].items())
    yield "seconds", f"{sum(told['seconds'].values()):.1f} ({seconds})"
    yield from _outcome(told, settings)


def _where(problem: Mapping[str, str]) -> str:
    return (
        f"{problem['url']}: {problem['detail']}"
        if problem["url"] not in problem["detail"]
        else problem["detail"]
    )


def _held(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    share = told["unmapped"] / told["observations"] if told["observations"] else 0
    yield (
        "read",
        f"{told['documents']} documents, {len(told['rejected'])} rejected · {told['observations']:,} numbers, "
        f"{told['unmapped']:,} unmapped ({share:.0%})",
    )
    for rejected in told["rejected"]:
        yield "", f"[yellow]rejected: {escape(str(rejected['url']))}: {escape(str(rejected['reason']))}[/]"
    yield "facts", f"{told['facts']:,} school × year × metric of {told['schools']} schools"
    checked = told["expectations"]
    findings = " · ".join(f"{count} {severity}" for severity, count in told["findings"].items()) or "none"
    yield "found", f"{checked['passed']} of {checked['evaluated']} expectations hold · findings: {findings}"
    for finding in told["worst"]:
        yield "", f"{finding['severity']}: {escape(finding['message_zh'])}"
    more = sum(count for severity, count in told["undecided"].items() if severity != "notes") - len(
        told["worst"]
    )
    if told["worst"]:
        yield "", f"{f'… and {more} more: ' if more > 0 else ''}zhijiao review serve shows and decides them"


def _outcome(told: Mapping[str, Any], settings: Settings) -> Iterator[tuple[str, str]]:
    current = _short(settings.places.current)
    if told["outcome"] in ("released", "unchanged"):
        words = (
            "nothing new: the release stays"
            if told["outcome"] == "unchanged"
            else told["release"]["release_id"]
        )
        yield "released", f"[green]{words}[/]"
        yield (
            "open",
            f"{current}/warehouse.duckdb (read-only) · {current}/parquet/ · {current}/data_docs/index.html",
        )
    else:
        yield "not released", f"[red]{escape(str(told['error']))}[/]"
        if settings.places.current.exists():
            yield "open", f"the last release stays: {current}/warehouse.duckdb"
    for name, words in zip(("next", *[""] * 9), _next(settings), strict=False):
        yield name, words


def _next(settings: Settings) -> Sequence[str]:
    if settings.is_sample:
        return (
            "this was the sample site. Real ones, in a home of their own:",
            "zhijiao sources check --sources scrapers/sources",
            "zhijiao refresh --sources scrapers/sources --home var-real",
            "zhijiao refresh --inbox FOLDER --home var-real      reports you have as files",
        )
    return ("zhijiao ui shows runs, lineage and checks",)


def _short(path: Path) -> str:
    """A path as a person types it from here."""
    for start in (Path.cwd(), PROJECT):
        if path.is_relative_to(start):
            return str(path.relative_to(start))
    return str(path)
