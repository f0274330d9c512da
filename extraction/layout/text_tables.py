"""The tables that hide in lines of text: rows with tabs or pipes, cells behind a tab each (a converted .doc), rows with
spaces under a caption, one cell a line.

This file finds where they are and what their cells are; `grids.py` and `dumps.py` say what the cells belong to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from extraction.blocks import CASE, HEADING, Cell, Line, Table
from extraction.layout.aligned_tables import aligned_grid
from extraction.layout.lined_rows import lined_table
from extraction.layout.loose_blocks import MEASURED
from extraction.layout.loose_cells import in_order
from extraction.layout.ragged_rows import below_pieces, evened, with_wide_names
from extraction.numbers import is_figure, is_year, narrow

CAPTION = re.compile(
    r"^\s*(?:\d+(?:\.\d+)+\s*)?(?P<name>(?:附?表)\s*[\d一二三四五六七八九十]+(?:[-－.．—–]\d+)*)(?!\d)\s*[:：、.]?\s*(?P<title>.*)$"
)
# A caption whose 表 was lost on the way (a picture, a numbering field): `12  2023—2025年…一览表`.
_BARE_CAPTION = re.compile(r"^\s*(?P<name>\d{1,2})\s+(?P<title>(?=.*(?:表|情况|统计|20\d\d)).{8,})$")
# A caption without a number, set in the middle of the page.
_CENTRED_CAPTION = re.compile(
    r"^[ \u3000]{4,}(?!\S*  )[^\s，。；][^，。；]{4,28}表\s?(?:[（(][^（）()]*[)）])?\s*$"
)
_PROSE = re.compile(r"[；！？\t|｜]|。$|。.*。")
_NUMBERED = re.compile(r"\d+\.\d|\d{1,2}(?!\s*岁)[.、．]?\s*[\u4e00-\u9fff]{2,12}$")
_RULE = re.compile(r"[-:\s]+")
_TABBED_CELL = re.compile(r"\t[^\t]*$")
# A year, an age or a total is one cell, whatever spaces stand in it.
_YEAR_OR_PART = re.compile(
    r"(?:19|20)\d{2}\s+(?:年(?:度|[春秋]季?)?|届)|\d{2}(?:[-—–～~]\d{2})?\s+岁\S*|[合总小共]\s计|\S+"
)
_PART = re.compile(r"\S+(?:\s(?=[（(]))?")
# The ordinal of a row, with a name behind it.
_ORDINAL = re.compile(r"\s*(\d{1,2})\s+\S")
_FEWEST_CELLS = 8
_FEWEST_ROWS = 3
_LOOKED_AT = 40  # lines from which two columns are told from a table of contents
_LONGEST_HEAD = 16  # of several side by side
_LONGEST_CAPTION = 60
CELL_LENGTH = 30  # a cell of a page dump is short; a paragraph is not


def find_table(lines: Sequence[Line], i: int) -> tuple[Table | None, int]:
    """The table that opens at line `i` and the index of the line after it; (None, i) where none does."""
    for find in (_tabbed_cells, _separated_rows, _aligned_columns, _spaced_rows, _dumped_cells):
        table, after = find(lines, i)
        if table:
            return table, after
    return None, i


# ── rows with tabs or pipes ──────────────────────────────────────────────────────────────────────────────────────────


def _separator(line: Line) -> str | None:
    for mark in ("\t", "|", "｜"):
        if line.text.strip().count(mark) >= 2:
            return mark
    return None


def _two_columns(lines: Sequence[Line], i: int) -> str | None:
    """The mark of rows of two cells: three lines or more with one mark each; page numbers of a table of contents only
    grow.
    """
    for mark in ("\t", "|", "｜"):
        if mark not in lines[i].text:
            continue
        rows = []
        for line in lines[i : i + _LOOKED_AT]:
            name, found, value = line.text.strip().partition(mark)
            if not found or mark in value or not name.strip():
                break
            rows.append(value.strip())
        figures = [value for value in rows if is_figure(value)]
        if len(rows) < _FEWEST_ROWS or 2 * len(figures) < len(rows):
            continue
        pages = [int(value) for value in figures if value.isdigit() and len(value) < 4]
        if len(pages) < len(figures) or pages != sorted(pages):
            return mark
    return None


def _separated_rows(lines: Sequence[Line], i: int) -> tuple[Table | None, int]:
    mark = _separator(lines[i]) or _two_columns(lines, i)
    if mark is None:
        return None, i
    end = i
    while end < len(lines) and lines[end].text.count(mark) >= 1 and (lines[end].gap <= 1 or end == i):
        if end > i and CAPTION.match(lines[end].text):
            break
        end += 1
    framed = mark != "\t" and _are_framed(lines[i:end], mark)
    rows = [_cells_of(line, mark, framed=framed) for line in lines[i:end]]
    if mark != "\t":
        rows = [row for row in rows if not all(c is None or _RULE.fullmatch(c.text) for c in row)]
    if len(rows) < 2:
        return _on_one_line(lines, i, rows)
    if cells := _without_spans(rows):
        caption, name, after = _nearby_caption(lines, i, end)
        return Table(cells, caption, name, is_dump=True, start=lines[i].start), after
    dense = tuple(map(tuple, evened(rows)))
    caption, name, after = _nearby_caption(lines, i, end)
    return Table(_fill_merged(dense), caption, name, start=lines[i].start), after


def _without_spans(rows: Sequence[Sequence[Cell | None]]) -> tuple[tuple[Cell | None], ...]:
    """The cells of rows of which two or more are heads that are told one after the other, merged ones once: what spans what is
    lost, and it is a dump. Empty where heads stand over their columns.
    """
    filled = [_filled(row) for row in rows]
    body = next((r for r, row in enumerate(rows) if _is_data_row(row)), 0)
    heads, width = filled[:body], max(map(len, filled[body:]), default=0)
    if len(heads) < 2 or any(len(row) >= width or None in row for row in heads):
        return ()
    return tuple((cell,) for row in (*heads, *(row[:width] for row in rows[body:])) for cell in row)


def _filled(row: Sequence[Cell | None]) -> Sequence[Cell | None]:
    """A row without the empty cells at its end."""
    return row[: max((k + 1 for k, cell in enumerate(row) if cell is not None), default=0)]


def _on_one_line(
    lines: Sequence[Line], i: int, rows: Sequence[Sequence[Cell | None]]
) -> tuple[Table | None, int]:
    """A whole table on one line: where its rows end is lost, so it is a dump of cells."""
    cells = [cell for row in rows for cell in row if cell is not None]
    if len(cells) < _FEWEST_CELLS or not any(is_figure(cell.text) for cell in cells):
        return None, i
    caption, name, after = _nearby_caption(lines, i, i + 1)
    if own := CAPTION.match(cells[0].text):  # 表3 获奖统计 | 级别 | …
        caption, name, after, cells = cells[0].text, own["name"], i + 1, cells[1:]
    return Table(tuple((cell,) for cell in cells), caption, name, is_dump=True, start=lines[i].start), after


def _tabbed_cells(lines: Sequence[Line], i: int) -> tuple[Table | None, int]:
    """Cells on a line each behind a tab, an empty line after each row: what converters make of a Word table.

    Rows of one width are a grid; where merged cells make heads uneven, their spans are lost; where other rows, it is a dump.
    """
    end = i
    while end < len(lines) and _TABBED_CELL.match(lines[end].text.rstrip(" \r")):
        end += 1
    if sum(bool(line.text.strip()) for line in lines[i:end]) < _FEWEST_CELLS:
        return None, i
    rows: list[list[Cell | None]] = []
    for k, line in enumerate(lines[i:end]):
        if k == 0 or line.gap:
            rows.append([])
        rows[-1].append(_whole(line) if line.text.strip() else None)
    caption, name, after = _nearby_caption(lines, i, end)
    if len({len(row) for row in rows}) == 1:
        return Table(_fill_merged(tuple(map(tuple, rows))), caption, name, start=lines[i].start), after
    if _are_merged_down(rows):
        grid = _fill_merged(tuple(map(tuple, evened(rows, merged=True))))
        return Table(grid, caption, name, start=lines[i].start), after
    if below_wide := with_wide_names(rows):
        grid = _fill_merged(tuple(map(tuple, below_wide)))
        return Table(grid, caption, name, start=lines[i].start), after
    if known := below_pieces(rows):
        return replace(known, caption=caption, name=name, start=lines[i].start), after
    dump = tuple((cell,) for row in rows for cell in row)
    return Table(dump, caption, name, is_dump=True, start=lines[i].start), after


def _are_merged_down(rows: Sequence[Sequence[Cell | None]]) -> bool:
    """Whether all heads stand in one row over columns of which the first is merged down: the rows below it lack its cell."""
    width = max(map(len, rows))
    body = next((r for r, row in enumerate(rows) if _is_data_row(row)), len(rows))
    lacking = [row for row in rows[body:] if len(row) < width]
    whole = body == 1 and len(rows[0]) == width and None not in rows[0]
    return whole and len(lacking) < len(rows) - body and all(len(row) == width - 1 for row in lacking)


def _are_framed(lines: Sequence[Line], mark: str) -> bool:
    """Whether the outer marks of rows frame them; one row may also open with a mark as its first cell is empty."""
    rows = [line.text.strip() for line in lines]
    return 2 * sum(row.startswith(mark) and row.endswith(mark) for row in rows) > len(rows)


def _cells_of(line: Line, mark: str, *, framed: bool) -> list[Cell | None]:
    text, offset = line.text, line.start
    trimmed = text.strip()
    if framed and trimmed.startswith(mark):
        offset += text.find(trimmed) + 1
        text = trimmed[1:].removesuffix(mark)
    cells: list[Cell | None] = []
    for part in text.split(mark):
        stripped = part.strip()
        start = offset + (part.find(stripped) if stripped else 0)
        cells.append(Cell(stripped, start, start + len(stripped)) if stripped else None)
        offset += len(part) + 1
    return cells


def _fill_merged(rows: tuple[tuple[Cell | None, ...], ...]) -> tuple[tuple[Cell | None, ...], ...]:
    """Give merged cells back their extent: heads reach right over empty places, row names reach down.

    Only heads (rows above the first row with a number that is no year) reach right, and only over places whose
    next row is not empty there; only columns of words reach down.
    """
    body = next((r for r, row in enumerate(rows) if _is_data_row(row)), len(rows))
    body -= 1 < body < len(rows) and _is_name_of_rows(rows[body - 1], rows[body])
    grid = [list(row) for row in rows]
    for r in range(body):
        for c in range(1, len(grid[r])):
            below = any(grid[b][c] is not None for b in range(r + 1, body))
            if grid[r][c] is None and grid[r][c - 1] is not None and below:
                grid[r][c] = grid[r][c - 1]
    for r in range(1, body):
        for c in range(len(grid[r])):
            if grid[r][c] is None:
                grid[r][c] = grid[r - 1][c]
    for c in range(len(grid[0]) if grid else 0):
        column = [grid[r][c] for r in range(body, len(grid))]
        words = [cell for cell in column if cell is not None]
        later = any(
            grid[r][k] is not None for r in range(body, len(grid)) for k in range(c + 1, len(grid[0]))
        )
        if not later or not words or not all(_names(cell) for cell in words):
            break
        for r in range(body + 1, len(grid)):
            reaches = any(cell is not None and _names(cell) for cell in grid[r][c + 1 :])
            goes_on = all(rows[r][k] is None for k in range(c))  # a name left of it opens a group of its own
            if grid[r][c] is None and reaches and goes_on:
                grid[r][c] = grid[r - 1][c]
    told_below = {
        r for r in range(body, len(grid) - 1) if not any(rows[r][1:]) and grid[r + 1][0] is rows[r][0]
    }
    return tuple(tuple(row) for r, row in enumerate(grid) if r not in told_below)


def _is_name_of_rows(row: Sequence[Cell | None], below: Sequence[Cell | None]) -> bool:
    """Whether a row is no more than the name of those below it, which leave its place empty: 2023年 over 中级工 and 高级工."""
    return row[0] is not None and below[0] is None and not any(row[1:])


def _names(cell: Cell) -> bool:
    """Whether a cell can name a row: words, or a year."""
    return not is_figure(cell.text) or is_year(cell.text)


def _is_data_row(row: Sequence[Cell | None]) -> bool:
    """A row with a number that is no year: the first one ends the head."""
    return any(c and is_figure(c.text) and not re.fullmatch(r"(?:19|20)\d{2}", narrow(c.text)) for c in row)


# ── columns kept by spaces (PDF text with its layout) ───────────────────────────────────────────────────────────────


def _aligned_columns(lines: Sequence[Line], i: int) -> tuple[Table | None, int]:
    captioned = is_caption(lines[i])
    if i + captioned >= len(lines) or _TABBED_CELL.match(lines[i + captioned].text):
        return None, i  # 指   标 may stand in a cell behind a tab
    grid, end = aligned_grid(lines, i + captioned, captioned=captioned, opens=is_caption)
    if grid is None:
        return None, i
    above = lines[i].text.strip() if captioned else ""
    table = Table(grid, above, _caption_name(above), start=lines[i].start)
    if _is_unclear(grid) and (lined := lined_table([_parts_of(line) for line in lines[i + captioned : end]])):
        table = replace(table, rows=lined.rows, pieces=lined.pieces, names=lined.names)
    return table, end


def _is_unclear(rows: Sequence[Sequence[Cell | None]]) -> bool:
    """Whether columns of a grid have the same heads, and so were not told apart by where these stand, or all of its rows the
    same name.
    """
    body = next((r for r, row in enumerate(rows) if _is_data_row(row)), 0)
    paths = [tuple(id(row[c]) for row in rows[:body]) for c in range(len(rows[0]))]
    named = {tuple(id(cell) for cell in row if cell and not is_figure(cell.text)) for row in rows[body:]}
    return len(set(paths)) < len(paths) or (len(named) == 1 < len(rows) - body and named != {()})


# ── rows with spaces under a caption (PDF text) ──────────────────────────────────────────────────────────────────────


def _spaced_rows(lines: Sequence[Line], i: int) -> tuple[Table | None, int]:
    match = CAPTION.match(lines[i].text)
    if not match or len(lines[i].text) > 60 or i + 2 >= len(lines) or _separator(lines[i + 1]):
        return None, i
    head = _spaced_cells(lines[i + 1])
    if len(head) < 2:
        return None, i
    rows, end = [head], i + 2
    while end < len(lines) and len(_spaced_cells(lines[end])) == len(head) and len(lines[end].text) < 120:
        rows.append(_spaced_cells(lines[end]))
        end += 1
    if len(rows) < 3 or not any(_is_data_row(row) for row in rows[1:]):
        return None, i
    if end < len(lines) and is_figure(lines[end].text):  # cells in blocks, of which some have as many words
        return None, i
    dense = tuple(tuple(row) for row in rows)
    return Table(dense, lines[i].text.strip(), match["name"], start=lines[i].start), end


def _spaced_cells(line: Line) -> list[Cell]:
    return [Cell(m.group(), line.start + m.start(), line.start + m.end()) for m in _PART.finditer(line.text)]


# ── one cell a line (page dumps) ─────────────────────────────────────────────────────────────────────────────────────


def _dumped_cells(lines: Sequence[Line], i: int) -> tuple[Table | None, int]:
    """A run of lines of cells with enough numbers in it; a caption may open it, or stand right above.

    A line is one cell; below a caption it is several where numbers stand in it between spaces (a row in PDF text).
    """
    start = i + is_caption(lines[i])
    if start < len(lines) and lines[start].text.startswith("\t"):
        return None, i  # rows of a converted Word file, which the caption does not belong to
    captioned = start > 0 and is_caption(lines[start - 1])
    end = start
    while end < len(lines) and _is_cell(lines[end]) and not is_caption(lines[end]):
        if _is_section(lines, end, captioned=captioned) and not (
            captioned and _is_next_ordinal(lines[start : end + 1])
        ):
            break
        end += 1
    above = lines[start - 1].text.strip() if captioned else ""
    last = end
    while last > start and HEADING.match(lines[last - 1].text) and not re.search(r"\d", lines[last - 1].text):
        last -= 1
    if captioned:
        found = lined_table([_parts_of(line) for line in lines[start:last]]) or in_order(
            lines[start:last], above
        )
        if found:
            return replace(found, caption=above, name=_caption_name(above), start=lines[i].start), last
    elif end - start < _FEWEST_CELLS:
        return None, i
    rows: list[tuple[Cell | None]] = []
    for line in lines[start:last]:
        rows += [(None,)] * (line.empty if rows else 0)
        rows += [(cell,) for cell in (_cells_in(line) if captioned else [_whole(line)])]
    cells = [cell for (cell,) in rows if cell is not None]
    if len(cells) < _FEWEST_CELLS or sum(is_figure(cell.text) for cell in cells) < max(4, len(cells) // 3):
        return None, i
    dump = tuple(rows)
    return Table(dump, above, _caption_name(above), is_dump=True, start=lines[i].start), last


def _cells_in(line: Line) -> list[Cell]:
    """The cells of a line: its parts between spaces where one of them is a number or year, else the whole line."""
    if len(line.text.split()) == 1:
        return [_whole(line)]
    parts = list(_YEAR_OR_PART.finditer(line.text))
    if not any(is_figure(part.group()) or is_year(part.group()) for part in parts):
        return [_whole(line)]
    return _parts_of(line)


def _parts_of(line: Line) -> list[Cell]:
    """The parts of a line between spaces."""
    return [
        Cell(m.group(), line.start + m.start(), line.start + m.end())
        for m in _YEAR_OR_PART.finditer(line.text)
    ]


def _whole(line: Line) -> Cell:
    text = line.text.strip()
    start = line.start + line.text.find(text)
    return Cell(text, start, start + len(text))


def _caption_name(caption: str) -> str:
    match = CAPTION.match(caption)
    if match:
        return match["name"]
    bare = _BARE_CAPTION.match(caption)
    return "表" + bare["name"] if bare else ""


def is_caption(line: Line) -> bool:
    """Whether a line says which table follows."""
    opens = CAPTION.match(line.text) or _BARE_CAPTION.match(line.text) or _CENTRED_CAPTION.match(line.text)
    return opens is not None and len(" ".join(line.text.split())) < _LONGEST_CAPTION


def _is_cell(line: Line) -> bool:
    """A line that can be cells: no sentence, nothing that opens a case study, no part of it long."""
    text = line.text.strip()
    if _PROSE.search(text) or CASE.match(text) or ("，" in text and len(text) > CELL_LENGTH):
        return False
    if len(text) <= CELL_LENGTH or all(len(cell.text) <= CELL_LENGTH for cell in _cells_in(line)):
        return True
    heads = text.split()
    if len(heads) > 2 and "，" not in text and all(len(head) <= _LONGEST_HEAD for head in heads):
        return True  # 培养层次 招生数（人） 在校生数（人） 占比（%）
    return len(heads) > 1 and all(MEASURED.search(head) and len(head) <= CELL_LENGTH for head in heads)


def _is_section(lines: Sequence[Line], i: int, *, captioned: bool) -> bool:
    """Whether a line is a numbered heading.

    Below a caption, one with a figure right below it names a row (3年制 · 2023, 2.专任教师 · 96); elsewhere that is a table
    of contents.
    """
    text = lines[i].text.strip()
    if not (HEADING.match(text) and _NUMBERED.match(text)):
        return False
    return not (captioned and i + 1 < len(lines) and is_figure(lines[i + 1].text))


def _is_next_ordinal(lines: Sequence[Line]) -> bool:
    """Whether the last line opens with the ordinal behind that of a row above: 3 生均校舍建筑面, which the page broke."""
    opens = _ORDINAL.match(lines[-1].text)
    if opens is None:
        return False
    above = re.compile(rf"\s*{int(opens[1]) - 1}\s+\S")
    return any(above.match(line.text) for line in lines[:-1])


# ── captions ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _nearby_caption(lines: Sequence[Line], start: int, end: int) -> tuple[str, str, int]:
    """The caption above a table, else the one right below it; and the index after table and caption."""
    for k, after in ((start - 1, end), (end, end + 1)):
        if 0 <= k < len(lines) and len(lines[k].text) < 80:
            match = CAPTION.match(lines[k].text)
            if match:
                return lines[k].text.strip(), match["name"], after
    above = lines[start - 1].text.strip() if start else ""
    return (above if 4 < len(above) < 60 and not above.endswith("。") else ""), "", end
