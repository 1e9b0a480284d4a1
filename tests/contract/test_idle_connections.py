"""Of two who keep a connection, the one that sends requests has to end it: what ends under a request on its way loses it."""

from __future__ import annotations

import re

from tests.unit.operator.build import project

from testgen_operator.plan import edge
from testgen_runtime.server import KEEP_ALIVE_SECONDS

LONGEST_OF_A_PROXY = 90
"""Seconds: Traefik's idleConnTimeout; nginx keeps them for 60."""


def test_a_pod_keeps_an_idle_connection_longer_than_a_proxy_does() -> None:
    assert KEEP_ALIVE_SECONDS > LONGEST_OF_A_PROXY


def test_the_edge_keeps_an_idle_connection_longer_than_a_proxy_in_front_of_it() -> None:
    [seconds] = re.findall(r"^\s*keepalive_timeout (\d+)s;", edge.render(project({"mode": "Microservices"})), re.M)
    assert int(seconds) > LONGEST_OF_A_PROXY
