"""A case's JSON: its body as the database tells it, with what the review says of it at the end."""

from __future__ import annotations

import orjson
import pytest

from testgen_runtime.cases.repository import Filter, selection, shown
from testgen_runtime.security.encryption import Cipher

UNSEEN = {"status": "draft", "revision": 1, "edited_by": None, "decided_by": None, "reason": None, "stale": None}


@pytest.mark.parametrize(
    "review",
    [
        UNSEEN,
        UNSEEN | {"status": "confirmed", "revision": 2, "decided_by": "key_1"},
        UNSEEN | {"status": "rejected", "revision": 3, "edited_by": "key_2", "decided_by": "key_1", "reason": 'says "no"\n不行'},
        UNSEEN | {"stale": "requirement-changed"},
    ],
)
def test_the_review_stands_beside_the_words_of_the_body(review: dict[str, object]) -> None:
    body = '{"id": "TC-1", "title": "A field {x}"}'

    case = orjson.loads(shown(Cipher({}), {"body": body, **review}))

    assert case == {"id": "TC-1", "title": "A field {x}", **review}


def test_two_cases_at_different_revisions_are_told_apart() -> None:
    rows = [{"body": '{"id": "TC-1"}', **UNSEEN, "revision": revision} for revision in (1, 2, 1)]

    assert [orjson.loads(shown(Cipher({}), row))["revision"] for row in rows] == [1, 2, 1]


def test_a_search_reads_the_bodies_of_the_page_alone() -> None:
    query, _ = selection(Filter(q="quartz"), after=0, limit=51)

    found = query[query.index("(") : query.rindex(")")]

    assert "LIMIT" in found
    assert "body" not in found
