"""Page dumps: one cell a line, rows and empty cells have left no mark or nearly none. Each test is a table of its own."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.extract import extract
from extraction.records import UNMAPPED, Observation

TITLE = "重庆市开州区样例职业教育中心质量年度报告（2025年度）"


def dump(caption: str, cells: Sequence[str], *, empty: str = "\n") -> str:
    """Cells parted by a blank line; an empty one leaves `empty` more."""
    text = f"{TITLE}\n\n1.4 基本数据\n\n{caption}"
    for cell in cells:
        text += f"\n\n{cell}" if cell else empty
    return text + "\n\n各项数据由学校教务处汇总，经校务会议审定后公布。\n"


def parted(row: str) -> list[str]:
    """Cells parted by spaces; · is an empty one."""
    return [cell.strip("·") for cell in row.split()]


def observed(text: str) -> list[Observation]:
    extraction = extract(text.encode(), "text/plain")
    assert all(extraction.landed_text[o.char_start : o.char_end] == o.raw for o in extraction.observations)
    return list(extraction.observations)


def said(text: str) -> list[tuple]:
    return [(o.year, o.metric, str(o.value), o.dims) for o in observed(text)]


BASES = ["年度", "合作企业数量", "(个)", "校外实训基地数量", "(个)", "设备总值(万元)", "备注"]


@pytest.mark.parametrize("empty", ["\n", "\n\n"], ids=["a line more", "a whole gap more"])
def test_empty_cells_keep_the_columns_apart(empty: str) -> None:
    rows = ["2024", "62", "", "310.5", "", "2025", "63", "", "322.8", ""]
    assert [(year, metric, value) for year, metric, value, _ in said(dump("表3 校企合作情况", [*BASES, *rows], empty=empty))] == [
        (2024, "partner_enterprises", "62"),
        (2024, "equipment_value", "3105000"),
        (2025, "partner_enterprises", "63"),
        (2025, "equipment_value", "3228000"),
    ]  # fmt: skip


def test_cells_at_the_end_of_a_row_are_empty_in_every_row() -> None:
    heads = ["序号", "资助类别", "年度", "人数(人)", "金额(万元)"]
    rows = "1 国家助学金 2024 340 35.8 · · 2 其他补助 · · · · · 3 勤工俭学 2024 24 11.1 · ·"
    assert said(dump("表9 学生资助情况", [*heads, *parted(rows)])) == [
        (2024, "aid_recipients", "340", {"aid_type": "国家助学金"}),
        (2024, "aid_amount", "358000", {"aid_type": "国家助学金"}),
        (2024, "aid_recipients", "24", {"aid_type": "勤工俭学"}),
        (2024, "aid_amount", "111000", {"aid_type": "勤工俭学"}),
    ]


def test_blank_lines_at_the_ends_of_rows_are_no_cells() -> None:
    cells = [
        "年度",
        "教职工总数",
        "专任教师",
        "双师型教师",
        "",
        "2024",
        "120",
        "100",
        "40",
        "",
        "2025",
        "125",
        "104",
        "45",
    ]
    assert [o.value for o in observed(dump("表2 师资情况", cells)) if o.year == 2025] == [125, 104, 45]


def test_a_head_that_the_page_broke_in_pieces_is_one_head() -> None:
    heads = ["年度", "毕业", "人数", "(人)", "就业情况", "直接就业", "(人)", "直接就业率", "(%)"]
    rows = ["2024", "400", "100", "25.0", "2025", "420", "126", "30.0"]
    assert [(o.metric, o.value) for o in observed(dump("表6 就业", [*heads, *rows])) if o.year == 2025] == [
        ("graduates", 420),
        ("direct_employment", 126),
        ("direct_employment_rate", 30),
    ]


def test_names_broken_over_lines_are_joined_by_what_they_make() -> None:
    heads = ["专业大类", "专业名称", "人数(人)", "占比(%)"]
    rows = [
        "财经商贸大类",
        "电子商务",
        "120",
        "60.0",
        "装备制造",
        "大类",
        "工业机器人技",
        "术应用",
        "80",
        "40.0",
    ]
    assert [(o.metric, o.dims) for o in observed(dump("表5 在校生分布", [*heads, *rows]))] == [
        ("enrolment", {"category": "财经商贸大类", "programme": "电子商务"}),
        ("enrolment_share", {"category": "财经商贸大类", "programme": "电子商务"}),
        ("enrolment", {"category": "装备制造大类", "programme": "工业机器人技术应用"}),
        ("enrolment_share", {"category": "装备制造大类", "programme": "工业机器人技术应用"}),
    ]


def test_a_group_told_once_makes_the_rows_below_it_shorter() -> None:
    heads = ["序号", "专业大类", "专业名称", "招生人数", "毕业生人数"]
    rows = "1 财经商贸大类 会计事务 45 40 2 电子商务 50 47 3 交通运输大类 汽车运用与维修 90 85"
    found = observed(dump("表4 招生与毕业", [*heads, *parted(rows)]))
    assert [(o.dims["category"], o.dims["programme"], o.value) for o in found] == [
        ("财经商贸大类", "会计事务", 45),
        ("财经商贸大类", "会计事务", 40),
        ("财经商贸大类", "电子商务", 50),
        ("财经商贸大类", "电子商务", 47),
        ("交通运输大类", "汽车运用与维修", 90),
        ("交通运输大类", "汽车运用与维修", 85),
    ]


def test_words_of_merged_cells_do_not_shift_the_numbers_before_them() -> None:
    heads = ["年度", "专业布局结构", "新增专业", "撤销专业", "专业设置数", "专业对接支柱产业数"]
    rows = [
        "2024",
        "23",
        "12",
        "运动训练",
        "服装展示",
        "2025",
        "27",
        "15",
        "无人机操控与维护",
        "建筑装饰",
        "中餐烹饪",
    ]
    assert [row[:3] for row in said(dump("表7 专业调整", [*heads, *rows]))] == [
        (2024, "programmes", "23"),
        (2024, "programmes_matching_pillar_industries", "12"),
        (2025, "programmes", "27"),
        (2025, "programmes_matching_pillar_industries", "15"),
    ]


def test_the_only_row_of_a_table_is_read_where_every_head_agrees() -> None:
    cells = [
        "教职工总数",
        "教师情况",
        "专任教师",
        "双师型教师",
        "兼职教师",
        "专业带头人",
        "150",
        "120",
        "60",
        "18",
        "7",
    ]
    assert [(o.metric, o.value) for o in observed(dump("表1 师资概况（单位：人）", cells))] == [
        ("staff", 150),
        ("full_time_teachers", 120),
        ("dual_qualified_teachers", 60),
        ("part_time_teachers", 18),
        ("programme_leaders", 7),
    ]


def test_a_head_that_announces_a_dimension_stands_over_its_members() -> None:
    heads = ["年度", "级别", "总数(个)", "一等奖(个)", "国家级", "市级"]
    rows = ["2024", "1", "22", "23", "2", "2025", "3", "36", "39", "5"]
    found = observed(dump("表8 教师获奖情况", [*heads, *rows]))
    assert [(o.metric, o.value, o.dims) for o in found if o.year == 2025] == [
        ("teacher_awards", 3, {"level": "国家级"}),
        ("teacher_awards", 36, {"level": "市级"}),
        ("teacher_awards", 39, {}),
        ("teacher_awards", 5, {"award": "一等奖"}),
    ]


def test_heads_told_again_below_each_upper_head_are_lower_heads() -> None:
    heads = ["年度", "国家级", "市级", "项目数", "项目经费", "项目数", "项目经费"]
    rows = ["2024", "1", "45.8", "5", "621.2", "2025", "4", "648", "1", "2800"]
    found = observed(dump("表10 建设项目（单位：个、万元）", [*heads, *rows]))
    assert [(o.metric, o.dims["level"], str(o.value)) for o in found if o.year == 2024] == [
        ("projects", "国家级", "1"),
        ("project_funds", "国家级", "458000"),
        ("projects", "市级", "5"),
        ("project_funds", "市级", "6212000"),
    ]


def test_a_row_left_alone_behind_others_has_their_heads() -> None:
    heads = ["序号", "指标名称", "2024年", "2025年"]
    rows = [
        "1",
        "毕业生专业课合格率(%)",
        "99",
        "98",
        "2",
        "证书获取率(%)",
        "97",
        "96",
        "其中:体质测评合格率(%)",
        "94",
        "95",
    ]
    found = observed(dump("表11 合格率", [*heads, *rows]))
    assert [(o.metric, o.year, o.value) for o in found][-2:] == [
        ("fitness_pass_rate", 2024, 94),
        ("fitness_pass_rate", 2025, 95),
    ]


def test_cells_that_no_grid_explains_stay_unmapped_and_none_is_lost() -> None:
    heads = ["生源情况", "分布情况", "区域", "人数", "占比", "大类", "人数", "占比", *["2024", "2025"] * 4]
    rows = "总数 643 544 电子类 127 114 19.8 21.0 本区 621 520 96.6 95.6 装备类 250 263 38.9 48.4"
    found = observed(dump("表12 各类人员分布", [*heads, *parted(rows)]))
    assert {o.metric for o in found} == {UNMAPPED}
    assert [o.raw for o in found] == [cell for cell in parted(rows) if cell[0].isdigit()]


CELL = st.sampled_from(
    parted(
        "年度 序号 专业大类 专业名称 教职工总数 专任教师 数量 比例 人数(人) 占比(%) 国家级 级别 合计 就业情况 毕业 2023 2024 "
        "2025 1 2 3 120 45 83.3% 40.0 (人) 其中 学校名称 计算机应用 财经商贸类 满意度 金额(万元) 备注 / 项目"
    )
)


@settings(max_examples=int(os.environ.get("ZHIJIAO_MUTATIONS", "150")), deadline=None)
@given(
    cells=st.lists(CELL, min_size=8, max_size=60),
    mark=st.sampled_from(["\n", "\n\n", "\n\t", "\t", " ", " | "]),
    gaps=st.sets(st.integers(0, 60), max_size=5),
)
def test_whatever_the_cells_no_number_is_misplaced(cells: list[str], mark: str, gaps: set[int]) -> None:
    text = "".join(cell + mark * (1 + (n in gaps)) for n, cell in enumerate(cells))
    observed(f"{TITLE}\n\n表1 基本情况\n\n{text}\n\n以上数据由教务处汇总。\n")


# ── names, marks and totals ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_name_that_opens_with_a_digit_is_no_heading() -> None:
    cells = "学制 年度 在校生数(人) 毕业生数(人) 五年一贯制 2023 120 31 2024 131 28 3年制 2023 940 300 2024 955 312"
    assert said(dump("表6 学生结构", parted(cells)))[-2:] == [
        (2024, "enrolment", "955", {"track": "3年制"}),
        (2024, "graduates", "312", {"track": "3年制"}),
    ]


def test_a_row_of_marks_for_no_number_is_no_head() -> None:
    cells = "专业大类 年度 毕业生数(人) 直接升学数(人) 交通运输 2023 68 60 2024 80 70 公共服务 2023 / / 2024 33 25"
    assert said(dump("表7 毕业生升学情况", parted(cells)))[-2:] == [
        (2024, "graduates", "33", {"category": "公共服务"}),
        (2024, "progressing_graduates", "25", {"category": "公共服务"}),
    ]


PROJECTS = "年度 国家级 市级 校级 经费总计 项目数 项目经费 项目数 项目经费 项目数 项目经费"


def test_heads_of_one_dimension_all_have_lower_heads_and_a_total_counts_what_adds_up_to_it() -> None:
    cells = f"{PROJECTS} 2023 2 50 4 210.5 0 0 260.5 2024 3 75 1 90 0 0 165"
    found = said(dump("表8 建设项目情况(单位:个、万元)", parted(cells)))
    assert found[4:7] == [
        (2023, "projects", "0", {"level": "校级"}),
        (2023, "project_funds", "0", {"level": "校级"}),
        (2023, "project_funds", "2605000", {}),
    ]


def test_a_total_to_which_nothing_adds_up_stays_unmapped() -> None:
    cells = f"{PROJECTS} 2023 2 50 4 210.5 0 0 270.5 2024 3 75 1 90 0 0 165"
    assert [metric for _, metric, *_ in said(dump("表8 建设项目情况(单位:个、万元)", parted(cells)))][
        6::7
    ] == [
        UNMAPPED,
        UNMAPPED,
    ]
