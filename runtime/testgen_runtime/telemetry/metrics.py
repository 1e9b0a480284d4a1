"""Every metric of the runtime, by name (S0-038…S0-041, S4-059, S4-065). Labels are bounded: no ids, no paths with ids."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge, Histogram, Info

_HTTP_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_JOB_WAIT_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 60, 300, 1800)
_JOB_SECONDS: Final = (0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800)

BUILD = Info("testgen_build", "Version of the runtime")

HTTP_REQUESTS = Counter("testgen_http_requests", "HTTP requests answered", ("method", "route", "status"))
HTTP_SECONDS = Histogram(
    "testgen_http_request_duration_seconds", "From the ASGI entry to the last byte", ("method", "route"), buckets=_HTTP_SECONDS
)
HTTP_INFLIGHT = Gauge("testgen_http_requests_inflight", "Requests that have entered and not yet left")
HTTP_SHED = Counter("testgen_http_requests_shed", "Requests refused because too many were in flight")

AUTH_FAILURES = Counter("testgen_auth_failures", "Keys and tokens that count for nothing", ("kind",))
RATE_LIMITED = Counter("testgen_rate_limited", "Requests refused because their caller was over its limit", ("limit",))
AUDIT_LEFT_OUT = Counter("testgen_audit_left_out", "Refusals that the audit does not hold: too many, or no database")
RATE_UNCOUNTED = Counter("testgen_rate_uncounted", "Requests let through because their limit could not be counted")

DB_POOL_SIZE = Gauge("testgen_db_pool_size", "Open connections of the pool")
DB_POOL_USED = Gauge("testgen_db_pool_used", "Connections of the pool that are in use")
DB_POOL_MAX = Gauge("testgen_db_pool_max", "Most connections that the pool may open")

DOCUMENTS = Counter("testgen_documents", "Documents sent", ("outcome",))
JOBS = Counter("testgen_jobs", "Generation jobs that ended", ("state",))
JOBS_QUEUED = Gauge("testgen_jobs_queued", "Generation jobs that wait")
JOBS_RUNNING = Gauge("testgen_jobs_running", "Generation jobs that this process works on")
JOB_SECONDS = Histogram("testgen_job_duration_seconds", "From a job's start to its end", buckets=_JOB_SECONDS)
JOB_WAIT_SECONDS = Histogram("testgen_job_wait_seconds", "From asking for a job to its first start", buckets=_JOB_WAIT_SECONDS)
CASES = Counter("testgen_cases", "Test cases generated", ("written_by", "technique"))
REVIEWS = Counter("testgen_case_reviews", "Cases confirmed or rejected by a person", ("decision",))
GATE_REJECTIONS = Counter("testgen_gate_rejections", "Drafts of a model that a gate turned away", ("gate",))
TOKENS = Counter("testgen_tokens", "Tokens that models consumed", ("provider", "model", "kind"))

INDEX_LAG = Gauge("testgen_index_lag", "Outbox entries that an index has not yet taken in", ("index",))
INDEX_FILLS = Counter("testgen_index_fills", "Times an index was filled from nothing", ("index",))
INDEX_SKIPPED = Counter("testgen_index_skipped", "Chunks that an index refused", ("index",))
RETRIEVAL_SECONDS = Histogram(
    "testgen_retrieval_leg_duration_seconds",
    "One leg of one search",
    ("leg",),
    buckets=(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 3),
)
RETRIEVAL_DEGRADED = Counter("testgen_retrieval_degraded", "Searches in which a leg did not answer", ("leg",))

PEER_CALLS = Counter("testgen_peer_calls", "Calls to another role, each try counted", ("peer", "outcome"))
PEER_SECONDS = Histogram("testgen_peer_call_duration_seconds", "One try that was answered", ("peer",), buckets=_HTTP_SECONDS)
PEER_RESTS = Gauge("testgen_peer_left_alone", "Whether another role is left alone after failures", ("peer",))
DB_REPLICA_READS = Counter("testgen_db_replica_reads", "Reads that a replica could have answered, by who did", ("server",))
