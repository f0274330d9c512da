"""One small table, told in each dialect that reports come in, gives the same observations."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extraction.extract import extract
from extraction.records import UNMAPPED, Observation

TITLE = "重庆市开州区样例职业教育中心质量年度报告（2025年度）"
HEADS = ["年度", "教职工总数（人）", "专任教师", "专任教师", "双师型教师", "双师型教师"]
MEASURES = ["", "", "数量", "比例", "数量", "比例"]
ROWS = [
    ["2023", "120", "100", "83.3%", "40", "40.0%"],
    ["2024", "125", "104", "83.2%", "45", "43.3%"],
    ["2025", "130", "110", "84.6%", "50", "45.5%"],
]
EXPECTED = {
    (year, metric): Decimal(value)
    for row in ROWS
    for year, metric, value in (
        (int(row[0]), "staff", row[1]),
        (int(row[0]), "full_time_teachers", row[2]),
        (int(row[0]), "full_time_teachers_share", row[3].rstrip("%")),
        (int(row[0]), "dual_qualified_teachers", row[4]),
        (int(row[0]), "dual_qualified_teachers_share", row[5].rstrip("%")),
    )
}


def _once(cells: list[str]) -> list[str]:
    """Merged head cells as a page dump has them: once."""
    return list(dict.fromkeys(cells))


def html() -> tuple[str, str]:
    head = (
        "<tr><th rowspan=2>年度</th><th rowspan=2>教职工总数（人）</th>"
        "<th colspan=2>专任教师</th><th colspan=2>双师型教师</th></tr>"
        "<tr><th>数量</th><th>比例</th><th>数量</th><th>比例</th></tr>"
    )
    body = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in ROWS)
    return (
        f"<html><body><h1>{TITLE}</h1><p>表1 师资情况</p><table>{head}{body}</table></body></html>",
        "text/html",
    )


def tabs() -> tuple[str, str]:
    head = "年度\t教职工总数（人）\t专任教师\t\t双师型教师\t"
    lines = [TITLE, "", "表1 师资情况", head, "\t".join(MEASURES), *("\t".join(row) for row in ROWS)]
    return "\n".join(lines) + "\n", "text/plain"


def pipes() -> tuple[str, str]:
    lines = [TITLE, "", "表1 师资情况", *(" | ".join(row) for row in (HEADS, MEASURES, *ROWS))]
    return "\n".join(lines) + "\n", "text/plain"


def one_cell_a_line() -> tuple[str, str]:
    cells = [*_once(HEADS), "数量", "比例", "数量", "比例", *(cell for row in ROWS for cell in row)]
    return "\n\n".join([TITLE, "1.4 师资队伍", "表1 师资情况", *cells, "各校师资稳定。"]) + "\n", "text/plain"


def converted_doc() -> tuple[str, str]:
    rows = [_once(HEADS), ["数量", "比例", "数量", "比例"], *ROWS]
    table = "\n\n".join("\n".join("\t" + cell for cell in row) for row in rows)
    return (
        f'{TITLE}\n[bookmark: _Toc1]1.4 师资队伍 HYPERLINK "https://x.sample/9" \\l\n表1 师资情况\n{table}\n\n各校稳定。\n',
        "text/plain",
    )


def pipes_on_one_line() -> tuple[str, str]:
    cells = [*_once(HEADS), "数量", "比例", "数量", "比例", *(cell for row in ROWS for cell in row)]
    return "\n".join([TITLE, "", "表1 师资情况", " | ".join(cells), "", "各校稳定。"]) + "\n", "text/plain"


def observed(text: str, content_type: str) -> list[Observation]:
    extraction = extract(text.encode(), content_type)
    assert extraction.document.status == "read"
    assert all(extraction.landed_text[o.char_start : o.char_end] == o.raw for o in extraction.observations)
    return list(extraction.observations)


@pytest.mark.parametrize("dialect", [html, tabs, pipes, one_cell_a_line, converted_doc, pipes_on_one_line])
def test_a_dialect_gives_the_same_observations(dialect) -> None:
    found = observed(*dialect())
    assert {(o.year, o.metric): o.value for o in found} == EXPECTED
    assert {o.where for o in found} == {"表1"}
    assert {o.entity for o in found} == {"重庆市开州区样例职业教育中心"}


def test_a_programme_table_parts_category_from_programme_and_knows_its_total() -> None:
    rows = [
        "专业大类\t专业名称\t在校生人数（人）",
        "财经商贸大类\t会计事务\t120",
        "\t电子商务\t80",
        "合计\t\t200",
    ]
    found = observed("\n".join([TITLE, "", "表2 学生情况", *rows]) + "\n", "text/plain")
    assert [(o.metric, o.value, o.dims) for o in found] == [
        ("enrolment", 120, {"category": "财经商贸大类", "programme": "会计事务"}),
        ("enrolment", 80, {"category": "财经商贸大类", "programme": "电子商务"}),
        ("enrolment", 200, {}),
    ]


def test_a_number_that_is_merged_over_rows_is_of_what_these_share() -> None:
    head = "<tr><th>专业大类</th><th>专业名称</th><th>在校生数（人）</th><th>大类在校生占比（%）</th></tr>"
    body = (
        "<tr><td rowspan=2>装备制造大类</td><td>数控技术应用</td><td>600</td><td rowspan=2>55</td></tr>"
        "<tr><td>机电技术应用</td><td>500</td></tr>"
        "<tr><td>旅游大类</td><td>中餐烹饪</td><td>900</td><td>45</td></tr>"
    )
    page = f"<html><body><h1>{TITLE}</h1><p>表1 专业</p><table>{head}{body}</table></body></html>"
    shares = [o.dims for o in observed(page, "text/html") if o.metric == "enrolment_share"]
    assert shares == [{"category": "装备制造大类"}, {"category": "旅游大类", "programme": "中餐烹饪"}]


def test_a_programme_under_its_former_name_is_one_under_any_head_and_stays_as_printed() -> None:
    rows = ["项目\t在校生人数（人）", "学前教育\t120", "护理\t80"]
    found = observed("\n".join([TITLE, "", "表2 学生情况", *rows]) + "\n", "text/plain")
    assert [o.dims for o in found] == [{"programme": "学前教育"}, {"programme": "护理"}]


def test_a_column_names_the_school_of_each_row() -> None:
    rows = [
        "学校名称\t在校生人数\t毕业生人数",
        "重庆市开州区样例职业教育中心\t900\t300",
        "重庆开州示例技工学校\t400\t120",
    ]
    found = observed(
        "\n".join(["开州区职业教育质量年度报告（2025年）", "", "表1 规模", *rows]) + "\n", "text/plain"
    )
    assert {(o.entity, o.metric): o.value for o in found} == {
        ("重庆市开州区样例职业教育中心", "enrolment"): 900,
        ("重庆市开州区样例职业教育中心", "graduates"): 300,
        ("重庆开州示例技工学校", "enrolment"): 400,
        ("重庆开州示例技工学校", "graduates"): 120,
    }


def test_the_unit_of_a_caption_counts_for_all_its_cells() -> None:
    rows = ["项目\t2024年\t2025年", "办学经费收入\t1200\t1300.5"]
    found = observed("\n".join([TITLE, "", "表3 经费情况（单位：万元）", *rows]) + "\n", "text/plain")
    assert [(o.metric, o.year, o.value, o.unit) for o in found] == [
        ("income", 2024, 12_000_000, "CNY"),
        ("income", 2025, 13_005_000, "CNY"),
    ]


@pytest.mark.parametrize(
    ("head", "value"),
    [("纸质图书（万册）", 98_000), ("建筑面积（万平方米）", 98_000), ("培训人次（千人次）", 9_800)],
)
def test_a_head_may_print_a_unit_with_its_scale(head: str, value: int) -> None:
    text = f"{TITLE}\n\n表2 学校概况\n年度 | {head} | 备注\n2024 | 9.8 | 已核\n2025 | 9.8 | 已核\n"
    assert [o.value for o in observed(text, "text/plain")] == [value, value]


@pytest.mark.parametrize(
    "caption",
    [
        "表2 经费收入情况（单位：万元）",
        "表2 经费收入情况　　　　单位：万元",
        "表2 经费收入情况\n单位：万元",
        "单位：万元\n表2 经费收入情况",
        "表2 经费收入情况\n金额单位：人民币万元",
        "表2 经费收入情况（单位：万元、%）",
    ],
)
def test_money_is_in_the_unit_that_stands_anywhere_about_a_caption(caption: str) -> None:
    table = "项目\t2024年\t2025年\n财政拨款收入\t2486.35\t2718.42\n事业收入\t96.20\t104.75\n"
    observations = extract(
        f"{TITLE}\n\n学校收入如下。\n{caption}\n{table}".encode(), "text/plain"
    ).observations
    assert [o.value for o in observations] == [24_863_500, 27_184_200, 962_000, 1_047_500]


def test_a_cell_of_unknown_meaning_is_kept_as_unmapped() -> None:
    rows = ["类目\t甲\t乙", "无名之物\t17\t23"]
    found = observed("\n".join([TITLE, "", "表4 其他", *rows]) + "\n", "text/plain")
    assert [(o.metric, o.raw) for o in found] == [(UNMAPPED, "17"), (UNMAPPED, "23")]


def test_ordinals_and_codes_are_no_observations() -> None:
    rows = ["序号\t专业名称\t专业代码\t招生人数", "1\t会计事务\t730301\t45", "2\t电子商务\t730701\t50"]
    found = observed("\n".join([TITLE, "", "表5 专业", *rows]) + "\n", "text/plain")
    assert [(o.metric, o.raw) for o in found] == [("new_entrants", "45"), ("new_entrants", "50")]


@pytest.mark.parametrize("mark", ["\t", " | "])
def test_rows_of_two_cells_are_a_table(mark: str) -> None:
    rows = [("指标", "2025年"), ("在校生人数", "1200"), ("毕业生人数", "400"), ("专任教师", "85")]
    text = "\n".join([TITLE, "", "表7 基本情况", *(mark.join(row) for row in rows)])
    assert [(o.metric, o.value, o.where) for o in observed(text + "\n", "text/plain")] == [
        ("enrolment", 1200, "表7"),
        ("graduates", 400, "表7"),
        ("full_time_teachers", 85, "表7"),
    ]


def test_a_table_of_contents_is_none() -> None:
    contents = ["1.1 在校生人数\t3", "1.2 毕业生人数\t5", "1.3 专任教师\t5", "1.4 实训基地\t12"]
    assert observed("\n".join([TITLE, "", *contents]) + "\n", "text/plain") == []
