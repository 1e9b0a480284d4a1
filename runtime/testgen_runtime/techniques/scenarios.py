"""Scenario testing (ISO/IEC/IEEE 29119-4:2021, 5.2.9): the main flow of a requirement, its alternatives and its exceptions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from testgen_runtime.documents.model import Action, AtomKind, Language, Limit, Outcome
from testgen_runtime.techniques.flows import Flow, Part, by_system, flows
from testgen_runtime.techniques.model import PointStep, Polarity, Technique, TestPoint
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.points import make
from testgen_runtime.techniques.view import View, negative

_WHY: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {"main": "the main flow", "alternative": "an alternative flow", "exception": "an exception flow"},
    "zh": {"main": "主流程", "alternative": "备选流程", "exception": "异常流程"},
}
_WEIGHT: Final = {"main": 0.97, "alternative": 0.9, "exception": 0.94}
_NO: Final = re.compile(r"\b(?:reject|refus|den(?:y|ie)|declin|block)\w*|拒绝|驳回|禁止|无法|不能", re.I)
_GOES_ON: Final[Mapping[Language, str]] = {"en": "The next step can be taken.", "zh": "可以继续下一步操作。"}


def points(view: View) -> list[TestPoint]:
    """A test for each flow that the requirement tells."""
    told = [flow for flow in flows(view.requirement.text, view.language) if not _only_bounds(view, flow)]
    return [point for flow in told if (point := _point(view, flow)) is not None]


def _only_bounds(view: View, flow: Flow) -> bool:
    """Whether a Chinese flow of one step only says within which range it goes ("提前不超过 30 分钟到达"): values are tried."""
    if view.language != "zh" or len(flow.when) != 1:
        return False
    return bool(view.of(Limit)) and any(_BOUND.search(part.text) for part in (*flow.given, *flow.when))


_BOUND: Final = re.compile(
    r"(?:超过|[大小多少高低]于|至[少多]|最[多少]|满|达到?|以[上下内])\s?\d|\d\s?[^\d\s，。；]{1,4}(?:及?以[上下内])"
)


def retold(view: View, points_: Iterable[TestPoint], scenarios: Sequence[TestPoint]) -> Iterator[TestPoint]:
    """The points without those that only repeat a scenario's words: conditions and actions that stand inside a flow.

    What varies a value inside a flow stays; where it is accepted, the flow goes on to the end of the main one.
    """
    told = {atom_id for scenario in scenarios for atom_id in scenario.atom_ids}
    results = {atom.id for atom in view.results()}
    kinds = {atom.id: atom.kind for atom in view.atoms}
    end = next((s.steps[-1].expected for s in scenarios if s.polarity == "positive"), "")
    for point in points_:
        if not set(point.atom_ids) & told:
            yield point
        elif any(kinds.get(atom_id) in _VARIED for atom_id in point.atom_ids):
            own = tuple(i for i in point.atom_ids if i not in results or point.polarity == "negative")
            goes_on = point.polarity == "positive" and end != ""
            yield replace(point, atom_ids=own, steps=(PointStep("", end),)) if goes_on else point


_VARIED: Final = frozenset({AtomKind.LIMIT, AtomKind.ENUMERATION, AtomKind.FORMAT})


def _point(view: View, flow: Flow) -> TestPoint | None:
    start = view.requirement.span.start
    inside = [
        atom for atom in view.atoms
        if any(part.start < atom.span.end - start and atom.span.start - start < part.end for part in flow.parts)
    ]  # fmt: skip
    steps = _of_gherkin(view, flow) if flow.then else _of_steps(view, flow)
    if not steps or not inside:
        return None
    results = flow.then or flow.steps[-1:]
    refused = _refused(view, results)
    return make(
        view,
        Technique.SCENARIO,
        tuple(atom.id for atom in inside),
        refused,
        preconditions=tuple(sentence(part.text, view.language) for part in flow.given),
        action=steps[-1].action,
        expected=steps[-1].expected,
        reason=_WHY[view.language][flow.kind],
        weight=_WEIGHT[flow.kind],
        title=_title(view, flow, steps),
        steps=steps,
    )


def _refused(view: View, results: Sequence[Part]) -> Polarity:
    """Negative where the flow ends in a refusal."""
    start = view.requirement.span.start
    for atom in view.atoms:
        if isinstance(atom.value, Action | Outcome) and negative(atom):
            at, end = atom.span.start - start, atom.span.end - start
            if any(at < part.end and part.start < end for part in results):
                return "negative"
    return "negative" if any(_NO.search(part.text) for part in results) else "positive"


def _of_gherkin(view: View, flow: Flow) -> tuple[PointStep, ...]:
    """Each "when" a step, the last one with all that is then seen."""
    seen = " ".join(sentence(part.text, view.language) for part in flow.then)
    acts = [_instruction(part.text, view.language) for part in flow.when]
    return (*(PointStep(act, _GOES_ON[view.language]) for act in acts[:-1]), PointStep(acts[-1], seen))


def _of_steps(view: View, flow: Flow) -> tuple[PointStep, ...]:
    """What people do, each with what the system does next."""
    made: list[tuple[str, list[str]]] = []
    for part in flow.steps:
        for piece in _pieces(part.text, view.language):
            told = sentence(piece, view.language)
            if by_system(piece) or (not made and not _instruction(piece, view.language)):
                if not made:
                    made.append((_START[view.language], []))
                made[-1][1].append(told)
            else:
                made.append((_instruction(piece, view.language), []))
    goes_on = _GOES_ON[view.language]
    if not made:
        return ()
    act, seen = made[-1]
    last = PointStep(act, " ".join(seen) or sentence(flow.steps[-1].text, view.language))
    return (*(PointStep(act, " ".join(seen) or goes_on) for act, seen in made[:-1]), last)


_START: Final[Mapping[Language, str]] = {"en": "Start the flow.", "zh": "启动该流程。"}
_PIECES: Final = re.compile(r"\s*[;；]\s*|(?<=[a-z)])\.\s+(?=[A-Z])|。(?=.)")
_IF: Final[Mapping[Language, re.Pattern[str]]] = {
    "en": re.compile(r"^(?:if|when|whenever|once|should)\s+(?P<if>[^,]{3,200}),\s*(?:then\s+)?(?P<then>.+)$", re.I | re.S),
    "zh": re.compile(r"^(?:如果|若|当|一旦)(?P<if>[^，,]{2,100}?)(?:时|的话|后)?[，,](?:则|那么)?(?P<then>.+)$", re.S),
}


def _pieces(text: str, language: Language) -> list[str]:
    """What a line tells, apart: sentences, and the two sides of "if …, …"."""
    pieces = []
    for piece in _PIECES.split(text):
        piece = piece.strip()
        if found := _IF[language].match(piece):
            pieces += [found["if"], found["then"]]
        elif piece:
            pieces.append(piece)
    return pieces


_WHO: Final = re.compile(
    r"^(?:the|an?|any|this)\s+(?P<who>[a-z][\w-]*(?:\s[a-z][\w-]*)?)\s+(?P<verb>[a-z]{2,}?)(?P<s>es|s)\s+(?P<rest>.+)$",
    re.I | re.S,
)
_I: Final = re.compile(r"^I\s+(?:am\s+)?(?P<rest>[a-z].+)$", re.S)
_WHO_ZH: Final = re.compile(r"^(?:该|此)?(?:用户|客户|管理员|操作员|我|[\u4e00-\u9fff]{1,4}[员人者])(?=[\u4e00-\u9fff])")


def _instruction(text: str, language: Language) -> str:
    """ "the user opens the basket" → "Open the basket."; what is no act of a person is brought about."""
    text = text.strip(" ,;.，；。")
    if language == "zh":
        return sentence(re.sub(r"时$", "", _WHO_ZH.sub("", text)), "zh")
    if (own := _I.match(text)) and not text.startswith("I am"):
        return sentence(re.sub(r"\bmy\b", "your", own["rest"]), "en")
    found = _WHO.match(text)
    if found and found["verb"].lower() not in ("i", "ha", "wa", "doe", "contain", "exist", "remain", "i"):
        verb = _base(found["verb"] + found["s"])
        rest = re.sub(r"\b(?:his or her|their|his|her)\b", "the", found["rest"])
        return sentence(f"{verb} {_joined(rest)}", "en")
    if (
        found is None
        and re.match(r"[A-Za-z]+ ", text)
        and re.match(r"(?:open|enter|click|select|press|choose|log|sign|submit|save|go)\b", text, re.I)
    ):
        return sentence(text, "en")
    return sentence(f"Bring it about that {text[:1].lower() + text[1:]}", "en")


def _joined(rest: str) -> str:
    """Further verbs of the same person lose their "s" too: "opens the link and enters a password"."""
    return re.sub(
        r"\b(and|or|then)\s+([a-z]{3,}s)\b(?=\s+(?:the|an?|his|her|their|it|on|to)\b)", lambda m: f"{m[1]} {_base(m[2])}", rest
    )


def _base(verb: str) -> str:
    """ "presses" → "press", "tries" → "try", "opens" → "open"."""
    if verb.endswith("ies") and len(verb) > 4:
        return verb[:-3] + "y"
    if re.search(r"(?:ss|sh|ch|x|z|o)es$", verb):
        return verb[:-2]
    return verb[:-1]


def _title(view: View, flow: Flow, steps: Sequence[PointStep]) -> str:
    """The flow's name, what is done last and what is seen."""
    act, seen = steps[-1].action.rstrip(".。"), re.split(r"(?<=[.。])\s*", steps[-1].expected)[0].rstrip(".。")
    if view.language == "zh":
        name = flow.name or ("" if flow.then else _WHY["zh"][flow.kind])
        return f"{name}：{seen}" if name else f"{act}后，{seen}"
    name = flow.name or ("" if flow.then else _WHY["en"][flow.kind].removeprefix("the ").removeprefix("an "))
    first = seen[:1].lower() + seen[1:]
    title = f"{name}: {first}" if name else f"{act}: {first}"
    return title[:1].upper() + title[1:]
