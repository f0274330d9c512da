"""What DOCX and XLSX share: a zip of XML parts, unpacked within bounds and parsed without entities or network."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self

from lxml import etree

from extraction.readers.errors import Rejected
from extraction.readers.protection import is_protected

LARGEST_PART = 128_000_000
"""Bytes of one unpacked part. The text of a report of 200 pages takes 5 MB of XML; a zip bomb takes gigabytes."""

Element = Any  # lxml comes without types


class Package:
    """An open office file. `Rejected` for a damaged or an oversized one."""

    def __init__(self, data: bytes, kind: str) -> None:
        self.kind = kind
        if is_protected(data):
            raise Rejected("encrypted: it opens with a password only")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError) as problem:
            raise Rejected(f"damaged {kind}: {problem}") from None
        self._names = set(self._zip.namelist())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def part(self, name: str) -> Element | None:
        """The root of a part, None where the file has none of that name."""
        if name not in self._names:
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=False)
        try:
            return etree.fromstring(self._unpacked(name), parser)
        except etree.XMLSyntaxError as problem:
            raise Rejected(f"damaged {self.kind}: {name}: {problem}") from None

    def stream(self, name: str, *tags: str) -> Iterator[Element]:
        """The elements of a large part with one of these local names, each forgotten when the next one comes."""
        if name not in self._names:
            return
        try:
            events = etree.iterparse(
                io.BytesIO(self._unpacked(name)),
                tag=[f"{{*}}{tag}" for tag in tags],
                resolve_entities=False,
                no_network=True,
            )
            for _, element in events:
                yield element
                element.clear(keep_tail=False)
        except etree.XMLSyntaxError as problem:
            raise Rejected(f"damaged {self.kind}: {name}: {problem}") from None

    def main_part(self) -> str:
        """The name of the part that everything else hangs on. `Rejected` where the file names none."""
        for target, kind in self.related("").values():
            if kind == "officeDocument":
                return target
        raise Rejected(f"damaged {self.kind}: it names no main part")

    def related(self, part: str) -> Mapping[str, tuple[str, str]]:
        """What a part refers to: relationship id -> (name of the other part, kind of relationship)."""
        folder, name = posixpath.split(part)
        root = self.part(posixpath.join(folder, "_rels", f"{name}.rels"))
        found = {}
        for relation in () if root is None else root.iter("{*}Relationship"):
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "")))
            found[relation.get("Id", "")] = (target.lstrip("/"), relation.get("Type", "").rpartition("/")[2])
        return found

    def related_part(self, part: str, kind: str) -> Element | None:
        """The root of the first part of a kind that `part` refers to."""
        return next((self.part(name) for name, found in self.related(part).values() if found == kind), None)

    def _unpacked(self, name: str) -> bytes:
        try:
            with self._zip.open(name) as file:
                unpacked = file.read(LARGEST_PART + 1)
        except Exception as problem:  # zlib, bz2, lzma and zipfile raise half a dozen kinds for broken bytes
            raise Rejected(f"damaged {self.kind}: {name}: {problem}") from None
        if len(unpacked) > LARGEST_PART:
            raise Rejected(f"too large: {name} unpacks to more than {LARGEST_PART // 1_000_000} MB")
        return unpacked


def local(element: Element) -> str:
    """The name of an element without its namespace; empty for comments and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Element | None, name: str) -> str | None:
    """An attribute by its local name: strict and transitional files differ in namespaces alone."""
    if element is None:
        return None
    return next((str(v) for k, v in element.attrib.items() if k.rpartition("}")[2] == name), None)


def child(element: Element | None, *path: str) -> Element | None:
    """The first descendant along a path of local names."""
    for name in path:
        element = None if element is None else next((e for e in element if local(e) == name), None)
    return element
