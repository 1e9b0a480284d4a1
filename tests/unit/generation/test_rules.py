"""Cases that rules write: they read like a tester's and pass every gate."""

from __future__ import annotations

import re

import pytest
from tests.unit.generation.examples import ALL
from tests.unit.techniques import test_design as tables

from testgen_runtime.cases.model import Case
from testgen_runtime.documents.model import Document, Language, Requirement
from testgen_runtime.documents.read import read_text
from testgen_runtime.generation import rules
from testgen_runtime.generation.gates import judge
from testgen_runtime.generation.model import Options
from testgen_runtime.settings import Limits
from testgen_runtime.techniques.design import derive
from testgen_runtime.techniques.vocabulary import Vocabulary


def cases(made: tuple[Requirement, Document], options: Options | None = None) -> list[Case]:
    found, document = made
    options = options or Options()
    vocabulary = Vocabulary.of(document.requirements)
    points = derive(found, document.text, options, vocabulary).points
    return [rules.write(found, point, document_id="D", document=document, language=options.language) for point in points]


def by_data(made: tuple[Requirement, Document], **data: str) -> Case:
    wanted = set(data.values())
    return next(case for case in cases(made) if wanted <= set(case.test_data.values()))


def test_a_length_below_the_limit() -> None:  # S4-022
    case = by_data(tables.PASSWORD, length="7 characters")
    assert case.title == "Password of 7 characters is rejected"
    assert case.test_data == {"password length": "7 characters"}
    assert [(s.action, s.expected) for s in case.steps] == [
        ("Enter a password of 7 characters.", "The password of 7 characters is rejected.")
    ]
    assert (case.polarity, case.type, case.priority) == ("negative", "boundary", "high")


def test_a_file_above_the_limit() -> None:
    case = by_data(tables.UPLOAD, size="25.1 MB")
    assert case.test_data == {"uploaded file size": "25.1 MB"}
    assert case.polarity == "negative"
    assert "reject" in case.steps[-1].expected


def test_a_condition_and_a_limit() -> None:
    case = by_data(tables.SHIPPING, total="199.99 EUR")
    assert case.preconditions == ("The customer is a member.",)
    assert case.test_data == {"order total": "199.99 EUR", "customer": "is a member"}
    assert case.steps[-1].expected == "Free shipping is denied."


def test_a_state_that_refuses() -> None:
    case = by_data(tables.ORDER, state="Shipped")
    assert case.preconditions == ("The order is in the state Shipped.",)
    assert [(s.action, s.expected) for s in case.steps] == [("Cancel the order.", "The system rejects the cancellation.")]


def test_a_role_without_the_right() -> None:
    case = by_data(tables.EXPORT_ROLES, role="访客")
    assert case.title == "角色为“访客”时，系统拒绝并提示无权限"
    assert case.steps[0].action == "以“访客”身份导出账单。"
    assert case.type == "permission"


def test_a_chinese_decision() -> None:
    case = by_data(tables.WITHDRAWAL, balance="99.99 元")
    assert case.language == "zh"
    assert case.preconditions == ("账户已实名认证。",)
    assert case.steps[-1].expected == "系统拒绝提现。"


def test_the_quote_is_the_sentence_of_the_tested_atoms() -> None:
    for made in ALL:
        for case in cases(made):
            (evidence,) = case.evidence
            assert made[1].text[evidence.start : evidence.end] == evidence.quote
            assert evidence.quote in made[0].text


@pytest.mark.parametrize("made", ALL, ids=lambda made: made[0].text[:30])
def test_every_case_of_the_rules_passes_every_gate(made: tuple[Requirement, Document]) -> None:
    accepted: list[Case] = []
    points = {p.id: p for p in derive(made[0], made[1].text, Options(), Vocabulary.of(made[1].requirements)).points}
    for case in cases(made):
        assert judge(case, made[0], made[1], points[case.test_point], accepted) == []
        accepted.append(case)


TEXT = """# Product

REQ-101: A booking shall last at least 2 and at most 48 hours. Any other booking shall be rejected.

REQ-102: If the payment fails three times, the system shall cancel the order and notify the customer.

REQ-103: Only a Librarian may delete a book. A Reader shall be denied.

REQ-104: When a reader returns a book, the system shall record the return date.

REQ-201: 优惠券仅在订单金额满 100 元时可用，否则系统应拒绝使用。

REQ-202: 文章处于“草稿”状态时可以编辑；处于“已发布”状态时，系统应拒绝编辑。

REQ-203: 系统应支持 PDF 和 DOCX 两种格式；其他格式应被拒绝。

REQ-204: 如果用户连续三次输入错误密码，系统应锁定账户。
"""


def test_cases_of_a_document_that_was_read_pass_every_gate() -> None:
    """The whole line without a model: text → requirements → atoms → points → cases → gates."""
    document = read_text(TEXT, limits=Limits())
    assert {r.id for r in document.requirements} == set(re.findall(r"REQ-\w+", TEXT))
    vocabulary = Vocabulary.of(document.requirements)
    for found in document.requirements:
        accepted: list[Case] = []
        for point in derive(found, document.text, Options(), vocabulary).points:
            case = rules.write(found, point, document_id="D", document=document)
            assert judge(case, found, document, point, accepted) == [], case
            accepted.append(case)
        assert accepted, found.id


@pytest.mark.parametrize("made", ALL, ids=lambda made: made[0].text[:30])
def test_no_case_smells_of_a_template(made: tuple[Requirement, Document]) -> None:
    for case in cases(made):
        lines = [case.title, *case.preconditions, *(line for step in case.steps for line in (step.action, step.expected))]
        for line in lines:
            assert not re.search(r"\b(shall|verify that|valid (input|value|data)|TBD)\b|应当|必须|有效值", line), line
            assert "  " not in line
            assert not re.search(r"[a-z] [.,]|\ban? (the|an?)\b", line), line


def test_a_case_in_another_language_keeps_the_documents_terms_and_the_quote() -> None:
    case = cases(tables.REFUND, Options(language="en"))[-1]
    assert case.language == "en"
    assert case.evidence[0].quote in tables.REFUND[0].text
    assert case.title == "“订单状态” is “已发货”: the request is refused"
    assert case.steps[0].action == "Carry out “申请退款”."
    assert case.steps[0].expected == "The request is refused, as the text says: “系统应拒绝退款申请”."
    assert by_title(tables.PASSWORD, "zh") == "“password length”为“7 characters”时，系统拒绝该请求"


def by_title(made: tuple[Requirement, Document], language: Language) -> str:
    return next(case.title for case in cases(made, Options(language=language)) if case.polarity == "negative")


@pytest.mark.parametrize("made", ALL, ids=lambda made: made[0].text[:30])
def test_every_case_in_another_language_passes_every_gate(made: tuple[Requirement, Document]) -> None:
    options = Options(language="en" if made[0].language == "zh" else "zh")
    accepted: list[Case] = []
    points = {p.id: p for p in derive(made[0], made[1].text, options, Vocabulary.of(made[1].requirements)).points}
    for case in cases(made, options):
        assert judge(case, made[0], made[1], points[case.test_point], accepted) == []
        accepted.append(case)


def test_the_same_point_gives_the_same_case() -> None:
    assert cases(tables.SHIPPING) == cases(tables.SHIPPING)
    assert len({case.id for made in ALL[:1] for case in cases(made)}) == len(cases(ALL[0]))
