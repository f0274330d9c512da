"""What a file is, told from its bytes: servers, meta tags and names are often wrong, the bytes decide."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
import zlib
from pathlib import Path

HTML, TEXT, PDF = "text/html", "text/plain", "application/pdf"
DOC, XLS, RTF = "application/msword", "application/vnd.ms-excel", "application/rtf"
_OPENXML = "application/vnd.openxmlformats-officedocument"
DOCX, XLSX = f"{_OPENXML}.wordprocessingml.document", f"{_OPENXML}.spreadsheetml.sheet"
ODT, ODS = (f"application/vnd.oasis.opendocument.{kind}" for kind in ("text", "spreadsheet"))
ZIP, RAR, SEVEN_ZIP = "application/zip", "application/vnd.rar", "application/x-7z-compressed"
UNKNOWN = "application/octet-stream"
DOCUMENTS = (PDF, DOC, XLS, RTF, DOCX, XLSX, ODT, ODS)
ARCHIVES = (ZIP, RAR, SEVEN_ZIP)
READABLE = (*DOCUMENTS, HTML, TEXT)

EXTENSIONS = {
    HTML: "html",
    TEXT: "txt",
    PDF: "pdf",
    DOC: "doc",
    XLS: "xls",
    RTF: "rtf",
    DOCX: "docx",
    XLSX: "xlsx",
    ODT: "odt",
    ODS: "ods",
    ZIP: "zip",
    RAR: "rar",
    SEVEN_ZIP: "7z",
    UNKNOWN: "bin",
}

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SAMPLE = 64 * 1024
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_STRAY = 0.01
"""Texts pasted from Word hold a control character here and there; in other files they are everywhere."""
_HTML_TAGS = (
    r"html|head|body|meta|link|script|style|title|div|p|table|ul|ol|h\d|a|span|font|center|form|iframe|br"
)
_HTML_START = re.compile(
    rf"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|({_HTML_TAGS})\b)", re.I | re.S
)


def content_type(path: Path) -> str:
    """The media type of a file, one of the keys of `EXTENSIONS`. Raises OSError if it cannot be read."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    if b"%PDF-" in head[:1024]:
        return PDF
    if head.startswith(_OLE):
        return _ole_type(path)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_type(path)
    if head.startswith(b"Rar!\x1a\x07"):
        return RAR
    if head.startswith(b"7z\xbc\xaf\x27\x1c"):
        return SEVEN_ZIP
    if head.startswith(b"{\\rtf"):
        return RTF
    return UNKNOWN if head.startswith(_PICTURES) else _text_type(head)


def text_encoding(data: bytes) -> str | None:
    """The encoding of a text (`utf-8`, `utf-8-sig`, `utf-16…`, `gb18030`), or None if the bytes are no text.

    UTF-8 is tried before GB18030 because GBK text is almost never valid UTF-8, while the reverse often is.
    A character cut at the end (the bytes may be the head of a file) does no harm.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return encoding
    for encoding in (*_utf16_without_bom(data), "utf-8", "gb18030"):
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(data)
        except UnicodeDecodeError:
            continue
        if len(_CONTROL.findall(text)) <= len(text) * _STRAY:
            return encoding
    return None


def decode(data: bytes) -> str:
    """The text of a page or text file. Bytes that fit no encoding are read in the one that loses the least."""
    encoding = text_encoding(data)
    readings = [data.decode(name, "replace") for name in ([encoding] if encoding else ["utf-8", "gb18030"])]
    return min(readings, key=lambda text: text.count("\ufffd"))


def _text_type(head: bytes) -> str:
    encoding = text_encoding(head)
    if not head or encoding is None:
        # A page may hold a stray control character; its tags still tell.
        return HTML if _HTML_START.match(head.decode("latin-1")) else UNKNOWN
    text = codecs.getincrementaldecoder(encoding)().decode(head)
    return HTML if _HTML_START.match(text.lstrip("\ufeff")) else TEXT


def _utf16_without_bom(data: bytes) -> tuple[str, ...]:
    """Line ends and digits show: in UTF-16 every one of them carries a zero byte on the same side."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if not even and not odd:
        return ()
    return ("utf-16-le",) if odd > even else ("utf-16-be",)


def _zip_type(path: Path) -> str:
    """Office files are zips and differ in what they hold; an OpenDocument file names its type in its first member."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            with archive.open("mimetype") if "mimetype" in names else io.BytesIO() as member:
                named = member.read(100).decode("ascii", "replace")
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError, zlib.error, RuntimeError):
        return ZIP
    if named in (ODT, ODS):
        return named
    if any(name.startswith("word/") for name in names):
        return DOCX
    if any(name.startswith("xl/") for name in names):
        return XLSX
    return ZIP


def _ole_type(path: Path) -> str:
    """Old Word and Excel files differ in the name of their main stream. WPS files are Word's and Excel's kin.

    An encrypted DOCX or XLSX is an OLE file too; the reader says what it is.
    """
    data = path.read_bytes()

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    # Word first: a report with a chart in it holds a workbook.
    return XLS if not holds("WordDocument") and (holds("Workbook") or holds("Book\0")) else DOC
