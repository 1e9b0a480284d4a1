"""What a reason means and what to do about it, from the operator's own table. Pure."""

from __future__ import annotations

import difflib
import re
from typing import Any, Final

from testgen_operator.kubectl.problems import Exit, PluginError
from testgen_operator.kubectl.verdict import DELETING, NOT_AS_TOLD, NOT_LOOKED_AT, NOTHING_ROLLED_OUT, OPERATOR_DOWN
from testgen_operator.kubectl.views.text import Cell, Style, table, wrapped
from testgen_operator.status.events import ADOPTED, RECOVERED, RESUMED
from testgen_operator.status.reasons import BLOCKING, MEANINGS, TYPES, Reason, Type
from testgen_operator.status.runbooks import RUNBOOKS

_OPERATOR: Final = "kubectl -n testgen-system get deployments,pods,leases -l app.kubernetes.io/name=testgen-operator"
_SEES: Final = "By itself, at the next call of the plugin after the operator is back."
OWN: Final[dict[str, dict[str, Any]]] = {
    OPERATOR_DOWN: {
        "means": "No operator renews its Lease, or it has no ready pod: what runs goes on, and nobody follows a new spec",
        "run": _OPERATOR,
        "causes": ["The operator's Deployment is scaled to zero or its pods don't start.", "It can't reach the API server."],
        "steps": ["See its pods and their log.", "Install it again where it is gone: kubectl apply -k gitops/base."],
        "ends": _SEES,
    },
    NOT_LOOKED_AT: {
        "means": "The operator has not looked at the newest spec. For a minute that is usual",
        "run": _OPERATOR,
        "causes": ["The operator is down.", "It serves named namespaces only, and not this one."],
        "steps": ["See that it runs.", "See TESTGEN_OPERATOR_NAMESPACES of its Deployment."],
        "ends": _SEES,
    },
    NOT_AS_TOLD: {
        "means": "The status says that the project serves, and parts or stores of it have no ready pod",
        "run": "kubectl -n <namespace> get pods -l testgen.dev/project=<project>",
        "causes": ["The pods went a moment ago.", "The operator is down, so that nobody has written the status anew."],
        "steps": ["Ask again in a minute.", "If it stays: kubectl -n <namespace> describe pod, and see that the operator runs."],
        "ends": _SEES,
    },
    DELETING: {
        "means": "The project is being deleted; after five minutes the finalizers that hold it are named",
        "steps": ["Ask whoever owns the finalizer to do its work; take it away by hand only if nobody is left to do it."],
    },
    NOTHING_ROLLED_OUT: {"means": "No release of the project is recorded yet"},
    "Pending": {"means": "The release is recorded, and nothing of it has been started yet"},
    "Replaced": {"means": "The release served once; another one serves now"},
    ADOPTED: {"means": "An Event: the project uses the volumes that an earlier one of its name kept (docs/STORES.md)"},
    RECOVERED: {"means": "An Event: what a person had to act for is over"},
    RESUMED: {"means": "An Event: spec.suspend is not set any more, the runtime starts again"},
}
"""What the plugin and Events say that no condition does."""


def entry(word: str) -> dict[str, Any]:
    """A reason or condition type, however it is capitalised. Raises PluginError, which names what is nearest."""
    known: dict[str, str] = {
        **{one.lower(): one for one in OWN},
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
    if found in OWN:
        return {"reason": found, "stalled": found == OPERATOR_DOWN} | OWN[found]
    found = Reason(found)
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
