"""Facts from live objects, whatever state those are in."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.operator.build import IMAGES, Json, Simulated, project
from tests.unit.operator.test_status import NOW

from testgen_operator import names
from testgen_operator.plan.facts import Phase, observe, secret_digest
from testgen_operator.plan.plan import plan
from testgen_operator.status import compute
from testgen_operator.status.parts import count

LABELS = names.labels("shop", "all")


def child(kind: str, name: str, **more: Any) -> Json:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": "team", "labels": LABELS}, **more}


def test_objects_of_another_project_are_not_seen() -> None:
    other = child("Deployment", "shop-all-blue")
    other["metadata"]["labels"] = names.labels("other", "all")
    assert observe(project(), [other], {}).workloads == {}


def test_a_pod_that_is_going_is_not_seen() -> None:
    going = child("Pod", "shop-all-blue-x")
    going["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    assert observe(project(), [going], {}).pods == ()


def test_a_job_runs_until_it_says_otherwise() -> None:
    jobs = [
        child("Job", "a"),
        child("Job", "b", status={"conditions": [{"type": "Complete", "status": "True"}]}),
        child("Job", "c", status={"conditions": [{"type": "Failed", "status": "True"}]}),
        child("Job", "d", status={"conditions": [{"type": "Failed", "status": "False"}]}),
    ]
    assert observe(project(), jobs, {}).jobs == {"a": Phase.RUNNING, "b": Phase.SUCCEEDED, "c": Phase.FAILED, "d": Phase.RUNNING}


def test_the_last_end_of_a_container_is_kept_while_it_waits() -> None:
    status = {
        "containerStatuses": [
            {
                "name": "runtime",
                "restartCount": 3,
                "state": {"waiting": {"reason": "CrashLoopBackOff"}},
                "lastState": {"terminated": {"exitCode": 1, "reason": "Error", "message": "why"}},
            }
        ]
    }
    [pod] = observe(project(), [child("Pod", "p", status=status)], {}).pods
    [container] = pod.containers
    assert (container.waiting, container.exit_code, container.last_words, container.restarts) == ("CrashLoopBackOff", 1, "why", 3)


def test_warnings_are_read_from_either_kind_of_event() -> None:
    events: list[Json] = [
        {"type": "Warning", "reason": "A", "message": "old shape", "involvedObject": {"kind": "Pod", "name": "shop-x"}},
        {"type": "Warning", "reason": "B", "note": "new shape", "regarding": {"kind": "Pod", "name": "shop-x"}},
        {"type": "Normal", "reason": "C", "note": "fine", "regarding": {"kind": "Pod", "name": "shop-x"}},
        {"type": "Warning", "reason": "D", "note": "not ours", "regarding": {"kind": "Pod", "name": "else"}},
    ]
    told = observe(project(), [], {}, events).warnings
    assert [(one.reason, one.message) for one in told] == [("A", "old shape"), ("B", "new shape")]


def test_a_digest_changes_with_the_data_and_tells_nothing_of_it() -> None:
    one, other = secret_digest("uid", {"k": "djE="}), secret_digest("uid", {"k": "djI="})
    assert one != other
    assert one != secret_digest("another uid", {"k": "djE="}), "the same value elsewhere looks different"
    assert len(one) == 10


STATUSES = st.fixed_dictionaries(
    {},
    optional={
        "phase": st.sampled_from(["Pending", "Running", "Bound", ""]),
        "conditions": st.lists(
            st.fixed_dictionaries(
                {"type": st.sampled_from(["Ready", "Available", "Progressing", "Failed", "PodScheduled"])},
                optional={
                    "status": st.sampled_from(["True", "False"]),
                    "reason": st.just("Unschedulable"),
                    "message": st.just("m"),
                },
            ),
            max_size=2,
        )
        | st.none(),
        "containerStatuses": st.lists(
            st.fixed_dictionaries(
                {"name": st.just("c")},
                optional={
                    "ready": st.booleans(),
                    "restartCount": st.integers(0, 9),
                    "state": st.sampled_from([{}, {"waiting": {"reason": "ErrImagePull"}}, {"terminated": {"exitCode": 9}}]),
                    "lastState": st.sampled_from([{}, {"terminated": {"exitCode": 1, "message": "No space left on device"}}]),
                },
            ),
            max_size=2,
        )
        | st.none(),
        "readyReplicas": st.integers(0, 3) | st.none(),
        "observedGeneration": st.integers(0, 3),
    },
)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_observation_has_a_plan_and_a_status(data: st.DataObject) -> None:
    """Total: whatever part of its objects is there, in whatever state."""
    cluster = Simulated(project())
    cluster.converge()
    objects = []
    for one in cluster.objects.values():
        if data.draw(st.booleans()):
            objects.append({**one, "status": data.draw(STATUSES | st.none())})
    found = project()
    facts = observe(found, objects, {})
    wanted = plan(found, facts, IMAGES)
    status = compute(found, facts, {}, NOW, wanted=wanted)
    assert {one["type"] for one in status["conditions"]}


def test_an_evicted_pod_says_why_and_is_not_counted() -> None:  # issue 6: node out of disk or memory
    labels = {names.LABEL_PROJECT: "shop", names.LABEL_COMPONENT: "all"}
    told = "The node was low on resource: memory. "
    pods: list[Json] = [
        {
            "kind": "Pod",
            "metadata": {"name": "shop-old", "labels": labels},
            "status": {"phase": "Failed", "reason": "Evicted", "message": told},
        },
        {"kind": "Pod", "metadata": {"name": "shop-new", "labels": labels}, "status": {"phase": "Running"}},
    ]
    facts = observe(project(), pods, {})
    assert [one.evicted for one in facts.pods] == ["", told]
    assert count(facts) == 1
