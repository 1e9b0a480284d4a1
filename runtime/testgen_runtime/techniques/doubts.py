"""Where a requirement says more than its atoms: a point whose verdict is not sure is left out.

A wrong verdict costs a tester more than a case that is missing; the sentences themselves still get tests of their own.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from testgen_runtime.documents.atoms.words_en import REFUSE
from testgen_runtime.documents.model import Action, AtomKind, Condition, Limit, Outcome, State
from testgen_runtime.techniques.factors import Rule
from testgen_runtime.techniques.told_conditions import SPARED_EN
from testgen_runtime.techniques.view import View

_COMPARED = re.compile(
    r"\b(?:up to|at most|at least|(?:no|not) (?:more|less|fewer|later|earlier) than|more than|less than|fewer than|"
    r"(?:maximum|minimum|limit|value) of)"
    r"\s(?:(?!\d)[^\s.;,]+\s){0,3}(?P<number>\d[\d,]*(?:\.\d+)?)(?!\s?(?:\w+\s)?(?:times|attempts))",
    re.IGNORECASE,
)
_AHEAD_OF_TODAY = re.compile(
    r"\bnot\b[^.;]*\bnot (?:more|less|later|earlier|further) than\s\S+\s\w+\s(?:in the (?:future|past)|ahead|ago)\b",
    re.IGNORECASE,
)
"""Two ends of a date told by two nots: "must not be in the past and not more than 90 days in the future"."""
_TWO_SWITCHES = re.compile(r"\bon\b[^.;]*\d[^.;]*\boff\b[^.;]*\d|\boff\b[^.;]*\d[^.;]*\bon\b[^.;]*\d", re.IGNORECASE)
_TWO_SWITCHES_ZH = re.compile(
    r"\d[^。；]*(?:开启|打开|启动)[^。；]*\d[^。；]*(?:关闭|停止)|\d[^。；]*(?:关闭|停止)[^。；]*\d[^。；]*(?:开启|打开|启动)"
)
"""A bound for what is done and another for what undoes it: "below 18 °C on and above 22 °C off"."""
_AHEAD_OF_TODAY_ZH = re.compile(r"不得[早晚]于[^，。；]{0,4}\d[^，。；]{1,3}之?[前后]")
_FREE_AND_CHARGED_ZH = re.compile("可?免费[^，。；]*[，；][^。；]*\\d[^。；]*收取")
_OR_BY_SOMEBODY_IF = re.compile(r"\b(?:only\s)?by\b[^.;]*,?\sor\sby\b[^.;]*\s(?:if|when|where|provided)\b", re.IGNORECASE)
"""A condition for one of two: "only by the head pharmacist, or by a deputy if the difference is at most 5 packs"."""
_OUTSIDE_OF = re.compile(r"\b(?:under|below|younger than)\s\d[\d.,]*\sor\s(?:over|above)\s\d[\d.,]*\s(?!years)", re.IGNORECASE)
"""A range told from its outside: "users under 18 or over 65 shall be refused"."""
_AND_THEN_OR = re.compile(r"\bif\s[^.;]*\band\s[^.;]*,\sor\s(?!if\b)[^.;]*,\s", re.IGNORECASE)
"""Two needs and another way: "if A and B, or C, …"; where no pattern reads it, the other way would be lost."""
_TWO_VERBS = re.compile(r"\b(?:has|have|lacks?|contains?) (?:it|them|one) (?:is|are|was|were)\b", re.IGNORECASE)
NO_OWNER = re.compile(r"(?:only|nobody|anybody|anyone|everyone|no one|neither)\b", re.IGNORECASE)
OWN_AND_OTHERS = re.compile(r"\b(?:its|their|his|her) (?:owner|author|creator|sender)\b", re.IGNORECASE)

_AGREED = re.compile(
    r"\d[^.;]{0,120}?\s(?:unless|except\s(?:if|when|where))\s(?![^.;]{0,120}\b(?:not|no|never|nobody)\b)[^.;\d]{0,120}?"
    r"\b(?:agree[sd]?|approve[sd]|consent(?:s|ed)?|permit(?:s|ted)|authori[sz]e[sd]|exempt(?:s|ed)?|allow(?:s|ed))\b",
    re.IGNORECASE,
)
"""What lifts a bound because somebody agreed: "at most 6 persons, unless the owner has agreed to more"."""

_FOR_ONCE = re.compile(
    r"\b(?:except|unless|twice|once|exceptionally|in exceptional cases)\b[^.;]{0,120}?\s"
    r"(?P<number>\d[\d,]*(?:\.\d+)?)\s?(?P<unit>%|[A-Za-z]+)",
    re.IGNORECASE,
)
"""Another bound for some: "at most 6 courses, except in the last term, when 8 courses are allowed"."""
_FREE_OR_BOUND = re.compile(
    r"\b(?:at any time|always|without (?:any )?restrictions?)\b[^.;]{0,120}?[,;]\s(?:but\s|and\s|while\s|whereas\s)?"
    r"[a-z]+(?:\s[a-z]+)?\s(?:(?:may|can)\s)?only\s(?:if|when|with)\b|\bor,\s(?:if|when)\b",
    re.IGNORECASE,
)
"""A condition for some alone: "Paramedics may enter at any time, residents only if they have a pass"."""

_OR_OF_ZH = re.compile(r"或者?(?:来自|属于|位于|含有?|包含)[^，,。；]{1,24}的")
_RAISED_ZH = re.compile(
    r"(?:但是?|而)[^，,。；;]{2,30}?(?:放宽|提高|提升|上调|延长|增加|扩大|降低|下调|缩短|减少)(?:至|到|为)\s?\d"
)
"""Another limit for some: what is beyond the common one is not refused to everybody."""
_FROM_A_DAY_ZH = re.compile(r"第\s?\d+\s?个?(?:工作日|自然日|日|天)(?:起|以后|之后|及以后)")
"""The other side of a number of days, and no condition beside it."""
_THEN_ZH = re.compile("在?此之?[前后]")
"""Before or after what was told: no condition of its own."""
_DEMANDED_ZH = re.compile(r"\d[^，,。；;\d]{1,8}(?:的|时)[，,](?:还|另|则|均)?(?:必须|应当?|须|需)[^，,。；;\d]{2,24}[，,]否则")
"""What is asked for beyond a bound and is missing is refused, not the values beside the bound."""
_NOT_A_CONDITION_ZH = re.compile("^除|(?:仅|只)[向对为供]|者(?:以及|和|与|、|或)|除外[：，]")
"""Who is left out ("除持证的车辆外，…"), or for whom alone ("门禁仅向已培训的人员开放")."""
_LIFTED_ZH = re.compile(r"除非[^，,。；;]{2,80}")


def doubtful(view: View, rule: Rule) -> bool:
    """Whether the text tells more of this rule than its factors do, so that their verdicts are not sure."""
    if view.language == "zh":
        return _doubtful_zh(view, rule)
    if any(_TWO_VERBS.search(value.text) for _, value in view.of(Condition)):
        return True
    if any(NO_OWNER.match(value.subject) for _, value in view.of(State)):
        return True
    if any(_OR_ELSE.search(value.text) for _, value in view.of(Condition)):
        return True  # "is silent otherwise": the other side, and no condition
    kinds = {factor.kind for factor in rule.factors}
    if kinds & {AtomKind.LIMIT, AtomKind.CONDITION} and _AND_THEN_OR.search(view.requirement.text):
        return True
    if kinds & {AtomKind.LIMIT, AtomKind.CONDITION} and _OR_BY_SOMEBODY_IF.search(view.requirement.text):
        return True
    unsure = (_AHEAD_OF_TODAY, _TWO_SWITCHES, _OUTSIDE_OF)
    if AtomKind.LIMIT in kinds and any(shape.search(view.requirement.text) for shape in unsure):
        return True
    if AtomKind.LIMIT in kinds and _either_of_two_bounds(view):
        return True
    if AtomKind.CONDITION in kinds and _FREE_OR_BOUND.search(view.requirement.text):
        return True
    if AtomKind.LIMIT in kinds and _bound_for_once(view):
        return True
    if kinds >= {AtomKind.LIMIT, AtomKind.CONDITION} and (_several_bans_lifted(view) or _agreed(view, rule)):
        return True
    if OWN_AND_OTHERS.search(view.requirement.text) and kinds & {AtomKind.STATE, AtomKind.ACTOR}:
        return AtomKind.ACTOR not in kinds or AtomKind.STATE not in kinds
    return AtomKind.LIMIT in kinds and _unread_comparison(view)


_BEYOND_THE_NUMBER = re.compile(
    r"(?:^|[.;]\s)(?:beyond|above|below|over|under|after|past|(?:more|less|fewer|longer|later|earlier)\sthan)\s\d[^.;]*?"
    r"\b(?:reject\w*|refus\w+|denied|declined|blocked|turned\s(?:away|down)|not\s(?:accepted|allowed|permitted|possible))\b",
    re.IGNORECASE,
)
_OR_ELSE = re.compile(r"\b(?:otherwise|else|in (?:all|any) other cases?)\b", re.IGNORECASE)


def refuses_beyond_the_bound_alone(view: View) -> bool:
    """Whether the only refusal is of a number's other side ("Beyond 15 minutes the check-in is rejected"): it says nothing of
    a case in which the rule's condition does not hold."""
    text = view.requirement.text
    return _BEYOND_THE_NUMBER.search(text) is not None and _OR_ELSE.search(text) is None


_OR_THE_OTHER = re.compile(
    r"\d[^.;,\d]{0,24}\sor\s(?:the|its|their|his|her)\s[a-z-]+(?:\s[a-z-]+)?\s(?:over|above|below|under|beyond|at least|at most|"
    r"(?:more|less|higher|lower) than)\s\d[^.;]*",
    re.IGNORECASE,
)


def _either_of_two_bounds(view: View) -> bool:
    """ "If the pressure is over 140 bar or the speed over 100 rpm, the pump stops": one of two, where nothing is refused."""
    found = _OR_THE_OTHER.search(view.requirement.text)
    return found is not None and REFUSE.search(found[0]) is None


def _several_bans_lifted(view: View) -> bool:
    """ "must not weigh more than 20 kg or be longer than 1 m unless it is bulky": two bounds that one condition lifts."""
    for found in SPARED_EN.finditer(view.requirement.text):
        banned = [atom for atom, _ in view.of(Limit) if found.start() <= view.at(atom) < found.start("but")]
        if len(banned) > 1:
            return True
    return False


def _bound_for_once(view: View) -> bool:
    """Whether an exception names another number in the unit of a limit than its bounds."""
    units = {limit.unit.lower() for _, limit in view.of(Limit) if limit.unit}
    bounds = {str(end.value) for _, limit in view.of(Limit) for end in (limit.lower, limit.upper) if end is not None}
    named = [(found["number"].replace(",", ""), found["unit"].lower()) for found in _FOR_ONCE.finditer(view.requirement.text)]
    return any(number not in bounds and unit in units for number, unit in named)


def _agreed(view: View, rule: Rule) -> bool:
    """ "at most 6 persons, unless the owner has agreed to more", where the agreement stands beside the bound as a demand."""
    beside = any(cluster.connective == "and" and len(cluster.factors) > 1 for cluster in rule.clusters)
    return beside and _AGREED.search(view.requirement.text) is not None


def _doubtful_zh(view: View, rule: Rule) -> bool:
    kinds = {factor.kind for factor in rule.factors}
    results = {*rule.true_ids, *rule.false_ids, *rule.action_ids}
    if any("除非" in a.value.text for a in view.atoms if a.id in results and isinstance(a.value, Action | Outcome)):
        return True  # an exception that no factor stands for
    if AtomKind.LIMIT in kinds and _FREE_AND_CHARGED_ZH.search(view.requirement.text):
        return True
    if AtomKind.LIMIT in kinds and (
        _AHEAD_OF_TODAY_ZH.search(view.requirement.text) or _TWO_SWITCHES_ZH.search(view.requirement.text)
    ):
        return True
    if any(_NOT_A_CONDITION_ZH.search(value.text) for _, value in view.of(Condition)):
        return True
    known = [atom.text for atom, _ in view.of(Condition)]
    if any(not any(found[0] in text for text in known) for found in _OR_OF_ZH.finditer(view.requirement.text)):
        return AtomKind.LIMIT in kinds  # an alternative that no factor stands for
    if AtomKind.LIMIT in kinds and (_RAISED_ZH.search(view.requirement.text) or _DEMANDED_ZH.search(view.requirement.text)):
        return True
    if AtomKind.CONDITION in kinds and any(_FROM_A_DAY_ZH.search(text) or _THEN_ZH.fullmatch(text) for text in known):
        return True
    return AtomKind.LIMIT in kinds and _two_thresholds_zh(view, rule)


def _two_thresholds_zh(view: View, rule: Rule) -> bool:
    """ "未满 18 周岁不得…，除非年满 16 周岁且…；年满 18 周岁可以…": which bound holds depends on what stands beside it."""
    lifted = _LIFTED_ZH.search(view.requirement.text)
    if lifted is None or rule.held or not re.search("且|并且|同时", lifted[0]):
        return False
    start = view.requirement.span.start
    own = {name for factor in rule.factors if factor.kind is AtomKind.LIMIT for name in factor.atom_ids}
    inside: list[tuple[str, Decimal]] = []
    outside: list[tuple[str, Decimal]] = []
    for atom, limit in view.of(Limit):
        at = atom.span.start - start
        ends = [(limit.unit, end.value) for end in (limit.lower, limit.upper) if end is not None]
        if lifted.start() <= at < lifted.end():
            inside.extend(ends)
        elif atom.id in own:
            outside.extend(ends)
    return any(unit == other and value != bound for unit, value in inside for other, bound in outside)


def _unread_comparison(view: View) -> bool:
    """Whether a number that something is compared with, in the unit of a limit, is no bound of one."""
    units = {limit.unit.lower() for _, limit in view.of(Limit) if limit.unit}
    bounds = {end.value for _, limit in view.of(Limit) for end in (limit.lower, limit.upper) if end is not None}
    for found in _COMPARED.finditer(view.requirement.text):
        try:
            number = Decimal(found["number"].replace(",", ""))
        except InvalidOperation:
            continue
        unit = re.match(r"\s?([^\s\d.,;:]+)", view.requirement.text[found.end("number") :])
        if number not in bounds and unit is not None and unit[1].lower() in units:
            return True
    return False
