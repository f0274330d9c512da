"""Crawl sources: lists, articles, files. Whatever a site does ends in the SourceRun of its source.

What has landed is asked for with conditional requests, made from the manifest. A run reads the first page of each list
and, where that is as it was, no more; where it changed, or once a week, it asks for every known report again, so that
one withdrawn or re-issued is noticed.
"""

from __future__ import annotations

import hashlib
import queue
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import quote

from bs4 import BeautifulSoup

from scrapers import content, markup, memory
from scrapers.addresses import canonical, date_of, host_of, identity, origin, path_of
from scrapers.archives import ArchiveError, Member, unpack
from scrapers.articles import Article, article_of
from scrapers.faults import LASTING, FetchError, fault_of_page
from scrapers.fetch import NOT_MODIFIED, Fetched, Fetcher
from scrapers.landing import Landing, LandingError
from scrapers.lists import Link
from scrapers.manners import Manners, RobotRules
from scrapers.memory import ListMemory, Memory, RobotsMemory
from scrapers.records import Kind, LandedFile, Problem, SourceRun
from scrapers.season import is_overdue, last_season
from scrapers.sources import Source
from scrapers.titles import could_become, squeezed
from scrapers.walk import Walk, links_of, walk

Log = Callable[[str], object]
AT_ONCE = 8
"""Sources crawled side by side: their hosts differ, and each is asked one thing at a time."""
IN_A_ROW = 5
"""So many addresses of a host with the same fault, one after the other: the host has it, not they."""
_MAY_BE_THE_HOST = ("challenge", "login", "unreachable", "http_error", "busy")


@dataclass(frozen=True, slots=True)
class ListCheck:
    """What one list of a source shows: the pages read of those it has, its articles, its reports."""

    url: str
    pages_read: int
    pages: int
    links: tuple[Link, ...]
    reports: tuple[Link, ...]
    problems: tuple[Problem, ...]


def crawl_sources(
    sources: Sequence[Source],
    landing: Landing,
    proxy: str | None = None,
    log: Log = print,
    *,
    full: bool = False,
    manners: Manners | None = None,
) -> Iterator[SourceRun]:
    """Crawl several sources side by side; their runs in the order of the sources. `log` is called from this thread."""
    shared, said = manners or Manners(), queue.SimpleQueue[str]()
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="crawl") as pool:
        runs = [
            pool.submit(crawl_source, source, landing, proxy, said.put, full=full, manners=shared)
            for source in sources
        ]
        for run in runs:
            while not run.done() or not said.empty():
                try:
                    log(said.get(timeout=0.05))
                except queue.Empty:
                    continue
            yield run.result()


def crawl_source(
    source: Source,
    landing: Landing,
    proxy: str | None = None,
    log: Log = print,
    *,
    full: bool = False,
    manners: Manners | None = None,
    now: datetime | None = None,
) -> SourceRun:
    """Land what is new or changed at one source. Never raises for what the site does (a full disk does).

    `full` reads all list pages and asks for every known report again.
    """
    try:
        with landing.writing(source.id) as incoming:
            remembered = memory.load(landing.memory_file(source.id))
            crawl = _Crawl(source, landing, incoming, remembered, log, now or datetime.now(UTC), full)
            with crawl.fetcher(proxy, manners):
                run = crawl.run()
            memory.save(crawl.memory, landing.memory_file(source.id))
            return run
    except LandingError as error:
        problem = Problem("landing", source.base, str(error))
        return SourceRun(source.id, source.name, source.district, "failed", problems=(problem,))


def check_sources(
    sources: Sequence[Source], proxy: str | None = None, manners: Manners | None = None
) -> Iterator[tuple[Source, list[ListCheck]]]:
    """`check_source` for several sources side by side, in their order."""
    shared = manners or Manners()
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="check") as pool:
        yield from zip(
            sources,
            pool.map(lambda source: check_source(source, proxy, lambda _: None, shared), sources),
            strict=True,
        )


def check_source(
    source: Source, proxy: str | None = None, log: Log = print, manners: Manners | None = None
) -> list[ListCheck]:
    """Read the lists and the newest report of each, landing nothing: what a crawl would fetch, and what is wrong."""
    with tempfile.TemporaryDirectory(prefix="zhijiao-") as folder:
        landing = Landing(Path(folder) / "landing")
        crawl = _Crawl(source, landing, Path(folder), Memory(), log, datetime.now(UTC), full=True)
        with crawl.fetcher(proxy, manners):
            return [crawl.check(url) for url in source.list_urls]


@dataclass(frozen=True, slots=True)
class _About:
    """What a manifest row says beyond the bytes and the answer."""

    kind: Kind
    parent_url: str | None = None
    title: str | None = None
    publisher: str | None = None
    published_on: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


class _NotAsked(Exception):
    """The host was given up earlier in this run: no news of this address."""


class _Declined(Exception):
    """The article's own title, which is in the text, is not a report's."""


class _Forwarded(Exception):
    """The page says nothing itself: the article is at the address in the text."""


class _Crawl:
    """One run over one source; counts and faults gather here."""

    def __init__(
        self,
        source: Source,
        landing: Landing,
        incoming: Path,
        remembered: Memory,
        log: Log,
        now: datetime,
        full: bool,
    ) -> None:
        self.source, self.landing, self.incoming, self.log, self.now = source, landing, incoming, log, now
        definition = source.model_dump_json(exclude={"checked", "name", "pause"})
        shape = hashlib.sha256(definition.encode()).hexdigest()[:16]
        rows = landing.rows(source.id)
        self.full = full or (
            bool(remembered.source) and (remembered.source, remembered.rows) != (shape, len(rows))
        )
        self.memory = remembered
        self.memory.source, self.memory.rows = shape, len(rows)
        self.known: dict[str, LandedFile] = {}
        """The last row of each address."""
        self.addresses: defaultdict[str, set[str]] = defaultdict(set)
        """The addresses that one article, or the same bytes, have landed from."""
        for row in rows:
            self._know(row)
        self.visited: set[str] = set()
        self.gone: dict[str, int] = {}
        """Addresses of known files that are no more, with the status that says so."""
        self.files: set[str] = set()
        """Addresses of articles and files that failed; other faults are lists' or the source's."""
        self.given_up: set[str] = set()
        self.has_looked = False
        """Whether every known report and every fault has been asked about in this run."""
        self.in_a_row: dict[str, list[Problem]] = {}
        self._read: dict[str, Article] = {}
        """The article read last: it need not be read again to find its files."""
        self.counts: Counter[str] = Counter()
        self.problems: list[Problem] = []

    def fetcher(self, proxy: str | None, manners: Manners | None) -> Fetcher:
        """The session of this run; robots.txt is taken from the memory while it is fresh."""
        self._fetcher = Fetcher(
            self.incoming,
            allows=self.source.allows,
            pause=self.source.pause,
            proxy=proxy,
            manners=manners,
            rules=self._rules(),
            loopback=self.source.may_be_loopback,
            verify_tls=self.source.verify_tls,
        )
        return self._fetcher

    def _rules(self) -> Callable[[str, Callable[[], str]], RobotRules]:
        parsed: dict[str, RobotRules] = {}

        def rules(site: str, fetch: Callable[[], str]) -> RobotRules:
            if site not in parsed:
                text = self.memory.rules(site, self.now)
                if text is None:
                    text = fetch()
                    self.memory.robots[site] = RobotsMemory(text, self.now.isoformat(timespec="seconds"))
                parsed[site] = RobotRules(text)
            return parsed[site]

        return rules

    # --- the run

    def run(self) -> SourceRun:
        """Lists first; then, if any of them could be read, reports."""
        walks = [self._walk(url) for url in self.source.list_urls]
        listed = {link.url for one in walks for link in one.listed}
        matched = [link for link in self._candidates() if self.source.wants(link.title)]
        if listed:  # else the site is down or not itself: no time to call anything withdrawn
            look_again = self.full or any(one.changed for one in walks) or self.memory.is_due(self.now)
            self._visit_all(look_again)
            if self.gone and not all(one.is_whole for one in walks):
                self._look_for_moved()
            self._mark_gone()
            self._see_whether_overdue(matched)
        problems = self._standing(bool(listed))
        self.memory.problems = list(problems)
        return SourceRun(
            source=self.source.id,
            name=self.source.name,
            district_code=self.source.district,
            status=("partial" if problems else "ok") if listed else "failed",
            listed=len(listed),
            matched=len({link.url for link in matched} & listed),
            new=self.counts["new"],
            changed=self.counts["changed"],
            unchanged=self.counts["unchanged"],
            withdrawn=self.counts["withdrawn"],
            failed=sum(problem.url in self.files for problem in problems),
            requests=self._fetcher.requests,
            problems=problems,
        )

    def check(self, url: str) -> ListCheck:
        """Read one list, and the newest report on it, which is landed nowhere that lasts."""
        before = len(self.problems)
        one = self._walk(url)
        reports = tuple(link for link in one.listed if self.source.wants(link.title))
        if reports:
            self._visit_article(reports[0])
        return ListCheck(
            url, one.pages_read, one.pages, tuple(one.listed), reports, tuple(self.problems[before:])
        )

    def _walk(self, url: str) -> Walk:
        remembered = self.memory.lists.setdefault(url, ListMemory())
        self.visited.add(url)
        try:
            one = walk(self.source, url, remembered, self._get, self.now.date(), self.full)
        except _NotAsked:
            return Walk(url)
        for error in one.faults:
            self._fail(error)
        reports = sum(self.source.wants(link.title) for link in one.listed)
        if one.changed:
            read = f"{one.pages_read} of {one.pages} list pages"
            self.log(f"{self.source.name}: {read}, {len(one.listed)} articles, {reports} reports")
        elif one.listed:
            self.log(f"{self.source.name}: the list is as it was")
        else:
            self.log(f"{self.source.name}: the list cannot be read")
        return one

    def _candidates(self) -> list[Link]:
        """The links that lead to reports or may, each article once: on several hosts or in several columns it is one."""
        chosen: dict[str, Link] = {}
        for entry in self.memory.lists.values():
            for link in links_of(entry):
                if not self._may_be_wanted(link):
                    continue
                key = identity(link.url, link.title)
                if key not in chosen or (link.url in self.known and chosen[key].url not in self.known):
                    chosen[key] = link
        return list(chosen.values())

    def _may_be_wanted(self, link: Link) -> bool:
        if link.cut:
            return could_become(link.title) and not self.source.excludes(link.title)
        return self.source.wants(link.title)

    def _look_for_moved(self) -> None:
        """Something is gone: read the lists to their ends, for it may stand at another address now."""
        self.full = True
        for url in self.source.list_urls:
            self._walk(url)
        for link in self._candidates():
            if link.url not in self.visited and self._is_open(link, faults_too=False):
                self._visit_article(link)

    def _visit_all(self, look_again: bool) -> None:
        """Visit what is new, what failed in passing, and, looking again, everything that is or was published."""
        faults_too = look_again or self.memory.faults_are_due(self.now)
        for link in self._candidates():
            if look_again or self._is_open(link, faults_too):
                self._visit_article(link)
        before = [row for row in self.known.values() if row.state == "landed"]
        for row in sorted(before, key=lambda row: row.kind == "attachment"):
            if row.url in self.visited or row.url.partition("#")[0] in self.visited:
                continue
            if not look_again:
                self.counts["unchanged"] += row.kind != "archive"
            elif row.kind == "page":
                self._visit_article(Link(row.url, row.title or ""))
            elif "#" not in row.url:
                self._visit(row.url, partial(_about_again, row))
        if not self.given_up:
            moment = self.now.isoformat(timespec="seconds")
            self.memory.faults_at = moment if faults_too else self.memory.faults_at
            self.memory.looked_at = moment if look_again else self.memory.looked_at
            self.has_looked = look_again

    def _is_open(self, link: Link, faults_too: bool) -> bool:
        """Whether a listed link is not settled: neither landed nor known to give nothing."""
        row = self.known.get(link.url)
        if row:
            here = row.state == "withdrawn" or self.landing.has(row.sha256)
            return (
                not here
                or self.memory.unfinished.get(link.url, False)
                or (faults_too and link.url in self.memory.unfinished)
            )
        if self.memory.declined.get(link.url) == link.title:
            return False
        return faults_too or not any(
            old.url == link.url and old.kind in LASTING for old in self.memory.problems
        )

    # --- articles and files

    def _visit_article(self, link: Link) -> None:
        """Land an article and its files; an unchanged article is read from the landing zone to find them."""
        failed_before = len(self.problems)
        try:
            page = self._visit(link.url, partial(self._about_article, link))
        except _Declined as declined:
            self.memory.declined[link.url] = link.title
            self.log(f"{self.source.name}: no report, though its list's title could be one: {declined}")
            return
        except _Forwarded as forwarded:
            self.memory.declined[link.url] = link.title
            target = canonical(str(forwarded))
            if target not in self.visited:
                self._visit_article(replace(link, url=target))
            return
        if page is None or page.content_type != content.HTML:
            return
        article = self._read.pop(link.url, None) or self._landed_article(page, link)
        for file in article.attachments:
            self._visit_attachment(page, file)
        for other in article.related:
            if (
                other.url not in self.visited
                and self.source.wants(other.title)
                and other.url not in self.known
            ):
                self._visit_article(other)
        self._note_unfinished(link.url, self.problems[failed_before:])

    def _note_unfinished(self, url: str, faults: Sequence[Problem]) -> None:
        self.memory.unfinished.pop(url, None)
        if faults or self.given_up:
            passing = any(problem.kind not in LASTING for problem in faults)
            self.memory.unfinished[url] = passing or bool(self.given_up)

    def _visit_attachment(self, page: LandedFile, file: Link) -> None:
        if file.url not in self.visited:
            self._visit(file.url, partial(_about_attachment, page, file.title))

    def _visit(self, url: str, describe: Callable[[Fetched], _About]) -> LandedFile | None:
        """Ask for one address and land what is new; the row that holds now, or None to go no further."""
        self.visited.add(url)
        known = self.known.get(url)
        try:
            fetched = self._get(url, self._validators(known))
            if fetched.gone and known:
                self._withdraw(known, fetched.status)
                return None
            if fetched.status == NOT_MODIFIED and known:
                return self._unchanged(known)
            if not fetched.file:
                raise FetchError("dead_link", url, f"listed, but answers {fetched.status}")
            about = describe(fetched)
            self.in_a_row.pop(host_of(url), None)
            return self._land(fetched, fetched.file, about, known)
        except FetchError as error:
            if error.kind == "soft_404" and known and known.state == "landed" and not self._is_listed(url):
                self._withdraw(known, 200)
            else:
                self.files.add(error.url)
                self._fail(error)
        except _NotAsked:
            pass
        return None

    def _is_listed(self, url: str) -> bool:
        return any(url in entry.titles for entry in self.memory.lists.values())

    def _get(self, url: str, headers: Mapping[str, str]) -> Fetched:
        """Ask, unless the host was given up."""
        if host_of(url) in self.given_up:
            raise _NotAsked
        self.visited.add(url)
        return self._fetcher.get(url, headers)

    def _validators(self, known: LandedFile | None) -> dict[str, str]:
        """Headers that let the site answer “not modified”, if what is known is really here."""
        if known is None or known.state != "landed" or not self.landing.has(known.sha256):
            return {}
        pairs = (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified"))
        return {ask: known.headers[sent] for ask, sent in pairs if sent in known.headers}

    def _about_article(self, link: Link, fetched: Fetched) -> _About:
        """Read the page. Refuses one without an article: an error page, a challenge, a page not yet filled."""
        found = _type_of(fetched)
        if _is_archive(found, fetched.url):
            return _About("archive", title=link.title)
        if found in (*content.DOCUMENTS, content.ZIP):
            return _About("page", title=link.title)  # some lists link straight to a file
        if found != content.HTML or fetched.file is None:
            raise FetchError("unsupported", fetched.url, "neither a web page nor a document", fetched.file)
        soup = markup.parse(fetched.file.read_bytes())
        article = article_of(soup, fetched.final_url, link, self.source.select.body)
        if not article.text and (target := markup.forward(soup, fetched.final_url)):
            raise _Forwarded(target)
        self._check_article(fetched, soup, article)
        self._read = {link.url: article}
        title = article.title or link.title
        if _continues(title, link) and not self.source.wants(title):
            raise _Declined(title)
        return _About("page", None, title, article.publisher, article.published_on, article.metadata)

    def _check_article(self, fetched: Fetched, soup: BeautifulSoup, article: Article) -> None:
        def refuse(kind: str, detail: str) -> FetchError:
            return FetchError(kind, fetched.url, detail, fetched.file)

        if not article.attachments and (verdict := fault_of_page(soup, fetched.final_url, article.text)):
            raise refuse(verdict.kind, verdict.detail)
        if not article.has_body and article.text is None and (selector := self.source.select.body):
            raise refuse(
                "no_match", f"the selector {selector!r} (select: body) matches nothing; has the site changed?"
            )
        if not article.has_body:
            seen = "nothing but pictures" if article.has_pictures else "no article"
            raise refuse("no_body", f"{seen} on it: a page not yet filled, or a template not known yet")
        if not article.attachments and (self.source.body == "file" or article.promises_files):
            raise refuse(
                "no_file", "the report is said to be attached, and no file is; see whether a script names it"
            )

    def _landed_article(self, page: LandedFile, link: Link | None = None) -> Article:
        soup = markup.parse(self.landing.path(page.sha256).read_bytes())
        return article_of(soup, page.final_url, link, self.source.select.body)

    # --- landing

    def _withdraw(self, known: LandedFile, status: int) -> None:
        """Note a report as gone from its address; whether it moved is known at the end of the run."""
        if known.state == "landed":
            self.gone[known.url] = status

    def _mark_gone(self) -> None:
        """Mark what is gone from its site, and the files of an archive with it. The bytes stay."""
        for url, status in self.gone.items():
            known = self.known[url]
            inside = [row for other, row in self.known.items() if other.startswith(f"{url}#")]
            has_moved = self._is_elsewhere(known)
            for row in (known, *(row for row in inside if row.state == "landed")):
                self._append(replace(row, state="withdrawn", http_status=status, fetched_at=self._stamp()))
            self.counts["moved" if has_moved else "withdrawn"] += 1
            self.log(f"{self.source.name}: {'moved' if has_moved else 'withdrawn'}: {known.title or url}")

    def _unchanged(self, row: LandedFile) -> LandedFile:
        if row.kind == "archive":
            self._open(row)
        else:
            self.counts["unchanged"] += 1
        return row

    def _land(
        self, fetched: Fetched, file: Path, about: _About, known: LandedFile | None
    ) -> LandedFile | None:
        here = known if known and known.state == "landed" and self.landing.has(known.sha256) else None
        if here and here.content_type == content.HTML and self._says_the_same(here, file, fetched):
            file.unlink()
            return self._unchanged(here)
        if about.kind == "archive":
            return self._land_archive(fetched, file, about)
        return self._land_file(fetched.url, fetched.final_url, file, about, fetched.status, fetched.headers)

    def _says_the_same(self, here: LandedFile, file: Path, fetched: Fetched) -> bool:
        """Whether a page differs from what landed in its frame only: a counter, a menu, today's date."""
        article = article_of(markup.parse(file.read_bytes()), fetched.final_url, body=self.source.select.body)
        before = self._landed_article(here)
        return before.content == article.content

    def _land_file(
        self, url: str, final_url: str, file: Path, about: _About, status: int, headers: Mapping[str, str]
    ) -> LandedFile:
        stored = self.landing.store(file)
        known = self.known.get(url)
        here = known if known and known.state == "landed" else None
        if here and here.sha256 == stored.sha256:
            return here if here.kind == "archive" else self._unchanged(here)
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
            fetched_at=self._stamp(),
            http_status=status,
            headers=headers,
            content_type=stored.content_type,
            bytes=stored.bytes,
        )
        self._append(row)
        if row.kind != "archive":
            moved = bool(self.addresses[identity(url, row.title or "")] - {url})
            outcome = "changed" if here else "moved" if moved else "new"
            self.counts[outcome] += 1
            self.log(f"{self.source.name}: {outcome}: {row.title or row.url}")
        return row

    def _is_elsewhere(self, row: LandedFile) -> bool:
        """Whether the same article, or the same bytes, stand at another address that is not gone."""
        others = self.addresses[identity(row.url, row.title or "")] | self.addresses[row.sha256]
        return any(self.known[url].state == "landed" and url not in self.gone for url in others - {row.url})

    def _know(self, row: LandedFile) -> None:
        self.known[row.url] = row
        self.addresses[identity(row.url, row.title or "")].add(row.url)
        self.addresses[row.sha256].add(row.url)

    def _append(self, row: LandedFile) -> None:
        self.landing.append(row)
        self.memory.rows += 1
        self._know(row)

    # --- archives

    def _land_archive(self, fetched: Fetched, file: Path, about: _About) -> LandedFile | None:
        """Land the files of an archive, then the archive: its row says that all of it is here."""
        names = set()
        for member in self._members(file, fetched.url):
            names.add(self._land_member(fetched.url, member, about).url)
        if not names:
            return None
        row = self._land_file(fetched.url, fetched.final_url, file, about, fetched.status, fetched.headers)
        for url, old in list(self.known.items()):
            if url.startswith(f"{fetched.url}#") and url not in names:
                self._withdraw(old, fetched.status)
        return row

    def _members(self, file: Path, url: str) -> Iterator[Member]:
        try:
            yield from unpack(file, self.incoming)
        except ArchiveError as error:
            raise FetchError("archive", url, str(error), file) from error

    def _land_member(self, archive_url: str, member: Member, about: _About) -> LandedFile:
        name = member.name.replace("\\", "/").rpartition("/")[2]
        inside = _About(
            "attachment", about.parent_url or archive_url, name, about.publisher, about.published_on
        )
        url = f"{archive_url}#{quote(member.name)}"
        return self._land_file(url, url, member.file, inside, 200, {})

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
        about = _About(row.kind, row.parent_url, row.title, row.publisher, row.published_on)
        for member in self._members(self.landing.path(row.sha256), row.url):
            self._land_member(row.url, member, about)

    # --- faults

    def _fail(self, error: FetchError) -> None:
        """Tell a fault, once; a host that has the same one again and again is given up, and it is told of the host."""
        host = host_of(error.url)
        problem = self.memory.standing(Problem(error.kind, error.url, error.detail))
        is_new = problem not in self.memory.problems
        if is_new and error.page and error.page.is_file():
            problem = replace(problem, evidence=self.landing.keep_evidence(error.page))
        self.problems.append(problem)
        if is_new:
            self.log(f"{self.source.name}: {error.kind}: {error.url}: {error.detail}")
        if error.host_wide:
            self.given_up.add(host)
        elif error.kind in _MAY_BE_THE_HOST:
            row = self.in_a_row.setdefault(host, [])
            row[:] = [*(row if row and row[0].kind == error.kind else []), problem]
            if len(row) >= IN_A_ROW:
                self._give_up(host, row)

    def _give_up(self, host: str, row: list[Problem]) -> None:
        self.given_up.add(host)
        self.problems = [problem for problem in self.problems if problem not in row]
        detail = (
            f"{len(row)} addresses in a row: {row[-1].detail}; the rest of this host is left to the next run"
        )
        told = self.memory.standing(
            Problem(row[-1].kind, f"{origin(row[-1].url)}/", detail, row[-1].evidence)
        )
        self.problems.append(told)
        self.log(f"{self.source.name}: {told.kind}: {told.url}: {told.detail}")

    def _standing(self, is_readable: bool) -> tuple[Problem, ...]:
        """The faults of this run, and those of earlier ones that it had no reason to ask about again."""
        asked = self.visited | {problem.url for problem in self.problems}
        kept = [
            old
            for old in self.memory.problems
            if old.url not in asked and not self.has_looked and (old.kind != "overdue" or not is_readable)
        ]
        if not self.has_looked and is_readable:
            kept += [old for old in self.memory.problems if old.kind == "pages_left"]
        self.files |= {old.url for old in kept if old.url not in self.memory.lists}
        return tuple(dict.fromkeys((*self.problems, *kept)))

    def _see_whether_overdue(self, matched: Sequence[Link]) -> None:
        if self.source.season is None:
            return
        season = last_season(self.source.season, self.now.date())
        if self.source.until is not None and season.first.year > self.source.until:
            return
        landed = [row.published_on or row.fetched_at[:10] for row in self.known.values()]
        announced = [day for link in matched if (day := date_of(link.url))]
        if is_overdue(season, [*landed, *announced]):
            detail = (
                f"no report since the season {season} began; ask the publisher, or look for another column"
            )
            self._fail(FetchError("overdue", self.source.base, detail))

    def _stamp(self) -> str:
        return datetime.now(UTC).isoformat(timespec="seconds")


def _continues(title: str, link: Link) -> bool:
    """Whether a list shows only the beginning of a title, with or without saying so."""
    whole, shown = squeezed(title), squeezed(link.title)
    return link.cut or (whole != shown and whole.startswith(shown))


def _about_attachment(article: LandedFile, title: str | None, fetched: Fetched) -> _About:
    """An attachment is published with its article. Refuses a web page that answers in a file's place."""
    found = _type_of(fetched)
    if found == content.HTML and fetched.file:
        verdict = fault_of_page(markup.parse(fetched.file.read_bytes()), fetched.final_url)
        raise FetchError(
            verdict.kind if verdict else "unsupported",
            fetched.url,
            f"a web page answers where a file should be{f': {verdict.detail}' if verdict else ''}",
            fetched.file,
        )
    kind: Kind = "archive" if _is_archive(found, fetched.url) else "attachment"
    return _About(kind, article.url, title, article.publisher, article.published_on)


def _about_again(row: LandedFile, fetched: Fetched) -> _About:
    """A file that no article names any more keeps what was known of it."""
    if _type_of(fetched) == content.HTML:
        raise FetchError("unsupported", fetched.url, "a web page answers where a file was", fetched.file)
    return _About(row.kind, row.parent_url, row.title, row.publisher, row.published_on, row.metadata)


def _is_archive(found: str, url: str) -> bool:
    """Whether a file is to be opened. A damaged DOCX looks like a ZIP, but its name says what it is: its reader tells."""
    return found in content.ARCHIVES and not re.search(r"\.(docx|xlsx|odt|ods)$", path_of(url), re.I)


def _type_of(fetched: Fetched) -> str:
    if fetched.file is None or not fetched.file.stat().st_size:
        raise FetchError("empty_file", fetched.url, "the answer has no content")
    return content.content_type(fetched.file)
