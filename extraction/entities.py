"""Who is spoken of: the schools and the district of a report, under their names and short names.

A school is recognised by the text itself: a full name (a place, then a name, then a kind of school) introduces it, and
the short forms of that name lead back to it. A school that the vocabulary does not know is provisional.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

from extraction.records import Entity
from extraction.vocabulary import squeeze, vocabulary

_NAME = r"[\u4e00-\u9fff]{0,14}?"
_THAT_SCHOOL = re.compile(r"该校|该中心|该院")
_BRACKETED = re.compile(r"[（(][^（）()]*[）)]|[（(][^（）()]*$|^[^（）()]*[）)]")
_A_BRACKET = re.compile(r"[（()）]")
_THE_SCHOOL = re.compile(r"(?<![\u4e00-\u9fff])(?:我校|本校|学校)")
_THE_DISTRICT = re.compile(r"全区|全县|我区|我县|区域内|辖区内|各中等职业学校|各中职学校|各校")


# Words that make a name a description: 重庆市高水平中等职业学校, 渝北区各中等职业学校.
_DESCRIPTION = re.compile(
    r"[的各及和与等所在为了由被将]|民办|公办|高水平|全日制|重点|示范|主办|中等$|^中等|重视|搞好|加大|[现共设拥]有|一批|多所|区域|辖区"
)
# Kinds of which a district has one, so that its name needs no more than the district: 荣昌区职业教育中心.
_ONE_A_DISTRICT = ("vocational_centre", "special")


@lru_cache(maxsize=1)
def _full_name() -> re.Pattern[str]:
    place = "|".join(map(re.escape, sorted(vocabulary().districts, key=len, reverse=True)))
    suffixes = "|".join(map(re.escape, vocabulary().school_types))
    # Every way to open it opens with a character, so that the search skips to these.
    return re.compile(rf"(?P<place>重庆市?(?:{place})?|{place})(?P<own>{_NAME})(?P<suffix>{suffixes})")


def school_names(text: str) -> list[tuple[int, str]]:
    """Offsets and full names of schools in a text, in order."""
    return [(m.start(), m.group()) for m in _full_name().finditer(text) if _is_name(*m.groups())]


@lru_cache(maxsize=4_096)
def _is_name(place: str, own: str, suffix: str) -> bool:
    if not own:
        kind = vocabulary().school_types[suffix].kind
        return kind in _ONE_A_DISTRICT and place not in ("重庆", "重庆市")
    return len(own) >= 2 and not _DESCRIPTION.search(own)


@lru_cache(maxsize=4_096)
def short_names(name: str) -> frozenset[str]:
    """The short forms that reports use for a school: 重庆益民技工学校 -> 益民技工学校, 益民技校, …

    Generic forms such as 职教中心 are among them; they count only where one school of the report answers to them.
    """
    stem, suffix = name, ""
    shorts: tuple[str, ...] = ()
    for known, school_type in vocabulary().school_types.items():
        if name.endswith(known):
            stem, suffix, shorts = name[: -len(known)], known, school_type.short_suffixes
            break
    forms = {name}
    stems = {stem, re.sub(r"^重庆市?", "", stem)}
    for place in sorted(vocabulary().districts, key=len, reverse=True):
        stems |= {s.removeprefix(place) for s in set(stems) if s.startswith(place)}
    for part in stems:
        forms |= {part + tail for tail in (suffix, *shorts)}
    return frozenset(form for form in forms if len(form) >= 3)


class Mention(NamedTuple):
    """A name in a text: where it stands and whose it is."""

    start: int
    end: int
    name: str


def _outside_brackets(text: str) -> str:
    """The text with all that stands in brackets blanked out, in its place."""
    if _A_BRACKET.search(text) is None:
        return text
    return _BRACKETED.sub(lambda match: "　" * len(match.group()), text)


def _lists_schools(named: Sequence[Mention], text: str) -> bool:
    """Whether the last two names are two schools of one list: 甲职业中学、乙技工学校."""
    if len(named) < 2 or named[-1].name == named[-2].name:
        return False
    return re.fullmatch(r"[、，,和及与\s　]+|以及", text[named[-2].end : named[-1].start]) is not None


@dataclass
class Cast:
    """The entities of one document, found in one pass over its text.

    `publisher` speaks in the report: the school of a school's report, the district of a district's.
    """

    publisher: Entity | None
    schools: Mapping[str, Entity] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    principal: str | None = None
    _mentioned: dict[str, tuple[Mention, ...]] = field(default_factory=dict, init=False, repr=False)

    def mentions(self, text: str) -> Sequence[Mention]:
        """The schools and the district spoken of in a text, in order, under their official names."""
        if text not in self._mentioned:
            names = self._names.finditer(text) if self._names else ()
            found = [Mention(m.start(), m.end(), self.aliases[m.group()]) for m in names]
            if self.publisher and self._own_words:
                own = self._own_words.finditer(text)
                found += [Mention(m.start(), m.end(), self.publisher.name) for m in own]
            self._mentioned[text] = tuple(sorted(found))
        return self._mentioned[text]

    @cached_property
    def _own_words(self) -> re.Pattern[str] | None:
        """A finder of the words by which a district's report means the district; None for a school's report."""
        if not self.publisher or self.publisher.kind != "district":
            return None
        name = re.escape(self.publisher.name)
        return re.compile(
            rf"{_THE_DISTRICT.pattern}|{name}(?<![\u4e00-\u9fff]{name})(?=现有|共有|有|职业|中职|中等)"
        )

    def spoken_of(
        self, text: str, before: str | None, school: str | None = None
    ) -> tuple[str | None, str | None]:
        """Who a stretch of text speaks of, and the school last named.

        The last name decides, but a list of schools is spoken of as a whole, that is of the publisher, and a name in
        brackets explains another. 该校 is the school last named; in a district's report 学校 without one is its
        principal school; else the text speaks of whom it spoke before.
        """
        outside = _outside_brackets(text)
        named = self.mentions(outside)
        if _lists_schools(named, outside) and self.publisher:
            return self.publisher.name, school
        schools = [mention.name for mention in named if mention.name in self.schools]
        school = schools[-1] if schools else school
        if school and _THAT_SCHOOL.search(outside, named[-1].end if named else 0):
            return school, school
        if named:
            return named[-1].name, school
        if before is None and self.publisher:
            return (self.principal if self._means_a_school(text) else self.publisher.name), school
        return before, school

    def _means_a_school(self, text: str) -> bool:
        return bool(
            self.principal
            and self.publisher
            and self.publisher.kind == "district"
            and _THE_SCHOOL.search(text)
        )

    @cached_property
    def _names(self) -> re.Pattern[str] | None:
        """A finder of all names and short names, the longest first; None where the document names no school."""
        longest_first = sorted(self.aliases, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def entities(self, observed: Iterable[str]) -> tuple[Entity, ...]:
        """The publisher and every school named, each once; `observed` are names that carry numbers."""
        found = {e.name: e for e in ([self.publisher] if self.publisher else [])}
        for name, entity in self.schools.items():
            found.setdefault(name, entity)
        for name in observed:
            found.setdefault(
                name, Entity(name, "district" if name in vocabulary().districts.values() else "school")
            )
        return tuple(found.values())


def cast_of(text: str, title: str, publisher_line: str | None) -> Cast:
    """Find who a document speaks of: its schools, and its publisher from the title, then from the page's own words."""
    counted = Counter(name for _, name in school_names(text))
    known = vocabulary().schools
    official = {name: known.get(squeeze(name), name) for name in counted}
    owners = _owners(official.values())
    schools = {
        name: Entity(
            name,
            "school",
            provisional=squeeze(name) not in known,
            short_names=tuple(sorted(s for s, n in owners.items() if n == name and s != name and s in text)),
        )
        for name in dict.fromkeys(official.values())
    }
    mentioned = Counter(
        {name: sum(text.count(s) for s, n in owners.items() if n == name) for name in schools}
    )
    publisher = (
        _publisher(title, schools)
        or _publisher(publisher_line or "", schools)
        or _publisher(text[:600], schools)
    )
    principal = mentioned.most_common(1)[0][0] if mentioned else None
    return Cast(publisher, schools, owners, principal)


def _owners(names: Iterable[str]) -> dict[str, str]:
    """Short name -> the one school that answers to it; a form shared by two schools leads to neither."""
    claims: dict[str, set[str]] = {}
    for name in names:
        for form in short_names(name):
            claims.setdefault(form, set()).add(name)
    for form, official in vocabulary().schools.items():
        if official in claims.get(official, set()):
            claims.setdefault(form, set()).add(official)
    return {form: next(iter(owners)) for form, owners in claims.items() if len(owners) == 1 or form in owners}


def _publisher(text: str, schools: Mapping[str, Entity]) -> Entity | None:
    """The school a text names first, else the district it names first."""
    named = [name for _, name in school_names(text) if name in schools] or [
        vocabulary().schools.get(squeeze(name), name) for _, name in school_names(text)
    ]
    if named:
        base = schools.get(named[0]) or Entity(named[0], "school", provisional=True)
        return Entity(base.name, "school", "publisher", base.provisional, base.short_names)
    district = district_in(text)
    return Entity(district, "district", "publisher") if district else None


def district_in(text: str) -> str | None:
    """Official name of the first district that a text names, else None."""
    found = [
        (text.find(name), -len(name), official)
        for name, official in vocabulary().districts.items()
        if name in text
    ]
    specific = [f for f in found if not f[2].startswith("重庆")]
    return min(specific or found, default=(0, 0, None))[2]
