"""The sha256 of files, remembered for as long as nobody has written to them.

To read every byte again in each run costs more with each season. Size and times tell a file that was touched, as they do
for git, the time of the last change (ctime) among them, which no program can set. What they do not tell is a disk that
loses bits by itself: `full` reads everything again.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SETTLED = 2_000_000_000
"""Nanoseconds after which a write can no longer hide in the same tick of a file system's clock: two seconds on FAT."""


class Digests:
    """What is known of the files of one folder, by name; `remembering` reads and keeps it."""

    def __init__(self, known: dict[str, list[int | str]]) -> None:
        self._known, self._kept = known, dict[str, list[int | str]]()

    def of(self, file: Path) -> str:
        """The sha256 of a file's bytes. Raises OSError where it cannot be read."""
        stat = file.stat()
        *times, sha256 = self._known.get(file.name) or [""]
        look = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns]
        if times != look:
            with file.open("rb") as handle:
                sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
        if time.time_ns() - max(stat.st_mtime_ns, stat.st_ctime_ns) > _SETTLED:
            self._kept[file.name] = [*look, sha256]
        return str(sha256)

    @staticmethod
    @contextmanager
    def remembering(memory: Path, *, full: bool = False) -> Iterator[Digests]:
        """What was remembered in the file `memory`, nothing with `full`; what was asked for is remembered there after."""
        try:
            known = {} if full else json.loads(memory.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # not there yet, or cut off: everything is read
            known = {}
        digests = Digests(known)
        yield digests
        if digests._kept != known:
            memory.parent.mkdir(parents=True, exist_ok=True)
            partial = memory.with_name(f"{memory.name}.partial")
            partial.write_text(json.dumps(digests._kept, ensure_ascii=False), encoding="utf-8")
            partial.replace(memory)
