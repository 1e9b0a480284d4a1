"""A real API server and the operator's own check agree: 300 valid specs are accepted; 300 invalid ones, and every field with
every impossible value, are refused at the field's whole path and with a mend. Dry runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from testgen_operator.cluster.client import open_session
from testgen_operator.cluster.connection import Connection
from testgen_operator.cluster.kinds import PROJECT
from tests import api_refusal
from tests.admission_table import REFUSED
from tests.cluster.conftest import AGENT
from tests.cluster.kube import Cluster
from tests.unit.operator.broken_specs import Broken, alone, broken
from tests.unit.operator.build import resource
from tests.unit.operator.strategies import specs

pytestmark = pytest.mark.asyncio(loop_scope="module")

COUNT = 300
Ask = Callable[[dict[str, Any]], Awaitable[tuple[int, dict[str, Any]]]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ask(connection: Connection, shared_cluster: Cluster, installed: None) -> AsyncIterator[Ask]:
    """What the API server would say to an object: its status code and answer. Unknown fields are errors, nothing is stored."""
    async with open_session(connection, agent=AGENT) as session:

        async def create(obj: dict[str, Any]) -> tuple[int, dict[str, Any]]:
            obj["metadata"] = {"name": obj["metadata"]["name"], "namespace": shared_cluster.namespace}
            url = connection.server + PROJECT.collection(shared_cluster.namespace)
            options = {"dryRun": "All", "fieldValidation": "Strict"}
            async with session.post(url, params=options, json=obj, headers=connection.headers()) as answer:
                return answer.status, await answer.json()

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


async def amiss(ask: Ask, cases: Iterable[Broken]) -> list[tuple[Broken, int, Any]]:
    """Those that are not refused as they should be: at their path, and every complaint with what to do."""
    found = []
    for case in cases:
        code, answer = await ask(resource(case.spec, case.name))
        told = api_refusal.problems(answer)
        named = (case.api_path or case.path) in [problem.field for problem in told]
        if code not in (400, 422) or not named or not all(map(api_refusal.says_what_to_do, told)):
            found.append((case, code, answer.get("message")))
    return found


async def test_every_invalid_spec_is_refused_with_the_fields_path_and_a_mend(ask: Ask) -> None:
    found: list[Broken] = drawn(broken())
    assert len(found) >= COUNT
    assert await amiss(ask, found) == []


async def test_every_field_with_every_impossible_value_is_refused_with_its_path_and_a_mend(ask: Ask) -> None:
    assert await amiss(ask, alone()) == []


async def test_every_row_of_the_table_is_refused_in_its_words_at_its_place(ask: Ask) -> None:
    for case in REFUSED:
        _, answer = await ask(resource(case.spec, case.name))
        told = [one for one in api_refusal.problems(answer) if one.field == (case.api_path or case.path)]
        assert any(case.words in str(one) or case.words in answer["message"] for one in told), (case.title, answer["message"])
