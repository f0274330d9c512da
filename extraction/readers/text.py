"""Plain text: the landed text is the file itself, decoded, with line ends as one newline."""

from __future__ import annotations

from bs4.dammit import EncodingDetector

from extraction.blocks import Reading
from extraction.readers.errors import Rejected

# Chinese government sites: UTF-8, old pages GBK and its superset; UTF-16 mostly with a byte order mark.
_ENCODINGS = ("utf-8", "gb18030")
_OTHER_SIDE = 0.3
_STRAY = 0.01
"""Broken bytes and NULs that a text may hold: files glued together, cut in a character, or copied from Word."""


def read(data: bytes) -> Reading:
    """Decode a text file. Rejects an empty file and bytes that are no text in any known encoding."""
    text = decode(data)
    if not text.strip():
        raise Rejected("empty file: nothing but white space in it")
    return Reading(landed_text=text)


def decode(data: bytes) -> str:
    """Text of the bytes: a byte order mark decides, then UTF-8, then GB18030; line ends become one newline.

    Where no encoding fits wholly, the one that loses least is taken, if that is little; a NUL becomes a space.
    """
    stripped, marked = EncodingDetector.strip_byte_order_mark(data)
    for encoding in (marked,) if marked else (*_utf16(stripped), *_ENCODINGS):
        try:
            return _cleaned(stripped.decode(encoding), "\0")
        except UnicodeDecodeError:
            continue
    readings = [stripped.decode(encoding, "replace") for encoding in ([marked] if marked else _ENCODINGS)]
    return _cleaned(min(readings, key=lambda text: text.count("\ufffd")), "\0\ufffd")


def _utf16(data: bytes) -> tuple[str, ...]:
    """Without a mark, digits and line ends show it: each has a zero byte, nearly all of them on the same side.

    On the other side stand those of a few characters: 一 is 4E 00, 开 is 5F 00.
    """
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if max(even, odd) <= _STRAY * len(data) or min(even, odd) > _OTHER_SIDE * max(even, odd):
        return ()
    return ("utf-16-le",) if odd > even else ("utf-16-be",)


def _cleaned(text: str, broken: str) -> str:
    if sum(map(text.count, broken)) > _STRAY * len(text):
        raise Rejected("not a text: neither UTF-8, GB18030 nor UTF-16")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ")
