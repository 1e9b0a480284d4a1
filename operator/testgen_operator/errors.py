"""The one error type of the operator. Every error that a condition, an event or a log line may show is a subclass."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar


class OperatorError(Exception):
    """An error with a stable CamelCase `reason` and words for the reader.

    `permanent`: trying again without a change changes nothing; the reconcile waits for a change or the slow resync.
    """

    default_reason: ClassVar[str] = "InternalError"
    default_permanent: ClassVar[bool] = False

    def __init__(self, message: str, *, reason: str = "", permanent: bool | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or self.default_reason
        self.permanent = self.default_permanent if permanent is None else permanent


class ConfigurationError(OperatorError):
    """The operator itself is set up wrongly: settings, credentials, RBAC or CRDs."""

    default_reason = "ConfigurationError"
    default_permanent = True


class ApiError(OperatorError):
    """The Kubernetes API refused or could not answer.

    `status` is the HTTP code, 0 when no answer came. `reason` is the API's own (`NotFound`, `Conflict`, `Invalid`, `Forbidden`,
    `AlreadyExists`, `TooManyRequests`, ...) or `Unreachable`. `retry_after` in seconds, when the server asked for it. `causes`:
    the reasons of the Status's causes, which tell one refusal from another where `reason` is the same.
    """

    default_reason = "ApiError"

    def __init__(
        self,
        message: str,
        *,
        status: int,
        reason: str = "",
        retry_after: float | None = None,
        what: str = "",
        causes: Collection[str] = (),
    ) -> None:
        super().__init__(message, reason=reason, permanent=status in (400, 403, 405, 413, 415, 422))
        self.causes = frozenset(causes)
        self.status = status
        self.retry_after = retry_after
        self.what = what

    def __str__(self) -> str:
        return f"{self.what}: {self.message}" if self.what else self.message


class LeaseLost(OperatorError):
    """This replica is no longer the leader; the process must end at once."""

    default_reason = "LeaseLost"
