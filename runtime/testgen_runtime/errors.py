"""The one error type of the runtime. Every error that a caller may see is a subclass; the API turns it into RFC 9457."""

from __future__ import annotations


class TestGenError(Exception):
    """An error with a stable `slug` (the last part of the problem's `type`), an HTTP status and words for the caller.

    `detail` says what is wrong with *this* input and names it; `mend` says what to change. Neither holds secrets.
    """

    __test__ = False

    slug = "internal"
    title = "Something went wrong on our side"
    status = 500
    exit_code = 1
    """Of a command that ends with it."""
    reason = ""
    """The word by which the operator knows it, for errors that end a container and should be told apart (last_words.py)."""

    def __init__(self, detail: str, *, mend: str = "", **members: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.mend = mend
        self.members = members


class InvalidInput(TestGenError):
    slug = "invalid-input"
    title = "The request can't be used as it is"
    status = 422


class Malformed(TestGenError):
    """The bytes are no request of this API: broken JSON, a broken multipart body, a broken header."""

    slug = "malformed"
    title = "The request can't be read"
    status = 400


class DocumentTooLarge(TestGenError):
    slug = "document-too-large"
    title = "The document is too large"
    status = 413


class BodyTooSlow(TestGenError):
    """The body, or the next part of it, did not come in the time of `server.body_seconds` and `server.body_part_seconds`."""

    slug = "request-timeout"
    title = "The request's body did not come in time"
    status = 408


class UnsupportedDocument(TestGenError):
    slug = "unsupported-document"
    title = "This kind of document is not supported"
    status = 415


class UnreadableDocument(TestGenError):
    """Empty, encrypted or broken."""

    slug = "unreadable-document"
    title = "The document can't be read"
    status = 422


class NoRequirements(TestGenError):
    slug = "no-requirements"
    title = "No requirements were found in the document"
    status = 422


class Unauthenticated(TestGenError):
    slug = "unauthenticated"
    title = "A valid key is needed"
    status = 401


class Forbidden(TestGenError):
    slug = "forbidden"
    title = "This key may not do that"
    status = 403


class NotFound(TestGenError):
    slug = "not-found"
    title = "There is no such thing"
    status = 404


class Conflict(TestGenError):
    slug = "conflict"
    title = "The request conflicts with what is stored"
    status = 409


class PreconditionRequired(TestGenError):
    """A change that names no revision could undo somebody else's."""

    slug = "precondition-required"
    title = "The request has to say which revision it changes"
    status = 428


class PreconditionFailed(TestGenError):
    """Somebody was faster; the member `revision` tells the newest one."""

    slug = "precondition-failed"
    title = "What is stored has changed since it was read"
    status = 412


class RateLimited(TestGenError):
    """More requests than `rate_limit` allows this caller; the member `retry_after` tells when one more passes."""

    slug = "rate-limited"
    title = "Too many requests in a short time"
    status = 429


class QueueFull(TestGenError):
    """As many jobs wait as `limits.queued_jobs` allows."""

    slug = "queue-full"
    title = "Too many jobs are waiting"
    status = 429


class JobExpired(TestGenError):
    """A job that did not end within `jobs.max_age_seconds`."""

    slug = "job-expired"
    title = "The job has not ended in time"
    status = 422


class Overloaded(TestGenError):
    """As many requests are in flight as `server.max_inflight` allows."""

    slug = "overloaded"
    title = "Too many requests at once"
    status = 503


class BudgetExhausted(TestGenError):
    slug = "budget-exhausted"
    title = "The token budget is used up"
    status = 429


class Unavailable(TestGenError):
    """A dependency does not answer; trying again later may work."""

    slug = "unavailable"
    title = "A part that this needs does not answer now"
    status = 503


class BadConfiguration(TestGenError):
    """What was set can't work: a file that is missing, a port that is taken, a folder that can't be used."""

    slug = "bad-configuration"
    title = "The configuration can't be used"
    status = 500


class DeadlineExceeded(TestGenError):
    """The caller gave the work no more time than this."""

    slug = "deadline-exceeded"
    title = "It did not end in the time that was given"
    status = 504


class ServedElsewhere(TestGenError):
    """Another role of this project serves the address; the member `role` names it."""

    slug = "served-elsewhere"
    title = "Another component serves this address"
    status = 404


class Leaving(TestGenError):
    """This process ends; what was asked is not done here and may be asked of another one."""

    slug = "leaving"
    title = "This process is shutting down"
    status = 503


class MigrationFailed(TestGenError):
    """A migration was refused or broke off; the schema is as it was. The member `revision` names the step."""

    slug = "migration-failed"
    title = "The database's schema could not be changed"
    status = 500
    exit_code = 3
    reason = "MigrationFailed"


class VersionTooOld(TestGenError):
    """The database's schema serves this version of the program no more. The members `knows` and `needs` are revisions."""

    slug = "version-too-old"
    title = "This version is older than the database's schema allows"
    status = 503
    exit_code = 4
    reason = "VersionTooOld"
