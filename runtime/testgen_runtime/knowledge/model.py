"""What a project knows beside its documents: terms, standing checks, past cases. Strict and bounded; pure."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

KnowledgeKind = Literal["glossary", "check", "past-case"]
MOST: Final[dict[KnowledgeKind, int]] = {"glossary": 5_000, "check": 1_000, "past-case": 50_000}
"""How many of a kind a project may have."""
ID_PATTERN: Final = r"^[a-z0-9]([-a-z0-9._]{0,98}[a-z0-9])?$"


def _plain(text: str) -> str:
    if any(character < " " and character not in "\n\t" for character in text):
        raise ValueError("it holds control characters; leave them out")
    if not text.strip():
        raise ValueError("it holds nothing but spaces")
    return text.strip()


Id = Annotated[str, Field(pattern=ID_PATTERN)]
Word = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_plain)]
Sentence = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_plain)]
Words = Annotated[tuple[Word, ...], Field(max_length=50)]
Domain = Literal[
    "authentication", "authorization", "money", "dates", "uploads", "concurrency", "search", "notifications",
    "internationalisation", "api", "other",
]  # fmt: skip


class KnowledgeModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Term(KnowledgeModel):
    """One thing and what it is called: all of `en` and `zh` mean the same."""

    en: Words = ()
    zh: Words = ()
    definition: Annotated[str, Field(max_length=1000)] = ""

    @model_validator(mode="after")
    def _has_names(self) -> Term:
        if len(self.names) < (1 if self.definition.strip() else 2):
            raise ValueError("name at least two words that mean the same, or one with a definition")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.en, *self.zh)


class InBoth(KnowledgeModel):
    """The same words in both languages."""

    en: Words = ()
    zh: Words = ()


class Told(KnowledgeModel):
    """The same sentence in both languages."""

    en: Sentence
    zh: Sentence


class Check(KnowledgeModel):
    """A standing check: what a tester asks of every requirement of a domain.

    It concerns a requirement that has one of `triggers`; one that also has one of `specified` answers it. No expected result is
    ever taken from here: a check that no requirement answers becomes a finding.
    """

    domain: Domain
    condition: Annotated[str, Field(min_length=1, max_length=100, description="The kind of condition that it is about")]
    triggers: InBoth
    specified: InBoth
    check: Told
    enabled: bool = True

    @model_validator(mode="after")
    def _can_fire(self) -> Check:
        if not (self.triggers.en or self.triggers.zh):
            raise ValueError("triggers: name at least one word")
        return self


class PastStep(KnowledgeModel):
    action: Annotated[str, Field(max_length=2000)] = ""
    expected: Annotated[str, Field(max_length=2000)] = ""


class PastCase(KnowledgeModel):
    """A case that testers wrote before, elsewhere."""

    title: Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_plain)]
    preconditions: Annotated[tuple[Annotated[str, Field(max_length=2000)], ...], Field(max_length=30)] = ()
    steps: Annotated[tuple[PastStep, ...], Field(max_length=50)] = ()

    @property
    def text(self) -> str:
        """All of it, as it is searched."""
        steps = (f"{step.action} → {step.expected}".strip(" →") for step in self.steps)
        return "\n".join((self.title, *self.preconditions, *steps))[:8000]


Known = Term | Check | PastCase
MODELS: Final[dict[KnowledgeKind, type[Term] | type[Check] | type[PastCase]]] = {
    "glossary": Term,
    "check": Check,
    "past-case": PastCase,
}


class Whole(KnowledgeModel):
    """Everything a project knows, as one YAML file: what is exported and imported."""

    glossary: Annotated[dict[Id, Term], Field(max_length=MOST["glossary"])] = {}
    checks: Annotated[dict[Id, Check], Field(max_length=MOST["check"])] = {}
    past_cases: Annotated[dict[Id, PastCase], Field(max_length=MOST["past-case"])] = {}
