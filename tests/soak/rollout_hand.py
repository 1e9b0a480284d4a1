"""What kills the operator and restarts the kubelet, one at a time, and starts again what ended."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.cluster.process import OperatorProcess


@dataclass
class Hand:
    """What kills and what starts again. `restart_kubelet`: stop and start it, None where that cannot be done."""

    operator: OperatorProcess
    chance: random.Random
    restart_kubelet: Callable[[], Awaitable[None]] | None = None
    kills: int = 0
    kubelets: int = 0
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def kill(self) -> None:
        """SIGKILL, and a new start as the kubelet of an operator's pod would make it."""
        async with self._one:
            self.operator.kill()
            if self.operator.running:
                await self.operator.ended()
            self.kills += 1
            try:
                await asyncio.sleep(self.chance.uniform(0, 2))
            finally:
                await self.operator.start()

    async def keep_running(self) -> None:
        """Start the operator again where it ended by itself, as it does when the cluster serves other kinds."""
        while True:
            async with self._one:
                if not self.operator.running:
                    await self.operator.start()
            await asyncio.sleep(0.5)

    async def kubelet(self) -> None:
        assert self.restart_kubelet is not None
        async with self._one:
            await self.restart_kubelet()
            self.kubelets += 1
