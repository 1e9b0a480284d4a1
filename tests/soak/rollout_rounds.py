"""What the soak of rollouts rolls out, where it kills, and what has to be so afterwards. Pure: what is seen comes from outside.

A round is one change of a project's spec and its rollout to the end. The outcome of each kind is the one that the same release
has when nothing is killed; the soak begins with such a round of each.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from testgen_operator.rollout.model import Step

Json = Mapping[str, Any]

GOOD: Final = "good"
"""Stands for the next of the good images."""
ORDER: Final = tuple(Step)
PROVEN: Final = frozenset({Step.SHIFTING, Step.AWAITING, Step.SWITCHING, Step.BAKING})
"""Steps that a release reaches only after its smoke test and its analysis."""
WITHOUT_CHECKS: Final = "FastPromoted"
PROMOTED: Final = frozenset({"Promoted", WITHOUT_CHECKS})
BAKE_SECONDS: Final = 8


@dataclass(frozen=True)
class Kind:
    """One kind of release. `outcome` and `reasons`: of its last record; `reasons` empty means the outcome's own name.

    `image`: GOOD, one of the broken ones, or a reference as it is. `rollout`: what the spec asks for besides. `steps`: where it
    is worth killing. `records`: how many it makes, `first` is the outcome of the one before the last.
    """

    name: str
    outcome: str
    steps: tuple[Step, ...]
    image: str = GOOD
    rollout: Json = field(default_factory=dict)
    reasons: frozenset[str] = frozenset()
    records: int = 1
    first: str = ""

    @property
    def promoted(self) -> bool:
        return self.outcome in PROMOTED

    @property
    def derived(self) -> str:
        """The image that has to be made for it; empty: none but the runtime's own."""
        return "" if self.image == GOOD or "/" in self.image else self.image


NOWHERE: Final = "127.0.0.1:1/nowhere/runtime:missing"
GOLDEN: Final = {"analysis": {"golden": {"configMap": "golden", "timeoutSeconds": 240}}}
ROLLING: Final = {
    "strategy": "RollingUpdate",
    "scaleDownDelaySeconds": None,
    "smoke": {"enabled": True, "timeoutSeconds": 240},
    "analysis": {"enabled": True},
}
"""With a smoke test and an analysis: tried on a pod beside what serves, then in place."""
ROLLING_GOLDEN: Final = {**ROLLING, "analysis": {"enabled": True, **GOLDEN["analysis"]}}
UNTIL_ABORTED: Final = {"bakeSeconds": 120}
"""A person's word has to reach the release before the bake is over, however busy the machine is."""
_BROKEN_PODS: Final = frozenset({"PreviewNotReady", "CrashLooping", "ContainerCrashing"})

KINDS: Final[Mapping[str, Kind]] = {
    one.name: one
    for one in (
        Kind(
            "good", "Promoted",
            (Step.MIGRATING, Step.STARTING, Step.SMOKING, Step.ANALYSING, Step.SWITCHING, Step.BAKING, Step.DRAINING),
        ),
        Kind("golden-set", "Promoted", (Step.ANALYSING, Step.SWITCHING), rollout=GOLDEN),
        Kind("backup", "Promoted", (Step.BACKING_UP, Step.BACKING_UP, Step.MIGRATING), rollout={"backupBeforeUpgrade": True}),
        Kind("approved", "Promoted", (Step.AWAITING, Step.SWITCHING), rollout={"autoPromote": False}),
        Kind(
            "canary", "Promoted", (Step.SHIFTING, Step.SHIFTING, Step.SWITCHING),
            rollout={"strategy": "Canary", "steps": [{"weight": 50, "pauseSeconds": 4}]},
        ),
        Kind(
            "rolling", "Promoted",
            (Step.STARTING, Step.SMOKING, Step.ANALYSING, Step.SWITCHING, Step.SWITCHING, Step.BAKING), rollout=ROLLING,
        ),
        Kind("rolling-worse", "Aborted", (Step.ANALYSING,), "worse", ROLLING_GOLDEN, frozenset({"GoldenSetWorse"})),
        Kind("rollback", WITHOUT_CHECKS, (Step.STARTING, Step.SWITCHING, Step.DRAINING)),
        Kind("crash", "Aborted", (Step.STARTING, Step.STARTING), image="crash", reasons=_BROKEN_PODS),
        Kind("no-image", "Aborted", (Step.MIGRATING, Step.STARTING), image=NOWHERE, reasons=frozenset({"ImagePullFailed"})),
        Kind("worse", "Aborted", (Step.ANALYSING, Step.ANALYSING), "worse", GOLDEN, frozenset({"GoldenSetWorse"})),
        Kind("aborted", "RolledBack", (Step.BAKING, Step.RETURNING, Step.DRAINING), GOOD, UNTIL_ABORTED, frozenset({"Aborted"})),
        Kind(
            "slow-later", "RolledBack", (Step.BAKING, Step.RETURNING, Step.RETURNING), "slow-later",
            {"bakeSeconds": 120, "analysis": {"failureLimit": 0, "latencyP95Milliseconds": 2500}}, frozenset({"AnalysisFailed"}),
        ),
        Kind("retried", "Aborted", (Step.STARTING,), NOWHERE, {}, frozenset({"ImagePullFailed"}), records=2, first="Aborted"),
        Kind("superseded", "Promoted", (Step.STARTING, Step.SMOKING), records=2, first="Superseded"),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Round:
    """`delay`: seconds between the sight of the step and the kill. `again`: seconds from the operator's new start to its second
    kill, None where there is none. `kubelet`: seconds from the kill to the kubelet's restart, None where it is left alone."""

    number: int
    kind: Kind
    step: Step | None = None
    delay: float = 0.0
    again: float | None = None
    kubelet: float | None = None

    @property
    def words(self) -> str:
        kills = f"killed at {self.step} + {self.delay:.1f} s" if self.step else "nothing killed"
        kills += f", again {self.again:.1f} s after its start" if self.again is not None else ""
        return kills + (f", the kubelet {self.kubelet:.1f} s later" if self.kubelet is not None else "")


def rounds(count: int, kubelets: int, seed: int, kinds: Sequence[Kind], lanes: int = 1) -> list[list[Round]]:
    """So many rounds with a kill, dealt out to projects: every pair of kind and step in turn, in an order drawn by chance."""
    chance = random.Random(seed)
    found: list[tuple[Kind, Step]] = []
    while len(found) < count:
        pairs = [(kind, step) for kind in kinds for step in kind.steps]
        chance.shuffle(pairs)
        found += pairs
    restarted = set(chance.sample(range(count), min(kubelets, count)))
    numbers = iter(range(count))
    return [
        [
            Round(
                number := next(numbers),
                kind,
                step,
                delay=chance.choice((0.0, 0.0, chance.uniform(0, 3))),
                again=chance.uniform(0.5, 6) if chance.random() < 0.3 else None,
                kubelet=chance.uniform(0, 4) if number in restarted else None,
            )
            for kind, step in followed(found[:count][lane::lanes])
        ]
        for lane in range(lanes)
    ]


def followed(pairs: Sequence[tuple[Kind, Step]]) -> list[tuple[Kind, Step]]:
    """Each rollback after a release that was promoted, which it goes back from; one that finds none stays where it is."""
    rest = [one for one in pairs if one[0].name != "rollback"]
    backs = [one for one in pairs if one[0].name == "rollback"]
    found: list[tuple[Kind, Step]] = []
    for one in rest:
        found.append(one)
        if backs and one[0].promoted:
            found.append(backs.pop())
    return found + backs


def is_reached(step: str, wanted: Step) -> bool:
    """Whether a release is at the step, or past it where it was too short to be seen."""
    return bool(step) and ORDER.index(Step(step)) >= ORDER.index(wanted)


# What was seen, judged


def outcome_faults(kind: Kind, records: Sequence[Json]) -> list[str]:
    """What is wrong with the records that a round made, the oldest first."""
    ends = [str((one.get("status") or {}).get("outcome")) for one in records]
    wanted = [*([kind.first] if kind.first else []), kind.outcome]
    if ends != wanted:
        return [f"the outcomes are {', '.join(ends) or 'none'}; without a kill {', '.join(wanted)}"]
    reason = str(records[-1]["status"].get("reason"))
    allowed = kind.reasons or {kind.outcome}
    return [] if reason in allowed else [f"the reason is {reason}; without a kill {' or '.join(sorted(allowed))}"]


def proof_faults(record: Json, history: Sequence[Json], smoked: Mapping[str, str], *, golden: bool) -> list[str]:
    """What is missing of the proof that a release passed its checks before anybody was led to it.

    `history`: each status that the record had, in order. `smoked`: how each smoke Job of the release ended, by name.
    """
    name, status = record["metadata"]["name"], record.get("status") or {}
    if status.get("outcome") != "Promoted" or not record["spec"].get("previous"):
        return []
    beyond = next((one for one in history if one.get("step") in set(PROVEN)), None)
    if beyond is None:
        return [f"{name} was promoted and never seen past its analysis"]
    found = []
    if status.get("fast") or any(one.get("fast") for one in history):
        found.append(f"{name} was promoted and went without checks")
    verdicts = {one["name"]: one["verdict"] for one in beyond.get("analysis") or ()}
    if not verdicts or set(verdicts.values()) != {"Successful"}:
        found.append(f"{name} was led to with the analysis {verdicts or 'missing'}")
    if golden and not any(one.startswith("golden.") for one in verdicts):
        found.append(f"{name} was led to without its golden set: {sorted(verdicts)}")
    if "Complete" not in smoked.values() or "Failed" in smoked.values():
        found.append(f"{name} was promoted with the smoke test {dict(smoked) or 'missing'}")
    return found


def way_faults(record: Json, history: Sequence[Json]) -> list[str]:
    """Whether a record took a way that no rollout takes: its outcome changed, or it served and then began anew."""
    name, found = record["metadata"]["name"], []
    ends = [one["outcome"] for one in history if one.get("outcome")]
    if len(set(ends)) > 1:
        found.append(f"{name} ended as {' and then '.join(dict.fromkeys(ends))}")
    served = False
    for one in history:
        served = served or bool(one.get("served"))
        if served and one.get("step") in (Step.BACKING_UP, Step.MIGRATING, Step.STARTING):
            found.append(f"{name} served and then was at {one['step']}")
            break
    return found
