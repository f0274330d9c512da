"""operations.yaml: defaults for a laptop, mistakes named, seasons and overdue times as the year goes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from dagster._utils.schedules import schedule_execution_time_iterator
from hypothesis import given
from hypothesis import strategies as st

from orchestration.freshness import Freshness, release_freshness, source_freshness
from orchestration.operations import Operations, OperationsError, Schedule, load_operations, season_of
from orchestration.places import Places
from orchestration.state import write_json


def written(tmp_path, text: str) -> Places:
    places = Places(tmp_path)
    places.operations.write_text(text, encoding="utf-8")
    return places


def test_without_a_file_the_defaults_hold(tmp_path) -> None:
    operations = load_operations(Places(tmp_path))
    assert operations == Operations()
    assert operations.schedule.crons == ["0 3 * 12,1,2,3 *", "0 3 * 4,5,6,7,8,9,10,11 1"]
    assert operations.schedule.timezone == "Asia/Shanghai"


@given(season=st.sets(st.integers(1, 12)))
def test_the_crons_cover_the_year_without_overlap(season: set[int]) -> None:
    months = [cron.split()[3] for cron in Schedule(season=tuple(season)).crons]
    assert sorted(int(month) for part in months for month in part.split(",")) == list(range(1, 13))


@pytest.mark.parametrize(
    ("after", "days"),
    [("2026-01-30", ["01-31", "02-01", "02-02"]), ("2026-03-30", ["03-31", "04-06", "04-13"])],
)
def test_in_season_daily_else_weekly_at_three_in_shanghai(after: str, days: list[str]) -> None:
    start = datetime.fromisoformat(f"{after}T12:00+08:00").timestamp()
    ticks = schedule_execution_time_iterator(start, Schedule().crons, "Asia/Shanghai", ascending=True)
    times = [next(ticks) for _ in days]
    assert [f"{time:%m-%d}" for time in times] == days
    assert {time.hour for time in times} == {3}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("shedule: {}", "shedule: no such field"),
        ("schedule: {in_season: '0 3 * 5 *'}", "schedule.in_season: write five fields of cron"),
        ("schedule: {timezone: Asia/Chongching}", "no time zone"),
        ("alerts: [{name: a, shape: telegram, url: http://a}]", "alerts.0.shape"),
        ("alerts: [{name: a, shape: slack, url: a}]", "alerts.0.url"),
        ("alerts: [{name: a, shape: slack, url: '${NO_SUCH_URL}'}]", "NO_SUCH_URL"),
        ("ui: [", "not valid YAML"),
    ],
)
def test_a_mistake_is_named_with_file_and_field(text: str, words: str, tmp_path) -> None:
    with pytest.raises(OperationsError) as told:
        load_operations(written(tmp_path, text))
    assert words in str(told.value)
    assert "operations.yaml" in str(told.value)


def test_the_command_line_refuses_to_start_on_a_mistake(tmp_path, run) -> None:
    written(tmp_path, "alert: []")
    done = run("refresh", "--home", tmp_path)
    assert done.code == 2
    assert "alert: no such field" in done.err


def test_secrets_come_from_the_environment(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("HOOK", "https://hook.cn/1")
    places = written(tmp_path, "alerts: [{name: a, shape: slack, url: '${HOOK}'}]")
    assert load_operations(places).alerts[0].url == "https://hook.cn/1"


def test_the_example_for_a_server_is_right(monkeypatch) -> None:
    monkeypatch.setenv("WECOM_URL", "https://hook.cn/1")
    monkeypatch.setenv("ZHIJIAO_OPERATIONS", "deploy/server/operations.yaml")
    assert load_operations(Places(None)).schedule.running  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "season"),
    [("2025-12-20", 2025), ("2026-03-31", 2025), ("2026-08-31", 2025), ("2026-09-01", 2026)],
)
def test_a_season_is_named_by_the_year_that_its_reports_speak_of(day: str, season: int) -> None:
    assert season_of(date.fromisoformat(day)) == season


def state_of(tmp_path, now: str, answered: str, newest: str | None) -> Freshness:
    places = Places(tmp_path)
    run = {"source": "a", "name": "甲区", "answered_at": answered, "newest_on": newest}
    write_json(places.source_runs / "a.json", run)
    return source_freshness(places, Operations(), datetime.fromisoformat(now))["a"]


@pytest.mark.parametrize(
    ("now", "answered", "newest", "fresh"),
    [
        ("2026-01-10T00:00+00:00", "2026-01-09T00:00+00:00", "2025-01-10", True),
        (
            "2026-01-12T00:00+00:00",
            "2026-01-09T00:00+00:00",
            "2026-01-09",
            False,
        ),  # in season, three days are too long
        (
            "2026-05-12T00:00+00:00",
            "2026-05-09T00:00+00:00",
            "2026-01-09",
            True,
        ),  # out of season they are not
        (
            "2026-05-12T00:00+00:00",
            "2026-05-09T00:00+00:00",
            "2025-03-30",
            False,
        ),  # the season went by without a report
        ("2026-03-30T00:00+00:00", "2026-03-30T00:00+00:00", "2025-03-30", True),  # it may still come
        (
            "2026-11-30T00:00+00:00",
            "2026-11-29T00:00+00:00",
            "2026-02-01",
            True,
        ),  # the next season has not begun
    ],
)
def test_a_source_is_fresh_while_it_answers_and_has_reported(tmp_path, now, answered, newest, fresh) -> None:
    assert state_of(tmp_path, now, answered, newest).fresh is fresh


def test_a_clock_that_was_set_back_makes_nothing_overdue(tmp_path) -> None:
    assert state_of(tmp_path, "2026-01-10T00:00+00:00", "2027-01-10T00:00+00:00", "2026-01-05").fresh


def test_the_release_is_fresh_while_refreshes_end_well(tmp_path) -> None:
    places, now = Places(tmp_path), datetime(2026, 1, 10, tzinfo=UTC)
    assert not release_freshness(places, Operations(), now).fresh
    write_json(places.confirmed, {"release_id": "r", "at": (now - timedelta(days=1)).isoformat()})
    assert release_freshness(places, Operations(), now).fresh
    assert not release_freshness(places, Operations(), now + timedelta(days=2)).fresh
