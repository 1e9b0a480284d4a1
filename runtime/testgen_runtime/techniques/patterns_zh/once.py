"""What is over once something has happened: "案件一经结题，不得再上传材料". Before it, it is accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import HAN, NOT, ROLE, act_on, point, statement
from testgen_runtime.techniques.view import View

_ONCE: Final = re.compile(
    rf"(?P<noun>{HAN}{{2,8}}?)(?:一经|一旦|只要)(?:被|已)?(?P<event>[\u4e00-\u9fff]{{2,4}}?)(?:后|"
    rf"之后)?，?(?:则|即|便|就|系统|任何人|用户)?(?P<who>{ROLE})??{NOT}(?:被|"
    rf"对其)?(?:进行)?(?P<act>{HAN}{{2,10}})"
)
_EVENT = re.compile(r"(?:发现|违反|查实|查出|超过|达到)")

_UNDOES = re.compile("(?:恢复|还原|找回|退换|退货|退款|退还|撤回|撤销|召回|反悔)")
"""What makes no sense before the event: nobody restores what has not been deleted."""


def points(view: View) -> Iterator[TestPoint]:
    """Refused after the event, accepted before it."""
    found = _ONCE.fullmatch(statement(view))
    if found is None or _EVENT.match(found["event"]):
        return
    noun, event, act = found["noun"], found["event"], re.sub("^(?:自行|擅自|再次|任意)", "", found["act"])
    for done in (True,) if _UNDOES.match(act) else (True, False):
        told = f"{noun}{'已' if done else '未'}{event}"
        yield point(
            view,
            technique=Technique.STATE_TRANSITION,
            ok=not done,
            inputs={f"{noun}状态": Input(f"{'已' if done else '未'}{event}", "", "text" if done else "example")},
            preconditions=(f"{told}。",),
            do=f"以“{found['who']}”身份{act_on(act, noun)}。" if found["who"] else f"{act_on(act, noun)}。",
            see=f"系统不允许{act}。" if done else f"系统允许{act}。",
            reason=f"{event}之后" if done else f"{event}之前",
            weight=0.92 if done else 0.9,
            title=told,
        )
