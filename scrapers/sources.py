"""Sources: one YAML file a district, read strictly. A mistake in one file never hides the others."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urljoin, urlsplit

import soupsieve
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from scrapers import hooks
from scrapers.addresses import is_allowed, is_loopback_name, is_web_url
from scrapers.records import INBOX
from scrapers.titles import NOT_A_REPORT, REPORT_TITLE, squeezed

Month = Annotated[int, Field(ge=1, le=12)]

REAL_SOURCES = Path(__file__).parent / "sources"
"""The districts that the project knows of."""


_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*(:\d{1,5})?|\[[0-9a-f:]+\](:\d{1,5})?", re.I)


class Select(BaseModel):
    """CSS selectors for a template that the general reading misses. One that matches nothing is a finding."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    items: Annotated[str | None, Field(description="the part of a list page that holds the list")] = None
    body: Annotated[str | None, Field(description="the part of an article page that holds the article")] = (
        None
    )

    @field_validator("items", "body")
    @classmethod
    def _is_selector(cls, value: str | None) -> str | None:
        try:
            soupsieve.compile(value or "*")
        except soupsieve.SelectorSyntaxError as error:
            raise ValueError(f"not a CSS selector: {str(error).splitlines()[0]}") from error
        return value


class Source(BaseModel):
    """One publisher's site: where its lists are and what a report's title looks like there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[
        str, Field(pattern=r"^[a-z][a-z0-9_-]*$", description="name of the source's manifest, for ever")
    ]
    name: Annotated[str, Field(min_length=1, description="the publisher, as people call it")]
    district: Annotated[str, Field(pattern=r"^\d{6}$", description="GB/T 2260 code, six digits in quotes")]
    base: Annotated[str, Field(description="scheme and host that the paths of `lists` start from")]
    hosts: Annotated[
        tuple[str, ...],
        Field(description="further hosts the crawler may ask: name for any port, or name:port"),
    ] = ()
    lists: Annotated[tuple[str, ...], Field(min_length=1, description="first pages of lists: paths or URLs")]
    title: Annotated[str, Field(description="regular expression: titles of reports")] = REPORT_TITLE
    exclude: Annotated[str, Field(description="regular expression: titles to leave out all the same")] = (
        NOT_A_REPORT
    )
    body: Annotated[
        Literal["any", "page", "file"],
        Field(description="where the report is: the text of the page, files attached to it, or any"),
    ] = "any"
    select: Annotated[
        Select, Field(description="CSS selectors, `items` and `body`, where templates are unusual")
    ] = Select()
    season: Annotated[
        tuple[Month, Month] | None,
        Field(description="first and last month in which reports appear, such as [12, 3]; null: none is due"),
    ] = (12, 3)
    until: Annotated[
        int | None,
        Field(ge=1990, le=2100, description="last year that this publisher reports on, if it is no more"),
    ] = None
    pause: Annotated[float, Field(ge=0, le=60, description="seconds between two requests to one host")] = 1.0
    max_pages: Annotated[int, Field(ge=1, le=5000, description="pages of one list to read at most")] = 200
    verify_tls: Annotated[bool, Field(description="false: take the site's certificate as it is")] = True
    loopback: Annotated[
        bool,
        Field(
            description="true: hosts may be this machine itself; implied by a base such as http://127.0.0.1"
        ),
    ] = False
    hook: Annotated[
        str | None,
        Field(description="module in scrapers/hooks/ that reads this site's lists, where nothing else can"),
    ] = None
    checked: Annotated[
        Literal["never"] | datetime.date,
        Field(description="when a person last saw this source work, or never"),
    ] = "never"

    @field_validator("id")
    @classmethod
    def _not_reserved(cls, value: str) -> str:
        if value == INBOX:
            raise ValueError(f"the id {INBOX!r} belongs to files from the inbox; choose another")
        return value

    @field_validator("title", "exclude")
    @classmethod
    def _is_expression(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return value

    @field_validator("hosts")
    @classmethod
    def _are_hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for host in value:
            if not _HOST.fullmatch(host):
                raise ValueError(f"{host!r} is no host; write it without scheme and path")
        return value

    @field_validator("hook")
    @classmethod
    def _hook_exists(cls, value: str | None) -> str | None:
        if value is not None and value not in hooks.names():
            raise ValueError(f"no such hook; there is {', '.join(hooks.names())}")
        return value

    @field_validator("base")
    @classmethod
    def _is_site(cls, value: str) -> str:
        if not is_web_url(value):
            raise ValueError("write scheme and host, such as https://www.example.gov.cn")
        return value

    @model_validator(mode="after")
    def _lists_stand_on_allowed_hosts(self) -> Source:
        for url in self.list_urls:
            if not self.allows(url):
                raise ValueError(
                    f"lists: {url} is on no allowed host ({', '.join(self.allowed_hosts)}); add it to hosts"
                )
        return self

    @property
    def list_urls(self) -> tuple[str, ...]:
        """The addresses of the first list pages."""
        return tuple(urljoin(self.base, path) for path in self.lists)

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """The hosts the crawler may ask, the base's own among them: `name` for any port, or `name:port`."""
        parts = urlsplit(self.base)
        own = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname or ""
        return tuple(dict.fromkeys((own, *(host.lower() for host in self.hosts))))

    @property
    def may_be_loopback(self) -> bool:
        """Whether hosts of this source may be this machine itself."""
        return self.loopback or is_loopback_name(urlsplit(self.base).hostname)

    def allows(self, url: str) -> bool:
        """Whether the crawler may ask this address: http(s), on an allowed host."""
        return is_allowed(url, self.allowed_hosts)

    def wants(self, title: str) -> bool:
        """Whether a title is a report's."""
        plain = squeezed(title)
        return bool(re.search(self.title, plain)) and not re.search(self.exclude, plain)

    def excludes(self, title: str) -> bool:
        """Whether a title says that this is something else, whatever the rest of it may be."""
        return bool(re.search(self.exclude, squeezed(title)))


@dataclass(frozen=True, slots=True)
class SourceProblem:
    """One mistake in one file: where it is, what is wrong and what would be right."""

    file: Path
    line: int | None
    field: str | None
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}: {self.field}: {self.message}" if self.field else f"{place}: {self.message}"


class SourceError(ValueError):
    """All that is wrong with the sources, for a caller that will not go on without them."""

    def __init__(self, problems: Iterable[SourceProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def load_sources(path: Path) -> tuple[list[Source], list[SourceProblem]]:
    """Read a folder of source YAMLs, or one file: the good sources, by id, and every mistake in the others.

    Never raises for what the files hold; `raise SourceError(problems)` is the caller's choice.
    """
    files, problems = _source_files(path)
    loaded: dict[str, tuple[Source, Path]] = {}
    for file in files:
        source, found = _load_file(file)
        problems += found
        if source is None:
            continue
        if source.id in loaded:
            other = loaded[source.id][1].name
            problems.append(
                SourceProblem(
                    file, None, "id", f"{source.id!r} is taken by {other}; give each source its own"
                )
            )
            continue
        loaded[source.id] = source, file
    return [loaded[name][0] for name in sorted(loaded)], problems


def _source_files(path: Path) -> tuple[list[Path], list[SourceProblem]]:
    if path.is_file():
        return [path], []
    if not path.is_dir():
        return [], [
            SourceProblem(path, None, None, "no such file or folder; name a source YAML or a folder of them")
        ]
    files = sorted(
        file for file in path.iterdir() if file.suffix in (".yaml", ".yml") and not file.name.startswith(".")
    )
    if not files:
        return [], [
            SourceProblem(path, None, None, "no source in this folder; add one, a .yaml file a district")
        ]
    return files, []


def _load_file(file: Path) -> tuple[Source | None, list[SourceProblem]]:
    """One file's source, or its mistakes."""
    try:
        fields, lines = _parse(file)
        return Source.model_validate(fields), []
    except ValidationError as error:
        return None, [_explain(file, lines, detail) for detail in error.errors()]
    except SourceError as error:
        return None, list(error.problems)


def _parse(file: Path) -> tuple[object, dict[str, int]]:
    """A YAML file's fields, and the line that each stands in. Raises SourceError if it is no YAML of fields."""

    def wrong(message: str, line: int | None = None, field: str | None = None) -> SourceError:
        return SourceError([SourceProblem(file, line, field, message)])

    try:
        text = file.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        fields = yaml.safe_load(text)
    except OSError as error:
        raise wrong(f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise wrong("is not UTF-8; save it as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise wrong(f"not valid YAML: {error.problem}", mark.line + 1 if mark else None) from error
    except (yaml.YAMLError, ValueError) as error:  # a date such as 2026-13-01 is a bare ValueError
        raise wrong(f"not valid YAML: {error}") from error
    if not isinstance(node, yaml.MappingNode):
        raise wrong("holds no fields; write one `name: value` a line")
    lines: dict[str, int] = {}
    for key, _ in node.value:
        line = key.start_mark.line + 1
        if lines.setdefault(key.value, line) != line:
            raise wrong(f"stands in line {lines[key.value]} too; keep one", line, key.value)
    return fields, lines


def _explain(file: Path, lines: dict[str, int], detail: ErrorDetails) -> SourceProblem:
    """Put pydantic's finding into the words of someone who edits the file."""
    field = str(detail["loc"][0]) if detail["loc"] else None
    line = lines.get(field or "")
    known = Source.model_fields
    if detail["type"] == "extra_forbidden" and field:
        near = difflib.get_close_matches(field, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"allowed are {', '.join(known)}"
        return SourceProblem(file, line, field, f"no such field; {hint}")
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "tuple_type":
        message = "write a list, such as [a, b]"
    if field in known:
        meaning = known[field].description
        if detail["type"] == "missing":
            return SourceProblem(file, None, field, f"is missing ({meaning})")
        message = f"{message} ({meaning}); it is {_short(detail['input'])}"
    return SourceProblem(file, line, field, message)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
