"""What joins the clauses of a condition: "and" and "or", 且 and 或者, outside of quotes and brackets."""

from __future__ import annotations

import re
from typing import Literal

from testgen_runtime.documents.atoms import words_zh
from testgen_runtime.documents.atoms.clauses import Part, cut
from testgen_runtime.documents.model import Language

Connective = Literal["and", "or"]

JOIN_EN: dict[Connective, re.Pattern[str]] = {
    "or": re.compile(
        r",?\s+or(?!\s(?:more|less|fewer|higher|lower|above|below|over|under|older|younger|longer|shorter|greater|larger|smaller|better|worse|later|earlier|heavier|lighter)(?!\sthan))"
        r"(?:\s+(?:if|when))?\s+",
        re.I,
    ),
    "and": re.compile(r",?\s+and(?:\s+(?:if|when|only if))?\s+", re.I),
}
_JOIN_ZH: dict[Connective, re.Pattern[str]] = {
    "or": re.compile(r"[，,]?\s?(?:或者|或)(?!等于)\s?"),
    "and": re.compile(
        r"[，,]?\s?(?:并且|而且|同时|且|以及)(?:当|如果|满足)?\s?|(?<=[\u4e00-\u9fff])[，,]\s?(?!并)|"
        r"[、，,](?=[\u4e00-\u9fff]{0,8}?也[未已无有不没])"
    ),
}
CLAUSE_EN = re.compile(
    r"\b(?:is|are|was|were|has|have|had|does|do|did|can|cannot|exists?|contains?|exceeds?|fails?|equals?|matches|"
    r"belongs?|holds?|owns?|"
    r"weighs|lies|(?:consists|comprises)(?=\sof\b|\s\S{0,4}\d)|(?:costs|lasts|measures|takes)(?=\s\S{0,4}\d)|"
    r"reach(?:es|ed)?|become[s]?|remain[s]?|expire[sd]?|includes?|requires?|needs?|(?:[a-z]{3,}(?:s|"
    r"ed))(?=\s(?:the|an?|at|no|more|less|its|to|on|in|by)\b))\b",
    re.I,
)
_CLAUSE_ZH = re.compile(
    r"[已未不为是有在无]|大于|小于|超过|低于|少于|多于|高于|达到|被|能|完成|等于|没有|属于|处于|空|通过|成功|失败|"
    r"存在|至少|至多|最多|满|充足|不足$|逾期|欠费|超期|停机|离职|失信|违约|故障|正常|异常|一致|匹配|达标|损坏|中断|选择|点击|输入|登录|正确|错误|合法|有效"
)
_BETWEEN_CLAUSES_ZH = re.compile("且|同时")
_COMPARES_ZH = re.compile(r"(?:^|[^不未])(?:达到|等于|大于|小于|高于|低于|超过|多于|少于)\s?$|(?:^|[为是或者])不足\s?$")


_COMMA_EN = re.compile(r",\s+(?=(?:the|an?|its|no|there|it|he|she|they|his|her|their)\s)", re.I)
_COMPARED_EN = re.compile(
    r"(?:larger|greater|longer|more|bigger|smaller|shorter|less|fewer|older|younger|heavier|higher|lower) than\s\S*\d|"
    r"(?:above|over|below|under)\s\S*\d",
    re.I,
)
_STATE_EN = re.compile(r"\b(?:is|are|was|were)\s(?:not\s)?(?!more\b|less\b)[a-z-]+(?:\s(?!than\b)[a-z-]+)?$", re.I)
"""A state before a comparison of the same thing: "the file is empty or larger than 5 MB"."""
_HAS_EN = re.compile(r"\b(?:has|have|holds?|owns?|possess(?:es)?)\s(?:an?|the|no|valid|his|her|its)\s[a-z][a-z -]{2,60}$", re.I)
_MUCH_EN = re.compile(
    r"(?:at (?:least|most)|up to|an? (?:minimum|maximum) of|(?:(?:no|not) )?(?:more|less|fewer) than)\s(?:\S*\d|[a-z]+\s(?:years|months))",
    re.I,
)
"""What somebody has, before how much they have: "has a permanent contract and at least 5 years of service"."""
_MORE_EN = re.compile(r"\d.*\s(?:or|and)\s(?!(?:more|less|fewer|longer|older)\b)", re.I)
"""That a third thing is told: which joint binds, is open."""


def split(part: Part, language: Language) -> tuple[list[Part], Connective]:
    """The clauses of a condition and what joins them; "A and B or C" is parted at "or", the weaker one."""
    for connective in _WEAKER_FIRST:
        if len(parts := split_at(part, connective, language)) > 1:
            return parts, connective
    return [part], "and"


_WEAKER_FIRST: tuple[Connective, ...] = ("or", "and")


def split_at(part: Part, connective: Connective, language: Language) -> list[Part]:
    """The clauses that `connective` joins, outside of brackets and quotes; the part itself where it joins none."""
    joins, clause = (_JOIN_ZH, _CLAUSE_ZH) if language == "zh" else (JOIN_EN, CLAUSE_EN)
    parts: list[Part] = []
    at = 0
    for match in _places(part.text, joins[connective], language):
        left, right = part.text[at : match.start()], part.text[match.end() :]
        joins_clauses = language == "zh" and (
            bool(_BETWEEN_CLAUSES_ZH.search(match[0]) and (len(left) >= 4 or is_role(left)))
            or bool(is_role(left) and re.search(r"\d", right) and clause.search(right))
        )
        compares = language == "en" and (
            (_COMPARED_EN.match(right) and _STATE_EN.search(left))
            or (_MUCH_EN.match(right) and _HAS_EN.search(left) and not _MORE_EN.search(right))
        )
        if not joins_clauses and not compares and not (clause.search(_unquoted(left)) and clause.search(_unquoted(right[:60]))):
            continue
        if language == "zh" and (
            _COMPARES_ZH.search(left) or part.text.count("（", 0, match.start()) > part.text.count("）", 0, match.start())
        ):
            continue  # "达到或超过 1000 个" is one comparison
        if not _inside_quotes(part.text, match.start()) and (compares or _own_clause(right, language)):
            parts.append(cut(part, at, match.start()))
            at = match.end()
    return [*parts, cut(part, at, len(part.text))] if parts else [part]


def _places(text: str, joins: re.Pattern[str], language: Language) -> list[re.Match[str]]:
    """Where clauses may be joined; before the last joint of an English list a comma joins too: "A is …, B is … and C is …"."""
    found = list(joins.finditer(text))
    if language == "en" and found:
        found += [comma for comma in _COMMA_EN.finditer(text, 0, found[-1].start()) if not joins.match(text, comma.start())]
    return sorted(found, key=lambda match: match.start())


def is_role(text: str) -> bool:
    """Whether a part of a condition only names who acts: "会员且订单金额超过一百元时"."""
    return words_zh.ROLE.fullmatch(text) is not None and not re.search("[为是]", text)


def _own_clause(right: str, language: Language) -> bool:
    """Whether what follows a joint is a clause and not the rest of a list: its verb comes early."""
    if language == "zh":
        return len(right) >= 2
    return CLAUSE_EN.search(" ".join(right.split()[:10])) is not None


def _unquoted(text: str) -> str:
    return re.sub(r"[“\"「『][^”\"」』]{0,40}[”\"」』]\s?(?:状态)?", " ", text)


def _inside_quotes(text: str, at: int) -> bool:
    return text.count("“", 0, at) > text.count("”", 0, at) or text.count('"', 0, at) % 2 == 1
