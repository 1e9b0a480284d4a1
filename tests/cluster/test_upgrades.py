"""A release that is to migrate a database with a tenant's documents in it, on a real node: the backup Job, a backup that
finds no room, a migration that breaks (issue 7 point 6, S3-130…132).

One project for all, in this order: each story begins where the last one ended.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from testgen_operator import names
from tests.cluster import releases
from tests.cluster import traffic as callers
from tests.cluster.conftest import LOCAL
from tests.cluster.kube import Cluster, Object
from tests.cluster.process import OperatorProcess
from tests.cluster.traffic import Traffic

pytestmark = pytest.mark.asyncio(loop_scope="module")

NUMBER = 4711
"""Of a document that the callers do not send."""
RESTORE = f"""
set -eu
export PGHOST=/tmp PGUSER=testgen
cd /backups
sha256sum -c "$RELEASE.dump.sha256" >&2
initdb -D /tmp/data -U testgen --auth=trust --locale=C.UTF-8 --encoding=UTF8 >/dev/null
pg_ctl -D /tmp/data -o "-k /tmp -c listen_addresses=''" -w start >/dev/null
createdb testgen
pg_restore --clean --if-exists --no-owner --exit-on-error --dbname=testgen "$RELEASE.dump"
psql -d testgen -Atc "SELECT count(*) FROM documents WHERE text LIKE '%after {NUMBER} failed attempts%'"
"""
"""As docs/RELEASE-CHECKS.md says it, into a database that nobody has used."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def traffic(
    shared_cluster: Cluster, shared_operator: OperatorProcess, other_releases: dict[str, str]
) -> AsyncIterator[Traffic]:
    """Callers of the project, whose first release is promoted; one document is there."""
    await ask_for(shared_cluster, other_releases["good-1"])
    await shared_cluster.ready("shop", within=240)
    first = await releases.ended(shared_cluster, "shop")
    assert first["status"]["outcome"] == "Promoted"
    found = await callers.to(shared_cluster, "shop")
    async with found.client() as client:
        answer = await client.post("/api/v1/documents", json={"title": "Kept", "text": callers.WORDS.format(number=NUMBER)})
    assert answer.status_code == 201, answer.text
    yield found


async def ask_for(cluster: Cluster, image: str, **rollout: Any) -> None:
    spec = {"image": image, **releases.SMALL}
    await cluster.apply_project("shop", {**spec, "rollout": {**releases.CHECKS, "backupBeforeUpgrade": True, **rollout}})


async def folder_of_backups(cluster: Cluster) -> Path:
    """Where the local cluster's provisioner keeps the volume on this machine."""
    claim = await cluster.get("PersistentVolumeClaim", names.upgrade_backups("shop"))
    volume = json.loads(await cluster.kubectl("get", "pv", claim["spec"]["volumeName"], "-o", "json"))["spec"]
    return Path((volume.get("hostPath") or volume["local"])["path"])


async def restored(cluster: Cluster, image: str, release: str) -> str:
    """What a new database answers that was filled from the backup of a release."""
    claim = {"name": "backups", "persistentVolumeClaim": {"claimName": names.upgrade_backups("shop")}}
    container = {
        "name": "restore",
        "image": image,
        "command": ["sh", "-c", RESTORE],
        "env": [{"name": "RELEASE", "value": release}],
        "volumeMounts": [{"name": "backups", "mountPath": "/backups", "readOnly": True}],
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }
    spec = {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "securityContext": {"runAsNonRoot": True, "runAsUser": 999, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [container],
        "volumes": [claim],
    }
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "restore"}, "spec": spec}
    await cluster.kubectl("create", "-f", "-", stdin=json.dumps(pod))

    async def over() -> str:
        phase = (await cluster.get("Pod", "restore"))["status"].get("phase", "")
        return phase if phase in ("Succeeded", "Failed") else ""

    phase = await cluster.eventually(over, within=120, what="the restore ends")
    log = await cluster.kubectl("logs", "restore")
    assert phase == "Succeeded", log
    return log.splitlines()[-1]


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """A volume with less room than a dump needs, for pods that start meanwhile: a tiny file system where the kubelet looks."""
    kubelet = json.loads((LOCAL / "processes" / "kubelet.json").read_text())["pid"]
    inside = ["nsenter", f"--mount=/proc/{kubelet}/ns/mnt"]
    tiny = ["mount", "-t", "tmpfs", "-o", "size=16k,mode=0777", "tmpfs", str(folder)]
    subprocess.run([*inside, *tiny], check=True, timeout=60)
    try:
        yield
    finally:
        subprocess.run([*inside, "umount", "--lazy", str(folder)], check=True, timeout=60)


async def serves(cluster: Cluster, traffic: Traffic, image: str) -> None:
    """The project is Ready and answers, by pods of that image alone."""
    await cluster.ready("shop", within=60)
    async with traffic.client() as client:
        assert (await client.get("/api/v1/documents")).status_code == 200
    colour = (await cluster.get("Service", "shop"))["spec"]["selector"][names.LABEL_COLOUR]
    deployment = await cluster.get("Deployment", f"shop-all-{colour}")
    assert deployment["spec"]["template"]["spec"]["containers"][0]["image"] == image
    assert deployment["status"]["readyReplicas"] >= 1


async def test_a_backup_is_taken_recorded_and_can_be_restored(  # S3-130
    shared_cluster: Cluster, traffic: Traffic, other_releases: dict[str, str], images: dict[str, str]
) -> None:
    async with callers.flowing(traffic):
        await ask_for(shared_cluster, other_releases["good-2"])
        record = await releases.ended(shared_cluster, "shop", after=1)

    assert record["status"]["outcome"] == "Promoted"
    backup: Object = record["status"]["backup"]
    name = record["metadata"]["name"]
    assert backup["location"] == f"{names.upgrade_backups('shop')}/{name}.dump"
    assert backup["sizeBytes"] > 0
    assert len(backup["sha256"]) == 64
    assert record["metadata"]["creationTimestamp"] <= backup["takenAt"] <= record["status"]["completedAt"]
    assert await restored(shared_cluster, images["RELATED_IMAGE_POSTGRES"], name) == "1"
    assert traffic.failures == []


async def test_a_backup_that_finds_no_room_leaves_the_old_version_serving_until_it_is_tried_again(  # S3-130
    shared_cluster: Cluster, traffic: Traffic, other_releases: dict[str, str]
) -> None:
    with full(await folder_of_backups(shared_cluster)):
        async with callers.flowing(traffic):
            await ask_for(shared_cluster, other_releases["good-1"])
            record = await releases.ended(shared_cluster, "shop", after=2)
            told = await shared_cluster.condition("shop", "RolloutSucceeded", "False", reason="BackupFailed", within=60)

    assert (record["status"]["outcome"], record["status"]["reason"]) == ("Aborted", "BackupFailed")
    assert "retry" in told["message"]
    assert "No space left on device" in told["message"] + record["status"]["message"], (told, record["status"])
    assert traffic.failures == []
    await serves(shared_cluster, traffic, other_releases["good-2"])

    await ask_for(shared_cluster, other_releases["good-1"], retry=record["metadata"]["name"])
    again = await releases.ended(shared_cluster, "shop", after=3)
    assert again["status"]["outcome"] == "Promoted"
    assert again["status"]["backup"]["sizeBytes"] > 0


async def test_a_migration_that_breaks_leaves_the_old_version_serving_and_says_how_to_go_on(  # S3-131, S3-132
    shared_cluster: Cluster, traffic: Traffic, other_releases: dict[str, str]
) -> None:
    async with callers.flowing(traffic):
        await ask_for(shared_cluster, other_releases["bad-migration"])
        record = await releases.ended(shared_cluster, "shop", after=4, within=300)
        told = await shared_cluster.condition("shop", "RolloutSucceeded", "False", reason="MigrationFailed", within=60)

    assert (record["status"]["outcome"], record["status"]["reason"]) == ("Aborted", "MigrationFailed")
    assert record["status"]["backup"]["sizeBytes"] > 0, "the way back was made first"
    assert "testgen migrate verify" in json.dumps(record["status"]["failure"]), "the migration's own words on how to go on"
    assert "retry" in told["message"]
    assert traffic.failures == []
    await serves(shared_cluster, traffic, other_releases["good-1"])
