"""What the operator tells about itself: every metric name and label, and the one logger set-up.

Labels are bounded: kinds, verbs, codes and results, never a project or a release.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest

from testgen_operator import __version__

REGISTRY = CollectorRegistry(auto_describe=True)
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

RECONCILES = Counter("testgen_operator_reconcile", "Reconciles by result.", ["result"], registry=REGISTRY)
RECONCILE_SECONDS = Histogram(
    "testgen_operator_reconcile_duration_seconds", "One reconcile.", buckets=_SECONDS, registry=REGISTRY
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
WATCH_EVENTS = Counter("testgen_operator_watch_events", "Watch events seen.", ["resource", "type"], registry=REGISTRY)
WATCH_LAST_EVENT = Gauge(
    "testgen_operator_watch_last_event_timestamp_seconds", "When a watch last showed something.", ["resource"], registry=REGISTRY
)
WATCH_LISTS = Counter(
    "testgen_operator_watch_lists", "Lists made by a watch: its start and its restarts.", ["resource"], registry=REGISTRY
)
CANARY_SECONDS = Gauge(
    "testgen_operator_canary_seconds", "How long the last loopback write took to come back.", registry=REGISTRY
)
LEADER = Gauge("testgen_operator_leader", "1 while this replica holds the Lease.", registry=REGISTRY)
ADMISSIONS = Counter("testgen_operator_admissions", "Reviews answered by the webhook, by result.", ["result"], registry=REGISTRY)
LEASE_RENEWED = Gauge(
    "testgen_operator_lease_renewed_timestamp_seconds", "When this replica last wrote the Lease; 0 before.", registry=REGISTRY
)
EVENTS_POSTED = Counter("testgen_operator_events_posted", "Kubernetes Events by result.", ["result"], registry=REGISTRY)
BUILD = Info("testgen_operator_build", "What runs here.", registry=REGISTRY)
BUILD.info({"version": __version__})


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
