"""The bytes say what a file is."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from scrapers import content

WORDS = "在校生人数2025人，专任教师120人。\n"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"<!DOCTYPE html><html></html>", content.HTML),
        ("\ufeff\n<!-- 头 --><html lang=zh>".encode(), content.HTML),
        ("<html>报告".encode("gb18030"), content.HTML),
        (b"<html>\x01", content.HTML),
        (WORDS.encode(), content.TEXT),
        (WORDS.encode("gb18030"), content.TEXT),
        (WORDS.encode("utf-16"), content.TEXT),
        (b"a < b and <html> is a tag", content.TEXT),
        (b"%PDF-1.4\n%", content.PDF),
        (b"\r\n%PDF-1.7", content.PDF),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, content.DOC),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), content.XLS),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Book\0".encode("utf-16-le"), content.XLS),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument Workbook".encode("utf-16-le"), content.DOC),
        (rb"{\rtf1\ansi {\b x}}", content.RTF),
        (b"Rar!\x1a\x07\x01\x00", content.RAR),
        (b"PK\x03\x04 cut short", content.ZIP),
        (b"\x89PNG\r\n\x1a\n\0\0", content.UNKNOWN),
        (b"", content.UNKNOWN),
    ],
)
def test_a_file_is_what_its_bytes_say(tmp_path: Path, data: bytes, expected: str) -> None:
    file = tmp_path / "report.pdf"  # a name that lies
    file.write_bytes(data)
    assert content.content_type(file) == expected
    assert expected in content.EXTENSIONS


@pytest.mark.parametrize(
    ("member", "expected"),
    [("word/document.xml", content.DOCX), ("xl/workbook.xml", content.XLSX), ("a.txt", content.ZIP)],
)
def test_an_office_file_is_told_from_its_parts(tmp_path: Path, member: str, expected: str) -> None:
    file = tmp_path / "a"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(member, "x")
    assert content.content_type(file) == expected


@pytest.mark.parametrize("kind", [content.ODT, content.ODS])
def test_an_open_document_names_its_type_itself(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "a"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", kind)
    assert content.content_type(file) == kind


def test_a_zip_whose_members_cannot_be_unpacked_is_a_zip(tmp_path: Path) -> None:
    file = tmp_path / "a"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", content.ODT * 9)
    file.write_bytes(file.read_bytes().replace(b"mimetype", b"mimetypf", 1))
    assert content.content_type(file) == content.ZIP


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_text_is_read_in_its_own_encoding(encoding: str) -> None:
    assert content.decode(WORDS.encode(encoding)).lstrip("\ufeff") == WORDS


def test_a_character_cut_at_the_end_does_not_change_the_encoding() -> None:
    assert content.text_encoding(WORDS.encode()[:10]) == "utf-8"


def test_bytes_of_a_picture_are_no_text() -> None:
    assert content.text_encoding(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR") is None


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_broken_byte_in_a_page_costs_only_itself(encoding: str) -> None:
    text = content.decode(WORDS.encode(encoding) * 20 + b"\xff" + WORDS.encode(encoding) * 20)
    assert text.count(WORDS.rstrip("\n")) >= 39


def test_a_stray_control_character_leaves_text_a_text(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text(WORDS * 20 + "\x07", encoding="utf-8")
    assert content.content_type(file) == content.TEXT
    assert content.text_encoding(file.read_bytes()) == "utf-8"
