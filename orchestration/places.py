"""Where everything of one home lies. The only file that knows these names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Places:
    """The folders of a home: what landed, what is being worked on, what was released."""

    home: Path

    @property
    def landing(self) -> Path:
        """Files as fetched, and their manifests: sacred, never rebuilt."""
        return self.home / "landing"

    @property
    def source_runs(self) -> Path:
        """What the last crawl of each source did, one JSON a source."""
        return self.home / "work" / "source_runs"

    @property
    def extracted(self) -> Path:
        """Per version of the reader: `<sha256>.json` and the landed text its offsets refer to, `<sha256>.txt`."""
        return self.home / "work" / "extracted"

    @property
    def database(self) -> Path:
        """The warehouse under construction; BI never opens it."""
        return self.home / "work" / "warehouse.duckdb"

    @property
    def building(self) -> Path:
        """The hash of what went into the work file."""
        return self.home / "work" / "building.json"

    @property
    def built(self) -> Path:
        """The hash of what went into the last release, and its id: with the same again there is nothing to build."""
        return self.home / "work" / "built.json"

    @property
    def stored(self) -> Path:
        """The hashes of the landed files as they were last read, with the times that tell whether they still hold."""
        return self.home / "work" / "stored.json"

    @property
    def expectations(self) -> Path:
        """The results of the expectations on the work file, for the checks and the gate."""
        return self.home / "work" / "expectations.json"

    @property
    def history(self) -> Path:
        """What every run of the expectations found; the warehouse's tables of results and findings are made of it."""
        return self.home / "history" / "expectations.duckdb"

    @property
    def history_draft(self) -> Path:
        """The history with the run under way in it; it becomes the history when that has ended."""
        return self.home / "work" / "history.duckdb"

    @property
    def findings(self) -> Path:
        """What the desk shows: the findings of the last run with all that they cite."""
        return self.home / "work" / "findings.duckdb"

    @property
    def dbt_target(self) -> Path:
        """What dbt writes while it builds."""
        return self.home / "work" / "dbt"

    @property
    def data_docs(self) -> Path:
        """Great Expectations' pages for the run under way; released beside the warehouse."""
        return self.home / "work" / "data_docs"

    @property
    def releases(self) -> Path:
        """Every release kept, each a folder that never changes."""
        return self.home / "releases"

    @property
    def current(self) -> Path:
        """The link that BI tools open: `current/warehouse.duckdb`."""
        return self.home / "current"

    @property
    def decisions(self) -> Path:
        """The review ledger: what the quality owner decided on findings, one JSON object a line, never rewritten."""
        return self.home / "review" / "decisions.jsonl"

    @property
    def dagster(self) -> Path:
        """Dagster's own storage of runs and events."""
        return self.home / "dagster"

    @property
    def lock(self) -> Path:
        """Held while a refresh works on this home (locks.py)."""
        return self.home / "refresh.lock"

    @property
    def holder(self) -> Path:
        """Which run holds the lock; found by the next one, it was killed."""
        return self.home / "refresh.holder.json"

    @property
    def operations(self) -> Path:
        """How this home is operated (operations.py); a person's file, never written by us."""
        return self.home / "operations.yaml"

    @property
    def confirmed(self) -> Path:
        """When a refresh last ended well, whether it released something or found nothing new."""
        return self.home / "work" / "confirmed.json"

    @property
    def told(self) -> Path:
        """What each channel of alerts has been told and not yet been told the end of."""
        return self.home / "told.json"
