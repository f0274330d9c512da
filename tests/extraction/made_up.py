"""Tables that no report has printed, drawn at random, with what each of their numbers is; and the dialects they are told in.

What is drawn is what reports vary: which names rows have and in which order, heads in one row or two, merged names and
heads, empty cells below the first row, totals, units in heads, in cells or in a column of their own. Numbers are all
different, so that a number alone tells which cell it came from; they neither look like years nor add up, so that no sum
helps to find the columns. All that holds of them is that no part of something is more than that.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from extraction.vocabulary import vocabulary

SCHOOL = "云岭市示例职业学校"
SCHOOLS = (SCHOOL, "云岭市白石职业中学", "云岭市东湖职业教育中心", "云岭市青溪技工学校")
CAPTION = "表1 情况统计表"
BEHIND = "以上数据由学校填报。"

_PROGRAMMES = ("护理", "会计事务", "计算机应用", "汽车运用与维修", "电子商务", "数控技术应用", "机械加工技术")
_CATEGORIES = ("装备制造大类", "电子与信息大类", "财经商贸大类", "医药卫生大类", "旅游大类")
_STUDENTS = {
    "招生数": "new_entrants",
    "在校生数": "enrolment",
    "毕业生数": "graduates",
    "就业人数": "employed_graduates",
    "升学人数": "progressing_graduates",
}
_TEACHERS = {
    "专任教师数": "full_time_teachers",
    "双师型教师": "dual_qualified_teachers",
    "兼职教师": "part_time_teachers",
}
_RATES = {"就业率": "employment_rate", "升学率": "progression_rate", "对口就业率": "matched_employment_rate"}
_SHARES = {"就业人数": "employment_rate", "升学人数": "progression_rate"}
_IN_ROWS = {
    "在校生数": ("enrolment", "人"),
    "招生数": ("new_entrants", "人"),
    "专任教师数": ("full_time_teachers", "人"),
    "占地面积": ("campus_area", "平方米"),
    "校舍建筑面积": ("floor_area", "平方米"),
    "纸质图书": ("books", "册"),
    "仪器设备总值": ("equipment_value", "万元"),
    "生师比": ("student_teacher_ratio", "-"),
}
_PARTS = {
    "职称": ("teachers_by_title", "title", ("正高级", "副高级", "中级", "初级")),
    "学历": ("teachers_by_degree", "degree", ("博士", "硕士", "本科", "专科")),
}


@dataclass(frozen=True)
class Meant:
    """What a number is: metric, year, and what tells it apart (a school under `school`)."""

    metric: str
    year: int
    dims: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """The names of a row (None for one merged with that above, which spans both) and its values (empty for no number)."""

    names: tuple[str | None, ...]
    values: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """The heads of a column, the upper first; what its numbers are, as far as the row does not say."""

    heads: tuple[str, ...]
    metric: str = ""
    year: int | None = None
    is_share: bool = False
    dims: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A table and, for each number as printed without its sign or unit, what it is."""

    stub: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    meant: dict[str, Meant]
    title: str = f"{SCHOOL}质量年度报告（2024年度）"
    caption: str = CAPTION

    @property
    def has_empty(self) -> bool:
        return any("" in row.values for row in self.rows)


class _Draw:
    """One draw: every number of a table is another one."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.years = [2021, 2022, 2023][-chance.choice([2, 3]) :]
        self._spell = chance.choice(["{}", "{}年", "{}年度"])
        self._used: set[str] = set()

    def year(self, value: int) -> str:
        return self._spell.format(value)

    def some(self, of: Sequence[str], least: int, most: int) -> list[str]:
        return self.chance.sample(list(of), self.chance.randint(least, most))

    def number(self, *, share: bool = False) -> str:
        while True:
            drawn = (
                f"{self.chance.uniform(20, 99):.2f}"
                if share
                else str(self.chance.choice([67, 830, 4200]) + self.chance.randint(0, 900))
            )
            if drawn not in self._used and not 1990 <= float(drawn) < 2040:
                self._used.add(drawn)
                return drawn

    def row(self, columns: Sequence[Column]) -> list[str]:
        """Numbers for the columns of a row that are possible together: no part of something is more than that."""
        numbers = [self.number(share=column.is_share) for column in columns]
        parted = [
            (part, whole)
            for part, of in enumerate(columns)
            for whole, column in enumerate(columns)
            if column.metric in vocabulary().wholes_above.get(of.metric, ()) and column.year == of.year
        ]
        while above := [(part, whole) for part, whole in parted if int(numbers[part]) > int(numbers[whole])]:
            part, whole = above[0]
            numbers[part], numbers[whole] = numbers[whole], numbers[part]
        return numbers


def table(chance: random.Random) -> Table:
    """A table, drawn."""
    draw = _Draw(chance)
    kind = chance.choice(
        [_of_students, _of_students, _of_students, _of_metrics, _of_parts, _of_schools_in_columns]
    )
    return kind(draw)


def _of_students(draw: _Draw) -> Table:
    """Rows of years, programmes, categories or schools, or of two of them; columns of students, in one row of heads or two."""
    stub, rows = _named_rows(draw)
    columns = _columns(draw, dated="年度" in stub)
    empty = draw.chance.choice([0.0, 0.0, 0.1])
    meant: dict[str, Meant] = {}
    told = []
    for names, year, dims in rows:
        values = []
        for column, number in zip(columns, draw.row(columns), strict=True):
            if told and any(values) and draw.chance.random() < empty:
                values.append("")
                continue
            meant[number] = Meant(column.metric, column.year or year, dims)
            values.append(number + "%" * column.is_share)
        told.append(Row(names, tuple(values)))
    in_cells = draw.chance.random() < 0.2
    if in_cells:
        told = [Row(r.names, tuple(v + "人" if v.isdigit() else v for v in r.values)) for r in told]
    return Table(stub, columns, tuple(told), meant, title=_title(stub))


def _title(stub: Sequence[str]) -> str:
    return (
        "云岭市职业教育质量年度报告（2024年度）"
        if "学校名称" in stub
        else f"{SCHOOL}质量年度报告（2024年度）"
    )


_Named = list[tuple[tuple[str | None, ...], int, dict[str, str]]]


def _named_rows(draw: _Draw) -> tuple[tuple[str, ...], _Named]:
    """The heads over names, and the names of rows with the year and dimensions that they give."""
    names, head, dimension = draw.chance.choice(
        [
            (draw.some(_PROGRAMMES, 3, 6), "专业名称", "programme"),
            (draw.some(_CATEGORIES, 3, 5), "专业大类", "category"),
            (draw.some(SCHOOLS, 2, 4), "学校名称", "school"),
        ]
    )
    match draw.chance.choice(["years", "names", "ordinals", "years of names", "names of years"]):
        case "years":
            return ("年度",), [((draw.year(year),), year, {}) for year in draw.years]
        case "names":
            total: _Named = (
                [(("合计",), 2024, {})] if dimension != "school" and draw.chance.random() < 0.5 else []
            )
            return (head,), [*(((name,), 2024, {dimension: name}) for name in names), *total]
        case "ordinals":
            return ("序号", head), [
                ((str(k + 1), name), 2024, {dimension: name}) for k, name in enumerate(names)
            ]
        case "names of years":
            return ("年度", head), [
                ((None if k else draw.year(year), name), year, {dimension: name})
                for year in draw.years
                for k, name in enumerate(names)
            ]
        case _:
            return (head, "年度"), [
                ((None if k else name, draw.year(year)), year, {dimension: name})
                for name in names
                for k, year in enumerate(draw.years)
            ]


def _columns(draw: _Draw, *, dated: bool) -> tuple[Column, ...]:
    counts = draw.some(list(_STUDENTS), 2, 4)
    unit = draw.chance.choice(["", "（人）"])
    match draw.chance.choice(["flat", "flat", "measured", "grouped", "flat" if dated else "years"]):
        case "flat":
            rates = draw.some(list(_RATES), 0, 2)
            return (
                *(Column((head + unit,), _STUDENTS[head]) for head in counts),
                *(Column((head,), _RATES[head], is_share=True) for head in rates),
            )
        case "measured":
            found: list[Column] = []
            for head in counts:
                if head in _SHARES:
                    found.append(Column((head, "人数"), _STUDENTS[head]))
                    found.append(Column((head, "占比"), _SHARES[head], is_share=True))
                else:
                    found.append(Column((head,), _STUDENTS[head]))
            return tuple(found)
        case "grouped":
            group = [Column(("师资情况", head), metric) for head, metric in _TEACHERS.items()]
            single = [Column((head,), _STUDENTS[head]) for head in counts[:2]]
            at = draw.chance.randint(0, len(single))
            return (*single[:at], *group, *single[at:])
        case _:
            return tuple(
                Column((head, draw.year(year)), _STUDENTS[head], year)
                for head in counts[:2]
                for year in draw.years
            )


def _of_metrics(draw: _Draw) -> Table:
    """A metric in each row and a year in each column, with ordinals or a column of units: the official appendix tables."""
    heads = draw.some(list(_IN_ROWS), 4, 7)
    numbered, measured = draw.chance.choice([(False, False), (False, True), (True, True)])
    stub = ("序号",) * numbered + ("指标",) + ("单位",) * measured
    meant: dict[str, Meant] = {}
    rows = []
    for k, head in enumerate(heads):
        metric, unit = _IN_ROWS[head]
        values = [draw.number(share=unit == "-") for _ in draw.years]
        meant |= {value: Meant(metric, year) for value, year in zip(values, draw.years, strict=True)}
        own = head if measured or unit == "-" else f"{head}（{unit}）"
        rows.append(Row((str(k + 1),) * numbered + (own,) + (unit,) * measured, tuple(values)))
    return Table(stub, tuple(Column((draw.year(year),)) for year in draw.years), tuple(rows), meant)


def _of_parts(draw: _Draw) -> Table:
    """Teachers by title or degree, these in rows or in columns, with their share."""
    head, (metric, dimension, members) = draw.chance.choice(list(_PARTS.items()))
    caption = f"表1 专任教师{head}结构统计表"
    measures = (("人数", metric, False), ("占比", f"{metric}_share", True))
    meant: dict[str, Meant] = {}
    rows = []
    if draw.chance.random() < 0.5:
        columns = [Column((name,), code, is_share=share) for name, code, share in measures]
        for member in members:
            values = [draw.number(share=column.is_share) for column in columns]
            meant |= {
                v: Meant(c.metric, 2024, {dimension: member}) for v, c in zip(values, columns, strict=True)
            }
            rows.append(
                Row((member,), tuple(v + "%" * c.is_share for v, c in zip(values, columns, strict=True)))
            )
        return Table((head,), tuple(columns), tuple(rows), meant, caption=caption)
    columns = [
        Column((member, name), code, is_share=share, dims={dimension: member})
        for member in members
        for name, code, share in measures
    ]
    for year in draw.years:
        values = [draw.number(share=column.is_share) for column in columns]
        meant |= {v: Meant(c.metric, year, c.dims) for v, c in zip(values, columns, strict=True)}
        rows.append(
            Row((draw.year(year),), tuple(v + "%" * c.is_share for v, c in zip(values, columns, strict=True)))
        )
    return Table(("年度",), tuple(columns), tuple(rows), meant, caption=caption)


def _of_schools_in_columns(draw: _Draw) -> Table:
    """A metric in each row and a school in each column."""
    schools = draw.some(SCHOOLS, 2, 3)
    heads = draw.some([head for head, (_, unit) in _IN_ROWS.items() if unit != "-"], 4, 6)
    meant: dict[str, Meant] = {}
    rows = []
    for head in heads:
        metric, unit = _IN_ROWS[head]
        values = [draw.number() for _ in schools]
        meant |= {
            v: Meant(metric, 2024, {"school": school}) for v, school in zip(values, schools, strict=True)
        }
        rows.append(Row((f"{head}（{unit}）",), tuple(values)))
    columns = tuple(Column((school,)) for school in schools)
    return Table(("指标",), columns, tuple(rows), meant, title=_title(("学校名称",)))


# ── dialects ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _heads(table: Table, *, spans: bool) -> list[list[str]]:
    """The rows of heads: with an empty cell wherever a merged one reaches, or each told once."""
    lines = []
    for level in range(max(len(column.heads) for column in table.columns)):
        line = (
            [head if not level else "" for head in table.stub] if spans else [] if level else list(table.stub)
        )
        before: tuple[str, ...] = ()
        for column in table.columns:
            path = column.heads[: level + 1]
            told = len(column.heads) > level and (path != before or level == len(column.heads) - 1)
            if told or spans:
                line.append(path[level] if told else "")
            before = path
        lines.append(line)
    return lines


def _spanned(table: Table) -> list[list[str]]:
    return [
        *_heads(table, spans=True),
        *([name or "" for name in row.names] + list(row.values) for row in table.rows),
    ]


def _told_once(table: Table, empty: str) -> list[list[str]]:
    rows = (
        [name for name in row.names if name is not None] + [v or empty for v in row.values]
        for row in table.rows
    )
    return [*_heads(table, spans=False), *rows]


def _report(table: Table, told: str) -> bytes:
    schools = "、".join(SCHOOLS)
    return (
        f"{table.title}\n\n一、基本情况\n\n全市有{schools}。\n\n{table.caption}\n{told}\n{BEHIND}\n".encode()
    )


def tabs(table: Table) -> bytes:
    """One row a line, cells between tabs, merged ones once and then empty."""
    return _report(table, "\n".join("\t".join(line) for line in _spanned(table)))


def pipes(table: Table) -> bytes:
    """Cells between pipes."""
    return _report(table, "\n".join("|".join(line) for line in _spanned(table)))


def framed_pipes(table: Table) -> bytes:
    """Rows framed by pipes, as in Markdown."""
    return _report(table, "\n".join(f"| {' | '.join(line)} |" for line in _spanned(table)))


def cells_a_line(table: Table) -> bytes:
    """A page dump whose empty cells are dashes."""
    return _report(table, "\n".join(cell for line in _told_once(table, "-") for cell in line))


def cells_between_blanks(table: Table) -> bytes:
    """A page dump with a blank line between cells, where empty cells are more of them."""
    return _report(table, "\n\n".join(cell for line in _told_once(table, "") for cell in line) + "\n")


def cells_without_empty(table: Table) -> bytes:
    """A page dump whose empty cells are gone."""
    return _report(table, "\n".join(cell for line in _told_once(table, "") for cell in line if cell))


def converted_doc(table: Table) -> bytes:
    """Each cell behind a tab on a line of its own, an empty line after each row."""
    return _report(
        table, "\n".join("".join(f"\t{cell}\n" for cell in line) for line in _told_once(table, ""))
    )


def spaced(table: Table) -> bytes:
    """Columns kept by spaces."""
    lines = _spanned(table)
    widths = [max(len(line[c]) for line in lines) + 3 for c in range(len(lines[0]))]
    rows = (
        "".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
    return _report(table, "\n".join(rows) + "\n")


DIALECTS: tuple[Callable[[Table], bytes], ...] = (
    tabs,
    pipes,
    framed_pipes,
    cells_a_line,
    cells_between_blanks,
    converted_doc,
    spaced,
)
