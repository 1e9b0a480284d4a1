"""States that are listed first, and all but some of them: "A lease has the statuses Draft, Negotiated, Signed and Terminated. It
may be edited in every status except Signed and Terminated, where the system shall reject the change". Each state is tried
(29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.english import infinitive, lower_first, present
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import JOINTS, REFUSED, Operation, point, statement
from testgen_runtime.techniques.phrases import in_state, sentence
from testgen_runtime.techniques.view import View

_STATE: Final = r"[A-Z][\w-]*(?:\s[A-Z][\w-]*){0,2}"
_LIST: Final = rf"{_STATE}(?:,\s{_STATE}){{0,9}}(?:,?\s(?:and|or)\s{_STATE})?"
_SHAPE: Final = re.compile(
    rf"(?:An?|The|Each|Every)\s(?P<thing>[a-z-]+(?:\s[a-z-]+){{0,2}}?)\s(?:has|can\shave|knows|passes\sthrough|goes\sthrough|"
    rf"(?:is|can\sbe)\sin\sone\sof)\s(?:only\s)?(?:the|these|one\sof\sthe)\s(?:following\s)?(?:states?|status(?:es)?|stages?|phases?):?\s(?P<all>{_LIST})[.;]\s"
    r"(?:(?P<again>[Ii]t|(?:[Tt]he|[Aa]n?)\s[a-z-]+(?:\s[a-z-]+){0,2}?)\s(?:may|can|shall|must|will)\s(?:only\s)?be\s(?P<done>[a-z]+)|"
    r"(?:Users|(?:A|The|Every|Each|Any)\suser|Everyone|Everybody|Anyone)\s(?:may|can)\s(?:only\s)?(?P<verb>(?!be\b|not\b|only\b|never\b)[a-z]+)\s"
    r"(?P<what>it|(?:the|an?)\s[a-z-]+(?:\s[a-z-]+){0,2}?))"
    r"(?P<more>(?:\s(?!in\b|while\b)[a-z]+){0,4}?)\s(?:in|while\sin)\s(?:every|any|each|all|all\sof\sthe|all\sthe)(?:\sof\sthese)?\s(?:states?|status(?:es)?|stages?|phases?)"
    rf",?\s(?:except|but|save|other\sthan|apart\sfrom|excluding|with\sthe\sexception\sof)(?:\sfor)?(?:\sin)?(?:\sthe\s(?:states?|status(?:es)?|stages?|phases?))?\s(?P<but>{_LIST})"
    r"(?:(?:,\s(?:where|in\swhich|there)|[.;]\s(?:[Ii]n\s(?:these|those|them)(?:\s[a-z]+)?|[Tt]here),?)\s(?P<result>[^.;]+))?\.?"
)


def points(view: View) -> Iterator[TestPoint]:
    """What is done in each state that is listed; nothing where a state that is excepted is not one of them."""
    found = _SHAPE.fullmatch(statement(view))
    if found is None or (found["result"] and not REFUSED.search(found["result"])):
        return
    thing, verb = found["thing"], found["verb"] or infinitive(found["done"])
    states, but = _names(found["all"]), _names(found["but"])
    again = re.sub(r"^(?:the|an?)\s", "", lower_first(found["again"] or found["what"]))
    if verb is None or not set(but) < set(states) or again not in ("it", thing, thing.split()[-1]):
        return
    done = Operation(verb, thing)
    refused = sentence(present(found["result"]), "en") if found["result"] else done.done(False)
    for state in states:
        ok = state not in but
        yield point(
            view,
            technique=Technique.STATE_TRANSITION,
            ok=ok,
            inputs={f"{thing} state": Input(state)},
            preconditions=(in_state(thing, state, "en"),),
            do=done.do(found["more"]),
            see=done.done(ok).removesuffix(".") + f"{found['more']}." if ok else refused,
            reason=f"the state {state} is {'not ' if ok else ''}excepted",
            weight=0.9 if ok else 0.92,
            title=f"{thing} in the state {state}",
            whole=True,
        )


def _names(words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in JOINTS.split(words) if name.strip()))
