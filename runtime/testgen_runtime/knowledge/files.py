"""Knowledge as YAML: read with bounds on size, depth and nodes, without aliases, tags or duplicate keys; written for people."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any, Final

import yaml
from pydantic import ValidationError

from testgen_runtime.errors import DocumentTooLarge, InvalidInput
from testgen_runtime.knowledge.model import Check, Whole

MOST_BYTES: Final = 5 * 1024 * 1024
_MOST_DEPTH: Final = 12
_MOST_NODES: Final = 300_000
_STANDING: Final = "standing"


def read(data: bytes) -> Whole:
    """The knowledge of a YAML file.

    Raises: DocumentTooLarge; InvalidInput for anything that is no YAML of this shape, with the place.
    """
    if len(data) > MOST_BYTES:
        raise DocumentTooLarge("the file is larger than 5 MiB", mend="split it")
    try:
        text = data.decode("utf-8-sig")
        _bounded(text)
        content = yaml.safe_load(text)
    except UnicodeDecodeError:
        raise InvalidInput("the file is not UTF-8", mend="save it as UTF-8") from None
    except yaml.YAMLError as error:
        raise InvalidInput(f"the file is no YAML: {_where(error)}", mend="mend it there") from None
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"the file can't be read: {str(error)[:200]}", mend="write plain texts and lists") from None
    try:
        return Whole.model_validate(content or {})
    except ValidationError as error:
        places = [{"place": ".".join(map(str, one["loc"]))[:200], "problem": one["msg"][:200]} for one in error.errors()[:20]]
        raise InvalidInput(
            f"{places[0]['place'] or 'the file'}: {places[0]['problem']}", mend="see docs/KNOWLEDGE.md", errors=places
        ) from None


def write(whole: Whole) -> str:
    """The same as YAML that `read` reads."""
    found = whole.model_dump(mode="json", exclude_defaults=True)
    return str(yaml.safe_dump(found, allow_unicode=True, sort_keys=True, width=120))


@cache
def standing() -> dict[str, Check]:
    """The checks that are shipped, by id, from knowledge/standing/*.yaml."""
    found: dict[str, Check] = {}
    folder = resources.files("testgen_runtime.knowledge") / _STANDING
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".yaml"):
            found |= read(file.read_bytes()).checks
    return found


def _bounded(text: str) -> None:
    """Refuse what would grow or nest without bound before anything is built of it."""
    depth = 0
    for nodes, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise ValueError("anchors and aliases are not allowed")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MOST_DEPTH or nodes > _MOST_NODES:
            raise ValueError(f"it nests deeper than {_MOST_DEPTH} or has more than {_MOST_NODES} parts")


def _where(error: Any) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"{str(getattr(error, 'problem', error))[:150]}" + (f", line {mark.line + 1}" if mark else "")
