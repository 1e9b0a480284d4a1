"""Actors: which roles may do something and which may not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from testgen_runtime.documents.atoms import lists, words_en, words_zh
from testgen_runtime.documents.atoms.clauses import Unit
from testgen_runtime.documents.vocabulary import words

_ONLY_EN = re.compile(
    r"^(?:only\s+)?(?P<who>[^,.;]{2,120}?(?:,\s[^,.;]{2,40}){0,6}?)\s+(?P<modal>(?:shall|must|may|can|"
    r"should)(?:\s+(?:only|be able to|be allowed to|be permitted to))?|(?:is|are)\s+(?:allowed|permitted|able) to|cannot)"
    r"(?:(?P<not>\s+not)?\s+(?P<what>.+)|(?P<never>\s+not))$",
    re.IGNORECASE,
)
_WITH_ROLE_EN = re.compile(
    r"\b(?:with|having|in|who have|who has|of|has|have)\s(?:the\s|one of the\s)?roles?\s(?:of\s)?(?:an?\s)?", re.I
)
_ROLE_AFTER_EN = re.compile(r"\bwith\s(?:the\s|an?\s)(?=[A-Z“\"'‘])")
_RESTRICTED_EN = re.compile(
    r"\b(?:restricted|limited|reserved|available only|accessible only|visible only|only available|only accessible|"
    r"only visible|granted only)\s(?:to|for)\s(?:the\s|users? with the roles?\s)?(?P<who>[^,.;]{2,80}(?:,\s[^,.;]{2,40}){0,6})",
    re.I,
)
_BY_EN = re.compile(
    r"\bonly\s(?:be\s\w+\s)?by\s(?:an?\s|the\s)?(?P<who>[^,.;]{2,80})|\bby\s(?:an?\s|the\s)?(?P<who2>[^,.;]{2,60}?)\sonly\b", re.I
)
_EXCEPT_EN = re.compile(
    r"^(?:any|every|all|no)?\s?(?:users?|roles?|body|one|anybody|anyone|everybody|everyone|nobody|persons?|employees?|"
    r"members?)?\s?"
    r"(?:except(?: for)?|but|other than|apart from)\s(?:an?\s|the\s|for\s)?(?P<who>.+)$",
    re.I,
)
_OTHER_EN = re.compile(r"(?:any|all|every|no)?\s*\bothers?\b|no\b|nobody\b", re.I)
_DENIED_EN = re.compile(r"^(?:denied|rejected|refused|forbidden|blocked|prevented)\b", re.I)
_ACCESS_EN = re.compile(r"\b(?:denied|refused|no)\s(?:the\s)?(?:access|permission)", re.I)

_ROLE_Z = words_zh.ROLE.pattern
_ROLES_ZH = rf"(?P<who>{_ROLE_Z}(?:\s?(?:、|或者|或|和|及|与|以及)\s?{_ROLE_Z}){{0,9}})"
_ONLY_ZH = re.compile(
    rf"^(?:系统(?!管理|用户|运维|操作))?(?P<only>只有|仅有|仅限|仅|只允许|仅允许|只限)?\s?(?:具有|拥有|"
    rf"角色为)?\s?[“\"「]?{_ROLES_ZH}[”\"」]?\s?(?:角色)?(?:的用户)?\s?"
    r"(?:(?:每[次天日月年周]|单次|一次|最多|至多|同时){1,3}\s?)?(?P<modal>才可以|才能够?|才可|可以|能够|有权|允许|可(?![能见])|能|不得|不能|不可以|不可|不允许|禁止|无权|"
    r"无法)\s?(?P<what>[^，,。；;]{1,60})"
)
_WHEN_ZH = re.compile(
    rf"^(?:当|如果|若)?\s?{_ROLES_ZH}\s?(?:尝试|试图|请求|申请)?(?P<what>[^，,。；;]{{1,40}}?)(?:时|的请求|的|$)"
)
_ONLY_OBJECT_ZH = re.compile(
    rf"(?:只|仅)(?:能|可|允许)?(?:由|对|限|向)\s?{_ROLES_ZH}\s?(?:开放|可见|可用)?(?P<what>[^，,。；;]{{0,40}})"
)
_ROLE_IS_ZH = re.compile(r"角色(?:为|是)\s?(?P<who>[^，,。；;时的]{2,40}?)(?=的|时|，|才|可|$)")
_ANY_USER = words("user users customer customers system 用户 系统 客户")


@dataclass(frozen=True, slots=True)
class Mention:
    """Roles and whether they may do `action`."""

    roles: tuple[str, ...]
    permitted: bool
    action: str
    only: bool
    start: int
    end: int


def mentions(unit: Unit) -> list[Mention]:
    """The roles that one rule permits or denies."""
    found = _chinese(unit) if unit.language == "zh" else _english(unit)
    return [m for m in found if m.roles]


def _english(unit: Unit) -> list[Mention]:
    text, offset = unit.main.text, unit.main.start
    restricted = _RESTRICTED_EN.search(text) or _BY_EN.search(text)
    if restricted:
        who = restricted.groupdict().get("who") or restricted.groupdict().get("who2") or ""
        start = text.find(who, restricted.start())
        roles = _roles_en(who)
        if roles:
            return [
                Mention(
                    roles,
                    unit.verdict != "refuse" or "only" in text,
                    _subject_action(text, restricted.start()),
                    True,
                    offset + start,
                    offset + start + len(who),
                )
            ]
    match = _ONLY_EN.match(text)
    if not match:
        return []
    who, what = match["who"], (match["what"] or "").strip()
    if spared := _EXCEPT_EN.match(who):
        roles = _roles_en(spared["who"])
        refused = bool(match["not"]) or match["modal"].lower() == "cannot"
        start = offset + match.start("who") + spared.start("who")
        return [Mention(roles, refused, what, False, start, start + len(spared["who"]))] if roles else []
    only = text.lower().startswith("only ")
    roles = _roles_en(who)
    if not roles or (not only and not _has_role(who)):
        return []
    denied = (
        bool(match["not"] or match["never"])
        or match["modal"].lower() == "cannot"
        or _DENIED_EN.match(re.sub(r"^be\s+", "", what)) is not None
        or bool(_ACCESS_EN.search(text))
    )
    if only and match["not"]:
        denied = True
    if unit.conditions and not only:
        return []
    action = "" if _DENIED_EN.match(re.sub(r"^be\s+", "", what)) else what
    if not only and not denied and unit.verdict != "accept":
        return []
    return [Mention(roles, not denied, action, only, offset + match.start("who"), offset + match.end())]


def _subject_action(text: str, end: int) -> str:
    head = text[:end].strip()
    return re.sub(r"(?:\s(?:only|is|are|be|can|may|shall|must))+$", "", re.sub(r"\bonly\s", "", head)).strip()


def _has_role(who: str) -> bool:
    named = re.split(r"\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or|nor)\s+", who.strip())
    return bool(_WITH_ROLE_EN.search(who)) or any(_names_a_role(re.split(r"\s(?:of|with|in)\s", n)[0]) for n in named if n)


def _roles_en(who: str) -> tuple[str, ...]:
    who = re.sub(r"^(?:only|the|an?|all|any|every|each)\s+", "", who.strip(), flags=re.I)
    if named := _WITH_ROLE_EN.search(who):
        values = lists.at(who, named.end(), len(who), loose=True)
        return values.values if values else ()
    if (named := _ROLE_AFTER_EN.search(who)) and who.lower().rstrip().endswith(("role", "roles", "permission", "right")):
        values = lists.at(who, named.end(), len(who))
        return values.values if values else ()
    if re.search(r"\b(?:who|that|which|without|with|whose|from|for)\b", who, re.I):
        return ()
    if " of " in who:
        return (_role_name(who),) if words_en.ROLE.match(_role_name(who)) and len(who.split()) <= 7 else ()
    roles = tuple(_role_name(r) for r in re.split(r"\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or|nor)\s+", who) if r.strip())
    if not all(_names_a_role(r) for r in roles) or any(len(r.split()) > 4 for r in roles):
        return ()
    return () if len(roles) == 1 and roles[0].lower() in _ANY_USER else roles


def _names_a_role(phrase: str) -> bool:
    """Whether the head of the phrase is a role: "the courier app" and "any other user name" are none."""
    last = phrase.split()[-1] if phrase.split() else ""
    if _OTHER_EN.match(phrase) or re.search(r"[’']s?$", last):
        return False
    return words_en.ROLE.fullmatch(last) is not None


def _role_name(role: str) -> str:
    return re.sub(r"^(?:an?|the|all|any|every|no)\s+", "", role.strip(), flags=re.I)


def _chinese(unit: Unit) -> list[Mention]:
    out: list[Mention] = []
    body, offset = unit.main.text, unit.main.start
    for condition in unit.conditions:
        if match := _WHEN_ZH.match(condition.part.text):
            roles = _roles_zh(match["who"])
            is_state = re.match(r"[已未没不是为有]", match["what"]) is not None  # "财务人员已授权": what they did, not who may
            is_state = is_state or re.match(r"的|状态|年龄|等级|余额|无", match["what"]) is not None
            # "除非主管批准，不得取消": what somebody else does first
            is_state = is_state or not condition.holds or _acts_itself(unit, condition.part.text)
            if roles and not is_state and unit.verdict in ("refuse", "accept"):
                permitted = (unit.verdict == "accept") == condition.holds
                out.append(
                    Mention(
                        roles,
                        permitted,
                        match["what"].strip(),
                        condition.only,
                        condition.part.start + match.start("who"),
                        condition.part.end,
                    )
                )
        if match := _ROLE_IS_ZH.search(condition.part.text):
            roles = _split_zh(match["who"])
            out.append(
                Mention(
                    roles,
                    unit.verdict != "refuse",
                    _main_action(unit),
                    condition.only,
                    condition.part.start + match.start(),
                    condition.part.start + match.end(),
                )
            )
        elif condition.only and not out and (match := re.match(_ROLES_ZH, condition.part.text)):
            roles = _roles_zh(match["who"])
            out.append(
                Mention(
                    roles,
                    True,
                    condition.part.text[match.end() :].strip(),
                    True,
                    condition.part.start,
                    condition.part.start + match.end(),
                )
            )
    if out:
        return out
    whole = unit.part.text
    match = _ONLY_ZH.match(body) or (_ONLY_ZH.match(whole) if not unit.conditions or unit.conditions[0].only else None)
    if match:
        base = offset if match.string is body else unit.part.start
        roles = _roles_zh(match["who"])
        only = match["only"] is not None
        permitted = not words_zh.REFUSE.match(match["modal"]) and not match["modal"].startswith(("不", "无", "禁"))
        if roles and (only or not (len(roles) == 1 and roles[0] in _ANY_USER)):
            return [Mention(roles, permitted, match["what"].strip(), only, base + match.start("who"), base + match.end())]
    if match := _ONLY_OBJECT_ZH.search(body):
        return [
            Mention(
                _roles_zh(match["who"]),
                True,
                (match["what"] or "").strip() or body[: match.start()],
                True,
                offset + match.start(),
                offset + match.end(),
            )
        ]
    return []


_ITS_ACT_ZH = re.compile(
    r"(?:不得|不能|不可以?|不允许|禁止|无法|拒绝|可以|允许)(?:用户|其|该用户)?(?P<act>(?!并|该|此|其|请求|操作|访问|登录|执行)[\u4e00-\u9fff]{2})"
)


def _acts_itself(unit: Unit, condition: str) -> bool:
    """Whether the main clause permits or refuses an act that the condition does not name: "除非主管批准，不得取消"."""
    found = _ITS_ACT_ZH.search(unit.main.text)
    return found is not None and found["act"] not in condition


def _main_action(unit: Unit) -> str:
    modal = words_zh.MODAL.search(unit.main.text)
    return unit.main.text[modal.end() :].strip() if modal else unit.main.text


def _split_zh(who: str) -> tuple[str, ...]:
    return lists.split(who)


def _roles_zh(who: str) -> tuple[str, ...]:
    roles = tuple(r for r in lists.split(who) if r)
    if any(re.search(r"[未已没不的]", r) for r in roles):
        return ()  # "未绑定手机号的用户" is a condition on anybody
    return () if len(roles) == 1 and roles[0] in _ANY_USER else roles
