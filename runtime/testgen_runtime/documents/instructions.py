"""Text in a document that speaks to a language model instead of about the product. Pure.

Such a requirement is told as a finding, is worded by rules alone, and is shown to no model as context of another one. Attempts
that are not recognised here (any wording can be found that is not) meet the gates: a model's case may hold no number and no name
that is not in the requirement.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.model import Finding, Requirement

SPEAKS_TO_A_MODEL: Final = "speaks_to_a_model"

# Marks by which chat templates part a system's words from a user's: ChatML, Llama, Mistral, Gemma, DeepSeek, Phi, and reasoning
# and tool tags. A server may take them for more than text.
_MARKS: Final = re.compile(
    r"<[|｜][^<>\n]{0,60}[|｜]>|</?s>|<</?SYS>>|\[/?(?:INST|SYSTEM_PROMPT|TOOL_CALLS|AVAILABLE_TOOLS)\]|</?(?:start|end)_of_turn>"
    r"|</?(?:system|assistant|think|tool_call|function_call|instructions?)\b[^<>\n]{0,40}>|<(?:bos|eos)>|\[gMASK\]",
    re.IGNORECASE,
)
_TO_A_MODEL: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,40}\b(?:previous|prior|above|earlier|precedi"
        r"ng|all|your|the|these|any)\b"
        r"[^.\n]{0,30}\b(?:instructions?|prompts?|rules|guidelines|directions|messages?|context|training)\b",
        r"\b(?:you are|act as|pretend (?:to be|you are)|roleplay as|from now on|you must now|behave as)\b[^.\n]{0,50}"
        r"\b(?:chatgpt|gpt|dan|ai|assistant|language model|llm|chatbot|bot|jailbroken|unrestricted|developer m"
        r"ode|hacker|pirate)\b",
        r"\b(?:reveal|repeat|print|show|output|leak|translate)\b[^.\n]{0,30}\b(?:system prompt|your (?:prompt|"
        r"instructions|rules)|initial prompt)\b",
        r"\b(?:new|updated|real|actual|additional|important|system|hidden)\s+(?:system\s+)?(?:instructions?|pr"
        r"ompt|directive)s?\s*(?:[:：]|for the (?:ai|model|assistant))",
        r"\b(?:note|message|instructions?|attention)\s+(?:to|for)\s+(?:the\s+)?(?:ai|model|llm|assistant|langu"
        r"age model|test generator)\b",
        r"\b(?:answer|reply|respond|say|write|output)\b[^.\n]{0,20}\b(?:only|just|nothing but|exactly)\b[^.\n]"
        r"{0,10}(?:with|the (?:word|text|string))\b",
        r"\b(?:decode|base64|rot13|reverse)\b[^.\n]{0,50}\b(?:follow|obey|execute|do what|comply)\b",
        r"(?:^|[.!?。]\s)\s*(?:#+\s*|\*\*)?(?:system|assistant|developer)\s*(?:\*\*)?\s*[:：]",
        r"\b(?:end of|stop) (?:the )?(?:requirements?|document|data|user input|json)\b[^\n]{0,40}\b(?:now|inst"
        r"ead|begin|start|then)\b",
        r"\bevery (?:title|step|case|expected)[^.\n]{0,30}\b(?:must (?:contain|be|say|start)|should (?:contain|be|say))\b",
        r"(?:忽略|无视|忘记|忘掉|不要理会|不要遵守|抛开|绕过)[^。\n]{0,14}(?:指令|指示|提示词?|规则|要求|说明|设定|约束|内容)",
        r"(?:你现在是|你是一[个名]|请?扮演|假装(?:你)?是|从现在(?:起|开始)[，,]?你|进入(?:开发者|越狱)模式)",
        r"(?:输出|显示|泄露|重复|告诉我|打印)[^。\n]{0,10}(?:系统提示词?|系统指令|你的(?:指令|提示|设定|规则))",
        r"(?:新的?|真正的|隐藏|系统|附加)(?:系统)?(?:指令|指示|提示词)\s*[:：]",
        r"(?:致|给|告诉)[^。\n]{0,3}(?:AI|人工智能|大?模型|语言模型|助手)[^。\n]{0,3}[:：，,]",
        r"(?:只|仅)(?:回答|回复|输出|写)[^。\n]{0,4}[“\"「'：:]",
        r"(?:用例|每个|所有)[^。\n]{0,6}(?:标题|步骤|预期结果)[^。\n不]{0,8}(?:写|包含|改为|输出)",
        r"(?:标题|步骤|预期结果)(?:一律|全部|都)(?:写|改|输出|包含)",
        r"(?:解码|base64)[^。\n]{0,20}(?:执行|照做|遵循|遵守)",
        r"(?:^|[。.！!？?；;])\s*(?:系统|助手|开发者)\s*[:：]",
    )
)  # fmt: skip
_MULTILINE: Final = tuple(re.compile(one.pattern, one.flags | re.MULTILINE) for one in _TO_A_MODEL)
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]{24,400}={0,2}")
_LOOKALIKES: Final = str.maketrans("аеорсухіѕԁӏΑΕΟІ", "aeopcyxisdlAEOI")
_INERT: Final = re.compile(r"<(?=[|｜/<A-Za-z_])|\[(?=/?(?:INST|SYSTEM_PROMPT|TOOL_CALLS|AVAILABLE_TOOLS|gMASK)\])")


def speaks_to_a_model(text: str) -> bool:
    """Whether somewhere in the text a language model is addressed, or a chat template's mark stands.

    Invisible and look-alike characters are looked through, and words in base64 are decoded.
    """
    plain = _plain(text)
    return _addressed(plain) or any(_addressed(_plain(hidden)) for hidden in _decoded(plain))


_SENTENCE: Final = re.compile(r"[^.!?。！？；;\n]*(?:[.!?。！？；;\n]+|$)")


def told_to_a_model(text: str) -> tuple[tuple[int, int], ...]:
    """Where the sentences stand that speak to a language model; the whole text where none does so alone."""
    if not speaks_to_a_model(text):
        return ()
    found = tuple(m.span() for m in _SENTENCE.finditer(text) if m[0].strip() and speaks_to_a_model(m[0]))
    return found or ((0, len(text)),)


def addressed(requirement: Requirement) -> Iterator[Finding]:
    """A requirement whose text speaks to a language model: none is asked to word it."""
    if speaks_to_a_model(requirement.text):
        yield Finding(
            requirement.id,
            SPEAKS_TO_A_MODEL,
            "This speaks to a language model, or holds a mark of a chat template: such sentences get no case, and the cases of "
            "the others are worded by rules alone. "
            "Take it out if it is not what the product is required to do.",
            requirement.span,
        )


def inert(json_text: str) -> str:
    """The same JSON value, written so that no chat template's mark stands in it: `<|im_end|>` becomes `\\u003c|im_end|>`.

    Every mark begins with `<` or `[`, and inside of a JSON string either may be written as an escape.
    """
    return _INERT.sub(lambda found: f"\\u{ord(found[0]):04x}", json_text)


def _addressed(text: str) -> bool:
    return _MARKS.search(text) is not None or any(pattern.search(text) for pattern in _MULTILINE)


def _plain(text: str) -> str:
    """Compatibility forms made one, invisible characters gone, look-alikes of Latin letters read as those, blanks made single."""
    shown = "".join(one for one in unicodedata.normalize("NFKC", text) if unicodedata.category(one) not in ("Cf", "Mn"))
    return re.sub(r"[^\S\n]+", " ", shown.translate(_LOOKALIKES))


def _decoded(text: str) -> list[str]:
    found = []
    for match in list(_BASE64.finditer(text))[:20]:
        try:
            found.append(base64.b64decode(match[0] + "=" * (-len(match[0]) % 4), validate=True).decode())
        except (binascii.Error, ValueError, UnicodeDecodeError):
            continue
    return found
