"""A bound that one kind of things is spared, wherever the text says so: "Bags may weigh at most 23 kg; heavier bags are refused.
Members of the armed forces are exempt from this limit", "With the exception of business passengers, nobody may charge more than
300 euros". Either is enough (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.words_en import REFUSE
from testgen_runtime.documents.english import uncapitalised
from testgen_runtime.techniques.model import Input, TestPoint
from testgen_runtime.techniques.names import limit_name
from testgen_runtime.techniques.patterns_en.telling import as_one, point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.trees import Tree, of_limit, of_words, situations, told_limit
from testgen_runtime.techniques.view import View

_RULE: Final = r"(?:limit|rule|restriction|cap|ceiling|deadline|requirement|minimum|maximum|obligation|condition|regulation)s?"
_KIND: Final = (
    r"(?P<kind>(?!(?:this|that|these|those|all|any|every|other|others|nobody|it|they)\b)[A-Za-z-]+"
    r"(?:\s(?!(?:is|are|and|or|who|that)\b)[a-z-]+){0,5}?)"
)
_ALSO: Final = r"(?:[.;]|,\s(?:but|though|while|whereas))\s(?:however,\s)?"
_SPARED: Final = tuple(
    re.compile(shape, re.I)
    for shape in (
        rf"{_ALSO}{_KIND}\s(?:is|are)\s(?:exempt(?:ed)?|excepted|excluded|free|released)\s(?:from|of)\s"
        rf"(?:this|that|the|these)(?:\s{_RULE})?(?=[.;]|$)",
        rf"{_ALSO}{_KIND}\s(?:is|are)\snot\s(?:subject\sto|bound\sby|affected\sby|covered\sby)\s(?:this|that|the)(?:\s{_RULE})?(?=[.;]|$)",
        rf"[.;]\s(?:this|that|(?:the|this|that)\s{_RULE})\s(?:does\snot|doesn't)\s(?:apply\sto|hold\sfor|concern|affect)\s{_KIND}(?=[.;]|$)",
        rf"^(?:with\sthe\sexception\sof|except\sfor|apart\sfrom|other\sthan)\s{_KIND},\s",
    )
)
_LEFT_OPEN: Final = re.compile(r"\b(?:unless|except|provided|between|during|when|while|until|before|after|without)\b", re.I)


def points(view: View) -> Iterator[TestPoint]:
    """The values at and beside the bound without the exception, and the exception beyond it; nothing where more than one bound is
    told, or anything else decides too."""
    text = statement(view)
    found = next((m for shape in _SPARED if (m := shape.search(text))), None)
    if found is None or re.search(r"\d", found[0]):
        return
    rest = f"{text[: found.start()]}{'. ' if found.start() else ''}{text[found.end() :].lstrip(' .;')}".strip()
    limit = told_limit(sentence(rest, "en"), "en")
    if limit is None or REFUSE.search(rest) is None or (_LEFT_OPEN.search(rest) and limit.dimension != "duration"):
        return
    bound = of_limit(limit, limit_name(limit, "en"), "en")
    if bound is None:
        return
    kind = uncapitalised(found["kind"])
    key = f"is one of the {kind}"
    spared = of_words(
        key, (Input("yes"), f"It is about one of the {kind}."), (Input("no"), f"It is not about one of the {kind}."), kind
    )
    for one in situations(Tree("or", (bound, spared))):
        yield point(
            view,
            technique=one.way.technique,
            ok=one.holds,
            inputs=one.inputs,
            preconditions=one.lines,
            do="Submit a request with these data.",
            see=f"The request is {'accepted' if one.holds else 'rejected'}.",
            reason=one.way.reason,
            weight=one.way.weight,
            title=as_one(one.lines),
            whole=True,
        )
