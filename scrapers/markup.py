"""HTML as text and links, for list pages and articles alike. Knows no template."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from scrapers import content
from scrapers.addresses import resolve

ISO_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_DATE_ALONE = re.compile(rf"[\s\[(【（]*{ISO_DATE.pattern}日?[\s\])】）]*([\d:：]+\s*)?")
CUT = re.compile(r"(…|\.{3,}|。{3,}|⋯)$")
_BLOCKS = ("p", "div", "li", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "br", "section")
_FORWARD = re.compile(r"""(?:location(?:\.href)?\s*=|location\.(?:replace|assign)\s*\()\s*['"]([^'"]+)['"]""")
_HIDDEN = ("script", "style", "noscript", "template", "head")


def parse(data: bytes) -> BeautifulSoup:
    """A page's tree as a browser shows it; the encoding is decided from its bytes."""
    soup = BeautifulSoup(content.decode(data), "lxml")
    for tag in soup.find_all("noscript"):
        tag.extract()
    return soup


def base_of(soup: BeautifulSoup, url: str) -> str:
    """What relative links start from."""
    tag = (soup.head or soup).find("base", href=True)
    return resolve(url, str(tag["href"])) or url if tag else url


def iso_date(text: str | None) -> str | None:
    """The first date in a text, as ISO."""
    found = ISO_DATE.search(text or "")
    return "-".join((found[1], found[2].zfill(2), found[3].zfill(2))) if found else None


def text_of(tag: Tag | None) -> str:
    """The visible text without white space; scripts and styles are none of it."""
    return "".join(tag.get_text().split()) if tag else ""


def blocks(tag: Tag) -> list[str]:
    """The visible texts of an element, one a block. Inline marks (a bold word) do not cut a text apart; a date does."""
    found = [""]

    def gather(node: Tag) -> None:
        for child in node.children:
            if isinstance(child, Tag):
                apart = child.name in _BLOCKS or bool(_DATE_ALONE.fullmatch(child.get_text()))
                found.extend([""] if apart else [])
                if child.name not in _HIDDEN:
                    gather(child)
                found.extend([""] if apart else [])
            elif type(child) is NavigableString:
                found[-1] += child

    gather(tag)
    return [text for text in (" ".join(text.split()) for text in found) if text]


def scripts(soup: BeautifulSoup) -> str:
    """All scripts written into the page, without comments."""
    return "\n".join(
        re.sub(r"/\*.*?\*/|<!--|-->|(?<![:'\"\\])//[^\n]*", "", script.get_text(), flags=re.S)
        for script in soup.find_all("script")
    )


def forward(soup: BeautifulSoup, url: str) -> str | None:
    """Where a page that says nothing itself sends its reader: by meta refresh, or by a line of script."""
    refresh = soup.select_one('meta[http-equiv="refresh" i]')
    found = (
        re.search(r"url\s*=\s*['\"]?([^'\";]+)", str(refresh.get("content") or ""), re.I) if refresh else None
    )
    if not found and len(text_of(soup)) < 100:
        found = _FORWARD.search(scripts(soup))
    target = resolve(base_of(soup, url), found[1]) if found else None
    return None if target == url else target
