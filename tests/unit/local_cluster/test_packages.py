"""System packages: what is missing, and the question before they are installed."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

import pytest

from testgen_cluster import packages
from testgen_cluster.packages import Package, agreed, ensure, is_static, missing
from testgen_cluster.steps import ClusterError


@pytest.mark.parametrize(
    ("environment", "interactive", "typed", "expected"),
    [
        ({"YES": "1"}, False, None, True),
        ({"CI": "true"}, False, None, True),
        ({"YES": "0", "CI": "false"}, False, None, False),
        ({}, False, None, False),
        ({}, True, "y", True),
        ({}, True, " Yes ", True),
        ({}, True, "", False),
        ({}, True, "n", False),
    ],
)
def test_packages_are_installed_only_after_a_yes(
    environment: Mapping[str, str], interactive: bool, typed: str | None, expected: bool
) -> None:
    def ask(_: str) -> str:
        assert typed is not None, "asked although nobody could answer"
        return typed

    assert agreed(environment, interactive=interactive, ask=ask) is expected


def test_the_end_of_input_is_a_no() -> None:
    def ask(_: str) -> str:
        raise EOFError

    assert not agreed({}, interactive=True, ask=ask)


def test_only_what_is_missing_is_asked_for() -> None:
    there = Package("there", "is there", lambda: True)
    absent = Package("absent", "is not", lambda: False)

    assert missing([there, absent]) == [absent]


def test_without_an_answer_the_user_is_told_what_to_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(packages, "find_tool", lambda _: Path("/usr/bin/apt-get"))
    monkeypatch.setattr(packages.os, "geteuid", lambda: 0)  # type: ignore[attr-defined]
    monkeypatch.setattr(packages, "agreed", lambda *_, **__: False)

    with pytest.raises(ClusterError, match="apt-get install --no-install-recommends absent`, or this again with YES=1"):
        ensure([Package("absent", "does something", lambda: False)], log=tmp_path / "log")

    assert "absent" in (said := capsys.readouterr().out)
    assert "does something" in said


def elf(*, interpreter: bool) -> bytes:
    """The headers of a 64-bit ELF file with two program headers."""
    header = bytearray(64)
    header[:6] = b"\x7fELF\x02\x01"
    struct.pack_into("<Q", header, 32, 64)
    struct.pack_into("<HH", header, 54, 56, 2)
    return bytes(header) + struct.pack("<I52x", 1) + struct.pack("<I52x", 3 if interpreter else 2)


@pytest.mark.parametrize(
    ("content", "static"), [(elf(interpreter=False), True), (elf(interpreter=True), False), (b"#!/bin/sh", False)]
)
def test_a_static_program_is_told_from_one_that_needs_libraries(content: bytes, static: bool, tmp_path: Path) -> None:
    (tmp_path / "program").write_bytes(content)

    assert is_static(tmp_path / "program") is static
