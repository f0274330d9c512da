"""Generated reports with one contradiction each, and what the audits find: how many of the planted, how many besides.

A report is a made-up school's, in prose and in pipe tables; its figures agree with each other but for the planted one. A
kind is a function that makes one printed figure wrong. Same seed, same reports.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb

from extraction.extract import extract
from warehouse.staging import stage

DBT_PROJECT = Path(__file__).parents[1] / "dbt_project"
YEARS = (2023, 2024, 2025)
YEAR = YEARS[-1]
PROGRAMMES = ("数控技术应用", "计算机应用", "幼儿保育", "会计事务", "汽车运用与维修")
HOLDINGS = ("自有", "租赁")
SYLLABLES = "明德立新启智弘文致远博雅崇实育才笃行"

Key = tuple[str, str, int, str]
"""Place (prose, or the number of a table), metric, year, programme."""


@dataclass
class Report:
    """A school's report: its true figures, and those printed otherwise."""

    school: str
    random: random.Random
    true: dict[tuple[str, int, str], Decimal] = field(default_factory=dict)
    printed: dict[Key, str] = field(default_factory=dict)

    def say(self, place: str, metric: str, year: int, programme: str = "") -> str:
        """A figure as it stands in that place."""
        return self.printed.get((place, metric, year, programme)) or self.right(metric, year, programme)

    def right(self, metric: str, year: int, programme: str = "") -> str:
        """A figure as it should stand."""
        if metric in RATIOS:
            return str(self.ratio(metric, year).quantize(Decimal("0.01"), ROUND_HALF_UP))
        if metric == "equipment_value":
            return f"{self.true[metric, year, programme] / 10000:.2f}"
        return str(self.true[metric, year, programme])

    def ratio(self, metric: str, year: int) -> Decimal:
        """A figure that follows from two others, unrounded."""
        numerator, denominator, factor = RATIOS[metric]
        return self.true[numerator, year, ""] / self.true[denominator, year, ""] * factor


RATIOS = {
    "dual_qualified_teachers_share": ("dual_qualified_teachers", "full_time_teachers", 100),
    "student_teacher_ratio": ("enrolment", "full_time_teachers", 1),
    "progression_rate": ("progressing_graduates", "graduates", 100),
    "direct_employment_rate": ("direct_employment", "graduates", 100),
    "equipment_value_per_student": ("equipment_value", "enrolment", 1),
    "campus_area_per_student": ("campus_area", "enrolment", 1),
    "floor_area_per_student": ("floor_area", "enrolment", 1),
}
NAMES = {
    "staff": "教职工总数（人）",
    "full_time_teachers": "专任教师数（人）",
    "dual_qualified_teachers": "双师型教师数（人）",
    "dual_qualified_teachers_share": "双师型教师比例（%）",
    "student_teacher_ratio": "生师比",
    "graduates": "毕业生人数（人）",
    "progressing_graduates": "升学人数（人）",
    "progression_rate": "升学率（%）",
    "direct_employment": "直接就业人数（人）",
    "direct_employment_rate": "直接就业率（%）",
    "enrolment": "在校生人数（人）",
    "campus_area": "占地面积（平方米）",
    "campus_area_per_student": "生均占地面积（平方米）",
    "equipment_value": "仪器设备总值（万元）",
    "equipment_value_per_student": "生均仪器设备值（元）",
}
STAFF_TABLE = ("staff", "full_time_teachers", "dual_qualified_teachers", "dual_qualified_teachers_share",
               "student_teacher_ratio")  # fmt: skip
OUTCOMES_TABLE = ("graduates", "progressing_graduates", "progression_rate", "direct_employment",
                  "direct_employment_rate")  # fmt: skip
CONDITIONS_TABLE = (
    "campus_area",
    "campus_area_per_student",
    "equipment_value",
    "equipment_value_per_student",
)


def school_report(number: int) -> Report:
    """A school with figures that agree with each other."""
    chance = random.Random(number)
    first, second = divmod(number, len(SYLLABLES))
    name = f"重庆市渝北区{SYLLABLES[first // len(SYLLABLES)]}{SYLLABLES[first % len(SYLLABLES)]}{SYLLABLES[second]}职业学校"
    report = Report(name, chance)
    for year in YEARS:
        for metric, low, high in (("enrolment", 180, 900), ("graduates", 60, 280)):
            for programme in PROGRAMMES:
                report.true[metric, year, programme] = Decimal(chance.randint(low, high))
            report.true[metric, year, ""] = sum(
                (report.true[metric, year, programme] for programme in PROGRAMMES), Decimal()
            )
        graduates, enrolment = report.true["graduates", year, ""], report.true["enrolment", year, ""]
        progressing = Decimal(round(float(graduates) * chance.uniform(0.5, 0.8)))
        report.true["progressing_graduates", year, ""] = progressing
        report.true["direct_employment", year, ""] = Decimal(
            round(float(graduates - progressing) * chance.uniform(0.4, 0.9))
        )
        full_time = Decimal(round(float(enrolment) / chance.uniform(14, 21)))
        report.true["full_time_teachers", year, ""] = full_time
        report.true["staff", year, ""] = full_time + chance.randint(15, 60)
        report.true["dual_qualified_teachers", year, ""] = Decimal(
            round(float(full_time) * chance.uniform(0.3, 0.7))
        )
        report.true["campus_area", year, ""] = Decimal(chance.randint(60000, 160000))
        report.true["equipment_value", year, ""] = Decimal(chance.randint(1500000, 4500000)) * 10
    for year in YEARS:
        for holding in HOLDINGS:
            report.true["floor_area", year, holding] = Decimal(chance.randint(9000, 40000))
        report.true["floor_area", year, ""] = sum(
            (report.true["floor_area", year, holding] for holding in HOLDINGS), Decimal()
        )
    report.true["programmes", YEAR, ""] = Decimal(len(PROGRAMMES))
    return report


def text(report: Report) -> str:
    """The report as text."""
    say = report.say
    p = lambda metric: say("prose", metric, YEAR)  # noqa: E731
    lines = [
        f"{report.school}质量年度报告（{YEAR}年度）", "", report.school, "",
        "一、学校概况", "",
        f"{YEAR}年度，学校占地面积{p('campus_area')}平方米，仪器设备总值{p('equipment_value')}万元，"
        f"在校生人数{p('enrolment')}人，毕业生人数{p('graduates')}人。", "",
        *_by_metric(report, "1", "近三年办学条件", CONDITIONS_TABLE), "",
        f"{YEAR}年度，学校教职工总数{p('staff')}人，专任教师{p('full_time_teachers')}人，双师型教师"
        f"{p('dual_qualified_teachers')}人，双师型教师比例{p('dual_qualified_teachers_share')}%，"
        f"生师比{p('student_teacher_ratio')}:1。", "",
        *_by_year(report, "2", "师资队伍情况", STAFF_TABLE), "",
        *_by_holding(report, "5", "校舍建筑面积一览表"), "",
        f"{YEAR}年度，学校开设{'、'.join(PROGRAMMES)}{p('programmes')}个专业。", "",
        "二、学生", "", *_by_programme(report, "3", "各专业在校生和毕业生"), "",
        "三、去向", "", *_by_year(report, "4", "近三年毕业生去向", OUTCOMES_TABLE), "",
    ]  # fmt: skip
    return "\n".join(lines)


def _by_year(report: Report, place: str, title: str, metrics: tuple[str, ...]) -> Iterator[str]:
    yield f"表{place} {title}"
    yield ""
    yield f"| 年份 | {' | '.join(NAMES[metric] for metric in metrics)} |"
    yield "|" + " --- |" * (len(metrics) + 1)
    for year in YEARS:
        yield f"| {year}年度 | {' | '.join(report.say(place, metric, year) for metric in metrics)} |"


def _by_metric(report: Report, place: str, title: str, metrics: tuple[str, ...]) -> Iterator[str]:
    yield f"表{place} {title}"
    yield ""
    yield f"| 指标 | {' | '.join(f'{year}年' for year in YEARS)} |"
    yield "|" + " --- |" * (len(YEARS) + 1)
    for metric in metrics:
        yield f"| {NAMES[metric]} | {' | '.join(report.say(place, metric, year) for year in YEARS)} |"


def _by_holding(report: Report, place: str, title: str) -> Iterator[str]:
    yield f"表{place} {title}"
    yield ""
    yield f"| 指标 | 指标 | {' | '.join(f'{year}年' for year in YEARS)} |"
    yield "|" + " --- |" * (len(YEARS) + 2)
    for holding in HOLDINGS:
        areas = [report.say(place, "floor_area", year, holding) for year in YEARS]
        yield f"| {holding} | 校舍建筑面积（平方米） | {' | '.join(areas)} |"
    per_student = [report.say(place, "floor_area_per_student", year) for year in YEARS]
    yield f"| 生均校舍建筑面积（平方米） | 生均校舍建筑面积（平方米） | {' | '.join(per_student)} |"


def _by_programme(report: Report, place: str, title: str) -> Iterator[str]:
    metrics = ("enrolment", "graduates")
    heads = [NAMES[metric] for metric in metrics for _ in YEARS]
    yield f"表{place} {title}"
    yield ""
    yield f"| 专业名称 | {' | '.join(heads)} |"
    yield f"| 专业名称 | {' | '.join(f'{year}年' for _ in metrics for year in YEARS)} |"
    yield "|" + " --- |" * (len(heads) + 1)
    for programme in (*PROGRAMMES, ""):
        cells = [report.say(place, metric, year, programme) for metric in metrics for year in YEARS]
        yield f"| {programme or '合计'} | {' | '.join(cells)} |"


# ── the kinds: each prints something wrong and says where ────────────────────────────────────────────────────────────


def _wrong(report: Report, place: str, metric: str, year: int, printed: object) -> list[Key]:
    report.printed[place, metric, year, ""] = str(printed)
    return [(place, metric, year, "")]


def _off(report: Report, value: Decimal, least: float = 0.03, most: float = 0.25) -> Decimal:
    """A figure that far off, up or down, with as many decimals."""
    factor = 1 + report.random.choice((-1, 1)) * report.random.uniform(least, most)
    return (value * Decimal(factor)).quantize(value)


def share(report: Report) -> list[Key]:
    """A share that does not follow from its parts."""
    right = Decimal(report.right("dual_qualified_teachers_share", 2024))
    return _wrong(report, "2", "dual_qualified_teachers_share", 2024, _off(report, right))


def share_cut(report: Report) -> list[Key]:
    """A share cut where it should be rounded up."""
    for year in YEARS:
        for place, metric in (("4", "progression_rate"), ("4", "direct_employment_rate"),
                              ("2", "dual_qualified_teachers_share")):  # fmt: skip
            cut = report.ratio(metric, year).quantize(Decimal("0.01"), ROUND_DOWN)
            if str(cut) != report.right(metric, year) and (metric == "progression_rate" or year != YEAR):
                return _wrong(report, place, metric, year, cut)
    return share(report)  # every share of this school rounds down: one chance in five hundred


def total(report: Report) -> list[Key]:
    """A total that its parts do not add up to."""
    right = report.true["enrolment", 2024, ""]
    return _wrong(
        report, "3", "enrolment", 2024, right + report.random.choice((-1, 1)) * report.random.randint(7, 90)
    )


def prose_against_table(report: Report) -> list[Key]:
    """Two digits swapped in the prose."""
    digits = list(report.right("graduates", YEAR))
    places = [
        n
        for n in range(len(digits) - 1)
        if digits[n] != digits[n + 1] and digits[max(n, 1) if n else 1] != "0"
    ]
    if not places:
        return _wrong(report, "prose", "graduates", YEAR, report.true["graduates", YEAR, ""] + 9)
    at = report.random.choice(places)
    digits[at], digits[at + 1] = digits[at + 1], digits[at]
    return _wrong(report, "prose", "graduates", YEAR, "".join(digits))


def table_against_table(report: Report) -> list[Key]:
    """The same figure in two tables."""
    return _wrong(report, "4", "graduates", 2023, _off(report, report.true["graduates", 2023, ""]))


def student_teacher(report: Report) -> list[Key]:
    """A student-teacher ratio over the staff in place of the teachers."""
    wrong = report.true["enrolment", 2023, ""] / report.true["staff", 2023, ""]
    return _wrong(report, "2", "student_teacher_ratio", 2023, wrong.quantize(Decimal("0.01")))


def per_student(report: Report) -> list[Key]:
    """A figure per student that does not follow."""
    right = Decimal(report.right("equipment_value_per_student", 2024))
    return _wrong(report, "1", "equipment_value_per_student", 2024, _off(report, right))


def per_student_of_holdings(report: Report) -> list[Key]:
    """A floor area per student that does not follow from what is owned and leased together."""
    right = Decimal(report.right("floor_area_per_student", 2024))
    return _wrong(report, "5", "floor_area_per_student", 2024, _off(report, right))


def names_counted(report: Report) -> list[Key]:
    """One programme more or fewer than are named."""
    wrong = len(PROGRAMMES) + report.random.choice((-1, 1))
    return _wrong(report, "prose", "programmes", YEAR, wrong)


def part_above_whole(report: Report) -> list[Key]:
    """More teachers than staff."""
    wrong = report.true["full_time_teachers", 2024, ""] - report.random.randint(1, 9)
    return _wrong(report, "2", "staff", 2024, wrong)


def rate_above_100(report: Report) -> list[Key]:
    """A point that slipped."""
    return _wrong(
        report, "4", "direct_employment_rate", 2023, Decimal(report.right("progression_rate", 2023)) + 60
    )


def year_copied(report: Report) -> list[Key]:
    """A year's row that is the one of the year before."""
    return [
        key
        for metric in OUTCOMES_TABLE
        for key in _wrong(report, "4", metric, 2024, report.right(metric, 2023))
    ]


def last_year_in_prose(report: Report) -> list[Key]:
    """The prose still has last year's figure."""
    return _wrong(report, "prose", "enrolment", YEAR, report.right("enrolment", YEAR - 1))


KINDS: tuple[Callable[[Report], list[Key]], ...] = (
    share, share_cut, total, prose_against_table, table_against_table, student_teacher, per_student,
    per_student_of_holdings, names_counted, part_above_whole, rate_above_100, year_copied, last_year_in_prose,
)  # fmt: skip


@dataclass(frozen=True)
class Score:
    """Of the planted contradictions of a kind those found; and all findings that cite nothing planted."""

    planted: Mapping[str, int]
    found: Mapping[str, int]
    findings: int
    false: tuple[str, ...]


def score(each: int, folder: Path) -> Score:
    """Generate `each` reports of every kind below `folder`, read, stage, build and audit them."""
    planted: dict[str, tuple[str, list[Key]]] = {}
    extracted = folder / "extracted"
    extracted.mkdir(parents=True)
    for number in range(each * len(KINDS)):
        report = school_report(number)
        kind = KINDS[number % len(KINDS)]
        keys = kind(report)
        body = text(report).encode()
        report_id = hashlib.sha256(body).hexdigest()
        planted[report_id] = (kind.__name__, keys)
        extraction = extract(body, "text/plain")
        (extracted / f"{report_id}.json").write_text(
            json.dumps(extraction.as_json(), ensure_ascii=False), encoding="utf-8"
        )
    database = folder / "warehouse.duckdb"
    stage(database, landed_files=(), source_runs=(), extracted=extracted, document_ids=sorted(planted))
    dbt(folder, database, "seed")
    dbt(folder, database, "run")
    return _score(database, planted)


def _score(database: Path, planted: Mapping[str, tuple[str, list[Key]]]) -> Score:
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            """
            WITH cited AS (
                SELECT rule, subject_key, report_id, arithmetic_zh, unnest(observation_ids) AS observation_id
                FROM audit.audit_contradictions
            )
            SELECT cited.rule, cited.subject_key, cited.report_id, cited.arithmetic_zh,
                list((replace(place, '表', ''), metric, year, coalesce(dims ->> 'programme', '')))
            FROM cited INNER JOIN main.fct_observation USING (observation_id) GROUP BY ALL
            """
        ).fetchall()
    hit: set[str] = set()
    false = []
    for rule, _, report_id, arithmetic, cited in rows:
        if {tuple(place) for place in cited} & set(planted[report_id][1]):
            hit.add(report_id)
        else:
            false.append(f"{planted[report_id][0]}: {rule}: {arithmetic}")
    count = lambda ids: {k.__name__: sum(planted[i][0] == k.__name__ for i in ids) for k in KINDS}  # noqa: E731
    return Score(count(planted), count(hit), len(rows), tuple(sorted(false)))


def dbt(folder: Path, database: Path, *arguments: str) -> None:
    """Run dbt on a database. Raises RuntimeError with its words."""
    environment = os.environ | {
        "DBT_PROFILES_DIR": str(DBT_PROJECT), "ZHIJIAO_WAREHOUSE": str(database),
        "DBT_TARGET_PATH": str(folder / "target"), "DBT_LOG_PATH": str(folder / "logs"),
    }  # fmt: skip
    command = [str(Path(sys.executable).with_name("dbt")), "--quiet", *arguments]
    done = subprocess.run(
        command, cwd=DBT_PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stdout[-4000:] + done.stderr[-2000:])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="zhijiao-planted-") as scratch:
        result = score(int(sys.argv[1]) if len(sys.argv) > 1 else 100, Path(scratch))
    for name, number in result.planted.items():
        print(f"{name}: {result.found[name]} of {number}")
    print(f"{sum(result.found.values())} of {sum(result.planted.values())} found; "
          f"{len(result.false)} of {result.findings} findings cite nothing planted")  # fmt: skip
    print("\n".join(result.false[:40]))
