from __future__ import annotations

from pathlib import Path

import pytest

from desk.evidence import page_image, passages, table
from desk.findings import Filter, NoFindings
from scrapers.sample.figures import HERE as SAMPLE
from warehouse.review import ReviewError

from .conftest import SCHOOL, TEXT, Served


def test_a_passage_is_cut_at_sentences_and_marks_each_cited_number(desk: Served) -> None:
    cited = desk.findings.citations(desk.findings.one(desk.key("share-of-parts")))
    [passage] = passages(cited, TEXT)
    assert [(piece.text, piece.mark) for piece in passage.pieces if piece.mark] == [
        ("285", 2),
        ("1253.03", 1),
    ]
    whole = "".join(piece.text for piece in passage.pieces)
    assert whole in TEXT
    assert whole.endswith("万元。")
    assert whole.lstrip("\n").startswith("学校现有")


def test_without_the_landed_text_the_quote_stands_in(desk: Served) -> None:
    cited = desk.findings.citations(desk.findings.one(desk.key("restated")))[:1]
    [passage] = passages(cited, None)
    assert [(piece.text, piece.mark) for piece in passage.pieces][-1] == ("427", 1)


def test_a_table_is_put_together_with_rows_by_words_and_columns_by_year(desk: Served) -> None:
    cited = desk.findings.citations(desk.findings.one(desk.key("restated")))
    cells = [
        {"observation_id": f"{label}{year}", "report_id": "r", "place": "表1", "raw": raw, "label": label, "entity": SCHOOL,
         "year": year, "dims": "{}", "quote": "表1 师资 · x"}
        for label, year, raw in (("教职工", 2024, "335"), ("教职工", 2025, "337"), ("专任教师", 2025, "285"))
    ]  # fmt: skip
    cells[1]["observation_id"] = cited[1].observation_id
    made = table(cited, cells)
    assert (made.caption, made.columns) == ("表1 师资", ("2024", "2025"))
    assert [(row.head, [[(p.text, p.mark) for p in cell] for cell in row.cells]) for row in made.rows] == [
        ("教职工", [[("335", 0)], [("337", 2)]]),
        ("专任教师", [[], [("285", 0)]]),
    ]


def test_the_page_of_a_pdf_is_found_by_the_words_around_a_number() -> None:
    import pypdfium2

    file = SAMPLE / "report.pdf"
    with pypdfium2.PdfDocument(file) as document:
        words = document[len(document) - 1].get_textpage().get_text_bounded()
    line = next(line for line in words.splitlines() if len(line) > 12)
    image = page_image(file, line, line[3:8])
    assert image is not None
    assert image.startswith(b"\x89PNG")
    assert page_image(file, "没有这样的一句话", "88888888") is None


def test_what_is_no_pdf_has_no_page(tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 cut")
    assert page_image(tmp_path / "broken.pdf", "x", "1") is None


def test_a_correction_is_given_in_the_unit_that_is_printed(desk: Served) -> None:
    [equipment, _] = desk.findings.citations(desk.findings.one(desk.key("share-of-parts")))
    assert equipment.canonical("1,235.03") == 12350300
    with pytest.raises(ReviewError, match=r"give it as the report prints 1253\.03"):
        equipment.canonical("about 12")


def test_findings_are_found_by_the_beginning_of_their_id_and_by_filter(desk: Served) -> None:
    key = desk.key("restated")
    assert desk.findings.one(key[:8]).finding_id == key
    for nothing in ("", "zzz"):
        with pytest.raises(NoFindings):
            desk.findings.one(nothing)
    assert [f.rule for f in desk.findings.all(Filter(text="427"))] == ["restated"]
    assert desk.findings.all(Filter(status="decided")) == []
