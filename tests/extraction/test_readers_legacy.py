"""Files of older programs, through LibreOffice; without it they say what is missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from extraction.extract import extract, reader_version
from extraction.readers import READERS, Rejected, legacy
from extraction.readers.protection import is_protected
from scrapers import content
from tests.extraction.files import saved, word, word_report, workbook_report


@pytest.mark.parametrize(
    ("ending", "content_type"), [("doc", content.DOC), ("odt", content.ODT), ("rtf", content.RTF)]
)
def test_a_text_is_read_as_its_docx(convert, ending: str, content_type: str) -> None:
    data = convert(word(word_report()), "docx", ending)
    found = extract(data, content_type)
    assert [(o.where, o.raw) for o in found.observations] == [
        (o.where, o.raw) for o in extract(word(word_report()), content.DOCX).observations
    ]
    assert found.document.reader == "legacy"


@pytest.mark.parametrize(("ending", "content_type"), [("xls", content.XLS), ("ods", content.ODS)])
def test_a_workbook_is_read_as_its_xlsx(convert, ending: str, content_type: str) -> None:
    found = extract(convert(saved(workbook_report()), "xlsx", ending), content_type)
    assert "45.61%" in found.landed_text


def test_the_bytes_tell_the_type_of_every_format(convert, tmp_path: Path) -> None:
    for source, data in (("docx", word(word_report())), ("xlsx", saved(workbook_report()))):
        for ending in ("docx", "doc", "odt", "rtf", "pdf") if source == "docx" else ("xlsx", "xls", "ods"):
            file = tmp_path / "report"
            file.write_bytes(data if ending == source else convert(data, source, ending))
            assert content.EXTENSIONS[content.content_type(file)] == ending
            assert content.content_type(file) in READERS


def test_without_libreoffice_the_reason_says_what_to_install(monkeypatch) -> None:
    with_office = reader_version()
    monkeypatch.setenv("PATH", os.devnull)
    document = extract(b"\xd0\xcf\x11\xe0", content.DOC).document
    assert document.status == "rejected"
    assert "needs LibreOffice: install" in str(document.reason)
    assert with_office.startswith(reader_version().removesuffix(".no-office"))
    assert reader_version().endswith(".no-office")


def test_what_libreoffice_cannot_open_is_damaged(convert) -> None:
    document = extract(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 20, content.DOC).document
    assert document.status == "rejected"


@pytest.mark.parametrize(
    ("source", "ending", "name"),
    [
        ("docx", "doc", "MS Word 97"),
        ("docx", "docx", "MS Word 2007 XML"),
        ("docx", "odt", "writer8"),
        ("xlsx", "xls", "MS Excel 97"),
        ("xlsx", "xlsx", "Calc MS Excel 2007 XML"),
        ("xlsx", "ods", "calc8"),
    ],
)
def test_a_password_is_told(protect, source: str, ending: str, name: str) -> None:
    data = word(word_report()) if source == "docx" else saved(workbook_report())
    locked = protect(data, source, ending, name)
    content_type = next(known for known, e in content.EXTENSIONS.items() if e == ending)
    assert extract(locked, content_type).document.reason == "encrypted: it opens with a password only"
    assert not is_protected(data)


def test_a_file_that_makes_libreoffice_hang_costs_one_timeout_and_leaves_nothing(
    monkeypatch, tmp_path: Path
) -> None:
    office = tmp_path / "soffice"
    child = tmp_path / "child"
    office.write_text(f"#!/bin/sh\nsleep 60 & echo $! > {child}\nwait\n", encoding="ascii")
    office.chmod(0o755)
    monkeypatch.setattr(legacy, "SECONDS", 0.5)
    monkeypatch.setattr(legacy, "program", lambda: str(office))
    with pytest.raises(Rejected, match="did not finish"):
        READERS[content.DOC](b"x")
    state = Path(f"/proc/{child.read_text(encoding='ascii').strip()}/stat")
    assert not state.exists() or state.read_text(encoding="ascii").split()[2] == "Z"
