"""The few words that exports say themselves, in both languages, and how they are read back."""

from __future__ import annotations

from typing import Final, Literal, cast

_ZH: Final = {
    "high": "高",
    "medium": "中",
    "low": "低",
    "draft": "草稿",
    "confirmed": "已确认",
    "rejected": "已驳回",
    "positive": "正向",
    "negative": "反向",
    "functional": "功能",
    "boundary": "边界",
    "state": "状态",
    "permission": "权限",
    "model": "模型",
    "rules": "规则",
}
_READ: Final = {zh: en for en, zh in _ZH.items()}
_PRIORITIES: Final = {
    "critical": "high",
    "highest": "high",
    "blocker": "high",
    "major": "high",
    "p0": "high",
    "p1": "high",
    "紧急": "high",
    "normal": "medium",
    "middle": "medium",
    "p2": "medium",
    "lowest": "low",
    "minor": "low",
    "trivial": "low",
    "p3": "low",
    "p4": "low",
}


def word(value: str, language: str) -> str:
    """A value of a fixed set (status, priority, polarity, type) in a language."""
    return _ZH.get(value, value) if language == "zh" else value


def read_word(text: str) -> str:
    """The value that a word of either language names, or the word itself in small letters."""
    text = text.strip()
    return _READ.get(text, text.lower())


def read_priority(text: str) -> Literal["high", "medium", "low"] | None:
    """high, medium or low; None where the text names none of them ("2 - Medium" and "P2" do)."""
    found = read_word(text)
    if " - " in found:
        found = found.partition(" - ")[2].strip()
    found = _PRIORITIES.get(found, found)
    return cast(Literal["high", "medium", "low"], found) if found in ("high", "medium", "low") else None
