"""/exports: cases for other tools."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Annotated, Any, Final, Literal, Union

from fastapi import APIRouter, Body
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, create_model

from testgen_runtime.api.dependencies import TheServices, Viewer
from testgen_runtime.api.problems import problems
from testgen_runtime.cases.exports.formats import FORMATS
from testgen_runtime.cases.exports.model import Format
from testgen_runtime.cases.exports.reading import Selection
from testgen_runtime.cases.model import Status
from testgen_runtime.errors import Forbidden, InvalidInput, Malformed, NotFound, Unauthenticated, Unavailable
from testgen_runtime.techniques.model import Technique

router = APIRouter(prefix="/exports", tags=["exports"], responses=problems(Unauthenticated, Forbidden))
_BLOCK: Final = 64 * 1024
_Text = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]


class FilterIn(BaseModel):
    """Which cases; what is left out does not restrict, but for `status`: rejected cases are exported only when asked for."""

    model_config = ConfigDict(extra="forbid")

    status: Annotated[tuple[Status, ...], Field(min_length=1, max_length=3)] = ("draft", "confirmed")
    document_id: _Text | None = None
    requirement_id: _Text | None = None
    job_id: _Text | None = None
    technique: Technique | None = None
    polarity: Literal["positive", "negative"] | None = None
    written_by: Literal["model", "rules"] | None = None
    priority: Literal["high", "medium", "low"] | None = None
    stale: bool | None = None
    q: _Text | None = None
    case_ids: Annotated[list[_Text] | None, Field(min_length=1, max_length=5_000)] = None

    def selection(self) -> Selection:
        """The same for the domain."""
        given = self.model_dump(exclude={"status", "case_ids", "technique"})
        return Selection(
            statuses=self.status,
            technique=self.technique.value if self.technique else None,
            case_ids=tuple(self.case_ids) if self.case_ids is not None else None,
            **given,
        )


class FormatOut(BaseModel):
    """An export format."""

    name: str
    title: str
    media_type: str
    suffix: str
    reimport: bool = Field(description="Whether POST /imports updates the cases that an edited export names")
    fields: list[str] = Field(description="What of a case is in it")
    options: dict[str, Any] = Field(description="The JSON Schema of `options`")


def _request(kind: Format) -> type[BaseModel]:
    """The body that asks for one format, with that format's own options."""
    needed = any(field.is_required() for field in kind.options.model_fields.values())
    options: Any = (kind.options, ...) if needed else (kind.options, Field(default_factory=kind.options))
    fields: dict[str, Any] = {
        "format": (Literal[kind.name], ...),
        "filter": (FilterIn, Field(default_factory=FilterIn)),
        "options": options,
    }
    return create_model(f"Export{kind.name.capitalize()}", __config__=ConfigDict(extra="forbid"), **fields)


ExportIn: Any = Annotated[Union[tuple(_request(kind) for kind in FORMATS.values())], Body(discriminator="format")]  # noqa: UP007
_BINARY: Final = {"type": "string", "format": "binary"}
_FILES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file, as an attachment",
        "content": {
            media_type: {"schema": {"title": "A list, or an object"} if media_type == "application/json" else _BINARY}
            for media_type in sorted({kind.product.media_type.split(";")[0] for kind in FORMATS.values()} | {"application/zip"})
        },
    }
}


@router.get("/formats")
async def list_formats(caller: Viewer) -> list[FormatOut]:
    """Every export format with its options."""
    return [
        FormatOut(
            name=kind.name,
            title=kind.title,
            media_type=kind.product.media_type,
            suffix=kind.product.suffix,
            reimport=kind.reimport,
            fields=list(kind.fields),
            options=kind.options.model_json_schema(),
        )
        for kind in FORMATS.values()
    ]


@router.post(
    "", response_class=StreamingResponse, responses={**_FILES, **problems(Malformed, NotFound, InvalidInput, Unavailable)}
)
async def export(caller: Viewer, services: TheServices, asked: ExportIn) -> StreamingResponse:
    """Download cases for another tool. The file is whole before its first byte is sent; it is an archive where a tool takes no
    more in one file."""
    made = await services.exports.run(FORMATS[asked.format], asked.filter.selection(), asked.options)
    await services.keys.told(caller, "cases exported", f"{asked.format}, {made.cases} cases")
    return StreamingResponse(
        _blocks(made.file),
        media_type=made.product.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="testgen-{asked.format}{made.product.suffix}"',
            "Content-Length": str(made.size_bytes),
            "X-Case-Count": str(made.cases),
        },
    )


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while block := file.read(_BLOCK):
            yield block
