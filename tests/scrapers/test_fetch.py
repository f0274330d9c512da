"""A site may answer slowly, wrongly, endlessly or not at all; the fetcher says which."""

from __future__ import annotations

import gzip
import time
from email.utils import formatdate
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scrapers import fetch
from scrapers.fetch import Fetcher, FetchError
from scrapers.manners import Manners
from scrapers.sources import Source

if TYPE_CHECKING:
    from tests.scrapers.conftest import OddSite


@pytest.fixture
def fetcher(odd_site: OddSite, source: Source, tmp_path: Path) -> Fetcher:
    return Fetcher(tmp_path, source.allows, proxy=odd_site.proxy, max_bytes=1000)


@pytest.fixture(autouse=True)
def no_long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "BACK_OFF", 0.05)


def kind_of(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(FetchError) as caught:
        fetcher.get(url)
    assert url.rpartition("/")[0] in str(caught.value)
    return caught.value.kind


def test_a_file_comes_with_the_headers_that_the_manifest_keeps(
    fetcher: Fetcher, odd_site: OddSite, source: Source
) -> None:
    odd_site.answer("/a", b"abc", headers={"ETag": '"1"', "Last-Modified": "Mon", "X-Other": "x"})
    fetched = fetcher.get(f"{source.base}/a")
    assert fetched.file is not None
    assert fetched.file.read_bytes() == b"abc"
    assert fetched.headers == {"etag": '"1"', "last-modified": "Mon", "content-length": "3"}


def test_a_redirect_is_followed_within_the_allowed_hosts_only(
    fetcher: Fetcher, odd_site: OddSite, source: Source
) -> None:
    odd_site.answer("/a", status=302, headers={"Location": "/b"})
    odd_site.answer("/b", b"here")
    odd_site.answer("/out", status=301, headers={"Location": "http://elsewhere.sample/b"})
    odd_site.answer("/file", status=301, headers={"Location": "file:///etc/passwd"})
    odd_site.answer("/round", status=302, headers={"Location": "/round"})
    assert fetcher.get(f"{source.base}/a").final_url == f"{source.base}/b"
    with pytest.raises(FetchError, match="not on an allowed host") as caught:
        fetcher.get(f"{source.base}/out")
    assert caught.value.kind == "off_site"
    with pytest.raises(FetchError, match="not on an allowed host"):
        fetcher.get(f"{source.base}/file")
    assert kind_of(fetcher, f"{source.base}/round") == "redirects"


def test_a_passing_fault_is_asked_again(fetcher: Fetcher, odd_site: OddSite, source: Source) -> None:
    odd_site.answer("/busy", "busy", 503)
    assert kind_of(fetcher, f"{source.base}/busy") == "http_error"
    assert odd_site.asked == ["/busy"] * 3


def test_a_refusal_is_not_asked_again(fetcher: Fetcher, odd_site: OddSite, source: Source) -> None:
    odd_site.answer("/no", "no", 403)
    assert kind_of(fetcher, f"{source.base}/no") == "http_error"
    assert odd_site.asked == ["/no"]


def test_a_file_over_the_size_cap_is_given_up(fetcher: Fetcher, odd_site: OddSite, source: Source) -> None:
    odd_site.answer("/big", b"x" * 1001)
    assert kind_of(fetcher, f"{source.base}/big") == "too_large"


def test_a_connection_that_breaks_off_gives_no_half_file(
    fetcher: Fetcher, odd_site: OddSite, source: Source
) -> None:
    odd_site.answer("/cut", b"half", promise=900)
    assert kind_of(fetcher, f"{source.base}/cut") == "unreachable"


def test_a_site_that_drips_is_given_up(
    fetcher: Fetcher, odd_site: OddSite, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "WHOLE_TIMEOUT", 0.0)
    odd_site.answer("/drip", b"x")
    assert kind_of(fetcher, f"{source.base}/drip") == "unreachable"


def test_a_site_that_is_down_is_unreachable(source: Source, tmp_path: Path) -> None:
    fetcher = Fetcher(tmp_path, source.allows, proxy="http://127.0.0.1:9")
    with pytest.raises(FetchError, match="refused") as caught:
        fetcher.get(source.base)
    assert caught.value.kind == "unreachable"


def test_a_pause_is_held_between_requests_to_one_host(
    odd_site: OddSite, source: Source, tmp_path: Path
) -> None:
    odd_site.answer("/a", b"a")
    fetcher = Fetcher(tmp_path, source.allows, pause=0.2, proxy=odd_site.proxy)
    start = time.monotonic()
    fetcher.get(f"{source.base}/a")
    fetcher.get(f"{source.base}/a")
    assert time.monotonic() - start >= 0.2


# --- patience


def test_a_site_that_is_busy_once_is_asked_again_when_it_said(
    fetcher: Fetcher, odd_site: OddSite, source: Source
) -> None:
    odd_site.answer("/a", b"here")
    odd_site.first("/a", b"busy", 429, headers={"Retry-After": "1"})
    start = time.monotonic()
    assert fetcher.get(f"{source.base}/a").status == 200
    assert time.monotonic() - start >= 1.0


def test_a_date_to_come_back_at_is_kept_too(fetcher: Fetcher, odd_site: OddSite, source: Source) -> None:
    odd_site.answer("/a", b"here")
    odd_site.first("/a", b"busy", 503, headers={"Retry-After": formatdate(time.time() + 2, usegmt=True)})
    start = time.monotonic()
    assert fetcher.get(f"{source.base}/a").status == 200
    assert time.monotonic() - start >= 0.9


def test_a_site_that_asks_to_come_back_tomorrow_is_left_alone(
    fetcher: Fetcher, odd_site: OddSite, source: Source
) -> None:
    odd_site.answer("/a", b"busy", 429, headers={"Retry-After": "86400"})
    assert kind_of(fetcher, f"{source.base}/a") == "busy"
    assert odd_site.asked == ["/a"]


def test_a_connection_that_broke_off_is_tried_again(
    fetcher: Fetcher, odd_site: OddSite, source: Source
) -> None:
    odd_site.answer("/a", b"whole")
    odd_site.first("/a", b"who", promise=5)
    fetched = fetcher.get(f"{source.base}/a")
    assert fetched.file is not None
    assert fetched.file.read_bytes() == b"whole"


def test_an_answer_that_does_not_come_is_given_up(
    fetcher: Fetcher, odd_site: OddSite, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "READ_TIMEOUT", 0.1)
    odd_site.answer("/a", b"late", delay=0.4)
    assert kind_of(fetcher, f"{source.base}/a") == "unreachable"


# --- size


def test_a_packed_answer_counts_unpacked(fetcher: Fetcher, odd_site: OddSite, source: Source) -> None:
    odd_site.answer("/a", gzip.compress(b"a" * 900), headers={"Content-Encoding": "gzip"})
    odd_site.answer("/bomb", gzip.compress(b"a" * 10_000_000), headers={"Content-Encoding": "gzip"})
    fetched = fetcher.get(f"{source.base}/a")
    assert fetched.file is not None
    assert fetched.file.read_bytes() == b"a" * 900
    assert kind_of(fetcher, f"{source.base}/bomb") == "too_large"
    assert odd_site.asked.count("/bomb") == 1


# --- redirects and names


def test_a_redirect_with_chinese_in_it_is_followed(
    fetcher: Fetcher, odd_site: OddSite, source: Source
) -> None:
    odd_site.answer("/a", status=302, headers={"Location": "/年报".encode().decode("latin-1")})
    odd_site.answer("/%E5%B9%B4%E6%8A%A5", b"here")
    assert fetcher.get(f"{source.base}/a").status == 200


def test_the_crawler_says_who_it_is(odd_site: OddSite, source: Source, tmp_path: Path) -> None:
    odd_site.answer("/a", b"a")
    with Fetcher(
        tmp_path, source.allows, proxy=odd_site.proxy, manners=Manners("zhijiao/0.1 (a@b.example)")
    ) as fetcher:
        fetcher.get(f"{source.base}/a")
    assert odd_site.heard[0]["User-Agent"] == "zhijiao/0.1 (a@b.example)"
    assert "zhijiao" in Manners().user_agent
