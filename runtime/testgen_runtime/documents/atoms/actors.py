"""Actors: which roles may do something and which may not."""

from __future__ import annotations

import re
from dataclasses import replace

from testgen_runtime.documents.atoms import lists, words_en
from testgen_runtime.documents.atoms.actors_zh import roles_in_chinese
from testgen_runtime.documents.atoms.clauses import Unit
from testgen_runtime.documents.atoms.roles_named import Mention
from testgen_runtime.documents.vocabulary import words

_ONLY_EN = re.compile(
    r"^(?:only\s+)?(?P<who>[^,.;]{2,120}?(?:,\s[^,.;]{2,40}){0,6}?)\s+(?P<modal>(?:shall|must|may|can|"
    r"should)(?:\s+(?:only|be able to|be allowed to|be permitted to))?|(?:is|are)\s+(?P<un>not\s+)?(?:allowed|permitted|able|authori[sz]ed|"
    r"entitled|eligible)\s+to|(?:(?:shall|will|must)\s+be|is|are)\s+(?P<unable>unable)\s+to|(?:is|are)(?=\s+(?:denied|refused|barred|excluded|prevented|prohibited|forbidden|blocked|rejected|turned away)\b)|(?:has|have)\s+(?P<no>no|the)\s+(?:right|permission|authority)s?\s+to|cannot|can't)"
    r"(?:(?P<not>\s+not)?\s+(?P<what>(?!not$).+)|(?P<never>\s+not)|(?P<so>))$",
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
    r"\b(?:only|exclusively|solely)\s(?:be\s\w+\s)?by\s(?:an?\s|the\s)?(?P<who>[^,.;]{2,80})|\b(?:by|for|to)\s(?:an?\s|the\s)?(?P<who2>[^,.;]{2,60}?)\sonly\b",
    re.I,
)
_PASSIVE_EN = re.compile(
    r"^[^,;]{2,80}?\s(?:(?:may|can|must|shall|cannot|will)(?P<not>\snot)?\s(?:only\s)?be|(?:is|are)(?P<isnt>\snot)?)\s[a-z]+(?:\s[a-z]+)?\sby\s(?P<who>[^.;]{2,120}?)"
    r"(?=,?\s(?:with the exception|except|but (?:not|never)|not by|if|when|while|unless|at any)\b|$)(?:,?\s(?:but\s)?(?:not|never)\sby\s(?P<others>[^.;,]{2,80})$)?",
    re.I,
)
_REFUSED_BY = re.compile(r"\b(?:be|is|are)\s(?:reject|refus|deni|declin|block|discard|ignor|dropp|turned away)[a-z]*\sby\s", re.I)
"""Who turns something away, which denies nothing to them: "shall be rejected by the operator"."""
_DONE_BY_EN = re.compile(
    r"\bby\s(?:an?\s|the\s|any\s)?(?P<who>[a-z]+(?:\s(?!shall\b|must\b|will\b|is\b|are\b)[a-z]+)?(?:\s(?:and|or)\s[a-z]+)?)(?:\sto\s[^,;]{2,60}?)?,?\s"
    r"(?:shall|must|will|is|are)\b",
    re.I,
)
"""Who does what is refused: "downloads by standard users shall be blocked"."""
_TRIES_IN_CONDITION = re.compile(
    r"^(?P<who>(?:an?\s|the\s|any\s)[^,;]{2,80}?)\s(?:tr(?:y|ies)|attempts?|wants?|requests?|asks?)\s(?:to|for)\b", re.I
)
_HAS_ACCESS_EN = re.compile(
    r"^(?P<who>[^,.;]{2,80}?(?:,\s[^,.;]{2,40}?){0,6}?)\s(?:(?:(?:shall|must|should|will|may)|(?:do|does)(?=\snot))\s(?P<not>not\s)?)?(?:has|have)\s(?P<no>no\s)?(?:[a-z-]+\s){0,2}?(?:access|permission|rights?|authority|privileges?)\b(?P<what>.*)$",
    re.I,
)
"""Who may see what: "Auditors have read access to the ledger"."""
_FOR_ROLES_EN = re.compile(
    r"^for\s(?P<who>(?:users?\s(?:in|with)\s)?(?:the\s)?(?:roles?\s)?[^,;]{2,80}),\s(?=[^,;]*\b(?:shall|must|may|can|is|are)\b)",
    re.I,
)
_OPEN_TO_EN = re.compile(
    r"\b(?:available|accessible|visible|open|enabled|offered|shown|possible)\s(?:only\s)?(?:to|for)\s(?P<who>[^.;]{2,80})$", re.I
)
_GET_ERROR_EN = re.compile(
    r"^(?P<who>[^,.;]{2,80}?)\s(?:(?:who|that)\s(?:tr(?:y|ies)|attempts?|wants?|requests?)\s[^,;]{2,80}?\s)?(?:get|receive|see)s?\s(?:an?|the)\s(?:[a-z-]+\s){0,2}?(?:error|message|warning|rejection|refusal)\b",
    re.I,
)
"""Whose request ends with an error: "Members who try to approve a claim get the message …"."""
_GERUND = re.compile(r"^[a-z]+ing\b(?!\s(?:is|are|has|have)\b)", re.I)
_GRANTED_EN = re.compile(
    r"\b(?:permitted|allowed|granted|honou?red|accepted|approved|open|available|prohibited|forbidden|denied|refused|rejected|declined|blocked)\s(?:for|to|from)\s"
    r"(?P<who>(?:users?\s(?:in|with)\s)?(?:the\s)?(?:roles?\s)?[^.;]{2,80})$",
    re.I,
)
_TRIES_EN = re.compile(
    r"\s(?:(?:who|that)\s(?:tr(?:y|ies)|attempts?|wants?|requests?)\sto|(?:attempting|trying|wanting|wishing|seeking|requesting)\sto)\s.*$",
    re.I,
)
_CALLS_EN = re.compile(
    r"\s(?:who|that)\s(?:call|use|open|access|request|submit|invoke|start|select|execute|perform|enter|send|ask for)s?\s.*$", re.I
)
_EXCEPT_EN = re.compile(
    r"^(?:any|every|all|no)?\s?(?:users?|roles?|body|one|anybody|anyone|everybody|everyone|nobody|persons?|employees?|"
    r"members?)?\s?"
    r"(?:except(?: for)?|but|other than|apart from)\s(?:an?\s|the\s|for\s)?(?P<who>.+)$",
    re.I,
)
_OTHER_EN = re.compile(r"(?:(?:any|all|every|no)\s+)?\bothers?\b|no\b|nobody\b", re.I)
_DENIED_EN = re.compile(
    r"^(?:denied|rejected|refused|forbidden|blocked|prevented|barred|excluded|prohibited|turned away)\b", re.I
)
_GETS_EN = re.compile(r"^(?:be\s)?(?:receive|get|see|shown|presented with|given)\b", re.I)
_ACCESS_EN = re.compile(r"\b(?:denied|refused|no)\s(?:the\s)?(?:access|permission)", re.I)

_ANY_USER = words("user users customer customers system")


def mentions(unit: Unit) -> list[Mention]:
    """The roles that one rule permits or denies."""
    found = roles_in_chinese(unit) if unit.language == "zh" else _english(unit)
    return [replace(m, start=max(m.start, unit.part.start), end=min(m.end, unit.part.end)) for m in found if m.roles]


_LETS_EN = re.compile(
    r"\b(?:permit|allow|enable|authori[sz]e|let|forbid|prohibit|prevent|disallow|stop|bar)s?\s(?P<only>only\s)?(?P<who>(?:the\s|an?\s)?[a-z][^,.;]{2,60}?)\s"
    r"(?:to|from)\s(?P<what>[a-z][^,;]{2,120})",
    re.I,
)
"""What the system lets somebody do: "shall permit the pharmacist to release a prescription"."""
_REQUESTED_BY_EN = re.compile(
    r"\b(?:requested|made|attempted|submitted|initiated|performed|done|issued|sent|called|triggered|started|asked for|tried)\sby\s(?P<who>[^,;]{2,80})$",
    re.I,
)


def _let(unit: Unit) -> list[Mention]:
    """ "The system shall permit the pharmacist to …", "refuse it if it is requested by an intern"."""
    for condition in unit.conditions:
        by = _REQUESTED_BY_EN.search(condition.part.text)
        if by and unit.verdict in ("refuse", "accept") and _has_role(by["who"]) and (roles := _roles_en(by["who"])):
            start = condition.part.start
            return [Mention(roles, (unit.verdict == "accept") == condition.holds, "", condition.only, start, condition.part.end)]
        tries = _TRIES_IN_CONDITION.match(condition.part.text)
        if tries and unit.verdict == "refuse" and _has_role(tries["who"]) and (roles := _roles_en(tries["who"])):
            return [Mention(roles, not condition.holds, "", condition.only, condition.part.start, condition.part.end)]
    lets = _LETS_EN.search(unit.main.text)
    if (
        lets
        and not unit.conditions
        and unit.verdict != "neutral"
        and _has_role(lets["who"])
        and (roles := _roles_en(lets["who"]))
    ):
        at = unit.main.end - len(unit.main.text)
        what = lets["what"].strip()
        return [Mention(roles, unit.verdict == "accept", what, bool(lets["only"]), at + lets.start("who"), at + lets.end())]
    return []


def _granted(unit: Unit) -> list[Mention]:
    """Who is told to have access, a right or an error: "For students, the operation shall be denied", "Interns have no access"."""
    text, offset, refused = unit.main.text, unit.main.start, unit.verdict == "refuse"
    gets = _GET_ERROR_EN.match(text) if refused else None
    if gets and (roles := _people(gets["who"])):
        return [Mention(roles, False, "", False, offset + gets.start("who"), unit.part.end)]
    to = _FOR_ROLES_EN.match(text) if unit.verdict != "neutral" else None
    if to and (roles := _people(to["who"])):
        return [Mention(roles, not refused, "", False, offset + to.start("who"), offset + to.end("who"))]
    has = None if unit.conditions else _HAS_ACCESS_EN.match(text)
    if has and (roles := _people(has["who"]) or (_named(has["who"]) if _THIS_RIGHT.search(text) else ())):
        return [Mention(roles, not (has["no"] or has["not"]), "", False, offset + has.start("who"), offset + has.end())]
    to = None if unit.conditions else _OPEN_TO_EN.search(text)
    if to and (roles := _people(to["who"])):
        return [Mention(roles, not refused, "", "only" in text, offset + to.start("who"), offset + to.end("who"))]
    granted = _GRANTED_EN.search(text)
    if granted and words_en.WITHOUT.search(text) and "role" not in granted["who"].lower():
        return []  # "logging in without a second factor shall be refused for administrators": with one it is not
    if granted and (roles := _people(granted["who"])):
        return [Mention(roles, not refused, "", False, offset + granted.start("who"), offset + granted.end("who"))]
    return []


_THIS_RIGHT = re.compile(
    r"\b(?:do|does)\snot\shave\s(?:this|that|such\sa|the\ssame)\s(?:right|permission|privilege|authority)s?\b", re.I
)


_JOINED = re.compile(r"\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or|nor)\s+")


def _named(who: str) -> tuple[str, ...]:
    """Names that only people can stand behind: whoever lacks "this right"."""
    names = tuple(_role_name(r) for r in _JOINED.split(who) if r.strip())
    return names if all(re.fullmatch(r"[A-Z][\w-]*(?:\s[A-Z][\w-]*){0,2}", name) for name in names) else ()


def _people(who: str) -> tuple[str, ...]:
    """The roles of a phrase that names one; () where it names things."""
    return _roles_en(who) if _has_role(who) else ()


def _english(unit: Unit) -> list[Mention]:
    text, offset = unit.main.text, unit.main.start
    if let := _let(unit):
        return let
    if (
        (story := words_en.STORY.match(text))
        and not unit.conditions
        and (roles := _roles_en(story["role"]))
        and _has_role(story["role"])
    ):
        return [Mention(roles, True, story["goal"], False, offset + story.start("role"), offset + story.end("role"))]
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
    if granted := _granted(unit):
        return granted
    if (
        (passive := _PASSIVE_EN.match(text))
        and not _REFUSED_BY.search(text[: passive.start("who")])
        and (roles := _roles_en(passive["who"]))
        and _has_role(passive["who"])
    ):
        start = offset + passive.start("who")
        denied = bool(passive["not"] or passive["isnt"]) or (unit.verdict == "refuse" and not passive["others"])
        named = Mention(roles, not denied, "", False, start, offset + passive.end("who"))
        others = _roles_en(passive["others"]) if passive["others"] and _has_role(passive["others"]) else ()
        end = offset + passive.end()
        return [named, Mention(others, denied, "", False, end - len(passive["others"] or ""), end)] if others else [named]
    if unit.verdict == "refuse" and (by := _DONE_BY_EN.search(text)) and _has_role(by["who"]) and (roles := _roles_en(by["who"])):
        return [Mention(roles, False, "", False, offset + by.start("who"), offset + by.end("who"))]
    match = _ONLY_EN.match(text)
    if not match or (unit.otherwise and unit.verdict == "refuse" and text.lower().startswith("the ")):
        return []  # "otherwise the donor shall be rejected": of whom the condition speaks, not of a role
    who, what = _TRIES_EN.sub("", match["who"]), (match["what"] or "").strip()
    if unit.verdict == "refuse":
        who = _CALLS_EN.sub("", who)
    neither = re.match(r"neither\s", who, re.I)
    who = re.sub(r"\snor\s", " and ", who[neither.end() :]) if neither else who
    if spared := _EXCEPT_EN.match(who):
        roles = _roles_en(spared["who"])
        nobody = re.match(r"no\b|nobody\b|none\b", who, re.I) is not None
        refused = bool(match["not"] or match["un"] or match["unable"] or match["modal"].lower() in ("cannot", "can't")) != nobody
        start = offset + match.start("who") + spared.start("who")
        return [Mention(roles, refused, what, False, start, start + len(spared["who"]))] if roles else []
    only = text.lower().startswith("only ")
    roles = _roles_en(who)
    if not roles and only and not re.match(r"be\b", what):
        roles = _agents(who)
    if not roles or (not only and not _has_role(who)):
        return []
    denied = (
        bool(match["not"] or match["never"] or match["un"] or match["unable"] or (match["no"] or "").lower() == "no")
        or match["modal"].lower() in ("cannot", "can't")
        or neither is not None
        or _DENIED_EN.match(re.sub(r"^be\s+", "", what)) is not None
        or bool(_ACCESS_EN.search(text))
        or (unit.verdict == "refuse" and _GETS_EN.match(what) is not None and " who " not in match["who"].replace(" who tr", " "))
    )
    if only and match["not"]:
        denied = True
    if not only and not denied and _DEVICE_TAKES_EN.match(text):
        return []
    gerund = denied and all(_GERUND.match(c.part.text) for c in unit.conditions)
    if unit.conditions and not only and not gerund:
        return []
    action = "" if _DENIED_EN.match(re.sub(r"^be\s+", "", what)) or (denied and _GETS_EN.match(what)) else what
    if not only and not denied and unit.verdict != "accept":
        return []
    end = unit.part.end if unit.conditions and gerund else offset + match.end()  # "… get an error when calling the function"
    return [Mention(roles, not denied, action, only, offset + match.start("who"), end)]


def _subject_action(text: str, end: int) -> str:
    head = text[:end].strip()
    return re.sub(r"(?:\s(?:only|is|are|be|can|may|shall|must))+$", "", re.sub(r"\bonly\s", "", head)).strip()


def _has_role(who: str) -> bool:
    if re.match(r"(?:the\s)?roles?\s", who.strip(), re.I):
        return True
    named = _JOINED.split(who.strip())
    return bool(_WITH_ROLE_EN.search(who)) or any(_names_a_role(re.split(r"\s(?:of|with|in)\s", n)[0]) for n in named if n)


def _roles_en(who: str) -> tuple[str, ...]:
    who = _TRIES_EN.sub("", re.sub(r"^(?:only|the|an?|all|any|every|each)\s+", "", who.strip(), flags=re.I))
    if named := _WITH_ROLE_EN.search(who) or re.match(r"roles?\s", who, re.I):
        values = lists.at(who, named.end(), len(who), loose=True)
        return values.values if values else ()
    if (named := _ROLE_AFTER_EN.search(who)) and who.lower().rstrip().endswith(("role", "roles", "permission", "right")):
        values = lists.at(who, named.end(), len(who))
        return values.values if values else ()
    if re.search(r"\b(?:who|that|which|without|with|whose|from|for)\b", who, re.I):
        return ()
    if re.search(r"\b(?:any|all|every) others?\b", who, re.I):
        return ()
    who = re.sub(r"\s(and|or)\sby\s(?:the\s)?", r" \1 ", who)
    parts = [_role_name(part) for part in _JOINED.split(who) if part.strip()]
    if " of " in who and len(parts) > 1 and all(_names_a_role(part.partition(" of ")[0]) for part in parts):
        return tuple(parts)  # "the author of a comment or a moderator"
    if " of " in who and not re.search(r"\s(?:and|or)\s", who.partition(" of ")[0]):
        return (_role_name(who),) if words_en.ROLE.match(_role_name(who)) and len(who.split()) <= 7 else ()
    roles = tuple(_role_name(r) for r in _JOINED.split(who) if r.strip())
    if not all(_names_a_role(r) for r in roles) or any(len(r.split()) > 4 for r in roles):
        return ()
    return () if len(roles) == 1 and roles[0].lower() in _ANY_USER else roles


_AGENT = re.compile(r"(?:[a-z]+\s){0,2}[a-z]{2,}(?:er|or|ist|ant|ian|eer|man|men|woman|women)s?", re.I)


def _agents(who: str) -> tuple[str, ...]:
    """Whoever may do something alone, by the endings of their names: "only the station master or a signaller may …"."""
    names = tuple(_role_name(r) for r in _JOINED.split(re.sub(r"^only\s+", "", who, flags=re.I)) if r.strip())
    return names if names and all(_AGENT.fullmatch(name) and not words_en.THING.search(name) for name in names) else ()


_DEVICE_TAKES_EN = re.compile(
    r"the\s(?:[a-z-]+\s){1,3}(?:shall|must|should|will)\s(?:accept|support|allow|permit|offer|serve|take|process)\s(?:only\s)?(?:the\s)?"
    r"(?:following\s)?[a-z]+(?:\s[a-z]+)?s\s[A-Z0-9“\"']",
    re.I,
)
"""What has the name of a trade and takes values of a list, as it must: "The route planner shall accept the file types GPX and KML"."""
_COMPARED_EN = re.compile(rf"(?:{words_en.COMPARED})\s", re.I)
"""Who is compared with those told before ("Younger members …"): no role of its own."""


def _names_a_role(phrase: str) -> bool:
    """Whether the head of the phrase is a role: "the courier app" and "any other user name" are none."""
    last = phrase.split()[-1] if phrase.split() else ""
    if _OTHER_EN.match(phrase) or _COMPARED_EN.match(phrase) or re.search(r"[’']s?$", last):
        return False
    return words_en.ROLE.fullmatch(last) is not None


def _role_name(role: str) -> str:
    return re.sub(r"^(?:an?|the|all|any|every|no|its|their)\s+", "", role.strip(), flags=re.I)
