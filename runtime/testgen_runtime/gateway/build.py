"""From settings to a gateway."""

from __future__ import annotations

import time

from testgen_runtime.gateway.budgets import Connection, DailyBudget, NoBudget, utc_now
from testgen_runtime.gateway.gateway import Gateway
from testgen_runtime.gateway.model import Budget
from testgen_runtime.gateway.providers.ollama import OllamaProvider
from testgen_runtime.settings import Budgets, Llm


def daily_budget(budgets: Budgets, pool: Connection | None, *, scope: str) -> DailyBudget | None:
    """The limit of a day that the settings set, or None where they set none or there is no database to keep it in."""
    if pool is None or budgets.daily_tokens is None:
        return None
    return DailyBudget(pool, scope=scope, limit=budgets.daily_tokens, clock=utc_now)


def gateway(llm: Llm, budgets: Budgets, *, pool: Connection | None, scope: str) -> Gateway | None:
    """The gateway that the settings describe, or None where no model is configured.

    `pool` None (a command without a database): a daily limit can't be kept there and is not applied.
    """
    if not llm.providers or not llm.routes:
        return None
    budget: Budget = daily_budget(budgets, pool, scope=scope) or NoBudget()
    providers = {
        p.name: OllamaProvider(p.name, p.url, timeout=p.timeout, max_parallel=p.max_parallel)
        for p in llm.providers
        if p.type == "Ollama"
    }
    return Gateway(providers, llm.routes, budget, now=time.monotonic)
