"""The quality owner's way from a finding to a release, on a home of real files."""

from __future__ import annotations

import json
import shutil

import pytest
from dagster import AssetCheckKey

from orchestration.places import Places


def test_a_finding_is_listed_shown_decided_on_and_taken_back(sample_home, run, tmp_path) -> None:
    home = tmp_path / "home"
    (home / "work").mkdir(parents=True)
    shutil.copyfile(Places(sample_home.path).findings, Places(home).findings)
    listed = run("review", "list", "--home", home, "--rule", "share-of-parts", "--json")
    assert listed.code == 0
    [first, *_] = [json.loads(line) for line in listed.out.splitlines()]
    shown = run("review", "show", first["finding"][:10], "--home", home)
    assert first["message_zh"] in shown.out
    assert "[1] " in shown.out

    accepted = run("review", "accept", first["finding"], "--home", home, "--reason", "口径不同", "--by", "质量员",
                   "--until", "2099-12-31")  # fmt: skip
    assert (accepted.code, accepted.out.split()[:2]) == (0, [first["finding"], "accepted;"])
    corrected = run("review", "correct", first["finding"], "43.9", "--home", home, "--reason", "按同表推算")
    assert corrected.code == 0
    run("review", "reject", first["finding"], "--home", home, "--reason", "读错", "--misread")
    run("review", "reopen", first["finding"], "--home", home, "--reason", "再看")
    lines = [json.loads(line) for line in Places(home).decisions.read_text(encoding="utf-8").splitlines()]
    assert [line["verdict"] for line in lines] == ["accepted", "corrected", "parser_error", "reopened"]
    assert lines[1]["value"] == 43.9
    assert lines[1]["subject"]["raw"]

    for wrong in (("accept", "zzz", "--reason", "x"), ("correct", first["finding"], "much", "--reason", "x"),
                  ("accept", first["finding"], "--reason", "x", "--until", "tomorrow")):  # fmt: skip
        told = run("review", *wrong, "--home", home)
        assert told.code == 2
        assert "Error: " in told.err
    assert run("review", "list", "--home", tmp_path / "nowhere").code == 2


@pytest.mark.slow
def test_a_blocking_finding_holds_the_release_until_it_is_decided_on(released_home, run, tmp_path) -> None:
    home, inbox = released_home, tmp_path / "inbox"
    released = (home / "current").readlink()
    inbox.mkdir()
    damaged = next(file for file in (home / "landing" / "files").rglob("*.txt"))
    damaged.chmod(0o644)
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"x")  # of the same length: a shorter one is fetched anew
    (inbox / "another.txt").write_text(
        "某校质量年度报告（2025年度）\n\n在校生人数100人。\n", encoding="utf-8"
    )

    held = run("refresh", "--inbox", inbox, "--home", home)
    assert held.code == 1
    assert "landed-file-is-whole" in held.out
    assert "zhijiao review" in held.out
    assert (home / "current").readlink() == released

    [finding] = [json.loads(line) for line in
                 run("review", "list", "--home", home, "--severity", "blocks", "--json").out.splitlines()]  # fmt: skip
    run("review", "accept", finding["finding"], "--home", home, "--reason", "末尾多一个换行，内容未变")
    again = run("refresh", "--inbox", inbox, "--home", home, "--json")
    assert again.code == 0, again.err
    assert (home / "current").readlink() != released
    assert again.json["findings"]["blocks"] == 1
    assert "blocks" not in again.json["undecided"]
    record = json.loads((home / "current" / "release.json").read_text(encoding="utf-8"))
    assert record["extra"]["findings"]["warns"] >= record["extra"]["undecided"]["warns"]
    assert (home / "current" / record["extra"]["data_docs"]).is_file()


def test_every_check_in_dagster_leads_to_its_findings_on_the_desk() -> None:
    from orchestration.checks import DESK, expectation_checks

    keys: list[AssetCheckKey] = list(expectation_checks.check_keys)
    assert {"share_of_parts", "landed_file_is_whole"} <= {key.name for key in keys}
    assert DESK.startswith("http://127.0.0.1")
