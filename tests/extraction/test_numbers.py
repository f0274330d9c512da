from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.numbers import find_chinese_numbers, find_numbers, is_year, narrow, year_of


@pytest.mark.parametrize(
    ("text", "raw", "value", "unit"),
    [
        ("占地面积495亩", "495", "330000.165", "m2"),
        ("建筑面积约19万平方米", "19", "190000", "m2"),
        ("总收入6,042.72万元", "6,042.72", "60427200", "CNY"),
        ("专任教师２８５人", "２８５", "285", "person"),
        ("占比26.31％", "26.31", "26.31", "percent"),
        ("生师比18.29：1", "18.29", "18.29", "ratio"),
        ("在校生9300余人", "9300", "9300", "person"),
        ("培训3万余人次", "3", "30000", "person-time"),
        ("教师企业实践500人（天）", "500", "500", "person-day"),
        ("出口带宽1000Mbps", "1000", "1000", "Mbps"),
        ("生均占地35.41m²", "35.41", "35.41", "m2"),
        ("设备总值2千余万元", "2", "20000000", "CNY"),
        ("在校生3千多人", "3", "3000", "person"),
        ("学费6千元", "6", "6000", "CNY"),
        ("在校生2 304人", "2 304", "2304", "person"),
        ("图书12\u00a0304\u00a0567册", "12\u00a0304\u00a0567", "12304567", "volume"),
    ],
)
def test_a_number_is_kept_apart_from_its_unit(text: str, raw: str, value: str, unit: str) -> None:
    number = find_numbers(text)[0]
    assert (number.raw, number.value, number.unit and number.unit.canonical) == (raw, Decimal(value), unit)
    assert text[number.start : number.end] == raw


@pytest.mark.parametrize("text", ["iso9001x", "A4", "v1.2beta"])
def test_digits_inside_a_latin_word_are_no_number(text: str) -> None:
    assert find_numbers(text) == []


def test_a_comma_that_groups_no_thousands_parts_two_numbers() -> None:
    assert [n.raw for n in find_numbers("一等奖3,4项")] == ["3", "4"]


@pytest.mark.parametrize(
    ("text", "raws"),
    [("见表2 304人", ["2", "304"]), ("机械 3 120人", ["3", "120"]), ("2024 304人", ["2024", "304"])],
)
def test_a_blank_behind_a_blank_or_a_table_parts_two_numbers(text: str, raws: list[str]) -> None:
    assert [n.raw for n in find_numbers(text)] == raws


def test_a_hundred_without_a_digit_is_a_slogan() -> None:
    assert [n.raw for n in find_chinese_numbers("百名教师，十所学校，二百名学生")] == ["十", "二百"]


def test_about_is_remembered() -> None:
    assert [n.approximate for n in find_numbers("教职工630余人，专任教师488人")] == [True, False]


@pytest.mark.parametrize("text", ["2024", "2024年", "2024年度", "２０２４年", "2024-2025学年"])
def test_a_cell_that_is_a_year(text: str) -> None:
    assert is_year(text)


@pytest.mark.parametrize("text", ["2041", "2156", "20245", "2024人"])
def test_a_cell_that_only_looks_like_a_year(text: str) -> None:
    assert not is_year(text)


def test_a_school_year_is_named_by_its_later_half() -> None:
    assert year_of("2024—2025学年") == 2025


@given(st.text(alphabet=st.sampled_from("0123456789,.，。%％人万元亩 年月A有共０１２"), max_size=60))
def test_every_number_found_stands_where_it_says(text: str) -> None:
    for number in find_numbers(text):
        assert text[number.start : number.end] == number.raw
        assert number.end <= number.unit_end <= len(text)


@given(st.text(max_size=80))
def test_narrowing_keeps_every_character_in_its_place(text: str) -> None:
    assert len(narrow(text)) == len(text)


@pytest.mark.parametrize("digits", ["1" * 40, "0." + "3" * 60, "9" * 28])
def test_digits_without_end_are_read_like_any_other(digits: str) -> None:
    (number,) = find_numbers(f"专任教师{digits}亿人")
    assert number.raw == digits
    assert number.value > 0
