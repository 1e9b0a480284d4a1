"""What models add of their own: names of states, buttons and messages that no document has, rules told as results, checks told
as actions. Rules take their words from the text and the point, so these checks are for a model's wording alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

_QUOTED: Final = re.compile(
    r"“([^”]{1,120})”|\"([^\"]{1,120})\"|「([^」]{1,120})」|『([^』]{1,120})』|‘([^’]{1,120})’|(?<!\w)'([^']{1,120})'(?!\w)"
)
_NAME: Final = re.compile(r"(?<![.!?:]\s)(?<!^)(?<![\"'“‘(])\b[A-Z][\w-]*")
_KNOWN_NAMES: Final = frozenset({"I", "OK", "URL", "ID", "UI", "API", "HTTP", "HTTPS", "JSON", "PIN", "SMS", "PDF"})
_RULE: Final = re.compile(r"\b(shall|must( not)?|should)\b|系统应(?!用|答|急)|应当|应被|必须|不得", re.I)
_CHECK: Final = re.compile(
    r"^(please )?(verify|ensure|make sure|validate|assert|confirm that|check (that|whether|if))\b|^(验证|确保|校验|核实)", re.I
)


def invented_names(lines: Iterable[str], known: str) -> Iterator[str]:
    """Quoted words and names with a capital letter inside a sentence that `known` does not have."""
    lowered = " ".join(known.lower().split())
    words = set(re.findall(r"[\w-]+", lowered))
    for line in lines:
        for groups in _QUOTED.findall(line):
            quoted = " ".join(next(g for g in groups if g).lower().split()).strip(" .,;:。，；：")
            if quoted and quoted not in lowered:
                yield quoted
        for name in _NAME.findall(_QUOTED.sub(" ", line)):
            if name not in _KNOWN_NAMES and name.lower() not in words and name.lower().rstrip("s") not in words:
                yield name


def rule_told_as_result(expected: str) -> str | None:
    """The word that makes a result a demand ("shall be rejected" instead of "is rejected")."""
    found = _RULE.search(expected)
    return found[0] if found else None


def check_told_as_action(action: str) -> str | None:
    """The word that makes an action a check; checks belong to the expected result."""
    found = _CHECK.search(action.strip())
    return found[0] if found else None
