"""The season report: what a release brings beside the one before it, as a short page to forward and as JSON.

It is made from the two databases and nothing else, so the same two give the same page, whatever happened to the runs in
between. What is compared are reports (`dim_report`), findings (`fct_finding`) and the rows of every mart.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from warehouse.release import DATABASE, Release, current_release

_TEMPLATES = Path(__file__).with_name("templates")
_SHOWN = 40
_WIDTH, _HEIGHT = 640, 200

_REPORT = (
    "report_id, title, publisher, district, report_year, published_on::VARCHAR AS published_on, url, source"
)

# `now` and `before` are the two releases; without one before, `before` has the same tables, empty.
_REPORTS = {
    "new": """
        SELECT {report} FROM reports
        WHERE role = 'report' AND NOT was_there AND NOT replaces ORDER BY district, publisher, report_year, report_id""",
    "revised": """
        SELECT {report} FROM reports
        WHERE role = 'report' AND NOT was_there AND replaces ORDER BY district, publisher, report_year, report_id""",
    "withdrawn": """
        SELECT {report} FROM reports
        WHERE state = 'withdrawn' AND NOT was_withdrawn ORDER BY district, publisher, report_year, report_id""",
    "unreadable": """
        SELECT {report}, reject_reason FROM reports
        WHERE status = 'rejected' AND NOT was_there ORDER BY source, url""",
    "missing": """
        SELECT arg_max({last}, report_year) AS last, publisher, district FROM reports
        WHERE role = 'report' AND publisher IS NOT NULL
        GROUP BY publisher, district
        HAVING max(report_year) = $season - 1 ORDER BY district, publisher""",
}
_LAST = "struct_pack(title := title, url := url)"

_SETUP = """
CREATE TEMP TABLE reports AS
SELECT
    now_report.*,
    district.name_zh AS district,
    before_report.report_id IS NOT NULL AS was_there,
    coalesce(before_report.state = 'withdrawn', false) AS was_withdrawn,
    bool_or(before_report.report_id IS NOT NULL) OVER (PARTITION BY now_report.chain_id) AS replaces
FROM now.main.dim_report AS now_report
LEFT JOIN before.main.dim_report AS before_report USING (report_id)
LEFT JOIN (SELECT district_code, any_value(name_zh) AS name_zh FROM now.main.dim_district GROUP BY district_code)
    AS district ON now_report.district_code = district.district_code
"""

_COVERAGE = """
SELECT
    coalesce(district, '（未定 unknown）') AS district,
    count(DISTINCT publisher) FILTER (report_year = $season) AS this_season,
    count(DISTINCT publisher) FILTER (report_year = $season - 1) AS last_season
FROM reports WHERE role = 'report' AND is_latest
GROUP BY ALL HAVING this_season + last_season > 0 ORDER BY this_season DESC, last_season DESC, district
"""

_FINDINGS = """
SELECT finding_id, rule, severity, message_zh, message_en, quote, url FROM {a}.main.fct_finding
WHERE finding_id NOT IN (SELECT finding_id FROM {b}.main.fct_finding)
ORDER BY list_position(['blocks', 'warns', 'notes'], severity), rule, finding_id
"""

# Each table is read once and rows are told apart by 64 bits of hash: to compare ten thousand reports' rows column by column
# takes longer than to build them, and what is counted here is for people to read.
_CHANGED_ROWS = """
SELECT
    coalesce(sum(greatest(n, 0)), 0)::BIGINT AS added,
    coalesce(sum(greatest(-n, 0)), 0)::BIGINT AS gone,
    list(DISTINCT year ORDER BY year) FILTER (n > 0 AND year IS NOT NULL) AS years
FROM (
    SELECT year, sum(n) AS n
    FROM (
        SELECT hash({fields}) AS line, {year} AS year, 1 AS n FROM now.main."{mart}"
        UNION ALL
        SELECT hash({fields}) AS line, {year} AS year, -1 AS n FROM before.main."{mart}"
    )
    GROUP BY line, year
)
"""

_ARRIVALS = """
SELECT report_year, published_on, count(*) AS n FROM reports
WHERE role = 'report' AND published_on IS NOT NULL AND report_year IN ($season, $season - 1)
GROUP BY ALL ORDER BY ALL
"""


def write_season_report(folder: Path, record: Release, *, before: Path, database: Path) -> None:
    """Write `index.html` and `report.json` for a release into `folder`. `before` is the release that it follows."""
    told = season_report(database, before)
    told = {"release_id": record.release_id, "content_hash": record.content_hash, **told}
    folder.mkdir(parents=True)
    (folder / "report.json").write_text(
        json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    (folder / "index.html").write_text(_page(told), encoding="utf-8")


def season_report(database: Path, before: Path) -> dict[str, Any]:
    """What the database brings beside the release in `before`, which may not be there: JSON-ready."""
    published = current_release(before)
    with duckdb.connect() as connection:
        _attach(connection, database, before / DATABASE if published else None)
        connection.execute(_SETUP)
        season = connection.execute("SELECT max(report_year) FROM reports WHERE role = 'report'").fetchall()[
            0
        ][0]
        return {
            "season": season,
            "before": published.release_id if published else None,
            "reports": {
                name: _rows(connection, sql.format(report=_REPORT, last=_LAST), season)
                for name, sql in _REPORTS.items()
            },
            "marts": [_mart(connection, name) for name in _marts(connection)],
            "coverage": _rows(connection, _COVERAGE, season),
            "arrivals": _arrivals(connection, season),
            "findings": {
                "opened": _rows(connection, _FINDINGS.format(a="now", b="before")),
                "closed": _rows(connection, _FINDINGS.format(a="before", b="now")),
                "open": dict(
                    _fetch(
                        connection,
                        "SELECT severity, count(*) FROM now.main.fct_finding GROUP BY ALL ORDER BY ALL",
                    )
                ),
            },
        }


def _attach(connection: duckdb.DuckDBPyConnection, database: Path, before: Path | None) -> None:
    connection.execute(f"ATTACH '{_quoted(database)}' AS now (READ_ONLY)")
    if before:
        connection.execute(f"ATTACH '{_quoted(before)}' AS before (READ_ONLY)")
        return
    connection.execute("ATTACH ':memory:' AS before")
    for table in ("dim_report", "fct_finding"):
        connection.execute(f"CREATE TABLE before.main.{table} AS FROM now.main.{table} LIMIT 0")


def _quoted(path: Path) -> str:
    return str(path.resolve()).replace("'", "''")


def _fetch(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, season: int | None = None) -> list[dict[str, Any]]:
    """The rows of a query by name. A query may ask for the season."""
    found = connection.execute(sql, {"season": season} if "$season" in sql else {})
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _marts(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [
        name
        for (name,) in _fetch(
            connection,
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'now' AND schema_name = 'main' "
            "AND starts_with(table_name, 'mart_') ORDER BY ALL",
        )
    ]


def _mart(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, Any]:
    """Rows of a mart that the release before has not, and the other way round, over the columns that both have."""
    columns = _columns(connection, "before", name)
    fields = ", ".join(
        f'"{column}"' for column, _ in _columns(connection, "now", name) if (column, _) in columns
    )
    rows = _fetch(connection, f'SELECT count(*) FROM now.main."{name}"')[0][0]
    if not fields:
        return {"mart": name, "rows": rows, "added": rows, "gone": 0, "years": []}
    year = '"year"' if '"year"' in fields else "NULL::INTEGER"
    [(added, gone, years)] = _fetch(connection, _CHANGED_ROWS.format(mart=name, fields=fields, year=year))
    return {"mart": name, "rows": rows, "added": added, "gone": gone, "years": years or []}


def _columns(connection: duckdb.DuckDBPyConnection, database: str, table: str) -> list[tuple[str, str]]:
    """Names and types; times are left out, because they differ from run to run."""
    return connection.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = ? AND schema_name = 'main' "
        "AND table_name = ? AND NOT starts_with(data_type, 'TIMESTAMP') ORDER BY column_index",
        [database, table],
    ).fetchall()


def _arrivals(connection: duckdb.DuckDBPyConnection, season: int | None) -> dict[str, list[tuple[int, int]]]:
    """Of this season and the last: day of the season (1 September is 0), and how many reports were out by then."""
    lines: dict[str, list[tuple[int, int]]] = {}
    rows = _rows(connection, _ARRIVALS, season)
    for year, days in groupby(rows, key=lambda row: row["report_year"]):
        total, line = 0, []
        for row in days:
            total += row["n"]
            line.append(((row["published_on"] - date(year, 9, 1)).days, total))
        lines[str(year)] = line
    return lines


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _page(told: dict[str, Any]) -> str:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("season_report.html.jinja")
    most = max((max(row["this_season"], row["last_season"]) for row in told["coverage"]), default=1)
    return template.render(told=told, shown=_SHOWN, most=most, chart=_chart(told["arrivals"], told["season"]))


def _chart(arrivals: dict[str, list[tuple[int, int]]], season: int | None) -> dict[str, Any] | None:
    """Steps of an SVG: how many reports were out by which day, this season and the last, on one scale."""
    points = [point for line in arrivals.values() for point in line]
    if not points or season is None:
        return None
    first, last = min(day for day, _ in points), max(day for day, _ in points)
    top = max(count for _, count in points)

    def x(day: int) -> float:
        return round(_WIDTH * (day - first) / max(last - first, 1), 1)

    def path(line: list[tuple[int, int]]) -> str:
        steps = [f"M{x(line[0][0])} {_HEIGHT}"]
        steps += [f"H{x(day)}V{round(_HEIGHT - _HEIGHT * count / top, 1)}" for day, count in line]
        return "".join(steps) + f"H{_WIDTH}"

    months = [date(season, month, 1) for month in range(9, 13)] + [
        date(season + 1, month, 1) for month in range(1, 9)
    ]
    start = date(season, 9, 1)
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "top": top,
        "lines": [
            {"year": int(year), "now": int(year) == season, "path": path(line), "total": line[-1][1]}
            for year, line in sorted(arrivals.items())
        ],
        "months": [
            {"x": x((day - start).days), "name": f"{day.month}月"}
            for day in months
            if first <= (day - start).days <= last
        ],
        "from": (start + timedelta(first)).isoformat(),
    }
