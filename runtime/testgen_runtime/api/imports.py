"""/imports: exports that come back, with what people changed in them."""

from __future__ import annotations

import hashlib
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from testgen_runtime.api.dependencies import Tester, TheServices
from testgen_runtime.api.idempotency import IdempotencyKey, once
from testgen_runtime.api.problems import problems
from testgen_runtime.api.uploads import file_of, media_type, within
from testgen_runtime.cases.imports.parse import IMPORT_FORMATS, ImportFormat
from testgen_runtime.cases.imports.report import ImportOut, deed
from testgen_runtime.errors import (
    Conflict,
    DocumentTooLarge,
    Forbidden,
    InvalidInput,
    Malformed,
    Unauthenticated,
    Unavailable,
    UnreadableDocument,
    UnsupportedDocument,
)
from testgen_runtime.storage.json import encode

router = APIRouter(prefix="/imports", tags=["exports"], responses=problems(Unauthenticated, Forbidden))
_LOCK_SECONDS: Final = 300.0


_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "format": {"type": "string", "enum": list(IMPORT_FORMATS), "description": "Default: by the file's name"},
                        "dry_run": {"type": "string", "enum": ["true", "false"], "default": "false"},
                    },
                }
            }
        },
    }
}


@router.post(
    "",
    response_model=ImportOut,
    openapi_extra=_BODY,
    responses=problems(Malformed, Conflict, DocumentTooLarge, UnsupportedDocument, UnreadableDocument, InvalidInput, Unavailable),
)
async def import_cases(
    request: Request, caller: Tester, services: TheServices, idempotency_key: IdempotencyKey = None
) -> Response:
    """Send an export back (`multipart/form-data`, field `file`). A changed case gets a new revision if it still is at the one
    that was exported; with `dry_run` nothing is changed, and the answer says what would be."""
    data, filename, kind, dry_run = await _read(request, services.settings.limits.document_bytes)

    async def run() -> Response:
        results = await services.imports.run(data, filename, format=kind, dry_run=dry_run, by=caller.key_id)
        if not dry_run:
            await services.keys.told(caller, "cases imported", deed(data, results))
        return Response(encode(ImportOut.of(results, dry_run=dry_run)), media_type="application/json")

    fingerprint = hashlib.sha256(b"imports" + hashlib.sha256(data).digest() + f"{filename} {kind} {dry_run}".encode()).digest()
    return await once(
        services.database,
        caller=caller.key_id,
        key=idempotency_key,
        fingerprint=fingerprint,
        run=run,
        lock_seconds=_LOCK_SECONDS,
    )


async def _read(request: Request, most: int) -> tuple[bytes, str, ImportFormat | None, bool]:
    """(bytes, file name, format, dry run) of the form."""
    kind = media_type(request)
    if kind != "multipart/form-data":
        raise UnsupportedDocument(
            f"the body's type is '{kind[:100] or 'missing'}'", mend="send multipart/form-data with a field `file`"
        )
    async with request.form(max_files=1, max_fields=4, max_part_size=4096) as form:
        file, filename = file_of(form, example="cases.xlsx")
        named, dry_run = form.get("format"), form.get("dry_run", "false")
        if named is not None and named not in IMPORT_FORMATS:
            raise InvalidInput("format: it is none of the import formats", mend=f"send one of {', '.join(IMPORT_FORMATS)}")
        if dry_run not in ("true", "false"):
            raise InvalidInput("dry_run: it is neither true nor false", mend="send true or false")
        within(file, most, mend="split the file")
        return await file.read(), filename[:200], named, dry_run == "true"
