"""Reading list and article pages of the TRS WCM kind, whatever the template: by URLs, labels and meta tags.

Knows HTML, not sites: nothing here names a host, and item shapes are not matched by class. What sites share:
month folder and date in an article's URL, `createPage(…)` for the number of list pages, a box of labels
(索引号, 发布机构 …), attachments named `W0…` or `P0…`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from scrapers import content

ARTICLE_URL = re.compile(r"/\d{6}/t(\d{4})(\d{2})(\d{2})_\d+\.s?html?$")
FILE_URL = re.compile(r"\.(pdf|docx?|wps|xlsx?|et|zip|rar|txt)$", re.I)
EDITOR_FILE_URL = re.compile(r"/[WP]0\d{10,}\.\w+$")
_BODY_CLASSES = ("trs_editor", "trs_ueditor", "zwxl-article", "pages_content")
BODY = ", ".join(["#zoom", *(f'[class*="{name}" i]' for name in _BODY_CLASSES)])
LABELS = (
    "索引号",
    "发文字号",
    "主题分类",
    "体裁分类",
    "成文日期",
    "发布日期",
    "发布机构",
    "有效性",
    "时效性",
)

_PAGE_CALL = re.compile(
    r"""createPage(?:HTML)?\s*\(\s*
        (?:['"][^'"]*['"]\s*,\s*)?            # some templates name an element first
        (?P<pages>\d+)\s*
        (?:,\s*\d+\s*(?:,\s*['"](?P<stem>[^'"]+)['"]\s*,\s*['"](?P<ext>\w+)['"])?)?""",
    re.X,
)
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_SCRIPT_SOURCE = re.compile(r"(?:来源|\b\w*[sS]ource\w*|\bly)['\"]?\s*[:：=]\s*['\"]?([一-鿿][^'\"<;]*)")
_SCRIPT_FILES = re.compile(r"file_appendix\s*=\s*(?P<quote>['\"])(?P<html>.*?)(?P=quote)\s*;?\s*$", re.M)
_UNTELLING = re.compile(r"^(查看|详情|更多|点击|下载|附件|>|»|\W)*(全文|详情|查看|下载)?$")
_LABEL_MARKS = re.compile(r"[\s\[\]【】:：•·\-—]")


@dataclass(frozen=True, slots=True)
class Link:
    """A link to an article or a file."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of a list: its article links in order, and where the list's further pages are."""

    links: tuple[Link, ...]
    further: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """What an article page says about itself. `has_body` is false for pages that are no article at all."""

    title: str | None
    publisher: str | None
    published_on: str | None
    has_body: bool
    metadata: dict[str, str] = field(default_factory=dict)
    attachments: tuple[Link, ...] = ()


def read_list(data: bytes, url: str) -> ListPage:
    """Read one list page. A `_wap` twin counts as its article; malformed links are passed over."""
    soup = _soup(data)
    titles: dict[str, str] = {}
    for anchor in soup.select("a[href]"):
        target = resolve(_base(soup, url), str(anchor["href"]))
        if target is None:
            continue
        target = re.sub(r"_wap(?=\.s?html?$)", "", target)
        if ARTICLE_URL.search(urlsplit(target).path):
            titles[target] = max(titles.get(target, ""), _link_title(anchor), key=len)
    return ListPage(tuple(Link(target, title) for target, title in titles.items()), _further_pages(soup, url))


def read_article(data: bytes, url: str) -> Article:
    """Read one article page."""
    soup = _soup(data)
    metadata = _metadata(soup)
    return Article(
        title=_meta(soup, "ArticleTitle") or _heading(soup),
        publisher=metadata.get("发布机构") or _meta(soup, "ContentSource") or _script_source(soup),
        published_on=(
            _iso_date(_meta(soup, "PubDate")) or _iso_date(metadata.get("发布日期")) or _iso_date_of_url(url)
        ),
        has_body=soup.select_one(BODY) is not None,
        metadata=metadata,
        attachments=tuple(_attachments(soup, url)),
    )


def resolve(base: str, href: str) -> str | None:
    """The absolute address of a link without its fragment; None if it has none (javascript:, malformed)."""
    try:
        parts = urlsplit(urljoin(base, href.strip()))
        is_web = parts.scheme in ("http", "https") and parts.hostname
        return parts._replace(fragment="").geturl() if is_web else None
    except ValueError:
        return None


def _soup(data: bytes) -> BeautifulSoup:
    return BeautifulSoup(content.decode(data), "lxml")


def _base(soup: BeautifulSoup, url: str) -> str:
    tag = soup.select_one("base[href]")
    return resolve(url, str(tag["href"])) or url if tag else url


# --- list pages


def _link_title(anchor: Tag) -> str:
    """The whole title of a list item: the visible text may be cut, or say no more than 查看."""
    visible = [text for text in anchor.stripped_strings if not _DATE.fullmatch(text)]
    candidates = [str(anchor.get("title") or ""), "".join(visible)]
    if _UNTELLING.match(candidates[1]) and (row := anchor.find_parent(["tr", "li"])):
        candidates += [text for text in row.stripped_strings if not _DATE.fullmatch(text)]
    whole = [text.strip() for text in candidates if not text.rstrip().endswith(("…", "...", "..."))]
    return max(whole or candidates, key=len).strip()


def _further_pages(soup: BeautifulSoup, url: str) -> tuple[str, ...]:
    """`index.html` is page 1, `index_1.html` page 2: the call on the page says how many there are."""
    for script in soup.find_all("script"):
        if call := _PAGE_CALL.search(_without_comments(script.get_text())):
            stem, ext = call["stem"] or "index", call["ext"] or "html"
            return tuple(urljoin(url, f"{stem}_{number}.{ext}") for number in range(1, int(call["pages"])))
    return ()


def _without_comments(script: str) -> str:
    return re.sub(r"/\*.*?\*/|(?<![:'\"])//[^\n]*", "", script, flags=re.S)


# --- article pages


def _meta(soup: BeautifulSoup, name: str) -> str | None:
    tag = soup.select_one(f'meta[name="{name}" i]')
    return str(tag.get("content") or "").strip() or None if tag else None


def _heading(soup: BeautifulSoup) -> str | None:
    tag = soup.select_one("h1") or soup.select_one("title")
    return " ".join(tag.stripped_strings) or None if tag else None


def _script_source(soup: BeautifulSoup) -> str | None:
    """Some templates write the publisher's name by script only."""
    for script in soup.find_all("script"):
        if found := _SCRIPT_SOURCE.search(script.get_text()):
            return found[1].strip()
    return None


def _metadata(soup: BeautifulSoup) -> dict[str, str]:
    """The box of labels and values, be it table, list, divs or lines of text. Empty values are left out."""
    found: dict[str, str] = {}
    for text in soup.find_all(string=re.compile("|".join(LABELS))):
        head, _, tail = text.replace("：", ":").partition(":")
        label = _LABEL_MARKS.sub("", head)
        if label in LABELS and (value := tail.strip() or _value_beside(text)):
            found.setdefault(label, value)
    return found


def _value_beside(label: NavigableString) -> str | None:
    """The text of the element after the label's own, unless that is the next label."""
    element = label.parent
    while element and element.next_sibling is None and element.get_text(strip=True) == label.strip():
        element = element.parent
    beside = element.find_next_sibling() if element else None
    value = beside.get_text(" ", strip=True) if beside else ""
    return None if _LABEL_MARKS.sub("", value).startswith(LABELS) else value or None


def _attachments(soup: BeautifulSoup, url: str) -> Iterator[Link]:
    """Files linked in the body, files of the editor (W0…, P0…) anywhere, and those that a script names."""
    base = _base(soup, url)
    in_script = list(_script_files(soup))
    trusted = {
        id(anchor) for anchor in [*in_script, *(a for body in soup.select(BODY) for a in body.select("a"))]
    }
    seen: set[str] = set()
    for anchor in [*soup.select("a[href]"), *in_script]:
        target = resolve(base, str(anchor["href"]))
        path = urlsplit(target).path if target else ""
        if not target or target in seen or not FILE_URL.search(path):
            continue
        if id(anchor) in trusted or EDITOR_FILE_URL.search(path):
            seen.add(target)
            yield Link(target, anchor.get_text(strip=True) or unquote(path.rsplit("/", 1)[-1]))


def _script_files(soup: BeautifulSoup) -> Iterator[Tag]:
    for script in soup.find_all("script"):
        for found in _SCRIPT_FILES.finditer(script.get_text()):
            yield from BeautifulSoup(found["html"].replace("\\", ""), "lxml").select("a[href]")


def _iso_date(text: str | None) -> str | None:
    found = _DATE.search(text or "")
    return "-".join((found[1], found[2].zfill(2), found[3].zfill(2))) if found else None


def _iso_date_of_url(url: str) -> str | None:
    found = ARTICLE_URL.search(urlsplit(url).path)
    return "-".join(found.groups()) if found else None
