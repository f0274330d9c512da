"""What a person sees of a run in the terminal: the assets' own words with the time, none of Dagster's events."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import dagster as dg
from rich.console import Console
from rich.markup import escape

# Steps as a reader of the terminal knows them.
STAGES = {
    "landed_reports": "land",
    "extracted_reports": "read",
    "staged": "stage",
    "star_schema": "build",
    "expectation_results": "check",
    "expectation_checks": "check",
    "released_warehouse": "release",
}


# Dagster logs a good deal about itself through the same logger; what is ours carries this mark.
_MARK = "zhijiao"


class _Progress(logging.Handler):
    """One line for each message that an asset logged; Dagster's events carry one of their own and are passed over."""

    def __init__(self) -> None:
        super().__init__()
        self.console = Console(stderr=True, highlight=False, soft_wrap=True)

    def emit(self, record: logging.LogRecord) -> None:
        meta = getattr(record, "dagster_meta", None) or {}
        if meta.get("dagster_event") or not meta.get("step_key") or not getattr(record, _MARK, False):
            return
        stage = STAGES.get(meta["step_key"], meta["step_key"])
        words = escape(str(meta.get("orig_message") or record.getMessage()))
        style = "yellow" if record.levelno >= logging.WARNING else "default"
        self.console.print(f"[dim]{stage:>8}[/]  [{style}]{words}[/]")


def teller(context: dg.AssetExecutionContext) -> Callable[[str], None]:
    """What an asset tells a person: logged to Dagster, and shown in the terminal of who waits for the run."""
    return lambda words: context.log.info(words, extra={_MARK: True})


def paced(tell: Callable[[str], None], seconds: float = 0.5) -> Callable[[str], None]:
    """Tells no more than one thing in so many seconds: Dagster keeps each as a row, which costs more than a document."""
    told = float("-inf")

    def tell_now_and_then(words: str) -> None:
        nonlocal told
        if time.monotonic() - told >= seconds:
            told = time.monotonic()
            tell(words)

    return tell_now_and_then


@dg.logger(config_schema={}, description="The assets' own words, for a person at a terminal.")
def progress_logger(_: dg.InitLoggerContext) -> logging.Logger:
    """A logger that tells a person at a terminal how far the run is."""
    logger = logging.Logger("zhijiao", level=logging.INFO)
    logger.addHandler(_Progress())
    return logger
