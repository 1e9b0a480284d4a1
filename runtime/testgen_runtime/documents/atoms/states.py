"""States in which something is possible or refused, and transitions from one state to another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from testgen_runtime.documents.atoms import lists, words_en, words_zh
from testgen_runtime.documents.atoms.clauses import Unit

_POSSIBLE_EN = (
    re.compile(
        r"\b(?:its|the|their|whose|an?|this)\s(?:(?P<owner>[A-Za-z][\w-]*(?:\s[A-Za-z][\w-]*)?)(?:'s|"
        r"’s)?\s)?(?:state|status|mode|phase|stage)\s(?:is|was|equals|becomes)\s(?:not\s)?(?:either\s|one of\s)?(?:the following:?\s?)?",
        re.I,
    ),
    re.compile(
        r"\b(?:in|with|has|have|into|under|during|from)\s(?:the\s|an?\s|one of the\s)?(?:[a-z]+\s)?(?:states?|status(?:es)?|modes?|phases?|stages?)\s(?:of\s)?(?:is\s)?",
        re.I,
    ),
    re.compile(
        r"\b(?P<owner2>[A-Z]?[\w-]*(?:\s[A-Z]?[\w-]+)?)\s(?:state|status|mode|phase|stage)\sis\s(?:either\s|one of\s)?(?:the following\s?)?",
        re.I,
    ),
)
_OTHER_MODE = re.compile(r"\b(?:any other|another|an? different|every other|all other)\smodes?\b", re.I)
_NAMED_EN = re.compile(r"\b(?:in|to|into)\s(?:the\s|an?\s)?(?=[A-Z“\"'‘])")
_FROM_EN = re.compile(r"\b(?:from|in|while)\s(?=[A-Z“\"'‘])")
_AFTER_EN = re.compile(r"\s(?:state|status|mode|phase|stage)s?\b", re.I)
_IS_EN = re.compile(
    r"\b(?:(?:the|an?|each|every|its|their|his|her)\s(?P<owner>[A-Za-z][\w-]*(?:\s[a-z][\w-]*)?)|it|they|that|which)\s(?:is|are|was|were|(?:has|have) been|(?:has|have) become|becomes?|reaches|enters)\s"
    r"(?:not\s)?(?:currently\s|still\s|already\s)?(?:set to\s|marked as\s|marked\s|moved to\s|put into\s)?(?=[A-Z][a-z]+(?:\b|$)|[“\"'‘])"
)
_CHANGE_EN = re.compile(
    r"\b(?:chang(?:e|es|ed|ing)|transition(?:s|ed|ing)?|mov(?:e|es|ed|ing)|switch(?:es|ed)?|go(?:es)?|set|"
    r"sets)\b[^.;]{0,60}?\bfrom\s(?:the\s)?(?:state\s)?"
    r"(?P<from>[“\"'‘]?[A-Z][\w-]*[”\"'’]?)\s(?:state\s|"
    r"status\s)?(?:in)?to\s(?:the\s)?(?:state\s)?(?P<to>[“\"'‘]?[A-Z][\w-]*[”\"'’]?)"
)
_Q = r"[“\"「『【《][^”\"」』】》\n]{1,20}[”\"」』】》]"
_V = r"[\u4e00-\u9fffA-Za-z0-9](?:(?![和或及与]|以及)[\u4e00-\u9fffA-Za-z0-9]){0,7}?"  # a joint parts two names in one way only
_VALUES_ZH = rf"(?P<list>(?:{_Q}|{_V})(?:\s*(?:、|或者|以及|或(?!者)|和|及|与|/)\s?(?:{_Q}|{_V})|(?<=[”\"」』】》]){_Q}){{0,9}})"
_POSSIBLE_ZH = (
    re.compile(
        rf"(?:(?P<owner>[\u4e00-\u9fff]{{1,8}}?))?(?:目前|当前)?(?:处于|处在|在|(?<![变改设转置更成])[为是](?=\s?[“\"「]))\s?{_VALUES_ZH}\s?(?:等|两种|三种|"
        rf"这些|的)?\s?状态"
        r"(?:的(?P<owner2>[\u4e00-\u9fff]{1,6}?)(?=[不可应必须才需允将会，,。]|$))?"
    ),
    re.compile(
        rf"(?P<owner>[\u4e00-\u9fff]{{0,8}}?)的?(?:当前)?状态(?:必须)?(?P<not>不)?(?:为|是|处于|等于|属于|"
        rf"[:：])\s?{_VALUES_ZH}\s?(?:之一)?(?:状态)?(?:的(?P<owner2>[\u4e00-\u9fff]{{2,8}}?)(?=[不可应必须才需允将会禁能方均都，,。]|$)|(?=[的时，,。；;之后可应方才]|$))"
    ),
    re.compile(rf"{_VALUES_ZH}\s?状态(?:下|时)?的\s?(?P<owner>[\u4e00-\u9fff]{{1,6}}?)(?=[不可应必须才需允将会，,。；]|$)"),
)
_CHANGE_ZH = re.compile(
    rf"(?P<owner>[\u4e00-\u9fff]{{0,8}}?)(?:的?状态)?(?:应|将|会|须|必须|可以|可|只能)?(?:从|由)(?![低小轻浅弱少短早前近内上左易]到[高大重深强多长晚后远外下右难])(?![高大重深强多长晚后远外下右难]到[低小轻浅弱少短早前近内上左易])\s?(?P<from>{_Q}|"
    rf"{_V})\s?(?:状态)?\s?(?:变为|变成|转为|转换为|改为|变更为|更新为|流转到|流转为|到|至|进入)\s?"
    rf"(?P<to>{_Q}|[\u4e00-\u9fff]{{2,6}}|[A-Z][A-Za-z]+)"
)
_REST = re.compile(r"(?:either|one of(?: the following)?|the following)?[\s:]*", re.IGNORECASE)
_CHANGES = re.compile(
    r"^(?:the|an?|its)\s(?P<owner>[\w -]{2,40}?)\s(?:results?|changes?|transitions?|moves?|goes|switch\w*)\b", re.IGNORECASE
)
_OBJECT_EN = re.compile(
    r"^(?:be able to\s)?[a-z-]+\s(?:an?|the|any|his|her|their|its|each|every)\s(?P<object>[a-z][\w -]*?)"
    r"(?=\s(?:while|if|when|in|with|to|for|from|only|at|by|until|unless|that|which|who|of)\b|[,.;]|$)",
    re.IGNORECASE,
)
_OWNED = re.compile(
    r"\b(?:state|status) of (?:the|an?) (?P<owner>[\w-]+(?:\s[\w-]+)?)\s+$|\b(?:the|an?) (?P<owner2>[\w-]+) (?:state|status)\s+$"
)
_QUOTES = "“”\"'‘’「」『』【】《》"


@dataclass(frozen=True, slots=True)
class Mention:
    """The states that one rule names. `possible`: the event can happen in them."""

    subject: str
    values: tuple[str, ...]
    possible: bool
    event: str
    target: str
    start: int
    end: int


def mentions(text: str, unit: Unit, event: str, subject: str) -> list[Mention]:
    """The states in one rule; `event` and `subject` are those of its main clause."""
    part = unit.part
    change = (_CHANGE_ZH if unit.language == "zh" else _CHANGE_EN).search(part.text)
    if change and not (unit.language == "zh" and words_zh.ROLE.fullmatch(change["from"])):  # "由站长变更为": who does it
        owner = (change.groupdict().get("owner") or subject).strip()
        inside = unit.in_condition(part.start + change.start())
        if unit.language == "en" and inside and (named := _CHANGES.match(inside.part.text)):
            owner = named["owner"]
        if unit.language == "en" and not owner and (named := _OWNED.search(part.text[: change.start()])):
            owner = named["owner"] or named["owner2"]
        source, target = change["from"].strip(_QUOTES), change["to"].strip(_QUOTES)
        return [
            Mention(owner or subject, (source,), unit.verdict != "refuse", event, target,
                    part.start + change.start("from"), part.start + change.end())
        ]  # fmt: skip
    found = (
        _chinese(part.text) or _of_the_state_before(text, unit)
        if unit.language == "zh"
        else _english(text, part.text, part.start, len(text) if unit.listed else part.end)
    )
    if found is None:
        return []
    owner, values, start, end, negated = found
    if unit.language == "en":
        if all(value.isdigit() for value in values):
            return []  # "with status 400" is a code
        subject = re.sub(r"(?<=[a-z]{3})(?<![sui])s$", "", subject)
        if (
            not owner
            and words_en.ROLE.fullmatch(subject.split()[-1] if subject.split() else "")
            and (it := _OBJECT_EN.match(event))
        ):
            owner = it["object"]  # "an operator may block a compartment while its state is …"
    condition = unit.in_condition(part.start + start)
    possible = (unit.verdict != "refuse") != (negated or (condition is not None and not condition.holds))
    if (
        condition is None
        and unit.main.start <= part.start + start
        and part.text[start : start + 5].lower() != "from "
        and _sets(part.text[:start])
    ):
        return []
    return [Mention(owner or subject, values, possible, event, "", part.start + start, part.start + end)]


def of_known_things(unit: Unit, known: Sequence[Mention], event: str) -> list[Mention]:
    """ "Upgrading an Expired or Cancelled subscription is not possible": further states of a thing whose states were told."""
    for before in known:
        owner = before.subject.split()[-1] if before.subject else ""
        if len(owner) < 3:
            continue
        for start in re.finditer(r"(?:^|\b(?:an?|the|any|all|every|of|for)\s)(?=[A-Z“\"'‘])", unit.part.text):
            values = lists.at(unit.part.text, start.end(), len(unit.part.text))
            if values is None or not re.match(rf"\s{re.escape(owner)}s?\b", unit.part.text[values.end :], re.I):
                continue
            begin, end = unit.part.start + values.start, unit.part.start + values.end
            return [Mention(before.subject, values.values, unit.verdict != "refuse", event or before.event, "", begin, end)]
    return []


def _sets(before: str) -> bool:
    """ "shall be set to the state X" names a result, no state that something is possible in."""
    return (
        re.search(
            r"\b(?:set|sets|change[sd]?|move[sd]?|become[s]?|put|mark(?:s|ed)?)\b[^.;]{0,60}$|(?:变为|改为|设为|"
            r"置为|更新为)[^，。]{0,20}$",
            before,
            re.I,
        )
        is not None
    )


def _english(whole: str, text: str, offset: int, limit: int) -> tuple[str, tuple[str, ...], int, int, bool] | None:
    text = lists.without_repeats(text)
    text = re.sub(r"(?<=[a-z])\s(?:mode|state|status)(?=(?:,|\s(?:or|and))\s[A-Z])", lambda m: " " * len(m[0]), text)
    for pattern in _POSSIBLE_EN:
        for match in pattern.finditer(text):
            if "mode" in match[0].lower() and _OTHER_MODE.search(whole):
                continue  # "in the modes CW and FT8; … with a different mode": values, and all others
            values = lists.at(text, match.end(), len(text))
            if values is None and _REST.fullmatch(text, match.end()):
                listed = lists.lines(whole, offset + len(text) + 1)
                if listed and len(listed.values) >= 2:
                    groups = match.groupdict()
                    owner = groups.get("owner") or groups.get("owner2") or ""
                    return owner.strip(), listed.values, match.start(), listed.end - offset, False
            if values is not None:
                groups = match.groupdict()
                owner = (groups.get("owner") or groups.get("owner2") or "").strip()
                return _own(owner), values.values, match.start(), values.end, " not " in match[0].lower()
    for match in _NAMED_EN.finditer(text):
        values = lists.at(text, match.end(), len(text))
        if values is not None and (after := _AFTER_EN.match(text, values.end)):
            return "", values.values, match.start(), after.end(), False
    if re.search(r"\b(?:states?|status(?:es)?|modes?)\b", whole[:offset]) and words_en.REFUSE.search(text):
        for match in _FROM_EN.finditer(text):  # "…; an attempt to archive it from Received or Rejected fails"
            values = lists.at(text, match.end(), len(text))
            if values is not None and all(not v.isupper() for v in values.values):
                return "", values.values, match.start(), values.end, False
    if plain := _IS_EN.search(text):
        values = lists.at(text, plain.end(), len(text))
        if values is not None and all(v[0].isupper() and not v.isupper() for v in values.values):
            return _own(plain["owner"] or ""), values.values, plain.start(), values.end, " not " in plain[0]
    return None


def _own(owner: str) -> str:
    return " ".join(
        w
        for w in owner.split()
        if w.lower() not in ("that", "which", "the", "its", "an", "a", "their", "whose", "if", "when", "while", "current", "in")
    )


_ONLY_VALUES_ZH = re.compile(
    rf"^(?:其|该|它)?(?P<not>不)?(?:为|是)\s?(?P<list>{_Q}(?:\s?(?:、|或者|以及|或|和|及|与)?\s?{_Q}){{0,9}})(?:之一)?$"
)


_STATE_LIKE_ZH = re.compile("^(?:已|未|待|正在)[\u4e00-\u9fff]{1,4}$|^[\u4e00-\u9fff]{2,4}中$")
"""A quoted value that can only be a state: "已发布", "待审核", "审批中"."""
_VALUES_OF_ZH = re.compile(
    rf"(?P<list>{_Q}(?:\s?(?:、|或者|以及|或|和|及|与)?\s?{_Q}){{0,9}})\s?的\s?(?P<owner>[\u4e00-\u9fff]{{2,6}}?)(?=[，,。；时]|不|可|应|必须|才|将|会|禁|能|均|都|$)"
)


def _of_the_state_before(text: str, unit: Unit) -> tuple[str, tuple[str, ...], int, int, bool] | None:
    """ "若为“派送中”或“已签收”": the state that was spoken of before."""
    for condition in unit.conditions:
        match = _ONLY_VALUES_ZH.match(condition.part.text)
        if match and "状态" in text[max(0, unit.part.start - 120) : unit.part.start]:
            at = condition.part.start - unit.part.start
            return "", lists.split(match["list"]), at + match.start("list"), at + match.end("list"), bool(match["not"])
    named = _VALUES_OF_ZH.search(unit.part.text)
    if named and all(_STATE_LIKE_ZH.search(value) for value in lists.split(named["list"])):
        return named["owner"], lists.split(named["list"]), named.start("list"), named.end("list"), False
    if named and re.search(rf"状态的?{named['owner']}|{named['owner']}的?(?:当前)?(?:处于|在|状态)", text[: unit.part.start]):
        return named["owner"], lists.split(named["list"]), named.start("list"), named.end("list"), False
    return None


_UNDONE_ZH = re.compile(r"^(?P<owner>[\u4e00-\u9fff]{2,8}?)未(?:被|处于)?(?P<value>[\u4e00-\u9fff]{2,4})$")
_BARE_STATES_ZH = re.compile(
    r"^(?:(?![已未不没为是有无])[\u4e00-\u9fff]){2,4}(?:、(?:(?![已未不没为是有无])[\u4e00-\u9fff]){2,4})+$"
)
"""Nothing but names: "空闲时可…；占用、消毒中时不可…"."""
_DONE_ZH = re.compile(
    r"^(?P<owner>[\u4e00-\u9fff]{2,8}?)(?P<value>已[\u4e00-\u9fff]{1,4}?(?:(?:、|和|及|或者?)(?:已[\u4e00-\u9fff]{1,4}?|[\u4e00-\u9fff]{2,4}中)){0,5}|[\u4e00-\u9fff]{2,4}中)$"
)


def told_as_condition(text: str, known: Sequence[Mention], *, possible: bool, start: int, end: int) -> Mention | None:
    """ "已发布的课程不得修改" beside "草稿状态的课程可以修改": the condition "课程已发布" names one more state of the same thing."""
    undone = _UNDONE_ZH.match(text)
    if undone and (
        known_as := next(
            (m for m in known if undone["value"] in m.values and (m.subject in undone["owner"] or undone["owner"] in m.subject)),
            None,
        )
    ):
        return Mention(known_as.subject, (f"未{undone['value']}",), possible, known_as.event, "", start, end)
    if known and _BARE_STATES_ZH.match(text):
        return Mention(known[-1].subject, lists.split(text), possible, known[-1].event, "", start, end)
    match = _DONE_ZH.match(text)
    same = match and next((m for m in known if m.subject and (m.subject in match["owner"] or match["owner"] in m.subject)), None)
    if match is None or not same:
        return None
    return Mention(same.subject, lists.split(match["value"]), possible, same.event, "", start, end)


_LIST_Q = rf"(?P<list>{_Q}(?:\s*(?:、|或者|以及|或|和|及|与)?\s?{_Q}){{0,9}})"
_QUOTED_STATES_ZH = (
    re.compile(rf"^(?P<owner>(?:但|而|当|若)?){_LIST_Q}\s?状态(?:之?[下时]|期间)"),
    re.compile(
        rf"(?P<owner>[\u4e00-\u9fff]{{2,8}}?)(?:处于|处在|在)\s?{_LIST_Q}\s?(?=时|的(?![\u4e00-\u9fff]{{1,6}}(?:中|里|内))|期间|之?[前后]|下)"
    ),
    re.compile(
        rf"(?P<owner>[\u4e00-\u9fff]{{2,8}}?)(?:一旦|如果|若|当)(?:变?为|处于|进入|被标记为|成为)?\s?{_LIST_Q}(?=[，,时的之后]|$)"
    ),
)
"""Quoted states without the word for it: "申请在“已提交”“审核中”时可撤回", "申请一旦“已通过”或“已驳回”，不可撤回"."""


def listed_as_conditions(text: str) -> tuple[str, tuple[str, ...]] | None:
    """ "凭证已归档、已作废": the thing and the states that a condition names of it."""
    found = _DONE_ZH.match(text)
    return (found["owner"], lists.split(found["value"])) if found else None


def _chinese(text: str) -> tuple[str, tuple[str, ...], int, int, bool] | None:
    text = re.sub("状态(?=\\s?(?:、|或者?|和|及|与|以及)\\s?[\u4e00-\u9fff]{1,6}状态)", "  ", text)
    text = re.sub(r"(?<=[”\"」])状态(?=\s?(?:、|或者?|和|及|与|以及)\s?[“\"「])", "  ", text)
    for pattern in _POSSIBLE_ZH:
        for match in pattern.finditer(text):
            values = tuple(v.removesuffix("状态") or v for v in lists.split(match["list"]))
            if not values or any(v in ("该", "此", "任何", "任意", "以下", "上述", "各") for v in values):
                continue
            groups = match.groupdict()
            owners = (
                re.sub(
                    r"^(?:且|并且|而且|同时|或者|或|当|如果|若|只有|仅|对于?|如|除非|在|的|只要|凡)+|(?:必须|应当?|须|需)+$|(?:的|目前|当前|如果|只有|当|若)+$",
                    "",
                    groups.get(name) or "",
                )
                for name in ("owner", "owner2")
            )
            owner = next((o for o in owners if o and not words_zh.MODAL.search(o)), "")
            if values[0] != (first := re.sub("^(?:仅限?|只有|仅有|只限?)", "", values[0])) and first:
                values = (first, *values[1:])  # "仅草稿状态的合同"
            return owner, values, match.start(), match.end(), bool(groups.get("not"))
    for pattern in _QUOTED_STATES_ZH:
        quoted = pattern.search(text)
        if quoted and not words_zh.MODAL.search(quoted["owner"]):
            owner = re.sub("^(?:当|如果|若|只有|仅|对于?|如|只要|凡)+", "", quoted["owner"])
            return owner, lists.split(quoted["list"]), quoted.start(), quoted.end(), False
    return None
