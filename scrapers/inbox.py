"""Reports dropped in a folder take the way of crawled ones: bytes to the landing zone, a manifest row each.

A file's address is `inbox:<name>`, so no machine path gets into the data. A file of the same name with other
bytes is its next version; one taken out of the folder stays landed: the inbox is a way in, not a mirror.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from scrapers.digests import Digests
from scrapers.landing import Landing
from scrapers.records import INBOX, LandedFile, Problem, SourceRun


class InboxError(Exception):
    """The folder itself is of no use; says which and what to do."""


def land_inbox(
    folder: Path, landing: Landing, log: Callable[[str], object] = print, *, full: bool = False
) -> SourceRun:
    """Land every regular file of a folder, hidden ones and subfolders left out. `full` reads again those not touched.

    Raises InboxError if the folder is missing, unreadable or holds no file; LandingError if another process
    is landing the inbox. A single file that cannot be read is a problem of the run.
    """
    files = inbox_files(folder)
    known, landed = landing.current(INBOX), landing.files()
    counts: Counter[str] = Counter()
    problems: list[Problem] = []
    with (
        landing.writing(INBOX) as incoming,
        Digests.remembering(landing.memory_file(INBOX), full=full) as digests,
    ):
        for file in files:
            url = f"inbox:{os.fsencode(file.name).decode('utf-8', 'replace')}"
            try:
                row = known.get(url)
                is_known = row is not None and row.sha256 == digests.of(file) and row.sha256 in landed
                outcome = "unchanged" if is_known else _land(file, url, row, landing, incoming)
            except OSError as error:
                outcome = "failed"
                problems.append(Problem("unreadable", url, f"cannot be read: {error.strerror or error}"))
            counts[outcome] += 1
            if outcome != "unchanged":
                log(f"{outcome}: {url}")
    return SourceRun(
        source=INBOX,
        name=INBOX,
        district_code=None,
        status="failed" if counts["failed"] == len(files) else "partial" if problems else "ok",
        listed=len(files),
        matched=len(files),
        new=counts["new"],
        changed=counts["changed"],
        unchanged=counts["unchanged"],
        failed=counts["failed"],
        problems=tuple(problems),
    )


def inbox_files(folder: Path) -> list[Path]:
    """The files of an inbox by name. Raises InboxError where the folder is missing, unreadable or holds none."""
    try:
        entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError as error:
        raise InboxError(
            f"inbox {folder}: {error.strerror}; name a folder that holds report files"
        ) from error
    files = [entry for entry in entries if _is_file(entry)]
    if not files:
        raise InboxError(
            f"inbox {folder}: no file in it; put reports there (html, txt, pdf, doc, docx, xls, xlsx)"
        )
    return files


def _is_file(entry: Path) -> bool:
    """Regular files, and links that lead nowhere: somebody misses that report, so it is not passed over."""
    try:
        return stat.S_ISREG(entry.stat().st_mode)
    except OSError:
        return True


def _land(file: Path, url: str, known: LandedFile | None, landing: Landing, incoming: Path) -> str:
    """Land a copy of one file; says whether it is new, changed or unchanged. Raises OSError for one without content."""
    copy = incoming / "file"
    shutil.copyfile(file, copy)
    if not copy.stat().st_size:
        raise OSError(errno.ENODATA, "the file is empty; put the whole report in its place")
    stored = landing.store(copy)
    if known and known.sha256 == stored.sha256:
        return "unchanged"
    landing.append(
        LandedFile(
            sha256=stored.sha256,
            url=url,
            final_url=url,
            source=INBOX,
            kind="inbox",
            parent_url=None,
            title=None,
            publisher=None,
            published_on=None,
            metadata={},
            fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
            http_status=None,
            headers={},
            content_type=stored.content_type,
            bytes=stored.bytes,
        )
    )
    return "changed" if known else "new"
