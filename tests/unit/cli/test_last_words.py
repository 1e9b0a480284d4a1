"""What a container that gives up leaves for the operator."""

from __future__ import annotations

import json
from pathlib import Path

from testgen_runtime.errors import BadConfiguration, VersionTooOld
from testgen_runtime.operations.last_words import MOST_BYTES, leave


def test_the_operator_finds_the_reason_and_the_words_in_the_termination_message(tmp_path: Path) -> None:
    place = tmp_path / "termination-log"
    place.touch()

    leave(VersionTooOld("it knows 0011", mend="run a newer one", needs="0012"), place)

    told = json.loads(place.read_text())
    assert told == {"reason": "VersionTooOld", "message": "VersionTooOld: it knows 0011 — run a newer one", "needs": "0012"}


def test_words_are_cut_to_what_kubernetes_keeps(tmp_path: Path) -> None:
    place = tmp_path / "termination-log"
    place.touch()

    leave(VersionTooOld("满" * 5000), place)

    assert len(place.read_bytes()) <= MOST_BYTES
    assert json.loads(place.read_text())["reason"] == "VersionTooOld"


def test_without_such_a_place_or_such_an_error_nothing_is_written(tmp_path: Path) -> None:
    place = tmp_path / "termination-log"

    leave(VersionTooOld("it knows 0011"), place)
    assert not place.exists()
    place.touch()
    leave(BadConfiguration("no"), place)
    assert place.read_text() == ""
