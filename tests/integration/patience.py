"""How often a deadline of these tests is meant: `make test` runs them beside the cluster tests, on two cores at a load of 5…12.

A deadline ends a wait for what never comes. It says nothing about speed, which `make bench` measures.
"""

from __future__ import annotations

from typing import Final

PATIENCE: Final = 3.0
