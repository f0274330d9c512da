"""The rows in the blocks of a PDF's text: with the right number of values the rows are alike and fill up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from extraction.blocks import Cell
from extraction.layout.loose_blocks import Block

_WIDEST = 16
_NAMELESS, _FOUND, _LEFT = 0.5, 0.4, 0.25
_MEASURED = 0.2
_ALIKE, _SURELY_ALIKE = 0.6, 0.8


@dataclass(slots=True)
class Row:
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
        """The kinds of all its cells, its names first."""
        return "w" * len(self.names) + self.kinds

    def add(self, cells: Sequence[Cell], kind: str) -> None:
        """Take more cells of one kind."""
        self.cells += cells
        self.kinds += kind * len(cells)
        self.values += len(cells) * (kind == "n")


@dataclass
class Read:
    """What is made of the blocks: rows, words that are heads left and right of those above, and words that fit nowhere."""

    rows: list[Row] = field(default_factory=list)
    open: list[Row] = field(default_factory=list)
    left: list[Cell] = field(default_factory=list)
    right: list[Cell] = field(default_factory=list)
    loose: list[list[Cell]] = field(default_factory=list)

    @property
    def alike(self) -> float:
        """The share of rows that look like most with a name. One without, for which a name may be found, counts half, or more
        where a word is left for it; words that are left for none count against.
        """
        named = Counter(row.pattern for row in self.rows if "w" in row.pattern)
        usual, count = max(named.items(), key=lambda item: item[1], default=("", 0))
        bare = usual.lstrip("w")
        more = [row.pattern for row in self.rows if len(row.pattern) > len(usual) > len(bare)]
        more = [pattern for pattern in more if pattern.lstrip("w") == bare]
        nameless = sum(row.pattern == bare for row in self.rows)
        loose = sum(map(len, self.loose))
        spare = loose + sum(len(pattern) - len(usual) for pattern in more)
        count += len(more)
        found = count + _NAMELESS * nameless + _FOUND * min(nameless, spare)
        return (found - _LEFT * max(0, loose - nameless)) / len(self.rows)


def best_read(blocks: Sequence[Block], measured: int = 0) -> Read | None:
    """The way to cut the blocks into rows in which most rows are alike; of equals, that with the shortest rows.

    Rows are likely to have as many values as there are heads with a unit above, `measured`. A total may lack the ordinal of
    the other rows.
    """
    total = sum(len(line) for block in blocks for line in block.values)
    widest = max(block.most for block in blocks if block.values)
    widths = [w for w in range(widest, min(_WIDEST, total // 2) + 1) if total % w in (0, w - 1)]
    best: Read | None = None
    most = 0.0
    for apart in (0, *(k for k in (1, 2) if any(block.holds_first_values(k) for block in blocks))):
        for width in widths:
            read = _filled(blocks, width, apart) if apart < width else None
            if read is None:
                continue
            likely = read.alike + _MEASURED * (width == measured > 1)
            if best is None or likely > most + 0.005:
                best, most = read, likely
        if best is not None and best.alike > _SURELY_ALIKE:
            break
    return best if best is not None and best.alike >= _ALIKE else None


def _filled(blocks: Sequence[Block], width: int, apart: int) -> Read | None:
    """Rows of so many values; None where a block does not fit.

    The first values of a row, `apart` of them, may come later with its name: they stand nearer to it.
    """
    read = Read()
    waiting: list[list[Cell]] = []
    short: list[Row] = []
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


def _goes_on(following: Sequence[Block]) -> bool:
    """Whether what follows are values without names: more of the same rows."""
    return any(block.values and not any(block.names) for block in following)


def _take(
    read: Read, block: Block, waiting: list[list[Cell]], short: list[Row], width: int, apart: int
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
        open_ = [Row([]) for _ in block.values]
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


def _is_next_ordinal(rows: Sequence[Row], block: Block) -> bool:
    """1 … 2 …: what was told before it belongs to the row above."""
    return (
        bool(rows)
        and rows[0].cells[:1] != []
        and (rows[0].cells[0].text == "1" and block.values[0][0].text == str(len(rows) + 1))
    )


def _may_be_short(row: Row, read: Read, width: int) -> bool:
    """A total has no ordinal."""
    return row.values == width - 1 and row is read.rows[-1] and read.rows[0].cells[0].text == "1"
