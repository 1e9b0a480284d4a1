"""Knowledge as YAML: what is shipped is whole, hostile files are refused with words that help (S4-023)."""

from __future__ import annotations

import pytest

from testgen_runtime.errors import DocumentTooLarge, InvalidInput
from testgen_runtime.knowledge.files import MOST_BYTES, read, standing, write
from testgen_runtime.knowledge.model import PastCase, PastStep, Term, Whole

BOMB = b"a: &a [x,x]\nb: &b [*a,*a]\nglossary: {t: {en: *b}}\n"


def test_the_shipped_checks_speak_both_languages_and_can_be_answered() -> None:
    checks = standing()

    assert {check.domain for check in checks.values()} >= {"authentication", "authorization", "money", "dates", "uploads", "api"}
    for key, check in checks.items():
        assert key.startswith(f"{check.domain}."), key
        assert all((check.triggers.en, check.triggers.zh, check.specified.en, check.specified.zh)), key


def test_what_is_written_is_read_again() -> None:
    whole = Whole(
        glossary={"account": Term(en=("account",), zh=("账户",))},
        checks=dict(standing()),
        past_cases={"p-1": PastCase(title="登录: ok", steps=(PastStep(action="- [x]", expected="'yes'"),))},
    )

    assert read(write(whole).encode()) == whole


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (BOMB, "aliases"),
        (b"[" * 10_000, "nests deeper"),
        (b"a: b: c", "no YAML"),
        (b"glossary: !!python/object/apply:os.system [id]", "no YAML"),
        (b"glossary: {t: {en: [a, b], colour: red}}", "glossary.t.colour"),
        (b"glossary: {T t: {en: [a, b]}}", "glossary.T t"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"- a", "valid dictionary"),
    ],
)
def test_a_file_that_can_not_be_used_says_why(data: bytes, problem: str) -> None:
    with pytest.raises(InvalidInput, match=problem):
        read(data)


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(DocumentTooLarge):
        read(b"#" * (MOST_BYTES + 1))
