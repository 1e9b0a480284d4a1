"""DELETE /documents/{id}: a document goes with everything that was made of it, and nothing else does."""

from __future__ import annotations

import pytest
from tests.integration.api import Api, eventually, long_document

from testgen_runtime.security.roles import Role

pytestmark = pytest.mark.postgres
OTHER = "# Orders\n\nORD-1: The amount must be 1 to 99 pieces.\n"


async def rows(api: Api, document_id: str) -> dict[str, int]:
    """How much of a document each table holds."""
    tables = {"documents": "id", "requirements": "document_id", "atoms": "document_id", "cases": "document_id"}
    tables |= {"jobs": "document_id", "chunk": "document_id"}
    async with api.runtime.database.connection() as connection:
        return {
            table: await connection.fetchval(f"SELECT count(*) FROM {table} WHERE {column} = $1", document_id)
            for table, column in tables.items()
        }


async def test_a_document_goes_with_all_that_was_made_of_it_and_others_stay(api: Api) -> None:  # S2-217
    mine, other = await api.send(), await api.send(OTHER, title="Orders")
    await api.finished(await api.job(document_id=mine))
    await api.finished(await api.job(document_id=other))
    before = await rows(api, other)
    assert all((await rows(api, mine)).values())

    answer = await api.call("DELETE", f"/documents/{mine}")

    assert (answer.status_code, answer.content) == (204, b"")
    assert not any((await rows(api, mine)).values())
    assert await rows(api, other) == before
    assert (await api.call("GET", f"/documents/{mine}")).status_code == 404


async def test_what_is_removed_is_found_no_more(api: Api) -> None:
    mine = await api.send()

    async def found() -> bool:
        hits = (await api.call("GET", "/search", params={"q": "password characters"})).json()["hits"]
        return any(hit["document_id"] == mine for hit in hits)

    await eventually(found, within=20)
    await api.call("DELETE", f"/documents/{mine}")

    async def gone() -> bool:
        return not await found()

    await eventually(gone, within=20)


async def test_the_same_content_may_come_again(api: Api) -> None:
    mine = await api.send()
    await api.call("DELETE", f"/documents/{mine}")

    assert await api.send() == mine
    assert (await rows(api, mine))["requirements"] == 3


async def test_while_a_job_works_on_it_it_stays_and_the_answer_names_the_job(api: Api) -> None:
    mine = await api.send(long_document(400), title="Long")
    job = await api.job(document_id=mine)

    answer = await api.call("DELETE", f"/documents/{mine}")

    assert answer.status_code == 409
    assert job in answer.json()["detail"]
    assert "/cancel" in answer.json()["mend"]
    await api.call("POST", f"/jobs/{job}/cancel")
    await api.finished(job)
    assert (await api.call("DELETE", f"/documents/{mine}")).status_code == 204


async def test_one_that_is_not_there_is_not_found_and_only_an_admin_may(api: Api) -> None:
    mine = await api.send()

    assert (await api.call("DELETE", "/documents/doc-0")).status_code == 404
    assert (await api.call("DELETE", f"/documents/{mine}", role=Role.REVIEWER)).status_code == 403
    assert (await api.call("GET", f"/documents/{mine}")).status_code == 200
