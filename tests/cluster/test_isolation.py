"""Two projects side by side: nothing of the one opens anything of the other.

NetworkPolicies are not enforced on the local cluster (there is no plugin for them), so what is shown here is the harder case: the
packets arrive and are refused.
"""

from __future__ import annotations

import asyncio
from base64 import b64decode

import pytest
import pytest_asyncio

from tests.cluster.kube import Cluster, CommandFailed
from tests.cluster.process import OperatorProcess

pytestmark = pytest.mark.asyncio(loop_scope="module")

ASK = """
import sys, urllib.request, urllib.error
request = urllib.request.Request(sys.argv[1], headers={"X-API-Key": sys.argv[2]})
try:
    print(urllib.request.urlopen(request, timeout=60).status)
except urllib.error.HTTPError as error:
    print(error.code)
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(shared_cluster: Cluster, shared_operator: OperatorProcess) -> tuple[str, str]:
    await asyncio.gather(shared_cluster.apply_project("red"), shared_cluster.apply_project("green"))
    await asyncio.gather(shared_cluster.ready("red", within=180), shared_cluster.ready("green", within=180))
    return "red", "green"


async def value(cluster: Cluster, secret: str, key: str) -> str:
    return b64decode((await cluster.get("Secret", secret))["data"][key]).decode()


async def sql(cluster: Cluster, from_: str, to: str, password: str) -> str:
    url = f"postgresql://testgen:{password}@{to}-postgres/testgen?connect_timeout=60"
    return await cluster.kubectl("exec", f"{from_}-postgres-0", "--", "psql", url, "-tAc", "select 1")


async def ask(cluster: Cluster, from_: str, to: str, key: str) -> str:
    found = await cluster.kubectl(
        "exec", f"deployment/{from_}-all-blue", "--", "python", "-c", ASK, f"http://{to}/api/v1/cases", key
    )
    return found.strip()


async def test_their_passwords_and_keys_differ(shared_cluster: Cluster, pair: tuple[str, str]) -> None:
    for suffix, key in (("postgres", "password"), ("admin-key", "api-key")):
        found = {await value(shared_cluster, f"{one}-{suffix}", key) for one in pair}
        assert len(found) == 2
        assert min(map(len, found)) >= 40


async def test_ones_password_opens_its_own_database_and_not_the_others(shared_cluster: Cluster, pair: tuple[str, str]) -> None:
    for one, other in (pair, pair[::-1]):
        password = await value(shared_cluster, f"{one}-postgres", "password")
        assert (await sql(shared_cluster, one, one, password)).strip() == "1"
        with pytest.raises(CommandFailed, match="password authentication failed"):
            await sql(shared_cluster, one, other, password)


async def test_ones_key_opens_its_own_endpoint_and_not_the_others(shared_cluster: Cluster, pair: tuple[str, str]) -> None:
    for one, other in (pair, pair[::-1]):
        key = await value(shared_cluster, f"{one}-admin-key", "api-key")
        assert await ask(shared_cluster, one, one, key) == "200"
        assert await ask(shared_cluster, one, other, key) == "401"


async def test_deleting_one_leaves_the_other_as_it_is(shared_cluster: Cluster, pair: tuple[str, str]) -> None:
    one, other = pair
    before = await shared_cluster.children(other)
    await shared_cluster.delete("TestGenProject", one, wait=True)

    async def gone() -> bool:
        left = {kind for kind, _ in await shared_cluster.children(one)}
        return left <= {"Secret", "PersistentVolumeClaim"}

    await shared_cluster.eventually(gone, within=60)
    after = await shared_cluster.children(other)
    assert {key: child["metadata"]["uid"] for key, child in after.items()} == {
        key: child["metadata"]["uid"] for key, child in before.items()
    }
    await shared_cluster.ready(other, within=30)
