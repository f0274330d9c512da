"""Reading a list page by page, and no further than it must: down to what was known from the run before."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from scrapers import hooks, markup
from scrapers.addresses import date_of, page_key
from scrapers.faults import DEFECTS, FetchError, defect, fault_of_page
from scrapers.fetch import NOT_MODIFIED, Fetched
from scrapers.lists import Link, ListPage, read_list
from scrapers.memory import ListMemory
from scrapers.sources import Source

Get = Callable[[str, Mapping[str, str]], Fetched]
FEWER = 0.5
"""A first page with less than this share of the links it once had has lost some."""


@dataclass
class Walk:
    """What one list showed in this run. `links` are all it is known to show, those of earlier runs among them."""

    url: str
    pages_read: int = 0
    pages: int = 1
    listed: list[Link] = field(default_factory=list)
    """The links of the pages that were read, in their order."""
    changed: bool = False
    """Whether the first page is another than in the run before."""
    faults: list[FetchError] = field(default_factory=list)
    is_remembered: bool = False
    """Whether the site said that its first page has not changed."""
    is_whole: bool = False
    """Whether every page was read."""
    file: Path | None = None
    """The first page as it came."""

    @property
    def is_readable(self) -> bool:
        """Whether the list gave any link."""
        return bool(self.listed)


def walk(source: Source, first: str, memory: ListMemory, get: Get, today: date, full: bool = False) -> Walk:
    """Read a list from its first page on, and remember what it showed.

    The first page always; a further one only if the page before it ends in a link never seen, or an earlier run did not
    get through. `full` reads all. Never raises for what the site does: see `faults`.
    """
    done = Walk(first)
    known = dict(memory.titles)
    whole = full or not memory.is_complete
    page = _first_page(source, first, {} if whole else memory.headers, memory, get, done)
    if page is None:
        return done
    shown = [link.url for link in page.links]
    done.changed = shown != memory.first_page or any(known.get(link.url) != link.title for link in page.links)
    _compare(done, shown, memory, today)
    seen: dict[str, Link] = {}
    whole = whole or _is_oldest_first(page.links)
    through = True
    queue, queued = deque(page.further), {page_key(url) for url in (first, *page.further)}
    _take(source, page, seen)
    while queue and (whole or not _ends_in_known(page, known)):
        if done.pages_read >= source.max_pages:
            done.faults.append(_pages_left(source, first, done.pages_read, len(queue)))
            break
        url = queue.popleft()
        try:
            page = _read(source, get(url, {}), done)
        except FetchError as error:
            error.detail = f"list page: {error.detail}"
            done.faults.append(error)
            through = through and error.kind == "dead_link"
            if error.host_wide:
                break
            continue
        if not _take(source, page, seen):
            continue  # a number beyond the last page shows the last page again
        for further in page.further if source.hook is None else ():  # a hook tells all of them at first
            if page_key(further) not in queued:
                queued.add(page_key(further))
                queue.append(further)
    done.pages = max(len(queued), done.pages_read)
    done.listed = list(seen.values())
    done.is_whole = not queue and through and not done.is_remembered
    _remember(memory, done, shown, through)
    return done


def _first_page(
    source: Source, url: str, validators: Mapping[str, str], memory: ListMemory, get: Get, done: Walk
) -> ListPage | None:
    """The first page, or the memory of it where the site says that it has not changed; None if it is not to be read."""
    try:
        fetched = get(url, validators if memory.first_page else {})
        if fetched.status == NOT_MODIFIED:
            done.pages_read, done.is_remembered = 1, True
            return ListPage(
                tuple(Link(url, memory.titles[url], url in memory.cut) for url in memory.first_page)
            )
        page = _read(source, fetched, done)
    except FetchError as error:
        error.detail = f"list page: {error.detail}"
        error.host_wide = error.host_wide or error.kind == "challenge"
        done.faults.append(error)
        return None
    pairs = (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified"))
    memory.headers = {ask: fetched.headers[sent] for ask, sent in pairs if sent in fetched.headers}
    return page


def _read(source: Source, fetched: Fetched, done: Walk) -> ListPage:
    """One page of the list. Raises FetchError for one that is no such page."""
    url = fetched.final_url
    if fetched.file is None:
        raise FetchError("dead_link", fetched.url, f"answers {fetched.status}")
    data = fetched.file.read_bytes()
    try:
        page = _page(source, data, url, fetched)
    except DEFECTS as error:
        raise defect(error, fetched.url, fetched.file) from error
    done.pages_read += 1
    if not page.has_items:
        detail = (
            f"the selector {source.select.items!r} (select: items) matches nothing; has the site changed?"
        )
        raise FetchError("no_match", fetched.url, detail, fetched.file)
    if not page.links and not any(source.wants(link.title) for link in page.others):
        verdict = fault_of_page(markup.parse(data), url)
        kind = verdict.kind if verdict else "empty_list"
        detail = verdict.detail if verdict else "no link to an article on it; has the site changed?"
        raise FetchError(kind, fetched.url, detail, fetched.file)
    done.file = done.file or fetched.file
    return page


def _page(source: Source, data: bytes, url: str, fetched: Fetched) -> ListPage:
    if source.hook is None:
        return read_list(data, url, source.select.items)
    try:
        return hooks.list_reader(source.hook)(data, url)
    except Exception as error:  # whatever a hook does, it costs its own source only
        detail = f"scrapers/hooks/{source.hook}.py failed: {type(error).__name__}: {error}"
        raise FetchError("broken_hook", fetched.url, detail, fetched.file) from error


def _take(source: Source, page: ListPage, seen: dict[str, Link]) -> bool:
    """Add a page's links to those seen; whether there was a new one."""
    before = len(seen)
    for link in (*page.links, *(link for link in page.others if source.wants(link.title))):
        seen.setdefault(link.url, link)
    return len(seen) > before


def _ends_in_known(page: ListPage, known: Mapping[str, str]) -> bool:
    """Whether all below this page is known: what is new stands on top, and the last link is an old one."""
    return bool(page.links) and page.links[-1].url in known


def _is_oldest_first(links: tuple[Link, ...]) -> bool:
    """Whether the list grows at its end, so that its first page never tells what is new."""
    dates = [day for link in links if (day := date_of(link.url))]
    return len(set(dates)) > 1 and dates == sorted(dates)


def _compare(done: Walk, shown: list[str], memory: ListMemory, today: date) -> None:
    most = memory.mark(len(shown), today)
    if len(shown) < most * FEWER:
        detail = f"list page: {len(shown)} links where there were {most} on {memory.most_on}; has the site changed?"
        done.faults.append(FetchError("fewer_links", done.url, detail, done.file))


def _pages_left(source: Source, first: str, read: int, left: int) -> FetchError:
    detail = f"list page: {read} pages read, {left} or more left; raise max_pages ({source.max_pages}) to read them"
    return FetchError("pages_left", first, detail)


def _remember(memory: ListMemory, done: Walk, shown: list[str], through: bool) -> None:
    """Keep what this walk showed. What a list read to its end no longer shows is forgotten."""
    links = {link.url: link for link in done.listed}
    kept = {} if done.is_whole else {url: title for url, title in memory.titles.items() if url not in links}
    memory.titles = {url: link.title for url, link in links.items()} | kept
    memory.cut = [url for url in memory.titles if (links[url].cut if url in links else url in memory.cut)]
    memory.first_page = shown
    memory.is_complete = through


def links_of(memory: ListMemory) -> Iterator[Link]:
    """Every link that a list is known to show."""
    for url, title in memory.titles.items():
        yield Link(url, title, url in memory.cut)
