"""Cases without a model: every test point worded by rules, as a tester would write it. The floor of every run."""

from __future__ import annotations

import re
from dataclasses import dataclass

from testgen_runtime.cases.model import Case, Step
from testgen_runtime.documents.model import Document, Language, Requirement
from testgen_runtime.generation import assembly, rules_en, rules_en_lists, rules_foreign, rules_steps, rules_zh
from testgen_runtime.generation.polarity import refuses
from testgen_runtime.generation.rules_en_parts import BEYOND_IT
from testgen_runtime.generation.rules_zh_results import stopped, warned
from testgen_runtime.generation.rules_zh_words import negated
from testgen_runtime.generation.similarity import restates
from testgen_runtime.generation.telling import Telling
from testgen_runtime.techniques.model import TestPoint

_LONGEST_TITLE = 200
_LONGEST_LINE = 1500


@dataclass(frozen=True, slots=True)
class Words:
    """How the rules word a point: what a case needs besides its data and its evidence."""

    title: str
    preconditions: tuple[str, ...]
    action: str
    expected: str
    before: tuple[tuple[str, str], ...] = ()
    """Steps (action, expected) that lead to the last one, `action`, where the technique lays down several."""

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        return (*self.before, (self.action, self.expected))


def words(requirement: Requirement, point: TestPoint, language: Language | None = None) -> Words:
    """The rules' wording of `point`; `language` None: the requirement's own. The same one each time."""
    spoken = language or requirement.language
    telling = Telling(requirement, point, spoken)
    own = rules_zh if spoken == "zh" else rules_en
    wording = own if spoken == requirement.language else rules_foreign
    expected = _short(_refusing(wording.expected(telling), telling), _LONGEST_LINE)
    told = rules_steps.steps(telling, wording.action(telling), expected)
    if wording is rules_en and not point.steps:
        told = rules_en_lists.steps(telling) or told
    if wording is rules_zh:
        told = rules_zh.told(told) if point.steps else rules_zh.steps(telling) or told
    *before, (action, expected) = [
        (_short(done, _LONGEST_LINE), _short(seen, _LONGEST_LINE) or _as_required(telling)) for done, seen in told
    ]
    return Words(
        title=_short(rules_steps.title(telling, wording.title(telling, expected)), _LONGEST_TITLE),
        preconditions=tuple(_short(line, _LONGEST_LINE) for line in wording.preconditions(telling)),
        action=action,
        expected=expected,
        before=tuple(before),
    )


def write(
    requirement: Requirement, point: TestPoint, *, document_id: str, document: Document, language: Language | None = None
) -> Case:
    """The case for `point`; `language` None: the requirement's own. Always gives a case, and the same one each time."""
    wording = words(requirement, point, language)
    return assembly.build(
        point,
        requirement,
        document_id=document_id,
        document=document,
        language=language or requirement.language,
        title=wording.title,
        preconditions=wording.preconditions,
        steps=tuple(Step(action=action, expected=expected) for action, expected in wording.steps),
    )


_AS_REQUIRED = {"en": "It is as required: {}", "zh": "符合要求：{}"}


def _as_required(telling: Telling) -> str:
    """What can be seen, where a text is so broken that no result can be read from it."""
    return _short(_AS_REQUIRED[telling.spoken].format(telling.requirement.text), _LONGEST_LINE)


_GIVEN_BACK = re.compile(r"\b(?:is|are) (?:returned|ejected|given back|sent back|skipped|ignored|dropped)\b", re.I)
"""How a thing that is not wanted ends; what is wanted may end so too, hence only where the point is a refusal."""
_GOOD = re.compile(
    r"\b(?:accept|allow|permit|grant|approv|sav|succe|pass|valid|complet|publish|open|creat|confirm)\w*|接受|通过|允许|成功|可以|准予|批准|生效|有效|正常|受理",
    re.I,
)
_DOES_NOT_HAPPEN = {"en": "This does not happen: {}", "zh": "以下结果不会出现：{}"}


def _refusing(expected: str, telling: Telling) -> str:
    """`expected`; where the point is a refusal that neither it nor the text words as one, said to be what does not happen."""
    point = telling.point
    if (
        point.polarity == "positive"
        or refuses(expected)
        or (point.expected and restates(expected, BEYOND_IT.sub("", point.expected)))
    ):
        return expected
    if telling.spoken == "en" and _GIVEN_BACK.search(expected):
        return expected
    if telling.spoken == telling.language == "zh" and warned(expected, telling.requirement.text):
        return expected
    if telling.spoken == telling.language == "zh" and (act := stopped(expected, telling)):
        return f"{expected.rstrip('。')}，不允许{act}。"
    if telling.outcomes and all(outcome.otherwise for outcome in telling.outcomes) and not _GOOD.search(expected):
        return expected  # "…, otherwise the account is deleted": what becomes of it
    if telling.spoken == telling.language == "zh" and refuses(turned := negated(expected.rstrip("。"))):
        return f"{turned}。"
    return _DOES_NOT_HAPPEN[telling.spoken].format(expected)


def _short(text: str, longest: int) -> str:
    """One line of at most `longest` characters, cut between words."""
    text = " ".join(text.split())
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[longest // 2 :] else cut).rstrip(" ,;，；")
