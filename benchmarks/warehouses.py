"""Makes the schema raw of a warehouse of any size: schools × years, restated and with gaps as real reports are.

Everything follows from hashes of school, year and metric: the same size gives the same rows, on any machine.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from warehouse.staging import RAW_SCHEMA, STORAGE

SEEDS = Path(__file__).parents[1] / "dbt_project" / "seeds"
FIRST_YEAR, LAST_YEAR = 2016, 2025
PER_REPORT = 400

# Shares as counted in the four reports that we know: a quarter unmapped, three in five with a breakdown, last year's
# figure printed beside this year's in a table, the prose repeating the table.
_OBSERVATIONS = """
INSERT INTO raw.observations BY NAME
WITH slots AS (
    SELECT reports.*, slot, CASE WHEN slot BETWEEN 70 AND 104 THEN report_year - 1 ELSE report_year END AS year,
        CASE
            WHEN slot < 70 THEN slot WHEN slot < 105 THEN slot - 70 WHEN slot < 125 THEN slot - 105
            WHEN slot < 245 THEN (slot - 125) % 10 WHEN slot < 320 THEN (slot - 245) % 25
        END AS metric_number,
        CASE
            WHEN slot BETWEEN 125 AND 244 THEN programme_texts[1 + ((slot - 125) // 10 + school) % len(programme_texts)]
            WHEN slot BETWEEN 245 AND 319 THEN member_texts[1 + ((slot - 245) // 25 + slot * 7) % len(member_texts)]
            ELSE '{}'
        END AS dims
    FROM reports, range(?) AS slots(slot), vocabulary
), figures AS (
    SELECT slots.*, metrics.code, metrics.unit, metrics.name_zh, metrics.kind,
        hash(school, metric_number, dims) % 3000 AS base,
        hash(school, metric_number, dims, year, report_year, slot) % 100 AS lot
    FROM slots LEFT JOIN metrics ON metrics.number = slots.metric_number
)
SELECT
    sha256 AS document_sha256, slot * 97 AS char_start, slot * 97 + 4 AS char_end,
    -- A twentieth of what is printed again differs from what was printed first.
    CASE WHEN kind = 'ratio' THEN 30 + base % 70 ELSE base + 40 * (year - 2016) END
        + CASE WHEN slot BETWEEN 70 AND 124 AND lot < 5 THEN 1 + lot ELSE 0 END AS value,
    value::INTEGER::VARCHAR AS raw, coalesce(unit, '') AS unit, '' AS unit_raw, coalesce(code, 'unmapped') AS metric,
    coalesce(name_zh, '其他项目 ' || slot) || ' > ' || year AS label, name AS entity, year, 'school' AS year_basis, dims,
    CASE WHEN slot BETWEEN 105 AND 124 THEN 'prose' ELSE '表' || slot // 20 END AS "where", 'grid' AS method,
    0.7 + (slot % 4) * 0.1 AS confidence,
    name || coalesce(name_zh, '其他项目') || year || '年达到' || raw
        || ',较上年有所变化,详见第' || slot // 20 || '张表所列数据' AS quote
FROM figures
WHERE slot < 70 OR lot < 93  -- and some of what was expected is not printed
"""

_DISTRICT_OBSERVATIONS = """
INSERT INTO raw.observations BY NAME
SELECT
    sha256 AS document_sha256, (row_number() OVER (PARTITION BY sha256 ORDER BY name, number))::INTEGER * 50 AS char_start,
    char_start + 4 AS char_end, hash(school, number, '{}') % 3000 + 40 * (report_year - 2016) AS value,
    value::INTEGER::VARCHAR AS raw, unit, '' AS unit_raw, code AS metric, name_zh AS label, name AS entity,
    report_year AS year, 'school' AS year_basis, '{}' AS dims, '表1' AS "where", 'grid' AS method, 0.9 AS confidence,
    name || name_zh || raw AS quote
FROM district_reports INNER JOIN schools USING (district_code), metrics
WHERE number < 20
"""


def generate(database: Path, observations: int) -> int:
    """Write a fresh `database` with about `observations` numbers; the count that it really holds comes back.

    Every school publishes a report a year, but for one year in twelve, and every district one on its schools.
    """
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database), config=STORAGE) as connection:
        connection.execute(RAW_SCHEMA.read_text(encoding="utf-8"))
        connection.execute("SET preserve_insertion_order = true")
        _vocabulary(connection)
        _reports(connection, schools=max(3, round(1.1 * observations / PER_REPORT / 10)))
        connection.execute(_OBSERVATIONS, [PER_REPORT])
        connection.execute(_DISTRICT_OBSERVATIONS)
        connection.execute("INSERT INTO raw.builds VALUES ('benchmark', false)")
        connection.execute("CHECKPOINT")
        return int(connection.execute("SELECT count(*) FROM raw.observations").fetchall()[0][0])


def _vocabulary(connection: duckdb.DuckDBPyConnection) -> None:
    """The metrics by number, those of most reports first; programmes and members as printed dimensions."""
    connection.execute(
        f"""
        CREATE TEMP TABLE metrics AS
        SELECT code, name_zh, unit, kind,
            row_number() OVER (ORDER BY code NOT IN ('enrolment', 'new_entrants', 'graduates', 'staff', 'teachers',
                'full_time_teachers', 'dual_qualified_teachers'), hash(code)) - 1 AS number
        FROM read_csv('{SEEDS / "metrics.csv"}', header = true);
        CREATE TEMP TABLE vocabulary AS
        SELECT
            (SELECT list(json_object('programme', name_zh)::VARCHAR ORDER BY code)
             FROM read_csv('{SEEDS / "programmes.csv"}', header = true)) AS programme_texts,
            (SELECT list(json_object(dimension, member)::VARCHAR ORDER BY dimension, member)
             FROM read_csv('{SEEDS / "members.csv"}', header = true) WHERE dimension <> 'programme') AS member_texts
        """
    )


def _reports(connection: duckdb.DuckDBPyConnection, schools: int) -> None:
    """Schools in their districts, and the documents, landed files and entities of their reports."""
    connection.execute(
        f"""
        CREATE TEMP TABLE districts AS
        SELECT code AS district_code, name_zh, row_number() OVER (ORDER BY code) - 1 AS number, count(*) OVER () AS n
        FROM read_csv('{SEEDS / "districts.csv"}', header = true, types = {{'code': 'VARCHAR'}})
        WHERE kind <> 'municipality';
        CREATE TEMP TABLE schools AS
        SELECT school::INTEGER AS school, district_code, '重庆市' || name_zh || '第' || school || '职业学校' AS name
        FROM range({schools}) AS schools(school) INNER JOIN districts ON number = school % n;
        CREATE TEMP TABLE reports AS
        SELECT sha256('school ' || school || ' ' || report_year) AS sha256, school, name, district_code,
            report_year::INTEGER AS report_year
        FROM schools, range({FIRST_YEAR}, {LAST_YEAR + 1}) AS years(report_year)
        WHERE hash(school, report_year) % 12 <> 0
        ORDER BY report_year, school;
        CREATE TEMP TABLE district_reports AS
        SELECT sha256('district ' || district_code || ' ' || report_year) AS sha256, district_code,
            name_zh AS district_name, report_year::INTEGER AS report_year
        FROM districts, range({FIRST_YEAR}, {LAST_YEAR + 1}) AS years(report_year)
        WHERE district_code IN (SELECT district_code FROM schools);
        CREATE TEMP TABLE published AS
        SELECT sha256, name, 'school' AS kind, district_code, report_year FROM reports
        UNION ALL SELECT sha256, district_name, 'district', district_code, report_year FROM district_reports;
        """
    )
    connection.execute(
        """
        INSERT INTO raw.documents BY NAME
        SELECT sha256, 'html' AS reader, '1' AS reader_version, 'read' AS status, 'text/html' AS content_type,
            name || report_year || '年度职业教育质量报告' AS title, name AS publisher, report_year,
            90000 AS chars, 40 AS tables, 400 AS observations, 80 AS unmapped
        FROM published;
        INSERT INTO raw.document_entities BY NAME
        SELECT sha256 AS document_sha256, name, kind, '[]' AS short_names, false AS provisional, 'publisher' AS role
        FROM published;
        INSERT INTO raw.landed_files BY NAME
        SELECT sha256, 'https://d' || district_code || '.example/' || sha256[:16] || '.html' AS url, url AS final_url,
            'd' || district_code AS source, 'page' AS kind, make_date(report_year + 1, 1, 5) AS published_on,
            make_timestamp(report_year + 1, 1, 10, 0, 0, 0) AS fetched_at, 'text/html' AS content_type,
            250000 AS bytes, 'landed' AS state, district_code
        FROM published;
        INSERT INTO raw.source_runs BY NAME
        SELECT DISTINCT 'd' || district_code AS source, district_code AS name, district_code, 'ok' AS status,
            '[]' AS problems
        FROM published
        """
    )
