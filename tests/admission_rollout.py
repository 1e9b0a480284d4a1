"""Rows of the admission table about rollouts: how a release comes to serve, and commands to one that is under way."""

from __future__ import annotations

from typing import Any, Final

from tests.refused import Refused

BESIDE: Final = {"strategy": "BlueGreen"}


def rollout(**fields: Any) -> dict[str, Any]:
    return {"rollout": fields}


def analysis(**fields: Any) -> dict[str, Any]:
    return {"rollout": BESIDE | {"analysis": fields}}


ROLLOUT_ACCEPTED: Final[dict[str, dict[str, Any]]] = {
    "everything beside the serving release": rollout(
        strategy="BlueGreen",
        previewReplicas=2,
        smoke={"enabled": True, "timeoutSeconds": 60},
        analysis={
            "enabled": True,
            "minimumSuccessPercent": 99,
            "latencyP95Milliseconds": 250,
            "intervalSeconds": 60,
            "measurements": 3,
            "failureLimit": 0,
            "inconclusiveLimit": 0,
            "prometheus": {"address": "http://prometheus.monitoring.svc:9090/select/0"},
            "web": [{"name": "ready", "path": "/ready"}, {"name": "cases", "path": "/v1/cases?limit=1", "expectedStatus": 401}],
            "jobs": [{"name": "contract", "image": "registry.example/contract:1", "args": ["--fast"], "timeoutSeconds": 60}],
            "golden": {"configMap": "golden", "key": "set.json", "tolerancePercent": 0, "timeoutSeconds": 900},
        },
        bakeSeconds=0,
        autoPromote=False,
        scaleDownDelaySeconds=0,
        progressDeadlineSeconds=60,
        rollbackWindow=0,
        historyLimit=50,
        backupBeforeUpgrade=False,
        promote="shop-0123456789",
        abort="shop-9876543210-2",
        retry="shop-9876543210",
        pause="shop-aaaaaaaaaa",
        rollback={"to": "shop-0123456789", "from": "shop-9876543210"},
        commit="4d4f474",
        author="李雷 <lei@example.com>",
    ),
    "steps of one's own": rollout(
        strategy="Canary",
        steps=[{"weight": 1, "pauseSeconds": 0}, {"weight": 50}, {"weight": 99, "pauseSeconds": 86400}],
        skip="shop-0123456789/1",
    ),
    "a canary with the usual steps": rollout(strategy="Canary"),
    "production, without a word of strategy": {
        "environment": "Production",
        "rollout": {"previewReplicas": 3, "autoPromote": False},
    },
    "pod by pod, with checks": rollout(
        strategy="RollingUpdate",
        smoke={"enabled": True, "timeoutSeconds": 60},
        analysis={
            "enabled": True,
            "latencyP95Milliseconds": 100,
            "web": [{"name": "ready", "path": "/ready"}],
            "golden": {"configMap": "golden"},
        },
        bakeSeconds=60,
        previewReplicas=2,
        autoPromote=False,
        abort="shop-0123456789",
    ),
    "checks that are repeated": analysis(
        web=[
            {"name": "an-hour", "path": "/ready", "count": 60, "intervalSeconds": 60},
            {"name": "once-more", "path": "/ready", "failureLimit": 1, "intervalSeconds": 1800},
        ],
        jobs=[{"name": "own", "image": "a", "count": 100, "failureLimit": 20, "intervalSeconds": 60, "timeoutSeconds": 300}],
    ),
    "no checks at all": rollout(strategy="BlueGreen", smoke={"enabled": False}, analysis={"enabled": False}),
    "abort of what is paused": rollout(strategy="BlueGreen", abort="shop-a", pause="shop-a"),
}

ROLLOUT_REFUSED: Final[tuple[Refused, ...]] = (
    Refused(
        "an unknown strategy",
        rollout(strategy="Recreate"),
        'supported values: "BlueGreen"',
        "spec.rollout.strategy",
        own_words="BlueGreen",
    ),
    Refused(
        "steps all at once",
        rollout(strategy="BlueGreen", steps=[{"weight": 10}]),
        "rollout.steps has a meaning only with",
        "spec",
    ),
    Refused(
        "a pause all at once", rollout(strategy="BlueGreen", skip="shop-a/0"), "rollout.skip has a meaning only with", "spec"
    ),
    Refused(
        "a preview pod by pod", rollout(previewReplicas=2), "rollout.previewReplicas has no meaning with RollingUpdate", "spec"
    ),
    Refused(
        "old pods that stay, pod by pod",
        rollout(strategy="RollingUpdate", scaleDownDelaySeconds=60),
        "rollout.scaleDownDelaySeconds has no meaning with RollingUpdate",
        "spec",
    ),
    Refused(
        "a person in the way, pod by pod",
        {"environment": "Staging", "rollout": {"autoPromote": False}},
        "rollout.autoPromote: false has no meaning with RollingUpdate",
        "spec",
    ),
    Refused(
        "a comparison that is off, pod by pod",
        rollout(analysis={"golden": {"configMap": "golden"}}),
        "rollout.analysis: the other fields have no meaning while it is off",
        "spec",
    ),
    Refused(
        "a request that is never sent, pod by pod",
        rollout(analysis={"web": [{"name": "a", "path": "/a"}]}),
        "rollout.analysis: the other fields have no meaning while it is off",
        "spec",
    ),
    Refused(
        "time for a smoke check that is never made, pod by pod",
        rollout(smoke={"timeoutSeconds": 60}),
        "rollout.smoke.timeoutSeconds has no meaning while the smoke check is off",
        "spec",
    ),
    Refused(
        "a backup of another's database",
        {"stores": {"postgres": {"type": "CloudNativePG"}}, **rollout(backupBeforeUpgrade=True)},
        "rollout.backupBeforeUpgrade has a meaning only with stores.postgres.type BuiltIn",
        "spec",
    ),
    Refused(
        "weights that shrink",
        rollout(strategy="Canary", steps=[{"weight": 50}, {"weight": 10}]),
        "weights must grow from step to step",
        "spec.rollout.steps",
    ),
    Refused(
        "a weight twice",
        rollout(strategy="Canary", steps=[{"weight": 50}, {"weight": 50}]),
        "weights must grow from step to step",
        "spec.rollout.steps",
    ),
    Refused(
        "a weight of everything",
        rollout(strategy="Canary", steps=[{"weight": 100}]),
        "less than or equal to 99",
        "spec.rollout.steps[0].weight",
        own_words="must be 99 or less",
    ),
    Refused(
        "a canary without steps",
        rollout(strategy="Canary", steps=[]),
        "should have at least 1 items",
        "spec.rollout.steps",
        own_words="at least 1 item",
    ),
    Refused(
        "time for a smoke check that is off",
        rollout(strategy="BlueGreen", smoke={"enabled": False, "timeoutSeconds": 60}),
        "rollout.smoke.timeoutSeconds has no meaning while the smoke check is off",
        "spec",
    ),
    Refused(
        "a limit of an analysis that is off",
        analysis(enabled=False, latencyP95Milliseconds=100),
        "rollout.analysis: the other fields have no meaning while it is off",
        "spec",
    ),
    Refused(
        "a golden set of an analysis that is off",
        analysis(enabled=False, golden={"configMap": "golden"}),
        "rollout.analysis: the other fields have no meaning while it is off",
        "spec",
    ),
    Refused(
        "a Prometheus without a scheme",
        analysis(prometheus={"address": "prometheus:9090"}),
        "http://prometheus.monitoring",
        "spec.rollout.analysis.prometheus.address",
    ),
    Refused(
        "a Prometheus with a password",
        analysis(prometheus={"address": "http://me:pw@prometheus"}),
        "may not hold credentials",
        "spec.rollout.analysis.prometheus.address",
    ),
    *(
        Refused(
            f"a Prometheus at {where}",
            analysis(prometheus={"address": f"http://{where}/"}),
            "the operator's own machine",
            "spec.rollout.analysis.prometheus.address",
        )
        for where in ("localhost:8080", "127.0.0.1", "169.254.169.254", "[::1]:9090", "[fe80::1]", "LocalHost")
    ),
    Refused(
        "a Prometheus with a query",
        analysis(prometheus={"address": "http://prometheus?a=b"}),
        "is no base URL",
        "spec.rollout.analysis.prometheus.address",
    ),
    Refused(
        "two requests of one name",
        analysis(web=[{"name": "a", "path": "/a"}, {"name": "a", "path": "/b"}]),
        "Duplicate value",
        "spec.rollout.analysis.web",
        api_path="spec.rollout.analysis.web[1]",
        own_words="has two checks of one name",
    ),
    Refused(
        "a request in capitals",
        analysis(web=[{"name": "A", "path": "/a"}]),
        "must hold only a-z, 0-9 and '-'",
        "spec.rollout.analysis.web[0].name",
    ),
    Refused(
        "a request elsewhere",
        analysis(web=[{"name": "a", "path": "//evil.example/"}]),
        "is no path on the new release",
        "spec.rollout.analysis.web[0].path",
    ),
    Refused(
        "a request by URL",
        analysis(web=[{"name": "a", "path": "http://evil.example/"}]),
        "is no path on the new release",
        "spec.rollout.analysis.web[0].path",
    ),
    Refused(
        "a path with a line break",
        analysis(web=[{"name": "a", "path": "/a\r\nX: y"}]),
        "is no path on the new release",
        "spec.rollout.analysis.web[0].path",
    ),
    Refused(
        "requests for more than an hour",
        analysis(web=[{"name": "a", "path": "/a", "count": 60, "failureLimit": 1, "intervalSeconds": 60}]),
        "count + failureLimit runs, intervalSeconds each, may take 3600 seconds at most: lower one",
        "spec.rollout.analysis.web[0]",
    ),
    Refused(
        "Jobs for more than half a day",
        analysis(jobs=[{"name": "a", "image": "a", "count": 100, "failureLimit": 21, "intervalSeconds": 60}]),
        "count + failureLimit runs, intervalSeconds + timeoutSeconds each, may take 43200 seconds at most: lower one",
        "spec.rollout.analysis.jobs[0]",
    ),
    Refused(
        "time between one request",
        analysis(web=[{"name": "a", "path": "/a", "intervalSeconds": 60}]),
        "intervalSeconds has no meaning where one run decides: remove it, or raise count or failureLimit",
        "spec.rollout.analysis.web[0]",
    ),
    Refused(
        "time between one Job",
        analysis(jobs=[{"name": "a", "image": "a", "intervalSeconds": 60}]),
        "intervalSeconds has no meaning where one run decides: remove it, or raise count or failureLimit",
        "spec.rollout.analysis.jobs[0]",
    ),
    Refused(
        "more requests than a hundred",
        analysis(web=[{"name": "a", "path": "/a", "count": 101, "intervalSeconds": 1}]),
        "less than or equal to 100",
        "spec.rollout.analysis.web[0].count",
        own_words="must be 100 or less",
    ),
    Refused(
        "two Jobs of one name",
        analysis(jobs=[{"name": "a", "image": "a"}, {"name": "a", "image": "b"}]),
        "Duplicate value",
        "spec.rollout.analysis.jobs",
        api_path="spec.rollout.analysis.jobs[1]",
        own_words="has two checks of one name",
    ),
    Refused(
        "a Job with a dot",
        analysis(jobs=[{"name": "a.b", "image": "a"}]),
        "must hold only a-z, 0-9 and '-'",
        "spec.rollout.analysis.jobs[0].name",
    ),
    Refused(
        "a Job without an image",
        analysis(jobs=[{"name": "a", "image": "a b"}]),
        "write repository:tag",
        "spec.rollout.analysis.jobs[0].image",
    ),
    Refused(
        "a golden set with a slash",
        analysis(golden={"configMap": "a/b"}),
        "is no name of a ConfigMap",
        "spec.rollout.analysis.golden.configMap",
    ),
    Refused(
        "a golden set's key with a slash",
        analysis(golden={"configMap": "a", "key": "a/b"}),
        "is no key of a ConfigMap",
        "spec.rollout.analysis.golden.key",
    ),
    Refused(
        "a release with a slash",
        rollout(abort="shop/1"),
        "is no name of a release: `kubectl get tgr` lists them",
        "spec.rollout.abort",
    ),
    Refused(
        "a release in capitals", rollout(rollback={"to": "A", "from": "b"}), "is no name of a release", "spec.rollout.rollback.to"
    ),
    Refused(
        "a pause without a number",
        rollout(strategy="Canary", skip="shop-a"),
        "write <release>/<number of the step>",
        "spec.rollout.skip",
    ),
    Refused(
        "half a rollback",
        rollout(rollback={"to": "shop-a"}),
        "needs both to (the release to return to) and from",
        "spec.rollout.rollback",
    ),
    Refused(
        "a rollback to itself",
        rollout(rollback={"to": "shop-a", "from": "shop-a"}),
        "to and from name the same release",
        "spec.rollout.rollback",
    ),
    Refused(
        "let through and given up",
        rollout(promote="shop-a", abort="shop-a"),
        "promote and abort name the same release",
        "spec.rollout",
    ),
    Refused("on and still", rollout(promote="shop-a", pause="shop-a"), "promote and pause name the same release", "spec.rollout"),
    Refused("a commit with a space", rollout(commit="a b"), "is no commit: write a hash or a tag", "spec.rollout.commit"),
    Refused("an author of two lines", rollout(author="a\nb"), "may not hold line breaks", "spec.rollout.author"),
    Refused(
        "history without end",
        rollout(historyLimit=51),
        "less than or equal to 50",
        "spec.rollout.historyLimit",
        own_words="must be 50 or less",
    ),
    Refused(
        "a measurement every second",
        analysis(intervalSeconds=1),
        "greater than or equal to 5",
        "spec.rollout.analysis.intervalSeconds",
        own_words="must be 5 or more",
    ),
)
