"""What the scrapers' tests share: an empty landing zone, a small server whose answers a test writes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

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


@dataclass
class OddSite:
    """A site behind a proxy: `answers` by path, and the requests it got."""

    proxy: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def answer(
        self,
        path: str,
        body: bytes | str = b"",
        status: int = 200,
        headers: dict[str, str] | None = None,
        promise: int | None = None,
    ) -> None:
        """Set the answer of a path."""
        data = body if isinstance(body, bytes) else body.encode()
        self.answers[path] = Answer(data, status, headers or {}, promise)

    def list_page(self, *items: tuple[str, str], pages: str = "") -> None:
        """Show a list at `/list/` with links to (path, title)."""
        links = "".join(f'<li><a href="{path}">{title}</a></li>' for path, title in items)
        self.answer("/list/", f"<html><ul>{links}</ul><script>{pages}</script></html>")


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    return Landing(tmp_path / "landing")


@pytest.fixture
def source() -> Source:
    return Source(id="odd", name="Odd", district="500100", base=BASE, lists=("/list/",), pause=0)


@pytest.fixture
def odd_site() -> Iterator[OddSite]:
    site = OddSite()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.removeprefix(BASE)
            site.asked.append(path)
            answer = site.answers.get(path, Answer(b"no such page", 404, {}, None))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(answer.promise or len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)
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
    yield site
    server.shutdown()
    server.server_close()
    thread.join()
