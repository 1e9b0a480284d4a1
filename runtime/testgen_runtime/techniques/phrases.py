"""The few sentences that test points carry as preconditions, in both languages."""

from __future__ import annotations

import re

from testgen_runtime.documents.model import Language

_ARTICLE = re.compile(r"^(the|a|an|its|his|her|their|each|every|any|this|that|all)\s+", re.I)


def bare(subject: str) -> str:
    """A subject without its article: "The order" → "order"."""
    return _ARTICLE.sub("", subject.strip()).strip(" ,.;，。；、")


def sentence(text: str, language: Language) -> str:
    """`text` with a capital and a full stop."""
    text = text.strip(" ,;，；、")
    if not text:
        return ""
    if language == "zh":
        return text if text[-1] in "。！？.!?" else text + "。"
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?" else text + "."


def in_state(subject: str, state: str, language: Language) -> str:
    """The precondition that names a state."""
    if language == "zh":
        return f"{subject or '对象'}处于“{state}”状态。"
    return f"The {bare(subject) or 'object'} is in the state {state}."


def in_role(role: str, language: Language) -> str:
    """The precondition that names who is signed in."""
    if language == "zh":
        return f"已用“{role}”角色的账户登录。"
    if " of " in role:  # "owner of a document" is no role with a name
        owned = re.sub(r" of (?:an?|any|each|every) ", " of the ", role)
        return f"You are signed in as the {owned}."
    return f"You are signed in as a user with the role {role}."
