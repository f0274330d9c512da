"""Plain text: the landed text is the file itself, decoded, with line ends as one newline."""

from __future__ import annotations

from bs4.dammit import EncodingDetector

from extraction.blocks import Reading
from extraction.readers.errors import Rejected

# Chinese government sites: UTF-8, old pages GBK and its superset; UTF-16 comes with a byte order mark.
_ENCODINGS = ("utf-8", "gb18030")


def read(data: bytes) -> Reading:
    """Decode a text file. Rejects an empty file and bytes that are no text in any known encoding."""
    text = decode(data)
    if not text.strip():
        raise Rejected("empty file: nothing but white space in it")
    return Reading(landed_text=text)


def decode(data: bytes) -> str:
    """Text of the bytes: a byte order mark decides, then UTF-8, then GB18030; line ends become one newline."""
    stripped, marked = EncodingDetector.strip_byte_order_mark(data)
    for encoding in (marked,) if marked else _ENCODINGS:
        try:
            text = stripped.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise Rejected("not a text: neither UTF-8, GB18030 nor UTF-16 with a byte order mark")
