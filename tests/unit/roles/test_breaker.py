"""The circuit breaker: a pure state machine, by table and by property."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from testgen_runtime.peers.breaker import CLOSED, Rule, State, abandoned, admit, failed, succeeded

RULE = Rule(failures=3, rest=5.0)
EVENTS = st.lists(st.tuples(st.sampled_from(["ask", "succeeded", "failed", "abandoned"]), st.floats(0, 20)), max_size=60)


def open_at(now: float) -> State:
    state = CLOSED
    for _ in range(RULE.failures):
        state = failed(state, RULE, now)
    return state


def test_failures_in_a_row_open_it_and_a_success_between_them_does_not() -> None:
    state = failed(failed(CLOSED, RULE, 0), RULE, 0)
    assert state.name(0) == "closed"
    assert failed(succeeded(state, 0), RULE, 0).name(0) == "closed"
    assert failed(state, RULE, 0).name(0) == "open"


def test_open_lets_nothing_through_until_its_rest_is_over() -> None:
    state = open_at(10.0)
    assert admit(state, RULE, 14.9)[1] is False
    assert admit(state, RULE, 15.0)[1] is True


def test_half_open_lets_one_call_through() -> None:
    state, first = admit(open_at(0.0), RULE, 5.0)
    state, second = admit(state, RULE, 5.1)
    assert (first, second) == (True, False)


def test_the_trial_decides() -> None:
    trial, _ = admit(open_at(0.0), RULE, 5.0)
    assert succeeded(trial, 5.1) == CLOSED
    again = failed(trial, RULE, 5.1)
    assert again.name(5.2) == "open"
    assert admit(again, RULE, 10.0)[1] is False
    assert admit(again, RULE, 10.1)[1] is True


def test_a_trial_that_was_abandoned_leaves_room_for_another() -> None:
    trial, _ = admit(open_at(0.0), RULE, 5.0)
    assert admit(abandoned(trial), RULE, 5.1)[1] is True


def test_a_trial_of_which_nothing_is_heard_does_not_close_the_way_for_ever() -> None:
    trial, _ = admit(open_at(0.0), RULE, 5.0)
    assert admit(trial, RULE, 9.9)[1] is False
    assert admit(trial, RULE, 10.0)[1] is True


def test_an_answer_to_a_call_of_before_does_not_close_an_open_circuit() -> None:
    state = open_at(0.0)
    assert succeeded(state, 1.0) == state


@given(EVENTS)
def test_while_open_nothing_is_admitted_and_it_never_opens_below_the_rule(events: list[tuple[str, float]]) -> None:
    state, now, in_a_row = CLOSED, 0.0, 0
    for kind, seconds in events:
        now += seconds
        before = state.name(now)
        if kind == "ask":
            state, admitted = admit(state, RULE, now)
            assert admitted is (before != "open") or before == "half-open"
            assert admitted or before != "closed"
        elif kind == "succeeded":
            state = succeeded(state, now)
            in_a_row = 0 if before != "open" else in_a_row
            assert (state == CLOSED) is (before != "open")
        elif kind == "failed":
            state = failed(state, RULE, now)
            in_a_row += 1
            assert (state.name(now) == "open") is (before != "closed" or in_a_row >= RULE.failures)
        else:
            state = abandoned(state)
        assert state.failed >= 0


@given(EVENTS)
def test_it_always_recovers_once_the_peer_answers_again(events: list[tuple[str, float]]) -> None:
    state, now = CLOSED, 0.0
    for kind, seconds in events:
        now += seconds
        if kind == "ask":
            state, _ = admit(state, RULE, now)
        elif kind == "succeeded":
            state = succeeded(state, now)
        elif kind == "failed":
            state = failed(state, RULE, now)
    now += 2 * RULE.rest
    state, admitted = admit(state, RULE, now)
    assert admitted
    assert succeeded(state, now + 0.1) == CLOSED
