"""Fields encrypted at rest: what is sealed opens with its key at its place, and nowhere else."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testgen_runtime.errors import BadConfiguration, InvalidInput
from testgen_runtime.security.encryption import PLAIN, Cipher, cipher_of, key_of

OLD, NEW = Cipher({"k1": b"1" * 32}), Cipher({"k2": b"2" * 32, "k1": b"1" * 32})


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_was_sealed_opens_also_after_a_newer_key(data: bytes, place: str) -> None:
    sealed = OLD.seal(place, data)

    assert NEW.open(place, sealed) == data
    assert key_of(sealed) == "k1"
    assert key_of(NEW.seal(place, data)) == "k2"
    assert len(data) < 8 or data not in sealed


@given(st.text(max_size=100))
def test_text_is_sealed_into_text(text: str) -> None:
    sealed = OLD.seal_text("a", text)

    assert sealed.startswith("TGE1:")
    assert NEW.open_text("a", sealed) == text


@given(st.binary(min_size=1, max_size=40), st.data())
def test_any_changed_byte_is_found(data: bytes, draw: st.DataObject) -> None:
    sealed = bytearray(OLD.seal("a", data))
    place = draw.draw(st.integers(7, len(sealed) - 1))  # behind the magic and the key's id
    sealed[place] ^= draw.draw(st.integers(1, 255))

    with pytest.raises(BadConfiguration, match="changed"):
        OLD.open("a", bytes(sealed))


def test_a_field_that_was_moved_to_another_place_does_not_open() -> None:
    with pytest.raises(BadConfiguration, match="changed"):
        OLD.open("case_comments/text/B", OLD.seal("case_comments/text/A", b"x"))


def test_a_removed_key_is_named() -> None:
    with pytest.raises(BadConfiguration, match="the key k1, which"):
        Cipher({"k2": b"2" * 32}).open("a", OLD.seal("a", b"x"))


def test_without_a_key_everything_stays_as_it_is_and_what_was_written_so_is_read_with_one() -> None:
    assert Cipher({}).seal("a", b"x") == b"x"
    assert Cipher({}).seal_text("a", "x") == "x"
    assert NEW.open("a", b"x") == b"x"
    assert NEW.open_text("a", "x") == "x"


def test_text_that_would_be_taken_for_an_envelope_is_refused_without_a_key() -> None:
    with pytest.raises(InvalidInput):
        Cipher({}).seal_text("a", OLD.seal_text("a", "x"))
    twice = OLD.seal_text("a", NEW.seal_text("a", "x"))
    assert NEW.open_text("a", NEW.open_text("a", twice)) == "x"


@pytest.mark.parametrize("text", ["", "# none", "k1:short", "k1", "k1:" + base64.b64encode(b"1" * 16).decode()])
def test_a_file_without_good_keys_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(BadConfiguration) as error:
        cipher_of(text)
    assert "short" not in str(error.value)


def test_the_first_key_of_the_file_is_the_newest() -> None:
    lines = [f"k{n}:{base64.b64encode(bytes([n]) * 32).decode()}" for n in (2, 1)]

    assert cipher_of("# newest first\n" + "\n".join(lines)).newest == "k2"
    assert cipher_of(None).newest is None


@given(st.text(max_size=100))
def test_the_same_text_has_the_same_envelope_where_the_database_compares(text: str) -> None:  # S4-069
    sealed = OLD.seal_same("a", text)

    assert OLD.seal_same("a", text) == sealed
    assert NEW.open_text("a", sealed) == text
    assert sealed.startswith("TGS1:") or not text
    assert NEW.seal_same("a", text) != sealed or not text
    assert OLD.seal_same("b", text) != sealed or not text


@pytest.mark.parametrize("seal", [OLD.seal_text, OLD.seal_same])
def test_neither_envelope_opens_elsewhere_nor_without_its_key(seal: Callable[[str, str], str]) -> None:  # S4-069
    with pytest.raises(BadConfiguration, match="changed"):
        OLD.open_text("b", seal("a", "x"))
    with pytest.raises(BadConfiguration, match="the key k1, which"):
        Cipher({"k2": b"2" * 32}).open_text("a", seal("a", "x"))


@pytest.mark.parametrize("seal", [OLD.seal_json, OLD.seal_json_same])
def test_json_is_sealed_into_a_json_string(seal: Callable[[str, str], str]) -> None:  # S4-069
    sealed = seal("a", '{"limit": [8, 64]}')

    assert json.loads(sealed).startswith(("TGE1:", "TGS1:"))
    assert NEW.open_json("a", sealed) == '{"limit": [8, 64]}'
    assert NEW.open_json("a", '{"plain": 1}') == '{"plain": 1}'
    assert OLD.is_newest_text(sealed)
    assert not NEW.is_newest_text(sealed)


@pytest.mark.parametrize("sealed", [OLD.seal_text("a", "x"), OLD.seal_same("a", "x")])
def test_without_a_key_no_text_gets_in_that_would_be_taken_for_an_envelope(sealed: str) -> None:  # S4-069
    for seal in (PLAIN.seal_text, PLAIN.seal_same):
        with pytest.raises(InvalidInput, match="encrypted field"):
            seal("a", sealed)
    assert OLD.open_text("b", OLD.seal_text("b", sealed)) == sealed
    assert PLAIN.seal_text("a", "TGS1: is a word") == "TGS1: is a word"
