"""This machine's pip settings and CA bundle, lent to an image build and never left in the image.

Settings come from `pip config` and PIP_* variables (an index, a proxy, a folder of wheels, …). They are written to a
temporary pip.conf that is mounted, beside the CA bundle and pip's cache, into the build's RUN steps only.
"""

from __future__ import annotations

import contextlib
import os
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from testgen_cluster import cache
from testgen_cluster.commands import find_tool

Volume = tuple[Path, str, str]

CONF_IN_BUILD: Final = "/etc/pip.conf"
CACHE_IN_BUILD: Final = "/var/cache/pip"
CA_IN_BUILD: Final = "/etc/ssl/certs/ca-certificates.crt"
# The settings that say where packages come from and how to get there; the rest (user, target, …) is not the build's business.
PASSED_ON: Final = frozenset(
    {
        "default-timeout", "extra-index-url", "find-links", "index-url", "no-index", "prefer-binary", "proxy", "retries",
        "timeout", "trusted-host",
    }
)  # fmt: skip


@dataclass(frozen=True)
class PipSettings:
    """Settings by pip's own names, the CA bundle, and where downloads are kept."""

    values: Mapping[str, str] = field(default_factory=dict)
    ca_bundle: Path | None = None
    cache: Path | None = None

    @classmethod
    def of_this_machine(cls) -> PipSettings:
        values = settings(_pip_config(), os.environ)
        named = values.pop("cert", "") or os.environ.get("SSL_CERT_FILE", "") or (ssl.get_default_verify_paths().cafile or "")
        bundle = Path(named) if named and Path(named).is_file() else None
        return cls(values, bundle, cache.root() / "pip")

    def conf(self) -> str:
        """The text of the pip.conf. Every value on one line, several values of one setting on a line each."""
        lines = ["[global]", "disable-pip-version-check = true", "root-user-action = ignore"]
        if self.ca_bundle is not None:
            lines.append(f"cert = {CA_IN_BUILD}")
        if self.cache is not None:
            lines.append(f"cache-dir = {CACHE_IN_BUILD}")
        for name, value in sorted(self.values.items()):
            if name in PASSED_ON and name != "find-links":
                lines.append(f"{name} = " + "\n    ".join(value.split()))
        if targets := [target for _, target in self._wheels()] + self._links():
            lines.append("find-links = " + "\n    ".join(targets))
        return "\n".join(lines) + "\n"

    def _wheels(self) -> list[tuple[Path, str]]:
        """Local folders that hold wheels, and where the build sees them."""
        named = [Path(link) for link in self.values.get("find-links", "").split() if "://" not in link]
        return [(folder, f"/mnt/wheels-{n}") for n, folder in enumerate(f for f in named if f.is_dir() and any(f.iterdir()))]

    def _links(self) -> list[str]:
        return [link for link in self.values.get("find-links", "").split() if "://" in link]

    @contextlib.contextmanager
    def mounted(self) -> Iterator[list[Volume]]:
        """The volumes of one build: pip.conf, its cache, the CA bundle, and local folders of wheels at their own paths."""
        with tempfile.TemporaryDirectory(prefix="testgen-pip-") as folder:
            conf = Path(folder) / "pip.conf"
            conf.write_text(self.conf())
            volumes: list[Volume] = [(conf, CONF_IN_BUILD, "ro")]
            if self.ca_bundle is not None:
                volumes.append((self.ca_bundle.resolve(), CA_IN_BUILD, "ro"))
            if self.cache is not None:
                self.cache.mkdir(parents=True, exist_ok=True)
                volumes.append((self.cache, CACHE_IN_BUILD, "rw"))
            volumes += [(wheels, target, "ro") for wheels, target in self._wheels()]
            yield volumes


def settings(listed: str, environment: Mapping[str, str]) -> dict[str, str]:
    """pip's settings from the output of `pip config list` and from PIP_* variables, which win."""
    found: dict[str, str] = {}
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        section, _, key = name.partition(".")
        if section in ("global", "install", "user", "site"):
            found[key] = value.strip().strip("'\"").replace("\\n", "\n")
    for name, value in environment.items():
        if name.startswith("PIP_") and value:
            found[name.removeprefix("PIP_").lower().replace("_", "-")] = value
    return found


def pip_command() -> list[str] | None:
    """How pip is called on this machine: this Python's own, else the one in PATH; None where there is none."""
    own = [sys.executable, "-m", "pip"]
    if subprocess.run([*own, "--version"], capture_output=True, check=False).returncode == 0:
        return own
    found = find_tool("pip3") or find_tool("pip")
    return [str(found)] if found else None


def _pip_config() -> str:
    """What `pip config list` prints about files, without the environment; nothing where there is no pip."""
    pip = pip_command()
    if pip is None:
        return ""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    return subprocess.run([*pip, "config", "list"], capture_output=True, text=True, env=environment, check=False).stdout
