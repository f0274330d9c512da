"""What the models make of the sample in conftest.py: two schools, a district, a re-issued report, errors."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import pytest

CENTRE = "rongchang-vec"


def rows(connection: duckdb.DuckDBPyConnection, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    return connection.execute(query, list(parameters)).fetchall()


def one(connection: duckdb.DuckDBPyConnection, query: str, *parameters: Any) -> tuple[Any, ...]:
    (row,) = rows(connection, query, *parameters)
    return row


def test_every_document_is_a_report_with_its_role(connection: duckdb.DuckDBPyConnection) -> None:
    assert dict(rows(connection, "select report_id, role from dim_report")) == {
        "cover": "cover",
        "district-2024": "report",
        "district-2024-corrected": "report",
        "centre-2025": "report",
        "broken": "rejected",
    }


def test_a_reissued_report_is_the_next_version_and_only_the_last_is_latest(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    query = "select version, is_latest from dim_report where report_id = ?"
    assert one(connection, query, "district-2024") == (1, False)
    assert one(connection, query, "district-2024-corrected") == (2, True)


def test_a_rejected_file_keeps_its_reason_and_takes_title_and_publisher_from_its_page(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    query = "select reject_reason, title, publisher, district_code from dim_report where report_id = 'broken'"
    assert one(connection, query) == ("not a PDF", "坏文件", "荣昌区教委", "500153")


def test_a_school_without_observations_is_there_and_stands_in_the_district_it_names(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    school_id, *rest = one(
        connection,
        "select school_id, district_code, short_names, school_kind, is_provisional from dim_school "
        "where name_zh = ?",
        "重庆市永川区甲职业学校",
    )
    assert school_id.startswith("p-")
    assert rest == ["500118", "甲职校", "specialised_secondary", True]


def test_spaces_in_a_printed_name_do_not_make_another_school(connection: duckdb.DuckDBPyConnection) -> None:
    query = "select distinct school_id from fct_observation where metric = 'staff'"
    assert rows(connection, query) == [(CENTRE,)]


def test_an_observation_without_entity_or_year_is_kept(connection: duckdb.DuckDBPyConnection) -> None:
    query = "select count(*) from fct_observation where entity is null and year is null"
    assert one(connection, query) == (2,)


def test_a_programme_is_found_in_the_catalogue(connection: duckdb.DuckDBPyConnection) -> None:
    query = "select distinct programme_id from fct_observation where dims ->> 'programme' = '护理'"
    assert one(connection, query) == ("720201",)


def test_a_former_name_leads_to_the_present_programme(connection: duckdb.DuckDBPyConnection) -> None:
    query = """
        select distinct dim_programme.name_zh from fct_observation join dim_programme using (programme_id)
        where dims ->> 'programme' = ?
    """
    assert one(connection, query, "会计电算化") == ("会计事务",)


def test_the_schools_own_report_wins_over_the_districts(connection: duckdb.DuckDBPyConnection) -> None:
    query = """
        select value, chosen_because, n_observations, n_values, first_value, latest_value
        from fct_school_metric where school_id = ? and year = 2024 and metric = 'enrolment'
    """
    expected = (Decimal(6605), "own_report", 2, 2, Decimal(6610), Decimal(6605))
    assert one(connection, query, CENTRE) == expected


@pytest.mark.parametrize(
    ("metric", "year", "expected"),
    [
        ("enrolment", 2023, (Decimal(8100), "printed", 1)),
        ("enrolment", 2024, (Decimal(6605 + 1500), "sum_of_schools", 2)),
        ("schools", 2024, (Decimal(2), "printed", 0)),
    ],
)
def test_a_district_figure_is_the_printed_one_else_the_sum_of_its_schools(
    connection: duckdb.DuckDBPyConnection, metric: str, year: int, expected: tuple[Any, ...]
) -> None:
    query = """
        select value, basis, n_schools from fct_district_metric
        where district_code = '500153' and metric = ? and year = ?
    """
    assert one(connection, query, metric, year) == expected


def test_a_share_is_never_summed_over_schools(connection: duckdb.DuckDBPyConnection) -> None:
    assert (
        rows(connection, "select 1 from fct_district_metric where metric = 'dual_qualified_teachers_share'")
        == []
    )


def test_a_trend_has_the_year_before_and_three_years(connection: duckdb.DuckDBPyConnection) -> None:
    query = """
        select year, value, previous_value, change, change_pct, three_year_change_pct from mart_school_trends
        where school_id = ? and metric = 'enrolment' order by year
    """
    assert rows(connection, query, CENTRE) == [
        (2023, Decimal(6700), None, None, None, None),
        (2024, Decimal(6605), Decimal(6700), Decimal(-95), -1.42, None),
        (2025, Decimal(6400), Decimal(6605), Decimal(-205), -3.1, -4.48),
    ]


def test_a_printed_district_figure_is_not_compared_with_a_sum(connection: duckdb.DuckDBPyConnection) -> None:
    query = "select year, basis, change from mart_district_trends where metric = 'enrolment' order by year"
    assert rows(connection, query) == [
        (2023, "printed", None),
        (2024, "sum_of_schools", None),
        (2025, "sum_of_schools", None),
    ]


def test_the_same_figure_printed_differently_is_a_contradiction_but_a_rounding_is_none(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    query = "select metric, printed, expected, len(observation_ids) from audit.audit_restated"
    assert rows(connection, query) == [("staff", Decimal(375), Decimal(357), 2)]


def test_a_share_that_follows_from_no_parts_is_a_contradiction(connection: duckdb.DuckDBPyConnection) -> None:
    query = "select rule, year, printed, round(expected, 2), report_id from audit.audit_share_of_parts"
    expected = ("share-of-parts", 2025, Decimal("70.0"), Decimal("66.67"), "centre-2025")
    assert one(connection, query) == expected


def test_a_total_that_its_parts_do_not_reach_is_a_contradiction(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    query = "select metric, printed, expected, len(observation_ids) from audit.audit_total_of_parts"
    assert set(rows(connection, query)) == {("graduates", Decimal(2125), Decimal(2100), 3)}


def test_the_union_holds_the_findings_of_every_rule(connection: duckdb.DuckDBPyConnection) -> None:
    query = "select count(*), count(distinct subject_key) from audit.audit_contradictions"
    total, distinct = one(connection, query)
    assert total == distinct >= 3
