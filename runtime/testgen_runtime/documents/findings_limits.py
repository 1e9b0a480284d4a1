"""Limits that cannot both hold: of one subject, in one requirement or between two, whatever their units. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.model import Actor, Atom, Condition, Finding, Limit, Requirement, State
from testgen_runtime.documents.versions import features, likeness
from testgen_runtime.documents.vocabulary import words

CONFLICT: Final = "conflicting_limits"
_ALIKE: Final = 0.5
"""How alike two requirements have to be (numbers left out) for their limits to be about the same thing."""
_MOST_OF_ONE_SUBJECT: Final = 40

_SECOND, _MINUTE, _HOUR, _DAY = (Decimal(n) for n in (1_000, 60_000, 3_600_000, 86_400_000))
_KILO: Final = Decimal(1024)
_FACTORS: Final[dict[str, dict[str, Decimal]]] = {
    "duration": {
        **dict.fromkeys(words("ms msec millisecond milliseconds 毫秒"), Decimal(1)),
        **dict.fromkeys(words("s sec secs second seconds 秒 秒钟"), _SECOND),
        **dict.fromkeys(words("min mins minute minutes 分钟 分"), _MINUTE),
        **dict.fromkeys(words("h hr hrs hour hours 小时 个小时"), _HOUR),
        **dict.fromkeys(words("d day days 天 日"), _DAY),
        **dict.fromkeys(words("week weeks 周 个星期 星期"), _DAY * 7),
    },
    "size": {
        **dict.fromkeys(words("byte bytes 字节 个字节"), Decimal(1)),
        **dict.fromkeys(words("kb kib kilobytes"), _KILO),
        **dict.fromkeys(words("mb mib megabytes 兆 兆字节"), _KILO**2),
        **dict.fromkeys(words("gb gib gigabytes"), _KILO**3),
        **dict.fromkeys(words("tb tib terabytes"), _KILO**4),
    },
}
_ARTICLES: Final = re.compile(r"^(?:(?:the|a|an|each|every|any|all)\s+|(?:每个|每|该|此|其)\s*)", re.I)
_FILLING: Final = words(
    "the a an each every any all its their this that must shall should may can will would be is are been has have had having "
    "contain contains consist consists include includes comprise hold not no nor never at least most up to than more less fewer "
    "greater larger smaller shorter longer higher lower of in by with between from and or minimum maximum min max exactly only "
    "exceed exceeds length long short size character characters digit digits letter letters limited restricted allowed "
    "permitted required system user inclusive"
)
_FILLING_ZH: Final = re.compile(
    r"应当|应该|必须|不得|不能|不应|不可|不允许|允许|可以|应|须|至少|至多|最多|最少|最大|最小|最长|最短|不少于|不多于|不超过|不低于|不高于|"
    r"不短于|不长于|不大于|不小于|少于|多于|超过|低于|高于|短于|长于|大于|小于|等于|达到|介于|之间|以上|以下|以内|系统|用户|"
    r"长度|大小|字符|字母|数字|字|[个位为是的有含由至到不和与或在]"
)
_WORD: Final = re.compile(r"[a-z][a-z-]*")
_NO_SUBJECTS: Final = words("it this that they system application value 系统 平台 应用 其 它 值 时间 长度 数量")


def conflicts(requirements: Sequence[Requirement]) -> list[Finding]:
    """Limits of one subject that differ at the same end or exclude each other.

    Requirements with conditions, states or roles are compared where those are the same, and where each has one limit of the
    subject: under another condition another limit may well hold.
    """
    found: list[Finding] = []
    by_subject: defaultdict[tuple[object, ...], list[tuple[Requirement, Atom, Limit]]] = defaultdict(list)
    for requirement in requirements:
        context = _context(requirement)
        own = [(key, atom, atom.value) for atom in requirement.atoms
               if isinstance(atom.value, Limit) and atom.value.accepts and (key := _key(atom.value))]  # fmt: skip
        counts = Counter(key for key, _, _ in own)
        for key, atom, limit in own:
            if not context or counts[key] == 1:
                by_subject[(*key, context)].append((requirement, atom, limit))
    for entries in by_subject.values():
        found.extend(_among(entries[:_MOST_OF_ONE_SUBJECT]))
    return found


def _context(requirement: Requirement) -> frozenset[str]:
    """Under what the requirement's limits hold: its conditions, states and roles, as far as they are no limits themselves."""
    limits = [atom for atom in requirement.atoms if isinstance(atom.value, Limit)]
    told: set[str] = set()
    for atom in requirement.atoms:
        value = atom.value
        if isinstance(value, Condition):
            inside = any(atom.span.start < limit.span.end and limit.span.start < atom.span.end for limit in limits)
            plain = re.sub(r"[\W_]+", "", value.text.casefold())
            told.add("limit" if inside else f"{plain} {value.holds}")
        elif isinstance(value, State):
            told |= {f"state {name}" for name in (*value.allowed, *value.refused)}
        elif isinstance(value, Actor):
            told |= {f"role {_one(name.casefold())}" for name in (*value.permitted, *value.denied)}
    return frozenset(told)


def _among(entries: Sequence[tuple[Requirement, Atom, Limit]]) -> Iterator[Finding]:
    told: set[str] = set()
    for n, (later, atom, limit) in enumerate(entries):
        for earlier, other, first in entries[:n]:
            if later.id in told or not _differ(first, limit, within=earlier.id == later.id):
                continue
            if earlier.id != later.id and not _alike(earlier, first, later, limit):
                continue
            told.add(later.id)
            yield _finding(earlier, other, later, atom)


def _finding(earlier: Requirement, other: Atom, later: Requirement, atom: Atom) -> Finding:
    where = "" if earlier.id == later.id else earlier.id
    if later.language == "zh":
        return Finding(
            later.id,
            CONFLICT,
            f"“{atom.text}”与{where or '本需求中'}的“{other.text}”对同一对象的限值不一致。",
            atom.span,
            f"只保留一个限值，另一处引用它；若两者适用条件不同，写明各自的条件{f'（见 {where}）' if where else ''}。",
        )
    return Finding(
        later.id,
        CONFLICT,
        f"“{atom.text}” and “{other.text}” ({where or 'in the same requirement'}) set different limits for the same thing.",
        atom.span,
        "Keep one of them and refer to it from the other; if both hold, name the condition under which each does.",
    )


def _differ(one: Limit, other: Limit, *, within: bool) -> bool:
    lower, upper = (_base(limit.lower.value, limit) if limit.lower else None for limit in (one, other)), None
    a_low, b_low = lower
    a_up, b_up = (_base(limit.upper.value, limit) if limit.upper else upper for limit in (one, other))
    empty = (a_low is not None and b_up is not None and a_low > b_up) or (b_low is not None and a_up is not None and b_low > a_up)
    if within or empty:
        return empty
    return (a_low is not None and b_low is not None and a_low != b_low) or (
        a_up is not None and b_up is not None and a_up != b_up
    )


def _base(value: Decimal, limit: Limit) -> Decimal:
    return value * _FACTORS.get(limit.dimension, {}).get(limit.unit.strip().lower(), Decimal(1))


def _key(limit: Limit) -> tuple[str, str, str] | None:
    """(subject, dimension, unit that it is compared in); None where it is not known what is limited."""
    subject = _ARTICLES.sub("", limit.subject.strip().casefold())
    subject = " ".join(_one(word) for word in subject.split())
    if len(subject) < 2 or subject in _NO_SUBJECTS:
        return None
    unit = limit.unit.strip().lower()
    scaled = unit in _FACTORS.get(limit.dimension, {})
    # Characters are characters in either language's word for them.
    return subject, limit.dimension, "" if scaled or limit.dimension == "length" else unit


def _alike(earlier: Requirement, first: Limit, later: Requirement, limit: Limit) -> bool:
    """Whether two requirements are about the same thing: their words are alike, or they say the same beside subject and limit."""
    if likeness(features(_bare(earlier)), features(_bare(later))) >= _ALIKE:
        return True
    return earlier.language == later.language and _beside(earlier, first) == _beside(later, limit)


def _beside(requirement: Requirement, limit: Limit) -> frozenset[str]:
    """What a requirement says beside what is limited and how: “Passwords shall be no shorter than 10 characters” says nothing."""
    text, subject = _bare(requirement).casefold(), limit.subject.casefold()
    if requirement.language == "zh":
        for part in (subject, _FILLING_ZH.sub("", subject)):
            text = text.replace(part, " ") if part else text
        return frozenset(re.findall(r"\w", _FILLING_ZH.sub(" ", text)))
    of_subject = {_one(word) for word in _WORD.findall(subject)}
    return frozenset(_one(word) for word in _WORD.findall(text) if word not in _FILLING) - of_subject


def _one(word: str) -> str:
    """A word without the ending of several."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def _bare(requirement: Requirement) -> str:
    """The words without numbers and units."""
    text = requirement.text
    for atom in requirement.atoms:
        if isinstance(atom.value, Limit):
            text = text.replace(atom.text, " ")
    return re.sub(r"\d+(?:[.,]\d+)*", " ", text)
