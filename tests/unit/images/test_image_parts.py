"""Jars by their hashes, compiler flags by the processor, pip settings that a build may see."""

from __future__ import annotations

import re
from pathlib import Path

from testgen_cluster import image_parts
from testgen_cluster.pip_settings import PipSettings, settings


def test_every_jar_is_pinned_once() -> None:
    lines = (image_parts.IMAGES / "neo4j" / "SHA256SUMS").read_text().splitlines()
    assert all(re.fullmatch(r"[0-9a-f]{64}  [\w.+-]+\.jar", line) for line in lines)
    assert len({line.split()[1] for line in lines}) == len(lines) > 100


def test_unlisted_missing_and_changed_files_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a.jar").write_bytes(b"a")
    (tmp_path / "b.jar").write_bytes(b"b")
    found = image_parts.checksums(tmp_path)
    assert image_parts.differences(found, f"{found['a.jar']}  a.jar\n{found['b.jar']}  b.jar\n") == []
    listed = f"{'0' * 64}  a.jar\n{'1' * 64}  c.jar\n"
    assert image_parts.differences(found, listed) == ["c.jar is missing", "b.jar is not listed", "a.jar has changed"]


def test_only_what_the_processor_knows_is_compiled_for() -> None:
    assert image_parts.compiler_flags(frozenset({"avx2", "fma", "f16c", "sse"})) == "-O3 -mavx2 -mfma -mf16c"
    assert image_parts.compiler_flags(frozenset({"sse"})) == "-O3"


def test_variables_win_over_files() -> None:
    listed = "global.timeout='15'\ninstall.find-links='a\\nb'\nfreeze.timeout='1'\n:env:.timeout='7'\n"
    assert settings(listed, {"PIP_TIMEOUT": "60", "PIP_NO_INDEX": "1", "HOME": "x"}) == {
        "timeout": "60",
        "find-links": "a\nb",
        "no-index": "1",
    }


def test_settings_that_are_not_about_where_packages_come_from_stay_out() -> None:
    assert "target" not in PipSettings({"target": "here", "user": "1"}).conf()


def test_the_certificates_are_named_by_their_place_in_the_build(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_text("")
    text = PipSettings({}, bundle).conf()
    assert "cert = /etc/ssl/certs/ca-certificates.crt" in text
    assert str(tmp_path) not in text


def test_only_folders_that_hold_wheels_are_lent_to_a_build(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.whl").write_text("")
    pip = PipSettings({"find-links": f"{tmp_path}/empty {tmp_path}/full {tmp_path}/missing"})
    with pip.mounted() as volumes:
        assert [(source.name, target, options) for source, target, options in volumes] == [
            ("pip.conf", "/etc/pip.conf", "ro"),
            ("full", "/mnt/wheels-0", "ro"),
        ]
        assert "find-links = /mnt/wheels-0\n" in volumes[0][0].read_text()
    assert not volumes[0][0].exists()
