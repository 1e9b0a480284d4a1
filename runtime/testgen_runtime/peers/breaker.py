"""A circuit breaker as a pure state machine: (state, what happened, now) -> state. No clock, no lock, no I/O.

closed: calls go through; after `failures` failures in a row it opens. open: no call goes through until `rest` seconds are over.
half-open: one call goes through; its success closes the circuit, its failure opens it again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Name = Literal["closed", "open", "half-open"]


@dataclass(frozen=True, slots=True)
class Rule:
    """`failures` in a row (>= 1) open the circuit for `rest` seconds (> 0); a trial is over after `rest`, too."""

    failures: int
    rest: float


@dataclass(frozen=True, slots=True)
class State:
    """`failed`: failures in a row. `until`: the end of the rest, None while closed. `trial`: since when one call is out."""

    failed: int = 0
    until: float | None = None
    trial: float | None = None

    def name(self, now: float) -> Name:
        """As it is called."""
        if self.until is None:
            return "closed"
        return "open" if now < self.until else "half-open"


CLOSED = State()


def admit(state: State, rule: Rule, now: float) -> tuple[State, bool]:
    """(the state after asking, whether a call may go through)."""
    if state.until is None:
        return state, True
    if now < state.until or (state.trial is not None and now < state.trial + rule.rest):
        return state, False
    return replace(state, trial=now), True


def succeeded(state: State, now: float) -> State:
    """A call was answered. While the circuit is open that was sent before, and tells how the peer was: it closes nothing."""
    if state.until is not None and now < state.until:
        return state
    return CLOSED


def failed(state: State, rule: Rule, now: float) -> State:
    """A call failed."""
    count = state.failed + 1
    if state.until is not None and now < state.until:
        return replace(state, failed=count)
    if state.until is not None or count >= rule.failures:
        return State(count, now + rule.rest)
    return State(count)


def abandoned(state: State) -> State:
    """A call was cancelled: it says nothing about the peer, and the trial may be made by another one."""
    return replace(state, trial=None)
