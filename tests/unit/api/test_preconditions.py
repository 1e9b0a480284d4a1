"""What an If-Match says was seen (RFC 9110, 13.1.1)."""

from __future__ import annotations

import time

import pytest

from testgen_runtime.api.preconditions import seen_by, tag_of
from testgen_runtime.errors import Malformed
from testgen_runtime.seen import Seen


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ('"1"', Seen.of(1)),
        (tag_of(7, b"{}"), Seen.of(7)),
        ("3", Seen.of(3)),
        ('W/"1"', Seen()),
        ('W/"1-0a0a", "2"', Seen.of(2)),
        ('"9", "1"', Seen.of(1, 9)),
        ('"9" ,\t"1-0a0a",, ', Seen.of(1, 9)),
        ('"of,another", "4"', Seen.of(4)),
        ('"of another"', None),
        ('"somebody-elses"', Seen()),
        ("*", Seen(whatever=True)),
        (" * ", Seen(whatever=True)),
        ('"*"', Seen()),
    ],
)
def test_the_revisions_of_its_strong_tags(sent: str, seen: Seen | None) -> None:
    if seen is None:
        with pytest.raises(Malformed):
            seen_by(sent)
    else:
        assert seen_by(sent) == seen


@pytest.mark.parametrize(
    "sent", ["", ",", "latest", "W/1", "0", '"1" "2"', '"1", *', "*, *", '"1', 'w/"1"', '"1", 2', ",  " * 60 + "x"]
)
def test_what_is_no_list_of_tags_is_refused(sent: str) -> None:
    started = time.perf_counter()

    with pytest.raises(Malformed) as refused:
        seen_by(sent)

    assert '"3"' in refused.value.mend
    assert time.perf_counter() - started < 0.5


def test_only_a_revision_that_was_seen_is_held() -> None:
    assert [Seen.of(1, 9).holds(revision) for revision in (1, 2, 9)] == [True, False, True]
    assert Seen(whatever=True).holds(5)
    assert not Seen().holds(5)
