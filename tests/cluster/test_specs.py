"""A real API server and the operator's own check agree: 300 valid specs are accepted, 300 invalid ones refused. Dry runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from testgen_operator.cluster.client import open_session
from testgen_operator.cluster.connection import Connection
from testgen_operator.cluster.kinds import PROJECT
from tests.cluster.kube import Cluster
from tests.unit.operator.broken_specs import Broken, broken
from tests.unit.operator.build import resource
from tests.unit.operator.strategies import specs

pytestmark = pytest.mark.asyncio(loop_scope="module")

COUNT = 300
Ask = Callable[[dict[str, Any]], Awaitable[tuple[int, str]]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ask(connection: Connection, shared_cluster: Cluster, installed: None) -> AsyncIterator[Ask]:
    """What the API server would say to an object: its status code and its words. Unknown fields are errors, nothing is stored."""
    async with open_session(connection) as session:

        async def create(obj: dict[str, Any]) -> tuple[int, str]:
            obj["metadata"] = {"name": obj["metadata"]["name"], "namespace": shared_cluster.namespace}
            url = connection.server + PROJECT.collection(shared_cluster.namespace)
            options = {"dryRun": "All", "fieldValidation": "Strict"}
            async with session.post(url, params=options, json=obj, headers=connection.headers()) as answer:
                return answer.status, await answer.text()

        yield create


def drawn(strategy: st.SearchStrategy[Any]) -> list[Any]:
    """`COUNT` examples, the same at every run."""
    found: list[Any] = []

    @settings(
        max_examples=COUNT,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(one: Any) -> None:
        found.append(one)

    collect()
    return found


async def test_every_valid_spec_is_accepted(ask: Ask) -> None:
    found = drawn(specs())
    answers = [await ask(resource(spec, f"p{number}")) for number, spec in enumerate(found)]
    assert [words for code, words in answers if code != 201] == []
    assert len(answers) >= COUNT


async def test_every_invalid_spec_is_refused_with_the_fields_path(ask: Ask) -> None:
    found: list[Broken] = drawn(broken())
    answers = [(case, *await ask(resource(case.spec, case.name))) for case in found]
    assert [case for case, code, _ in answers if code not in (400, 422)] == []
    assert [(case, words) for case, _, words in answers if case.path.rpartition(".")[2] not in words] == []
    assert len(answers) >= COUNT
