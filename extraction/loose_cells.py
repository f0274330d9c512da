"""Tables in the reading order of a PDF (`pdftotext` without its layout), put back into the order of a page dump.

The text comes in blocks between blank lines. A block is a rectangle of the page: one cell with its lines, a name broken
around the number beside it, several cells of a row, or several rows of some columns. Blocks come from left to right for the
rows of the left one; what stands apart at the left (a head in the middle of two rows, a merged name) may come later.

What is firm is the number of values in a row: with the right one the rows are alike and fill up. The cells then are told as
a page dump tells them, heads first, then row by row, and `dumps.py` finds their grid. Where rows or names remain that fit
nowhere, or the rows do not add up to their total, only the values are kept: they belong to no words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from extraction.blocks import TOTAL, Cell, Line
from extraction.numbers import find_numbers, is_year
from extraction.spread_cells import Token, is_name, is_school, tokens_of, whole
from extraction.vocabulary import squeeze, vocabulary

Grid = tuple[tuple[Cell | None, ...], ...]

_WIDEST = 16
_HEADS_A_COLUMN = 1.45
_FEWEST_BLOCKS, _LINES_A_BLOCK = 4, 4
_BRACKET = re.compile(r"[（(][^（）()]*[)）]|年度?|[）)]|[%％][)）]")
_HEAD = re.compile(r"^年[度份]?$|^序号$|名称$|^学校$")
_SECTION = re.compile(r"[一二三四五六七八九十]+、|第[一二三四五六七八九十]+[章节部篇]")
_MEASURED = re.compile(r"[（(][^（）()]{1,6}[)）]$")
_ALIKE, _SURELY_ALIKE = 0.6, 0.8


@dataclass(slots=True)
class _Row:
    """The cells of a row as they come: `names` before its first value, `cells` from there on with a letter each for its kind:
    n number, w words.
    """

    names: list[Cell]
    cells: list[Cell] = field(default_factory=list)
    kinds: str = ""
    values: int = 0

    @property
    def numbers(self) -> list[int]:
        """The places of its numbers."""
        return [k for k, kind in enumerate(self.kinds) if kind == "n"]

    @property
    def pattern(self) -> str:
        return "w" * len(self.names) + self.kinds

    def add(self, cells: Sequence[Cell], kind: str) -> None:
        self.cells += cells
        self.kinds += kind * len(cells)
        self.values += len(cells) * (kind == "n")


@dataclass
class _Read:
    """What is made of the blocks: rows, words that are heads left and right of those above, and words that fit nowhere."""

    rows: list[_Row] = field(default_factory=list)
    open: list[_Row] = field(default_factory=list)
    left: list[Cell] = field(default_factory=list)
    right: list[Cell] = field(default_factory=list)
    loose: list[list[Cell]] = field(default_factory=list)

    @property
    def alike(self) -> float:
        """The share of rows that look like most with a name; one without, for which a name may be found, counts half."""
        named = Counter(row.pattern for row in self.rows if "w" in row.pattern)
        usual, count = max(named.items(), key=lambda item: item[1], default=("", 0))
        nameless = sum(row.pattern == usual.lstrip("w") for row in self.rows)
        return (count + nameless / 2) / len(self.rows)


@dataclass(frozen=True)
class _Block:
    """Lines between blank ones: the values of each line that has some, the words that name it, and the words after."""

    values: tuple[tuple[Cell, ...], ...]
    names: tuple[tuple[Cell, ...], ...]
    words: tuple[Cell, ...]

    def holds_first_values(self, apart: int) -> bool:
        """Whether its lines can be the first values, so many, of rows whose others were told before their names."""
        return any(self.names) and all(len(values) == apart for values in self.values)

    @cached_property
    def most(self) -> int:
        """How many values its longest line has."""
        return max(map(len, self.values))

    @cached_property
    def heads(self) -> list[Cell]:
        return [cell for cell in self.words if _is_head(cell.text)]

    @cached_property
    def others(self) -> list[Cell]:
        return [c for c in self.words if not _is_head(c.text) and not _SECTION.match(c.text)]


def in_order(lines: Sequence[Line]) -> tuple[Grid, bool] | None:
    """The table that blocks of lines form, and whether only its order is known: a dump.

    None where the lines are not blocks, or no row length fits.
    """
    if any("\t" in line.text for line in lines):  # cells behind tabs, of a converted Word file
        return None
    parted = list(_parts(lines))
    if len(parted) < max(_FEWEST_BLOCKS, len(lines) / _LINES_A_BLOCK) or not _may_hold_several(parted):
        return None
    parts = [[tokens_of(line, k) for k, line in part] for part in parted]
    if not _hold_several(parts):
        return None
    blocks = [_block(part) for part in parts]
    first = next((k for k, block in enumerate(blocks) if block.values), None)
    if first is None:
        return None
    # Where no row length fits, a count may look like a year.
    read = _best(blocks[first:]) or _best([_block(part, years=True) for part in parts[first:]])
    if read is None:
        return None
    heads = [cell for block in blocks[:first] for cell in block.words]
    if not (_name(read, heads) and _add_up(read.rows)):
        return tuple((row.cells[k],) for row in read.rows for k in row.numbers), True
    heads = _years_in_turn([*read.left, *heads, *read.right])
    if grid := _simple_grid(heads, read.rows):
        return grid, False
    if len(heads) > _HEADS_A_COLUMN * len(read.rows[0].pattern):  # three rows of heads, their order lost
        return tuple((row.cells[k],) for row in read.rows for k in row.numbers), True
    ordinals = [row.cells[0].text.strip() for row in read.rows if row.cells]
    opens = int(ordinals == [str(n + 1) for n in range(len(read.rows))])  # the ordinal stands before the name
    dump = [*heads]
    for row in read.rows:
        dump += (*row.cells[:opens], *row.names, *row.cells[opens:])
    return tuple((cell,) for cell in dump), True


def _may_hold_several(parts: Sequence[Sequence[tuple[int, Line]]]) -> bool:
    """Whether it is worth to look for words and numbers in the parts: in most page dumps each is one."""
    return sum(len(part) > 1 or len(part[0][1].text.split()) > 1 for part in parts) > 1


def _hold_several(parts: Sequence[Sequence[Sequence[Token]]]) -> bool:
    """Whether some of the parts down to the last value hold several words or numbers: in a page dump each is a cell."""
    last = max(
        (k for k, part in enumerate(parts) if any(t.is_value for line in part for t in line)), default=0
    )
    return sum(sum(map(len, part)) > 1 for part in parts[: last + 1]) > 1


# ── blocks ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _parts(lines: Sequence[Line]) -> Iterator[list[tuple[int, Line]]]:
    """The lines with their numbers, cut where one is blank or a page ends."""
    part: list[tuple[int, Line]] = []
    for k, line in enumerate(lines):
        if part and (line.gap or line.text.startswith("\f")):
            yield part
            part = []
        part.append((k, line))
    yield part


def _block(lines: Sequence[Sequence[Token]], *, years: bool = False) -> _Block:
    """A block's lines by what they hold; `years` counts bare years among the values."""

    def is_value(token: Token) -> bool:
        return token.is_value or (years and token.cell.text.isdigit())

    rows = [k for k, line in enumerate(lines) if any(map(is_value, line))]
    if not rows:
        return _Block((), (), tuple(_heads(lines)))
    values = tuple(tuple(t.cell for t in lines[k] if is_value(t)) for k in rows)
    words = [[t for t in line if not is_value(t)] for line in lines]
    if len(rows) == 1:
        names, after = _names([[t.cell for t in line] for line in words], rows[0])
        return _Block(values, (tuple(names),), tuple(after))
    beside: list[list[Cell]] = [[] for _ in rows]
    for name in _joined([t for line in words for t in line]):
        middle = (name[0].line + name[-1].line) / 2
        near = min(range(len(rows)), key=lambda k: abs(rows[k] + lines[0][0].line - middle))
        beside[near].append(whole([token.cell for token in name]))
    return _Block(values, tuple(map(tuple, beside)), ())


def _joined(tokens: Sequence[Token]) -> list[list[Token]]:
    """Words as names: one that makes a word above whole goes on with it."""
    names: list[list[Token]] = []
    for token in tokens:
        open_ = (name for name in names if name[-1].line < token.line)
        goes_on = next((n for n in open_ if _is_whole([*(t.cell for t in n), token.cell])), None)
        if goes_on is None:
            names.append([token])
        else:
            goes_on.append(token)
    return names


def _names(words: Sequence[Sequence[Cell]], row: int) -> tuple[list[Cell], list[Cell]]:
    """The names of one row, broken around its values, and words below that are whole without them: the next row's.

    Each further line goes on with the name that it makes whole.
    """
    most = max(map(len, words))
    if most <= 1:
        names: list[list[Cell]] = []
        for line in words:
            for cell in line:
                if names and not _stands_alone(whole(names[-1]).text, cell.text):
                    names[-1].append(cell)
                else:
                    names.append([cell])
        last = sum(bool(line) for line in words[: row + 1])
        cells = [whole(name) for name in names]
        return (cells[:1], cells[1:]) if last == 1 and len(cells) > 1 else (cells, [])
    at = next(k for k, line in enumerate(words) if len(line) == most)
    names = [[cell] for cell in words[at]]
    for line in (line for k, line in enumerate(words) if k != at):
        for n, cell in enumerate(line):
            best = [k for k, name in enumerate(names) if _is_whole([*name, cell])]
            names[best[0] if best else min(n, most - 1)].append(cell)
    return [whole(name) for name in names], []


def _is_whole(parts: Sequence[Cell]) -> bool:
    text = whole(parts).text
    return is_name(text) or is_school(text)


def _heads(lines: Sequence[Sequence[Token]]) -> list[Cell]:
    """The words of a block: a row of heads with their second lines below, or one below the other."""
    words = [[t.cell for t in line] for line in lines]
    tails = [cell for line in words[1:] for cell in line]
    count = len(words[0])
    if count > 1 and tails and len(tails) % count == 0 and all(_BRACKET.fullmatch(c.text) for c in tails):
        return [whole([cell, *tails[k::count]]) for k, cell in enumerate(words[0])]
    if count > 1 and len(words) > 1:
        return [whole([t.cell for t in name]) for name in _joined([t for line in lines for t in line])]
    return _stacked(words)


def _stacked(lines: Sequence[Sequence[Cell]]) -> list[Cell]:
    heads: list[list[Cell]] = []
    for cell, alone in ((cell, len(line) == 1) for line in lines for cell in line):
        whole_with = next((head for head in heads if alone and is_name(whole([*head, cell]).text)), None)
        if heads and _BRACKET.fullmatch(cell.text):
            bare = [head for head in heads if not _MEASURED.search(whole(head).text)]
            fitting = [head for head in bare if _takes(whole(head).text, cell.text)]
            (fitting or bare or heads)[-1].append(cell)
        elif whole_with is not None:
            whole_with.append(cell)
        elif heads and alone and not _stands_alone(whole(heads[-1]).text, cell.text):
            heads[-1].append(cell)
        else:
            heads.append([cell])
    return [whole(head) for head in heads]


def _takes(head: str, bracket: str) -> bool:
    """Whether a head can have this unit: 生师比 is no percentage."""
    metrics = [code for kind, code in vocabulary().terms.get(squeeze(head), ()) if kind == "metric"]
    unit = vocabulary().units_of_columns.get(bracket.strip("（）()"))
    if unit is None or not metrics:
        return True
    is_percent = unit.canonical == "percent"
    return any(
        (vocabulary().metrics[code].unit == "percent") == is_percent
        or (is_percent and code in vocabulary().share_of)
        for code in metrics
    )


def _stands_alone(above: str, text: str) -> bool:
    """Whether a word below another one is a cell of its own: both are whole, and together they are nothing."""
    if is_name(above + text) or (is_school(above + text) and not is_school(above)):
        return False
    return (
        is_name(above)
        or is_school(above)
        or is_name(text)
        or bool(_HEAD.search(above) or TOTAL.match(text) or _MEASURED.search(above) or _SECTION.match(text))
    )


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _best(blocks: Sequence[_Block]) -> _Read | None:
    """The way to cut the blocks into rows in which most rows are alike; of equals, that with the shortest rows.

    A total may lack the ordinal of the other rows.
    """
    total = sum(len(line) for block in blocks for line in block.values)
    widest = max(block.most for block in blocks if block.values)
    widths = [w for w in range(widest, min(_WIDEST, total // 2) + 1) if total % w in (0, w - 1)]
    best: _Read | None = None
    for apart in (0, *(k for k in (1, 2) if any(block.holds_first_values(k) for block in blocks))):
        for width in widths:
            read = _filled(blocks, width, apart) if apart < width else None
            if read is not None and (best is None or read.alike > best.alike + 0.005):
                best = read
        if best is not None and best.alike > _SURELY_ALIKE:
            break
    return best if best is not None and best.alike >= _ALIKE else None


def _filled(blocks: Sequence[_Block], width: int, apart: int) -> _Read | None:
    """Rows of so many values; None where a block does not fit.

    The first values of a row, `apart` of them, may come later with its name: they stand nearer to it.
    """
    read = _Read()
    waiting: list[list[Cell]] = []
    short: list[_Row] = []
    for n, block in enumerate(blocks):
        if block.values:
            if short and block.holds_first_values(apart) and not _goes_on(blocks[n + 1 : n + 2]):
                for values, names in zip(block.values, block.names, strict=True):
                    if not short:
                        return None
                    row = short.pop(0)
                    row.names, row.cells, row.kinds = list(names), [*values, *row.cells], "n" * width
                    row.values = width
            elif not _take(read, block, waiting, short, width, apart):
                return None
            else:
                waiting = []
        read.open = [
            row for row in read.open if row.values < width and not (short and any(row is s for s in short))
        ]
        (read.right if read.open else read.left).extend(block.heads)
        if block.others:
            waiting.append(block.others)
    if waiting and read.rows and read.rows[-1].kinds + "w" * len(waiting[0]) == read.rows[0].kinds:
        read.rows[-1].add(waiting.pop(0), "w")  # words behind the last number
    read.loose += waiting
    if short or not all(row.values == width or _may_be_short(row, read, width) for row in read.rows):
        return None
    return read if len(read.rows) > 1 else None


def _goes_on(following: Sequence[_Block]) -> bool:
    """Whether what follows are values without names: more of the same rows."""
    return any(block.values and not any(block.names) for block in following)


def _take(
    read: _Read, block: _Block, waiting: list[list[Cell]], short: list[_Row], width: int, apart: int
) -> bool:
    """Take the values of a block into the open rows, or into new ones; False where they do not fit."""
    words = [cell for pack in waiting for cell in pack] if waiting else []
    open_, most = read.open, block.most
    room = width - max([row.values for row in open_], default=width)
    begins = not open_ and _is_next_ordinal(read.rows, block)
    if open_ and most <= room and len(block.values) in (1, len(open_)):
        if len(open_) > 1:
            read.right += words
        elif not open_[0].names:
            open_[0].add(words, "w")
        else:
            read.loose += waiting
    elif (not open_ or waiting or any(block.names)) and most <= width:
        open_ = [_Row([]) for _ in block.values]
        if begins:
            read.rows[-1].add(words, "w")
        else:
            open_[0].names += words
        read.rows += open_
        read.open = [*read.open, *open_]
    else:
        return False
    for row, values, names in zip(open_, block.values, block.names, strict=False):
        if row.values and len(open_) > 1:
            read.right += names
        elif row.values:
            row.add(names, "w")
        else:
            row.names += names
        row.add(values, "n")
        if apart and not row.names and row.values == width - apart:
            short.append(row)
    return True


def _is_next_ordinal(rows: Sequence[_Row], block: _Block) -> bool:
    """1 … 2 …: what was told before it belongs to the row above."""
    return (
        bool(rows)
        and rows[0].cells[:1] != []
        and (rows[0].cells[0].text == "1" and block.values[0][0].text == str(len(rows) + 1))
    )


def _may_be_short(row: _Row, read: _Read, width: int) -> bool:
    """A total has no ordinal."""
    return row.values == width - 1 and row is read.rows[-1] and read.rows[0].cells[0].text == "1"


def _is_head(text: str) -> bool:
    squeezed = squeeze(text)
    return squeezed in vocabulary().dimension_of_header or bool(_HEAD.search(squeezed))


# ── names ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _name(read: _Read, heads: list[Cell]) -> bool:
    """Give names to rows and groups of rows without one, in order: the last of the heads, then the loose words.

    False where rows stay without, or words are left over.
    """
    rows = read.rows
    named = [row for row in rows if "w" in row.pattern]
    if not any(_MEASURED.search(cell.text) for row in named for cell in row.names):
        for pack in read.loose:  # 毕业生人数（人）
            read.left += [cell for cell in pack if _MEASURED.search(cell.text)]
        packs = [[cell for cell in pack if not _MEASURED.search(cell.text)] for pack in read.loose]
        read.loose = [pack for pack in packs if pack]
    usual = Counter(len(row.names) for row in named).most_common(1)[0][0] if named else 0
    for above, row in pairwise(rows):
        if not row.names and len(above.names) > max(1, usual):
            row.names = [above.names.pop()]
    nameless = [row for row in rows if "w" not in row.pattern]
    if 0 < len(rows[0].names) < usual:
        lacking = _last_words(heads, measured=False, dated=False)[len(rows[0].names) - usual :]
        rows[0].names[:0] = lacking
        del heads[len(heads) - len(lacking) :]
    if nameless:
        measured = any(_MEASURED.search(row.names[-1].text) for row in named if row.names)
        dated = any(is_year(row.names[-1].text) for row in named if row.names)
        tail = _last_words(heads, measured=measured, dated=dated) if nameless[0] is rows[0] else []
        inner = Counter(row.names[-1].text for row in rows if row.names)
        loose = [names for pack in read.loose for names in _packs(pack)]
        likely = (
            [n for n in loose if inner[n[-1].text]] or [n for n in loose if TOTAL.match(n[-1].text)] or loose
        )
        for given in (likely, loose):
            for count in range(len(tail), -1, -1):
                found = [*_packs(tail[len(tail) - count :]), *given]
                if len(found) == len(nameless) and bool(count) == bool(tail):
                    for row, names in zip(nameless, found, strict=True):
                        row.names = names
                    del heads[len(heads) - count :]
                    read.loose = [names for names in loose if not any(names is g for g in given)]
                    return _name_groups(read)
    return not nameless and _name_groups(read)


def _fill_gaps(read: _Read) -> None:
    """Give the loose words to rows that lack one of the words that most rows have, in order."""
    usual = Counter(row.kinds for row in read.rows).most_common(1)[0][0]
    gaps = [(k, usual[:k] + usual[k + 1 :]) for k, kind in enumerate(usual) if kind == "w"]
    short = [row for row in read.rows if any(row.kinds == kinds for _, kinds in gaps)]
    # Of several words side by side the last is missing: it is the one that stands apart.
    at = max((k for k, kinds in gaps if short and kinds == short[0].kinds), default=None)
    if at is None or len(short) != len(read.loose) or any(len(pack) > 1 for pack in read.loose):
        return
    for row, pack in zip(short, read.loose, strict=True):
        row.cells[at:at], row.kinds = pack, usual
    read.loose = []


def _last_words(heads: Sequence[Cell], *, measured: bool, dated: bool) -> list[Cell]:
    """The words behind the last that is surely a head; where names of rows have units, or are years, those are none."""

    def is_head(text: str) -> bool:
        return (
            _is_head(text)
            or (not dated and is_year(text))
            or (not measured and _MEASURED.search(text) is not None)
        )

    last = max((k for k, cell in enumerate(heads) if is_head(cell.text)), default=-1)
    return list(heads[last + 1 :])


def _packs(words: Sequence[Cell]) -> list[list[Cell]]:
    """Words as names of rows: that of a group goes with the one behind it."""
    packs: list[list[Cell]] = []
    for cell in words:
        if packs and _is_outer(packs[-1][-1].text) and not is_school(cell.text):
            packs[-1].append(cell)
        else:
            packs.append([cell])
    return packs


def _is_outer(text: str) -> bool:
    return squeeze(text) in vocabulary().categories or is_school(text)


def _name_groups(read: _Read) -> bool:
    """Where the same names repeat, each round of them is a group whose own name stands in one of its rows, or is loose."""
    if read.loose:
        _fill_gaps(read)
    first = read.rows[0].names[-1].text if read.rows[0].names else ""
    starts = [k for k, row in enumerate(read.rows) if row.names and row.names[-1].text == first]
    if not first or len(starts) < 2:
        return not read.loose
    groups = [read.rows[a:b] for a, b in pairwise([*starts, len(read.rows)])]
    for group in groups:
        outer = [name for row in group for name in row.names[:-1]]
        if not outer and read.loose:
            outer = read.loose.pop(0)
        for row in group:
            row.names = row.names[-1:]
        group[0].names = [*outer, *group[0].names]
    return not read.loose and len({len(group[0].names) for group in groups}) == 1


# ── grid ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _simple_grid(heads: Sequence[Cell], rows: Sequence[_Row]) -> Grid | None:
    """The grid under one row of heads, or two of which the lower are years; None where the heads are other ones."""
    depth = max(len(row.names) for row in rows)
    width = max(len(row.cells) for row in rows)
    others = [cell for cell in heads if not is_year(cell.text)]
    stub = [cell for cell in others if _is_head(cell.text)][:depth]
    columns = [cell for cell in heads if not any(cell is s for s in stub)]
    if len(stub) < depth:
        stub = [*stub, *columns[: max(0, len(columns) - width)]]
        columns = columns[max(0, len(columns) - width) :]
    if len(stub) != depth:
        return None
    if len(stub) > 1 and any(is_year(row.names[-1].text) for row in rows if row.names):
        stub.sort(key=lambda cell: cell.text.startswith("年"))
    top: list[tuple[Cell | None, ...]] = [(*stub, *columns)]
    if len(columns) != width:
        uppers, lower = columns[: len(columns) - width], columns[len(columns) - width :]
        each = width // len(uppers) if uppers else width
        if len(uppers) < 2 or each < 2 or not _is_repeated(lower, each):
            return None
        top = [(*stub, *(cell for cell in uppers for _ in range(each))), (*stub, *lower)]
    units = vocabulary().units_of_columns
    by_unit = depth > 1 and all(row.names[-1].text in units for row in rows if len(row.names) == depth)
    above: list[Cell] = []
    for row in rows:
        total = bool(row.names and TOTAL.match(row.names[-1].text))
        missing: list[Cell | None] = [None] * (depth - len(row.names))
        outer, behind = ([], missing) if by_unit else (missing, [])
        if not total and not by_unit and len(above) == depth:
            outer = list(above[: depth - len(row.names)])
        indent: list[Cell | None] = [None] * (width - len(row.cells))
        top.append((*outer, *row.names, *behind, *indent, *row.cells))
        above = [*above[: depth - len(row.names)], *row.names]
    return tuple(top) if len({len(row) for row in top}) == 1 else None


def _is_repeated(heads: Sequence[Cell], each: int) -> bool:
    """Whether the same texts stand there again and again: 一等奖 二等奖 一等奖 二等奖."""
    texts = [squeeze(cell.text) for cell in heads]
    return texts == texts[:each] * (len(texts) // each)


# ── arithmetic ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _add_up(rows: Sequence[_Row]) -> bool:
    """Whether the rows above a total add up to it, after the values of one row are put in another order if need be.

    A single column that does not is the report's own mistake; where none does, the total is of something else.
    """
    at = next((k for k, row in enumerate(rows) if row.names and TOTAL.match(row.names[-1].text)), None)
    if at is None or at < 2:
        return True
    amounts = [[_amount(row.cells[k]) for k in row.numbers] for row in rows[: at + 1]]
    if len({len(values) for values in amounts}) > 1 or any(None in values for values in amounts):
        return True
    parts, total = amounts[:-1], amounts[-1]
    off = [c for c in range(len(total)) if sum(values[c] or 0 for values in parts) != total[c]]
    if len(off) < 2 or len(off) == len(total):
        return True
    for r, values in enumerate(parts):
        wanted = {c: (total[c] or 0) - sum((v[c] or 0) for k, v in enumerate(parts) if k != r) for c in off}
        if sorted(wanted.values()) == sorted(values[c] or 0 for c in off):
            places = rows[r].numbers
            left = [(values[c], rows[r].cells[places[c]]) for c in off]
            for c in off:
                found = next(pair for pair in left if pair[0] == wanted[c])
                left.remove(found)
                rows[r].cells[places[c]] = found[1]
            return True
    return False


def _amount(cell: Cell) -> Decimal | None:
    numbers = find_numbers(cell.text)
    return numbers[0].amount if numbers else None


def _years_in_turn(heads: Sequence[Cell]) -> list[Cell]:
    """Heads whose years are the same ones several times, with these in turn behind the others: 2023 2024 2023 2024."""
    years = [Cell(squeeze(cell.text), cell.start, cell.end) for cell in heads if is_year(cell.text)]
    counts = Counter(cell.text for cell in years)
    times = set(counts.values())
    if len(counts) < 2 or len(times) != 1 or times == {1}:
        return list(heads)
    by_year = {year: [cell for cell in years if cell.text == year] for year in sorted(counts)}
    turns = [cells[k] for k in range(times.pop()) for cells in by_year.values()]
    return [*(cell for cell in heads if not is_year(cell.text)), *turns]
