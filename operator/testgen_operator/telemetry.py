"""What the operator tells about itself: every metric name and label, and the one logger set-up.

Labels are bounded: kinds, verbs, codes and results, never a release. Projects have series of their own for two conditions, as
long as there are not too many of them (`Conditions`).
"""

from __future__ import annotations

import logging
import platform
import sys
from collections.abc import Hashable, Iterator, Mapping
from typing import Any, Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from testgen_operator import __version__

REGISTRY = CollectorRegistry(auto_describe=True)
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

RECONCILES = Counter("testgen_operator_reconcile", "Reconciles by result.", ["result"], registry=REGISTRY)
RECONCILE_SECONDS = Histogram(
    "testgen_operator_reconcile_duration_seconds", "One reconcile, by result.", ["result"], buckets=_SECONDS, registry=REGISTRY
)
FIRST_RECONCILE = Gauge(
    "testgen_operator_first_reconcile_timestamp_seconds",
    "When this process ended its first reconcile; 0 before.",
    registry=REGISTRY,
)
QUEUE_DEPTH = Gauge("testgen_operator_queue_depth", "Projects waiting for a worker.", registry=REGISTRY)
QUEUE_OLDEST = Gauge(
    "testgen_operator_queue_oldest_seconds", "Age of the oldest project waiting or worked on.", registry=REGISTRY
)
API_REQUESTS = Counter(
    "testgen_operator_api_requests", "Requests to the Kubernetes API.", ["verb", "resource", "code"], registry=REGISTRY
)
API_SECONDS = Histogram(
    "testgen_operator_api_request_duration_seconds",
    "Requests to the Kubernetes API.",
    ["verb"],
    buckets=_SECONDS,
    registry=REGISTRY,
)
API_RETRIES = Counter("testgen_operator_api_retries", "Requests tried again.", ["verb", "code"], registry=REGISTRY)
WRITES = Counter("testgen_operator_writes", "Writes made for projects.", ["verb", "resource"], registry=REGISTRY)
WRITES_SUPPRESSED = Counter(
    "testgen_operator_writes_suppressed", "Applies skipped: the object already is as wanted.", ["resource"], registry=REGISTRY
)
UNSETTLED = Counter(
    "testgen_operator_apply_unsettled",
    "Applies that the server changed again (webhook, defaulting).",
    ["resource"],
    registry=REGISTRY,
)
CACHE_OBJECTS = Gauge("testgen_operator_cache_objects", "Objects held in the cache.", ["resource"], registry=REGISTRY)
CACHE_LEFT_OUT = Counter(
    "testgen_operator_cache_left_out",
    "Objects not taken into the cache: their namespace has more of them than is its share.",
    ["resource"],
    registry=REGISTRY,
)
WATCH_EVENTS = Counter("testgen_operator_watch_events", "Watch events seen.", ["resource", "type"], registry=REGISTRY)
WATCH_LAST_EVENT = Gauge(
    "testgen_operator_watch_last_event_timestamp_seconds", "When a watch last showed something.", ["resource"], registry=REGISTRY
)
WATCH_LISTS = Counter(
    "testgen_operator_watch_lists", "Lists made by a watch: its start and its restarts.", ["resource"], registry=REGISTRY
)
WATCH_RESTARTS = Counter(
    "testgen_operator_watch_restarts",
    "Watches opened again; each ends after 5 minutes by itself.",
    ["resource"],
    registry=REGISTRY,
)
WATCH_SILENCE = Gauge(
    "testgen_operator_watch_silence_seconds",
    "Since the server last answered the watch that it has left unanswered longest.",
    registry=REGISTRY,
)
CANARY_SECONDS = Gauge(
    "testgen_operator_canary_seconds", "How long the last loopback write took to come back.", registry=REGISTRY
)
LEADER = Gauge("testgen_operator_leader", "1 while this replica holds the Lease.", registry=REGISTRY)
ADMISSIONS = Counter("testgen_operator_admissions", "Reviews answered by the webhook, by result.", ["result"], registry=REGISTRY)
WEBHOOK_FAILURES = Counter(
    "testgen_operator_webhook_certificate_failures",
    "Looks at the webhook's certificate that failed, by reason; each is tried again.",
    ["reason"],
    registry=REGISTRY,
)
RELEASES = Counter(
    "testgen_operator_releases",
    "Releases that ended, by how (S2-232, S2-235).",
    ["environment", "outcome"],
    registry=REGISTRY,
)
RELEASE_SECONDS = Histogram(
    "testgen_operator_release_duration_seconds",
    "From a release's record to its end (S2-238).",
    ["environment", "outcome"],
    buckets=(30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400),
    registry=REGISTRY,
)
RESTORE_SECONDS = Histogram(
    "testgen_operator_release_restore_seconds",
    "From the moment that a release was found bad while it served until the one before served alone again (S2-234).",
    ["environment"],
    buckets=(1, 2, 5, 10, 30, 60, 300, 900, 3600),
    registry=REGISTRY,
)
LEAD_SECONDS = Histogram(
    "testgen_operator_release_lead_seconds",
    "From a change (its commit where the project tells when, otherwise its release's record) until it was promoted (S2-233).",
    ["environment"],
    buckets=(60, 300, 900, 1800, 3600, 7200, 21600, 86400, 172800, 604800),
    registry=REGISTRY,
)
UPGRADES_WAITING = Gauge(
    "testgen_operator_upgrades_waiting",
    "Projects whose pods a new operator renders otherwise and that wait for their turn.",
    registry=REGISTRY,
)
LEASE_RENEWED = Gauge(
    "testgen_operator_lease_renewed_timestamp_seconds", "When this replica last wrote the Lease; 0 before.", registry=REGISTRY
)
EVENTS_POSTED = Counter("testgen_operator_events_posted", "Kubernetes Events by result.", ["result"], registry=REGISTRY)
BUILD = Info("testgen_operator_build", "What runs here.", registry=REGISTRY)
BUILD.info({"version": __version__, "python": platform.python_version()})
ProcessCollector(registry=REGISTRY)

MOST_PROJECT_SERIES: Final = 1_000
_VALUES: Final[Mapping[str, float]] = {"True": 1.0, "False": 0.0}


class Conditions(Collector):
    """What the projects' conditions are: how many projects for each condition and status, and Ready and Stalled by project.

    At most `most` projects have series of their own, those that are not well first; what is left out is counted.
    """

    BY_PROJECT: Final = ("Ready", "Stalled")

    def __init__(self, most: int = MOST_PROJECT_SERIES) -> None:
        self._most = most
        self._projects: dict[Hashable, tuple[str, str, dict[str, tuple[str, str]]]] = {}

    def set(self, namespace: str, name: str, status: Mapping[str, Any]) -> None:
        """A pass over a project ended with this status."""
        found = {str(one["type"]): (str(one["status"]), str(one["reason"])) for one in status.get("conditions") or ()}
        self._projects[namespace, name] = (namespace, name, found)

    def forget(self, namespace: str, name: str) -> None:
        self._projects.pop((namespace, name), None)

    def clear(self) -> None:
        self._projects.clear()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        counted: dict[tuple[str, str], int] = {}
        for _, _, found in self._projects.values():
            for kind, (status, _) in found.items():
                counted[kind, status] = counted.get((kind, status), 0) + 1
        totals = GaugeMetricFamily(
            "testgen_operator_projects", "Projects by condition and status.", labels=["condition", "status"]
        )
        for (kind, status), count in sorted(counted.items()):
            totals.add_metric([kind, status], count)
        yield totals
        yield self._by_project()
        left_out = GaugeMetricFamily(
            "testgen_operator_project_series_left_out", "Projects without series of their own: there are too many."
        )
        left_out.add_metric([], max(0, len(self._projects) - self._most))
        yield left_out

    def _by_project(self) -> GaugeMetricFamily:
        family = GaugeMetricFamily(
            "testgen_operator_project_condition",
            "1 True, 0 False, -1 Unknown.",
            labels=["namespace", "project", "condition", "reason"],
        )
        ordered = sorted(self._projects.values(), key=lambda one: (one[2].get("Ready", ("", ""))[0] == "True", one[0], one[1]))
        for namespace, name, found in ordered[: self._most]:
            for kind in self.BY_PROJECT:
                if kind in found:
                    status, reason = found[kind]
                    family.add_metric([namespace, name, kind, reason], _VALUES.get(status, -1.0))
        return family


CONDITIONS = Conditions()
REGISTRY.register(CONDITIONS)


def exposition() -> bytes:
    """The metrics in Prometheus' text format."""
    return generate_latest(REGISTRY)


def configure_logging(level: str = "INFO", form: str = "json") -> None:
    """One line of JSON per event on standard error (`form="console"`: for people), structlog's and the libraries' alike."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    ]
    renderer: Any = structlog.dev.ConsoleRenderer() if form == "console" else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.EventRenamer("message"),
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("aiohttp.access", "asyncio", "kopf.objects"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger
