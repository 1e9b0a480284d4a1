"""Who may do something as a factor of a rule: all roles of a requirement, or a rule for each act where their rights differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from testgen_runtime.documents.model import Action, Actor, Atom, AtomKind, Condition, Limit, Outcome
from testgen_runtime.techniques.factors import Cluster, Factor, Rule
from testgen_runtime.techniques.names import role_name
from testgen_runtime.techniques.placing import Placed
from testgen_runtime.techniques.roles import role_levels
from testgen_runtime.techniques.view import View, negative, overlap
from testgen_runtime.techniques.vocabulary import Vocabulary


def acts_apart(group: Sequence[tuple[Atom, Actor]]) -> bool:
    """Whether a role may do one thing and not another, so that each act is a rule of its own."""
    permitted = {role for _, value in group for role in value.permitted}
    return len(group) > 1 and any(role in permitted for _, value in group for role in value.denied)


def by_act(view: View, vocabulary: Vocabulary) -> tuple[Rule, ...]:
    """A rule for each act where roles have some and lack others: "医生可以查看处方，但不得删除处方"."""
    group = view.of(Actor)
    if not acts_apart(group):
        return ()
    made = []
    for atom, value in group:
        levels = role_levels(value, role_name(view.language), view.language, vocabulary, closed=closed_to_roles(view, atom))
        if not levels:
            continue
        rule = Rule((Cluster("and", (Factor(AtomKind.ACTOR, role_name(view.language), levels, (atom.id,), view.at(atom)),)),))
        results = [a for a in view.results() if isinstance(a.value, Action | Outcome)]
        told = [a for a in results if value.action in a.text] or [
            a for a in results if value.action[:2] in a.text and value.action[-2:] in a.text
        ]
        made.append(
            replace(
                rule,
                action_ids=tuple(a.id for a in told if isinstance(a.value, Action)),
                true_ids=tuple(a.id for a in told if isinstance(a.value, Outcome) and not negative(a)),
                false_ids=tuple(a.id for a in told if isinstance(a.value, Outcome) and negative(a)),
            )
        )
    return tuple(made)


def role_factors(view: View, vocabulary: Vocabulary) -> list[Placed]:
    """All roles of a requirement are levels of one factor. One that is only mentioned (nobody is denied) leads no "
    "test of its own."""
    limits = [atom for atom, _ in view.of(Limit)]
    group = [(a, v) for a, v in view.of(Actor) if v.permitted or not any(overlap(a, limit) for limit in limits)]
    group = [(a, without_owners(a, v)) for a, v in group]
    if not group or acts_apart(group):
        return []
    permitted = tuple(dict.fromkeys(r for _, v in group for r in v.permitted if not re.search(r"\d", r)))
    denied = tuple(dict.fromkeys(r for _, v in group for r in v.denied if r not in permitted))
    closed = any(closed_to_roles(view, atom) for atom, v in group if v.permitted) or any(_OTHERS.match(r) for r in denied)
    told = " ".join(value.text.lower() for _, value in view.of(Condition))
    if view.language == "en" and not denied and any(_WHO_IS_SO.match(r) and r.split()[0].lower() in told for r in permitted):
        return []  # "Only registered users can …; visitors who are not registered cannot …": the condition tells it
    leads = bool(denied) or closed
    if not leads:
        return []
    merged = Actor(permitted, denied, group[0][1].action)
    levels = role_levels(merged, role_name(view.language), view.language, vocabulary, closed=closed)
    factor = Factor(AtomKind.ACTOR, role_name(view.language), levels, tuple(a.id for a, _ in group), view.at(group[0][0]))
    return [Placed(factor, frozenset(view.sentence(a) for a, _ in group))]


def without_owners(atom: Atom, actor: Actor) -> Actor:
    """The roles without those that are told of another deed, or of their own things only: "authors may delete their own
    comments" says nothing of the comments of others, "members can only view projects" nothing good of editing them."""
    parts = re.split(r"[;；]\s?|[.。]\s?(?=[A-Z\u4e00-\u9fff])", atom.text)
    kept = [
        part for i, part in enumerate(parts) if not _OWN_THINGS.search(part) and (i == 0 or _of_this_deed(part, actor.action))
    ]
    if len(kept) in (0, len(parts)):
        return actor
    others = [part for part in parts if part not in kept]
    barred = [part for part in others if _ONLY_THAT.search(part)]
    permitted = tuple(role for role in actor.permitted if any(role in part for part in kept))
    denied = tuple(role for role in actor.permitted if role not in permitted and any(role in part for part in barred))
    return replace(actor, permitted=permitted, denied=tuple(dict.fromkeys((*actor.denied, *denied))))


_ONLY_THAT = re.compile(r"\b(?:may|can|shall)\sonly\b|\bonly\s(?:may|can)\b|(?:仅|只)(?:可以?|能够?)", re.I)
_DEED = re.compile(
    r"\b(?:may|can|shall|are\sallowed\sto)\s(?:only\s|also\s|not\s)*(?P<verb>[a-z]{3,})|(?:可以|可|能够?|允许|不得|不能)(?P<zh>[\u4e00-\u9fff]{2})",
    re.I,
)


def _of_this_deed(part: str, action: str) -> bool:
    """Whether a clause with a verb of its own tells of the same deed; one without tells of it too ("editors may not")."""
    found = _DEED.search(part)
    if found is None:
        return True
    verb = (found["verb"] or found["zh"]).lower()
    return (
        verb[:4] in action.lower()
        or verb in ("open", "access", "use", "have", "this", "that")
        or verb in ("进行", "操作", "使用", "办理")
    )


_OWN_THINGS = re.compile(r"\b(?:their|his|her|its)\sown\b|自己(?!的?权限)|本人的", re.I)
_OTHERS = re.compile(r"(?:all |any )?others?\b|(?:every|any)(?:one|body) else\b|其他|其它|其余", re.I)
"""Who is denied where a text permits it to some and to nobody else: "其他人员不得登记"."""
_WHO_IS_SO = re.compile(r"[a-z-]+ed\s(?:users?|customers?|visitors?|persons?|people|members?|clients?)$", re.I)
_ONLY_ROLES_ZH = re.compile("只有|(?:仅|只)(?![能可])|(?:仅|只)[能可](?:由|对|限|向)|除了|除[^，。；]{1,20}外|才能|才可|方可")


_ONLY_ROLES_EN = re.compile(
    r"\b(?:only(?!\s(?:if|when|while|once|after|until|as long as|during|in|within|before|between|on|at|up to|"
    r"with(?!\s(?:the\s|an?\s)?roles?\b))\b)|solely|"
    r"exclusively|restricted to|reserved for|"
    r"limited to|nobody but|no one (?:but|except)|except(?!\s(?:if|when|where|while)\b)|other than)\b",
    re.I,
)
"""What shuts out other roles; "while" and "only if" speak of conditions."""
_ONLY_WHAT_EN = re.compile(
    r"\b(?:may|can|shall|must)\s(?!be\b|only\b)[a-z]+\sonly\b(?!\s(?:by|if|when|while|with|for|to|after|once)\b)", re.I
)
"""What somebody may have, not who: "students may book only group rooms"."""


def closed_to_roles(view: View, atom: Atom) -> bool:
    """Whether the text shuts out everybody else; in Chinese the word stands at the roles ("当且仅当" speaks of conditions)."""
    if view.language != "zh":
        said = view.words(view.sentence(atom))
        if not _ONLY_ROLES_EN.search(said):
            return False
        return not (len(_ONLY_WHAT_EN.findall(said)) == len(re.findall(r"\bonly\b", said, re.I)) > 0)
    at = view.at(atom)
    return _ONLY_ROLES_ZH.search(view.requirement.text[max(0, at - 4) : at + len(atom.text)]) is not None
