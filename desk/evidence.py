"""What a reviewer looks at: the passage with its numbers marked, the table put together again, the page of a PDF."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from desk.findings import Citation

AROUND = 160
"""Characters of the landed text shown before and after the marked numbers."""
MOST_ROWS = 60
"""Rows of a rebuilt table around the marked cells; the rest is told, not shown."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `mark` is the number of the citation that stands there (1 is the doubtful one), 0 for none."""

    text: str
    mark: int = 0


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the landed text with the cited numbers in it."""

    report_id: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a rebuilt table: its heading, and in each column the numbers that stand there."""

    head: str
    cells: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was read: rows by heading, columns by year."""

    report_id: str
    place: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    left_out: int


def passages(citations: Sequence[Citation], text: str | None) -> list[Passage]:
    """The passages of one report's landed text that hold its cited numbers; near ones are shown together.

    Without the landed text, the quotes stand in.
    """
    marked = sorted(enumerate(citations, start=1), key=lambda pair: pair[1].char_start)
    if text is None:
        return [
            Passage(c.report_id, (Piece(c.quote), Piece(" "), Piece(c.raw, number))) for number, c in marked
        ]
    clusters: list[list[tuple[int, Citation]]] = []
    for number, citation in marked:
        if clusters and citation.char_start - clusters[-1][-1][1].char_end <= AROUND:
            clusters[-1].append((number, citation))
        else:
            clusters.append([(number, citation)])
    return [_passage(cluster, text) for cluster in clusters]


def _passage(cluster: Sequence[tuple[int, Citation]], text: str) -> Passage:
    start = _edge(text, cluster[0][1].char_start, -1)
    end = _edge(text, cluster[-1][1].char_end, 1)
    pieces, at = [], start
    for number, citation in cluster:
        pieces += [
            Piece(text[at : citation.char_start]),
            Piece(text[citation.char_start : citation.char_end], number),
        ]
        at = citation.char_end
    pieces.append(Piece(text[at:end]))
    return Passage(cluster[0][1].report_id, tuple(piece for piece in pieces if piece.text))


def _edge(text: str, at: int, step: int) -> int:
    """Where a passage ends: at a sentence's end or an empty line, at most AROUND characters away."""
    limit = max(0, min(len(text), at + step * AROUND))
    if step > 0:
        stops = [found + 1 for stop in "。；\n" if (found := text.find(stop, at, limit)) >= 0]
        return min(stops, default=limit)
    stops = [found + 1 for stop in "。；\n" if (found := text.rfind(stop, limit, at)) >= 0]
    return max(stops, default=limit)


def table(citations: Sequence[Citation], cells: Iterable[Mapping[str, Any]]) -> Table:
    """A table put together from all numbers read from it, the cited ones marked. `citations` are all of the finding."""
    marks = {citation.observation_id: number for number, citation in enumerate(citations, start=1)}
    cells = list(cells)
    years = sorted({cell["year"] for cell in cells if cell["year"] is not None})
    columns: list[int | None] = [*years, *([None] if any(cell["year"] is None for cell in cells) else [])]
    by_row: dict[str, dict[int | None, list[Piece]]] = {}
    for cell in cells:
        piece = Piece(cell["raw"], marks.get(cell["observation_id"], 0))
        by_row.setdefault(_row_head(cell, cells), {}).setdefault(cell["year"], []).append(piece)
    rows = [
        Row(head, tuple(tuple(found.get(column, ())) for column in columns)) for head, found in by_row.items()
    ]
    shown = _around_marks(rows)
    return Table(
        report_id=cells[0]["report_id"],
        place=cells[0]["place"],
        caption=cells[0]["quote"].partition(" · ")[0],
        columns=tuple("" if column is None else str(column) for column in columns),
        rows=tuple(shown),
        left_out=len(rows) - len(shown),
    )


def _row_head(cell: Mapping[str, Any], cells: Sequence[Mapping[str, Any]]) -> str:
    """School, where the table has several, and the words that the number was read from."""
    several = len({each["entity"] for each in cells}) > 1
    dims = [text for text in json.loads(cell["dims"] or "{}").values() if text not in cell["label"]]
    return " · ".join(
        part for part in ((cell["entity"] or "") if several else "", cell["label"], *dims) if part
    )


def _around_marks(rows: Sequence[Row]) -> list[Row]:
    """All rows of a small table; of a large one the marked rows first, and those that follow them."""
    if len(rows) <= MOST_ROWS:
        return list(rows)
    marked = [
        number for number, row in enumerate(rows) if any(piece.mark for cell in row.cells for piece in cell)
    ]
    near = {number + step for number in marked for step in (-1, 0, 1)}
    kept = sorted(number for number in near if 0 <= number < len(rows))[:MOST_ROWS]
    return [rows[number] for number in kept]


def by_place(citations: Sequence[Citation]) -> list[tuple[tuple[str, str], list[Citation]]]:
    """The citations of each report and place, the doubtful one's place first."""
    places = list(dict.fromkeys((c.report_id, c.place) for c in citations))
    ordered = sorted(citations, key=lambda c: places.index((c.report_id, c.place)))
    return [(place, list(found)) for place, found in groupby(ordered, key=lambda c: (c.report_id, c.place))]


def page_image(file: Path, quote: str, raw: str) -> bytes | None:
    """The page of a PDF on which a number's words stand, as PNG; None where they are not found or it is no PDF."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError:
        return None
    with document:
        wanted = _squeezed(quote.rpartition(" · ")[0] or quote)
        best, best_shared = None, 0
        for number in range(len(document)):
            text = _squeezed(document[number].get_textpage().get_text_bounded())
            shared = sum(wanted[at : at + 6] in text for at in range(0, max(1, len(wanted) - 5), 3))
            if _squeezed(raw) in text and shared > best_shared:
                best, best_shared = number, shared
        if best is None:
            return None
        image = document[best].render(scale=1.6).to_pil()
        out = io.BytesIO()
        image.save(out, "PNG")
        return out.getvalue()


def _squeezed(text: str) -> str:
    return "".join(text.split())
