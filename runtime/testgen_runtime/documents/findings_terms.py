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
_MOST_LOOKED_UP: Final = 1_000
"""Terms whose definition is looked for, each in the whole document."""
_MANY: Final = 3
"""Obligations of one sentence from which on each needs a test, a verdict and a trace of its own."""

_QUOTED: Final[Mapping[Language, re.Pattern[str]]] = {
    "zh": re.compile(r"[“「\"](?P<term>[\u4e00-\u9fff]{2,10})[”」\"]"),
    "en": re.compile(
        r"[“\"](?P<term>[a-z][a-z-]{2,20}(?: [a-z][a-z-]{2,20}){0,2}|[A-Z][a-z-]{2,20}(?: [A-Za-z][a-z-]{2,20}){1,2})[”\"]"
    ),
}
# "the Grace Period": what a document writes in capitals behind an article, it means as defined.
_CAPITALS: Final = re.compile(
    r"\b(?:the|[Aa]n?|[Ee]ach|[Ee]very|[Aa]ny|[Nn]o|its|their|one|The(?=(?:\s[A-Z][a-z]+){2,3}\s(?!shall|must|will|should|may|can)))\s"
    r"(?P<term>[A-Z][a-z]{2,20}(?:[ -][A-Z][a-z]{2,20}){1,2})\b(?![\w-])"
)
_SENT_BEFORE: Final = re.compile(
    r"(?:receipt of|receiv\w+|send\w*|issu\w+|call\w*|show\w*|display\w*|open\w*|print\w*|"
    r"of type)\s+(?:an?|the|each|every|any|its)\s$",
    re.I,
)
_SENT_AFTER: Final = re.compile(
    r"(?:\s\w+){0,2}\s(?:tele)?(?:commands?|messages?|events?|requests?|responses?|packets?|operations?|functions?|methods?|endpoints?|"
    r"resources?|parameters?|types?|flags?|permissions?|counters?)\b",
    re.I,
)
_NAMES: Final = re.compile(
    r"(?:App(?:lication)?|System|Service|Server|Client|Module|Component|Engine|Platform|Portal|Interface|Database|Framework|Library|"
    r"Controller|Manager|Handler|Tool|Editor|Viewer|Browser|Device|Unit|Network|Gateway|Machine|Controllers|"
    r"Buttons?|Pages?|Screens?|Menus?|Dialogs?|Windows?|Tabs?|Fields?|Forms?|Panels?|Lists?|Tables?|Columns?|Views?|Links?|Box|Boxes|"
    r"Sections?|Chapters?|Annex|Appendix|Class|Classes|Type|Types|Document|Specification|Manual|Guide|"
    r"Act|Law|Regulation|Directive|Standard|Protocol|Licen[cs]e|Model|Language|"
    r"Team|Department|Board|Office|Officer|Committee|Administrator|Operator|User|Users|Analyst|Engineer|Manager|Director|Bank|"
    r"University|Center|Centre|Agency|Union|Council|Street|City|States|Kingdom|Ocean|Time|Date|Mode|State|Status)$"
)
# Roles that quotation marks only set off: “值班员”.
_ROLE: Final = re.compile(r"(?:员|者|师|长|人|经理|主管|主任|角色|用户组|部门?)$")
_SERVED: Final = re.compile(r"\s?(?:提供|开通|办理|生成|创建|分配|保留|发送|计算|减免|预留|设置)")
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
    defined: dict[str, bool] = {}
    found: list[Finding] = []
    for requirement in requirements:
        language, at = requirement.language, requirement.span.start
        named = _named(requirement)
        for match in _terms(requirement):
            term = match["term"]
            if term in told or term in named or _shown(requirement.text, match, language):
                continue
            if term not in defined and len(defined) < _MOST_LOOKED_UP:
                defined[term] = _defined(term, text, language)
            if len(found) >= _MOST or defined.get(term, True):
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


def _terms(requirement: Requirement) -> list[re.Match[str]]:
    """Quoted terms, and in English those in capitals, in their order."""
    text, language = requirement.text, requirement.language
    found = [m for m in _QUOTED[language].finditer(text) if m[0][0] != '"' or text.count('"', 0, m.start()) % 2 == 0]
    if language == "en":
        found += [m for m in _CAPITALS.finditer(text) if not _NAMES.search(m["term"])]
    return sorted(found, key=lambda one: one.start("term"))


def _shown(text: str, match: re.Match[str], language: Language) -> bool:
    """Whether what is quoted is a message, a state, a label: something that is shown, and no term."""
    before, after = text[max(0, match.start() - 60) : match.start("term")].rstrip('“「"'), text[match.end() : match.end() + 60]
    if _SHOWN_AFTER[language].match(after):
        return True
    if match.re is _CAPITALS:
        return _SENT_BEFORE.search(before) is not None or _SENT_AFTER.match(after) is not None
    if language == "zh" and before.endswith("为") and _SERVED.match(after):
        return False
    return _SHOWN_BEFORE[language].search(before) is not None


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
            names |= {name for name in (*value.permitted, *value.denied) if requirement.language == "en" or _ROLE.search(name)}
    return names


def _defined(term: str, text: str, language: Language) -> bool:
    named = re.escape(term)
    if re.search(named + _DEFINES[language], text, re.I):
        return True
    return re.search(rf"^[#|>*_“\" \t-]*{named}[”\"*_ \t]*(?:\||$)", text, re.I | re.M) is not None  # a glossary's row or heading


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
