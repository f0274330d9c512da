"""Asking a site politely and safely: turns, pauses, retries, robots.txt, limits of time and size, allowed hosts only."""

from __future__ import annotations

import random
import re
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    InvalidHeader,
    NameResolutionError,
    NewConnectionError,
)
from urllib3.util.retry import Retry

from scrapers import content, markup
from scrapers.addresses import host_of, origin
from scrapers.faults import FetchError, fault_of_page
from scrapers.guard import GuardedAdapter, PrivateAddressError
from scrapers.manners import BudgetSpent, Manners, RobotRules

CONNECT_TIMEOUT, READ_TIMEOUT, WHOLE_TIMEOUT = 10.0, 30.0, 300.0
MAX_BYTES = 100 * 1024 * 1024
MAX_REDIRECTS = 5
MOST_ROBOTS = 512 * 1024
KEPT_HEADERS = ("etag", "last-modified", "content-type", "content-length")
GONE = (404, 410)
NOT_MODIFIED = 304
ATTEMPTS = 3
BACK_OFF = 0.5
LONGEST_WAIT = 120.0
"""A site may ask to come back tomorrow (Retry-After): that is for the next run."""
PASSING = (408, 429, 500, 502, 503, 504)
"""Statuses that another try may mend."""
CHALLENGED, REFUSED = (412, 521), (401, 407)

Rules = Callable[[str, Callable[[], str]], RobotRules]
"""Gives the rules of an origin; the second argument fetches their text where it is not known."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: a good status with its body in `file`, or 304, 404 or 410 with none."""

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    file: Path | None

    @property
    def gone(self) -> bool:
        """Whether the site says that there is nothing at this address any more."""
        return self.status in GONE


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    file: Path | None
    reason: str


class Fetcher:
    """A session with the hosts of one source. Bodies are streamed into `folder`, which the caller empties.

    `allows` says which addresses may be asked, at every redirect too; `loopback` whether they may be this machine's.
    `proxy` sends everything through one HTTP proxy; without it the environment's proxy settings hold. `rules` gives
    robots.txt rules; without it none are asked for.
    """

    def __init__(
        self,
        folder: Path,
        allows: Callable[[str], bool],
        pause: float = 0.0,
        proxy: str | None = None,
        max_bytes: int = MAX_BYTES,
        *,
        manners: Manners | None = None,
        rules: Rules | None = None,
        loopback: bool = False,
        verify_tls: bool = True,
    ) -> None:
        self.folder, self.allows, self.pause, self.max_bytes = folder, allows, pause, max_bytes
        self.manners, self.rules = manners or Manners(), rules
        self.requests = 0
        self._session = requests.Session()
        self._session.headers.update(
            {"User-Agent": self.manners.user_agent, "Accept-Language": "zh-CN,zh;q=0.9"}
        )
        self._session.verify = verify_tls
        adapter: HTTPAdapter = GuardedAdapter(loopback)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, adapter)
        if proxy:
            self._session.proxies = {"http": proxy, "https": proxy}
            self._session.trust_env = False  # else the environment's proxies would win

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
        """Ask for one address, following redirects. `headers` may hold If-None-Match and If-Modified-Since.

        Raises FetchError with the kind of the fault.
        """
        asked = url
        for _ in range(MAX_REDIRECTS + 1):
            pause = self._permitted(asked)
            answer = self._ask_patiently(asked, headers or {}, pause)
            if "location" not in answer.headers:
                return self._judged(url, asked, answer)
            asked = urljoin(asked, answer.headers["location"])
        raise FetchError("redirects", url, f"more than {MAX_REDIRECTS} redirects")

    # --- may it be asked?

    def _permitted(self, url: str) -> float:
        """The pause to hold before asking for an address. Raises FetchError where it may not be asked for."""
        if not self.allows(url):
            raise FetchError(
                "off_site", url, "not on an allowed host; if it belongs to this publisher, add it to hosts"
            )
        if self.rules is None:
            return self.pause
        rules = self.rules(origin(url), lambda: self._robots(url))
        if not rules.allows(url):
            raise FetchError(
                "robots", url, "the site's robots.txt forbids it: ask its publisher for the file"
            )
        return max(self.pause, rules.pause)

    def _robots(self, url: str) -> str:
        """The text of a robots.txt: none where there is none (RFC 9309, 2.3.1.3).

        A server that cannot say is taken to forbid everything (2.3.1.4): raises FetchError.
        """
        asked = urljoin(url, "/robots.txt")
        for _ in range(MAX_REDIRECTS + 1):
            if not self.allows(asked):
                return ""
            answer = self._ask_patiently(asked, {}, self.pause)
            if "location" not in answer.headers:
                break
            asked = urljoin(asked, answer.headers["location"])
        if answer.status >= 500 or answer.status == 429:
            detail = f"robots.txt answers {answer.status}: until it can be read, nothing may be asked"
            raise FetchError("robots", asked, detail, host_wide=True)
        if answer.status != requests.codes.ok or answer.file is None:
            return ""
        with answer.file.open("rb") as file:
            return content.decode(file.read(MOST_ROBOTS))

    # --- asking

    def _ask_patiently(self, url: str, headers: Mapping[str, str], pause: float) -> _Answer:
        """Ask until there is an answer that another try would not better, or no more tries."""
        for attempt in range(1, ATTEMPTS + 1):
            wait = BACK_OFF * 2 ** (attempt - 1) * random.uniform(1.0, 1.5)
            fault: FetchError | None = None
            try:
                answer = self._ask(url, headers, pause)
                if answer.status not in PASSING:
                    return answer
                wait = _asked_to_wait(answer) or wait
            except (requests.RequestException, HTTPError, ValueError) as error:
                fault = FetchError(
                    "unreachable",
                    url,
                    f"no whole answer: {_root_cause(error)}",
                    host_wide=_is_host_wide(error),
                )
            if wait > LONGEST_WAIT:
                raise FetchError(
                    "busy", url, f"asks to come back in {wait:,.0f} s: left to the next run", host_wide=True
                )
            if attempt < ATTEMPTS:
                time.sleep(wait)
        if fault:
            raise fault
        return answer

    def _ask(self, url: str, headers: Mapping[str, str], pause: float) -> _Answer:
        host = host_of(url)
        try:
            with self.manners.turn(host, pause):
                self.requests += 1
                with self._session.get(
                    url,
                    headers=dict(headers),
                    timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
                    stream=True,
                    allow_redirects=False,
                ) as response:
                    return self._received(url, response)
        except BudgetSpent as error:
            detail = f"the budget is spent ({error}); the rest is left to the next run"
            raise FetchError("budget", url, detail, host_wide=True) from error
        except PrivateAddressError as error:
            raise FetchError("private_address", url, str(error), host_wide=True) from error

    def _received(self, url: str, response: requests.Response) -> _Answer:
        kept = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        reason = response.reason or ""
        if response.is_redirect:
            return _Answer(
                response.status_code, {"location": _in_utf8(response.headers["location"])}, None, reason
            )
        if response.status_code == NOT_MODIFIED:
            return _Answer(response.status_code, kept, None, reason)
        if response.status_code in PASSING and "retry-after" in response.headers:
            kept["retry-after"] = response.headers["retry-after"]
        return _Answer(response.status_code, kept, self._stream(url, response), reason)

    def _stream(self, url: str, response: requests.Response) -> Path:
        """Write the body to a file; a body too large or too slow is given up. What is packed counts unpacked."""
        promised = response.headers.get("content-length", "")
        if promised.isdigit() and int(promised) > self.max_bytes:
            raise self._too_large(url)
        deadline, size = time.monotonic() + WHOLE_TIMEOUT, 0
        with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as file:
            for chunk in response.iter_content(64 * 1024):
                size += len(chunk)
                if size > self.max_bytes:
                    raise self._too_large(url)
                if time.monotonic() > deadline:
                    raise FetchError("unreachable", url, f"not whole after {WHOLE_TIMEOUT:.0f} s")
                file.write(chunk)
        return Path(file.name)

    def _too_large(self, url: str) -> FetchError:
        return FetchError(
            "too_large", url, f"more than {self.max_bytes:,} bytes; fetch it by hand into the inbox"
        )

    # --- what the answer is worth

    def _judged(self, url: str, final_url: str, answer: _Answer) -> Fetched:
        if answer.status in (*GONE, NOT_MODIFIED):
            return Fetched(url, final_url, answer.status, answer.headers, None)
        if 200 <= answer.status < 300:
            return Fetched(url, final_url, answer.status, answer.headers, answer.file)
        said = f"answers {answer.status} {answer.reason}".rstrip()
        if answer.status in CHALLENGED:
            raise FetchError("challenge", final_url, f"{said}: the site wants to see a browser", answer.file)
        if answer.status in REFUSED:
            raise FetchError("login", final_url, f"{said}: the site wants a password here", answer.file)
        page = answer.file.read_bytes() if answer.file else b""
        verdict = fault_of_page(markup.parse(page), final_url) if len(page) < MOST_ROBOTS else None
        if verdict and verdict.kind in ("challenge", "login"):
            raise FetchError(verdict.kind, final_url, f"{said}; {verdict.detail}", answer.file)
        raise FetchError("http_error", final_url, said, answer.file)


def _asked_to_wait(answer: _Answer) -> float:
    """Seconds from a Retry-After header, which holds seconds or a date; 0 without one."""
    try:
        return float(Retry().parse_retry_after(answer.headers.get("retry-after", "0")))
    except InvalidHeader:
        return 0.0


def _is_host_wide(error: BaseException) -> bool:
    """Whether no address of this host could have been asked: no such name, nobody listening."""
    reasons = (NewConnectionError, NameResolutionError, ConnectTimeoutError)
    return any(isinstance(cause, reasons) for cause in _causes(error))


def _causes(error: BaseException) -> list[BaseException]:
    found = [error]
    while (inner := found[-1].__cause__ or found[-1].__context__) is not None and inner not in found:
        found.append(inner)
    found += [
        arg.reason for arg in error.args if hasattr(arg, "reason") and isinstance(arg.reason, BaseException)
    ]
    return found


def _root_cause(error: BaseException) -> str:
    """The innermost reason, the one a person can act on; the wrappers only repeat the address."""
    root = _causes(error)[-1]
    while (inner := root.__cause__ or root.__context__) is not None:
        root = inner
    return f"{type(root).__name__}: {_without_addresses(str(root))}"


def _without_addresses(text: str) -> str:
    """An object's place in memory differs from run to run; a fault's words must not."""
    return re.sub(r"<[^<>]* at 0x[0-9a-f]+>", "", text).strip(" :'\"(,)")


def _in_utf8(location: str) -> str:
    """Headers arrive as Latin-1; a site that writes Chinese into an address means UTF-8."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location
