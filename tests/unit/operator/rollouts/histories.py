"""Random histories of a project: releases of every quality, commands, faults, a killed operator, clocks that jump; then peace."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import timedelta
from typing import Final

from tests.unit.operator.rollouts.world import Broken, Quality, World, is_over

from testgen_operator.rollout.history import is_rejected
from testgen_operator.rollout.model import COLOURS, CanaryStep, Commands, Outcome, Policy, Strategy

EVENTS: Final = 36
"""Random events of one history."""
PEACE: Final = 60
"""Passes without a fault in which everything has to end."""
FIELDS: Final = ("promote", "abort", "retry", "pause")


def play(seed: int, events: int = EVENTS) -> World:
    """One history; Broken with its story where a promise did not hold."""
    rng = random.Random(seed)
    world = World(_policy(rng), qualities={"app-0": Quality.GOOD})
    world.pace, world.check_ticks = rng.choice((1, 2, 9, 9)), rng.choice((1, 1, 2))
    try:
        if rng.random() < 0.2:
            _from_before_records(world, rng)
        for target in ("app-0", "app-6", "app-7")[: rng.randint(0, 3)]:
            _promoted(world, rng, target)
        for _ in range(events):
            _event(world, rng)
            world.tick(rng.choice((0, 1, 5, 31, 120, 400)))
            world.act(rng, kill=rng.random() < 0.15)
        _peace(world, rng)
    except Broken as broken:
        raise Broken(f"seed {seed}: {broken}\n{world.policy}\n" + "\n".join(world.story[-25:])) from broken
    return world


def _policy(rng: random.Random) -> Policy:
    strategy = rng.choice((Strategy.BLUE_GREEN, Strategy.BLUE_GREEN, Strategy.CANARY, Strategy.ROLLING))
    steps = (CanaryStep(10, 60), CanaryStep(50, rng.choice((None, 0, 300)))) if strategy is Strategy.CANARY else ()
    return Policy(
        strategy,
        preview_replicas=rng.choice((None, None, 1)),
        smoke=rng.random() < 0.8,
        analysis=rng.random() < 0.8,
        measurements=rng.choice((1, 3)),
        failure_limit=rng.choice((0, 2)),
        inconclusive_limit=rng.choice((0, 3)),
        bake_seconds=rng.choice((0, 300)),
        auto_promote=rng.random() < 0.7,
        steps=steps,
        rollback_window=rng.choice((0, 1, 2)),
        history_limit=rng.choice((1, 3, 10)),
        backup_before_upgrade=rng.random() < 0.3,
        by_pods=strategy is Strategy.CANARY and rng.random() < 0.3,
    )


def _from_before_records(world: World, rng: random.Random) -> None:
    world.act(rng)
    for _ in range(8):
        world.tick(5)
        world.act(rng)
    world.records.clear()
    world.serving_release = ""
    world.story.append("a project from before the records")


def _promoted(world: World, rng: random.Random, target: str) -> None:
    """A good release that comes to its end in peace: something to return to."""
    world.target = target
    for _ in range(PEACE):
        world.tick(31)
        newest = world.newest()
        held = newest is not None and newest.outcome is None
        world.commands = Commands(promote=newest.name if newest and held else "")
        world.act(rng)
    world.commands = Commands()
    world.story.append(f"{target} was promoted")


def _event(world: World, rng: random.Random) -> None:
    chance = rng.random()
    if chance < 0.50:
        return
    if chance < 0.62:
        _new_target(world, rng)
    elif chance < 0.78:
        _command(world, rng)
    elif chance < 0.83:
        world.scale = rng.randint(1, 5)
        world.story.append(f"scale {world.scale}")
    else:
        _fault(world, rng)


def _new_target(world: World, rng: random.Random) -> None:
    world.target = f"app-{rng.randint(0, 5)}"
    if world.target not in world.qualities:
        world.qualities[world.target] = rng.choice((Quality.GOOD, *Quality)) if rng.random() < 0.7 else Quality.GOOD
    world.story.append(f"target {world.target}, {world.quality(world.target)}")


def _command(world: World, rng: random.Random) -> None:
    names = [*world.records, "app-9-7"]
    newest = world.newest()
    name = newest.name if newest and rng.random() < 0.6 else rng.choice(names)
    match rng.randrange(9):
        case 0 | 1 | 2 | 3 as index:
            world.commands = replace(world.commands, **{FIELDS[index]: name})
        case 4:
            world.commands = replace(world.commands, skip=f"{name}/{rng.randint(0, 2)}")
        case 5 | 6:
            world.commands = replace(world.commands, **_rollback(world, rng, names, name))
        case 7:
            world.commands = Commands()
        case _:
            world.commands = replace(world.commands, pause="", abort="")
    world.story.append(f"{world.commands}")


def _rollback(world: World, rng: random.Random, names: list[str], name: str) -> dict[str, str]:
    """Any to any, or, more often, what somebody would ask for."""
    left = world.records.get(world.serving_release)
    served = [one for one in world.records.values() if one.position is not None and one.position.served]
    others = [one.name for one in served if left is not None and one.template != left.template]
    if left is None or not others or rng.random() < 0.3:
        return {"rollback_to": rng.choice(names), "rollback_from": name}
    world.target = left.template  # what serves is what the spec asks for
    return {"rollback_to": rng.choice(others), "rollback_from": left.name}


def _fault(world: World, rng: random.Random) -> None:
    kind = rng.randrange(12)
    if kind == 0 and world.records:
        lost = rng.choice(list(world.records))
        world.records[lost] = replace(world.records[lost], position=None)
        world.adopted.discard(lost)
        world.lost.add(lost)
        world.story.append(f"lost the status of {lost}")
    elif kind == 1:
        world.now += timedelta(seconds=rng.choice((-7200, -300, 3600)))
        world.story.append("the clock jumped")
    elif kind == 2 and world.deployments:
        colour = rng.choice(list(world.deployments))
        world.deployments[colour].pods.clear()
        world.deployments[colour].unready_for = rng.choice((3.0, math.inf))
        world.story.append(f"{colour} has no ready pod")
    elif kind == 3:
        world.suspended = not world.suspended
        world.story.append(f"suspended {world.suspended}")
    elif kind == 4:
        world.blocked = "" if world.blocked else "SecretMissing"
        world.blocked_back = world.blocked if world.now.second % 2 else ""
        world.story.append(f"blocked {world.blocked}, a rollback {world.blocked_back}")
    elif kind == 5 and rng.random() < 0.3:
        world.serving, world.serving_release = None, ""
        world.story.append("the active Service was deleted")
    elif kind == 6 and world.deployments and rng.random() < 0.3:
        world.deployments.pop(rng.choice(list(world.deployments)))
        world.story.append("a colour was deleted")
    elif kind == 7 and rng.random() < 0.3:
        world.policy = replace(world.policy, strategy=rng.choice(tuple(Strategy)))
        world.story.append(f"strategy {world.policy.strategy}")
    elif kind == 8 and world.records and rng.random() < 0.3:
        gone = rng.choice(list(world.records))
        if world.records[gone].outcome is not None and gone != world.serving_release:
            world.records.pop(gone)
            world.story.append(f"the record {gone} was deleted")
    elif kind == 9 and world.policy.steps and rng.random() < 0.2:
        world.policy = replace(world.policy, steps=world.policy.steps[: rng.randint(1, len(world.policy.steps))])
        world.story.append(f"steps {world.policy.steps}")
    elif kind == 9:
        world.blind = not world.blind
        world.story.append(f"blind {world.blind}")
    elif kind == 11:
        world.no_way_back = not world.no_way_back
        world.story.append(f"no way back {world.no_way_back}")
    elif kind == 10 and world.deployments:
        colour = rng.choice(list(world.deployments))
        world.deployments[colour].lose()
        world.story.append(f"{colour} lost a pod")


def _peace(world: World, rng: random.Random) -> None:
    """Nobody disturbs: what is under way ends, and what the spec asks for serves, or it is said why not."""
    world.suspended, world.blocked, world.blocked_back, world.commands, world.blind = False, "", "", Commands(), False
    world.no_way_back = False
    world.story.append("peace")
    decision = world.act(rng)
    for _ in range(PEACE):
        newest = world.newest()
        if newest is not None and newest.outcome is None:
            waits = decision.held in ("AwaitingPromotion", "Paused")
            stuck = decision.held and not waits
            world.commands = Commands(promote=newest.name if waits else "", abort=newest.name if stuck else "")
        world.tick(min(decision.wake_seconds or 31, 400) + 1)
        before, decision = decision, world.act(rng)
        if decision == before and decision.wake_seconds is None and is_over(newest):
            break
    newest = world.newest()
    if newest is not None and newest.outcome is None:
        stands = {colour: world.see().colours[colour] for colour in COLOURS}
        hopeless = newest.previous not in world.records or world.quality(_template(world, newest.previous)) is not Quality.GOOD
        world.expect(hopeless, f"every rollout ends: {newest} {decision} {stands}")
        return
    world.expect(is_over(newest), f"every rollout ends: {newest} {decision}")
    rejected = [one for one in world.records.values() if one.template == world.target and is_rejected(one)]
    serving = world.deployments[world.serving].template if world.serving in world.deployments else ""
    world.expect(serving == world.target or bool(rejected and decision.held), f"what is asked for serves: {serving} {decision}")


def _template(world: World, name: str) -> str:
    return world.records[name].template if name in world.records else ""


def outcomes(worlds: list[World]) -> dict[str, int]:
    """How often each end came, to show that the histories reach all of them."""
    found = dict.fromkeys((str(one) for one in Outcome), 0)
    for world in worlds:
        for record in world.records.values():
            if record.outcome:
                found[str(record.outcome)] += 1
    return found
