"""A spec that broke no rule is not held against all of them again at every pass.

Some 260 rules take a fifth of a pass, apart from its requests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from testgen_operator.cluster.cache import Key
from testgen_operator.resources.project import TestGenProject, parse


class Specs:
    """Which generation of which project was accepted. One entry a project; a restart asks the rules once more."""

    def __init__(self) -> None:
        self._accepted: dict[Key, tuple[str, int]] = {}

    def parse(self, key: Key, live: Mapping[str, Any]) -> TestGenProject:
        """As `resources.project.parse`. Raises InvalidProject."""
        metadata = live["metadata"]
        which = (str(metadata.get("uid", "")), int(metadata.get("generation", 0)))
        project = parse(live, accepted=self._accepted.get(key) == which)
        self._accepted[key] = which
        return project

    def forget(self, key: Key) -> None:
        self._accepted.pop(key, None)
