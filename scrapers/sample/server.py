"""Serves the sample site: as an HTTP proxy to the crawler, so that addresses do not depend on the port."""

from __future__ import annotations

import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import urlsplit

from scrapers.sample.odd import odd_resources
from scrapers.sample.resources import Resource
from scrapers.sample.site import edition

LOOPBACK = "127.0.0.1"
_MISSING = Resource("<html><body>您访问的页面不存在</body></html>".encode(), "text/html; charset=utf-8", {})


@contextmanager
def serve_sample(number: int = 1) -> Iterator[str]:
    """Serve an edition of the site on loopback; gives the proxy address (`http://127.0.0.1:<port>`).

    A crawler that uses this proxy finds `http://www.fuling.sample/…` and the other made-up hosts behind it.
    """
    server = make_server(number)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def make_server(number: int = 1, port: int = 0) -> ThreadingHTTPServer:
    """A server of one edition, the odd offices among them, bound to loopback; port 0 takes any free one."""
    return server_of({**edition(number).resources, **odd_resources(number)}, port)


def server_of(site: Mapping[str, Resource], port: int = 0) -> ThreadingHTTPServer:
    """A server of any answers by address, bound to loopback."""

    class Handler(_Handler):
        resources: ClassVar = site
        asked: ClassVar = Counter()

    return _Server((LOOPBACK, port), Handler)


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """An asker that hangs up is no news; anything else is."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    """Answers `GET http://host/path` (as a proxy) and `GET /host/path` (for a look with a browser)."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes; without this each answer waits 40 ms
    resources: ClassVar[Mapping[str, Resource]]
    asked: ClassVar[Counter[str]]
    """How often each address with several answers was asked."""

    def do_GET(self) -> None:
        proxied = self.path.startswith("http://")
        url = self.path if proxied else "http:/" + self.path
        resource = self.resources.get(url) or self.resources.get(urlsplit(url)._replace(query="").geturl())
        if resource is not None and resource.first:
            self.asked[url] += 1
            resource = [*resource.first, resource][min(self.asked[url] - 1, len(resource.first))]
        if resource is None and not proxied:
            self._send(HTTPStatus.OK if self.path == "/" else HTTPStatus.NOT_FOUND, self._directory())
        elif resource is None:
            self._send(HTTPStatus.NOT_FOUND, _MISSING)
        elif resource.status == HTTPStatus.OK and self._is_known(resource):
            self._send(HTTPStatus.NOT_MODIFIED, Resource(b"", resource.content_type, {}))
        else:
            self._send(resource.status, resource if proxied else _for_browser(resource, urlsplit(url).netloc))

    def _is_known(self, resource: Resource) -> bool:
        """Whether the asker has this version; If-None-Match decides if both are given (RFC 9110, 13.2.2)."""
        if asked := self.headers.get("If-None-Match"):
            return asked == resource.headers.get("etag")
        asked = self.headers.get("If-Modified-Since")
        return asked is not None and asked == resource.headers.get("last-modified")

    def _send(self, status: int, resource: Resource) -> None:
        time.sleep(resource.delay)
        self.send_response(status)
        for name, value in resource.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", resource.content_type)
        self.send_header("Content-Length", str(len(resource.body)))
        self.end_headers()
        self.wfile.write(resource.body[: len(resource.body) // 2] if resource.cut else resource.body)
        self.close_connection = self.close_connection or resource.cut

    def _directory(self) -> Resource:
        """The front door for a browser: the lists of all hosts."""
        lists = [url.removeprefix("http:/") for url in self.resources if url.endswith("/index.html")]
        items = "".join(f'<li><a href="{path}">{path}</a></li>' for path in lists)
        page = f'<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><ul>{items}</ul></html>'
        return Resource(page.encode(), "text/html; charset=utf-8", {})

    def log_message(self, format: str, *args: object) -> None:
        """Silent: the crawler reports for itself."""


def _for_browser(resource: Resource, host: str) -> Resource:
    """Without a proxy, links that name a host or start at its root need the host's prefix."""
    if not resource.content_type.startswith("text/html") or "content-encoding" in resource.headers:
        return resource
    body = re.sub(rb'href="/', f'href="/{host}/'.encode(), resource.body)
    body = body.replace(b'href="http://', b'href="/')
    return replace(resource, body=body)
