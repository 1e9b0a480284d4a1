"""Words that cannot be tested, in English and Chinese, each with an example of a wording that can. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from testgen_runtime.documents.model import AtomKind, Finding, Language, Limit, Requirement, Span

VAGUE: Final = "vague_wording"
_MOST_FOR_ONE: Final = 5


@dataclass(frozen=True, slots=True)
class _Kind:
    """One way to be vague. `measured`: a limit of this dimension beside it says what is meant, so nothing is found then."""

    pattern: re.Pattern[str]
    proposal: str
    measured: frozenset[str] = frozenset()


def _en(alternatives: str, proposal: str, *measured: str) -> _Kind:
    return _Kind(re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])", re.I), proposal, frozenset(measured))


def _zh(alternatives: str, proposal: str, *measured: str) -> _Kind:
    return _Kind(re.compile(alternatives), proposal, frozenset(measured))


_ENGLISH: Final = (
    _en(
        r"fast|faster|quick|quickly|rapid|rapidly|swiftly|prompt(?:ly)|timely|in a timely (?:manner|fashion)|asap|"
        r"as (?:soon|quickly|fast) as (?:possible|practicable)|without (?:undue |noticeable )?delay|responsive|"
        r"high[- ]performance",
        "Name the time and from where to where it is measured: “within 2 seconds of the request, 95 % of the time”.",
        "duration",
        "percent",
    ),
    _en(
        r"user[- ]friendly|easy[- ]to[- ]use|easy to (?:learn|understand|read|operate|navigate|maintain)|intuitive(?:ly)?|"
        r"convenient(?:ly)?|easily|self[- ]explanatory",
        "Name a task, who does it and what is reached: “9 of 10 first-time users book within 3 minutes without help”.",
    ),
    _en(
        r"as appropriate|appropriate(?:ly)?|adequate(?:ly)?|suitabl[ey]|sufficient(?:ly)?|reasonabl[ey]|satisfactor(?:y|ily)|"
        r"robust(?:ly)?|seamless(?:ly)?|flexib(?:le|ly)|"
        r"state[- ]of[- ]the[- ]art|modern|attractive|optimal(?:ly)?|efficient(?:ly)?|"
        r"reliabl[ey]|scalable|maintainable|performant|pleasant(?:ly)?|nice(?:ly)?|"
        r"good (?:quality|performance|usability|design|look|experience)|high[- ]quality|well[- ]designed",
        "Say by what it is judged: a value, a list or a rule, for example “shows the name of the missing field”.",
    ),
    _en(
        r"(?:if|when|where|as) (?:necessary|needed|possible|feasible|practical|practicable|applicable)|as far as possible|"
        r"to the extent possible|best effort|normally|generally|typically",
        "Name the condition itself: “if the account is locked”, “when fewer than 5 items are left”.",
    ),
    _en(
        r"etc\.?|and so (?:on|forth)|including,? but not limited to|and the like",
        "List all that belong to it, or name the rule by which they are told.",
    ),
    _en(r"and/or", "Say which is meant: “A or B or both”, “either A or B”, or both of them."),
    _en(
        r"numerous|a (?:large |small |high )?number of|large amounts? of|a lot of|lots of|a few|approximately|roughly",
        "Name the number, or its least and its most: “at least 500 at the same time”, “30 ± 2 seconds”.",
    ),
    _en(
        r"tbd|tbc|to be (?:determined|defined|confirmed|decided)|fixme|\?{2,}",
        "Decide it, or take the requirement out until it is decided.",
    ),
)
_CHINESE: Final = (
    _zh(
        "尽快|尽早|及时地?|快速地?|迅速地?|立刻响应|较快|较短(?:的)?时间|短时间内|高性能|高效地?|流畅",
        "写明时间和起止点，例如“自提交起 2 秒内，95% 的请求满足”。",
        "duration", "percent",
    ),
    _zh(
        "友好(?:的)?|易用|简单易用|易于(?:使用|操作|理解|维护|学习|扩展)|操作(?:简便|方便)|便捷地?|方便(?:用户|地|快捷)|人性化|直观地?|美观",
        "写明由谁完成什么任务、达到什么结果，例如“首次使用者 10 人中 9 人能在 3 分钟内完成预约”。",
    ),
    _zh(
        "适当(?:的|地)?|合适的|合理(?:的|地)|恰当(?:的|地)?|足够的?|充分的?|良好的?|较好的?|较高的?|较低的?|完善的?|灵活的?|稳定可靠|先进的?|"
        "优质的?|(?:性能|质量|体验|效果|可靠性|稳定性|安全性|兼容性|扩展性|可用性)(?:应|要|必须|须)?(?:良好|优良|优秀|较好|高|强|好|稳定)(?![\u4e00-\u9fff])",
        "写明判断的依据：数值、清单或规则，例如“显示所缺字段的名称”。",
    ),
    _zh(
        "必要时|如有必要|如有需要|需要时|视情况|酌情|尽可能|尽量|原则上|一般情况下|通常情况下|正常情况下|可能的话",
        "写明具体的条件，例如“账户被锁定时”“库存少于 5 件时”。",
    ),
    _zh(
        r"(?<=[\u4e00-\u9fffA-Za-z0-9”）)])(?<![平相同中高优初均])等等?"
        r"(?=[，。；,;）)]|$|(?:相关)?(?:信息|功能|操作|内容|方式|情况|数据|字段|资料|因素))",
        "把所含各项全部列出，或写明判断的规则。",
    ),
    _zh("和/或|及/或|与/或|和／或", "写明是哪一种：“甲或乙或两者”“甲、乙二选一”，还是两者都要。"),
    _zh(
        "大量的?|若干|少量的?|大约|大概|许多|很多|多次(?=失败|尝试|输入)",
        "写明数量，或下限和上限，例如“同时至少 500 个”“30±2 秒”。",
    ),
    _zh("待定|待确认|待补充|TBD", "先确定下来；未确定之前不列为需求。"),
)  # fmt: skip
_QUOTED: Final = re.compile(r"“[^”\n]{1,80}”|\"[^\"\n]{1,80}\"|「[^」\n]{1,80}」|《[^》\n]{1,80}》|`[^`\n]{1,80}`")


def vague(requirement: Requirement) -> list[Finding]:
    """The words of one requirement that nobody can test, at most five of them, each with what to write instead."""
    quoted = [found.span() for found in _QUOTED.finditer(requirement.text)]
    dimensions = {atom.value.dimension for atom in requirement.atoms if isinstance(atom.value, Limit)}
    found = []
    for start, end, kind in _hits(requirement.text, requirement.language):
        if kind.measured & dimensions or any(s <= start and end <= e for s, e in quoted):
            continue
        word, at = requirement.text[start:end], requirement.span.start
        message = (
            f"“{word}”：各人理解不同，无法据此判断测试是否通过。"
            if requirement.language == "zh"
            else f"“{word}” means something else to everyone; no test can tell whether it is met."
        )
        found.append(Finding(requirement.id, VAGUE, message, Span(at + start, at + end), kind.proposal))
    return found[:_MOST_FOR_ONE]


def _hits(text: str, language: Language) -> Iterator[tuple[int, int, _Kind]]:
    hits = sorted(
        (
            (match.start(), match.end(), kind)
            for kind in (_CHINESE if language == "zh" else _ENGLISH)
            for match in kind.pattern.finditer(text)
        ),
        key=lambda hit: (hit[0], -hit[1]),
    )
    last = -1
    for start, end, kind in hits:
        if start >= last and not _name(text, start, end):
            yield start, end, kind
            last = end


def _name(text: str, start: int, end: int) -> bool:
    """A capitalised word before or after another is part of a name: "Fast Track"."""
    word = text[start:end]
    return word[0].isupper() and not word.isupper() and re.match(r"\s[A-Z]", text[end : end + 2]) is not None


_FILLING_ZH: Final = re.compile(
    r"(?:本|该)?(?:系统|平台|软件|产品|应用|网站|服务|模块|程序|客户端)|应当?|应该|必须|须|需要?|要|具有|具备|提供|保证|确保|保持|做到|达到|支持|满足|拥有|"
    r"能够?|可以?|用户|人员|使用者|客户|整体|界面|页面|性能|体验|可靠性?|稳定性?|可用性|安全性|可?维护性?|可?扩展性?|兼容性?|易用性?|响应|请求|操作|"
    r"使用|设计|风格|速度|质量|能力|效果|交互|外观|布局|处理|运行|工作|功能|需求|感受|同时|在线|访问|并发|"
    r"[有的地得和与及且并以也都为是比更最很较非常在对给、，,。；;！!\s]"
)
"""What is left of a vague Chinese demand beside its vague words, and tells nothing that could be seen."""


def without_vague(text: str) -> str:
    """An English result without the words that nobody can see: "is easy to use and shows the name" → "shows the name"."""
    for start, end, _ in reversed(list(_hits(text, "en"))):
        before, after = text[:start], text[end:]
        if (joined := re.match(r",?\sand\s(?=[a-z]+s\b)", after)) and re.search(r"\b(?:is|are)\s$", before):
            text = re.sub(r"(?:is|are)\s$", "", before) + after[joined.end() :]
        elif text[start:end].lower().endswith("ly") and re.match(r"[.,;]|\s(?:in|to|on|by|after)\b|$", after):
            text = before.rstrip() + after
    return text


_FILLING_EN: Final = re.compile(
    r"(?<![\w-])(?:the|an?|all|any|its|their|of|and|or|but|also|very|as|to|for|in|with|shall|should|must|will|be|is|are|have|has|"
    r"provide|offer|look|work|feel|system|application|app|software|product|platform|website|site|solution|tool|service|users?|"
    r"operators?|customers?|(?:graphical )?(?:user )?interface|ui|gui|screens?|pages?|menus?|design|layout|navigation|"
    r"response times?|"
    r"response|performance|behaviou?r|operation|handling|usability|reliability|experience|use|overall)(?![\w-])|[\s,.;:!]",
    re.I,
)


def only_vague(requirement: Requirement) -> bool:
    """Whether a requirement demands nothing but what nobody can test ("should be user-friendly", "界面应友好")."""
    if any(atom.kind in _MEASURABLE for atom in requirement.atoms):
        return False
    hits = list(_hits(requirement.text, requirement.language))
    left = requirement.text
    for start, end, _ in reversed(hits):
        left = left[:start] + " " + left[end:]
    filling = _FILLING_ZH if requirement.language == "zh" else _FILLING_EN
    return bool(hits) and len(filling.sub("", left)) < 2


def no_outcome(requirement: Requirement) -> list[Finding]:
    """A requirement that says what is wanted and not what can be seen of it."""
    if any(atom.kind in _TESTABLE for atom in requirement.atoms) and not only_vague(requirement):
        return []
    zh = requirement.language == "zh"
    return [
        Finding(
            requirement.id,
            NO_OUTCOME,
            "没有写明满足时能观察到什么：提示、数值、状态或限值。" + ("补充之前不生成用例。" if only_vague(requirement) else "")
            if zh
            else "Nothing here says what can be observed when it is met: a message, a value, a state, a limit."
            + (" Until it does, no case is written." if only_vague(requirement) else ""),
            requirement.span,
            "补充可观察的结果，例如“……，并显示‘保存成功’”。"
            if zh
            else "Add what is seen afterwards: “…, and shows the message ‘Saved’”, “…, and its state is ‘paid’”.",
        )
    ]


NO_OUTCOME: Final = "no_observable_outcome"
_TESTABLE: Final = frozenset(
    {AtomKind.OUTCOME, AtomKind.LIMIT, AtomKind.ENUMERATION, AtomKind.FORMAT, AtomKind.STATE, AtomKind.ACTOR}
)
_MEASURABLE: Final = (_TESTABLE - {AtomKind.OUTCOME}) | {AtomKind.CONDITION}
