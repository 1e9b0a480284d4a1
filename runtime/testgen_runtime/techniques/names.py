"""What a tester calls an input in the test data: "password length", "order total", "订单状态"."""

from __future__ import annotations

import re

from testgen_runtime.documents.model import Language, Limit
from testgen_runtime.techniques.phrases import bare

_HAS: dict[tuple[str, Language], re.Pattern[str]] = {
    ("length", "en"): re.compile(r"\b(length|characters?|digits?|side|width|height|depth|distance|diameter)\b", re.I),
    ("size", "en"): re.compile(r"\b(sizes?|volume|capacity|storage|memory|space)\b", re.I),
    ("money", "en"): re.compile(
        r"\b(amounts?|totals?|prices?|values?|fees?|balances?|costs?|sums?|payments?|limits?|income|salary|turnover|deposit|"
        r"credit|charge)\b", re.I),
    ("duration", "en"): re.compile(
        r"\b(time|times|period|duration|age|days|hours|minutes|seconds|months|years|interval|delay|timeout|inactivity|length|wait|"
        r"term|notice|date)\b", re.I),
    ("count", "en"): re.compile(r"\b(number|count|quantity|amount|attempts?|total|times|size)\b", re.I),
    ("percent", "en"): re.compile(r"\b(rate|share|percent\w*|ratio|level|usage|discount|load|utili[sz]ation|score)\b", re.I),
    ("length", "zh"): re.compile("长度|字数|位数|距离|宽|高|边长|深"),
    ("size", "zh"): re.compile("大小|容量|体积|空间|内存"),
    ("money", "zh"): re.compile("额|价|费|款|元|成本|工资|收入|押金"),
    ("duration", "zh"): re.compile("时间|时长|天数|期|间隔|年龄|时限|延迟|小时|分钟|秒|月|年"),
    ("count", "zh"): re.compile("数|次|条|个|人|件|量|份|[学课]时"),
    ("percent", "zh"): re.compile("率|比|百分|折扣|占"),
}  # fmt: skip
_SUFFIX: dict[tuple[str, Language], str] = {
    ("length", "en"): "length", ("size", "en"): "size", ("money", "en"): "amount", ("duration", "en"): "duration",
    ("percent", "en"): "percentage", ("length", "zh"): "长度", ("size", "zh"): "大小", ("money", "zh"): "金额",
    ("duration", "zh"): "时长", ("count", "zh"): "数量", ("percent", "zh"): "百分比",
}  # fmt: skip
_ALONE: dict[Language, dict[str, str]] = {
    "en": {
        "length": "length",
        "size": "size",
        "money": "amount",
        "duration": "duration",
        "count": "number",
        "percent": "percentage",
    },
    "zh": {"length": "长度", "size": "大小", "money": "金额", "duration": "时长", "count": "数量", "percent": "百分比"},
}


_OLD = re.compile(r"\bold\b|岁", re.I)
_PERSON = re.compile(
    r"\b(?:person|user|customer|applicant|member|guest|recipient|patient|student|driver|employee|child|adult|player)\b", re.I
)


def limit_name(limit: Limit, language: Language) -> str:
    """The subject of a limit with the word for what is measured, where the subject does not say it."""
    subject = bare(limit.subject)
    # "订单未付款" names a condition too: the limit is the order's
    if language == "zh" and not re.search("(?:时间|天数|时长)$", subject):
        subject = re.sub(r"(?<=[\u4e00-\u9fff]{2})(?:尚未|未|已|没有|不)[\u4e00-\u9fff]{1,6}$", "", subject)
    if _OLD.search(limit.unit) or (limit.unit.strip().lower() in ("years", "year") and _PERSON.search(subject)):
        age = "年龄" if language == "zh" else " age"
        return subject if age.strip() in subject else re.sub(r"(?:\s+(?:time|duration)|时间|时长)$", "", subject) + age
    key = (limit.dimension, language)
    if subject in ("extension", "increase", "reduction", "delay", "postponement"):
        return subject
    if not subject:
        return _ALONE[language].get(limit.dimension, "value" if language == "en" else "取值")
    if limit.dimension == "other" or _HAS[key].search(subject):
        return subject
    if limit.dimension == "count" and language == "en":
        unit = limit.unit.strip()
        return f"number of {unit}" if len(unit) > 2 and unit.isalpha() else f"number of {subject}"
    return f"{subject}{'' if language == 'zh' else ' '}{_SUFFIX[key]}"


def state_name(subject: str, language: Language) -> str:
    """ "order" → "order state"; "订单" → "订单状态"."""
    subject = bare(subject)
    if language == "zh":
        return subject if "状态" in subject else f"{subject}状态"
    return subject if re.search(r"\b(state|status)\b", subject, re.I) else f"{subject} state".strip()


def role_name(language: Language) -> str:
    return "role" if language == "en" else "角色"


def enumeration_name(subject: str, language: Language) -> str:
    """The parameter's own name, in the singular where English has a list of it ("formats" → "format")."""
    subject = bare(subject)
    if language == "zh":
        return subject or "取值"
    if subject.startswith("number of "):
        return subject
    return re.sub(r"(?<=[a-z]{3})(?<![su])s$", "", subject) or "value"


def format_name(subject: str, language: Language) -> str:
    """What is written in a format: "the plate number" → "plate number"."""
    return enumeration_name(subject, language)
