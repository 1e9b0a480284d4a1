"""Can a tester carry a case out, and see whether it passed? A mechanical definition, written down in docs/GENERATION-QUALITY.md.

It looks at the words of a case and of its requirement alone, and shares no code and no word list with the product's own gates:
what they let through by mistake is to be seen here. A case is executable when no rule names a defect:

  steps                 there is at least one, each with an action and an expected result
  action                each action is a command, or says who does what; it is no statement and no rule
  stimulus              something is done before something is looked at: a case of "check whether …" alone is none
  one_action            no action joins a second one to the first
  concrete              the action names what it acts on, not just "the value"; nothing stands for a value;
                        no number is only compared with; a value of the data is one value
  data_used             the numbers of the test data stand in the title, the set-up or an action
  observable            each expected result is a statement that can be seen to hold or not: not vague, no rule, no question
  own_result            the expected result is more than the action again ("Open the log": "The log is opened" may be seen; "Check
                        whether X": "X", or the very same words, say nothing)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tests.bench.generation.executable_words import (
    BROKEN,
    COMPARED,
    FINITE,
    NAMES_NOTHING,
    NO_ACTION,
    OBSERVES,
    RULE,
    SECOND_ACTION,
    STANDS_IN,
    STATES_ZH,
    VAGUE,
)
from tests.bench.generation.model import WrittenCase
from tests.bench.generation.words import content_sequence, numbers

SAME: Final = 0.9
"""The share of the content words of the longer of two lines, above which one is the other again."""

_HANZI = re.compile(r"[\u3400-\u9fff]")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’|「[^」]*」|`[^`]*`|(?:https?:)?//\S+|link:\S+")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|vs|no|approx|incl|min|max|sec)\.", re.I)
_LEAD = re.compile(
    r"^(?:as|while|with|within|in|on|at|after|before|during|from|using|by|for|without|under)\b[^,]{1,120},\s*", re.I
)
_YING = re.compile(r"[响适相反供对效感顺][应]|应[用答急]")


def defects(case: WrittenCase, requirement: str) -> list[str]:
    """Every reason why `case` can't be carried out as it stands, `<rule>: <what>`; empty: it is executable."""
    return list(_defects(case, requirement))


def _defects(case: WrittenCase, requirement: str) -> Iterator[str]:
    if not case.steps or not all(step.action.strip() and step.expected.strip() for step in case.steps):
        yield "steps: an action or an expected result is missing"
        return
    acted = False
    for step in case.steps:
        action = step.action.strip()
        yield from _action(action, requirement)
        observes = is_observation(action)
        if observes and not acted:
            yield f"stimulus: nothing is done before “{action[:80]}”"
        acted = acted or not observes
        yield from _expected(step.expected.strip())
        if _letters(action) == _letters(step.expected) or (observes and same(action, step.expected)):
            yield f"own_result: “{step.expected[:80]}” only repeats the action"
    yield from _data(case, requirement)


def is_observation(action: str) -> bool:
    """Whether an action only looks whether a statement holds."""
    return bool(OBSERVES.match(_LEAD.sub("", action)))


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text.lower())


def same(one: str, other: str) -> bool:
    """Whether two lines have the same content words, all but a few."""
    a, b = set(content_sequence(one)), set(content_sequence(other))
    return bool(a and b) and len(a & b) >= SAME * max(len(a), len(b))


def is_rule(text: str) -> bool:
    """Whether a line tells what ought to be instead of what can be seen."""
    return bool(RULE.search(_YING.sub("  ", _QUOTED.sub(" ", text))))


def _action(action: str, requirement: str) -> Iterator[str]:
    bare = _ABBREVIATION.sub(" ", _QUOTED.sub("“”", action))
    chinese = bool(_HANZI.search(bare))
    if len(action) < (3 if chinese else 6):
        yield f"action: “{action}” is too short to be one"
    if not chinese and NO_ACTION.search(_LEAD.sub("", bare)):
        yield f"action: “{action[:80]}” is a statement"
    if BROKEN.search(bare):
        yield f"action: “{action[:80]}” is a statement behind a verb"
    if NAMES_NOTHING.search(bare.strip()):
        yield f"concrete: “{action[:80]}” names nothing in particular"
    if chinese and is_rule(action):
        yield f"action: “{action[:80]}” is a rule"
    if SECOND_ACTION.search(bare.strip().rstrip(".;。；")):
        yield f"one_action: “{action[:100]}”"


def _expected(expected: str) -> Iterator[str]:
    chinese = bool(_HANZI.search(expected))
    if len(expected) < (4 if chinese else 8) or VAGUE.search(expected):
        yield f"observable: “{expected[:80]}” is vague"
    elif "?" in _QUOTED.sub("", expected) or "？" in expected:
        yield f"observable: “{expected[:80]}” is a question"
    elif is_rule(expected):
        yield f"observable: “{expected[:80]}” is a rule"
    elif not (STATES_ZH if chinese else FINITE).search(_QUOTED.sub("“”", expected)):
        yield f"observable: “{expected[:80]}” states nothing"


def _data(case: WrittenCase, requirement: str) -> Iterator[str]:
    lines = [*case.preconditions, *(step.action for step in case.steps)]
    for line in (*lines, *case.test_data.values()):
        found = STANDS_IN.search(line)
        if found and found[0].lower() not in requirement.lower():
            yield f"concrete: “{found[0]}” stands for a value in “{line[:80]}”"
    given = set().union(*(numbers(v) for v in case.test_data.values() if not COMPARED.search(v)), set())
    for action in (step.action for step in case.steps):
        if (found := COMPARED.search(action)) and not given & numbers(_compared_away(action)):
            yield f"concrete: “{found[0]}” is compared with, no value is given in “{action[:80]}”"
    for name, value in case.test_data.items():
        if found := COMPARED.search(value):
            yield f"concrete: the data “{name}: {value[:60]}” give a range, not a value"
    told = set().union(*(numbers(line) for line in (case.title, *lines)), set())
    for name, value in case.test_data.items():
        if missing := numbers(value) - told:
            yield f"data_used: {', '.join(map(str, sorted(missing)))} of the data “{name}” stands in no step"


def _compared_away(action: str) -> str:
    """The action without the numbers that are only compared with."""
    return re.sub(COMPARED.pattern + r"[\d,.]*", " ", action, flags=re.I)
