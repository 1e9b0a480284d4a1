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
_ARTICLES: Final = re.compile(r"^(?:the|a|an|each|every|any|all|每个|每|该|此|其)\s*", re.I)
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
            told |= {f"role {name}" for name in (*value.permitted, *value.denied)}
    return frozenset(told)


def _among(entries: Sequence[tuple[Requirement, Atom, Limit]]) -> Iterator[Finding]:
    told: set[str] = set()
    for n, (later, atom, limit) in enumerate(entries):
        for earlier, other, first in entries[:n]:
            if later.id in told or not _differ(first, limit, within=earlier.id == later.id):
                continue
            if earlier.id != later.id and likeness(features(_bare(earlier)), features(_bare(later))) < _ALIKE:
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
    if len(subject) < 2 or subject in _NO_SUBJECTS:
        return None
    unit = limit.unit.strip().lower()
    scaled = unit in _FACTORS.get(limit.dimension, {})
    # Characters are characters in either language's word for them.
    return subject, limit.dimension, "" if scaled or limit.dimension == "length" else unit


def _bare(requirement: Requirement) -> str:
    """The words without numbers and units."""
    text = requirement.text
    for atom in requirement.atoms:
        if isinstance(atom.value, Limit):
            text = text.replace(atom.text, " ")
    return re.sub(r"\d+(?:[.,]\d+)*", " ", text)
