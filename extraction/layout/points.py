"""The points of a list, each a paragraph of its own, as one with the words that introduce them.

`2026年，我们打算：` and below it `①启动二期建设；` and `②招收新生1500人。`: that these are plans only the line above says, as
it does of what prizes are won at (`学生获奖110项，具体是：`, `——省赛：一等奖6项`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from extraction.blocks import Block, Paragraph

_INTRODUCES = re.compile(r"[:：]\s*$")
_POINT = re.compile(r"\s*(?:[①-⑳]|[—–]{1,2}(?!\d)|[•·●◆■▪]|[(（]\d{1,2}[)）]|[一二三四五六七八九十]是)")
_GOES_ON = re.compile(r"[;；，,、]\s*$")


def with_introductions(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, with the points of a list joined to the paragraph that introduces them, up to the first to end with a stop."""
    introduced: Paragraph | None = None
    for block in blocks:
        if introduced and isinstance(block, Paragraph) and _POINT.match(block.text):
            introduced = _joined(introduced, block)
            if not _GOES_ON.search(block.text):
                yield introduced
                introduced = None
            continue
        if introduced:
            yield introduced
            introduced = None
        if isinstance(block, Paragraph) and _INTRODUCES.search(block.text) and not block.is_heading:
            introduced = block
        else:
            yield block
    if introduced:
        yield introduced


def _joined(first: Paragraph, point: Paragraph) -> Paragraph:
    at = len(first.text)
    return Paragraph(
        first.text + point.text,
        (*first.segments, *((at + offset, landed) for offset, landed in point.segments)),
    )
