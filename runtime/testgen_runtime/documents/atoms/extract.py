"""A requirement's clean text -> its atoms, merged over its sentences, in the order of the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from testgen_runtime.documents.atoms import (
    actors,
    conditions,
    enumerated,
    enumerations,
    formats,
    gaps_en,
    limits,
    range_merging,
    results,
    roles_named,
    states,
    words_zh,
)
from testgen_runtime.documents.atoms.actors_zh import by_operation, carried_on, is_unbound
from testgen_runtime.documents.atoms.atom_values import (
    Found,
    actor_atoms,
    condition_atoms,
    enumeration_atoms,
    format_atoms,
    limit_atom,
    state_atoms,
)
from testgen_runtime.documents.atoms.branches import (
    bands_of,
    inside,
    other_side,
    tells_the_rest,
    tells_what_breaks,
    turn_to_other_side,
    without_lead,
    without_what_breaks,
)
from testgen_runtime.documents.atoms.enumerations_en import only_these, turned_away_in_english
from testgen_runtime.documents.atoms.enumerations_zh import turned_away_in_chinese
from testgen_runtime.documents.atoms.exceptions_en import lifts_limit, retold
from testgen_runtime.documents.atoms.multiples_en import with_steps
from testgen_runtime.documents.atoms.multiples_zh import with_multiples
from testgen_runtime.documents.atoms.numbers import quantities, with_times
from testgen_runtime.documents.atoms.opposites_en import comes_late, tells_otherwise
from testgen_runtime.documents.atoms.outside import tells_open_ends, without_refused_points
from testgen_runtime.documents.atoms.placement import assigned, inside_of, leads_in, of_the_others, opens, outside, without_value
from testgen_runtime.documents.atoms.pronouns import main_subject, named, of_the_clause_before, owner_of, topic_of, without_must
from testgen_runtime.documents.atoms.ranges import Mention as Range
from testgen_runtime.documents.atoms.ranges import like
from testgen_runtime.documents.atoms.sentences import units
from testgen_runtime.documents.atoms.statements import stated
from testgen_runtime.documents.atoms.told_twice import complements, told_states_of
from testgen_runtime.documents.atoms.violations_en import restates_violation
from testgen_runtime.documents.atoms.violations_zh import MET, REACHED, turns_to_violation
from testgen_runtime.documents.atoms.written import Mention as Written
from testgen_runtime.documents.model import Action, Atom, AtomKind, AtomValue, Language
from testgen_runtime.documents.view import View

_Placed = Range | enumerated.Mention | states.Mention | roles_named.Mention


def atoms(view: View, text: str, requirement_id: str, language: Language) -> tuple[Atom, ...]:
    """All atoms of the requirement that `view` reads from the document's `text`. At least one action or outcome is among them."""
    found = _find(view, language)
    found.sort(key=lambda f: (f.start, -f.end, f.kind.value))
    counts: Counter[AtomKind] = Counter()
    seen: set[tuple[AtomKind, AtomValue]] = set()
    out: list[Atom] = []
    for item in found:
        if item.end <= item.start or (item.kind, item.value) in seen:
            continue
        seen.add((item.kind, item.value))
        counts[item.kind] += 1
        span = view.span(item.start, item.end)
        out.append(Atom(f"{requirement_id}/{item.kind.value}-{counts[item.kind]}", item.kind, span, span.cut(text), item.value))
    return tuple(out)


def _find(view: View, language: Language) -> list[Found]:
    text = view.text
    rules = units(text, language)
    if not rules:  # nothing but marks: there is still something to look at
        return [Found(AtomKind.ACTION, 0, len(text), Action(text.strip(), "", "must"))] if text.strip() else []
    by_rule = assigned(rules, with_times(text, quantities(text)) if language == "zh" else list(quantities(text)))
    ranges: list[list[Range]] = []
    lists: list[enumerated.Mention] = []
    possible: list[states.Mention] = []
    roles: list[roles_named.Mention] = []
    clauses: list[conditions.Mention] = []
    written: list[Written] = []
    told: list[Found] = []
    topic = ""
    lead: results.Predicate | None = None
    others_refused = False
    known: Sequence[Range] = ()
    single: Sequence[Range] = ()
    for number, unit in enumerate(rules):
        written_here = formats.mentions(unit, topic)
        written.extend(written_here)
        if language == "zh" and written_here and not topic:
            topic = written_here[0].subject
        mentions = limits.mentions(text, unit, outside(by_rule[number], written_here))
        if language == "zh":  # "自第 31 日起" counts days, it bounds nothing that anybody chooses
            ends = [(m, end) for m in mentions for end in (m.lower, m.upper) if end]
            counted = {id(m) for m, end in ends if text[: end.start].rstrip().endswith("第")}
            mentions = [m for m in mentions if id(m) not in counted]
        if language == "zh" and unit.conditions:
            # "…时，24 小时内不得再次获取": how long the result lasts, no value that anybody chooses
            mentions = [m for m in mentions if not (m.dimension == "duration" and unit.in_condition(m.start) is None
                        and (text[m.start : m.end].endswith("内") or re.match(r"\s?之?后", text[m.end : m.end + 3])))]  # fmt: skip
        if language == "zh":
            mentions = limits.without_points(limits.without_windows(text, mentions), unit, known)
            if topic and not unit.conditions and not words_zh.SYSTEM.match(topic):  # "标题不能为空，且不得超过 30 个字"
                mentions = [
                    m if m.subject not in ("", "长度", "位数") or m.dimension != "length" else replace(m, subject=topic)
                    for m in mentions
                ]
        if language == "en" and unit.otherwise and any(m.accepts for here in ranges for m in here):
            mentions = []  # "requests for exactly 0 m, or for any altitude outside these limits, …" tells nothing new
        if language == "en" and tells_open_ends(unit, mentions, [m for here in ranges for m in here]):
            mentions, unit.otherwise = [], True
        if language == "en":
            mentions = without_refused_points(unit, mentions)
            unit.verdict = results.verdict(unit)
            rest = number > 0 and tells_the_rest(unit, rules[number - 1], mentions, single)
            if rest:
                unit.main = without_lead(unit.main, mentions[0])
            if rest or tells_what_breaks(unit, mentions, single):
                mentions, unit.otherwise, unit.conditions = [], True, ()
        if language == "zh":
            mentions = without_what_breaks(mentions)
            unit.verdict = results.verdict(unit)
            if tells_what_breaks(unit, mentions, single):
                if single[0].upper and mentions[0].lower and single[0].upper.value == mentions[0].lower.value:
                    beside = replace(single[0].upper, inclusive=not mentions[0].lower.inclusive)
                    ranges[-1] = [replace(single[0], upper=beside)]
                mentions, unit.otherwise, unit.conditions = [], True, ()
        if language == "zh" and known:
            mentions = [
                replace(m, subject=known[-1].subject) if m.dimension == known[-1].dimension and opens(text, unit, m) else m
                for m in mentions
            ]
            mentions = [limits.counted_as(m, known) for m in mentions]
        if unit.gapped and ranges and ranges[-1]:
            mentions = [like(ranges[-1][0], m) for m in mentions]
        if language == "en" and any(m.accepts for here in ranges for m in here):
            mentions = limits.without_later(unit, mentions, [m for here in ranges for m in here])
        unit.used.extend((m.start, m.end) for m in mentions)
        unit.verdict = results.verdict(unit)
        predicate = results.predicate(unit)
        if language == "zh" and not mentions and turns_to_violation(unit, known=bool(known or lists or clauses or written)):
            # "验证码过期后 …", "不符合长度要求的密码 …": the other side of what was told before
            unit.otherwise, unit.conditions = True, ()
        late = language == "en" and not mentions and comes_late(unit, single)
        if late or (language == "en" and not mentions and number and tells_otherwise(unit, rules[number - 1])):
            unit.otherwise, unit.conditions = True, ()
        if language == "en" and not mentions and (known or written) and restates_violation(unit):
            unit.otherwise, unit.conditions = True, ()
        if language == "zh" and not mentions and (lists or known or roles) and of_the_others(unit):
            unit.otherwise, unit.conditions = True, ()  # "选择其他格式时 …"
            others_refused = others_refused or (unit.verdict == "refuse" and bool(lists))
        if language == "zh" and ranges and unit.conditions and REACHED.match(unit.conditions[0].part.text):
            # "上限为 200 人，达到上限后显示“名额已满”": what shows from the last value on
            unit.conditions = ()
            ranges[-1] = [  # "…后不再接受报名": whether the last value counts as reached is not told
                replace(m, lower=m.upper, upper=None, accepts=False) if m.upper and not m.lower else m
                for m in ranges[-1]
                if unit.verdict != "refuse"
            ]
        if language == "zh" and clauses and unit.conditions and MET.match(unit.conditions[0].part.text):
            unit.conditions = ()  # "两个条件都满足时 …"
        ranges_here = limits.settle(unit, mentions)
        banded = words_zh.BAND.match(unit.part.text) and single and single[0].lower and single[0].upper
        if language == "zh" and not banded and (side := other_side(ranges_here, single)) is not None:
            if side == "this":
                unit.otherwise = True
            else:
                turn_to_other_side(told)
        ranges.append(ranges_here)
        known = ranges_here or known
        single = single if not ranges_here else ranges_here if len(ranges_here) == 1 else ()
        covered = inside_of(unit, [(x.start, x.end) for x in lists] + [(y.start, y.end) for y in possible])
        if unit.otherwise and unit.verdict == "refuse":
            others_refused = True
        line = unit.listed and not predicate.modal and not unit.conditions  # of a list under a lead-in
        states_here = [] if covered or line else states.mentions(text, unit, predicate.text, owner_of(predicate.subject or topic))
        if language == "en" and possible and not states_here and unit.verdict != "neutral" and not covered and not line:
            states_here = states.of_known_things(unit, possible, predicate.text if predicate.modal else "")
        if language == "en" and possible and unit.verdict == "neutral" and any(r.verdict == "accept" for r in rules[:number]):
            states_here = []  # "In the state Queued the system shall show the progress": nothing of what was possible before
        possible.extend(states_here)
        alone = only_these(unit.part.text, unit.part.start, unit) if language == "en" and not (covered or states_here) else None
        roles_here = [] if alone else actors.mentions(unit) or (carried_on(unit, roles) if language == "zh" else [])
        roles.extend(roles_here)
        lists_here: list[enumerated.Mention] = []
        if not covered and not states_here and not roles_here and not unit.otherwise:
            lists_here = [alone] if alone else enumerations.mentions(unit, whole=text)
            if language == "en" and not lists_here and unit.verdict == "refuse":
                away = turned_away_in_english(unit.part.text, unit.part.start, lists)
                lists_here = [away] if away is not None else []
            if language == "zh" and not lists_here and unit.verdict == "refuse":
                away = turned_away_in_chinese(unit, lists)
                lists_here = [away] if away is not None else []
            lists_here = [m for m in lists_here if not any(_inside(m, w) for w in written_here)]  # its parts, and no values
            lists.extend(lists_here)
        others_refused = others_refused or (unit.verdict == "refuse" and enumerations.names_others(unit.part.text))
        taken_here: list[_Placed] = [*mentions, *states_here, *roles_here]
        taken = [(m.start, m.end) for m in taken_here]
        clauses_here = [
            of_the_clause_before(m, clauses)
            or named(m, predicate.subject or main_subject(unit.main.text), topic, first=m.part.start < unit.main.start)
            for m in conditions.mentions(unit, number, taken)
        ]
        if language == "zh":
            clauses_here = [m for m in clauses_here if not complements(m, clauses)]
        lifting = language == "en" and retold(mentions, ranges[:-1]) and lifts_limit(unit, names_it=bool(mentions))
        if lifting:
            # "A claim filed later shall be rejected, unless …": accepted within the limit, or where the exception holds
            clauses_here = [replace(c, connective="or") for c in clauses_here]
        lists_only = language == "zh" and bool(lists_here) and lists_here[-1].end >= unit.main.end - 16 and not taken
        whole = bool(written_here) and (unit.verdict == "neutral" or written_here[-1].end >= unit.main.end - 2)
        lists_only = lists_only or (language == "zh" and whole and not clauses_here)
        bar = None if taken or clauses_here else conditions.barred(unit, topic, number)
        if bar is not None:
            clauses_here = [bar]
        if language == "zh" and unit.verdict == "neutral" and any(unit.in_condition(m.start) is None for m in mentions):
            # "退回时必须填写不少于 5 个字符的原因": without the event nothing is demanded, and nothing refused
            clauses_here = [replace(c, trigger=True) for c in clauses_here]
        if language == "zh":  # "对决定不服的，应在 60 日内申请": why somebody does it; nobody else does
            clauses_here = [replace(c, trigger=True) if words_zh.MOTIVE.search(c.text) else c for c in clauses_here]
            clauses_here = [without_must(c) for c in clauses_here]
        if language == "zh" and words_zh.UNDOES.search(predicate.text):
            clauses_here = [replace(c, trigger=True) if "已" in c.text and c.holds else c for c in clauses_here]
        if (lifting or not unit.otherwise) and not leads_in(text, unit):
            clauses.extend(clauses_here)
        remark = language == "zh" and len(rules) > 1 and words_zh.REMARK.fullmatch(unit.part.text) is not None
        if language == "zh" and number and words_zh.REST_TAKEN.fullmatch(unit.part.text):
            remark = remark or words_zh.TURNED_BACK.search(rules[number - 1].part.text) is not None
        if not (covered or remark or lists_only or is_unbound(unit)) and bar is None and not leads_in(text, unit):
            selects = bool(any(not c.trigger for c in unit.conditions) or taken or lists_here or clauses_here)
            told.extend(stated(unit, predicate, mentions, selects=selects, topic=topic, line=line, lead=lead))
        if not line:
            lead = predicate if predicate.modal and len(predicate.text) <= 1 else None
        if predicate.subject and not unit.otherwise and predicate.subject.lower() not in ("it", "they", "this"):
            topic = topic_of(predicate.subject)
    if language == "zh" and not possible and (told_states := told_states_of(rules, clauses)):
        # "已归档、已作废的凭证不得冲销；已记账的凭证可以冲销"
        possible, clauses = told_states, []
    elif language == "zh" and possible:
        kept = []
        for clause in clauses:
            state = states.told_as_condition(
                clause.text,
                possible,
                possible=rules[clause.unit].verdict != "refuse",
                start=clause.part.start,
                end=clause.part.end,
            )
            if state is None:
                kept.append(clause)
            else:
                possible.append(state)
        clauses, possible = kept, sorted(possible, key=lambda m: m.start)
    if language == "zh" and (bands := bands_of(rules, ranges)):
        # "5 万至 20 万由主管审批，20 万以上由总经理审批": three results or more on one scale: each band is a case of its own
        clauses = [clause for clause in clauses if clause.unit not in bands]
        subject = next((ranges[number][0].subject for number in bands if ranges[number][0].subject), "")
        scales = [ranges[number] for number in bands]
        for number, scale in zip(bands, scales, strict=True):
            ranges[number] = []
            for part in (c.part for c in rules[number].conditions):
                told_ = f"{subject or '取值'}为 {inside(scale[0], scales)}"
                clauses.append(conditions.Mention(part, told_, told_, True, "and", number, True))
    ranges = with_multiples(text, ranges) if language == "zh" else with_steps(text, ranges)
    apart = gaps_en.kinds(rules) if language == "en" else None
    if apart is not None:
        lists = [apart]
        ranges = [[replace(m, subject=without_value(m.subject, apart.values[0])) for m in here] for here in ranges]
        roles = [
            m
            for m in roles
            if not any(unit.gapped for unit in rules if unit.part.start <= m.start < unit.part.end) and m.start != apart.start
        ]
    if language == "en":
        closed = any(_ONLY_WHO.search(rule.main.text) for rule in rules)  # "only … longer than": no mere cases
        limiting = ranges if closed else limits.without_case_distinctions(ranges)
    else:  # "200 元以上、2000 元以下" is one range before it meets that of another rule
        limiting = [here if rules[n].conditions else range_merging.merge(here) for n, here in enumerate(ranges)]
    out = [
        *(limit_atom(view, m) for m in range_merging.merge([m for here in limiting for m in here])),
        *enumeration_atoms(enumerations.merge(lists, others_refused=others_refused and apart is None)),
        *format_atoms(written),
        *state_atoms(possible),
        *(atom for group in (by_operation(roles) if language == "zh" else [roles]) for atom in actor_atoms(group)),
        *condition_atoms(clauses),
        *told,
    ]
    if not any(f.kind in (AtomKind.ACTION, AtomKind.OUTCOME) for f in out):
        first = next((rule for rule in rules if not words_zh.REMARK.fullmatch(rule.part.text)), rules[0])
        value = results.action(results.predicate(first))
        if language == "zh" and (
            known or written
        ):  # "响应时间不得超过 2 秒": a demand on the system, nothing that is forbidden to anybody
            value = Action(first.main.text, "", "must")
        out.append(Found(AtomKind.ACTION, first.part.start, first.part.end, value))
    return out


def _inside(listed: enumerated.Mention, written: Written) -> bool:
    """Whether a list stands in the wording of a format of several parts: "the letters INV, a hyphen and six digits"."""
    return written.counts_characters and listed.start < written.end and written.start < listed.end


_ONLY_WHO = re.compile(r"^only\s|\bonly\sbe\s[a-z]+\sby\b|\bbe\s[a-z]+\s(?:only|exclusively)\sby\b", re.IGNORECASE)
