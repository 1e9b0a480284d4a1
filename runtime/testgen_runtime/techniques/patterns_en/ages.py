"""What is possible for some time only: "A parking ticket may be paid until it is 14 days old", "Deleted photos can be restored
for 30 days; later they are gone". The time is tried at its end and beyond it (29119-4, 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.documents.english import infinitive
from testgen_runtime.documents.model import Bound, Limit, Span
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.partitions import limit_levels
from testgen_runtime.techniques.patterns_en.telling import Operation, point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

_DONE: Final = (
    r"(?:An?\s|The\s|Each\s|All\s)?(?P<thing>[a-z-]+(?:\s[a-z-]+){0,2}?)\s(?:may|can)\s(?:still\s)?be\s(?P<done>[a-z]+)"
    r"(?P<more>(?:\s(?!until|for|while|as)[a-z]+){0,4}?)"
)
_TIME: Final = r"(?P<time>(?:\d+|[a-z]+)\s(?:minutes?|hours?|days?|weeks?|months?|years?))"
_UNTIL_OLD: Final = re.compile(rf"{_DONE}\s(?:until|till)\s(?:it\sis|they\sare)\s{_TIME}\sold(?P<rest>[;.,]\s[^;.]+)?\.?", re.I)
_FOR: Final = re.compile(
    rf"{_DONE}\sfor\s(?:up\sto\s)?{_TIME}(?P<since>\s(?:after|from|since|following)\s[^;.,]{{3,60}})?[;.,]\s(?:and\s|but\s)?"
    r"(?P<rest>(?:later|after\sthat|afterwards?|thereafter|then|from\sthen\son|after\s(?:this|that)\s(?:period|time))\b[^;.]+)\.?",
    re.I,
)
_OVER: Final = re.compile(
    r"\b(?:not|no\slonger|cannot|never|gone|lost|deleted|removed|erased|destroyed|purged|final|impossible|refused|rejected|denied)\b",
    re.I,
)


def points(view: View) -> Iterator[TestPoint]:
    """Possible up to the end of the time, refused after it; nothing where what comes later is no end of it."""
    text = statement(view)
    found = _UNTIL_OLD.fullmatch(text) or _FOR.fullmatch(text)
    if found is None or (found["rest"] and not _OVER.search(found["rest"])):
        return
    verb, amounts = infinitive(found["done"]), list(quantities(found["time"]))
    if verb is None or len(amounts) != 1 or amounts[0].dimension != "duration":
        return
    (q,) = amounts
    thing = singular(found["thing"].lower())
    since = (found.groupdict().get("since") or "").strip()
    old = "since" not in found.groupdict()
    name = f"age of the {thing}" if old else f"time {re.sub('^(?:after|from|following)', 'since', since) or 'elapsed'}"
    limit = Limit(name, None, Bound(q.value, True, Span(0, 0)), q.unit, q.dimension, q.step or Decimal(1))
    done = Operation(verb, thing)
    for level in limit_levels(limit, name, "en"):
        (value,) = level.inputs.values()
        told = shown(value, "en")
        when = f" when it is {told} old" if old else f" {told} {re.sub('^(?:from|since|following)', 'after', since) or 'later'}"
        yield point(
            view,
            technique=level.technique,
            ok=level.good,
            inputs=level.inputs,
            preconditions=(),
            do=done.do(f"{found['more']}{when}"),
            see=done.done(level.good),
            reason=level.reason,
            weight=level.weight,
            title=sentence(f"{name} of {told}", "en").rstrip("."),
            whole=True,
        )
