"""status, tree, endpoint, version: they read, nothing else."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime
from typing import Any

from testgen_operator import __version__, names
from testgen_operator.cluster.client import Object
from testgen_operator.errors import ApiError
from testgen_operator.kubectl.console import Console
from testgen_operator.kubectl.problems import Exit, PluginError
from testgen_operator.kubectl.session import Session
from testgen_operator.kubectl.verdict import Operator, State, judge, of_lease
from testgen_operator.kubectl.views import parts
from testgen_operator.kubectl.views import status as view
from testgen_operator.kubectl.views import tree as tree_view
from testgen_operator.plan.model import ObjectKey

CODES = {State.WELL: Exit.OK, State.SUSPENDED: Exit.OK, State.UNDER_WAY: Exit.UNDER_WAY, State.BROKEN: Exit.NO}
WORST_FIRST = (State.BROKEN, State.UNDER_WAY, State.SUSPENDED, State.WELL)


async def operator_seen(session: Session, namespace: str, now: datetime) -> tuple[Operator, Object | None]:
    """What can be known of the operator, and its Deployment; nothing of it is needed, so a refusal is a gap, not an error."""
    known = len(session.unseen)
    lease = await session.lease(namespace, names.OPERATOR)
    key = ObjectKey("apps/v1", "Deployment", namespace, names.OPERATOR)
    deployment = await session.get_if_allowed(key, "deployments.apps")
    found = of_lease(lease, deployment, namespace, now)
    if lease is None and deployment is None and len(session.unseen) > known:
        del session.unseen[known:]
        found = Operator(namespace, None, f"not known: you may not read namespace {namespace}")
    return found, deployment


async def status(session: Session, args: Namespace, console: Console, now: datetime) -> Exit:
    if args.all_namespaces and args.name:
        raise PluginError("a name is of one namespace", hint="Leave out NAME or -A.", code=Exit.USAGE)
    operator, _ = await operator_seen(session, args.operator_namespace, now)
    if not args.name:
        projects = await session.projects("" if args.all_namespaces else session.namespace)
        # A machine gets one shape, however many there are; a person who has one project means that.
        if args.all_namespaces or len(projects) != 1 or args.output != "table":
            return _overview(session, projects, operator, args, console, now)
        project = projects[0]
    else:
        project = await session.project(args.name)
    children = await session.children(project)
    events = await session.events(session.namespace)
    found = view.summary(project, children, events, operator, now, session.unseen)
    if args.output == "table":
        console.lines(view.screen(found, console.style))
    else:
        console.value(found, args.output)
    return CODES[State(found["verdict"]["state"])]


def _overview(
    session: Session, projects: list[Object], operator: Operator, args: Namespace, console: Console, now: datetime
) -> Exit:
    if args.output != "table":
        console.value(view.overview(projects, operator, now, all_namespaces=True), args.output)
    elif not projects:
        where = "any namespace" if args.all_namespaces else f"namespace {session.namespace}"
        console.note(f"No {names.KIND} in {where}.")
    else:
        rows = view.overview(projects, operator, now, all_namespaces=args.all_namespaces)
        console.lines(view.overview_table(rows, console.style))
        if operator.alive is False:
            console.note(f"operator: {operator.said}")
    states = {judge(one, operator, now).state for one in projects}
    return CODES[next((one for one in WORST_FIRST if one in states), State.WELL)]


async def tree(session: Session, args: Namespace, console: Console, now: datetime) -> Exit:
    project = await session.the_project(args.name)
    children = await session.children(project)
    selector = f"{names.LABEL_PROJECT}={parts.name(project)}"
    secrets = await session.secrets_metadata(session.namespace, selector) or []
    found = tree_view.nodes(project, children, secrets, now)
    if args.output == "table":
        console.lines(tree_view.lines(found, console.style))
        if session.unseen:
            console.note(f"Not shown, because you may not read it: {', '.join(session.unseen)}.")
    else:
        console.value(found | {"unseen": session.unseen}, args.output)
    return Exit.OK


def key_whereabouts(project: Object) -> tuple[str, str]:
    """The Secret that holds the project's first admin key, and the key in it."""
    access = (project.get("spec") or {}).get("access") or {}
    reference = access.get("adminKeySecretRef") or {}
    name = parts.name(project)
    return str(reference.get("name") or names.admin_key(name)), str(reference.get("key") or "api-key")


async def endpoint(session: Session, args: Namespace, console: Console, now: datetime) -> Exit:
    project = await session.the_project(args.name)
    status_, name = project.get("status") or {}, parts.name(project)
    inside = f"http://{names.host(names.active_service(name), session.namespace)}"
    told = str(status_.get("endpoint") or "")
    if not told:
        raise PluginError(
            f"{name} has no endpoint yet: the operator has not looked at it",
            hint=f"kubectl testgen status {name} -n {session.namespace}",
            code=Exit.NOT_FOUND,
        )
    secret, key = key_whereabouts(project)
    found: dict[str, Any] = {"endpoint": told, "inside": inside, "key": {"secret": secret, "key": key}}
    found["answers"] = judge(project, Operator(), now).state is State.WELL
    if args.output == "table":
        console.line(told)
        if not found["answers"]:
            console.note(f"It may not answer: kubectl testgen status {name} -n {session.namespace}")
    else:
        console.value(found, args.output)
    return Exit.OK


async def version(session: Session | None, args: Namespace, console: Console, now: datetime) -> Exit:
    """With `session` None only the plugin's own."""
    found: dict[str, Any] = {"plugin": __version__}
    if session is not None:
        server = await session.client.read("/version")
        found["kubernetes"] = str(server.get("gitVersion", ""))
        try:
            group = await session.client.read(f"/apis/{names.GROUP}")
            found["served"] = [one["groupVersion"] for one in group.get("versions") or ()]
        except ApiError as problem:
            if problem.status != 404:
                raise
            found["served"] = []
        operator, _ = await operator_seen(session, args.operator_namespace, now)
        found["operator"] = operator.version or f"not known: {operator.said}"
    if args.output != "table":
        console.value(found, args.output)
    else:
        console.lines(
            f"{name + ':':<12} {', '.join(value) or 'nothing' if isinstance(value, list) else value}"
            for name, value in found.items()
        )
    if "served" in found and not found["served"]:
        console.note("This cluster does not serve TestGenProject: kubectl apply -k gitops/base installs TestGen.")
        return Exit.NOT_INSTALLED
    return Exit.OK
