"""The command line as a person runs it, in homes of its own. The sample site is refreshed once for all tests that read it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

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
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = tmp_path_factory.mktemp("sample") / "home"
    return Home(home, zhijiao("refresh", "--home", home, "--json"))
