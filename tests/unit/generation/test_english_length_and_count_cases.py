"""English limits on lengths, sizes and counts, and the cases that rules write for them."""

from __future__ import annotations

import pytest
from tests.unit.generation.english_cases import Seen, written

GOLDEN: list[tuple[str, list[Seen]]] = [
    (
        "A comment shall not exceed 500 characters.",
        [
            ("+", {"comment length": "300 characters"}, "Enter a comment of 300 characters.", "The comment is accepted."),
            ("-", {"comment length": "501 characters"}, "Enter a comment of 501 characters.", "The comment is rejected."),
            ("+", {"comment length": "500 characters"}, "Enter a comment of 500 characters.", "The comment is accepted."),
            ("+", {"comment length": "499 characters"}, "Enter a comment of 499 characters.", "The comment is accepted."),
            (
                "+",
                {"comment length": "300 characters", "comment content": "Zoë Łukasz 李娜"},
                "Enter a comment of 300 characters that contains the text “Zoë Łukasz 李娜”.",
                "The comment is accepted.",
            ),
            (
                "+",
                {"comment length": "300 characters", "comment content": "' OR 'a'='a"},
                "Enter a comment of 300 characters that contains the text “' OR 'a'='a”.",
                "The comment is accepted.",
            ),
        ],
    ),
    (
        "The password must contain at least one digit, at least one upper-case letter and at least 10 characters.",
        [
            (
                "-",
                {
                    "number of digits": "0 digits",
                    "number of upper-case letters": "1 upper-case letter",
                    "password length": "20 characters",
                },
                "Enter a password with 0 digits, 1 upper-case letter and 20 characters.",
                "The password is rejected.",
            ),
            (
                "+",
                {
                    "number of digits": "1 digit",
                    "number of upper-case letters": "1 upper-case letter",
                    "password length": "20 characters",
                },
                "Enter a password with 1 digit, 1 upper-case letter and 20 characters.",
                "The password is accepted.",
            ),
            (
                "+",
                {
                    "number of digits": "2 digits",
                    "number of upper-case letters": "1 upper-case letter",
                    "password length": "20 characters",
                },
                "Enter a password with 2 digits, 1 upper-case letter and 20 characters.",
                "The password is accepted.",
            ),
            (
                "-",
                {
                    "number of upper-case letters": "0 upper-case letter",
                    "number of digits": "1 digit",
                    "password length": "20 characters",
                },
                "Enter a password with 0 upper-case letter, 1 digit and 20 characters.",
                "The password is rejected.",
            ),
            (
                "+",
                {
                    "number of upper-case letters": "2 upper-case letter",
                    "number of digits": "1 digit",
                    "password length": "20 characters",
                },
                "Enter a password with 2 upper-case letter, 1 digit and 20 characters.",
                "The password is accepted.",
            ),
            (
                "-",
                {
                    "password length": "9 characters",
                    "number of digits": "1 digit",
                    "number of upper-case letters": "1 upper-case letter",
                },
                "Enter a password with 9 characters, 1 digit and 1 upper-case letter.",
                "The password is rejected.",
            ),
            (
                "+",
                {
                    "password length": "10 characters",
                    "number of digits": "1 digit",
                    "number of upper-case letters": "1 upper-case letter",
                },
                "Enter a password with 10 characters, 1 digit and 1 upper-case letter.",
                "The password is accepted.",
            ),
            (
                "+",
                {
                    "password length": "11 characters",
                    "number of digits": "1 digit",
                    "number of upper-case letters": "1 upper-case letter",
                },
                "Enter a password with 11 characters, 1 digit and 1 upper-case letter.",
                "The password is accepted.",
            ),
        ],
    ),
    (
        "A member may borrow up to 5 books at the same time.",
        [
            ("+", {"number of books": "3 books"}, "Borrow 3 books at the same time.", "3 books are borrowed at the same time."),
            (
                "-",
                {"number of books": "6 books"},
                "Borrow 6 books at the same time.",
                "The system refuses this and 6 books are not borrowed at the same time.",
            ),
            ("+", {"number of books": "5 books"}, "Borrow 5 books at the same time.", "5 books are borrowed at the same time."),
            ("+", {"number of books": "4 books"}, "Borrow 4 books at the same time.", "4 books are borrowed at the same time."),
        ],
    ),
    (
        "Uploads shall be limited to JPG and PNG files of at most 10 MB.",
        [
            ("+", {"format": "JPG", "file size": "5 MB"}, "Upload a JPG file of 5 MB.", "The upload is accepted."),
            ("+", {"format": "PNG", "file size": "5 MB"}, "Upload a PNG file of 5 MB.", "The upload is accepted."),
            ("-", {"format": "TXT", "file size": "5 MB"}, "Upload a TXT file of 5 MB.", "The upload is rejected."),
            ("-", {"file size": "10.1 MB", "format": "JPG"}, "Upload a JPG file of 10.1 MB.", "The upload is rejected."),
            ("+", {"file size": "10 MB", "format": "JPG"}, "Upload a JPG file of 10 MB.", "The upload is accepted."),
            ("+", {"file size": "9.9 MB", "format": "JPG"}, "Upload a JPG file of 9.9 MB.", "The upload is accepted."),
        ],
    ),
    (
        "No more than 3 devices may be registered per account; the registration of a fourth device shall be refused.",
        [
            (
                "-",
                {"number of devices": "4 devices"},
                "Register 4 devices per account.",
                "The registration of a fourth device is refused.",
            ),
            ("+", {"number of devices": "3 devices"}, "Register 3 devices per account.", "3 devices are registered per account."),
            ("+", {"number of devices": "2 devices"}, "Register 2 devices per account.", "2 devices are registered per account."),
        ],
    ),
    (
        "The message shall be at most 160 characters long. Longer messages shall be split into several parts.",
        [
            ("+", {"message length": "80 characters"}, "Enter a message of 80 characters.", "The message is accepted."),
            (
                "-",
                {"message length": "161 characters"},
                "Enter a message of 161 characters.",
                "Longer messages are split into several parts.",
            ),
            ("+", {"message length": "160 characters"}, "Enter a message of 160 characters.", "The message is accepted."),
            ("+", {"message length": "159 characters"}, "Enter a message of 159 characters.", "The message is accepted."),
            (
                "+",
                {"message length": "80 characters", "message content": "Zoë Łukasz 李娜"},
                "Enter a message of 80 characters that contains the text “Zoë Łukasz 李娜”.",
                "The message is accepted.",
            ),
            (
                "+",
                {"message length": "80 characters", "message content": "' OR 'a'='a"},
                "Enter a message of 80 characters that contains the text “' OR 'a'='a”.",
                "The message is accepted.",
            ),
        ],
    ),
    (
        "A passenger with more than 2 pieces of luggage shall pay a surcharge.",
        [
            (
                "+",
                {"number of pieces": "4 pieces"},
                "Submit a request with 4 pieces.",
                "The system requires the passenger to pay a surcharge.",
            ),
            (
                "-",
                {"number of pieces": "2 pieces"},
                "Submit a request with 2 pieces.",
                "The system does not require the passenger to pay a surcharge.",
            ),
            (
                "+",
                {"number of pieces": "3 pieces"},
                "Submit a request with 3 pieces.",
                "The system requires the passenger to pay a surcharge.",
            ),
            (
                "-",
                {"number of pieces": "1 piece"},
                "Submit a request with 1 piece.",
                "The system does not require the passenger to pay a surcharge.",
            ),
        ],
    ),
    (
        "A team shall have no fewer than 3 and no more than 12 members; the system shall reject the creation "
        "of a team outside these limits.",
        [
            ("+", {"number of members": "8 members"}, "Submit a team with 8 members.", "The team is accepted."),
            (
                "-",
                {"number of members": "2 members"},
                "Submit a team with 2 members.",
                "The system rejects the creation of a team.",
            ),
            (
                "-",
                {"number of members": "13 members"},
                "Submit a team with 13 members.",
                "The system rejects the creation of a team.",
            ),
            ("+", {"number of members": "3 members"}, "Submit a team with 3 members.", "The team is accepted."),
            ("+", {"number of members": "12 members"}, "Submit a team with 12 members.", "The team is accepted."),
            ("+", {"number of members": "4 members"}, "Submit a team with 4 members.", "The team is accepted."),
            ("+", {"number of members": "11 members"}, "Submit a team with 11 members.", "The team is accepted."),
            (
                "-",
                {"number of members": "0 members"},
                "Submit a team with 0 members.",
                "The system rejects the creation of a team.",
            ),
        ],
    ),
    (
        "A username must contain between 5 and 30 characters. Shorter or longer usernames shall be refused.",
        [
            ("+", {"username length": "20 characters"}, "Submit a username of 20 characters.", "The username is accepted."),
            ("-", {"username length": "4 characters"}, "Submit a username of 4 characters.", "The usernames are refused."),
            ("-", {"username length": "31 characters"}, "Submit a username of 31 characters.", "The usernames are refused."),
            ("+", {"username length": "5 characters"}, "Submit a username of 5 characters.", "The username is accepted."),
            ("+", {"username length": "30 characters"}, "Submit a username of 30 characters.", "The username is accepted."),
            ("+", {"username length": "6 characters"}, "Submit a username of 6 characters.", "The username is accepted."),
            ("+", {"username length": "29 characters"}, "Submit a username of 29 characters.", "The username is accepted."),
            ("-", {"username length": "0 characters"}, "Leave the username empty (0 characters).", "The usernames are refused."),
        ],
    ),
    (
        "Passwords shall be at least 12 characters long, and the user shall be reminded to change them every 90 days.",
        [
            ("+", {"password length": "20 characters"}, "Enter a password of 20 characters.", "The password is accepted."),
            ("-", {"password length": "11 characters"}, "Enter a password of 11 characters.", "The password is rejected."),
            ("+", {"password length": "12 characters"}, "Enter a password of 12 characters.", "The password is accepted."),
            ("+", {"password length": "13 characters"}, "Enter a password of 13 characters.", "The password is accepted."),
            (
                "+",
                {},
                "Sign in as the user.",
                "The user is reminded to change them every 90 days.",
            ),
        ],
    ),
]


@pytest.mark.parametrize(("statement", "cases"), GOLDEN, ids=[statement[:40] for statement, _ in GOLDEN])
def test_a_limit_on_a_length_or_a_count_becomes_these_cases(statement: str, cases: list[Seen]) -> None:  # S4-022
    assert written(statement) == cases
