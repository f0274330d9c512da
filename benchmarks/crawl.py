"""How fast a site is crawled with no pause, beside Scrapy on the same one, and what thousands of articles cost in memory.

The site is served by a process of its own. Both crawlers do the same job in processes of their own: robots.txt, all list
pages, every article whose title is a report's, its bytes kept under their hash with a row each.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Row

COMPARED, MANY = 500, 5_000
_TIMES = 3


def rows() -> Iterator[Row]:
    """Files per second and memory beside Scrapy (where it is installed), growth with the site, and a second run."""
    with tempfile.TemporaryDirectory(prefix="zhijiao-benchmark-") as name, _site(COMPARED) as base:
        folder = Path(name)
        ours = [_run("crawl_ours", base, folder / f"ours{n}") for n in range(_TIMES)]
        if importlib.util.find_spec("scrapy"):
            peers = [_run("crawl_scrapy", base, folder / f"peer{n}") for n in range(_TIMES)]
            pairs = list(zip(ours, peers, strict=True))
            (seconds, peer), ratio = _median(pairs, "seconds")
            told = f"{COMPARED / seconds:.0f} and {COMPARED / peer:.0f} files a second"
            yield Row(f"crawl of {COMPARED:,} articles, no pause", "Scrapy", seconds, peer, ratio, told)
            (memory, peer), ratio = _median(pairs, "megabytes")
            yield Row("peak memory of that crawl", "Scrapy", memory, peer, ratio, "MB, not seconds")
        else:
            print("left out: Scrapy is not installed (pip install -e .[benchmarks])")
        again = _run("crawl_ours", base, folder / "ours0")
        told = f"{again['requests']} request, {again['new']} new"
        yield Row(
            "second crawl with nothing new", "the first", again["seconds"], ours[0]["seconds"],
            again["seconds"] / ours[0]["seconds"], told,
        )  # fmt: skip
        few = ours[0]["megabytes"]
    with tempfile.TemporaryDirectory(prefix="zhijiao-benchmark-") as name, _site(MANY) as base:
        many = _run("crawl_ours", base, Path(name))
        assert many["new"] == MANY
        yield Row(
            f"peak memory of {MANY:,} articles", f"{COMPARED:,} articles", many["megabytes"], few,
            many["megabytes"] / few, f"MB, not seconds; {MANY / many['seconds']:.0f} files a second",
        )  # fmt: skip


def _median(pairs: list[tuple[dict, dict]], what: str) -> tuple[tuple[float, float], float]:
    by_ratio = sorted((ours[what] / peer[what], ours[what], peer[what]) for ours, peer in pairs)
    ratio, ours, peer = by_ratio[len(by_ratio) // 2]
    return (ours, peer), ratio


def _run(crawler: str, base: str, folder: Path) -> dict[str, float]:
    """One crawl in a process of its own: seconds, peak megabytes, files."""
    command = [sys.executable, "-m", f"benchmarks.{crawler}", base, str(folder)]
    return json.loads(
        subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1]
    )


@contextmanager
def _site(articles: int) -> Iterator[str]:
    """A site with so many articles, served until the block ends; gives its address."""
    command = [sys.executable, "-m", "benchmarks.crawl_site", str(articles)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server.stdout.readline().strip() if server.stdout else ""
        finally:
            server.terminate()
