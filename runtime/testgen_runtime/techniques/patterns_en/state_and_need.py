"""A state and a further demand, and both refusals in one sentence: "A bid shall be accepted if the auction is in the state
Running or Extended and the bidder has paid the deposit. In the states Planned and Closed, or without a paid deposit, the bid
shall be rejected". Each state is tried with the demand met, and an open one without it (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.negation import opposite
from testgen_runtime.documents.english import infinitive, present
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import JOINTS, REFUSED, Operation, answer, point, question, statement
from testgen_runtime.techniques.phrases import in_state, sentence
from testgen_runtime.techniques.view import View

_NAME: Final = r"[A-Z][\w-]*(?:\s[A-Z][\w-]*)?"
_LIST: Final = rf"{_NAME}(?:,\s{_NAME}){{0,5}}(?:,?\s(?:and|or)\s{_NAME})?"
_KIND: Final = r"(?:states?|status(?:es)?|stages?|phases?)"
_IN_STATE: Final = (
    r"(?:(?:the|its)\s(?P<owner>[a-z-]+(?:\s[a-z-]+)?)|it)\sis\s"
    rf"(?:in\s(?:the\s|one\sof\sthe\s)?{_KIND}\s)?(?:either\s)?(?P<open>{_LIST})"
)
_NEED: Final = r"(?:if\s)?(?P<need>(?:the|its|an?)\s[a-z][a-z -]{5,80}?)"
_HEAD: Final = (
    r"(?:An?|The|Each|Every)\s(?P<thing>[a-z-]+(?:\s[a-z-]+){0,2}?)\s(?:may|can|shall|must|will)\s(?:only\s)?be\s(?P<done>[a-z]+)"
    r"(?P<more>(?:\s(?!if\b|when\b|while\b|only\b)[a-z]+){0,4}?)\s(?:only\s)?(?:if|when|while|provided\sthat|as\slong\sas)\s"
)
_TAIL: Final = (
    rf"[.;]\s[Ii]n\s(?:the\s)?{_KIND}\s(?P<closed>{_LIST}),?\s(?:or|and|as\swell\sas)\s(?:also\s)?"
    r"(?:without\s(?P<without>(?:an?\s|the\s|any\s|such\s)?[a-z][a-z -]{2,40}?)|"
    r"(?:if|when|while)\s(?P<fails>[^.;,]{5,80}?)),\s(?P<result>[^.;]+)\.?"
)
_SHAPES: Final = (
    re.compile(rf"{_HEAD}{_IN_STATE},?\sand\s{_NEED}{_TAIL}"),
    re.compile(rf"{_HEAD}{_NEED},?\sand\s(?:if\s)?{_IN_STATE}{_TAIL}"),
)
_NO_PLAIN_NEED: Final = re.compile(r"\d|\b(?:and|or|not|no|unless|if|either|neither)\b", re.I)


def points(view: View) -> Iterator[TestPoint]:
    """Every state with the demand met, and an open state where it is not; nothing where the refusal speaks of another demand."""
    text = statement(view)
    found = next((one for shape in _SHAPES if (one := shape.fullmatch(text))), None)
    if found is None or not REFUSED.search(found["result"]) or _NO_PLAIN_NEED.search(found["need"]) or not _same_need(found):
        return
    verb, thing = infinitive(found["done"]), found["thing"]
    opened, closed = _names(found["open"]), _names(found["closed"])
    if verb is None or set(opened) & set(closed):
        return
    owner, need = found["owner"] or thing, re.sub(r"^an?\s", "the ", found["need"])
    owner = thing if owner in ("state", "status") else re.sub(r"\s(?:state|status)$", "", owner)
    done = Operation(verb, thing, by_system=verb in ("accept", "approve", "grant", "confirm", "admit"))
    rows = [(state, True) for state in (*opened, *closed)] + [(state, False) for state in opened[:1]]
    for state, met in rows:
        ok = met and state in opened
        line = need if met else opposite(need, "en")
        yield point(
            view,
            technique=Technique.DECISION_TABLE,
            ok=ok,
            inputs={f"{owner} state": Input(state), question(need): Input(answer(need, holds=met))},
            preconditions=(in_state(owner, state, "en"), sentence(line, "en")),
            do=done.do(found["more"]),
            see=done.done(True).removesuffix(".") + f"{found['more']}." if ok else sentence(present(found["result"]), "en"),
            reason="the state and the demand allow it" if ok else "the state or the demand forbids it",
            weight=0.9 if ok else 0.92,
            title=f"{owner} {state}, {line}",
            whole=True,
        )


def _same_need(found: re.Match[str]) -> bool:
    """Whether what is refused lacks what is demanded: "without a paid deposit" beside "has paid the deposit"."""
    if found["fails"]:
        return (
            _stems(opposite(found["need"], "en")) == _stems(found["fails"])
            and re.search(r"\b(?:not|no)\b", found["fails"]) is not None
        )
    if found["without"].split()[-1].lower() in ("it", "this", "that", "them", "these"):
        return True
    return _stems(found["without"]) <= _stems(found["need"])


def _stems(words: str) -> set[str]:
    return {word[:4] for word in re.findall(r"[a-z]{3,}", words.lower())} - {
        "the",
        "not",
        "any",
        "such",
        "been",
        "does",
        "has",
        "have",
    }


def _names(words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in JOINTS.split(words) if name.strip()))
