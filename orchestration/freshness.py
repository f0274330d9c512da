"""How fresh each source and each mart is: one judgement, shown as asset checks in Dagster and told by alerts.

A source is fresh while it answers, and once its season is over has given a report; a mart while a refresh ends well, be
it with a release or with nothing new. The times behind it are in the warehouse too (`raw.source_runs`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import dagster as dg

from orchestration.assets import LANDED
from orchestration.dbt import star_schema
from orchestration.operations import Operations, Schedule, load_operations, season_of
from orchestration.places import Places
from orchestration.resources import Settings
from orchestration.state import read_json
from scrapers.records import INBOX


@dataclass(frozen=True)
class Freshness:
    """Whether something is fresh, since when its last good news are, and why not in words."""

    name: str
    fresh: bool
    last: str | None
    words: str


def source_freshness(places: Places, operations: Operations, now: datetime) -> dict[str, Freshness]:
    """Each source that was ever crawled, by id. Files from the inbox come when they come."""
    runs = (read_json(path) for path in sorted(places.source_runs.glob("*.json")))
    return {run["source"]: _source(run, operations, now) for run in runs if run and run["source"] != INBOX}


def _source(run: Mapping[str, str | None], operations: Operations, now: datetime) -> Freshness:
    name, answered, newest = str(run["name"]), run.get("answered_at"), run.get("newest_on")
    patience = operations.patience(now)
    if answered is None:
        return Freshness(name, False, None, "has not answered yet")
    if now - datetime.fromisoformat(answered) > patience:
        return Freshness(name, False, answered, f"no answer since {answered}, more than {_days(patience)}")
    expected = _season_that_ended(
        now.astimezone(ZoneInfo(operations.schedule.timezone)).date(), operations.schedule
    )
    if newest and season_of(date.fromisoformat(newest)) < expected:
        return Freshness(
            name, False, answered, f"no report of season {expected}, which is over; the newest is of {newest}"
        )
    return Freshness(name, True, answered, f"answered {answered}, newest file {newest or 'none'}")


def _season_that_ended(day: date, schedule: Schedule) -> int:
    """The last season whose months have all passed."""
    months = [_since_september(month) for month in schedule.season]
    over = not months or _since_september(day.month) > max(months)
    return season_of(day) if over else season_of(day) - 1


def _since_september(month: int) -> int:
    return (month - 9) % 12


def release_freshness(places: Places, operations: Operations, now: datetime) -> Freshness:
    """The release, and with it every mart: when a refresh last found that it holds all that has landed."""
    confirmed, patience = read_json(places.confirmed), operations.patience(now)
    if confirmed is None:
        return Freshness("release", False, None, "nothing has been released yet")
    at = confirmed["at"]
    if now - datetime.fromisoformat(at) > patience:
        return Freshness(
            "release", False, at, f"no refresh has ended well since {at}, more than {_days(patience)}"
        )
    return Freshness(
        "release", True, at, f"release {confirmed['release_id']} held all that had landed at {at}"
    )


def _days(patience: object) -> str:
    return str(patience).removesuffix(", 0:00:00")


# ── as Dagster's asset checks ────────────────────────────────────────────────────────────────────────────────────────


def _check_name(source: str) -> str:
    return f"fresh_{source.replace('-', '_')}"


def _specs() -> Iterator[dg.AssetCheckSpec]:
    sources, _ = Settings().load_sources()
    for source in sources:
        yield dg.AssetCheckSpec(
            _check_name(source.id), asset=LANDED, description=f"{source.name} · answers, has reported"
        )
    for key in sorted(star_schema.keys):
        if key.path[-1].startswith("mart_"):
            yield dg.AssetCheckSpec("fresh", asset=key, description="a refresh ended well not long ago")


SPECS = tuple(_specs())


def evaluations(places: Places, operations: Operations, now: datetime) -> list[dg.AssetCheckEvaluation]:
    """The state of every check now."""
    sources = {_check_name(name): state for name, state in source_freshness(places, operations, now).items()}
    release = release_freshness(places, operations, now)
    never = Freshness("", False, None, "has not been crawled yet")
    return [
        dg.AssetCheckEvaluation(
            asset_key=spec.asset_key,
            check_name=spec.name,
            passed=state.fresh,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"state": state.words, "last good news": state.last or "none"},
        )
        for spec in SPECS
        for state in [sources.get(spec.name, never) if spec.asset_key == LANDED else release]
    ]


@dg.multi_asset_check(specs=SPECS, name="freshness", can_subset=True)
def freshness_checks(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
    """The same on demand. The sensor `alerts` reports them without a run."""
    places = Settings().places
    for found in evaluations(places, load_operations(places), datetime.now(UTC)):
        if found.asset_check_key in context.selected_asset_check_keys:
            yield dg.AssetCheckResult(
                asset_key=found.asset_key,
                check_name=found.check_name,
                passed=found.passed,
                severity=found.severity,
                metadata=found.metadata,
            )
