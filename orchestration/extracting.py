"""Work through landed files in processes of their own and keep what was read, file by file.

No Dagster here: the worker processes import this file and the extraction only. A document is read once for each version
of the reader; what a killed run had finished is there for the next. A document that makes its process die or hang is
rejected, the process is replaced, and no other document is harmed (`extraction/limits.py` has the bounds before this one).
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import shutil
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext
from pathlib import Path

from extraction.extract import extract, reader_version, rejected
from extraction.limits import SECONDS
from extraction.records import Extraction
from orchestration.machine import processes

DEADLINE = 1.5 * SECONDS
"""Seconds after which a process that did not stop by itself is ended."""


@dataclass(frozen=True)
class Job:
    """One landed file to read: its bytes, their type, and the folder that takes the result."""

    sha256: str
    path: Path
    content_type: str
    folder: Path


def folder_for_version(extracted: Path) -> Path:
    """The folder of this reader's version; offsets and landed text of one version lie together."""
    return extracted / reader_version()


def extract_all(
    jobs: Iterable[Job], workers: int, log: Callable[[str], object], deadline: float = DEADLINE
) -> int:
    """Read what no earlier run has read; the number of files read now. `workers` 0 is as many as the machine takes."""
    todo = [job for job in jobs if not _result(job).is_file()]
    with closing(_results(todo, workers or processes(), deadline)) as results:
        for n, line in enumerate(results, start=1):
            log(f"[{n}/{len(todo)}] {line}")
    return len(todo)


def forget_other_versions(extracted: Path) -> None:
    """Remove what earlier versions of the reader left: all of it can be read again from the landing zone."""
    keep = folder_for_version(extracted)
    for folder in extracted.iterdir() if extracted.is_dir() else ():
        if folder != keep:
            shutil.rmtree(folder, ignore_errors=True)


# ── processes ────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Worker:
    """A process that reads one file after the other, and the file it is at."""

    def __init__(self, context: ForkServerContext) -> None:
        self.results, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self.job: Job | None = None
        self.until = 0.0

    def give(self, job: Job, deadline: float) -> None:
        self.job, self.until = job, time.monotonic() + deadline
        with suppress(
            ConnectionError
        ):  # it died while it had nothing to do; that shows when its result is asked for
            self.results.send(job)

    def end(self) -> None:
        """Ask it to stop, so that it ends what it started itself; then make it."""
        self._process.terminate()
        self._process.join(2)
        self._process.kill()
        self._process.join()
        self.results.close()


def _results(todo: Sequence[Job], workers: int, deadline: float) -> Generator[str, None, None]:
    """A line for each file as it is done."""
    # forkserver: workers start from a process that holds neither Dagster's threads nor its open databases.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["orchestration.extracting"])
    left = deque(todo)
    pool = [_Worker(context) for _ in range(min(workers, len(todo)))]
    try:
        while left or any(worker.job for worker in pool):
            for worker in pool:
                if left and not worker.job:
                    worker.give(left.popleft(), deadline)
            busy = {worker.results: worker for worker in pool if worker.job}
            wait(list(busy), max(0.0, min(worker.until for worker in busy.values()) - time.monotonic()))
            for worker in busy.values():
                line = _outcome(worker, deadline)
                if line is None:
                    continue
                yield line
                if worker.job:  # it did not give the result itself
                    worker.end()
                    pool[pool.index(worker)] = _Worker(context)
    finally:
        for worker in pool:
            worker.end()


def _outcome(worker: _Worker, deadline: float) -> str | None:
    """What became of the file that a worker is at; None while it works. Its job stays where it has to be replaced."""
    job = worker.job
    if job is None:
        return None
    if worker.results.poll():
        with suppress(EOFError, ConnectionError):
            told = worker.results.recv()
            if isinstance(told, BaseException):
                raise told
            worker.job = None
            return str(told)
        return _keep(job, _rejected(job, "the process that read it died: damaged, or made to do harm"))
    if time.monotonic() >= worker.until:
        return _keep(job, _rejected(job, f"took longer than {deadline:g} seconds"))
    return None


def _work(jobs: Connection) -> None:
    """The life of a worker: it ends when it is asked to, or when the other end is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that waits for the results
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # as an exception: what it started ends with it
    with suppress(EOFError):
        while True:
            job = jobs.recv()
            try:
                jobs.send(_extract_one(job))
            except OSError as problem:  # no disk, no file: that is for the run to stop at
                jobs.send(problem)


# ── one file ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _extract_one(job: Job) -> str:
    data = job.path.read_bytes()
    if hashlib.sha256(data).hexdigest() != job.sha256:
        return _keep(job, _rejected(job, "the landed file is damaged: restore it, then backfill its season"))
    try:
        extraction = extract(data, job.content_type)
    except Exception as problem:  # a defect of the reader's on one document is no reason to lose the others
        extraction = _rejected(
            job, f"the reader failed, please report it: {type(problem).__name__}: {problem}"
        )
    return _keep(job, extraction)


def _rejected(job: Job, reason: str) -> Extraction:
    return rejected(job.sha256, job.content_type, reason)


def _keep(job: Job, extraction: Extraction) -> str:
    """Write what was read, the record last: it says that the file is done."""
    job.folder.mkdir(parents=True, exist_ok=True)
    _write(job.folder / f"{job.sha256}.txt", extraction.landed_text)
    _write(_result(job), json.dumps(extraction.as_json(), ensure_ascii=False))
    document = extraction.document
    if document.status == "rejected":
        return f"rejected {job.sha256[:12]}: {document.reason}"
    told = (
        f"{document.title or job.sha256[:12]}: {document.observations} numbers, {document.unmapped} unmapped"
    )
    return f"{told}; {document.note}" if document.note else told


def _result(job: Job) -> Path:
    return job.folder / f"{job.sha256}.json"


def _write(path: Path, text: str) -> None:
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    partial.write_text(text, encoding="utf-8", newline="")
    partial.replace(path)
