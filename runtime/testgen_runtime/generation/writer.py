"""The model writer: asks for the words of at most five points, validates, asks once to repair, and gives what is usable.

It never raises for a model's failure: what is missing is written by rules, and `Written.reason` says why.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from testgen_runtime.documents.instructions import inert, speaks_to_a_model
from testgen_runtime.documents.model import Language, Requirement
from testgen_runtime.gateway.gateway import Gateway
from testgen_runtime.gateway.model import BudgetSpent, ChatRequest, Message, ProviderError
from testgen_runtime.generation import rules
from testgen_runtime.generation.model import Context, Draft, Written
from testgen_runtime.generation.prompts import CASE_WRITER, CASES_SCHEMA, user_message
from testgen_runtime.techniques.model import TestPoint

POINTS_PER_CALL: Final = 5
TOKENS_PER_POINT: Final = 260
TOKENS_PER_CALL: Final = 120
TRIES: Final = 2
"""The question, and once more with what was wrong with the answer."""
REPEATED_ANSWER: Final = 4000
"""Characters of a bad answer that are sent back with what is wrong."""
_Text = Annotated[str, Field(min_length=1, max_length=600)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)


class _Step(_Model):
    action: _Text
    expected: _Text


class _Case(_Model):
    point: str
    title: Annotated[str, Field(min_length=1, max_length=300)]
    steps: Annotated[list[_Step], Field(min_length=1, max_length=4)]


class ModelWriter:
    """Implements the pipeline's Writer port over a gateway."""

    def __init__(self, gateway: Gateway, *, seed: int = 0, max_parallel: int = 1) -> None:
        self._gateway, self._seed, self._max_parallel = gateway, seed, max_parallel

    @property
    def max_parallel(self) -> int:
        """How many requirements may be worded at once."""
        return self._max_parallel

    async def write(
        self, requirement: Requirement, points: Sequence[TestPoint], context: Context, language: Language, *, request_id: str
    ) -> Written:
        """Drafts for as many of `points` (at most five) as the model words in the shape that was asked for."""
        points = points[:POINTS_PER_CALL]
        prompt = CASE_WRITER[language]
        if speaks_to_a_model(requirement.text):  # rules word it; a finding tells why
            return Written((), "", prompt.version, 0, "invalid")
        names = _names(points)
        wordings = [rules.words(requirement, point, language) for point in points]
        messages = question(requirement, points, wordings, context, language)
        found: dict[str, Draft] = {}
        model, tokens, reason = "", 0, ""
        for attempt in range(TRIES):
            request = ChatRequest(
                request_id=f"{request_id}/{attempt}",
                task="GenerateCases",
                messages=tuple(messages),
                schema=CASES_SCHEMA,
                max_tokens=most_tokens(len(points)),
                seed=self._seed + attempt,
            )
            try:
                answer = await self._gateway.chat(request)
            except BudgetSpent:
                reason = "budget"
                break
            except ProviderError:
                reason = "unavailable"
                break
            model = answer.model
            tokens += (answer.prompt_tokens or 0) + (answer.completion_tokens or 0)
            drafts, problem = parse(answer.text, dict(zip(names, points, strict=True)))
            found = {**drafts, **found}
            if len(found) == len(points):
                reason = ""
                break
            reason = "invalid"
            messages += [Message("assistant", inert(answer.text[:REPEATED_ANSWER])), Message("user", problem)]
        set_up = {point.id: wording.preconditions for point, wording in zip(points, wordings, strict=True)}
        return Written(
            drafts=tuple(replace(found[p.id], preconditions=set_up[p.id]) for p in points if p.id in found),
            model=model,
            prompt_version=prompt.version,
            tokens=tokens,
            reason=reason,  # type: ignore[arg-type]  # one of the Literal's words by the branches above
        )


def question(
    requirement: Requirement, points: Sequence[TestPoint], wordings: Sequence[rules.Words], context: Context, language: Language
) -> list[Message]:
    """What the model is sent to word `points`."""
    asked = user_message(requirement.text, points, wordings, _names(points), context)
    return [Message("system", CASE_WRITER[language].text), Message("user", asked)]


def most_tokens(points: int) -> int:
    """The bound on an answer that words so many points."""
    return TOKENS_PER_CALL + TOKENS_PER_POINT * points


def _names(points: Sequence[TestPoint]) -> list[str]:
    return [f"p{n}" for n in range(1, len(points) + 1)]


def parse(text: str, points: dict[str, TestPoint]) -> tuple[dict[str, Draft], str]:
    """(drafts by point id, what to say to the model where some are missing). Never raises, whatever a model wrote.

    An answer that was cut off keeps the cases that are whole.
    """
    drafts: dict[str, Draft] = {}
    errors: list[str] = []
    for raw in _cases(text):
        try:
            case = _Case.model_validate(raw)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            errors.append(f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
            continue
        point = points.get(case.point)
        if point is None or point.id in drafts:
            continue
        drafts[point.id] = Draft(
            point_id=point.id,
            title=case.title,
            preconditions=(),
            steps=tuple((s.action, s.expected) for s in case.steps),
            test_data={k: f"{v.value} {v.unit}".strip() for k, v in point.inputs.items()},
        )
    missing = [name for name, point in points.items() if point.id not in drafts]
    problem = f"Missing or unusable: {', '.join(missing)}. {' '.join(errors[:3])} Answer again with JSON for these points only."
    return drafts, problem


def _cases(text: str) -> list[object]:
    """The entries of `{"cases": [...]}`, from a whole or a cut-off answer."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return _whole_objects(text)
    cases = whole.get("cases") if isinstance(whole, dict) else None
    return cases if isinstance(cases, list) else []


def _whole_objects(text: str) -> list[object]:
    """The complete objects of a JSON array that breaks off, in one pass."""
    decoder, at, out = json.JSONDecoder(), text.find("[") + 1, list[object]()
    while at > 0 and (start := text.find("{", at)) != -1:
        try:
            entry, at = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            break
        out.append(entry)
    return out
