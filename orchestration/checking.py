"""`zhijiao sources check`: what each source would give, without landing anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rich.console import Console
from rich.markup import escape

from orchestration.resources import Settings
from scrapers.crawl import ListCheck, check_sources
from scrapers.sources import Source


def check(settings: Settings) -> int:
    """Print a line for each list and each report found there. 0 fine, 1 a source has a problem, 2 a YAML has."""
    console = Console(highlight=False, soft_wrap=True)
    found, problems = settings.load_sources()
    broken = 0
    with settings.proxy() as proxy:
        for source, lists in check_sources(found, proxy, settings.manners()):
            broken += sum(len(one.problems) for one in lists)
            _tell(console, source, lists)
    for mistake in problems:
        console.print(f"[red]{escape(str(mistake))}[/]")
    return 2 if problems else 1 if broken else 0


def _tell(console: Console, source: Source, lists: Sequence[ListCheck]) -> None:
    console.print(
        f"[bold]{escape(source.id)}[/]  {escape(source.name)}  {source.base}  checked: {source.checked}"
    )
    for one in lists:
        read = f"{one.pages_read} of {one.pages} pages, {len(one.links)} articles, {len(one.reports)} reports"
        console.print(f"  {one.url}: {read}")
        for link in one.reports:
            console.print(f"    [green]{escape(link.title)}[/]  {link.url}")
        for problem in one.problems:
            console.print(f"    [yellow]{problem.kind}: {problem.url}: {escape(problem.detail)}[/]")
    if source.checked == "never" and not any(one.problems for one in lists):
        console.print(f"  works as it is: put `checked: {date.today()}` into its YAML")
