"""Commands of the spec, read against the records: what they mean for the release under way, and which reach nothing.

Contradictions: `abort` wins over `promote` of the same release; `pause` holds what is approved until it is taken away. A command
that did what it says is not ignored: it may stay in the spec. `promote` waives the approval and a canary's pauses, never a check:
where an analysis came to no result the ways out are `retry` and `abort`. `retry` has the step measured anew; where a check that
is made once has no result, the release is given up and rolled out once more, since a new release has checks of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from testgen_operator.rollout import analysis
from testgen_operator.rollout.history import PROMOTED, REJECTED, Standing, find, is_of, latest, window, wins
from testgen_operator.rollout.model import Commands, Outcome, Position, Record, Seen

GONE: Final = "ReleaseGone"
NONE: Final = Commands()
IGNORED: Final = "CommandIgnored"


@dataclass(frozen=True)
class Orders:
    """What the commands mean now. `wanted`: the template that is to serve. `quick`: it is returned to without checks.

    The flags mean the release under way; `skip` is the number of the canary step whose pause is over, -1 for none.
    """

    wanted: str
    rollback: bool = False
    quick: bool = False
    promote: bool = False
    abort: bool = False
    pause: bool = False
    retry: bool = False
    skip: int = -1
    ignored: dict[str, str] = field(default_factory=dict)


def gone(name: str) -> str:
    return f"{GONE}: there is no release {name}; `kubectl testgen rollout history` lists those that there are"


def no(text: str) -> str:
    return f"{IGNORED}: {text}"


def read(seen: Seen, records: Sequence[Record], serving: Standing | None) -> Orders:
    """`serving`: the release that serves, or would after a return."""
    commands = seen.commands
    if commands == NONE:
        return Orders(seen.target)
    newest = records[-1] if records else None
    current = newest.name if newest is not None and newest.outcome is None else ""
    returns = serving is not None
    step, _, number = commands.skip.partition("/")
    ignored = {
        "promote": _promote(seen, records, current),
        "abort": _abort(records, commands.abort, current, returns)
        or _no_way_back(seen, records, serving, current)
        or (no("nothing runs now: it is given up when the project is resumed") if _rests(seen, current) else ""),
        "retry": _retry(seen, records, current),
        "pause": _simple(records, commands.pause, current),
        "skip": _skip(records, step, number, current),
    }
    orders = Orders(
        seen.target,
        promote=bool(current) and commands.promote == current and commands.abort != current,
        abort=bool(current) and commands.abort == current and returns,
        pause=bool(current) and commands.pause == current,
        retry=bool(current) and commands.retry == current,
        skip=int(number) if current and step == current and _is_number(number) else -1,
    )
    orders, ignored["rollback"] = _rollback(orders, seen, records, serving)
    return replace(orders, ignored={name: text for name, text in ignored.items() if text})


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 4


def _promote(seen: Seen, records: Sequence[Record], current: str) -> str:
    name = seen.commands.promote
    record = find(records, name)
    if not name or (record is not None and record.outcome in PROMOTED):
        return ""
    if record is None:
        return gone(name)
    if name != current:
        return no(f"{name} has ended ({_end(record)}); `retry` rolls its template out again")
    return no("abort of the same release wins") if seen.commands.abort == name else ""


def _abort(records: Sequence[Record], name: str, current: str, returns: bool) -> str:
    record = find(records, name)
    if not name or (record is not None and record.outcome in (Outcome.ABORTED, Outcome.ROLLED_BACK, Outcome.SUPERSEDED)):
        return ""
    if record is None:
        return gone(name)
    if name != current:
        return no(f"{name} has ended ({_end(record)}); `rollback` returns from it")
    return "" if returns else no(f"{name} is the first release: there is none to return to")


def _rests(seen: Seen, current: str) -> bool:
    return seen.suspended and bool(current) and seen.commands.abort == current


def _has_no_result(seen: Seen, position: Position) -> bool:
    return analysis.is_inconclusive(seen.policy, position) or analysis.is_undecided(seen.policy, position, seen.checks)


def _no_way_back(seen: Seen, records: Sequence[Record], serving: Standing | None, current: str) -> str:
    """In place there is nothing beside it that could serve instead."""
    position = records[-1].position if records else None
    in_place = serving is not None and position is not None and position.colour == serving.colour
    if not current or seen.commands.abort != current or not seen.no_way_back or not in_place:
        return ""
    return no(f"what served before {current} would be rendered as {current} is: put another version into the spec")


def _retry(seen: Seen, records: Sequence[Record], current: str) -> str:
    name = seen.commands.retry
    record = find(records, name)
    position = record.position if record is not None else None
    if position is not None and position.retried and (name != current or _has_no_result(seen, position)):
        return no(f"it has been used for {name} already: take it away, then set it again")
    if record is not None and name == current:
        return ""
    if not name:
        return ""
    if record is None:
        return gone(name)
    newer = latest(records, record.template)
    if newer is not None and newer.name != name:
        return ""
    if record.outcome in REJECTED:
        return (
            "" if record.template == seen.target or seen.commands.rollback_to else no("the spec asks for another version by now")
        )
    return no(f"{name} ended as {_end(record)}: there is nothing to retry")


def _simple(records: Sequence[Record], name: str, current: str) -> str:
    if not name or name == current:
        return ""
    record = find(records, name)
    return gone(name) if record is None else no(f"{name} has ended ({_end(record)})")


def _skip(records: Sequence[Record], name: str, number: str, current: str) -> str:
    if not name and not number:
        return ""
    record = find(records, name)
    if record is None:
        return gone(name)
    if not _is_number(number):
        return no("skip is written <release>/<number of the step>")
    return "" if name == current or record.outcome in PROMOTED else no(f"{name} has ended ({_end(record)})")


def _end(record: Record) -> str:
    return str(record.outcome) if record.outcome else "superseded"


def _rollback(orders: Orders, seen: Seen, records: Sequence[Record], serving: Standing | None) -> tuple[Orders, str]:
    """In force while the spec is that of `rollback_from`, whose record may be gone: a new Secret does not bring it back."""
    to, origin = seen.commands.rollback_to, seen.commands.rollback_from
    if not to or not origin:
        return orders, no("a rollback needs both `to` and `from`") if to or origin else ""
    left = find(records, origin)
    unchanged = left.template == seen.target or origin in seen.of_spec if left else is_of(origin, seen.target)
    if not unchanged:
        return orders, gone(origin) if left is None else no("the spec asks for another version by now")
    record = find(records, to)
    if record is None:
        return orders, gone(to)
    if record.template == seen.target:
        return orders, no(f"{to} is of the same template as {origin}")
    if not wins(record):
        return orders, no(f"{to} never served, or was given up")
    if serving is not None and seen.altered.get(record.template) == serving.template != record.template:
        return orders, no(f"this operator renders {to} as what serves: to have it as it was, put its version into the spec")
    quick = any(one.template == record.template for one in window(records, serving, seen.policy.rollback_window))
    quick = quick and record.template not in seen.altered  # nobody has tried it as it would be now
    return replace(orders, wanted=record.template, rollback=True, quick=quick), ""
