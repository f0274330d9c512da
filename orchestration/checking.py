"""`zhijiao sources check`: what each source would give, without landing anything."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from orchestration.resources import Settings
from scrapers.crawl import check_source


def check_sources(settings: Settings) -> int:
    """Print a line for each list page and each report found there. 0 fine, 1 a source has a problem, 2 a YAML has."""
    console = Console(highlight=False, soft_wrap=True)
    found, problems = settings.load_sources()
    broken = 0
    with settings.proxy() as proxy:
        for source in found:
            console.print(
                f"[bold]{escape(source.id)}[/]  {escape(source.name)}  {source.base}  checked: {source.checked}"
            )
            for one in check_source(source, proxy=proxy, log=lambda _: None):
                console.print(
                    f"  {one.url}: {one.pages_read} of {one.pages} pages, {len(one.links)} articles, {len(one.reports)} reports"
                )
                for link in one.reports:
                    console.print(f"    [green]{escape(link.title)}[/]  {link.url}")
                for problem in one.problems:
                    broken += 1
                    console.print(f"    [yellow]{problem.kind}: {problem.url}: {escape(problem.detail)}[/]")
    for mistake in problems:
        console.print(f"[red]{escape(str(mistake))}[/]")
    return 2 if problems else 1 if broken else 0
