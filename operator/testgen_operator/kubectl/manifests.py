"""Reads the YAML or JSON that a person wrote, as strictly as the API server would, and checks every project in it. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import yaml

from testgen_operator import names
from testgen_operator.resources.problems import InvalidProject, Problem
from testgen_operator.resources.project import TestGenProject, parse
from testgen_operator.resources.rules_base import DNS_LABEL
from testgen_operator.resources.warnings import warnings

Json = dict[str, Any]
LARGEST: Final = 1024 * 1024
"""Bytes of a file: etcd takes no larger object."""
MOST_NODES: Final = 50_000
"""Values in a document with its aliases written out: a few lines of aliases can make billions."""
DEEPEST: Final = 60
LONGEST_NAMESPACE: Final = 63
JSON: Final = (dict, list, str, bool, int, float, type(None))
SERVERS_OWN: Final = frozenset({"generation", "uid", "resourceVersion", "creationTimestamp", "managedFields"})
TOP: Final = frozenset({"apiVersion", "kind", "metadata", "spec", "status"})


@dataclass(frozen=True)
class Checked:
    """One document. `project` is None when it has problems; both are empty for an object of another kind."""

    number: int
    kind: str
    name: str
    namespace: str
    problems: tuple[Problem, ...] = ()
    project: TestGenProject | None = None
    object: Mapping[str, Any] | None = None

    @property
    def warnings(self) -> Sequence[Problem]:
        """What is allowed and still worth a word."""
        return warnings(self.project) if self.project is not None else ()

    @property
    def is_ours(self) -> bool:
        return self.object is not None or bool(self.problems)


class _Strict(yaml.SafeLoader):
    """YAML as the API server's clients read it: a date is text, a key stands once."""


_Strict.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _mapping(loader: _Strict, node: yaml.MappingNode) -> Json:
    seen: set[str] = set()
    for key, _ in node.value:
        if key.tag == "tag:yaml.org,2002:merge":
            # Merges of merges grow without bound.
            raise yaml.constructor.ConstructorError(None, None, "'<<' is not supported: write the fields out", key.start_mark)
        if not isinstance(key, yaml.ScalarNode) or key.tag != "tag:yaml.org,2002:str":
            raise yaml.constructor.ConstructorError(None, None, "a key must be text", key.start_mark)
        if key.value in seen:
            raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} stands twice: remove one", key.start_mark)
        seen.add(key.value)
    return {str(key): value for key, value in loader.construct_mapping(node, deep=True).items()}


_Strict.add_constructor("tag:yaml.org,2002:map", _mapping)


def check(text: bytes, namespace: str = "") -> list[Checked]:
    """Every document of a file, checked by the operator's own parser and rules.

    `namespace` is where a project without one would be made. Never raises for what is in the file.
    """
    if len(text) > LARGEST:
        return [_bad(1, f"the file is larger than {LARGEST // 1024} KiB, which no API server takes: split it")]
    try:
        found = [_checked(number, one, namespace) for number, one in enumerate(_documents(text), 1) if one is not None]
    except UnicodeDecodeError:
        return [_bad(1, "is no UTF-8 text: save it as UTF-8")]
    except yaml.YAMLError as problem:
        return [_bad(1, f"is no YAML: {_where(problem)}")]
    except RecursionError:
        return [_bad(1, f"is nested deeper than {DEEPEST} levels")]
    except ValueError as problem:
        return [_bad(1, f"is no YAML: {problem}")]
    return found or [_bad(1, "is empty: write a TestGenProject")]


def _documents(text: bytes) -> Iterator[Any]:
    for one in yaml.load_all(text.decode("utf-8-sig"), Loader=_Strict):
        if isinstance(one, dict) and one.get("kind") == "List" and isinstance(one.get("items"), list):
            yield from one["items"]
        else:
            yield one


def _where(problem: yaml.YAMLError) -> str:
    mark = getattr(problem, "problem_mark", None)
    words = str(getattr(problem, "problem", None) or problem).splitlines()[0]
    return f"line {mark.line + 1}, column {mark.column + 1}: {words}" if mark else words


def _bad(number: int, message: str, field: str = "document") -> Checked:
    return Checked(number, "", "", "", (Problem(field, message),))


def _checked(number: int, one: Any, namespace: str) -> Checked:
    if not isinstance(one, dict):
        return _bad(number, f"is no object: write apiVersion: {names.API_VERSION}, kind: {names.KIND}, metadata, spec")
    if wrong := _too_big(one):
        return _bad(number, wrong)
    kind = str(one.get("kind") or "")
    metadata = one.get("metadata") if isinstance(one.get("metadata"), dict) else {}
    assert isinstance(metadata, dict)
    name, where = str(metadata.get("name") or ""), str(metadata.get("namespace") or namespace)
    group = str(one.get("apiVersion") or "").partition("/")[0]
    if kind != names.KIND and (group != names.GROUP or kind == names.RELEASE_KIND):
        if kind and group:
            return Checked(number, kind, name, where)
        return _bad(number, f"write apiVersion: {names.API_VERSION} and kind: {names.KIND}", "apiVersion")
    problems = [*_head(one, kind, metadata)]
    spec = one.get("spec")
    if spec is not None and not isinstance(spec, dict):
        problems.append(Problem("spec", "must be an object: write spec: {} for the defaults"))
    if problems:
        return Checked(number, kind, name, where, tuple(problems))
    # What the API server itself writes says nothing of what a person wrote, and may be anything in a file.
    own = {key: value for key, value in metadata.items() if key not in SERVERS_OWN}
    written = {key: value for key, value in one.items() if key != "status" or isinstance(value, dict)}
    whole = written | {"spec": spec or {}, "metadata": own | {"namespace": where}}
    try:
        return Checked(number, kind, name, where, (), parse(whole), whole)
    except InvalidProject as invalid:
        return Checked(number, kind, name, where, tuple(invalid.problems), None, whole)


def _head(one: Json, kind: str, metadata: Json) -> Iterator[Problem]:
    if one.get("apiVersion") != names.API_VERSION:
        yield Problem("apiVersion", f"write {names.API_VERSION}")
    if kind != names.KIND:
        yield Problem("kind", f"write {names.KIND}")
    for key in one.keys() - TOP:
        yield Problem(str(key), "unknown field: remove it or correct its name")
    if not metadata.get("name"):
        yield Problem("metadata.name", "is missing: name the project")
    for field in ("name", "namespace"):
        if metadata.get(field) is not None and not isinstance(metadata[field], str):
            yield Problem(f"metadata.{field}", "must be text: put it into quotes")
    where = metadata.get("namespace")
    if isinstance(where, str) and where and not (re.fullmatch(DNS_LABEL, where) and len(where) <= LONGEST_NAMESPACE):
        yield Problem("metadata.namespace", "is no name of a namespace: write at most 63 of a-z, 0-9 and '-'")
    for field in ("labels", "annotations"):
        values = metadata.get(field)
        if values is not None and not (isinstance(values, dict) and all(isinstance(value, str) for value in values.values())):
            yield Problem(f"metadata.{field}", "must be names with a text each: put numbers, true and false into quotes")


def _too_big(one: Any) -> str:
    """What is wrong with a document that is too deep, too large with its aliases written out, or holds what JSON has no word for;
    empty if nothing is."""
    count, stack = 0, [(one, 0)]
    while stack:
        value, depth = stack.pop()
        if not isinstance(value, JSON) or (isinstance(value, float) and not math.isfinite(value)):
            shown = value if isinstance(value, float) else f"a value of type {type(value).__name__}"
            return f"holds {shown}, which JSON has no word for: write text, a number, true, false or null"
        count += 1
        if depth > DEEPEST:
            return f"is nested deeper than {DEEPEST} levels"
        if count > MOST_NODES:
            return f"holds more than {MOST_NODES} values"
        below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        stack += [(item, depth + 1) for item in below]
    return ""
