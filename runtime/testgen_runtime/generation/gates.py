"""What a case must be before it is shown: named checks, pure, each with the reason it turned a case away."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from testgen_runtime.cases.model import Case
from testgen_runtime.documents.model import Actor, Atom, Document, Enumeration, Requirement, State
from testgen_runtime.generation.invention import check_told_as_action, invented_names, rule_told_as_result
from testgen_runtime.generation.polarity import accepts, refusals, refuses
from testgen_runtime.generation.quantities import all_stated, stated
from testgen_runtime.generation.similarity import grams, jaccard, restates, substance
from testgen_runtime.techniques.model import TestPoint

NEAR_DUPLICATE: Final = 0.9
"""Jaccard similarity of character 4-grams above which two cases with the same data and set-up are one."""
SAME_WORDS: Final = 0.97
"""The same, for cases that turn on different atoms."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a case is turned away: the gate's name and words for a person."""

    gate: str
    reason: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What a gate may know besides the case itself."""

    requirement: Requirement
    document: Document
    point: TestPoint
    accepted: Sequence[Case]


Gate = Callable[[Case, Facts], str | None]
"""Returns the reason to turn a case away, or None."""


def texts(case: Case) -> list[str]:
    """Every line of a case that somebody wrote."""
    steps = [line for step in case.steps for line in (step.action, step.expected)]
    return [case.title, *case.preconditions, *steps, *case.test_data.values()]


def quote_is_verbatim(case: Case, facts: Facts) -> str | None:
    """Every quote stands in the document, at the place that the evidence names, inside the requirement's statement."""
    for item in case.evidence:
        if not item.quote.strip() or facts.document.text[item.start : item.end] != item.quote:
            return f"the quote is not in the document at {item.start}..{item.end}"
        if item.start >= facts.requirement.span.end or item.end <= facts.requirement.span.start:
            return "the quote is from another requirement"
    return None


def numbers_are_known(case: Case, facts: Facts) -> str | None:
    """Every number comes from the requirement's text or is a value of the point (a boundary or an example)."""
    known = stated(facts.requirement.text, soft=True) | all_stated(facts.requirement.section, soft=True)
    for value in facts.point.inputs.values():
        known |= stated(f"{value.value} {value.unit}", soft=True)
    known |= all_stated((facts.point.action, facts.point.expected, *facts.point.preconditions), soft=True)
    if unknown := all_stated(texts(case)) - known:
        return f"{', '.join(format(n, 'f') for n in sorted(unknown))}: not in the requirement and no value of this test"
    return None


_VAGUE: Final = re.compile(
    r"^(ok(ay)?|pass(ed)?|success(ful)?|done|works?( correctly| properly| fine| as (expected|intended|designed))?|"
    r"correct(ly)?|as expected|"
    r"expected result|n/?a|none|yes|no|true|false|valid|invalid|成功|通过|正常|正确|符合预期|与预期一致|无|是|否|有效|"
    r"无效)[.!。！]?$|"
    r"\b(works? (correctly|properly|fine|as (expected|intended|designed))|as expected|behaves? (correctly|properly|"
    r"as expected))\b|"
    r"(符合|与)预期(一致|结果)?[。.]?$|工作正常|运行正常|功能正常",
    re.I,
)  # fmt: skip


def expected_is_observable(case: Case, facts: Facts) -> str | None:
    """Every step says what can be seen after it: a statement of its own, not "works as expected", not the action again."""
    for step in case.steps:
        expected = step.expected.strip()
        if len(expected) < (4 if _has_hanzi(expected) else 8) or _VAGUE.search(expected):
            return f"“{expected[:60]}” is nothing that can be seen"
        if _squeezed(expected) == _squeezed(step.action):
            return "the expected result repeats the action"
        if "?" in expected or "？" in expected:
            return "the expected result is a question"
    return None


_PLACEHOLDER: Final = re.compile(
    r"<[A-Za-z_ ][^<>]{0,40}>|\[[A-Za-z_ .]{1,40}\]|\{\{?[^{}]{0,60}\}?\}|\$\{|\b(TBD|TODO|FIXME|XXX+|lorem ipsum|"
    r"foo ?bar)\b|\.\.\.$|…$|待定|待补充|某某|"
    r"\b(an? |some |the )?(in)?valid (input|value|data|test data)s?\b|\bappropriate (value|data)s?\b|(有效|无效|合法|"
    r"非法|适当|合适)的?(输入|数据|值)|"
    r"\b(the system shall|verify that the system shall)\b",
    re.I,
)  # fmt: skip
_TWO_ACTIONS: Final = re.compile(
    r"(?:(?:\.\s+|[;。；]\s*)\S.{8,})|\b(?:and then|then|after that|afterwards)\s+(?:click|press|enter|open|submit|"
    r"select|log|sign|send|upload|check|save|wait)\b|"
    r"\band (?:click|press|submit|save|confirm|check|verify|observe)\b|(?:然后|接着|随后|之后再|并且?)(?:点击|按下|"
    r"输入|打开|提交|选择|登录|发送|上传|检查|保存|确认|观察|验证)",
    re.I,
)  # fmt: skip


def steps_are_executable(case: Case, facts: Facts) -> str | None:
    """Each step is one action with concrete words: nothing empty, no placeholder, no second action behind the first."""
    own = facts.requirement.text.lower()
    squeezed = _squeezed(own)
    for step in case.steps:
        action = step.action.strip()
        if len(action) < (3 if _has_hanzi(action) else 6):
            return f"“{action}” is no action"
        if (found := _TWO_ACTIONS.search(action.rstrip(".;。；"))) and _squeezed(found[0]) not in squeezed:
            return f"“{action[:60]}” is more than one action"
    for line in (case.title, *case.preconditions, *(line for step in case.steps for line in (step.action, step.expected))):
        found = _PLACEHOLDER.search(line)
        if found and found[0].lower() not in own:
            return f"“{found[0]}” stands for a value that is missing"
    if not case.steps:
        return "there is no step"
    return None


def matches_point(case: Case, facts: Facts) -> str | None:
    """The case tests its point: its values are used, no other value of the same parameter is entered, its verdict is "
    "the point's."""
    point = facts.point
    if case.test_point != point.id or case.polarity != point.polarity or facts.requirement.id not in case.requirement_ids:
        return "it names another point, polarity or requirement"
    set_up = " ".join((case.title, *case.preconditions, *(step.action for step in case.steps)))
    entered = " ".join(step.action for step in case.steps)
    for name, value in point.inputs.items():
        if value.unit or stated(value.value):
            if not stated(value.value) <= stated(set_up, soft=True):
                return f"{name} {value.value} {value.unit} is not used"
        elif not _mentions(set_up, value.value) and not _mentions(" ".join(case.test_data.values()), value.value):
            return f"{name} “{value.value}” is not used"
    if other := _other_value(entered, facts):
        return f"“{other}” is another value than this test's"
    return _contradiction(case, point)


def _other_value(entered: str, facts: Facts) -> str | None:
    """A number with an input's unit, or another member of an input's list, that the actions use in place of the point's."""
    own = set().union(*(stated(v.value) for v in facts.point.inputs.values()), set())
    for value in facts.point.inputs.values():
        if value.unit:
            for number in re.finditer(rf"(?<![\w.])(\d[\d,]*(?:\.\d+)?)\s*{re.escape(value.unit)}", entered, re.I):
                if not stated(number[1]) <= own and not _COMPARED.search(entered[: number.start()]):
                    return number[0]
    chosen = {v.value.lower() for v in facts.point.inputs.values()}
    for name in _members(facts.requirement.atoms):
        lowered = name.lower()
        beside = lowered not in chosen and not any(lowered in value for value in chosen)
        if beside and _mentions(entered, name) and chosen & _member_values(facts.requirement.atoms, name):
            return name
    return None


_COMPARED: Final = re.compile(
    r"(than|at least|at most|up to|under|over|below|above|exceed\w*|超过|少于|多于|大于|小于|不足|低于|高于|至少|至多|最多)\s*$",
    re.I,
)


def _lists(atoms: Sequence[Atom]) -> list[tuple[str, ...]]:
    """The values that exclude each other: the members of each list, all states, all roles."""
    states = [name for atom in atoms if isinstance(atom.value, State) for name in (*atom.value.allowed, *atom.value.refused)]
    roles = [name for atom in atoms if isinstance(atom.value, Actor) for name in (*atom.value.permitted, *atom.value.denied)]
    lists = [(*atom.value.allowed, *atom.value.refused) for atom in atoms if isinstance(atom.value, Enumeration)]
    return [*lists, tuple(states), tuple(roles)]


def _members(atoms: Sequence[Atom]) -> list[str]:
    return [name for names in _lists(atoms) for name in names]


def _member_values(atoms: Sequence[Atom], name: str) -> set[str]:
    """The list that `name` is a member of, in lower case."""
    return {other.lower() for names in _lists(atoms) if name in names for other in names}


def _contradiction(case: Case, point: TestPoint) -> str | None:
    last = case.steps[-1].expected
    if point.polarity == "negative":
        told = refuses(last) or (point.expected != "" and not refuses(point.expected) and restates(last, point.expected))
        return None if told else "the point is a refusal, the expected result is not"
    given = (point.expected, point.action, *point.preconditions, *point.inputs, *(value.value for value in point.inputs.values()))
    own = " ".join(given).lower()
    if any(word[:4] not in own for word in refusals(last)):
        return "the point is accepted, the expected result refuses"
    if any(word[:4] not in own for word in refusals(case.title)) and not accepts(case.title):
        return "the point is accepted, the title refuses"
    return None


def language_matches(case: Case, facts: Facts) -> str | None:
    """Each line is in the case's language; words of the requirement may stay as they are written there."""
    point = facts.point
    own = " ".join(
        (facts.requirement.text, *point.inputs, *(v.value + v.unit for v in point.inputs.values()), *point.preconditions)
    )
    steps = [line for step in case.steps for line in (step.action, step.expected)]
    for line in (case.title, *case.preconditions, *steps):
        if case.language == "zh":
            if not _has_hanzi(line):
                return f"“{line[:60]}” is not Chinese"
        else:
            for run in _HANZI_RUN.findall(line):
                if run not in own:
                    return f"“{run[:30]}” is not English"
            if not _LATIN.search(line):
                return f"“{line[:60]}” is not English"
    return None


_HANZI_RUN: Final = re.compile(r"[\u3400-\u9fff]+")
_LATIN: Final = re.compile(r"[A-Za-z]{2,}")


def is_no_duplicate(case: Case, facts: Facts) -> str | None:
    """No accepted case of the requirement is the same test: not the same point, nor nearly the same words with the same data.

    Two lines of one list may differ in little; where the points turn on different atoms, only the very same words are a repeat.
    """
    own = grams(substance(case))
    for other in facts.accepted:
        if other.id == case.id:
            return f"the point already has the case {other.id}"
        if other.title.strip().lower() == case.title.strip().lower():
            return f"it has the title of {other.id}"
        if (other.test_data, other.preconditions) == (case.test_data, case.preconditions):
            limit = NEAR_DUPLICATE if other.atom_ids[:1] == case.atom_ids[:1] else SAME_WORDS
            if jaccard(own, grams(substance(other))) > limit:
                return f"it repeats {other.id}"
    return None


_LEAK: Final = re.compile(
    r"```|<\|[^|>]{1,40}\|>|</?(?:s|system|assistant|user|document|requirement|context|instructions?)>|\[/?INST\]|<<SYS>>|###\s*(?:instruction|response|system|human|assistant)|"
    r"^\s*(?:system|assistant|user|human|ai)\s*:|\b(?:as an ai|language model|ignore (?:all |the )?(?:previous|above)|"
    r"json schema|test point|point_id|"
    r"TP-[0-9a-f]{12})\b|作为(?:一个)?(?:AI|人工智能|语言模型)|忽略(?:以上|之前|上述)|提示词",
    re.I | re.M,
)  # fmt: skip


def no_instruction_leak(case: Case, facts: Facts) -> str | None:
    """Nothing of the prompt, its fences, role markers or a chat leaks into a case, unless the requirement itself says it."""
    for line in texts(case):
        if (found := _LEAK.search(line)) and found[0].strip().lower() not in facts.requirement.text.lower():
            return f"“{found[0].strip()[:40]}” is not part of a test case"
    return None


def nothing_is_invented(case: Case, facts: Facts) -> str | None:
    """A model's words name no state, button or message that the document does not have, and tell results as results."""
    if case.written_by != "model":
        return None
    point = facts.point
    known = " ".join(
        (
            facts.document.text,
            point.action,
            point.expected,
            *point.preconditions,
            *(f"{k} {v.value} {v.unit}" for k, v in point.inputs.items()),
        )
    )
    steps = [line for step in case.steps for line in (step.action, step.expected)]
    for name in invented_names((case.title, *steps), known):
        return f"“{name[:60]}” is named nowhere in the document"
    for step in case.steps:
        if word := rule_told_as_result(step.expected):
            return f"“{word}” tells a rule, not a result"
        if word := check_told_as_action(step.action):
            return f"“{word}” tells a check, not an action"
    return None


GATES: Final[tuple[Gate, ...]] = (
    quote_is_verbatim,
    numbers_are_known,
    expected_is_observable,
    steps_are_executable,
    matches_point,
    language_matches,
    is_no_duplicate,
    no_instruction_leak,
    nothing_is_invented,
)


def judge(
    case: Case, requirement: Requirement, document: Document, point: TestPoint, accepted: Sequence[Case]
) -> list[Rejection]:
    """Every reason to turn `case` away; empty: it may be kept. `accepted` are the cases that the requirement has so far."""
    facts = Facts(requirement, document, point, accepted)
    return [Rejection(gate.__name__, reason) for gate in GATES if (reason := gate(case, facts)) is not None]


def _has_hanzi(text: str) -> bool:
    return bool(_HANZI_RUN.search(text))


def _squeezed(text: str) -> str:
    return re.sub(r"\W+", "", text.lower())


def _mentions(text: str, value: str) -> bool:
    """Whether `text` has all of `value`'s words (whole words in English, the characters in order in Chinese)."""
    if _has_hanzi(value):
        return _squeezed(value) in _squeezed(text)
    words = re.findall(r"[\w.+#/-]*\w[\w.+#/-]*", value.lower())
    if not words:
        return re.search(rf"(?<![^\s“\"]){re.escape(value)}(?![^\s”\".,;])", text) is not None
    return all(re.search(rf"(?<![\w]){re.escape(word)}(?![\w])", text.lower()) for word in words)
