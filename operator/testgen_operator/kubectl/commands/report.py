"""report: a support bundle, with secrets taken out before anything is written."""

from __future__ import annotations

import io
import os
import tarfile
from argparse import Namespace
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from testgen_operator import __version__, names, redaction
from testgen_operator.cluster.client import Object
from testgen_operator.cluster.kinds import CORE_EVENT, POD
from testgen_operator.errors import ApiError
from testgen_operator.kubectl.commands.logs import chosen
from testgen_operator.kubectl.commands.look import operator_seen
from testgen_operator.kubectl.console import Console
from testgen_operator.kubectl.ours import Ours
from testgen_operator.kubectl.problems import Exit, PluginError
from testgen_operator.kubectl.session import Session
from testgen_operator.kubectl.views import parts
from testgen_operator.kubectl.views import status as status_view
from testgen_operator.kubectl.views.logs import Source
from testgen_operator.kubectl.views.text import Style, as_json, as_yaml

MOST_BYTES: Final = 64 * 1024 * 1024
"""Of all files together, before compression."""
MOST_LOG_BYTES: Final = 512 * 1024
MOST_LOGS: Final = 100
TAIL: Final = 1000
METRICS_PORT: Final = 8080
README: Final = """\
# Report of {namespace}/{project}

Made by kubectl-testgen {version} at {time} (UTC). Begin with summary.txt.

- summary.txt, summary.json: what `kubectl testgen status` showed
- project.yaml, objects/: the project and everything labelled with its name
- events.yaml: events of the namespace about these objects
- logs/<pod>/<container>.log: the last {tail} lines; .previous.log: those of the run before
- operator/: its Deployment; of its log and metrics what is about this project, and about none
- versions.json

Secrets are listed without their data. Values that look secret are replaced by ***: environment variables, credentials in
URLs, tokens, keys. Look through it before you pass it on: what your documents or pods print in plain words is not recognised.

Left out:
{left_out}
"""


@dataclass
class Bundle:
    """The files, in memory: a report has a bound, and nothing unfinished may lie on the disk."""

    root: str
    time: datetime
    files: dict[str, bytes] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    size: int = 0

    def add(self, name: str, text: str) -> None:
        content = text.encode()
        if self.size + len(content) > MOST_BYTES:
            self.left_out.append(f"{name}: the report would be larger than {MOST_BYTES // 1024 // 1024} MiB")
            return
        self.files[name] = content
        self.size += len(content)

    def add_object(self, name: str, one: Any) -> None:
        self.add(name, as_yaml(redaction.obj(one)))

    def write(self, path: Path) -> None:
        """The archive, readable by its owner alone, under its name only when it is whole."""
        unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as archive:
                for name, content in sorted(self.files.items()):
                    entry = tarfile.TarInfo(f"{self.root}/{name}")
                    entry.size, entry.mtime, entry.mode = len(content), int(self.time.timestamp()), 0o600
                    archive.addfile(entry, io.BytesIO(content))
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)


async def report(session: Session, args: Namespace, console: Console, now: datetime) -> Exit:
    project = await session.the_project(args.name)
    name, where = parts.name(project), session.namespace
    root = f"testgen-report-{where}-{name}-{now.strftime('%Y%m%dT%H%M%SZ')}"
    path = Path(args.file or f"{root}.tar.gz")
    bundle = Bundle(root, now)
    console.note("Reading the project's objects …")
    children = await session.children(project)
    operator, deployment = await operator_seen(session, args.operator_namespace, now)
    events = await session.seen(CORE_EVENT, where, most=2000)
    _objects(bundle, project, children, await session.secrets_metadata(where, f"{names.LABEL_PROJECT}={name}"))
    about = {(one["kind"], parts.name(one)) for one in (project, *children)}
    own = [one for one in events if _about(one, about, name)]
    bundle.add("events.yaml", "---\n".join(as_yaml(redaction.obj(one)) for one in own))
    console.note("Reading logs …")
    await _logs(session, bundle, where, [one for one in children if one["kind"] == "Pod"], "logs")
    await _operator(session, bundle, args.operator_namespace, deployment, Ours(where, name))
    summary = status_view.summary(project, children, events, operator, now, session.unseen)
    bundle.add("summary.json", redaction.text(as_json(summary)))
    bundle.add("summary.txt", redaction.text("\n".join(status_view.screen(summary, Style(width=160))) + "\n"))
    server = await session.client.read("/version")
    bundle.add(
        "versions.json", as_json({"plugin": __version__, "operator": operator.version, "kubernetes": server.get("gitVersion")})
    )
    left_out = [*(f"{what}: you may not read it" for what in dict.fromkeys(session.unseen)), *bundle.left_out]
    filled = {
        "namespace": where,
        "project": name,
        "version": __version__,
        "time": now.strftime("%Y-%m-%d %H:%M:%S"),
        "tail": TAIL,
    }
    bundle.add("README.md", README.format(**filled, left_out="\n".join(f"- {one}" for one in left_out) or "- nothing"))
    try:
        bundle.write(path)
    except OSError as problem:
        raise PluginError(
            f"can't write {path}: {problem.strerror}", hint="Choose another place with --file.", code=Exit.USAGE
        ) from None
    if args.output == "table":
        console.line(str(path))
    else:
        told = {"namespace": where, "project": name, "path": str(path), "files": sorted(bundle.files), "leftOut": left_out}
        console.value(told, args.output)
    console.note(f"{len(bundle.files)} files, secrets taken out. Look through it before you pass it on.")
    for one in left_out:
        console.note(f"left out: {one}")
    return Exit.OK


def _objects(bundle: Bundle, project: Object, children: list[Object], secrets: list[Object] | None) -> None:
    bundle.add_object("project.yaml", project)
    for one in children:
        bundle.add_object(f"objects/{one['kind'].lower()}/{parts.name(one)}.yaml", one)
    for one in secrets or ():
        named = {"apiVersion": "v1", "kind": "Secret", "metadata": one.get("metadata") or {}}
        bundle.add_object(f"objects/secret/{parts.name(one)}.yaml", named)


def _about(event: Object, about: set[tuple[str, str]], project: str) -> bool:
    target = event.get("involvedObject") or {}
    named = str(target.get("name", ""))
    return (target.get("kind"), named) in about or (target.get("kind") == "ReplicaSet" and named.startswith(f"{project}-"))


async def _logs(
    session: Session, bundle: Bundle, namespace: str, pods: list[Object], folder: str, ours: Ours | None = None
) -> None:
    sources = chosen(pods, None, True)
    again = {(parts.name(pod), str(one.get("name"))) for pod in pods for one in parts.statuses(pod) if one.get("restartCount")}
    for source in sources[:MOST_LOGS]:
        await _log(session, bundle, namespace, source, folder, ours, previous=False)
        if (source.pod, source.container) in again:
            await _log(session, bundle, namespace, source, folder, ours, previous=True)
    if len(sources) > MOST_LOGS:
        bundle.left_out.append(f"logs of {len(sources) - MOST_LOGS} more containers")


async def _log(
    session: Session, bundle: Bundle, namespace: str, source: Source, folder: str, ours: Ours | None, *, previous: bool
) -> None:
    params = {"container": source.container, "timestamps": "true", "tailLines": str(TAIL), "limitBytes": str(MOST_LOG_BYTES)}
    params |= {"previous": "true"} if previous else {}
    name = f"{folder}/{source.pod}/{source.container}{'.previous' if previous else ''}.log"
    try:
        text = await _text(session.lines(POD.path(namespace, source.pod, "log"), params))
    except ApiError as problem:
        bundle.left_out.append(f"{name}: {problem.message}")
        return
    bundle.add(name, redaction.text(ours.log(text) if ours else text))


async def _text(lines: AsyncIterator[str]) -> str:
    return "".join([f"{line}\n" async for line in lines])


async def _operator(session: Session, bundle: Bundle, namespace: str, deployment: Object | None, ours: Ours) -> None:
    if deployment is not None:
        bundle.add_object("operator/deployment.yaml", deployment)
    selector = f"app.kubernetes.io/name={names.OPERATOR}"
    pods = await session.seen(POD, namespace, selector)
    await _logs(session, bundle, namespace, pods, "operator/logs", ours)
    for pod in pods:
        path = f"{POD.path(namespace, f'{parts.name(pod)}:{METRICS_PORT}', 'proxy')}/metrics".replace("%3A", ":")
        try:
            told = ours.metrics(await _text(session.lines(path, {})))
            bundle.add(f"operator/metrics-{parts.name(pod)}.txt", redaction.text(told))
        except ApiError as problem:
            bundle.left_out.append(f"metrics of {parts.name(pod)}: {problem.message}")
