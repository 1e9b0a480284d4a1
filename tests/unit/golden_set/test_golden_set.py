"""What a golden set may be, and that everything else is told in words."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testgen_runtime.documents.read import read_text
from testgen_runtime.operations.golden import golden_set
from testgen_runtime.operations.golden.golden_set import Unusable, read
from testgen_runtime.settings import Limits

GOOD: dict[str, Any] = {"requirements": [{"id": "PAY-1", "text": "The amount must be 1 to 99 EUR."}]}


def test_json_and_yaml_say_the_same() -> None:
    text = "requirements:\n- {id: PAY-1, text: The amount must be 1 to 99 EUR.}\nlanguage: en\nmaxCasesPerRequirement: 5\n"

    assert read(text.encode()) == read(json.dumps(GOOD | {"language": "en", "maxCasesPerRequirement": 5}).encode())


def test_both_releases_read_each_requirement_under_its_id() -> None:
    wanted = {
        "PAY-1": "The amount must be 1 to 99 EUR.",
        "SYS-LOGIN-12": "密码长度必须为8到64个字符。",
        "A1-7": "Only\n\nadmins may log in.",
    }
    found = read(json.dumps({"requirements": [{"id": name, "text": text} for name, text in wanted.items()]}).encode())

    document = read_text(found.document("shop-1"), title="x", limits=Limits())

    assert [one.id for one in document.requirements] == list(wanted)
    assert found.document("shop-1") != found.document("shop-2")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no object"),
        (b"[]", "no object"),
        (b"{", "line 1"),
        (b"a: [", "no YAML"),
        (b"\xff\xfe", "UTF-8"),
        (b"{}", "requirements"),
        (b'{"requirements": []}', "requirements"),
        (b'{"requirements": [{"id": "PAY-1"}]}', "requirements.0.text"),
        (b'{"requirements": [{"id": "pay 1", "text": "abc"}]}', "requirements.0.id"),
        (b'{"requirements": [{"id": "P-1", "text": "abc"}, {"id": "P-1", "text": "abd"}]}', "P-1 stands there twice"),
        (b'{"requirements": [{"id": "P-1", "text": "abc", "more": 1}]}', "more"),
        (b'{"requirements": [{"id": "P-1", "text": "abc"}], "language": "fr"}', "language"),
        (b'{"requirements": [{"id": "P-1", "text": "abc"}], "maxCasesPerRequirement": 0}', "maxCasesPerRequirement"),
        (b"a: &a [x]\nb: *a\n", "aliases"),
        (b"!!python/object/apply:os.system ['true']", "no YAML"),
        (b"[" * 100_000, "YAML"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"x" * (golden_set.MOST_BYTES + 1), "bytes"),
    ],
)
def test_what_can_not_be_used_is_told_with_its_place(data: bytes, words: str) -> None:
    with pytest.raises(Unusable) as told:
        read(data)
    assert words in str(told.value) or (words == "YAML" and "nested" in str(told.value))
    assert len(str(told.value)) < 500


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(Unusable):
        assert read(data).requirements
