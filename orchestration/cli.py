"""The command `zhijiao`. Only words and options belong here; everything heavy is imported by the command that needs it."""

from __future__ import annotations

import json
import os
import shutil
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from orchestration.refreshing import Refreshed
    from orchestration.resources import Settings
    from warehouse.review import Verdict

HOME = click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var"),
    envvar="ZHIJIAO_HOME",
    show_default=True,
    help="Folder that holds all state: landing/, work/, releases/, current/, review/.",
)
SOURCES = click.option(
    "--sources",
    type=click.Path(exists=True, path_type=Path),
    envvar="ZHIJIAO_SOURCES",
    help="A source's YAML, or a folder of them. Default: the sample site that comes with the project.",
)
INBOX = click.option(
    "--inbox",
    type=click.Path(path_type=Path),
    envvar="ZHIJIAO_INBOX",
    help="Folder of report files to take through the same chain. Alone, it stands in for the sample site.",
)
WORKERS = click.option(
    "--workers",
    default=0,
    envvar="ZHIJIAO_WORKERS",
    help="Processes that read reports; 0 is as many as the machine takes.",
)
FULL = click.option(
    "--full",
    is_flag=True,
    envvar="ZHIJIAO_FULL",
    help="Read every list to its end, ask for every known report and read every landed byte again, not what is new only.",
)
JSON = click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print one JSON object instead of words (progress goes to stderr).",
)


class _Failed(click.ClickException):
    """A message with DESIGN's exit code for usage and configuration."""

    exit_code = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="zhijiao")
def main() -> None:
    """Warehouse of Chinese vocational-education quality reports (职业教育质量年度报告).

    Finds the reports on the districts' sites, reads every number with the place where it stands, checks whether each
    report agrees with itself, and releases a star schema: school × year × metric.

    \b
    Try it:        zhijiao refresh                      the sample site, nothing to configure
    Your files:    zhijiao refresh --inbox FOLDER       reports you already have
    Again:         zhijiao backfill --source ID         one district; --season YEAR reads one season again
    One report:    zhijiao extract REPORT.html          its numbers as JSON lines, no warehouse
    Real sites:    zhijiao sources check --sources scrapers/sources
                   zhijiao refresh --sources scrapers/sources --home var-real
    To BI tools:   zhijiao publish --to postgresql://loader@host/warehouse
    """


@main.command()
@SOURCES
@INBOX
@HOME
@WORKERS
@FULL
@JSON
def refresh(
    sources: Path | None, inbox: Path | None, home: Path, workers: int, full: bool, as_json: bool
) -> None:
    """The main job: crawl → land → extract → stage → dbt build → expectations → release.

    A second run asks each site what is new and does no more than that. One source that fails never stops the others.
    Stopped at any moment, the next run goes on from there.

    \b
    Exit code: 0 released, or nothing new    1 held back by a blocking finding, the last release stays
               2 usage or configuration      3 a step failed, the last release stays
    """
    settings = _checked(home, sources, inbox, workers, full)
    _run_and_tell(lambda: _refreshing().refresh(settings), settings, as_json)


@main.command()
@click.option("--source", help="Ask this source again, whatever the others have: the id of its YAML file.")
@click.option(
    "--season", type=int, help="Read this season's reports again: 2025 appeared in 2025/26, about 2025."
)
@SOURCES
@INBOX
@HOME
@WORKERS
@JSON
def backfill(
    source: str | None,
    season: int | None,
    sources: Path | None,
    inbox: Path | None,
    home: Path,
    workers: int,
    as_json: bool,
) -> None:
    """Run one district or one season again, and release what comes out of it.

    A district is crawled, as in a refresh of it alone. A season is read again from the landing zone, and nothing is
    fetched. In the UI: the partitions of the jobs refresh and reread_season. Exit codes are those of refresh.
    """
    if (source is None) == (season is None):
        raise _Failed("name what to run again: --source ID or --season YEAR")
    settings = _checked(home, sources, inbox, workers, full=source is not None)
    if source is not None and source not in settings.partitions():
        raise _Failed(f"no source {source!r}; there is {', '.join(settings.partitions())}")
    if season is None:
        _run_and_tell(lambda: _refreshing().refresh(settings, source=source), settings, as_json)
    else:
        _run_and_tell(lambda: _refreshing().reread(settings, str(season)), settings, as_json)


def _checked(home: Path, sources: Path | None, inbox: Path | None, workers: int, full: bool) -> Settings:
    """The settings of a run that has something to do; what is wrong with them ends the command."""
    _check_inbox(inbox)
    settings = _settings(home, sources, inbox, workers, full)
    if not settings.load_sources()[0] and not inbox:
        raise _Failed(_no_sources(settings))
    _check_operations(settings)
    return settings


def _check_operations(settings: Settings) -> None:
    from orchestration.operations import OperationsError, load_operations

    try:
        load_operations(settings.places)
    except (OperationsError, FileNotFoundError) as error:
        raise _Failed(str(error)) from None


def _refreshing() -> ModuleType:
    """Dagster takes seconds to import: not before the settings are known to be good."""
    from orchestration import refreshing

    return refreshing


def _run_and_tell(run: Callable[[], Refreshed], settings: Settings, as_json: bool) -> NoReturn:
    """Run, say what became of it, and end with its exit code. Ctrl-C ends here, whether Dagster saw it or Python."""
    from orchestration.disk import DiskFull
    from orchestration.locks import HomeInUse

    try:
        refreshed = run()
    except HomeInUse as error:
        raise _Failed(str(error)) from None
    except DiskFull as error:
        click.echo(f"stopped: {error}", err=True)
        sys.exit(3)
    except KeyboardInterrupt:
        _stopped()
    except Exception as error:  # not to Python, whose exit code 1 says that a finding holds the release back
        _broke(error, settings)
    if refreshed.outcome == "interrupted":
        _stopped()
    from rich.console import Console

    from orchestration import report

    told = report.as_json(refreshed, settings)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        report.tell(told, settings, Console(highlight=False, soft_wrap=True))
    sys.exit(refreshed.exit_code)


def _broke(error: Exception, settings: Settings) -> NoReturn:
    """The run could not even be written down: Dagster's storage is under the home, and the disk may be full."""
    home = settings.places.home
    free = shutil.disk_usage(home).free
    reason = traceback.format_exception_only(error)[0].strip()
    click.echo(traceback.format_exc(), err=True)
    click.echo(
        f"Error: the run broke off: {reason}. {free / 1e6:,.0f} MB are free "
        f"in {home}. The last release stays; mend what is wrong and run it again, it goes on from there.",
        err=True,
    )
    sys.exit(3)


def _check_inbox(inbox: Path | None) -> None:
    from scrapers.inbox import InboxError, inbox_files

    try:
        if inbox is not None:
            inbox_files(inbox)
    except InboxError as error:
        raise _Failed(str(error)) from None


def _no_sources(settings: Settings) -> str:
    _, problems = settings.load_sources()
    return "no source to crawl:\n" + "\n".join(f"  {problem}" for problem in problems)


def _stopped() -> NoReturn:
    click.echo("\nstopped; what has landed and been read is kept, the next run goes on from there", err=True)
    sys.exit(130)


def _settings(
    home: Path, sources: Path | None, inbox: Path | None, workers: int = 0, full: bool = False
) -> Settings:
    """The settings of a run, also in the environment: Dagster's other processes read them from there."""
    given = {
        "ZHIJIAO_HOME": home.resolve(),
        "ZHIJIAO_SOURCES": sources and sources.resolve(),
        "ZHIJIAO_INBOX": inbox and inbox.resolve(),
    }
    os.environ.update({name: str(value) for name, value in given.items() if value})
    try:
        from orchestration.resources import Settings
    except RuntimeError as error:
        raise _Failed(str(error)) from None
    return Settings(
        home=str(home.resolve()),
        sources=str(sources.resolve()) if sources else "",
        inbox=str(inbox.resolve()) if inbox else "",
        workers=workers,
        full=full,
    )


@main.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--text", is_flag=True, help="Print the landed text, which all offsets refer to, instead of observations."
)
def extract(files: tuple[Path, ...], text: bool) -> None:
    """Observations of any report as JSON lines: each number as printed, where it stands and what it means.

    A file that cannot be read is told on stderr with its reason, and the exit code is 1; one of which a part cannot be
    read (pages that are pictures) is told with a note.
    """
    from extraction.extract import extract as read
    from scrapers.content import content_type

    rejected = 0
    for file in files:
        extraction = read(file.read_bytes(), content_type(file))
        if extraction.document.note:
            click.echo(f"{file}: note: {extraction.document.note}", err=True)
        if extraction.document.status == "rejected":
            rejected += 1
            click.echo(f"{file}: rejected: {extraction.document.reason}", err=True)
        elif text:
            click.echo(extraction.landed_text, nl=False)
        else:
            for observation in extraction.observations:
                click.echo(json.dumps(observation.as_json(), ensure_ascii=False))
    sys.exit(1 if rejected else 0)


@main.group()
def sources() -> None:
    """The sites that are crawled, one YAML a district."""


@sources.command()
@SOURCES
def check(sources: Path | None) -> None:
    """Dry-run of each source: what would be crawled, and which list pages, articles or selectors fail. Lands nothing.

    Reads the lists and the newest report of each. A source that works may have its date put in: `checked: <day>`.
    Exit code 1 where a source has a problem, 2 where its YAML has.
    """
    from orchestration.checking import check as check_sources

    settings = _settings(Path("var"), sources, None)
    sys.exit(check_sources(settings))


@main.group()
def review() -> None:
    """The findings of the last refresh, and what people decide on them.

    \b
    zhijiao review serve                                 the desk: a page on this machine, for the keyboard
    zhijiao review list --severity blocks                what holds a release back
    zhijiao review show ID                               the numbers, the arithmetic, where they stand
    zhijiao review accept ID --reason … --until 2027-01-31
    zhijiao review correct ID 357 --reason …             the right figure, in the unit the report prints
    zhijiao review reject ID --reason …                  the report is wrong (--misread: we are)

    Decisions go to review/decisions.jsonl of the home, a line each, and count from the next refresh. ID may be its first
    characters.
    """


def _deciding(command: Callable[..., None]) -> Callable[..., None]:
    """What every decision says: on which finding, why, and who took it."""
    for option in (
        click.argument("finding"),
        HOME,
        click.option("--reason", required=True, help="Why; it stays with the decision."),
        click.option(
            "--by",
            envvar="ZHIJIAO_REVIEWER",
            help="Who decides.  [default: the name that git knows, else the account's]",
        ),
        click.option("--until", metavar="YYYY-MM-DD", help="Last day on which the decision holds."),
    ):
        command = option(command)
    return command


def _decide(home: Path, finding: str, verdict: Verdict, by: str | None, **more: Any) -> None:
    from orchestration.places import Places
    from orchestration.reviewing import reviewer, take
    from warehouse.review import ReviewError

    try:
        decision = take(Places(home.resolve()), finding, verdict, by=by or reviewer(), **more)
    except ReviewError as error:
        raise _Failed(str(error)) from None
    value = "" if decision.value is None else f" {decision.value}"
    click.echo(f"{decision.finding} {decision.verdict}{value}; it counts from the next refresh")


@review.command("list")
@HOME
@click.option("--status", type=click.Choice(["undecided", "decided", "closed", "all"]), default="undecided")
@click.option("--severity", type=click.Choice(["blocks", "warns", "notes"]), default=None)
@click.option("--rule", default="", help="Code of a rule, e.g. share-of-parts.")
@click.option("--district", default="", help="Name of a district.")
@click.option("--text", default="", help="Words of the message or the quote.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line.")
def list_command(
    home: Path, status: str, severity: str | None, rule: str, district: str, text: str, as_json: bool
) -> None:
    """The findings that wait for a decision, gravest first."""
    from desk.findings import Filter
    from orchestration.places import Places
    from orchestration.reviewing import list_findings
    from warehouse.review import ReviewError

    wanted = Filter(status=status, severity=severity or "", rule=rule, district=district, text=text)
    try:
        list_findings(Places(home.resolve()), wanted, as_json)
    except ReviewError as error:
        raise _Failed(str(error)) from None


@review.command()
@click.argument("finding")
@HOME
def show(finding: str, home: Path) -> None:
    """One finding: the numbers it cites, where they stand, what was decided."""
    from orchestration.places import Places
    from orchestration.reviewing import show_finding
    from warehouse.review import ReviewError

    try:
        show_finding(Places(home.resolve()), finding)
    except ReviewError as error:
        raise _Failed(str(error)) from None


@review.command()
@_deciding
def accept(finding: str, home: Path, reason: str, by: str | None, until: str | None) -> None:
    """It is fine as it is."""
    _decide(home, finding, "accepted", by, reason=reason, until=until)


@review.command()
@_deciding
@click.argument("value")
@click.option("--number", default=1, show_default=True, help="Which of the cited numbers, see `review show`.")
def correct(
    finding: str, value: str, number: int, home: Path, reason: str, by: str | None, until: str | None
) -> None:
    """VALUE is right, in the unit that the report prints; the facts take it, the observation stays as printed."""
    _decide(home, finding, "corrected", by, reason=reason, until=until, value=value, number=number)


@review.command()
@_deciding
@click.option("--misread", is_flag=True, help="The report is right, it was misread.")
def reject(finding: str, misread: bool, home: Path, reason: str, by: str | None, until: str | None) -> None:
    """The figure is wrong: the report's error, or with --misread the reader's."""
    _decide(home, finding, "parser_error" if misread else "source_error", by, reason=reason, until=until)


@review.command()
@_deciding
def reopen(finding: str, home: Path, reason: str, by: str | None, until: str | None) -> None:
    """Take a decision back: the finding waits again."""
    _decide(home, finding, "reopened", by, reason=reason, until=until)


@review.command("serve")
@HOME
@click.option("--port", default=3200, show_default=True)
@click.option("--by", envvar="ZHIJIAO_REVIEWER", help="Who decides; can be changed in the page.")
def serve_command(home: Path, port: int, by: str | None) -> None:
    """The desk: findings and decisions as a web page, on this machine only."""
    from orchestration.places import Places
    from orchestration.reviewing import reviewer, serve

    click.echo(f"http://127.0.0.1:{port}  (Ctrl-C stops it)")
    serve(Places(home.resolve()), port, by or reviewer())


@main.command()
@click.option(
    "--to",
    required=True,
    metavar="URL|DIR",
    help="postgresql://user@host/database, or a folder for Parquet by year with a manifest.",
)
@click.option(
    "--schema", default="zhijiao", show_default=True, help="Schema of PostgreSQL; swapped in as a whole."
)
@HOME
def publish(to: str, schema: str, home: Path) -> None:
    """Push the last release to where BI tools are: all of it, or nothing. Readers there never see half.

    Exit code 0 published or there already, 2 nothing was published, with the reason.
    """
    from orchestration.places import Places
    from warehouse.publish import PublishError
    from warehouse.publish import publish as push

    try:
        done = push(Places(home.resolve()).current, to, schema=schema)
    except PublishError as error:
        raise _Failed(str(error)) from None
    if done.is_new:
        rows = sum(done.tables.values())
        click.echo(f"published {done.release_id} to {done.to}: {len(done.tables)} tables, {rows:,} rows")
    else:
        click.echo(f"{done.release_id} is at {done.to} already")


@main.command()
@HOME
@SOURCES
@INBOX
@click.option("--port", default=3000, show_default=True)
def ui(home: Path, sources: Path | None, inbox: Path | None, port: int) -> None:
    """Dagster's web UI on this project: assets, lineage, checks, runs, schedule, sensors. On this machine only."""
    settings = _settings(home, sources, inbox)
    _check_operations(settings)
    from orchestration.partitions import register
    from orchestration.refreshing import open_instance

    with open_instance(settings.places) as instance:
        register(instance, settings.partitions())
    dagster = str(Path(sys.executable).with_name("dagster"))
    command = [dagster, "dev", "-m", "orchestration.definitions", "--host", "127.0.0.1", "--port", str(port)]
    click.echo(f"http://127.0.0.1:{port}  (Ctrl-C stops it)")
    os.execv(dagster, command)  # the UI takes this process's place, and its signals


if __name__ == "__main__":
    main()
