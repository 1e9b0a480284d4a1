"""What a document is made of: sections, requirements, and the atoms that test design works on.

Every span is a pair of character offsets into `Document.text`, so that a quote can always be cut out verbatim:
`document.text[span.start:span.end]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final, Literal

Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Character offsets `[start, end)` into the text of the document."""

    start: int
    end: int

    def cut(self, text: str) -> str:
        """The part of `text` that the span names."""
        return text[self.start : self.end]


class AtomKind(StrEnum):
    """The smallest parts of a requirement that a test can exercise."""

    LIMIT = "limit"
    ENUMERATION = "enum"
    STATE = "state"
    ACTOR = "actor"
    CONDITION = "condition"
    ACTION = "action"
    OUTCOME = "outcome"
    FORMAT = "format"


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a range. `inclusive` tells whether `value` itself lies inside."""

    value: Decimal
    inclusive: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Limit:
    """An ordered range of a parameter, always told as the range that is *accepted* (or in which the rule applies).

    "Reject files larger than 25 MB" is `upper=25 inclusive`; `step` is the smallest difference that the text's own way of
    writing the number shows (1 for "8 characters", 0.01 for "49.90 EUR"), in `unit`. `accepts` is False where the range, as
    stated, tells when something *different* happens (approval, alert, lock: "超过 3 天必须审批" is `lower=3 exclusive`) and
    no accepted side can be read from the text: inside it the rule's own outcome shows, outside it does not; neither is refused.
    Both bounds set and `accepts` False: the range itself is refused. `multiple`: only multiples of it are accepted.
    """

    subject: str
    lower: Bound | None
    upper: Bound | None
    unit: str
    dimension: Literal["count", "length", "duration", "size", "money", "percent", "other"]
    step: Decimal
    accepts: bool = True
    multiple: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Enumeration:
    """The values that a parameter may take; `refused` are values that the text names as not allowed. `closed`: no others."""

    subject: str
    allowed: tuple[str, ...]
    refused: tuple[str, ...] = ()
    closed: bool = True


CharClass = Literal["letter", "upper", "lower", "digit", "hex", "space", "any"]
"""Classes of characters: `letter` is upper or lower; `any` is every printable character."""
KnownFormat = Literal[
    "e-mail", "date", "time", "date-time", "url", "ipv4", "ipv6", "uuid", "postal code", "phone", "iban", "isbn", "mac address",
    "currency code", "country code", "language code", "hostname", "json", "xml", "id card",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a format: `least` to `most` characters (None: no upper end), each of one of `classes` or one of `also`.

    Without classes `also` is a fixed text that stands there `least` times ("-", "INV-").
    """

    classes: tuple[CharClass, ...] = ()
    also: str = ""
    least: int = 1
    most: int | None = 1


@dataclass(frozen=True, slots=True)
class Format:
    """How a value is written. `pattern` is the text's own wording ("two letters followed by six digits", "YYYY-MM-DD").

    `syntax` is the sequence of runs, () where the text only names a well-known format (`known`); both are set for date and time
    patterns, whose digits must also make a date. `example` is one that the text gives, "" else. A `Limit` on the length of the
    same subject may stand beside it: then the lengths are the limit's, and the format is about the characters.
    """

    subject: str
    pattern: str
    syntax: tuple[Run, ...] = ()
    known: KnownFormat | None = None
    example: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """States of `subject` in which `event` is possible (`allowed`) or not (`refused`); `target` is where it leads, if told."""

    subject: str
    allowed: tuple[str, ...]
    refused: tuple[str, ...] = ()
    event: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Roles that may (`permitted`) or may not (`denied`) do `action`."""

    permitted: tuple[str, ...]
    denied: tuple[str, ...] = ()
    action: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition, as the clause words it. Conditions of one requirement with the same `group` are joined by `connective`.

    `negated` is the wording of the opposite ("the e-mail address is not confirmed"), from the text if it has one, else by rule.
    `holds` is False where the rule applies when the clause does *not* hold: "unless …", and "reject if …", because the rule is
    always the accepted side (as with `Limit`). So the rule applies iff all (`and`) or any (`or`) of a group have clause == holds.
    A condition that states a limit or a state has, when it is one of several, a `Limit` or `State` atom inside its own span.
    `trigger`: the clause names an event that starts the rule ("upon receipt of …", "…后"); its opposite shows nothing.
    `term`: alternatives of one group with the same term, not 0, hold together: "A and B, or C" has A and B in one term.
    """

    text: str
    negated: str
    connective: Literal["and", "or"] = "and"
    group: int = 0
    holds: bool = True
    trigger: bool = False
    term: int = 0


@dataclass(frozen=True, slots=True)
class Action:
    """What the actor or the system does; `modality` is what the text says of it."""

    text: str
    subject: str
    modality: Literal["must", "must_not", "may"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """An observable result. `polarity` negative: refusal, error, denial. `otherwise`: the result where the rule does not hold."""

    text: str
    polarity: Literal["positive", "negative"]
    otherwise: bool = False


AtomValue = Limit | Enumeration | Format | State | Actor | Condition | Action | Outcome
VALUE_TYPES: Final[Mapping[AtomKind, type]] = {
    AtomKind.LIMIT: Limit,
    AtomKind.ENUMERATION: Enumeration,
    AtomKind.STATE: State,
    AtomKind.ACTOR: Actor,
    AtomKind.CONDITION: Condition,
    AtomKind.ACTION: Action,
    AtomKind.OUTCOME: Outcome,
    AtomKind.FORMAT: Format,
}
"""What an atom of a kind holds: two types may have the same fields, so that only the kind tells them apart."""


@dataclass(frozen=True, slots=True)
class Atom:
    """One testable part. `id` is `<requirement id>/<kind>-<n>`, stable while the requirement's text stays."""

    id: str
    kind: AtomKind
    span: Span
    text: str
    value: AtomValue


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement. `id` is the one in the text, or `R-` and a hash of the normalised text where it has none.

    Unique inside its document. `span` covers the statement (without heading and id). `text == span.cut(document.text)`.
    """

    id: str
    text: str
    span: Span
    section: tuple[str, ...]
    language: Language
    given_id: bool
    atoms: tuple[Atom, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    title: str
    level: int
    span: Span
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a requirement that a person should look at; `proposal` says what to write instead, "" if nothing does."""

    requirement_id: str
    kind: str
    message: str
    span: Span | None = None
    proposal: str = ""
    severity: Literal["info", "warning"] = "warning"


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed document. `text` is its normalised text (LF line ends, NFC), the one that spans and quotes refer to."""

    title: str
    text: str
    language: Language
    media_type: str
    sections: tuple[Section, ...]
    requirements: tuple[Requirement, ...]
    findings: tuple[Finding, ...] = field(default=())
