"""Releases of a project as plans: two colours, the active Service, the preview, shares; from the first one to a rollback."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.unit.operator.build import project
from tests.unit.operator.releasing import Releasing

from testgen_operator import names
from testgen_operator.plan import sides
from testgen_operator.plan.facts import SecretFacts
from testgen_operator.plan.model import ObjectKey
from testgen_operator.rollout.model import Verdict
from testgen_operator.status import releases
from testgen_operator.status.reasons import Reason

Json = dict[str, Any]

ROLLOUT: Json = {"strategy": "BlueGreen", "bakeSeconds": 20, "scaleDownDelaySeconds": 10}
GATEWAY: Json = {"type": "Gateway", "host": "shop.example.com", "gatewayRef": {"name": "traefik"}}
TRAEFIK: Json = {"type": "Ingress", "host": "shop.example.com", "ingressClassName": "traefik", "forceHttps": False}
ROUTES = frozenset({("gateway.networking.k8s.io/v1", "HTTPRoute"), ("traefik.io/v1alpha1", "IngressRoute")})


def running(spec: Json | None = None, rollout: Json | None = None) -> Releasing:
    cluster = Releasing(project({"rollout": {**ROLLOUT, **(rollout or {})}, **(spec or {})}))
    cluster.served = ROUTES
    cluster.roll()
    return cluster


def change(cluster: Releasing, more: Json) -> None:
    now = cluster.project.spec.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_unset=True)
    cluster.project = project({**now, **more}, generation=cluster.project.generation + 1)


def size(cluster: Releasing, name: str) -> int:
    return int(cluster.get("Deployment", name)["spec"]["replicas"])


def test_the_first_release_serves_on_blue_and_is_recorded() -> None:  # S2-161
    cluster = running()
    [record] = cluster.records()
    assert record["status"]["outcome"] == "Promoted"
    assert cluster.selected() == "blue"
    assert cluster.get("Service", "shop")["metadata"]["annotations"][names.ANNOTATION_RELEASE] == record["metadata"]["name"]


@pytest.mark.parametrize("spec", [{}, {"mode": "Microservices"}])
def test_a_good_release_moves_to_the_other_colour_in_one_write(spec: Json) -> None:  # S2-117…122
    cluster = running(spec)
    entry = "edge" if spec else "all"
    change(cluster, {"budgets": {"dailyTokens": 5}})
    seen = []
    for _ in range(30):
        cluster.step()
        seen.append((cluster.selected(), size(cluster, f"shop-{entry}-blue")))
        cluster.settle()
        cluster.now += timedelta(seconds=5)
        if cluster.records()[-1]["status"]["step"] == "Done" and len(cluster.records()) == 2:
            break
    assert [one for one, _ in seen] == sorted(one for one, _ in seen)  # blue…, then green for good
    assert cluster.selected() == "green"
    assert all(count == 1 for colour, count in seen if colour == "blue")
    cluster.step()
    assert size(cluster, f"shop-{entry}-blue") == 0
    assert cluster.records()[-1]["status"]["outcome"] == "Promoted"
    assert "shop-preview" not in cluster.kinds()["Service"]


def test_the_old_colour_is_what_it_was_while_the_new_one_is_tried() -> None:
    cluster = running()
    before = cluster.get("Deployment", "shop-all-blue")["applied"]
    change(cluster, {"budgets": {"dailyTokens": 5}})
    for _ in range(3):
        cluster.step()
        cluster.settle()
    assert cluster.get("Deployment", "shop-all-blue")["applied"] == before
    assert cluster.get("Service", "shop-preview")["spec"]["selector"][names.LABEL_COLOUR] == "green"


def test_a_release_that_measures_badly_gives_the_traffic_back() -> None:  # S2-119
    cluster = running(rollout={"bakeSeconds": 300, "analysis": {"failureLimit": 0}})
    change(cluster, {"budgets": {"dailyTokens": 5}})
    while cluster.selected() == "blue":
        cluster.step()
        cluster.settle()
        cluster.now += timedelta(seconds=5)
    cluster.verdict = Verdict.FAILED
    record = cluster.roll()
    assert (record["status"]["outcome"], record["status"]["reason"]) == ("RolledBack", "AnalysisFailed")
    assert cluster.selected() == "blue"
    assert size(cluster, "shop-all-blue") == 1


def test_a_template_is_the_same_on_both_colours() -> None:
    for mode in ("Monolith", "Microservices"):
        cluster = running({"mode": mode})
        facts = cluster.facts()
        green = cluster.project.model_copy(update={"colour": "green"})
        assert sides.template(green, facts, cluster.images) == sides.template(cluster.project, facts, cluster.images)
        assert sides.live_template(cluster.project, facts, "blue") == cluster.target()


def test_replicas_start_no_release() -> None:
    cluster = running()
    change(cluster, {"replicas": 3})
    cluster.step()
    cluster.settle()
    assert len(cluster.records()) == 1
    assert size(cluster, "shop-all-blue") == 3


def test_a_new_release_starts_at_the_observed_size() -> None:
    cluster = running({"replicas": 3})
    change(cluster, {"budgets": {"dailyTokens": 5}})
    for _ in range(3):
        cluster.step()
        cluster.settle()
    assert size(cluster, "shop-all-green") == 3


def test_a_change_of_mode_is_a_release_like_any_other() -> None:  # S4-020
    cluster = running()
    change(cluster, {"mode": "Microservices"})
    record = cluster.roll()
    assert record["status"]["outcome"] == "Promoted"
    assert cluster.get("Service", "shop")["spec"]["selector"] == names.selector("shop", "edge", colour="green")
    assert "shop-vector-green" in cluster.kinds()["Service"]


def test_a_rollback_inside_the_window_needs_no_check() -> None:  # S2-175, S1-101
    cluster = running()
    first = cluster.records()[0]["metadata"]["name"]
    change(cluster, {"budgets": {"dailyTokens": 5}})
    second = cluster.roll()["metadata"]["name"]
    measured = cluster.measurements
    change(cluster, {"rollout": {**ROLLOUT, "rollback": {"to": first, "from": second}}})
    for _ in range(4):
        cluster.step()
        cluster.settle()
    assert cluster.selected() == "blue"
    assert cluster.measurements == measured
    assert cluster.records()[-1]["spec"]["template"] == first


def test_a_suspended_project_keeps_its_releases_and_wakes_on_the_same_colour() -> None:
    cluster = running()
    change(cluster, {"budgets": {"dailyTokens": 5}})
    cluster.roll()
    change(cluster, {"suspend": True})
    for _ in range(4):
        cluster.step()
        cluster.settle()
    assert {size(cluster, f"shop-all-{colour}") for colour in ("blue", "green")} == {0}
    change(cluster, {"suspend": False})
    for _ in range(6):
        cluster.step()
        cluster.settle()
    assert (cluster.selected(), size(cluster, "shop-all-green"), len(cluster.records())) == ("green", 1, 2)


@pytest.mark.parametrize(("exposure", "split"), [(GATEWAY, "route"), (TRAEFIK, "traefik"), (None, "pods")])
def test_a_canary_gets_its_share(exposure: Json | None, split: str) -> None:  # S2-123…125
    steps = [{"weight": 25, "pauseSeconds": 30}, {"weight": 50, "pauseSeconds": 30}]
    canary = {"strategy": "Canary", "steps": steps, "scaleDownDelaySeconds": 10, "bakeSeconds": 20}
    spec = {"replicas": 3, **({"exposure": exposure} if exposure else {})}
    cluster = Releasing(project({"rollout": canary, **spec}))
    cluster.served = ROUTES
    cluster.roll()
    change(cluster, {"budgets": {"dailyTokens": 5}})
    shares = []
    for _ in range(40):
        cluster.step()
        shares.append(share(cluster, split))
        cluster.settle()
        cluster.now += timedelta(seconds=5)
    found = [one for index, one in enumerate(shares) if index == 0 or one != shares[index - 1]]
    assert found == [0, 25, 50, 0]  # then all requests are on the new colour by the Service itself
    assert cluster.selected() == "green"
    assert cluster.records()[-1]["status"]["outcome"] == "Promoted"


@pytest.mark.parametrize("ends", ["promoted", "aborted", "superseded by BlueGreen", "superseded by RollingUpdate"])
@pytest.mark.parametrize(("split", "exposure"), [("route", GATEWAY), ("traefik", TRAEFIK)])
def test_the_service_of_a_share_stays_until_the_way_in_has_heard_that_it_is_over(ends: str, split: str, exposure: Json) -> None:
    """Traefik answers the share of a Service that it does not see with 500, and sees objects of two kinds in no order."""
    canary = {"strategy": "Canary", "steps": [{"weight": 50, "pauseSeconds": 3}], "scaleDownDelaySeconds": 0, "bakeSeconds": 0}
    cluster = Releasing(project({"rollout": canary, "exposure": exposure}))
    cluster.served = ROUTES
    cluster.roll()
    change(cluster, {"budgets": {"dailyTokens": 5}})
    shared_at, after = None, set()
    for _ in range(40):
        cluster.step()
        if share(cluster, split):
            shared_at = cluster.now
        elif shared_at is not None and (cluster.now - shared_at).total_seconds() <= 5:
            after.add("shop-preview" in cluster.kinds()["Service"])
        if shared_at is not None and ends == "aborted":
            change(cluster, {"rollout": {**canary, "abort": cluster.records()[1]["metadata"]["name"]}})
        if shared_at is not None and "superseded" in ends:
            change(cluster, {"rollout": {"strategy": ends.split()[-1]}, "budgets": {"dailyTokens": 6}})
        cluster.settle()
        cluster.now += timedelta(seconds=1)

    assert after == {True}
    assert cluster.records()[1]["status"]["outcome"] == ends.split()[0].capitalize()
    if "superseded" not in ends:
        assert "shop-preview" not in cluster.kinds()["Service"]


@pytest.mark.parametrize(
    ("first", "then"),
    [("RollingUpdate", "BlueGreen"), ("BlueGreen", "Canary"), ("BlueGreen", "RollingUpdate"), ("Canary", "BlueGreen")],
)
def test_a_release_that_takes_the_place_of_another_is_rolled_out_as_the_spec_says_now(first: str, then: str) -> None:
    cluster = Releasing(project({"rollout": {"strategy": first}}))
    cluster.roll(60)
    change(cluster, {"budgets": {"dailyTokens": 5}})
    cluster.step()
    change(cluster, {"budgets": {"dailyTokens": 6}, "rollout": {"strategy": then}})

    record = cluster.roll(60)

    assert [one["spec"]["strategy"] for one in cluster.records()] == [first, first, then]
    assert (record["spec"]["sequence"], record["status"]["outcome"]) == (3, "Promoted")
    assert cluster.selected() == ("blue" if then == "RollingUpdate" else "green")


def test_another_strategy_in_the_spec_promotes_nothing_that_waits_for_a_person() -> None:
    cluster = running(rollout={"autoPromote": False})
    change(cluster, {"budgets": {"dailyTokens": 5}})
    for _ in range(20):
        cluster.step()
        cluster.settle()
        cluster.now += timedelta(seconds=5)
    assert cluster.records()[-1]["status"]["step"] == "AwaitingPromotion"
    change(cluster, {"rollout": {"strategy": "RollingUpdate"}, "budgets": {"dailyTokens": 5}})
    for _ in range(10):
        cluster.step()
        cluster.settle()
        cluster.now += timedelta(seconds=5)
    assert (cluster.records()[-1]["status"]["step"], cluster.selected()) == ("AwaitingPromotion", "blue")


def test_checks_that_pods_in_place_were_promised_are_made_though_the_spec_asks_for_another_strategy() -> None:
    checked = {"smoke": {"enabled": True}, "analysis": {"enabled": True, "failureLimit": 0}}
    cluster = Releasing(project({"rollout": rolling(**checked)}))
    cluster.roll()
    change(cluster, {"budgets": {"dailyTokens": 5}})
    while cluster.records()[-1]["status"]["step"] != "Analysing":
        ticks(cluster, 1, seconds=1)
    change(cluster, {"rollout": {"strategy": "BlueGreen"}, "budgets": {"dailyTokens": 5}})
    cluster.verdict = Verdict.FAILED
    ticks(cluster, 20, seconds=31)
    assert cluster.records()[1]["status"]["reason"] == "AnalysisFailed"


def test_what_is_tried_beside_what_serves_is_one_pod_of_each_part() -> None:
    cluster = Releasing(project({"mode": "Microservices", "rollout": rolling(smoke={"enabled": True})}))
    cluster.roll()
    for name in cluster.kinds()["Deployment"]:
        cluster.get("Deployment", name)["spec"]["replicas"] = 4
    change(cluster, {"budgets": {"dailyTokens": 5}})
    while cluster.records()[-1]["status"]["step"] != "Smoking":
        ticks(cluster, 1, seconds=1)
    beside = [name for name in cluster.kinds()["Deployment"] if name.endswith("-green")]
    assert len(beside) > 3
    assert {size(cluster, name) for name in beside} == {1}


@pytest.mark.parametrize("bad", [False, True])
def test_in_place_a_project_is_ready_while_its_release_is_watched_and_after_it_was_put_back(bad: bool) -> None:
    cluster = Releasing(project({"rollout": rolling(analysis={"enabled": True, "failureLimit": 0})}))
    cluster.roll()
    change(cluster, {"budgets": {"dailyTokens": 5}})
    while cluster.records()[-1]["status"]["step"] != "Baking":
        ticks(cluster, 1, seconds=5)
    if bad:
        cluster.verdict = Verdict.FAILED
        ticks(cluster, 10, seconds=31)
        assert cluster.records()[-1]["status"]["outcome"] == "RolledBack"
    assert releases.is_beside(cluster.rollout), "what serves is not what its end is told of"


def test_what_serves_and_is_asked_for_again_is_well_whatever_was_given_up_meanwhile() -> None:
    cluster = running(rollout={"analysis": {"failureLimit": 0}})
    change(cluster, {"budgets": {"dailyTokens": 5}})
    cluster.verdict = Verdict.FAILED
    ticks(cluster, 20, seconds=31)
    assert (releases.judged(cluster.rollout) or ())[:2] == ("False", Reason.ANALYSIS_FAILED)
    change(cluster, {"budgets": {}})
    ticks(cluster, 3)
    assert releases.judged(cluster.rollout) is None, "then the pods alone tell, which are ready"


def test_the_shares_of_a_canary_stay_when_the_spec_asks_for_another_strategy() -> None:
    canary = {"strategy": "Canary", "steps": [{"weight": 40}], "bakeSeconds": 0}
    cluster = Releasing(project({"rollout": canary, "exposure": GATEWAY}))
    cluster.served = ROUTES
    cluster.roll()
    change(cluster, {"budgets": {"dailyTokens": 5}})
    for _ in range(20):
        cluster.step()
        cluster.settle()
        cluster.now += timedelta(seconds=5)
    assert share(cluster, "route") == 40
    change(cluster, {"rollout": {"strategy": "BlueGreen"}, "budgets": {"dailyTokens": 5}})
    cluster.step()
    assert share(cluster, "route") == 40


def test_a_share_by_pods_is_not_told_of_another_mode_whose_pods_one_service_cannot_select() -> None:
    canary = {"strategy": "Canary", "steps": [{"weight": 50}], "bakeSeconds": 0}
    cluster = Releasing(project({"rollout": canary}))
    cluster.roll()
    change(cluster, {"mode": "Microservices"})
    steps = set()
    for _ in range(40):
        cluster.step()
        steps.add(cluster.records()[-1]["status"]["step"])
        cluster.settle()
        cluster.now += timedelta(seconds=5)
    assert "Shifting" not in steps
    assert cluster.records()[-1]["status"]["outcome"] == "Promoted"


def test_nobody_is_led_to_a_preview_before_its_endpoint_slices_have_its_pods() -> None:
    cluster = running(rollout={"smoke": {"enabled": False}, "analysis": {"enabled": False}})
    change(cluster, {"budgets": {"dailyTokens": 5}})
    slice_ = ObjectKey("discovery.k8s.io/v1", "EndpointSlice", "team", "shop-preview-x")
    for _ in range(5):
        cluster.step()
        cluster.settle()
        cluster.objects.pop(slice_, None)
        cluster.now += timedelta(seconds=5)
    assert (cluster.records()[-1]["status"]["step"], cluster.selected()) == ("Starting", "blue")
    assert cluster.roll()["status"]["outcome"] == "Promoted"


@pytest.mark.parametrize("why", ["a Secret is missing", "no backup"])
def test_nothing_is_migrated_in_place_before_its_release_and_its_backup(why: str) -> None:
    in_place: Json = {"strategy": "RollingUpdate", "backupBeforeUpgrade": True}
    cluster = Releasing(project({"rollout": in_place}))
    cluster.roll()
    for key in [key for key in cluster.objects if "-migrate-" in key.name]:
        del cluster.objects[key]
    if why == "a Secret is missing":
        reference = {"name": "elsewhere", "key": "k"}
        change(cluster, {"image": "registry/runtime:later", "access": {"adminKeySecretRef": reference}})
    else:
        cluster.endless = "-backup-"
        change(cluster, {"image": "registry/runtime:later"})
    for _ in range(5):
        cluster.step()
        cluster.settle()
        cluster.now += timedelta(seconds=5)
    assert [one for one in cluster.kinds().get("Job", ()) if "-migrate-" in one] == []


def share(cluster: Releasing, split: str) -> int:
    if split == "route":
        refs = cluster.get("HTTPRoute", "shop")["spec"]["rules"][0]["backendRefs"]
        return next((one["weight"] for one in refs if one["name"] == "shop-preview"), 0)
    if split == "traefik":
        key = ObjectKey("traefik.io/v1alpha1", "IngressRoute", "team", "shop-canary")
        if key not in cluster.objects:
            return 0
        services = cluster.get("IngressRoute", "shop-canary")["spec"]["routes"][0]["services"]
        assert sum(one["weight"] for one in services) == 100
        return next((int(one["weight"]) for one in services if one["name"] == "shop-preview"), 0)
    if cluster.selected() != "both":
        return 0
    counts = [size(cluster, f"shop-all-{colour}") for colour in ("blue", "green")]
    return round(100 * counts[1] / sum(counts))


def test_a_project_from_before_the_records_is_adopted_as_it_is() -> None:
    cluster = running()
    for key in [key for key in cluster.objects if key.kind == names.RELEASE_KIND]:
        del cluster.objects[key]
    before = cluster.get("Deployment", "shop-all-blue")["applied"]
    cluster.step()
    [record] = cluster.records()
    assert record["status"]["outcome"] == "Promoted"
    assert cluster.get("Deployment", "shop-all-blue")["applied"] == before


def test_endpoint_slices_that_lag_behind_the_switch_end_no_release() -> None:
    """They list the old pods alone for a moment after the selector has moved (operators.md, pitfall 15)."""
    cluster = running()
    change(cluster, {"budgets": {"dailyTokens": 5}})
    while cluster.selected() == "blue":
        cluster.settle()
        cluster.now += timedelta(seconds=5)
        cluster.step()
    for _ in range(3):  # nothing has listed the new pods
        cluster.step()
    assert cluster.selected() == "green"
    assert cluster.roll()["status"]["outcome"] == "Promoted"


def test_a_migration_whose_image_does_not_exist_leaves_the_old_release_serving() -> None:
    cluster = running()
    change(cluster, {"image": "nowhere/runtime:broken"})
    cluster.unable = ("ImagePullFailed", "no such image")
    record = cluster.roll()
    assert (record["status"]["outcome"], record["status"]["reason"]) == ("Aborted", "ImagePullFailed")
    assert record["status"]["message"] == "no such image"
    assert (cluster.selected(), size(cluster, "shop-all-blue")) == ("blue", 1)


def test_the_migration_of_a_release_that_was_given_up_is_stopped_and_a_retry_makes_it_anew() -> None:
    cluster = running()
    change(cluster, {"image": "registry/runtime:later"})
    cluster.endless = "-migrate-"
    cluster.step()
    assert [name for name in cluster.kinds()["Job"] if "-migrate-" in name]
    cluster.unable = ("ImagePullFailed", "no such image")
    given_up = cluster.roll()
    cluster.step()
    assert not [name for name in cluster.kinds().get("Job", ()) if "-migrate-" in name]

    cluster.unable, cluster.endless = None, ""
    change(cluster, {"image": "registry/runtime:later", "rollout": {**ROLLOUT, "retry": given_up["metadata"]["name"]}})
    again = cluster.roll()

    assert again["metadata"]["name"] == f"{given_up['metadata']['name']}-2"
    assert again["status"]["outcome"] == "Promoted"


@pytest.mark.parametrize("word", ["smoke", "check", "golden", "web"])
def test_no_release_serves_while_one_of_its_checks_runs(word: str) -> None:
    analysis = {
        "jobs": [{"name": "own", "image": "own:1"}],
        "golden": {"configMap": "golden"},
        "web": [{"name": "ready", "path": "/ready"}],
    }
    cluster = running(rollout={"analysis": analysis})
    change(cluster, {"budgets": {"dailyTokens": 5}})
    cluster.endless = f"-{word}-"
    for _ in range(30):
        cluster.step()
        cluster.settle()
        cluster.now += timedelta(seconds=31)
    assert cluster.selected() == "blue"
    assert any(cluster.endless in name for name in cluster.kinds()["Job"])
    cluster.endless = ""
    assert cluster.roll()["status"]["step"] == "Done"


@pytest.mark.parametrize("word", ["check", "web"])
def test_a_check_that_fails_ends_the_release_whatever_is_measured(word: str) -> None:
    analysis = {"jobs": [{"name": "own", "image": "own:1"}], "web": [{"name": "ready", "path": "/ready"}]}
    cluster = running(rollout={"analysis": analysis})
    change(cluster, {"budgets": {"dailyTokens": 5}})
    for _ in range(6):
        cluster.step()
        cluster.broken |= {name for name in cluster.kinds().get("Job", []) if f"-{word}-" in name}
        cluster.settle()
        cluster.now += timedelta(seconds=5)
    record = cluster.roll()
    assert (record["status"]["outcome"], record["status"]["reason"]) == ("Aborted", "AnalysisFailed")
    assert cluster.selected() == "blue"


def runs_of(cluster: Releasing, bad: tuple[str, ...], most: int = 40) -> tuple[Json, list[str]]:
    """The record of a release whose runs of these numbers are bad, and the numbers of all that were made, in their order."""
    change(cluster, {"budgets": {"dailyTokens": 5}})
    made: list[str] = []
    for _ in range(most):
        cluster.step()
        there = [name for name in cluster.kinds().get("Job", []) if "-check-" in name]
        made += [name for name in there if name not in made]
        cluster.broken |= {name for name in there if name.endswith(bad)} if bad else set()
        cluster.settle()
        cluster.now += timedelta(seconds=5)
        if len(cluster.records()) == 2 and cluster.records()[-1]["status"]["step"] == "Done":
            break
    return cluster.records()[-1]["status"], [name[-2:] for name in made]


@pytest.mark.parametrize("more", [{}, {"strategy": "Canary", "steps": [{"weight": 50, "pauseSeconds": 20}]}])
def test_a_check_that_is_repeated_has_as_many_runs_as_it_needs_and_none_twice(more: Json) -> None:
    own = {"name": "own", "image": "own:1", "count": 3, "failureLimit": 1}

    status, numbers = runs_of(running(rollout={"analysis": {"jobs": [own]}, **more}), bad=("01",))

    assert (status["outcome"], numbers) == ("Promoted", ["00", "01", "02", "03"])


def test_a_check_that_is_bad_too_often_ends_the_release() -> None:
    own = {"name": "own", "image": "own:1", "count": 3, "failureLimit": 1}
    cluster = running(rollout={"analysis": {"jobs": [own]}})

    status, numbers = runs_of(cluster, bad=("01", "02"))

    assert (status["outcome"], status["reason"], numbers) == ("Aborted", "AnalysisFailed", ["00", "01", "02"])
    assert cluster.selected() == "blue"


def ticks(cluster: Releasing, count: int, seconds: float = 10) -> None:
    for _ in range(count):
        cluster.step()
        cluster.settle()
        cluster.now += timedelta(seconds=seconds)


def test_a_rotation_is_a_release_and_comes_to_its_end() -> None:
    cluster = running()
    change(cluster, {"stores": {"rotateCredentials": "one"}})
    ticks(cluster, 40)
    assert not any(one.rotating for one in cluster.secrets.values())
    assert (cluster.selected(), size(cluster, "shop-all-blue"), size(cluster, "shop-all-green")) == ("green", 0, 1)
    assert cluster.records()[-1]["status"]["outcome"] == "Promoted"


def other_secret(cluster: Releasing) -> None:
    for name, one in cluster.secrets.items():
        cluster.secrets[name] = replace(one, digest=f"{one.digest}-2")


def test_what_stands_of_another_rendering_is_suspended_too_and_wakes() -> None:
    cluster = running()
    other_secret(cluster)
    cluster.unable = None
    change(cluster, {"image": "nowhere/runtime:broken"})
    cluster.failing = {"green": ("ImagePullFailed", "no such image")}
    ticks(cluster, 8)
    assert cluster.records()[-1]["status"]["outcome"] == "Aborted"
    change(cluster, {"suspend": True})
    ticks(cluster, 6)
    assert size(cluster, "shop-all-blue") == 0
    assert cluster.get("StatefulSet", "shop-postgres")["spec"]["replicas"] == 0
    change(cluster, {"suspend": False})
    ticks(cluster, 6)
    assert (cluster.selected(), size(cluster, "shop-all-blue")) == ("blue", 1)


def test_a_database_that_was_lost_is_migrated_anew() -> None:
    cluster = running()
    jobs = {name for name in cluster.kinds()["Job"] if "-migrate-" in name}
    [claim] = [one for key, one in cluster.objects.items() if key.kind == "PersistentVolumeClaim"]
    claim["metadata"]["uid"] = "another-volume"
    ticks(cluster, 4)
    assert {name for name in cluster.kinds()["Job"] if "-migrate-" in name} - jobs
    assert cluster.selected() == "blue"


@pytest.mark.parametrize(("begun", "then"), [("BlueGreen", "RollingUpdate"), ("BlueGreen", "Canary")])
def test_another_strategy_is_for_the_next_release(begun: str, then: str) -> None:
    cluster = running(rollout={"strategy": begun})
    change(cluster, {"budgets": {"dailyTokens": 5}})
    cluster.endless = "-smoke-"
    ticks(cluster, 4)
    change(cluster, {"rollout": {"strategy": then, "bakeSeconds": 20}})
    ticks(cluster, 4)
    assert cluster.selected() == "blue"
    [smoke] = [one for key, one in cluster.objects.items() if key.kind == "Job" and "-smoke-" in key.name]
    assert "http://shop-preview.team.svc" in smoke["spec"]["template"]["spec"]["containers"][0]["args"]
    cluster.endless = ""
    assert cluster.roll()["status"]["outcome"] == "Promoted"
    assert cluster.selected() == "green"


def rolling(**more: Any) -> Json:
    return {"strategy": "RollingUpdate", **more}


@pytest.mark.parametrize(("mode", "then"), [("Monolith", "Microservices"), ("Microservices", "Monolith")])
def test_in_place_an_abort_returns_to_the_mode_before(mode: str, then: str) -> None:
    cluster = Releasing(project({"mode": mode, "rollout": rolling()}))
    cluster.roll()
    entry = cluster.get("Service", "shop")["spec"]["selector"]
    change(cluster, {"mode": then})
    cluster.broken = {f"shop-{one}-blue" for one in (("all",) if then == "Monolith" else ("edge", "api"))}
    ticks(cluster, 4)
    newest = cluster.records()[-1]["metadata"]["name"]
    change(cluster, {"rollout": rolling(abort=newest)})
    ticks(cluster, 8)
    assert cluster.records()[-1]["status"]["outcome"] == "Aborted"
    assert cluster.get("Service", "shop")["spec"]["selector"] == entry


def test_in_place_what_cannot_be_rendered_as_it_was_is_returned_to_as_it_would_be_now() -> None:
    cluster = Releasing(project({"rollout": rolling(analysis={"enabled": True, "failureLimit": 0})}))
    cluster.roll()
    image = cluster.get("Deployment", "shop-all-blue")["spec"]["template"]["spec"]["containers"][0]["image"]
    other_secret(cluster)
    change(cluster, {"image": "own/runtime:2"})
    while cluster.records()[-1]["status"]["step"] != "Baking":
        ticks(cluster, 1, seconds=5)
    cluster.verdict = Verdict.FAILED
    ticks(cluster, 10, seconds=31)
    record = cluster.records()[-1]
    assert (record["status"]["outcome"], record["status"]["reason"]) == ("RolledBack", "AnalysisFailed")
    assert cluster.get("Deployment", "shop-all-blue")["spec"]["template"]["spec"]["containers"][0]["image"] == image


def test_a_rollback_renders_what_does_not_stand_any_more_anew() -> None:
    cluster = running(rollout={"rollbackWindow": 2})
    first = cluster.records()[0]["metadata"]["name"]
    for tokens in (5, 6):
        change(cluster, {"budgets": {"dailyTokens": tokens}})
        newest = cluster.roll()["metadata"]["name"]
    other_secret(cluster)
    newest = cluster.roll()["metadata"]["name"]
    change(cluster, {"rollout": {**ROLLOUT, "rollbackWindow": 3, "rollback": {"to": first, "from": newest}}})
    ticks(cluster, 30)
    assert cluster.records()[-1]["spec"]["template"] == cluster.records()[0]["spec"]["template"]
    assert cluster.records()[-1]["status"]["outcome"] in ("Promoted", "FastPromoted")


@pytest.mark.parametrize("strategy", ["BlueGreen", "Canary"])
def test_a_step_with_bad_measurements_alone_is_not_passed_by_waiting(strategy: str) -> None:
    steps = {"steps": [{"weight": 50, "pauseSeconds": 10}]} if strategy == "Canary" else {}
    cluster = running(rollout={"strategy": strategy, "bakeSeconds": 10, "analysis": {"failureLimit": 100}, **steps})
    change(cluster, {"budgets": {"dailyTokens": 5}})
    while cluster.records()[-1]["status"]["step"] not in ("Shifting", "Baking"):
        ticks(cluster, 1, seconds=1)
    cluster.verdict = Verdict.FAILED
    ticks(cluster, 12, seconds=5)
    assert cluster.records()[-1]["status"]["reason"] == "AnalysisFailed"
    assert cluster.selected() == "blue"


def upgraded(cluster: Releasing) -> None:
    """Another operator, which renders pods otherwise."""
    cluster.images = replace(cluster.images, runtime="testgen/runtime:2.0.0")


def test_a_release_that_began_while_the_old_one_woke_up_is_measured_all_the_same() -> None:
    cluster = running(rollout={"analysis": {"failureLimit": 0}})
    change(cluster, {"suspend": True})
    ticks(cluster, 6)
    change(cluster, {"budgets": {"dailyTokens": 5}})
    ticks(cluster, 3)
    change(cluster, {"suspend": False})
    cluster.verdict = Verdict.FAILED
    ticks(cluster, 25)
    assert cluster.selected() == "blue"
    assert cluster.records()[-1]["status"]["reason"] == "AnalysisFailed"


def test_a_rollback_to_what_would_be_rendered_otherwise_goes_through_its_checks() -> None:
    cluster = running(rollout={"rollbackWindow": 3, "analysis": {"failureLimit": 0}})
    first = cluster.records()[0]["metadata"]["name"]
    change(cluster, {"budgets": {"dailyTokens": 5}})
    cluster.roll()
    upgraded(cluster)
    newest = cluster.roll()["metadata"]["name"]
    cluster.verdict = Verdict.FAILED
    analysis = {"failureLimit": 0}
    change(
        cluster, {"rollout": {**ROLLOUT, "rollbackWindow": 3, "analysis": analysis, "rollback": {"to": first, "from": newest}}}
    )
    before = cluster.selected()
    ticks(cluster, 25)
    assert cluster.selected() == before
    assert cluster.records()[-1]["status"]["reason"] == "AnalysisFailed"


def test_in_place_what_only_the_operator_changed_has_no_way_back_and_says_what_fails() -> None:
    cluster = Releasing(project({"rollout": rolling(analysis={"enabled": True, "failureLimit": 0})}))
    cluster.roll()
    upgraded(cluster)
    while cluster.records()[-1]["status"]["step"] != "Baking":
        ticks(cluster, 1, seconds=5)
    cluster.verdict = Verdict.FAILED
    ticks(cluster, 12, seconds=31)
    assert cluster.records()[-1]["status"]["step"] == "Baking"
    assert cluster.rollout is not None
    assert cluster.rollout.decision.held == "AnalysisFailed"


def test_what_only_the_operator_changed_is_tried_beside_what_serves_and_never_takes_its_place_where_it_fails() -> None:
    cluster = Releasing(project({"rollout": rolling(smoke={"enabled": True})}))
    cluster.roll()
    serving = cluster.get("Deployment", "shop-all-blue")["spec"]["template"]
    upgraded(cluster)
    for _ in range(12):
        cluster.step()
        cluster.broken |= {name for name in cluster.kinds()["Job"] if "-smoke-" in name}
        cluster.settle()
        cluster.now += timedelta(seconds=5)
    record = cluster.records()[-1]
    assert (record["status"]["outcome"], record["status"]["reason"]) == ("Aborted", "SmokeFailed")
    assert cluster.get("Deployment", "shop-all-blue")["spec"]["template"] == serving


def back(to: str, origin: str) -> Json:
    return {"rollout": {**ROLLOUT, "rollbackWindow": 3, "rollback": {"to": to, "from": origin}}}


def name_of(cluster: Releasing, number: int = -1) -> str:
    return str(cluster.records()[number]["metadata"]["name"])


def test_a_secret_that_only_the_spec_needs_does_not_hold_a_rollback() -> None:
    cluster = running()
    first = name_of(cluster)
    cluster.secrets["cache"] = SecretFacts("cache", exists=True, keys=frozenset({"password"}), digest="one")
    external = {"host": "cache.example.com", "passwordSecretRef": {"name": "cache", "key": "password"}}
    change(cluster, {"stores": {"redis": {"type": "External", "external": external}}})
    second = cluster.roll()["metadata"]["name"]
    assert cluster.selected() == "green"
    cluster.secrets["cache"] = SecretFacts("cache")
    change(cluster, back(first, second))
    ticks(cluster, 12)
    assert cluster.selected() == "blue"
    assert cluster.records()[-1]["status"]["outcome"] == "FastPromoted"


def test_a_new_secret_does_not_bring_back_what_was_rolled_back() -> None:
    cluster = running()
    first = name_of(cluster)
    change(cluster, {"budgets": {"dailyTokens": 5}})
    second = cluster.roll()["metadata"]["name"]
    change(cluster, back(first, second))
    ticks(cluster, 12)
    assert cluster.project.spec.budgets.daily_tokens == 5
    other_secret(cluster)
    ticks(cluster, 40)
    assert cluster.rollout is not None
    assert not cluster.rollout.decision.ignored
    serving = cluster.get("Service", "shop")["metadata"]["annotations"][names.ANNOTATION_RELEASE]
    assert (
        next(one for one in cluster.records() if one["metadata"]["name"] == serving)["spec"]["snapshot"]
        .get("budgets", {})
        .get("dailyTokens")
        is None
    )


def test_a_rollback_to_what_this_operator_renders_as_what_serves_says_so() -> None:
    cluster = running()
    first = name_of(cluster)
    upgraded(cluster)
    second = cluster.roll()["metadata"]["name"]
    cluster.objects = {key: one for key, one in cluster.objects.items() if key.name != "shop-all-blue"}
    change(cluster, back(first, second))
    count = len(cluster.records())
    ticks(cluster, 6)
    assert cluster.rollout is not None
    assert "renders" in cluster.rollout.decision.ignored["rollback"]
    assert (len(cluster.records()), cluster.selected()) == (count, "green")


def test_in_place_too_the_database_is_migrated_after_its_backup_and_never_for_what_was_given_up() -> None:  # S3-130
    cluster = Releasing(project({"rollout": rolling(backupBeforeUpgrade=True)}))
    cluster.roll()
    before = set(cluster.kinds()["Job"])
    change(cluster, {"image": "own/runtime:2"})
    cluster.endless = "-backup-"
    ticks(cluster, 4)
    assert cluster.records()[-1]["status"]["step"] == "BackingUp"
    assert not [name for name in set(cluster.kinds()["Job"]) - before if "-migrate-" in name]
    change(cluster, {"rollout": rolling(backupBeforeUpgrade=True, abort=name_of(cluster))})
    ticks(cluster, 4)
    assert cluster.records()[-1]["status"]["outcome"] == "Aborted"
    assert not [name for name in set(cluster.kinds()["Job"]) - before if "-migrate-" in name]


def test_a_release_that_cannot_begin_yet_is_not_said_to_serve() -> None:
    cluster = running()
    external = {"host": "cache.example.com", "passwordSecretRef": {"name": "cache", "key": "password"}}
    change(cluster, {"stores": {"redis": {"type": "External", "external": external}}})
    ticks(cluster, 2)
    assert len(cluster.records()) == 1
    judged = releases.judged(cluster.rollout)
    assert judged is not None
    assert judged[:2] == ("Unknown", Reason.SECRET_NOT_FOUND)


def test_while_the_last_release_drains_the_next_is_not_said_to_serve() -> None:
    cluster = running(rollout={"scaleDownDelaySeconds": 3600})
    change(cluster, {"budgets": {"dailyTokens": 5}})
    while cluster.records()[-1]["status"]["step"] != "Draining":
        ticks(cluster, 1)
    assert releases.judged(cluster.rollout) == ("True", Reason.PROMOTED, "")
    change(cluster, {"rollout": {**ROLLOUT, "scaleDownDelaySeconds": 3600}, "budgets": {"dailyTokens": 6}})
    ticks(cluster, 2)
    judged = releases.judged(cluster.rollout)
    assert len(cluster.records()) == 2
    assert judged is not None
    assert judged[0] == "Unknown"


def test_a_rollback_has_the_commit_of_what_it_returns_to() -> None:  # S2-161
    cluster = running(rollout={"commit": "aaa", "author": "Ann"})
    first = name_of(cluster)
    change(cluster, {"budgets": {"dailyTokens": 5}, "rollout": {**ROLLOUT, "commit": "bbb", "author": "Bob"}})
    second = cluster.roll()["metadata"]["name"]
    rollback = {"to": first, "from": second}
    change(cluster, {"rollout": {**ROLLOUT, "commit": "bbb", "author": "Bob", "rollback": rollback}})
    ticks(cluster, 12)
    spec = cluster.records()[-1]["spec"]
    assert (spec["sequence"], spec["commit"], spec["author"]) == (3, "aaa", "Ann")


def test_the_share_is_split_by_the_way_in_that_the_spec_has_now() -> None:
    """The release that serves began behind a Gateway, which is gone: the number of pods splits the requests."""
    canary = {"strategy": "Canary", "steps": [{"weight": 33}], "scaleDownDelaySeconds": 10, "bakeSeconds": 20}
    cluster = Releasing(project({"rollout": canary, "replicas": 2, "exposure": GATEWAY}))
    cluster.served = ROUTES
    cluster.roll()
    change(cluster, {"exposure": {"type": "Disabled"}})
    ticks(cluster, 2)
    change(cluster, {"budgets": {"dailyTokens": 5}})
    ticks(cluster, 8)
    assert cluster.records()[-1]["status"]["step"] == "Shifting"
    assert share(cluster, "pods") == 33
