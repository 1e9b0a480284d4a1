"""Gates on what a model's words mean: the result is the point's own, and nothing is said that the requirement does not say.

The rules word every point from the requirement alone; a model may say it better, not say something else. Words of the trade
(enter, save, page, …) are free.
"""

from __future__ import annotations

import re
from typing import Final

from testgen_runtime.cases.model import Case
from testgen_runtime.documents.model import Action, Outcome
from testgen_runtime.generation import rules
from testgen_runtime.generation.gate_facts import Facts
from testgen_runtime.generation.shown import shows, words_of
from testgen_runtime.generation.similarity import restates

STEM: Final = 4
"""Letters that two forms of an English word share (accept, accepted)."""
KNOWN_SHARE: Final = 0.6
"""Of a Chinese clause's pairs of characters, how many must be known: joining words and measure words vary."""

_TRADE: Final = """
access action again after allow already appear attempt automatically before being button cannot case change
check choose click complete confirm contain correct could current data detail device display does done during
each enter error every fail field file first following form from have input into item list log made make
message moment name navigate need next none number once open operation option other page perform place please
press process prompt proceed provide reach reason receive record refuse reject request required response
result return same save screen second select send set shown sign signed state status still submit success
successfully system take test text than that their them then there these they this those time trigger try type
update upload use used user using valid value view visible wait want when where whether which while with
within without write your accept block deny denied
"""
_FREE_EN: Final = frozenset(word[:STEM] for word in _TRADE.split())
_FREE_ZH: Final = (
    "打开页面进入显示输入框输入栏点击按钮提交保存选择系统提示成功失败用户登录查看列表结果请求操作界面信息内容字段时会"
    "被为该的了在中后前执行发起填写上传文件等待检查确认触发当前状态返回收到消息通知错误拒绝接受允许通过不能无法已未可"
    "以正常完成使用角色账户身份数据长度值"
)
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z-]{2,}")
_HANZI: Final = re.compile(r"[\u3400-\u9fff]+")
_CLAUSE: Final = re.compile(r"[，。；、,;：:（）()]+")


def result_is_the_points(case: Case, facts: Facts) -> str | None:
    """The last expected result of a model's case says what the point's result is, in words that share its substance."""
    if case.written_by != "model":
        return None
    wanted = rules.words(facts.requirement, facts.point, case.language).expected
    told = case.steps[-1].expected
    return None if restates(told, wanted) else f"“{told[:60]}” does not say that “{wanted[:80]}”"


def words_are_the_requirements(case: Case, facts: Facts) -> str | None:
    """A model's title and steps use the words of the requirement, of the point, and of the trade: no clause beyond them."""
    if case.written_by != "model":
        return None
    wording = rules.words(facts.requirement, facts.point, case.language)
    point = facts.point
    known = " ".join(
        (
            facts.requirement.text,
            *facts.requirement.section,
            wording.title,
            wording.action,
            wording.expected,
            *wording.preconditions,
            *(f"{name} {value.value} {value.unit}" for name, value in point.inputs.items()),
        )
    )
    stems = {word.lower()[:STEM] for word in _WORD.findall(known)} | _FREE_EN
    pairs = _pairs(known) | _pairs(_FREE_ZH)
    for line in (case.title, *(line for step in case.steps for line in (step.action, step.expected))):
        for word in _WORD.findall(line):
            if word.lower()[:STEM] not in stems and word.lower() not in (
                "the",
                "and",
                "not",
                "for",
                "are",
                "was",
                "has",
                "can",
                "its",
            ):
                return f"“{word}” is a word of neither the requirement nor the trade"
        for clause in _CLAUSE.split(line):
            own = _pairs(clause)
            if len(own) > 1 and sum(pair in pairs for pair in own) < KNOWN_SHARE * len(own):
                return f"“{clause[:40]}” is nothing that the requirement says"
    return None


def _pairs(text: str) -> set[str]:
    return {run[i : i + 2] for run in _HANZI.findall(text) for i in range(len(run) - 1)}


def results_are_told(case: Case, facts: Facts) -> str | None:
    """A model's words tell each action and outcome of the point that the rules' words for it tell."""
    if case.written_by != "model" or case.language != facts.requirement.language:
        return None
    own = words_of(rules.write(facts.requirement, facts.point, document_id="", document=facts.document))
    told = words_of(case)
    for atom in facts.requirement.atoms:
        wanted = atom.id in facts.point.atom_ids and isinstance(atom.value, Action | Outcome)
        if wanted and shows(own, atom, case.language) and not shows(told, atom, case.language):
            return f"it does not tell “{atom.text[:80]}”"
    return None
