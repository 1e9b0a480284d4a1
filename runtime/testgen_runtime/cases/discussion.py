"""What may be asked of a case's past, and said about it."""

from __future__ import annotations

from dataclasses import replace

from testgen_runtime.cases import history
from testgen_runtime.cases.history import Comment, Revision
from testgen_runtime.cases.revisions import Difference, differences
from testgen_runtime.errors import Conflict, Forbidden, NotFound
from testgen_runtime.security import audit
from testgen_runtime.security.encryption import comment_place
from testgen_runtime.storage.database import Database

_LIST_CASES = "list what there is with GET /api/v1/cases"


class Discussion:
    """The revisions of cases and the comments on them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def revisions(self, case_id: str, *, after: int, limit: int) -> list[Revision]:
        """The revisions of a case, oldest first.

        Raises: NotFound.
        """
        async with self._database.connection() as connection:
            found = await history.revisions(connection, self._database.cipher, case_id, after=after, limit=limit)
            if not found and not await history.exists(connection, case_id):
                raise NotFound(f"there is no case {case_id}", mend=_LIST_CASES)
        return found

    async def revision(self, case_id: str, number: int) -> Revision:
        """One revision.

        Raises: NotFound.
        """
        async with self._database.connection() as connection:
            found = await history.revision(connection, self._database.cipher, case_id, number)
        if found is None:
            raise NotFound(
                f"there is no revision {number} of a case {case_id}", mend=f"see GET /api/v1/cases/{case_id}/revisions"
            )
        return found

    async def difference(self, case_id: str, before: int, after: int) -> tuple[Revision, Revision, list[Difference]]:
        """(older or newer revision `before`, revision `after`, what leads from one to the other).

        Raises: NotFound.
        """
        first, second = await self.revision(case_id, before), await self.revision(case_id, after)
        about = [{"status": one.status, "reason": one.reason, "stale": one.stale} for one in (first, second)]
        return first, second, differences(first.body | about[0], second.body | about[1])

    async def comments(self, case_id: str, *, after: int, limit: int) -> list[Comment]:
        """The comments on a case, oldest first.

        Raises: NotFound.
        """
        async with self._database.connection() as connection:
            found = await history.comments(connection, case_id, after=after, limit=limit)
            if not found and not await history.exists(connection, case_id):
                raise NotFound(f"there is no case {case_id}", mend=_LIST_CASES)
        return [self._opened(case_id, one) for one in found]

    def _opened(self, case_id: str, comment: Comment) -> Comment:
        return replace(comment, text=self._database.cipher.open_text(comment_place(case_id), comment.text))

    async def comment(self, case_id: str, *, author: str, text: str) -> Comment:
        """The comment, stored.

        Raises: NotFound; Conflict where the case has as many as it may have.
        """
        async with self._database.transaction() as connection:
            if not await history.exists(connection, case_id):
                raise NotFound(f"there is no case {case_id}", mend=_LIST_CASES)
            sealed = self._database.cipher.seal_text(comment_place(case_id), text)
            found = await history.comment(connection, case_id, author=author, text=sealed)
            if found is not None:
                await audit.record(connection, author, "comment added", case_id)
        if found is None:
            raise Conflict(f"the case has {history.MOST_COMMENTS} comments", mend="delete some that are settled")
        return self._opened(case_id, found)

    async def withdraw(self, case_id: str, comment_id: int, *, by: str, of_anybody: bool) -> None:
        """Delete a comment of one's own, or (`of_anybody`) any.

        Raises: NotFound; Forbidden for somebody else's.
        """
        async with self._database.transaction() as connection:
            author = await history.author_of(connection, case_id, comment_id)
            if author is None:
                raise NotFound(
                    f"there is no comment {comment_id} on a case {case_id}", mend=f"see GET /api/v1/cases/{case_id}/comments"
                )
            if author != by and not of_anybody:
                raise Forbidden("the comment is somebody else's", mend="ask its author, or an admin, to delete it")
            await history.remove_comment(connection, comment_id)
            await audit.record(connection, by, "comment withdrawn", f"{case_id} #{comment_id}")
