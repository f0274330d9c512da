"""The way through: bytes -> reader -> blocks -> observations, with what the document says of itself."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from extraction.blocks import Block, Reading, Table
from extraction.cases import Case
from extraction.entities import Cast, cast_of, names_a_school
from extraction.layout.lines import blocks_of, lines_of
from extraction.layout.points import with_introductions
from extraction.limits import bounded, check_size
from extraction.meaning import units_in
from extraction.outline import Outline
from extraction.prose import statements
from extraction.readers import Rejected, legacy, reader_for
from extraction.records import UNMAPPED, Document, Extraction, Observation
from extraction.tables import cells
from extraction.tables.figures import Figures, owner_by_rates
from extraction.tables.owners import dealt_rows
from extraction.vocabulary import vocabulary
from extraction.years import Year, report_year, years_in

CODE = Path(__file__).parent

_TITLE = re.compile(r"质量.{0,8}(?:年报|报告)|(?:年报|报告).{0,8}质量")
# 甘肃省中等职业学校质量年度报告, above the title of the school that filled it in.
_OF_A_FORM = re.compile(
    r"(?:20\d\d年?度?)?[\u4e00-\u9fff]{2,3}(?:省|自治区)(?:中等|高等)?(?:职业|中职|高职)(?:学校|院校|教育|技术)+(?:人才培养)?质量"
)
_SOMEBODYS = re.compile(r"学校|中心|学院|[区县市]")
# What the last sentence of a paragraph has that speaks of the table below it.
_SHOWS_TABLE = re.compile(r"[见如][^，,]{0,4}表|如下|[:：]$")
# … and the units in which it does: 资助金额见下表（单位：人、万元、元）.
_ANNOUNCES_UNITS = re.compile(
    r"[见如][^，,。；;]{0,4}表[^，,。；;（(]{0,8}([（(]单位\s*[:：][^（）()]{1,20}[)）])"
)
# A note under a table, a case told in one paragraph: neither says of whom the text behind it speaks.
_ASIDE = re.compile(
    r"\s*(?:(?:备?注|说明|数据来源)\s*\d?[:：]|【[^】]{0,6}(?:案例|专栏|链接)[^】]{0,12}】|(?:典型|特色|育人)?案例\s*[:：][^。]{2,40}。.)"
)
_SAME_YEAR = re.compile(r"\s*(?:同年|当年)")
_SENTENCE_ENDS = re.compile(r"[。；\n]")
_CONTENTS_LINE = re.compile(
    r"(?:\.{3,}|…{2,}|\t)\s*\d{1,3}\s*$|^\s*\d(?:\.\d+)*\s*[\u4e00-\u9fff]{2,16}\d{1,3}\s*$"
    r"|^\s*\d{1,2}\s+\S[^，,。；;]{6,60}[^\d.\s]\s?\d{1,3}\s*$"  # a caption without its 表, and a page
)
_OPENING = 20_000  # characters in which the title is, and enough pages to know what is printed on each
_BEGINNING = 3_000  # characters that are searched for the report's year
_LOOKED_BACK = 24  # numbers in which what a paragraph parts was counted
_PUBLISHER_LINE = re.compile(r"(?:教育委员会|区教委|县教委|教育局)")


def reader_version() -> str:
    """Hashes of the reading code and of the vocabularies: another one means every document is read again.

    So does LibreOffice once it is installed: what was rejected for want of it is read then.
    """
    return f"{code_version()}.{vocabulary().fingerprint}{'' if legacy.program() else '.no-office'}"


@lru_cache(maxsize=1)
def code_version() -> str:
    """A short hash of this package's files: a number to be raised by hand is forgotten, and old readings stay."""
    digest = hashlib.sha256()
    for file in sorted(CODE.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:8]


def extract(data: bytes, content_type: str) -> Extraction:
    """Read one file. Never raises for what the file holds: what cannot be read is a rejected document with its reason.

    Nor does it take more time or memory than `limits.py` allows.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        with bounded():
            check_size(data, content_type)
            name, read = reader_for(content_type)
            document = Document(sha256, name, reader_version(), "read", content_type=content_type)
            return _observe(document, read(data))
    except Rejected as problem:
        return rejected(sha256, content_type, str(problem))


def rejected(sha256: str, content_type: str, reason: str) -> Extraction:
    """What is kept of a file that cannot be read."""
    return Extraction(
        Document(sha256, "none", reader_version(), "rejected", reason=reason, content_type=content_type)
    )


def _observe(document: Document, reading: Reading) -> Extraction:
    text, blocks = reading.landed_text, with_introductions(blocks_of(reading))
    reading = replace(reading, tables=(), spans=())  # from here `blocks` alone holds the cells
    title = _title(reading, text)
    publisher_line = reading.publisher or next(
        (line for line in text.split("\n")[:40] if _PUBLISHER_LINE.search(line)), None
    )
    cast = cast_of(text, title or "", publisher_line)
    own = report_year(title or "", text[:_BEGINNING], reading.published_on)
    kinds: Counter[type[Block]] = Counter()
    observations = tuple(_observations(_counted(blocks, kinds), cast, Year(own, "report") if own else None))
    for o in observations:
        if len(o.raw) != o.char_end - o.char_start:  # 二十五, which the end of a line parts
            o.raw = text[o.char_start : o.char_end]
    return Extraction(
        document=replace(
            document,
            title=title,
            publisher=reading.publisher or (cast.publisher.name if cast.publisher else None),
            report_year=own,
            chars=len(text),
            tables=kinds[Table],
            observations=len(observations),
            unmapped=sum(o.metric == UNMAPPED for o in observations),
            note=reading.note,
        ),
        entities=cast.entities(dict.fromkeys(o.entity for o in observations if o.entity)),
        observations=observations,
        landed_text=text,
    )


def _counted(blocks: Iterable[Block], kinds: Counter[type[Block]]) -> Iterator[Block]:
    for block in blocks:
        kinds[type(block)] += 1
        yield block


def _counts_a_whole(o: Observation) -> bool:
    """Whether a number counts people of whom nothing parts some."""
    return o.unit == "person" and o.metric != UNMAPPED and not o.dims


def _observations(blocks: Iterable[Block], cast: Cast, own: Year | None) -> list[Observation]:
    """Observations of all blocks in reading order. A heading starts anew who is spoken of.

    Numbers of a case study are told apart by it: it is their `coverage`.
    """
    found: list[Observation] = []
    publisher = cast.publisher.name if cast.publisher else None
    entity = section = publisher
    school: str | None = None
    shown: str | None = None  # of whom the paragraph above says that a table shows something
    announced = ""  # the units in which a paragraph says that the next table is
    heading = ""
    outline = Outline()
    case: Case | None = None
    claimed = False  # whether somebody has been named since the last heading
    figures = Figures()
    accounted: Year | None = None  # of which year the section has told money
    shared: dict[Hashable, Any] = {}
    unowned: list[tuple[Table, list[Observation]]] = []
    nobodys: list[list[Observation]] = []  # the observations of tables that name no school
    for block in blocks:
        if isinstance(block, Table):
            if announced and not units_in(block.caption):
                block = replace(block, caption=f"{block.caption}{announced}")
            announced = ""
            spoken_of = entity or publisher
            if cast.publisher and cast.publisher.kind == "district" and not cast.mentions(block.caption):
                spoken_of = figures.whose(block, shown or section or publisher)
            made = list(cells.observations_in(block, cast, spoken_of, own, heading))
            if cast.publisher and cast.publisher.kind == "district":
                entity, shown = section, None  # behind a table a district's report speaks of all again
        elif outline.opens_case(block.text):
            if case:
                case.close(cast)
            case = Case([block.text])
            entity, claimed = None, False
            continue
        elif block.is_heading:
            outline.heading(block.text)
            if case and not outline.case:
                case.close(cast)
                case = None
            if case:
                case.take(block.text)
            figures, accounted = Figures(), None
            heading, named = block.text.strip(), cast.mentions(block.text)
            entity = outline.whose(heading, named[-1].name if named else None)
            claimed = entity is not None
            section, shown = entity, None
            continue
        elif block.text.rstrip()[-1:].isdigit() and _CONTENTS_LINE.search(block.text):
            continue
        else:
            wholes = [o for o in found[-_LOOKED_BACK:] if _counts_a_whole(o)]
            made, behind, school = statements.observations_in(block, cast, entity, own, school, wholes)
            aside = _ASIDE.match(block.text) or (not made and _names_several(block.text, cast))
            entity = entity if aside else behind
            accounted = _of_the_accounts(made, block.text, accounted)
            if case:
                claimed = claimed or bool(cast.mentions(block.text))
                case.take(block.text, () if claimed else made)
            figures.take(made)
            if _is_of_all(block.text, made, cast):
                entity = section
            announced = units[1] if (units := _ANNOUNCES_UNITS.search(block.text)) else announced
            last = _SENTENCE_ENDS.split(block.text.rstrip("。； \n"))[-1]
            shown = entity if _SHOWS_TABLE.search(last) and cast.mentions(last) else None
        if outline.case and not isinstance(block, Table):
            for o in made:
                o.dims = {**o.dims, "coverage": outline.case}
        first = {o.char_start: o for o in reversed(made)}  # a number of a block is read once
        told = [*reversed(first.values())]
        for observation in told:
            _share(observation, shared)
        if isinstance(block, Table) and block.owners:
            unowned.append((block, told))
        else:
            if isinstance(block, Table) and cast.home and {o.entity for o in made} == {publisher}:
                nobodys.append(told)
            found += told
    for table, made in unowned:
        owners = dict.fromkeys(named.name for name in table.owners for named in cast.mentions(name)[:1])
        found += dealt_rows(made, table, list(owners), found)
    for made in nobodys:
        if owner := owner_by_rates(made, found, cast.schools, publisher or ""):
            for o in made:
                o.entity = owner
    if case:
        case.close(cast)
    return sorted(found, key=lambda o: o.char_start)


def _of_the_accounts(made: Iterable[Observation], text: str, accounted: Year | None) -> Year | None:
    """The year of which a section tells money behind a paragraph. One that speaks of no year tells that of the accounts before:
    2023年经费总收入…, and in the next paragraph: 总支出…. Student aid is of the school year, unless it is told of 同年.
    """
    money = [o for o in made if o.metric in vocabulary().accounts]
    if accounted and not years_in(text):
        same = made if _SAME_YEAR.match(text) else money
        for o in same:
            o.year, o.year_basis = accounted.value, accounted.basis
        return accounted
    dated = {(o.year, o.year_basis) for o in money}
    year, basis = next(iter(dated)) if len(dated) == 1 else (None, None)
    return Year(year, basis) if year and basis and basis != "report" else accounted


def _is_of_all(text: str, made: Iterable[Observation], cast: Cast) -> bool:
    """Whether a paragraph is on several schools, or opens with all of them (各校…) and comes to one: what follows is of all."""
    if len({o.entity for o in made if o.entity in cast.schools}) > 1:
        return True
    named = cast.mentions(text)
    return bool(named and cast.home) and named[0].name not in cast.schools and named[-1].name in cast.schools


def _names_several(text: str, cast: Cast) -> bool:
    """Whether a paragraph tells of several schools, and so not of the last of them behind it."""
    return len({named.name for named in cast.mentions(text)} & cast.schools.keys()) > 1


def _share(o: Observation, shared: dict[Hashable, Any]) -> None:
    """Hold what repeats in a document once: a third of the memory of its observations."""
    o.value = shared.setdefault((o.value,), o.value)  # in a tuple it is no float's equal
    o.label = shared.setdefault(o.label, o.label)
    o.unit_raw = shared.setdefault(o.unit_raw, o.unit_raw)
    o.confidence = shared.setdefault(o.confidence, o.confidence)
    o.dims = shared.setdefault(tuple(o.dims.items()), o.dims)


def _title(reading: Reading, text: str) -> str | None:
    """What the file says its title is, else the first lines that read like a report's title, rather one of somebody."""
    if reading.title and _TITLE.search(reading.title):
        return reading.title
    lines = [line.text.strip() for line in lines_of(text[:_OPENING])[:120]]
    titles = [
        _with_neighbours(lines, i)
        for i, line in enumerate(lines)
        if _TITLE.search(line) and len(line) <= 60 and not re.search(r"[。，]", line)
    ]
    # A running head or the name of a form may come first, and says only what kind of report it is.
    if titles:
        somebodys = [title for title in titles if _SOMEBODYS.search(title)]
        return next((title for title in somebodys if not _OF_A_FORM.match(title)), (*somebodys, *titles)[0])
    return reading.title or (lines[0][:80] if lines else None)


def _with_neighbours(lines: Sequence[str], i: int) -> str:
    """A title set on several lines: the school's name above it (perhaps in Latin letters too), a year below it."""
    title = lines[i]
    if not _SOMEBODYS.search(title):
        above = (line for line in reversed(lines[max(0, i - 4) : i]) if len(line) <= 40)
        title = next(filter(names_a_school, above), "") + title
    if i + 1 < len(lines) and re.fullmatch(r"[（(]?\s*20\d\d\s*年?度?\s*[)）]?", lines[i + 1]):
        title += lines[i + 1]
    return title
