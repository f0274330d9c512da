"""What the main job costs on the sample site: the first time, and again with nothing new."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Row


def rows() -> Iterator[Row]:
    """The second refresh beside the first, in the job's own seconds and without the start of Python."""
    with tempfile.TemporaryDirectory(prefix="zhijiao-benchmark-") as home:
        first, second = (_refresh(home) for _ in range(2))
        yield Row(
            "refresh of the sample site with nothing new",
            "the first refresh",
            sum(second["seconds"].values()),
            sum(first["seconds"].values()),
            sum(second["seconds"].values()) / sum(first["seconds"].values()),
            f"{second['outcome']}; first run by stage: {first['seconds']}",
        )


def _refresh(home: str) -> dict:
    command = [str(Path(sys.executable).with_name("zhijiao")), "refresh", "--home", home, "--json"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
