"""Some of the drawn specs of `make soak SOAK=specs`, with a fixed seed: Ready, or a named reason why not (issue 6)."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.soak import operator_specs


@pytest.mark.asyncio
@pytest.mark.timeout(1800)
async def test_every_drawn_spec_becomes_ready_or_says_by_a_named_reason_why_not(tmp_path: Path) -> None:
    told: list[str] = []
    found = await operator_specs.run(tmp_path / "plane", count=24, seed=6, tell=told.append)
    assert found.faults == [], told
    assert sum(found.reasons.values()) == found.projects
    assert 0 < found.ready < found.projects


@pytest.mark.parametrize(
    ("ready", "stalled", "reconciling", "said"),
    [
        (("False", "SecretNotFound"), ("True", "SecretNotFound"), ("False", "Settled"), True),
        (("False", "Applying"), ("False", "NothingBlocks"), ("True", "Applying"), False),
        (("False", "StoresStarting"), ("False", "NothingBlocks"), ("False", "Settled"), False),
        (("False", "Surprise"), ("True", "Surprise"), ("False", "Settled"), False),
        (("False", "Suspended"), ("False", "NothingBlocks"), ("False", "Settled"), True),
    ],
)
def test_what_counts_as_said(ready: tuple[str, str], stalled: tuple[str, str], reconciling: tuple[str, str], said: bool) -> None:
    given = {"Ready": ready, "Stalled": stalled, "Reconciling": reconciling}
    conditions = {name: {"type": name, "status": one[0], "reason": one[1], "message": "words"} for name, one in given.items()}
    assert (operator_specs.unsaid(conditions) == "") is said
