"""Decision table testing (ISO/IEC/IEEE 29119-4:2021, 5.2.6): conditions as factors that hold or do not hold.

The columns are those of modified condition/decision coverage: all hold, each one fails alone (for `and`); each one holds alone,
none holds (for `or`). Redundant columns are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from testgen_runtime.documents.model import Atom, AtomKind, Condition, Language
from testgen_runtime.techniques.factors import Factor, Level
from testgen_runtime.techniques.model import Input, Technique
from testgen_runtime.techniques.phrases import bare, sentence

_LEAD = re.compile(
    r"^(if|when|whenever|while|once|unless|after|before|as long as|provided that|in case|only if|where|until)\b[\s,]*", re.I
)
_LEAD_ZH = re.compile(r"^(如果|若|当|只有|只要|一旦|除非|在|假如|如)")
_TAIL_ZH = re.compile(r"(的时候|的情况下|时|(?<!之)后|的话|(?<![规准法原守细])则)$")
_PREDICATE = re.compile(
    r"^(?P<subject>.{2,60}?)\s+(?P<predicate>(?:is|are|was|were|has|have|had|does|do|did|can|could|cannot|contains?|"
    r"equals?|fails?|"
    r"results|exceeds?|belongs?|exists?|matches|lies|remains?|stays?|changes|comes?|uses|enters?|requests|receives?|specifies|"
    r"selects?|holds?|owns?|needs|becomes?|[a-z]{3,}s(?=\s+(?:to|the|an?|in|that|on|any|not)\b))\b.*)$",
    re.I | re.S,
)
_PREDICATE_ZH = re.compile(
    r"^(?P<subject>(?!\d)[^，。；]{1,30}?)(?P<predicate>(?:不?(?:与|和)(?=[^，。；]+(?:相同|重复|一致)$)|已经|已被|尚未|没有|不存在|不是|不为|不属于|不处于|存在|属于|处于|包含|"
    r"已|未|不|为|是|无|持有|拥有|具有|(?<![持拥具享])(?<![持拥具享]有)有(?!效期)).*|(?:充足|不足|不?通过|良好|不良|在线|离线|正常|异常|故障|失败|成功|过期|失效)$)$",
    re.S,
)  # fmt: skip
_BY_NAME_ZH = re.compile(r"(?P<subject>[\u4e00-\u9fff]{2,8}?)(?<![为是于在不到成])(?P<predicate>(?:不是)?“[^“”]{1,10}”)")
"""A thing and the name of its state, without a verb: "合同“已签署”"."""
_WORD = re.compile(r"[a-z0-9]+(?:[-'][a-z0-9]+)*", re.I)
_CJK = re.compile(r"[\u3400-\u9fff]")
_NEGATION = re.compile(
    r"\b(not|no|nobody|never|without|isn't|hasn't|doesn't|aren't|cannot|can't|neither|nor|un(?=[a-z]{4})\w+)\b|[未不没无非]", re.I
)
_EMPTY_WORDS = frozenset(
    [
        "the",
        "a",
        "an",
        "its",
        "his",
        "her",
        "their",
        "it",
        "he",
        "she",
        "they",
        "this",
        "that",
        "these",
        "those",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "has",
        "have",
        "had",
        "do",
        "does",
        "did",
        "not",
        "no",
        "never",
        "who",
        "which",
        "that's",
        "of",
        "to",
        "in",
        "on",
        "at",
        "for",
        "with",
        "by",
        "and",
        "or",
        "user",
        "users",
        "yet",
        "already",
        "any",
        "nobody",
        "somebody",
        "anybody",
        "else",
    ]
)
_EMPTY_ZH = re.compile(r"[已经的了未不没有无非被是为在其该此且并]")


@dataclass(frozen=True, slots=True)
class Proposition:
    """What a condition says, without its negation: two conditions on the same proposition are the same or each "
    "other's opposite."""

    words: frozenset[str]
    negative: bool

    def same_topic(self, other: Proposition) -> bool:
        return bool(self.words) and bool(other.words) and (self.words <= other.words or other.words <= self.words)


def proposition(text: str) -> Proposition:
    """The content words (English stems, Chinese pairs of characters) of `text`, and whether it is negated."""
    negations = len(_NEGATION.findall(text))
    lowered = text.lower()
    words = {_stem(word) for word in _WORD.findall(lowered) if word not in _EMPTY_WORDS}
    hanzi = "".join(_CJK.findall(_EMPTY_ZH.sub("", lowered)))
    words |= {hanzi[i : i + 2] for i in range(len(hanzi) - 1)}
    return Proposition(frozenset(words), negations % 2 == 1)


def _stem(word: str) -> str:
    if word.startswith("un") and len(word) > 6:
        word = word[2:]
    for ending in ("ation", "ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def clause(text: str, language: Language) -> str:
    """A condition without the conjunction that opens it."""
    text = text.strip(" ,;.，；。、")
    if language == "zh":
        return _TAIL_ZH.sub("", _LEAD_ZH.sub("", text)).strip(" ，、")
    return _LEAD.sub("", text)


def named(text: str, language: Language) -> tuple[str, str]:
    """A clause as a name and a value for test data: "the customer is a member" → ("customer", "is a member")."""
    if re.match(r"(?:upon\s+)?(?:the\s+)?(?:receipt|completion|arrival|reception|expiry|start|end) of\b", text, re.I):
        return "condition", text
    pattern = _PREDICATE if language == "en" else _PREDICATE_ZH
    if match := pattern.match(text) if language == "en" else _BY_NAME_ZH.fullmatch(text) or pattern.match(text):
        subject, predicate = bare(match["subject"]), match["predicate"].strip()
        if (
            subject
            and predicate
            and subject.count("“") == subject.count("”")
            and len(subject.split()) <= 8
            and not re.match(r"(?:no|neither|nobody|nothing)\b|(?:存在|没有|有)$", subject, re.I)
        ):
            return subject, re.sub(r"^为\s?(?=\d)", "", predicate)
    return ("condition" if language == "en" else "前提条件"), text


def condition_factor(atom: Atom, *, refuses: bool, language: Language, at: int) -> Factor:
    """The two levels of a condition. It is good where the clause is true if `holds`, where it is false otherwise ("unless …").

    An event (`trigger`) that leads to a refusal (`refuses`) is bad: there the text tells what happens, not what is accepted.
    """
    value = atom.value
    assert isinstance(value, Condition)
    true_text, false_text = clause(value.text, language), clause(value.negated, language)
    why = {"en": ("the condition holds", "the condition does not hold"), "zh": ("条件成立", "条件不成立")}[language]
    name = named(true_text, language)[0]

    def level(text: str, true: bool) -> Level:
        own_name, told = named(text, language)
        return Level(
            good=(true == value.holds) != (value.trigger and refuses),
            technique=Technique.DECISION_TABLE,
            inputs={name: Input(told if own_name == name else text, "", "text" if true else "example")},
            preconditions=(sentence(text, language),),
            reason=why[0] if true else why[1],
            weight=0.92 if true else 0.9,
        )

    both = false_text and false_text != true_text and not value.trigger  # without the event there is nothing to see
    levels = (level(true_text, True), level(false_text, False)) if both else (level(true_text, True),)
    return Factor(AtomKind.CONDITION, name, levels, (atom.id,), at)
