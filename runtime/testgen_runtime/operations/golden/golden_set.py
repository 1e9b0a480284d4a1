"""The golden set of a project: fixed requirements, as JSON or YAML. Pure.

{"requirements": [{"id": "PAY-1", "text": "The amount must be 1 to 99 EUR."}], "language": "en", "maxCasesPerRequirement": 12}
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

MOST_BYTES: Final = 1024 * 1024
"""What a ConfigMap holds at most."""
MOST_REQUIREMENTS: Final = 200


class Unusable(Exception):
    """The set can't be used; the text says what to change."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Requirement(_Strict):
    id: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9]{0,19}(-[A-Za-z0-9]{1,20}){0,3}-[0-9]{1,6}$")]
    text: Annotated[str, Field(min_length=3, max_length=2_000)]

    @field_validator("text")
    @classmethod
    def _one_line(cls, value: str) -> str:
        """White space as single blanks: a paragraph is one requirement."""
        return " ".join(value.split())


class GoldenSet(_Strict):
    requirements: Annotated[tuple[Requirement, ...], Field(min_length=1, max_length=MOST_REQUIREMENTS, strict=False)]
    language: Literal["en", "zh"] | None = None
    max_cases_per_requirement: int | None = Field(default=None, ge=1, le=100, alias="maxCasesPerRequirement")

    @model_validator(mode="after")
    def _ids_are_unique(self) -> GoldenSet:
        seen: set[str] = set()
        for one in self.requirements:
            if one.id in seen:
                raise ValueError(f"the id {one.id} stands there twice")
            seen.add(one.id)
        return self

    def document(self, run: str) -> str:
        """The document that both releases read: the same for both, and for no other run."""
        return "\n\n".join([f"# Golden set {run}", *(f"{one.id}: {one.text}" for one in self.requirements)]) + "\n"


class _NoAliases(yaml.SafeLoader):
    """YAML without anchors: a few of them make gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases (*name) are not read")
        return super().compose_node(parent, index)


def read(data: bytes) -> GoldenSet:
    """The set in these bytes.

    Raises: Unusable, with the place and what to change.
    """
    if len(data) > MOST_BYTES:
        raise Unusable(f"it has {len(data)} bytes; at most {MOST_BYTES} are read")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unusable(f"byte {error.start} is no UTF-8") from None
    try:
        found = json.loads(text) if text.lstrip().startswith("{") else yaml.load(text, Loader=_NoAliases)  # noqa: S506 - a SafeLoader
    except json.JSONDecodeError as error:
        raise Unusable(f"it is no JSON: {error.msg} in line {error.lineno}, column {error.colno}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark is not None else ""
        raise Unusable(f"it is no YAML: {getattr(error, 'problem', None) or str(error).splitlines()[0][:200]}{where}") from None
    except (RecursionError, ValueError):
        raise Unusable("it is nested too deeply, or holds a value that can't be read") from None
    if not isinstance(found, dict):
        raise Unusable("it is no object with the member `requirements`")
    try:
        return GoldenSet.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Unusable(f"{place or 'the set'}: {first['msg']}" + _more(error.error_count() - 1)) from None


def _more(count: int) -> str:
    return f" (and {count} more)" if count else ""
