"""Both languages to terms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testgen_runtime.retrieval.tokens import MAX_CHARACTERS, Family, terms, words


@pytest.mark.parametrize(
    ("text", "family", "expected"),
    [
        ("Locks the account", Family.WORD, ["locks", "the", "account"]),
        ("locking locked", Family.WORD, ["lock", "lock"]),
        (
            "see REQ-12, LC2003.2 and /req/core/http.",
            Family.WORD,
            ["see", "req-12", "lc2003.2", "and", "req/core/http", "/req/core/http."],
        ),
        ("REQ-12", Family.PART, ["req", "12"]),
        ("maxRetryCount", Family.PART, ["max", "retry", "count"]),
        ("plain words", Family.PART, []),
        ("lock the account", Family.PAIR, ["lock the", "the account"]),
        ("用户登录", Family.HAN, ["用", "户", "登", "录"]),
        ("用户登录", Family.HAN_PAIR, ["用户", "户登", "登录"]),
        ("返回 200 状态", Family.WORD, ["200"]),
        ("返回 200 状态", Family.HAN_PAIR, ["返回", "状态"]),
        ("ＡＢＣ１２", Family.WORD, ["abc12"]),
        ("pass\u200bword", Family.WORD, ["password"]),
        ("能力接口返回", Family.GRAM, ["能力接口返", "力接口返回"]),
    ],
)
def test_text_becomes_terms(text: str, family: Family, expected: list[str]) -> None:  # S4-024
    assert terms(text)[family] == expected


def test_an_id_is_found_wherever_it_stands_in_a_sentence() -> None:
    inside, at_the_end = terms("REQ-12 applies")[Family.WORD], terms("as told in REQ-12.")[Family.WORD]

    assert "req-12" in inside
    assert "req-12" in at_the_end


def test_words_leave_chinese_out_and_keep_ids_whole() -> None:
    assert words("见REQ-12的规定 (v2.0)") == ["REQ-12", "v2.0"]


@given(st.text(max_size=300))
def test_any_text_gives_terms(text: str) -> None:
    found = terms(text)

    assert set(found) == set(Family)
    assert all(term for family in found.values() for term in family)


@given(st.text(alphabet="用户登录ABCdef 12./-_", max_size=80))
def test_the_width_of_characters_and_capitals_make_no_difference(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)

    assert terms(wide) == terms(text)


def test_a_huge_text_is_read_up_to_a_bound() -> None:
    found = terms("a" * (MAX_CHARACTERS * 3))

    assert len(found[Family.GRAM]) < MAX_CHARACTERS
