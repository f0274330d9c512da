"""Files of older programs (DOC, WPS, RTF, ODT, XLS, ODS): converted by LibreOffice, then read as DOCX or XLSX.

LibreOffice runs without a window in a folder of its own, as a group of processes that is ended with it: a file that makes it
hang costs one timeout and leaves nothing behind.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from extraction.blocks import Reading
from extraction.readers.errors import Rejected
from extraction.readers.protection import is_protected

SECONDS = 90
"""A report takes two; the first start on a cold disk twenty."""
LARGEST_RESULT = 200_000_000
_NEEDED = {
    "docx": "Writer (Debian: libreoffice-writer-nogui)",
    "xlsx": "Calc (Debian: libreoffice-calc-nogui)",
}
# Named, so that LibreOffice does not take a file that it cannot open for a text.
_FILTERS = {
    "doc": "MS Word 97",
    "rtf": "Rich Text Format",
    "odt": "writer8",
    "xls": "MS Excel 97",
    "ods": "calc8",
}


def program() -> str | None:
    """LibreOffice's command, None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def converted(
    ending: str, target: str, read_target: Callable[[bytes], Reading]
) -> Callable[[bytes], Reading]:
    """A reader of files with one ending: through LibreOffice to `target`, then with that format's reader."""

    def read(data: bytes) -> Reading:
        office = program()
        if office is None:
            raise Rejected(f"needs LibreOffice: install its {_NEEDED[target]} to read .{ending} files")
        with tempfile.TemporaryDirectory(prefix="zhijiao-office-", ignore_cleanup_errors=True) as folder:
            return read_target(_converted(Path(folder), office, data, ending, target))

    return read


def _converted(folder: Path, office: str, data: bytes, ending: str, target: str) -> bytes:
    source, result = folder / f"in.{ending}", folder / "out" / f"in.{target}"
    source.write_bytes(data)
    command = [
        office, "--headless", "--norestore", f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        f"--infilter={_FILTERS[ending]}", "--convert-to", target, "--outdir", str(result.parent), str(source),
    ]  # fmt: skip
    running = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, "HOME": str(folder), "SAL_USE_VCLPLUGIN": "svp"},
    )
    try:
        running.wait(SECONDS)
    except subprocess.TimeoutExpired:
        raise Rejected(f"LibreOffice did not finish with this .{ending} file in {SECONDS} seconds") from None
    finally:
        _end(running)
    if not result.is_file():
        if is_protected(data):
            raise Rejected("encrypted: it opens with a password only")
        raise Rejected(f"damaged: LibreOffice cannot open it as a .{ending} file")
    if result.stat().st_size > LARGEST_RESULT:
        raise Rejected(f"too large: more than {LARGEST_RESULT // 1_000_000} MB as .{target}")
    return result.read_bytes()


def _end(running: subprocess.Popen[bytes]) -> None:
    """End the whole group: `soffice` is a script that starts others."""
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()
