"""`python -m benchmarks`: measure everything and write docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from benchmarks import audits, crawl, extraction, faults, formats, operations, refresh, scale

DOCS = Path(__file__).parents[1] / "docs" / "benchmarks.md"
_HEAD = """# Benchmarks

Made by `python -m benchmarks`; ratios are medians of pairs measured in turn, seconds are medians. Quote the ratios: seconds
belong to the machine ({machine}).

| what | beside | seconds | floor, seconds | ratio | |
|---|---|---|---|---|---|
"""


def main() -> None:
    """Run all benchmarks, print their lines as they come, write the table."""
    lines = []
    for module in (extraction, formats, crawl, refresh, operations, scale, audits, faults):
        for row in module.rows():
            print(row.markdown, flush=True)
            lines.append(row.markdown)
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    DOCS.write_text(_HEAD.format(machine=machine) + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
