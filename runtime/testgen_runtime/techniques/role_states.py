"""Who may do something in which states: "作者可以修改“草稿”状态的稿件；编辑可以修改“审核中”状态的稿件" as roles × states.

A role may in its own states. In the others it may not where the text says so of everything else, or names its states with "only".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.model import Actor, AtomKind, Enumeration, Limit, State
from testgen_runtime.techniques.factors import Cluster, Factor, Rule
from testgen_runtime.techniques.names import role_name, state_name
from testgen_runtime.techniques.roles import EVERYBODY, role_levels
from testgen_runtime.techniques.states import state_levels
from testgen_runtime.techniques.view import View
from testgen_runtime.techniques.vocabulary import Vocabulary

_ALL_ELSE: Final = re.compile(
    r"(?:其他|其它|其余)[^。；]{0,20}?(?:拒绝|不得|不允许|不能|不可|禁止|不予|无权)|(?:拒绝|不得|不允许|禁止|不予)[^。；]{0,6}?(?:其他|其它|其余)|"
    r"不(?:符合|满足)(?:上述|以上|该|此)[^。；]{0,16}?(?:拒绝|不得|不允许|不能|不可|禁止|不予)|否则[^。；]{0,12}?(?:拒绝|不得|不允许|禁止|不予)"
)
_ONLY: Final = re.compile("只能|仅能|只可|仅可|只有|仅限|只允许|仅允许")


def rules(view: View) -> Iterator[tuple[Rule, int]]:
    """(rule, its sentence) of each role with its states; none where roles and states do not go together sentence by sentence."""
    if view.language != "zh" or any(isinstance(atom.value, Limit | Enumeration) for atom in view.atoms):
        return
    roles = dict.fromkeys(role for _, value in view.of(Actor) for role in value.permitted if not EVERYBODY.match(role))
    states = dict.fromkeys(s for _, value in view.of(State) if not value.target for s in (*value.allowed, *value.refused))
    told: list[tuple[str, tuple[str, ...], int]] = []
    for role in roles:
        for place in range(len(view.spans)):
            words = view.words(place)
            here = tuple(state for state in states if re.search(rf"[“「]{re.escape(state)}[”」]|{re.escape(state)}状态", words))
            others = [other for other in roles if other != role and other not in role and other in words]
            if role in words and here and not others and not re.search("不得|不能|不允许|禁止|拒绝|无权", words):
                told.append((role, here, place))
    if len({role for role, _, _ in told}) < 2 or len({here for _, here, _ in told}) < 2:
        return
    subject = next((value.subject for _, value in view.of(State) if value.subject), "")
    ids = tuple(atom.id for atom, _ in (*view.of(State), *view.of(Actor)))
    closed = _ALL_ELSE.search(view.requirement.text) is not None
    for role, here, place in told:
        own = tuple(dict.fromkeys(s for other, found, _ in told if other == role for s in found))
        refused = tuple(s for s in states if s not in own) if closed or _ONLY.search(view.words(place)) else ()
        levels = state_levels(State(subject, here, refused), state_name(subject, "zh"), "zh", Vocabulary(), closed=False)
        factor = Factor(AtomKind.STATE, subject, levels, ids, view.at(view.of(State)[0][0]))
        held = role_levels(Actor((role,)), role_name("zh"), "zh", Vocabulary(), closed=False)[:1]
        yield Rule((Cluster("and", (factor,)),), held=held), place
