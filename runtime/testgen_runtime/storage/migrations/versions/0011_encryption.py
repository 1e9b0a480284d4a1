"""Fields encrypted at rest: their envelopes (security/encryption.py) fit the columns that there are, so nothing changes here."""

from __future__ import annotations

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    pass
