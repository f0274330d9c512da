"""The command line as a person runs it, in homes of its own. The sample site is refreshed once for all tests that read it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

ZHIJIAO = Path(sys.executable).with_name("zhijiao")


@dataclass(frozen=True)
class Ran:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Mapping[str, Any]:
        return json.loads(self.out)


def zhijiao(*arguments: str | Path) -> Ran:
    done = subprocess.run(
        [ZHIJIAO, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=300
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def run() -> Callable[..., Ran]:
    return zhijiao


@dataclass(frozen=True)
class Home:
    """A home after its first refresh."""

    path: Path
    first: Ran

    @property
    def warehouse(self) -> Path:
        return self.path / "current" / "warehouse.duckdb"


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Home:
    """The refreshed sample site; the worker that comes first refreshes it, the others wait for it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "sample-home"
    told = folder / "first.json"
    with FileLock(f"{folder}.lock"):
        if not told.is_file():
            folder.mkdir(exist_ok=True)  # one that timed out is there already
            told.write_text(
                json.dumps(asdict(zhijiao("refresh", "--home", folder / "home", "--json"))), encoding="utf-8"
            )
    return Home(folder / "home", Ran(**json.loads(told.read_text(encoding="utf-8"))))


@pytest.fixture
def released_home(sample_home: Home, tmp_path: Path) -> Path:
    """A home of its own with a release, for what is done to it: a copy of the refreshed sample site's."""
    return shutil.copytree(sample_home.path, tmp_path / "released-home", symlinks=True)
