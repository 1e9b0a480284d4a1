"""`python -m testgen_operator`: wires the rooms together and runs them. Exit codes: 0 stopped, 2 set up wrongly, 70 run again."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import signal
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

import aiohttp

from testgen_operator import __version__, prometheus_addresses, rbac, settings, telemetry
from testgen_operator.cluster import access, kopf_edge, optional
from testgen_operator.cluster.applier import Applier
from testgen_operator.cluster.cache import Cache, Key
from testgen_operator.cluster.classes import IngressClasses
from testgen_operator.cluster.client import Client, open_session
from testgen_operator.cluster.connection import Connection, connect
from testgen_operator.cluster.events import EventPoster
from testgen_operator.cluster.hosts import Hosts
from testgen_operator.cluster.informer import Informer
from testgen_operator.cluster.kinds import WATCHED
from testgen_operator.cluster.lease import LeaderElection, Timing
from testgen_operator.cluster.measure import Measurer, api_server
from testgen_operator.cluster.queue import KeyedQueue
from testgen_operator.cluster.secrets import SecretKeeper
from testgen_operator.cluster.trouble import Trouble
from testgen_operator.cluster.watchdog import Limits, Watchdog, canary_key
from testgen_operator.errors import ApiError, ConfigurationError, OperatorError
from testgen_operator.reconcile.engine import Engine
from testgen_operator.reconcile.project import Cluster, reconcile
from testgen_operator.reconcile.rollouts import Rollouts, begin_figures
from testgen_operator.reconcile.upgrades import Upgrades
from testgen_operator.reconcile.wakeup import WakeUp
from testgen_operator.server import serve

RUN_AGAIN: Final = 70  # EX_SOFTWARE of sysexits.h: the kubelet restarts us, with nothing to keep
WRONG_SETUP: Final = 2
PREFLIGHT_PAUSE: Final = 5.0
KOPF_STOP: Final = 5.0
COLLECTED_AFTER: Final = (20_000, 20, 100)
"""Python's own are 700, 10 and 10: a page of a listing has 50,000 containers, none of them in a cycle, and was walked through
seventy times while it was read. That was a third of a start with 1,000 projects."""

log = telemetry.get_logger(__name__)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parser().parse_args(argv)
    try:
        chosen = settings.load(**vars(arguments))
        telemetry.configure_logging(chosen.log_level, chosen.log_format)
        settle_memory()
        return asyncio.run(run(chosen))
    except ConfigurationError as problem:
        sys.stderr.write(f"testgen-operator: {problem.message}\n")
        return WRONG_SETUP
    except KeyboardInterrupt:
        return 0


def settle_memory() -> None:
    """Look for cycles more seldom, and never in what is loaded by now, which stays until the end (docs.python.org, gc.freeze)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(
        prog="python -m testgen_operator",
        description="Reconciles TestGenProject resources. Each option is an environment variable too: TESTGEN_OPERATOR_<OPTION>.",
    )
    found.add_argument("--kubeconfig", help="run outside the cluster with this file (default: the pod's own account)")
    found.add_argument("--context", help="context of the kubeconfig (default: its current one)")
    found.add_argument("--namespaces", help="namespaces to serve, separated by commas (default: all)")
    found.add_argument("--namespace", help="where the operator's own Lease lives (default: the pod's, or the context's)")
    found.add_argument("--identity", help="who holds the Lease; unique per replica (default: the host's name)")
    found.add_argument("--workers", type=int, help="projects reconciled at the same time (default: 16)")
    found.add_argument(
        "--prometheus-addresses",
        help="which Prometheus a project may have asked, separated by commas: host:port, host, *.suffix:port "
        f"(default: {','.join(prometheus_addresses.DEFAULT)})",
    )
    found.add_argument("--http-port", type=int, help="port of /healthz, /readyz and /metrics (default: 8080)")
    found.add_argument("--webhook-port", type=int, help="port of the validating webhook (default: 0, none)")
    found.add_argument("--no-leader-elect", dest="leader_elect", action="store_false", default=None, help="no Lease")
    found.add_argument("--log-level", choices=["DEBUG", "INFO", "WARNING", "ERROR"], help="default: INFO")
    found.add_argument("--log-format", choices=["json", "console"], help="default: json")
    found.add_argument("--version", action="version", version=__version__)
    return found


@dataclass
class State:
    """What the probes tell."""

    unready: str = "starting"
    watchdog: Watchdog | None = None
    queue: KeyedQueue[Key] | None = None
    informer: Informer | None = None
    election: LeaderElection | None = None
    webhook: Callable[[], str] | None = None
    """What is wrong with the webhook, where it is switched on; empty: nothing."""
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    exit_code: int = 0

    def health(self) -> str:
        lease = self.election.verdict() if self.election else ""
        return lease or (self.watchdog.verdict() if self.watchdog else "")

    def readiness(self) -> str:
        return self.health() or self.unready or (self.webhook() if self.webhook else "")

    def refresh(self) -> None:
        if self.queue:
            telemetry.QUEUE_DEPTH.set(self.queue.depth())
            telemetry.QUEUE_OLDEST.set(self.queue.oldest_age())
        if self.informer:
            telemetry.WATCH_SILENCE.set(self.informer.longest_silence())


async def run(chosen: settings.Settings) -> int:
    connection = connect(chosen.kubeconfig, chosen.context)
    namespace = chosen.namespace or connection.namespace
    state = State()
    begin_figures()
    catch_signals(state.stop)
    log.info(
        "starting", version=__version__, server=connection.server, namespace=namespace, namespaces=chosen.namespaces or "all"
    )
    async with (
        open_session(connection) as session,
        serve(chosen.http_host, chosen.http_port, health=state.health, readiness=state.readiness, refresh=state.refresh),
    ):
        election = LeaderElection(
            Client(connection, session),
            namespace=namespace,
            identity=f"{chosen.identity}_{uuid.uuid4().hex[:8]}",
            name=chosen.lease_name,
            timing=Timing(chosen.lease_duration, chosen.lease_deadline, chosen.lease_period),
        )
        if not await unless(state.stop, preflight(Client(connection, session), chosen, namespace, state)):
            return 0
        async with admission(Client(connection, session), chosen, namespace, state):
            if chosen.leader_elect:
                state.election = election
                if not await unless(state.stop, election.acquire()):
                    return 0
            await lead(connection, session, chosen, namespace, state, election)
    log.info("stopped")
    return state.exit_code


async def preflight(client: Client, chosen: settings.Settings, namespace: str, state: State) -> None:
    """Returns when the CRD is served and every permission is there. Until then this replica lives but is not ready."""
    while True:
        try:
            if not await access.is_served(client):
                wrong = "the API server does not serve TestGenProject: install the CRDs (kubectl apply -k gitops/base)"
            elif lacking := await access.missing(client, rbac.permissions(namespace, chosen.namespaces)):
                wrong = "missing permissions: " + ", ".join(map(str, lacking))
            else:
                state.unready = ""
                return
        except ApiError as problem:
            wrong = str(problem)
        if wrong != state.unready:
            log.error("not ready", problem=wrong)
            state.unready = wrong
        await asyncio.sleep(PREFLIGHT_PAUSE)


@asynccontextmanager
async def admission(client: Client, chosen: settings.Settings, namespace: str, state: State) -> AsyncIterator[None]:
    """The webhook, where it is switched on, while the block lasts. Every replica answers; without one, applies go through."""
    if not chosen.webhook_port:
        yield
        return
    from testgen_operator.admission.keeper import Keeper  # what it needs of memory, only those who use it pay
    from testgen_operator.admission.server import webhook

    async with webhook(chosen.http_host, chosen.webhook_port) as server:
        keeper = Keeper(client, namespace=namespace, service=chosen.webhook_service, use=server.use, clock=now)
        keeping = asyncio.create_task(keeper.keep(), name="webhook's certificate")
        state.webhook = lambda: "the webhook's keeper has ended" if keeping.done() else keeper.verdict()
        try:
            yield
        finally:
            state.webhook = None
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)


async def lead(
    connection: Connection,
    session: aiohttp.ClientSession,
    chosen: settings.Settings,
    namespace: str,
    state: State,
    election: LeaderElection,
) -> None:
    """Everything that only the leader does, until `state.stop`. Whatever else ends it ends the process, to be run again."""
    client = Client(connection, session, may_write=election.is_valid if chosen.leader_elect else lambda: True)
    cache, queue = Cache(), KeyedQueue[Key]()
    canary = canary_key(namespace, chosen.namespaces)
    try:
        others = await optional.served(client)
    except ApiError as problem:
        die(f"the kinds that the cluster serves are not known: {problem}")
    watched = (*WATCHED, *others)
    informer = Informer(cache, queue, namespaces=chosen.namespaces, own=canary, kinds=watched)
    watchdog = Watchdog(
        limits=Limits(
            sync=chosen.sync_within,
            canary_every=chosen.canary_every,
            canary_within=chosen.canary_within,
            oldest=chosen.oldest_within,
        ),
        dead_watchers=lambda: kopf_edge.dead_watchers(chosen.namespaces, watched),
        stuck_for=queue.stuck_for,
        longest_silence=informer.longest_silence,
        longest_refusal=informer.longest_refusal,
        synced=informer.synced.is_set,
    )
    informer.listen_to_own(watchdog.canary_seen)
    state.queue, state.watchdog, state.informer = queue, watchdog, informer
    poster = EventPoster(client, instance=chosen.identity, clock=now)
    secrets = SecretKeeper(client)
    served = frozenset((kind.api_version, kind.kind) for kind in others)
    upgrades = Upgrades(cache, chosen.upgrades_per_minute)
    measurer = Measurer(
        allowed=[prometheus_addresses.entry(one) for one in chosen.prometheus_addresses],
        api_server=api_server(connection.server),
    )
    await measurer.open()
    rollouts = Rollouts(client, cache, measurer, now, upgrades)
    hosts = Hosts(cache, queue.add)
    cluster = Cluster(
        cache,
        Applier(client, cache),
        secrets,
        poster,
        Trouble(client),
        served,
        hosts,
        IngressClasses(client, readable=not chosen.namespaces),
        upgrades,
        namespace,
        rollouts=rollouts,
    )
    images = settings.images()

    async def one(key: Key) -> WakeUp:
        return await reconcile(key, cluster, images, now, chosen.resync_seconds)

    engine = Engine(queue, one, timeout=chosen.reconcile_timeout)
    synced, stop_watching, watching = informer.synced, asyncio.Event(), asyncio.Event()
    duties = [
        *(after(synced, engine.work()) for _ in range(chosen.workers)),
        watchdog.run(die),
        again(state, optional.until_changed(client, others)),
        after(synced, secrets.patrol(queue.add)),
        after(synced, watchdog.sing(client, canary, lambda: uuid.uuid4().hex)),
        *([election.hold()] if chosen.leader_elect else []),
    ]
    # kopf cancels the tasks that are younger than itself when it ends: ours come first.
    tasks = [asyncio.create_task(duty) for duty in duties]
    stopping = asyncio.create_task(state.stop.wait())
    watch = asyncio.create_task(
        kopf_edge.watch(
            connection,
            namespaces=chosen.namespaces,
            on_event=informer.on_event,
            on_list=informer.on_list,
            on_contact=informer.on_contact,
            on_failure=die,
            stop=stop_watching,
            ready=watching,
            kinds=watched,
        )
    )
    signals = asyncio.create_task(after(watching, recatch_signals(state.stop)))
    done, _ = await asyncio.wait([*tasks, watch, stopping], return_when=asyncio.FIRST_COMPLETED)
    if stopping not in done:
        die(next((str(task.exception() or "a duty ended") for task in done if not task.cancelled()), "a duty was cancelled"))
    log.info("stopping")
    state.unready = "stopping"
    await end(*tasks, signals)
    await measurer.close()
    if chosen.leader_elect:
        await election.release()
    stop_watching.set()
    await asyncio.wait([watch], timeout=KOPF_STOP)


async def end(*tasks: asyncio.Task[Any], every: float = 1.0, most: int = 5) -> None:
    """Cancel tasks until they have ended: a cancellation can be lost on its way. After `most` times they are left alone; what
    they might still write the API client refuses, since the Lease is given back."""
    left = set(tasks)
    for _ in range(most):
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=every)
        if not left:
            return
    log.warning("duties do not end", duties=sorted(task.get_name() for task in left))


async def again(state: State, duty: Awaitable[None]) -> None:
    """When `duty` is over, stop in an orderly way, to be run again."""
    await duty
    state.exit_code = RUN_AGAIN
    state.stop.set()
    await asyncio.Event().wait()


def now() -> datetime:
    return datetime.now(UTC)


def die(why: str) -> NoReturn:
    """End at once: nothing in memory matters, and a leader without its Lease may not finish what it does."""
    log.critical("ending, to be run again", because=why)
    sys.stderr.flush()
    os._exit(RUN_AGAIN)


async def after(event: asyncio.Event, duty: Coroutine[Any, Any, None]) -> None:
    try:
        await event.wait()
    except asyncio.CancelledError:
        duty.close()
        raise
    await duty


async def unless(stop: asyncio.Event, duty: Coroutine[Any, Any, None]) -> bool:
    """Run `duty` to its end; False if `stop` came first."""
    task, stopping = asyncio.create_task(duty), asyncio.create_task(stop.wait())
    await asyncio.wait([task, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if task.done():
        task.result()
        return True
    task.cancel()
    with suppress(asyncio.CancelledError, OperatorError):
        await task
    return False


def catch_signals(stop: asyncio.Event) -> None:
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, stop.set)


async def recatch_signals(stop: asyncio.Event) -> None:
    """kopf takes the signals when it starts; take them back, so that the Lease is released before the watches end."""
    catch_signals(stop)
