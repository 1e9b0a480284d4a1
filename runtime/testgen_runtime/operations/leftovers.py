"""What the commands that try a release have left in a tenant's data: documents that are called after the command and its run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from testgen_runtime.operations.tenant import Tenant, items_of, text_of

LEFT_AFTER: Final = timedelta(hours=1)
"""From when on another run's document was left behind. A smoke test's run is at most as long."""
Now = Callable[[], datetime]


def clock() -> datetime:
    return datetime.now(UTC)


async def remove(tenant: Tenant, prefix: str, run: str, now: Now, *, pages: int, after: timedelta = LEFT_AFTER) -> None:
    """Remove `prefix + run`, of a try before, and any other run's that is older than `after`; the newest documents come first.

    `pages`: how many of 100 documents are looked at. Raises: Refused, Late.
    """
    cursor = ""
    for _ in range(pages):
        page = await tenant.json("GET", f"/documents?limit=100{cursor}")
        for one in items_of(page):
            if _is_left(one, prefix, run, now() - after):
                await tenant.remove(text_of(one, "id"))
        if not page.get("next_cursor"):
            return
        cursor = f"&cursor={page['next_cursor']}"


def _is_left(document: dict[str, Any], prefix: str, run: str, before: datetime) -> bool:
    name = str(document.get("name", ""))
    if name == prefix + run:
        return True
    try:
        made = datetime.fromisoformat(str(document.get("created_at")))
    except ValueError:
        return False
    return name.startswith(prefix) and made.tzinfo is not None and made < before
