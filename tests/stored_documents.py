"""A requirement text in the store, for tests and measurements that are about what comes after: read here, told to no index."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from testgen_runtime.documents.read import read_text
from testgen_runtime.documents.service import Documents, Parsed
from testgen_runtime.settings import Limits
from testgen_runtime.storage.database import Database

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection


async def store(database: Database, connection: Connection, text: str, name: str) -> str:
    """Store the text inside the caller's transaction; its document id."""
    parsed = Parsed(read_text(text, title=name, limits=Limits()), name, hashlib.sha256(text.encode()).digest(), len(text))
    document_id, _ = await Documents(database, Limits()).add(connection, parsed, created_by=None)
    return document_id
