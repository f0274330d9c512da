from __future__ import annotations

import pytest

from extraction.extract import extract
from extraction.records import UNMAPPED, Extraction, Observation

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


def test_chinese_numerals_count_where_they_stand_before_a_unit() -> None:
    found = observed("学校开设十二个专业，“四个自信”入脑入心，第三名教师获奖。")
    assert [(o.raw, o.metric, o.value) for o in found] == [("十二", "programmes", 12)]


def test_a_share_has_its_own_whole() -> None:
    found = observed("专任教师200人，双师型教师90人，占专业课教师总数的60%。")
    assert (found[-1].metric, found[-1].dims) == (
        "dual_qualified_teachers_share",
        {"indicator": "占专业课教师总数"},
    )


def test_prizes_are_told_apart_by_level_prize_and_contest_and_by_who_won_them() -> None:
    found = observed("教师参加教学能力比赛，获国家级一等奖2项，市级二等奖4项。学生在技能大赛中获三等奖5项。")
    assert [(o.metric, o.dims["award"], o.dims.get("level")) for o in found] == [
        ("teacher_awards", "一等奖", "国家级"),
        ("teacher_awards", "二等奖", "市级"),
        ("student_awards", "三等奖", None),
    ]


def test_a_range_keeps_both_ends() -> None:
    found = observed("生均公用经费拨款1800元-2000元。")
    assert [(o.metric, int(o.value), o.dims.get("indicator")) for o in found] == [
        ("funding_per_student", 1800, "下限"),
        ("funding_per_student", 2000, "上限"),
    ]


def test_the_same_aid_in_two_semesters_is_two_figures() -> None:
    found = observed("2024年秋期免学费300人，2025年春期免学费280人。")
    assert [(o.metric, o.year, o.dims["indicator"]) for o in found] == [
        ("aid_recipients", 2024, "2024年秋期"),
        ("aid_recipients", 2025, "2025年春期"),
    ]


def test_a_change_that_names_what_it_reaches_is_that_figure() -> None:
    found = observed("招生人数由2024年的643人减少至2025年的477人。")
    assert [(o.metric, o.year, o.value) for o in found] == [
        ("new_entrants", 2024, 643),
        ("new_entrants", 2025, 477),
    ]


def test_a_list_of_schools_is_spoken_of_as_the_district() -> None:
    text = "全区有中等职业学校2所（重庆市开州区样例职业教育中心、重庆开州示例技工学校），重点中职学校1所。"
    assert {o.entity for o in observed(text, DISTRICT_TITLE)} == {"开州区"}


def wrapped(before: str, after: str) -> Extraction:
    """What is read of a sentence that the end of a line parts."""
    filler = "学校持续推进教育教学改革并不断完善内部治理体系和质量保证机制建设，各项工作按照"
    lines = [TITLE, *[filler] * 12, f"学校坚持立德树人并且持续改善办学条件，{before}", after]
    return extract("\n".join(lines).encode(), "text/plain")


@pytest.mark.parametrize(
    ("before", "after", "raws", "values"),
    [
        ("现有专任教师共计285", "30名兼职教师参与教学工作并指导学生实习实训。", ["30"], [30]),
        ("现有兼职教师1", "030名学生参加了各类技能竞赛并取得了较好的成绩。", ["030"], [30]),
        ("现有专任教师二百八", "十五人，教师队伍结构持续优化并且满足教学的需要。", ["二百八\n十五"], [285]),
    ],
)
def test_a_number_at_the_end_of_a_line_is_read_in_its_place(
    before: str, after: str, raws: list[str], values: list[int]
) -> None:
    """Digits on both sides of it are two numbers, Chinese numerals are one."""
    extraction = wrapped(before, after)
    text = extraction.landed_text
    assert [o.raw for o in extraction.observations] == raws
    assert [o.value for o in extraction.observations] == values
    assert all(text[o.char_start : o.char_end] == o.raw for o in extraction.observations)
