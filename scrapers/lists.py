"""Reading list pages, whatever the template: links by their addresses, titles from around them, the way to more pages.

Knows HTML, not sites: nothing here names a host, and item shapes are not matched by class. What sites share: month
folder and date in an article's address, `index_1.html` for page 2, `createPage(…)` with the number of pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from scrapers.addresses import canonical, is_article, is_file, is_folder, page_key, resolve
from scrapers.markup import CUT, ISO_DATE, base_of, blocks, parse, scripts

_CALL = re.compile(r"(?<!function )(?<![\w.])(\w*[pP]ag(?:e|er|ing|ination)\w*)\s*\(([^(){}]*)\)")
_ARGUMENT = re.compile(r"""['"]([^'"]*)['"]|(\d+)|([A-Za-z_$][\w$]*)""")
_NUMBER = re.compile(r"(?:var|let|const)\s+([\w$]+)\s*=\s*['\"]?(\d+)['\"]?\s*[;,\n]")
_COUNT_NAME = re.compile(r"(?:count|total|max|all)_?pages?|pages?_?(?:count|total|num)|_?nPageCount", re.I)
_PAGE_KEYS = ("page", "pageno", "pagenum", "pageindex", "currentpage", "curpage", "cur_page", "p", "pn")
_IN_ATTRIBUTE = re.compile(r"['\"]([^'\"]+\.s?html?(?:\?[^'\"]*)?)['\"]")
_MOST_PAGES = 5000
_UNTELLING = re.compile(
    r"[\W\d_]*(点击|请|在线)*(查看|阅读|浏览|下载|打开|进入|详情|详细|更多|全文|正文|链接|附件|原文|内容|手机版|预览|pdf|PDF)*[\W\d_]*"
)
_LABELLED = re.compile(
    r"^(?:文章)?(?:标题|名称|题名)\s*[:：]\s*(.+?)(?:\s*(?:发布|更新|成文)(?:时间|日期).*)?$", re.S
)


_CHINESE = re.compile(r"[一-鿿]")
_TITLE_HEAD = re.compile(r"(信息|文件|公开|报告|文章)?(名称|标题|题名|内容)")
_PUBLISHER = re.compile(r"(委员会|教委|教育局|政府|办公室|办公厅|人社局|社会保障局)([(（].{1,6}[)）])?$")
_MARKS = re.compile(r"^\s*([(（\[]?\d{1,3}[.、)）\]]|[·•●▪◆>》-])\s*|\s*(NEW|new|New|\[?置顶\]?|\[图\])\s*$")
_PAGER_OBJECT = re.compile(
    r"[pP]ager?\w*\s*\(\s*\{[^}]*?(?:size|count|total)\w*['\"]?\s*:\s*(?P<pages>\d+)"
    r"(?:[^}]*?prefix['\"]?\s*:\s*['\"](?P<stem>[^'\"]+)['\"])?(?:[^}]*?suffix['\"]?\s*:\s*['\"]\.?(?P<ext>\w+)['\"])?"
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link to an article or a file. `cut`: the list shows only the beginning of the title."""

    url: str
    title: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of a list. `links` lead to articles and files, `others` somewhere else: a report only if its title says so.

    `further` are the list's other pages as far as this one tells, in their order. `has_items` is false where the
    selector that a source gives for its list matches nothing.
    """

    links: tuple[Link, ...]
    further: tuple[str, ...] = ()
    others: tuple[Link, ...] = ()
    has_items: bool = True


def read_list(data: bytes, url: str, items: str | None = None) -> ListPage:
    """Read one list page; with `items`, a CSS selector, links are taken from within its matches only.

    A `_wap` twin counts as its article; malformed links are passed over.
    """
    soup = parse(data)
    base = base_of(soup, url)
    further = tuple(_further_pages(soup, base, url))
    parts: list[Tag] = list(soup.select(items)) if items else [soup]
    found: dict[str, Link] = {}
    for anchor in (anchor for part in parts for anchor in part.find_all("a", href=True)):
        target = resolve(base, str(anchor["href"]))
        if target is None or is_folder(target):
            continue
        link = _link(anchor, canonical(target))
        found[link.url] = _better(found.get(link.url), link)
    known = {page_key(page) for page in (url, *further)}
    links = [link for link in found.values() if is_article(link.url) or is_file(link.url)]
    others = [
        link
        for link in found.values()
        if link not in links and link.title and page_key(link.url) not in known
    ]
    return ListPage(tuple(links), further, tuple(others), bool(parts))


# --- titles


def _link(anchor: Tag, url: str) -> Link:
    """The whole title of a list item: the visible text may be cut, or say no more than 查看."""
    pictures = [str(tag.get("alt") or tag.get("title") or "") for tag in anchor.find_all("img")]
    named = _telling([_unlabelled(str(anchor.get("title") or "")), *pictures])
    candidates = [*named[:1], *_telling(blocks(anchor))[:1]] or _around(anchor)
    whole = [title for title in candidates if not CUT.search(title)]
    if whole:
        return Link(url, _bare(max(whole, key=len)))
    return Link(url, _bare(CUT.sub("", max(candidates, key=len, default=""))), cut=bool(candidates))


def _bare(title: str) -> str:
    """A title without what a list puts around it: a number before, a mark behind."""
    return _MARKS.sub("", title).strip()


def _unlabelled(title: str) -> str:
    found = _LABELLED.match(title.strip())
    return found[1].strip() if found else title.strip()


def _telling(texts: list[str]) -> list[str]:
    """Those that may be a title: no date, no 查看, no number of a file."""
    return [
        text
        for text in texts
        if not _UNTELLING.fullmatch(text)
        and not ISO_DATE.fullmatch(text.strip("[]()（） "))
        and len(_CHINESE.findall(text)) * 3 >= len(text)
    ]


def _around(anchor: Tag) -> list[str]:
    """The title that stands beside a link: in the nearest element that says anything, unless it holds another item."""
    element: Tag = anchor
    while (parent := element.parent) and parent.name not in ("body", "html", "[document]"):
        links = parent.find_all("a", href=True)
        if {str(link["href"]) for link in links} != {str(anchor["href"])}:
            break
        if any(_telling(blocks(link)) for link in links):
            return []  # another link to the same article has its title
        texts = _telling([_unlabelled(str(parent.get("title") or "")), *_cells(parent)])
        if texts:
            return [_likeliest(texts)]
        element = parent
    before = element.find_previous_sibling()
    texts = _telling(blocks(before)) if before and not before.find("a", href=True) else []
    return [_likeliest(texts)] if texts else []


def _cells(element: Tag) -> list[str]:
    """The texts of an element; of a table's row only the cell under a heading such as 名称, where there is one."""
    table = element.find_parent("table") if element.name == "tr" else None
    first = table.find("tr") if table else None
    heads = [cell.get_text(strip=True) for cell in first.find_all(["th", "td"])] if first else []
    place = next((n for n, head in enumerate(heads) if _TITLE_HEAD.fullmatch(head)), None)
    cells = element.find_all(["th", "td"])
    if place is not None and first is not element and len(cells) == len(heads):
        return blocks(cells[place])
    return list(element.stripped_strings)


def _likeliest(texts: list[str]) -> str:
    """Of several texts beside a link the title: not who published it, and then the longest."""
    return max(texts, key=lambda text: (not _PUBLISHER.search(text), len(text)))


def _better(one: Link | None, two: Link) -> Link:
    """Of two links to one address the one whose title is whole, and then the longer."""
    if one is None:
        return two
    return max(one, two, key=lambda link: (bool(link.title), not link.cut, len(link.title)))


# --- further pages


def _further_pages(soup: BeautifulSoup, base: str, url: str) -> Iterator[str]:
    """What the page says of the list's other pages: a script's call or count, else links to its siblings."""
    pages = list(_pages_by_script(scripts(soup), url)) or list(_pages_by_links(soup, base, url))
    seen = {page_key(url)}
    for page in pages:
        if page_key(page) not in seen:
            seen.add(page_key(page))
            yield page


def _pages_by_script(script: str, url: str) -> Iterator[str]:
    numbers = {name: int(value) for name, value in _NUMBER.findall(script)}
    for name, arguments in _CALL.findall(script):
        values = [
            text or (int(number) if number else numbers.get(word))
            for text, number, word in _ARGUMENT.findall(arguments)
        ]
        count = next((value for value in values if isinstance(value, int)), 0)
        names = [value for value in values if isinstance(value, str)]
        extension = next((value for value in names if re.fullmatch(r"\.?(s?html?|jhtml)", value)), None)
        if extension or name.startswith("createPage"):
            place = names.index(extension) if extension else 0
            stem = names[place - 1] if place > 0 else "index"
            yield from _numbered(url, stem, (extension or "html").lstrip("."), count)
            return
    if found := _PAGER_OBJECT.search(script):
        yield from _numbered(url, found["stem"] or "index", found["ext"] or "html", int(found["pages"]))
        return
    for name, count in numbers.items():
        if _COUNT_NAME.fullmatch(name):
            yield from _numbered(url, _stem(url), "html", count)
            return


def _numbered(url: str, stem: str, extension: str, pages: int) -> Iterator[str]:
    """`index.html` is page 1, `index_1.html` page 2."""
    for number in range(1, min(pages, _MOST_PAGES)):
        yield urljoin(url, f"{stem}_{number}.{extension}")


def _stem(url: str) -> str:
    name = urlsplit(url).path.rpartition("/")[2].rpartition(".")[0]
    return re.sub(r"_\d+$", "", name) or "index"


def _pages_by_links(soup: BeautifulSoup, base: str, url: str) -> list[str]:
    """Links, options and handlers that lead to the same address with another number, in the order of the numbers."""
    targets = [str(tag["href"]) for tag in soup.select("a[href], link[rel=next][href]")]
    targets += [str(tag["value"]) for tag in soup.select("option[value]")]
    for tag in soup.select("[onclick], [onchange]"):
        targets += _IN_ATTRIBUTE.findall(str(tag.get("onclick") or tag.get("onchange")))
    own = _numbering(url)
    pages: dict[int, str] = {}
    for target in filter(None, (resolve(base, target) for target in targets)):
        shape, number = _numbering(target)
        if shape == own[0] and number is not None:
            pages.setdefault(number, target)
    return [pages[number] for number in sorted(pages)]


def _numbering(url: str) -> tuple[tuple[str, ...], int | None]:
    """An address without its page number, and the number: `index_2.html`, `list-2.html`, `?page=2`, `/2/`-less."""
    parts = urlsplit(url)
    number = None
    query = []
    for key, value in parse_qsl(parts.query, keep_blank_values=True):
        if key.lower() in _PAGE_KEYS and value.isdigit():
            number = int(value)
        else:
            query.append((key, value))
    folder, _, name = parts.path.rpartition("/")
    stem, _, extension = name.rpartition(".")
    if found := re.fullmatch(r"(.*?)[_-](\d{1,4})", stem):
        stem, number = found[1], int(found[2])
    if not name or stem == "index":
        stem, extension = "index", ""
    return (parts.netloc.lower(), folder, stem, extension, urlencode(sorted(query))), number
