"""The records that leave extraction: document, entity, observation (see docs/extraction.md)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal

YearBasis = Literal["school", "calendar", "fiscal", "report"]
EntityKind = Literal["school", "district"]

UNMAPPED = "unmapped"
UNSURE = 0.2
"""The confidence of a number without a meaning."""


@dataclass(frozen=True)
class Document:
    """A landed file, read or rejected.

    `chars` counts the Unicode code points of the landed text, which every offset of the document refers to.
    A rejected document has a `reason` and no observations; `note` says what of a read one could not be read.
    """

    sha256: str
    reader: str
    reader_version: str
    status: Literal["read", "rejected"]
    reason: str | None = None
    content_type: str | None = None
    title: str | None = None
    publisher: str | None = None
    report_year: int | None = None
    chars: int = 0
    tables: int = 0
    observations: int = 0
    unmapped: int = 0
    note: str | None = None


@dataclass(frozen=True)
class Entity:
    """A school or district that a document speaks of, under its official name as far as that is known.

    `provisional` says that the vocabulary does not know the name; `short_names` are those the document uses for it.
    """

    name: str
    kind: EntityKind
    role: Literal["publisher", "mentioned"] = "mentioned"
    provisional: bool = False
    short_names: tuple[str, ...] = ()


@dataclass(slots=True)
class Observation:
    """One number as printed in one report.

    `landed_text[char_start:char_end] == raw`, always. `value` is in `unit`, the metric's canonical unit;
    `unit_raw` is the unit as printed (beside the number, in a header or in a caption). `metric` is a code of
    the metric vocabulary or `unmapped`. `where` is `表12` or `prose`. `quote` is the sentence, or the header path
    and row, that a reviewer is shown. Nobody changes it once `extract` has handed it out; it is not `frozen` as it is made
    more often than anything else, and that would take three times as long.
    """

    char_start: int
    char_end: int
    raw: str
    value: Decimal
    unit: str
    unit_raw: str
    metric: str
    label: str
    entity: str | None
    year: int | None
    year_basis: YearBasis | None
    where: str
    method: str
    confidence: float
    dims: dict[str, str] = field(default_factory=dict)
    quote: str = ""

    def unmapped(self) -> Observation:
        """The same number, as printed and without a meaning."""
        return replace(self, metric=UNMAPPED, dims={}, confidence=UNSURE)

    def as_json(self) -> dict[str, Any]:
        """The contract's field names with JSON types; `value` an integer where it is one."""
        row = asdict(self)
        row["value"] = int(self.value) if self.value == self.value.to_integral_value() else float(self.value)
        return row


@dataclass(frozen=True)
class Extraction:
    """All that was read out of one landed file; `landed_text` is what the offsets refer to."""

    document: Document
    entities: tuple[Entity, ...] = ()
    observations: tuple[Observation, ...] = ()
    landed_text: str = ""

    def as_json(self) -> dict[str, Any]:
        """Document, entities and observations as one JSON object; the landed text is stored beside it."""
        return {
            "document": asdict(self.document),
            "entities": [asdict(entity) for entity in self.entities],
            "observations": [observation.as_json() for observation in self.observations],
        }
