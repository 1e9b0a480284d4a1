"""What a restriction is about: "only premium users may download files larger than 100 MB", "children under 12 may enter only
when accompanied by an adult". The comparison says whom or what the restriction binds and is no limit of its own: outside of it
the restriction asks for nothing (the decision "outside the scope, or the demand is met"; ISO/IEC/IEEE 29119-4:2021, 5.2.6).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from testgen_runtime.documents.model import Atom, AtomKind, Condition
from testgen_runtime.techniques.boundaries import Width
from testgen_runtime.techniques.decisions import condition_factor
from testgen_runtime.techniques.factors import Cluster, Factor, Rule
from testgen_runtime.techniques.limits import Range, complement, limit_factor
from testgen_runtime.techniques.placing import Placed
from testgen_runtime.techniques.view import View, overlap

_GROUP: Final = -1
"""The group of the two factors of a scoped restriction; those of conditions count from zero."""
_ONLY_ROLE_EN: Final = re.compile(
    r"\bonly\s(?P<who>[^,.;:\d]{2,80}?)\s(?:may|can|shall|must|should|will|(?:is|are)\s(?:allowed|permitted|authori[sz]ed|"
    r"entitled)\sto)\b(?P<object>[^.;:]*)",
    re.I,
)
_BY_ROLE_EN: Final = re.compile(
    r"(?P<object>[^.;:]*?)\s(?:may|can|shall|must|should|will)\s(?:only\sbe\s[a-z]+\sby|be\s[a-z]+\s(?:only|exclusively)\sby|"
    r"be\s[a-z]+\sby\s[^.;:\d]{2,60}\sonly)\b",
    re.I,
)
_ONLY_ROLE_ZH: Final = re.compile(
    r"(?:只有|仅有|仅限|只允许|仅允许|仅|只)(?P<who>[^，,。；;\d]{2,16}?)(?:才|方)?(?:可以?|能够?|允许|有权)(?P<object>[^，,。；;]*)"
)
_BY_ROLE_ZH: Final = re.compile(r"(?P<object>[^，,。；;]*?)(?:只能|仅能|只可|仅可|只允许|仅允许|仅限|必须)由")
_DEMANDED: Final = re.compile(
    r"\b(?:must|shall|at least|minimum|up to|provided|if|when|once|after|for)\b|至少|最少|必须|如果|当",
    re.I,
)
"""What makes a comparison inside such a clause a demand of its own."""


_FREE_BELOW: Final = re.compile(
    r"\b(?:every(?:one|body)|any(?:one|body)|(?:all|any) (?:other )?(?:users?|visitors?|customers?|members?)|smaller|shorter|"
    r"lower|cheaper|lighter|or (?:less|fewer|under|below|shorter|smaller)|up to|at most|(?:no|not) more than)\b|"
    r"所有人|任何人|所有用户|任何用户|均可|都可以?|及?以下|以内|(?:不超过|不大于|不高于)\s?\d",
    re.I,
)
"""What tells that below the bound the act is open to the others as well; without it no test says so."""


def restricted(view: View, constraints: Sequence[Placed], conditions: Sequence[Placed], found: Sequence[Range]) -> list[Placed]:
    """The constraints; where roles alone may have what lies above a bound, the limit is turned and either factor is enough.

    What lies below the bound is tested where the text says that it is open to all, otherwise it is left out.
    """
    roles = [p for p in constraints if p.factor.kind is AtomKind.ACTOR]
    if len(roles) != 1 or len(constraints) != 2 or conditions or len(found) != 1:
        return list(constraints)
    limit = next((p for p in constraints if p.factor.kind is AtomKind.LIMIT), None)
    if limit is None or not _only_scope(view, found[0]):
        return list(constraints)
    free = _FREE_BELOW.search(view.requirement.text) is not None
    levels = tuple(replace(level, good=not level.good) for level in limit.factor.levels if free or level.good)
    turned = replace(limit, factor=replace(limit.factor, levels=levels), group=_GROUP, connective="or")
    here = view.words(view.sentence(found[0].atoms[0])).lower()
    who = tuple(  # "… of 500 EUR or less by any employee": a role of the other sentence has no right here
        replace(level, good=False)
        if level.good and not any(value.value.lower() in here for value in level.inputs.values())
        else level
        for level in roles[0].factor.levels
    )
    return [turned, replace(roles[0], factor=replace(roles[0].factor, levels=who), group=_GROUP, connective="or")]


def joined(view: View, found: Sequence[Range]) -> list[Range]:
    """The ranges; the bound of an "only …" clause and its other side, told for everybody, are one: "Only subscribers may view
    videos longer than 10 minutes. Videos of 10 minutes or less can be viewed by everyone"."""
    if len(found) != 2:
        return list(found)
    for bound, other in (found, (found[1], found[0])):
        turned = complement(bound.limit)
        if turned is None or not _only_scope(view, bound) or _only_scope(view, other):
            continue
        if (turned.lower, turned.upper) == (_end(other, "lower", bound), _end(other, "upper", bound)):
            return [Range(bound.limit, (*bound.atoms, *other.atoms))]
    return list(found)


def _only_scope(view: View, found: Range) -> bool:
    """Whether a bound from which something begins stands in the object of an "only …" clause."""
    if found.limit.lower is None or found.limit.upper is not None:
        return False
    at, text = view.at(found.atoms[0]), view.requirement.text
    patterns = (_ONLY_ROLE_ZH, _BY_ROLE_ZH) if view.language == "zh" else (_ONLY_ROLE_EN, _BY_ROLE_EN)
    for pattern in patterns:
        for told in pattern.finditer(text):
            start = told.start("object")
            if start <= at < told.end("object") and not _DEMANDED.search(text[start:at]):
                return view.language != "zh" or "的" in text[at : told.end("object")]
    return False


_DEMAND_EN: Final = re.compile(
    r"\bonly\s(?:when|if|while|with|where|provided|after|once)\b|\b(?:must|need|needs|require[sd]?|unless)\b", re.I
)
_DEMAND_ZH: Final = re.compile("须|必须|需|方可|才可|才能|方能|除非|应当?(?:由|有|经)")
_FREE_EN: Final = re.compile(r"\b(?:may|can|always|allowed|permitted|accepted|granted|without|no)\b", re.I)
_FREE_ZH: Final = re.compile("可|允许|无需|不需|直接|接受|通过|成功|准予")


def rules(view: View, found: Sequence[Range], width: Width) -> Iterator[tuple[Rule, frozenset[int]]]:
    """ "Under 12 only when accompanied, from 12 on always": two stretches that together are everything, of which one asks for a
    condition. The two rules without their results, with the sentences that tell them; or nothing."""
    conditions = [(a, v) for a, v in view.of(Condition) if not any(overlap(a, x) for r in found for x in r.atoms)]
    if len(found) != 2 or not conditions or len(view.of(Condition)) != len(conditions):
        return
    topics = {_bare(value.text) for _, value in conditions} | {_bare(value.negated) for _, value in conditions}
    if len(topics) > 2:
        return
    bound, free = found
    other = complement(bound.limit)
    if other is None or (other.lower, other.upper) != (_end(free, "lower", bound), _end(free, "upper", bound)):
        bound, free = free, bound
        other = complement(bound.limit)
    if other is None or (other.lower, other.upper) != (_end(free, "lower", bound), _end(free, "upper", bound)):
        return
    here, there = (view.words(view.sentence(r.atoms[0])) for r in (bound, free))
    demand, may = (_DEMAND_ZH, _FREE_ZH) if view.language == "zh" else (_DEMAND_EN, _FREE_EN)
    if not demand.search(here):
        bound, free, here, there = free, bound, there, here
    if here == there or not demand.search(here) or demand.search(there) or not may.search(there):
        return
    if any(view.sentence(a) == view.sentence(free.atoms[0]) for a, _ in conditions):
        return
    atom = next((a for a, v in conditions if v.holds), conditions[0][0])
    decides = condition_factor(atom, refuses=False, language=view.language, at=view.at(atom))
    decides = replace(decides, atom_ids=tuple(a.id for a, _ in conditions))
    outside, fails = _outside(view, free, bound, width), decides.typical(False)
    inside = outside.typical(False)
    if fails is None or inside is None:
        return
    yield Rule((Cluster("and", (outside,)),), held=(fails,)), frozenset({view.sentence(free.atoms[0])})
    yield Rule((Cluster("and", (decides,)),), held=(inside,)), frozenset({view.sentence(bound.atoms[0])})


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text.lower())


def _end(of: Range, side: str, like: Range) -> object:
    """One end of a range as the other range would tell it (the place in the text does not count)."""
    own = of.limit.lower if side == "lower" else of.limit.upper
    told = like.limit.upper if side == "lower" else like.limit.lower
    units = {of.limit.unit.strip(), like.limit.unit.strip()} - {""}
    return replace(own, span=told.span) if own is not None and told is not None and len(units) < 2 else own


def _outside(view: View, free: Range, bound: Range, width: Width) -> Factor:
    """The limit, good where the condition is not asked for; under the name and unit of the stretch that is bound."""
    subject = re.sub(r"^.*\s(?=age$)", "", bound.limit.subject)
    limit = replace(free.limit, subject=subject, unit=bound.limit.unit, dimension=bound.limit.dimension, step=bound.limit.step)
    atoms: tuple[Atom, ...] = (*bound.atoms, *free.atoms)
    return limit_factor(Range(limit, atoms), view.language, view.at(min(atoms, key=view.at)), width)
