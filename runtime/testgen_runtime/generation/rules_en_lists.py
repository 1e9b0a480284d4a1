"""Cases over a list of things that one sentence opens ("… shall maintain the following statistics:"), in English: what the
sentence tells is set off once, then each thing is read.
"""

from __future__ import annotations

import re

from testgen_runtime.documents.english import definite, lower_first, present, split_modal
from testgen_runtime.documents.model import Condition
from testgen_runtime.generation.rules_en_events import instruction
from testgen_runtime.generation.rules_en_stimuli import stimulus
from testgen_runtime.generation.telling import Telling
from testgen_runtime.techniques.phrases import sentence

_FOLLOWING = re.compile(
    r"(?:(?:all|each|any|one) of )?(?:the )?following"
    r"(?:(?:\s(?!in\b|to\b|on\b|for\b|with\b|at\b|from\b|of\b|by\b|when\b|if\b|as\b)[\w.-]*\w){0,4})",
    re.I,
)


def steps(telling: Telling) -> tuple[tuple[str, str], ...]:
    """(action, expected): what sets the opening sentence off, then the reading of each thing; () where no list is tested."""
    if not telling.items:
        return ()
    read = ((f"Read “{item}”.", _seen(telling, item)) for item in telling.items)
    return ((_set_off(telling), _opening(telling)), *read)


def without_list(text: str) -> str:
    """A line that points at a list which it does not hold: "resets the following variables" → "resets the listed variables"."""
    text = re.sub(r"\s(?:for|to|of|with|by) the following(?=\W*$)", "", text)
    return re.sub(r"\bthe following(?=\s(?!in\b|to\b|on\b)[\w-])", "the listed", text)


_BLOCK = re.compile(r"^[ \t]*(?P<fence>```|~~~|-{4,})[^\n]*\n(?P<text>.*?)^[ \t]*(?P=fence)[ \t]*$", re.M | re.S)
_LONGEST_LISTING = 500


def with_listing(told: str, telling: Telling) -> str:
    """A result that points at a listing, with its lines: "… based upon the listed fragment: “name: datetime; in: query”."."""
    text = telling.requirement.text
    block = _BLOCK.search(text)
    if block is None or not re.search(r"\bthe listed [\w .-]+\.?$", told) or "following" not in text[: block.start()]:
        return told
    lines = "; ".join(" ".join(line.split()) for line in block["text"].splitlines() if line.strip())
    return f"{told.rstrip('.')}: “{lines}”." if 0 < len(lines) <= _LONGEST_LISTING else told


def _set_off(telling: Telling) -> str:
    event = next((value.text for _, value in telling.view.of(Condition) if value.trigger), "")
    parts = split_modal(telling.lead)
    done = instruction(event) if event else ""
    return sentence(done or (stimulus(parts[0], parts[2]) if parts else "use the system"), "en")


def _opening(telling: Telling) -> str:
    """What is seen once the sentence that opens the list was set off."""
    return sentence(without_list(definite(present(telling.lead)).rstrip(": ")), "en")


def _seen(telling: Telling, item: str) -> str:
    told = definite(present(telling.lead)).rstrip(": ")
    if _FOLLOWING.search(told):
        return sentence(_FOLLOWING.sub(lambda _: f"“{item}”", told, count=1), "en")
    return sentence(f"{told}: {lower_first(item)}", "en")
