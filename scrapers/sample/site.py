"""The sample site as a mapping from address to answer, rendered from `site.yaml` and the figures."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from functools import cache

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scrapers.sample.figures import HERE, Fact, Printer, contradictions, schools
from scrapers.sample.resources import Resource
from scrapers.sample.tables import Tables

EDITIONS = (1, 2)
REVISED_ON = date(2026, 3, 2)
"""The day on which edition 2 re-issued what it re-issues."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file beside its article."""

    href: str
    title: str
    body: bytes
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """An entry of `site.yaml`; the comment there says what the fields mean."""

    date: date
    id: int
    title: str
    report: str = ""
    about: str = ""
    year: int = 0
    layout: str = ""
    file: str = ""
    encoding: str = "utf-8"
    cut_file: str = ""
    same_file_as: str = ""
    dead: bool = False
    new_in: int = min(EDITIONS)
    gone_in: int = max(EDITIONS) + 1
    revised_in: int = max(EDITIONS) + 1

    @property
    def href(self) -> str:
        """The address within the column: month folder, date, number."""
        return f"{self.date:%Y%m}/t{self.date:%Y%m%d}_{self.id}.html"

    @property
    def date_zh(self) -> str:
        """The date as a signature has it."""
        return f"{self.date.year}年{self.date.month}月{self.date.day}日"

    @property
    def index(self) -> str:
        """A made-up 索引号."""
        return f"115001{self.id}/{self.date.year}-{self.id % 100000:05}"

    @property
    def report_title(self) -> str:
        """The title of the report itself, without what was added on publishing it."""
        return self.title.removeprefix("转发：").removesuffix("（更正版）")


@dataclass(frozen=True, slots=True)
class Site:
    """One district office's site; the comment in `site.yaml` says what the fields mean."""

    id: str
    host: str
    name: str
    district: str
    column: str
    charset: str
    list: str
    box: str
    body: str
    pager: str
    validators: tuple[str, ...]
    per_page: int
    place: Mapping[str, str]
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """The whole sample site at one time."""

    resources: Mapping[str, Resource]
    facts: Mapping[str, tuple[Fact, ...]]
    """What each report prints, by its address."""


@cache
def edition(number: int = 1) -> Edition:
    """Render an edition of the site: 1, or 2, in which one report is new, one re-issued and one withdrawn."""
    if number not in EDITIONS:
        raise ValueError(f"there is no edition {number} of the sample site; there are {EDITIONS}")
    resources: dict[str, Resource] = {}
    facts: dict[str, tuple[Fact, ...]] = {}
    for site in _sites():
        shown = [article for article in site.articles if article.new_in <= number < article.gone_in]
        for article in shown:
            revised = number >= article.revised_in
            changed_on = REVISED_ON if revised else article.date
            for url, body, content_type, printed in _render_article(site, article, revised):
                resources[url] = Resource(body, content_type, _validators(site, body, changed_on))
                if printed:
                    facts[url] = printed
        for url, body in _render_lists(site, shown):
            resources[url] = Resource(body, f"text/html; charset={site.charset}", {})
    return Edition(resources, facts)


def _render_article(
    site: Site, article: Article, revised: bool
) -> Iterator[tuple[str, bytes, str, tuple[Fact, ...]]]:
    """The article and its files: address, body, content type, facts printed. A dead link has none of them."""
    if article.dead:
        return
    files = list(_files(site, article))
    printed: tuple[Fact, ...] = ()
    if article.report and not files:
        body, printed = _render_report(site, article, revised)
    else:
        kind = "cover" if files else "notice"
        body = _render(f"{kind}.jinja", site=site, article=article, publisher=_publisher(site, article))
    page = _render("article.html.jinja", site=site, article=article, body=body, files=files).encode(
        site.charset
    )
    url = f"http://{site.host}{site.column}{article.href}"
    yield url, page, f"text/html; charset={site.charset}", printed
    yield url.replace(".html", "_wap.html"), page, f"text/html; charset={site.charset}", ()
    for file in files:
        file_url = f"{url.rpartition('/')[0]}/{file.href.removeprefix('./')}"
        yield file_url, file.body, _served_type(file.href), file.facts


def _files(site: Site, article: Article) -> Iterator[Attachment]:
    """The files that hang on an article."""
    if article.cut_file:
        whole = (HERE / "report.pdf").read_bytes()
        yield Attachment(f"./{article.cut_file}", f"{article.title}.pdf", whole[: len(whole) // 2])
    if article.file:
        original = next(a for a in site.articles if a.report == (article.same_file_as or article.report))
        body, facts = _render_report(site, original, revised=False)
        text = _render("report.txt.jinja", article=original, publisher=_publisher(site, original), body=body)
        text = re.sub(r"\n{3,}", "\n\n", text)
        yield Attachment(f"./{article.file}", f"{original.title}.txt", text.encode(original.encoding), facts)


def _publisher(site: Site, article: Article) -> str:
    """Who signs: a school its own report, the district's office all else."""
    return article.about if article.about in schools() else site.name


def _render_report(site: Site, article: Article, revised: bool) -> tuple[str, tuple[Fact, ...]]:
    """A report's body in its layout, and what it prints."""
    lies = () if revised else tuple(lie for lie in contradictions() if lie.report == article.report)
    printer = Printer(article.report, article.about, article.year, lies)
    kind = "school" if article.about in schools() else "district"
    prose = article.layout == "prose"
    body = _render(
        f"reports/{kind}{'_prose' if prose else ''}.jinja",
        layout=f"layouts/{'paragraphs' if prose else article.layout}.jinja",
        f=printer,
        t=Tables(printer),
        place=site.place,
        publisher=site.name,
    )
    return body, tuple(printer.facts)


def _render_lists(site: Site, shown: list[Article]) -> Iterator[tuple[str, bytes]]:
    """The pages of the site's list: index.html, index_1.html, …; the column's own address is page 1 too."""
    pages = [shown[start : start + site.per_page] for start in range(0, len(shown), site.per_page)]
    base = f"http://{site.host}{site.column}"
    for number, items in enumerate(pages):
        page = _render("list.html.jinja", site=site, items=items, pages=len(pages), number=number).encode(
            site.charset
        )
        yield f"{base}index_{number}.html" if number else f"{base}index.html", page
        if not number:
            yield base, page


def _validators(site: Site, body: bytes, changed_on: date) -> dict[str, str]:
    """The headers for conditional requests that this site sends, if any."""
    changed_at = datetime.combine(changed_on, time(1, 30), UTC)
    offered = {
        "etag": f'"{hashlib.sha256(body).hexdigest()[:16]}"',
        "last-modified": format_datetime(changed_at, usegmt=True),
    }
    return {name: offered[name] for name in site.validators}


def _served_type(name: str) -> str:
    return "application/pdf" if name.endswith(".pdf") else "text/plain"


@cache
def _sites() -> tuple[Site, ...]:
    documents = yaml.safe_load((HERE / "site.yaml").read_text(encoding="utf-8"))
    return tuple(
        Site(
            **{
                **document,
                "validators": tuple(document["validators"]),
                "articles": tuple(Article(**article) for article in document["articles"]),
            }
        )
        for document in documents
    )


@cache
def _templates() -> Environment:
    # Not escaped: all that goes in is the sample's own text, and half of it becomes plain text files.
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    environment.filters["cut"] = lambda title: title if len(title) <= 20 else f"{title[:19]}…"
    return environment


def _render(template: str, **context: object) -> str:
    return _templates().get_template(template).render(context)
