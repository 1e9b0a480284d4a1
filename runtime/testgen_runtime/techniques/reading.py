"""How the atoms of one requirement belong together: its factors, and the rules that they make."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from testgen_runtime.documents.model import Action, Actor, Atom, AtomKind, Condition, Enumeration, Limit, Outcome, State
from testgen_runtime.techniques import lifted, role_states, scope, unlimited
from testgen_runtime.techniques.besides import is_besides
from testgen_runtime.techniques.boundaries import Width
from testgen_runtime.techniques.compared import compared_factor
from testgen_runtime.techniques.decisions import Proposition, condition_factor, proposition
from testgen_runtime.techniques.emptiness import is_about_emptiness, with_lower_end
from testgen_runtime.techniques.enumerated import is_list_item
from testgen_runtime.techniques.factors import Cluster, Factor, Level, Rule, with_atoms
from testgen_runtime.techniques.limits import Range, limit_factor, ranges, same_subject
from testgen_runtime.techniques.members import each
from testgen_runtime.techniques.names import enumeration_name, role_name, state_name
from testgen_runtime.techniques.observed import is_observed
from testgen_runtime.techniques.partitions import enumeration_levels
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.placing import Placed
from testgen_runtime.techniques.role_factors import by_act, role_factors
from testgen_runtime.techniques.roles import role_levels
from testgen_runtime.techniques.states import state_levels
from testgen_runtime.techniques.terms import failing, only_accepted
from testgen_runtime.techniques.view import View, negative, otherwise, overlap
from testgen_runtime.techniques.vocabulary import Vocabulary

_CONDITIONAL = re.compile(r"\b(?:if|when|while|provided|unless)\b|如果|若|当|时", re.I)
_LISTED_ONLY = re.compile(
    r"\b(?:only|accepts?|supports?|allows?|permits?|offers?|one of|either|must be|shall be|valid|possible)\b|"
    r"仅|只|支持|接受|允许|必须[为是]|应[为是]|之一|可选",
    re.I,
)
_OTHER = re.compile(r"\bother\b|\belse\b|其他|其它|其余", re.I)
_OTHER_STATE = re.compile(
    r"\b(?:other|different|another) (?:states?|status(?:es)?|modes?|phases?|stages?)\b|(?:其他|其它|其余)(?:任何)?状态", re.I
)
_ONE_MORE = re.compile(
    r"\b(?:(?<!\bby )(?<!\bof )(?<!\bto )(?<!\bfrom )another|further|additional|one more|second|third|"
    r"fourth|sixth|seventh|eighth|ninth|tenth|eleventh|\d+(?:st|"
    r"nd|rd|th))\b|"
    r"第\s?[一二三四五六七八九十百\d]+\s?[次个条件张名位人份项本笔台门页行块辆种家户只艘套部层批封枚盒箱瓶架座间床支颗粒篇节单]|"
    r"^(?:若|如果|当)?(?:用户)?(?:再|再次|继续|仍)(?:添加|新增|增加|追加|加入|创建|上传|提交|"
    r"借|选|绑定|预约|申请|领取|发起)",
    re.I,
)
"""A condition that says a limit is passed by one."""
_IS_ZERO = re.compile(r"(?:\b(?:is|are|equals)|[为是]|等于)\s?0$", re.I)
"""A condition that names the 0 below a range."""
_MOST_ELSEWHERE = 3
"""Invalid transitions beyond the first, of those that the document's state graph shows."""
_NEAR = 0.9
"""The weight above which a value is a bound or the first beyond it."""
_MOST_TOGETHER = 4
"""Factors that one rule combines; a requirement with more is taken sentence by sentence."""


def rules(view: View, vocabulary: Vocabulary, width: Width = 3) -> tuple[Rule, ...]:
    """The rules of a requirement; none where it has nothing to vary. `width`: two or three values at each boundary."""
    found = with_lower_end(view, ranges([(a, v) for a, v in view.of(Limit) if not is_observed(view, a, v)]))
    if moved := tuple(words(view, rule, None) for rule in lifted.rules(view, found, width)):
        return moved
    if scoped := tuple(words(view, rule, places) for rule, places in scope.rules(view, found, width)):
        return scoped
    if matrix := tuple(words(view, rule, frozenset({place})) for rule, place in role_states.rules(view)):
        return matrix
    two_sides, found = found, scope.joined(view, found)
    apart = (_contextual(found) or _of_one_role(view, found)) if len(found) == len(two_sides) else []
    constraints = _constraints(view, vocabulary, [r for r in found if r not in apart], width)
    constraints, conditions = _conditions(view, constraints, [atom for r in apart for atom in r.atoms], found)
    in_context, used = _in_context(view, apart, constraints, conditions, width)
    conditions = _sparing(view, conditions)
    constraints = _excepted(_without_contexts(constraints, in_context), conditions)
    constraints = scope.restricted(view, constraints, conditions, found)
    in_context = (*in_context, *_unlimited(view, apart, width))
    combined = _combined(view, constraints, [p for p in conditions if p.factor not in used])
    return (*combined, *in_context, *by_act(view, vocabulary))


def _without_contexts(constraints: Sequence[Placed], in_context: Sequence[Rule]) -> list[Placed]:
    """Without the lists that only tell which range is whose ("private customers up to 1,000 EUR, business customers …")."""
    held = [level for rule in in_context for level in rule.held]
    return [
        p for p in constraints
        if p.factor.kind is not AtomKind.ENUMERATION or not all(level.good for level in p.factor.levels)
        or not any(level in held for level in p.factor.levels)
    ]  # fmt: skip


def _contextual(found: Sequence[Range]) -> list[Range]:
    """Ranges of one parameter that contradict each other: each holds in a context of its own ("members 10, guests 3")."""
    return [
        r for r in found
        if any(o is not r and o.limit.dimension == r.limit.dimension and same_subject(o.limit.subject, r.limit.subject)
               and (o.limit.unit == r.limit.unit or (o.limit.dimension in ("size", "duration") and o.limit.unit and r.limit.unit))
               for o in found)
    ]  # fmt: skip


_SPARED_ZH = re.compile("(?:的(?:情况|情形)?)?(?:除外|不在此限|不受此限)")


def _sparing(view: View, conditions: Sequence[Placed]) -> list[Placed]:
    """A condition that spares from a refusal is an alternative: "超过 7 天的退货申请应驳回，但商品存在质量问题的除外"."""
    spared = [
        a.id for a, v in view.of(Condition) if v.holds and _SPARED_ZH.match(view.requirement.text, view.at(a) + len(a.text))
    ]
    return [replace(p, connective="or") if set(p.factor.atom_ids) & set(spared) else p for p in conditions]


def _excepted(constraints: list[Placed], conditions: Sequence[Placed]) -> list[Placed]:
    """A lone alternative lifts the limits of the sentences before it: "Later claims are rejected, unless …"."""
    members = Counter(p.group for p in (*constraints, *conditions))
    lone = next((p for p in conditions if p.connective == "or" and members[p.group] == 1), None)
    if lone is None:
        return constraints
    limits = [p for p in constraints if p.factor.kind is AtomKind.LIMIT and p.group is None]
    if len(limits) != 1:
        return constraints
    return [replace(p, group=lone.group, connective="or") if p is limits[0] else p for p in constraints]


_ANY_AMOUNT = re.compile(
    r"\b(?:of|for|in|with) any (?:amount|value|sum|size|number|length|weight)|\bregardless of the (?:amount|value|sum|size)|"
    r"\bwithout (?:a |any )?(?:upper )?limit\b|\bunlimited\b",
    re.I,
)


def _unlimited(view: View, apart: Sequence[Range], width: Width) -> tuple[Rule, ...]:
    """The rule of the role that a limit of another role does not bind: "A manager may approve withdrawals of any amount"."""
    if view.language == "zh":
        return tuple(words(view, rule, frozenset({place})) for rule, place in unlimited.rules_zh(view, apart, width))
    if len(apart) != 1:
        return ()
    limited = view.sentence(apart[0].atoms[0])
    named = view.words(limited).lower()
    made = []
    for atom, value in view.of(Actor):
        place = view.sentence(atom)
        free = [role for role in value.permitted if role.lower() not in named]
        if place == limited or len(free) != 1 or not _ANY_AMOUNT.search(view.words(place)):
            continue
        factor = limit_factor(apart[0], view.language, view.at(apart[0].atoms[0]), width)
        levels = tuple(
            replace(level, good=True, reason="no limit binds this role")
            for level in (factor.typical(True), factor.typical(False))
            if level is not None
        )
        held = role_levels(Actor(tuple(free)), role_name("en"), "en", Vocabulary(), closed=False)[:1]
        rule = words(view, Rule((Cluster("and", (replace(factor, levels=levels, atom_ids=(atom.id,)),)),)), frozenset({place}))
        made.append(replace(rule, held=held))
    return tuple(made)


def _of_one_role(view: View, found: Sequence[Range]) -> list[Range]:
    """English ranges told of one of several roles that nobody is denied: "A manager may …. A teller may … up to 5,000 EUR"."""
    roles = {role.lower() for _, value in view.of(Actor) for role in value.permitted}
    if view.language == "zh":  # "专员可以审批不超过 1 万元的采购单，总监可以审批任意金额的采购单"
        return list(found) if len(roles) > 1 and unlimited.ANY_AMOUNT_ZH.search(view.requirement.text) else []
    if len(roles) < 2 or any(value.denied for _, value in view.of(Actor)):
        return []
    told = [(r, {role for role in roles if role in view.words(view.sentence(r.atoms[0])).lower()}) for r in found]
    return [r for r, named in told if len(named) == 1]


def _constraints(view: View, vocabulary: Vocabulary, found: Sequence[Range], width: Width) -> list[Placed]:
    """Limits, lists, states and roles as factors."""
    language = view.language
    placed = [
        Placed(limit_factor(r, language, view.at(r.atoms[0]), width), frozenset(view.sentence(a) for a in r.atoms)) for r in found
    ]
    placed = [_alternative(view, p, r.atoms[0]) for p, r in zip(placed, found, strict=True)]
    limits = [atom for atom, _ in view.of(Limit)]  # the two ends of a range are no list of values
    placed += [
        _enumeration(view, a)
        for a, _ in view.of(Enumeration)
        if not any(overlap(a, limit) for limit in limits) and not _in_list_item(view, a)
    ]
    placed += _states(view, vocabulary)
    placed += role_factors(view, vocabulary)
    return [p for p in placed if p.factor.levels]


_BRACKETED = re.compile(r"\([^()]+\)$")


def _in_list_item(view: View, atom: Atom) -> bool:
    """Whether a list stands in brackets behind one thing of a longer list ("the result of the last sample (Pass, Fail)"): it
    describes what is read there, nobody enters it."""
    before = view.requirement.text[view.spans[view.sentence(atom)][0] : view.at(atom)]
    inside = before.count("(") > before.count(")") or _BRACKETED.search(atom.text) is not None
    return inside and any(overlap(atom, other) and is_list_item(view, other) for other in view.results())


_OR_NOUN = re.compile(
    r"\s+or\s+(?P<other>(?:from|by|for|with|to)\s[A-Za-z][A-Za-z -]{2,60}?)\s(?:shall|must|may|should|will|can|is|are)\b"
)


def _alternative(view: View, placed: Placed, atom: Atom) -> Placed:
    """ "Orders over 1,000 EUR or from new customers": the limit decides only where the other attribute isn't there."""
    if view.language != "en":
        return placed
    at = view.at(atom)
    text = view.requirement.text
    head, other = re.search(r"([A-Za-z-]+)\s*$", text[:at]), _OR_NOUN.match(text, at + len(atom.text))
    if head is None or other is None:
        return placed
    line = f"The {re.sub(r'(?<!s)s$', '', head[1].lower())} is not {other['other']}."
    levels = tuple(replace(v, preconditions=(*v.preconditions, line)) for v in placed.factor.levels)
    return replace(placed, factor=replace(placed.factor, levels=levels))


def _enumeration(view: View, atom: Atom) -> Placed:
    value = atom.value
    assert isinstance(value, Enumeration)
    name = enumeration_name(value.subject, view.language)
    excludes = any(negative(a) or otherwise(a) for a in view.results()) or _LISTED_ONLY.search(view.words(view.sentence(atom)))
    levels = enumeration_levels(replace(atom, value=replace(value, closed=value.closed and bool(excludes))), name, view.language)
    return Placed(Factor(AtomKind.ENUMERATION, name, levels, (atom.id,), view.at(atom)), frozenset({view.sentence(atom)}))


def _states(view: View, vocabulary: Vocabulary) -> list[Placed]:
    """One factor per subject: a state that one sentence allows and another refuses are levels of the same factor."""
    by_subject: dict[str, list[tuple[Atom, State]]] = defaultdict(list)
    for atom, value in view.of(State):
        known = next((s for s in by_subject if same_subject(s, value.subject)), value.subject)
        by_subject[known].append((atom, value))
    placed = []
    for subject, group in by_subject.items():
        allowed = tuple(dict.fromkeys(s for _, v in group for s in v.allowed))
        refused = tuple(dict.fromkeys(s for _, v in group for s in v.refused if s not in allowed))
        first = group[0][1]
        merged = replace(first, subject=subject, allowed=allowed, refused=refused)
        closed = any(view.closed(atom) for atom, _ in group) or _OTHER_STATE.search(view.requirement.text) is not None
        conditional = any(_CONDITIONAL.search(view.words(view.sentence(atom))) for atom, _ in group)
        name = state_name(subject, view.language)
        leading = [one for one in vocabulary.graph.of_requirement(view.requirement) if one.target == first.target]
        elsewhere = vocabulary.graph.elsewhere(leading[0])[:_MOST_ELSEWHERE] if leading else ()
        conditional = conditional or (bool(elsewhere) and bool(view.of(Condition)))
        levels = state_levels(
            merged, name, view.language, vocabulary, closed=closed, conditional=conditional, elsewhere=elsewhere
        )
        ids = tuple(atom.id for atom, _ in group)
        factor = Factor(AtomKind.STATE, subject, levels, ids, view.at(group[0][0]))
        placed.append(Placed(factor, frozenset(view.sentence(atom) for atom, _ in group)))
    return placed


def _conditions(
    view: View, constraints: list[Placed], apart: Sequence[Atom], found: Sequence[Range]
) -> tuple[list[Placed], list[Placed]]:
    """Conditions as factors. One that only words a limit, list or state is carried by that factor, in its group.

    A condition that says the same as an earlier one, or its opposite, is a second mention of the same factor. One that words a
    limit of a context of its own (`apart`) is that limit's.
    """
    kinds = {atom.id: atom for atom in view.atoms}
    placed = list(constraints)
    conditions: list[tuple[Proposition, Placed]] = []
    sizes: dict[int, int] = defaultdict(int)
    for _, value in view.of(Condition):
        sizes[value.group] += 1
    for atom, value in view.of(Condition):
        if _carries(atom, apart):
            continue
        carrier = next((i for i, p in enumerate(placed) if _carries(atom, [kinds[x] for x in p.factor.atom_ids])), None)
        if carrier is None and _OTHER.search(value.text):  # "another category is chosen": what the list does not name
            carrier = next((i for i, p in enumerate(placed) if p.factor.kind is AtomKind.ENUMERATION), None)
        if carrier is None and (_ONE_MORE.search(value.text) or is_about_emptiness(value, found)):
            carrier = next((i for i, p in enumerate(placed) if p.factor.kind is AtomKind.LIMIT), None)
        if carrier is None and _IS_ZERO.search(value.text) and any(r.limit.lower and r.limit.lower.value > 0 for r in found):
            carrier = next((i for i, p in enumerate(placed) if p.factor.kind is AtomKind.LIMIT), None)
        if carrier is not None:
            p = placed[carrier]
            joined = sizes[value.group] > 1 and p.group is None
            placed[carrier] = replace(
                p,
                factor=_besides(view, with_atoms(p.factor, (atom.id,)), value, sizes[value.group]),
                sentences=p.sentences | {view.sentence(atom)},
                group=value.group if joined else p.group,
                connective=value.connective if joined else p.connective,
                term=value.term if joined else p.term,
            )
            continue
        said = proposition(value.text)
        same = next((i for i, (known, _) in enumerate(conditions) if known.same_topic(said)), None)
        if same is not None and not (value.trigger and view.language == "zh" and re.search(r"\d", value.text)):
            known, p = conditions[same]
            own = condition_factor(atom, refuses=_refuses(view, atom), language=view.language, at=view.at(atom))
            # told once as an event and once as what is so: the latter has its opposite too
            both = own if len(p.factor.levels) < len(own.levels) and not value.trigger else p.factor
            both = replace(both, atom_ids=p.factor.atom_ids)
            conditions[same] = (
                known,
                replace(p, factor=with_atoms(both, (atom.id,)), sentences=p.sentences | {view.sentence(atom)}),
            )
            continue
        factor = compared_factor(atom, refuses=False, at=view.at(atom)) if view.language == "zh" else None
        factor = factor or condition_factor(atom, refuses=_refuses(view, atom), language=view.language, at=view.at(atom))
        conditions.append((said, Placed(factor, frozenset({view.sentence(atom)}), value.group, value.connective, value.term)))
    return placed, _two_told([p for _, p in conditions], sizes)


def _two_told(conditions: list[Placed], sizes: dict[int, int]) -> list[Placed]:
    """ "A survey that is in progress cannot be edited, one that is in preparation can": of the same thing one case is refused and
    another accepted, so that neither tells what becomes of its opposite."""
    if len(conditions) != 2:
        return conditions
    first, second = conditions
    alone = all(p.group is not None and sizes[p.group] == 1 and len(p.factor.levels) == 2 for p in conditions)
    if not alone or first.group == second.group or first.factor.name != second.factor.name:
        return conditions
    levels = (first.factor.levels[0], second.factor.levels[0])
    if first.factor.name in ("condition", "前提条件") or levels[0].good == levels[1].good:
        return conditions
    factor = with_atoms(replace(first.factor, levels=levels), second.factor.atom_ids)
    return [replace(first, factor=factor, sentences=first.sentences | second.sentences)]


_CLAUSE_BESIDES = re.compile(r"[^\d]{3,80}?\s(?:is|are|has|have|was|were|does|do)\s[^\d]{2,80}", re.I)


def _besides(view: View, factor: Factor, value: Condition, size: int) -> Factor:
    """ "A and B, or C" with a limit in A: B is not lost, every test of the limit is set up with it (then A or C decides)."""
    if view.language != "en" or value.connective != "or" or size < 2 or factor.kind is not AtomKind.LIMIT:
        return factor
    rest = [piece for piece in re.split(r",?\s+and\s+", value.text) if _CLAUSE_BESIDES.fullmatch(piece)]
    return replace(
        factor,
        levels=tuple(replace(v, preconditions=(*v.preconditions, *(sentence(p, "en") for p in rest))) for v in factor.levels),
    )


def _carries(condition: Atom, atoms: Iterable[Atom]) -> bool:
    """Whether one of `atoms` is what the condition is about: a limit, list or state inside it, or a role that is most of it."""
    for atom in atoms:
        shared = overlap(condition, atom)
        if isinstance(atom.value, State) and condition.text.isascii() and not _names_state(condition.text, atom.value):
            continue  # it only stands between two places that name the states
        if atom.kind in (AtomKind.LIMIT, AtomKind.ENUMERATION, AtomKind.STATE) and shared:
            return True
        if atom.kind is AtomKind.ACTOR and shared * 5 >= 3 * (condition.span.end - condition.span.start):
            return True
    return False


def _names_state(text: str, state: State) -> bool:
    return any(name.lower() in text.lower() for name in (*state.allowed, *state.refused))


def _refuses(view: View, condition: Atom) -> bool:
    """Whether a condition leads to a refusal: the next result of its sentence, else the last one before it."""
    here = view.results({view.sentence(condition)})
    after = [atom for atom in here if atom.span.start >= condition.span.end]
    before = [atom for atom in here if atom.span.start < condition.span.start]
    return negative(after[0]) if after else bool(before) and negative(before[-1])


def _combined(view: View, constraints: list[Placed], conditions: list[Placed]) -> tuple[Rule, ...]:
    """Put factors together: all in one rule, or one rule per group of conditions where each leads to a result of its own."""
    everything = [*constraints, *conditions]
    if not everything:
        return ()
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
    results = [atom for atom in results if not is_besides(view, rule, atom)]
    actions = [a for a in results if isinstance(a.value, Action)]
    outcomes = [a for a in results if isinstance(a.value, Outcome)]
    # "An application is rejected if …. All other applications are accepted": the others are the accepted ones
    turned = view.language == "en" and any(negative(a) and not otherwise(a) for a in outcomes)
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
    if view.language != "zh" or not rule.factors or any(f.kind is not AtomKind.CONDITION for f in rule.factors):
        return results
    first = min(f.at for f in rule.factors)
    after = [a for a in results if view.at(a) + len(a.text) > first]
    return after or results


def _in_context(
    view: View, apart: Sequence[Range], constraints: Sequence[Placed], conditions: Sequence[Placed], width: Width
) -> tuple[tuple[Rule, ...], list[Factor]]:
    """Ranges that hold for one role, value, state or condition each: a rule per range, with that one held; and the "
    "conditions used."""
    made, used = [], []
    for found in apart:
        factor = limit_factor(found, view.language, view.at(found.atoms[0]), width)
        rule = words(view, Rule((Cluster("and", (factor,)),)), frozenset({view.sentence(found.atoms[0])}))
        own = frozenset(a.id for a in view.results() if overlap(a, found.atoms[0]))
        if own & set(rule.action_ids):  # "students up to 5 books, teachers up to 20": a result for each
            rule = replace(
                rule,
                action_ids=tuple(i for i in rule.action_ids if i in own),
                true_ids=tuple(i for i in rule.true_ids if i in own),
            )
        context = _context(view, factor.at, constraints, conditions)
        if context is not None:
            level, owner = context
            if owner is not None:
                used.append(owner)
                rule = replace(rule, clusters=(Cluster("and", (with_atoms(factor, owner.atom_ids),)),))
            for held in (told := each(level))[1:]:  # each other place at the bound and beyond it
                near = replace(factor, levels=tuple(v for v in factor.levels if v.weight > _NEAR))
                made.append(replace(rule, clusters=(Cluster("and", (near,)),), held=(held,)))
            rule = replace(rule, held=(told[0],))
        made.append(rule)
    return tuple(made), used


def _context(
    view: View, at: int, constraints: Sequence[Placed], conditions: Sequence[Placed]
) -> tuple[Level, Factor | None] | None:
    """What stands closest before `at` (else closest after): a role, value or state that is named, or a condition that holds."""
    text = view.requirement.text
    ranked: list[tuple[int, int, Level, Factor | None]] = []
    for level in [lv for p in constraints if p.factor.kind is not AtomKind.LIMIT for lv in p.factor.levels] + _mentioned_roles(
        view
    ):
        for value in level.inputs.values():
            if value.value in text:
                before = text.rfind(value.value, 0, at)
                ranked.append((at - before if before >= 0 else 10_000 + text.find(value.value), len(ranked), level, None))
    for placed in conditions:
        distance = at - placed.factor.at if placed.factor.at <= at else 10_000 + placed.factor.at
        ranked.append((distance, len(ranked), placed.factor.levels[0], placed.factor))
    if not ranked:
        return None
    _, _, level, owner = min(ranked, key=lambda item: item[:2])
    return level, owner


def _mentioned_roles(view: View) -> list[Level]:
    """A level for each role that the text permits something, named or only mentioned."""
    roles = tuple(dict.fromkeys(role for _, value in view.of(Actor) for role in value.permitted))
    return list(role_levels(Actor(roles), role_name(view.language), view.language, Vocabulary(), closed=False))
