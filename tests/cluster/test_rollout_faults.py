"""The operator killed in the middle of rollouts under traffic, the kubelet restarted (issue 7).

A few rounds of `make soak SOAK=rollout-faults`, always the same, with releases that need no image of their own.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from testgen_operator.rollout.model import Step
from tests.cluster.conftest import an_operator
from tests.cluster.kube import Cluster
from tests.soak.rollout_faults import restart_kubelet
from tests.soak.rollout_rounds import KINDS, Round
from tests.soak.rollout_run import run

SEED = 20261121
ROUNDS = (
    Round(0, KINDS["good"], Step.ANALYSING),
    Round(1, KINDS["rollback"], Step.SWITCHING),
    Round(2, KINDS["aborted"], Step.BAKING, again=1.0),
    Round(3, KINDS["no-image"], Step.STARTING),
)


@pytest.fixture
def local_kubelet() -> None:
    if os.environ.get("CLUSTER") == "existing" or os.environ.get("KIND") == "1":
        pytest.skip("the kubelet of the local cluster only")


async def test_a_killed_operator_ends_each_rollout_as_without_the_kill(
    cluster: Cluster, images: dict[str, str], tmp_path: Path
) -> None:
    async with an_operator(cluster, images, tmp_path) as operator:
        found = await run(cluster, operator, {"shop": ROUNDS}, images={}, seed=SEED, rate=5, tell=_say)

    assert found.faults == []
    assert found.hand.kills == 5
    assert sum(lane.load.requests.failures for lane in found.lanes) == 0


async def test_a_kubelet_that_is_restarted_in_a_rollout_fails_no_request(
    cluster: Cluster, images: dict[str, str], tmp_path: Path, local_kubelet: None
) -> None:
    plan = {"shop": [Round(0, KINDS["good"], Step.STARTING, kubelet=0.5)]}
    async with an_operator(cluster, images, tmp_path) as operator:
        found = await run(cluster, operator, plan, images={}, seed=SEED, rate=5, restart_kubelet=restart_kubelet, tell=_say)

    assert found.faults == []
    assert found.hand.kubelets == 1


def _say(words: str) -> None:
    print(words, file=sys.stderr)
