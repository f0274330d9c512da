"""A folder of reports lands like a crawled site, and a bad file costs only itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrapers.inbox import InboxError, land_inbox
from scrapers.landing import Landing


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def quiet(_: str) -> None:
    pass


def test_every_file_lands_under_its_name_and_no_machine_path(folder: Path, landing: Landing) -> None:
    (folder / "荣昌 2025.txt").write_text("在校生100人", encoding="utf-8")
    (folder / "b.html").write_text("<html>", encoding="utf-8")
    run = land_inbox(folder, landing, quiet)
    assert (run.source, run.status, run.new, run.failed) == ("inbox", "ok", 2, 0)
    rows = landing.rows("inbox")
    assert [row.url for row in rows] == ["inbox:b.html", "inbox:荣昌 2025.txt"]
    assert {row.kind for row in rows} == {"inbox"}
    assert str(folder) not in (landing.root / "manifest" / "inbox.jsonl").read_text(encoding="utf-8")
    assert (folder / "b.html").exists()


def test_a_second_run_changes_nothing(folder: Path, landing: Landing) -> None:
    (folder / "a.txt").write_text("one")
    land_inbox(folder, landing, quiet)
    before = (landing.root / "manifest" / "inbox.jsonl").read_bytes()
    assert land_inbox(folder, landing, quiet).unchanged == 1
    assert (landing.root / "manifest" / "inbox.jsonl").read_bytes() == before


def test_other_bytes_under_the_same_name_are_its_next_version(folder: Path, landing: Landing) -> None:
    (folder / "a.txt").write_text("one")
    land_inbox(folder, landing, quiet)
    (folder / "a.txt").write_text("two")
    assert land_inbox(folder, landing, quiet).changed == 1
    assert [row.url for row in landing.rows("inbox")] == ["inbox:a.txt"] * 2


def test_a_file_taken_out_stays_landed(folder: Path, landing: Landing) -> None:
    (folder / "a.txt").write_text("one")
    (folder / "b.txt").write_text("two")
    land_inbox(folder, landing, quiet)
    (folder / "a.txt").unlink()
    assert land_inbox(folder, landing, quiet).withdrawn == 0
    assert landing.current("inbox")["inbox:a.txt"].state == "landed"


def test_hidden_files_and_folders_are_left_out(folder: Path, landing: Landing) -> None:
    (folder / ".DS_Store").write_text("x")
    (folder / "sub").mkdir()
    (folder / "a.txt").write_text("one")
    assert land_inbox(folder, landing, quiet).listed == 1


def test_an_unreadable_file_is_a_problem_and_the_others_land(folder: Path, landing: Landing) -> None:
    (folder / "gone.pdf").symlink_to(folder / "nowhere")
    (folder / "a.txt").write_text("one")
    run = land_inbox(folder, landing, quiet)
    assert (run.status, run.new, run.failed) == ("partial", 1, 1)
    assert [(problem.kind, problem.url) for problem in run.problems] == [("unreadable", "inbox:gone.pdf")]


def test_a_name_that_is_no_utf8_lands_all_the_same(folder: Path, landing: Landing) -> None:
    (folder / "年报.txt".encode("gbk").decode("utf-8", "surrogateescape")).write_text("one")
    assert land_inbox(folder, landing, quiet).new == 1
    assert landing.rows("inbox")[0].url.startswith("inbox:")


def test_a_missing_or_empty_folder_says_what_to_do(folder: Path, landing: Landing) -> None:
    with pytest.raises(InboxError, match=r"no file in it; put reports there"):
        land_inbox(folder, landing, quiet)
    with pytest.raises(InboxError, match=r"nowhere: No such file or directory; name a folder"):
        land_inbox(folder / "nowhere", landing, quiet)
    (folder / "a.txt").write_text("one")
    with pytest.raises(InboxError, match="Not a directory"):
        land_inbox(folder / "a.txt", landing, quiet)
    assert not landing.root.exists()
