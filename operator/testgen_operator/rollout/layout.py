"""What should stand in the cluster for a position: the pods of each colour, what the active Service selects, its checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from testgen_operator.names import Colour
from testgen_operator.rollout import analysis, canary
from testgen_operator.rollout.history import Standing, colour_seen, find, window, wins
from testgen_operator.rollout.model import COLOURS, Decision, Due, Position, Record, Result, Seen, Slot, Step, other
from testgen_operator.rollout.trial import BEFORE_PODS, READY_AGAIN_SECONDS, SUSPENDED, Trial

CHECKS: Final[Mapping[Step, Due]] = {
    Step.BACKING_UP: Due.BACKUP,
    Step.MIGRATING: Due.MIGRATION,
    Step.SMOKING: Due.SMOKE,
    Step.ANALYSING: Due.MEASUREMENT,
    Step.SHIFTING: Due.MEASUREMENT,
    Step.AWAITING: Due.MEASUREMENT,
    Step.BAKING: Due.MEASUREMENT,
}


@dataclass(frozen=True)
class Layout:
    serve: Colour
    serve_release: str
    slots: Mapping[Colour, Slot] = field(default_factory=dict)
    weight: int | None = None


def nothing(seen: Seen) -> Layout:
    """Before the first release: what stands there without one stays as it is."""
    kept = {
        colour: Slot(seen.serving_release, there.template)
        for colour, there in seen.colours.items()
        if there.exists and there.template
    }
    return Layout(seen.serving or COLOURS[0], seen.serving_release, kept)


def of_trial(trial: Trial, position: Position) -> Layout:
    if trial.is_in_place(position):
        return _in_place(trial, position)
    assert trial.base is not None
    return _side_by_side(trial, position, trial.base)


def _in_place(trial: Trial, position: Position) -> Layout:
    colour, record, base = position.colour, trial.record, trial.base
    own = Slot(record.name, record.template)
    if base is None:
        return Layout(colour, record.name, {} if position.step in BEFORE_PODS else {colour: own})
    old = Slot(base.release, base.template)
    if position.step is Step.RETURNING:
        return Layout(colour, base.release, {colour: old})
    stands = old if position.step in BEFORE_PODS else own
    return Layout(colour, record.name if position.served else base.release, {colour: stands})


def _side_by_side(trial: Trial, position: Position, base: Standing) -> Layout:
    """The colour that serves has the project's own scale; the other one stands by at its size where it may have to serve."""
    record, new, old = trial.record, trial.new(position), trial.old()
    full = trial.full_size(position)

    def both(serve: Colour, old_size: int | None, new_size: int | None) -> Layout:
        slots = {
            base.colour: Slot(base.release, base.template, old_size),
            position.colour: Slot(record.name, record.template, new_size),
        }
        return Layout(serve, base.release if serve == base.colour else record.name, slots, canary.weight(trial, position))

    match position.step:
        case Step.BACKING_UP | Step.MIGRATING:
            return Layout(base.colour, base.release, {base.colour: Slot(base.release, base.template)})
        case Step.STARTING | Step.SMOKING | Step.ANALYSING:
            return both(base.colour, None, trial.preview_size(position))
        case Step.SHIFTING | Step.AWAITING:
            grown = full if position.step is Step.SHIFTING or trial.has_weight(position) else trial.preview_size(position)
            return both(base.colour, None, grown)
        case Step.SWITCHING:
            ready = trial.stands(position, full) and not trial.hold and not trial.replaced and not position.held
            if trial.has_moved(position) or ready:
                return both(position.colour, full, full)
            return both(base.colour, None, full)
        case Step.BAKING:
            return both(position.colour, full, None)
    size = max(old.replicas, new.replicas) if position.served else old.replicas
    slots = {base.colour: Slot(base.release, base.template, size or None)}
    if new.exists:
        slots[position.colour] = Slot(record.name, record.template, new.replicas)
    return Layout(base.colour, base.release, slots)


def of_active(seen: Seen, records: Sequence[Record], active: Standing) -> Layout:
    """While no release is under way: the active one, and beside it what still drains or what can be returned to at once."""
    slots = {active.colour: Slot(active.release, active.template)}
    beside = other(active.colour)
    newest = records[-1]
    there = colour_seen(seen, beside)
    loser = find(records, newest.previous if wins(newest) else newest.name)
    if loser is not None and there.exists and there.template == loser.template and loser.name != active.release:
        if newest.position is not None and newest.position.step is Step.DRAINING:
            slots[beside] = Slot(loser.name, loser.template, there.replicas)
        elif loser.template in {one.template for one in window(records, active, seen.policy.rollback_window)}:
            slots[beside] = Slot(loser.name, loser.template, 0)
    return Layout(active.colour, active.release, slots)


def guarded(seen: Seen, layout: Layout) -> Layout:
    """Whatever the records say: the active Service never moves to a colour without a ready pod while the one that it selects has
    some, nor to one whose pods go since the project is suspended; and the colour that it selects keeps its pods."""
    serving = seen.serving or layout.serve  # the active Service may have been deleted
    there = colour_seen(seen, serving)
    if layout.serve != serving and there.ready > 0 and (seen.suspended or colour_seen(seen, layout.serve).ready == 0):
        layout = replace(layout, serve=serving, serve_release=seen.serving_release)
    kept = layout.slots.get(serving)
    if kept is not None and (kept.size is None or kept.size >= there.replicas):
        return layout
    slots = dict(layout.slots)
    if serving not in slots and there.exists and there.template:
        slots[serving] = Slot(seen.serving_release or layout.serve_release, there.template)
    if kept is not None and kept.size is not None and kept.size < there.replicas:
        slots[serving] = replace(kept, size=there.replicas)
    return replace(layout, slots=slots)


def decision(seen: Seen, layout: Layout) -> Decision:
    layout = guarded(seen, layout)
    slots = layout.slots
    if seen.suspended:
        slots = {colour: replace(slot, size=0) for colour, slot in slots.items()}
    weight = None if seen.suspended else layout.weight
    return Decision(layout.serve, layout.serve_release, slots, weight)


def due(trial: Trial, position: Position) -> frozenset[Due]:
    """A check that has begun goes on while the release is held; none begins then."""
    check, seen = CHECKS.get(position.step), trial.seen
    if check is None or trial.hold == SUSPENDED:
        return frozenset()
    if check is Due.MEASUREMENT:
        wanted = not trial.is_first and analysis.is_due(trial.policy, position)
        return frozenset({check}) if wanted else frozenset()
    if check is Due.SMOKE and not trial.needs_smoke(position):
        return frozenset()
    begun = {Due.BACKUP: seen.backup, Due.MIGRATION: seen.migration, Due.SMOKE: seen.smoke}[check] is not Result.ABSENT
    return frozenset({check}) if begun or not trial.hold else frozenset()


def wake(trial: Trial, position: Position) -> float | None:
    """Seconds until time alone changes the decision."""
    policy, gone = trial.policy, trial.elapsed(position)
    waits: list[float] = []
    if due(trial, position) & {Due.MEASUREMENT}:
        waits.append(policy.interval_seconds)
    if not trial.hold:
        match position.step:
            case Step.STARTING | Step.SWITCHING:
                waits += [policy.progress_deadline_seconds - gone, trial.seconds_in_place(position) - gone]
            case Step.BAKING:
                waits.append(policy.bake_seconds - gone)
            case Step.SHIFTING:
                step = canary.step_of(trial, position)
                waits += [step.pause_seconds - gone] if step is not None and step.pause_seconds is not None else []
            case Step.RETURNING:
                waits += [policy.progress_deadline_seconds - gone, trial.seconds_in_place(position) - gone]
    new = trial.new(position)
    if position.step in (Step.SHIFTING, Step.SWITCHING, Step.BAKING) and new.ready == 0:
        waits.append(READY_AGAIN_SECONDS - new.away_seconds)
    if position.held:
        waits.append(policy.progress_deadline_seconds - gone)
    coming = [one for one in waits if one > 0]
    return min(coming) if coming else None
