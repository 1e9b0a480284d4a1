"""How English sentences say that a value is written: sequences, patterns, sorts of characters, well-known formats."""

from __future__ import annotations

import pytest
from tests.unit.documents.reading import values

from testgen_runtime.documents.model import VALUE_TYPES, AtomKind, Format, Limit, Run


def formats(text: str) -> list[Format]:
    return values(text, Format)


@pytest.mark.parametrize(
    ("text", "subject", "syntax"),
    [
        (
            "An order number shall consist of two letters followed by six digits.",
            "order number",
            (Run(("letter",), "", 2, 2), Run(("digit",), "", 6, 6)),
        ),
        (
            "Citizens track their application by entering its reference, which consists of two letters followed by six digits.",
            "reference",
            (Run(("letter",), "", 2, 2), Run(("digit",), "", 6, 6)),
        ),
        (
            "A serial number consists of 3 upper-case letters, a hyphen and 4 digits, e.g. ABC-1234.",
            "serial number",
            (Run(("upper",), "", 3, 3), Run((), "-"), Run(("digit",), "", 4, 4)),
        ),
        (
            'The invoice number must start with "INV-" followed by 6 digits.',
            "invoice number",
            (Run((), "INV-"), Run(("digit",), "", 6, 6)),
        ),
        (
            "The licence plate shall have the format AAA-9999.",
            "licence plate",
            (Run(("upper",), "", 3, 3), Run((), "-"), Run(("digit",), "", 4, 4)),
        ),
        (
            "The tracking number shall match the pattern [A-Z]{2}\\d{9}.",
            "tracking number",
            (Run(("upper",), "", 2, 2), Run(("digit",), "", 9, 9)),
        ),
        (
            "A user name may contain only letters, digits and underscores.",
            "user name",
            (Run(("letter", "digit"), "_", 1, None),),
        ),
        ("Only digits are allowed in the account number field.", "account number", (Run(("digit",), "", 1, None),)),
        ("The voucher code shall be alphanumeric.", "voucher code", (Run(("letter", "digit"), "", 1, None),)),
        ("A postcode must consist of exactly five digits.", "postcode", (Run(("digit",), "", 5, 5),)),
    ],
)  # fmt: skip
def test_a_sequence_of_characters_is_a_format_with_its_runs(text: str, subject: str, syntax: tuple[Run, ...]) -> None:  # S4-022
    [found] = formats(text)
    assert (found.subject, found.syntax, found.known) == (subject, syntax, None)


@pytest.mark.parametrize(
    ("text", "subject", "known"),
    [
        ("The date of birth must be entered in the format YYYY-MM-DD.", "date of birth", "date"),
        ("The system shall accept dates in the format DD.MM.YYYY.", "date", "date"),
        ("Departure times shall be displayed as HH:MM.", "departure time", "time"),
        ("The customer must enter a valid e-mail address.", "e-mail address", "e-mail"),
        ("The device ID must be a valid UUID.", "device ID", "uuid"),
        ("Phone numbers shall be stored in E.164 format.", "phone number", "phone"),
    ],
)
def test_a_well_known_format_is_named(text: str, subject: str, known: str) -> None:  # S4-022
    [found] = formats(text)
    assert (found.subject, found.known) == (subject, known)


def test_an_example_in_the_text_is_kept() -> None:
    [found] = formats("A serial number consists of 3 upper-case letters, a hyphen and 4 digits, e.g. ABC-1234.")
    assert found.example == "ABC-1234"


@pytest.mark.parametrize(
    "text",
    [
        "The system shall send a confirmation to the e-mail address of the customer.",
        "A password must contain at least one digit and one upper-case letter.",
        "The report shall contain the name, the date and the total.",
    ],
)
def test_what_only_mentions_such_a_value_is_no_format(text: str) -> None:
    assert formats(text) == []


def test_the_numbers_of_a_sequence_limit_nothing_else() -> None:
    assert values("An order number shall consist of two letters followed by six digits.", Limit) == []


def test_every_kind_of_atom_has_a_type_to_be_read_back_as() -> None:
    assert set(VALUE_TYPES) == set(AtomKind)
