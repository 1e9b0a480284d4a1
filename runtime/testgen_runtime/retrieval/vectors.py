"""The vector store as the rest sees it: one port, with an adapter for the engine inside this process and one for a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol
from uuid import UUID, uuid5

from testgen_runtime.errors import TestGenError, Unavailable
from testgen_runtime.retrieval.sparse import SparseVector
from testgen_runtime.security.encryption import Cipher, field_place

SPARSE: Final = "lexical"
DENSE: Final = "dense"
_POINTS: Final = UUID("6d2f7f0e-3a0e-5b0d-9a43-2b3f7d1c6e55")  # any, as long as it stays

DenseVector = tuple[float, ...]


class IndexUnavailable(Unavailable):
    """The index can't be asked now: it is not open, too busy, or its server does not answer."""


class IndexRejected(TestGenError):
    """The index refuses these points; sending them again can't help."""

    slug = "index-rejected"
    title = "The index refuses the data"


class IndexInUse(TestGenError):
    """Another process holds the index's folder. One folder belongs to one process."""

    slug = "index-in-use"
    title = "The index folder is in use"
    status = 503


@dataclass(frozen=True, slots=True)
class Point:
    """What is stored of one chunk. `key` is the chunk's id; it names the point, so that writing it twice leaves one."""

    key: str
    kind: str
    document_id: str
    title: str
    text: str
    sparse: SparseVector
    dense: DenseVector | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which points may be found. None: any. `without` leaves single keys out."""

    kinds: frozenset[str] | None = None
    documents: frozenset[str] | None = None
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """One answer of a leg, best first; `score` is the leg's own and compares only within the leg."""

    key: str
    kind: str
    document_id: str
    title: str
    text: str
    score: float


class Staging(Protocol):
    """An index that is being filled beside the one that serves. `instance` names it for good."""

    @property
    def instance(self) -> str: ...

    async def upsert(self, points: Sequence[Point]) -> None: ...


class VectorLegs(Protocol):
    """What a search asks: in this process, or in another role. Raises Unavailable where it does not answer."""

    async def query_sparse(self, vector: SparseVector, limit: int, allowed: Filter) -> list[Found]: ...

    async def query_dense(self, vector: DenseVector, limit: int, allowed: Filter) -> list[Found]: ...


class VectorIndex(VectorLegs, Protocol):
    """Named sparse and dense vectors with payload. Every call has a timeout and raises IndexUnavailable when it passes.

    `instance` names the stored data that serves now: it changes when the index is built anew, and is None while there is none
    (nothing was ever filled, or what lay there was of another shape). A cursor belongs to an instance and never to a path.
    """

    @property
    def instance(self) -> str | None: ...

    @property
    def dimensions(self) -> int | None:
        """Length of the dense vectors of what serves now, None where it holds none."""

    async def open(self) -> None:
        """Take up what an earlier process left, if it is whole and of this program's shape.

        Raises: IndexInUse, IndexUnavailable.
        """

    async def close(self) -> None: ...

    async def refresh(self) -> None:
        """See what another process has done to a shared index since (a no-op where there are no others)."""

    async def upsert(self, points: Sequence[Point]) -> None:
        """Write or overwrite; stored when it returns. Raises: IndexRejected, IndexUnavailable."""

    async def delete(self, keys: Sequence[str]) -> None:
        """Remove; keys that are not there are no error."""

    async def count(self) -> int: ...

    async def optimize(self) -> None:
        """Tidy up after many writes, where that is this side's to do."""

    async def stage(self, dimensions: int | None) -> Staging:
        """A new, empty index beside the one that serves; leftovers of earlier attempts are removed."""

    async def promote(self, staging: Staging) -> None:
        """Let the staged index serve, atomically, and remove the one before."""


def payload(cipher: Cipher, point: Point) -> dict[str, str]:
    """What is stored beside the vectors, its text sealed where there is a key."""
    return {
        "key": point.key,
        "kind": point.kind,
        "document_id": point.document_id,
        "title": point.title,
        "text": cipher.seal_text(_place(point.key), point.text),
    }


def found(cipher: Cipher, stored: Mapping[str, Any], score: float) -> Found:
    """What `payload` stored, as an answer. Raises: BadConfiguration."""
    text = cipher.open_text(_place(stored["key"]), stored["text"])
    return Found(stored["key"], stored["kind"], stored["document_id"], stored["title"], text, float(score))


def _place(key: str) -> str:
    return field_place("vector", "text", key)


def point_id(key: str) -> str:
    """The UUID under which a chunk is stored: both engines take only UUIDs and integers."""
    return str(uuid5(_POINTS, key))
