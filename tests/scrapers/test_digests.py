"""What nobody wrote to is not read again; what somebody did is, whatever it looks like from outside."""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path

from scrapers.digests import Digests


def digest(file: Path, memory: Path, *, full: bool = False) -> str:
    with Digests.remembering(memory, full=full) as digests:
        return digests.of(file)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_other_bytes_of_the_same_length_and_time_are_seen(tmp_path: Path) -> None:
    file, memory = tmp_path / "a.txt", tmp_path / "memory.json"
    file.write_text("one")
    time.sleep(2.1)  # until then a write could hide in the same tick of the clock, and nothing is remembered
    assert digest(file, memory) == sha256("one")
    assert list(json.loads(memory.read_text())) == ["a.txt"], "no path of this machine"
    times = file.stat()
    file.write_text("two")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert digest(file, memory) == sha256("two")


def test_an_untouched_file_is_read_again_only_in_full(tmp_path: Path) -> None:
    file, memory = tmp_path / "a.txt", tmp_path / "memory.json"
    file.write_text("one")
    time.sleep(2.1)
    digest(file, memory)
    memory.write_text(memory.read_text().replace(sha256("one"), sha256("remembered")))
    assert digest(file, memory) == sha256("remembered")
    assert digest(file, memory, full=True) == sha256("one")


def test_a_memory_that_was_cut_off_is_no_memory(tmp_path: Path) -> None:
    file, memory = tmp_path / "a.txt", tmp_path / "memory.json"
    file.write_text("one")
    memory.write_text('{"a.txt": [3, 17')
    assert digest(file, memory) == sha256("one")
