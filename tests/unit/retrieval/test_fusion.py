"""Weighted reciprocal rank fusion."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testgen_runtime.retrieval.fusion import WEIGHTS, K, fuse

KEYS = st.lists(st.sampled_from([f"r{n}" for n in range(30)]), unique=True, max_size=20)
RANKINGS = st.fixed_dictionaries({"sparse": KEYS, "dense": KEYS})


@given(KEYS)
def test_one_leg_keeps_its_order(keys: list[str]) -> None:
    assert [key for key, _ in fuse({"sparse": keys})] == keys
    assert [key for key, _ in fuse({"sparse": keys, "dense": []})] == keys
    assert [key for key, _ in fuse({"sparse": [], "dense": keys})] == keys


@given(RANKINGS)
def test_everything_is_there_once_with_falling_scores(rankings: dict[str, list[str]]) -> None:
    fused = fuse(rankings)

    assert {key for key, _ in fused} == {key for keys in rankings.values() for key in keys}
    assert len({key for key, _ in fused}) == len(fused)
    assert [score for _, score in fused] == sorted((score for _, score in fused), reverse=True)


@given(RANKINGS)
def test_the_order_of_the_legs_makes_no_difference(rankings: dict[str, list[str]]) -> None:
    backwards = dict(reversed(rankings.items()))

    assert [key for key, _ in fuse(backwards)] == [key for key, _ in fuse(rankings)]


@given(RANKINGS, st.data())
def test_a_better_rank_never_lowers_a_score(rankings: dict[str, list[str]], data: st.DataObject) -> None:
    if not rankings["sparse"]:
        return
    key = data.draw(st.sampled_from(rankings["sparse"]))
    lifted = {**rankings, "sparse": [key, *(one for one in rankings["sparse"] if one != key)]}

    assert dict(fuse(lifted))[key] >= dict(fuse(rankings))[key]


@given(RANKINGS)
def test_no_score_beats_first_in_every_leg(rankings: dict[str, list[str]]) -> None:
    assert all(0 < score <= sum(WEIGHTS.values()) / (K + 1) + 1e-12 for _, score in fuse(rankings))


def test_agreement_beats_a_single_first_place_where_weights_are_equal() -> None:
    assert fuse({"sparse": ["a", "b"], "dense": ["c", "b"]}, {"sparse": 1.0, "dense": 1.0})[0][0] == "b"


@given(st.permutations([f"r{n}" for n in range(150)]), st.integers(0, 150))
def test_no_embedding_model_changes_the_order_of_lexical_answers(dense: list[str], found: int) -> None:  # S4-024
    lexical = [f"r{n}" for n in range(found)]

    fused = [key for key, _ in fuse({"sparse": lexical, "dense": dense})]

    assert fused[: min(found, 100)] == lexical[:100]


@given(st.permutations([f"r{n}" for n in range(20)]))
def test_what_only_the_dense_leg_finds_follows_in_its_order(dense: list[str]) -> None:
    fused = [key for key, _ in fuse({"sparse": ["a"], "dense": dense})]

    assert fused == ["a", *dense]


def test_the_lexical_leg_wins_a_plain_contradiction() -> None:
    assert [key for key, _ in fuse({"sparse": ["a", "b"], "dense": ["b", "a"]})] == ["a", "b"]


def test_a_leg_without_a_weight_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        fuse({"magic": ["a"]})
