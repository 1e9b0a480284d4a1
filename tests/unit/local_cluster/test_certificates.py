"""Certificates and kubeconfigs, by the real openssl."""

from __future__ import annotations

from pathlib import Path

import pytest

from testgen_cluster import pki
from testgen_cluster.commands import find_tool
from testgen_cluster.names import Names


@pytest.mark.skipif(find_tool("openssl") is None, reason="needs openssl")
def test_certificates_are_made_once_private_and_mended(tmp_path: Path) -> None:
    names = Names(tmp_path, 5)
    place = pki.ensure(names)
    before = {path.name: path.read_bytes() for path in place.iterdir()}

    assert pki.ensure(names) == place
    assert {path.name: path.read_bytes() for path in place.iterdir()} == before
    assert {path.stat().st_mode & 0o777 for path in [*place.glob("*.key"), names.kubeconfig]} == {0o600}

    (place / "apiserver.crt").write_text("broken")
    pki.ensure(names)
    assert (place / "apiserver.crt").read_bytes() not in (b"broken", before["apiserver.crt"])


@pytest.mark.skipif(find_tool("openssl") is None, reason="needs openssl")
def test_certificates_are_made_anew_for_another_address(tmp_path: Path) -> None:
    before = (pki.ensure(Names(tmp_path, 5)) / "apiserver.crt").read_bytes()

    assert (pki.ensure(Names(tmp_path, 6)) / "apiserver.crt").read_bytes() != before
