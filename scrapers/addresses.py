"""Addresses: which are articles or files, which two are the same, which may be asked."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import unquote, urljoin, urlsplit

from scrapers.titles import squeezed

ARTICLE_URL = re.compile(r"/\d{6}/(t(\d{4})(\d{2})(\d{2})_\d+)\.s?html?$")
FILE_ENDING = r"\.(pdf|docx?|wps|xlsx?|et|odt|ods|rtf|zip|rar|7z|txt)"
FILE_URL = re.compile(rf"{FILE_ENDING}$", re.I)
EDITOR_FILE_URL = re.compile(r"(^|/)[WP]0\d{10,}\.\w+$")
_WAP = re.compile(r"_wap(?=\.s?html?$)")
_INDEX = re.compile(r"/(index|default|list)\.(s?html?|jsp|aspx?|php)$", re.I)


def resolve(base: str, href: str) -> str | None:
    """The absolute address of a link without its fragment; None if it has none (javascript:, malformed)."""
    try:
        url = urljoin(base, href.strip())
        return urlsplit(url)._replace(fragment="").geturl() if is_web_url(url) else None
    except ValueError:
        return None


def is_web_url(url: str) -> bool:
    """Whether this is an http(s) address with a host; a malformed one is not."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def origin(url: str) -> str:
    """Scheme, host and port: what a robots.txt holds for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def host_of(url: str) -> str:
    """Host and port, in lower case: what is asked one request at a time."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def port_of(url: str) -> int:
    """The port that is meant, said or not."""
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


def path_of(url: str) -> str:
    """The path as people read it."""
    return unquote(urlsplit(url).path)


def file_name(url: str) -> str:
    """The last part of the path: a title where there is no other, never a path of ours."""
    return path_of(url).rpartition("/")[2]


def is_article(url: str) -> bool:
    """Month folder, date and number: an article of this kind of site."""
    return bool(ARTICLE_URL.search(urlsplit(url).path))


def is_file(url: str) -> bool:
    """Whether the address names a document or an archive, in its path or its query (download.jsp?name=a.pdf)."""
    parts = urlsplit(url)
    return bool(FILE_URL.search(parts.path)) or any(
        FILE_URL.search(value) for value in re.split(r"[&=]", unquote(parts.query))
    )


def is_folder(url: str) -> bool:
    """Whether the address is a column or a front page rather than something in it."""
    path = urlsplit(url).path
    return path in ("", "/") or path.endswith("/") or bool(_INDEX.search(path))


def canonical(url: str) -> str:
    """One address for an article and its `_wap` twin. Articles are static files: a query says nothing."""
    parts = urlsplit(url)
    path = _WAP.sub("", parts.path)
    return parts._replace(path=path, query="" if ARTICLE_URL.search(path) else parts.query).geturl()


def page_key(url: str) -> str:
    """The same for `…/` and `…/index.html`: to tell whether a list page has been read."""
    parts = urlsplit(url)
    return f"{parts.netloc.lower()}{_INDEX.sub('/', parts.path) if 'index' in parts.path else parts.path}?{parts.query}"


def identity(url: str, title: str) -> str:
    """What stays when an article shows up on another host or in another column: its number and its title."""
    found = ARTICLE_URL.search(urlsplit(url).path)
    return f"{found[1]} {squeezed(title)}" if found else url


def date_of(url: str) -> str | None:
    """The ISO date that an article's address carries."""
    found = ARTICLE_URL.search(urlsplit(url).path)
    return "-".join(found.groups()[1:]) if found else None


def is_allowed(url: str, hosts: tuple[str, ...]) -> bool:
    """Whether an address is http(s) and on one of the hosts: `name` allows any port, `name:port` that one.

    With or without `www.` it is the same host: sites send from one to the other.
    """
    if not is_web_url(url):
        return False
    name = (urlsplit(url).hostname or "").lower().removeprefix("www.")
    allowed = {host.removeprefix("www.") for host in hosts}
    return name in allowed or f"{name}:{port_of(url)}" in allowed


def is_loopback_name(host: str | None) -> bool:
    """Whether a host as written in a source is this machine itself."""
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def is_public(address: str, loopback: bool = False) -> bool:
    """Whether an IP address is one of the open Internet, or one of this machine where `loopback` allows it."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        ip = ip.ipv4_mapped or ip.sixtofour or ip
    if ip.is_loopback:
        return loopback
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)
