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
