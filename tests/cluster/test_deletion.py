"""What becomes of a project's things when it is deleted, and what a project of the same name finds."""

from __future__ import annotations

from typing import Any

from tests.cluster.kube import Cluster
from tests.cluster.process import OperatorProcess

PSQL = ("exec", "shop-postgres-0", "--", "psql", "--host=/var/run/postgresql", "-U", "testgen", "-d", "testgen", "-tAc")


async def test_under_retain_a_new_project_of_the_same_name_finds_its_data(cluster: Cluster, operator: OperatorProcess) -> None:
    await cluster.apply_project("shop")
    await cluster.ready("shop")
    await cluster.kubectl(*PSQL, "create table kept (what text); insert into kept values ('still here')")
    password = (await cluster.get("Secret", "shop-postgres"))["data"]
    volume = await cluster.get("PersistentVolumeClaim", "shop-postgres-data")

    await cluster.delete("TestGenProject", "shop", wait=True)

    async def only_what_is_retained() -> bool:
        return set(await cluster.children("shop")) == {
            ("PersistentVolumeClaim", "shop-postgres-data"),
            ("Secret", "shop-postgres"),
        }

    await cluster.eventually(only_what_is_retained, within=60)
    await no_pods(cluster)

    await cluster.apply_project("shop")
    await cluster.ready("shop")
    adopted = await told(cluster)
    assert len(adopted) == 1, "the first project adopted nothing"
    assert "shop-postgres-data" in adopted[0]
    assert (await cluster.get("Secret", "shop-postgres"))["data"] == password
    assert (await cluster.get("PersistentVolumeClaim", "shop-postgres-data"))["metadata"]["uid"] == volume["metadata"]["uid"]
    assert (await cluster.kubectl(*PSQL, "select what from kept")).strip() == "still here"


async def test_under_delete_nothing_is_left(cluster: Cluster, operator: OperatorProcess) -> None:
    await cluster.apply_project("shop", {"stores": {"deletionPolicy": "Delete"}})

    async def has_volume() -> Any:
        return await cluster.find("PersistentVolumeClaim", "shop-postgres-data")

    await cluster.eventually(has_volume, within=30)
    await cluster.delete("TestGenProject", "shop", wait=True)

    async def nothing() -> bool:
        return not await cluster.children("shop")

    await cluster.eventually(nothing, within=60)


async def test_a_change_of_the_deletion_policy_moves_volume_and_password_together(
    cluster: Cluster, operator: OperatorProcess
) -> None:
    """Were only the password to go with the project, the data that stays could never be opened again."""

    async def owners(expected: int) -> bool:
        found = [await cluster.find("PersistentVolumeClaim", "shop-postgres-data"), await cluster.find("Secret", "shop-postgres")]
        return all(one is not None and len(one["metadata"].get("ownerReferences", [])) == expected for one in found)

    for policy, expected in (("Delete", 1), ("Retain", 0), ("Delete", 1)):
        await cluster.apply_project("shop", {"stores": {"deletionPolicy": policy}})
        await cluster.eventually(lambda wanted=expected: owners(wanted), within=30, what=f"{policy}: {expected} owner(s)")  # type: ignore[misc]


async def told(cluster: Cluster) -> list[str]:
    """What was said of things that an earlier project kept."""
    found = await cluster.kubectl(
        "get", "events", "--field-selector=reason=Adopted", "-o=jsonpath={range .items[*]}{.message}{'\\n'}{end}"
    )
    return found.splitlines()


async def no_pods(cluster: Cluster) -> None:
    async def none() -> bool:
        return not await cluster.list("Pod", project="shop")

    await cluster.eventually(none, within=90, what="no pods")
