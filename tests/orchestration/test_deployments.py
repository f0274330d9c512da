"""The server as docs/operations.md describes it: the units' own commands on a real PostgreSQL, and lint on the files."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from orchestration.places import PROJECT
from tests.postgres import MISSING, binary, running

from .conftest import ZHIJIAO
from .receivers import webhook
from .test_refresh_inbox import REPORT

SERVER = PROJECT / "deploy" / "server"
BIN = ZHIJIAO.parent

needs_postgres = pytest.mark.skipif(binary("postgres") is None, reason=f"left out: {MISSING}")


def command_of(unit: str) -> list[str]:
    """What a unit starts, in this environment in place of /opt/zhijiao/.venv."""
    line = re.search(r"^ExecStart=(.*)$", (SERVER / unit).read_text(encoding="utf-8"), re.M)
    assert line
    return line[1].replace("/opt/zhijiao/.venv/bin", str(BIN)).split()


@contextmanager
def started(command: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=PROJECT, env=environment, stdout=out, stderr=out, start_new_session=True
        )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for(what: Callable[[], Any], seconds: float, log: Path) -> Any:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.5)
    raise AssertionError(f"not within {seconds} s:\n{log.read_text(errors='replace')[-3000:]}")


@pytest.mark.slow
@needs_postgres
@pytest.mark.slow
def test_a_server_refreshes_by_itself_what_is_dropped_in_its_inbox(tmp_path) -> None:
    home, inbox, log = tmp_path / "home", tmp_path / "inbox", tmp_path / "daemon.log"
    (home / "dagster").mkdir(parents=True)
    inbox.mkdir()
    shutil.copyfile(SERVER / "dagster.yaml", home / "dagster" / "dagster.yaml")
    with running() as address, webhook() as hook:
        (home / "operations.yaml").write_text(
            f"sensors: {{every_seconds: 1}}\nalerts: [{{name: ops, shape: slack, url: '{hook.url}'}}]\n"
        )
        environment = os.environ | {
            "ZHIJIAO_HOME": str(home),
            "ZHIJIAO_INBOX": str(inbox),
            "DAGSTER_HOME": str(home / "dagster"),
            "ZHIJIAO_POSTGRES_URL": address.replace("postgresql:", "postgresql+psycopg2:"),
        }
        with started(command_of("zhijiao-daemon.service"), environment, log):
            (inbox / "notice.txt").write_text("关于开学工作的通知\n\n请各校做好准备。\n", encoding="utf-8")
            told = wait_for(lambda: hook.got, 240, log)
            assert "release held back" in told[0][1]["text"]
            (inbox / "report.txt").write_text(REPORT, encoding="utf-8")
            wait_for((home / "current" / "warehouse.duckdb").exists, 240, log)
            wait_for(lambda: len(hook.got) > 1, 60, log)
            assert "已恢复" in hook.got[1][1]["text"]
        with psycopg2.connect(address) as connection, connection.cursor() as cursor:
            cursor.execute("select pipeline_name, status from runs order by id")
            assert cursor.fetchall() == [("refresh", "FAILURE"), ("refresh", "SUCCESS")]


@needs_postgres
def test_the_webserver_answers_on_postgresql_and_knows_jobs_and_sensors(tmp_path) -> None:
    (tmp_path / "dagster").mkdir()
    shutil.copyfile(SERVER / "dagster.yaml", tmp_path / "dagster" / "dagster.yaml")
    command, log = command_of("zhijiao-webserver.service"), tmp_path / "webserver.log"
    port = "34567"
    command[command.index("--port") + 1] = port
    query = (
        "{repositoriesOrError{... on RepositoryConnection{nodes{jobs{name} sensors{name} schedules{name}}}}}"
    )
    with running() as address:
        environment = os.environ | {
            "ZHIJIAO_HOME": str(tmp_path),
            "DAGSTER_HOME": str(tmp_path / "dagster"),
            "ZHIJIAO_POSTGRES_URL": address.replace("postgresql:", "postgresql+psycopg2:"),
        }

        def answer() -> dict | None:
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}/graphql",
                json.dumps({"query": query}).encode(),
                {"content-type": "application/json"},
            )
            try:
                with urllib.request.urlopen(request, timeout=10) as response:
                    nodes = json.load(response)["data"]["repositoriesOrError"]["nodes"]
                    return nodes[0] if nodes else None
            except OSError:
                return None

        with started(command, environment, log):
            told = wait_for(answer, 120, log)
    names = {kind: {row["name"] for row in rows} for kind, rows in told.items()}
    assert {"refresh", "rebuild", "reread_season"} <= names["jobs"]
    assert names["sensors"] == {"inbox", "unread", "alerts"}
    assert names["schedules"] == {"refresh_by_season"}


@pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="left out: no systemd-analyze on this machine"
)
@pytest.mark.parametrize("unit", ["zhijiao-webserver.service", "zhijiao-daemon.service"])
def test_systemd_finds_nothing_wrong_with_the_units(unit: str, tmp_path) -> None:
    text = (SERVER / unit).read_text(encoding="utf-8").replace("/opt/zhijiao/.venv/bin", str(BIN))
    (tmp_path / unit).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", tmp_path / unit],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in (done.stdout + done.stderr).splitlines() if "zhijiao" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.skipif(not (BIN / "hadolint").exists(), reason="left out: no hadolint for this platform")
def test_the_container_file_is_without_lint() -> None:
    done = subprocess.run(
        [BIN / "hadolint", PROJECT / "deploy" / "Containerfile"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")
