"""Cases that would be copies but for their set-up are told apart by steps."""

from __future__ import annotations

from testgen_runtime.cases.model import Case, Evidence, Step
from testgen_runtime.generation.apart import NEAR, told_apart
from testgen_runtime.generation.similarity import grams, jaccard, substance

LONG = "LC compares the data in the message to the table-defined value for each point of the Watchpoint Definition Table."


def case(name: str, *preconditions: str, by: str = "rules", action: str = "Send a message.", language: str = "en") -> Case:
    return Case.model_validate(
        {
            "id": name,
            "title": name,
            "requirement_ids": ("R",),
            "technique": "state_transition",
            "test_point": name,
            "polarity": "positive",
            "preconditions": preconditions,
            "steps": (Step(action=action, expected=LONG),),
            "evidence": (Evidence(document_id="d", requirement_id="R", quote="q", start=0, end=1),),
            "written_by": by,
            "language": language,
        }
    )


def test_the_step_of_a_copy_names_what_is_set_up_otherwise() -> None:
    both = "A user is logged in."
    cases = [case("a", both, "The LC is in the state Active."), case("b", both, "The LC is in the state Passive.")]
    first, second = told_apart(cases)

    assert first == cases[0]
    assert second.preconditions == cases[1].preconditions  # set-up stays set-up
    assert [step.action for step in second.steps] == ["Send a message with the LC in the state Passive."]
    assert second.steps[0].expected == first.steps[0].expected
    assert jaccard(grams(substance(first)), grams(substance(second))) <= NEAR


def test_the_set_up_is_told_in_the_grammar_of_the_step() -> None:
    told = {
        "The user has not confirmed the address.": "Send a message with the user not having confirmed the address.",
        "The order is in the state Paid.": "Send a message with the order in the state Paid.",
        "The body does not contain a name.": "Send a message with the body not containing a name.",
        "The client explicitly requests a copy.": "Send a message with the client explicitly requesting a copy.",
        "Nobody is logged in.": "Send a message while nobody is logged in.",
    }
    for line, action in told.items():
        _, second = told_apart([case("a", "It is new."), case("b", line)])
        assert second.steps[0].action == action


def test_cases_that_differ_stay_as_they_are() -> None:
    cases = [case("a", "It is Active."), case("b", "It is Passive.", action="Read every counter of the housekeeping packet.")]
    cases[1] = cases[1].model_copy(update={"steps": (Step(action="Read every counter.", expected="The counter is zero."),)})

    assert told_apart(cases) == cases


def test_a_models_case_is_left_alone() -> None:
    cases = [case("a", "It is Active."), case("b", "It is Passive.", by="model")]

    assert told_apart(cases) == cases


def test_chinese_set_up_is_told_in_chinese() -> None:
    _, second = told_apart([case("a", "服务处于启用状态。"), case("b", "服务处于停用状态。", language="zh")])

    assert second.steps[0].action.startswith("在服务处于停用状态的情况下，")
    assert second.preconditions == ("服务处于停用状态。",)
