"""Finding the sets in a folder by what files hold, never by their names, so that other sets of the same kinds are found too.

JSON with `requirements` (id → text) and a list of objects with `reqs` and `steps`            testers' procedures
JSON with `requirements` (id → text) and a list of objects with `text` and `requirements`      abstract tests
JSON with `cases` that have a `text` and what they are grouped by                              a retrieval set: no requirements
a Python module that sets ITEMS                                                                requirements with oracles
any other document that the product reads and that holds requirements                          a document
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import json
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from testgen_runtime.documents.model import Document
from testgen_runtime.documents.read import read, read_text
from testgen_runtime.errors import TestGenError
from testgen_runtime.settings import Limits
from tests.bench.generation.model import Oracle, Procedure, RequirementSet

DOCUMENTS = (".md", ".txt", ".docx", ".html", ".csv", ".xlsx", ".pdf")
_SCORER = {"Item", "score", "read_case"}


class NoSets(Exception):
    """The folder is not there, or holds no set."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is no set for generation, and why."""

    file: str
    reason: str


def discover(folder: Path) -> tuple[list[RequirementSet], list[Skipped]]:
    """Every set in `folder`, by name, and what was left. Raises NoSets."""
    if not folder.is_dir():
        raise NoSets(f"DATA={folder}: there is no such folder")
    found: list[RequirementSet] = []
    skipped: list[Skipped] = []
    scorer = _scorer(folder)
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or not path.is_file():
            continue
        try:
            one = _read(path, scorer)
        except (TestGenError, ValueError, OSError) as error:
            one = Skipped(path.name, getattr(error, "detail", None) or str(error))
        if isinstance(one, Skipped):
            skipped.append(one)
        else:
            found.append(one)
    if not found:
        left = "; ".join(f"{one.file}: {one.reason}" for one in skipped)
        raise NoSets(f"no set of requirements was found in {folder} ({left})")
    return found, skipped


def sample(one: RequirementSet, size: int | None, seed: int = 1) -> RequirementSet:
    """`one` with `size` of its requirements, by a seeded choice that is the same each time; all of them where None."""
    if size is None or size >= len(one.asked):
        return one
    chosen = set(random.Random(f"{seed}/{one.name}").sample(one.asked, size))
    return replace(
        one,
        asked=tuple(name for name in one.asked if name in chosen),
        expected_ids=tuple(name for name in one.expected_ids if name in chosen),
    )


def as_document(name: str, requirements: Mapping[str, str]) -> Document:
    """The requirements as one Markdown document, each under a heading that is its id."""
    text = "# Requirements\n\n" + "\n\n".join(f"## {key}\n\n{value.strip()}" for key, value in requirements.items()) + "\n"
    return read_text(text, title=name, limits=Limits())


def _read(path: Path, scorer: ModuleType | None) -> RequirementSet | Skipped:
    if path.suffix == ".json":
        return _json(path)
    if path.suffix == ".py":
        return _oracle(path, scorer)
    if path.suffix.lower() not in DOCUMENTS or path.stem.upper() in ("README", "LICENCES", "LICENSES", "LICENSE"):
        return Skipped(path.name, "no set: not a document of requirements")
    document = read(path.read_bytes(), path.name, limits=Limits())
    return RequirementSet(path.stem, document, tuple(r.id for r in document.requirements))


def _json(path: Path) -> RequirementSet | Skipped:
    content = json.loads(path.read_text())
    if not isinstance(content, dict):
        return Skipped(path.name, "no set: its JSON is not an object")
    requirements = content.get("requirements")
    if isinstance(requirements, list):
        requirements = {r["id"]: r["text"] for r in requirements if isinstance(r, dict) and {"id", "text"} <= r.keys()}
    if not requirements or not isinstance(requirements, dict):
        reason = "a retrieval set: cases without requirements (make bench-retrieval)" if "cases" in content else "no set"
        return Skipped(path.name, reason)
    texts = {str(key): value if isinstance(value, str) else str(value.get("text", "")) for key, value in requirements.items()}
    document = as_document(path.stem, texts)
    known = {r.id for r in document.requirements}
    return RequirementSet(
        path.stem,
        document,
        tuple(r.id for r in document.requirements),
        tuple(texts),
        tuple(p for p in _procedures(content) if set(p.requirement_ids) & known),
    )


def _procedures(content: Mapping[str, Any]) -> Iterator[Procedure]:
    """The testers' own tests, in whichever list of objects they stand: each names its requirements."""
    for value in content.values():
        for entry in value if isinstance(value, list) else ():
            named = next((entry[k] for k in ("reqs", "requirements", "requirement_ids") if isinstance(entry.get(k), list)), None)
            if named is not None:
                parts = [entry.get("title"), entry.get("description"), entry.get("text"), *_lines(entry.get("steps"))]
                yield Procedure("\n".join(str(p) for p in parts if p), tuple(map(str, named)))


def _lines(steps: object) -> Sequence[str]:
    if isinstance(steps, str):
        return [steps]
    return [str(step) if isinstance(step, str) else json.dumps(step, ensure_ascii=False) for step in steps or ()]  # type: ignore[attr-defined]


def _defined(path: Path) -> set[str]:
    """The names that a module sets at its top, read without running it."""
    names: set[str] = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


def _scorer(folder: Path) -> ModuleType | None:
    """The module of the folder whose functions run cases against oracles, under its own name: oracle sets import it."""
    for path in sorted(folder.glob("*.py")):
        if _defined(path) >= _SCORER:
            sys.modules.pop(path.stem, None)
            return _load(path)
    return None


def _load(path: Path) -> ModuleType:
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    try:
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[path.stem] = module
        spec.loader.exec_module(module)
        return module
    finally:
        sys.dont_write_bytecode = before


def _oracle(path: Path, scorer: ModuleType | None) -> RequirementSet | Skipped:
    defined = _defined(path)
    if defined >= _SCORER:
        return Skipped(path.name, "no set: the functions that run cases against oracles")
    if "ITEMS" not in defined:
        return Skipped(path.name, "no set: a module without ITEMS")
    if scorer is None:
        return Skipped(path.name, "an oracle set, but no module with Item, read_case and score is beside it")
    items = tuple(_load(path).ITEMS)
    write: Callable[[Sequence[Any]], str] = scorer.document
    document = read_text(write(items), title=path.stem, limits=Limits())
    asked = tuple(r.id for r in document.requirements)
    return RequirementSet(path.stem, document, asked, tuple(i.id for i in items), oracle=Oracle(scorer, items))
