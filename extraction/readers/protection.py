"""Whether an office file opens with a password only, told by its outside: nothing of it is decrypted.

Rules: [MS-OFFCRYPTO] 2.3 (EncryptedPackage), [MS-DOC] 2.5.2 (FibBase, fEncrypted), [MS-XLS] 2.4.117 (FilePass),
OpenDocument 1.3 part 2, 3.4 (encryption-data in the manifest).
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SECTOR = 512  # streams of an OLE file begin at multiples of it
_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_WORD, _BOOK = b"\xec\xa5", b"\x09\x08"  # how the main streams of Word and Excel files begin
_FILE_PASS = 0x2F
_MOST_RECORDS = 20  # FilePass is among the first of a workbook


def is_protected(data: bytes) -> bool:
    """Whether the bytes are an office file (OOXML, OpenDocument, Word or Excel 97) that is encrypted."""
    if data.startswith(_OLE):
        return _PACKAGE in data or any(_is_protected_stream(data, at) for at in _streams(data))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("META-INF/manifest.xml") as manifest:
            return b"encryption-data" in manifest.read(1_000_000)
    except Exception:  # no zip, no manifest, or broken bytes, for which there are half a dozen kinds
        return False


def _streams(data: bytes) -> Iterator[int]:
    return (at for at in range(_SECTOR, len(data) - 12, _SECTOR) if data[at : at + 2] in (_WORD, _BOOK))


def _is_protected_stream(data: bytes, at: int) -> bool:
    if data.startswith(_WORD, at):
        return bool(data[at + 11] & 1)
    for _ in range(_MOST_RECORDS):
        if at + 4 > len(data):
            return False
        record, size = struct.unpack_from("<HH", data, at)
        if record == _FILE_PASS:
            return True
        at += 4 + size
    return False
