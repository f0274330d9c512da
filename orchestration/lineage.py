"""From a number back to the file it was printed in, as previews for Dagster's pages. Only reading and wording belongs here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from orchestration.places import Places
from scrapers.landing import Landing

_SHOWN = 10
_SHOWN_FINDINGS = 50

# Every mart whose rows name the observation that they rest on, and of its columns those that tell a row apart.
_MARTS = """
SELECT table_name, list(column_name ORDER BY column_index) FILTER (list_contains($names, column_name))
FROM duckdb_columns() WHERE schema_name = 'main' AND starts_with(table_name, 'mart_')
GROUP BY table_name HAVING bool_or(column_name = 'observation_id') ORDER BY table_name
"""
_NAMES = ["school_name_zh", "district_name_zh", "metric_name_zh", "year", "value", "unit"]
_ROWS = """
SELECT concat_ws(' ', {names}), observations.raw, observations.place, reports.title, reports.url, reports.report_id
FROM {mart} AS mart
INNER JOIN fct_observation AS observations ON mart.observation_id = observations.observation_id
INNER JOIN dim_report AS reports ON observations.report_id = reports.report_id
ORDER BY observations.year DESC, mart.observation_id
LIMIT {shown}
"""


def landed_files_preview(landing: Landing, source: str) -> dg.MetadataValue:
    """The newest files of a source: title and address, date, size, and where the bytes are."""
    rows = sorted(
        landing.current(source).values(), key=lambda row: row.published_on or row.fetched_at, reverse=True
    )
    lines = [
        (
            _link(row.title or row.url, row.url),
            row.published_on,
            row.state,
            f"{row.bytes:,}",
            _path(landing, row.sha256),
        )
        for row in rows[:_SHOWN]
    ]
    heads = (f"newest {len(lines)} of {len(rows)} files", "published", "state", "bytes", "landed file")
    return dg.MetadataValue.md(_table(heads, lines))


def lineage_preview(places: Places) -> dg.MetadataValue:
    """The newest rows of every mart that rests on single observations: what is printed, in which report, in which file."""
    landing, lines = Landing(places.landing), []
    with duckdb.connect(str(places.current / "warehouse.duckdb"), read_only=True) as connection:
        for mart, columns in connection.execute(_MARTS, {"names": _NAMES}).fetchall():
            names = ", ".join(f"mart.{column}" for column in columns)
            rows = connection.execute(_ROWS.format(mart=mart, names=names, shown=_SHOWN)).fetchall()
            for row, raw, place, title, url, sha256 in rows:
                report = _link(title or sha256[:12], url)
                lines.append((mart, row, f"{raw} ({place})", report, _path(landing, sha256)))
    return dg.MetadataValue.md(_table(("mart", "row", "as printed", "report", "landed file"), lines))


def blocking_findings(database: Path, rules: Sequence[str]) -> list[dict[str, Any]]:
    """The findings of the rules that hold the release back, at most fifty: what alerts name."""
    if not rules:
        return []
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(
            "SELECT finding_id, rule, message_zh, message_en, url FROM fct_finding "
            f"WHERE list_contains(?, rule) ORDER BY rule, finding_id LIMIT {_SHOWN_FINDINGS}",
            [list(rules)],
        )
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _path(landing: Landing, sha256: str) -> str:
    """Where the bytes are, from the home on."""
    try:
        return str(landing.path(sha256).relative_to(landing.root.parent))
    except KeyError:
        return f"{sha256}: not in the landing zone"


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(value: object) -> str:
    """A cell of a Markdown table: nothing in it may end the cell or the row, or be taken for HTML."""
    text = "" if value is None else str(value)
    for char, escaped in (("|", "\\|"), ("\n", " "), ("<", "&lt;")):
        text = text.replace(char, escaped)
    return text


def _link(words: str, url: str | None) -> str:
    """A link where the address is the web's; the inbox's are none."""
    words = words.replace("[", "(").replace("]", ")")
    return f"[{words}]({url})" if url and url.startswith(("http://", "https://")) else words
