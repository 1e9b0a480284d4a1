"""What knowledge means for a text: synonyms over both languages, standing checks that no requirement answers (S4-023)."""

from __future__ import annotations

import pytest

from testgen_runtime.documents.read import read
from testgen_runtime.knowledge.application import occurs, synonyms, unanswered
from testgen_runtime.knowledge.files import standing
from testgen_runtime.knowledge.model import Term
from testgen_runtime.settings import Limits

GLOSSARY = {"account": Term(en=("account", "user profile"), zh=("账户", "账号"))}


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("account", "Two Accounts are locked.", True),
        ("account", "The accountant signs.", False),
        ("user profile", "the user\nprofile", True),
        ("账户", "锁定账户后", True),
        ("账户", "锁定账号后", False),
    ],
)
def test_names_are_found_as_whole_words_and_in_chinese_anywhere(name: str, text: str, found: bool) -> None:
    assert occurs(name, text) is found


def test_a_term_of_one_language_brings_its_names_in_the_other() -> None:
    assert synonyms("锁定账户", GLOSSARY) == ("account", "user profile", "账号")
    assert synonyms("The invoice is due.", GLOSSARY) == ()


def findings(text: str) -> list[str]:
    requirements = read(text.encode(), "a.md", limits=Limits()).requirements
    return [finding.message for finding in unanswered(requirements, standing())]


def test_a_check_that_nobody_answers_is_told_once_with_its_source() -> None:
    found = findings("REQ-1: A user shall upload a report as PDF.\n\nREQ-2: A user shall upload a photo as PNG.\n")

    assert [one for one in found if "uploads.size" in one] == [
        "not specified (standing check uploads.size): How large may a file be? (1 more concerned)"
    ]
    assert not any("uploads.type" in one for one in found)


def test_a_check_that_another_requirement_answers_is_not_told() -> None:
    found = findings("REQ-1: A user shall upload a report.\n\nREQ-2: An upload shall have at most 5 MB in size.\n")

    assert not any("uploads.size" in one for one in found)


def test_a_chinese_requirement_is_told_in_chinese() -> None:
    assert any("常设检查 authentication.failed-attempts" in one for one in findings("REQ-1：用户应使用密码登录系统。\n"))


def test_a_document_of_no_domain_has_none() -> None:
    assert findings("REQ-1: The pump shall stop at 90 °C.\n") == []
