"""What is seen, in English: the results of the text, told in the present and of this test's value."""

from __future__ import annotations

import re

from testgen_runtime.documents.atoms.nouns_en import plural
from testgen_runtime.documents.english import (
    definite,
    infinitive,
    is_plural,
    lower_first,
    negated,
    participle,
    present,
    split_modal,
)
from testgen_runtime.documents.vocabulary import words
from testgen_runtime.generation.rules_en_imperatives import imperative
from testgen_runtime.generation.rules_en_parts import (
    BEYOND_IT,
    COMPARATIVE,
    HUMAN,
    RELATIVE,
    SCOPE,
    data_demand,
    demanded_of_people,
    demands,
    kept_for,
    noun_of,
    one_of_list,
    phrase,
    spelled_out,
    stated_subject,
    verb_phrase,
    with_values,
    without_limits,
    without_setting,
)
from testgen_runtime.generation.telling import Telling
from testgen_runtime.techniques.phrases import bare, sentence

_OUTSIDE = re.compile(
    r"\b(?:an?|any|all)\s+([\w -]{2,40}?)\s+(?:outside|beyond)\s+(?:of\s+)?(?:this|that|the)\s+[\w ]{2,20}?"
    r"(?=\s(?:shall|must|is|are|will)\b)",
    re.I,
)


def expected(telling: Telling) -> str:
    """What is seen: the words of the text, told in the present; by the polarity where it has none, or only the bound."""
    told = _expected(telling)
    if not _UNSAID.search(told) and not (telling.entered and _OF_ITSELF.search(told)):
        return told
    what = noun_of(telling.entered[0]) if telling.entered else "request"
    return sentence(f"the {what} is {'accepted' if telling.positive else 'rejected'}", "en")


_UNSAID = re.compile(r"\b(?:is|are|shall be|has|have|to|of|between|holds?|contains?)\.$", re.I)
"""What is left of "the size of a file is limited to 25 MB" without its bound."""
_OF_ITSELF = re.compile(
    r"^(?:this does not happen: )?(?:it|they|the [\w -]+?) (?:(?:has|have|contains?|holds?) "
    r"(?:at (?:most|least)|up to|(?:no )?(?:more|fewer) than|between|exactly) \S*\d[^.]*|(?:is|are) (?:not )?(?:empty|blank))\.$",
    re.I,
)
"""What the text asks of the value itself: nobody sees it happen."""


def _expected(telling: Telling) -> str:
    if telling.item:
        return sentence(f"{_lead(telling)}: {telling.item}", "en")
    for act in telling.actions if not telling.positive else ():
        if act.modality == "must" and re.match(r"be [a-z]+(?:ed|en) by (?:an?|the) ", act.text) and act.subject:
            does = "do" if is_plural(without_limits(act.subject, telling).split(" or ")[0]) else "does"
            return sentence(definite(without_limits(f"{act.subject} {does} not need to {act.text}", telling)), "en")
    if not telling.entered and (kept := kept_for(telling)):
        return sentence(kept[1], "en")
    if telling.role and (access := _ACCESS.match(telling.requirement.text)):
        return sentence(f"{access['what']} is {'granted' if telling.positive else 'denied'}", "en")
    if demanded_of_people(telling) and (demanded := _demanded(telling, telling.actions[0].text)):
        return demanded
    only_otherwise = bool(telling.outcomes) and all(outcome.otherwise for outcome in telling.outcomes)
    if only_otherwise and (demanded := _demanded(telling, imperative(telling))):
        return demanded
    if not telling.entered and (data := data_demand(telling)):
        return sentence(f"the {data[0]} is {'accepted' if telling.positive else 'rejected'}", "en")
    if told := [_seen(outcome.text, telling) for outcome in telling.own_outcomes if not demands(outcome.text, telling)]:
        return " ".join(dict.fromkeys(told))
    rejected = [o for o in telling.opposite_outcomes if not demands(o, telling)]
    if telling.entered and telling.positive and (taken := _still_taken(rejected, telling)):
        return taken
    submitted = re.match(r"submit (?:the|an?) (?P<what>[\w -]+)$", without_limits(imperative(telling), telling))
    if telling.entered and telling.positive and submitted and stated_subject(telling):
        one = re.sub(r"(?<=[a-z]{3})(?<![sui])s$", "", submitted["what"])
        return sentence(f"the {one} is accepted", "en")
    for act in telling.actions if telling.entered or telling.conditional else ():
        if _DONE_TO.match(act.text) and HUMAN.search(RELATIVE.sub("", act.subject)) and not rejected:
            return sentence(definite(present(f"{act.subject} shall {'' if telling.positive else 'not '}{act.text}")), "en")
    if telling.entered and not rejected and (subject := stated_subject(telling)):
        one = re.sub(r"(?<=[a-z]{3})(?<![sui])s$", "", subject)
        return sentence(f"the {one} is {'accepted' if telling.positive else 'rejected'}", "en")
    for text in rejected:
        parts = split_modal(text)
        if parts and (not telling.positive or "not" in parts[1] or not (telling.entered or imperative(telling))):
            human = HUMAN.search(RELATIVE.sub("", parts[0])) and not parts[2].startswith("be ")
            return (
                _allowed(telling, parts[2])
                if human
                else _seen(negated(text if split_modal(text) else without_limits(text, telling)), telling)
            )
    for act in telling.actions:
        if not act.subject.strip():
            return _seen(act.text if telling.positive else negated(without_limits(act.text, telling)), telling)
        if not HUMAN.search(RELATIVE.sub("", act.subject)):
            no = "not " if act.modality == "must_not" or not telling.positive else ""
            return _seen(f"{act.subject} shall {no}{verb_phrase(act.text)}", telling)
    if base := imperative(telling):
        if submitted := re.match(r"submit (?P<what>(?:the )?[\w -]+)$", without_limits(base, telling)):
            are = "are" if is_plural(submitted["what"]) else "is"
            return sentence(f"{submitted['what']} {are} {'accepted' if telling.positive else 'rejected'}", "en")
        return _demanded(telling, base) or _allowed(telling, base)
    if telling.entered:
        return sentence(f"the {noun_of(telling.entered[0])} is {'accepted' if telling.positive else 'rejected'}", "en")
    return "The request is accepted." if telling.positive else "The request is rejected."


_DONE_TO = re.compile(
    r"be\s(?:admitted|let|allowed\sin|invited|promoted|hired|enrolled|registered|seated|paid|insured|treated|accepted)\b", re.I
)
"""What is done to people: "a student shall be admitted to the examination"."""
_TURNED_AWAY = re.compile(r"^(?:refuse|reject|deny|decline)\s(?P<what>.+?)(?:\s(?:for|with|and)\s.*)?$", re.I | re.S)


def _still_taken(refusals: list[str], telling: Telling) -> str:
    """Before the limit at which something is turned away is reached, it is taken: "the locker accepts further codes"."""
    for text in refusals:
        clean = SCOPE.sub("", text.strip(" ,;."))
        parts = split_modal(clean)
        turned = _TURNED_AWAY.match(parts[2]) if parts else None
        if parts and turned and not any(limit in parts[2] for limit in telling.limit_texts):
            verb = "accept" if is_plural(parts[0]) else "accepts"
            return sentence(definite(f"{parts[0]} {verb} {turned['what']}"), "en")
    return ""


_ACCESS = re.compile(
    r"^(?P<what>access to .+?)\s(?:shall be|must be|may be|is|are|can be)\s(?:only\s)?(?:restricted|limited|reserved|"
    r"granted|permitted|given|available)",
    re.I,
)


def _lead(telling: Telling) -> str:
    """The sentence that opens a list, without what follows its "the following …"."""
    return re.sub(r"(\bthe following(?: [\w-]+)?)\b.*$", r"\1", definite(present(telling.lead)), flags=re.I | re.S).rstrip(":")


def _demanded(telling: Telling, what: str) -> str:
    """What people are obliged to in the tested situation; "" where they are not."""
    acts = [
        act
        for act in telling.actions
        if act.modality == "must"
        and (telling.conditional or demanded_of_people(telling))
        and HUMAN.search(act.subject)
        and not act.text.startswith("be ")
    ]
    if not acts or not what:
        return ""
    who = lower_first(definite(RELATIVE.sub("", acts[0].subject)))
    return f"The system {'requires' if telling.positive else 'does not require'} {who} to {without_limits(what, telling)}."


def _allowed(telling: Telling, what: str) -> str:
    """What somebody may or may not do, told by what becomes of the thing: "the audit log is opened"."""
    what = re.sub(r"\b(?:my|his or her|your)\b(?! own)", "the", what)
    what = re.sub(r"\b(?:his or her|their|his|her|my) own\b", "your own", what)
    what = without_setting(what, telling)
    for told in telling.entered:
        what = one_of_list(what, told, telling) if told.kind == "enum" else what
    what, left = with_values(what, telling)
    what = without_limits(what, telling) if left else what
    verb, _, rest = what.partition(" ")
    done = _OBJECT.match(rest)
    if done and verb not in _NO_PASSIVE and re.fullmatch(r"[a-z]+", verb):
        thing = definite(re.sub(r"^(?:any|his|her|their)\s", "the ", done["what"]))
        are = "are" if is_plural(thing) else "is"
        if telling.positive:
            return sentence(f"{thing} {are} {participle(verb)}{done['rest']}", "en")
        return sentence(f"the system refuses this and {thing} {are} not {participle(verb)}{done['rest']}", "en")
    who = f"the user with the role {telling.role}" if telling.role else f"the {_person(telling)}"
    return f"{who[0].upper()}{who[1:]} {'can' if telling.positive else 'cannot'} {what}."


_OBJECT = re.compile(
    r"^(?P<what>(?:(?:the|an?|any|all|each|every|his|her|their|its|your|another|\d[\d,.]*)\s)?(?!to\b|in\b|on\b|at\b|by\b|via\b|"
    r"out\b|up\b|into\b|from\b|with\b|"
    r"for\b|back\b|off\b|it\b|them\b|him\b|that\b|whether\b|if\b)[\w-]+(?:\s(?!to\b|in\b|on\b|at\b|up\b|more\b|with\b|"
    r"for\b|from\b|into\b|by\b|while\b|"
    r"via\b|as\b|before\b|after\b|within\b|through\b|during\b|once\b|until\b|and\b|"
    r"or\b)[\w’'-]+){0,5})(?P<rest>(?:\s(?:up to|more|to|in|on|at|with|for|from|into|"
    r"while|via|as|before|after|within|through|during|once|until|by)\s.+)?)$",
    re.I,
)
_NO_PASSIVE = words(
    "be have log sign go come become stay remain wait choose exceed last belong act enter pass hold do get let make"
)


def _person(telling: Telling) -> str:
    """Who acts, as the text calls them."""
    subjects = [act.subject for act in telling.actions] + [
        parts[0] for text in telling.all_outcomes if (parts := split_modal(text))
    ]
    for subject in subjects:
        noun = bare(re.sub(r"^only\s+", "", RELATIVE.sub("", subject), flags=re.I))
        if HUMAN.fullmatch(noun) and not noun.lower().endswith("s"):
            return noun.lower()
    return "user"


_IN_WHICH_CASE = re.compile(
    r"^(?:without|below|above|under|over|after)\s[^,;.]{2,80}?,?\s(?=(?:it|they|the\s[a-z]+(?:\s[a-z]+)?)\s(?:shall|must|will)\b)",
    re.I,
)
"""What is set up already: "without a certificate or below 14 years | it shall refuse the booking"."""


def _seen(text: str, telling: Telling) -> str:
    """An outcome as a sentence of its own, about this test's value."""
    text = spelled_out(SCOPE.sub("", text.strip(" ,;.")), telling)
    text = _IN_WHICH_CASE.sub("", text) if telling.entered else text
    text = re.sub(r"\b(is|are) (not )?to be (?=[a-z]+(?:ed|en|wn|nt)\b)", lambda m: f"{m[1]} {m[2] or ''}", text)
    parts = split_modal(text)
    if parts and HUMAN.search(RELATIVE.sub("", parts[0])):
        return _of_a_person(parts, telling)
    told = present(_this(text, telling))
    words = told.split()
    subject = f"the {noun_of(telling.entered[0])}" if telling.entered else "the request"
    if words and words[0].lower() == "be":
        return sentence(f"{subject} is {' '.join(words[1:])}", "en")
    if parts is None and len(words) < 4 and infinitive(words[0]) if words else False:
        return sentence(f"{subject} is {told}", "en")
    return sentence(definite(told), "en")


def _of_a_person(parts: tuple[str, str, str], telling: Telling) -> str:
    """What the text says of people, said of the one in this test."""
    _, modal, what = parts
    who = f"the user with the role {telling.role}" if telling.role else definite(RELATIVE.sub("", parts[0]))
    who = re.sub(r"^(?:any|all|every|the)\sother\s(?=[a-z]+$)", "the ", who, flags=re.I) if telling.entered else who
    if what.startswith("be "):
        return sentence(present(f"{re.sub(r'^only ', '', who, flags=re.I)} {modal} {_this(what, telling)}"), "en")
    if modal.split()[0].lower() in ("may", "can", "could") or "not" in modal:
        base = imperative(telling)
        pronoun = re.search(r"\s(?:it|them|so)$", what)
        named = pronoun is not None and base.startswith(what[: pronoun.start() + 1])
        return _allowed(telling, base if base.startswith(what) or named else what)
    return sentence(present(f"{who} {modal} {_this(what, telling)}"), "en")


_UP_TO = re.compile(
    r"(?<=[a-z])\sof\s(?:up\sto|at\smost|at\sleast|(?:no|not)\smore\sthan|more\sthan|less\sthan)\s[\d.,]*\d(?:\s[a-z°%]+)?"
    r"(?=\s(?:shall|must|may|can|will|is|are)\b)",
    re.I,
)
"""The bound in a subject that this test has a value of: "a vehicle of up to 2.10 m shall be let in"."""
_LIMIT_FIRST = re.compile(r"(?:no more than|not more than|at most|up to|no fewer than|at least|a maximum of)\s", re.I)


def _this(text: str, telling: Telling) -> str:
    """`text` about this test's value: "any other password" → "a password of 7 characters", a list → the one value."""
    text = re.sub(r"^only\s+", "", text, flags=re.I)
    text = without_setting(text, telling)
    if re.match(_LIMIT_FIRST, text):
        text = with_values(text, telling)[0]
    text = without_limits(text, telling)
    text = BEYOND_IT.sub("", text) if telling.entered else text
    if re.match(r"(?:it|they)\b", text, re.I) and (subject := _spoken_of(telling)):
        text = re.sub(r"^(?:it|they)\b", lambda _: subject, text, flags=re.I)
    for told in telling.entered:
        short = re.sub(r" of .*$", "", noun_of(told))
        names = "|".join(re.escape(name) for name in (told.name, noun_of(told), short, short.split()[-1]))
        text = re.sub(rf"\b(?:(?:any|all|every|an?|the)\s+)?other\s+(?:{names})(?:s|es)?\b", phrase(told), text, flags=re.I)
        if told.kind == "enum":
            text = one_of_list(text, told, telling)
    if telling.entered:
        more = rf"(?:{COMPARATIVE})(?:\s(?:or|and)\s(?:an?\s|any\s)?(?:{COMPARATIVE}))?"
        text = re.sub(rf"\b(?:an?|any|all)\s+{more}\s+([a-z]+)\b", r"the \1", text, flags=re.I)
        if re.search(r"\b(?:reject|refus|declin|den(?:y|ied))", text, re.I):
            text = re.sub(rf"^(?:{COMPARATIVE})(?:\s(?:or|and)\s(?:{COMPARATIVE}))?\s+([a-z]+s)\b", r"the \1", text, flags=re.I)
        text = re.sub(r"\b((?:accept|refuse|reject|decline)s?) an? ", r"\1 the ", text)
        text = _OUTSIDE.sub(r"the \1", text)
        if any(told.kind == "limit" for told in telling.entered):
            text = _UP_TO.sub("", text)
        text = re.sub(
            r"\s(?:(?:that|which) (?:falls?|lies?|is|are) )?(?:outside|beyond) (?:of )?"
            r"(?:this|that|these|those) (?:limits?|ranges?|bounds|values?|intervals?)\b|"
            r"\s(?:that|which|who) (?:do|does) not (?:meet|satisfy|fulfill?) (?:both|all|these|those|the)(?: of (?:these|the))? "
            r"(?:conditions|requirements|criteria)\b",
            "",
            text,
            flags=re.I,
        )
        first = telling.entered[0]
        text = re.sub(r"^(?:any|all|every|an?|the)?\s*\bother\s+(?=[a-z])", "the ", text, flags=re.I)
        text = re.sub(rf"^(?:all\s)?{re.escape(plural(noun_of(first)))}(?=\s(?:shall|must|may|are|is|will|"
            rf"can)\b)", f"the {noun_of(first)}", text,
                      flags=re.I)  # fmt: skip
        text = re.sub(rf"^(the {re.escape(noun_of(first))}) are\b", r"\1 is", text)
    return text


def _spoken_of(telling: Telling) -> str:
    """What "it" stands for: the first subject that the requirement's results name."""
    subjects = (parts[0] for text in telling.all_outcomes if (parts := split_modal(text)))
    return next((s for s in subjects if s and not re.match(r"(?:it|they|any|all|other)\b", s, re.I)), "")
