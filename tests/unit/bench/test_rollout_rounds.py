"""What the soak of rollouts draws, and what it takes for a fault (issue 7: the operator killed in 50 rollouts)."""

from __future__ import annotations

from typing import Any

import pytest
from tests.soak.rollout_rounds import KINDS, followed, is_reached, outcome_faults, proof_faults, rounds, way_faults

from testgen_operator.rollout.model import Step

GOOD = {"name": "success rate", "verdict": "Successful"}
BAD = {"name": "success rate", "verdict": "Failed"}


def record(outcome: str, reason: str = "", *, previous: str = "shop-0", **status: Any) -> dict[str, Any]:
    found = {"outcome": outcome, "reason": reason or outcome, **status}
    return {"metadata": {"name": "shop-1"}, "spec": {"previous": previous}, "status": found}


def walked(*figures: dict[str, str]) -> list[dict[str, Any]]:
    return [{"step": "Smoking"}, {"step": "Analysing"}, {"step": "Switching", "analysis": list(figures)}, {"step": "Baking"}]


@pytest.mark.parametrize("seed", range(20))
def test_fifty_rounds_kill_at_every_step_that_a_rollout_has(seed: int) -> None:
    lanes = rounds(50, 10, seed, list(KINDS.values()), lanes=3)
    found = [one for lane in lanes for one in lane]

    assert [len(lane) for lane in lanes] == [17, 17, 16]
    assert [one.number for one in found] == list(range(50))
    assert {one.step for one in found} == set(Step) - {Step.DONE}
    assert sum(one.kubelet is not None for one in found) == 10
    assert {one.kind.name for one in found} == set(KINDS)


def test_the_same_seed_draws_the_same_rounds() -> None:
    kinds = list(KINDS.values())

    assert rounds(50, 10, 7, kinds) == rounds(50, 10, 7, kinds)
    assert rounds(50, 10, 7, kinds) != rounds(50, 10, 8, kinds)


def test_a_rollback_comes_after_a_release_that_was_promoted() -> None:
    back, crash, good = KINDS["rollback"], KINDS["crash"], KINDS["good"]

    found = followed([(back, Step.STARTING), (crash, Step.STARTING), (good, Step.BAKING)])

    assert [kind.name for kind, _ in found] == ["crash", "good", "rollback"]


def test_a_step_that_was_too_short_to_be_seen_counts_as_reached() -> None:
    assert is_reached("Baking", Step.SWITCHING)
    assert not is_reached("Analysing", Step.SWITCHING)
    assert not is_reached("", Step.BACKING_UP)


@pytest.mark.parametrize(
    ("kind", "records", "fault"),
    [
        ("good", [record("Promoted")], ""),
        ("good", [record("Aborted", "PreviewNotReady")], "the outcomes are Aborted"),
        ("good", [record("Promoted"), record("Promoted")], "the outcomes are Promoted, Promoted"),
        ("good", [], "the outcomes are none"),
        ("no-image", [record("Aborted", "ImagePullFailed")], ""),
        ("no-image", [record("Aborted", "AnalysisFailed")], "the reason is AnalysisFailed"),
        ("aborted", [record("RolledBack", "Aborted")], ""),
        ("superseded", [record("Superseded"), record("Promoted")], ""),
        ("superseded", [record("Promoted"), record("Promoted")], "the outcomes are Promoted, Promoted"),
        ("rollback", [record("Promoted")], "the outcomes are Promoted"),
    ],
)
def test_an_outcome_that_is_not_the_one_without_a_kill_is_a_fault(kind: str, records: list[dict[str, Any]], fault: str) -> None:
    found = outcome_faults(KINDS[kind], records)

    assert found == [] if not fault else found[0].startswith(fault)


@pytest.mark.parametrize(
    ("history", "smoked", "fault"),
    [
        (walked(GOOD), {"a": "Complete"}, ""),
        (walked(), {"a": "Complete"}, "with the analysis missing"),
        (walked(GOOD, BAD | {"name": "latency"}), {"a": "Complete"}, "with the analysis"),
        (walked(GOOD), {}, "with the smoke test missing"),
        (walked(GOOD), {"a": "Running"}, "with the smoke test"),
        ([{"step": "Starting"}, {"step": "Done"}], {"a": "Complete"}, "never seen past its analysis"),
        ([{"step": "Starting", "fast": True}, *walked(GOOD)], {"a": "Complete"}, "went without checks"),
    ],
)
def test_a_promotion_without_its_proof_is_a_fault(history: list[dict[str, Any]], smoked: dict[str, str], fault: str) -> None:
    found = proof_faults(record("Promoted"), history, smoked, golden=False)

    assert found == [] if not fault else fault in found[0]


def test_figures_that_came_after_the_switch_are_no_proof() -> None:
    late: list[dict[str, Any]] = [{"step": "Analysing"}, {"step": "Switching"}, {"step": "Baking", "analysis": [GOOD]}]

    assert proof_faults(record("Promoted"), late, {"a": "Complete"}, golden=False)


def test_a_golden_set_that_was_asked_for_is_part_of_the_proof() -> None:
    assert proof_faults(record("Promoted"), walked(GOOD), {"a": "Complete"}, golden=True)


def test_the_first_release_and_one_that_was_given_up_need_no_proof() -> None:
    assert proof_faults(record("Promoted", previous=""), [], {}, golden=False) == []
    assert proof_faults(record("Aborted"), [], {}, golden=False) == []


def test_a_record_that_ends_twice_or_begins_anew_is_a_fault() -> None:
    twice: list[dict[str, Any]] = [{"step": "Draining", "outcome": "Aborted"}, {"step": "Done", "outcome": "Promoted"}]
    anew: list[dict[str, Any]] = [{"step": "Baking", "served": True}, {"step": "Starting"}]

    assert way_faults(record("Promoted"), twice) == ["shop-1 ended as Aborted and then Promoted"]
    assert way_faults(record("Promoted"), anew) == ["shop-1 served and then was at Starting"]
    assert way_faults(record("Promoted"), walked(GOOD)) == []
