"""What makes a text a requirement: modal verbs, conditions, the section it stands in. Tables first, English and Chinese alike."""

from __future__ import annotations

import re

from testgen_runtime.documents.model import Language
from testgen_runtime.documents.view import CJK

# Sure signs.
_STRONG_EN = re.compile(
    r"\b(?:shall|must|(?:is|are|be) (?:not )?(?:required|allowed|permitted) to|(?:has|have|needs?) to|"
    r"(?:is|are) (?:forbidden|prohibited|mandatory|not (?:allowed|permitted)))\b",
    re.IGNORECASE,
)
_STRONG_ZH = re.compile(
    r"应当|应该|[不]应(?![用收付急答届对变力聘])|(?<![响适反效供对相感回])应(?![用收付急答届对变力聘])|"
    r"必须|必需|(?<!无)须(?![知臾])|不得|禁止|严禁|不允许|不可以|不准|务必|需要(?=[" + CJK + r"])"
)
# Signs that need a place: an item of a list, a section of requirements, or a whole sentence outside of background.
_WEAK_EN = re.compile(
    r"\b(?:should|will|may|cannot|can ?not|can only|can't|only\b.{0,80}\b(?:can|may)|may only|is limited to|are limited to|"
    r"at (?:least|most)|no more than|up to \d|(?:maximum|minimum)\b.{1,40}\bis|restricted to|reserved for)\b",
    re.IGNORECASE,
)
_WEAK_ZH = re.compile(
    r"可以|不能|只能|才能|仅能|仅限|仅允许|仅支持|只有|能够|支持|允许|至少|至多|最多|最少|不超过|不少于|不低于|"
    r"不高于|不小于|不大于|不多于|如果|若|除非|否则|上限|下限|最大|最小|最长|最短|有效期|限额|"
    r"当[^，。\n]{1,60}时|[则将]|拒绝|提示|(?<!不)可(?=[查编导提修删申撤登使进取选添新创发])"
)
_CAN_EN = re.compile(r"\b(?:can|could|when|if|unless|whenever)\b", re.IGNORECASE)
_CONDITION_EN = re.compile(r"^(?:if|when|whenever|once|unless|upon)\b.{3,300},", re.IGNORECASE)
_STORY = re.compile(
    r"^(?:as an? .{1,80}?,? i (?:want|can|would like|need)\b|作为.{1,30}[，,]\s?我?(?:希望|想|可以|需要))", re.IGNORECASE
)
_GHERKIN = re.compile(
    r"^[ \t>]*(?:[-*+•][ \t]+|\d{1,3}[.)、][ \t]*)?[*_]{0,2}"
    r"(?P<step>Given|When|Then|假如|假设|假定|当|那么)(?:\b|(?<![a-z]))[*_]{0,2}[:：\s]?\S",
    re.MULTILINE,
)

_SECTION_OF_REQUIREMENTS = re.compile(
    r"requirement|use ?cases?|user stor|scenario|acceptance|business rule|functional|behaviou?r|constraint|validation|permission|"
    r"需求描述|功能需求|需求说明|业务需求|业务规则|功能描述|功能说明|功能点|场景|用例|用户故事|验收|规则|约束|权限|校验|限制",
    re.IGNORECASE,
)
_SECTION_OF_OTHERS = re.compile(
    r"^\W*(?:[\d.]+\s*)?(?:introduction|background|overview|purpose|glossary|terms|definitions?|abbreviations?|"
    r"acronyms|references?|"
    r"(?:normative )?references|revision history|change ?log|history|table of contents|contents|foreword|preface|motivation|"
    r"acknowledge?ments?|open (?:questions|issues)|estimate|effort|authors?|about this|document control|notes?|rationale|"
    r"需求来源|来源|背景|概述|简介|引言|前言|目的|目录|术语|定义|缩略语|参考|引用|修订|版本|变更记录|评审|工作量|"
    r"涉及模块|涉及|附录|说明$|备注|问题)",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"^\W{0,4}(?:note|notes|example|examples|e\.g\.|rationale|comment|remark|see also|tip|hint|background|"
    r"注|备注|说明|示例|例如|例|举例|理由|背景|参见|参考|提示)\s?\d{0,3}\s?[:：.]",
    re.IGNORECASE,
)
_META = re.compile(
    r"^\W{0,4}(?:priority|source|owner|author|status|version|date|type|category|verification(?: method)?|stakeholder|risk|"
    r"dependenc(?:y|ies)|parent|traces? to|related(?: to)?|reviewer|estimate|"
    r"优先级|来源|提出人|负责人|作者|状态|版本|日期|类型|类别|验证方法|依赖|关联|备注|评审人|"
    r"工作量)\s?[:：]\s?\S{0,40}(?:\s\S{1,40}){0,5}$",
    re.IGNORECASE,
)
_CONTENTS = re.compile(r"(?:\.{4,}|…{2,}|·{4,}|\t)\s*\d{1,4}\s*$")
_ABOUT_TEXT = re.compile(
    r"^(?:this (?:document|section|chapter|specification|guide|page|table|annex|clause)\b|the (?:following|remaining) sections?|"
    r"the key ?words|本(?:文|章|节|文档|规范|手册)|该文档|以下(?:章节|各节))",
    re.IGNORECASE,
)
CONTINUES = re.compile(
    r"^(?:otherwise|any other|all other|in (?:this|that|such a?|all other|any other) (?:case|event)s?|in these cases|else\b|"
    r"否则|反之|除此之外|此时|此外的|其他|其余|超出(?:该|此|上述)|此类)",
    re.IGNORECASE,
)
# The line over the criteria of a story.
CRITERIA = re.compile(
    r"\W*(?:acceptance criteri(?:a|on)|acceptance tests?|conditions of satisfaction|definition of done|ACs?|"
    r"验收标准|验收条件|验收准则|接受标准)\W*",
    re.IGNORECASE,
)
# Its items are parts of one rule, however they are worded.
LISTS_CONDITIONS = re.compile(r"(?:条件|前提)\s?[:：]\s*$")
LEADS_IN = re.compile(r"(?:[:：]|\bfollowing|either|如下|以下)\s*$", re.IGNORECASE)


def language_of(clean: str) -> Language:
    """Chinese where at least a fifth of the words are (a Chinese character counts as half a word)."""
    cjk = len(re.findall(f"[{CJK}]", clean))
    latin = len(re.findall(r"[A-Za-z]{2,}", clean))
    return "zh" if cjk and cjk * 2 >= latin else "en"


def is_strong(clean: str) -> bool:
    """A modal verb that says it is required, outside of a text about the text."""
    return bool(_STRONG_EN.search(clean) or _STRONG_ZH.search(clean)) and not _ABOUT_TEXT.match(clean)


def is_requirement(clean: str, *, item: bool, section: tuple[str, ...]) -> bool:
    """Whether a paragraph or a list item (`item`) under these headings states a requirement."""
    text = clean.strip()
    if len(text) < 4 or _ABOUT_TEXT.match(text) or text.endswith(("?", "？")):
        return False
    if is_story(text):
        return True
    other = is_background(section)
    if is_strong(text):
        return not other or re.search(r"\bshall\b|必须|不得|应当", text, re.IGNORECASE) is not None
    if other:
        return False
    if _WEAK_EN.search(text) or _WEAK_ZH.search(text) or _CONDITION_EN.match(text):
        return True
    wanted = is_of_requirements(section)
    if (item or wanted) and _CAN_EN.search(text):
        return True
    return item and wanted and is_statement(text)


def is_of_requirements(section: tuple[str, ...]) -> bool:
    """Whether the nearest heading that says anything promises requirements."""
    return any(_SECTION_OF_REQUIREMENTS.search(title) for title in section[-1:])


def is_background(section: tuple[str, ...]) -> bool:
    """Whether a heading on the way here announces background, references, notes or the like."""
    return any(_SECTION_OF_OTHERS.match(title) and not re.match(r"需求描述|.*requirements?\b", title, re.I) for title in section)


def is_story(clean: str) -> bool:
    """A user story."""
    return bool(_STORY.match(clean.strip()))


def is_gherkin(clean: str) -> bool:
    """At least two different Given/When/Then lines, a Then among them."""
    heads = {m["step"] for m in _GHERKIN.finditer(clean)}
    return len(heads) >= 2 and not heads.isdisjoint(("Then", "那么"))


def is_step(clean: str) -> bool:
    """Whether a block is one line of a scenario: Given, When, Then, or what goes on with them."""
    return bool(_GHERKIN.match(clean) or re.match(r"(?:And|But)\s\S|(?:而且|并且|但是)\S", clean))


def is_aside(clean: str) -> bool:
    """A note, an example, a line of metadata, or a line of a table of contents."""
    return bool(_NOTE.match(clean) or _META.match(clean) or _CONTENTS.search(clean[-40:]))


def is_statement(text: str) -> bool:
    """Whether a text is long enough to say something; else it names something."""
    return len(re.findall(f"[{CJK}]", text)) >= 8 or len(text.split()) >= 4
