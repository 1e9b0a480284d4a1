"""An object of a planned name may be there already although it is not ours: it is refused, never taken over.

Ours carry our label, so the cache knows them; what it does not know is absent, foreign, or so new that no event has come. The
first apply of such a name takes nothing over by force: where another manager has fields of its own it ends in a conflict, and
only then the object is looked at. Kinds that could be taken without a conflict, and whose loss would hurt, are looked at before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from testgen_operator import names
from testgen_operator.cluster.client import Client
from testgen_operator.cluster.outcome import foreign
from testgen_operator.errors import ApiError
from testgen_operator.plan.model import ObjectKey

Object = dict[str, Any]

LOOKED_AT: Final = frozenset({"PersistentVolumeClaim", "ServiceAccount"})


async def first_apply(client: Client, key: ObjectKey, desired: Object) -> Object:
    """Apply an object that the cache does not know. Raises ApiError with reason ForeignObject where it is somebody else's."""
    if key.kind in LOOKED_AT:
        refuse_foreign(key, desired, await client.get(key))
        return await client.apply(desired)
    try:
        return await client.apply(desired, force=False)
    except ApiError as problem:
        if problem.status != 409:
            raise
        refuse_foreign(key, desired, await client.get(key))
        return await client.apply(desired)


def refuse_foreign(key: ObjectKey, desired: Mapping[str, Any], live: Mapping[str, Any] | None) -> None:
    """Raises ApiError with reason ForeignObject unless `live` is absent or carries the project's label."""
    if live is None:
        return
    found = (live["metadata"].get("labels") or {}).get(names.LABEL_PROJECT)
    if found != desired["metadata"]["labels"][names.LABEL_PROJECT]:
        raise foreign(key, f"it belongs to project {found}" if found else f"it has no label {names.LABEL_PROJECT}")
