"""Which landed files count, and which of them this version of the reader has still to read."""

from __future__ import annotations

import hashlib
import time

from orchestration.extracting import folder_for_version
from orchestration.partitions import season_of_file
from orchestration.places import Places
from scrapers.landing import Landing
from scrapers.records import LandedFile


def latest_files(landing: Landing) -> list[LandedFile]:
    """The rows that hold now, one a URL. A withdrawn report stays: it was published, and its numbers are cited."""
    return list({row.url: row for row in landing.history()}.values())


def reading_state(places: Places) -> str:
    """A hash that changes once something lands, the reader changes, or something read is forgotten. Costs no reading."""
    folder = folder_for_version(places.extracted)
    watched = [*sorted((places.landing / "manifest").glob("*.jsonl")), folder]
    stats = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in watched if path.exists()]
    return hashlib.sha256(repr((folder.name, stats)).encode()).hexdigest()[:16]


def has_unread(places: Places, until: float) -> bool:
    """Whether a landed file waits to be read. Not seen by `until` (time.monotonic): yes, the run looks for itself."""
    folder, landing = folder_for_version(places.extracted), Landing(places.landing)
    read, latest = {path.stem for path in folder.glob("*.json")}, dict[str, str]()
    for row in landing.history():
        if time.monotonic() > until:
            return True
        latest[row.url] = row.sha256
    return not read.issuperset(latest.values())


def forget_season(places: Places, season: str) -> int:
    """Forget what was read of the files published in a season, and that they are built; the number of files."""
    folder = folder_for_version(places.extracted)
    files = {row.sha256 for row in latest_files(Landing(places.landing)) if season_of_file(row) == season}
    for sha256 in files:
        (folder / f"{sha256}.json").unlink(missing_ok=True)
    places.built.unlink(missing_ok=True)
    return len(files)
