"""The model behind its budget, in this process or in the role llm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from testgen_runtime.api.services import Component
from testgen_runtime.generation.model import Writer
from testgen_runtime.peers.directory import Directory
from testgen_runtime.peers.ports import RemoteWriter
from testgen_runtime.roles import COMPONENTS
from testgen_runtime.settings import Settings
from testgen_runtime.storage.database import Database

if TYPE_CHECKING:
    from testgen_runtime.gateway.gateway import Gateway


class Model:
    """Made from the settings; without a provider there is no writer, and rules write every case."""

    def __init__(self, settings: Settings, peers: Directory) -> None:
        self._settings = settings
        self._peers = peers
        self._gateway: Gateway | None = None
        self._remote: RemoteWriter | None = None
        self.writer: Writer | None = None

    def start(self, database: Database) -> None:
        """Wire the gateway to the budgets in the database, or the way to the role that has it. Calls no model."""
        llm = self._settings.llm
        if not llm.providers or not llm.routes:
            return
        parallel = max(provider.max_parallel for provider in llm.providers)
        peer = self._peers.get("llm")
        if peer is not None:
            self._remote = RemoteWriter(peer, max_parallel=parallel, seconds=self._settings.peer_calls.write_seconds)
            self.writer = self._remote
        elif "model" in COMPONENTS[self._settings.role].tasks:
            self._start_gateway(database, parallel)

    def _start_gateway(self, database: Database, parallel: int) -> None:
        from testgen_runtime.gateway.build import gateway
        from testgen_runtime.generation.writer import ModelWriter

        self._gateway = gateway(self._settings.llm, self._settings.budgets, pool=database.pool, scope=self._settings.project.name)
        if self._gateway is not None:
            self.writer = ModelWriter(self._gateway, max_parallel=parallel)

    async def close_account(self, run_id: str) -> None:
        """Settle what an ended run has left open in the budget."""
        if self._gateway is not None:
            await self._gateway.close_account(run_id)
        elif self._remote is not None:
            await self._remote.close_account(run_id)

    async def close(self) -> None:
        """Close the connections to the providers."""
        if self._gateway is not None:
            await self._gateway.close()

    def describe(self) -> str:
        """One word for the log and the terminal."""
        routes = self._settings.llm.routes
        return routes[0].model if self._settings.llm.providers and routes else "none"

    def components(self) -> dict[str, Component]:
        """For /health, where this process has to do with a model."""
        if "model" not in COMPONENTS[self._settings.role].tasks:
            return {}
        if self.describe() == "none":
            return {"llm": Component("disabled", "no model configured: rules write the cases")}
        if self._gateway is not None and (silent := self._gateway.left_alone()):
            return {"llm": Component("degraded", f"{', '.join(silent)} does not answer: rules write the cases meanwhile")}
        return {"llm": Component("healthy", self.describe())}
