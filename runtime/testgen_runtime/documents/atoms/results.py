"""What a rule makes happen: the action with its subject and modality, and what can be observed of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from testgen_runtime.documents.atoms import words_en, words_zh
from testgen_runtime.documents.atoms.actors_zh import ROLES_FIRST
from testgen_runtime.documents.atoms.clauses import Unit, Verdict
from testgen_runtime.documents.model import Action, Outcome

Modality = Literal["must", "must_not", "may"]


# "状态变为“已驳回”" names a state, it refuses nothing.
_NAMED_STATE_ZH = re.compile(
    r"(?:变更?为|改为|转为|设[置为]?为?|置为|更新为|标记为|显示为|进入|[状态]为)\s?[“\"「『][^”\"」』]{1,20}[”\"」』]"
)


# Only a quoted message tells a result; every other quoted word is a name.
_QUOTED_ZH = re.compile(r"(?<![提显返弹报警回])(?<![示回出错告])(?:“[^”]{1,20}”|「[^」]{1,20}」)")
# "审批人可以同意、驳回或转交" permits.
_FREE_TO_REFUSE_ZH = re.compile(r"((?<!不)可以|有权|能够)[^，。；]{0,12}?(?:驳回|拒绝|禁止|拦截|阻止|取消)[^，。；]*")


@dataclass(frozen=True, slots=True)
class Predicate:
    """The main clause taken apart. `start` is where the verb phrase stands in the clean text."""

    subject: str
    text: str
    modality: Modality
    start: int
    end: int
    modal: bool


_OF_THE_SUBJECT = re.compile(
    r"\s(?:who|that|which|whose)\s[^,;]{2,160}?(?=\s(?:shall|must|may|can|cannot|should|will)\b)", re.IGNORECASE
)
INVERTED = re.compile(
    r"(?P<modal>may|can|shall|must|will|should)\s(?P<who>it|they|users|(?:the|an?|any)\s[\w-]+(?:\s[\w-]+)??)\s(?P<what>(?!of\b|in\b)[a-z]+\b.*)$",
    re.IGNORECASE | re.DOTALL,
)
"""The verb before its subject: "may the order be shipped"."""
_VALUES_EN = re.compile(
    r"(?<=[a-z,]\s)(?:Reject|Refus|Block|Deni|Declin|Prohibit|Approv|Accept|Complet|Confirm|Grant|Permit|Lock|Invalid|Free|Enabl)[a-z]*\b(?!\s(?:message|error))|"
    r"^(?:[A-Z][a-z]+ing)\s(?!to\b)(?=[^,;]{2,80}?\s(?:shall|must|may|can|should|will|is|are)\b)"
)
"""Names of states ("from the status Rejected") and acts that are spoken of ("Blocking a card shall be possible …")."""
_NEITHER_MAY = re.compile(r"^neither\s[^.;]{2,80}?\snor\s[^.;]{2,80}?\s(?:may|can|shall|must|should|will)\s", re.IGNORECASE)
_NOBODY = re.compile(r"^(?:no (?P<who>(?!more|less|fewer|other)[a-z][\w -]*)|nobody|no one)$", re.IGNORECASE)
_NOBODY_IN = re.compile(
    r"^(?:no (?P<who>(?!more|less|fewer|other|one\b)[a-z][\w -]{0,60}?)|nobody|no one)\s(?P<modal>shall|must|may|can|"
    r"should|will)\s",
    re.IGNORECASE,
)


_NOBODY_BUT = re.compile(
    r"^(?:no one|nobody|none|no (?:other )?[a-z]+)\s(?:except|but|other than|apart from|save)\s(?:for\s)?(?P<who>.+)$",
    re.IGNORECASE,
)
"""Who is left: "No one except the Treasurer may …" permits it to the Treasurer alone."""


def predicate(unit: Unit) -> Predicate:
    """Subject, verb phrase and modality of a rule's main clause; without a modal the whole clause is the verb phrase."""
    found = _predicate(unit)
    inside = len(unit.main.text) == unit.main.end - unit.main.start and found.start < found.end
    return found if inside else replace(found, start=unit.main.start, end=unit.main.end)  # the text is more than is written


def _predicate(unit: Unit) -> Predicate:
    if story := (words_zh if unit.language == "zh" else words_en).STORY.match(unit.main.text):
        at = unit.main.start
        return Predicate(story["role"], story["goal"], "may", at + story.start("goal"), at + story.end("goal"), modal=True)
    pattern = words_zh.MODAL if unit.language == "zh" else words_en.MODAL
    match = pattern.search(unit.main.text)
    if match is None:
        return Predicate("", unit.main.text, "must", unit.main.start, unit.main.end, modal=False)
    groups = match.groupdict()
    negative = bool(groups.get("not") or groups.get("cannot") or groups.get("unable"))
    modality: Modality = "must_not" if negative else "must" if groups.get("must") else "may"
    rest = unit.main.text[match.end() :].strip()
    if unit.language == "zh" and re.match(r"(?:被|不)?(?:允许|拒绝)?$", rest):
        rest = unit.main.text[match.start() :]
    subject = unit.main.text[: match.start()].strip(" ,，")
    if unit.language == "zh":
        subject = re.sub(r"(?<=[\u4e00-\u9fff]{2})(?:[就便才也都均亦]|一律|一概)$", "", subject)
        if re.search("系统|平台|接口|^$", subject) and match["must"] is None and (named := ROLES_FIRST.match(rest)):
            subject, rest = named["who"], rest[named.end() :].strip()  # "不允许访客下载附件"
    if unit.language == "en" and (left := _NOBODY_BUT.match(subject)):
        start = unit.main.end - len(rest)
        return Predicate(
            f"only {left['who']}", rest, "may" if modality == "must_not" else modality, start, unit.main.end, modal=True
        )
    if unit.language == "en" and (nobody := _NOBODY.match(subject)):  # "No user shall …" forbids it to every user
        subject = f"A {nobody['who']}" if nobody["who"] else "A user"
        modality = "must_not" if modality != "must_not" else "must"
    start = unit.main.end - len(rest)
    if unit.language == "en" and not subject and (turned := INVERTED.match(unit.main.text)):
        subject, rest = turned["who"], turned["what"]
        start = unit.main.end - len(rest)
    return Predicate(subject, rest, modality, start, unit.main.end, modal=True)


_AN_EVENT = re.compile(
    r"\b(?:of|after|since|before|from)\s(?:being|having been|its|the)\s(?:[a-z]+ed|[a-z]+ing|rejection|refusal|denial)\b",
    re.IGNORECASE,
)
"""What a time is counted from, not what becomes of anything: "within 30 days of being blocked"."""


def verdict(unit: Unit) -> Verdict:
    """Whether the main clause refuses, accepts or neither, judged without the words that limits have used."""
    text = masked(unit)
    if unit.listed and not predicate(unit).modal:
        return "neutral"
    if unit.language == "en":
        text = _OF_THE_SUBJECT.sub(" ", _VALUES_EN.sub(" ", text))
        if _NEITHER_MAY.match(text):
            return "refuse"
    if unit.language == "en" and (aside := words_en.AFTERTHOUGHT.search(text)) and aside.start() > 8:
        text = text[: aside.start()]
    words = words_zh if unit.language == "zh" else words_en
    if unit.language == "zh":
        text = _QUOTED_ZH.sub("", _NAMED_STATE_ZH.sub("", text))
        text = _FREE_TO_REFUSE_ZH.sub(r"\1", text)
    if unit.language == "en":
        text = re.sub(r"\bnot only\b|\berror[- ](?:rate|free|budget)\b", " ", text, flags=re.IGNORECASE)
        text = _AN_EVENT.sub(" ", text)
        if (modal := words_en.MODAL.search(text)) and _NOBODY_BUT.match(text[: modal.start()].strip()):
            return "refuse" if modal["not"] else "accept"
        if _NOBODY_IN.match(text):
            return "refuse"
        text = re.split(r"\s(?:if|when)\s", _OF_THE_SUBJECT.sub(" ", text), maxsplit=1)[0]
        if permitted := words_en.DENIES_A_THING.search(text):
            text = (
                text[: permitted.start()]
                + (" may " if permitted[0].lower().startswith(("may", "can", "be")) else " ")
                + text[permitted.end() :]
            )
        only = re.search(
            r"\b(?:shall|must|may|can|should|will) (?:not|never)\b.*\b(?:reject|refus|den(?:y|ied)|block|prevent)",
            text,
        )
        if only:
            return "accept"
    if words.REFUSE.search(text):
        return "refuse"
    return "accept" if words.ACCEPT.search(text) else "neutral"


def masked(unit: Unit) -> str:
    """The main clause with blanks where limits stand."""
    text = unit.main.text
    at = unit.main.end - len(text)  # what a clause leaves out stands before what it says (gaps_en)
    for start, end in unit.used:
        a, b = max(0, start - at), min(len(text), end - at)
        if a < b:
            text = text[:a] + " " * (b - a) + text[b:]
    return text


_WHO_EN = r"(?:an?\s|the\s)?(?P<who>[a-z]+(?:\s[a-z]+)?(?:(?:,\s|,?\s(?:and|or)\s)(?:an?\s|the\s)?[a-z]+(?:\s[a-z]+)?){0,5})"
_ONLY_BY_EN = (
    re.compile(rf"(?P<be>\bbe\s[a-z]+)\s(?:only|exclusively|solely)\sby\s{_WHO_EN}$", re.I),
    re.compile(rf"\bonly\s(?P<be>be\s[a-z]+)\sby\s{_WHO_EN}$", re.I),
    re.compile(rf"(?P<be>\bbe\s[a-z]+)\sby\s{_WHO_EN}\s(?:only|alone|exclusively)$", re.I),
)


def _of_anybody(text: str) -> str:
    """What is done, without who alone may do it: "be deleted only by an accountant" → "be deleted"."""
    for pattern in _ONLY_BY_EN:
        if (found := pattern.search(text)) and words_en.ROLE.search(found["who"]):
            return text[: found.start()] + found["be"]
    return text


def action(found: Predicate) -> Action:
    """The action atom's value."""
    return Action(re.sub(r"^(?:always|still)\s(?=[a-z]{3})", "", _of_anybody(found.text)), found.subject, found.modality)


_ONLY_IF_ZH = re.compile(r"^(?!系统|平台)(?P<topic>[\u4e00-\u9fff]{2,8}?)(?:仅|只)(?:在|当|限于?)")


_NEITHER_DONE = re.compile(
    r"\b(?P<modal>can|may|must|shall|will) neither be (?P<first>[a-z]+) nor (?:be )?(?P<second>[a-z]+)", re.IGNORECASE
)


def outcome(unit: Unit, *, otherwise: bool, topic: str) -> Outcome | None:
    """What can be observed when the rule applies, or None where the clause names nothing that can. `topic` stands for "it"."""
    text = unit.main.text
    if not text:
        return None
    words = words_zh if unit.language == "zh" else words_en
    if unit.verdict == "neutral" and not words.OBSERVABLE.search(text) and not unit.otherwise:
        return None
    if unit.language == "en":
        if words_en.STORY.match(text) or words_en.ONLY_A_BOUND.fullmatch(text):
            return None
        text = re.sub(r"^(?:after|before|beyond) that,?\s(?=(?:it|they|the|an?)\b)", "", text, flags=re.IGNORECASE)
        text = INVERTED.sub(lambda m: f"{m['who']} {m['modal']} {m['what']}", text) if INVERTED.match(text) else text
        if (modal := words_en.MODAL.search(text)) and (left := _NOBODY_BUT.match(text[: modal.start()].strip())):
            text = f"only {left['who']} {text[modal.start() :]}"
        text = _NEITHER_DONE.sub(r"\g<modal> not be \g<first> or \g<second>", text)
        text = _NOBODY_IN.sub(lambda m: f"a {m['who'] or 'user'} {m['modal']} not ", text)
        text = _of_anybody(text)
    if unit.language == "zh" and words_zh.STORY.match(text):
        return None
    if unit.language == "zh":
        text = re.sub("应予以?退回", "应被退回", text)
    if unit.language == "zh" and unit.conditions and (only := _ONLY_IF_ZH.match(unit.conditions[0].part.text)):
        text = f"{only['topic']}{text}"  # "优惠券仅在订单金额满 200 元时可用"
    if (
        topic
        and unit.language == "en"
        and (
            bare := re.match(
                r"(?P<modal>(?:shall|must|should|will)\s)?(?=(?:reject|"
                r"refuse|deny|decline|ignore|discard|drop|block|disallow|turn away)\s)",
                text,
            )
        )
    ):
        text = f"{topic} {'' if bare['modal'] else 'shall '}{text}"  # the second verb of one subject
    if topic and unit.language == "en":
        text = re.sub(r"^(?:it|this|they)\b", lambda m: topic, text, count=1, flags=re.IGNORECASE)
    return Outcome(text, "negative" if unit.verdict == "refuse" else "positive", otherwise)
