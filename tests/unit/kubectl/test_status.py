"""The status screen: what it shows of a healthy, a broken and a suspended project."""

from __future__ import annotations

from typing import Any

from tests.unit.kubectl.worlds import ALIVE, NOW, with_status, world

from testgen_operator.kubectl.views import status as view
from testgen_operator.kubectl.views.text import Style

WIDE = Style(width=160)


def screen(live: dict[str, Any], children: list[dict[str, Any]], events: list[dict[str, Any]] | None = None, **more: Any) -> str:
    return "\n".join(view.screen(view.summary(live, children, events or [], ALIVE, NOW, **more), WIDE))


def event(kind: str, name: str, reason: str, message: str, at: str = "2026-03-01T11:59:00Z") -> dict[str, Any]:
    about = {"kind": kind, "name": name}
    return {"involvedObject": about, "reason": reason, "message": message, "type": "Warning", "lastTimestamp": at, "metadata": {}}


def test_a_healthy_project_is_answered_in_the_first_line() -> None:
    live, children = world()
    shown = screen(live, children)

    assert shown.splitlines()[0] == "✔ team/shop well: Serving"
    assert "What to do" not in shown
    assert "http://shop.team.svc" in shown


def test_components_show_ready_and_wanted() -> None:
    live, children = world({"replicas": 3})
    rows = {one["component"]: one for one in view.summary(live, children, [], ALIVE, NOW)["components"]}

    assert (rows["all"]["ready"], rows["all"]["wanted"]) == (3, 3)
    assert (rows["postgres"]["ready"], rows["postgres"]["wanted"]) == (1, 1)


def test_stores_show_who_runs_them_and_their_volumes() -> None:
    live, children = world({"stores": {"neo4j": {"type": "Managed"}}})
    stores = {one["store"]: one for one in view.summary(live, children, [], ALIVE, NOW)["stores"]}

    assert set(stores) == {"postgres", "qdrant", "neo4j"}
    assert stores["qdrant"] | {"type": "Embedded", "ready": None} == stores["qdrant"]
    assert [one["phase"] for one in stores["postgres"]["volumes"]] == ["Bound"]


def test_a_volume_that_its_driver_has_not_made_larger_yet_says_so() -> None:
    live, children = world({"stores": {"postgres": {"storage": {"size": "20Gi"}}}})
    [claim] = [one for one in children if one["metadata"]["name"] == "shop-postgres-data"]
    claim["status"]["capacity"] = {"storage": "10Gi"}
    assert "10Gi (grows to 20Gi) Bound" in screen(live, children)

    claim["status"]["capacity"] = {"storage": "21Gi"}  # a driver may round up
    assert "21Gi Bound" in screen(live, children)


def test_a_broken_project_says_what_to_run_before_anything_else() -> None:
    live, children = world(broken=("shop-all-blue",))
    stalled = ("True", "ImagePullFailed", "Image x:1 of the runtime cannot be pulled. Run: kubectl -n team describe pod -l p=q")
    lines = screen(with_status(live, Stalled=stalled), children).splitlines()

    assert lines[0].startswith("✘ team/shop needs you: ImagePullFailed")
    todo = lines.index("  What to do")
    assert lines[todo + 1 : todo + 3] == [
        "    kubectl -n team describe pod -l p=q",
        "    kubectl testgen explain ImagePullFailed",
    ]
    assert todo < next(i for i, line in enumerate(lines) if line == "  Conditions")


def test_what_failed_shows_the_last_words_and_the_mend() -> None:
    live, children = world()
    failed = {"component": "all", "reason": "CrashLoop", "container": "runtime", "exitCode": 3, "message": "no such host"}
    live["status"]["failures"] = [failed]
    shown = screen(live, children)

    assert "all: CrashLoop, container runtime, exit code 3" in shown
    assert "no such host" in shown
    assert "Run: kubectl -n team logs -l testgen.dev/project=shop,app.kubernetes.io/component=all" in shown


def test_a_failure_whose_reason_is_newer_than_the_plugin_is_shown_as_it_is() -> None:
    live, _ = world()

    assert view.failure({"component": "all", "reason": "NotInventedYet"}, live) == {
        "component": "all",
        "reason": "NotInventedYet",
    }


def test_a_suspended_project_is_no_alarm() -> None:
    live, children = world({"suspend": True})
    shown = screen(live, children)

    assert shown.splitlines()[0] == "‖ team/shop suspended: Suspended"
    assert "kubectl testgen resume shop -n team" in shown


def test_events_are_of_this_project_newest_first_and_each_once() -> None:
    live, children = world()
    events = [
        event("Pod", "shop-postgres-0", "BackOff", "old", "2026-03-01T10:00:00Z"),
        event("Pod", "shop-postgres-0", "BackOff", "new", "2026-03-01T11:00:00Z"),
        event("Pod", "shopping-0", "BackOff", "of another project"),
        event("TestGenProject", "shop", "Ready", "serves", "2026-03-01T11:30:00Z"),
    ]

    found = view.summary(live, children, events, ALIVE, NOW)["events"]
    assert [(one["reason"], one["message"]) for one in found] == [("Ready", "serves"), ("BackOff", "new")]


def test_a_rollout_under_way_is_named_and_one_that_ended_is_not() -> None:
    live, children = world()
    live["status"]["rollout"] = {"release": "shop-1", "step": "Baking", "held": "Paused"}

    assert "Rollout   shop-1: Baking, held by Paused   (kubectl testgen rollout watch shop -n team)" in screen(live, children)
    live["status"]["rollout"]["outcome"] = "Promoted"
    assert "Rollout  " not in screen(live, children)


def test_what_may_not_be_read_is_named() -> None:
    live, children = world()

    assert "you may not read it: pods in team" in screen(live, children, unseen=["pods in team"])


def test_escape_sequences_from_the_cluster_do_not_reach_the_terminal() -> None:
    live, children = world()
    hostile = event("TestGenProject", "shop", "Bad", "\x1b[2Jgone\x07\nnext\u202eback")

    shown = screen(live, children, [hostile])
    assert "\x1b" not in shown
    assert "gone next" in shown


def test_colours_are_only_there_when_asked_for() -> None:
    live, children = world()
    found = view.summary(live, children, [], ALIVE, NOW)

    assert "\x1b[32m" in "\n".join(view.screen(found, Style(colours=True)))
    assert "\x1b" not in "\n".join(view.screen(found, Style()))


def test_the_overview_has_a_line_for_each_project() -> None:
    well, _ = world()
    resting, _ = world({"suspend": True})
    resting["metadata"] = resting["metadata"] | {"name": "zoo"}
    rows = view.overview([resting, well], ALIVE, NOW, all_namespaces=True)

    assert [(one["namespace"], one["name"], one["state"]) for one in rows] == [
        ("team", "shop", "Well"),
        ("team", "zoo", "Suspended"),
    ]
    assert view.overview_table(rows, WIDE)[0].split() == ["NAMESPACE", "NAME", "STATE", "REASON", "MODE", "VERSION", "AGE"]
