"""Flows in the text of a requirement: Given/When/Then, numbered steps, and the headings of main, alternative and exception flows.

Pure text work, linear; spans are offsets into the requirement's text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Literal

from testgen_runtime.documents.model import Language

Kind = Literal["main", "alternative", "exception"]
MOST_FLOWS: Final = 20
MOST_STEPS: Final = 25
_LONGEST: Final = 20_000
"""Characters that are looked at: a requirement that tells more is a chapter."""
_GHERKIN_EN: Final = re.compile(
    r"(?:^|(?<=[\s,;.*-]))(?P<word>given|when|then|and|but)\b[\s:,]+(?P<what>.+?)(?=(?:[,;.]?\s+|\n[\s*-]*)(?:given|when|then)\b|"
    r"[,;.]?\s*\n[\s*-]*(?:and|but)\b|,\s+(?:and|but)\s+(?=(?:the|an?|I|my|no|it)\b)|\n\s*\n|\n\s*(?:scenario|example)|$)",
    re.I | re.S,
)
_GHERKIN_ZH: Final = re.compile(
    r"(?:^|(?<=[\s，,；;。*-]))(?P<word>假如|假设|假定|给定|当|那么|并且|而且|同时|但是)[\s:：]*(?P<what>.+?)"
    r"(?=[，,；;。]?\s*(?:^|(?<=[\s，,；;。*-]))(?:假如|假设|假定|给定|当|那么|并且|而且|同时|但是)|\n\s*\n|\n\s*场景|[；;](?=[^；;\n]{0,60}?(?:的|时|后)，)|$)",
    re.S,
)
_ROLES: Final[dict[str, str]] = {
    "given": "given", "when": "when", "then": "then", "假如": "given", "假设": "given", "假定": "given", "给定": "given",
    "当": "when", "那么": "then",
}  # fmt: skip
_LINE: Final = re.compile(r"(?m)^[ \t]*(?P<line>\S.*?)[ \t]*$")
_STEP: Final = re.compile(r"^(?:(?:step|步骤)\s*)?(?P<number>\d{1,2})(?P<sub>[a-z])?\s*[.)、．:：]\s*(?P<what>\S.*)$", re.I)
_HEADING: Final = re.compile(
    r"^[#*_\s]*(?P<name>(?:main|basic|normal|happy|standard)\s+(?:success\s+)?(?:flow|scenario|path|course)|"
    r"alternat(?:iv)?e(?:s|\s+(?:flow|scenario|path|course)s?)?|extensions?|"
    r"exception(?:s|al|\s+(?:flow|scenario|path|course)s?)?|error\s+(?:flow|scenario|path)s?|"
    r"(?:主|基本|正常)(?:成功)?(?:流程|场景|事件流|路径)|(?:备选|可选|替代|扩展|分支)(?:流程|场景|事件流|路径)|(?:异常|例外|错误)(?:流程|场景|事件流|路径)?)"
    r"\s*(?:\d{1,2}[a-z]?)?\s*(?:[（(](?P<note>[^）)]{1,60})[）)])?[*_]*\s*(?:[:：]\s*(?P<rest>.*)|$)",
    re.I,
)
_BULLET: Final = re.compile(r"^[-*•]\s+(?P<what>(?P<sub>)(?!as an?\b|given\b)\S.*)$", re.I)
_STORY: Final = re.compile(r"\s*(?:as an?\b|作为)", re.I)


@dataclass(slots=True)
class Part:
    """A line of a flow with its place: what somebody does, or what is seen."""

    text: str
    start: int
    end: int


@dataclass(slots=True)
class Flow:
    """One way through: what is so before, what is done, what is seen. `steps` of a numbered flow hold both."""

    kind: Kind = "main"
    name: str = ""
    given: list[Part] = field(default_factory=list)
    when: list[Part] = field(default_factory=list)
    then: list[Part] = field(default_factory=list)
    steps: list[Part] = field(default_factory=list)
    head: list[Part] = field(default_factory=list)

    @property
    def parts(self) -> list[Part]:
        """All of its places, with its heading and what leads to it."""
        return [*self.head, *self.given, *self.when, *self.then, *self.steps]


def flows(text: str, language: Language) -> list[Flow]:
    """The flows that `text` tells, in its order; none where it is no scenario."""
    text = text[:_LONGEST]
    return _gherkin(text, language) or _numbered(text)


def _gherkin(text: str, language: Language) -> list[Flow]:
    """Scenarios that have both a "when" and a "then", and a "given" before the first of them."""
    if not re.search(r"\bgiven\b|\bthen\b" if language == "en" else "那么", text, re.I):
        return []
    found: list[Flow] = []
    last = ""
    for match in (_GHERKIN_EN if language == "en" else _GHERKIN_ZH).finditer(text):
        role = _ROLES.get(match["word"].lower(), last)
        what = match["what"].strip(" ,;.*-\n\t，；。")
        if not role or not what:
            continue
        if not found or (role == "given" and last != "given") or (role == "when" and last == "then"):
            found.append(Flow(given=list(found[-1].given) if found and role == "when" else []))
        start = match.start("what")
        part = Part(what, start, start + len(match["what"].rstrip()))
        {"given": found[-1].given, "when": found[-1].when, "then": found[-1].then}[role].append(part)
        last = role
        if len(found) > MOST_FLOWS:
            break
    whole = [flow for flow in found if flow.then and flow.when and (flow.given or language == "zh" or len(flow.parts) > 1)]
    return whole if whole and (whole[0].given or re.match(r"\s*(?:[*-]\s*)?(?:when|当)", text, re.I)) else []


def _numbered(text: str) -> list[Flow]:
    """A main flow of two numbered steps or more, with the alternative and exception flows that headings open."""
    found: list[Flow] = [Flow()]
    story = _STORY.match(text) is not None
    for match in _LINE.finditer(text):
        line = match["line"]
        heading, step = _HEADING.match(line), _STEP.match(line) or (_BULLET.match(line) if story else None)
        if heading:
            kind = _kind_of(heading["name"])
            if kind != "main" or found[-1].steps:
                found.append(Flow(kind))
            found[-1].kind, found[-1].name = kind, (heading["note"] or "").strip()
            found[-1].head.append(Part(line, match.start("line"), match.end("line")))
            if rest := (heading["rest"] or "").strip():
                at = match.start("line") + heading.start("rest")
                found[-1].steps.append(Part(rest, at, match.end("line")))
        elif step and len(found[-1].steps) < MOST_STEPS:
            if step["sub"] and found[-1].kind == "main":
                found.append(Flow("alternative"))
            at = match.start("line") + step.start("what")
            if not found[-1].steps and len(found) == 1:
                found[-1].head.append(Part("", 0, match.start("line")))
            found[-1].steps.append(Part(step["what"].strip(), at, match.end("line")))
        if len(found) > MOST_FLOWS:
            break
    usable = [flow for flow in found if flow.steps]
    main = next((flow for flow in usable if flow.kind == "main"), None)
    if main is None or len(main.steps) < 2 or not any(_acts(part.text) for part in main.steps):
        return []
    if story and not (_acts(main.steps[0].text) and not by_system(main.steps[0].text) and by_system(main.steps[-1].text)):
        return []  # acceptance criteria that are no sequence: one test each
    return usable


def _kind_of(name: str) -> Kind:
    if re.match(r"exception|error|异常|例外|错误", name, re.I):
        return "exception"
    return "alternative" if re.match(r"alternat|extension|备选|可选|替代|扩展|分支", name, re.I) else "main"


_ACTOR: Final = re.compile(
    r"^(?:the|an?|any)\s+(?P<who>[\w -]{2,30}?)\s+(?P<verb>[a-z]+s)\b|"
    r"^(?P<zh>系统|平台|应用|服务器|后台|用户|客户|管理员|操作员|[\u4e00-\u9fff]{1,5}[员人者])",
    re.I,
)
_SYSTEM: Final = re.compile(r"system|application|app|server|service|platform|device|software|系统|平台|应用|服务器|后台", re.I)


def _acts(text: str) -> bool:
    """Whether a line tells that somebody does something."""
    return _ACTOR.match(text) is not None


def by_system(text: str) -> bool:
    """Whether a line tells what the system does: something to see, not to do."""
    found = _ACTOR.match(text)
    return found is not None and _SYSTEM.search(found["who"] or found["zh"] or "") is not None
