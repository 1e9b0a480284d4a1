"""BM25 weights and their places in the vector space."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from testgen_runtime.retrieval.sparse import K1, document_vector, query_vector, term_index
from testgen_runtime.retrieval.tokens import Family

TEXTS = st.text(alphabet="用户登录锁定abcdefgh 0123456789.-/", max_size=200)


@given(TEXTS)
def test_indices_are_unique_unsigned_and_ascending(text: str) -> None:
    for vector in (document_vector(text), query_vector(text)):
        assert list(vector.indices) == sorted(set(vector.indices))
        assert all(0 <= index < 2**32 for index in vector.indices)
        assert all(value > 0 for value in vector.values)


@given(TEXTS)
def test_a_text_and_its_query_share_their_places(text: str) -> None:
    assert document_vector(text).indices == query_vector(text).indices


def test_repeating_a_word_helps_less_and_less() -> None:
    place = term_index(Family.WORD, "lock")

    def weight(count: int) -> float:
        vector = document_vector(" ".join(["lock"] * count + ["pad"] * (40 - count)))
        return dict(zip(vector.indices, vector.values, strict=True))[place]

    once, twice, often = weight(1), weight(2), weight(20)
    assert once < twice < often < K1 + 1
    assert twice - once < once


def test_repeating_a_query_changes_nothing() -> None:
    place = term_index(Family.WORD, "lock")
    once, often = query_vector("lock"), query_vector("lock lock lock")

    assert dict(zip(often.indices, often.values, strict=True))[place] == dict(zip(once.indices, once.values, strict=True))[place]


def test_a_shorter_text_is_favoured() -> None:
    place = term_index(Family.WORD, "lock")
    short, long = document_vector("lock now"), document_vector("lock now " + "and much more " * 30)

    assert dict(zip(short.indices, short.values, strict=True))[place] > dict(zip(long.indices, long.values, strict=True))[place]


def test_a_terms_place_never_changes() -> None:
    # Written down once: another value would mean that stored indexes no longer fit the program without a new VERSION.
    assert term_index(Family.WORD, "req-12") == 0x7FC5_2D8F
    assert term_index(Family.HAN_PAIR, "登录") == 0x60D3_A5F5


def test_few_terms_meet_in_one_place() -> None:
    places = {term_index(Family.WORD, f"term-{n}") for n in range(200_000)}

    # Expected by n²/2³³: 4.7 pairs; 20 would be a broken hash (p < 1e-7).
    assert 200_000 - len(places) < 20


@given(st.text(max_size=200))
def test_any_text_has_a_vector(text: str) -> None:
    assert isinstance(bool(document_vector(text)), bool)
