"""Every `Seen` has an answer, also one that no cluster shows; and what no answer may do, whatever is seen."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from testgen_operator.rollout.machine import decide
from testgen_operator.rollout.model import (
    COLOURS,
    CanaryStep,
    ColourSeen,
    Commands,
    Outcome,
    Policy,
    Position,
    Record,
    Result,
    Seen,
    Step,
    Strategy,
    Tally,
    Verdict,
)

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TEMPLATES = st.sampled_from(("", "a", "b", "c"))
NAMES = st.sampled_from(("", "a", "a-2", "b", "b-2", "c", "gone"))
COUNTS = st.integers(-1, 4)
SECONDS = st.integers(0, 600)
MOMENTS = st.datetimes(datetime(2026, 11, 21, 10), datetime(2026, 11, 21, 14), timezones=st.sampled_from((UTC, None)))
POSITIONS = st.builds(
    Position,
    step=st.sampled_from(Step),
    since=MOMENTS,
    colour=st.sampled_from(COLOURS),
    number=COUNTS,
    tally=st.builds(Tally, COUNTS, COUNTS, COUNTS, NAMES),
    outcome=st.none() | st.sampled_from(Outcome),
    reason=st.sampled_from(("", "Aborted", "Superseded", "ActiveUnavailableBypass")),
    served=st.booleans(),
    fast=st.booleans(),
    held=st.sampled_from(("", "Suspended", "Resuming", "Paused", "SecretMissing")),
    pods=COUNTS,
)
RECORDS = st.lists(
    st.builds(Record, name=NAMES, template=TEMPLATES, sequence=st.integers(0, 5), previous=NAMES, position=st.none() | POSITIONS),
    max_size=4,
    unique_by=lambda one: one.name,
).map(tuple)
POLICIES = st.builds(
    Policy,
    strategy=st.sampled_from(Strategy),
    preview_replicas=st.none() | st.integers(1, 5),
    bake_seconds=SECONDS,
    steps=st.lists(st.builds(CanaryStep, st.integers(1, 99), st.none() | SECONDS), max_size=3).map(tuple),
    rollback_window=st.integers(0, 3),
    history_limit=st.integers(0, 3),
)
COLOURS_SEEN = st.builds(
    ColourSeen,
    TEMPLATES,
    st.booleans(),
    st.integers(0, 4),
    st.booleans(),
    st.integers(0, 4),
    st.sampled_from((0.0, 5.0, 60.0, math.inf)),
    st.sampled_from(("", "CrashLoopBackOff")),
    st.just(""),
    st.booleans(),
)
SKIPS = st.sampled_from(("", "a", "a/1", "a/x", "/", "b/²"))
SEEN = st.builds(
    Seen,
    target=TEMPLATES,
    policy=POLICIES,
    commands=st.builds(Commands, NAMES, NAMES, NAMES, NAMES, SKIPS, NAMES, NAMES),
    records=RECORDS,
    colours=st.dictionaries(st.sampled_from(COLOURS), COLOURS_SEEN),
    serving=st.none() | st.sampled_from(COLOURS),
    serving_release=NAMES,
    endpoints_settled=st.booleans(),
    backup=st.sampled_from(Result),
    migration=st.sampled_from(Result),
    smoke=st.sampled_from(Result),
    measured=st.none() | st.sampled_from(Verdict),
    measured_id=NAMES,
    measured_message=st.sampled_from(("", "success: 99 %", "PrometheusUnreachable: it does not answer")),
    checks=st.sampled_from(Result),
    altered=st.dictionaries(TEMPLATES, TEMPLATES, max_size=2),
    of_spec=st.frozensets(NAMES, max_size=2),
    no_way_back=st.booleans(),
    suspended=st.booleans(),
    at_rest=st.booleans(),
    blocked_back=st.sampled_from(("", "SecretMissing")),
    blocked=st.sampled_from(("", "SecretMissing")),
)


@settings(max_examples=1000, deadline=None, derandomize=True)
@given(SEEN)
def test_every_observation_has_an_answer_that_keeps_what_serves(seen: Seen) -> None:
    found = decide(seen, NOW)

    there = seen.colours.get(seen.serving, ColourSeen()) if seen.serving else ColourSeen()
    if seen.serving and seen.serving != found.serve:
        assert seen.colours.get(found.serve, ColourSeen()).ready > 0 or there.ready == 0
    if seen.serving and there.exists and there.template:
        assert seen.serving in found.slots
    assert found.start is None or found.start.name not in {one.name for one in seen.records}
    assert found.wake_seconds is None or found.wake_seconds > 0
    assert not set(found.expired) & {seen.serving_release, found.serve_release, *found.positions}


@settings(max_examples=200, deadline=None, derandomize=True)
@given(SEEN)
def test_the_same_observation_has_the_same_answer(seen: Seen) -> None:
    assert decide(seen, NOW) == decide(seen, NOW)
