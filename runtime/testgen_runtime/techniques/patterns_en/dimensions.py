"""Two bounds told as one: "An image must have at least 200 x 200 pixels", "photos of at most 1920 x 1080 px". Each side at its
bound and beyond it (29119-4, 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import REFUSED, point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

_LEAST: Final = r"at\sleast|(?:no|not)\s(?:smaller|less)\sthan|(?:a\s)?minimum\s(?:size\s|resolution\s)?of"
_MOST: Final = r"at\smost|(?:no|not)\s(?:larger|bigger|more|greater)\sthan|up\sto|(?:a\s)?maximum\s(?:size\s|resolution\s)?of"
_SHAPE: Final = re.compile(
    r"(?:The\s(?:system|application|app|service|site)\s(?:shall|must|should|will)\s(?:only\s)?accept\s|(?:The|An?|Every|Each|All)\s)?"
    r"(?P<thing>[A-Za-z][a-z-]*(?:\s[a-z-]+)?)\s"
    r"(?:(?:must|shall|should|has\sto|have\sto)\s(?:be|have|measure)\s(?:a\s(?:size|resolution)\sof\s)?|of\s|with\s|that\s(?:have|are|measure)\s)"
    rf"(?:(?P<least>{_LEAST})|(?P<most>{_MOST}))\s(?P<width>\d{{1,5}})\s?(?:x|×|by)\s?(?P<height>\d{{1,5}})\s?(?P<unit>[A-Za-z]+)"
    r"(?:\s(?:in\ssize|large|are\saccepted|may\sbe\suploaded))?(?:[;.,]\s(?P<rest>[^.;]+))?\.?",
    re.I,
)


def points(view: View) -> Iterator[TestPoint]:
    """The bounds themselves, and a thing too small or too large on each side."""
    found = _SHAPE.fullmatch(statement(view))
    if found is None or (found["rest"] and not REFUSED.search(found["rest"])):
        return
    thing, unit, beyond = singular(found["thing"].lower()), found["unit"], -1 if found["least"] else 1
    width, height = int(found["width"]), int(found["height"])
    for w, h in ((width, height), (width + beyond, height), (width, height + beyond), (width - beyond, height - beyond)):
        ok = (w - width) * beyond <= 0 and (h - height) * beyond <= 0
        size = f"{w} x {h} {unit}"
        yield point(
            view,
            technique=Technique.BOUNDARY_VALUE_ANALYSIS,
            ok=ok,
            inputs={f"{thing} width": Input(str(w), unit, "boundary"), f"{thing} height": Input(str(h), unit, "boundary")},
            preconditions=(),
            do=sentence(f"submit a {thing} of {size}" if thing[0] not in "aeiou" else f"submit an {thing} of {size}", "en"),
            see=sentence(f"the {thing} is {'accepted' if ok else 'rejected'}", "en"),
            reason="within both bounds" if ok else f"too {'small' if found['least'] else 'large'}",
            weight=0.9 if ok else 0.93,
            title=f"{thing} of {size}",
            whole=True,
        )
