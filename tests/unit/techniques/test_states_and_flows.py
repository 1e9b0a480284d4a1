"""State graphs, paths through them, scenarios, the permission matrix and error guessing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.documents.reading import document
from tests.unit.techniques.build import requirement
from tests.unit.techniques.strategies import transitions

from testgen_runtime.cases.model import Case
from testgen_runtime.documents.model import Condition, Document, Requirement, State
from testgen_runtime.generation import rules
from testgen_runtime.generation.gates import judge
from testgen_runtime.generation.model import Options
from testgen_runtime.generation.told import design
from testgen_runtime.techniques import paths
from testgen_runtime.techniques.flows import MOST_FLOWS, MOST_STEPS, flows
from testgen_runtime.techniques.model import Technique, TestPoint
from testgen_runtime.techniques.transitions import MOST, StateGraph
from testgen_runtime.techniques.view import View
from testgen_runtime.techniques.vocabulary import Vocabulary


def told(number: int, source: str, target: str) -> Requirement:
    """A requirement that tells one transition of an order."""
    text = f"When event {number} happens, the order changes from {source} to {target}."
    made, _ = requirement(
        text,
        (f"event {number} happens", Condition(f"event {number} happens", f"event {number} does not happen")),
        (f"from {source} to {target}", State("order", (source,), (), "change", target)),
        name=f"REQ-{number}",
    )
    return made


@given(transitions)
def test_every_transition_is_in_the_graph_and_every_path_follows_it(pairs: list[tuple[str, str]]) -> None:  # S4-022
    document_ = [told(n, a, b) for n, (a, b) in enumerate(pairs)]
    graph = StateGraph.of(document_)
    known = {(a, b) for a, b in pairs if a != b}
    assert {(t.source, t.target) for ts in graph.by_requirement.values() for t in ts} == known
    for one in document_:
        for last in graph.of_requirement(one):
            for switches in (0, 1, 2):
                for path in graph.paths(last, switches):
                    assert 2 <= len(path) <= switches + 1
                    assert path[-1] == last
                    assert all(a.target == b.source for a, b in pairwise(path))
                    assert all((step.source, step.target) in known for step in path)


@given(st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from("ABCD")), min_size=1, max_size=6, unique=True))
def test_every_pair_of_transitions_that_follow_each_other_is_a_path(pairs: list[tuple[str, str]]) -> None:
    document_ = [told(n, a, b) for n, (a, b) in enumerate(pairs)]
    graph = StateGraph.of(document_)
    found = {
        (path[0].requirement.id, path[1].requirement.id)
        for one in document_
        for last in graph.of_requirement(one)
        for path in graph.paths(last, 1)
    }
    real = [(n, a, b) for n, (a, b) in enumerate(pairs) if a != b]
    assert found == {(f"REQ-{i}", f"REQ-{j}") for i, _, b in real for j, c, _ in real if b == c}


@given(transitions)
def test_a_state_that_no_transition_leaves_towards_the_target_is_elsewhere(pairs: list[tuple[str, str]]) -> None:
    graph = StateGraph.of([told(n, a, b) for n, (a, b) in enumerate(pairs)])
    for one in (t for ts in graph.by_requirement.values() for t in ts):
        assert not {(state, one.target) for state in graph.elsewhere(one)} & set(pairs)


def test_a_graph_is_bounded() -> None:
    graph = StateGraph.of([told(n, f"S{n}", f"S{n + 1}") for n in range(MOST + 50)])
    assert sum(len(ts) for ts in graph.by_requirement.values()) == MOST


def test_a_path_names_every_requirement_that_it_exercises() -> None:
    first, second, third = told(1, "Created", "Paid"), told(2, "Paid", "Shipped"), told(3, "Shipped", "Delivered")
    graph = StateGraph.of([first, second, third])
    (point,) = paths.points(View(third, "en"), graph, 2)
    assert point.also == ("REQ-1", "REQ-2")
    assert {atom_id.split("/")[0] for atom_id in point.atom_ids} == {"REQ-1", "REQ-2", "REQ-3"}
    assert [step.expected for step in point.steps] == [
        f"The order is in the state {s}." for s in ("Paid", "Shipped", "Delivered")
    ]
    assert list(paths.points(View(third, "en"), graph, 0)) == []


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Given the user is signed in, when the user opens the basket, then the basket is shown.", "en", [(1, 1, 1, 0)]),
        ("Given a basket with a book\nWhen the user pays\nAnd the payment fails\nThen the order is kept", "en", [(1, 2, 1, 0)]),
        ("假如用户已登录，当用户提交工单，那么系统显示工单编号。", "zh", [(1, 1, 1, 0)]),
        ("To pay:\n1. The user opens the basket.\n2. The system shows the total.\n3. The user pays.", "en", [(0, 0, 0, 3)]),
        ("1. 用户输入邮箱。\n2. 系统发送链接。\n异常流程：\n1. 邮箱不存在时，系统提示错误。", "zh", [(0, 0, 0, 2), (0, 0, 0, 1)]),
        ("The values given in table 2 are read when the device starts.", "en", []),
        ("1. Red\n2. Green\n3. Blue", "en", []),
    ],
)  # fmt: skip
def test_flows_are_found_where_a_text_tells_them(
    text: str, language: Literal["en", "zh"], found: list[tuple[int, int, int, int]]
) -> None:
    seen = flows(text, language)
    assert [(len(f.given), len(f.when), len(f.then), len(f.steps)) for f in seen] == found
    for part in (part for flow in seen for part in flow.parts):
        assert 0 <= part.start <= part.end <= len(text)
        assert part.text.rstrip(" .,。，") in text or not part.text


WORDS = st.sampled_from(
    [
        "given",
        "when",
        "then",
        "and",
        "The user",
        "opens",
        "1.",
        "2a.",
        "\n",
        ", ",
        "Exception:",
        "假如",
        "当",
        "那么",
        "系统",
        "：",
        "- ",
    ]
)


@given(st.lists(WORDS, max_size=60).map(" ".join), st.sampled_from(["en", "zh"]))
def test_whatever_the_text_flows_are_bounded_and_inside_it(text: str, language: Literal["en", "zh"]) -> None:
    found = flows(text, language)
    assert len(found) <= MOST_FLOWS + 2
    assert all(len(flow.steps) <= MOST_STEPS + 1 for flow in found)


@dataclass(frozen=True)
class Told:
    """What a case says, by the technique of its point."""

    technique: Technique
    polarity: str
    data: dict[str, str]
    steps: tuple[tuple[str, str], ...]


def cases(text: str, which: str, options: Options | None = None) -> list[Told]:
    """The cases of the requirement `which`, each judged by every gate."""
    read = document(text)
    found = next(r for r in read.requirements if r.id == which)
    out: list[Told] = []
    accepted: list[Case] = []
    for point in points(read, found, options):
        case = rules.write(found, point, document_id="D", document=read)
        assert judge(case, found, read, point, accepted) == []
        accepted.append(case)
        steps = tuple((step.action, step.expected) for step in case.steps)
        out.append(Told(point.technique, case.polarity, dict(case.test_data), steps))
    return out


def points(read: Document, found: Requirement, options: Options | None = None) -> tuple[TestPoint, ...]:
    return design(found, read, options or Options(), Vocabulary.of(read.requirements)).points


def test_a_scenario_is_written_as_its_steps() -> None:
    text = (
        "## SC-1\n\nTo reset a password:\n1. The user enters the e-mail address.\n2. The system sends a link.\n"
        "3. The user opens the link and enters a new password.\n4. The system confirms the new password.\n"
        "Exception: if the link is older than 30 minutes, the system refuses the new password.\n"
    )
    told_ = [case for case in cases(text, "SC-1") if case.technique is Technique.SCENARIO]
    assert [case.polarity for case in told_] == ["positive", "negative"]
    assert told_[0].steps == (
        ("Enter the e-mail address.", "The system sends a link."),
        ("Open the link and enter a new password.", "The system confirms the new password."),
    )
    assert told_[1].steps[-1][1] == "The system refuses the new password."


def test_a_chinese_scenario_is_written_in_chinese() -> None:
    (case,) = cases("## ZH-1\n\n假如用户已登录，当用户提交工单时，那么系统显示工单编号。\n", "ZH-1")
    assert case.technique is Technique.SCENARIO
    assert case.steps == (("提交工单。", "系统显示工单编号。"),)


ROLES = (
    "## PM-1\n\nOnly users with the role Admin or Editor may edit an article. Users with the role Viewer shall be denied.\n\n"
    "## PM-2\n\nUsers with the role Admin may delete an article.\n\n"
    "## PM-3\n\nOnly users with the role Admin may publish an article.\n"
)


def test_the_permission_matrix_tries_the_roles_that_the_document_knows() -> None:  # S4-022
    told_ = [(case.data["role"], case.polarity) for case in cases(ROLES, "PM-3")]
    assert ("Admin", "positive") in told_
    assert {role for role, polarity in told_ if polarity == "negative"} == {"Editor", "Viewer"}
    assert len(told_) == len(set(told_))


def test_a_role_that_is_merely_permitted_is_tested_and_nobody_is_guessed_to_be_denied() -> None:
    told_ = cases(ROLES, "PM-2")
    assert [(case.technique, case.data, case.polarity) for case in told_] == [
        (Technique.PERMISSION_MATRIX, {"role": "Admin"}, "positive")
    ]


@pytest.mark.parametrize(
    ("text", "guessed"),
    [
        ("A password shall have between 8 and 64 characters. Other passwords are rejected.", {("0 characters", "negative")}),
        ("密码长度必须为 8 至 20 个字符，否则系统应拒绝。", {("0 个字符", "negative")}),
        ("The order amount shall be between 5 EUR and 900 EUR; other amounts shall be rejected.",
         {("0 EUR", "negative"), ("-1 EUR", "negative")}),
        # a fee is no refusal: what happens to an order of nothing is not told
        ("订单金额不足 99 元的，系统应收取 10 元运费。", set()),
        # nothing is refused below, nothing is guessed
        ("The user name may have up to 20 characters.", set()),
    ],
)  # fmt: skip
def test_errors_are_guessed_only_where_the_text_decides_them(text: str, guessed: set[tuple[str, str]]) -> None:
    found = [case for case in cases(f"## REQ-1\n\n{text}\n", "REQ-1") if case.technique is Technique.ERROR_GUESSING]
    assert {(next(iter(case.data.values())), case.polarity) for case in found} == guessed


def test_a_second_one_of_what_must_be_unique_is_refused() -> None:
    (case, *_) = cases("## REQ-1\n\nThe e-mail address of an account shall be unique.\n", "REQ-1")
    assert case.steps == (("Save a record whose e-mail address another record already has.", "The record is not saved."),)
    assert case.polarity == "negative"


def test_techniques_that_are_not_asked_for_give_no_case() -> None:
    read = document(ROLES)
    for technique in Technique:
        options = replace(Options(), techniques=frozenset({technique}))
        for found in read.requirements:
            assert {point.technique for point in points(read, found, options)} <= {technique}
