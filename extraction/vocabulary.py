"""The vocabularies, read from the seeds of the dbt project: metrics, units, dimensions, members, districts, schools.

They exist once, as CSV, for the extraction and for the warehouse alike: a new alias is a line there, never code here.
"""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path

SEEDS = Path(__file__).parents[1] / "dbt_project" / "seeds"

_SCALES = {"千": Decimal(1_000), "万": Decimal(10_000), "亿": Decimal(100_000_000)}

# Everything the extraction reads: a change in one of them is a change of what is read out of a report.
READ_SEEDS = (
    "metrics",
    "metric_aliases",
    "metric_ratios",
    "metric_parts",
    "metric_wholes",
    "implied_metrics",
    "units",
    "dimensions",
    "members",
    "school_types",
    "districts",
    "schools",
    "programmes",
)


@dataclass(slots=True, eq=False)
class Unit:
    """A unit as printed, with its canonical unit and the factor that leads there (1 亩 = 666.667 m2).

    The vocabulary holds each once: a unit equals itself only, so that what is remembered by unit is found at once.
    """

    printed: str
    canonical: str
    factor: Decimal


@dataclass(frozen=True)
class Metric:
    """A metric of the vocabulary; `kind` is amount, count or ratio."""

    code: str
    theme: str
    name_zh: str
    unit: str
    kind: str


@dataclass(frozen=True)
class Dimension:
    """What tells numbers of one metric apart; `headers` are column heads that announce its members."""

    code: str
    headers: tuple[str, ...]
    themes: frozenset[str]

    def applies_to(self, metric: Metric) -> bool:
        """Whether a metric's numbers can be told apart by this dimension."""
        return not self.themes or metric.theme in self.themes


@dataclass(frozen=True)
class Implied:
    """A line of implied_metrics.csv: what a number is of whose words name no metric."""

    rank: int
    dimension: str
    words: tuple[str, ...]
    unit: str
    cues: tuple[str, ...]
    metric: str


@dataclass(frozen=True)
class SchoolType:
    """A kind of school, told by the suffix of its name, and the suffixes that its short names end in."""

    kind: str
    short_suffixes: tuple[str, ...]


@dataclass(slots=True)
class Term:
    """A stretch of a label that the vocabulary knows: a metric (`kind` metric) or a member of a dimension."""

    kind: str
    code: str
    text: str
    start: int
    end: int


_SPACE_OR_QUOTE = re.compile(r"[\s\"'“”‘’]")


@lru_cache(maxsize=16_384)
def squeeze(text: str) -> str:
    """A name or label for comparison: width folded, without white space and quotes."""
    return _SPACE_OR_QUOTE.sub("", unicodedata.normalize("NFKC", text))


def stem_of_category(name: str) -> str:
    """A category's name without 大类."""
    return re.sub(r"大?类$", "", squeeze(name))


def _stem(alias: str) -> str:
    """An alias without the 数 or 总数 that reports add or leave out: 专任教师数 -> 专任教师."""
    stem = re.sub(r"(?:总数|人数|数)$", "", alias)
    return stem if len(stem) >= 4 else alias


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _split(cell: str) -> list[str]:
    return [part for part in cell.split("|") if part]


class Vocabulary:
    """All words that the extraction knows, with the finders built over them."""

    @cached_property
    def units(self) -> Mapping[str, Unit]:
        """Printed unit -> Unit."""
        return {r["unit"]: Unit(r["unit"], r["canonical"], Decimal(r["factor"])) for r in _rows("units")}

    @cached_property
    def units_of_columns(self) -> Mapping[str, Unit]:
        """Unit as heads and columns of units print it -> Unit: 万册 too, which behind a number are a scale and a unit."""
        scaled = {
            scale + unit.printed: Unit(scale + unit.printed, unit.canonical, factor * unit.factor)
            for scale, factor in _SCALES.items()
            for unit in self.units.values()
        }
        return scaled | dict(self.units)

    @cached_property
    def metrics(self) -> Mapping[str, Metric]:
        """Metric code -> Metric."""
        return {
            r["code"]: Metric(r["code"], r["theme"], r["name_zh"], r["unit"], r["kind"])
            for r in _rows("metrics")
        }

    @cached_property
    def names_of_metrics(self) -> Mapping[str, Sequence[str]]:
        """Metric code -> its name and its aliases, as their seed has them."""
        names = {r["code"]: [r["name_zh"]] for r in _rows("metrics")}
        for row in _rows("metric_aliases"):
            names[row["metric"]].append(row["alias"])
        return names

    @cached_property
    def share_of(self) -> Mapping[str, str]:
        """Metric counted -> metric of its share: full_time_teachers -> full_time_teachers_share.

        Where several ratios have the same numerator the one named after it wins, then the first in the seed.
        """
        shares: dict[str, str] = {}
        for row in _rows("metric_ratios"):
            if self.metrics[row["ratio"]].unit == "percent":
                shares.setdefault(row["numerator"], row["ratio"])
        shares.update({c: f"{c}_share" for c in self.metrics if f"{c}_share" in self.metrics})
        return shares

    @cached_property
    def part_of_share(self) -> Mapping[str, str]:
        """Metric of a share -> the metric counted of which it is the share; of several the last in `share_of`."""
        return {share: part for part, share in self.share_of.items()}

    @cached_property
    def standard_denominator(self) -> Mapping[str, str]:
        """Ratio -> the metric that it is commonly a share of (the first line of the seed)."""
        denominators: dict[str, str] = {}
        for row in _rows("metric_ratios"):
            denominators.setdefault(row["ratio"], row["denominator"])
        return denominators

    @cached_property
    def share_of_its_own(self) -> Mapping[str, str]:
        """Metric -> the ratio of a part of it to all of it: enrolment_share says nothing without what tells the part apart."""
        return {
            r["numerator"]: r["ratio"] for r in _rows("metric_ratios") if r["numerator"] == r["denominator"]
        }

    @cached_property
    def other_wholes(self) -> Mapping[str, Mapping[str, str]]:
        """Metric of a part -> the wholes it can be part of besides the common one, each with its name without 数."""
        wholes: dict[str, dict[str, str]] = defaultdict(dict)
        for row in _rows("metric_ratios"):
            whole = row["denominator"]
            if row["denominator_scope"] == "whole" and whole != self.standard_denominator[row["ratio"]]:
                for code in (row["numerator"], row["ratio"]):
                    wholes[code][whole] = _stem(self.metrics[whole].name_zh)
        return wholes

    @cached_property
    def parts_of(self) -> Mapping[str, Mapping[str, str]]:
        """Metric -> the wholes of which reports print it as a part, each with its name without 数; all staff says nothing."""
        parts: dict[str, dict[str, str]] = defaultdict(dict)
        for row in _rows("metric_ratios"):
            if row["numerator"] in self._counted_beside:
                continue
            if row["denominator_scope"] == "same" and self.metrics[row["numerator"]].theme == "teachers":
                parts[row["numerator"]][row["denominator"]] = _stem(self.metrics[row["denominator"]].name_zh)
        return {
            part: {whole: name for whole, name in wholes.items() if whole != "staff"}
            for part, wholes in parts.items()
            if "staff" in wholes and len(wholes) > 1
        }

    @cached_property
    def whole_of(self) -> Mapping[str, str]:
        """Metric -> the metric of which it is commonly told as a share, because it is a part of that."""
        return {
            part: whole
            for part, share in self.share_of.items()
            if part not in self._counted_beside and (whole := self.standard_denominator.get(share))
        }

    @cached_property
    def accounts(self) -> frozenset[str]:
        """The metrics of a school's accounts: what comes in and what is spent, not what students are given."""
        return frozenset(
            code for code in self.metrics if code.split("_")[0] in ("income", "expenditure", "funding")
        )

    @cached_property
    def wholes_above(self) -> Mapping[str, Collection[str]]:
        """Metric -> the metrics that are never less, because it is a part of them."""
        wholes: dict[str, set[str]] = defaultdict(set)
        for row in _rows("metric_wholes"):
            wholes[row["part"]].add(row["whole"])
        for row in _rows("metric_parts"):
            if row["total"] != row["part"]:
                wholes[row["part"]].add(row["total"])
        return wholes

    @cached_property
    def _counted_beside(self) -> frozenset[str]:
        """Metrics that are no part of what they are a share of: part-time teachers are counted against the full-time ones."""
        return frozenset(r["numerator"] for r in _rows("metric_ratios") if r["numerator"] == r["plus"])

    @cached_property
    def part_by(self) -> Mapping[tuple[str, str], str]:
        """(Metric of a whole, dimension) -> the metric of its parts by that dimension: income by source."""
        return {
            (row["total"], row["dimension"]): row["part"]
            for row in _rows("metric_parts")
            if row["dimension"] and row["total"] != row["part"]
        }

    @cached_property
    def parts_apart(self) -> tuple[tuple[str, str, str], ...]:
        """Two metrics that exclude one another, and the metric of which both are parts."""
        return tuple(
            (row["part"], row["plus"], row["whole"]) for row in _rows("metric_wholes") if row["plus"]
        )

    @cached_property
    def per_student(self) -> Mapping[str, str]:
        """Metric -> the metric of it for each student."""
        return {
            row["numerator"]: row["ratio"]
            for row in _rows("metric_ratios")
            if row["denominator"] == "enrolment" and "person" in self.metrics[row["ratio"]].unit
        }

    @cached_property
    def implied(self) -> tuple[Implied, ...]:
        """The lines of implied_metrics.csv, lower ranks first."""
        lines = (
            Implied(
                int(r["rank"]),
                r["dimension"],
                tuple(_split(r["words"])),
                r["unit"],
                tuple(_split(r["cues"])),
                r["metric"],
            )
            for r in _rows("implied_metrics")
        )
        return tuple(sorted(lines, key=lambda line: line.rank))

    @cached_property
    def implied_of(self) -> Mapping[str, tuple[Implied, ...]]:
        """Dimension -> the lines of implied_metrics.csv that a member of it may mean; "" -> those with words of their own."""
        lines: dict[str, list[Implied]] = defaultdict(list)
        for line in self.implied:
            if line.dimension:
                lines[line.dimension].append(line)
            if line.words:
                lines[""].append(line)
        return {dimension: tuple(found) for dimension, found in lines.items()}

    @cached_property
    def implying_words(self) -> re.Pattern[str]:
        """A finder of any word of implied_metrics.csv that implies a metric by itself."""
        return re.compile(
            "|".join(re.escape(word) for line in self.implied_of.get("", ()) for word in line.words)
        )

    @cached_property
    def cue_pattern(self) -> re.Pattern[str]:
        """A finder of all cues of implied_metrics.csv, the longest first."""
        cues = {cue for line in self.implied for cue in line.cues}
        return re.compile("|".join(map(re.escape, sorted(cues, key=len, reverse=True))))

    @cached_property
    def cues_of_events(self) -> frozenset[str]:
        """Cues of implied metrics that say what became of graduates: 升入, 录取."""
        of_events = (
            line for line in self.implied if line.metric in ("bachelor_admissions", "progressing_graduates")
        )
        return frozenset(cue for line in of_events for cue in line.cues)

    @cached_property
    def dimensions(self) -> Mapping[str, Dimension]:
        """Dimension code -> Dimension."""
        return {
            r["dimension"]: Dimension(
                r["dimension"], tuple(map(squeeze, _split(r["headers"]))), frozenset(_split(r["themes"]))
            )
            for r in _rows("dimensions")
        }

    @cached_property
    def head_of_dimension(self) -> Mapping[str, str]:
        """Dimension -> the first of its heads that announce no other one."""
        own = {
            code: [head for head in dimension.headers if self.dimension_of_header[head] == code]
            for code, dimension in self.dimensions.items()
        }
        return {code: heads[0] for code, heads in own.items() if heads}

    @cached_property
    def dimension_of_header(self) -> Mapping[str, str]:
        """Squeezed column head -> the dimension whose members stand below it."""
        return {header: d.code for d in reversed(list(self.dimensions.values())) for header in d.headers}

    @cached_property
    def programmes(self) -> Mapping[str, str]:
        """Squeezed present or former name of a programme of the national catalogue -> its present name."""
        names = {squeeze(r["name_zh"]): r["name_zh"] for r in _rows("programmes")}
        for row in _rows("programmes"):
            for former in _split(row["former_names"]):
                names.setdefault(squeeze(former), row["name_zh"])
        return names

    @cached_property
    def category_of(self) -> Mapping[str, str]:
        """Squeezed name of a programme -> its category in the catalogue, without 大类."""
        stems = {r["name_zh"]: stem_of_category(r["category_name_zh"]) for r in _rows("programmes")}
        return {name: stems[present] for name, present in self.programmes.items()}

    @cached_property
    def categories(self) -> frozenset[str]:
        """Names of the categories (专业大类) of the catalogue and of the one before it (2010), with and without 大类 / 类."""
        stems = {stem_of_category(r["category_name_zh"]) for r in _rows("programmes")}
        stems |= {stem_of_category(member) for member in self.members["category"].values()}
        return frozenset(stem + tail for stem in stems for tail in ("", "类", "大类"))

    @cached_property
    def members(self) -> Mapping[str, Mapping[str, str]]:
        """Dimension -> squeezed name or alias of a member -> the member: below a head of the dimension 中级 is a title."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for row in _rows("members"):
            for name in (row["member"], *_split(row["aliases"])):
                found[row["dimension"]].setdefault(squeeze(name), row["member"])
        return defaultdict(dict, found)

    @cached_property
    def terms(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Squeezed term -> what it can mean, as (kind, code); a word may be several dimensions' member."""
        meanings: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for code, names in self.names_of_metrics.items():
            for name in map(squeeze, names):
                meanings[name].append(("metric", code))
                meanings[_stem(name)].append(("metric", code))
        for row in _rows("members"):
            for alias in _split(row["aliases"]):
                meanings[squeeze(alias)].append((row["dimension"], row["member"]))
        return {term: tuple(dict.fromkeys(found)) for term, found in meanings.items()}

    @cached_property
    def terms_of(self) -> Mapping[str, tuple[str, ...]]:
        """Metric or member code -> the terms that mean it."""
        words: dict[str, list[str]] = defaultdict(list)
        for term, meanings in self.terms.items():
            for _, code in meanings:
                words[code].append(term)
        return defaultdict(tuple, {code: tuple(terms) for code, terms in words.items()})

    @cached_property
    def terms_by_head(self) -> Mapping[str, tuple[str, ...]]:
        """First two characters -> the terms that start with them, the longest first; no term is shorter."""
        heads: dict[str, list[str]] = defaultdict(list)
        for term in self.terms:
            heads[term[:2]].append(term)
        return {head: tuple(sorted(terms, key=len, reverse=True)) for head, terms in heads.items()}

    def find_terms(self, label: str) -> tuple[Term, ...]:
        """Every known term of a squeezed label: the longest where they overlap, and members inside a longer metric.

        `国家级培训` is the metric training_attendance and, within it, the level 国家级.
        """
        return _find_terms(label)

    @cached_property
    def districts(self) -> Mapping[str, str]:
        """Squeezed name (荣昌区, 重庆市荣昌区, and 荣昌 where it has two characters or more) -> official name."""
        names: dict[str, str] = {}
        for row in _rows("districts"):
            for name in (row["name_zh"], "重庆市" + row["name_zh"], row["short_name"]):
                if len(name) >= 2:
                    names.setdefault(squeeze(name), row["name_zh"])
        return names

    @cached_property
    def schools(self) -> Mapping[str, str]:
        """Squeezed official or short name of a known school -> official name."""
        names: dict[str, str] = {}
        for row in _rows("schools"):
            for name in (row["name_zh"], *_split(row["short_names"])):
                names.setdefault(squeeze(name), row["name_zh"])
        return names

    @cached_property
    def school_types(self) -> Mapping[str, SchoolType]:
        """Suffix of a school's name -> its type, the longest suffix first."""
        types = {
            r["suffix"]: SchoolType(r["kind"], tuple(_split(r["short_suffixes"])))
            for r in _rows("school_types")
        }
        return dict(sorted(types.items(), key=lambda item: -len(item[0])))

    @cached_property
    def school_types_with_members(self) -> tuple[str, ...]:
        """Suffixes in which a member's word stands: 职业高级中学, 技师学院."""
        words = {t for t, meanings in self.terms.items() if any(kind != "metric" for kind, _ in meanings)}
        return tuple(suffix for suffix in self.school_types if any(word in suffix for word in words))

    @cached_property
    def fingerprint(self) -> str:
        """A short hash of all seeds read: part of the reader's version."""
        digest = hashlib.sha256()
        for name in READ_SEEDS:
            digest.update((SEEDS / f"{name}.csv").read_bytes())
        return digest.hexdigest()[:8]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The one vocabulary of this process."""
    return Vocabulary()


# What may stand behind a short word for it to be the thing meant: 专业22个, 招生总人数, not 专业部 or 招生计划.
_BEHIND_SHORT = re.compile(
    r"[^一-鿿]|[数总人共为是有达由从较比的约近仅超及和与或获在等中名个一二三四五六七八九十]|规模|情况|合计|分别|依次|$"
)
_SHORT = 2
# Before 教师总数, 学生数 and 专业教师数: 女教师总数 are not all teachers, 订单班学生数 not all students.
_NARROWED = re.compile(r"(?![校院区县市州省全的和及与有职制占])[一-鿿]")
_NARROWABLE = ("学生", "专业教师")
_OTHER_WORDS = {("其", "中"), ("非", "全")}  # 其中高级职称 are no 中高级职称, 非全日制学生 none of 全日制
_NOT_A_NUMBER = ("据", "字", "值")
_SCHOOL = "school"  # kind of the terms that are no more than part of a school's name
_START = "^"  # before an alias that counts only where a label starts with it: 占地 alone, not 食堂占地
_OF_WHEN = re.compile(r"(?:(?:学校|[我本全]校)?(?:(?:19|20)\d\d(?:年度?|学年)|[去上今]年))?")  # 2024年支出


@lru_cache(maxsize=16_384)
def _find_terms(label: str) -> tuple[Term, ...]:
    """The terms of a label; heads and captions are asked for again and again.

    Of metrics that overlap the longest counts, else the first (市级[名师工作室], not [市级名师]工作室); of members alike, and
    the kinds of schools among them: 高级 in 职业高级中学 and 技师 in 技师学院 are no levels.
    """
    known = [*_candidates(label, _OF_WHEN.match(label).end()), *_kinds_of_schools(label)]  # type: ignore[union-attr]
    candidates = sorted(known, key=lambda term: (-len(term.text), term.start))
    taken: dict[str, list[Term]] = {"metric": [], "member": []}
    found = []
    for term in candidates:
        layer = taken["metric" if term.kind == "metric" else "member"]
        if all(_apart(term, other) for other in layer):
            layer.append(term)
            found.append(term)
    named = (term for term in found if term.kind != _SCHOOL)
    return tuple(sorted(named, key=lambda term: (term.start, -len(term.text))))


def _kinds_of_schools(label: str) -> Iterator[Term]:
    """Where a label names a school by its kind."""
    for suffix in vocabulary().school_types_with_members:
        start = label.find(suffix)
        while start >= 0:
            yield Term(_SCHOOL, suffix, suffix, start, start + len(suffix))
            start = label.find(suffix, start + 1)


def _apart(term: Term, other: Term) -> bool:
    """Whether two terms share no character, or are two meanings of the same words."""
    return (
        term.end <= other.start
        or other.end <= term.start
        or (term.start, term.end) == (other.start, other.end)
    )


def _candidates(unmarked: str, opens: int) -> Iterator[Term]:
    """Every term at every place of a label, which opens behind what only says whose and when it is.

    A metric's word of two characters that goes on as another word, or that is an average of (课均学生), is none.
    """
    label = unmarked[:opens] + _START + unmarked[opens:]
    terms, heads = vocabulary().terms, vocabulary().terms_by_head
    for start in range(len(label) - 1):
        for text in heads.get(label[start : start + 2], ()):
            if not label.startswith(text, start):
                continue
            if (label[start - 1 : start], text[:1]) in _OTHER_WORDS:
                continue
            end = start + len(text)
            goes_on = len(text.lstrip(_START)) <= _SHORT and not _BEHIND_SHORT.match(label, end)
            general = ("metric", "teachers") in terms[text] or text.startswith(_NARROWABLE)
            narrowed = general and bool(_NARROWED.match(label[start - 1 : start]))
            averaged = label[start - 1 : start] == "均" and label[start] != "每"  # but 平均每百名学生
            if text.endswith("数") and label[end : end + 1] in _NOT_A_NUMBER:
                continue  # 学校数据 are no 学校数
            for kind, code in terms[text]:
                if kind != "metric" or not (goes_on or averaged or narrowed):
                    yield Term(kind, code, text, start - (start > opens), end - (end > opens))
