"""What decides in Chinese rules, as variables with the values that are worth trying: measures, names of a list, and marks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

from testgen_runtime.documents.model import Limit
from testgen_runtime.techniques.boundaries import inside
from testgen_runtime.techniques.examples import other_role, other_state, other_value
from testgen_runtime.techniques.model import Input, Technique
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.partitions import limit_levels
from testgen_runtime.techniques.patterns_zh.sides import measure_name
from testgen_runtime.techniques.patterns_zh.telling import ROLE, signed_in
from testgen_runtime.techniques.phrases import in_state
from testgen_runtime.techniques.told_rules.chinese_conditions import Piece, core, denied, opened, opposite, shared_start
from testgen_runtime.techniques.told_rules.model import Test, Value, Variable

MOST_VALUES: Final = 20
_NO_NAME: Final = re.compile("其[他它余]|任何|以[上下]")
_NO_CONTENT: Final = re.compile("超过|达到|满足|符合|具备|通过|此|上述.*|需.*")
_SUBJECT: Final = re.compile(r"(?P<who>[^已未没无有持不含具\W]{2,6}?)(?=[已未没无有持不含具])")
_AUXILIARY: Final = re.compile("^(?:已经?|尚未|未|没有)")


@dataclass(eq=False, slots=True)
class Placed:
    """A condition where it stands: in which rule, and whether that rule accepts or demands what meets it."""

    rule: int
    piece: Piece
    wanted: bool


@dataclass(eq=False, slots=True)
class Known:
    """What decides, with every condition that speaks of it."""

    kind: Literal["limit", "names", "mark", "apart"]
    found: list[Placed] = field(default_factory=list)
    variable: Variable | None = None
    tests: dict[Placed, Test] = field(default_factory=dict)

    def settle(self) -> bool:
        """Find the values and what each condition holds for; False where that is not clear."""
        return {"limit": self._measure, "names": self._names, "mark": self._mark, "apart": self._apart}[self.kind]()

    def _measure(self) -> bool:
        told = [(one.piece.limit, one.piece.text, one.wanted) for one in self.found if one.piece.limit is not None]
        limits = opened(told)
        subject = max((limit.subject for limit in limits), key=len)
        name = measure_name(subject, limits[0].unit, limits[0].dimension)
        ordered = sorted(zip(limits, told, strict=True), key=lambda pair: not pair[1][2])
        values = _numbers([limit for limit, _ in ordered], name)
        self.variable = Variable(name, values)
        for one, limit in zip(self.found, limits, strict=True):
            self._holds(one, [value.number is not None and inside(limit, value.number) == limit.accepts for value in values])
        return 1 < len(values) < MOST_VALUES

    def _names(self) -> bool:
        names = list(dict.fromkeys(name for one in self.found for name in one.piece.names))
        if not names or any(_NO_NAME.search(name) for name in names):
            return False
        good = {name for one in self.found if one.wanted for name in one.piece.names}
        names.sort(key=lambda name: name not in good)
        thing = next((one.piece.thing for one in self.found if one.piece.thing), "")
        kind = next((one.piece.of_kind for one in self.found if one.piece.of_kind), "")
        one_sided = len({one.wanted for one in self.found}) == 1
        self.variable = _named(names, thing, kind, one_sided=one_sided)
        shown_names = [next(iter(value.inputs.values())).value for value in self.variable.values]
        for one in self.found:
            self._holds(one, [name in one.piece.names for name in shown_names])
        return len(self.variable.values) < MOST_VALUES

    def _mark(self) -> bool:
        texts = [one.piece.text for one in self.found]
        yes = next((text for text in texts if not denied(text)), "")
        no = next((text for text in texts if denied(text)), "")
        yes, no = yes or opposite(no), no or opposite(yes)
        if not yes or not no or _NO_CONTENT.fullmatch(core(yes)):
            return False
        subject = next((found["who"] for text in texts if (found := _SUBJECT.match(text))), "")
        key = f"{subject}是否{_AUXILIARY.sub('', yes.removeprefix(subject))}"
        first = self.found[0]
        good_first = first.wanted != denied(first.piece.text)
        answers = [("是", yes, 0.9), ("否", no, 0.92)]
        values = [
            Value({key: Input(answer)}, f"{line}。", Technique.DECISION_TABLE, f"{key}决定结果", weight)
            for answer, line, weight in (answers if good_first else answers[::-1])
        ]
        self.variable = Variable(key, tuple(values))
        for one in self.found:
            self._holds(one, [(value.inputs[key].value == "否") == denied(one.piece.text) for value in values])
        return True

    def _apart(self) -> bool:
        """Two opposites in words of their own, what they share before them."""
        texts = [one.piece.text for one in sorted(self.found, key=lambda one: not one.wanted)]
        subject = shared_start(texts)
        why = f"{subject}决定结果"
        values = [Value({subject: Input(t[len(subject) :])}, f"{t}。", Technique.DECISION_TABLE, why, 0.9) for t in texts]
        self.variable = Variable(subject, tuple(values))
        for one in self.found:
            self._holds(one, [one.piece.text == text for text in texts])
        return True

    def _holds(self, one: Placed, values: list[bool]) -> None:
        assert self.variable is not None
        self.tests[one] = Test(self.variable.key, frozenset(place for place, holds in enumerate(values) if holds))


def _numbers(limits: list[Limit], name: str) -> tuple[Value, ...]:
    """The values of all limits of one measure, the typical ones first."""
    found: dict[Decimal, Value] = {}
    for limit in limits:
        for level in limit_levels(limit, name, "zh"):
            (given,) = level.inputs.values()
            try:
                number = Decimal(given.value.replace(",", ""))
            except InvalidOperation:
                return ()
            if number not in found or found[number].weight < level.weight:
                line = f"{name}为 {shown(given, 'zh')}。"
                found[number] = Value(dict(level.inputs), line, level.technique, level.reason, level.weight, number)
    return tuple(sorted(found.values(), key=lambda value: value.weight))


def _named(names: list[str], thing: str, kind: str, *, one_sided: bool) -> Variable:
    """Names as values, with one that is not listed where all listed ones have one verdict."""
    roles = all(re.fullmatch(ROLE, name) for name in names)
    states = all(re.match("[已待未]|.{1,3}中$", name) for name in names)
    state = kind in ("状态", "阶段") or (not kind and not roles and states)
    given: list[tuple[str, Literal["text", "example"]]] = [(name, "text") for name in names]
    if one_sided:
        other = other_state(names, "zh") if state else other_role(names, "zh") if roles else other_value(names, "zh")
        given.append((other, "example"))
    key = "角色" if roles else f"{thing}{kind or ('状态' if state else '类型')}"
    technique = (
        Technique.PERMISSION_MATRIX if roles else Technique.STATE_TRANSITION if state else Technique.EQUIVALENCE_PARTITIONING
    )

    def line(name: str) -> str:
        return signed_in(name) if roles else in_state(thing, name, "zh") if state else f"{key}为“{name}”。"

    values = tuple(Value({key: Input(n, "", origin)}, line(n), technique, f"{key}决定结果", 0.9) for n, origin in given)
    return Variable(key, values)
