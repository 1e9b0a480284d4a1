"""What somebody in a situation may not do: "An employee in the probation period shall not be able to request unpaid leave". Of
the others the text says nothing, so that only the refusal is tried (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.english import article
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.by_roles import roles
from testgen_runtime.techniques.patterns_en.telling import point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

_SHAPE: Final = re.compile(
    r"(?:An?\s|Any\s|All\s)?(?P<who>[a-z-]+)\s(?P<how>(?:in|on|under|during)\s(?!the\s(?:system|application)\b)[a-z-]+(?:\s[a-z-]+){0,3}?)\s"
    r"(?:(?:shall|must|may|can|will)\snot\s(?:be\s(?:able|allowed|permitted)\sto\s)?|cannot\s|(?:is|are)\snot\s(?:able|allowed|permitted)\sto\s)"
    r"(?P<act>(?!be\b|exceed\b|have\b)[a-z]+(?:\s[a-z-]+){0,5})\.?",
    re.I,
)


def points(view: View) -> Iterator[TestPoint]:
    """The refusal in the situation; nothing where it is not of people."""
    found = _SHAPE.fullmatch(statement(view))
    if found is None or not roles(found["who"]):
        return
    who, how = singular(found["who"].lower()), found["how"].lower()
    yield point(
        view,
        technique=Technique.DECISION_TABLE,
        ok=False,
        inputs={f"{who} is {how}": Input("yes")},
        preconditions=(sentence(f"the {who} is {how}", "en"),),
        do=sentence(f"as {article(who)} {who} {how}, {found['act']}", "en"),
        see="The system refuses this and the request is rejected.",
        reason=f"refused to {article(who)} {who} {how}",
        weight=0.92,
        title=f"{who} {how}",
        whole=True,
    )
