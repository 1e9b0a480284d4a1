"""What "it" stands for, and what a rule speaks of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from testgen_runtime.documents.atoms import conditions
from testgen_runtime.documents.atoms.negation import opposite

_PRONOUN = re.compile(
    r"^(?:it|they|he or she|she or he|he|she)\b(?=\s(?:is|are|was|were|has|have|does|do|can|contains?|holds?|carr(?:y|ies)|bears?|owns?|shows?|weighs?|"
    r"wears?|includes?)\b)",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"(?P<subject>(?:(?:The|An?|All|Any|Every|Each)\s)?(?!It\b|They\b|This\b|There\b|Only\b|No\b|If\b|When\b)[A-Za-z][a-z-]+(?:\s[a-z-]+){0,2}?)"
    r"\s(?:is|are|has|have)\s"
)
_WHICH = re.compile(
    r"\s(?:(?:short|long|larg|small|old|young|heavi|high|low)er|over|under|above|below|that|which|who|with|without|of\s(?:more|less|at))\b.*$"
)
"""What a subject says of the things that are meant: "passwords shorter than 12 characters"."""


def main_subject(text: str) -> str:
    """The subject of a clause without a modal: "Dogs are allowed in the park"."""
    found = _SUBJECT.match(text)
    return found["subject"] if found else ""


def of_the_clause_before(found: conditions.Mention, before: Sequence[conditions.Mention]) -> conditions.Mention | None:
    """ "After it has been completed" behind "before the briefing has been completed": the same thing."""
    pronoun = _PRONOUN.match(found.text)
    if pronoun is None:
        return None
    rest = found.text[pronoun.end() :]
    for known in before:
        for text in (known.text, known.negated):
            if text.endswith(rest) and len(text) > len(rest) + 2:
                thing = text.removesuffix(rest)
                return replace(found, text=text, negated=_PRONOUN.sub(lambda _, thing=thing: thing, found.negated))  # type: ignore[misc]
    return None


def named(found: conditions.Mention, subject: str, topic: str, *, first: bool) -> conditions.Mention:
    """The condition with the thing that its pronoun stands for: "it was posted" → "the comment was posted"."""
    if not _PRONOUN.match(found.text):
        return found
    own = subject and not (first and topic)  # "once it is sent, the deletion …": it stands for what was spoken of before
    thing = topic_of(subject) if own and not _PRONOUN.match(f"{subject} is") else topic
    thing = _WHICH.sub("", thing)
    if not thing or len(thing.split()) > 6:
        return found
    text = _PRONOUN.sub(lambda _: thing, found.text)
    negated = _PRONOUN.sub(lambda _: thing, found.negated) if _PRONOUN.match(found.negated) else opposite(text, "en")
    return replace(found, text=text, negated=negated)


_MUST_DO = re.compile(
    "(?<=[\u4e00-\u9fff])(?:必须|须|需要|需|应当?)先?(?=上传|提交|完成|通过|持有|出示|缴纳|签署|填写|取得|具备|经过?|提供|绑定|实名)"
)


def without_must(found: conditions.Mention) -> conditions.Mention:
    """ "商家须上传营业执照且通过实名认证后，才能…": as a condition it is done, or not; "且尚未发货" has no thing of its own."""
    text = re.sub("^(?:尚|仍|还)(?=未)", "", _MUST_DO.sub("", found.text))
    return found if text == found.text else replace(found, text=text, negated=opposite(text, "zh"))


def topic_of(subject: str) -> str:
    return re.sub(
        r"^(?:a|an)\s", "the ", subject[:1].lower() + subject[1:] if not subject[:2].isupper() else subject, flags=re.IGNORECASE
    )


def owner_of(subject: str) -> str:
    subject = re.sub(r"^(?:in|while|when|on|at|for)\b[^,]*,\s", "", subject, flags=re.IGNORECASE)
    owner = re.sub(r"^(?:an?|the|each|every|any|all)\s", "", subject.strip(), flags=re.IGNORECASE)
    if of := re.match(r"(?:state|status) of (?:the|an?)\s([\w-]+(?:\s[\w-]+)?)", owner, re.IGNORECASE):
        return of[1]
    return re.split(r"\s(?:in|with|whose|that|which|of|is|has)\s", owner)[0][:60]
