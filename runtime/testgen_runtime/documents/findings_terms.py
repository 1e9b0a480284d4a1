"""Quoted terms that a document never defines, and sentences that oblige to several things at once. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from testgen_runtime.documents.model import Actor, Enumeration, Finding, Language, Requirement, Span, State

UNDEFINED_QUOTED: Final = "undefined_term"
SEVERAL_OBLIGATIONS: Final = "several_obligations"
_MOST: Final = 100
_MANY: Final = 3
"""Obligations of one sentence from which on each needs a test, a verdict and a trace of its own."""

_QUOTED: Final[Mapping[Language, re.Pattern[str]]] = {
    "zh": re.compile(r"“(?P<term>[\u4e00-\u9fff]{2,10})”"),
    "en": re.compile(r"[“\"](?P<term>[a-z][a-z-]{2,20}(?: [a-z][a-z-]{2,20}){0,2})[”\"]"),
}
# What is quoted because it is shown, chosen, or a value is no term.
_SHOWN_BEFORE: Final[Mapping[Language, re.Pattern[str]]] = {
    "zh": re.compile(
        r"(?:提示|显示|返回|弹出|报错|警告|告警|点击|单击|选择|按下|勾选|输入|填写|按钮|菜单|标签|字段|列|文本|文字|消息|信息|字样|内容|名为|命名为|标题|状态|"
        r"[为是至到从由即或和与及、：:”]|变成|进入|角色|标记|标为|以|用|处于|打开|[>→])\s?$"
    ),
    "en": re.compile(
        r"(?:message|label(?:led)?|button|field|text|value|state|status|role|shows?|shown|displays?|says?|saying|reads?|named|called|"
        r"titled|is|are|be|to|of|or|and|from|click|select|choose|press|enter|column|attribute|option|the words?|contains?|,|:)\s"
        r"(?:the\s)?$",
        re.I,
    ),
}
_SHOWN_AFTER: Final[Mapping[Language, re.Pattern[str]]] = {
    "zh": re.compile(
        r"\s?(?:状态|按钮|页面?|菜单|字段|选项|权限|角色|字样|标签|提示|链接|图标|列|一栏|栏|键|文件夹|目录|[、或和与及“])"
    ),
    "en": re.compile(
        r"\s?(?:state|status|button|field|page|menu|label|column|option|role|message|attribute|values?|link|icon|key|tab|parameter)\b",
        re.I,
    ),
}
_DEFINES: Final[Mapping[Language, str]] = {
    "zh": r"[”*_]{0,3}\s?(?:[（(：:]|是指|指的是|指|即|定义为|的定义|是[^否不]|包括|为[^空])",
    "en": r"[”\"*_]{0,3}\s?(?:[(:]|–|—|means|is (?:an?|the|any)|refers to|denotes|stands for|includes)",
}
_OBLIGES: Final[Mapping[Language, re.Pattern[str]]] = {
    "zh": re.compile(
        r"(?:应当?|应该|必须|须)?(?:不得|禁止)|应当|应该|必须|务必|(?<![响对相反适供效感顺呼回])应(?![用付急答届变力聘])|(?<![必无])须(?!知)"
    ),
    "en": re.compile(r"\b(?:shall|must)\b", re.I),
}
_CLAUSE: Final = re.compile(r"[^，,]+")


def quoted_terms(requirements: Sequence[Requirement], text: str) -> list[Finding]:
    """Quoted terms without a definition anywhere in the document, each once, where it stands first."""
    told: Counter[str] = Counter()
    found: list[Finding] = []
    for requirement in requirements:
        language, at = requirement.language, requirement.span.start
        named = _named(requirement)
        for match in _QUOTED[language].finditer(requirement.text):
            term = match["term"]
            before, after = requirement.text[: match.start()], requirement.text[match.end() :]
            if term in told or term in named or _SHOWN_BEFORE[language].search(before) or _SHOWN_AFTER[language].match(after):
                continue
            if len(found) >= _MOST or _defined(term, text, language):
                continue
            told[term] += 1
            zh = language == "zh"
            message = f"“{term}”在本文档中没有定义。" if zh else f"“{term}” is defined nowhere in this document."
            proposal = (
                f"写明定义，例如“{term}”是指……，或列入术语表。"
                if zh
                else f"Say what it is, “{term}” means …, or put it into the list of terms."
            )
            span = Span(at + match.start("term"), at + match.end("term"))
            found.append(Finding(requirement.id, UNDEFINED_QUOTED, message, span, proposal, "info"))
    return found


def _named(requirement: Requirement) -> set[str]:
    """The states, roles and values that the requirement's atoms name."""
    names: set[str] = set()
    for atom in requirement.atoms:
        value = atom.value
        if isinstance(value, State):
            names |= {*value.allowed, *value.refused, value.target}
        elif isinstance(value, Enumeration):
            names |= {*value.allowed, *value.refused}
        elif isinstance(value, Actor):
            names |= {*value.permitted, *value.denied}
    return names


def _defined(term: str, text: str, language: Language) -> bool:
    return re.search(re.escape(term) + _DEFINES[language], text, re.I) is not None


def several_obligations(requirement: Requirement) -> list[Finding]:
    """The first sentence that obliges to three things or more, or to two in one clause, with the proposal to part it."""
    obliges = _OBLIGES[requirement.language]
    for start, end in _sentences(requirement.text, requirement.language):
        sentence = requirement.text[start:end]
        count = len(obliges.findall(sentence))
        inside = max((len(obliges.findall(clause)) for clause in _CLAUSE.findall(sentence)), default=0)
        if count < _MANY and inside < 2:
            continue
        at = requirement.span.start
        zh = requirement.language == "zh"
        return [
            Finding(
                requirement.id,
                SEVERAL_OBLIGATIONS,
                f"一句话中有 {count} 项要求，无法分别判定和追踪。"
                if zh
                else f"One sentence has {count} obligations; each needs its own verdict and trace.",
                Span(at + start, at + end),
                "拆成多条需求，每条只写一项要求并单独编号。"
                if zh
                else "Part it into requirements of one obligation each, with an id of their own.",
                "info",
            )
        ]
    return []


def _sentences(text: str, language: Language) -> Iterator[tuple[int, int]]:
    ends = re.compile(r"[。；;！!\n]" if language == "zh" else r"(?<=[a-z)”\"])[.!?](?=\s|$)|[;\n]")
    begin = 0
    for match in ends.finditer(text):
        yield begin, match.start()
        begin = match.end()
    yield begin, len(text)
