"""Asking a site politely: a pause, retries with back-off, limits of time and size, allowed hosts only."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from urllib3.util.retry import Retry

USER_AGENT = "Mozilla/5.0 (compatible; zhijiao; reports on vocational education)"
CONNECT_TIMEOUT, READ_TIMEOUT, WHOLE_TIMEOUT = 10.0, 30.0, 300.0
MAX_BYTES = 100 * 1024 * 1024
MAX_REDIRECTS = 5
KEPT_HEADERS = ("etag", "last-modified", "content-type", "content-length")
GONE = (404, 410)
NOT_MODIFIED = 304

RETRY = Retry(
    total=2,
    backoff_factor=0.5,
    backoff_jitter=0.2,
    status_forcelist=(429, 500, 502, 503, 504),
    allowed_methods=("GET",),
    raise_on_status=False,
    retry_after_max=30,  # a site may ask to come back tomorrow: that is for the next run
)


class FetchError(Exception):
    """An address gave nothing to keep. `kind` is a Problem's kind, the text is for people."""

    def __init__(self, kind: str, url: str, detail: str) -> None:
        self.kind, self.url, self.detail = kind, url, detail
        super().__init__(f"{url}: {detail}")


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: status 200 with its body in `file`, or 304, 404 or 410 with none."""

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    file: Path | None

    @property
    def gone(self) -> bool:
        """Whether the site says that there is nothing at this address any more."""
        return self.status in GONE


class Fetcher:
    """A session with one site. Bodies are streamed into `folder`, which the caller empties.

    `allows` says which addresses may be asked, at every redirect too. `proxy` sends everything through one
    HTTP proxy; without it the environment's proxy settings hold.
    """

    def __init__(
        self,
        folder: Path,
        allows: Callable[[str], bool],
        pause: float = 0.0,
        proxy: str | None = None,
        max_bytes: int = MAX_BYTES,
        retry: Retry = RETRY,
    ) -> None:
        self.folder, self.allows, self.pause, self.max_bytes = folder, allows, pause, max_bytes
        self.requests = 0
        self._asked: dict[str, float] = {}
        self._session = requests.Session()
        self._session.headers.update({"User-Agent": USER_AGENT, "Accept-Language": "zh-CN,zh;q=0.9"})
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=retry))
        if proxy:
            self._session.proxies = {"http": proxy, "https": proxy}
            self._session.trust_env = False  # else the environment's proxies would win

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
        """Ask for one address, following redirects. `headers` may hold If-None-Match and If-Modified-Since.

        Raises FetchError: off_site, unreachable, http_error, too_large, redirects.
        """
        asked = url
        try:
            for _ in range(MAX_REDIRECTS + 1):
                with self._ask(asked, headers) as response:
                    if not response.is_redirect:
                        return self._keep(url, asked, response)
                    asked = urljoin(asked, response.headers["location"])
        except (requests.RequestException, HTTPError, ValueError) as error:
            raise FetchError("unreachable", asked, f"no whole answer: {_root_cause(error)}") from error
        raise FetchError("redirects", url, f"more than {MAX_REDIRECTS} redirects")

    def _ask(self, url: str, headers: Mapping[str, str] | None) -> requests.Response:
        if not self.allows(url):
            raise FetchError(
                "off_site", url, "not on an allowed host; if it belongs to this publisher, add it to hosts"
            )
        self._wait(urlsplit(url).netloc)
        self.requests += 1
        return self._session.get(
            url,
            headers=dict(headers or {}),
            timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
            stream=True,
            allow_redirects=False,
        )

    def _wait(self, host: str) -> None:
        """Hold the pause between the requests to one host."""
        rest = self._asked.get(host, float("-inf")) + self.pause - time.monotonic()
        if rest > 0:
            time.sleep(rest)
        self._asked[host] = time.monotonic()

    def _keep(self, url: str, final_url: str, response: requests.Response) -> Fetched:
        sent = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        if response.status_code in (*GONE, NOT_MODIFIED):
            return Fetched(url, final_url, response.status_code, sent, None)
        if response.status_code != requests.codes.ok:
            raise FetchError(
                "http_error", final_url, f"answers {response.status_code} {response.reason or ''}".rstrip()
            )
        return Fetched(url, final_url, response.status_code, sent, self._stream(final_url, response))

    def _stream(self, url: str, response: requests.Response) -> Path:
        """Write the body to a file; a body too large or too slow is given up."""
        deadline, size = time.monotonic() + WHOLE_TIMEOUT, 0
        with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as file:
            for chunk in response.iter_content(64 * 1024):
                size += len(chunk)
                if size > self.max_bytes:
                    raise FetchError("too_large", url, f"more than {self.max_bytes:,} bytes")
                if time.monotonic() > deadline:
                    raise FetchError("unreachable", url, f"not whole after {WHOLE_TIMEOUT:.0f} s")
                file.write(chunk)
        return Path(file.name)


def _root_cause(error: BaseException) -> str:
    """The innermost reason, the one a person can act on; the wrappers only repeat the address."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return f"{type(error).__name__}: {error}"
