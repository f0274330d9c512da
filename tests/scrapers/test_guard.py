"""No name, address or redirect makes the crawler ask a machine that is not on the open Internet."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scrapers.addresses import is_allowed, is_public
from scrapers.crawl import crawl_source
from scrapers.fetch import Fetcher, FetchError
from scrapers.landing import Landing
from scrapers.sources import Source

if TYPE_CHECKING:
    from tests.scrapers.conftest import OddSite


@pytest.mark.parametrize(
    "address",
    [
        *("10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "127.0.0.1", "0.0.0.0", "100.64.0.1"),
        *(
            "224.0.0.1",
            "240.0.0.1",
            "::1",
            "fe80::1",
            "fc00::1",
            "::ffff:10.0.0.1",
            "2002:0a00:0001::1",
            "::",
        ),
    ],
)
def test_a_private_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888"])
def test_an_address_of_the_open_internet_is(address: str) -> None:
    assert is_public(address)


def test_this_machine_may_be_asked_only_where_a_source_says_so() -> None:
    assert is_public("127.0.0.1", loopback=True)
    assert is_public("::1", loopback=True)
    assert not is_public("192.168.1.1", loopback=True)


def direct(site: OddSite, host: str, folder: Path, loopback: bool = False) -> tuple[Fetcher, str]:
    base = site.proxy.replace("127.0.0.1", host)
    return Fetcher(folder, lambda url: True, loopback=loopback), base


def test_a_name_that_resolves_to_a_private_address_is_refused_before_anything_is_sent(
    odd_site: OddSite, tmp_path: Path
) -> None:
    odd_site.answer("/a", b"secret")
    fetcher, base = direct(odd_site, "localhost", tmp_path)
    with pytest.raises(FetchError, match="no address of the open Internet") as caught:
        fetcher.get(f"{base}/a")
    assert caught.value.kind == "private_address"
    assert (odd_site.asked, odd_site.heard) == ([], [])
    fetcher, base = direct(odd_site, "localhost", tmp_path, loopback=True)
    assert fetcher.get(f"{base}/a").status == 200


def test_a_name_with_one_private_address_among_public_ones_is_refused(
    odd_site: OddSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("8.8.8.8", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    fetcher, base = direct(odd_site, "two.example", tmp_path)
    with pytest.raises(FetchError, match=r"127\.0\.0\.1"):
        fetcher.get(f"{base}/a")
    assert odd_site.asked == []


def test_a_redirect_to_a_private_address_is_refused(
    odd_site: OddSite, second_site: OddSite, tmp_path: Path
) -> None:
    second_site.answer("/latest/meta-data", b"secret")
    inner = second_site.proxy.replace("127.0.0.1", "127.0.0.2")
    odd_site.answer("/a", status=302, headers={"Location": f"{inner}/latest/meta-data"})
    source = Source(id="a", name="a", district="500100", base=odd_site.proxy, lists=("/a",), pause=0)
    fetcher = Fetcher(tmp_path, source.allows, loopback=source.may_be_loopback)
    with pytest.raises(FetchError) as caught:
        fetcher.get(f"{odd_site.proxy}/a")
    assert caught.value.kind == "off_site"
    assert second_site.asked == []


def test_a_source_on_the_open_internet_does_not_reach_this_machine(
    odd_site: OddSite, landing: Landing
) -> None:
    port = odd_site.proxy.rpartition(":")[2]
    source = Source(
        id="a", name="a", district="500100", base=f"http://localtest.example:{port}", lists=("/",),
        hosts=("localhost",), pause=0, season=None,
    )  # fmt: skip
    assert not source.may_be_loopback
    run = crawl_source(
        source.model_copy(update={"lists": (f"http://localhost:{port}/",)}), landing, None, lambda _: None
    )
    assert [problem.kind for problem in run.problems] == ["private_address"]
    assert odd_site.asked == []


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://www.a.sample/x", True),
        ("https://a.sample:8443/x", True),
        ("http://b.sample:81/x", True),
        ("http://b.sample/x", False),
        ("http://www.a.sample.evil.sample/x", False),
        ("http://www.a.sample@evil.sample/x", False),
        ("file:///etc/passwd", False),
        ("gopher://www.a.sample/x", False),
        ("http://www.a.sample:99999/", False),
    ],
)
def test_a_host_may_be_named_for_any_port_or_for_one(url: str, allowed: bool) -> None:
    assert is_allowed(url, ("www.a.sample", "b.sample:81")) is allowed
