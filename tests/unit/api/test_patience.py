"""How long a request waits, by its Prefer header (RFC 7240)."""

from __future__ import annotations

import pytest

from testgen_runtime.api.generate import _patience


@pytest.mark.parametrize(
    ("header", "seconds", "applied"),
    [
        (None, 30.0, None),
        ("", 30.0, None),
        ("respond-async", 0.0, "respond-async"),
        ("wait=10", 10.0, "wait=10"),
        ("Wait = 10", 10.0, "wait=10"),
        ('wait="7"', 7.0, "wait=7"),
        ("wait=0", 0.0, "wait=0"),
        ("wait=100000", 300.0, "wait=300"),
        ("wait=-1", 30.0, None),
        ("wait=soon", 30.0, None),
        ("return=minimal, wait=5", 5.0, "wait=5"),
        ("respond-async, wait=5", 0.0, "respond-async"),
    ],
)
def test_patience(header: str | None, seconds: float, applied: str | None) -> None:
    assert _patience(header, 30.0) == (seconds, applied)
