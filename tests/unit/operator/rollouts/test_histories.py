"""What holds in every history of a project: the promises are named in `world.py` where each is looked at.

The active Service keeps a ready pod if one was there · the colour that it selects is never removed or scaled down · nothing is
promoted without its smoke check and a passed analysis, nor while nothing can be measured · nothing is tried before its pods
stand · a switch loses no pod, a share grows when its pods stand · what is rolled back has no traffic left · fast is only a
rollback or a dead active colour · an abort leaves the old colour at its size · unknown commands are ignored aloud · nothing is
decided twice · one is under way · every rollout ends.
"""

from __future__ import annotations

import pytest
from tests.unit.operator.rollouts.histories import outcomes, play

HISTORIES = 2000
"""`make soak SOAK=rollout` plays 100,000 others."""
BATCH = 500


@pytest.mark.parametrize("first", range(0, HISTORIES, BATCH))
def test_no_history_breaks_a_promise(first: int) -> None:  # S2-003, S2-117, S2-119, S2-121
    worlds = [play(seed) for seed in range(first, first + BATCH)]

    assert all(outcomes(worlds).values()), "the histories reach every end"


@pytest.mark.parametrize("seed", [51995])
def test_a_history_that_broke_a_promise_once_keeps_it(seed: int) -> None:
    """51995: suspended between the switch of the Service and the record of it, the project's traffic went back to no pod."""
    play(seed)
