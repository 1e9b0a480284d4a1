"""suspend, resume, rotate: each patches one field of the spec, so what they do can also be read, reviewed and done in Git."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from testgen_operator.cluster.client import Object
from testgen_operator.errors import ApiError
from testgen_operator.kubectl.console import Console
from testgen_operator.kubectl.problems import Exit
from testgen_operator.kubectl.session import Session
from testgen_operator.kubectl.views import parts

GIT_MANAGERS: Final = {
    "argocd.argoproj.io/tracking-id": "Argo CD",
    "argocd.argoproj.io/instance": "Argo CD",
    "kustomize.toolkit.fluxcd.io/name": "Flux",
    "helm.toolkit.fluxcd.io/name": "Flux",
}


def managed_by(project: Object) -> str:
    """The tool that keeps the project as Git has it, and will undo a change made here; empty when none is known."""
    metadata = project["metadata"]
    marks = {**(metadata.get("labels") or {}), **(metadata.get("annotations") or {})}
    return next((tool for mark, tool in GIT_MANAGERS.items() if mark in marks), "")


async def suspend(session: Session, args: Namespace, console: Console, now: datetime) -> Exit:
    return await _set_suspend(session, args, console, True)


async def resume(session: Session, args: Namespace, console: Console, now: datetime) -> Exit:
    return await _set_suspend(session, args, console, False)


async def _set_suspend(session: Session, args: Namespace, console: Console, wanted: bool) -> Exit:
    project = await session.project(args.name)
    name, where = parts.name(project), session.namespace
    spec = {"suspend": wanted}
    changes = bool((project.get("spec") or {}).get("suspend", False)) is not wanted
    if not changes:
        words = [f"{where}/{name} {'is suspended already' if wanted else 'is not suspended'}: nothing to do"]
    elif wanted:
        words = [
            f"{where}/{name} suspended: its pods end, all data stays.",
            f"Back with: kubectl testgen resume {name} -n {where}",
        ]
    else:
        words = [f"{where}/{name} resumed. See it come back with: kubectl testgen status {name} -n {where}"]
    now_is = await patch_spec(session, project, spec, console) if changes else project
    _tell(console, args, now_is, spec, changes, words)
    return Exit.OK


async def rotate(session: Session, args: Namespace, console: Console, now: datetime) -> Exit:
    project = await session.project(args.name)
    token = args.token or now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    name, where = parts.name(project), session.namespace
    stores = (project.get("spec") or {}).get("stores") or {}
    spec = {"stores": {"rotateCredentials": token}}
    changes = stores.get("rotateCredentials") != token
    words = (
        f"{where}/{name}: the operator draws new passwords for the stores that it runs ({token}); External stores are left "
        f"alone. See: kubectl testgen status {name} -n {where}"
        if changes
        else f"{where}/{name} was told to rotate with {token} already: nothing to do (another --token rotates again)"
    )
    now_is = await patch_spec(session, project, spec, console) if changes else project
    _tell(console, args, now_is, spec, changes, [words])
    return Exit.OK


def change_made(project: Object, spec: dict[str, Any], changed: bool) -> dict[str, Any]:
    """For `-o json` and `-o yaml`: what the spec says now, whether this command made it so, and in which version of the object.
    The operator has seen it once status.observedGeneration has reached `generation`."""
    metadata = project["metadata"]
    return {
        "namespace": metadata["namespace"],
        "project": metadata["name"],
        "changed": changed,
        "spec": spec,
        "generation": metadata.get("generation"),
        "resourceVersion": metadata.get("resourceVersion"),
    }


def _tell(console: Console, args: Namespace, project: Object, spec: dict[str, Any], changed: bool, words: Sequence[str]) -> None:
    if args.output == "table":
        console.lines(words)
    else:
        console.value(change_made(project, spec, changed), args.output)


async def patch_spec(session: Session, project: Object, spec: dict[str, Any], console: Console) -> Object:
    """Merge `spec` into the project's: the project as it is then. Raises PluginError; warns where a tool will set it back."""
    try:
        found = await session.patch_project(parts.name(project), {"spec": spec})
    except ApiError as problem:
        raise session.in_words(problem) from None
    if tool := managed_by(project):
        console.note(f"warning: {tool} manages this project and will set it back: make the same change in Git.")
    return found
