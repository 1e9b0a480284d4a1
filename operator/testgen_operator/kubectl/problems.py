"""What can go wrong with the plugin, its exit codes, and the API's refusals in words that say what to do. Pure."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Final

from testgen_operator import names
from testgen_operator.errors import ApiError, OperatorError
from testgen_operator.kubectl import needs


class Exit(IntEnum):
    """Exit codes of `kubectl testgen`; docs/OPERATIONS.md lists them."""

    OK = 0
    NO = 1
    USAGE = 2
    NOT_FOUND = 3
    FORBIDDEN = 4
    NO_CLUSTER = 5
    NOT_INSTALLED = 6
    UNDER_WAY = 7
    REFUSED = 8
    BUG = 70
    INTERRUPTED = 130


EXITS: Final[dict[Exit, str]] = {
    Exit.OK: "done; the project is well or rests as wished; the release serves; the file is valid; nothing would change",
    Exit.NO: "the answer is no: a person must act (status), the release was given up or replaced (rollout), the file is not "
    "valid (validate), something would change (diff)",
    Exit.USAGE: "wrong options or arguments",
    Exit.NOT_FOUND: "no such project, release, component, Secret, reason or file",
    Exit.FORBIDDEN: "you may not do that; the message says what to ask for",
    Exit.NO_CLUSTER: "no kubeconfig, no such context, no answer from the API server, it failed, or it does not know you",
    Exit.NOT_INSTALLED: "the cluster does not serve TestGenProject",
    Exit.UNDER_WAY: "not well yet, but nobody needs to act (status); not through yet, or not in time (rollout)",
    Exit.REFUSED: "the API server refused the change",
    Exit.BUG: "a defect of the plugin",
    Exit.INTERRUPTED: "interrupted by Ctrl-C",
}


class PluginError(OperatorError):
    """An error for the person at the terminal: what is wrong, and in `hint` what to do about it."""

    default_reason = "PluginError"
    default_permanent = True

    def __init__(self, message: str, *, hint: str = "", code: Exit = Exit.REFUSED) -> None:
        super().__init__(message)
        self.hint = hint
        self.code = code


_DENIED: Final = re.compile(
    r'User "(?P<user>[^"]*)" cannot (?P<verb>\S+) resource "(?P<resource>[^"]+)" in API group "(?P<group>[^"]*)"'
    r'(?: in the namespace "(?P<namespace>[^"]*)"| at the cluster scope)?'
)


def in_words(problem: ApiError, *, server: str = "", context: str = "") -> PluginError:
    """The API server's refusal, or its silence, as an error that says what to do."""
    where = f" (context {context})" if context else ""
    if problem.status == 0 and "certificate verify failed" in problem.message.lower():
        return PluginError(
            f"the certificate of the API server {server}{where} is not one of the kubeconfig's certificate-authority",
            hint="The kubeconfig is of another cluster or older than its certificates, or somebody answers in its place: "
            "get a new one.",
            code=Exit.NO_CLUSTER,
        )
    if problem.status == 0:
        return PluginError(
            f"no answer from the API server {server}{where}: {problem.message.removeprefix('no answer from the API server: ')}",
            hint="Is the cluster up and reachable from here? `kubectl config get-contexts` shows the others; "
            "choose one with --context.",
            code=Exit.NO_CLUSTER,
        )
    if problem.status == 401:
        return PluginError(
            f"the API server {server}{where} does not know you: its answer is 401 Unauthorized",
            hint="The token or certificate in the kubeconfig has expired or is of another cluster: sign in again.",
            code=Exit.NO_CLUSTER,
        )
    if problem.status == 403:
        return _forbidden(problem)
    if problem.status == 404:
        return _absent(problem)
    if problem.status == 409:
        return PluginError(f"{problem.message}", hint="Somebody changed it at the same moment: run the command again.")
    if problem.status in (400, 422):
        return _invalid(problem)
    said = "" if "<" in problem.message or problem.message == f"HTTP {problem.status}" else f": {problem.message}"
    if 300 <= problem.status < 400:
        return PluginError(
            f"{server}{where} sends elsewhere (HTTP {problem.status}), which no API server does",
            hint="A proxy or a sign-in page answers at this address: correct `server` in the kubeconfig.",
            code=Exit.NO_CLUSTER,
        )
    words = f"the API server {server}{where} failed (HTTP {problem.status}){said}"
    return PluginError(words, hint="Try again in a moment.", code=Exit.NO_CLUSTER)


def _forbidden(problem: ApiError) -> PluginError:
    found = _DENIED.search(problem.message)
    if found is None:
        return PluginError(problem.message, hint="A policy of the cluster refuses it.", code=Exit.FORBIDDEN)
    resource = found["resource"] + (f".{found['group']}" if found["group"] else "")
    where = f"in namespace {found['namespace']}" if found["namespace"] else "in all namespaces"
    return PluginError(
        f"{found['user']} may not {found['verb']} {resource} {where}",
        hint=needs.to_ask_for(found["verb"], found["resource"], found["namespace"] or "", found["user"]),
        code=Exit.FORBIDDEN,
    )


def _absent(problem: ApiError) -> PluginError:
    if names.GROUP in problem.what and problem.reason != "NotFound":
        return not_installed()
    if names.GROUP in problem.what and "could not find the requested resource" in problem.message:
        return not_installed()
    return PluginError(problem.message, code=Exit.NOT_FOUND)


def not_installed(kind: str = names.KIND) -> PluginError:
    return PluginError(
        f"this cluster does not serve {kind} ({names.API_VERSION})",
        hint="Install or upgrade TestGen (kubectl apply -k gitops/base), or choose the right cluster with --context.",
        code=Exit.NOT_INSTALLED,
    )


def _invalid(problem: ApiError) -> PluginError:
    if "unknown field" in problem.message:
        return PluginError(
            f"the cluster's {names.KIND} does not know this field: {problem.message}",
            hint="The CRD is older than this plugin: upgrade TestGen (kubectl apply -k crds), or use the plugin of its release.",
        )
    return PluginError(problem.message)


def no_such_project(name: str, namespace: str, others: list[str]) -> PluginError:
    """`others`: the projects that the namespace does hold."""
    if others:
        hint = f"There are: {', '.join(others[:10])}{' …' if len(others) > 10 else ''}."
    else:
        hint = f"Namespace {namespace} holds none. `kubectl testgen status -A` lists those of all namespaces."
    return PluginError(f"no {names.KIND} {name} in namespace {namespace}", hint=hint, code=Exit.NOT_FOUND)
