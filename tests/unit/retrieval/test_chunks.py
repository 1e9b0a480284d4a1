"""What of a document can be found, and what its structure says."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from testgen_runtime.documents.model import (
    Action,
    Actor,
    Atom,
    AtomKind,
    AtomValue,
    Document,
    Limit,
    Requirement,
    Span,
    State,
)
from testgen_runtime.knowledge.chunks import MAX_FACTS, Facts, chunks, facts, normalised

SPAN = Span(0, 1)


def requirement(identity: str, text: str, *values: AtomValue, section: tuple[str, ...] = ("Shop", "Orders")) -> Requirement:
    atoms = tuple(Atom(f"{identity}/{n}", AtomKind.STATE, SPAN, "x", value) for n, value in enumerate(values))
    return Requirement(identity, text, SPAN, section, "en", True, atoms)


def document(*requirements: Requirement) -> Document:
    return Document("Orders", "x", "en", "text/markdown", (), requirements)


def test_a_document_gives_one_chunk_for_itself_and_one_for_each_requirement() -> None:
    found = chunks("d1", document(requirement("R-1", "one"), requirement("R-2", "two")))

    assert [(one.id, one.kind, one.ref, one.ordinal) for one in found] == [
        ("d1/", "document", "", 0),
        ("d1/R-1", "requirement", "R-1", 1),
        ("d1/R-2", "requirement", "R-2", 2),
    ]


def test_a_requirement_is_found_by_its_section_too() -> None:
    [_, one] = chunks("d1", document(requirement("R-1", "It is sent.", section=("Shop", "Orders", "Refund"))))

    assert one.searchable == "Orders\nRefund\nIt is sent."
    assert one.title == "Refund"


def test_facts_come_from_atoms_under_one_spelling() -> None:
    found = facts(
        requirement(
            "R-1",
            "text",
            State("Order", ("Paid", "paid "), ("Sent",), "ship", "Closed"),
            Actor(("Clerk",), ("driver",), "ship"),
            Limit("Parcel  weight", None, None, "kg", "other", Decimal(1)),
            Action("ship it", "clerk", "must"),
        ),
        frozenset(),
    )

    assert found == Facts(
        states=("order paid", "order sent", "order closed"), actors=("clerk", "driver"), terms=("order", "parcel weight")
    )


def test_only_ids_of_the_same_document_are_references() -> None:
    known = frozenset({"REQ-1", "REQ-2", "/req/core/a"})

    found = facts(requirement("REQ-1", "As REQ-1, REQ-2. and REQ-99 say; 见REQ-2的规定，/req/core/a."), known)

    assert found.refers == ("REQ-2", "/req/core/a")


def test_equal_texts_share_an_embedding() -> None:
    first, second = chunks("d1", document(requirement("R-1", "same")))[1], chunks("d2", document(requirement("R-9", "same")))[1]
    other = chunks("d1", document(requirement("R-1", "other")))[1]

    assert first.content_hash == second.content_hash != other.content_hash


@given(st.lists(st.text(max_size=20), max_size=80))
def test_facts_are_bounded_and_never_empty_names(names: list[str]) -> None:
    found = facts(requirement("R-1", "x", Actor(tuple(names))), frozenset())

    assert len(found.actors) <= MAX_FACTS
    assert all(name == normalised(name) != "" for name in found.actors)
