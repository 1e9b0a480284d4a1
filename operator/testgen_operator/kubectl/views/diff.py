"""What a change of a spec would do: objects made, changed and removed, pods restarted, data touched. Pure.

Both specs are planned to their end by the operator's own code, against the same live objects; the difference of the two ends is
what the change does.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from testgen_operator import redaction
from testgen_operator.kubectl.future import Future
from testgen_operator.kubectl.views.text import Style, plain, wrapped
from testgen_operator.plan.model import ObjectKey
from testgen_operator.resources import quantity
from testgen_operator.resources.project import TestGenProject

Json = Mapping[str, Any]
_HASHED: Final = re.compile(r"-[0-9a-f]{10}$")
_UNSAID: Final = frozenset({"testgen.dev/applied-hash"})
MOST_FIELDS: Final = 60


@dataclass(frozen=True)
class Change:
    """One field: its path, and both values as they may be shown."""

    path: str
    before: Any
    after: Any


@dataclass
class Difference:
    """Everything that a change would do. Names are `Kind/name`."""

    spec: list[Change] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    changed: dict[str, list[Change]] = field(default_factory=dict)
    replaced: dict[str, list[Change]] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    restarts: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    refused: str = ""

    def is_empty(self) -> bool:
        return not (self.spec or self.created or self.changed or self.replaced or self.removed or self.refused)


def difference(old: TestGenProject | None, new: TestGenProject, before: Future | None, after: Future) -> Difference:
    """From the spec in the cluster (None: there is no such project) to the one in the file."""
    found = Difference()
    raw = {} if old is None else old.spec.model_dump(mode="json", by_alias=True, exclude_none=True)
    found.spec = list(changes(raw, new.spec.model_dump(mode="json", by_alias=True, exclude_none=True), "spec"))
    was: Mapping[ObjectKey, Json] = before.wanted if before else {}
    here = before.left if before else frozenset()
    pairs = _renamed(was, after.wanted)
    for key, one in sorted(after.wanted.items()):
        name = f"{key.kind}/{key.name}"
        if key in was:
            if fields := list(changes(was[key], one)):
                found.changed[name] = fields
                found.restarts += _restarts(key, was[key], one)
                found.data += _volume(key, was[key], one)
        elif key in pairs:
            found.replaced[f"{key.kind}/{pairs[key].name} → {key.name}"] = list(changes(was[pairs[key]], one))
        elif key not in here:
            found.created.append(name)
            found.restarts += _starts(key, one)
    gone = set(was) - set(after.wanted) - set(pairs.values())
    for key in sorted(gone):
        if key.kind == "Job":
            continue
        (found.kept if key in after.left else found.removed).append(f"{key.kind}/{key.name}")
        found.restarts += [] if key in after.left else _stops(key, was[key])
    found.created += [
        f"Secret/{name} (drawn by the operator)" for name in sorted(after.secrets - (before.secrets if before else set()))
    ]
    found.data += list(_data(old, new, found, before, after))
    if not after.settled or (before and not before.settled):
        found.warnings.append("The plan did not come to rest within 30 rounds: this may not be all.")
    return found


def _renamed(was: Mapping[ObjectKey, Json], now: Mapping[ObjectKey, Json]) -> dict[ObjectKey, ObjectKey]:
    """New objects whose names differ from an old one's only in the hash at their end: the same thing with other content."""
    old = {(key.kind, _HASHED.sub("", key.name)): key for key in was if key not in now and _HASHED.search(key.name)}
    found = {}
    for key in now:
        if key not in was and _HASHED.search(key.name) and (key.kind, _HASHED.sub("", key.name)) in old:
            found[key] = old[key.kind, _HASHED.sub("", key.name)]
    return found


def changes(before: Any, after: Any, path: str = "") -> Iterator[Change]:
    """The fields in which two values differ, secrets taken out."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in [*before, *(key for key in after if key not in before)]:
            if key not in _UNSAID:
                below = f"{path}.{key}" if path else str(key)
                yield from changes(before.get(key), after.get(key), below)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _items(before, after, path)
    elif isinstance(before, str) and isinstance(after, str) and "\n" in before + after:
        yield from _lines(before, after, path)
    elif before != after:
        yield Change(path, shown(path, before), shown(path, after))


def _items(before: list[Any], after: list[Any], path: str) -> Iterator[Change]:
    if all(isinstance(one, Mapping) and "name" in one for one in before + after):
        old, new = ({str(one["name"]): one for one in items} for items in (before, after))
        for name in dict.fromkeys([*old, *new]):
            yield from changes(old.get(name), new.get(name), f"{path}[{name}]")
    elif len(before) == len(after):
        for i, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from changes(one, other, f"{path}[{i}]")
    else:
        yield Change(path, shown(path, before), shown(path, after))


def _lines(before: str, after: str, path: str) -> Iterator[Change]:
    """Texts line by line; a line that only changed its value is one change, any other a removal or an addition."""
    old, new = before.splitlines(), after.splitlines()
    for tag, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        more = {_name_of(line): line.strip() for line in new[k:m]}
        for line in old[i:j]:
            other = more.pop(_name_of(line), None)
            yield Change(path, shown(path, line.strip()), shown(path, other))
        for line in more.values():
            yield Change(path, None, shown(path, line))


def _name_of(line: str) -> str:
    """What a line of a configuration is about: its key with its depth, or the whole line."""
    return line.partition(":")[0] if ":" in line else line


def shown(path: str, value: Any) -> Any:
    """A value fit to be printed."""
    last = re.split(r"[.\[\]]+", path.rstrip("]"))[-1]
    cleaned = redaction.obj({last: value})[last] if not isinstance(value, str) or last != "value" else redaction.text(value)
    named = re.search(r"\[([^\]]+)\]\.value$", path)
    return redaction.variable(named[1], value) if named and isinstance(value, str) else cleaned


def _restarts(key: ObjectKey, before: Json, after: Json) -> Iterator[str]:
    if key.kind not in {"Deployment", "StatefulSet"}:
        return
    old, new = before["spec"], after["spec"]
    was, will = int(old.get("replicas", 1)), int(new.get("replicas", 1))
    if old.get("template") != new.get("template") and was and will:
        one_by_one = "one after another" if key.kind == "StatefulSet" else "new ones first" if _surges(new) else "old ones first"
        many = _pods(min(was, will)) if "replicas" in new else "every pod"
        yield f"{key.kind}/{key.name}: {many} restart{'' if many.endswith('pods') else 's'}, {one_by_one}"
    if was != will and "replicas" in old and "replicas" in new:
        yield f"{key.kind}/{key.name}: from {_pods(was)} to {will}"


def _surges(spec: Json) -> bool:
    strategy = spec.get("strategy") or {}
    return strategy.get("type") != "Recreate" and str((strategy.get("rollingUpdate") or {}).get("maxSurge", "25%")) not in (
        "0",
        "0%",
    )


def _starts(key: ObjectKey, one: Json) -> Iterator[str]:
    if key.kind in {"Deployment", "StatefulSet"} and int(one["spec"].get("replicas", 1)):
        yield f"{key.kind}/{key.name}: {_pods(int(one['spec'].get('replicas', 1)))} started"


def _stops(key: ObjectKey, one: Json) -> Iterator[str]:
    if key.kind in {"Deployment", "StatefulSet"} and int(one["spec"].get("replicas", 1)):
        yield f"{key.kind}/{key.name}: {_pods(int(one['spec'].get('replicas', 1)))} ended"


def _pods(count: int) -> str:
    return f"{count} pod{'' if count == 1 else 's'}"


def _volume(key: ObjectKey, before: Json, after: Json) -> Iterator[str]:
    if key.kind != "PersistentVolumeClaim":
        return
    old, new = (one["spec"].get("resources", {}).get("requests", {}).get("storage") for one in (before, after))
    if old != new and old and new:
        grows = quantity.is_quantity(old) and quantity.is_quantity(new) and quantity.parse(new) > quantity.parse(old)
        yield f"Volume {key.name} {'grows' if grows else 'would shrink, which is refused'}: {old} → {new}"


def _data(
    old: TestGenProject | None, new: TestGenProject, found: Difference, before: Future | None, after: Future
) -> Iterator[str]:
    for name in found.removed:
        kind, _, called = name.partition("/")
        if kind == "PersistentVolumeClaim":
            yield f"Volume {called} and everything on it is DELETED"
        elif kind == "Secret":
            yield f"Secret {called} is DELETED"
    ended = [name.partition("/")[2] for name in found.removed if name.startswith("StatefulSet/")]
    for key in sorted(after.left):
        if key.kind == "PersistentVolumeClaim" and any(key.name.startswith(f"{one}-") for one in ended):
            yield f"Volume {key.name} stays with its data; nothing uses it then"
    for name in found.created:
        if name.startswith("PersistentVolumeClaim/"):
            yield f"Volume {name.partition('/')[2]} is made, empty"
    jobs = [key.name for key in after.wanted if key.kind == "Job"]
    if jobs and old is not None and set(jobs) - {key.name for key in (before.wanted if before else ()) if key.kind == "Job"}:
        yield "The database is migrated before new pods start; the old pods serve until then"
    if old is None:
        return
    stores, wanted = old.spec.stores, new.spec.stores
    if stores.deletion_policy != wanted.deletion_policy:
        kept = "deleted with it" if wanted.deletion_policy == "Delete" else "kept"
        yield f"From then on, when the project is deleted its volumes and passwords are {kept}"
    for store, role in (("qdrant", "search index"), ("neo4j", "graph")):
        was, will = getattr(stores, store).type, getattr(wanted, store).type
        if was != will and will != "Disabled":
            yield f"The {role} is filled anew from PostgreSQL ({store}: {was} → {will})"
    if stores.postgres.type != wanted.postgres.type:
        yield f"The database would be another one ({stores.postgres.type} → {wanted.postgres.type}): its data is not moved"
    if getattr(stores, "rotate_credentials", None) != getattr(wanted, "rotate_credentials", None):
        yield "New passwords are drawn for the stores that the operator runs"
    if not old.spec.suspend and new.spec.suspend:
        yield "The endpoint answers nothing while suspended; all data stays"


# As text


def as_dict(found: Difference) -> dict[str, Any]:
    def listed(items: Sequence[Change]) -> list[dict[str, Any]]:
        return [{"path": one.path, "before": one.before, "after": one.after} for one in items]

    return {
        "spec": listed(found.spec),
        "created": found.created,
        "changed": {name: listed(fields) for name, fields in found.changed.items()},
        "replaced": {name: listed(fields) for name, fields in found.replaced.items()},
        "removed": found.removed,
        "kept": found.kept,
        "pods": found.restarts,
        "data": found.data,
        "warnings": found.warnings,
        "refused": found.refused,
    }


def lines(found: Difference, title: str, style: Style) -> list[str]:
    if found.is_empty():
        return [f"{title}: no change"]
    shown_ = [style.paint(title, "bold")]
    if found.refused:
        shown_ += wrapped(found.refused, style, "    ", style.paint("  The API server would refuse it: ", "red"))
    for warning in found.warnings:
        shown_ += wrapped(warning, style, "    ", "  ! ")
    shown_ += _part("Spec", _fields(found.spec, style), style)
    shown_ += _part("Pods", [f"    {plain(one)}" for one in found.restarts] or ["    none restarts"], style)
    shown_ += _part("Data", [f"    {plain(one)}" for one in found.data] or ["    untouched"], style)
    shown_ += _part("Made", [style.paint(f"  + {plain(one)}", "green") for one in found.created], style)
    changed: list[str] = []
    for name, fields in {**found.changed, **found.replaced}.items():
        changed += [style.paint(f"  ~ {plain(name)}", "yellow"), *_fields(fields, style, "      ")]
    shown_ += _part("Changed", changed, style)
    shown_ += _part("Removed", [style.paint(f"  - {plain(one)}", "red") for one in found.removed], style)
    shown_ += _part("Kept although no longer used", [f"    {plain(one)}" for one in found.kept], style)
    return shown_


def _part(title: str, body: list[str], style: Style) -> list[str]:
    return ["", style.paint(f"  {title}", "bold"), *body] if body else []


def _fields(fields: Sequence[Change], style: Style, indent: str = "    ") -> list[str]:
    found = []
    for one in fields[:MOST_FIELDS]:
        if one.before is None:
            text = style.paint(f"+ {_brief(one.after)}", "green")
        elif one.after is None:
            text = style.paint(f"- {_brief(one.before)}", "red")
        else:
            text = f"{style.paint(_brief(one.before), 'red')} → {style.paint(_brief(one.after), 'green')}"
        found.append(f"{indent}{plain(one.path)}: {text}")
    if len(fields) > MOST_FIELDS:
        found.append(f"{indent}… and {len(fields) - MOST_FIELDS} more (-o yaml shows all)")
    return found


def _brief(value: Any) -> str:
    text = plain(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
