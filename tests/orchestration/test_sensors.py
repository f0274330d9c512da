"""Sensors: what starts a run and what does not, each look within its budget, on from the cursor."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest

from extraction import extract, vocabulary
from orchestration import sensors
from orchestration.operations import Operations
from orchestration.partitions import SEASONS
from orchestration.places import Places
from orchestration.reading import forget_season
from orchestration.resources import Settings
from orchestration.sensors import Look, look_at


def dropped(folder: Path, *names: str) -> None:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_text(name)


# ── the inbox ────────────────────────────────────────────────────────────────────────────────────────────────────────


def looks(folder: Path, look: Look, times: int) -> tuple[Look, list[bool]]:
    """So many looks one after the other, and whether each would have started a run."""
    started = []
    for _ in range(times):
        look, words = look_at(folder, look, budget=10)
        look = Look.from_cursor(look.as_cursor())
        started.append(words is None)
    return look, started


def test_new_files_start_one_run_once_nobody_writes_any_more(tmp_path) -> None:
    dropped(tmp_path, "a.pdf")
    look, started = looks(tmp_path, Look(), 4)
    assert started == [False, True, False, False]
    dropped(tmp_path, "b.pdf")
    look, started = looks(tmp_path, look, 1)
    assert started == [False], "b may still be growing"
    (tmp_path / "b.pdf").write_text("more of b")
    look, started = looks(tmp_path, look, 4)
    assert started == [False, True, False, False]


def test_a_look_stops_at_its_budget_and_the_next_goes_on_from_there(tmp_path) -> None:
    dropped(tmp_path, *(f"{n:03}.pdf" for n in range(100)))
    clock = itertools.count()  # a second for each file
    look, seen = Look(), []
    for _ in range(4):
        look, words = look_at(tmp_path, look, budget=30, clock=lambda: float(next(clock)))
        seen.append(words)
    assert seen[0] == "31 of 100 files looked at"
    assert seen[1] == "62 of 100 files looked at"
    assert seen[3] == "new files; waiting until they stay as they are"
    whole, words = look_at(tmp_path, Look(), budget=1000)
    assert whole.settled == look.settled, "in pieces or at once, it sees the same"


def test_hidden_files_and_an_inbox_that_is_gone_start_nothing(tmp_path) -> None:
    dropped(tmp_path, ".part")
    assert looks(tmp_path, Look(), 3)[1] == [False] * 3
    assert (
        look_at(tmp_path / "gone", Look(), 10)[1] == f"inbox {tmp_path / 'gone'}: No such file or directory"
    )


# ── what has landed and is not read ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def read_home(sample_home, tmp_path) -> Places:
    """A home whose files have all been read, of which nothing else is needed."""
    for part in ("landing", "work/extracted"):
        shutil.copytree(sample_home.path / part, tmp_path / part, copy_function=os.link)
    return Places(tmp_path)


@pytest.fixture
def look_for_unread(read_home, monkeypatch) -> Iterator[Callable[[], int]]:
    """One look of the sensor `unread` after the other: whether it asked for a run."""
    monkeypatch.setattr(sensors, "Settings", lambda: Settings(home=str(read_home.home)))
    sensor = next(one for one in sensors.sensors(Operations()) if one.name == "unread")
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance)

        def look() -> int:
            result = sensor.evaluate_tick(context)
            context.update_cursor(result.cursor)
            return len(result.run_requests or ())

        yield look
    vocabulary.vocabulary.cache_clear()
    extract.code_version.cache_clear()


def test_with_everything_read_nothing_is_asked_for(look_for_unread) -> None:
    assert [look_for_unread() for _ in range(3)] == [0, 0, 0]


def test_a_season_that_was_forgotten_is_read_again_and_asked_for_once(read_home, look_for_unread) -> None:
    assert [look_for_unread() for _ in range(2)] == [0, 0]
    assert forget_season(read_home, "2024") > 0
    assert [look_for_unread() for _ in range(3)] == [0, 1, 0]


@pytest.mark.parametrize(
    ("module", "name", "changed"), [(vocabulary, "SEEDS", "members.csv"), (extract, "CODE", "numbers.py")]
)
def test_more_vocabulary_or_better_code_is_noticed_in_a_process_that_has_long_been_running(
    tmp_path_factory, look_for_unread, monkeypatch, module, name: str, changed: str
) -> None:
    folder = tmp_path_factory.mktemp("copied")
    shutil.copytree(getattr(module, name), folder, dirs_exist_ok=True)
    monkeypatch.setattr(module, name, folder)
    assert [look_for_unread() for _ in range(2)] == [0, 0]
    with (folder / changed).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert look_for_unread() == 0, "it may still be edited"
    assert [look_for_unread() for _ in range(2)] == [1, 0]


def test_the_job_that_forgets_a_season_is_partitioned_by_seasons(read_home) -> None:
    from orchestration.definitions import defs

    count = len(list(read_home.extracted.glob("*/*.json")))
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(str(SEASONS.name), ["2023", "2024"])
        config = {"resources": {"settings": {"config": {"home": str(read_home.home)}}}}
        job = defs.resolve_job_def("reread_season")
        assert job.execute_in_process(instance=instance, partition_key="2023", run_config=config).success
    assert 0 < len(list(read_home.extracted.glob("*/*.json"))) < count
