"""Review in the database: decisions, edits, locks, and what regeneration keeps (S4-059)."""

from __future__ import annotations

import asyncio

import pytest
from tests.integration.api import Api

from testgen_runtime.cases.repository import Filter
from testgen_runtime.cases.review import CaseChange
from testgen_runtime.errors import PreconditionFailed

pytestmark = pytest.mark.postgres


async def test_an_edit_is_a_new_revision_and_a_draft_again(api: Api) -> None:  # S4-059
    cases = api.runtime.services.cases
    case = (await generated(api))[0]
    await cases.confirm(case, if_revision=1, by="rita")

    edited = await cases.edit(case, CaseChange(title="A title of my own"), if_revision=2, by="tom")

    assert (edited.title, edited.status, edited.revision, edited.edited_by) == ("A title of my own", "draft", 3, "tom")
    assert await cases.get(case) == edited


async def test_a_stream_tells_every_case_once_whatever_the_batch(api: Api) -> None:
    made = await generated(api)

    for batch in (1, 3, 500):
        assert [case.id async for case in api.runtime.services.cases.stream(Filter(), batch=batch)] == made


async def test_of_two_who_edit_the_same_revision_one_is_told(api: Api) -> None:
    cases = api.runtime.services.cases
    case = (await generated(api))[0]

    results = await asyncio.gather(
        *(cases.edit(case, CaseChange(title=f"Title {n}"), if_revision=1, by=f"person-{n}") for n in range(8)),
        return_exceptions=True,
    )

    won = [result for result in results if not isinstance(result, BaseException)]
    assert len(won) == 1
    assert all(isinstance(result, PreconditionFailed) for result in results if result is not won[0])
    assert await cases.get(case) == won[0]


async def generated(api: Api) -> list[str]:
    """The ids of the cases of a document, in their order."""
    document = await api.send()
    await api.finished(await api.job(document_id=document))
    return [case.id async for case in api.runtime.services.cases.stream(Filter(document_id=document))]
