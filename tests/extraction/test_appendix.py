"""The tables that the ministry asks every report to append: 计分卡, 满意度调查表, 教学资源表, 服务贡献表, 国际影响表, 落实政策表.

Indicators and units are those of the ministry's form; the figures are made up.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from extraction.extract import extract
from extraction.records import UNMAPPED, Observation

SAMPLE = Path(__file__).parent / "samples" / "appendix.txt"


@cache
def observed() -> tuple[Observation, ...]:
    return extract(SAMPLE.read_bytes(), "text/plain").observations


def named(indicator: str) -> list[tuple]:
    """What the row of an indicator gives for 2025."""
    return [(o.metric, float(o.value), o.dims) for o in observed() if indicator in o.label and o.year == 2025]


def test_every_indicator_of_the_form_has_a_metric() -> None:
    assert [o.label for o in observed() if o.metric == UNMAPPED] == []


def test_each_number_has_one_meaning() -> None:
    meanings = [(o.metric, o.year, *sorted(o.dims.items())) for o in observed()]
    assert len(meanings) == len(set(meanings))


@pytest.mark.parametrize(
    ("indicator", "metric", "value", "dims"),
    [
        ("毕业去向落实人数", "placed_graduates", 390, {}),
        ("升入本科人数", "bachelor_admissions", 18, {}),
        ("月收入", "monthly_income", 3600, {}),
        ("高级专业技术职务专任教师比例", "teachers_by_title_share", 26.1, {"title": "高级"}),
        ("横向技术服务到款额", "technical_service_income", 150_000, {}),
        ("国（境）外指导", "teaching_abroad_days", 12, {}),
        ("思想政治课教师数", "ideology_teachers", 5, {}),
        ("年支付企业兼职教师课酬", "enterprise_teacher_pay", 65_000, {}),
    ],
)
def test_an_indicator_is_read(indicator: str, metric: str, value: float, dims: dict) -> None:
    assert named(indicator) == [(metric, value, dims)]


def test_rows_that_are_among_others_are_parts_of_the_row_above() -> None:
    assert named("面向第一产业") == [("graduates_by_industry", 9, {"indicator": "面向第一产业"})]
    assert named("市级数量") == [("online_courses", 3, {"level": "市级"})]
    assert named("省级数量") == [("resource_libraries", 1, {"level": "省级"})]
    assert named("留在当地就业") == [("employed_graduates", 76, {"indicator": "留在当地就业"})]


def test_the_unit_column_holds_for_the_years_and_not_for_the_number_of_people_asked() -> None:
    assert named("家长满意度") == [
        ("satisfaction", 95.8, {"respondent": "家长"}),
        ("satisfaction_respondents", 900, {"respondent": "家长"}),
    ]


def test_one_indicator_in_two_units_is_two_metrics() -> None:
    assert named("教学计划内课程总数") == [("courses", 215, {}), ("course_hours", 9900, {})]
