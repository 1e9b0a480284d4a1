"""A project whose first release serves, and what a test makes of it; the operator is never killed here."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import replace

from tests.unit.operator.rollouts.world import Quality, World

from testgen_operator.rollout.model import Commands, Decision, Policy, Position, Record, Step, Strategy

BLUE_GREEN = Policy(Strategy.BLUE_GREEN)
LONG = 80
"""Passes in which every story here has come to its end."""


class Story:
    """`decision`: the last one that was carried out."""

    def __init__(self, policy: Policy = BLUE_GREEN, scale: int = 3) -> None:
        self.world = World(policy, scale=scale)
        self.rng = random.Random(7)
        self.steps: list[Step] = []
        self.decision = self.look()
        self.until(lambda: self.position.step is Step.DONE)

    def look(self, seconds: float = 5) -> Decision:
        self.world.tick(seconds)
        self.decision = self.world.act(self.rng)
        newest = self.world.newest()
        if newest is not None and newest.position is not None and self.steps[-1:] != [newest.position.step]:
            self.steps.append(newest.position.step)
        return self.decision

    def until(self, condition: Callable[[], bool], seconds: float = 5) -> Decision:
        for _ in range(LONG):
            if condition():
                return self.decision
            self.look(seconds)
        raise AssertionError(f"not in {LONG} passes: {self.record} {self.decision}")

    def release(self, template: str, quality: Quality = Quality.GOOD) -> Record:
        """The spec asks for another template."""
        self.world.target, self.world.qualities[template] = template, quality
        self.steps.clear()
        self.until(lambda: self.record.template == template and self.record.position is not None)
        return self.record

    def reach(self, step: Step) -> Decision:
        return self.until(lambda: self.position.step is step)

    def end(self, seconds: float = 31) -> Record:
        self.until(lambda: self.position.step is Step.DONE, seconds)
        return self.record

    def command(self, **fields: str) -> None:
        self.world.commands = replace(self.world.commands, **fields)

    def quiet(self) -> None:
        self.world.commands = Commands()

    @property
    def record(self) -> Record:
        newest = self.world.newest()
        assert newest is not None
        return newest

    @property
    def position(self) -> Position:
        position = self.record.position
        assert position is not None
        return position

    @property
    def serving(self) -> str:
        """The template behind the active Service."""
        serving = self.world.serving
        return self.world.deployments[serving].template if serving in self.world.deployments else ""


def at_position(records: Iterable[Record], position: Position) -> tuple[Record, ...]:
    """The records, the newest at another place."""
    *before, newest = records
    return (*before, replace(newest, position=position))
