"""Conditions of a requirement as factors; those that only word a limit, list or state belong to its factor."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.atoms import words_zh
from testgen_runtime.documents.atoms.violations_zh import VIOLATED
from testgen_runtime.documents.model import Atom, AtomKind, Condition, Limit, State
from testgen_runtime.techniques.compared import compared_factor
from testgen_runtime.techniques.decisions import Proposition, condition_factor, proposition
from testgen_runtime.techniques.emptiness import is_about_emptiness
from testgen_runtime.techniques.factors import Factor, with_atoms
from testgen_runtime.techniques.limits import Range
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.placing import Placed
from testgen_runtime.techniques.trees import told_limit
from testgen_runtime.techniques.view import View, negative, overlap

_OTHER = re.compile(r"\b(?:other|else|different|unsupported|unlisted)\b|其他|其它|其余", re.I)

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

_LATER = re.compile("^(?:在?(?:此|这)?之后|此后|其后|逾期后?)(?=[\u4e00-\u9fff]{2,6}$)")
"""What is done past a bound told before ("18:00 之前可以免费取消，之后取消的…"): the bound's other side."""

_PLAIN_SETTING = re.compile("[\\d已未不没无或且“”为是被非仅]|处于|存在|属于|超过|低于|高于|大于|小于|少于|多于|达到")
"""What a setting does not say: it names an act ("办理提车时"), nothing that holds or fails."""

_WHO_DOES_WHAT = re.compile(
    rf"(?:{words_zh.ROLE.pattern})(?:在)?(?!使用|选择|选用|采用|通过|持|凭|以|用|首次|再次|重复|连续|同时|仅|只)[\u4e00-\u9fff]{{2,6}}"
)
"""Who does which act ("学生借书时"): of others and of other acts the text says nothing."""

_OF_STATES = re.compile("^(?:处于|状态为)?“[^“”]{1,10}”.*“[^“”]{1,10}”(?:这?[两三四]?[个种]?状态)?的")
"""What is said of several states in turn ("“已签收”和“已退回”的运单变更为…"): no condition beside the state of the thing."""

_IS_ZERO = re.compile(r"(?:\b(?:is|are|equals)|[为是]|等于)\s?0$", re.I)
"""A condition that names the 0 below a range."""

_SPARED_ZH = re.compile("(?:的(?:情况|情形)?)?(?:除外|不在此限|不受此限)")
SPARED_EN: Final = re.compile(
    r"(?:^|(?<=[.;]\s))[^.;]{0,160}?(?:\b(?:must|may|shall|can|should|will)\s(?:not|never)\b|\bcannot\b|\bbe\s(?:rejected|refused|denied|"
    r"declined|blocked|turned\saway)\b)[^.;]{0,160}?\s(?:unless|except\s(?:if|when|where))\s(?P<but>[^.;\d]{1,200})",
    re.I,
)
"""What lifts a ban on values: "Guests older than 65 years may not use the slide unless they have signed a waiver"."""


def sparing(view: View, conditions: Sequence[Placed]) -> list[Placed]:
    """A condition that spares from a refusal is an alternative: "超过 7 天的退货申请应驳回，但商品存在质量问题的除外"."""
    text = view.requirement.text
    spared = [a.id for a, v in view.of(Condition) if v.holds and _SPARED_ZH.match(text, view.at(a) + len(a.text))]
    for found in SPARED_EN.finditer(text) if view.language == "en" else ():
        inside = [a for a, v in view.of(Condition) if v.holds and found.start("but") <= view.at(a) < found.end("but")]
        banned = [a for a, _ in view.of(Limit) if found.start() <= view.at(a) < found.start("but")]
        spared += [inside[0].id] if len(inside) == 1 and len(banned) == 1 else []
    return [replace(p, connective="or") if set(p.factor.atom_ids) & set(spared) else p for p in conditions]


def excepted(constraints: list[Placed], conditions: Sequence[Placed]) -> list[Placed]:
    """A lone alternative lifts the limits of the sentences before it: "Later claims are rejected, unless …"."""
    members = Counter(p.group for p in (*constraints, *conditions))
    lone = next((p for p in conditions if p.connective == "or" and members[p.group] == 1), None)
    if lone is None:
        return constraints
    limits = [p for p in constraints if p.factor.kind is AtomKind.LIMIT and p.group is None]
    if len(limits) != 1:
        return constraints
    return [replace(p, group=lone.group, connective="or") if p is limits[0] else p for p in constraints]


def conditions_of(
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
        if _carries(atom, apart) or (_OF_STATES.match(value.text) and any(p.factor.kind is AtomKind.STATE for p in constraints)):
            continue
        carrier = next((i for i, p in enumerate(placed) if _carries(atom, [kinds[x] for x in p.factor.atom_ids])), None)
        limits = [i for i, p in enumerate(placed) if p.factor.kind is AtomKind.LIMIT]
        if carrier is None and len(limits) == 1 and _sets_the_scene(view, atom):
            p = placed[limits[0]]
            done_below = value.text[-2:] in view.requirement.text[view.at(atom) + len(atom.text) :]  # "签收时，…的可签收"
            scene = () if done_below else (sentence(value.text, view.language),)
            levels = tuple(replace(v, preconditions=(*scene, *v.preconditions)) for v in p.factor.levels)
            placed[limits[0]] = replace(p, factor=with_atoms(replace(p.factor, levels=levels), (atom.id,)))
            continue
        if carrier is None and _OTHER.search(value.text):  # "another category is chosen": what the list does not name
            carrier = next((i for i, p in enumerate(placed) if p.factor.kind is AtomKind.ENUMERATION), None)
        if carrier is None and (_ONE_MORE.search(value.text) or is_about_emptiness(value, found)):
            carrier = next((i for i, p in enumerate(placed) if p.factor.kind is AtomKind.LIMIT), None)
        if carrier is None and _LATER.match(value.text):
            carrier = next((i for i, p in enumerate(placed) if p.factor.kind is AtomKind.LIMIT), None)
        if carrier is None and _IS_ZERO.search(value.text) and any(r.limit.lower and r.limit.lower.value > 0 for r in found):
            carrier = next((i for i, p in enumerate(placed) if p.factor.kind is AtomKind.LIMIT), None)
        if carrier is None and len(limits) == 1 and any(_tells_again(value.text, r.limit) for r in found):
            carrier = limits[0]
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
    return placed, _beside_needs(view, _two_told([p for _, p in conditions], sizes), sizes)


_NEEDED: Final = re.compile("方可|方能|才(?:可|能)|方准|方允许")


def _beside_needs(view: View, conditions: list[Placed], sizes: dict[int, int]) -> list[Placed]:
    """ "员工已转正，且当月未预支过工资的，方可申请；仍在试用期的，直接驳回": who is past the probation may still fail another
    need, so that a lone ground of a refusal has no opposite beside needs told together."""
    if view.language != "zh" or not _NEEDED.search(view.requirement.text):
        return conditions
    together = {v.group for _, v in view.of(Condition) if v.holds and v.connective == "and" and sizes[v.group] > 1}
    return [
        replace(p, factor=replace(p.factor, levels=tuple(v for v in p.factor.levels if not v.good)))
        if together and p.group not in together and sizes[p.group or 0] == 1 and any(not v.good for v in p.factor.levels)
        else p
        for p in conditions
    ]


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


def _tells_again(text: str, limit: Limit) -> bool:
    """Whether a condition is only another wording of the limit: "has at least 20 supervised hours" beside "the supervised hours
    are fewer than 20"."""
    if not text.isascii() or not re.search(r"\d", text) or limit.accepts is False:
        return False
    told = told_limit(sentence(text, "en"), "en")
    return told is not None and (told.unit == limit.unit or not (told.unit and limit.unit)) and _ends(told) == _ends(limit)


def _ends(limit: Limit) -> tuple[tuple[Decimal, bool] | None, ...]:
    return tuple((end.value, end.inclusive) if end else None for end in (limit.lower, limit.upper))


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


def _sets_the_scene(view: View, condition: Atom) -> bool:
    """Whether a condition only names the act in which a bound holds, both of whose sides are told: in "办理提车时，押金必须达到
    2000 元，低于 2000 元的应拒绝" the amount alone decides, and so it does before "否则"; or names who does which act: in "学生
    借书时，数量超过 5 本的应拒绝" nothing is said of anybody else."""
    start = view.at(condition)
    before, after = view.requirement.text[:start], view.requirement.text[start + len(condition.text) :]
    if view.language != "zh" or _PLAIN_SETTING.search(condition.text):
        return False
    if not re.search(r"(?:^|[。\n])\s*(?:当|在)?$", before) or not re.match("时[，,]", after):
        return False
    bound, *later = re.split(r"[，；,;]|的(?=(?:予以|允许|可以?|应|准予))", re.sub("（[^（）]*）", "", after[2:].split("。")[0]))
    told = set(re.findall(r"\d[\d.]*", bound))
    demanded = re.search("须|应|需", re.split(r"\d", bound)[0])  # "必须填写不少于 5 个字符的原因": of this act alone
    if told and not demanded and _WHO_DOES_WHAT.fullmatch(condition.text) and not re.search("且|或者|同时", after.split("。")[0]):
        return True
    if not told or re.search("且|或者|同时", bound):
        return False
    return any(
        one.strip().startswith("否则") or VIOLATED.match(one.strip()) or told & set(re.findall(r"\d[\d.]*", one)) for one in later
    )


def _of_what_breaks(view: View, condition: Atom, result: Atom) -> bool:
    """Whether a result behind a condition becomes of what breaks a rule told between them: in "设置密码时，长度不少于 8 位，长度
    不满足要求的应拒绝" nobody is turned away for setting a password."""
    if view.language != "zh" or not condition.text or result.span.start < condition.span.end:
        return False
    between = view.requirement.text[view.at(condition) + len(condition.text) : view.at(result) + len(result.text)]
    _, *later = re.split("[，；。,;]", between)
    return any(VIOLATED.match(piece.strip()) for piece in later)


def _refuses(view: View, condition: Atom) -> bool:
    """Whether a condition leads to a refusal: the next result of its sentence, else the last one before it."""
    here = [atom for atom in view.results({view.sentence(condition)}) if not _of_what_breaks(view, condition, atom)]
    after = [atom for atom in here if atom.span.start >= condition.span.end]
    before = [atom for atom in here if atom.span.start < condition.span.start]
    return negative(after[0]) if after else bool(before) and negative(before[-1])
