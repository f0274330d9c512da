"""Settings of a run and the places under its home. Resources that know no asset belong here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from orchestration.event_log import keep_connected
from orchestration.locks import alone, held_by
from orchestration.places import Places
from scrapers.manners import PER_HOST, TOTAL, USER_AGENT, Manners
from scrapers.records import INBOX
from scrapers.sample import SOURCES as SAMPLE_SOURCES
from scrapers.sample import serve_sample
from scrapers.sources import Source, SourceProblem, load_sources


class Settings(dg.ConfigurableResource):  # type: ignore[type-arg]
    """What a refresh works on. Empty `sources` is the sample site, unless there is an `inbox`: then none is crawled.

    The environment gives the defaults (ZHIJIAO_HOME, ZHIJIAO_SOURCES, ZHIJIAO_INBOX …), so that the schedule and the UI
    run on what the command line ran on. `full` reads the lists to their ends and asks for every known report again.
    """

    home: str = os.environ.get("ZHIJIAO_HOME", "var")
    sources: str = os.environ.get("ZHIJIAO_SOURCES", "")
    inbox: str = os.environ.get("ZHIJIAO_INBOX", "")
    workers: int = int(os.environ.get("ZHIJIAO_WORKERS", "0"))
    full: bool = os.environ.get("ZHIJIAO_FULL", "0") not in ("", "0", "false")
    user_agent: str = os.environ.get("ZHIJIAO_USER_AGENT", USER_AGENT)
    max_requests: int = int(os.environ.get("ZHIJIAO_MAX_REQUESTS", str(TOTAL)))
    max_requests_per_host: int = int(os.environ.get("ZHIJIAO_MAX_REQUESTS_PER_HOST", str(PER_HOST)))
    patience: float = 6 * 3600
    """Seconds that a run waits for another on the same home. The command line has none: a person sees why it stopped."""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Settings]:
        """Hold the home for the whole of a run, whoever started it."""
        log = context.log.info if context.log else print
        with alone(self.places, self.patience, log):
            if context.run is None or context.instance is None:  # built by hand, outside of a run
                yield self
                return
            keep_connected(context.instance)
            with held_by(context.run.run_id, self.places, context.instance):
                yield self

    @property
    def places(self) -> Places:
        """All folders of this home."""
        return Places(Path(self.home).resolve())

    def manners(self) -> Manners:
        """How this run behaves towards the sites: its name, and how much it asks of one host and of all."""
        return Manners(self.user_agent, self.max_requests_per_host, self.max_requests)

    @property
    def is_sample(self) -> bool:
        """Whether this run crawls the sample site."""
        return not self.sources and not self.inbox

    def load_sources(self) -> tuple[list[Source], list[SourceProblem]]:
        """The sources to crawl, and what is wrong with the files of the others."""
        if self.is_sample:
            return load_sources(SAMPLE_SOURCES)
        return load_sources(Path(self.sources)) if self.sources else ([], [])

    def partitions(self) -> list[str]:
        """The partitions that these settings ask for: sources, those whose file is broken too, and the inbox."""
        sources, problems = self.load_sources()
        broken = {problem.file.stem for problem in problems}
        return sorted({source.id for source in sources} | broken) + ([INBOX] if self.inbox else [])

    @contextmanager
    def proxy(self) -> Iterator[str | None]:
        """The proxy to crawl through: the sample site serves itself as one, real sites need none."""
        if self.is_sample:
            with serve_sample() as url:
                yield url
        else:
            yield None
