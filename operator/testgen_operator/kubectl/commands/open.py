"""open: the endpoint on a local port, and where its key is."""

from __future__ import annotations

import base64
import binascii
import json
from argparse import Namespace
from datetime import datetime
from typing import Any

from testgen_operator import names
from testgen_operator.cluster.client import Object
from testgen_operator.errors import ApiError
from testgen_operator.kubectl.commands.look import key_whereabouts
from testgen_operator.kubectl.console import Console
from testgen_operator.kubectl.forward import Forwarder, a_ready_pod
from testgen_operator.kubectl.problems import Exit, PluginError
from testgen_operator.kubectl.session import Session
from testgen_operator.kubectl.views import parts
from testgen_operator.plan.model import ObjectKey


async def open_(session: Session, args: Namespace, console: Console, now: datetime) -> Exit:
    if args.show_key and args.output == "json":
        raise PluginError(
            "-o json never holds the key",
            hint="It names the Secret; or leave out one of --show-key and -o json.",
            code=Exit.USAGE,
        )
    project = await session.the_project(args.name)
    name, where = parts.name(project), session.namespace
    active = ObjectKey("v1", "Service", where, names.active_service(name))
    service = await session.client.get(active)
    see = f"kubectl testgen status {name} -n {where}"
    if service is None:
        raise PluginError(f"{name} has no Service yet", hint=see, code=Exit.NOT_FOUND)
    if await a_ready_pod(session, service) is None:
        raise PluginError(f"no pod is ready behind {name}", hint=f"{see} says why.", code=Exit.NOT_FOUND)
    await _check_allowed(session)
    secret, key = key_whereabouts(project)
    value = await _key(session, secret, key) if args.show_key else ""

    async def choose() -> tuple[str, int] | None:
        return await serving_pod(session, active)

    try:
        server = await Forwarder(session, choose, console.note).listen(args.address, args.port)
    except OSError as problem:
        raise PluginError(
            f"can't listen on {args.address}:{args.port}: {problem.strerror}",
            hint="Choose another with --port; 0 takes a free one.",
            code=Exit.USAGE,
        ) from None
    port = server.sockets[0].getsockname()[1]
    async with server:
        shown = f"[{args.address}]" if ":" in args.address else args.address
        if args.output == "json":
            console.line(json.dumps(opened(project, args.address, port, secret, key), ensure_ascii=False))
        else:
            console.line(f"http://{shown}:{port}")
        if value:
            console.line(value)
        else:
            console.note(f"Key: Secret {secret}, key {key} (--show-key prints it). Send it as X-API-Key.")
        console.note(f"API: http://{shown}:{port}/docs   Ctrl-C ends it.")
        await server.serve_forever()
    return Exit.OK


async def serving_pod(session: Session, active: ObjectKey) -> tuple[str, int] | None:
    """A ready pod behind the Service as it is now: a rollout or a change of mode leads it to others."""
    live = await session.client.get(active)
    return await a_ready_pod(session, live) if live is not None else None


def opened(project: Object, address: str, port: int, secret: str, key: str) -> dict[str, Any]:
    """For `-o json`: where it answers, and where its key is, which is a Secret's affair."""
    shown = f"[{address}]" if ":" in address else address
    return {
        "namespace": project["metadata"]["namespace"],
        "project": parts.name(project),
        "url": f"http://{shown}:{port}",
        "address": address,
        "port": port,
        "keySecretRef": {"name": secret, "key": key},
    }


async def _key(session: Session, secret: str, key: str) -> str:
    live = await session.client.get(ObjectKey("v1", "Secret", session.namespace, secret))
    if live is None:
        raise PluginError(f"there is no Secret {secret} in namespace {session.namespace}", code=Exit.NOT_FOUND)
    try:
        return base64.b64decode((live.get("data") or {})[key], validate=True).decode()
    except (KeyError, binascii.Error, UnicodeDecodeError):
        raise PluginError(f"Secret {secret} has no readable key {key}", code=Exit.NOT_FOUND) from None


async def _check_allowed(session: Session) -> None:
    """Whether we may forward at all, asked before an address is printed: a refusal at the first request would come too late."""
    body = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {
            "resourceAttributes": {
                "namespace": session.namespace, "verb": "create", "resource": "pods", "subresource": "portforward",
            }
        },
    }  # fmt: skip
    answer = await session.client.review(body)
    if not (answer.get("status") or {}).get("allowed"):
        user = session.target.headers.get("Impersonate-User", "you")
        words = f'User "{user}" cannot create resource "pods/portforward" in API group "" in the namespace "{session.namespace}"'
        raise session.in_words(ApiError(words, status=403, reason="Forbidden"))
