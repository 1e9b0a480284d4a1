"""Kinds that not every cluster serves: found when they are there, and noticed when they come or go."""

from __future__ import annotations

from typing import Any

from testgen_operator.cluster import optional
from testgen_operator.cluster.kinds import OPTIONAL
from testgen_operator.errors import ApiError


class Discovery:
    """Answers like /apis/<group>/<version>. A state maps a group's version to its kinds; the first one counts."""

    def __init__(self, *states: dict[str, list[str]] | ApiError) -> None:
        self.states = list(states)

    async def read(self, path: str) -> dict[str, Any]:
        state = self.states[0]
        if isinstance(state, ApiError):
            raise state
        kinds = state.get(path.removeprefix("/apis/"))
        if kinds is None:
            raise ApiError("not found", status=404, reason="NotFound", what=path)
        return {"resources": [{"kind": kind, "name": f"{kind.lower()}s"} for kind in kinds]}


GATEWAY = {"gateway.networking.k8s.io/v1": ["Gateway", "HTTPRoute"]}


async def test_only_what_is_served_is_watched() -> None:
    found = await optional.served(Discovery(GATEWAY))  # type: ignore[arg-type]
    assert [kind.kind for kind in found] == ["HTTPRoute"]
    assert await optional.served(Discovery({})) == ()  # type: ignore[arg-type]


async def test_what_has_no_objects_of_its_own_is_no_kind() -> None:
    class Subresources(Discovery):
        async def read(self, path: str) -> dict[str, Any]:
            return {"resources": [{"kind": kind.kind, "name": f"{kind.plural}/status"} for kind in OPTIONAL]}

    assert await optional.served(Subresources()) == ()  # type: ignore[arg-type]


async def test_the_coming_of_a_kind_is_noticed_and_silence_is_no_change() -> None:
    broken = ApiError("no answer", status=0, reason="Unreachable", what="")
    server = Discovery({}, broken, {}, GATEWAY)
    looks = 0

    async def pause(_: float) -> None:
        nonlocal looks
        looks += 1
        if looks > 1:
            server.states.pop(0)

    await optional.until_changed(server, (), pause=pause)  # type: ignore[arg-type]
    assert looks == 4
