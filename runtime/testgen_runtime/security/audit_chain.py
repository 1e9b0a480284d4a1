"""The chain of the audit: what each row's hash covers, and whether a run of rows is whole. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

GENESIS: Final = bytes(32)
SEALED: Final = "audit sealed"
"""The action of the entry that tells which row was the last to leave: its object is `<seq>:<hash>`."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the audit. `object` is what the deed was done to; empty `request_id` and `client`: no request."""

    seq: int
    at: datetime
    actor: str
    action: str
    object: str
    outcome: str
    request_id: str
    client: str
    previous: bytes
    hash: bytes

    def mark(self) -> str:
        """`<seq>:<hash>`, by which a later verification can be told that this row was there."""
        return f"{self.seq}:{self.hash.hex()}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found. `problem` is empty where the chain is whole; `row` is the first one that is wrong."""

    rows: int
    head: str | None
    row: int | None = None
    problem: str = ""


def digest(entry: Entry) -> bytes:
    """What `entry.hash` has to be: SHA-256 over the hash before and each field as `<bytes>:<text>`."""
    elapsed = entry.at - _EPOCH
    microseconds = (elapsed.days * 86_400 + elapsed.seconds) * 1_000_000 + elapsed.microseconds
    words = (entry.actor, entry.action, entry.object, entry.outcome, entry.request_id, entry.client)
    text = f"{entry.seq} {microseconds}" + "".join(f" {len(word.encode())}:{word}" for word in words)
    return hashlib.sha256(entry.previous + text.encode()).digest()


class Verifier:
    """Takes the rows in order, a batch at a time, and remembers the first that is wrong.

    `since` is a mark of a verification before (`<seq>:<hash>`): the chain has to lead to it still.
    """

    def __init__(self, since: str | None = None) -> None:
        self._since = since
        self._since_seq = int(since.split(":")[0]) if since else 0
        self._since_found = since is None
        self._first: Entry | None = None
        self._last: Entry | None = None
        self._sealed: str | None = None
        self._rows = 0
        self._wrong: tuple[int, str] | None = None

    def feed(self, entries: Iterable[Entry]) -> bool:
        """Look at the next rows; False once one is wrong."""
        for entry in entries:
            if self._wrong is None:
                self._look(entry)
        return self._wrong is None

    def _look(self, entry: Entry) -> None:
        self._rows += 1
        if self._last is None:
            self._first = entry
        elif entry.seq != self._last.seq + 1:
            self._wrong = (entry.seq, f"row {self._last.seq} is followed by row {entry.seq}: rows are missing or were added")
        elif entry.previous != self._last.hash:
            self._wrong = (entry.seq, f"row {entry.seq} does not follow row {self._last.seq}: one of them was exchanged")
        if self._wrong is None and digest(entry) != entry.hash:
            self._wrong = (entry.seq, f"row {entry.seq} was changed: its hash does not fit what it says")
        if entry.action == SEALED and entry.outcome == "done":
            self._sealed = entry.object
        self._since_found = self._since_found or entry.mark() == self._since or entry.object == self._since
        self._last = entry

    def end(self) -> Verdict:
        """The verdict, once every row was looked at."""
        head = self._last.mark() if self._last else None
        row, problem = self._wrong or self._at_the_ends()
        return Verdict(self._rows, head, row, problem)

    def _at_the_ends(self) -> tuple[int | None, str]:
        first = self._first
        if first is not None:
            begins = GENESIS if first.seq == 1 else None
            if first.seq == 1 and first.previous != begins:
                return 1, "row 1 names a row before it"
            if first.seq > 1 and self._sealed != f"{first.seq - 1}:{first.previous.hex()}":
                return first.seq, f"the rows before row {first.seq} are gone, and no sealing accounts for them"
        if not self._since_found and not self._left_before():
            return self._since_seq, f"the mark {self._since} is not in the chain: rows were cut off or the chain was written anew"
        return None, ""

    def _left_before(self) -> bool:
        """Whether the row of the mark was sealed since: then the seal after it stands for it."""
        return self._sealed is not None and self._since_seq < int(self._sealed.split(":")[0])


def verify(entries: Iterable[Entry], since: str | None = None) -> Verdict:
    """Whether these rows are a whole chain."""
    verifier = Verifier(since)
    verifier.feed(entries)
    return verifier.end()
