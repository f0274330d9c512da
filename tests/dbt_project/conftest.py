"""The models built once on a small sample, for all tests of this folder and all of pytest's workers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from .sample import Record, build, document, entity, landed, observation

CENTRE = "重庆市荣昌区职业教育中心"
YIMIN = "重庆益民技工学校"
NEW = "重庆市永川区甲职业学校"


def centre_table(year: int, enrolment: int, full_time: int, dual: int, share: str) -> list[Record]:
    """Four figures of the centre in one year, as a table prints them."""
    return [
        observation("enrolment", enrolment, entity=CENTRE, year=year),
        observation("full_time_teachers", full_time, entity=CENTRE, year=year),
        observation("dual_qualified_teachers", dual, entity=CENTRE, year=year),
        observation(
            "dual_qualified_teachers_share", float(share), raw=share, entity=CENTRE, year=year, unit="percent"
        ),
    ]


DISTRICT_2024 = document(
    "district-2024",
    [
        *centre_table(2023, 6700, 300, 150, "50.0"),
        *centre_table(2024, 6600, 300, 200, "66.67"),
        observation("enrolment", 1500, entity=YIMIN, year=2024),
        observation("full_time_teachers", 80, entity=YIMIN, year=2024),
        observation("schools", 2, entity="荣昌区", year=2024, unit="school"),
        observation("enrolment", 8100, entity="荣昌区", year=2023),
        observation("enrolment", 1400, entity="荣昌区", year=2023, coverage="技工等学校"),
        observation("floor_area", 12, entity=None, year=None, unit="m2"),
    ],
    [
        entity("荣昌区", "district", "publisher"),
        entity(CENTRE),
        entity(YIMIN),
        entity(NEW, short_names=["甲职校"]),
    ],
    title="荣昌区中等职业教育年度质量报告(2024年度)", publisher="重庆市荣昌区教育委员会", report_year=2024,
)  # fmt: skip

DISTRICT_2024_CORRECTED = document(
    "district-2024-corrected",
    [
        row | ({"value": 6610, "raw": "6610"} if row["value"] == 6600 else {})
        for row in DISTRICT_2024["observations"]
    ],
    DISTRICT_2024["entities"],
    title="荣昌区中等职业教育年度质量报告(2024年度)(更正版)", publisher="重庆市荣昌区教育委员会",
    report_year=2024,
)  # fmt: skip

CENTRE_2025 = document(
    "centre-2025",
    [
        *centre_table(2025, 6400, 285, 190, "70.0"),
        observation("enrolment", 6605, entity=CENTRE, year=2024),
        observation("staff", 357, entity=CENTRE, year=2025),
        observation("staff", 375, entity="重庆市荣昌区 职业教育中心", year=2025, where="prose"),
        observation("graduates", 2100, entity=CENTRE, year=2025, where="prose", quote="毕业生2100余人"),
        observation("graduates", 2125, entity=CENTRE, year=2025, where="表2"),
        observation("graduates", 1000, entity=CENTRE, year=2025, where="表2", programme="护理", category="医药"),
        observation("graduates", 1100, entity=CENTRE, year=2025, where="表2", programme="会计电算化", category="财经"),
        observation("teachers_by_degree", 48, entity=CENTRE, year=2025, where="表3", degree="硕士"),
        observation("student_awards", 3, entity=CENTRE, year=2025, where="表4", level="市级", award="一等奖"),
        observation("student_awards", 5, entity=CENTRE, year=2025, where="表4", level="市级", award="二等奖"),
        observation("unmapped", 17, entity=CENTRE, year=2025),
    ],
    [entity(CENTRE, role="publisher")],
    title="重庆市荣昌区职业教育中心质量年度报告", publisher=CENTRE, report_year=2025,
)  # fmt: skip

COVER = document("cover", [], title="关于发布质量年度报告的通知")
BROKEN = document("broken", [], status="rejected", reason="not a PDF", content_type="application/pdf")

LANDED = [
    landed("cover", "https://rc.example/1.html", title="关于发布年度报告的通知", published_on="2025-01-05"),
    landed("district-2024", "https://rc.example/1.doc", kind="attachment",
           parent_url="https://rc.example/1.html", published_on="2025-01-05"),
    landed("district-2024-corrected", "https://rc.example/2.html", published_on="2025-02-01"),
    landed("centre-2025", "https://rc.example/3.html", published_on="2026-01-05"),
    landed("broken", "https://rc.example/4.pdf", title="坏文件", publisher="荣昌区教委"),
]  # fmt: skip


ALL = [DISTRICT_2024, DISTRICT_2024_CORRECTED, CENTRE_2025, COVER, BROKEN]
SOURCE_RUNS: list[Record] = [
    {"source": "sample", "name": "荣昌区", "district_code": "500153", "status": "ok", "problems": []}
]


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The built sample; the worker that comes first builds it, the others wait for it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "sample"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            build(folder, ALL, LANDED, SOURCE_RUNS, command="build")
    return folder / "warehouse.duckdb"


@pytest.fixture
def connection(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(warehouse), read_only=True) as opened:
        yield opened
