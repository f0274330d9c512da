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
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bs4 import BeautifulSoup

from scrapers import content, markup, memory
from scrapers.addresses import canonical, date_of, host_of, identity, path_of
from scrapers.articles import Article, article_of
from scrapers.faults import DEFECTS, LASTING, FetchError, defect, fault_of_page
from scrapers.fetch import NOT_MODIFIED, Fetched, Fetcher
from scrapers.landing import Landing, LandingError
from scrapers.ledger import Ledger
from scrapers.lists import Link
from scrapers.manners import Manners, RobotRules
from scrapers.memory import ListMemory, Memory, RobotsMemory
from scrapers.records import Kind, LandedFile, Problem, SourceRun
from scrapers.season import is_overdue, last_season
from scrapers.shelf import About, Shelf
from scrapers.sources import Source
from scrapers.titles import could_become, squeezed
from scrapers.walk import Walk, links_of, walk

Log = Callable[[str], object]
AT_ONCE = 8
"""Sources crawled side by side: their hosts differ, and each is asked one thing at a time."""


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
        self.shelf = Shelf(source, landing, incoming, log)
        settled = (remembered.source, remembered.rows) == (shape, self.shelf.rows)
        self.full = full or not settled
        self.memory = remembered
        self.memory.source = shape
        self.faults = Ledger(source.name, source.base, landing, remembered, log)
        self.visited: set[str] = set()
        self.has_looked = False
        """Whether every known report and every fault has been asked about in this run."""
        self._read: dict[str, Article] = {}
        """The article read last: it need not be read again to find its files."""

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
            if self.shelf.gone and not all(one.is_whole for one in walks):
                self._look_for_moved()
            self.shelf.mark_gone()
            self._see_whether_overdue(matched)
        problems = self.faults.standing(self.visited, self.has_looked, bool(listed))
        self.memory.problems, self.memory.rows = list(problems), self.shelf.rows
        return SourceRun(
            source=self.source.id,
            name=self.source.name,
            district_code=self.source.district,
            status=("partial" if problems else "ok") if listed else "failed",
            listed=len(listed),
            matched=len({link.url for link in matched} & listed),
            new=self.shelf.counts["new"],
            changed=self.shelf.counts["changed"],
            unchanged=self.shelf.counts["unchanged"],
            withdrawn=self.shelf.counts["withdrawn"],
            failed=sum(problem.url in self.faults.files for problem in problems),
            requests=self._fetcher.requests,
            problems=problems,
        )

    def check(self, url: str) -> ListCheck:
        """Read one list, and the newest report on it, which is landed nowhere that lasts."""
        before = len(self.faults.problems)
        one = self._walk(url)
        reports = tuple(link for link in one.listed if self.source.wants(link.title))
        if reports:
            self._visit_article(reports[0])
        return ListCheck(
            url, one.pages_read, one.pages, tuple(one.listed), reports, tuple(self.faults.problems[before:])
        )

    def _walk(self, url: str) -> Walk:
        remembered = self.memory.lists.setdefault(url, ListMemory())
        self.visited.add(url)
        try:
            one = walk(self.source, url, remembered, self._get, self.now.date(), self.full)
        except _NotAsked:
            return Walk(url)
        for error in one.faults:
            self.faults.add(error)
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
                if key not in chosen or (
                    link.url in self.shelf.known and chosen[key].url not in self.shelf.known
                ):
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
        """Visit what is new, what failed in passing, what is lost here, and, looking again, all that is or was published."""
        faults_too = look_again or self.memory.faults_are_due(self.now)
        for link in self._candidates():
            if look_again or self._is_open(link, faults_too):
                self._visit_article(link)
        before = [row for row in self.shelf.known.values() if row.state == "landed"]
        for row in sorted(before, key=lambda row: row.kind == "attachment"):
            if row.url in self.visited or row.url.partition("#")[0] in self.visited:
                continue
            if not look_again and self.shelf.is_here(row.url):
                self.shelf.counts["unchanged"] += row.kind != "archive"
            elif row.kind == "page":
                self._visit_article(Link(row.url, row.title or ""))
            elif "#" not in row.url:
                self._visit(row.url, partial(_about_again, row))
        if not self.faults.given_up:
            moment = self.now.isoformat(timespec="seconds")
            self.memory.faults_at = moment if faults_too else self.memory.faults_at
            self.memory.looked_at = moment if look_again else self.memory.looked_at
            self.has_looked = look_again

    def _is_open(self, link: Link, faults_too: bool) -> bool:
        """Whether a listed link is not settled: neither landed nor known to give nothing."""
        row = self.shelf.known.get(link.url)
        if row:
            here = row.state == "withdrawn" or self.shelf.is_here(link.url)
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
        failed_before = len(self.faults.problems)
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
        for file in article.attachments if self.source.body != "page" else ():
            self._visit_attachment(page, file)
        for other in article.related:
            if (
                other.url not in self.visited
                and self.source.wants(other.title)
                and other.url not in self.shelf.known
            ):
                self._visit_article(other)
        self._note_unfinished(link.url, self.faults.problems[failed_before:])

    def _note_unfinished(self, url: str, faults: Sequence[Problem]) -> None:
        self.memory.unfinished.pop(url, None)
        if faults or self.faults.given_up:
            passing = any(problem.kind not in LASTING for problem in faults)
            self.memory.unfinished[url] = passing or bool(self.faults.given_up)

    def _visit_attachment(self, page: LandedFile, file: Link) -> None:
        if file.url not in self.visited:
            self._visit(file.url, partial(_about_attachment, page, file.title))

    def _visit(self, url: str, describe: Callable[[Fetched], About]) -> LandedFile | None:
        """Ask for one address and land what is new; the row that holds now, or None to go no further."""
        self.visited.add(url)
        known = self.shelf.known.get(url)
        try:
            fetched = self._get(url, self.shelf.validators(url))
            if fetched.gone and known:
                self.shelf.withdraw(known, fetched.status)
                return None
            if fetched.status == NOT_MODIFIED and known:
                return self.shelf.unchanged(known)
            if not fetched.file:
                raise FetchError("dead_link", url, f"listed, but answers {fetched.status}")
            try:
                about = describe(fetched)
            except DEFECTS as error:
                raise defect(error, url, fetched.file) from error
            self.faults.good(url)
            return self._land(fetched, fetched.file, about)
        except FetchError as error:
            error.url = error.url if error.host_wide else url  # not where redirects led: that may change
            if error.kind == "soft_404" and known and known.state == "landed" and not self._is_listed(url):
                self.shelf.withdraw(known, 200)
            else:
                self.faults.files.add(error.url)
                self.faults.add(error)
        except _NotAsked:
            pass
        return None

    def _is_listed(self, url: str) -> bool:
        return any(url in entry.titles for entry in self.memory.lists.values())

    def _get(self, url: str, headers: Mapping[str, str]) -> Fetched:
        """Ask, unless the host was given up."""
        if host_of(url) in self.faults.given_up:
            raise _NotAsked
        self.visited.add(url)
        return self._fetcher.get(url, headers)

    def _about_article(self, link: Link, fetched: Fetched) -> About:
        """Read the page. Refuses one without an article: an error page, a challenge, a page not yet filled."""
        found = _type_of(fetched)
        if _is_archive(found, fetched.url):
            return About("archive", title=link.title)
        if found in (*content.DOCUMENTS, content.ZIP):
            return About("page", title=link.title)  # some lists link straight to a file
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
        return About("page", None, title, article.publisher, article.published_on, article.metadata)

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

    def _land(self, fetched: Fetched, file: Path, about: About) -> LandedFile | None:
        """Land an answer, unless it says the same as what landed from there before."""
        here = self.shelf.known[fetched.url] if self.shelf.is_here(fetched.url) else None
        if here and here.content_type == content.HTML and self._says_the_same(here, file, fetched):
            file.unlink()
            return self.shelf.unchanged(here)
        if about.kind == "archive":
            return self.shelf.land_archive(fetched, file, about)
        return self.shelf.land(fetched.url, fetched.final_url, file, about, fetched.status, fetched.headers)

    def _says_the_same(self, here: LandedFile, file: Path, fetched: Fetched) -> bool:
        """Whether a page differs from what landed in its frame only: a counter, a menu, today's date."""
        article = article_of(markup.parse(file.read_bytes()), fetched.final_url, body=self.source.select.body)
        before = self._landed_article(here)
        return before.content == article.content

    def _see_whether_overdue(self, matched: Sequence[Link]) -> None:
        if self.source.season is None:
            return
        season = last_season(self.source.season, self.now.date())
        if self.source.until is not None and season.first.year > self.source.until:
            return
        landed = [row.published_on or row.fetched_at[:10] for row in self.shelf.known.values()]
        announced = [day for link in matched if (day := date_of(link.url))]
        if is_overdue(season, [*landed, *announced]):
            detail = (
                f"no report since the season {season} began; ask the publisher, or look for another column"
            )
            self.faults.add(FetchError("overdue", self.source.base, detail))


def _continues(title: str, link: Link) -> bool:
    """Whether a list shows only the beginning of a title, with or without saying so."""
    whole, shown = squeezed(title), squeezed(link.title)
    return link.cut or (whole != shown and whole.startswith(shown))


def _about_attachment(article: LandedFile, title: str | None, fetched: Fetched) -> About:
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
    return About(kind, article.url, title, article.publisher, article.published_on)


def _about_again(row: LandedFile, fetched: Fetched) -> About:
    """A file that no article names any more keeps what was known of it."""
    if _type_of(fetched) == content.HTML:
        raise FetchError("unsupported", fetched.url, "a web page answers where a file was", fetched.file)
    return About(row.kind, row.parent_url, row.title, row.publisher, row.published_on, row.metadata)


def _is_archive(found: str, url: str) -> bool:
    """Whether a file is to be opened. A damaged DOCX looks like a ZIP, but its name says what it is: its reader tells."""
    return found in content.ARCHIVES and not re.search(r"\.(docx|xlsx|odt|ods)$", path_of(url), re.I)


def _type_of(fetched: Fetched) -> str:
    if fetched.file is None or not fetched.file.stat().st_size:
        raise FetchError("empty_file", fetched.url, "the answer has no content")
    return content.content_type(fetched.file)
