"""The landing zone: every fetched file once, under the hash of its bytes, and one manifest a source.

    landing/files/<aa>/<sha256>.<ext>     the bytes, never changed
    landing/manifest/<source>.jsonl       one LandedFile a line, append-only
    landing/evidence/<sha256>.<ext>       pages that were not what they should be: nothing that counts as landed
    landing/memory/<source>.json          what spares the next crawl requests (see memory.py)
    landing/incoming/<source>/            downloads under way
    landing/damaged/                      files that were not what their row says

Every name in it is a hash or a source's id: nothing that a site calls its files becomes a path.

A file is renamed into place before its row is written, so a row's file is always there and whole. Killed in
between, the file waits without a row until the next run lands it again. Killed within a row, the half row is
passed over by readers and cut off by the next writer.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from filelock import FileLock, Timeout

from scrapers import content
from scrapers.records import LandedFile

_BLOCK = 256 * 1024


class LandingError(Exception):
    """The landing zone itself is damaged or in use; says which file and what to do."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the landing zone knows of bytes by themselves."""

    sha256: str
    content_type: str
    bytes: int


class Landing:
    """A landing zone in the folder `root`, which is made when first written to."""

    def __init__(self, root: Path) -> None:
        self.root = root

    # --- files

    def path(self, sha256: str) -> Path:
        """Where the bytes with this hash are. Raises KeyError if they never landed."""
        found = self._find(sha256)
        if found is None:
            raise KeyError(f"no file {sha256} in {self.root}")
        return found

    def has(self, sha256: str) -> bool:
        """Whether bytes with this hash are here."""
        return self._find(sha256) is not None

    def files(self) -> dict[str, Path]:
        """Every file by its sha256. Who asks for all of them looks into each folder once, not once for each file."""
        return {path.stem: path for path in (self.root / "files").glob("*/*")}

    def _find(self, sha256: str) -> Path | None:
        # Asked by name, not looked for in the folder: that costs the same however many files have landed.
        names = (self._folder(sha256) / f"{sha256}.{extension}" for extension in content.EXTENSIONS.values())
        return next((file for file in names if file.exists()), None)

    def store(self, file: Path) -> Stored:
        """Move a finished download in; bytes already here are kept once. `file` is gone afterwards."""
        with file.open("rb") as handle:
            sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
            os.fsync(handle.fileno())
        stored = Stored(sha256, content.content_type(file), file.stat().st_size)
        if self.has(sha256):
            file.unlink()
            return stored
        folder = self._folder(sha256)
        folder.mkdir(parents=True, exist_ok=True)
        file.replace(folder / f"{sha256}.{content.EXTENSIONS[stored.content_type]}")
        return stored

    def set_aside_damaged(self) -> list[LandedFile]:
        """Move files that are shorter or longer than their row says to `damaged/`, so that the next crawl lands them anew.

        A disk that filled up or a machine that lost its power leaves such files. The rows whose files were moved.
        """
        files = self.files()
        rows = {row.sha256: row for row in self.history() if row.sha256 in files}
        damaged = [row for sha256, row in rows.items() if files[sha256].stat().st_size != row.bytes]
        for row in damaged:
            (self.root / "damaged").mkdir(exist_ok=True)
            files[row.sha256].replace(self.root / "damaged" / files[row.sha256].name)
        return damaged

    def _folder(self, sha256: str) -> Path:
        return self.root / "files" / sha256[:2]

    def keep_evidence(self, file: Path) -> str:
        """Move a page that shows a fault in, and give its sha256. It lands nowhere else."""
        with file.open("rb") as handle:
            sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
        folder = self.root / "evidence"
        folder.mkdir(parents=True, exist_ok=True)
        file.replace(folder / f"{sha256}.{content.EXTENSIONS[content.content_type(file)]}")
        return sha256

    def memory_file(self, source: str) -> Path:
        """Where the memory of a source is."""
        return self.root / "memory" / f"{source}.json"

    # --- manifests

    def rows(self, source: str) -> list[LandedFile]:
        """The rows of one source, oldest first. Raises LandingError for a row damaged by other hands."""
        manifest = self._manifest(source)
        if not manifest.exists():
            return []
        stat = manifest.stat()
        return list(_rows(manifest, stat.st_size, stat.st_mtime_ns))

    def current(self, source: str) -> dict[str, LandedFile]:
        """The last row of each URL of one source."""
        return {row.url: row for row in self.rows(source)}

    def history(self) -> Iterator[LandedFile]:
        """Every row of every source: sources by name, rows oldest first. Archives are left out: their files are in it."""
        for manifest in sorted((self.root / "manifest").glob("*.jsonl")):
            yield from (row for row in self.rows(manifest.stem) if row.kind != "archive")

    def append(self, row: LandedFile) -> None:
        """Write one row, the last act of landing a file, and see it to the disk."""
        manifest = self._manifest(row.source)
        manifest.parent.mkdir(parents=True, exist_ok=True)
        with manifest.open("ab") as file:
            file.truncate(_whole_length(manifest))
            file.write(json.dumps(row.as_dict(), ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _manifest(self, source: str) -> Path:
        return self.root / "manifest" / f"{source}.jsonl"

    # --- one writer a source

    @contextmanager
    def writing(self, source: str) -> Iterator[Path]:
        """Hold a source for writing; gives an empty folder for its downloads, on the same disk as the files.

        Raises LandingError at once if another process is landing the same source.
        """
        incoming = self.root / "incoming" / source
        incoming.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(incoming.with_suffix(".lock"), timeout=0):
                shutil.rmtree(incoming, ignore_errors=True)  # what a killed run left behind
                incoming.mkdir()
                try:
                    yield incoming
                finally:
                    shutil.rmtree(incoming, ignore_errors=True)
        except Timeout:
            raise LandingError(
                f"another process is landing {source} in {self.root}; wait for it to finish"
            ) from None


@lru_cache(maxsize=256)
def _rows(manifest: Path, size: int, mtime_ns: int) -> tuple[LandedFile, ...]:
    """The rows of a manifest, read once for each state of it: every step of a run asks for them."""
    lines = manifest.read_bytes()[: _whole_length(manifest)].splitlines()
    return tuple(_row(manifest, number, line) for number, line in enumerate(lines, start=1))


def _row(manifest: Path, number: int, line: bytes) -> LandedFile:
    try:
        return LandedFile.from_dict(json.loads(line))
    except (ValueError, KeyError, TypeError) as error:
        raise LandingError(
            f"{manifest}:{number}: not a manifest row ({error!r}). Rows are written by the crawler only; "
            "restore the file from a backup, or delete that line and the next crawl lands its file anew."
        ) from error


def _whole_length(manifest: Path) -> int:
    """The length of a manifest up to and including its last whole row; what follows was cut off by a kill.

    Read from its end, block by block: a manifest grows long, and its last row is almost always whole.
    """
    size = manifest.stat().st_size
    with manifest.open("rb") as file:
        for block in range(1, size // _BLOCK + 2):
            start = max(size - block * _BLOCK, 0)
            file.seek(start)
            end = _whole_end(file.read(), is_start=start == 0)
            if end is not None:
                return start + end
    return 0


def _whole_end(data: bytes, is_start: bool) -> int | None:
    """Where the last whole row of a piece of a manifest ends; None if the piece shows none."""
    end = len(data)
    while end:
        end = data.rfind(b"\n", 0, end) + 1
        start = data.rfind(b"\n", 0, max(end - 1, 0)) + 1
        if (start or is_start) and _is_json(data[start:end]):
            return end
        end = start
    return None


def _is_json(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False
