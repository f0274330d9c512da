"""What the audits find in reports made for one rule each, and what they leave alone."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock

from .sample import Record, build, document, entity, landed, observation


def school(name: str) -> str:
    """A school of its own for each case, so that no two reports speak of the same."""
    return f"重庆市荣昌区{name}职业学校"


def report(name: str, observations: list[Record], speaker: str | None = None) -> dict[str, Any]:
    """A school's report, or with a school of the district's in it the district's."""
    owner = school(name)
    entities = [entity(owner, role="publisher")]
    if speaker:
        entities = [entity(speaker, "district", "publisher"), entity(owner)]
    return document(
        name, observations, entities, title=f"{speaker or owner}年度质量报告", publisher=speaker or owner, report_year=2025
    )  # fmt: skip


def areas(name: str, year: int, owned: int, leased: int, per_student: str) -> list[Record]:
    """A table that prints floor area by holding, and per student."""
    of: dict[str, Any] = {"entity": school(name), "year": year}
    return [
        observation("enrolment", 1000, **of),
        observation("floor_area", owned, **of, where="表2", unit="m2", holding="自有"),
        observation("floor_area", leased, **of, where="表2", unit="m2", holding="租赁"),
        observation(
            "floor_area_per_student", float(per_student), raw=per_student, **of, where="表2", unit="m2"
        ),
    ]


def progressing(name: str, district: str, totals: dict[int, int]) -> list[Record]:
    """A school's table by category, and a table under the district's name with those totals."""
    parts = {2023: (138, 183), 2024: (115, 202), 2025: (117, 171)}
    return [
        row
        for year, (first, second) in parts.items()
        for row in (
            observation("progressing_graduates", first, entity=school(name), year=year, category="装备制造大类"),
            observation("progressing_graduates", second, entity=school(name), year=year, category="电子与信息大类"),
            observation("progressing_graduates", totals[year], entity=district, year=year, where="表2"),
        )
    ]  # fmt: skip


def income(name: str, total: int, fiscal: int, own: int) -> list[Record]:
    """A sentence that names two sources of an income."""
    said: dict[str, Any] = {
        "entity": school(name), "year": 2025, "where": "prose", "unit": "CNY",
        "quote": f"办学经费收入{total}元，其中财政拨款收入{fiscal}元、事业收入{own}元。",
    }  # fmt: skip
    return [
        observation("income", total, **said),
        observation("income_by_source", fiscal, **said, source="财政拨款收入"),
        observation("income_by_source", own, **said, source="事业收入"),
    ]


def employed(name: str, value: int, where: str, said: str) -> Record:
    """A count of the employed under one of the metric's names."""
    return observation(
        "direct_employment", value, entity=school(name), year=2025, where=where, indicator=said
    ) | {"label": said}


def classes(name: str, listed: str, raw: str, value: int, noun: str = "专业小类") -> Record:
    """A sentence that lists names before it counts them."""
    return observation(
        "programme_classes", value, raw=raw, entity=school(name), year=2025, where="prose",
        unit="programme", quote=f"学校下设{listed}{raw}个{noun}。",
    )  # fmt: skip


def copied(name: str) -> list[Record]:
    """Three figures of people that stay to the last digit."""
    return [
        observation(metric, value, entity=school(name), year=year)
        for year in (2024, 2025)
        for metric, value in (("enrolment", 1234), ("graduates", 567), ("new_entrants", 432))
    ]


AGREES_TWICE = {2023: 321, 2024: 318, 2025: 288}
AGREES_ONCE = {2023: 321, 2024: 318, 2025: 290}
REPORTS = [
    report("面积", [*areas("面积", 2024, 10000, 2000, "20.00"), *areas("面积", 2025, 11000, 3000, "14.00")]),
    report("缺项", [*areas("缺项", 2024, 10000, 2000, "20.00"), *areas("缺项", 2025, 11000, 3000, "16.00")]),
    report("升学", progressing("升学", "荣昌区", AGREES_TWICE), "荣昌区"),
    report("偶合", progressing("偶合", "永川区", AGREES_ONCE), "永川区"),
    report("其中", income("其中", 10000, 7000, 2000)),
    report("超出", income("超出", 10000, 9000, 2000)),
    report("两名", [
        employed("两名", 752, "表1", "企事业单位就业"), employed("两名", 66, "表1", "自主择业"),
        employed("两名", 737, "prose", "企事业单位就业"),
    ]),
    report("一名", [employed("一名", 752, "表1", "直接就业人数"), employed("一名", 752, "prose", "企事业单位就业")]),
    report("少一类", [classes("少一类", "护理类、药学类、医学技术类、中医药类", "五", 5)]),
    report("正好", [classes("正好", "护理类、药学类、医学技术类、中医药类", "四", 4)]),
    report("连写", [classes("连写", "护理类、药学类、医学技术类和中医药类", "4", 4)]),
    report("举例", [classes("举例", "护理类、药学类、医学技术类等", "5", 5)]),
    report("多一类", [classes("多一类", "护理类、药学类、医学技术类、中医药类等", "3", 3)]),
    report("另说", [classes("另说", "教务处、总务处、宿管科一同办起了", "4", 4, "学生社团")]),
    report("专业", [classes("专业", "数控技术应用、计算机应用、幼儿保育", "4", 4, "专业")]),
    report("照抄", copied("照抄")),
]  # fmt: skip
OUTDATED = {
    "finding": "f", "rule": "restated", "verdict": "corrected", "value": 90, "reason": "致电核实",
    "subject": {"document": "照抄", "char_start": 0, "raw": "99", "entity": school("照抄"), "metric": "staff", "year": 2025,
                "dims": {}},
    "decided_by": "q", "decided_at": "2026-01-11T00:00:00Z",
}  # fmt: skip


@pytest.fixture(scope="session")
def audited(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A warehouse of these reports; the worker that comes first builds it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "audited"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            files = [
                landed(each["document"]["sha256"], f"https://rc.example/{n}.html")
                for n, each in enumerate(REPORTS)
            ]
            build(folder, REPORTS, files, decisions=[OUTDATED])
    return folder / "warehouse.duckdb"


@pytest.fixture
def found(audited: Path) -> Iterator[Any]:
    """The findings on a school or its report: rule, metric, year, printed, expected."""
    with duckdb.connect(str(audited), read_only=True) as connection:
        yield lambda name: connection.execute(
            "select rule, metric, year, printed, expected from audit.audit_contradictions"
            " where report_id = ? order by all", [name],
        ).fetchall()  # fmt: skip


def test_a_figure_per_student_follows_from_what_is_owned_and_leased_together(found: Any) -> None:
    assert found("面积") == [("share-of-parts", "floor_area_per_student", 2024, Decimal(20), Decimal(12))]


def test_holdings_that_no_year_proves_complete_prove_nothing(found: Any) -> None:
    assert found("缺项") == []


def test_a_table_that_has_a_schools_sums_in_two_years_is_held_against_them_in_the_third(found: Any) -> None:
    assert found("升学") == [("total-of-parts", "progressing_graduates", 2024, Decimal(318), Decimal(317))]


def test_one_year_that_agrees_makes_no_series(found: Any) -> None:
    assert found("偶合") == []


def test_parts_behind_among_them_may_be_examples_but_not_too_many(found: Any) -> None:
    assert found("其中") == []
    assert found("超出") == [("total-of-parts", "income", 2025, Decimal(10000), Decimal(11000))]


def test_two_names_of_a_metric_in_one_table_tell_its_figures_apart(found: Any) -> None:
    assert found("两名") == [("restated", "direct_employment", 2025, Decimal(737), Decimal(752))]
    assert found("一名") == []


@pytest.mark.parametrize(("name", "printed", "listed"), [("少一类", 5, 4), ("多一类", 3, 4), ("专业", 4, 3)])
def test_a_sentence_counts_as_many_as_it_names(found: Any, name: str, printed: int, listed: int) -> None:
    assert found(name) == [("names-counted", "programme_classes", 2025, Decimal(printed), Decimal(listed))]


@pytest.mark.parametrize("name", ["正好", "连写", "举例", "另说"])
def test_examples_joined_names_and_other_things_are_no_count(found: Any, name: str) -> None:
    assert found(name) == []


def test_a_finding_without_an_expected_figure_or_an_observation_is_a_fact_too(
    audited: Path, found: Any
) -> None:
    assert found("照抄") == [
        ("correction-outdated", "staff", 2025, Decimal(90), None),
        ("year-copy", "enrolment", 2025, Decimal(1234), None),
    ]
    with duckdb.connect(str(audited), read_only=True) as connection:
        facts = connection.execute(
            "select rule, expected_value, observation_id is null from mart_contradictions"
            " where report_id = '照抄' order by rule"
        ).fetchall()
    assert facts == [("correction-outdated", None, True), ("year-copy", None, False)]
