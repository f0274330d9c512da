"""What has landed of one source, and landing more of it: versions, twins, archives, what is gone.

Belongs here: from an answer's bytes to manifest rows. Does not belong here: asking, and judging pages.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from scrapers.addresses import identity
from scrapers.archives import ArchiveError, Member, unpack
from scrapers.faults import FetchError
from scrapers.fetch import Fetched
from scrapers.landing import Landing
from scrapers.records import Kind, LandedFile
from scrapers.sources import Source


@dataclass(frozen=True, slots=True)
class About:
    """What a manifest row says beyond the bytes and the answer."""

    kind: Kind
    parent_url: str | None = None
    title: str | None = None
    publisher: str | None = None
    published_on: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


class Shelf:
    """The files of one source: those known, and what this run makes of them, in `counts`."""

    def __init__(
        self, source: Source, landing: Landing, incoming: Path, log: Callable[[str], object]
    ) -> None:
        self.source, self.landing, self.incoming, self.log = source, landing, incoming, log
        self.known: dict[str, LandedFile] = {}
        """The last row of each address."""
        self.rows = 0
        self.gone: dict[str, int] = {}
        """Addresses of known files that are no more, with the status that says so."""
        self.counts: Counter[str] = Counter()
        self._addresses: defaultdict[str, set[str]] = defaultdict(set)
        """The addresses that one article, or the same bytes, have landed from."""
        for row in landing.rows(source.id):
            self._know(row)

    def is_here(self, url: str) -> bool:
        """Whether what landed from an address is published still, and its bytes are here."""
        row = self.known.get(url)
        return row is not None and row.state == "landed" and self.landing.has(row.sha256)

    def validators(self, url: str) -> dict[str, str]:
        """Headers that let the site answer “not modified”, if what is known is really here."""
        if not self.is_here(url):
            return {}
        headers = self.known[url].headers
        pairs = (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified"))
        return {ask: headers[sent] for ask, sent in pairs if sent in headers}

    def withdraw(self, known: LandedFile, status: int) -> None:
        """Note a report as gone from its address; whether it moved is known at the end of the run."""
        if known.state == "landed":
            self.gone[known.url] = status

    def mark_gone(self) -> None:
        """Mark what is gone from its site, and the files of an archive with it. The bytes stay."""
        for url, status in self.gone.items():
            known = self.known[url]
            inside = [row for other, row in self.known.items() if other.startswith(f"{url}#")]
            has_moved = self._is_elsewhere(known)
            for row in (known, *(row for row in inside if row.state == "landed")):
                self._append(replace(row, state="withdrawn", http_status=status, fetched_at=_now()))
            self.counts["moved" if has_moved else "withdrawn"] += 1
            self.log(f"{self.source.name}: {'moved' if has_moved else 'withdrawn'}: {known.title or url}")

    def unchanged(self, row: LandedFile) -> LandedFile:
        """Count a file, or those of an archive, as being as they were."""
        if row.kind == "archive":
            self._open(row)
        else:
            self.counts["unchanged"] += 1
        return row

    def land(
        self, url: str, final_url: str, file: Path, about: About, status: int, headers: Mapping[str, str]
    ) -> LandedFile:
        """Land one file: a new row, unless its address gave the same bytes before."""
        stored = self.landing.store(file)
        known = self.known.get(url)
        here = known if known and known.state == "landed" else None
        if here and here.sha256 == stored.sha256:
            return here if here.kind == "archive" else self.unchanged(here)
        row = LandedFile(
            sha256=stored.sha256,
            url=url,
            final_url=final_url,
            source=self.source.id,
            kind=about.kind,
            parent_url=about.parent_url,
            title=about.title,
            publisher=about.publisher,
            published_on=about.published_on,
            metadata=about.metadata,
            fetched_at=_now(),
            http_status=status,
            headers=headers,
            content_type=stored.content_type,
            bytes=stored.bytes,
        )
        self._append(row)
        if row.kind != "archive":
            moved = bool(self._addresses[identity(url, row.title or "")] - {url})
            outcome = "changed" if here else "moved" if moved else "new"
            self.counts[outcome] += 1
            self.log(f"{self.source.name}: {outcome}: {row.title or row.url}")
        return row

    def _is_elsewhere(self, row: LandedFile) -> bool:
        """Whether the same article, or the same bytes, stand at another address that is not gone."""
        others = self._addresses[identity(row.url, row.title or "")] | self._addresses[row.sha256]
        return any(self.known[url].state == "landed" and url not in self.gone for url in others - {row.url})

    def _know(self, row: LandedFile) -> None:
        self.rows += 1
        self.known[row.url] = row
        self._addresses[identity(row.url, row.title or "")].add(row.url)
        self._addresses[row.sha256].add(row.url)

    def _append(self, row: LandedFile) -> None:
        self.landing.append(row)
        self._know(row)

    # --- archives

    def land_archive(self, fetched: Fetched, file: Path, about: About) -> LandedFile | None:
        """Land the files of an archive, then the archive: its row says that all of it is here."""
        names = set()
        for member in self._members(file, fetched.url):
            names.add(self._land_member(fetched.url, member, about).url)
        if not names:
            return None
        row = self.land(fetched.url, fetched.final_url, file, about, fetched.status, fetched.headers)
        for url, old in list(self.known.items()):
            if url.startswith(f"{fetched.url}#") and url not in names:
                self.withdraw(old, fetched.status)
        return row

    def _members(self, file: Path, url: str) -> Iterator[Member]:
        try:
            yield from unpack(file, self.incoming)
        except ArchiveError as error:
            raise FetchError("archive", url, str(error), file) from error

    def _land_member(self, archive_url: str, member: Member, about: About) -> LandedFile:
        name = member.name.replace("\\", "/").rpartition("/")[2]
        inside = About(
            "attachment", about.parent_url or archive_url, name, about.publisher, about.published_on
        )
        url = f"{archive_url}#{quote(member.name)}"
        return self.land(url, url, member.file, inside, 200, {})

    def _open(self, row: LandedFile) -> None:
        """An archive that has not changed: its files have not either, unless one of them was lost."""
        inside = [
            other
            for url, other in self.known.items()
            if url.startswith(f"{row.url}#") and other.state == "landed"
        ]
        if inside and all(self.landing.has(other.sha256) for other in inside):
            self.counts["unchanged"] += len(inside)
            return
        about = About(row.kind, row.parent_url, row.title, row.publisher, row.published_on)
        for member in self._members(self.landing.path(row.sha256), row.url):
            self._land_member(row.url, member, about)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
