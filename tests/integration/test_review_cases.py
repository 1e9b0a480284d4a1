"""Review in the database: decisions, edits, locks, and what regeneration keeps (S4-059)."""

from __future__ import annotations

import asyncio

import pytest
from tests.integration.api import Api
from tests.integration.conftest import SETTINGS

from testgen_runtime.cases.repository import Filter
from testgen_runtime.cases.review import CaseChange, Wish
from testgen_runtime.cases.reviewing import Done, Item, act
from testgen_runtime.cases.staleness import settle, stale_after
from testgen_runtime.errors import PreconditionFailed
from testgen_runtime.security.encryption import PLAIN
from testgen_runtime.storage.target import connect

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


async def test_a_new_version_marks_what_changed_and_takes_nothing_away(api: Api) -> None:
    """REVIEW's part of S4-022: the version's own tests decide what changed."""
    cases = api.runtime.services.cases
    made = await generated(api)
    mine = await cases.confirm(made[0], if_revision=1, by="rita")
    document = mine.evidence[0].document_id

    async with api.runtime.database.transaction() as connection:
        first = await stale_after(connection, document, "doc-new", changed=["REQ-1"], removed=["REQ-3"])
    async with api.runtime.database.transaction() as connection:
        again = await stale_after(connection, document, "doc-new", changed=["REQ-1"], removed=["REQ-3"])

    stale = {case.id: case.stale async for case in cases.stream(Filter(document_id=document, stale=True))}
    assert (sorted(stale), again) == (first, [])
    assert set(stale.values()) == {"requirement-changed", "requirement-removed"}
    kept = await cases.get(mine.id)
    assert (kept.status, kept.stale, kept.revision, kept.steps) == ("confirmed", "requirement-changed", 3, mine.steps)
    fits = await cases.confirm(mine.id, if_revision=3, by="rita")
    assert (fits.stale, fits.revision) == (None, 4)


async def test_a_case_whose_point_is_gone_is_marked_and_comes_back_with_it(api: Api) -> None:
    cases = api.runtime.services.cases
    made = await generated(api)
    first = await cases.get(made[0])
    document, requirement = first.evidence[0].document_id, first.requirement_ids[0]
    own = [case async for case in cases.stream(Filter(document_id=document, requirement_id=requirement))]
    left = [case.test_point for case in own if case.id != first.id]
    techniques = [first.technique]

    for points, expected in ((left, "point-gone"), (left, "point-gone"), ([*left, first.test_point], None)):
        async with api.runtime.database.transaction() as connection:
            await settle(connection, document, requirement, points=points, techniques=techniques)
        assert (await cases.get(first.id)).stale == expected

    assert (await cases.get(first.id)).revision == 3
    await generated(api)
    assert [case async for case in cases.stream(Filter(stale=True))] == []


async def test_a_bulk_that_was_cut_off_is_sent_again_and_ends_the_same(api: Api) -> None:
    cases = api.runtime.services.cases
    items = [Item(case, Wish("confirm", "rita", 1)) for case in await generated(api)]
    await cases.act(items[: len(items) // 2])  # what was committed before the kill

    outcomes = await cases.act(items)

    assert [outcome.case.revision for outcome in outcomes if isinstance(outcome, Done)] == [2] * len(items)
    async with api.runtime.database.connection() as connection:
        assert await connection.fetchval("SELECT max(n) FROM (SELECT count(*) n FROM case_revisions GROUP BY case_id) c") == 2


async def test_a_decision_that_fails_in_the_middle_is_made_again(api: Api) -> None:
    case = (await generated(api))[0]
    connection = await connect(api.runtime.database.target, SETTINGS)
    transaction = connection.transaction()
    await transaction.start()
    await act(connection, PLAIN, [Item(case, Wish("confirm", "rita", 1))], four_eyes=False)
    connection.terminate()  # as a kill would, between the last write and the commit

    confirmed = await api.runtime.services.cases.confirm(case, if_revision=1, by="rita")

    assert (confirmed.status, confirmed.revision) == ("confirmed", 2)


async def generated(api: Api) -> list[str]:
    """The ids of the cases of a document, in their order."""
    document = await api.send()
    await api.finished(await api.job(document_id=document))
    return [case.id async for case in api.runtime.services.cases.stream(Filter(document_id=document))]
