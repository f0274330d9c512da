"""Real tools that make files of other formats; where one is missing, its tests say so and are left out."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Convert = Callable[..., bytes]
FONTS = {"FONTCONFIG_FILE": str(Path(__file__).with_name("fonts.conf"))}


@pytest.fixture(scope="session")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """LibreOffice as a person uses it: `convert(data, "docx", "pdf")`, perhaps with the name of a filter."""
    if not shutil.which("soffice"):
        pytest.skip("left out: no LibreOffice (Debian: libreoffice-writer-nogui, libreoffice-calc-nogui)")
    profile = tmp_path_factory.mktemp("office-profile")

    def run(data: bytes, source: str, target: str, filter_: str = "", read_as: str = "") -> bytes:
        folder = tmp_path_factory.mktemp("office")
        (folder / f"in.{source}").write_bytes(data)
        command = ["soffice", "--headless", f"-env:UserInstallation={profile.as_uri()}"]
        command += [f"--infilter={read_as}"] if read_as else []
        command += ["--convert-to", f"{target}:{filter_}" if filter_ else target]
        command += ["--outdir", folder / "out", folder / f"in.{source}"]
        subprocess.run(command, check=True, capture_output=True, timeout=120, env=os.environ | FONTS)
        return (folder / "out" / f"in.{target}").read_bytes()

    return run


@pytest.fixture(scope="session")
def pdftotext(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., bytes]:
    """Poppler's command: `pdftotext(data, "-layout")`."""
    if not shutil.which("pdftotext"):
        pytest.skip("left out: no pdftotext (Debian: poppler-utils)")

    def run(data: bytes, *options: str) -> bytes:
        file = tmp_path_factory.mktemp("pdf") / "in.pdf"
        file.write_bytes(data)
        return Path.read_bytes(_printed(file, *options))

    def _printed(file: Path, *options: str) -> Path:
        out = file.with_suffix(".txt")
        subprocess.run(["pdftotext", *options, file, out], check=True, capture_output=True, timeout=60)
        return out

    return run


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    """A browser's print of the body of a page: `printed("<p>…")`."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        pytest.skip("left out: no Chromium (Debian: chromium)")

    def run(body: str) -> bytes:
        folder = tmp_path_factory.mktemp("browser")
        page = f"<html lang='zh-CN'><meta charset='utf-8'><title>x</title><body>{body}</body></html>"
        (folder / "in.html").write_text(page, encoding="utf-8")
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
        command += [f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={folder / 'out.pdf'}"]
        subprocess.run([*command, folder / "in.html"], check=True, capture_output=True, timeout=120)
        return (folder / "out.pdf").read_bytes()

    return run


@pytest.fixture(scope="session")
def protect(
    convert: Convert, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[bytes, str, str, str], bytes]:
    """LibreOffice's `save with password`: `protect(data, "docx", "doc", "MS Word 97")`; only a macro can ask for it."""
    profile = tmp_path_factory.mktemp("macro-profile")
    office = ["soffice", "--headless", f"-env:UserInstallation={profile.as_uri()}"]
    subprocess.run([*office, "--terminate_after_init"], check=True, capture_output=True, timeout=120)
    basic = profile / "user" / "basic" / "Standard"
    library = '<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard">{}</library:library>'
    (basic / "script.xlb").write_text(
        library.format('<library:element library:name="Module1"/>'), encoding="utf-8"
    )
    (basic / "Module1.xba").write_text(
        '<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" '
        f'script:language="StarBasic">{_PROTECT}</script:module>',
        encoding="utf-8",
    )

    def run(data: bytes, source: str, target: str, filter_: str) -> bytes:
        folder = tmp_path_factory.mktemp("protect")
        (folder / f"in.{source}").write_bytes(data)
        urls = [(folder / name).as_uri() for name in (f"in.{source}", f"out.{target}")]
        macro = f'macro:///Standard.Module1.Protect("{urls[0]}","{urls[1]}","{filter_}")'
        subprocess.run([*office, macro], check=True, capture_output=True, timeout=120)
        return (folder / f"out.{target}").read_bytes()

    return run


_PROTECT = """
Sub Protect(source, target, filter)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  document = StarDesktop.loadComponentFromURL(source, "_blank", 0, hidden())
  Dim secret(1) As New com.sun.star.beans.NamedValue
  secret(0).Name = "OOXPassword"
  secret(0).Value = "x"
  secret(1).Name = "CryptoType"
  secret(1).Value = "Standard"
  Dim office(1) As New com.sun.star.beans.PropertyValue
  office(0).Name = "FilterName"
  office(0).Value = filter
  office(1).Name = "Password"
  office(1).Value = "x"
  If Right(target, 1) = "x" Then
    office(1).Name = "EncryptionData"
    office(1).Value = secret()
  End If
  document.storeToURL(target, office())
  document.close(True)
  StarDesktop.terminate()
End Sub
"""
