"""What the records tell: which release is active, which can be returned to fast, names of new ones, which may be forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from testgen_operator.names import Colour
from testgen_operator.rollout.model import COLOURS, ColourSeen, Commands, Outcome, Position, Record, Seen, Step, Strategy, other
from testgen_operator.rollout.moment import is_future

PROMOTED: Final = frozenset({Outcome.PROMOTED, Outcome.FAST_PROMOTED})
REJECTED: Final = frozenset({Outcome.ABORTED, Outcome.ROLLED_BACK})
SUPERSEDED: Final = "Superseded"


@dataclass(frozen=True)
class Standing:
    """A release that has the traffic, or had it when the one under way began."""

    release: str
    template: str
    colour: Colour


def colour_seen(seen: Seen, colour: Colour) -> ColourSeen:
    return seen.colours.get(colour, ColourSeen())


def ordered(records: Iterable[Record]) -> tuple[Record, ...]:
    return tuple(sorted(records, key=lambda one: (one.sequence, one.name)))


def find(records: Sequence[Record], name: str) -> Record | None:
    return next((one for one in records if one.name == name), None)


def is_of(name: str, template: str) -> bool:
    """Whether a release's name says that it is of the template, for one whose record is gone."""
    number = name.removeprefix(f"{template}-")
    return bool(template) and (name == template or (number != name and number.isdigit() and len(number) < 5))


def wins(record: Record) -> bool:
    """Whether a release that ended has the traffic. One that was superseded in its bake keeps it."""
    position = record.position
    return position is not None and (position.outcome in PROMOTED or (position.outcome is Outcome.SUPERSEDED and position.served))


def standing(seen: Seen, records: Sequence[Record], name: str) -> Standing | None:
    """The release of that name as one that serves; where its record is gone, by the pods. None where none of it is left."""
    record = find(records, name)
    if record is not None and record.position is not None:
        return Standing(name, record.template, record.position.colour)
    newest = records[-1] if records else None
    begins = newest is not None and newest.position is None  # it has done nothing yet: what serves is what served before it
    colour = seen.serving if name == seen.serving_release or begins else None
    if colour is None and newest is not None and newest.position is not None:
        colour = other(newest.position.colour)
    template = colour_seen(seen, colour).template if colour else ""
    if not name or colour is None or not template or (newest is not None and template == newest.template):
        return None
    return Standing(name, template, colour)


def active(seen: Seen, records: Sequence[Record]) -> Standing | None:
    """The release that has the traffic while none is under way; None before the first one."""
    if not records:
        return None
    newest = records[-1]
    if wins(newest):
        return standing(seen, records, newest.name)
    return standing(seen, records, newest.previous)


def settled(seen: Seen, records: Sequence[Record], now: datetime) -> tuple[Record, ...]:
    """The records with a position each but perhaps the newest: lost ones found again, moments of the future made the present.

    An earlier release without an end (the operator was killed as it wrote) was superseded; one that lost its status
    counts as that too, so that nothing unproven is taken for promoted.
    """
    found: list[Record] = []
    for index, record in enumerate(records):
        position = record.position
        if position is not None and is_future(position.since, now):
            position = replace(position, since=now)
        if index + 1 < len(records):
            if position is None:
                position = _lost(seen, records, record, now)
            elif position.outcome is None:
                position = replace(position, step=Step.DONE, outcome=Outcome.SUPERSEDED, reason=SUPERSEDED, ended=now, held="")
            elif position.step is not Step.DONE:
                position = replace(position, step=Step.DONE)
        found.append(record if position is record.position else replace(record, position=position))
    return tuple(found)


def _lost(seen: Seen, records: Sequence[Record], record: Record, now: datetime) -> Position:
    newest = records[-1]
    served = record.name in (seen.serving_release, newest.previous)
    return Position(
        Step.DONE, now, place(seen, record, newest), outcome=Outcome.SUPERSEDED, reason=SUPERSEDED, served=served, ended=now
    )


def place(seen: Seen, record: Record, newest: Record) -> Colour:
    """The colour of an earlier release whose status was lost."""
    if seen.serving is not None and record.name == seen.serving_release:
        return seen.serving
    for colour in COLOURS:
        if record.template and colour_seen(seen, colour).template == record.template:
            return colour
    in_place = (newest.strategy or seen.policy.strategy) is Strategy.ROLLING
    if newest.position is None:
        serving = seen.serving or COLOURS[0]
        took_over = newest.name == seen.serving_release and not in_place
        return other(serving) if took_over else serving
    beside = other(newest.position.colour)
    return beside if colour_seen(seen, beside).exists or not in_place else newest.position.colour


def window(records: Sequence[Record], serving: Standing | None, size: int) -> tuple[Record, ...]:
    """The last promoted releases of other templates than the one that serves, newest first, one a template."""
    found: dict[str, Record] = {}
    for record in reversed(records):
        if record.outcome in PROMOTED and (serving is None or record.template != serving.template):
            found.setdefault(record.template, record)
    return tuple(found.values())[: max(0, size)]


def latest(records: Sequence[Record], template: str) -> Record | None:
    """The newest release of the template."""
    return next((one for one in reversed(records) if one.template == template), None)


def is_rejected(record: Record) -> bool:
    """It was given up for a fault of its own or by a person: it does not start again by itself."""
    position = record.position
    return position is not None and position.outcome in REJECTED and position.reason != SUPERSEDED


def mentioned(commands: Commands) -> frozenset[str]:
    names = {commands.promote, commands.abort, commands.retry, commands.pause, commands.skip.partition("/")[0]}
    return frozenset(names | {commands.rollback_to, commands.rollback_from}) - {""}


def new_name(records: Sequence[Record], template: str, commands: Commands) -> str:
    """The template's name for its first release, with a number for later ones. Never one that a command names already: an old
    command must not reach a new release."""
    taken = {one.name for one in records} | mentioned(commands)
    if template not in taken and latest(records, template) is None:
        return template
    numbers = [
        int(one.name.removeprefix(f"{template}-")) for one in records if one.name != template and is_of(one.name, template)
    ]
    number = max([1, *numbers]) + 1
    while f"{template}-{number}" in taken:
        number += 1
    return f"{template}-{number}"


def expired(seen: Seen, records: Sequence[Record], serving: Standing | None, wanted: str) -> tuple[str, ...]:
    """Ended releases beyond the history's limit, oldest first; never one that serves, is in the window or is named,
    nor the last of the wanted template: that it failed must not be forgotten."""
    if not records:
        return ()
    ended = [one for one in records if one.outcome is not None]
    beyond = ended[: max(0, len(ended) - max(1, seen.policy.history_limit))]
    if not beyond:
        return ()
    kept = {records[-1].name, records[-1].previous, seen.serving_release, *mentioned(seen.commands)}
    kept |= {one.name for one in window(records, serving, seen.policy.rollback_window)}
    kept |= {serving.release} if serving else set()
    kept |= {one.name for one in (latest(records, wanted), latest(records, seen.target)) if one}
    return tuple(one.name for one in beyond if one.name not in kept)
