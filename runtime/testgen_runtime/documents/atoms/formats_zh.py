"""Formats that a Chinese rule states: "格式为 YYYY-MM-DD", "两位大写字母加六位数字", "由字母、数字和下划线组成", "以字母开头", "符合邮箱格式"."""

from __future__ import annotations

import re
from typing import Final

from testgen_runtime.documents.atoms import words_zh
from testgen_runtime.documents.atoms.clauses import Unit
from testgen_runtime.documents.atoms.numerals import chinese_number
from testgen_runtime.documents.atoms.written import DATE_OR_TIME, EXPRESSION, Mention, of_date, of_expression
from testgen_runtime.documents.model import CharClass, KnownFormat, Run

_CLASSES: tuple[tuple[str, tuple[CharClass, ...], str], ...] = (
    ("大写(?:英文)?字母", ("upper",), ""), ("小写(?:英文)?字母", ("lower",), ""), ("(?:大小写)?(?:英文)?字母|英文(?:字符)?", ("letter",), ""),
    ("(?:阿拉伯)?数字", ("digit",), ""), ("十六进制(?:字符|数字)?", ("hex",), ""), ("下划线", (), "_"), ("连字符|短横线|中划线|横杠|横线", (), "-"),
    ("小数点|英文句点|点号", (), "."), ("斜杠", (), "/"), ("冒号", (), ":"), ("空格", ("space",), ""), ("字符", ("any",), ""),
)  # fmt: skip
_CLASS = "|".join(f"(?P<c{i}>{words})" for i, (words, _, _) in enumerate(_CLASSES))
_N = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
_COUNT = rf"(?:(?P<least>{_N})\s?(?:至|到|-|~|～)\s?(?P<most>{_N})|(?P<n>{_N}))\s?[位个]\s?"
_ITEM = re.compile(
    rf"(?:{_COUNT})?(?:的)?(?:{_CLASS})|(?:(?:固定)?(?:前缀|字母|数字|字符)\s?)?[“\"「‘'](?P<fixed>[^\s”\"」’']{{1,12}})[”\"」’']|(?P<bare>[A-Z]{{1,6}}-?|\d{{1,4}})(?![\w位个])"
)
_THEN = re.compile(r"\s?(?:[，,]\s?)?(?:后面?(?:跟|接|加|紧跟)(?:着|上)?|加上?|接着|紧跟|再加|\+|＋|和|及|与|以及|、)\s?(?:上)?")
_BEGINS = re.compile(r"以\s?(?=\S)")
_SET: Final = re.sub(r"[?]P<c[0-9]+>", "?:", _CLASS)
_LISTED = re.compile(
    r"(?P<lead>(?:只能|仅能|仅|只|必须|应当?|须|可以?|允许)?\s?(?:由|包含|含有?|使用|输入|为|是)?)\s?"
    rf"(?P<set>(?:{_SET})(?:\s?(?:、|和|或者?|及|与|以及)\s?(?:{_SET})){{0,7}})\s?(?P<tail>组成|构成|组合)?"
)
_COUNTED: Final = re.compile(
    rf"由\s?(?P<size>{_N})\s?[位个]\s?(?P<set>(?:{_SET})(?:\s?(?:、|和|或者?|及|与|以及)\s?(?:{_SET})){{0,4}})\s?(?:组成|构成)"
)
_KNOWN: tuple[tuple[str, KnownFormat], ...] = (
    ("(?:电子)?邮箱(?:地址)?|电子邮件(?:地址)?|邮件地址|Email|E-mail|email", "e-mail"), ("手机号码?|手机|移动电话|联系电话|电话号码", "phone"),
    ("身份证号码?|身份证|居民身份证号码?", "id card"), ("URL(?:地址)?|url|网址|链接地址|网站地址", "url"), ("IPv6(?:地址)?", "ipv6"), ("IP(?:v4)?(?:地址)?", "ipv4"),
    ("邮政编码|邮编", "postal code"), ("UUID|uuid|GUID", "uuid"), ("MAC(?:地址)?", "mac address"), ("JSON|json", "json"), ("XML|xml", "xml"),
    ("ISBN", "isbn"), ("域名|主机名", "hostname"), ("日期时间|ISO ?8601", "date-time"), ("日期", "date"),
)  # fmt: skip
_NAME = "|".join(f"(?P<k{i}>{words})" for i, (words, _) in enumerate(_KNOWN))
_VALID = re.compile(
    rf"(?:符合|满足|遵循|采用|使用)(?:标准|正确|合法|有效|规范)?的?\s?(?:{_NAME})\s?的?(?:格式|规范|规则|标准)|(?:合法|有效|正确|标准|规范)的\s?(?:{_NAME.replace('?P<k', '?P<j')})(?:格式)?"
)
_EXPRESSION_LEAD = re.compile(r"(?:正则表达式|正则|表达式|模式)\s?(?:为|是|[:：])?\s?[“\"‘'`]?(?=[\[\\^A-Za-z0-9])")
_EXAMPLE = re.compile(r"(?:例如|如|比如|示例)[:：]?\s?[“\"‘']?(?P<value>[\w@.:/+-]*\d[\w@.:/+-]*|[\w.+-]+@[\w.-]+)")
_SUBJECT = re.compile(
    r"(?P<name>[\u4e00-\u9fffA-Za-z]{1,12}?)(?:的)?(?:格式|输入格式|编码规则|规则|内容|取值|长度)?\s?(?:应当?|必须|须|需|只能|仅能|只|仅|可以?|均|统一|应该|恰好?|固定)*\s?(?:要求)?(?:采用|使用|符合|满足|遵循|为|是|由|以|包含|含有?|[:：])"
)
_LONGEST: Final = 12
"""Runs in one format: more is no format that a sentence tells."""
_Found = tuple[tuple[Run, ...], KnownFormat | None, int, int]


def formats_in_chinese(unit: Unit, topic: str) -> list[Mention]:
    """The format of one Chinese rule; `topic` names what the rules before it were about."""
    text = unit.part.text
    if unit.conditions and unit.verdict == "refuse":
        return []
    found = (
        _dated(text) or _expression(text) or _sequence(text) or _begins(text) or _counted(text) or _listed(text) or _valid(text)
    )
    if found is None:
        return []
    syntax, known, start, end = found
    subject = _subject(text, start, known) or topic
    if not subject:
        return []
    example = _EXAMPLE.search(text, end)
    at = unit.part.start
    return [
        Mention(subject, text[start:end], syntax, known, example["value"].rstrip(".") if example else "", at + start, at + end)
    ]


def _dated(text: str) -> _Found | None:
    match = DATE_OR_TIME.search(text)
    return None if match is None else (*of_date(match[0]), match.start(), match.end())


def _expression(text: str) -> _Found | None:
    lead = _EXPRESSION_LEAD.search(text)
    written = EXPRESSION.match(text, lead.end()) if lead else None
    return (
        (of_expression(written[0]), None, written.start(), written.end())
        if written and re.search(r"[\[\\{]", written[0])
        else None
    )


def _sequence(text: str) -> _Found | None:
    """ "2 位大写字母加 6 位数字": items that follow each other, at least two of them."""
    for first in _ITEM.finditer(text):
        runs: list[Run] = []
        at, end = first.start(), first.start()
        while len(runs) < _LONGEST and (item := _ITEM.match(text, at)) and (run := _run(item)):
            runs.append(run)
            end = item.end()
            joint = _THEN.match(text, end)
            if joint is None:
                break
            at = joint.end()
        counted = sum(1 for run in runs if run.classes and run.most is not None)
        if len(runs) >= 2 and counted and all(run.most is not None for run in runs):
            return tuple(runs), None, first.start(), end
    return None


def _run(item: re.Match[str]) -> Run | None:
    if fixed := item["fixed"] or item["bare"]:
        return Run((), fixed)
    number = next((i for i in range(len(_CLASSES)) if item[f"c{i}"]), None)
    if number is None:
        return None
    _, classes, also = _CLASSES[number]
    if item["n"]:
        least = most = _number(item["n"])
    elif item["least"]:
        least, most = _number(item["least"]), _number(item["most"])
    else:
        return Run(classes, also) if also else Run(classes, also, 1, None)
    return Run(classes, also, least, most) if 0 < least <= most else None


def _number(word: str) -> int:
    return int(word) if word.isdigit() else chinese_number(word) or 0


def _begins(text: str) -> _Found | None:
    """ "以字母开头", and with it what a length before it leaves: "11 位数字，且以 1 开头"."""
    lead = _BEGINS.search(text)
    item = _ITEM.match(text, lead.end()) if lead else None
    run = _run(item) if item else None
    closed = re.compile(r"\s?(?:开头|打头|起始|为首)").match(text, item.end()) if item else None
    if lead is None or run is None or closed is None:
        return None
    first = Run(run.classes, run.also)
    end = closed.end()
    before = next((m for m in _ITEM.finditer(text[: lead.start()]) if m["n"]), None)
    rest = _run(before) if before else None
    if before is not None and rest is not None and rest.least > 1:
        size = rest.least - (1 if first.classes else len(first.also))
        return (first, Run(rest.classes, rest.also, size, size)), None, before.start(), end
    counted = _ITEM.match(text, after.end()) if (after := re.compile(r"\s?的\s?").match(text, end)) else None
    if counted is not None and counted["n"] and (rest := _run(counted)) and rest.least > 1:  # "以 1 开头的 11 位数字"
        size = rest.least - (1 if first.classes else len(first.also))
        return (first, Run(rest.classes, rest.also, size, size)), None, lead.start(), counted.end()
    others = _listed(text)  # "由字母和数字组成，以字母开头"
    rest = Run(others[0][0].classes, others[0][0].also, 0, None) if others else Run(("any",), "", 0, None)
    return (first, rest), None, lead.start(), end


def _counted(text: str) -> _Found | None:
    """ "由 6 位数字组成", "由 8 位大写字母和数字构成": so many characters of the classes that are listed."""
    found = _COUNTED.search(text)
    if found is None:
        return None
    size, (classes, also) = _number(found["size"]), _of_set(found["set"])
    return ((Run(classes, also, size, size),), None, found.start("size"), found.end()) if classes and size > 0 else None


def _listed(text: str) -> _Found | None:
    """ "由字母、数字和下划线组成", "只能包含字母和数字"."""
    for found in _LISTED.finditer(text):
        strict = found["tail"] or re.match(r"(?:只|仅)", found["lead"])
        counted = re.search(r"[\d一二两三四五六七八九十]\s?[位个]\s?$", text[: found.start("set")])
        demanded = re.search(r"至少|同时|必须(?:包含|含)|应(?:包含|含)", text[max(0, found.start() - 6) : found.start("set")])
        if not strict or counted or (demanded and not found["tail"]):
            continue
        classes, also = _of_set(found["set"])
        if classes:
            return (Run(classes, also, 1, None),), None, found.start("set"), found.end()
    return None


def _of_set(words: str) -> tuple[tuple[CharClass, ...], str]:
    """The classes of a list of characters, and its signs."""
    classes: list[CharClass] = []
    also = ""
    for item in _ITEM.finditer(words):
        run = _run(item)
        if run is None or "any" in run.classes:
            continue
        classes += [c for c in run.classes if c not in classes]
        also += run.also
    return tuple(classes), also


def _valid(text: str) -> _Found | None:
    match = _VALID.search(text)
    if match is None:
        return None
    number = next(i for i in range(len(_KNOWN)) if match[f"k{i}"] or match[f"j{i}"])
    return (), _KNOWN[number][1], match.start(), match.end()


def _subject(text: str, start: int, known: KnownFormat | None) -> str:
    """What is written so: the thing before the verb, else what the format names."""
    clause = re.split(r"[，,。；;]", text[:start])[-1] if "，" not in text[:start] or known else text[:start]
    named = _SUBJECT.search(clause + text[start : start + 2] if clause else "")
    named = named or _SUBJECT.search(text[:start] + "为")
    name = (
        re.sub(
            r"^(?:系统|平台|接口|用户(?=应|必须|须|输入|填写|可)|应|必须|输入|录入|填写|的|其|该|且|并|也|当|如果)+|(?:的|应当?|必须|须|需|只能|仅|只|格式)+$",
            "",
            named["name"],
        )
        if named
        else ""
    )
    if name and not words_zh.SYSTEM.match(name) and not words_zh.ROLE.fullmatch(name):
        return name
    return ""
