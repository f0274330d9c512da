"""Crawl one source: lists, articles, attachments. Whatever a site does ends in the SourceRun.

What has landed before is asked for with conditional requests, made from the manifest: no second state. A
known address that no list shows any more is asked for all the same, so that a withdrawn report is noticed.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from scrapers import content, pages
from scrapers.fetch import NOT_MODIFIED, Fetched, Fetcher, FetchError
from scrapers.landing import Landing, LandingError
from scrapers.pages import Link
from scrapers.records import Kind, LandedFile, Problem, SourceRun
from scrapers.sources import Source

Log = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class ListCheck:
    """What one list of a source shows: the pages read of those it has, its articles, its reports."""

    url: str
    pages_read: int
    pages: int
    links: tuple[Link, ...]
    reports: tuple[Link, ...]
    problems: tuple[Problem, ...]


def crawl_source(source: Source, landing: Landing, proxy: str | None = None, log: Log = print) -> SourceRun:
    """Land what is new or changed at one source. Never raises for what the site does (a full disk does)."""
    try:
        with landing.writing(source.id) as incoming, _fetcher(source, incoming, proxy) as fetcher:
            return _Crawl(source, landing, fetcher, log).run()
    except LandingError as error:
        problem = Problem("landing", source.base, str(error))
        return SourceRun(source.id, source.name, source.district, "failed", problems=(problem,))


def check_source(source: Source, proxy: str | None = None, log: Log = print) -> list[ListCheck]:
    """Read the lists only, landing nothing: what a crawl would fetch, and which lists gave no links."""
    folder = tempfile.TemporaryDirectory(prefix="zhijiao-")
    with folder, _fetcher(source, Path(folder.name), proxy) as fetcher:
        return [_walk_list(source, url, fetcher, log) for url in source.list_urls]


def _fetcher(source: Source, folder: Path, proxy: str | None) -> Fetcher:
    return Fetcher(folder, allows=source.allows, pause=source.pause, proxy=proxy)


def _walk_list(source: Source, first: str, fetcher: Fetcher, log: Log) -> ListCheck:
    """Read a list page by page, up to the source's `max_pages`."""
    links: dict[str, Link] = {}
    problems: list[Problem] = []
    todo, pages_read, pages_all = [first], 0, 1
    while todo:
        url = todo.pop(0)
        try:
            page = pages.read_list(_body(fetcher.get(url)), url)
        except FetchError as error:
            problems.append(Problem(error.kind, error.url, f"list page: {error.detail}"))
            continue
        pages_read += 1
        if not page.links:
            problems.append(Problem("empty_list", url, "no link to an article on it; has the site changed?"))
        links |= {link.url: link for link in page.links if link.url not in links}
        if url == first:
            pages_all = 1 + len(page.further)
            todo = list(page.further[: source.max_pages - 1])
    reports = tuple(link for link in links.values() if source.wants(link.title))
    read = f"{pages_read} of {pages_all} list pages"
    log(f"{source.name}: {read}, {len(links)} articles, {len(reports)} reports")
    return ListCheck(first, pages_read, pages_all, tuple(links.values()), reports, tuple(problems))


def _body(fetched: Fetched) -> bytes:
    """The bytes of an answer that must have some."""
    if fetched.file is None:
        raise FetchError("dead_link", fetched.final_url, f"answers {fetched.status}")
    return fetched.file.read_bytes()


@dataclass(frozen=True, slots=True)
class _About:
    """What a manifest row says beyond the bytes and the answer."""

    kind: Kind
    parent_url: str | None = None
    title: str | None = None
    publisher: str | None = None
    published_on: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


class _Crawl:
    """One run over one source; the counts and problems gather here."""

    def __init__(self, source: Source, landing: Landing, fetcher: Fetcher, log: Log) -> None:
        self.source, self.landing, self.fetcher, self.log = source, landing, fetcher, log
        self.known = landing.current(source.id)
        self.visited: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.problems: list[Problem] = []

    def run(self) -> SourceRun:
        lists = [_walk_list(self.source, url, self.fetcher, self.log) for url in self.source.list_urls]
        self.problems += [problem for one in lists for problem in one.problems]
        reports = {link.url: link for one in lists for link in one.reports}
        listed = {link.url for one in lists for link in one.links}
        if listed:  # else the site is down or not itself: no time to call anything withdrawn
            for link in reports.values():
                self._visit_article(link)
            self._look_again()
        return SourceRun(
            source=self.source.id,
            name=self.source.name,
            district_code=self.source.district,
            status=("partial" if self.problems else "ok") if listed else "failed",
            listed=len(listed),
            matched=len(reports),
            new=self.counts["new"],
            changed=self.counts["changed"],
            unchanged=self.counts["unchanged"],
            withdrawn=self.counts["withdrawn"],
            failed=self.counts["failed"],
            requests=self.fetcher.requests,
            problems=tuple(self.problems),
        )

    def _look_again(self) -> None:
        """Ask for what landed before and was not met in this run: withdrawn, or only pushed off the list?"""
        before = [row for row in self.known.values() if row.state == "landed"]
        for row in before:
            if row.kind == "page" and row.url not in self.visited:
                self._visit_article(Link(row.url, row.title or ""))
        for row in before:
            if row.url not in self.visited:
                self._visit(row.url, partial(_about_again, row))

    def _visit_article(self, link: Link) -> None:
        """Land an article and its files; an unchanged article is read from the landing zone to find them."""
        row = self._visit(link.url, partial(_about_article, link.title))
        if row is None or row.content_type != content.HTML:
            return
        article = pages.read_article(self.landing.path(row.sha256).read_bytes(), row.final_url)
        for file in article.attachments:
            if file.url not in self.visited:
                self._visit(file.url, partial(_about_attachment, row, file.title))

    def _visit(self, url: str, describe: Callable[[Fetched], _About]) -> LandedFile | None:
        """Ask for one address and land what is new; the row that holds now, or None to go no further."""
        self.visited.add(url)
        known = self.known.get(url)
        try:
            fetched = self.fetcher.get(url, self._validators(known))
            if fetched.gone and known:
                self._withdraw(known, fetched)
                return None
            if fetched.status == NOT_MODIFIED and known:
                self.counts["unchanged"] += 1
                return known
            if not fetched.file:
                raise FetchError("dead_link", url, f"answers {fetched.status}")
            return self._land(fetched, fetched.file, describe(fetched), known)
        except FetchError as error:
            self.counts["failed"] += 1
            self.problems.append(Problem(error.kind, error.url, error.detail))
            self.log(f"{self.source.name}: {error}")
            return None

    def _validators(self, known: LandedFile | None) -> dict[str, str]:
        """Headers that let the site answer “not modified”, if what is known is really here."""
        if known is None or known.state != "landed" or not self.landing.has(known.sha256):
            return {}
        pairs = (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified"))
        return {ask: known.headers[sent] for ask, sent in pairs if sent in known.headers}

    def _withdraw(self, known: LandedFile, fetched: Fetched) -> None:
        if known.state == "withdrawn":
            self.counts["unchanged"] += 1
            return
        self.landing.append(replace(known, state="withdrawn", http_status=fetched.status, fetched_at=_now()))
        self.counts["withdrawn"] += 1
        self.log(f"{self.source.name}: withdrawn: {known.title or known.url}")

    def _land(self, fetched: Fetched, file: Path, about: _About, known: LandedFile | None) -> LandedFile:
        stored = self.landing.store(file)
        here = known if known and known.state == "landed" else None
        if here and here.sha256 == stored.sha256:
            self.counts["unchanged"] += 1
            return here
        row = LandedFile(
            sha256=stored.sha256,
            url=fetched.url,
            final_url=fetched.final_url,
            source=self.source.id,
            kind=about.kind,
            parent_url=about.parent_url,
            title=about.title,
            publisher=about.publisher,
            published_on=about.published_on,
            metadata=about.metadata,
            fetched_at=_now(),
            http_status=fetched.status,
            headers=fetched.headers,
            content_type=stored.content_type,
            bytes=stored.bytes,
        )
        self.landing.append(row)
        outcome = "changed" if here else "new"
        self.counts[outcome] += 1
        self.log(f"{self.source.name}: {outcome}: {row.title or row.url}")
        return row


def _about_article(list_title: str, fetched: Fetched) -> _About:
    """Read the page. Refuses one without an article: an error page, a challenge, a page not yet filled."""
    found = _type_of(fetched)
    if found in content.DOCUMENTS:
        return _About("page", title=list_title)  # some lists link straight to a file
    if found != content.HTML:
        raise FetchError("unsupported", fetched.url, "neither a web page nor a document")
    article = pages.read_article(_body(fetched), fetched.final_url)
    if not article.has_body:
        raise FetchError(
            "no_body", fetched.url, "no article on it: an error page, or a template not known yet"
        )
    return _About(
        "page", None, article.title or list_title, article.publisher, article.published_on, article.metadata
    )


def _about_attachment(article: LandedFile, title: str | None, fetched: Fetched) -> _About:
    """An attachment is published with its article. Refuses a web page that answers in a file's place."""
    if _type_of(fetched) == content.HTML:
        raise FetchError("unsupported", fetched.url, "a web page answers where a file should be")
    return _About("attachment", article.url, title, article.publisher, article.published_on)


def _about_again(row: LandedFile, fetched: Fetched) -> _About:
    """An attachment that no article names any more keeps what was known of it."""
    _type_of(fetched)
    return _About(row.kind, row.parent_url, row.title, row.publisher, row.published_on, row.metadata)


def _type_of(fetched: Fetched) -> str:
    if fetched.file is None or not fetched.file.stat().st_size:
        raise FetchError("empty_file", fetched.url, "the answer has no content")
    return content.content_type(fetched.file)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
