"""A home under stress: readers while it works, a second refresh, a killed one. Kills at any moment: test_faults."""

from __future__ import annotations

import signal
import subprocess
import threading
import time

import pytest

from .conftest import ZHIJIAO
from .test_refresh_inbox import REPORT

_BETWEEN_LOOKS = 0.2  # seconds: a core is left for the refresh


@pytest.mark.slow
def test_readers_of_current_never_fail_while_a_refresh_works(released_home, tmp_path, run) -> None:
    inbox, home = tmp_path / "inbox", released_home
    inbox.mkdir()
    (inbox / "one-more.txt").write_text(REPORT, encoding="utf-8")
    seen: list[int] = []
    stop = threading.Event()

    def read() -> None:
        # A process of its own for each look, as BI tools are: within one, DuckDB shares open databases.
        opened = f"duckdb.connect({str(home / 'current' / 'warehouse.duckdb')!r}, read_only=True)"
        script = f"import duckdb; print({opened}.sql('select count(*) from dim_report').fetchall()[0][0])"
        while not stop.wait(_BETWEEN_LOOKS):
            done = subprocess.run(
                [ZHIJIAO.with_name("python"), "-c", script], capture_output=True, text=True, check=True
            )
            seen.append(int(done.stdout))

    reader = threading.Thread(target=read)
    reader.start()
    done = run("refresh", "--inbox", inbox, "--home", home)
    time.sleep(1)
    stop.set()
    reader.join()
    assert done.code == 0, done.err
    before = min(seen)
    assert set(seen) == {before, before + 1}
    assert seen == sorted(seen)


@pytest.mark.slow
def test_after_a_kill_the_next_run_goes_on(tmp_path, run) -> None:
    home = tmp_path / "home"
    killed = subprocess.Popen(
        [ZHIJIAO, "refresh", "--home", home], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    assert killed.stderr
    for line in killed.stderr:
        if line.strip().startswith("build"):
            break
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert not (home / "current").exists()
    after = run("refresh", "--home", home, "--json")
    assert after.code == 0, after.err
    assert after.json["outcome"] == "released"
    assert after.json["landed"]["new"] == 0
    assert after.json["observations"] > 3000


def test_a_second_refresh_of_the_same_home_stops_with_a_clear_word(tmp_path, run) -> None:
    home = tmp_path / "home"
    first = subprocess.Popen(
        [ZHIJIAO, "refresh", "--home", home], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    assert first.stderr
    next(iter(first.stderr))
    second = run("refresh", "--home", home)
    first.kill()
    first.communicate()
    assert second.code == 2
    assert "another refresh is at work" in second.err


def test_ctrl_c_ends_with_a_word_and_leaves_no_half_release(tmp_path) -> None:
    home = tmp_path / "home"
    process = subprocess.Popen(
        [ZHIJIAO, "refresh", "--home", home], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    assert process.stderr
    for line in process.stderr:
        if line.strip().startswith("read"):
            break
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "stopped" in err
    assert not (home / "current").exists()
