"""How a tester brings a value in, in Chinese: typed, chosen, uploaded, waited for."""

from __future__ import annotations

import re

from testgen_runtime.documents.atoms.words_zh import ROLE
from testgen_runtime.generation.rules_zh_parts import MEASURED, THINGS, conditions, demands, noun, phrase, said
from testgen_runtime.generation.rules_zh_words import (
    INTRANSITIVE,
    USER_ACT,
    VERBS,
    is_person,
    is_system,
    last_clause,
    spaced,
    verb_phrase,
)
from testgen_runtime.generation.telling import Telling, Told

_FILE = re.compile("文件|附件|图片|照片|文档|上传|导入|导出|报表|发票|视频|音频|头像|证件|扫描件|凭证")
_FORMAT = re.compile(r"^(?P<noun>.*?)(?:的)?(?:文件)?(?:格式|扩展名|后缀|类型)$")
ASKED_FOR = re.compile(
    r"^(?:单笔|单次|每笔|每单|单个|每张|一次)?(?P<what>[\u4e00-\u9fff]{2,6}?)(?:总)?(?:金额|总额|总价|数量|天数|时长|时间|年龄)$"
)
_DEEDS = re.compile("^(?:支付|转账|提现|充值|付款|退款|借款|请假|报销|采购|投资|预约|借阅|兑换|捐款|贷款|加班|出差)$")
_COMPARED = r"(?:不超过|不得超过|不少于|不多于|至少|至多|最多|最少|超过|少于|只能|仅能|限)"
_RANGE = re.compile(r"\s?[\d一二两三四五六七八九十百]+\s?(?:至|到|-|~|～|—)\s?(?=[\d一二两三四五六七八九十百])")
"""The lower end of what may be chosen: "购买 1 至 2 张票"."""
_WITHIN = re.compile(
    r"^(?:在)?(?P<event>[^，]{0,10}?)\s?[\d.一二两三四五六七八九十半]+\s?(?:个)?(?:工作日|自然日|小时|分钟|秒|天|日|周|月|年)(?:以|之)?内(?P<rest>[^，]{2,})$"
)
_CONTAINS = re.compile(
    r"^(?:一|每)?[个张份条]?(?P<what>[\u4e00-\u9fff]{2,8}?)(?:应当?|必须|须)?(?:至少|最多|至多|最少|不得)?(?:包含|含有|包括)(?:不超过|不少于|至少|最多)?\s?\d"
)


def instruction(telling: Telling, base: str) -> str:
    """An instruction that names its object: "撤回" of an order in a state → "撤回订单"."""
    if len(base) > 2 or not USER_ACT.match(base):
        return base if len(base) > 2 else f"执行{base}操作"
    if base in INTRANSITIVE:
        return INTRANSITIVE[base]
    owner = telling.state_subject
    if not owner and (
        of := re.search(
            r"的(?P<what>[\u4e00-\u9fff]{2,5}?)(?:才能|才可以|方可|可以|不得|不能|不可以|不允许|禁止|均)",
            telling.requirement.text,
        )
    ):
        owner = "" if is_person(of["what"]) else of["what"]
    if not owner and base in ("提交", "保存"):
        thing = re.search(r"(?P<what>[\u4e00-\u9fff]{1,4}?单)(?!笔|次|个|张|位|价)", telling.requirement.text)
        owner = re.sub("^.*(?:其他|提交|保存|填写|该)", "", thing["what"]) if thing else ""
        asked = next(
            (
                m["what"]
                for t in conditions(telling)
                if (m := re.match(r"(?P<what>请假|报销|采购|借款|转账|付款|退款|贷款)(?:总)?(?:金额|天数|时长|数量)", said(t)))
            ),
            "",
        )
        owner = owner if len(owner) > 1 or not asked else f"{asked}申请"
        return f"{base}{owner}" if len(owner) > 1 else f"执行{base}操作"
    if not owner:
        clause = re.match(
            r"(?P<what>[\u4e00-\u9fff]{2,5}?)(?:已|未|过期|失效|不|存在|有|无|没有)",
            next((said(t) for t in conditions(telling)), ""),
        )
        owner = clause["what"] if clause and not is_person(clause["what"]) else ""
    if not owner:
        owner = next(
            (t.name for t in conditions(telling) if t.name != "前提条件" and len(t.name) <= 6 and not is_person(t.name)), ""
        )
    if not owner and (
        named := re.search(
            rf"(?:{VERBS})(?:的)?([\u4e00-\u9fff]{{1,5}}?(?:单|申请|订单|表|文件|合同|任务))", telling.requirement.text
        )
    ):
        owner = named[1]
    return f"{base}{owner}" if owner and owner not in base else f"执行{base}操作"


def entering(telling: Telling, base: str) -> str:
    entered = telling.entered
    first = entered[0]
    words = "、".join(phrase(told).rstrip() for told in entered)
    if len(entered) == 1 and first.kind == "limit":
        if noun(first) != first.name:
            verb = "上传" if first.limit and first.limit.dimension == "size" else "输入"
            return f"{verb}{_measured(first)}"
        if replaced := _substituted(telling, first):
            return replaced
    if first.kind == "enum" or any(told.kind == "enum" for told in entered):
        return _choosing(telling)
    if base and not demands(telling):
        return f"在{spaced(words)}的情况下{instruction(telling, base)}"
    return _enter(telling, words)


def _choosing(telling: Telling) -> str:
    """A member of a list: a file of a format, or a choice."""
    listed = next(told for told in telling.entered if told.kind == "enum")
    others = [told for told in telling.entered if told is not listed]
    text = telling.requirement.text
    fits = _FORMAT.match(listed.name)
    of_a_file = listed.value.isascii() or not listed.name.endswith("类型")
    if fits and of_a_file and (_FILE.search(text) or _FILE.search(listed.name)):
        verb = next((v for v in ("上传", "导入", "导出") if v in text), "上传")
        what = fits["noun"] or ("图片" if "图片" in text or "图片" in listed.name else "文件")
        what = re.sub(r"^(?:上传|导入|导出)(?:的)?", "", what) or "文件"
        size = "".join(f"{_attribute(told)}为 {spaced(told.value)}的 " for told in others if noun(told) != told.name)
        count = next((told.value for told in others if told.limit is not None and told.limit.dimension == "count"), "")
        value = f" {listed.value} " if listed.value.isascii() else f"“{listed.value}”"
        return f"{verb}{f' {spaced(count)}' if count else '一个'}{size}{value}格式的{what}".replace("  ", " ")
    held = f"在{spaced('、'.join(phrase(told).rstrip() for told in others))}的情况下" if others else ""
    if listed.name.endswith("请求方法"):
        return f"{held}以 {listed.value} 方法调用接口"
    return f"{held}选择{listed.name}“{listed.value}”"


def _measured(told: Told) -> str:
    """长度为 3 个字符的用户名."""
    return f"{_attribute(told)}为 {spaced(told.value)}的{noun(told)}"


def _attribute(told: Told) -> str:
    """What is measured of it: 单个附件大小 → 大小."""
    name = re.sub("^(?:单个|单张|单份|每个|每张|一个|一张|上传的|导入的)(?=..)", "", told.name)
    return name.removeprefix(noun(told)).lstrip("的")


def _substituted(telling: Telling, told: Told) -> str:
    """The requirement's own action with the test's value in it: "一次最多上传 9 张图片" → "一次上传 10 张图片"."""
    if told.limit is not None and told.limit.dimension == "duration":
        for act in telling.actions:
            if (within := _WITHIN.match(act.text)) and not is_system(last_clause(act.subject)):
                who = last_clause(act.subject)
                if who and not is_person(who) and not within["event"]:
                    return f"使{who}经过 {told.value}{within['rest']}"
                who = f"以“{who}”身份" if is_person(who) and who != "用户" and not telling.role else ""
                event = re.sub("后$", "", within["event"])
                thing = last_clause(act.subject)
                if len(within["rest"]) == 2 and THINGS.search(thing):
                    since = re.sub("^自|(?:之[日时])?起$", "", event)
                    return f"{since or '在'} {told.value}后{within['rest']}{thing}"
                if event:
                    since = re.sub("^自|(?:之[日时])?起$", "", event)
                    of = thing if len(within["rest"]) <= 3 and THINGS.search(thing) else ""
                    return f"{since} {told.value}后{who}{within['rest']}{of}"
                day = re.fullmatch(r"(?P<n>[\d.]+)\s?个?(?P<unit>工作日|自然日|天|日)", told.value)
                when = f"在 {told.value}后"
                if day:
                    when = f"在第 {day['n']} {'个' if len(day['unit']) > 1 else ''}{day['unit']}"
                return f"{who}{when}{within['rest']}"
    if told.limit is None or told.limit.dimension != "count":
        return ""
    if contains := _CONTAINS.match(telling.requirement.text.strip()):
        return f"提交包含 {told.value}{told.name.removesuffix('数量')}的{contains['what']}"
    if counted := re.match(
        rf"(?P<once>单次|一次|每次)(?P<verb>{VERBS})的?(?P<what>[\u4e00-\u9fff]{{1,6}}?)(?:数量|数)$", told.name
    ):
        return f"{counted['once']}{counted['verb']} {told.value}{counted['what']}"
    unit = re.escape(told.limit.unit.removeprefix("个") or told.limit.unit)
    for act in telling.actions:
        text = _RANGE.sub("", re.sub(_COMPARED, "", verb_phrase(act.text.split("，")[0])))
        text = re.sub(r"^可(?:以)?", "", text.removeprefix(telling.role) if telling.role else text).strip()
        if telling.role and (others := ROLE.match(text)) and telling.role not in others[0]:
            text = text[others.end() :].strip()
        text = re.sub(r"(?<=[次天日月年人时])可(?:以)?(?=[\u4e00-\u9fff])", "", text)
        new, count = re.subn(rf"\s?(?:\d[\d,.]*\s?[万千]?|[一二两三四五六七八九十百]+)\s?{unit}", f" {told.value}", text)
        if (
            count == 1
            and USER_ACT.match("上传的") is None
            and not re.match(rf"(?:{VERBS})的", new)
            and (
                (
                    re.match(rf"(?:一次|每次|同时|每人|每天|在)?[^，]{{0,4}}?(?:{VERBS})", new)
                    or re.search(rf"(?:{VERBS}) {re.escape(told.value)}", new)
                )
                or re.match(r"同时在 ", new)
            )
        ):
            first = re.match(r"(?:一次|每次|单次)", telling.requirement.text)
            lead = first[0] if first and first[0] not in new else ""
            return f"{lead}{new}".strip()
    return ""


def _enter(telling: Telling, words: str) -> str:
    first = telling.entered[0]
    dimension = first.limit.dimension if first.limit else "other"
    if first.name.endswith("次数") and len(first.name) > 3:
        stem = first.name[:-2]
        return f"{stem} {first.value}" if USER_ACT.match(re.sub("^连续|^累计", "", stem)) else f"使{stem} {first.value}"
    named = ASKED_FOR.match(first.name)
    what = named["what"] if named else ""
    if dimension == "duration" and first.kind == "limit" and len(telling.entered) == 1 and not _DEEDS.match(what):
        if first.name.endswith("有效期") and len(first.name) > 4:
            thing = first.name.removesuffix("有效期").removesuffix("的")
            return f"在{thing}生成 {first.value}后使用该{thing}"
        if first.name.endswith(("时长", "期限")):
            return f"将{first.name}设置为 {first.value}"
    if dimension == "duration" and first.kind == "limit" and not _DEEDS.match(what):
        return f"使{first.name}达到 {first.value}" if len(telling.entered) == 1 else f"使{words}"
    if dimension in ("count", "percent") or MEASURED.search(first.name) or first.limit is None or dimension == "other":
        if "年龄" in first.name or first.name.endswith(("日期", "数", "编号")):
            return f"提交{spaced(words)}的申请" if "年龄" in first.name else f"使{words}"
        return (
            f"使{words}"
            if dimension == "count"
            else f"将{first.name}调整为 {first.value}"
            if len(telling.entered) == 1
            else f"使{words}"
        )
    return f"提交{spaced(words)}的{_asked_thing(what)}"


def of_amount(text: str) -> str:
    """The instruction for "采购金额为 125000 元"; "" where `text` gives no amount."""
    found = re.match(r"(?P<name>[\u4e00-\u9fff]{2,10}?(?:金额|总额|总价|费用|价格|额度?))为 (?P<value>\d.*)$", text)
    named = ASKED_FOR.match(found["name"]) if found else None
    return f"提交{text}的{_asked_thing(named['what'] if named else '')}" if found else ""


def _asked_thing(what: str) -> str:
    """What is submitted with a value of that name: 采购 → 采购申请, 订单 → 订单."""
    if THINGS.search(what):
        return what
    if what in ("请假", "报销", "采购", "借款", "出差", "加班", "贷款"):
        return f"{what}申请"
    return f"{what}请求" if _DEEDS.match(what) else "请求"
