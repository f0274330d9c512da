"""Records as extraction and scrapers leave them, in short form, and a warehouse built of them."""

from __future__ import annotations

import csv
import json
import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from orchestration.dbt import executable, taking_up_the_parse
from warehouse.staging import stage

PROJECT = Path(__file__).parents[2] / "dbt_project"

with (PROJECT / "seeds" / "metrics.csv").open(encoding="utf-8", newline="") as _lines:
    LABELS = {row["code"]: row["name_zh"] for row in csv.DictReader(_lines)}

Record = dict[str, Any]


def observation(
    metric: str,
    value: float,
    *,
    entity: str | None,
    year: int | None,
    raw: str | None = None,
    where: str = "表1",
    confidence: float = 0.9,
    quote: str = "",
    unit: str = "person",
    **dims: str,
) -> Record:
    """An observation whose offsets are set later, by its place in the document."""
    return {
        "raw": raw or f"{value:g}", "value": value, "unit": unit, "unit_raw": "", "metric": metric,
        "label": LABELS.get(metric, metric), "entity": entity, "year": year, "year_basis": "school", "dims": dims, "where": where,
        "method": "sample", "confidence": confidence, "quote": quote,
    }  # fmt: skip


def document(
    name: str, observations: Sequence[Record], entities: Iterable[Record] = (), **fields: Any
) -> dict[str, Any]:
    """An extraction result; `name` stands for the sha256 of the file."""
    placed = [
        {**row, "char_start": 100 * n, "char_end": 100 * n + len(row["raw"])}
        for n, row in enumerate(observations)
    ]
    head = {
        "sha256": name, "reader": "sample", "reader_version": "1", "status": "read", "reason": None,
        "content_type": "text/html", "title": None, "publisher": None, "report_year": None, "chars": 10_000,
        "tables": 1, "observations": len(placed), "unmapped": sum(o["metric"] == "unmapped" for o in placed),
    }  # fmt: skip
    return {"document": head | fields, "entities": list(entities), "observations": placed}


def entity(
    name: str, kind: str = "school", role: str = "mentioned", short_names: Sequence[str] = ()
) -> Record:
    """A school or district of a document."""
    return {"name": name, "kind": kind, "role": role, "provisional": False, "short_names": list(short_names)}


def landed(name: str, url: str, **fields: Any) -> Record:
    """A row of a landing manifest."""
    row: Record = {
        "sha256": name, "url": url, "final_url": url, "source": "sample", "kind": "page", "parent_url": None,
        "title": None, "publisher": None, "published_on": None, "metadata": {},
        "fetched_at": "2026-01-10T00:00:00Z", "http_status": 200, "headers": {}, "content_type": "text/html",
        "bytes": 1, "state": "landed",
    }  # fmt: skip
    return row | fields


WITHOUT_UNIT_TESTS = "build --exclude-resource-type unit_test"


def build(
    folder: Path,
    documents: Sequence[Mapping[str, Any]],
    landed_files: Sequence[Record],
    source_runs: Sequence[Record] = (),
    decisions: Sequence[Record] = (),
    command: str = WITHOUT_UNIT_TESTS,
) -> Path:
    """Stage the documents and run `dbt build` on them, adding to what the folder holds; the path of the warehouse.

    Unit tests are of the models, not of the data: one fixture runs them (`command="build"`).
    """
    extracted = folder / "extracted"
    extracted.mkdir(parents=True, exist_ok=True)
    for result in documents:
        path = extracted / f"{result['document']['sha256']}.json"
        path.write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
    ledger = folder / "decisions.jsonl"
    ledger.write_text(
        "".join(f"{json.dumps(decision, ensure_ascii=False)}\n" for decision in decisions), encoding="utf-8"
    )
    database = folder / "warehouse.duckdb"
    stage(
        database,
        landed_files=landed_files,
        source_runs=source_runs,
        extracted=extracted,
        document_ids=[result["document"]["sha256"] for result in documents],
        decisions=ledger,
        recipe="sample",
    )
    dbt(folder, *command.split(), *taking_up_the_parse(), ZHIJIAO_WAREHOUSE=str(database))
    return database


def dbt(folder: Path, *arguments: str, **environment: str) -> None:
    """Run dbt on the project with its output below `folder`, so that runs at the same time do not collide."""
    paths = {"DBT_TARGET_PATH": str(folder / "target"), "DBT_LOG_PATH": str(folder / "logs")}
    run = subprocess.run(
        [executable(), "--quiet", *arguments],
        cwd=PROJECT,
        env=os.environ | {"DBT_PROFILES_DIR": str(PROJECT)} | paths | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
