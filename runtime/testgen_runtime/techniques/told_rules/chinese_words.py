"""What the variables of rules need to know of Chinese."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from testgen_runtime.documents.model import Language, Limit
from testgen_runtime.techniques.examples import other_role, other_state, other_value
from testgen_runtime.techniques.model import Technique
from testgen_runtime.techniques.patterns_zh.sides import measure_name
from testgen_runtime.techniques.patterns_zh.telling import ROLE, signed_in
from testgen_runtime.techniques.phrases import in_state
from testgen_runtime.techniques.told_rules import chinese_conditions
from testgen_runtime.techniques.told_rules.variables import Named

_NO_NAME: Final = re.compile("其[他它余]|任何|以[上下]")
_NO_CONTENT: Final = re.compile("超过|达到|满足|符合|具备|通过|此|上述.*|需.*")
_SUBJECT: Final = re.compile(r"(?P<who>[^已未没无有持不含具\W]{2,6}?)(?=[已未没无有持不含具])")
_VALUED: Final = re.compile("(?:结果|结论|性质|情况|评级|方式|渠道|语言|币种|颜色|型号|原因|用途|地区|范围|来源|标志|选项|版本)$")
"""What has values by its own name."""
_AUXILIARY: Final = re.compile("^(?:已经?|尚未|未|没有)")


class Chinese:
    """Words of Chinese rules."""

    language: Language = "zh"

    def opened(self, limits: Sequence[tuple[Limit, str, bool]]) -> list[Limit]:
        return chinese_conditions.opened(limits)

    def measure(self, limits: Sequence[Limit]) -> str:
        subject = max((limit.subject for limit in limits), key=len)
        return measure_name(subject, limits[0].unit, limits[0].dimension)

    def denied(self, text: str) -> bool:
        return chinese_conditions.denied(text)

    def same(self, one: str, other: str) -> bool:
        return chinese_conditions.same(one, other)

    def opposite(self, text: str) -> str:
        return chinese_conditions.opposite(text)

    def question(self, yes: str, texts: Sequence[str]) -> str:
        if _NO_CONTENT.fullmatch(chinese_conditions.core(yes)):
            return ""
        if asked := next((asked for text in texts if (asked := chinese_conditions.existence(text))), ""):
            return asked
        subject = next((found["who"] for text in texts if (found := _SUBJECT.match(text))), "")
        return f"{subject}是否{_AUXILIARY.sub('', yes.removeprefix(subject))}"

    def is_name(self, name: str) -> bool:
        return _NO_NAME.search(name) is None

    def named(self, names: Sequence[str], thing: str, kind: str) -> Named:
        roles = sum(bool(re.fullmatch(ROLE, name)) for name in names) * 2 > len(names)
        states = all(re.match("[已待未]|.{1,3}中$", name) for name in names)
        if roles:
            return Named("角色", other_role(names, "zh"), Technique.PERMISSION_MATRIX, signed_in)
        if kind in ("状态", "阶段") or (not kind and states):
            key = f"{thing}{kind or '状态'}"
            return Named(key, other_state(names, "zh"), Technique.STATE_TRANSITION, lambda name: in_state(thing, name, "zh"))
        key = thing if not kind and _VALUED.search(thing) else f"{thing}{kind or '类型'}"
        return Named(key, other_value(names, "zh"), Technique.EQUIVALENCE_PARTITIONING, lambda name: f"{key}为“{name}”。")


CHINESE: Final = Chinese()
