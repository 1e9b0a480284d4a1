"""Time that may jump: a clock that was set back ends no step, and one without a zone is UTC."""

from __future__ import annotations

from datetime import UTC, datetime


def aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def elapsed(since: datetime, now: datetime) -> float:
    """Seconds from `since` to `now`; 0 where `since` lies in the future."""
    return max(0.0, (aware(now) - aware(since)).total_seconds())


def is_future(since: datetime, now: datetime) -> bool:
    return aware(since) > aware(now)
