"""What the scrapers' tests share: an empty landing zone, and small servers whose answers a test writes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from scrapers.landing import Landing
from scrapers.sources import Source

BASE = "http://www.somewhere.sample"


@dataclass
class Answer:
    """One answer. `promise` overstates Content-Length, as a connection that breaks off does."""

    body: bytes
    status: int
    headers: dict[str, str]
    promise: int | None
    delay: float


@dataclass
class OddSite:
    """A site, asked directly or as a proxy: answers by path (by address, for other hosts), and the requests it got."""

    proxy: str = ""
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """Paths asked for, robots.txt apart."""
    robots_asked: int = 0
    heard: list[dict[str, str]] = field(default_factory=list)
    """The headers of each request."""
    most_at_once: int = 0

    def answer(
        self,
        path: str,
        body: bytes | str = b"",
        status: int = 200,
        headers: dict[str, str] | None = None,
        promise: int | None = None,
        delay: float = 0.0,
    ) -> None:
        """Set the answer of a path."""
        data = body if isinstance(body, bytes) else body.encode()
        self.answers[path] = [Answer(data, status, headers or {}, promise, delay)]

    def first(self, path: str, body: bytes | str = b"", status: int = 200, **more: object) -> None:
        """Put an answer before those that a path has: given once."""
        later = self.answers.pop(path, [])
        self.answer(path, body, status, **more)  # type: ignore[arg-type]
        self.answers[path] += later

    def list_page(self, *items: tuple[str, str], pages: str = "", path: str = "/list/") -> None:
        """Show a list with links to (path, title)."""
        links = "".join(f'<li><a href="{target}">{title}</a></li>' for target, title in items)
        self.answer(path, f"<html><ul>{links}</ul><script>{pages}</script></html>")


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    return Landing(tmp_path / "landing")


@pytest.fixture
def source() -> Source:
    return Source(id="odd", name="Odd", district="500100", base=BASE, lists=("/list/",), pause=0, season=None)


@contextmanager
def serve(site: OddSite) -> Iterator[OddSite]:
    busy: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            path = self.path.removeprefix(BASE)
            if urlsplit(path).path == "/robots.txt":
                site.robots_asked += 1
            else:
                site.asked.append(path)
            site.heard.append(dict(self.headers))
            answers = site.answers.get(path) or [Answer(b"no such page", 404, {}, None, 0.0)]
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            busy.append(1)
            site.most_at_once = max(site.most_at_once, len(busy))
            time.sleep(answer.delay)
            busy.pop()  # before the answer: who has it may ask again before this thread goes on
            tag = answer.headers.get("ETag")
            known = tag is not None and self.headers.get("If-None-Match") == tag
            self.send_response(304 if known else answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            body = b"" if known else answer.body
            self.send_header("Content-Length", str(answer.promise or len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = answer.promise is not None

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """The crawler hangs up on what it does not want."""

    server = Server(("127.0.0.1", 0), Handler)
    site.proxy = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def odd_site() -> Iterator[OddSite]:
    with serve(OddSite()) as site:
        yield site


@pytest.fixture
def second_site() -> Iterator[OddSite]:
    """A second site, on another port."""
    with serve(OddSite()) as site:
        yield site
