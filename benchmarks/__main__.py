"""`python -m benchmarks [PART …]`: measure everything, or the parts named, and write them into docs/benchmarks.md."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
from pathlib import Path
from types import ModuleType

from benchmarks import audits, crawl, extraction, faults, formats, operations, refresh, scale

DOCS = Path(__file__).parents[1] / "docs" / "benchmarks.md"
PARTS = {
    module.__name__.rpartition(".")[2]: module
    for module in (extraction, formats, crawl, refresh, operations, scale, audits, faults)
}
_HEAD = """# Benchmarks

`python -m benchmarks` measures all of it and writes this page; `python -m benchmarks {a_part} …` measures and replaces only
the parts named. Ratios are medians of pairs measured in turn, seconds are medians. Quote the ratios: seconds belong to the
machine.
"""
_COLUMNS = "| what | beside | seconds | floor, seconds | ratio | |\n|---|---|---|---|---|---|\n"


def main() -> None:
    """Run the parts asked for, print their lines as they come, and write each part when it is done."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("part", nargs="*", help=f"any of {', '.join(PARTS)} (default: all of them)")
    named = parser.parse_args().part or list(PARTS)
    if unknown := [name for name in named if name not in PARTS]:
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    for name in named:
        written = _measured(name, PARTS[name])
        parts = _parts_of(DOCS.read_text(encoding="utf-8")) | {name: written}
        in_order = "".join(f"\n{parts[name]}\n" for name in PARTS if name in parts)
        DOCS.write_text(_HEAD.format(a_part=extraction.__name__.rpartition(".")[2]) + in_order, "utf-8")


def _measured(name: str, module: ModuleType) -> str:
    """The section of one part: what it asks, when and on what it was measured, its table."""
    lines = []
    for row in module.rows():
        print(row.markdown, flush=True)
        lines.append(row.markdown + "\n")
    asks = (module.__doc__ or "").partition("\n")[0]
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    return f"## {name}\n\n{asks} Measured on {dt.date.today()}, {machine}.\n\n{_COLUMNS}{''.join(lines)}".rstrip()


def _parts_of(page: str) -> dict[str, str]:
    """The sections of the page by their names."""
    sections = (f"## {section.strip()}" for section in page.split("\n## ")[1:])
    return {section.partition("\n")[0].removeprefix("## "): section for section in sections}


if __name__ == "__main__":
    main()
