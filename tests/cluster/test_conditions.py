"""What only the operator can see becomes a condition with a stable reason and a command, and goes when its cause goes."""

from __future__ import annotations

import json
from functools import partial

from tests.cluster.kube import Cluster
from tests.cluster.process import OperatorProcess


async def test_a_missing_secret_is_named_and_mends_itself(cluster: Cluster, operator: OperatorProcess) -> None:
    await cluster.apply_project("shop", {"access": {"adminKeySecretRef": {"name": "our-key", "key": "api-key"}}})
    stalled = await cluster.condition("shop", "Stalled", "True", reason="SecretNotFound", within=40)
    assert f"kubectl -n {cluster.namespace} create secret generic our-key" in stalled["message"]
    await cluster.kubectl("create", "secret", "generic", "our-key", "--from-literal=wrong-key=abc")
    await cluster.condition("shop", "Stalled", "True", reason="SecretKeyMissing", within=40)
    await cluster.kubectl(
        "patch", "secret", "our-key", "--type=merge", '--patch={"stringData": {"api-key": "tg_0123456789abcdefghij"}}'
    )
    await cluster.ready("shop")
    await cluster.condition("shop", "Stalled", "False", within=40)


async def test_an_image_that_cannot_be_pulled_is_named_and_mends_itself(cluster: Cluster, operator: OperatorProcess) -> None:
    await cluster.apply_project("shop", {"stores": {"postgres": {"image": "localhost/nobody/has-this:1"}}})
    stalled = await cluster.condition("shop", "Stalled", "True", reason="ImagePullFailed", within=60)
    assert "localhost/nobody/has-this:1" in stalled["message"]
    assert "kubectl" in stalled["message"]
    await quiet(cluster, operator)
    await cluster.apply_project("shop", {})
    await cluster.ready("shop")


async def quiet(cluster: Cluster, operator: OperatorProcess) -> None:
    """While nothing changes but the kubelet's tries, the status is written at most once more."""

    async def tried(events: float) -> bool:
        return await operator.metric("testgen_operator_watch_events_total", resource="pods") >= events + 2

    async def others() -> list[str]:
        pods = await cluster.list("Pod", project="shop")
        return sorted(one["metadata"]["resourceVersion"] for one in pods if "-postgres-" not in one["metadata"]["name"])

    async def written() -> tuple[float] | None:
        moving = await others()
        before = await operator.metric("testgen_operator_writes_total")
        events = await operator.metric("testgen_operator_watch_events_total", resource="pods")
        await cluster.eventually(partial(tried, events), within=90, what="two more tries of the kubelet")
        writes = await operator.metric("testgen_operator_writes_total") - before
        # The other pods may still be on their way up, which is a change.
        return None if writes > 1 and await others() != moving else (writes,)

    (writes,) = await cluster.eventually(written, within=180, what="two tries of the kubelet while nothing else changes")
    assert writes <= 1


async def test_a_quota_is_named_and_mends_itself(cluster: Cluster, operator: OperatorProcess) -> None:
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "none"}, "spec": {"hard": {"pods": "0"}}}
    await cluster.kubectl("apply", "-f", "-", stdin=json.dumps(quota))
    await cluster.apply_project("shop")
    await cluster.condition("shop", "Stalled", "True", reason="QuotaExceeded", within=60)
    await cluster.kubectl("delete", "resourcequota", "none")
    await cluster.ready("shop", within=180)


async def test_a_quota_on_objects_is_no_hot_loop(cluster: Cluster, operator: OperatorProcess) -> None:
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "no-volumes"},
        "spec": {"hard": {"persistentvolumeclaims": "0"}},
    }
    await cluster.kubectl("apply", "-f", "-", stdin=json.dumps(quota))
    await cluster.apply_project("shop")
    await cluster.condition("shop", "Stalled", "True", reason="QuotaExceeded", within=60)
    refused = await operator.metric("testgen_operator_api_requests_total", verb="apply", code="403")
    passes = await operator.metric("testgen_operator_reconcile_total")

    async def another_pass() -> bool:
        return await operator.metric("testgen_operator_api_requests_total", verb="apply", code="403") > refused

    await cluster.eventually(another_pass, within=40)
    assert await operator.metric("testgen_operator_reconcile_total") - passes <= 5
    await cluster.kubectl("delete", "resourcequota", "no-volumes")
    await cluster.ready("shop")


async def test_a_wrong_model_name_is_named_and_mends_itself(
    cluster: Cluster, operator: OperatorProcess, images: dict[str, str]
) -> None:
    def spec(model: str) -> dict[str, object]:
        provider = {"name": "local", "managed": {"modelSource": "Image", "image": images["RELATED_IMAGE_OLLAMA"]}}
        return {"llm": {"providers": [provider], "routes": [{"provider": "local", "model": model}]}}

    await cluster.apply_project("shop", spec("no-such-model:7b"))
    stalled = await cluster.condition("shop", "Stalled", "True", reason="ModelNotFound", within=120)
    assert "kubectl" in stalled["message"]
    await cluster.apply_project("shop", spec("qwen2.5-coder:0.5b"))
    await cluster.condition("shop", "ModelsReady", "True", within=180)
