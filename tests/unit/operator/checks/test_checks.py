"""The Jobs of a rollout's checks: what they may do, what they are called, and how their results are read."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.operator import network_evaluator as evaluator
from tests.unit.operator import pod_security
from tests.unit.operator.build import IMAGES, project
from tests.unit.operator.network_evaluator import Peer

from testgen_operator import names
from testgen_operator.names import Component
from testgen_operator.plan import checks, network
from testgen_operator.plan.facts import Container, Facts, Phase, Pod, Volume
from testgen_operator.plan.model import Manifest
from testgen_operator.rollout.model import Due, Result, Verdict

ALL: dict[str, Any] = {
    "environment": "Production",
    "rollout": {
        "strategy": "BlueGreen",
        "analysis": {
            "web": [{"name": "ready", "path": "/ready"}, {"name": "odd", "path": "/$(HOME)?a=b", "expectedStatus": 404}],
            "jobs": [
                {"name": "load", "image": "team/load:1", "args": ["--fast", "$(TESTGEN_URL)"]},
                {"name": "scan", "image": "team/scan:2", "timeoutSeconds": 60},
            ],
            "golden": {"configMap": "our-set", "key": "set.yaml", "tolerancePercent": 7},
        },
    },
}
EVERY = frozenset(Due)
RELEASE = "shop-0123456789"


def jobs(spec: dict[str, Any] | None = None, release: str = RELEASE, due: frozenset[Due] = EVERY) -> dict[str, Manifest]:
    """By the word in their name; the tenant's by the name of the container's image."""
    found = checks.jobs(project(ALL if spec is None else spec), release, RELEASE, IMAGES, due, Facts())
    return {_word(one): one for one in found if one.kind == "Job"}


def _word(job: Manifest) -> str:
    image = job.object["spec"]["template"]["spec"]["containers"][0]["image"]
    word = job.name.removeprefix("shop-").rpartition("-")[0]
    return f"{word}:{image}" if word == "check" else word


def container(job: Manifest) -> dict[str, Any]:
    (found,) = job.object["spec"]["template"]["spec"]["containers"]
    return dict(found)


def test_they_read_as_a_platform_engineer_expects() -> None:
    """After a wanted change: UPDATE_GOLDEN=1, and read the diff."""
    found = checks.jobs(project(ALL), RELEASE, RELEASE, IMAGES, EVERY, Facts())
    text = yaml.safe_dump_all([dict(one.object) for one in found], sort_keys=False)
    path = Path(__file__).parent / "golden" / "checks.yaml"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text)
    assert text == path.read_text()


def test_what_is_due_is_what_runs() -> None:
    assert set(jobs()) == {"backup", "smoke", "web", "golden", "check:team/load:1", "check:team/scan:2"}
    assert set(jobs(due=frozenset([Due.SMOKE]))) == {"smoke"}
    assert set(jobs(due=frozenset([Due.BACKUP]))) == {"backup"}
    assert set(jobs(due=frozenset([Due.MIGRATION]))) == set()
    assert jobs(ALL | {"suspend": True}) == {}
    assert set(jobs({"rollout": {"strategy": "RollingUpdate"}}, due=frozenset([Due.SMOKE, Due.MEASUREMENT]))) == set()


@pytest.mark.parametrize("name", sorted(jobs()))
def test_each_passes_the_restricted_standard_and_is_bounded(name: str) -> None:  # S4-067
    spec = jobs()[name].object["spec"]
    pod = spec["template"]["spec"]

    assert pod_security.violations(pod) == []
    assert pod["automountServiceAccountToken"] is False
    assert pod["restartPolicy"] == "Never"
    assert spec["activeDeadlineSeconds"] <= 3660
    assert spec["backoffLimit"] <= 2
    assert spec["ttlSecondsAfterFinished"] > 0
    for one in pod["containers"]:
        assert set(one["resources"]["limits"]) == set(one["resources"]["requests"]) == {"cpu", "memory"}
        assert one["securityContext"]["readOnlyRootFilesystem"] is True


def test_the_tenants_container_gets_the_address_and_nothing_that_opens_anything() -> None:
    job = jobs()["check:team/load:1"]
    found, pod = container(job), job.object["spec"]["template"]["spec"]

    assert found["args"] == ["--fast", "$(TESTGEN_URL)"]
    assert {one["name"]: one["value"] for one in found["env"]}["TESTGEN_URL"] == "http://shop-preview.team.svc"
    assert [one["name"] for one in pod["volumes"]] == ["tmp"]
    assert job.object["spec"]["activeDeadlineSeconds"] == 360


def test_the_smoke_test_goes_to_the_preview_with_the_key_as_a_file() -> None:  # S2-217
    assert container(jobs()["smoke"])["args"] == [
        "testgen", "smoke", "--url", "http://shop-preview.team.svc", "--run", RELEASE, "--timeout", "300",
        "--key-file", "/etc/testgen-secrets/admin/api-key", "--result", "/dev/termination-log",
    ]  # fmt: skip


def test_in_place_they_go_to_the_endpoint_and_are_compared_with_nobody() -> None:
    made = checks.jobs(project(ALL), RELEASE, RELEASE, IMAGES, EVERY, Facts(), in_place=True)
    found = {_word(one): one for one in made if one.kind == "Job"}

    assert container(found["smoke"])["args"][3] == "http://shop.team.svc"
    golden = container(found["golden"])["args"]
    assert golden[golden.index("--candidate") + 1] == "http://shop.team.svc"
    assert golden[golden.index("--active") + 1] == "http://shop-preview.team.svc", "where nobody answers in place"


def test_web_checks_have_no_key_and_no_variable_is_put_into_a_path() -> None:
    found = container(jobs()["web"])

    assert "ready=200=/ready" in found["args"]
    assert "odd=404=/$$(HOME)?a=b" in found["args"]
    assert [one["name"] for one in found["volumeMounts"]] == ["tmp"]


def test_the_golden_set_is_the_tenants_config_map_and_may_be_missing() -> None:
    job = jobs()["golden"]
    (given,) = [one["configMap"] for one in job.object["spec"]["template"]["spec"]["volumes"] if "configMap" in one]

    assert given["name"] == "our-set"
    assert given["items"] == [{"key": "set.yaml", "path": "set"}]
    assert given["optional"] is True
    args = container(job)["args"]
    assert args[args.index("--active") + 1] == "http://shop.team.svc"
    assert args[args.index("--candidate") + 1] == "http://shop-preview.team.svc"
    assert args[args.index("--tolerance") + 1] == "7"


def test_no_secret_is_in_any_argument_or_variable_of_the_backup() -> None:  # S3-130
    job = jobs()["backup"]
    text = json.dumps(job.object)

    assert "secretKeyRef" not in text
    assert {one["name"]: one["value"] for one in container(job)["env"]}["PASSWORD_FILE"] == "/etc/postgresql-secrets/password"
    assert not [one["name"] for one in container(job)["env"] if "PGPASSWORD" in one["name"]]


def test_the_volume_of_the_backups_lives_as_long_as_the_data_and_never_shrinks() -> None:
    def volume(spec: dict[str, Any], facts: Facts = Facts()) -> dict[str, Any]:  # noqa: B008 - frozen
        found = checks.jobs(project(spec), RELEASE, RELEASE, IMAGES, {Due.BACKUP}, facts)
        return dict(next(one.object for one in found if one.kind == "PersistentVolumeClaim"))

    retained = volume({"environment": "Production", "stores": {"deletionPolicy": "Retain"}})
    deleted = volume({"environment": "Production", "stores": {"deletionPolicy": "Delete"}})
    live = Facts(volumes={"shop-upgrade-backups": Volume("shop-upgrade-backups", size="9Gi", storage_class="slow")})

    assert "ownerReferences" not in retained["metadata"]
    assert "ownerReferences" in deleted["metadata"]
    assert volume(ALL, live)["spec"] == {
        "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "9Gi"}}, "storageClassName": "slow",
    }  # fmt: skip


def test_another_release_another_wish_another_job() -> None:
    first, other = jobs(), jobs(release="shop-fedcba9876")
    later = json.loads(json.dumps(ALL))
    later["rollout"]["smoke"] = {"timeoutSeconds": 77}

    assert not {one.name for one in first.values()} & {one.name for one in other.values()}
    assert jobs(later)["smoke"].name != first["smoke"].name
    assert jobs(later)["web"].name == first["web"].name
    assert {name: one.object for name, one in jobs().items()} == {name: one.object for name, one in first.items()}


@given(
    st.from_regex(r"[a-z][-a-z0-9]{0,38}[a-z0-9]", fullmatch=True).filter(
        lambda name: not any(name.endswith(f"-{ending}") for ending in (*names.RESERVED_ENDINGS, *names.RESERVED_FOR_NEW))
    ),
    st.text(alphabet="0123456789abcdef", min_size=10, max_size=10),
)
@settings(max_examples=60)
def test_a_pods_name_begins_with_its_jobs_whole_name(name: str, digest: str) -> None:
    """Kubernetes cuts what it makes a pod's name of at 58 characters."""
    for one in checks.jobs(project(ALL, name), f"{name}-{digest}", f"{name}-{digest}", IMAGES, EVERY, Facts()):
        if one.kind == "Job":
            assert len(one.name) <= 57


@pytest.mark.parametrize(
    ("caller", "callee", "port", "allowed"),
    [
        ("smoke", "all", 8000, True),
        ("check", "all", 8000, True),
        ("backup", "postgres", 5432, True),
        ("smoke", "postgres", 5432, False),
        ("check", "postgres", 5432, False),
        ("backup", "all", 8000, False),
    ],
)
def test_the_fences_let_a_check_reach_what_it_looks_at(caller: Component, callee: Component, port: int, allowed: bool) -> None:
    rules = [one.object for one in network.policies(project(ALL), Facts())]

    def pod(component: Component) -> Peer:
        return Peer("team", names.selector("shop", component))

    assert evaluator.allowed(rules, pod(caller), pod(callee), port) is allowed


def test_the_operator_reads_metrics_from_its_own_namespace_alone() -> None:
    rules = [one.object for one in network.policies(project(ALL), Facts(operator_namespace="testgen-system"))]
    runtime = Peer("team", names.selector("shop", "all"))

    assert evaluator.allowed(rules, Peer("testgen-system", {names.LABEL_NAME: names.OPERATOR}), runtime, 8000)
    assert not evaluator.allowed(rules, Peer("testgen-system", {names.LABEL_NAME: "other"}), runtime, 8000)
    assert not evaluator.allowed(rules, Peer("elsewhere", {names.LABEL_NAME: names.OPERATOR}), runtime, 8000)


# Repeated

REPEATED: dict[str, Any] = {
    "rollout": {
        "strategy": "BlueGreen",
        "analysis": {
            "web": [
                {"name": "ready", "path": "/ready", "count": 5, "intervalSeconds": 60, "failureLimit": 2},
                {"name": "once", "path": "/health"},
                {"name": "soon", "path": "/live", "count": 2},
            ],
            "jobs": [{"name": "load", "image": "team/load:1", "count": 2, "intervalSeconds": 30, "failureLimit": 1}],
        },
    }
}


def repeated(**changed: Any) -> dict[str, Any]:
    """With the tenant's Job otherwise."""
    found: dict[str, Any] = json.loads(json.dumps(REPEATED))
    found["rollout"]["analysis"]["jobs"][0] |= changed
    return found


def runs(spec: dict[str, Any], seen: Facts) -> list[Manifest]:
    """The tenant's Jobs that are planned."""
    found = checks.jobs(project(spec), RELEASE, RELEASE, IMAGES, frozenset([Due.MEASUREMENT]), seen)
    return [one for one in found if _word(one).startswith("check")]


def due(spec: dict[str, Any], seen: Facts) -> Manifest:
    (found,) = runs(spec, seen)
    return found


def played(spec: dict[str, Any], *ends: Phase) -> Facts:
    """What is seen after runs that ended so, one after the other."""
    seen = Facts()
    for end in ends:
        seen = replace(seen, jobs={**seen.jobs, due(spec, seen).name: end})
    return seen


def test_web_checks_are_repeated_in_one_job_that_has_the_time_for_it() -> None:
    job = jobs(REPEATED)["web"]
    args = container(job)["args"]

    assert [args[at + 1] for at, word in enumerate(args) if word == "--repeat"] == ["ready=5=60=2", "soon=2=10=0"]
    seconds = int(args[args.index("--timeout") + 1])
    assert seconds == 60 + 6 * 60 + 1 * 60 + 6 * 60, "all once, seven runs more, and the longest waiting"
    assert job.object["spec"]["activeDeadlineSeconds"] == seconds + 60


def test_web_checks_end_within_two_hours_whatever_is_asked_for() -> None:
    every = [{"name": f"a{n}", "path": "/", "count": 90, "intervalSeconds": 40} for n in range(8)]
    job = jobs({"rollout": {"strategy": "BlueGreen", "analysis": {"web": every}}})["web"]

    assert job.object["spec"]["activeDeadlineSeconds"] == 7260


def test_a_tenants_check_is_repeated_job_by_job() -> None:
    first = due(REPEATED, Facts())
    again = due(REPEATED, Facts(jobs={first.name: Phase.RUNNING}))
    second = due(REPEATED, Facts(jobs={first.name: Phase.SUCCEEDED}))

    assert again == first
    assert (first.name[:-2], first.name[-2:], second.name[-2:]) == (second.name[:-2], "00", "01")
    assert container(first) == container(second)
    assert first.object["spec"]["activeDeadlineSeconds"] == 360


def test_all_runs_but_the_first_wait_for_the_interval_in_a_container_of_ours() -> None:
    first, second = (due(REPEATED, played(REPEATED, *ends)).object["spec"] for ends in ((), (Phase.FAILED,)))
    pod = second["template"]["spec"]
    (wait,) = pod["initContainers"]

    assert "initContainers" not in first["template"]["spec"]
    assert (wait["image"], wait["args"]) == (
        container(jobs(REPEATED)["web"])["image"],
        ["python", "-c", "import time; time.sleep(30)"],
    )
    assert second["activeDeadlineSeconds"] == 360 + 30
    assert pod_security.violations(pod) == []
    assert wait["resources"]["limits"]


@given(st.lists(st.sampled_from([Phase.SUCCEEDED, Phase.FAILED]), max_size=8), st.integers(1, 4), st.integers(0, 3))
def test_runs_are_made_until_enough_are_good_or_too_many_are_bad(ends: list[Phase], count: int, limit: int) -> None:
    if count + limit == 1:
        return
    spec = repeated(count=count, failureLimit=limit)
    seen, good, bad = Facts(), 0, 0
    for end in ends:
        if good == count or bad > limit:
            break
        assert checks.results(seen, project(spec), RELEASE)["check/load"].result in (Result.ABSENT, Result.RUNNING)
        seen = replace(seen, jobs={**seen.jobs, due(spec, seen).name: end})
        good, bad = good + (end is Phase.SUCCEEDED), bad + (end is Phase.FAILED)

    found = checks.results(seen, project(spec), RELEASE)["check/load"]
    over = good == count or bad > limit
    assert bool(runs(spec, seen)) is not over
    assert found.result is (
        Result.ABSENT if not seen.jobs else Result.FAILED if bad > limit else Result.SUCCEEDED if over else Result.RUNNING
    )
    assert checks.kept(seen, project(spec), RELEASE) == set(seen.jobs), "they are what the count is made of"
    assert len(set(seen.jobs)) == good + bad
    assert all(len(name) <= len("shop") + 17 for name in seen.jobs), "40 for the project's name, and 58 with a hyphen"


def test_a_run_whose_job_somebody_removed_is_made_again() -> None:
    seen = played(repeated(count=3), Phase.SUCCEEDED, Phase.SUCCEEDED)
    first, second = seen.jobs

    assert due(repeated(count=3), Facts(jobs={second: Phase.SUCCEEDED})).name == first


@pytest.mark.parametrize("changed", [{"image": "team/load:2"}, {"intervalSeconds": 31}, {"timeoutSeconds": 20}])
def test_runs_of_another_wish_count_nothing_and_are_pruned(changed: dict[str, Any]) -> None:
    old, spec = played(REPEATED, Phase.SUCCEEDED), repeated(**changed)
    new = due(spec, old)
    both = Facts(jobs={**old.jobs, new.name: Phase.SUCCEEDED})

    assert new.name[-2:] == "00"
    assert new.name not in old.jobs
    assert checks.results(both, project(spec), RELEASE)["check/load"].result is Result.RUNNING
    assert not checks.kept(both, project(spec), RELEASE)


def test_more_runs_that_are_asked_for_meanwhile_go_on_where_they_are() -> None:
    seen, more = played(REPEATED, Phase.SUCCEEDED, Phase.SUCCEEDED), repeated(count=4)

    assert runs(REPEATED, seen) == []
    assert due(more, seen).name[-2:] == "02"


def test_the_figures_tell_how_many_runs_were_good_and_bad() -> None:
    said = {"message": "9 steps", "runs": [{"name": "ready", "good": 5, "bad": 1}, {"name": "soon", "good": "?"}, 7]}
    own, web = played(REPEATED, Phase.FAILED, Phase.SUCCEEDED, Phase.SUCCEEDED), jobs(REPEATED)["web"].name
    pods = (
        Pod(f"{web}-x7x7x", "smoke", containers=(Container("c", last_words=json.dumps(said)),)),
        Pod(f"{next(iter(own.jobs))}-x7x7x", "check", containers=(Container("check", last_words="too slow", exit_code=1),)),
    )
    found = checks.analysed(Facts(jobs={**own.jobs, web: Phase.SUCCEEDED}, pods=pods), project(REPEATED), RELEASE)

    assert found is not None
    assert {one.name: (one.value, one.limit, one.verdict) for one in found.figures} == {
        "check.load.good": (2, 2, Verdict.SUCCESSFUL),
        "check.load.bad": (1, 1, Verdict.SUCCESSFUL),
        "web.ready.good": (5, 5, Verdict.SUCCESSFUL),
        "web.ready.bad": (1, 2, Verdict.SUCCESSFUL),
        "web.soon.good": (0, 2, Verdict.INCONCLUSIVE),
        "web.soon.bad": (0, 0, Verdict.SUCCESSFUL),
    }
    assert found.message == "check/load: good, 1 of 3 runs were bad, the last: too slow; web: good"


def test_too_many_bad_runs_end_the_rollout_with_the_words_of_the_last() -> None:
    seen = played(REPEATED, Phase.FAILED, Phase.FAILED)
    last = list(seen.jobs)[-1]
    pod = Pod(f"{last}-x7x7x", "check", containers=(Container("check", last_words="too slow", exit_code=1),))
    found = checks.analysed(replace(seen, pods=(pod,)), project(REPEATED), RELEASE)

    assert found is not None
    assert (found.verdict, found.reason) == (Verdict.FAILED, "AnalysisFailed")
    assert found.message == "check/load: 2 of 2 runs were bad, the last: too slow"
    assert ("check.load.bad", Verdict.FAILED) in [(one.name, one.verdict) for one in found.figures]


# Results


def facts(phase: Phase, words: str = "", *, which: str = "smoke", code: int = 0, pod: bool = True) -> Facts:
    job = jobs()[which]
    said = Container("c", exit_code=code, last_words=words)
    pods = (Pod(f"{job.name}-x7x7x", "smoke", containers=(said,)),) if pod else ()
    return Facts(jobs={job.name: phase}, pods=pods)


def result(found: Facts, which: str = "smoke", release: str = RELEASE) -> checks.Checked:
    return checks.results(found, project(ALL), release)[which]


def test_a_check_is_absent_running_succeeded_or_failed() -> None:
    assert result(Facts()).result is Result.ABSENT
    assert result(facts(Phase.RUNNING)).result is Result.RUNNING
    assert result(facts(Phase.SUCCEEDED, '{"ok": true, "message": "7 steps"}')) == checks.Checked(
        Result.SUCCEEDED, "7 steps", {"ok": True, "message": "7 steps"}
    )
    failed = result(facts(Phase.FAILED, 'log\n{"ok": false, "message": "upload: it answers 500"}', code=1))
    assert (failed.result, failed.message) == (Result.FAILED, "upload: it answers 500")


def test_a_failure_without_words_is_told_too() -> None:
    assert "its pod is gone" in result(facts(Phase.FAILED, pod=False)).message
    assert result(facts(Phase.FAILED, "panic: no JSON")).message == "panic: no JSON"


def test_another_releases_jobs_say_nothing_about_this_one() -> None:
    assert result(facts(Phase.SUCCEEDED), release="shop-fedcba9876").result is Result.ABSENT
    assert result(facts(Phase.SUCCEEDED), "golden").result is Result.ABSENT


def test_the_backup_is_told_with_where_it_is() -> None:  # S3-130
    words = '{"location": "shop-upgrade-backups/shop-1.dump", "sizeBytes": 5, "sha256": "ab", "takenAt": "2026-01-01T00:00:00Z"}'

    assert result(facts(Phase.SUCCEEDED, words, which="backup"), "backup").record["sizeBytes"] == 5
    external = {
        "stores": {"postgres": {"type": "External", "external": {"host": "db", "passwordSecretRef": {"name": "a", "key": "b"}}}}
    }
    assert checks.results(Facts(), project(external), RELEASE)["backup"].result is Result.SUCCEEDED


def test_a_backup_whose_pod_is_gone_is_told_with_its_place() -> None:  # S3-130
    gone = result(facts(Phase.SUCCEEDED, which="backup", pod=False), "backup")

    assert (gone.result, gone.record) == (Result.SUCCEEDED, {"location": f"shop-upgrade-backups/{RELEASE}.dump"})


@pytest.mark.parametrize("phase", ["Pending", "Running"])
def test_a_backup_whose_pod_is_not_yet_seen_to_end_is_waited_for(phase: str) -> None:
    found = facts(Phase.SUCCEEDED, which="backup")
    [pod] = found.pods

    assert result(replace(found, pods=(replace(pod, phase=phase),)), "backup").result is Result.RUNNING
    assert result(replace(found, pods=(replace(pod, phase="Succeeded"),)), "backup").result is Result.SUCCEEDED


def analysed(phases: dict[str, tuple[Phase, str]]) -> Any:
    made = jobs()
    found = Facts(
        jobs={made[name].name: phase for name, (phase, _) in phases.items()},
        pods=tuple(
            Pod(f"{made[name].name}-abcde", "smoke", containers=(Container("c", last_words=words),))
            for name, (_, words) in phases.items()
        ),
    )
    return checks.analysed(found, project(ALL), RELEASE)


GOOD = {
    "web": (Phase.SUCCEEDED, ""),
    "check:team/load:1": (Phase.SUCCEEDED, ""),
    "check:team/scan:2": (Phase.SUCCEEDED, ""),
    "golden": (Phase.SUCCEEDED, '{"verdict": "Equal", "message": "no figure differs"}'),
}


@pytest.mark.parametrize(
    ("change", "verdict", "reason"),
    [
        ({}, Verdict.SUCCESSFUL, ""),
        ({"golden": (Phase.RUNNING, "")}, None, ""),
        ({"golden": (Phase.FAILED, '{"verdict": "Worse", "message": "x"}')}, Verdict.FAILED, "GoldenSetWorse"),
        ({"golden": (Phase.FAILED, '{"verdict": "Invalid", "message": "x"}')}, Verdict.FAILED, "GoldenSetInvalid"),
        ({"golden": (Phase.FAILED, '{"verdict": "Inconclusive"}')}, Verdict.INCONCLUSIVE, "AnalysisInconclusive"),
        ({"golden": (Phase.FAILED, "killed")}, Verdict.INCONCLUSIVE, "AnalysisInconclusive"),
        ({"golden": (Phase.SUCCEEDED, '{"verdict": "Skipped"}')}, Verdict.SUCCESSFUL, ""),
        ({"golden": (Phase.SUCCEEDED, '{"verdict": ["?"]}')}, Verdict.SUCCESSFUL, ""),
        ({"web": (Phase.FAILED, '{"message": "GET /x: 404"}')}, Verdict.FAILED, "AnalysisFailed"),
        ({"web": (Phase.FAILED, ""), "golden": (Phase.RUNNING, "")}, Verdict.FAILED, "AnalysisFailed"),
    ],
)
def test_the_checks_together_are_one_verdict(change: dict[str, tuple[Phase, str]], verdict: Verdict | None, reason: str) -> None:
    found = analysed(GOOD | change)

    assert (found.verdict if found else None) is verdict
    assert not found or found.reason == reason


def test_a_golden_set_that_was_skipped_says_so() -> None:  # the serving release had no ready pod
    found = analysed(GOOD | {"golden": (Phase.SUCCEEDED, '{"verdict": "Skipped"}')})

    assert found is not None
    assert "golden.skipped" in [one.name for one in found.figures]


@given(st.text(max_size=200), st.sampled_from(list(Phase)))
def test_whatever_a_pod_says_is_read_or_left(words: str, phase: Phase) -> None:
    found = facts(phase, words)

    assert len(result(found).message) <= checks.LONGEST_MESSAGE
    analysed(dict.fromkeys(GOOD, (phase, words)))


def test_a_spec_that_changes_meanwhile_waits_for_the_new_job() -> None:
    old = facts(Phase.SUCCEEDED)
    name = next(iter(old.jobs))
    both = replace(old, jobs={**old.jobs, name[:-3] + "000": Phase.RUNNING})

    assert result(both).result is Result.RUNNING


def test_a_check_that_is_asked_for_otherwise_is_judged_by_its_new_job_alone() -> None:
    wider = {**ALL, "rollout": {**ALL["rollout"], "analysis": {**ALL["rollout"]["analysis"], "golden": {"configMap": "wider"}}}}
    old, new = jobs()["golden"].name, jobs(wider)["golden"].name
    both = Facts(jobs={old: Phase.FAILED, new: Phase.SUCCEEDED})
    assert old != new

    assert checks.kept(Facts(jobs={old: Phase.FAILED}), project(ALL), RELEASE) == {old}
    assert checks.kept(both, project(wider), RELEASE) == set(), "so that the old one is pruned, and the new one is in the plan"
