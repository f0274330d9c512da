"""From a table to observations: the words of heads, row names and caption as metric, year, school and dimensions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extraction.blocks import TOTAL, Table
from extraction.dumps import rebuild
from extraction.entities import Cast
from extraction.grids import Datum, data_of
from extraction.meaning import Context, Meaning, family, interpret, units_in
from extraction.numbers import in_canonical_unit, is_year, year_of
from extraction.records import UNMAPPED, Observation
from extraction.told_apart import told_apart
from extraction.vocabulary import Unit, squeeze, vocabulary
from extraction.years import Year, spoken_of

_SCHOOL_HEAD = re.compile(r"^(?:学校|学校名称|院校|单位|办学单位)$")
_TOTAL_NAME = re.compile(r"^[\u4e00-\u9fff]{0,6}(?:总计|总数|总人数|合计|小计)(?:[（(].*[)）])?$")
# A head over names of things, which are no indicators: 基地名称, 项目名称.
_NAMES_THINGS = re.compile(r"(?<!指标)名称$")
_SUBSET = re.compile(r"^其中[:：]?")


@dataclass(frozen=True)
class _Place:
    """What is known of a table before its cells are read."""

    table: Table
    entity: str | None
    year: Year | None
    cast: Cast
    heading: str


def observations_in(
    table: Table, cast: Cast, entity: str | None, year: Year | None, heading: str = ""
) -> Iterator[Observation]:
    """Every number of a table. Cells of a dump whose grid cannot be rebuilt are unmapped, none is lost.

    `entity` is who is spoken of where the table stands, `year` the report's own, `heading` the section's; caption,
    heads and row names of the table come before them.
    """
    named = cast.mentions(table.caption)
    place = _Place(
        table, named[-1].name if named else entity, spoken_of(table.caption, year) or year, cast, heading
    )
    for grid in rebuild(table, heading) if table.is_dump else [table]:
        found = [(datum, _observation(datum, place, lost=grid.is_dump)) for datum in data_of(grid)]
        yield from told_apart(found)


def _observation(datum: Datum, place: _Place, *, lost: bool) -> Observation:
    unit = datum.number.unit or _unit_from_heads(datum, place.table.caption)
    members = _members(datum)
    meaning = (
        Meaning(UNMAPPED, {}, 0.1) if lost else interpret(Context(_phrases(datum, place), members), unit)
    )
    if unit and meaning.metric != UNMAPPED and family(meaning.unit) != family(unit.canonical):
        unit = None
    year = _year(datum, place)
    label = "/".join(
        [*(h for h in reversed(datum.heads) if not is_year(h)), *(n for _, n in datum.row if not is_year(n))]
    )
    cell, number = datum.cell, datum.number
    return Observation(
        char_start=cell.start + number.start,
        char_end=cell.start + number.end,
        raw=number.raw,
        value=in_canonical_unit(number.amount, number.scale, unit),
        unit=meaning.unit or (unit.canonical if unit else ""),
        unit_raw=number.unit_raw or (unit.printed if unit else ""),
        metric=meaning.metric,
        label=label or place.table.caption,
        entity=_entity(datum, place, meaning.metric),
        year=year.value if year else None,
        year_basis=year.basis if year else None,
        where=place.table.place_name,
        method="dump" if place.table.is_dump else "grid",
        confidence=meaning.confidence - (0.1 if place.table.is_dump else 0.0),
        dims=meaning.dims,
        quote=" · ".join(part for part in (place.table.caption, label, number.raw + number.unit_raw) if part),
    )


def _phrases(datum: Datum, place: _Place) -> tuple[str, ...]:
    """The words of a number, nearest first: heads, row names, section, caption; years and totals say nothing."""
    dimension_of = vocabulary().dimension_of_header
    rows = [
        _chosen(name)
        for head, name in reversed(datum.row)
        if dimension_of.get(squeeze(head)) in (None, "indicator", "level", "award")
    ]
    words = [*datum.heads, *rows, datum.section, place.table.caption, place.heading]
    return tuple(_SUBSET.sub("", w) for w in words if w and not is_year(w) and not TOTAL.match(w))


def _chosen(name: str) -> str:
    """What is ticked in a cell of boxes: □国家级☑市级□校级 -> 市级; any other cell as it is."""
    ticked = re.findall(r"[☑✓✔√■]\s*([^□☑✓✔√■\s]+)", name) if "□" in name else []
    return "、".join(ticked) or name


def _members(datum: Datum) -> dict[str, str]:
    """Members that the row's names fix through the head they stand below."""
    vocab = vocabulary()
    members: dict[str, str] = {}
    for head, name in datum.row:
        dimension = vocab.dimension_of_header.get(squeeze(head))
        squeezed = squeeze(name)
        if TOTAL.match(name) or _TOTAL_NAME.match(name) or is_year(name) or name.isdigit():
            continue
        if squeezed in vocab.categories:
            members["category"] = name
        elif squeezed in vocab.programmes:
            members["programme"] = name
        elif dimension in ("level", "award"):
            members |= _member(dimension, _chosen(name))
        elif dimension and dimension != "indicator":
            members[dimension] = name
        elif dimension and (_NAMES_THINGS.search(head) or interpret(Context((name,)), None).metric == UNMAPPED):
            members["indicator"] = name
    return members


def _member(dimension: str, name: str) -> dict[str, str]:
    """The member of a dimension that a cell names; none where it names no known one."""
    found = [term.code for term in vocabulary().find_terms(squeeze(name)) if term.kind == dimension]
    return {dimension: found[0]} if found else {}


def _unit_from_heads(datum: Datum, caption: str) -> Unit | None:
    """The unit in brackets of the nearest head, row name or caption; a caption with several units decides nothing."""
    for phrase in (*datum.heads, *(name for _, name in reversed(datum.row)), datum.section):
        if units := units_in(phrase):
            return units[0]
    column = next((name for head, name in datum.row if head.strip() in ("单位", "计量单位")), None)
    if column and column.strip() in vocabulary().units:
        return vocabulary().units[column.strip()]
    announced = units_in(caption)
    return announced[0] if len(announced) == 1 else None


def _year(datum: Datum, place: _Place) -> Year | None:
    for _, text in datum.row:
        if is_year(text):
            return Year(year_of(text) or 0, "school" if "学年" in text else "calendar")
    for head in datum.heads:
        if is_year(head):
            return Year(year_of(head) or 0, "school" if "学年" in head else "calendar")
        if found := spoken_of(head, place.year):
            return found
    return place.year


def _entity(datum: Datum, place: _Place, metric: str) -> str | None:
    """Who a number is of: named in its row or heads, else the table's; how many schools there are is the district's."""
    publisher = place.cast.publisher
    if metric == "schools" and publisher and publisher.kind == "district":
        return publisher.name
    for head, name in datum.row:
        named = place.cast.mentions(name)
        if named and (len(named) == 1 or _SCHOOL_HEAD.match(head)):
            return named[0].name
    for head in datum.heads:
        if named := place.cast.mentions(head):
            return named[-1].name
    return place.entity
