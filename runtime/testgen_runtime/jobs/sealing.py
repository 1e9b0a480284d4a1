"""What a job's result holds of the document, its findings, sealed where there is a key; counts and ids stay readable."""

from __future__ import annotations

from typing import Any

from testgen_runtime.security.encryption import Cipher, field_place
from testgen_runtime.storage.json import decode, encode

FINDINGS = "findings"


def findings_place(job_id: str) -> str:
    """What the envelope is bound to, in the job and in the event that tells its end."""
    return field_place("jobs", FINDINGS, job_id)


def sealed(cipher: Cipher, job_id: str, result: dict[str, Any]) -> dict[str, Any]:
    """A result as it is stored: its findings as an envelope."""
    if cipher.newest is None or not result.get(FINDINGS):
        return result
    return {**result, FINDINGS: cipher.seal_text(findings_place(job_id), encode(result[FINDINGS]))}


def opened(cipher: Cipher, job_id: str, result: dict[str, Any]) -> dict[str, Any]:
    """A result, or the data of an event, as it was. Raises: BadConfiguration."""
    if not isinstance(result.get(FINDINGS), str):
        return result
    return {**result, FINDINGS: decode(cipher.open_text(findings_place(job_id), result[FINDINGS]))}
