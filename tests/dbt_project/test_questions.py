"""The questions of docs/questions.md: each short, each answered."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

DOCS = Path(__file__).parents[2] / "docs"
QUESTIONS = re.findall(
    r"\*\*(\d+)\. .*?```sql\n(.*?)```", (DOCS / "questions.md").read_text(encoding="utf-8"), re.S
)

# A row that must be among the answers on the sample of conftest.py, by the columns named.
ANSWERS = {
    1: {"school_name_zh": "重庆市荣昌区职业教育中心", "year": 2025, "enrolment": 6400, "change_pct": -3.1},
    2: {"district_name_zh": "荣昌区", "enrolment": 8105, "basis": "sum_of_schools", "rank_overall": 1},
    3: {"school_name_zh": "重庆市荣昌区职业教育中心", "year": 2025, "students_per_teacher": 22.5},
    4: {"metric": "dual_qualified_teachers_share", "year": 2025, "printed_value": 70},
    5: {"school_name_zh": "重庆益民技工学校", "year": 2025, "coverage_status": "missing_without_report"},
    6: {"programme_name_zh": "护理", "programme_status": "first_year_seen"},
    7: {"value_before": 6600, "restated_value": 6610, "is_reissue": True},
    8: {"printed_value": 375, "expected_value": 357, "place": "prose"},
    9: {"category": "医药卫生大类", "graduates": 1000},
    10: {"source_name": "荣昌区", "freshness": "fresh", "contradictions": 4},
    11: {"name_zh": "重庆益民技工学校", "year": 2024, "students_per_teacher": 18.75, "printed_value": None},
    12: {"name_zh": "荣昌区", "year": 2024, "basis": "sum_of_schools", "n_schools": 2},
    13: {"year": 2024, "ownership": "private", "schools": 1, "enrolment": 1500},
    14: {"school_name_zh": "重庆市荣昌区职业教育中心", "three_year_change_pct": -4.48},
    15: {"name_zh": "荣昌区", "metric": "enrolment", "year": 2023, "printed": 8100, "sum_of_schools": 6700},
    16: {"name_zh": "荣昌区", "year": 2023, "technical_schools": 1400, "other_schools": 6700},
    17: {"name_zh": "重庆市荣昌区职业教育中心", "year": 2025, "degree": "硕士", "teachers": 48},
    18: {"name_zh": "重庆市荣昌区职业教育中心", "year": 2025, "level": "市级", "awards": 8},
    19: {"district_name_zh": "荣昌区", "year": 2025, "category_name_zh": "医药卫生大类", "graduates": 1000},
    20: {"district_name_zh": "荣昌区", "year": 2025, "schools": 2},
    21: {"metric_name_zh": "升学率", "missing": 2, "expected": 2},
    22: {"year": 2024, "enrolment": 8105, "districts": 1, "printed_by_district": 0},
}


def test_each_question_has_its_answer() -> None:
    assert [int(number) for number, _ in QUESTIONS] == list(ANSWERS)


@pytest.mark.parametrize(("number", "sql"), QUESTIONS, ids=[number for number, _ in QUESTIONS])
def test_a_question_is_answered_in_under_ten_lines(
    connection: duckdb.DuckDBPyConnection, number: str, sql: str
) -> None:
    assert len(sql.strip().splitlines()) < 10
    answer = connection.sql(sql)
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.fetchall()]
    expected = ANSWERS[int(number)]
    assert any({key: row[key] for key in expected} == expected for row in rows), rows


def test_a_join_on_a_key_multiplies_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    """The natural joins of an analyst: on the version of the school, on every other dimension."""
    for fact, joins in {
        "fct_school_metric": [
            "dim_school using (school_key)",
            "dim_metric using (metric)",
            "dim_year using (year)",
        ],
        "fct_school_programme_metric": ["dim_programme using (programme_id)"],
        "fct_school_breakdown_metric": ["dim_breakdown using (breakdown_id)"],
        "fct_district_metric": ["dim_district using (district_code)"],
    }.items():
        for join in joins:
            counts = connection.sql(
                f"select (select count(*) from {fact}), (select count(*) from {fact} join {join})"
            )
            ((before, after),) = counts.fetchall()
            assert before == after, (fact, join)


def test_every_usable_number_is_in_exactly_one_fact(connection: duckdb.DuckDBPyConnection) -> None:
    """Nothing that was read for a school is lost between the facts, nothing counted twice."""
    query = """
        select (select count(*) from fct_observation join dim_report using (report_id)
                where is_latest and school_id is not null and year is not null and metric <> 'unmapped'),
               (select sum(n_observations) from fct_school_metric)
               + coalesce((select sum(n_observations) from fct_school_programme_metric), 0)
               + coalesce((select sum(n_observations) from fct_school_breakdown_metric), 0)
    """
    ((read, counted),) = connection.sql(query).fetchall()
    assert read == counted > 0
