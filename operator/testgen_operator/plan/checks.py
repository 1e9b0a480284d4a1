"""The Jobs that look at a release before it serves, and the one that backs its database up, as manifests and as results. Pure.

A Job is called after the release and its own spec: another release, or another wish of the spec, is another Job, so none is ever
applied with a changed template. What it found is in its pod's termination message, one JSON object; how it ended is in the Job. A
verdict is no accident: a Job that says "bad" ends at once (podFailurePolicy), one whose node is lost is tried again.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from testgen_operator import names
from testgen_operator.names import Component
from testgen_operator.plan import configuration, credentials, pods, upgrade_backup
from testgen_operator.plan.facts import Facts, Phase
from testgen_operator.plan.images import Images, runtime_image
from testgen_operator.plan.model import Manifest, digest
from testgen_operator.plan.pods import Json, manifest
from testgen_operator.resources.project import TestGenProject
from testgen_operator.resources.rollout import Analysis, JobCheck, WebCheck, policy
from testgen_operator.rollout import figures, golden
from testgen_operator.rollout.figures import Figure, Measured
from testgen_operator.rollout.model import Due, Result, Verdict

KEEP_SECONDS: Final = 86_400
"""How long a Job that nobody needs any more stays to be looked at, where it is not pruned before."""
START_SECONDS: Final = 60
"""Beside a check's own time: to find a node and to fetch its image."""
RETRIES: Final = 2
AMOUNTS: Final[Json] = {"requests": {"cpu": "25m", "memory": "96Mi"}, "limits": {"cpu": "1", "memory": "512Mi"}}
WEB_SECONDS: Final = 60
"""For one run of a web check: that asks a release that is busy for half a minute."""
LONGEST_WEB: Final = 7_200
SET_DIRECTORY: Final = "/etc/testgen-golden"
LONGEST_MESSAGE: Final = 1024
WISH: Final = 3
"""Digits of a Job's name that are of its spec."""
OVER: Final = (Phase.SUCCEEDED, Phase.FAILED)
BAD: Final = (1, 3, 4)
"""Exit codes of `testgen smoke` and `testgen golden` that are a verdict; 2 is a wrong call of ours, anything else an accident."""


@dataclass(frozen=True)
class Checked:
    """One check: how it stands, in words that a person may be shown, and what its pod said (empty where it said nothing)."""

    result: Result = Result.ABSENT
    message: str = ""
    record: Mapping[str, Any] = field(default_factory=dict)


def components(project: TestGenProject) -> set[Component]:
    """The components that the project's checks are of: `smoke` what is ours, `check` a tenant's containers, `backup`."""
    wanted, analysis, found = policy(project), project.spec.rollout.analysis, set[Component]()
    if wanted.smoke or (wanted.analysis and (analysis.web or analysis.golden is not None)):
        found.add("smoke")
    if wanted.analysis and analysis.jobs:
        found.add("check")
    if wanted.backup_before_upgrade and _backed_up(project):
        found.add("backup")
    return found


def jobs(
    project: TestGenProject,
    release: str,
    template: str,
    images: Images,
    due: Collection[Due],
    facts: Facts,
    *,
    in_place: bool = False,
) -> list[Manifest]:
    """What has to run for `release` now. `project`: as that release has it; `template`: the name of its pods' template;
    `in_place`: its pods are those that serve, so it is looked at by the endpoint itself, and nothing stands beside it to be
    compared with.

    MEASUREMENT brings the checks that are made once, before the first request: web, Jobs, golden set.
    """
    if project.spec.suspend:
        return []
    wanted, analysis, found = policy(project), project.spec.rollout.analysis, list[Manifest]()
    tried, other = (active(project), preview(project)) if in_place else (preview(project), active(project))
    if Due.BACKUP in due and _backed_up(project):
        found.append(upgrade_backup.volume(project, facts))
        found.append(_job(project, release, template, "backup", "backup", upgrade_backup.job_spec(project, images, release)))
    if Due.SMOKE in due and wanted.smoke:
        found.append(_job(project, release, template, "smoke", "smoke", _smoke(project, images, release, tried)))
    if Due.MEASUREMENT in due and wanted.analysis:
        if analysis.web:
            found.append(_job(project, release, template, "web", "smoke", _web(project, images, tried)))
        for one in analysis.jobs:
            job = _job(project, release, template, "check", "check", _tenants(project, images, release, one, tried), one.name)
            due_now = _next_run(one, job, _runs(facts, job.name)) if _is_repeated(one) else job
            found += [due_now] if due_now is not None else []
        if analysis.golden is not None:
            found.append(_job(project, release, template, "golden", "smoke", _golden(project, images, release, tried, other)))
    return found


def results(facts: Facts, project: TestGenProject, release: str) -> dict[str, Checked]:
    """How each check of a release stands: `backup`, `smoke`, `web`, `golden`, and `check/<name>` for each of the tenant's."""
    found = {word: _checked(facts, project, release, word) for word in ("backup", "smoke", "web", "golden")}
    if found["backup"].result is Result.SUCCEEDED:
        found["backup"] = _taken(facts, project, release, found["backup"])
    if not _backed_up(project):
        words = "the operator does not run this database: back it up where it is run"
        found["backup"] = Checked(Result.SUCCEEDED, words)
    for one in project.spec.rollout.analysis.jobs:
        found[f"check/{one.name}"] = _own(facts, project, release, one)
    return found


def _taken(facts: Facts, project: TestGenProject, release: str, ended: Checked) -> Checked:
    """A backup whose Job succeeded. The pod that says what was taken may be seen to end after its Job: it is waited for. One that
    is gone, with its node for instance, takes back nothing: the Job succeeds only when the whole backup was read again under its
    name, so its place is known, and its checksum stands beside it.
    """
    if ended.record.get("location"):
        return ended
    prefix = _prefix(project, release, "backup")
    if any(pod.name.startswith(prefix) and pod.phase in ("Pending", "Running") for pod in facts.pods):
        return replace(ended, result=Result.RUNNING, message="")
    return replace(ended, record={"location": f"{names.upgrade_backups(project.name)}/{release}.dump"})


def analysed(facts: Facts, project: TestGenProject, release: str) -> Measured | None:
    """The verdict of the checks that are made once (web, Jobs, golden set); None while one of them has not ended.

    Its id never changes for a release, so it is counted once. SUCCESSFUL where there is none.
    """
    analysis, found = project.spec.rollout.analysis, results(facts, project, release)
    wanted = [f"check/{one.name}" for one in analysis.jobs]
    wanted += ["web"] if analysis.web else []
    judged = [_judged(name, found[name], analysis) for name in wanted]
    if analysis.golden is not None:
        judged.append(golden.judge(found["golden"].result, found["golden"].record, found["golden"].message))
    bad = [one for one in judged if one is not None and one.verdict is Verdict.FAILED]
    if not bad and None in judged:
        return None
    ended = [one for one in judged if one is not None]
    verdict = figures.worst(one.verdict for one in ended) if ended else Verdict.SUCCESSFUL
    first = next((one for one in ended if one.verdict is verdict and one.reason), None)
    return Measured(
        verdict,
        f"{release}/checks",
        "; ".join(one.message for one in (bad or ended))[:LONGEST_MESSAGE],
        first.reason if first else "",
        tuple(figure for one in ended for figure in one.figures),
    )


def preview(project: TestGenProject) -> str:
    """Where the release that is tried answers while it stands beside what serves; otherwise nobody does."""
    return f"http://{names.host(names.preview_service(project.name), project.namespace)}"


def active(project: TestGenProject) -> str:
    return f"http://{names.host(names.active_service(project.name), project.namespace)}"


# Jobs


def _smoke(project: TestGenProject, images: Images, release: str, url: str) -> Json:
    seconds = project.spec.rollout.smoke.timeout_seconds
    args = ["smoke", "--url", url, "--run", release, "--timeout", str(seconds), *_key(project)]
    return _ours(project, images, "smoke", args, seconds, [_admin(project)])


def _web(project: TestGenProject, images: Images, url: str) -> Json:
    """All of them in one Job, which repeats those that are to be. Where none is, a runtime without --repeat does as well."""
    checks = project.spec.rollout.analysis.web
    more = [one for one in checks if _is_repeated(one)]
    waits = max(((_most(one) - 1) * one.interval_seconds for one in more), default=0)
    seconds = min(LONGEST_WEB, WEB_SECONDS * (1 + sum(_most(one) - 1 for one in more)) + waits)
    words = [word for one in checks for word in ("--path", f"{one.name}={one.expected_status}={one.path}")]
    for one in more:
        words += ["--repeat", f"{one.name}={one.count}={one.interval_seconds}={one.failure_limit}"]
    return _ours(project, images, "web", ["smoke", "--url", url, "--timeout", str(seconds), *words], seconds)


def _most(one: WebCheck | JobCheck) -> int:
    """The runs after which it is certain how a check ends."""
    return one.count + one.failure_limit


def _is_repeated(one: WebCheck | JobCheck) -> bool:
    return _most(one) > 1


def _golden(project: TestGenProject, images: Images, release: str, candidate: str, beside: str) -> Json:
    wanted = project.spec.rollout.analysis.golden
    assert wanted is not None
    args = [
        "golden", "--set", f"{SET_DIRECTORY}/set", "--active", beside, "--candidate", candidate,
        "--run", release, "--tolerance", str(wanted.tolerance_percent), "--timeout", str(wanted.timeout_seconds), *_key(project),
    ]  # fmt: skip
    # Optional, so that a ConfigMap or a key that is not there is told by the command at once, not by a pod that never starts.
    items = [{"key": wanted.key, "path": "set"}]
    given = {"name": "set", "configMap": {"name": wanted.config_map, "optional": True, "items": items, "defaultMode": 0o444}}
    return _ours(
        project,
        images,
        "golden",
        args,
        wanted.timeout_seconds,
        [_admin(project)],
        volumes=[given],
        mounts=[("set", SET_DIRECTORY)],
    )


def _tenants(project: TestGenProject, images: Images, release: str, one: JobCheck, url: str) -> Json:
    """A container that somebody else wrote: it gets the address and no key, no token, a read-only root and bounded resources.
    One that is repeated runs after its interval."""
    container = pods.container(
        project,
        "check",
        one.image,
        args=list(one.args),
        amounts=AMOUNTS,
        env=[
            {"name": "TESTGEN_URL", "value": url},
            {"name": "TESTGEN_RELEASE", "value": release},
            {"name": "HOME", "value": "/tmp"},  # noqa: S108
        ],
        mounts=[("tmp", "/tmp")],  # noqa: S108
    )
    volumes = [pods.scratch("tmp", "64Mi")]
    if not _is_repeated(one):
        return _spec(project, "check", container, one.timeout_seconds, volumes, bad=range(1, 126))
    sleep = ["python", "-c", f"import time; time.sleep({one.interval_seconds})"]
    wait = pods.container(project, "wait", runtime_image(project, images), args=sleep, amounts=AMOUNTS, mounts=[])
    seconds = one.interval_seconds + one.timeout_seconds
    return _spec(project, "check", container, seconds, volumes, bad=range(1, 126), initContainers=[wait])


def _next_run(one: JobCheck, job: Manifest, runs: Mapping[int, Phase]) -> Manifest | None:
    """The run that is due of a check that is repeated, as `job` with its number in the name; None after the last. What became of
    the runs is in their Jobs alone. All but the first wait in their pod: no clock of the operator's has to be right for that."""
    if _ended(one, runs) is not None:
        return None
    number = next(k for k in range(_most(one)) if runs.get(k) not in OVER)
    made: Json = copy.deepcopy(dict(job.object))
    made["metadata"]["name"] = f"{job.name}{number:02x}"
    if number == 0:
        del made["spec"]["template"]["spec"]["initContainers"]
        made["spec"]["activeDeadlineSeconds"] -= one.interval_seconds
    return Manifest(made)


def _ours(
    project: TestGenProject,
    images: Images,
    name: str,
    args: Sequence[str],
    seconds: int,
    secrets: Sequence[credentials.Mounted] = (),
    *,
    volumes: Sequence[Json] = (),
    mounts: Sequence[tuple[str, str]] = (),
) -> Json:
    container = pods.container(
        project,
        name,
        runtime_image(project, images),
        # The kubelet would put a variable's value in the place of $(NAME).
        args=["testgen", *(one.replace("$(", "$$(") for one in args), "--result", "/dev/termination-log"],
        amounts=AMOUNTS,
        env=[{"name": "HOME", "value": "/tmp"}],  # noqa: S108
        mounts=[("tmp", "/tmp")],  # noqa: S108
        read_only_mounts=[*map(credentials.mount, secrets), *mounts],
    )
    every = [*map(credentials.volume, secrets), *volumes, pods.scratch("tmp", "64Mi")]
    return _spec(project, "smoke", container, seconds, every, bad=BAD)


def _spec(
    project: TestGenProject,
    component: Component,
    container: Json,
    seconds: int,
    volumes: Sequence[Json],
    *,
    bad: Sequence[int],
    **more: Any,
) -> Json:
    verdict = {"containerName": container["name"], "operator": "In", "values": list(bad)}
    return {
        "backoffLimit": RETRIES,
        "activeDeadlineSeconds": seconds + START_SECONDS,
        "podFailurePolicy": {
            "rules": [
                {"action": "FailJob", "onExitCodes": verdict},
                {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
            ]
        },
        "template": {
            "metadata": {"labels": names.labels(project.name, component)},
            "spec": pods.pod(
                project,
                pods.UID_TESTGEN,
                containers=[container],
                volumes=volumes,
                restartPolicy="Never",
                terminationGracePeriodSeconds=10,
                **more,
            ),
        },
    }


def _job(
    project: TestGenProject, release: str, template: str, word: str, component: Component, spec: Json, which: str = ""
) -> Manifest:
    name = f"{_prefix(project, release, word, which)}{digest([spec, template], WISH)}"
    labels = {**names.labels(project.name, component), names.LABEL_RELEASE: names.label_value(release)}
    body = {"ttlSecondsAfterFinished": KEEP_SECONDS, **spec}
    return manifest(project, "batch/v1", "Job", name, labels, spec=body)


def _prefix(project: TestGenProject, release: str, word: str, which: str = "") -> str:
    """What the names of a release's Jobs of one kind begin with."""
    return names.check(project.name, word, digest([release, which], 5))


def _admin(project: TestGenProject) -> credentials.Mounted:
    return credentials.by_folder(project)["admin"]


def _key(project: TestGenProject) -> list[str]:
    assert _admin(project).path == configuration.ADMIN_KEY_FILE
    return ["--key-file", configuration.ADMIN_KEY_FILE]


def _backed_up(project: TestGenProject) -> bool:
    return project.spec.stores.postgres.type == "BuiltIn"


# Results


def kept(facts: Facts, project: TestGenProject, release: str) -> set[str]:
    """The names of a release's Jobs that have ended, to be looked at until their time is over, and of a backup that is being
    taken: it is not cut off because the release took another way. Where a check was asked for otherwise in the meantime, only the
    new wish is of interest, and that one is in the plan."""
    words = [(word, "") for word in ("backup", "smoke", "web", "golden")]
    words += [("check", one.name) for one in project.spec.rollout.analysis.jobs]
    prefixes = tuple(_prefix(project, release, word, which) for word, which in words)
    backup = _prefix(project, release, "backup")
    by_prefix = {prefix: [name for name in facts.jobs if name.startswith(prefix)] for prefix in prefixes}
    of_one_wish = [found for prefix, found in by_prefix.items() if len({name[: len(prefix) + WISH] for name in found}) == 1]
    ended = {name for found in of_one_wish for name in found if facts.jobs[name] in OVER}
    return ended | {name for name, phase in facts.jobs.items() if phase is Phase.RUNNING and name.startswith(backup)}


def _own(facts: Facts, project: TestGenProject, release: str, one: JobCheck) -> Checked:
    """How a tenant's check stands: by its Job, or by those of its runs."""
    if not _is_repeated(one):
        return _checked(facts, project, release, "check", one.name)
    prefix = _prefix(project, release, "check", one.name)
    wishes = {name[: len(prefix) + WISH] for name in facts.jobs if name.startswith(prefix)}
    if len(wishes) != 1:  # one of another wish of the spec is being pruned
        return Checked(Result.RUNNING if wishes else Result.ABSENT)
    (name,) = wishes
    runs = _runs(facts, name)
    bad = [f"{name}{number:02x}" for number, phase in sorted(runs.items()) if phase is Phase.FAILED]
    good = sum(phase is Phase.SUCCEEDED for phase in runs.values())
    said = _said(facts, bad[-1:])[1] if bad else ""
    words = f"{len(bad)} of {good + len(bad)} runs were bad" + (f", the last: {said}" if said else "")
    record = {"runs": [{"name": one.name, "good": good, "bad": len(bad)}]}
    return Checked(_ended(one, runs) or Result.RUNNING, words[:LONGEST_MESSAGE], record)


def _runs(facts: Facts, name: str) -> dict[int, Phase]:
    """The runs of a check, by their number, which is the end of the names of their Jobs."""
    found = {one.removeprefix(name): phase for one, phase in facts.jobs.items() if one.startswith(name)}
    return {int(number, 16): phase for number, phase in found.items() if re.fullmatch("[0-9a-f]{2}", number)}


def _ended(one: JobCheck, runs: Mapping[int, Phase]) -> Result | None:
    """How a check that is repeated ended; None while it goes on."""
    ended = list(runs.values())
    if ended.count(Phase.FAILED) > one.failure_limit:
        return Result.FAILED
    return Result.SUCCEEDED if ended.count(Phase.SUCCEEDED) >= one.count else None


def _checked(facts: Facts, project: TestGenProject, release: str, word: str, which: str = "") -> Checked:
    prefix = _prefix(project, release, word, which)
    phases = {name: phase for name, phase in facts.jobs.items() if name.startswith(prefix) and len(name) == len(prefix) + WISH}
    if not phases:
        return Checked()
    record, words = _said(facts, phases)
    if Phase.RUNNING in phases.values() or len(set(phases.values())) > 1:  # one of another wish of the spec is being pruned
        return Checked(Result.RUNNING, "", record)
    if Phase.FAILED in phases.values():
        return Checked(Result.FAILED, words or f"its Job {min(phases)} failed, and its pod is gone", record)
    return Checked(Result.SUCCEEDED, words, record)


def _said(facts: Facts, jobs: Collection[str]) -> tuple[Mapping[str, Any], str]:
    """The last JSON object of the pods' last words, and words for a person."""
    record: Mapping[str, Any] = {}
    words = ""
    for text in _last_words(facts, jobs):
        words = text.strip()[-LONGEST_MESSAGE:] or words
        for line in reversed(text.splitlines()):
            try:
                found = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(found, dict):
                record, words = found, str(found.get("message", ""))[:LONGEST_MESSAGE]
                break
    return record, words


def _last_words(facts: Facts, jobs: Collection[str]) -> Iterator[str]:
    for pod in facts.pods:
        if any(pod.name.startswith(f"{job}-") for job in jobs):
            yield from (one.last_words for one in pod.containers if one.last_words)


def _judged(name: str, one: Checked, analysis: Analysis) -> Measured | None:
    if one.result in (Result.ABSENT, Result.RUNNING):
        return None
    good = one.result is Result.SUCCEEDED
    verdict = Verdict.SUCCESSFUL if good else Verdict.FAILED
    told = analysis.web if name == "web" else [job for job in analysis.jobs if f"check/{job.name}" == name]
    figures = tuple(_counted(name.partition("/")[0], told, one.record.get("runs")))
    words = "good" + (f", {one.message}" if figures and name != "web" else "") if good else one.message
    return Measured(verdict, name, f"{name}: {words}", "" if good else "AnalysisFailed", figures)


def _counted(kind: str, checks: Sequence[WebCheck | JobCheck], told: object) -> Iterator[Figure]:
    """The runs of each check that is repeated: the good ones, held against those needed, and the bad ones, against the limit."""
    given = [one for one in told if isinstance(one, Mapping)] if isinstance(told, list) else []
    for one in checks if given else ():
        if not _is_repeated(one):
            continue
        runs: Mapping[str, Any] = next((each for each in given if each.get("name") == one.name), {})
        good, bad = (each if isinstance(each := runs.get(word), int) and each >= 0 else 0 for word in ("good", "bad"))
        enough = Verdict.SUCCESSFUL if good >= one.count else Verdict.INCONCLUSIVE
        yield Figure(f"{kind}.{one.name}.good", good, one.count, enough)
        too_many = Verdict.FAILED if bad > one.failure_limit else Verdict.SUCCESSFUL
        yield Figure(f"{kind}.{one.name}.bad", bad, one.failure_limit, too_many)
