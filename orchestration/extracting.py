"""Work through landed files in a process pool and keep what was read, file by file.

No Dagster here: the worker processes import this file and the extraction only. A document is read once for each version
of the reader; what a killed run had finished is there for the next.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from extraction.extract import extract, reader_version

# Below this a pool costs more than it saves: starting one takes longer than reading a few documents.
_SERIAL_UP_TO = 8


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


def extract_all(jobs: Iterable[Job], workers: int, log: Callable[[str], object]) -> int:
    """Read what no earlier run has read; the number of files read now. `workers` 0 is one for each processor."""
    todo = [job for job in jobs if not _result(job).is_file()]
    with closing(_results(todo, workers or os.cpu_count() or 1)) as results:
        for n, line in enumerate(results, start=1):
            log(f"[{n}/{len(todo)}] {line}")
    return len(todo)


def forget_other_versions(extracted: Path) -> None:
    """Remove what earlier versions of the reader left: all of it can be read again from the landing zone."""
    keep = folder_for_version(extracted)
    for folder in extracted.iterdir() if extracted.is_dir() else ():
        if folder != keep:
            shutil.rmtree(folder, ignore_errors=True)


def _results(todo: Sequence[Job], workers: int) -> Generator[str, None, None]:
    if len(todo) <= _SERIAL_UP_TO or workers == 1:
        yield from map(_extract_one, todo)
        return
    # forkserver: workers start from a process that holds neither Dagster's threads nor its open databases.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["orchestration.extracting"])
    with ProcessPoolExecutor(min(workers, len(todo)), mp_context=context) as pool:
        yield from pool.map(_extract_one, todo, chunksize=max(1, len(todo) // (workers * 16)))


def _result(job: Job) -> Path:
    return job.folder / f"{job.sha256}.json"


def _extract_one(job: Job) -> str:
    import json

    extraction = extract(job.path.read_bytes(), job.content_type)
    job.folder.mkdir(parents=True, exist_ok=True)
    _write(job.folder / f"{job.sha256}.txt", extraction.landed_text)
    _write(_result(job), json.dumps(extraction.as_json(), ensure_ascii=False))
    document = extraction.document
    if document.status == "rejected":
        return f"rejected {job.sha256[:12]}: {document.reason}"
    return (
        f"{document.title or job.sha256[:12]}: {document.observations} numbers, {document.unmapped} unmapped"
    )


def _write(path: Path, text: str) -> None:
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    partial.write_text(text, encoding="utf-8", newline="")
    partial.replace(path)
