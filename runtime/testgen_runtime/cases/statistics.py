"""How far the review of the cases has come: counts and the confirmation rate (S4-059), in all and by group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, computed_field

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

By = Literal["document", "technique", "author", "prompt_version"]
_COLUMNS: Final[dict[By, str]] = {
    "document": "document_id",
    "technique": "technique",
    "author": "author",
    "prompt_version": "coalesce(prompt_version, '')",
}


class Figures(BaseModel):
    """Counts of cases."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cases: int = 0
    draft: int = 0
    confirmed: int = 0
    rejected: int = 0
    stale: int = 0
    edited: int = Field(default=0, description="Cases whose words are a person's")

    @computed_field(description="confirmed / (confirmed + rejected); null where nothing was decided")  # type: ignore[prop-decorator]
    @property
    def confirmation_rate(self) -> float | None:
        decided = self.confirmed + self.rejected
        return self.confirmed / decided if decided else None


class Group(Figures):
    """The figures of one document, technique, author (`rules` or a model) or prompt version (`` for none)."""

    key: str


async def figures(connection: Connection, by: By, *, document_id: str | None, limit: int) -> tuple[Figures, list[Group]]:
    """(figures of all cases, of a document's where it is named; the `limit` largest groups, by size and name)."""
    query = f"""
    WITH counted AS (
      SELECT {_COLUMNS[by]} AS key, count(*) AS cases, count(*) FILTER (WHERE status = 'draft') AS draft,
        count(*) FILTER (WHERE status = 'confirmed') AS confirmed, count(*) FILTER (WHERE status = 'rejected') AS rejected,
        count(stale) AS stale, count(edited_by) AS edited
      FROM cases {"WHERE document_id = $2" if document_id is not None else ""} GROUP BY 1)
    SELECT * FROM (
      SELECT key, cases, draft, confirmed, rejected, stale, edited FROM counted
      UNION ALL
      SELECT NULL, sum(cases), sum(draft), sum(confirmed), sum(rejected), sum(stale), sum(edited) FROM counted) told
    ORDER BY key IS NOT NULL, cases DESC, key LIMIT $1
    """  # noqa: S608 - constant columns
    rows = await connection.fetch(query, limit + 1, *([document_id] if document_id is not None else []))
    total, *groups = rows
    return Figures(**_counts(total)), [Group(key=row["key"], **_counts(row)) for row in groups]


def _counts(row: Any) -> dict[str, int]:
    return {name: int(row[name] or 0) for name in Figures.model_fields}
