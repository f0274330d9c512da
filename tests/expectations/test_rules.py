from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from expectations import RuleError, load_suites, run_expectations

from .sample import Make, metrics

SUITE = """
suite: landing
title: {zh: 落地区, en: Landing zone}
data:
  files: {table: raw.landed_files, subject: [url]}
rules:
  - id: file-has-bytes
    data: files
    expect: expect_column_values_to_be_between
    with: {column: bytes, min_value: 1}
    severity: blocks
    title: {zh: 文件不为空, en: A file is not empty}
    message: {zh: "{url} 是空的", en: "{url} is empty"}
"""


def write(folder: Path, text: str, name: str = "landing.yaml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_there_is_a_suite_for_each_layer_in_the_order_of_the_data() -> None:
    assert [suite.suite for suite in load_suites()] == ["landing", "staging", "marts", "audits"]


def test_every_rule_has_an_id_of_its_own_and_says_what_to_do_in_chinese_and_english() -> None:
    rules = [rule for suite in load_suites() for rule in suite.rules]
    assert len({rule.id for rule in rules}) == len(rules) >= 30
    for rule in rules:
        assert "{" in rule.message.zh, rule.id
        assert "{" in rule.message.en, rule.id
        assert rule.message.zh.endswith("。"), rule.id
        assert rule.message.en.endswith("."), rule.id


def test_the_metric_vocabulary_is_filled_into_the_rules() -> None:
    rules = {rule.id: rule for suite in load_suites() for rule in suite.rules}
    known = rules["metric-known"].arguments["value_set"]
    assert set(known) == {metric["code"] for metric in metrics()} | {"unmapped"}


def test_a_rule_for_each_line_of_a_seed_is_filled_in_from_it(tmp_path: Path) -> None:
    (tmp_path / "kinds.csv").write_text("kind,severity\npage,blocks\ninbox,notes\n", encoding="utf-8")
    text = SUITE.replace(
        "- id: file-has-bytes", "- for_each: kinds\n    id: $kind-has-bytes\n    where: kind = '$kind'"
    )
    [suite] = load_suites(
        write(tmp_path, text.replace("severity: blocks", "severity: $severity")), seeds=tmp_path
    )
    assert [(rule.id, rule.where, rule.severity) for rule in suite.rules] == [
        ("page-has-bytes", "kind = 'page'", "blocks"),
        ("inbox-has-bytes", "kind = 'inbox'", "notes"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("severity: blocks", "severty: blocks", "landing.yaml, rule file-has-bytes: severty: unknown key"),
        ("severity: blocks", "severity: stops", "landing.yaml, rule file-has-bytes: severity: Input should be"),
        ("id: file-has-bytes", "id: File Has Bytes", "landing.yaml, rule File Has Bytes: id: String should match"),
        ("    data: files", "    data: fils", "landing.yaml, rule file-has-bytes: no data “fils”, there is files"),
        ("{url} is empty", "{url is empty", "landing.yaml, rule file-has-bytes: message: "),
        ("min_value: 1", "value_set: {seed: nix, column: code}", "landing.yaml: no seed "),
        ("suite: landing", "suite: [", "landing.yaml is not valid YAML"),
        ("suite: landing", "sweet: landing", "landing.yaml: sweet: unknown key"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_rule_file_is_told_with_file_and_rule(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    with pytest.raises(RuleError) as error:
        load_suites(write(tmp_path, SUITE.replace(old, new)))
    assert told in str(error.value)


def test_an_id_may_be_taken_once_over_all_files(tmp_path: Path) -> None:
    write(tmp_path, SUITE)
    write(tmp_path, SUITE.replace("suite: landing", "suite: staging"), "staging.yaml")
    with pytest.raises(
        RuleError, match=r"staging.yaml, rule file-has-bytes: the id is taken in landing.yaml"
    ):
        load_suites(tmp_path)


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="holds no rules"):
        load_suites(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "expect_column_values_to_be_between",
            "expect_a_miracle",
            "Great Expectations has no expect_a_miracle",
        ),
        ("min_value: 1", "minimum: 1", "expect_column_values_to_be_between does not take"),
    ],
)
def test_an_expectation_that_does_not_exist_is_told_before_anything_is_written(
    tmp_path: Path, make: Make, old: str, new: str, told: str
) -> None:
    suites = load_suites(write(tmp_path, SUITE.replace(old, new)))
    with pytest.raises(RuleError) as error:
        run_expectations(make(), tmp_path / "docs", log=lambda _: None, suites=suites)
    assert str(error.value).startswith("landing.yaml, rule file-has-bytes: ")
    assert told in str(error.value)
    assert not (tmp_path / "docs").exists()


def test_importing_the_package_and_its_rules_does_not_import_great_expectations() -> None:
    code = (
        "import sys, expectations; expectations.load_suites(); sys.exit('great_expectations' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
