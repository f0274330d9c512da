"""What the scrapers hand on: landed files and the account of a crawl. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

Kind = Literal["page", "attachment", "archive", "inbox"]
State = Literal["landed", "withdrawn"]
Status = Literal["ok", "partial", "failed"]

INBOX = "inbox"
"""The source id of files that a person dropped in a folder; no Source may take it."""


@dataclass(frozen=True, slots=True)
class LandedFile:
    """One version of a file as it came from one URL: a row of `landing/manifest/<source>.jsonl`.

    The bytes are at `landing/files/<aa>/<sha256>.<ext>`. The current state of a URL is its last row.
    """

    sha256: str
    url: str
    """The address asked for, or `inbox:<file name>`."""
    final_url: str
    """The address that answered, after redirects."""
    source: str
    kind: Kind
    parent_url: str | None
    """The article that an attachment hangs on."""
    title: str | None
    publisher: str | None
    published_on: str | None
    """ISO date."""
    metadata: Mapping[str, str]
    """The article's box of labels and values (索引号, 发布机构 …), as printed."""
    fetched_at: str
    """UTC, ISO 8601, whole seconds."""
    http_status: int | None
    """None for the inbox."""
    headers: Mapping[str, str]
    """etag, last-modified, content-type, content-length: those that were sent, in lower case."""
    content_type: str
    """Told from the bytes, whatever the server said."""
    bytes: int
    state: State = "landed"
    """`withdrawn` repeats the record once the URL answers 404 or 410; the file stays."""

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> LandedFile:
        """Read a manifest row. Raises KeyError for a missing field; unknown ones are passed over."""
        return cls(**{f.name: row[f.name] for f in fields(cls)})

    def as_dict(self) -> dict[str, Any]:
        """The manifest row, in the order of the fields."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that went wrong with one address. `kind` is one of `faults.KINDS`, `detail` is for people.

    `evidence` is the sha256 of the page that showed it, kept in `landing/evidence/`. A fault that still stands in the
    next run is the same Problem, word for word.
    """

    kind: str
    url: str
    detail: str
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class SourceRun:
    """What one crawl of one source did: its counts and its problems.

    `listed` counts article links on the list pages that were read, `matched` those whose title is a report's; `new`,
    `changed`, `unchanged`, `withdrawn` and `failed` count files (articles and attachments), those settled before and not
    asked for again among them; `requests` counts HTTP requests, redirects, retries and robots.txt included. `problems`
    are the faults of this run and those that still stand. `status` is failed if no list gave a single link, partial if
    anything else is wrong.
    """

    source: str
    name: str
    district_code: str | None
    status: Status
    listed: int = 0
    matched: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    failed: int = 0
    requests: int = 0
    problems: tuple[Problem, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """A JSON-ready object; `problems` is a list of {kind, url, detail, evidence}."""
        return asdict(self) | {"problems": [asdict(problem) for problem in self.problems]}
