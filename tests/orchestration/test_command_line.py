"""What a person is told who types something wrong, and who asks for help."""

from __future__ import annotations

import json

import pytest

REPORT = "重庆市开州区样例职业教育中心质量年度报告（2025年度）\n\n学校现有专任教师285人，占地面积495亩。\n"


def test_help_teaches_the_commands(run) -> None:
    shown = run("--help")
    assert shown.code == 0
    assert all(word in shown.out for word in ("refresh", "extract", "sources", "publish", "ui", "--inbox"))
    assert "Exit code" in run("refresh", "--help").out


def test_extract_prints_observations_as_json_lines(tmp_path, run) -> None:
    file = tmp_path / "report.txt"
    file.write_text(REPORT, encoding="utf-8")
    rows = [json.loads(line) for line in run("extract", file).out.splitlines()]
    assert [(row["metric"], row["value"], row["dims"]) for row in rows] == [
        ("full_time_teachers", 285, {}),
        ("campus_area", 330000.165, {}),
    ]
    fields = "char_start char_end raw value unit unit_raw metric label entity year year_basis dims where method confidence"
    assert set(fields.split()) <= set(rows[0])
    assert all(REPORT[row["char_start"] : row["char_end"]] == row["raw"] for row in rows)


def test_extract_prints_the_landed_text(tmp_path, run) -> None:
    file = tmp_path / "report.txt"
    file.write_text(REPORT, encoding="gb18030")
    assert run("extract", file, "--text").out == REPORT


def test_extract_says_why_a_file_cannot_be_read(tmp_path, run) -> None:
    file = tmp_path / "scan.pdf"
    file.write_bytes(b"%PDF-1.7")
    done = run("extract", file)
    assert (done.code, done.out) == (1, "")
    assert "scan.pdf" in done.err
    assert "damaged PDF" in done.err


def test_a_typo_in_a_source_is_named_with_file_line_and_what_was_meant(tmp_path, run) -> None:
    (tmp_path / "a.yaml").write_text(
        "id: a\nnmae: 甲区教委\ndistrict: '500101'\nbase: http://a.sample\nlists: [/x/]\n", encoding="utf-8"
    )
    done = run("refresh", "--sources", tmp_path, "--home", tmp_path / "home")
    assert done.code == 2
    assert "a.yaml" in done.err
    assert "nmae" in done.err
    assert "did you mean" in done.err
    assert not (tmp_path / "home" / "current").exists()


@pytest.mark.parametrize(("make", "words"), [(False, "No such file"), (True, "no file in it")])
def test_an_inbox_that_is_missing_or_empty_is_said_so(make: bool, words: str, tmp_path, run) -> None:
    inbox = tmp_path / "inbox"
    if make:
        inbox.mkdir()
    done = run("refresh", "--inbox", inbox, "--home", tmp_path / "home")
    assert done.code == 2
    assert words in done.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--source ID or --season YEAR"),
        (["--source", "fuling", "--season", "2025"], "--source ID or --season YEAR"),
        (["--source", "fulign"], "no source 'fulign'; there is fuling, hechuan, tongnan, wanzhou"),
    ],
)
def test_a_backfill_names_one_thing_to_run_again(arguments, words, tmp_path, run) -> None:
    done = run("backfill", *arguments, "--home", tmp_path)
    assert done.code == 2
    assert words in done.err


def test_sources_check_shows_what_would_be_crawled_and_lands_nothing(tmp_path, run) -> None:
    done = run("sources", "check")
    assert "涪陵区中等职业教育质量年度报告（2025年度）" in done.out
    assert "关于编制" not in done.out


def test_publish_says_what_it_needs(tmp_path, run) -> None:
    done = run("publish", "--to", tmp_path / "out", "--home", tmp_path)
    assert done.code == 2
    assert "run `zhijiao refresh` first" in done.err
    assert not (tmp_path / "out").exists()
