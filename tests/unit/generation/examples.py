"""Small documents of requirements with atoms, put together from the tables of the techniques' tests."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.techniques import test_design as tables
from tests.unit.techniques.build import moved

from testgen_runtime.documents.model import Document, Requirement
from testgen_runtime.generation.model import Source

ALL: list[tuple[Requirement, Document]] = tables.ALL


def together(count: int | None = None) -> Source:
    """One document that holds all example requirements (the first `count`), each with an id of its own."""
    text, requirements = "# Requirements\n\n", []
    for number, (found, _) in enumerate(ALL[:count], 1):
        name = f"REQ-{number}"
        placed = moved(found, len(text) - found.span.start)
        atoms = tuple(replace(atom, id=atom.id.replace("REQ-1/", f"{name}/")) for atom in placed.atoms)
        requirements.append(replace(placed, id=name, atoms=atoms))
        text += found.text + "\n\n"
    document = Document("Requirements", text, "en", "text/markdown", (), tuple(requirements))
    return Source("DOC-1", document, document.requirements)
