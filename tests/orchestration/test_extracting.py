"""A document that hangs or kills its process is rejected; every other one is read."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from orchestration import extracting
from orchestration.extracting import Job, extract_all

REPORT = "重庆市开州区样例职业教育中心质量年度报告（2025年度）\n\n学校现有专任教师285人。\n"


def job(tmp_path: Path, text: str, content_type: str = "text/plain") -> Job:
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    file = tmp_path / sha256
    file.write_text(text, encoding="utf-8")
    return Job(sha256, file, content_type, tmp_path / "extracted")


def document(job: Job) -> dict:
    return json.loads((job.folder / f"{job.sha256}.json").read_text(encoding="utf-8"))["document"]


@pytest.mark.parametrize("workers", [1, 3])
def test_every_document_is_read_once(tmp_path: Path, workers: int) -> None:
    jobs = [job(tmp_path, f"{REPORT}{n}") for n in range(12)]
    told: list[str] = []
    assert extract_all(jobs, workers, told.append) == 12
    assert [line.split("]")[0] for line in told] == [f"[{n}/12" for n in range(1, 13)]
    assert {document(j)["status"] for j in jobs} == {"read"}
    assert extract_all(jobs, workers, told.append) == 0


@pytest.fixture
def stuck(tmp_path: Path) -> Job:
    """A file that nobody can read to its end: a pipe into which nothing is ever written."""
    os.mkfifo(tmp_path / "pipe")
    return Job("5" * 64, tmp_path / "pipe", "text/plain", tmp_path / "extracted")


def test_a_document_that_hangs_is_rejected_and_harms_no_other(tmp_path: Path, stuck: Job) -> None:
    others = [job(tmp_path, f"{REPORT}{n}") for n in range(4)]
    assert extract_all([others[0], stuck, *others[1:]], 2, print, deadline=2) == 5
    assert document(stuck)["reason"] == "took longer than 2 seconds"
    assert {document(j)["status"] for j in others} == {"read"}


def test_a_document_whose_process_dies_is_rejected_and_harms_no_other(tmp_path: Path, stuck: Job) -> None:
    others = [job(tmp_path, f"{REPORT}{n}") for n in range(4)]
    killer = threading.Thread(target=kill_the_reader)
    killer.start()
    assert extract_all([stuck, *others], 1, print, deadline=30) == 5
    killer.join()
    assert "the process that read it died" in document(stuck)["reason"]
    assert {document(j)["status"] for j in others} == {"read"}


def kill_the_reader() -> None:
    while not (children := multiprocessing.active_children()):
        time.sleep(0.05)
    time.sleep(1)  # it has its file by then
    os.kill(children[0].pid or 0, signal.SIGKILL)


def test_a_defect_of_the_reader_costs_one_document(tmp_path: Path, monkeypatch) -> None:
    def fails(data: bytes, content_type: str) -> None:
        raise IndexError("no such row")

    monkeypatch.setattr(extracting, "extract", fails)
    one = job(tmp_path, REPORT)
    assert "please report it: IndexError: no such row" in extracting._extract_one(one)
    assert document(one)["status"] == "rejected"


def test_a_file_that_is_gone_stops_the_run(tmp_path: Path) -> None:
    gone = Job("0" * 64, tmp_path / "gone", "text/plain", tmp_path / "extracted")
    with pytest.raises(FileNotFoundError):
        extract_all([gone], 1, print)
