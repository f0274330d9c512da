"""Whose is a case study (典型案例) in a district's report? The one school that it names, or whose kind it names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from extraction.entities import Cast
from extraction.records import Observation
from extraction.vocabulary import vocabulary

# Words by which a case means its own school, where the report has one of that kind.
_KINDS = {
    "technician": re.compile(r"技工(?:学校|院校|教育)|技师学院"),
    "special": re.compile(r"特殊教育学校|特教学校"),
}


@dataclass
class Case:
    """A case study that is being told: what it says, and the numbers of paragraphs in which nobody is named."""

    text: list[str] = field(default_factory=list)
    unclaimed: list[Observation] = field(default_factory=list)

    def take(self, text: str, observations: Iterable[Observation] = ()) -> None:
        """Take note of a heading or paragraph, and of its numbers where it is left open whose they are."""
        self.text.append(text)
        self.unclaimed += observations

    def close(self, cast: Cast) -> None:
        """The case is told: the numbers left open are its school's."""
        owner = self._owner(cast, "\n".join(self.text)) if self.unclaimed else None
        if owner:
            for observation in self.unclaimed:
                observation.entity = owner

    @staticmethod
    def _owner(cast: Cast, text: str) -> str | None:
        named = {mention.name for mention in cast.mentions(text) if mention.name in cast.schools}
        if not named:
            said = {kind for kind, words in _KINDS.items() if words.search(text)}
            named = {name for kind in said for name in cast.schools if _kind(name) == kind}
        return next(iter(named)) if len(named) == 1 else None


def _kind(name: str) -> str:
    """The kind of a school, by the end of its name; school_types has the longest suffix first."""
    types = vocabulary().school_types
    return next((types[suffix].kind for suffix in types if name.endswith(suffix)), "")
