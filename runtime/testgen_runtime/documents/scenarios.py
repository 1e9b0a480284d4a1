"""Given/When/Then: a scenario is one requirement; what is given are its conditions, when is its action, then are its outcomes.

A scenario is an example: the numbers in it are values, no limits. An outline gives one requirement for each row of its examples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from testgen_runtime.documents.atoms.extract import atoms as read_atoms
from testgen_runtime.documents.model import Action, Atom, AtomKind, AtomValue, Condition, Language, Outcome, Span
from testgen_runtime.documents.view import view

Part = Literal["given", "when", "then"]
_STEP = re.compile(
    r"^[ \t>]*(?:[-*+•][ \t]+|\d{1,3}[.)、][ \t]*)?[*_]{0,2}"
    r"(?:(?P<given>Given|假如|假设|假定)|(?P<when>When|当)|(?P<then>Then|那么)|"
    r"(?P<more>And|But|而且|并且|同时|但是|且|\*))[*_]{0,2}(?:(?<=[a-z*_])[ \t]+|[ \t:：，,]*)(?P<text>\S[^\n]*)",
    re.MULTILINE,
)
_EXAMPLES = re.compile(
    r"^[ \t]*(?:Examples|Scenarios|例子)[ \t]*[:：][^\n]*\n(?P<table>(?:[ \t]*(?:\|[^\n]*|#[^\n]*)?(?:\n|\Z)){1,500})",
    re.MULTILINE,
)
_PLACE = re.compile(r"<([^<>\n]{1,60})>")
_MOST_EXAMPLES: Final = 50
_MOST_STEPS: Final = 60


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a scenario; `text` has the values of the example in the place of names."""

    part: Part
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """The steps of a scenario, those of its background before them. `span` is the scenario with the row of its example."""

    span: Span
    steps: tuple[Step, ...]

    @property
    def wording(self) -> str:
        """What a made-up id is made of."""
        return "\n".join(step.text for step in self.steps)


def scenarios(text: str, span: Span, background: Span | None = None) -> Iterator[Scenario]:
    """The scenario in `span`, or one for each row of the examples of an outline. None where it has no Then."""
    body = span.cut(text)
    tables = list(_EXAMPLES.finditer(body))
    end = span.start + (tables[0].start() if tables else len(body))
    steps = list(_steps(text, Span(span.start, end)))
    if background is not None and steps:
        steps = _under(list(_steps(text, background)), steps)
    if not any(step.part == "then" for step in steps):
        return
    rows = [row for table in tables for row in _rows(text, span.start + table.start("table"), table["table"])][:_MOST_EXAMPLES]
    if not rows:
        yield Scenario(Span(span.start, end if tables else span.end), tuple(steps))
    for values, stop in rows:
        yield Scenario(Span(span.start, stop), tuple(replace(s, text=_filled(s.text, values)) for s in steps))


def expanded(body: str) -> list[str]:
    """The lines of a scenario; of an outline once for each row of its examples, with the values in the place of names."""
    found = _EXAMPLES.search(body)
    if found is None:
        return [body]
    head, _, steps = body[: found.start()].partition("\n")
    out: list[str] = []
    for table in _EXAMPLES.finditer(body):
        for values, _ in _rows("", 0, table["table"]):
            shown = ", ".join(f"{name} {value}" for name, value in values.items())
            out.append(f"{head} ({shown})\n{_filled(steps, values)}".rstrip())
    return out[:_MOST_EXAMPLES] or [body]


def atoms(text: str, scenario: Scenario, requirement_id: str, language: Language) -> tuple[Atom, ...]:
    """A condition for each Given, an action for each When, an outcome for each Then."""
    out: list[Atom] = []
    counts: dict[AtomKind, int] = {}
    for step in scenario.steps:
        kind, value = _value(text, step, language)
        counts[kind] = counts.get(kind, 0) + 1
        out.append(Atom(f"{requirement_id}/{kind.value}-{counts[kind]}", kind, step.span, step.span.cut(text), value))
    return tuple(out)


def _value(text: str, step: Step, language: Language) -> tuple[AtomKind, AtomValue]:
    if step.part == "given":
        # Its opposite shows nothing that the scenario tells.
        return AtomKind.CONDITION, Condition(step.text, step.text, trigger=True)
    if step.part == "when":
        return AtomKind.ACTION, Action(step.text, "", "must")
    found = read_atoms(view(text, [step.span]), text, "then", language)
    refused = next((a.value.polarity for a in found if isinstance(a.value, Outcome)), "positive") == "negative"
    return AtomKind.OUTCOME, Outcome(step.text, "negative" if refused else "positive")


def _steps(text: str, span: Span) -> Iterator[Step]:
    part: Part = "given"
    body = span.cut(text)
    for count, match in enumerate(_STEP.finditer(body)):
        if count >= _MOST_STEPS:
            return
        part = "given" if match["given"] else "when" if match["when"] else "then" if match["then"] else part
        begin = span.start + match.start("text")
        inner = Span(begin, begin + len(match["text"].rstrip(" \t.。;；,，")))
        if inner.end > inner.start:
            yield Step(part, inner, " ".join(inner.cut(text).replace("**", "").split()))


def _under(background: Sequence[Step], steps: list[Step]) -> list[Step]:
    """The steps with what the background gives before them: it stands elsewhere in the text, so the first step tells it."""
    if not background:
        return steps
    joint = "，" if any("\u4e00" <= c <= "\u9fff" for c in background[0].text) else ", and "
    before = joint.join(step.text for step in background)
    if steps[0].part == "given":
        return [replace(steps[0], text=before + joint + steps[0].text), *steps[1:]]
    return [Step("given", steps[0].span, before), *steps]


def _rows(text: str, start: int, table: str) -> Iterator[tuple[Mapping[str, str], int]]:
    """(values by name, where the row ends) of a table of examples."""
    names: Sequence[str] = ()
    at = start
    for line in table.splitlines(keepends=True):
        bare = line.strip()
        if bare.startswith("|"):
            cells = [c.strip() for c in bare.strip("|").split("|")]
            if not names:
                names = cells
            elif set(bare) - set("|-: "):
                yield dict(zip(names, cells, strict=False)), at + len(line.rstrip())
        at += len(line)


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda m: values.get(m[1].strip(), m[0]), text)
