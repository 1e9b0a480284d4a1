"""Which actions and outcomes a test point tells: those that the case which rules write for it restates in substance."""

from __future__ import annotations

import re

from testgen_runtime.cases.model import Case
from testgen_runtime.documents.atoms.actors_zh import operations
from testgen_runtime.documents.atoms.words_zh import REFUSE
from testgen_runtime.documents.model import Action, Atom, Document, Enumeration, Format, Limit, Outcome, Requirement
from testgen_runtime.documents.vocabulary import words
from testgen_runtime.generation import rules
from testgen_runtime.generation.model import Options
from testgen_runtime.generation.rules_zh_words import PERMITS
from testgen_runtime.generation.similarity import substance
from testgen_runtime.techniques.design import Design, derive
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.transitions import Transition
from testgen_runtime.techniques.view import negative, overlap
from testgen_runtime.techniques.vocabulary import Vocabulary

_ENOUGH = 0.55
"""The part of a clause's content words that a case must have to tell it."""
_WORD = re.compile(r"[a-z]{3,}", re.I)
_HANZI = re.compile(r"[\u3400-\u9fff]+")
_JOINED = re.compile(
    r"[;；]|，(?=[并且同]|系统)|,?\s+and\s+(?=(?:the|an?)\s+[\w -]{2,40}?\s(?:shall|must|will|is|are|be)\b)", re.I
)
_NO_CONTENT = words(
    "the and shall must may can cannot will should that this these those with from into for its their his her are was were has "
    "have had been being not any all each every other only least most more than less between after before until within when else "
    "otherwise while whenever unless system application service user users who them they such also then one two once same whose "
    "which time contain include hold support except longer shorter larger smaller higher lower further outside range limit "
    "limits image"
)
_VALUE = re.compile(r"\b(?:after|for|within|every)?\s*\d[\d,.]*\s*(?:[a-z%]+)?", re.I)
_RELATIVE = re.compile(r"\b(?:whose|who|that)\s.+$", re.I)
_WHOSE_ZH = re.compile(r"的[\u4e00-\u9fff]{1,6}$")
_RELATIVE_ZH = re.compile(r"[^，；。]*的(?=[^的，；。]{1,8}(?:应|才|可以|不得|必须|将))")
_ONE_WORD = re.compile(
    r"\b(?:reject|refus|den(?=y|ie)|declin)\w*|\bnot (?:be )?(?:accepted|granted|permitted|allowed|approved)\b", re.I
)
_REFUSAL_ZH = re.compile(
    r".*?(?:拒绝|驳回|应?予以?退回|应?被退回|不予|不得|不能|不可以?|不允许|不应|不再|不准|不接受|不支持|禁止|严禁|无权|没有权限|无法|无效|失败|不通过|拦截|阻止)(?:允许|许可)?(?:用户|其|该用户)?(?:继续|再次?)?"
)
_ANY_ACT_ZH = re.compile(r"^(?:受理|处理|办理|进行|执行|接受|通过|操作|请求|申请|保存|提交)|(?:请求|申请|操作)$")
_NO_CONTENT_ZH = re.compile(
    r"直接|的?(?:金额|重量|数量|时长)?不受[^，。；]{0,8}限制?|(?:无需|无须|不需要?|不必)[^，。；]*|任何人都|申请|请求|(?:保存|保留|留存)(?:时间|期限|时长)|自(?=[\u4e00-\u9fff]{2})|之[日时]起?|才能|再(?=[\u4e00-\u9fff]{2})|提前|提出|必须|不得|不能|不可|不应|可以|应当|应该|允许|系统|用户|其他|其它|任何|只有|支持|至少|最多|不少于|不超过|超过|以上|以下|以内|及以|"
    r"大于|小于|发起|再次|[二两三四五六七八九十\d]+\s?[种个类项级档]|分为|包括|取值|在?\s*\d+\s*[个]?(?:小时|分钟|秒|天|日|次|周|个?月|年)内?|该[手机号用户账户]{0,3}|等于|低于|高于|少于|多于|自动|所有|每[次个条]|[应须可能不为是的被在且或和与及并向对由将会内后前时则]"
)


def design(requirement: Requirement, document: Document, options: Options, vocabulary: Vocabulary) -> Design:
    """The points to write, each credited only with the actions and outcomes that its case tells."""
    written: dict[str, str] = {}

    def tells(point: TestPoint, atom: Atom) -> bool:
        if _only_says_what_is_right(requirement, point, atom):
            return True
        if point.id not in written:
            case = rules.write(requirement, point, document_id="", document=document)
            written[point.id] = words_of(case)
        return restated(written[point.id], requirement, atom)

    def acts(one: Transition, point: TestPoint) -> str:
        return rules.words(one.requirement, point).action

    return derive(requirement, document.text, options, vocabulary, tells, acts)


_DOES_MORE = re.compile(r"\band (?:be |shall |must )?[a-z]+ (?:after|within|before|the|an?|to|with)\b", re.I)
_DESCRIBES = re.compile(r"(?:be|have|contain|consist|comprise|include|last|weigh|lie|fall|range)\b", re.I)


def _only_says_what_is_right(requirement: Requirement, point: TestPoint, atom: Atom) -> bool:
    """Whether an English demand says only which values are right ("shall be an integer from 0 to 9"), and one is tried."""
    if (
        requirement.language != "en"
        or not isinstance(atom.value, Action)
        or not _DESCRIBES.match(atom.value.text)
        or _DOES_MORE.search(atom.value.text)
    ):
        return False
    inside = [a for a in requirement.atoms if isinstance(a.value, Limit | Enumeration | Format) and overlap(a, atom)]
    left = [w for w in _WORD.findall(_own_words(requirement, atom)) if w.lower() not in _NO_CONTENT]
    subject = [w for w in _WORD.findall(atom.value.subject) if w.lower() not in _NO_CONTENT]
    return bool(inside) and any(a.id in point.atom_ids for a in inside) and len(left) - len(subject) <= 2


def words_of(case: Case) -> str:
    """All that a case says and does."""
    return " ".join([*case.preconditions, substance(case)])


def restated(told: str, requirement: Requirement, atom: Atom) -> bool:
    """Whether `told` has what an action or outcome states, clause by clause; limits and lists, atoms of their own, aside."""
    clauses = _JOINED.split(_own_words(requirement, atom))
    if requirement.language == "zh":
        if negative(atom):
            whose = [clause for clause in clauses[:-1] if _WHOSE_ZH.search(clause)]  # "超重的包裹，系统应拒绝收寄"
            return all(_refused(told, clause) for clause in clauses if clause not in whose)
        if isinstance(atom.value, Action) and len(acts := operations(atom.value.text)) > 1:
            return any(_share(told, act) >= _ENOUGH for act in acts)
        clauses = [_permitted(clause.strip(" ，。；")) for clause in clauses]
    return all(_share(told, clause) >= _ENOUGH for clause in clauses)


def _permitted(clause: str) -> str:
    """What a clause permits, without who may; the clause itself where it permits nothing."""
    found = PERMITS.match(clause)
    return operations(found["what"])[0] if found else clause


def _refused(told: str, clause: str) -> bool:
    """Whether a Chinese refusal is told: what is turned away may be named otherwise ("超重包裹不予揽收" → "系统不予揽收")."""
    found = _REFUSAL_ZH.search(clause)
    if found is None:
        return _share(told, clause) >= _ENOUGH
    act = _ANY_ACT_ZH.sub(" ", clause[found.end() :])
    return ((REFUSE.search(told) is not None or "被退回" in told) and _share(told, act) >= _ENOUGH) or _share(
        told, clause
    ) >= _ENOUGH


def _own_words(requirement: Requirement, atom: Atom) -> str:
    """The words of the atom without the limits, lists, states and conditions inside it."""
    start, end = atom.span.start, atom.span.end
    letters = list(requirement.text[start - requirement.span.start : end - requirement.span.start])
    for other in requirement.atoms:
        if isinstance(other.value, Action | Outcome) or _is_the_line(atom, other):
            continue
        for i in range(max(start, other.span.start), min(end, other.span.end)):
            letters[i - start] = " "
    return "".join(letters)


def _is_the_line(atom: Atom, other: Atom) -> bool:
    """Whether a list in brackets is all that a line of a longer list says: "Event Type (DEBUG, INFO, ERROR)"."""
    return (
        isinstance(other.value, Enumeration)
        and isinstance(atom.value, Action)
        and not atom.value.subject
        and (other.span == atom.span and other.text.rstrip().endswith(")"))
    )


def _share(told: str, clause: str) -> float:
    """The part of the content words of `clause` that `told` has, 0..1; 1 where it has none."""
    lowered = _ONE_WORD.sub(lambda m: f"refused {m[0]}", told.lower())  # its own words too: "be accepted" is what is not
    clause = _ONE_WORD.sub("refused", _VALUE.sub(" ", _RELATIVE_ZH.sub("", _RELATIVE.sub("", clause))))
    stems = {w.lower()[:4] for w in _WORD.findall(clause) if w.lower() not in _NO_CONTENT}
    hanzi = [run for part in _HANZI.findall(clause) for run in _NO_CONTENT_ZH.split(part)]
    pairs = {run[i : i + 2] for run in hanzi for i in range(len(run) - 1)}
    parts = stems | pairs
    return sum(part in lowered for part in parts) / len(parts) if parts else 1.0
