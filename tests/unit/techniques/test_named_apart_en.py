"""English roles and states with names of their own, told apart in one sentence or two: each is tried, with its own verdict."""

from __future__ import annotations

import pytest
from tests.unit.techniques.test_scope import tried

from testgen_runtime.documents.read import read_text
from testgen_runtime.settings import Limits
from testgen_runtime.techniques.patterns_en import named_apart
from testgen_runtime.techniques.view import View

APART = {
    "The system shall allow a Curator or a Registrar to lend an exhibit and shall deny this to a Guide or a Guard.": (
        {"Curator", "Registrar"},
        {"Guide", "Guard"},
    ),
    "If a user has the role Pharmacist or Physician, the system shall let the user release a prescription; users with "
    "the role Nurse or Receptionist shall be rejected.": ({"Pharmacist", "Physician"}, {"Nurse", "Receptionist"}),
    "Nobody except a Dispatcher or a Shift Leader may redirect a tram; the system shall deny Drivers and Inspectors.": (
        {"Dispatcher", "Shift Leader"},
        {"Driver", "Inspector"},
    ),
    "The system shall allow the reassignment of a repair job with status Received or Diagnosed and deny it with status "
    "Repaired or Scrapped.": ({"Received", "Diagnosed"}, {"Repaired", "Scrapped"}),
    "The portal permits the withdrawal of an application in the state Pending or Screened, but refuses it in the states "
    "Invited and Hired.": ({"Pending", "Screened"}, {"Invited", "Hired"}),
}


@pytest.mark.parametrize(("text", "may", "denied"), [(text, *rest) for text, rest in APART.items()])
def test_each_name_has_its_own_verdict(text: str, may: set[str], denied: set[str]) -> None:
    found = tried(text)
    assert may == {value for verdict, *values in found if verdict == "accepted" for value in values}
    assert denied == {value for verdict, *values in found if verdict == "refused" for value in values}


def points(text: str) -> list[str]:
    [requirement] = read_text(f"R-1 {text}", limits=Limits()).requirements
    return [p.title for p in named_apart.points(View(requirement, requirement.language))]


@pytest.mark.parametrize(
    "text",
    [
        "The system shall allow a Curator to lend an exhibit unless it is fragile, and shall deny this to a Guard.",
        "The system shall allow a Curator to lend up to 3 exhibits and shall deny this to a Guard.",
        "The system shall allow a Curator or a Registrar to lend an exhibit.",
        "Applicants may edit their application in the state Received. In the state Hired the system shall reject any change.",
        "The Portal shall send a message to the Curator. The Registrar may read it.",
    ],
)
def test_what_names_do_not_decide_alone_or_the_atoms_have_already_is_left(text: str) -> None:
    assert points(text) == []
