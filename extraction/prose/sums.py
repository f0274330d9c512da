"""Numbers of a paragraph that no word explains, but that add up to what was told before them: its parts.

`全区在校生9194人。四校规模差异明显，甲校4286人；乙校2107人；丙校2801人。从生源地看，区内6812人、区外2382人，分别占74.09%、25.91%`.
Each is told apart by its school, or by a member that its clause names; percentages behind them are theirs where they follow.
Percentages to two decimals prove by themselves of what whole their numbers are parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate, groupby, repeat, takewhile

from extraction.entities import Cast
from extraction.meaning import KIND_OF_PARTS, of_whole
from extraction.prose.words import CHANGE
from extraction.records import UNMAPPED, Observation
from extraction.vocabulary import squeeze, vocabulary

_MOST_PARTS = 12
_LOOKED_BACK = 12  # observations
_CONFIDENCE = 0.7
_EXACT = 2  # decimals from which on a share that fits is none by chance
_LAST_DIGIT = Decimal("0.0051")  # per cent: what rounding to so many leaves
_BARE_SHARE = re.compile(r"占?比?例?[为达约]?")
_SAYS_TOTAL = re.compile(r"(?:合计|共计|总计|总共|[，,]共|^共|[加合]起来[是有为]?)(?:获奖?|获得|发放)?$")
_ITEMS_TOGETHER = re.compile(r"[两二三四五六七八]项(?:一?共|合计|总计|[加合]起来)[是有为]?$")
_A_COURSE = re.compile(r".课程?$")  # 课程168门，公共基础课31门，专业课137门
_FEWEST_OF_MONEY = 3
_ROUNDED = Decimal("0.06")  # per cent


def with_parts(told: Sequence[Observation], cast: Cast) -> list[Observation]:
    """The observations of a paragraph in order; those that are parts of what was told before them with its metric."""
    found = list(told)
    for start, end in _runs(found):
        while end - start > 1:
            until = next((k for k in range(end, start + 1, -1) if _take(found, start, k, cast)), start + 1)
            start = until
    for k in range(1, len(found)):
        _take_with_shares(found, k, cast)
        _say_of_what(found, k)
        _take_as_total(found, k)
    for k in range(len(found) - 1):
        _take_unknown_parts(found, k)
    return found


def _runs(found: Sequence[Observation]) -> Iterator[tuple[int, int]]:
    """Where numbers of one unit stand together that no word explains."""
    start = 0
    for (unit, unmapped), alike in groupby(found, lambda o: (o.unit_raw, o.metric == UNMAPPED)):
        end = start + len(list(alike))
        if unmapped and unit not in ("", "%"):
            yield start, min(end, start + _MOST_PARTS)
        start = end


def _take(found: list[Observation], start: int, end: int, cast: Cast) -> bool:
    """Give numbers that add up to one before them its metric, and the percentages behind them that of its shares."""
    whole = _whole_of(found, start, end)
    parts = [part for o in found[start:end] if whole and (part := _part(o, whole, cast))]
    if whole is None or len({_told_by(part) for part in parts}) < end - start:
        return False
    found[start:end] = parts
    found[end : end + len(parts)] = _shares(found[end : end + len(parts)], parts, whole)
    return True


def _take_with_shares(found: list[Observation], k: int, cast: Cast) -> None:
    """Give numbers that no word explains, and the shares behind them, the meaning of what they are just these shares of:
    `在校生3000人，护理专业1202人，占40.07%`, `护理专业1202人、会计专业800人，分别占40.07%、26.67%`.
    """
    count = sum(1 for _ in takewhile(lambda o: o.metric == UNMAPPED and o.unit_raw == "%", found[k:]))
    parts, shares = found[max(0, k - count) : k], found[k : k + count]
    alike = {(o.metric, o.unit_raw) for o in parts}
    if not shares or not _BARE_SHARE.fullmatch(shares[0].label) or len(alike) > 1 or len(parts) < count:
        return
    for whole in reversed(found[max(0, k - _LOOKED_BACK) : k - count]):
        proved = whole.value and all(map(_is_exact_share, parts, shares, repeat(whole)))
        taken = [taken for part in parts if proved and (taken := _part(part, whole, cast))]
        if len(taken) == count:
            found[k - count : k + count] = [*taken, *_shares(shares, taken, whole)]
            return


def _says_total(o: Observation) -> bool:
    """Whether a number says that it is a total: by its clause, or behind how many it sums up (两项共237.4万元)."""
    before = o.quote.partition(o.raw)[0]
    return bool(_SAYS_TOTAL.search(o.label) or (not o.label and _ITEMS_TOGETHER.search(before)))


def _take_as_total(found: list[Observation], k: int) -> None:
    """Give a number that says it is a total, and is that of the numbers before it of one metric, what these share:
    `一等奖3个、二等奖8个、三等奖15个，共计26个`, `免学费213.7万元、助学金23.7万元，合计237.4万元`.

    Among them may be one that no word explains; then it is one of them, under its own name: `省级104人日、校本282人日，合计386`.
    """
    total = found[k]
    if total.metric != UNMAPPED or not _says_total(total) or not total.value:
        return
    alike = [n for n in range(k - 1, max(-1, k - 2 * _MOST_PARTS), -1) if found[n].unit_raw == total.unit_raw]
    of = next((found[n] for n in alike if found[n].metric != UNMAPPED), total)
    if of.metric == UNMAPPED or of.metric in KIND_OF_PARTS:
        return
    parts = list(takewhile(lambda n: found[n].metric == UNMAPPED or _counts_as(found[n], of), alike))
    sums = list(accumulate(found[n].value for n in parts))
    count = next((n for n, value in enumerate(sums, 1) if n > 1 and value == total.value), 0)
    known = [found[n] for n in parts[:count] if found[n].metric != UNMAPPED]
    unknown = [n for n in parts[:count] if found[n].metric == UNMAPPED]
    shared = {kind: name for kind, name in of.dims.items() if all(p.dims.get(kind) == name for p in known)}
    told_by = {kind for part in known for kind in part.dims} - shared.keys()
    if not known or len(unknown) > 1 or (unknown and (len(known) < 2 or len(told_by) != 1)):
        return
    for n in unknown:
        if not (name := squeeze(found[n].label)) or CHANGE.search(name):
            return
        found[n] = _counted_as(found[n], of, {**shared, told_by.pop(): name})
    found[k] = _counted_as(total, of, shared)


def _counts_as(o: Observation, of: Observation) -> bool:
    return (o.metric, o.entity, o.year) == (of.metric, of.entity, of.year)


def _counted_as(o: Observation, of: Observation, dims: Mapping[str, str]) -> Observation:
    """A number that no word explains as one of those that another counts, told apart by these."""
    return replace(
        o,
        metric=of.metric,
        unit=of.unit,
        entity=of.entity,
        year=of.year,
        year_basis=of.year_basis,
        dims=dict(dims),
        confidence=_CONFIDENCE,
    )


def _take_unknown_parts(found: list[Observation], k: int) -> None:
    """Give numbers that no word explains, and that add up to a whole with the parts of it that are known, the metric of these and
    their own name: `支出900万元，其中人员经费500万元、公用经费300万元、校园绿化100万元`. What adds up to all income or
    expenditure are its parts, whatever else their names would say, and so are the shares behind them.
    """
    whole = found[k]
    parts = _up_to(found, k) if whole.metric != UNMAPPED else []
    names = [squeeze(found[n].label).removeprefix("其中") for n in parts]
    kind = _kind_of_parts(whole, [found[n] for n in parts])
    if kind is None or not all(names):
        return
    metric, dimension = kind
    for n, name in zip(parts, names, strict=True):
        part = found[n]
        if part.metric != metric:
            named = {dimension: vocabulary().members[dimension].get(name, name)}
            part = found[n] = replace(
                part, metric=metric, unit=whole.unit, dims=named, confidence=_CONFIDENCE
            )
            found[n + 1 : n + 2] = _shares(found[n + 1 : n + 2], [part], whole)


def _kind_of_parts(whole: Observation, parts: Sequence[Observation]) -> tuple[str, str] | None:
    """The metric of parts that add up to a whole and the dimension that tells them apart: that of those that are known, or for
    money of whatever adds up to it.
    """
    if not any(part.metric == UNMAPPED for part in parts):
        return None
    of_money = [(m, d) for (total, d), m in vocabulary().part_by.items() if total == whole.metric]
    if whole.unit == "CNY" and len(of_money) == 1 and len(parts) >= _FEWEST_OF_MONEY:
        return of_money[0]
    known = [part for part in parts if part.metric != UNMAPPED]
    kinds = {(part.metric, *part.dims) for part in known}
    fewest = 1 if len(parts) > 2 else 2
    if len(known) < fewest or len(kinds) != 1 or len(next(iter(kinds))) != 2:
        return None
    metric, dimension = next(iter(kinds))
    is_whole = whole.metric == metric or whole.metric in vocabulary().wholes_above.get(metric, ())
    return (metric, dimension) if is_whole else None


def _up_to(found: Sequence[Observation], k: int) -> list[int]:
    """The numbers behind a whole that are of the same unit, of whom and when, and add up to it, with or without the share of each
    behind it; none if they do not.
    """
    whole, total = found[k], Decimal(0)
    parts: list[int] = []
    for n in range(k + 1, min(len(found), k + 1 + 2 * _MOST_PARTS)):
        o = found[n]
        if parts and (o.unit_raw == "%" or o.dims.get("coverage", "") != whole.dims.get("coverage", "")):
            continue  # a share, or what of the part before it stands in brackets
        if (o.unit_raw, o.entity, o.year) != (whole.unit_raw, whole.entity, whole.year):
            return []
        parts, total = [*parts, n], total + o.value
        if total >= whole.value:
            return parts if total == whole.value and len(parts) > 1 else []
    return []


def _say_of_what(found: list[Observation], k: int) -> None:
    """Say of a share what it is one of, where it is just that of the part before it in another whole than the usual one:
    `专业课教师276人中双师型教师153人，占55.43%`.
    """
    part, share = found[k - 1], found[k]
    known = vocabulary()
    usual = known.standard_denominator.get(share.metric)
    if usual is None or known.part_of_share.get(share.metric) != part.metric or part.dims != share.dims:
        return
    exact = "indicator" not in share.dims and len(share.raw.partition(".")[2]) >= _EXACT
    wholes = {
        o.metric
        for o in found[max(0, k - _LOOKED_BACK) : k - 1]
        if exact and o.metric != UNMAPPED and not o.dims and o.value and o.unit_raw == part.unit_raw
        if (o.entity, o.year) == (part.entity, part.year) and _off(part, share, o) <= _LAST_DIGIT
    }
    if len(wholes) == 1 and usual not in wholes:
        found[k] = replace(share, dims={**share.dims, "indicator": of_whole(wholes.pop())})


def _is_exact_share(part: Observation, share: Observation, whole: Observation) -> bool:
    """Whether a share with so many decimals is that of a part in a whole, and none by chance."""
    exact = len(share.raw.partition(".")[2]) >= _EXACT
    counted = part.metric == UNMAPPED or (part.metric == whole.metric and part.entity != whole.entity)
    alike = part.unit_raw == whole.unit_raw and counted and whole.metric != UNMAPPED
    return exact and alike and _off(part, share, whole) <= _LAST_DIGIT


def _off(part: Observation, share: Observation, whole: Observation) -> Decimal:
    """By how many per cent a share is not that of a part in a whole."""
    return abs(100 * part.value / whole.value - share.value)


def _whole_of(found: Sequence[Observation], start: int, end: int) -> Observation | None:
    """The nearest number before a run to which it adds up."""
    total = sum(o.value for o in found[start:end])
    before = reversed(found[max(0, start - _LOOKED_BACK) : start])
    unit = found[start].unit_raw
    return next(
        (o for o in before if o.metric != UNMAPPED and o.value == total and o.unit_raw == unit and total),
        None,
    )


def _part(o: Observation, whole: Observation, cast: Cast) -> Observation | None:
    """A number as a part of a whole: of another school, or under a member that its clause names; None where it says neither."""
    dims = dict(whole.dims)
    if whole.metric == "schools":
        o = replace(o, entity=whole.entity)  # a kind of them may be told with their names
    name = squeeze(o.label).removeprefix("其中")
    own = _members_in(name) or ({"indicator": name} if _A_COURSE.search(name) else {})
    if o.entity == whole.entity and not own:
        return None
    if o.entity != whole.entity and o.entity not in cast.schools:
        return None
    return replace(
        o,
        metric=whole.metric,
        unit=whole.unit,
        year=whole.year,
        year_basis=whole.year_basis,
        dims=dims | own,
        confidence=_CONFIDENCE,
    )


def _members_in(name: str) -> dict[str, str]:
    """The members that a name as a whole is: a programme, a category or one of another dimension."""
    known = vocabulary()
    bare = name.removesuffix("学生").removesuffix("专业")
    if bare in known.programmes:
        return {"programme": bare}
    if bare in known.categories:
        return {"category": bare}
    told = {kind: code for kind, code in known.terms.get(name, ()) if kind != "metric"}
    return {kind: code for kind, code in told.items() if kind != "indicator"} or told


def _told_by(part: Observation) -> tuple[object, ...]:
    return part.entity, *sorted(part.dims.items())


def _shares(
    behind: Sequence[Observation], parts: Sequence[Observation], whole: Observation
) -> list[Observation]:
    """The numbers behind parts, as their shares where all of them are."""
    share = vocabulary().share_of_its_own.get(whole.metric) or vocabulary().share_of.get(whole.metric)
    follow = (
        o.unit_raw == "%" and o.metric == UNMAPPED and _off(part, o, whole) <= _ROUNDED
        for o, part in zip(behind, parts, strict=False)
    )
    if share is None or len(behind) < len(parts) or not all(follow):
        return list(behind)
    return [
        replace(
            o,
            metric=share,
            unit="percent",
            entity=part.entity,
            year=part.year,
            year_basis=part.year_basis,
            dims=dict(part.dims),
            confidence=_CONFIDENCE,
        )
        for o, part in zip(behind, parts, strict=True)
    ]
