"""Archives are opened within bounds, and what their files are called never becomes a path."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scrapers import archives
from scrapers.archives import ArchiveError, unpack
from scrapers.crawl import crawl_source
from scrapers.landing import Landing
from scrapers.records import SourceRun
from scrapers.sources import Source

if TYPE_CHECKING:
    from tests.scrapers.conftest import OddSite

ARTICLE = "/list/202601/t20260105_1.html"
TITLE = "某职业教育中心质量年度报告（2025年）"


def packed(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    return folder


def opened(data: bytes, folder: Path, **bounds: int) -> list[str]:
    file = folder.parent / "archive"
    file.write_bytes(data)
    return [member.name for member in unpack(file, folder, **bounds)]


def test_documents_come_out_and_pictures_folders_and_debris_do_not(folder: Path) -> None:
    data = packed(**{"报告/甲校.txt": "在校生100人".encode(), "b.pdf": b"%PDF-1.4", "logo.png": b"\x89PNG\r\n\x1a\n\0",
                     "__MACOSX/._b.pdf": b"x", "报告/Thumbs.db": b"x"})  # fmt: skip
    assert opened(data, folder) == ["报告/甲校.txt", "b.pdf"]


@pytest.mark.parametrize(
    "name", ["../../../escape.txt", "/etc/escape.txt", "a\\..\\..\\escape.txt", "x" * 300 + ".txt"]
)
def test_a_name_that_would_climb_out_is_a_title_only(name: str, folder: Path, tmp_path: Path) -> None:
    before = {path for path in tmp_path.rglob("*") if path.is_dir()}
    opened(packed(**{name: b"text"}), folder)
    assert {path for path in tmp_path.rglob("*") if path.is_dir()} == before
    assert {path.parent for path in tmp_path.rglob("*") if path.is_file()} == {tmp_path, folder}


def test_a_bomb_is_given_up_while_it_unpacks(folder: Path) -> None:
    with pytest.raises(ArchiveError, match="bomb"):
        opened(packed(a=b"a" * 5_000_000), folder, most_bytes=1_000_000)
    assert sum(file.stat().st_size for file in folder.iterdir()) <= 1_000_000


def test_too_many_files_are_given_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 3)
    with pytest.raises(ArchiveError, match="4 files"):
        opened(packed(a=b"a", b=b"b", c=b"c", d=b"d"), folder)


def test_an_archive_in_an_archive_is_told_and_the_rest_comes_out(folder: Path) -> None:
    file = folder.parent / "archive"
    file.write_bytes(packed(**{"a.txt": b"text", "inner.zip": packed(b=b"b")}))
    members = unpack(file, folder)
    assert next(members).name == "a.txt"
    with pytest.raises(ArchiveError, match=r"inner\.zip"):
        next(members)


def locked() -> bytes:
    data = bytearray(packed(a=b"text"))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        data[data.index(mark) + (6 if mark[2] == 3 else 8)] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"Rar!\x1a\x07\x01\x00", "a RAR archive is not opened; ask the publisher for a ZIP"),
        (b"7z\xbc\xaf\x27\x1c", "a 7Z archive is not opened"),
        (b"PK\x03\x04 cut", "damaged"),
        (packed(a=b"text" * 99)[:-60], "damaged"),
        (locked(), "password"),
    ],
    ids=["rar", "7z", "cut", "cut at its end", "locked"],
)
def test_an_archive_that_cannot_be_opened_says_why(data: bytes, why: str, folder: Path) -> None:
    with pytest.raises(ArchiveError, match=why):
        opened(data, folder)


# --- in a crawl


def crawl(site: OddSite, source: Source, landing: Landing, data: bytes) -> SourceRun:
    site.list_page((ARTICLE, TITLE))
    site.answer(
        ARTICLE, f"<h1>{TITLE}</h1><div class=TRS_Editor>全文见附件：<a href='/all.zip'>各校.zip</a></div>"
    )
    site.answer("/all.zip", data)
    return crawl_source(source, landing, site.proxy, lambda _: None, full=True)


def test_the_files_of_an_archive_land_with_its_article(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    data = packed(**{"甲校.txt": b"one", "乙校.txt": b"two"})
    run = crawl(odd_site, source, landing, data)
    rows = [row for row in landing.history() if row.kind == "attachment"]
    assert [(row.title, row.parent_url) for row in rows] == [
        ("甲校.txt", source.base + ARTICLE),
        ("乙校.txt", source.base + ARTICLE),
    ]
    assert (run.new, run.problems) == (3, ())
    assert "archive" not in {row.kind for row in landing.history()}
    again = crawl(odd_site, source, landing, data)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 3)


def test_a_new_archive_gives_new_versions_and_withdraws_what_it_left_out(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    crawl(odd_site, source, landing, packed(**{"甲校.txt": b"one", "乙校.txt": b"two"}))
    run = crawl(odd_site, source, landing, packed(**{"甲校.txt": b"one, corrected"}))
    assert (run.new, run.changed, run.withdrawn) == (0, 1, 1)


def test_an_archive_that_climbs_writes_nothing_outside_the_landing_zone(
    odd_site: OddSite, source: Source, landing: Landing, tmp_path: Path
) -> None:
    before = set(tmp_path.iterdir())
    run = crawl(
        odd_site, source, landing, packed(**{"../../../escape.txt": b"text", "/tmp/escape.txt": b"more"})
    )
    assert run.new == 3
    assert set(tmp_path.iterdir()) - before == {tmp_path / "landing"}
    assert not any("escape" in path.name for path in tmp_path.rglob("*"))


def test_a_bad_archive_is_a_fault_with_its_reason_once(
    odd_site: OddSite, source: Source, landing: Landing
) -> None:
    run = crawl(odd_site, source, landing, b"Rar!\x1a\x07\x01\x00")
    assert [(problem.kind, problem.url) for problem in run.problems] == [
        ("archive", f"{source.base}/all.zip")
    ]
    assert run.problems[0].evidence is not None
    assert crawl_source(source, landing, odd_site.proxy, lambda _: None).problems == run.problems
