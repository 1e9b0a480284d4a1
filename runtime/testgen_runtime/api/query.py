"""What holds for the address of every request: no query parameter that nobody reads, and no character that nothing can hold.

A mistyped filter that is ignored answers with more than was asked for; a person takes that for the truth.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from fastapi import Request, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute

from testgen_runtime.api.callers import caller
from testgen_runtime.api.dependencies import services
from testgen_runtime.errors import InvalidInput

_MOST_TOLD: Final = 5
_known: Final[dict[Callable[..., Any], frozenset[str]]] = {}


async def only_known_parameters(request: Request) -> None:
    """For every route below /api/v1, after the caller is known.

    Raises: InvalidInput for query parameters that the route has not, and for NUL characters in the path or the query.
    """
    await caller(request, services(request))
    route = request.scope.get("route")
    if not request.query_params and "\0" not in request.url.path and "%00" not in request.url.path:
        return
    if isinstance(route, APIRoute):
        known = _parameters(route)
        unknown = [name for name in request.query_params if name not in known]
        if unknown:
            told = ", ".join(name[:100] for name in unknown[:_MOST_TOLD])
            raise InvalidInput(
                f"query: there is no parameter {told} here",
                mend=f"use {', '.join(sorted(known))}" if known else "leave the query out",
                errors=[{"place": name[:100], "problem": "it is unknown here"} for name in unknown[:_MOST_TOLD]],
            )
    held = (*request.path_params.values(), *request.query_params.values())
    if any("\0" in str(value) for value in held):
        raise InvalidInput("the address holds a NUL character", mend="leave it out")


def _parameters(route: APIRoute) -> frozenset[str]:
    """The names of a route's query parameters; read once for each endpoint, of which there is a fixed number."""
    if route.endpoint not in _known:
        fields = get_flat_params(route.dependant)
        _known[route.endpoint] = frozenset(field.alias for field in fields if isinstance(field.field_info, params.Query))
    return _known[route.endpoint]
