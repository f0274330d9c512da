"""Lists that a page fills in by script from a JSON answer: the source's `lists` name that answer's address.

Whatever the answer calls its parts, an item is an object with an address and a text; the list's further pages follow
from a count of pages beside them and a page number in the address.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup

from scrapers import content
from scrapers.addresses import canonical, resolve
from scrapers.lists import Link, ListPage

_URL_KEYS = ("url", "link", "href", "puburl", "docpuburl", "linkurl", "visiturl")
_TITLE_KEYS = ("title", "doctitle", "name", "subject", "bt")
_PAGES_KEYS = ("pages", "pagecount", "totalpage", "totalpages", "pagetotal")
_PAGE_NUMBER = re.compile(r"((?:page|pageno|pageindex|pagenum|p)=)(\d+)", re.I)


def read_list(data: bytes, url: str) -> ListPage:
    """The items of a JSON answer, in their order. Raises ValueError where it is no JSON."""
    objects = list(_objects(json.loads(content.decode(data))))
    links = [link for link in (_link(item, url) for item in objects) if link]
    return ListPage(tuple({link.url: link for link in links}.values()), tuple(_further(objects, url)))


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield {str(key).lower(): item for key, item in value.items()}
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(item)


def _link(item: dict[str, Any], url: str) -> Link | None:
    href, title = (
        next((item[key] for key in keys if item.get(key)), None) for keys in (_URL_KEYS, _TITLE_KEYS)
    )
    target = resolve(url, href) if isinstance(href, str) else None
    if not target or not isinstance(title, str):
        return None
    return Link(
        canonical(target), BeautifulSoup(title, "lxml").get_text(strip=True)
    )  # hits are marked up with <em>


def _further(objects: list[dict[str, Any]], url: str) -> Iterator[str]:
    counts = [int(item[key]) for item in objects for key in _PAGES_KEYS if str(item.get(key, "")).isdigit()]
    number = _PAGE_NUMBER.search(url)
    if counts and number:
        first = int(number[2])
        for page in range(first + 1, first + counts[0]):
            yield _PAGE_NUMBER.sub(rf"\g<1>{page}", url, count=1)
