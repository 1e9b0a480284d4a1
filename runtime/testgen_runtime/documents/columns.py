"""Tables whose headings say what their cells mean: which column is the id, the requirement, the least value, the allowed values.

A row such as `Age | 18 | 65` under `Field | Min | Max` is a requirement that only its headings word. `told` words it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from testgen_runtime.documents.view import CJK


class Role(StrEnum):
    """What a column tells of its row."""

    ID = "id"
    STATEMENT = "statement"
    FIELD = "field"
    MIN = "min"
    MAX = "max"
    RANGE = "range"
    MIN_LENGTH = "min length"
    MAX_LENGTH = "max length"
    LENGTH = "length"
    TYPE = "type"
    REQUIRED = "required"
    FORMAT = "format"
    ALLOWED = "allowed values"
    UNIT = "unit"
    MESSAGE = "message"
    META = "meta"


_BRACKETS = r"(?:\s?[(（\[][^()（）\[\]]{1,20}[)）\]])?"
_MIN, _MAX = (
    r"min(?:imum)?\.?|least|lowest|smallest|lower(?: limit| bound)?",
    r"max(?:imum)?\.?|most|highest|largest|upper(?: limit| bound)?",
)
_LEN = r"(?:length|len|characters|chars|digits|size in characters)"
_PATTERNS: Final[tuple[tuple[Role, str], ...]] = (
    (Role.MIN_LENGTH, rf"(?:{_MIN})[ _-]?{_LEN}|{_LEN}[ _-]?(?:{_MIN})|最(?:小|短)(?:长度|字符数|位数)|长度下限"),
    (Role.MAX_LENGTH, rf"(?:{_MAX})[ _-]?{_LEN}|{_LEN}[ _-]?(?:{_MAX})|最(?:大|长)(?:长度|字符数|位数)|长度上限|长度限制"),
    (Role.LENGTH, rf"{_LEN}|field length|字段长度|长度|字符数|位数"),
    (Role.MIN, rf"(?:{_MIN})(?:[ _-](?:value|amount|number|quantity))?|from|"
               r"最小值?|最小(?:数量|金额)|最低值?|下限值?|起始值"),
    (Role.MAX, rf"(?:{_MAX})(?:[ _-](?:value|amount|number|quantity))?|limit|"
               r"最大值?|最大(?:数量|金额)|最高值?|上限值?|限值|截止值"),
    (Role.RANGE, r"(?:valid |value |allowed |permitted )?(?:range|interval)|(?:取值|有效|数值|允许)?范围|区间"),
    (Role.ALLOWED, r"(?:allowed|valid|permitted|possible|legal|accepted|enum(?:erated|eration)?)(?: values?| options?)?|values|"
                   r"options|(?:可选|允许|有效|合法|枚举)(?:取)?值|取值|枚举|选项|可选项"),
    (Role.REQUIRED, r"(?:is )?(?:required|mandatory|compulsory)\??|optional\??|mandatory/optional|m/o|nullable|"
                    r"(?:是否)?(?:必填|必输|必须|必选)项?|可空|可否为空|是否(?:可|允许)?为?空"),
    (Role.FORMAT, r"(?:data |value |input )?(?:format|pattern|syntax)|mask|(?:数据|输入)?格式|格式要求"),
    (Role.TYPE, r"(?:data|field|value)[ _-]?type|(?:数据|字段)类型"),
    (Role.UNIT, r"units?(?: of measure(?:ment)?)?|uom|(?:计量)?单位"),
    (Role.MESSAGE, r"(?:error|validation|failure|warning)(?:[ _-](?:message|text|prompt))|message|"
                   r"(?:错误|失败|校验|异常)?提示(?:信息|语|文字)?|错误信息|错误消息"),
    (Role.META, r"priority|status|owner|author|version|date|source|release|rationale|remarks?|notes?|comments?|stakeholder|"
                r"estimate|"
                r"优先级|状态|负责人|作者|版本|日期|来源|备注|提出人|工作量|理由|说明人"),
    (Role.FIELD, r"(?:(?:data |input |form )?"
                 r"(?:field|parameter|param|attribute|property|element|column|setting|variable|input|item))"
                 r"(?:[ _-]?names?)?|name|quantity|"
                 r"(?:字段|参数|属性|输入|数据|配置|表单)(?:项)?(?:名称?|名)?|名称|输入项|数据项|项目|项|参数名|变量"),
    (Role.STATEMENT, r".*(?:requirement|description|statement|text|rule|shall|specification|"
                     r"acceptance (?:criteri|test)|user story|behaviou?r).*|"
                     r".*(?:需求|描述|内容|要求|规则|说明|验收(?:标准|条件)|用户故事).*"),
)  # fmt: skip
_ID = re.compile(
    r"(?:.*\b(?:id|no|number|identifier|key|ref|reference)\b.*|.*编号.*|.*标识.*|序号|#|req(?:uirement)?s?)", re.IGNORECASE
)
_ROLES = tuple((role, re.compile(rf"(?:{pattern}){_BRACKETS}", re.IGNORECASE)) for role, pattern in _PATTERNS)
_LIMITS = frozenset({Role.MIN, Role.MAX, Role.RANGE, Role.MIN_LENGTH, Role.MAX_LENGTH, Role.LENGTH})
_TELLING = _LIMITS | {Role.ALLOWED, Role.FORMAT, Role.REQUIRED}

_NOTHING = re.compile(r"(?:[-–—/]{1,2}|n/?a\.?|none|null|无|不限|no limit|unlimited|any|tbd|待定)?", re.IGNORECASE)
_YES = re.compile(r"(?:y|yes|true|x|1|m|mandatory|required|compulsory|✓|✔|√|是|必填|必输|必须|必选)\.?", re.IGNORECASE)
_NO = re.compile(r"(?:n|no|false|0|o|optional|✗|✘|×|否|选填|可选|非必填|可空)\.?", re.IGNORECASE)
_NUMBER = r"[-+−]?(?:\d{1,3}(?:[,，]\d{3}){1,6}|\d{1,18})(?:\.\d{1,9})?"
_VALUE = re.compile(rf"[<>≤≥]?=?\s?(?P<value>(?:[€$£¥￥]\s?)?{_NUMBER}\s?[^\d\s,;，；]{{0,12}}(?:\s[A-Za-z]{{1,12}})?)\.?")
_SPAN = re.compile(
    rf"[\[(]?\s?(?P<low>(?:[€$£¥￥]\s?)?{_NUMBER})\s?(?P<low_unit>[^\d\s\-–—~～至到.,]{{0,8}})\s?(?:-|–|—|~|～|\.\.\.?|…|to|至|到|,|，)\s?"
    rf"(?P<high>(?:[€$£¥￥]\s?)?{_NUMBER})\s?(?P<unit>[^\d\s]{{0,12}}?)\s?[\])]?"
)
_IN_BRACKETS = re.compile(r"[(（\[]\s?([^()（）\[\]]{1,20}?)\s?[)）\]]\s*$")
_NO_UNIT = re.compile(
    r"(?:incl(?:usive|\.)?|excl(?:usive|\.)?|含|不含|y/n|yes/no|是/否|optional|value|chars?|characters?|字符|[^\w%°]+)",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s*(?:[,;|、，；\n]|\s/\s|/(?!\d))\s*")
_CHINESE = re.compile(f"[{CJK}]")
_MOST_VALUES = 40
Words = tuple[str, int | None]


def role_of(header: str) -> Role | None:
    """What the column under `header` tells, or None."""
    clean = " ".join(header.split()).strip(" *:：")
    if not clean or len(clean) > 60:
        return None
    for role, pattern in _ROLES:
        if role is not Role.STATEMENT and pattern.fullmatch(clean):
            return role
    if _ID.fullmatch(clean) and not re.fullmatch(r"requirements?", clean, re.IGNORECASE):
        return Role.ID
    return Role.STATEMENT if _ROLES[-1][1].fullmatch(clean) else None


def looks_like_header(cells: Sequence[str]) -> bool:
    """Whether a row names columns: at least two cells are known headings, or one is and nothing else is long."""
    filled = [c.strip() for c in cells if c.strip()]
    if len(filled) < 2 or any(len(c) > 60 or (c.endswith((".", "。", ";", "；")) and len(c) > 12) for c in filled):
        return False
    known = sum(role_of(c) is not None for c in filled)
    return known >= 2 or (known == 1 and len(filled) <= 3 and not any(c[0].isdigit() for c in filled))


def told(headers: Sequence[str], cells: Sequence[str]) -> list[str]:
    """The sentences that headings of limits make of a row: what its value has to be, and then whether it may be left out.

    Empty where no heading names a limit, a format, allowed values or an obligation to fill in, or where no cell under one does.
    """
    roles: dict[Role, int] = {}
    for index, header in enumerate(headers):
        role = role_of(header)
        if role is not None and role not in roles and index < len(cells) and not _NOTHING.fullmatch(cells[index].strip()):
            roles[role] = index
    if not (_TELLING & roles.keys()) or not ({Role.FIELD, Role.STATEMENT} & roles.keys()):
        return []
    if not (_LIMITS | {Role.ALLOWED, Role.FORMAT}) & roles.keys() and Role.FIELD not in roles:
        return []  # "Requirement | Mandatory" tells of the requirement, not of an input
    chinese = _CHINESE.search(" ".join([*headers, cells[roles.get(Role.FIELD, roles.get(Role.STATEMENT, 0))]])) is not None
    telling = _Telling(roles, headers, [c.strip() for c in cells], chinese)
    return [t for t in ("".join(words for words, _ in telling.sentences()), telling.required()) if t]


class _Telling:
    def __init__(self, roles: Mapping[Role, int], headers: Sequence[str], cells: Sequence[str], chinese: bool) -> None:
        self.roles, self.headers, self.cells, self.chinese = roles, headers, cells, chinese
        self.out: list[Words] = []

    def sentences(self) -> list[Words]:
        self._range()
        self._length()
        self._allowed()
        self._format()
        if not self.out:
            return []
        self._message()
        statement = self.roles.get(Role.STATEMENT)
        if statement is not None:
            text = self.cells[statement]
            if Role.FIELD not in self.roles and not _is_sentence(text):
                return self.out
            end = "" if text.endswith((".", "。", "!", "！", ";", "；")) else ("。" if self.chinese else ".")
            return [(text, statement), (end + ("" if self.chinese else " "), None), *self.out]
        return self.out

    def _subject(self) -> Words:
        field = self.roles.get(Role.FIELD)
        if field is None:
            statement = self.roles[Role.STATEMENT]
            if not _is_sentence(self.cells[statement]):
                field = statement
        if field is None:
            return ("该值" if self.chinese else "The value", None)
        text = self.cells[field].rstrip(" .。*:：")
        return (text if self.chinese or text[:4].lower() == "the " else text[:1].upper() + text[1:], field)

    def _say(self, *words: Words) -> None:
        if self.out and not self.chinese:
            self.out.append((" ", None))
        self.out.extend([self._subject(), *words, ("。" if self.chinese else ".", None)])

    def _unit(self, index: int) -> str:
        """The unit of a column that stands beside its heading ("Max (MB)") or in a column of units."""
        found = _IN_BRACKETS.search(self.headers[index])
        if found and not _NO_UNIT.fullmatch(found[1]) and not found[1].isdigit():
            return found[1]
        unit = self.roles.get(Role.UNIT)
        return self.cells[unit] if unit is not None and len(self.cells[unit]) <= 20 else ""

    def _value(self, role: Role, unit: str = "") -> Words | None:
        index = self.roles.get(role)
        if index is None or not (found := _VALUE.fullmatch(self.cells[index])):
            return None
        value, unit = found["value"].strip(), unit or self._unit(index)
        if unit and value[-1].isdigit() and value[0].isascii() and value[0] not in "€$£¥":
            value += unit if self.chinese or unit == "%" else f" {unit}"
        return value, index

    def _range(self) -> None:
        low, high = self._value(Role.MIN), self._value(Role.MAX)
        between = self.roles.get(Role.RANGE)
        if low is None and high is None and between is not None:
            text = self.cells[between]
            if found := _SPAN.fullmatch(text):
                unit = found["unit"] or found["low_unit"] or self._unit(between)
                joint = "" if self.chinese or unit in ("", "%") else " "
                low, high = (found["low"] + joint + unit, between), (found["high"] + joint + unit, between)
            elif found := re.fullmatch(rf"(?P<sign>[<>]=?|[≤≥])\s?(?P<value>{_NUMBER}\s?\S{{0,12}})", text):
                self._say(
                    (" must be " if not self.chinese else "必须", None),
                    (_sign(found["sign"], self.chinese), None),
                    (found["value"], between),
                )
        self._between(low, high, "必须" if self.chinese else " must be ")

    def _length(self) -> None:
        unit = "个字符" if self.chinese else "characters"
        low, high = self._value(Role.MIN_LENGTH, unit), self._value(Role.MAX_LENGTH, unit)
        length = self.roles.get(Role.LENGTH)
        if low is None and high is None and length is not None:
            if found := _SPAN.fullmatch(self.cells[length]):
                joint = unit if self.chinese else f" {unit}"
                low, high = (found["low"] + joint, length), (found["high"] + joint, length)
            elif re.match(r"[<≤]|max|at most|最多|不超过", self.cells[length], re.IGNORECASE) and (
                digits := re.search(r"\d{1,9}", self.cells[length])
            ):
                high = (digits[0] + (unit if self.chinese else f" {unit}"), length)
            elif re.fullmatch(r"\d{1,9}", self.cells[length]):
                high = (self.cells[length] + (unit if self.chinese else f" {unit}"), length)
        self._between(low, high, "的长度必须" if self.chinese else " must have ")

    def _between(self, low: Words | None, high: Words | None, verb: str) -> None:
        least, most, joint = ("不少于", "不超过", "且") if self.chinese else ("at least ", "at most ", " and ")
        if self.chinese and "长度" not in verb:
            least, most = "大于等于", "小于等于"
        ends = [[(word, None), end] for word, end in ((least, low), (most, high)) if end is not None]
        if not ends:
            return
        words: list[Words] = [(verb, None), *ends[0]]
        for further in ends[1:]:
            words += [(joint, None), *further]
        self._say(*words)

    def _allowed(self) -> None:
        index = self.roles.get(Role.ALLOWED)
        if index is None:
            return
        text = self.cells[index].rstrip(" .。")
        if found := _SPAN.fullmatch(text):
            if self.roles.keys() & {Role.MIN, Role.MAX, Role.RANGE}:
                return
            joint = "" if self.chinese or not found["unit"] else " "
            unit = joint + found["unit"]
            self._between((found["low"] + unit, index), (found["high"] + unit, index), "必须" if self.chinese else " must be ")
            return
        values = [v for v in _PARTS.split(text) if v][:_MOST_VALUES]
        if not values:
            return
        shown = (("、" if self.chinese else ", ").join(values), index)
        if self.chinese:
            self._say(("只能是", None), shown, ("之一", None))
        else:
            self._say((" must be one of the following values: ", None), shown)

    def _format(self) -> None:
        index = self.roles.get(Role.FORMAT)
        if index is not None and len(self.cells[index]) <= 200:
            self._say(
                ("的格式必须为" if self.chinese else " must have the format ", None), (self.cells[index].rstrip(" .。"), index)
            )

    def required(self) -> str:
        """Whether the field may be left out, as a sentence, or ""."""
        index = self.roles.get(Role.REQUIRED)
        if index is None or Role.FIELD not in self.roles:
            return ""
        header, cell = self.headers[index], self.cells[index]
        turned = re.search(r"optional\??$|nullable|空", header, re.IGNORECASE) is not None and "/" not in header
        yes, no = _YES.fullmatch(cell) is not None, _NO.fullmatch(cell) is not None
        if re.fullmatch(r"必.*|mandatory|required|m", cell, re.IGNORECASE):
            turned = False
        if not yes and not no:
            return ""
        must = yes != turned
        subject = self._subject()[0]
        if self.chinese:
            return f"{subject}为空时，系统应拒绝提交。" if must else f"{subject}可以不填写。"
        bare = subject.removeprefix("The ")
        bare = bare if bare[1:2].isupper() else bare[:1].lower() + bare[1:]
        return f"An empty {bare} shall be rejected." if must else f"The {bare} may be left empty."

    def _message(self) -> None:
        index = self.roles.get(Role.MESSAGE)
        if index is None or len(self.cells[index]) > 300:
            return
        text = self.cells[index].strip("\"'“”「」 ")
        self.out += (
            [("否则系统应拒绝，并提示“", None), (text, index), ("”。", None)]
            if self.chinese
            else [(' Any other value shall be rejected with the message "', None), (text, index), ('".', None)]
        )


def _sign(sign: str, chinese: bool) -> str:
    words = {"<": ("less than ", "小于"), ">": ("greater than ", "大于")}
    closed = {
        "<": ("at most ", "小于等于"),
        ">": ("at least ", "大于等于"),
        "≤": ("at most ", "小于等于"),
        "≥": ("at least ", "大于等于"),
    }
    return (words[sign] if sign in words else closed[sign[0]])[chinese]


def _is_sentence(text: str) -> bool:
    """Whether a cell states something; else it names something ("Transfer amount")."""
    from testgen_runtime.documents import normative

    return normative.is_requirement(text, item=False, section=()) or (text.endswith((".", "。")) and len(text) > 12)
