"""Who a report speaks of, wherever it is from: schools and districts that no vocabulary lists."""

from __future__ import annotations

import pytest

from extraction.extract import extract
from extraction.records import Extraction


def read(title: str, body: str = "专任教师60人。") -> Extraction:
    return extract(f"{title}\n\n{body}\n".encode(), "text/plain")


@pytest.mark.parametrize(
    ("title", "publisher"),
    [
        ("杭州市萧山区第一中等职业学校质量年度报告（2024年）", "杭州市萧山区第一中等职业学校"),
        ("2024年青岛电子学校中等职业教育质量报告", "青岛电子学校"),
        ("广东岭南信息职业技术学院高等职业教育质量年度报告（2025）", "广东岭南信息职业技术学院"),
        ("四川仪表工业学校教育质量年度报告（2024）", "四川仪表工业学校"),
        ("重庆市三峡水利电力学校质量年度报告（2024）", "重庆市三峡水利电力学校"),
        ("安吉县职业教育中心学校质量年度报告（2024）", "安吉县职业教育中心学校"),
        ("附件2：浙江交通技师学院2024年度质量报告", "浙江交通技师学院"),
        ("关于发布杭州第一技师学院质量年度报告（2024）的公告", "杭州第一技师学院"),
    ],
)
def test_a_school_that_opens_a_title_publishes_it(title: str, publisher: str) -> None:
    (observation,) = read(title).observations
    assert (observation.entity, read(title).entities[0].kind) == (publisher, "school")


@pytest.mark.parametrize(
    ("title", "publisher"),
    [
        ("青岛市城阳区中等职业教育质量报告（2023）", "青岛市城阳区"),
        ("巴南区中等职业学校质量年度报告（2024）", "巴南区"),
        ("浙江省中等职业学校质量年度报告（2024）", "浙江省"),
    ],
)
def test_a_kind_of_schools_in_a_title_is_no_school(title: str, publisher: str) -> None:
    (observation,) = read(title).observations
    assert (observation.entity, read(title).entities[0].kind) == (publisher, "district")


def test_all_schools_of_a_place_are_no_school() -> None:
    assert read("全市中等职业学校质量年度报告（2024年）").document.publisher is None


def test_a_school_with_two_names_is_one_school() -> None:
    body = "重庆示例高级技工学校（重庆示例技师学院）教职工90人。\n\n重庆示例技师学院专任教师60人。"
    found = read("重庆示例高级技工学校质量年度报告（2024）", body).observations
    assert {o.entity for o in found} == {"重庆示例高级技工学校"}


def test_a_short_name_of_a_school_is_no_second_school() -> None:
    body = (
        "重庆市璧山区职业教育中心专任教师100人。璧山区职业教育中心在校生900人。璧山职教中心毕业生300人。\n\n"
        "表1 师资\n学校\t教职工\t专任教师\n璧山区职业教育中心\t120\t100\n璧山区示例技工学校\t50\t40\n"
    )
    found = read("璧山区职业教育质量年度报告（2024）", body).observations
    centre, other = "重庆市璧山区职业教育中心", "璧山区示例技工学校"
    assert [o.entity for o in found] == [centre] * 5 + [other] * 2


def test_schools_elsewhere_are_known_by_the_place_of_the_title() -> None:
    body = (
        "青岛市城阳区轻工业学校教职工80人。\n\n城阳区职业教育中心学校教职工120人。\n\n城阳区现有教职工200人。"
    )
    found = read("青岛市城阳区中等职业教育质量报告（2023）", body).observations
    assert [o.entity for o in found] == ["青岛市城阳区轻工业学校", "城阳区职业教育中心学校", "青岛市城阳区"]


@pytest.mark.parametrize(
    "title",
    [
        "绥阳县中等职业学校教育质量年度报告（2024年度）",
        "绥阳县中等职业学校\n\n质量年度报告（2024）",
        "淮阳市技工学校质量年度报告（2024）",
    ],
)
def test_a_place_and_a_kind_are_one_school_or_all_of_the_place_as_the_text_speaks(title: str) -> None:
    school = read(
        title, "学校占地120亩。\n\n我校有专任教师60人。全县同类学校中，学校规模居前。\n\n学校现有教职工71人。"
    )
    place = read(title, "全县有中职学校3所。\n\n各校条件改善，学校有专任教师60人。")
    assert [r.entities[0].kind for r in (school, place)] == ["school", "district"]


def test_a_school_is_the_same_with_its_province_before_it() -> None:
    body = (
        "青山省云岭市示例职业教育中心占地300亩。\n\n云岭市示例职业教育中心专任教师100人。学校有在校生900人。"
    )
    found = read("云岭市示例职业教育中心质量年度报告（2024）", body)
    assert {o.entity for o in found.observations} == {found.document.publisher}


@pytest.mark.parametrize(
    ("title", "publisher"),
    [
        ("潞阳市职业高中质量年度报告（2024年）", "潞阳市职业高中"),
        ("青州商业学校五年高等职业教育质量年度报告（2024年）", "青州商业学校"),
    ],
)
def test_a_title_may_go_on_with_what_the_school_teaches(title: str, publisher: str) -> None:
    assert read(title).document.publisher == publisher


def test_schools_that_are_counted_are_no_school_and_those_of_a_citys_counties_are() -> None:
    body = (
        "2024年临江市登记中等职业学校52所，在校生90000人。\n\n"
        "清水县职业中学在校生1200人，临江工业财贸学校在校生3000人。"
    )
    found = read("临江市职业教育质量年度报告（2024年）", body).observations
    assert [o.entity for o in found] == ["临江市", "临江市", "清水县职业中学", "临江工业财贸学校"]


def test_a_running_head_above_the_title_is_not_the_title() -> None:
    body = "清水县2024年职业教育质量年度报告\n\n清水县职业中学在校生1200人。全县中职在校生3000人。"
    report = read("职业教育质量年度报告", body)
    assert report.document.title == "清水县2024年职业教育质量年度报告"
    assert [o.entity for o in report.observations] == ["清水县职业中学", "清水县"]


@pytest.mark.parametrize(
    ("title", "body", "publisher"),
    [
        # The text introduces the school that its headline asks about, with 市 or without it.
        ("青湖市职业技术学院怎么样", "青湖职业技术学院是一所公办学校。学校占地387亩。", "青湖职业技术学院"),
        (
            "临江县职业中专学校好不好",
            "临江县职业中专学校位于县城。学校占地120亩。",
            "临江县职业中专学校",
        ),
        # Without a headline that names somebody: whom the text introduces, else the place of whose schools it speaks.
        ("前言", "四明职业大学创建于1983年，现有教职工455人。", "四明职业大学"),
        ("一、规模和结构", "2023年，青湖市有中等职业学校30所，促进全市发展。", "青湖市"),
        ("请问这所学校算不算大学", "岭海职业技术学院位于岭海。学院占地300亩。", "岭海职业技术学院"),
        ("三年来青湖市职业学校育才两万人", "目前有中等职业学校12所。", "青湖市"),
    ],
)
def test_a_text_without_a_title_is_whose_it_speaks_of(title: str, body: str, publisher: str) -> None:
    assert read(title, body).document.publisher == publisher


@pytest.mark.parametrize(
    ("body", "year"),
    [
        ("学校1998年通过省级评估，占地120亩。", 1998),
        ("发布时间：2023-12-05\n\n学校1998年通过省级评估，占地120亩。", 2023),
        ("青湖职专 2022-03-08 浏览\n\n学校1998年通过省级评估，占地120亩。", 2021),
        ("毕业生1204人。与2022年相比，人数有所增加。", 2023),
    ],
)
def test_the_day_of_publication_dates_a_text_before_its_history_does(body: str, year: int) -> None:
    assert read("学校简介", body).document.report_year == year
