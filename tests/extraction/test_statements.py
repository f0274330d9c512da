from __future__ import annotations

import pytest

from extraction.extract import extract
from extraction.records import UNMAPPED, Observation

SCHOOL = "重庆市开州区样例职业教育中心"
TITLE = f"{SCHOOL}质量年度报告（2025年度）"
DISTRICT_TITLE = "开州区职业教育质量年度报告（2025年）"


def observed(sentence: str, title: str = TITLE) -> list[Observation]:
    return list(extract(f"{title}\n\n{sentence}\n".encode(), "text/plain").observations)


@pytest.mark.parametrize(
    ("sentence", "metric", "value"),
    [
        ("学校现有专任教师285人。", "full_time_teachers", 285),
        ("学校开设22个专业。", "programmes", 22),
        ("学校占地面积495亩。", "campus_area", 330000.165),
        ("在校生满意度94.82%。", "satisfaction", 94.82),
        ("生师比为18.29：1。", "student_teacher_ratio", 18.29),
        ("全年办学经费收入1,234.5万元。", "income", 12345000),
    ],
)
def test_a_number_means_the_noun_it_stands_with(sentence: str, metric: str, value: float) -> None:
    (found,) = observed(sentence)
    assert (found.metric, float(found.value), found.entity, found.year) == (metric, value, SCHOOL, 2025)
    assert found.where == "prose"
    assert found.quote == sentence


def test_the_year_that_opens_a_sentence_counts_for_what_follows() -> None:
    found = observed("2024年度，学校教职工总数576人。其中专任教师488人。2025年毕业生300人。")
    assert [(o.metric, o.year) for o in found] == [
        ("staff", 2024),
        ("full_time_teachers", 2024),
        ("graduates", 2025),
    ]


def test_a_share_behind_a_count_is_the_share_of_that_count() -> None:
    found = observed("专任教师200人，其中双师型教师90人，占45%。")
    assert [(o.metric, o.value) for o in found] == [
        ("full_time_teachers", 200),
        ("dual_qualified_teachers", 90),
        ("dual_qualified_teachers_share", 45),
    ]


def test_a_bracket_that_includes_other_schools_is_a_coverage_of_its_own() -> None:
    found = observed("全区在校生19000人（含技工等学校4000人），毕业生6000人。", DISTRICT_TITLE)
    assert [(o.metric, o.value, o.dims) for o in found] == [
        ("enrolment", 19000, {}),
        ("enrolment", 4000, {"coverage": "技工等学校"}),
        ("graduates", 6000, {}),
    ]
    assert {o.entity for o in found} == {"开州区"}


@pytest.mark.parametrize(
    "sentence",
    ["在校生比上年增加224人。", "力争在校生达到5000人。", "近三年累计开展社会培训30000人次。"],
)
def test_changes_plans_and_sums_over_years_are_kept_as_unmapped(sentence: str) -> None:
    assert {o.metric for o in observed(sentence)} <= {UNMAPPED}


@pytest.mark.parametrize(
    "sentence", ["学校于2012年10月建成。", "见图3。", "（渝教发〔2023〕2号）", "电话：02312345678"]
)
def test_dates_ordinals_and_codes_are_no_observations(sentence: str) -> None:
    assert observed(sentence) == []


def test_a_district_report_speaks_of_the_school_it_named_last() -> None:
    text = (
        "全区有重庆市开州区样例职业教育中心、重庆开州示例技工学校2所学校。\n\n"
        "重庆开州示例技工学校专任教师60人，在校生800人。\n\n样例职教中心专任教师150人。"
    )
    found = {(o.entity, o.metric): int(o.value) for o in observed(text, DISTRICT_TITLE)}
    assert found["重庆开州示例技工学校", "full_time_teachers"] == 60
    assert found["重庆开州示例技工学校", "enrolment"] == 800
    assert found[SCHOOL, "full_time_teachers"] == 150
