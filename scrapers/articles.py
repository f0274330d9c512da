"""Reading article pages, whatever the template: by meta tags, labels and addresses.

What sites share: the box of labels (索引号, 发布机构 …) in one shape or another, a body under one of a few names,
attachments that the editor calls `W0…` or `P0…`, in the body, below it or only in a script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from scrapers.addresses import (
    EDITOR_FILE_URL,
    FILE_ENDING,
    canonical,
    date_of,
    file_name,
    is_article,
    is_file,
    path_of,
    resolve,
)
from scrapers.lists import Link
from scrapers.markup import CUT, base_of, iso_date, parse, scripts, text_of
from scrapers.titles import squeezed

_BODY_NAME = re.compile(
    r"trs_editor|trs_ueditor|trs_preappend|zwxl-article|pages[_-]content|ucap-content", re.I
)
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

_FRAME = "header, footer, nav, form, select, script, style, [class*=foot i], [class*=head i], [class*=nav i]"
_HEADINGS = "h1, h2, h3"
_HEADING_TAGS = ("div", "p", "span", "td", "strong", "b", "font", "h4")
_LONGEST_HEADING = 120
_SITE_NAME = re.compile(r"\s*([_|]+.*|[-–—]+[^-–—_|]*(网|网站|政府|教委|委员会|教育局|门户|平台))$")
_LEAST_TEXT = 100
"""Characters of running text that make a part of a page its body where no name tells."""
_LONGEST_BOX = 500
_LEAST_SENTENCE = 12
_STOP = re.compile(r"[，。；]")
_TOOLS = re.compile(
    r"浏览器|分辨率|版权|主办|承办|备案|ICP|邮编|邮箱|电话|技术支持|标识码|扫一扫|扫码|分享|打印|字体|字号|当前的?位置|来源[:：]|浏览次数"
)
_LABEL = re.compile("|".join(LABELS))
_SCRIPT_SOURCE = re.compile(r"(?:来源|\b\w*[sS]ource\w*|\bly)['\"]?\s*[:：=]\s*['\"]?([一-鿿][^'\"<;]*)")
_SCRIPT_ANCHOR = re.compile(r"<a\b[^>]*?href\s*=.*?</a\s*>", re.I | re.S)
_SCRIPT_FILE = re.compile(rf"['\"]([^'\"<>()\s]+?{FILE_ENDING}(?:\s*[;,|][^'\"<>]+?)*)['\"]", re.I)
_LABEL_MARKS = re.compile(r"[\s\[\]【】:：•·\-—]")
_ATTACHED = re.compile(r"附件|附表|相关下载|文件下载")
_ANNOUNCED = re.compile(r"(附件|附表|下载)[\d一二三四五]*[:：]?$")
_FRAME_NAME = re.compile(r"foot|\bnav|header|\bhead|copyright|friend|links?\b|sidebar", re.I)
_PROMISED = re.compile(
    r"(全文|报告|详)?(见|请见|详见|参见|请下载|下载)(下方|以下|本页|文末|页面)?附件|附件[:：]"
)


@dataclass(frozen=True, slots=True)
class Article:
    """What an article page says about itself. `text` is that of its body, None where it has no body at all."""

    title: str | None
    publisher: str | None
    published_on: str | None
    text: str | None
    metadata: dict[str, str] = field(default_factory=dict)
    attachments: tuple[Link, ...] = ()
    related: tuple[Link, ...] = ()
    """Other articles that the body links to."""
    has_pictures: bool = False

    @property
    def has_body(self) -> bool:
        """Whether there is anything to read: text, or files."""
        return bool(self.text or self.attachments)

    @property
    def promises_files(self) -> bool:
        """Whether the text says no more than that the report is attached."""
        return bool(_PROMISED.search(self.text or "")) and len(self.text or "") < _LEAST_TEXT * 3

    @property
    def content(self) -> tuple[object, ...]:
        """What makes two landings of a page the same: a counter or a menu in its frame does not."""
        return (self.title, self.text, self.published_on, *self.attachments)


def read_article(data: bytes, url: str, body: str | None = None) -> Article:
    """Read one article page; `body` is the CSS selector of a template whose body has no usual name."""
    return article_of(parse(data), url, body=body)


def article_of(soup: BeautifulSoup, url: str, listed: Link | None = None, body: str | None = None) -> Article:
    """An article from its tree; `listed` is the link that led there, whose title helps to find the page's own."""
    metadata = _metadata(soup)
    part = _body(soup, body)
    return Article(
        title=_title(soup, listed),
        publisher=metadata.get("发布机构") or _meta(soup, "ContentSource") or _script_source(soup),
        published_on=(iso_date(_meta(soup, "PubDate")) or iso_date(metadata.get("发布日期")) or date_of(url)),
        text=text_of(part) if part else None,
        metadata=metadata,
        attachments=tuple(_attachments(soup, part, url)),
        related=tuple(_related(soup, part, url)),
        has_pictures=bool(part and part.find("img", src=True)),
    )


# --- title, box and publisher


def _title(soup: BeautifulSoup, listed: Link | None) -> str | None:
    """The meta tag's; else the heading that the list announced; else what the list says; else the first heading."""
    if named := _meta(soup, "ArticleTitle"):
        return named
    if listed and listed.title:
        start = squeezed(listed.title)
        announced = [text for text in _headings(soup) if squeezed(text).startswith(start)]
        if announced:
            return min(announced, key=len)
        return None if listed.cut else listed.title
    first = soup.select_one("h1")
    return " ".join(first.stripped_strings) if first else next(_page_titles(soup), None)


def _headings(soup: BeautifulSoup) -> Iterator[str]:
    """Whatever may be the article's heading: few templates agree on how they mark it."""
    yield from _page_titles(soup)
    for tag in soup.select(_HEADINGS):
        yield " ".join(tag.stripped_strings)
    for string in soup.find_all(string=True):
        if string.parent and string.parent.name in _HEADING_TAGS and len(string) <= _LONGEST_HEADING:
            yield " ".join(string.split())


def _page_titles(soup: BeautifulSoup) -> Iterator[str]:
    """The page's title without the name of the site behind it."""
    if soup.title and (whole := " ".join(soup.title.stripped_strings)):
        yield _SITE_NAME.sub("", whole)


def _meta(soup: BeautifulSoup, name: str) -> str | None:
    tag = (soup.head or soup).find("meta", attrs={"name": re.compile(f"^{name}$", re.I)})
    return str(tag.get("content") or "").strip() or None if tag else None


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
        for line in str(text).splitlines() if ":" in text or "：" in text else [str(text)]:
            head, _, tail = line.replace("：", ":").partition(":")
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


# --- body


def _body(soup: BeautifulSoup, selector: str | None) -> Tag | None:
    """The source's own selector, the usual names, or the part of the page with the most running text.

    Of nested parts the innermost is the body: what is around it may hold the title and the box of labels. Only where
    that one is empty may the text stand beside it.
    """
    named = soup.select(selector) if selector else soup.find_all(_is_body)
    if not named:
        return None if selector else _most_text(soup)
    outer = {id(parent) for tag in named for parent in tag.parents}
    innermost = [tag for tag in named if id(tag) not in outer]
    inner = innermost[0] if len(innermost) == 1 else max(innermost, key=lambda tag: len(text_of(tag)))
    if inner.get_text(strip=True) or inner.select_one("img[src], a[href], iframe, embed, object"):
        return inner
    around = [tag for tag in named if id(tag) in outer and _running_text(tag) >= _LEAST_TEXT]
    return around[0] if around else inner


def _is_body(tag: Tag) -> bool:
    """Whether a part of a page bears one of the usual names of bodies."""
    name = str(tag.get("id") or "").lower()
    return name.startswith("zoom") or bool(_BODY_NAME.search(" ".join([name, *(tag.get("class") or ())])))


def _running_text(tag: Tag) -> int:
    """Characters in paragraphs that are no label of the box."""
    texts = (text_of(part) for part in tag.find_all(["p", "td"]))
    return sum(len(text) for text in texts if not _LABEL_MARKS.sub("", text).startswith(LABELS))


def _most_text(soup: BeautifulSoup) -> Tag | None:
    """The element with the most text that is neither links, nor box, nor the page's frame; None if that is hardly any.

    Sentences count from a few words on, for a frame has none; words without a stop only where there are many.
    """
    frame = {id(tag) for tag in soup.select(_FRAME)} | {id(tag) for tag in _boxes(soup)}
    texts: dict[int, list[str]] = {}
    homes: dict[int, Tag] = {}
    for tag in soup.find_all(["p", "td", "div", "section", "article", "li", "font"]):
        own = "".join("".join(tag.find_all(string=True, recursive=False)).split())
        if (
            not own
            or _TOOLS.search(own)
            or any(id(parent) in frame or _is_frame(parent) for parent in (tag, *tag.parents))
        ):
            continue
        is_home = tag.name in ("div", "section", "article")
        home = tag if is_home else tag.find_parent(["div", "section", "article", "body"])
        if home is not None:
            homes[id(home)] = home
            texts.setdefault(id(home), []).append(own if is_home else text_of(tag))
    best = max(texts, key=lambda key: sum(map(len, texts[key])), default=None)
    if best is None:
        return None
    sentences = sum(len(text) for text in texts[best] if _STOP.search(text))
    is_text = sentences >= _LEAST_SENTENCE or sum(map(len, texts[best])) >= _LEAST_TEXT
    return homes[best] if is_text else None


def _boxes(soup: BeautifulSoup) -> Iterator[Tag]:
    """The elements around two labels of the box or more."""
    labels = [text for text in soup.find_all(string=_LABEL) if text.parent]
    for one, two in pairwise(labels):
        around = {id(parent) for parent in one.parents}
        shared = next((parent for parent in two.parents if id(parent) in around), None)
        if shared is not None and len(text_of(shared)) <= _LONGEST_BOX:
            yield shared


# --- files


def _attachments(soup: BeautifulSoup, body: Tag | None, url: str) -> Iterator[Link]:
    """Files linked or shown in the body, files of the editor anywhere, files under 附件, and those that a script names."""
    base = base_of(soup, url)
    seen: set[str] = set()
    for href, title, trusted in [*_linked_files(soup, body, base), *_script_files(soup)]:
        target = resolve(base, href)
        if not target or target in seen:
            continue
        if trusted or EDITOR_FILE_URL.search(path_of(target)):
            seen.add(target)
            yield Link(target, title or file_name(target))


def _linked_files(soup: BeautifulSoup, body: Tag | None, base: str) -> Iterator[tuple[str, str, bool]]:
    """Address, title, and whether the place alone makes it a file of this article."""
    for tag in soup.find_all(["a", "iframe", "embed", "object"]):
        href = str(tag.get("href") or tag.get("src") or tag.get("data") or "")
        target = resolve(base, href)
        title = CUT.sub("", str(tag.get("title") or "")) or tag.get_text(strip=True)
        named = str(tag.get("download") or tag.get_text(strip=True))
        if target and (is_file(target) or re.search(rf"{FILE_ENDING}\s*$", named, re.I)):
            shown = re.search(rf"file=([^&]+?{FILE_ENDING})", href, re.I) if tag.name == "iframe" else None
            yield (shown[1] if shown else href), title, _belongs(tag, body)


def _belongs(tag: Tag, body: Tag | None) -> bool:
    if body is not None and body in tag.parents:
        return True
    near = tag.find_parent(["p", "li", "td", "dd", "div", "section"])
    if near is None or any(_is_frame(parent) for parent in (near, *near.parents)):
        return False
    return bool(_ATTACHED.search(near.get_text()[:200]) or _ANNOUNCED.search(_before(near)))


def _is_frame(tag: Tag) -> bool:
    named = " ".join([tag.name, str(tag.get("id") or ""), *map(str, tag.get("class") or ())])
    return bool(_FRAME_NAME.search(named))


def _before(tag: Tag) -> str:
    sibling = tag.find_previous_sibling()
    return sibling.get_text().rstrip() if sibling else ""


def _script_files(soup: BeautifulSoup) -> Iterator[tuple[str, str, bool]]:
    """Files that only a script names: as links written out (`file_appendix = '<a href=…'`), or as bare names."""
    script = re.sub(r"\\([/'\"])", r"\1", scripts(soup))
    if not re.search(FILE_ENDING, script, re.I):
        return
    for found in _SCRIPT_ANCHOR.finditer(script):
        anchor = parse(found[0].encode()).select_one("a[href]")
        if anchor and re.search(FILE_ENDING, str(anchor["href"]), re.I):
            yield str(anchor["href"]), anchor.get_text(strip=True), True
    for found in _SCRIPT_FILE.finditer(_SCRIPT_ANCHOR.sub("", script)):
        for name in re.split(r"[;,|]", found[1]):
            if re.search(rf"{FILE_ENDING}$", name.strip(), re.I):
                yield name.strip(), "", False


def _related(soup: BeautifulSoup, body: Tag | None, url: str) -> Iterator[Link]:
    base = base_of(soup, url)
    for anchor in body.find_all("a", href=True) if body else ():
        target = resolve(base, str(anchor["href"]))
        if target and is_article(target):
            yield Link(canonical(target), str(anchor.get("title") or "") or anchor.get_text(strip=True))
