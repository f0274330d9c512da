"""From a table to observations: the words of heads, row names and caption as metric, year, school and dimensions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

from extraction.blocks import BRACKET_AT_END, CATEGORY, MEASURE, TOTAL, Table
from extraction.entities import Cast
from extraction.meaning import (
    KIND_OF_PARTS,
    Context,
    Meaning,
    completed,
    counted_unit,
    family,
    implied_unit,
    interpret,
    kinds_of_name,
    says_share,
    units_in,
    whole_of_kinds,
    with_parents,
    without_included,
)
from extraction.numbers import Number, in_canonical_unit, is_year, year_of
from extraction.other_schools import rows_of_others
from extraction.records import UNMAPPED, Observation
from extraction.tables.dumps import rebuild
from extraction.tables.grids import Datum, data_of
from extraction.tables.head_trees import member_of_teachers
from extraction.tables.members import with_members
from extraction.tables.rows.likeness import FOUNDED
from extraction.tables.told_apart import told_apart
from extraction.tables.totals import summed_up
from extraction.vocabulary import Unit, squeeze, vocabulary
from extraction.years import SEMESTER, Year, relative_year, spoken_of

_SCHOOL_HEAD = re.compile(r"^(?:学校|学校名称|院校|单位|办学单位)$")
_NAMES_SCHOOL = re.compile(
    r"[\u4e00-\u9fff]{2}(?:学校|学院|大学|[中职教]中心|中学|(?<!类)[中职]专|[职技]校|职高)$"
)
_TOTAL_NAME = re.compile(
    r"^(?:[\u4e00-\u9fff]{0,6}(?:总计|总数|总人数|合计|小计)|[\u4e00-\u9fff]{0,4}总(?:收入|支出|额))(?:[（(].*[)）])?$"
)
# A head over names of things, which are no indicators: 基地名称, 项目名称.
_NAMES_THINGS = re.compile(r"(?<!指标)名称$")
# The code that a programme's name has behind it: 数控加工（0106-3）.
_CODE = re.compile(r"\s*[（(][\dA-Z][\dA-Z-]*[)）]\s*$")
_COUNT_OF = re.compile(r"(?:数量|人数|数)$")
# Columns beside the names of rows that say nothing of what is counted: 备注, and of what kind a school is (办学性质).
_BESIDE = re.compile(
    r"(?:计量)?单位$|备注$|说明$|(?:数据)?来源$|(?:调查|统计)方式$|^是否|达标情况$"
    r"|^(?:办学|学校|举办)?性质$|^(?:办学|学校)类型$|^主管(?:部门|单位)$|^举办(?:者|单位)$|^隶属关系$"
)
# A head or a row of changes: 增减, 同比增长（%）, 较上年增幅.
_CHANGE = re.compile(
    r"^(?:(?:19|20)\d\d年度?)?(?:[较与比和][^（(]{0,12})?(?:同比|环比|年均|净)*"
    r"(?:增减|增长|增加|减少|增幅|降幅|涨幅|变化|增量|升降|差额|差值)(?:率|数量?|量|值|额|情况|幅度|比例|百分点|人数|百分比)*(?:[（(].*)?$"
    r"|^(?:同比|环比|[较比]上年|[较比](?:19|20)\d\d)"
)
# A head or a row of what is only planned, aimed at or asked for: 招生计划, 计划招生数, 目标值, 国家标准.
_PLANNED = re.compile(
    r"^计划(?!内)|计划(?:总?数|人数|完成率|值)?(?:[（(].*)?$|目标值?(?:[（(].*)?$|^(?:预期|预计|拟)"
    r"|^(?:国家|部颁|省定|国定|达标|合格|规定|监测|办学条件|设置|评估|最低|法定)*标准(?:值|要求)?(?:[（(].*)?$"
    r"|^(?:全国|全省|国家|省内?|同类(?:院校|学校))[\u4e00-\u9fff]{0,4}(?:平均|均值|中位)"
    r"|^[\u4e00-\u9fff]{0,10}(?:平均水平|基准(?:值|水平)?)(?:[（(].*)?$"
    r"|^[\u4e00-\u9fff]{0,10}(?:[学院]校|示范校|高职|中职)(?:达标|合格)?(?:标准|指标)(?:值|要求)?(?:[（(].*)?$"
)
# What makes a kind of other schools the origin of students.
_ORIGINS = re.compile(r"生源|来源|招生[对类]|毕业|学历|学位|文化程度")
_KIND_OF_SCHOOLS = re.compile(r"其中|(?:公办|民办)(?:中职)?(?:学校|院校)")  # no one of them
_PARTED_BY = re.compile(r"^按[\u4e00-\u9fff]{1,8}(?:分类?|划分|统计)[:：]?$")  # 按去向分: of no part yet
_UNIT_OF = re.compile(r"([\u4e00-\u9fff]{2,4})[:：]([^（）(),，、;；:：]{1,6})")
_SHARE_OF = re.compile(r"^占(?!地).*(?:比例|比重|百分比|比|占比)(?:[（(].*)?$")
_BARE_SHARE_OF = re.compile(r"^占(?!地)[\u4e00-\u9fff]{2,8}$")
_BASE = re.compile(
    r"占(?!地)(?P<base>[^()]+?(?:总数)?)(?:总?人?数|总量)?(?:的?(?:比例|比重|百分比|占比|比))?(?:\)|\(.*)?$"
)
_STRAIGHT = {"employed_graduates": "direct_employment", "employment_rate": "direct_employment_rate"}
_ALL = 100  # per cent
_TICKED = re.compile(r"[☑✓✔√■]\s*([^□☑✓✔√■\s]+)")
_SUBSET = re.compile(r"^\s*其中[:：]?\s*(?:[A-Z]类[:：])?|^[A-Z]类[:：]\s*")


@dataclass(frozen=True)
class _Place:
    """What is known of a table before its cells are read."""

    table: Table
    entity: str | None
    year: Year | None
    cast: Cast
    heading: str
    name: str
    listing: frozenset[str] = frozenset()  # heads over lists of schools, which are nobody's rows: 开设学校


def observations_in(
    table: Table, cast: Cast, entity: str | None, year: Year | None, heading: str = ""
) -> Iterator[Observation]:
    """Every number of a table. Cells of a dump whose grid cannot be rebuilt are unmapped, none is lost.

    `entity` is who is spoken of where the table stands, `year` the report's own, `heading` the section's; caption,
    heads and row names of the table come before them.
    """
    if named := cast.mentions(table.caption):
        entity = named[-1].name
    year = spoken_of(table.caption, year) or year
    place = _Place(table, entity, year, cast, heading, table.place_name)
    for grid in rebuild(table, heading) if table.is_dump or table.pieces else [table]:
        data = with_members(list(data_of(grid)))
        place = replace(place, listing=_over_lists(data, cast))
        others = rows_of_others(name for datum in data for _, name in datum.row)
        others = frozenset() if cast.is_a_schools else others
        lost = [grid.is_dump or _of_other_schools(datum, others, table.caption) for datum in data]
        found = [
            (datum, _observation(datum, place, lost=gone)) for datum, gone in zip(data, lost, strict=True)
        ]
        yield from told_apart(summed_up([_as_part(*told) for told in _beside_progression(found)]))


def _beside_progression(found: Sequence[tuple[Datum, Observation]]) -> Iterator[tuple[Datum, Observation]]:
    """The observations of a table: beside 升学, below 直接就业 and as a part of those who went straight to work, 就业 counts only
    these.
    """
    groups = {squeeze(name) for datum, _ in found for _, name in datum.row[:-1]}
    for datum, o in found:
        straight = _STRAIGHT.get(o.metric)
        beside = groups >= {"升学", "就业"} and any(squeeze(name) == "就业" for _, name in datum.row)
        above = (datum.part_of, *datum.heads) if straight else ()
        part = any(interpret(Context((words,)), None).metric == "direct_employment" for words in above)
        yield datum, replace(o, metric=straight) if straight and (beside or part) else o


def _as_part(datum: Datum, o: Observation) -> tuple[Datum, Observation]:
    """A number of a row that is told to be a part of what its column counts, as what the row's name counts itself: 其中：升入本科
    below 升学人数 and 升学率.
    """
    name = datum.row[-1][1] if datum.row else ""
    part = _metric_of_part(name) if _SUBSET.match(name) and o.metric != UNMAPPED else UNMAPPED
    wholes, share_of = vocabulary().wholes_above.get(part, ()), vocabulary().share_of
    of_shares = {share_of[whole]: share_of.get(part) for whole in wholes if whole in share_of}
    metric = part if o.metric in wholes else of_shares.get(o.metric)
    if metric in (None, o.metric):
        return datum, o
    return datum, replace(o, metric=metric, dims=_without(o.dims, _SUBSET.sub("", name).strip()))


@lru_cache(maxsize=4_096)
def _metric_of_part(name: str) -> str:
    """The metric that a name says by itself: 其中：升入本科."""
    return interpret(Context((_SUBSET.sub("", name).strip(),)), None).metric


def _observation(datum: Datum, place: _Place, *, lost: bool) -> Observation:
    column, row, caption = _column(datum.heads), _row(datum.row), place.table.caption
    # A school's name says nothing of what is counted; as a head it leaves its place, or the title would be the nearest words.
    heads = ("" if _is_a_school(words, place.cast) else words for words in column.said)
    named = (words for words in row.said if not _is_a_school(words, place.cast))
    said = (*heads, *named, *_saying((datum.part_of, datum.section, caption, place.heading)))
    said = _with_satisfaction(completed(said))
    unit = datum.number.unit or _unit(datum, column, row)
    context = Context(said, {**column.members, **row.members})
    lost = (
        lost or column.is_none_of_the_year or row.is_none_of_the_year
    )  # printed, but no statistic of a year
    if unit is None and not (said and says_share(said[0])):
        unit = _of_caption(context, caption)
    nearest = (*column.nearest, *row.nearest)
    meaning = _NO_STATISTIC if lost else _meaning(context, unit, nearest, units_in(caption))
    if meaning.metric == UNMAPPED and not lost:
        meaning = _share_of_named_whole(context, unit, nearest) or meaning
    if ("生均",) in (column.said[:1], row.said[:1]) and meaning.metric in vocabulary().per_student:
        meaning = replace(
            meaning, metric=vocabulary().per_student[meaning.metric], dims=_without(meaning.dims, "生均")
        )
    if "indicator" not in meaning.dims and (base := _base_of_share(meaning.metric, nearest)):
        meaning = replace(meaning, dims={**meaning.dims, "indicator": base})
    if semester := column.semester or row.semester:
        meaning = replace(meaning, dims={"indicator": semester, **meaning.dims})
    if any(TOTAL.match(words) or _TOTAL_NAME.match(words) for words in nearest) and not meaning.dims:
        if meaning.metric == UNMAPPED and not lost:
            meaning = _of_parts(datum, said, unit)
        meaning = replace(meaning, metric=whole_of_kinds(meaning.metric))
    if meaning.metric in vocabulary().part_of_share and _is_of_unknown_answer(
        datum, (*column.said, *row.said, datum.part_of), unit
    ):
        meaning = _NO_STATISTIC
    if meaning.unit == "percent" and _is_no_share(datum.number, unit, column.said[:1]):
        meaning = _NO_STATISTIC  # 发放问卷 3000, below 满意度
    measured_in = meaning.unit
    if unit is None and meaning.metric != UNMAPPED:
        unit = _one_of(units_in(caption), meaning.unit)
    if unit and measured_in and family(measured_in) != family(unit.canonical):
        unit = None
    if nearest[:1] == ("人均",) and family(measured_in or "") == "person":
        meaning, measured_in = _NO_STATISTIC, ""  # what each one gets counts nobody
    if measured_in == "CNY" and unit is None:
        meaning, measured_in = _NO_STATISTIC, ""  # nobody reports money by the yuan: its unit is not known
    value = in_canonical_unit(datum.number.amount, datum.number.scale, unit)
    if (of_each := _of_whole_numbers(meaning, value)) is not meaning:
        meaning, measured_in = of_each, of_each.unit
    year = row.year or column.year or _spoken_of_in(datum.heads, place.year) or place.year
    label = "/".join((*column.label, *row.label)) or caption
    cell, number = datum.cell, datum.number
    return Observation(
        char_start=cell.start + number.start,
        char_end=cell.start + number.end,
        raw=number.raw,
        value=value,
        unit=measured_in or (unit.canonical if unit else ""),
        unit_raw=number.unit_raw or (unit.printed if unit else ""),
        metric=meaning.metric,
        label=label,
        entity=_entity(datum, place, meaning.metric),
        year=year.value if year else None,
        year_basis=year.basis if year else None,
        where=place.name,
        method="dump" if place.table.is_dump else "grid",
        confidence=meaning.confidence - (0.1 if place.table.is_dump else 0.0),
        dims=dict(meaning.dims),
        quote=" · ".join(dict.fromkeys(filter(None, (caption, label, number.raw + number.unit_raw)))),
    )


def _is_a_school(words: str, cast: Cast) -> bool:
    """Whether words are the name of a school and nothing more: 二职高 says whose a number is, not that it is of 职高."""
    words = BRACKET_AT_END.sub("", words)  # 华瑞学校（民办）
    named = cast.mentions(words)
    return len(named) == 1 and named[0].name in cast.schools and named[0][:2] == (0, len(words))


@lru_cache(maxsize=16_384)
def _with_satisfaction(said: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a number, in a table of 满意度 with 在校生 as who is satisfied: they are not counted there."""
    if not any("满意度" in words for words in said):
        return said
    return tuple(f"{w}满意度" if {"respondent", "metric"} <= kinds_of_name(w) else w for w in said)


def _is_no_share(number: Number, unit: Unit | None, head: Sequence[str]) -> bool:
    """Whether a number above a hundred is printed as no share, neither itself nor by its head."""
    said = unit is not None or any(says_share(words) or words.endswith(("率", "度")) for words in head)
    return number.value > _ALL and not said


def _of_whole_numbers(meaning: Meaning, value: Decimal) -> Meaning:
    """What is counted comes in whole numbers: 22.3 below 图书（册） are those for each student."""
    each = vocabulary().per_student.get(meaning.metric)
    if each is None or vocabulary().metrics[meaning.metric].kind != "count":
        return meaning
    return meaning if value % 1 == 0 else replace(meaning, metric=each)


def _of_parts(datum: Datum, said: tuple[str, ...], unit: Unit | None) -> Meaning:
    """What a total means by the parts that it sums up: below 资助项目 all are of student aid. A total of shares says nothing."""
    head, total = datum.row[-1] if datum.row else ("", "")
    dimension = vocabulary().dimension_of_header.get(squeeze(head))
    if dimension is None or dimension == "indicator":
        return _NO_STATISTIC
    found = interpret(Context(said, {dimension: total}), unit)
    return (
        _NO_STATISTIC if found.unit in ("", "percent") else replace(found, dims=_without(found.dims, total))
    )


def _is_of_unknown_answer(datum: Datum, said: tuple[str, ...], unit: Unit | None) -> bool:
    """Whether a share stands below a head that says nothing known, and only the caption would give it a meaning: of the graduates
    who find their work 很相关, 一般 or 不相关 to their programme.
    """
    head = squeeze(BRACKET_AT_END.sub("", datum.heads[0])) if datum.heads else ""
    if not head or is_year(head) or says_share(head) or MEASURE.match(head) or TOTAL.match(head):
        return False
    if vocabulary().find_terms(head) or _dimension_of_study(head):
        return False
    return interpret(Context(said), unit).metric == UNMAPPED


def _share_of_named_whole(context: Context, unit: Unit | None, nearest: tuple[str, ...]) -> Meaning | None:
    """The share of a row's programme or kind in what its head names as the whole: 11.69 below 占在校生比例."""
    bases = (match["base"] for words in nearest if (match := _BASE.search(squeeze(words))))
    wholes = (interpret(Context((base,)), None).metric for base in bases if context.members)
    share = next(filter(None, map(vocabulary().share_of_its_own.get, wholes)), None)
    if share is None or (unit is not None and unit.canonical != "percent"):
        return None
    return interpret(Context((vocabulary().metrics[share].name_zh,), context.members), unit)


@lru_cache(maxsize=4_096)
def _base_of_share(metric: str, nearest: tuple[str, ...]) -> str:
    """What a share is of, where its head or its row says so and that is not the usual whole: 占专业课教师."""
    usual = vocabulary().standard_denominator.get(metric)
    bases = (match["base"] for words in nearest if (match := _BASE.search(squeeze(words))))
    for base in bases if usual else ():
        of = interpret(Context((base,)), None).metric
        if of not in (UNMAPPED, usual):
            return f"占{base}"
    return ""


def _semester(words: Iterable[str]) -> str:
    """The half of a year that a head or a row is of, and no more than that."""
    return next((squeeze(name) for name in words if SEMESTER.fullmatch(name.strip())), "")


def _without(dims: Mapping[str, str], member: str) -> dict[str, str]:
    return {dimension: name for dimension, name in dims.items() if name != member}


_NO_STATISTIC = Meaning(UNMAPPED, {}, 0.1)


def _meaning(
    context: Context, unit: Unit | None, nearest: tuple[str, ...], announced: tuple[Unit, ...]
) -> Meaning:
    """What the words mean; where no unit is printed, with the first that makes them mean anything: what the nearest words
    imply, none, or one of those that the caption announces.
    """
    if unit is not None:
        return interpret(context, unit)
    is_share = bool(context.phrases) and says_share(context.phrases[0])
    measured = _measured_in(nearest)
    if measured and measured.canonical in ("percent", "hour"):
        return interpret(context, measured)  # no share known of a row 占比 is no count, nor are hours people
    likely = (one for one in announced if (one.canonical == "percent") == is_share)
    tried = [interpret(context, one) for one in (measured, None, *likely)]
    known = [meaning for meaning in tried if meaning.metric != UNMAPPED]
    families = {family(one.canonical) for one in announced}
    # Below （单位：人、%） 学校师资结构 counts no schools.
    counted = (meaning for meaning in known if len(families) > 1 and family(meaning.unit) in families)
    return next(counted, known[0] if known else interpret(context, None))


@dataclass(frozen=True)
class _Named:
    """What the heads of a column, or the names of a row, give to every number there.

    `said` are their words, the nearest first, `label` all of them in reading order, `nearest` the one next to the number.
    """

    said: tuple[str, ...]
    label: tuple[str, ...]
    nearest: tuple[str, ...]
    year: Year | None
    unit: Unit | None
    semester: str
    is_none_of_the_year: bool
    members: Mapping[str, str] = field(default_factory=dict)


@lru_cache(maxsize=16_384)
def _column(heads: tuple[str, ...]) -> _Named:
    unit = next((units[0] for head in heads if (units := units_in(head))), None)
    year = next((_as_year(head) for head in heads if is_year(head)), None)
    return _Named(
        with_parents(
            _saying(("占比", *heads[1:]) if heads[1:] and _BARE_SHARE_OF.match(heads[0]) else heads)
        ),
        tuple(head for head in reversed(heads) if not is_year(head)),
        heads[:1],
        year,
        unit,
        _semester(heads),
        _is_none_of_the_year(heads),
        {dimension: head for head in reversed(heads) if (dimension := _dimension_of_study(head))}
        | member_of_teachers(heads),
    )


def _dimension_of_study(name: str) -> str | None:
    """Whether a name is a programme of the catalogue or a category of it."""
    squeezed = squeeze(name)
    if squeezed in vocabulary().categories:
        return "category"
    return "programme" if squeezed in vocabulary().programmes else None


@lru_cache(maxsize=16_384)
def _row(row: tuple[tuple[str, str], ...]) -> _Named:
    semester = _semester(name for _, name in row)
    none_of_the_year = _is_none_of_the_year(name for head, name in row if not _BESIDE.match(squeeze(head)))
    nearest = tuple([name for _, name in row if name not in vocabulary().units_of_columns][-1:])
    beside = [
        bool(_BESIDE.match(squeeze(head)) or FOUNDED.search(squeeze(head)))
        or (k > 0 and name.strip() in vocabulary().units_of_columns)
        for k, (head, name) in enumerate(row)
    ]
    # A column 来源 beside no other names is of these.
    row = _below_groups(
        pair
        for pair, is_beside in zip(row, beside, strict=True)
        if (not is_beside or all(beside)) and not _PARTED_BY.match(pair[1])
    )
    said = tuple(
        _chosen(name)
        for head, name in reversed(row)
        if _dimension(head, name) in (None, "indicator", "level", "award") or _TOTAL_NAME.match(name)
    )
    names = tuple(name for _, name in row)
    unit = next((units[0] for name in reversed(names) if (units := units_in(name))), None)
    year = next((_as_year(name) for name in names if is_year(name)), None)
    label = tuple(name for name in names if not is_year(name))
    return _Named(_saying(said), label, nearest, year, unit, semester, none_of_the_year, _members(row))


def _below_groups(row: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The names of a row, a name below one that announces a dimension (学历, 职称) as if that were the head over it."""
    found: list[tuple[str, str]] = []
    for head, name in row:
        if found and squeeze(found[-1][1]) in vocabulary().dimension_of_header:
            head = found.pop()[1]
        found.append((head, name))
    return tuple(found)


@lru_cache(maxsize=16_384)
def _saying(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words that can say what a number is: no years, no totals; 其中 only says that it is a part, and 占专任教师比例 that it
    is a share.
    """
    said = (
        _SUBSET.sub("", without_included(w)) for w in words if w and not is_year(w) and not TOTAL.match(w)
    )
    return tuple("占比" if _SHARE_OF.match(w) else w for w in said)


def _as_year(text: str) -> Year:
    return Year(year_of(text) or 0, "school" if "学年" in text else "calendar")


def _spoken_of_in(heads: tuple[str, ...], own: Year | None) -> Year | None:
    found = (relative_year(head, own) or spoken_of(head, own) for head in heads)
    return next(filter(None, found), None)


def _chosen(name: str) -> str:
    """What is ticked in a cell of boxes: □国家级☑市级□校级 -> 市级; any other cell as it is."""
    ticked = _TICKED.findall(name) if "□" in name else []
    return "、".join(ticked) or name


def _members(row: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Members that the row's names fix through the head they stand below."""
    members: dict[str, str] = {}
    for head, printed in row:
        name = _SUBSET.sub("", printed).strip()
        dimension = _dimension(head, name)
        squeezed = squeeze(name)
        if (
            not any(map(str.isalnum, name))  # 其中：, —
            or MEASURE.match(name)
            or TOTAL.match(name)
            or _TOTAL_NAME.match(name)
            or is_year(name)
            or name.isdigit()
        ):
            continue
        if of_study := _dimension_of_study(name):
            members[of_study] = name
        elif dimension == "programme" and CATEGORY.search(name):
            members["category"] = name
        elif dimension in ("level", "award"):
            members |= _member(dimension, _chosen(name))
        elif dimension == "respondent":
            members[dimension] = name.removesuffix("满意度") or name
        elif (
            dimension
            and dimension in KIND_OF_PARTS.values()
            and (other := _of_other_structure(dimension, squeezed))
        ):
            members |= other  # 正高级 below 学历, in a table that lost its group
        elif dimension and dimension != "indicator":
            members[dimension] = (_CODE.sub("", name) if dimension == "programme" else "") or name
        elif dimension and (known := _known_member(squeezed)):
            members |= known
        elif (
            (printed is row[-1][1] or not _names_itself(row[-1][1]))
            and dimension
            and (
                _NAMES_THINGS.search(head)
                or interpret(Context((name,)), next(iter(units_in(name)), None)).metric == UNMAPPED
            )
        ):
            members["indicator"] = name
    return members


def _names_itself(name: str) -> bool:
    """Whether a row's last name says what is counted, whatever group it stands in: 校舍建筑面积 below 用地."""
    return "metric" in kinds_of_name(_SUBSET.sub("", name).strip())


def _of_other_structure(dimension: str, name: str) -> dict[str, str]:
    """The title that stands below a head of degrees, or the degree below one of titles."""
    known = vocabulary().members
    if name in known[dimension]:
        return {}
    return next(({other: known[other][name]} for other in KIND_OF_PARTS.values() if name in known[other]), {})


def _dimension(head: str, name: str) -> str | None:
    """The dimension whose members stand below a head; below 类别 there may be 高级职称, which is no category."""
    dimension = vocabulary().dimension_of_header.get(squeeze(head))
    return "indicator" if dimension == "category" and _known_member(squeeze(name)) else dimension


def _known_member(name: str) -> dict[str, str]:
    """The member that a name is, perhaps with 数量 or 人数 behind it: 国家级数量. 毕业生人数 is a metric, no respondent."""
    terms, stem = vocabulary().terms, _COUNT_OF.sub("", name)
    if stem != name and any(kind == "metric" for kind, _ in terms.get(name, ())):
        return {}
    words = terms.get(stem, ())
    return next(({kind: code} for kind, code in words if kind != "metric"), {})


@lru_cache(maxsize=4_096)
def _names_metric(said: tuple[str, ...]) -> bool:
    return bool(said) and any(term.kind == "metric" for term in vocabulary().find_terms(squeeze(said[0])))


def _member(dimension: str, name: str) -> dict[str, str]:
    """The member of a dimension that a cell names; none where it names no known one."""
    found = [term.code for term in vocabulary().find_terms(squeeze(name)) if term.kind == dimension]
    return {dimension: found[0]} if found else {}


@lru_cache(maxsize=16_384)
def _unit_column(row: tuple[tuple[str, str], ...]) -> Unit | None:
    """The unit of a row that has a column for it, whatever its head is: one of its names is a unit."""
    named = next((name for head, name in row if squeeze(head) in ("单位", "计量单位")), "")
    found = (vocabulary().units_of_columns.get(name.strip()) for name in (named, *(n for _, n in row[1:])))
    return next(filter(None, found), None)


@lru_cache(maxsize=4_096)
def _keyed_unit(heads: tuple[str, ...], row: tuple[tuple[str, str], ...]) -> Unit | None:
    """The unit that one of the words gives for another: 万元 of 设备值（总量：万元，生均：元） beside 总量."""
    words = [*heads, *(name for _, name in row)]
    given = (pair for word in words if ":" in word or "：" in word for pair in _UNIT_OF.findall(word))
    names = set(map(squeeze, words))
    return next(
        (known for key, unit in given if key in names and (known := vocabulary().units_of_columns.get(unit))),
        None,
    )


def _unit(datum: Datum, column: _Named, row: _Named) -> Unit | None:
    """The unit in brackets of the nearest head or row name.

    The unit column of a row holds for years and values, not for a column that has a metric of its own (调查人次).
    """
    if unit := column.unit or row.unit or _keyed_unit(datum.heads, datum.row):
        return unit
    if (unit := _unit_column(datum.row)) and not _names_metric(column.said):
        return unit
    if of_section := units_in(datum.section):
        return of_section[0]
    return counted_unit(datum.heads[0]) if datum.heads else None


def _measured_in(nearest: tuple[str, ...]) -> Unit | None:
    """The unit that a head or a row's name implies."""
    return next(filter(None, map(implied_unit, nearest)), None)


def _over_lists(data: Sequence[Datum], cast: Cast) -> frozenset[str]:
    """The heads below which some row names several schools."""
    named = {pair for datum in data for pair in datum.row}
    return frozenset(head for head, name in named if len(cast.mentions(name)) > 1)


def _of_other_schools(datum: Datum, others: Collection[str], caption: str) -> bool:
    """Whether a row is of schools that are none of those the reports are about, and does not say where students come from."""
    if not any(name in others for _, name in datum.row):
        return False
    return not any(map(_ORIGINS.search, (caption, *datum.heads, *(head for head, _ in datum.row))))


def _is_none_of_the_year(words: Iterable[str]) -> bool:
    """Whether words say that a number is a change, a plan or what is asked for, and so no statistic of a year."""
    return any(
        _CHANGE.search(word) or (_PLANNED.search(word) and not kinds_of_name(word))  # 雨露计划 is no plan
        for word in map(squeeze, words)
    )


def _of_caption(context: Context, caption: str) -> Unit | None:
    """The unit that a caption announces for all of its table, unless the number's own words name what has another one:
    生均图书 in a table of square metres.
    """
    announced = units_in(caption)
    if len(announced) != 1:
        return None
    own, with_unit = interpret(context, None), interpret(context, announced[0])
    return None if own.metric != UNMAPPED and own.confidence > with_unit.confidence else announced[0]


def _one_of(announced: tuple[Unit, ...], canonical: str) -> Unit | None:
    """Of a caption's several units (平方米、万元、册) the one that a metric of this unit can be printed in.

    Of 万元 and 元 the first is that of sums, the second that of what each one gets.
    """
    fitting = sorted(
        (unit for unit in announced if family(unit.canonical) == family(canonical)),
        key=lambda unit: unit.factor,
    )
    if len(fitting) > 1 and family(canonical) == "money":
        return fitting[-1 if canonical == "CNY" else 0]
    return fitting[0] if len(fitting) == 1 else None


def _school_in(head: str, name: str, cast: Cast) -> str | None:
    """The school that a row of a district's table is of: below 学校名称 one whose name it shortens, or one that nothing else
    in the report names.
    """
    printed = squeeze(name)
    if not cast.home or not _SCHOOL_HEAD.match(head.strip()) or _KIND_OF_SCHOOLS.match(printed):
        return None
    # 职业技术学校 may be short for a school, but 云岭县职业技术学校 is another.
    named = cast.mentions(printed)
    if named and named[0].start == 0:
        return None
    return cast.shortened(printed) or (printed if _NAMES_SCHOOL.search(printed) else None)


def _entity(datum: Datum, place: _Place, metric: str) -> str | None:
    """Who a number is of: named in its row or heads, else the table's; how many schools there are is the district's."""
    publisher = place.cast.publisher
    if metric == "schools" and publisher and publisher.kind == "district":
        return publisher.name
    beside = None
    for head, name in datum.row:
        if publisher and TOTAL.match(name.strip()) and _SCHOOL_HEAD.match(head.strip()):
            return publisher.name  # of the schools in the rows, not of the one spoken of before
        if school := _school_in(head, name, place.cast):
            return school
        named = place.cast.mentions(name)
        if named and (head not in place.listing or _SCHOOL_HEAD.match(head)):
            if named[0].name in place.cast.schools:
                return named[0].name
            beside = beside or named[0].name  # 市教育局, whose school the next name may be
    if beside:
        return beside
    for head in datum.heads:
        if named := place.cast.mentions(head):
            return named[-1].name
    return place.entity
