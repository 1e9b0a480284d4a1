"""Sizes by profile. Small: X-09 (S2-110's figures); Standard: S4-011…014, with half of a limit requested.

A preset is where a number comes from when the project names none; `spec.resources` and its like override single values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from testgen_operator.resources.project import TestGenProject

Amounts = dict[str, dict[str, str]]
LogLevel = Literal["DEBUG", "INFO", "WARNING"]


def _amounts(cpu: tuple[str, str], memory: tuple[str, str]) -> Amounts:
    return {"requests": {"cpu": cpu[0], "memory": memory[0]}, "limits": {"cpu": cpu[1], "memory": memory[1]}}


@dataclass(frozen=True)
class Preset:
    """One profile's sizes. Pools are per pod; `max_connections` lets the most pods that the schema allows (50, and one surging)
    connect twice over, as a change of mode has it, and leaves some for migrations and people (connections.py)."""

    runtime: Amounts
    postgres: Amounts
    neo4j: Amounts
    ollama: Amounts
    postgres_storage: str
    neo4j_storage: str
    ollama_storage: str
    index_scratch: str
    pool_min: int
    pool_max: int
    max_connections: int
    shared_buffers: str
    neo4j_heap: str
    neo4j_page_cache: str
    wal_keep: str
    """What the primary keeps for a replica that is behind."""
    qdrant: Amounts
    qdrant_storage: str
    redis: Amounts
    redis_storage: str
    redis_memory: str


PRESETS: Final[dict[str, Preset]] = {
    "Small": Preset(
        runtime=_amounts(("500m", "1"), ("512Mi", "1Gi")),
        postgres=_amounts(("100m", "1"), ("256Mi", "1Gi")),
        neo4j=_amounts(("100m", "1"), ("1Gi", "1536Mi")),
        ollama=_amounts(("250m", "4"), ("2Gi", "4Gi")),
        postgres_storage="5Gi",
        neo4j_storage="2Gi",
        ollama_storage="10Gi",
        index_scratch="1Gi",
        pool_min=2,
        pool_max=8,
        max_connections=850,
        shared_buffers="128MB",
        neo4j_heap="512m",
        neo4j_page_cache="128m",
        wal_keep="256MB",
        qdrant=_amounts(("100m", "1"), ("256Mi", "1Gi")),
        qdrant_storage="5Gi",
        redis=_amounts(("25m", "500m"), ("64Mi", "256Mi")),
        redis_storage="1Gi",
        redis_memory="128mb",
    ),
    "Standard": Preset(
        runtime=_amounts(("2", "4"), ("4Gi", "8Gi")),
        postgres=_amounts(("1", "2"), ("2Gi", "4Gi")),
        neo4j=_amounts(("1", "2"), ("2Gi", "4Gi")),
        ollama=_amounts(("2", "8"), ("8Gi", "16Gi")),
        postgres_storage="50Gi",
        neo4j_storage="20Gi",
        ollama_storage="50Gi",
        index_scratch="10Gi",
        pool_min=10,
        pool_max=20,
        max_connections=1100,
        shared_buffers="1GB",
        neo4j_heap="1g",
        neo4j_page_cache="1g",
        wal_keep="1GB",
        qdrant=_amounts(("4", "8"), ("8Gi", "16Gi")),  # S4-034
        qdrant_storage="50Gi",
        redis=_amounts(("1", "2"), ("3Gi", "4Gi")),  # S4-036; a snapshot's copy-on-write needs room beside maxmemory
        redis_storage="10Gi",
        redis_memory="2gb",  # S3-086
    ),
}

LOG_LEVELS: Final[dict[str, LogLevel]] = {"Development": "DEBUG", "Staging": "INFO", "Production": "WARNING"}
"""S2-105, S2-111, S2-114 (X-14)."""


REPLICAS: Final[dict[str, int]] = {"Development": 1, "Staging": 2, "Production": 3}
"""Runtime pods of a Monolith when the project names no number (X-10, S2-113)."""


def replicas(project: TestGenProject) -> int:
    """Runtime pods that a Monolith asks for without an autoscaler; not what `suspend` makes of it."""
    return project.spec.replicas if project.spec.replicas is not None else REPLICAS[project.spec.environment]


def preset(profile: str) -> Preset:
    return PRESETS[profile]


def as_json(found: Preset) -> dict[str, Any]:
    """For the generated reference."""
    return {name: getattr(found, name) for name in found.__dataclass_fields__}
