"""Whose are the numbers of a case study (典型案例) in the report of a district with several schools?"""

from __future__ import annotations

import pytest

from extraction.extract import extract

CENTRE, TECHNICIANS = "重庆市开州区样例职业教育中心", "重庆开州示例技工学校"
OPENING = (
    f"开州区职业教育质量年度报告（2025年）\n\n全区有{CENTRE}、{TECHNICIANS}两所学校。\n\n2.1 立德树人\n\n"
)


def whose(case: str) -> dict[str, str | None]:
    text = f"{OPENING}{case}\n\n2.2 专业建设\n\n全区在校生5000人。\n"
    found = extract(text.encode(), "text/plain").observations
    assert (found[-1].entity, found[-1].dims) == ("开州区", {})
    return {o.raw: o.entity for o in found if o.dims.get("coverage") == "典型案例1"}


@pytest.mark.parametrize(
    ("case", "owner"),
    [
        ("样例职教中心立足畜牧业。\n\n二、做法\n\n组建教学团队，参与学生300人。", CENTRE),
        (
            "面向农村招生。\n\n二、做法\n\n参与学生300人。\n\n三、推广\n\n可供各地技工院校借鉴，适合技工学校。",
            TECHNICIANS,
        ),
        ("参与学生300人。\n\n二、推广\n\n样例职教中心与示例技校结对。", "开州区"),
        ("参与学生300人。", "开州区"),
    ],
)
def test_numbers_left_open_are_of_the_one_school_that_a_case_names(case: str, owner: str) -> None:
    assert whose(f"典型案例1 一校一策\n\n一、背景\n\n{case}") == {"300": owner}


def test_a_case_right_below_a_dumped_table_is_no_part_of_it() -> None:
    dump = "\n\n".join(
        ["表1 获奖情况", "年度", "国家级", "市级", "2023", "3", "9", "2024", "4", "12", "2025", "5", "15"]
    )
    case = "典型案例1\n\n一校一策\n\n一、背景\n\n示例技校参与学生300人，成效明显。"
    assert whose(f"{dump}\n\n{case}") == {"300": TECHNICIANS}
