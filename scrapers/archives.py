"""Opening archives within bounds. What a member is called decides nothing: it becomes a title, never a path.

Zip is opened; RAR and 7z are not (no free library reads them), and say so. An archive inside an archive is not opened.
"""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from scrapers import content

MOST_MEMBERS = 500
MOST_BYTES = 500 * 1024 * 1024
"""Of all members together, unpacked: counted as they unpack, whatever the archive says of itself."""
_CHUNK = 64 * 1024
_UTF8_FLAG, _ENCRYPTED_FLAG = 0x800, 0x1


class ArchiveError(Exception):
    """An archive that cannot be opened within bounds; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Member:
    """A document from an archive: its name there, for a title, and its bytes in a file that the caller moves."""

    name: str
    file: Path


def unpack(archive: Path, folder: Path, most_bytes: int = MOST_BYTES) -> Iterator[Member]:
    """The documents in an archive, each written to a file in `folder` under a name of our own.

    Pictures and other things that are no report are passed over. Raises ArchiveError; members given before that stand.
    """
    kind = content.content_type(archive)
    if kind != content.ZIP:
        name = content.EXTENSIONS.get(kind, "other").upper()
        raise ArchiveError(
            f"a {name} archive is not opened; ask the publisher for a ZIP, or put its files into the inbox"
        )
    try:
        with zipfile.ZipFile(archive) as opened:
            yield from _members(opened, folder, most_bytes)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        raise ArchiveError(f"a damaged archive ({error})") from error


def _members(archive: zipfile.ZipFile, folder: Path, most_bytes: int) -> Iterator[Member]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_debris(entry)]
    if len(entries) > MOST_MEMBERS:
        raise ArchiveError(f"{len(entries):,} files in one archive, more than {MOST_MEMBERS}")
    left = most_bytes
    nested = []
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED_FLAG:
            raise ArchiveError("the archive is locked with a password")
        with archive.open(entry) as packed:
            file = _write(packed, folder, left)
        left -= file.stat().st_size
        kind = content.content_type(file)
        if kind in content.ARCHIVES:
            nested.append(_name(entry))
        if kind in content.READABLE:
            yield Member(_name(entry), file)
        else:
            file.unlink()
    if nested:
        raise ArchiveError(f"archives inside the archive are not opened: {'、'.join(nested)}")


def _write(packed: IO[bytes], folder: Path, left: int) -> Path:
    size = 0
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        while chunk := packed.read(_CHUNK):
            size += len(chunk)
            if size > left:
                Path(file.name).unlink()
                raise ArchiveError("unpacks to more than may be: a bomb, or far too much")
            file.write(chunk)
    return Path(file.name)


def _name(entry: zipfile.ZipInfo) -> str:
    """A member's name as its author wrote it: without the UTF-8 flag the bytes are GBK as often as not."""
    if entry.flag_bits & _UTF8_FLAG:
        return entry.filename
    try:
        return content.decode(entry.filename.encode("cp437"))
    except UnicodeEncodeError:
        return entry.filename


def _is_debris(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.startswith("__MACOSX/") or entry.filename.rpartition("/")[2].startswith(
        (".DS_Store", "Thumbs.db", "~$")
    )
