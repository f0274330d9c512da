"""What tells numbers apart that have one metric: case studies, alike columns, the whole of a share, who is left."""

from __future__ import annotations

import pytest

from extraction.extract import extract
from extraction.records import Observation

TITLE = "重庆市开州区样例职业教育中心质量年度报告（2025年度）"


def observed(*lines: str) -> list[Observation]:
    return list(extract("\n\n".join([TITLE, *lines, ""]).encode(), "text/plain").observations)


def told(*lines: str) -> list[tuple]:
    return [(o.raw, o.metric, o.dims) for o in observed(*lines)]


# ── case studies ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_numbers_of_a_case_study_are_not_the_schools() -> None:
    found = told(
        "2.1 立德树人",
        "学校现有专任教师285人。",
        "典型案例1：一个工作室的成长",
        "一、背景",
        "工作室有专任教师5人。",
        "二、成效",
        "学员满意度95%。",
        "2.2 专业建设",
        "学校现有双师型教师128人。",
    )
    assert found == [
        ("285", "full_time_teachers", {}),
        ("5", "full_time_teachers", {"coverage": "典型案例1"}),
        ("95", "satisfaction", {"coverage": "典型案例1"}),
        ("128", "dual_qualified_teachers", {}),
    ]


def test_a_list_of_case_studies_opens_none() -> None:
    assert told(
        "典型案例1：一个工作室的成长 12", "典型案例2：一门课程的改革 15", "学校现有专任教师285人。"
    ) == [("285", "full_time_teachers", {})]


def test_a_case_study_ends_where_the_report_goes_on_in_the_same_kind_of_numbers() -> None:
    sections = ["一、概况", "二、教学", "典型案例（一）", "一、背景", "二、做法", "三、成效", "三、师资"]
    found = told(*(line for s in sections for line in (s, "这里有专任教师3人。")))
    assert [dims for _, _, dims in found] == [{}, {}, *[{"coverage": "典型案例（一）"}] * 4, {}]


# ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def table(*rows: str) -> str:
    return "\n".join(("表3 教师情况", *rows))


def test_two_columns_of_one_meaning_are_told_apart_by_their_heads() -> None:
    found = told(table("年度\t“双师型”名师工作室\t技能大师工作室", "2024\t1\t2", "2025\t1\t3"))
    assert [dims["indicator"] for _, _, dims in found[:2]] == ["“双师型”名师工作室", "技能大师工作室"]


def test_a_share_that_follows_from_another_column_says_of_what_it_is_one() -> None:
    found = told(
        table(
            "年度\t专业课教师数\t双师型教师\t双师型教师比例(%)",
            "2024\t73\t32\t44",
            "2025\t76\t34\t45",
        )
    )
    shares = [dims for _, metric, dims in found if metric == "dual_qualified_teachers_share"]
    assert shares == [{"indicator": "占专业课教师总数"}] * 2


def test_a_share_of_its_usual_whole_says_nothing() -> None:
    found = told(
        table("年度\t专任教师\t双师型教师\t双师型教师比例(%)", "2024\t100\t40\t40", "2025\t110\t50\t45.5")
    )
    assert [dims for _, _, dims in found] == [{}] * 6


def test_certificates_of_part_time_teachers_are_not_those_of_the_others() -> None:
    found = told("兼职教师中持有职业资格证的共12人，占兼职教师总数的63.6%。")
    assert [dims["indicator"] for _, _, dims in found] == ["兼职教师", "兼职教师"]


# ── sentences ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("学生主要来自周边区县，占在校生总数的91.6%。", [("91.6", "enrolment_share", {"origin": "周边区县"})]),
        ("外省学籍招生105人。", [("105", "new_entrants", {"origin": "外省"})]),
        ("3年制、全日制在校生6399人。", [("6399", "enrolment", {"track": "3年制"})]),
        ("全年拨款100万元用于外聘教师。", [("100", "expenditure_by_purpose", {"purpose": "外聘教师"})]),
        ("12名教师被评为“课程思政”市级名师。", [("12", "distinguished_teachers", {"level": "市级", "indicator": "课程思政"})]),
        ("在原30个专业的基础上新增了10个专业。", [("30", "programmes", {"indicator": "新增前"}), ("10", "programmes_added", {})]),
        ("市级护理大赛获金奖2项。", [("2", "student_awards", {"level": "市级", "award": "金奖", "indicator": "市级护理大赛"})]),
        ("毕业生升学304人（某某学院中职部学生）。", [("304", "progressing_graduates", {"coverage": "某某学院中职部"})]),
    ],
)  # fmt: skip
def test_words_around_a_number_tell_it_apart(sentence: str, expected: list) -> None:
    assert told(sentence) == expected


def test_what_is_left_is_of_the_metric_before() -> None:
    found = told("财经商贸类学生较多，占在校生总数的93.2%，其余5个专业大类占6.8%。")
    assert found[0] == ("93.2", "enrolment_share", {"category": "财经商贸类"})
    assert found[-1] == ("6.8", "enrolment_share", {"category": "其余5个专业大类"})


@pytest.mark.parametrize(
    "sentence",
    [
        "全市本科上线率仅为6.04%。",  # not the school's
        "近三年来，学校多方努力，培训企业职工超过200人次。",  # of several years
        "课均学生数由560人增至620人。",  # an average
        "学校设有4个专业部。",  # no programmes
        "学校开设3+4本科班。",  # a kind of schooling
        "双师型教师认定工作两年1次。",  # no teachers
    ],
)
def test_what_is_no_statistic_of_the_year_has_no_metric(sentence: str) -> None:
    assert {metric for _, metric, _ in told(sentence)} <= {"unmapped"}


def test_a_part_of_the_full_time_teachers_is_none_of_all_staff() -> None:
    found = told("全校教职工总数639人，其中在编教师376人。专任教师488人，其中在编教师362人。")
    assert [dims for _, metric, dims in found if metric == "in_post_teachers"] == [
        {},
        {"indicator": "专任教师"},
    ]


# ── nothing but what tells apart ─────────────────────────────────────────────────────────────────────────────────────


def of_each(*lines: str) -> list[tuple]:
    title = "沄桥市中等职业教育质量年度报告（2024年度）"
    schools = (
        "全市有中等职业学校2所，沄桥市工业职业学校（简称市工校）和沄桥市职业技术教育中心（简称职教中心）。"
    )
    found = extract("\n\n".join([title, schools, *lines, ""]).encode(), "text/plain").observations
    return [(o.raw, o.metric, o.entity, o.dims) for o in found if o.metric not in ("schools", "unmapped")]


def test_a_schools_figure_is_told_by_whose_it_is_and_not_by_its_name() -> None:
    assert of_each("全市开设专业36个，其中职教中心20个、市工校16个。") == [
        ("36", "programmes", "沄桥市", {}),
        ("20", "programmes", "沄桥市职业技术教育中心", {}),
        ("16", "programmes", "沄桥市工业职业学校", {}),
    ]


def test_what_kind_a_school_is_of_says_nothing_of_its_figures() -> None:
    table = "学校名称\t性质\t招生数\t在校生数\n市工校\t公办\t600\t1800\n职教中心\t公办\t700\t2100\n合计\t\t1300\t3900"
    assert [(raw, dims) for raw, _, _, dims in of_each("表1 各校规模（单位：人）\n" + table)] == [
        (raw, {}) for raw in ("600", "1800", "700", "2100", "1300", "3900")
    ]


def test_a_whole_that_is_parted_in_another_way_is_the_whole_again() -> None:
    assert of_each("全市招生1300人，其中三年制1100人、五年制200人；从生源看，本市900人，市外400人。") == [
        ("1300", "new_entrants", "沄桥市", {}),
        ("1100", "new_entrants", "沄桥市", {"track": "三年制"}),
        ("200", "new_entrants", "沄桥市", {"track": "五年制"}),
        ("900", "new_entrants", "沄桥市", {"origin": "本市"}),
        ("400", "new_entrants", "沄桥市", {"origin": "市外"}),
    ]


def test_a_level_told_behind_prizes_has_none_of_these() -> None:
    prizes = [
        (raw, dims.get("level"), dims.get("award"))
        for raw, _, _, dims in of_each("全年学生获奖42项，其中国家级7项（一等奖3项、三等奖4项）；省级35项。")
    ]
    assert prizes == [
        ("42", None, None),
        ("7", "国家级", None),
        ("3", "国家级", "一等奖"),
        ("4", "国家级", "三等奖"),
        ("35", "省级", None),
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "学校新建实训中心占地1200平方米。",  # a building, and not 中心占地 of a vocational centre
        "冠名班开班3个。",
        "教师继续教育总学时4800。",
        "学生志愿者参加社会实践，累计320人日。",
        "学校为校舍购买保险，投保经费2.1万元。",
    ],
)
def test_words_that_name_a_metric_elsewhere_name_none_here(sentence: str) -> None:
    assert [metric for _, metric, _ in told(sentence)] == ["unmapped"]
