"""validate and diff: what a file says, before anybody applies it."""

from __future__ import annotations

import dataclasses
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from testgen_operator import names
from testgen_operator.cluster import optional
from testgen_operator.cluster.client import Object
from testgen_operator.errors import ApiError
from testgen_operator.kubectl import manifests
from testgen_operator.kubectl.console import Console
from testgen_operator.kubectl.future import Future, future
from testgen_operator.kubectl.manifests import LARGEST, Checked
from testgen_operator.kubectl.problems import Exit, PluginError
from testgen_operator.kubectl.session import Session
from testgen_operator.kubectl.views import diff as view
from testgen_operator.kubectl.views.text import plain
from testgen_operator.plan.facts import secret_names
from testgen_operator.plan.images import Images
from testgen_operator.plan.model import ObjectKey
from testgen_operator.resources.problems import InvalidProject, Problem
from testgen_operator.resources.project import TestGenProject, changed, parse


def read(path: str) -> bytes:
    """A file, or standard input for `-`; at most a byte more than is allowed. Raises PluginError."""
    try:
        if path == "-":
            return sys.stdin.buffer.read(LARGEST + 1)
        with Path(path).open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as problem:
        raise PluginError(f"can't read {path}: {problem.strerror}", code=Exit.NOT_FOUND) from None


def validate(args: Namespace, console: Console) -> Exit:
    """Needs no cluster. Exit.NO when a project in one of the files is not valid."""
    found = [(path, one) for path in args.files for one in manifests.check(read(path), args.namespace or "")]
    ours = [(path, one) for path, one in found if one.is_ours]
    valid = all(not one.problems for _, one in ours) and bool(ours)
    if args.output != "table":
        console.value({"valid": valid, "documents": [_shown(path, one) for path, one in found]}, args.output)
        return Exit.OK if valid else Exit.NO
    for path, one in found:
        head = f"{path}: {one.name or f'document {one.number}'}"
        if not one.is_ours:
            console.line(f"{head}: {plain(one.kind)}: not looked at, it is no {names.KIND}")
        elif not one.problems:
            console.line(f"{head}: valid")
        for problem in one.problems:
            console.line(f"{head}: {plain(problem)}")
        for warning in one.warnings:
            console.line(f"{head}: warning: {plain(warning)}")
    if not ours:
        console.note(f"There is no {names.KIND} in it.")
    return Exit.OK if valid else Exit.NO


def _told(problems: Sequence[Problem]) -> list[dict[str, str]]:
    return [{"field": one.field, "message": one.message} for one in problems]


def _shown(path: str, one: Checked) -> dict[str, Any]:
    looked_at: dict[str, Any] = {"skipped": True}
    if one.is_ours:
        looked_at = {"valid": not one.problems, "problems": _told(one.problems), "warnings": _told(one.warnings)}
    return {"file": path, "document": one.number, "kind": one.kind, "name": one.name} | looked_at


async def diff(session: Session, args: Namespace, console: Console, now: datetime) -> Exit:
    checked = [one for path in args.files for one in manifests.check(read(path), session.namespace) if one.is_ours]
    wrong = [f"{one.name or f'document {one.number}'}: {problem}" for one in checked for problem in one.problems]
    if wrong:
        raise PluginError(
            "the file is not valid: " + "; ".join(wrong),
            hint="kubectl testgen validate says no more; mend it first.",
            code=Exit.NO,
        )
    if not checked:
        raise PluginError(f"there is no {names.KIND} in the file", code=Exit.NOT_FOUND)
    images = await _images(session, args.operator_namespace)
    found: dict[str, view.Difference] = {}
    for one in checked:
        found[f"{one.namespace}/{one.name}"] = await _difference(session, one, images)
    if args.output == "table":
        for title, difference in found.items():
            console.lines(view.lines(difference, title, console.style))
    else:
        console.value({title: view.as_dict(difference) for title, difference in found.items()}, args.output)
    if session.unseen:
        console.note(f"Not taken into account, because you may not read it: {', '.join(dict.fromkeys(session.unseen))}.")
    return Exit.OK if all(one.is_empty() for one in found.values()) else Exit.NO


async def _images(session: Session, namespace: str) -> Images:
    """The images that the operator gives to projects, from its Deployment; the built-in ones where it can't be read. Both sides
    of the difference use the same, so this decides only what is shown."""
    key = ObjectKey("apps/v1", "Deployment", namespace, names.OPERATOR)
    unseen = len(session.unseen)
    deployment = await session.get_if_allowed(key, "deployments.apps")
    del session.unseen[unseen:]
    containers = (deployment or {}).get("spec", {}).get("template", {}).get("spec", {}).get("containers") or [{}]
    env = {str(one.get("name")): str(one.get("value") or "") for one in containers[0].get("env") or ()}
    chosen = {field.name: env.get(f"RELATED_IMAGE_{field.name.upper()}", "") for field in dataclasses.fields(Images)}
    return Images(**{part: image for part, image in chosen.items() if image})


async def _difference(session: Session, one: Checked, images: Images) -> view.Difference:
    assert one.object is not None
    key = ObjectKey(names.API_VERSION, names.KIND, one.namespace, one.name)
    live = await session.client.get(key)
    new = parse(_as_live(one.object, live))
    children = await session.children(live or one.object)
    absent = await _absent(session, new)
    served = [(kind.api_version, kind.kind) for kind in await optional.served(session.client)]
    before: Future | None = None
    old: TestGenProject | None = None
    notes: list[str] = []
    if live is not None:
        try:
            old = parse(live)
            before = future(old, children, images, frozenset(), served)
        except InvalidProject:
            notes.append("The spec in the cluster is not valid, so nothing can be told apart: everything is shown as new.")
    found = view.difference(old, new, before, future(new, children, images, frozenset(absent), served))
    found.warnings += [*notes, *map(str, one.warnings)]
    drawn = {name.partition("/")[2].partition(" ")[0] for name in found.created if name.startswith("Secret/")}
    for name in sorted(set(absent) - drawn):
        found.warnings.append(f"Secret {name} does not exist in {one.namespace}: the project would wait for it.")
    await _ask_server(session, one.object, live, found)
    if not found.refused and old is not None:  # who may not ask the server is told by the same table
        found.refused = "; ".join(map(str, changed(old.spec, new.spec)))
    return found


async def _absent(session: Session, project: TestGenProject) -> Sequence[str]:
    """The Secrets of a project that are known not to exist; those that may not be looked at count as there."""
    return [name for name in secret_names(project) if await session.secret_exists(project.namespace, name) is False]


def _as_live(written: Mapping[str, Any], live: Object | None) -> Object:
    """The written spec under the live object's identity."""
    metadata = dict(written["metadata"])
    if live is not None:
        metadata |= {key: live["metadata"][key] for key in ("uid", "resourceVersion", "generation")}
        metadata["generation"] = int(metadata["generation"]) + 1
    return {"apiVersion": names.API_VERSION, "kind": names.KIND, "metadata": metadata, "spec": written["spec"]}


async def _ask_server(session: Session, written: Mapping[str, Any], live: Object | None, found: view.Difference) -> None:
    """The API server knows what the file alone does not tell: fields that may not change, policies. It keeps nothing."""
    body = _as_live(written, live)
    if live is not None:
        body["metadata"] = {**live["metadata"], "labels": written["metadata"].get("labels") or {}}
    try:
        await session.would_accept(body)
    except ApiError as problem:
        if problem.status == 403 and "cannot" in problem.message:
            session.unseen.append("the API server's own judgement (needs update on testgenprojects)")
        elif problem.status in (400, 403, 409, 422):
            found.refused = problem.message
        else:
            raise
