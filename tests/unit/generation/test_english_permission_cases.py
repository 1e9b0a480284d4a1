"""English permissions, states and lists of values, and the cases that rules write for them."""

from __future__ import annotations

import pytest
from tests.unit.generation.english_cases import Seen, written

GOLDEN: list[tuple[str, list[Seen]]] = [
    (
        "The system shall accept payments in EUR, GBP and CHF. A payment in any other currency shall be refused.",
        [
            ("+", {"currency": "EUR"}, "Submit a payment in the currency EUR.", "The system accepts payments in EUR."),
            ("+", {"currency": "GBP"}, "Submit a payment in the currency GBP.", "The system accepts payments in GBP."),
            ("+", {"currency": "CHF"}, "Submit a payment in the currency CHF.", "The system accepts payments in CHF."),
            ("-", {"currency": "JPY"}, "Submit a payment in the currency JPY.", "The payment in the currency JPY is refused."),
        ],
    ),
    (
        "An applicant younger than 18 years shall not be able to open an account.",
        [
            ("+", {"applicant age": "40 years"}, "Open an account with an applicant age of 40 years.", "The account is opened."),
            (
                "-",
                {"applicant age": "17 years"},
                "Open an account with an applicant age of 17 years.",
                "The system refuses this and the account is not opened.",
            ),
            ("+", {"applicant age": "18 years"}, "Open an account with an applicant age of 18 years.", "The account is opened."),
            ("+", {"applicant age": "19 years"}, "Open an account with an applicant age of 19 years.", "The account is opened."),
        ],
    ),
    (
        "A manager may reject a request while its status is Submitted or In Review.",
        [
            ("+", {"request state": "Submitted"}, "Reject a request.", "The request is rejected."),
            ("+", {"request state": "In Review"}, "Reject a request.", "The request is rejected."),
            ("-", {"request state": "Closed"}, "Reject a request.", "The system refuses this and the request is not rejected."),
        ],
    ),
    (
        "Guests must not download attachments.",
        [
            ("-", {"role": "Guest"}, "Download attachments.", "The system refuses this and attachments are not downloaded."),
        ],
    ),
    (
        "The user shall not be able to transfer money unless the account is verified.",
        [
            ("+", {"account": "is verified"}, "Transfer money.", "Money is transferred."),
            ("-", {"account": "is not verified"}, "Transfer money.", "The system refuses this and money is not transferred."),
        ],
    ),
    (
        "No user shall be able to approve his or her own expense claim.",
        [
            ("-", {}, "Approve your own expense claim.", "The system refuses this and your own expense claim is not approved."),
        ],
    ),
    (
        "Access to the archive is restricted to auditors and compliance officers.",
        [
            ("+", {"role": "auditor"}, "Open the archive.", "Access to the archive is granted."),
            ("+", {"role": "compliance officer"}, "Open the archive.", "Access to the archive is granted."),
            ("-", {"role": "Guest"}, "Open the archive.", "Access to the archive is denied."),
        ],
    ),
    (
        "Students under 16 years of age need the consent of a parent.",
        [
            (
                "+",
                {"student age": "8 years"},
                "Submit a request with a student age of 8 years.",
                "Students need the consent of a parent.",
            ),
            (
                "-",
                {"student age": "16 years"},
                "Submit a request with a student age of 16 years.",
                "Students do not need the consent of a parent.",
            ),
            (
                "+",
                {"student age": "15 years"},
                "Submit a request with a student age of 15 years.",
                "Students need the consent of a parent.",
            ),
            (
                "-",
                {"student age": "17 years"},
                "Submit a request with a student age of 17 years.",
                "Students do not need the consent of a parent.",
            ),
        ],
    ),
    (
        "A document may only be signed in the state Final.",
        [
            ("+", {"document state": "Final"}, "Sign the document.", "The document is signed."),
            ("-", {"document state": "Closed"}, "Sign the document.", "The document is not signed."),
        ],
    ),
    (
        "A visitor whose badge is blocked must not enter the building. A visitor whose badge is active may enter.",
        [
            ("-", {"visitor's badge": "is blocked"}, "Enter the building.", "The visitor cannot enter the building."),
            ("+", {"visitor's badge": "is active"}, "Enter the building.", "The visitor can enter the building."),
        ],
    ),
    (
        "Any user except a guest may comment. A guest shall be denied.",
        [
            ("-", {"role": "guest"}, "Comment.", "The user with the role guest is denied."),
            ("+", {}, "Comment.", "The user can comment."),
        ],
    ),
    (
        "The system shall deny access to users whose account is suspended.",
        [
            (
                "-",
                {"user's account": "is suspended"},
                "Request access.",
                "The system denies access to users whose account is suspended.",
            ),
            (
                "+",
                {"user's account": "is not suspended"},
                "Request access.",
                "The system does not deny access to users whose account is suspended.",
            ),
        ],
    ),
    (
        "An article can be deleted as long as it is in the state Draft or Review; once it is Published, the "
        "deletion shall be refused.",
        [
            ("+", {"article state": "Draft"}, "Delete the article.", "The article is deleted."),
            ("+", {"article state": "Review"}, "Delete the article.", "The article is deleted."),
            ("-", {"article state": "Published"}, "Delete the article.", "The deletion is refused."),
        ],
    ),
    (
        "The avatar must be a PNG, JPEG or GIF image. Any other file type shall be rejected.",
        [
            ("+", {"file type": "PNG"}, "Upload a PNG file.", "The avatar is accepted."),
            ("+", {"file type": "JPEG"}, "Upload a JPEG file.", "The avatar is accepted."),
            ("+", {"file type": "GIF"}, "Upload a GIF file.", "The avatar is accepted."),
            ("-", {"file type": "TXT"}, "Upload a TXT file.", "The file type TXT is rejected."),
        ],
    ),
    (
        "Payments by the methods Visa, Mastercard or PayPal shall be accepted; payments by any other method shall be refused.",
        [
            ("+", {"method": "Visa"}, "Submit payments by the method Visa.", "Payments by the method Visa are accepted."),
            (
                "+",
                {"method": "Mastercard"},
                "Submit payments by the method Mastercard.",
                "Payments by the method Mastercard are accepted.",
            ),
            ("+", {"method": "PayPal"}, "Submit payments by the method PayPal.", "Payments by the method PayPal are accepted."),
            ("-", {"method": "Cheque"}, "Submit payments by the method Cheque.", "Payments by the method Cheque are refused."),
        ],
    ),
]


@pytest.mark.parametrize(("statement", "cases"), GOLDEN, ids=[statement[:40] for statement, _ in GOLDEN])
def test_a_permission_a_state_or_a_list_becomes_these_cases(statement: str, cases: list[Seen]) -> None:  # S4-022
    assert written(statement) == cases
