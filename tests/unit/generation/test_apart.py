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


def test_a_copy_starts_with_its_set_up_as_steps_that_are_seen() -> None:
    first, second = told_apart([case("a", "The LC is in the state Active."), case("b", "The LC is in the state Passive.")])

    assert first.preconditions == ("The LC is in the state Active.",)
    assert second.preconditions == ()
    assert second.steps[0] == Step(
        action="Set up this situation: the LC is in the state Passive.", expected="The LC is in the state Passive."
    )
    assert second.steps[1:] == first.steps
    assert jaccard(grams(substance(first)), grams(substance(second))) <= NEAR


def test_cases_that_differ_stay_as_they_are() -> None:
    cases = [case("a", "It is Active."), case("b", "It is Passive.", action="Read every counter of the housekeeping packet.")]
    cases[1] = cases[1].model_copy(update={"steps": (Step(action="Read every counter.", expected="The counter is zero."),)})

    assert told_apart(cases) == cases


def test_a_models_case_is_left_alone() -> None:
    cases = [case("a", "It is Active."), case("b", "It is Passive.", by="model")]

    assert told_apart(cases) == cases


def test_chinese_set_up_is_told_in_chinese() -> None:
    _, second = told_apart([case("a", "服务处于启用状态。"), case("b", "服务处于停用状态。", language="zh")])

    assert second.steps[0] == Step(action="设置前提：服务处于停用状态。", expected="服务处于停用状态。")
