"""kopf, and nothing but kopf: its watches feed `on_event` and `on_list`. The only module that imports it.

Used are `kopf.on.event` and `kopf.on.login`. What is relied on beyond the documentation is small, pinned and tested in
tests/unit/operator_engine/test_kopf_contract.py: the names of the watcher tasks, that error backoffs may be endless, and that
kopf lists a collection once before it watches it, and again after a 410, with the session that the login handler gave it.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, Final

from testgen_operator import telemetry
from testgen_operator.cluster.client import open_session
from testgen_operator.cluster.connection import Connection
from testgen_operator.cluster.kinds import WATCHED, Kind
from testgen_operator.cluster.kopf_tap import OnContact, OnEvent, OnFailure, OnList, Response, Tap


@contextmanager
def _absent(*modules: str) -> Iterator[None]:
    """Meanwhile these modules can't be imported, unless they already are."""
    hidden = [name for name in modules if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None is how Python marks it
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)


# Where the kubernetes client is installed kopf imports it to read its credentials: 45 MB for what the operator never uses.
with _absent("kubernetes", "pykube"):
    import kopf

log = telemetry.get_logger(__name__)

WATCHER_TASK: Final = "watcher for "
WATCH_SECONDS: Final = 300
"""The server ends each watch after this time, so each is opened anew at least that often."""


class EndlessBackoff:
    """1, 2, 4 … 30 s with jitter, for ever; each iteration starts anew.

    It must have no length: kopf counts the tries of a sized one, and its watcher dies for good after the last.
    """

    def __iter__(self) -> Iterator[float]:
        return (min(2.0**n, 30.0) * random.uniform(0.8, 1.2) for n in (min(i, 10) for i in itertools.count()))  # noqa: S311


def settings() -> kopf.OperatorSettings:
    found = kopf.OperatorSettings()
    found.posting.enabled = False
    found.scanning.disabled = True
    found.peering.standalone = True
    found.networking.request_timeout = 30
    found.networking.connect_timeout = 5
    found.networking.error_backoffs = EndlessBackoff()
    found.watching.server_timeout = WATCH_SECONDS
    found.watching.client_timeout = 310
    found.watching.connect_timeout = 5
    # The server sends a BOOKMARK about once a minute at best: an idle watch is opened anew, one that is frozen is noticed. With
    # what follows that has to be done within a minute, also on a busy machine.
    found.watching.inactivity_timeout = 40
    return found


def dead_watchers(namespaces: Collection[str], kinds: Collection[Kind] = WATCHED) -> int:
    """How many of the watcher tasks that should run do not. kopf itself calls a process with dead watchers healthy."""
    expected = len(kinds) * max(1, len(namespaces))
    alive = sum(1 for task in asyncio.all_tasks() if task.get_name().startswith(WATCHER_TASK) and not task.done())
    return max(0, expected - alive)


async def watch(
    connection: Connection,
    *,
    namespaces: Collection[str],
    on_event: OnEvent,
    on_list: OnList,
    on_contact: OnContact,
    on_failure: OnFailure,
    stop: asyncio.Event,
    ready: asyncio.Event,
    kinds: Collection[Kind] = WATCHED,
) -> None:
    """Watch the projects and their children in `namespaces` (none: all) until `stop`.

    What comes is told as `kopf_tap.Tap` says.
    kopf cancels tasks that were started after it when it ends, so start everything else before.
    """
    registry = kopf.OperatorRegistry()
    tap = Tap(connection, on_event=on_event, on_list=on_list, on_contact=on_contact, on_failure=on_failure)

    @kopf.on.login(registry=registry)
    async def login(**_: Any) -> kopf.AiohttpSession:
        # Called again after a 401; the token is read again by then.
        return kopf.AiohttpSession(
            server=connection.server,
            default_namespace=connection.namespace,
            aiohttp_session=open_session(connection, middlewares=(tap,), response_class=Response),
        )

    async def unused(**_: Any) -> None:
        """kopf watches what has a handler. It is never called: the tap leaves kopf nothing to handle."""

    for kind in kinds:
        kopf.on.event(kind.group, kind.version, kind.plural, id=kind.plural, registry=registry)(unused)

    await kopf.operator(
        registry=registry,
        settings=settings(),
        clusterwide=not namespaces,
        namespaces=tuple(namespaces),
        standalone=True,
        stop_flag=stop,
        ready_flag=ready,
    )
