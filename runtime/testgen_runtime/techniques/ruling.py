"""Factors put together as the rules of a requirement, with what the text says of their action and results."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from testgen_runtime.documents.model import Action, Atom, AtomKind, Outcome
from testgen_runtime.techniques.besides import is_besides, is_of_a_part
from testgen_runtime.techniques.factors import Cluster, Factor, Rule
from testgen_runtime.techniques.placing import Placed
from testgen_runtime.techniques.terms import failing, only_accepted
from testgen_runtime.techniques.view import View, all_otherwise, negative, otherwise

_MOST_TOGETHER = 4
"""Factors that one rule combines; a requirement with more is taken sentence by sentence."""


def combined(view: View, constraints: list[Placed], conditions: list[Placed]) -> tuple[Rule, ...]:
    """Put factors together: all in one rule, or one rule per group of conditions where each leads to a result of its own."""
    everything = [*constraints, *conditions]
    if not everything:
        return ()
    if constraints and conditions and _hangs_on_a_notice(view, constraints, conditions):
        return combined(view, constraints, [])
    groups = list(dict.fromkeys(p.group for p in conditions))
    if (len(groups) <= 1 or _of_one_act(view, everything)) and len(everything) <= _MOST_TOGETHER:
        return _by_term(view, everything, None)
    made: list[Rule] = []
    left = list(constraints)
    for group in groups:
        own = [p for p in everything if p.group == group]
        places = frozenset().union(*(p.sentences for p in own))
        own += [p for p in left if p.group is None and p.sentences & places]
        left = [p for p in left if p not in own]
        made.extend(_by_term(view, own, places))
    while left:
        own = [p for p in left if p.sentences & left[0].sentences]
        left = [p for p in left if p not in own]
        made.append(_rule(view, own, frozenset().union(*(p.sentences for p in own))))
    return tuple(made)


_NOTICE = re.compile(
    r"[;.]\s[^;.]*\b(?:told|notified|informed|warned|reminded|alerted|logged|recorded)\b[^;.]*\b(?:when|if|as soon as|once)\b",
    re.I,
)


def _hangs_on_a_notice(view: View, constraints: Sequence[Placed], conditions: Sequence[Placed]) -> bool:
    """Whether the conditions only say when somebody is told: "holds at most 50 items; the customer is told when it is full"."""
    found = _NOTICE.search(view.requirement.text)
    return (
        found is not None
        and all(p.factor.at < found.start() for p in constraints)
        and all(p.factor.at > found.start() for p in conditions)
    )


def _of_one_act(view: View, placed: Sequence[Placed]) -> bool:
    """Whether all groups of conditions permit or refuse one act: "A 或 B 的可以租车。但 C 的，不得租车"."""
    if view.language != "zh":
        return False
    places: dict[int | None, frozenset[int]] = defaultdict(frozenset)
    for p in (p for p in placed if p.group is not None):
        places[p.group] |= p.sentences
    told = [[a for a in view.results(here) if isinstance(a.value, Outcome)][-1:] for here in places.values()]
    acts = {_VERDICT_ZH.sub("", a.value.text) for here in told for a in here if isinstance(a.value, Outcome)}
    return all(told) and len(acts) == 1 and "" not in acts and len({negative(a) for here in told for a in here}) == 2


_VERDICT_ZH = re.compile(
    "^(?:系统|也|均|都|则|一律|应当?|方|才|即|可以?|能够?|不得|不能|不予|不可以?|不允许|禁止|允许|拒绝|准予|受理|予以|其|该|用户)+"
)
"""What of a result says whether it is permitted."""


def _by_term(view: View, placed: Sequence[Placed], places: frozenset[int] | None) -> tuple[Rule, ...]:
    """One rule; of alternatives that are made of several demands one for each, in which the others fail."""
    terms: dict[int, list[Factor]] = defaultdict(list)
    for p in placed:
        terms[p.term].append(p.factor)
    terms.pop(0, None)
    made: list[Rule] = []
    for term, own in terms.items() if len(terms) > 1 else ():
        here = [replace(p, connective="and") if p.term else p for p in placed if p.term in (0, term)]
        fails = [failing(factors, own) for other, factors in terms.items() if other != term]
        rule = _rule(view, here, places)
        if not all(fails):
            return (rule,)
        made.append(replace(rule, held=(*rule.held, *(level for ways in fails for level in ways[0]))))
        accepted = replace(
            rule, clusters=tuple(Cluster(c.connective, tuple(map(only_accepted, c.factors))) for c in rule.clusters)
        )
        for way in fails[0][1:] if len(fails) == 1 else ():
            made.append(replace(accepted, held=(*rule.held, *way)))
    return tuple(made) or (_rule(view, placed, places),)


def _rule(view: View, placed: Sequence[Placed], places: frozenset[int] | None) -> Rule:
    """A rule of these factors; `places` are the sentences whose actions and outcomes belong to it (None: all)."""
    ordered = sorted(placed, key=lambda p: p.factor.at)
    clusters: list[Cluster] = [Cluster("and", tuple(p.factor for p in ordered if p.connective == "and"))]
    for group in dict.fromkeys(p.group for p in ordered if p.connective == "or"):
        clusters.append(Cluster("or", tuple(p.factor for p in ordered if p.connective == "or" and p.group == group)))
    return words(view, Rule(tuple(c for c in clusters if c.factors)), places)


def words(view: View, rule: Rule, places: frozenset[int] | None) -> Rule:
    """The rule with what the text says of its action and its two results."""
    results = _its_own(view, rule, view.results(places)) or view.results()
    results = [atom for atom in results if not is_besides(view, rule, atom) and not is_of_a_part(view, rule, atom)]
    actions = [a for a in results if isinstance(a.value, Action)]
    outcomes = [a for a in results if isinstance(a.value, Outcome)]
    # "An application is rejected if …. All other applications are accepted": the others are the accepted ones
    turned = (view.language == "en" and any(negative(a) and not otherwise(a) for a in outcomes)) or all_otherwise(outcomes)
    good = [a for a in outcomes if not negative(a) and (turned or not otherwise(a))]
    bad = [a for a in outcomes if a not in good] or [a for a in view.results() if isinstance(a.value, Outcome) and negative(a)]
    allowed = [a for a in actions if not negative(a)]
    return replace(
        rule,
        action_ids=tuple(a.id for a in (allowed or actions)),
        true_ids=tuple(a.id for a in good),
        false_ids=tuple(a.id for a in (*bad, *(a for a in actions if negative(a)))),
    )


def _its_own(view: View, rule: Rule, results: list[Atom]) -> list[Atom]:
    """Without what the same sentence says before the condition ("心跳每隔 30 秒发送一次，连续 3 次未收到则判定离线")."""
    in_a_row = "连续" in view.requirement.text
    kinds = {f.kind for f in rule.factors}
    if (
        view.language != "zh"
        or not kinds
        or not kinds <= ({AtomKind.CONDITION, AtomKind.LIMIT} if in_a_row else {AtomKind.CONDITION})
    ):
        return results
    first = min(f.at for f in rule.factors)
    after = [a for a in results if view.at(a) + len(a.text) > first]
    return after or results
