"""The landing zone keeps every file once, and outlives a kill at any moment."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from scrapers.landing import Landing, LandingError
from scrapers.records import LandedFile


def land(landing: Landing, url: str, data: bytes, source: str = "odd") -> LandedFile:
    with landing.writing(source) as incoming:
        file = incoming / "download"
        file.write_bytes(data)
        stored = landing.store(file)
    row = LandedFile(
        sha256=stored.sha256,
        url=url,
        final_url=url,
        source=source,
        kind="page",
        parent_url=None,
        title="质量年报",
        publisher=None,
        published_on="2026-01-05",
        metadata={"索引号": "A-1"},
        fetched_at="2026-01-06T00:00:00+00:00",
        http_status=200,
        headers={"etag": '"1"'},
        content_type=stored.content_type,
        bytes=stored.bytes,
    )
    landing.append(row)
    return row


def manifest(landing: Landing) -> Path:
    return landing.root / "manifest" / "odd.jsonl"


def test_a_row_comes_back_as_it_was_written(landing: Landing) -> None:
    row = land(landing, "http://a/1", "在校生".encode())
    assert landing.rows("odd") == [row]
    assert list(landing.history()) == [row]
    assert landing.path(row.sha256).read_bytes() == "在校生".encode()
    assert landing.path(row.sha256) == landing.root / "files" / row.sha256[:2] / f"{row.sha256}.txt"


def test_the_same_bytes_under_two_addresses_are_two_rows_and_one_file(landing: Landing) -> None:
    land(landing, "http://a/1", b"same")
    land(landing, "http://a/2", b"same")
    assert len(landing.rows("odd")) == 2
    assert len([path for path in (landing.root / "files").rglob("*") if path.is_file()]) == 1


def test_the_last_row_of_an_address_is_its_current_state(landing: Landing) -> None:
    row = land(landing, "http://a/1", b"one")
    landing.append(dataclasses.replace(row, state="withdrawn", http_status=410))
    assert landing.current("odd")["http://a/1"].state == "withdrawn"
    assert landing.has(row.sha256)


def test_bytes_that_never_landed_are_a_key_error(landing: Landing) -> None:
    assert not landing.has("0" * 64)
    with pytest.raises(KeyError):
        landing.path("0" * 64)
    assert landing.rows("odd") == []


@pytest.mark.parametrize(
    "half", [b'{"sha256": "ab', '{"title": "质'.encode()[:-1], b"\0\0\0\0", b"\n", b"{}x\n{"]
)
def test_a_half_written_row_after_a_kill_is_passed_over_and_then_cut_off(
    landing: Landing, half: bytes
) -> None:
    first = land(landing, "http://a/1", b"one")
    with manifest(landing).open("ab") as file:
        file.write(half)
    assert landing.rows("odd") == [first]
    second = land(landing, "http://a/2", b"two")
    assert landing.rows("odd") == [first, second]
    assert [json.loads(line)["url"] for line in manifest(landing).read_text().splitlines()] == [
        "http://a/1",
        "http://a/2",
    ]


def test_a_whole_row_without_its_line_end_counts_as_half_written(landing: Landing) -> None:
    land(landing, "http://a/1", b"one")
    data = manifest(landing).read_bytes()
    manifest(landing).write_bytes(data + data.rstrip(b"\n"))
    assert len(landing.rows("odd")) == 1


def test_a_damaged_row_in_the_middle_is_an_error_that_names_the_line(landing: Landing) -> None:
    land(landing, "http://a/1", b"one")
    data = manifest(landing).read_bytes()
    manifest(landing).write_bytes(data + b"edited by hand\n" + data)
    with pytest.raises(LandingError, match=r"odd\.jsonl:2: not a manifest row"):
        landing.rows("odd")


def test_a_download_that_a_kill_left_behind_is_cleared_away(landing: Landing) -> None:
    left = landing.root / "incoming" / "odd" / "half"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"ha")
    with landing.writing("odd") as incoming:
        assert list(incoming.iterdir()) == []


def test_two_processes_do_not_land_one_source_at_once(landing: Landing) -> None:
    with (
        landing.writing("odd"),
        pytest.raises(LandingError, match="another process is landing odd"),
        Landing(landing.root).writing("odd"),
    ):
        pass
    with landing.writing("odd"), landing.writing("other"):
        pass
