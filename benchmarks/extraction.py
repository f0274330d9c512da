"""How fast reports are read, beside the least that could be done: finding all numbers of the same text once."""

from __future__ import annotations

import re
from collections.abc import Iterator

from benchmarks.measure import Row, in_turn
from extraction.extract import extract
from scrapers.sample.gold import expected_facts
from scrapers.sample.site import edition

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_COPIES = 10


def rows() -> Iterator[Row]:
    """A row for the sample's text reports, and one for its HTML reports."""
    for kind, ending, content_type in (("text", ".txt", "text/plain"), ("HTML", ".html", "text/html")):
        bodies = [
            edition().resources[url].body for url in sorted(expected_facts()) if url.endswith(ending)
        ] * _COPIES
        texts = [extract(body, content_type).landed_text for body in bodies]
        size = sum(len(text.encode()) for text in texts)
        row = in_turn(
            f"{len(bodies)} {kind} reports of the sample, {size / 1e6:.2f} MB of text",
            lambda bodies=bodies, content_type=content_type: [extract(body, content_type) for body in bodies],
            "one `re.finditer` of all numbers over the same text",
            lambda texts=texts: [list(_NUMBER.finditer(text)) for text in texts],
        )
        yield Row(
            row.what,
            row.beside,
            row.seconds,
            row.floor_seconds,
            row.ratio,
            f"{size / 1e6 / row.seconds:.2f} MB/s and core",
        )
