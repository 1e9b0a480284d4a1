"""What a reason means and what to do about it, from the operator's own table. Pure."""

from __future__ import annotations

import difflib
import re
from typing import Any

from testgen_operator.kubectl.problems import Exit, PluginError
from testgen_operator.kubectl.views.text import Cell, Style, table, wrapped
from testgen_operator.status.reasons import BLOCKING, MEANINGS, TYPES, Reason, Type
from testgen_operator.status.runbooks import RUNBOOKS


def entry(word: str) -> dict[str, Any]:
    """A reason or condition type, however it is capitalised. Raises PluginError, which names what is nearest."""
    known: dict[str, Reason | Type] = {
        **{str(one).lower(): one for one in TYPES},
        **{str(one).lower(): one for one in MEANINGS},
    }
    found = known.get(word.lower())
    if found is None:
        near = difflib.get_close_matches(word.lower(), known, 3, 0.5)
        hint = f"Did you mean {' or '.join(str(known[one]) for one in near)}?" if near else "Without a word it lists them all."
        raise PluginError(f"there is no reason or condition {word}", hint=hint, code=Exit.NOT_FOUND)
    if isinstance(found, Type):
        return {"condition": str(found), "means": TYPES[found]}
    meaning, runbook = MEANINGS[found], RUNBOOKS.get(found)
    shown: dict[str, Any] = {"reason": str(found), "means": placeholders(meaning.says), "stalled": found in BLOCKING}
    if meaning.run:
        shown["run"] = placeholders(meaning.run)
    if runbook:
        shown |= {"causes": list(runbook.causes), "steps": list(runbook.steps), "ends": runbook.ends}
    return shown


def placeholders(template: str) -> str:
    """A template of reasons.py with its fields as <field>."""
    return re.sub(r"\{(\w+)\}", r"<\1>", template.replace("{{", "\0").replace("}}", "\1")).replace("\0", "{").replace("\1", "}")


def everything() -> list[dict[str, Any]]:
    return [entry(reason) for reason in MEANINGS]


def lines(found: dict[str, Any], style: Style) -> list[str]:
    name = found.get("reason") or found["condition"]
    kind = "condition" if "condition" in found else "reason: a person must act" if found["stalled"] else "reason"
    shown = [f"{style.paint(str(name), 'bold')} ({kind})", *wrapped(f"{found['means']}.".replace("..", "."), style, "  ")]
    if "run" in found:
        shown += ["", style.paint("  What to run", "bold"), f"    {found['run']}"]
    if found.get("causes"):
        shown += ["", style.paint("  Usual causes", "bold")]
        for cause in found["causes"]:
            shown += wrapped(cause, style, "      ", "    - ")
    if found.get("steps"):
        shown += ["", style.paint("  What to do", "bold")]
        for number, step in enumerate(found["steps"], 1):
            shown += wrapped(step, style, "       ", f"    {number}. ")
    if found.get("ends"):
        shown += ["", style.paint("  How it ends", "bold"), *wrapped(found["ends"], style, "    ")]
    return shown


def overview(style: Style) -> list[str]:
    rows: list[list[Cell]] = []
    for one in everything():
        mark: Cell = ("you", "red") if one["stalled"] else "-"
        rows.append([one["reason"], mark, one["means"]])
    return table(["REASON", "WHO MUST ACT", "MEANS"], rows, style)
