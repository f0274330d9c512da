"""The vocabularies are data; these tests are what a person who adds a line is told."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from extraction.vocabulary import SEEDS, squeeze, vocabulary


def rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_no_alias_belongs_to_two_metrics() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for code, names in vocabulary().names_of_metrics.items():
        for name in names:
            owners[squeeze(name)].add(code)
    assert {alias: codes for alias, codes in owners.items() if len(codes) > 1} == {}


def test_every_alias_stands_once_and_has_a_source() -> None:
    """A page or a report that prints it; a variant of another name of its metric says so."""
    aliases = rows("metric_aliases")
    assert [row for row in aliases if not row["source"].strip() or not row["alias"].strip()] == []
    assert [alias for alias, n in Counter(row["alias"] for row in aliases).items() if n > 1] == []


def test_no_term_is_shorter_than_two_characters() -> None:
    """They are looked up by their first two."""
    assert [term for term in vocabulary().terms if len(term) < 2] == []


def test_the_codes_of_the_contract_stay(shared: Path) -> None:
    with (shared / "contract" / "metrics.csv").open(encoding="utf-8") as file:
        contract = {row["code"] for row in csv.DictReader(file)}
    assert contract <= set(vocabulary().metrics)


def test_every_member_and_header_belongs_to_a_known_dimension() -> None:
    assert {row["dimension"] for row in rows("members")} <= set(vocabulary().dimensions)


def test_the_standard_of_a_member_is_a_member_of_its_dimension_that_has_none() -> None:
    standards = {(row["dimension"], row["member"]): row["standard"] for row in rows("members")}
    assert len(standards) == len(rows("members"))
    wrong = [
        key for key, standard in standards.items() if standard and standards.get((key[0], standard)) != ""
    ]
    assert wrong == []


def test_the_themes_of_a_dimension_are_themes_of_metrics() -> None:
    themes = {metric.theme for metric in vocabulary().metrics.values()}
    used = {theme for dimension in vocabulary().dimensions.values() for theme in dimension.themes}
    assert used <= themes


def test_the_codes_of_a_programme_agree_and_a_code_has_one_name() -> None:
    programmes = rows("programmes")
    for row in programmes:
        assert re.fullmatch(r"\d{6}", row["code"])
        assert (row["category_code"], row["class_code"]) == (row["code"][:2], row["code"][:4])
    names: dict[str, set[str]] = defaultdict(set)
    for row in programmes:
        for level in ("", "class_", "category_"):
            names[row[f"{level}code"]].add(row[f"{level}name_zh"])
    assert {code: found for code, found in names.items() if len(found) > 1} == {}


def test_a_programme_has_one_line_and_a_name_one_programme() -> None:
    codes = [row["code"] for row in rows("programmes")]
    assert codes == sorted(set(codes))
    names = Counter(
        squeeze(name)
        for row in rows("programmes")
        for name in filter(None, [row["name_zh"], *row["former_names"].split("|")])
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_the_catalogue_is_whole() -> None:
    """The catalogue of 2021 counts 19 categories and 358 programmes (教职成〔2021〕2号); supplements add to them."""
    assert {row["category_code"] for row in rows("programmes")} == {str(code) for code in range(61, 80)}
    assert len(rows("programmes")) >= 358


def test_a_former_name_is_the_present_programme() -> None:
    programmes = vocabulary().programmes
    assert programmes["学前教育"] == "幼儿保育"
    assert programmes["会计电算化"] == programmes["会计事务"] == "会计事务"


def test_every_unit_has_a_positive_factor() -> None:
    assert all(unit.factor > 0 for unit in vocabulary().units.values())


def test_a_member_inside_a_longer_metric_is_found_too() -> None:
    found = {(term.kind, term.code) for term in vocabulary().find_terms("国家级培训")}
    assert found == {("metric", "training_attendance"), ("level", "国家级")}


def test_of_words_that_overlap_the_longest_counts() -> None:
    """市级名师 is a word of another metric and stands first, but the studio is what is counted."""
    found = {(term.kind, term.code) for term in vocabulary().find_terms("市级名师工作室")}
    assert found == {("metric", "master_studios"), ("level", "市级")}


@pytest.mark.parametrize(
    ("label", "members"),
    [
        ("示例职业高级中学", set()),
        ("示例高级技工学校高级讲师", {("title", "高级")}),
        ("示例技师学院技师", {("level", "技师")}),
    ],
)
def test_words_within_the_name_of_a_school_are_no_members(label: str, members: set[tuple[str, str]]) -> None:
    assert {(term.kind, term.code) for term in vocabulary().find_terms(label)} == members
