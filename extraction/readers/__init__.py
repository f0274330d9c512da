"""One reader a format: bytes -> Reading (landed text, marked tables, what the file says of itself).

A new format is a module here with `read(data: bytes) -> Reading` and a line in `READERS`. A reader that cannot read a
file raises `Rejected` with a reason a person can act on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from extraction.blocks import Reading
from extraction.readers import docx, html, legacy, pdf, text, xlsx
from extraction.readers.errors import Rejected

Reader = Callable[[bytes], Reading]

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"

READERS: Mapping[str, Reader] = {
    "text/html": html.read,
    "text/plain": text.read,
    "application/pdf": pdf.read,
    f"{_OFFICE}.wordprocessingml.document": docx.read,
    f"{_OFFICE}.spreadsheetml.sheet": xlsx.read,
    "application/msword": legacy.converted("doc", "docx", docx.read),
    "application/rtf": legacy.converted("rtf", "docx", docx.read),
    f"{_OPEN}.text": legacy.converted("odt", "docx", docx.read),
    "application/vnd.ms-excel": legacy.converted("xls", "xlsx", xlsx.read),
    f"{_OPEN}.spreadsheet": legacy.converted("ods", "xlsx", xlsx.read),
}

__all__ = ["READERS", "Reader", "Rejected", "reader_for"]


def reader_for(content_type: str) -> tuple[str, Reader]:
    """Name and reader for a content type; `Rejected` where there is none."""
    reader = READERS.get(content_type)
    if reader is None:
        raise Rejected(f"no reader for {content_type}: known are {', '.join(sorted(READERS))}")
    return reader.__module__.rsplit(".", 1)[-1], reader
