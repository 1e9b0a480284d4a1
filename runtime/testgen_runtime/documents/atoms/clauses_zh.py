"""A Chinese sentence -> its rules, each a main clause with its conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from testgen_runtime.documents.atoms import words_zh
from testgen_runtime.documents.atoms.clauses import Part, Subordinate, Unit, cut, unlabelled
from testgen_runtime.documents.atoms.joints import split
from testgen_runtime.documents.atoms.violations_zh import VIOLATED


def units_zh(sentence: Part) -> Iterator[Unit]:
    """The rules of one sentence, in its order."""
    sentence, listed = unlabelled(sentence)
    if topic := words_zh.TOPIC.match(sentence.text):  # "审批权限：收费员可审批 200 元以下的退款"
        sentence = cut(sentence, topic.end(), len(sentence.text))
    segments: list[Part] = []
    at = 0
    for match in re.finditer(r"[，,](?!\d{3})", sentence.text):
        segments.append(cut(sentence, at, match.start()))
        at = match.end()
    segments.append(cut(sentence, at, len(sentence.text)))
    group: list[Part] = []
    seen_rule = conditional = False
    for segment in (s for s in segments if s.text):
        condition = words_zh.is_condition(segment.text)
        rule = not condition and words_zh.RULE.search(segment.text) is not None
        conditional = words_zh.is_condition(group[0].text) if group else False  # the condition reaches to the sentence's end
        turns = (words_zh.TURNS.search(segment.text) or words_zh.COMPARED.match(segment.text)) is not None
        others = (
            bool(group) and words_zh.OTHERS_REFUSED.match(segment.text) is not None and not words_zh.REFUSE.search(group[0].text)
        )
        told = "".join(part.text for part in group)
        positive = bool(group) and not conditional and not words_zh.REFUSE.search(told)
        banded = positive and any(c.isdigit() for c in told) and words_zh.REFUSES_A_BAND.match(segment.text) is not None
        permits = (
            bool(group) and words_zh.REFUSE.search(told) is not None and words_zh.TURNS_TO_PERMIT.match(segment.text) is not None
        )
        refuses = positive and words_zh.TURNS_TO_REFUSE.match(segment.text) is not None
        others = others or banded or permits or refuses
        turns = turns or others
        # "抬头不能为空，且长度不超过 50 个字": the limit is told by itself
        turns = turns or bool(group and words_zh.BARRED.match(group[-1].text) and words_zh.STATES_LIMIT.search(segment.text))
        # "学生最多借 5 本书，教师最多借 20 本书": each with its own limit
        turns = turns or bool(group and words_zh.OWN_LIMIT.match(segment.text) and words_zh.OWN_LIMIT.match(group[-1].text))
        # "柜员可办理不超过 2 万元的取款，主任可办理任意金额的取款": each role with its own right
        turns = turns or bool(group and words_zh.OF_A_ROLE.match(segment.text) and words_zh.OF_A_ROLE.match(group[-1].text))
        # "5 万至 20 万由主管审批，20 万以上由总经理审批": each band with its own result
        band = bool(group and words_zh.BAND.match(segment.text) and words_zh.BAND.match(group[-1].text))
        own = turns if conditional else words_zh.OWN_RULE.search(segment.text) is not None or turns
        inner = words_zh.INNER_THEN.match(segment.text) or words_zh.INNER.match(segment.text)
        then = not conditional and bool(group) and inner is not None
        violated = VIOLATED.match(segment.text) is not None and (seen_rule or not conditional) and bool(group)
        # "A 且 B，或者 C 的，…": one condition in two segments
        goes_on = condition and bool(group) and words_zh.JOINS.match(segment.text) is not None and not conditional
        if goes_on and not any(words_zh.MODAL.search(part.text) for part in group):
            condition = seen_rule = False
        lifted = bool(group) and segment.text.startswith("除非") and not words_zh.is_condition(group[-1].text)
        if (
            then
            or violated
            or band
            or lifted
            or (others and not conditional)
            or (seen_rule and (condition or (rule and own) or (turns and not conditional)))
        ):
            yield _unit_zh(sentence, group, listed)
            group, seen_rule = [], False
        group.append(segment)
        seen_rule = seen_rule or rule or words_zh.STATES_LIMIT.search(segment.text) is not None
        seen_rule = seen_rule or (not condition and words_zh.BY_ROLE.search(segment.text) is not None)
    if group:
        yield _unit_zh(sentence, group, listed)


def _unit_zh(sentence: Part, group: list[Part], listed: bool) -> Unit:
    start, end = group[0].start, group[-1].end
    whole = cut(sentence, start - sentence.start, end - sentence.start)
    otherwise = False
    first = group[0]
    if found := words_zh.OTHERWISE.match(first.text):
        group = [cut(first, found.end(), len(first.text)), *group[1:]]
        otherwise = True
        group = [p for p in group if p.text] or group
    count = _conditional_segments(group)
    conditions: list[Subordinate] = []
    if count:
        begin, stop = group[0].start, group[count - 1].end
        conditions.append(_subordinate_zh(cut(sentence, begin - sentence.start, stop - sentence.start)))
        group = group[count:]
    if not group:
        return Unit(whole, Part(whole.end, whole.end, ""), "zh", tuple(conditions), otherwise, listed)
    main = cut(sentence, group[0].start - sentence.start, end - sentence.start)
    if (
        (not conditions and (found := words_zh.INNER.match(main.text)))
        or (
            not conditions
            and (found := words_zh.INNER_THEN.match(main.text) or words_zh.COMPARED.match(main.text))
            and words_zh.MODAL.search(found["cond"]) is None
        )
        or (not conditions and (found := words_zh.INNER_OF.match(main.text)) and words_zh.MODAL.search(found["cond"]) is None)
    ):
        conditions.append(_subordinate_zh(cut(main, 0, found.end("cond"))))
        main = cut(main, found.end(), len(main.text))
    elif (
        conditions
        and (found := words_zh.INNER.match(main.text) or words_zh.INNER_OF.match(main.text))
        and words_zh.MODAL.search(found["cond"]) is None
    ):
        conditions.append(_subordinate_zh(cut(main, 0, found.end("cond"))))  # "在 A 的情况下，B 时允许 …"
        main = cut(main, found.end(), len(main.text))
    elif not conditions and (joined := _joined_of(main)):
        conditions.append(Subordinate(cut(main, 0, joined.end("clause")), owner=joined["noun"]))
        main = cut(main, joined.end(), len(main.text))
    elif not conditions and (placed := words_zh.PLACED.match(main.text)):
        conditions.append(Subordinate(cut(main, 0, placed.end("clause")), owner=placed["noun"]))
        main = cut(main, placed.end(), len(main.text))
    main = cut(main, words_zh.THEN.match(main.text).end() if words_zh.THEN.match(main.text) else 0, len(main.text))  # type: ignore[union-attr]
    otherwise = otherwise or words_zh.OTHERS.match(main.text) is not None or words_zh.OTHERS_REFUSED.match(main.text) is not None
    if re.match(
        "(?:[方才][可能]|才可以|才允许|方允许)", main.text
    ):  # "完成人脸识别后方可开通": demanded, no event that starts it
        conditions = [replace(c, trigger=False) for c in conditions]
    return Unit(whole, main, "zh", tuple(c for c in conditions if c.part.text), otherwise, listed)


def _joined_of(main: Part) -> re.Match[str] | None:
    found = words_zh.JOINED_OF.match(main.text)
    if found is None or words_zh.MODAL.search(found["clause"]):
        return None
    return found if "（" in found["clause"] or len(split(cut(main, 0, found.end("clause")), "zh")[0]) > 1 else None


def _conditional_segments(group: list[Part]) -> int:
    """How many of the first segments form the condition."""
    if not words_zh.is_condition(group[0].text):
        # "提前超过 30 分钟到达，或者预约未被确认的，…": closed by the second of its segments
        for index, segment in enumerate(group[:4]):
            if words_zh.MODAL.search(segment.text) or (index and not words_zh.JOINS.match(segment.text)):
                return 0
            if index and words_zh.CLOSES.search(segment.text) and index + 1 < len(group):
                return index + 1
        return 0
    for index, segment in enumerate(group[:4]):
        if words_zh.CLOSES.search(segment.text):
            return index + 1 if index + 1 < len(group) or index else 1
    count = 1
    while count < len(group) - 1 and words_zh.JOINS.match(group[count].text):
        count += 1
    return count


def _subordinate_zh(part: Part) -> Subordinate:
    part = cut(part, len(but[0]), len(part.text)) if (but := re.match("但是?(?=[有无未已不])", part.text)) else part
    opened = words_zh.OPENS.match(part.text)
    closed = words_zh.CLOSES.search(part.text)
    headed = None if closed else words_zh.HEADED.match(part.text)
    if opened and opened[0].strip() in ("凡", "凡是", "对于") and not headed:
        headed = words_zh.EVERY.match(part.text)  # "凡列入黑名单的商户"
        closed = None if headed else closed
    marker = opened[0] if opened else ""
    if before := words_zh.BEFORE_AN_ACT.match(part.text):
        return Subordinate(cut(part, before.start("act"), before.end("act")), trigger=True)
    body = cut(
        part,
        opened.end() if opened else 0,
        closed.start()
        if closed and not closed[0].startswith(("之前", "前"))
        else headed.end("clause")
        if headed
        else len(part.text),
    )
    return Subordinate(
        body,
        holds="除非" not in marker and "除了" not in marker,
        only="只有" in marker or "仅" in marker,
        trigger=bool(closed and "后" in closed[0]) or marker.startswith("一旦"),
        owner=headed["noun"] if headed else "",
    )
