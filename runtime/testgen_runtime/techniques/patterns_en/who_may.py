"""Who may, and in a sentence of its own who may not: "Closing an account is reserved to users with the role Owner or Operator.
Requests of a Reader shall be answered with status 403", "A write-off must be approved by a director or a treasurer. Clerks and
interns do not have permission to approve write-offs", "Dentists and hygienists may modify a plan; trainees shall be refused", "A
roster may be viewed by drivers and loaders, but not by interns". Each role is tried (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.english import infinitive, uncapitalised
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.by_roles import roles
from testgen_runtime.techniques.patterns_en.telling import JOINTS, REFUSED, Operation, point, statement
from testgen_runtime.techniques.phrases import bare, in_role, sentence
from testgen_runtime.techniques.view import View

_RESERVED: Final = re.compile(
    r"(?P<act>[A-Z][a-z]+ing\s[^.;,]{2,60}?)\s(?:is|are|shall\sbe|must\sbe)\s(?:(?:only\s)?(?:reserved|restricted|limited|"
    r"open|available|permitted|allowed)\s(?:to|for)|(?:allowed|permitted|possible)\sonly\s(?:to|for))\s(?:only\s)?"
    r"(?P<named>(?:users|people|persons|employees|accounts|members)\s(?:with|in|of|who\shave)\s(?:the|one\sof\sthe)\sroles?\s)?"
    r"(?P<may>[^.;]{3,80})\.\s(?P<others>[^.;]+)\.?"
)
_BY: Final = re.compile(
    r"(?P<thing>(?:The|An?|Each|Every)\s[a-z][a-z -]{1,50}?|[A-Z][a-z]+(?:\s[a-z-]+){0,2}(?<=s))\s"
    r"(?:must|shall|may|can|has\sto|have\sto)\s(?:only\s)?be\s(?:only\s)?(?P<done>[a-z]+)\s(?:only\s)?by\s(?P<may>[^.;]{3,80})\.\s(?P<others>[^.;]+)\.?"
)
_NOBODY_BUT: Final = re.compile(
    r"(?:Nobody|No\sone|No\sother\srole)\s(?:but|except|other\sthan|apart\sfrom)\s(?P<may>[^.;]{3,80}?)\s"
    r"(?:may|can|(?:is|are)\s(?:entitled|allowed|permitted|authori[sz]ed|able)\sto)\s(?P<act>[^.;]{3,80})\.\s(?P<others>[^.;]+)\.?"
)
_MAY: Final = r"(?:may|can|(?:is|are|shall\sbe)\s(?:allowed|permitted|entitled|authori[sz]ed|able)\sto)"
_MAY_NOT: Final = (
    r"(?:(?:may|must|shall|can|should)\s(?:not|never)|cannot|"
    r"(?:is|are|shall)\snot\s(?:be\s)?(?:allowed|permitted|entitled|authori[sz]ed)\sto)"
)
_ACT: Final = r"(?P<act>(?!not\b|never\b|be\b|only\b|have\b)[a-z]+\s[^.;,]{2,60}?)"
_PARTED: Final = r"(?:[.;]\s(?:but\s|while\s|whereas\s)?|,?\s(?:but|while|whereas)\s)"
_PEOPLE_MAY: Final = re.compile(rf"(?!Only\s)(?P<may>[A-Z][^.;]{{2,80}}?)\s{_MAY}\s{_ACT}{_PARTED}(?P<others>[^.;]+)\.?")
_PEOPLE_MAY_NOT: Final = re.compile(
    rf"(?P<not>[A-Z][^.;]{{2,80}}?)\s{_MAY_NOT}\s{_ACT}{_PARTED}(?P<may>[^.;]{{3,80}}?)\s{_MAY}(?:\sdo\s(?:so|it|this|that))?\.?"
)
_BUT_NOT_BY: Final = re.compile(
    r"(?P<thing>(?:[A-Za-z-]+\s){0,6}?[a-z-]+)\s(?:may|can|shall|must)\s(?:only\s)?be\s(?P<done>[a-z]+)\s(?:only\s)?by\s(?P<may>[^.;]{3,80}?),?\s"
    r"(?:(?:but|and|though)\s)?(?:not|never)\sby\s(?P<not>[^.;,]{3,60})(?:[.;]\s(?P<others>[^.;]+))?\.?"
)
_BUT_NOT: Final = re.compile(
    rf"(?P<may>[A-Z][^.;]{{2,80}}?),?\s(?:but|though|and)\snot\s(?P<not>[^.;,]{{3,60}}?),?\s{_MAY}\s{_ACT}(?:[.;]\s(?P<others>[^.;]+))?\.?"
)
_TURNED_AWAY: Final = re.compile(
    r"(?P<not>[^.;]{3,80}?)\s(?:(?:shall|must|will)\sbe|are|is)\s(?:refused|denied|rejected|declined|blocked|turned\saway|turned\sdown|sent\saway)"
    r"(?:\s(?:this|that|it|access|permission|(?:this|that|the)\s(?:right|permission|action|request|operation)))?",
    re.I,
)
_BY_TRADE: Final = re.compile(
    r"(?:(?:[a-z]+(?:er|or|ist|ian|ant|ee|yst|eer|man|woman|men|women))|nurse|chef|cook|intern|clerk|guest|apprentice|pilot|guard|judge|coach|"
    r"host|aide|porter|registrar|bursar|vicar|paralegal|attorney|counsel|bailiff|vet|medic|paramedic|mechanic|cleric|chief|head|lead|"
    r"owner|agent|resident|parent|president|superintendent|delegate|associate|advocate|candidate|novice|midwife|hostess|concierge|dean|rookie|"
    r"referee|beadle|hand|mate|captain|principal|pupil|student|warden|steward|scribe|secretary|deputy|trustee|marshal|therapist)s?$|ies$",
    re.I,
)
_NO_TRADE: Final = re.compile(
    r"(?:order|number|letter|paper|computer|server|printer|folder|voucher|transfer|offer|trailer|sensor|door|error|factor|container|locker|"
    r"plant|variant|restaurant|filter|marker|poster|charger|counter|register|header|footer|parameter|meter|water|power|motor|reactor|"
    r"scooter|helicopter|(?<!con)tractor|elevator|generator|monitor|indicator|color|colour|floor|fee|coffee|committee|instrument|document)s?$",
    re.I,
)
"""Things that end like trades."""
_SENT_BY: Final = re.compile(
    r"(?:[A-Za-z]+\s){1,4}(?:by|from|of)\s(?P<not>[^.;]{3,80}?)(?:\sto\s[a-z]+\s[^.;,]{1,40}?)?\s"
    r"(?:shall|must|will|are|is)\s(?P<result>[^.;]+)",
    re.I,
)
_WHO_TRY: Final = re.compile(
    r"(?P<not>[^.;]{3,80}?)\s(?:who|that)\s(?:attempt|try|tries|attempts|ask|asks|want|wants|request|requests)(?:\s[^.;,]{1,40}?)?\s"
    r"(?P<result>(?:shall|must|will|are|is|receive|get)s?\s[^.;]+)",
    re.I,
)
"""Whoever tries is a person, so that what stands before it are roles."""
_LACK: Final = re.compile(
    r"(?P<not>[^.;]{3,80}?)\s(?:(?:do|does)\snot\shave\s(?:the\s)?(?:permission|right|authority)|"
    r"(?:have|has)\sno\s(?:permission|right|authority)|lacks?\s(?:the\s|this\s)?(?:permission|right|authority)|"
    r"(?:are|is)\snot\s(?:allowed|permitted|entitled|authori[sz]ed)|"
    r"(?:may|must|shall|can)\s(?:not|never)(?:\sbe\sable\sto)?|cannot)(?:\s(?P<verb>[^.;]+))?",
    re.I,
)
_MESSAGE: Final = re.compile(r"with\s(?:the\s|an?\s)?(?:error\s)?(?:message|hint|notice|text)\s[“\"'][^”\"'.;]{1,60}[”\"']", re.I)
_PERSON: Final = re.compile(
    r"(?!(?:only|all|any|other|others|no|none|nobody|everyone|users|it|they|them)\b)[a-z][a-z-]+(?:\s[a-z-]+)?(?:\s(?:of\s)?[a-z-]+)?"
)
_STATUS: Final = re.compile(
    r"\b(?:answered|rejected|refused|met)\swith\s[^.;]{0,30}?\b(?:status|code|error|HTTP)\b[^.;]{0,20}?\b4\d\d\b", re.I
)


@dataclass(frozen=True, slots=True)
class _Told:
    """Who may and who may not do what. `do`: what is done, "" where the operation words it; `others`: where a refusal is told."""

    done: Operation
    do: str
    may: tuple[str, ...]
    denied: tuple[str, ...]
    others: str

    @property
    def whole(self) -> bool:
        """Whether somebody may and somebody else may not."""
        return bool(self.may and self.denied) and not set(self.may) & set(self.denied)


def points(view: View) -> Iterator[TestPoint]:
    """A permission for each role that may, a refusal for each that is named as one that may not."""
    text = statement(view)
    told = next((one for one in (_apart(text), _in_one(text)) if one is not None and one.whole), None)
    if told is None:
        return
    for role in (*told.may, *told.denied):
        ok = role in told.may
        yield point(
            view,
            technique=Technique.PERMISSION_MATRIX,
            ok=ok,
            inputs={"role": Input(role)},
            preconditions=(in_role(role, "en"),),
            do=sentence(told.do, "en") if told.do else told.done.do(),
            see=_seen(told.others, told.done, ok=ok),
            reason=f"the role {'has' if ok else 'lacks'} the right",
            weight=0.9 if ok else 0.92,
            title=f"role {role}",
            whole=True,
        )


def _apart(text: str) -> _Told | None:
    """Who may, and in a sentence of its own who may not."""
    if found := _RESERVED.fullmatch(text):
        first, _, rest = found["act"].partition(" ")
        verb = infinitive(first.lower().removesuffix("ing") + "ed")
        do = f"{verb} {rest}"
        done = Operation(do, "") if verb else None
    elif found := _NOBODY_BUT.fullmatch(text):
        verb, do = found["act"].split()[0], found["act"]
        done = Operation(do, "")
    elif found := _BY.fullmatch(text):
        verb, do = infinitive(found["done"]), ""
        done = Operation(verb, uncapitalised(bare(found["thing"]))) if verb else None
    else:
        return None
    named = bool(found.groupdict().get("named"))
    may = _named(found["may"]) if named else _plain(found["may"])
    denied = _denied(found["others"], verb or "", named=named)
    return _Told(done, do, may, denied, found["others"]) if done else None


def _in_one(text: str) -> _Told | None:
    """Who may and who may not as the subjects of two clauses, or in one list: "drivers, but not interns"."""
    if found := _BUT_NOT_BY.fullmatch(text) or _BUT_NOT.fullmatch(text):
        denied = _plain(found["not"])
        others = found["others"] or ""
        again = (_denied(others, "", named=False) or _denied_again(others)) if others else denied
        if not again or not denied:
            return None
        denied = tuple(dict.fromkeys((*denied, *again)))
        if found.re is _BUT_NOT:
            return _by_trade(_Told(Operation(found["act"], ""), found["act"], _plain(found["may"]), denied, others))
        verb = "see" if found["done"].lower() == "seen" else infinitive(found["done"])
        if verb is None or not all(_several(words) for words in (found["may"], found["not"])):
            return None
        return _Told(Operation(verb, uncapitalised(bare(found["thing"]))), "", _plain(found["may"]), denied, others)
    text = re.sub(r"^Neither\s(\w)([^.;]+?)\snor\s([^.;]+?)\s(may|can)\s", _both_not, text)
    if found := _PEOPLE_MAY_NOT.fullmatch(text):
        done = Operation(found["act"], "")
        return _by_trade(_Told(done, found["act"], _plain(found["may"]), _plain(found["not"]), ""))
    if found := _PEOPLE_MAY.fullmatch(text):
        denied = _denied_again(found["others"]) or _denied(found["others"], found["act"].split()[0], named=False)
        return _by_trade(_Told(Operation(found["act"], ""), found["act"], _plain(found["may"]), denied, found["others"]))
    return None


def _both_not(found: re.Match[str]) -> str:
    """ "Neither trainees nor guests may" as "Trainees and guests may not"."""
    return f"{found[1].upper()}{found[2]} and {found[3]} {found[4]} not "


def _denied_again(others: str) -> tuple[str, ...]:
    """Whom "receptionists and trainees shall be refused" turns away."""
    found = _TURNED_AWAY.fullmatch(others)
    return _plain(found["not"]) if found else ()


def _by_trade(told: _Told) -> _Told | None:
    """What is told, where everybody is named by a trade or a role: "oversized requests shall be rejected" names nobody."""
    people = (*told.may, *told.denied)
    if any(re.match(r"(?:all|any|every|some|no)?\s?other\b|both\b|neither\b", who, re.I) for who in people):
        return None  # who else there is, the general reading tells
    return told if all(by_trade(who) for who in people) else None


def by_trade(who: str) -> bool:
    """Whether somebody is named by a trade or a role: a "planner" and a "guest" are people, a "folder" is none."""
    return bool(roles(who) or (_BY_TRADE.search(who) and not _NO_TRADE.search(who)))


def is_thing(who: str) -> bool:
    """Whether a noun only ends like a trade: a "folder", a "printer"."""
    return _NO_TRADE.search(who) is not None


def _several(words: str) -> bool:
    """Whether each of a list is a plural or has an article, as people have: "by card, but not by cash" names none."""
    pieces = re.split(r",\s(?:and\s|or\s)?|\s(?:and|or)\s", words)
    return all(
        re.match(r"(?:by\s)?(?:an?|the|its|their)\s", p, re.I) or p.rstrip().endswith(("s", "men", "people")) for p in pieces
    )


def _denied(others: str, verb: str, *, named: bool) -> tuple[str, ...]:
    """The roles that the second sentence turns away; () where it says something else."""
    if lack := _LACK.fullmatch(others):
        if lack["verb"] and verb and verb not in lack["verb"].lower() and "do so" not in lack["verb"]:
            return ()
        return _plain(lack["not"]) if lack["verb"] else roles(uncapitalised(lack["not"]))
    sent = _SENT_BY.fullmatch(others) or _WHO_TRY.fullmatch(others)
    if sent is None or not (_STATUS.search(sent["result"]) or REFUSED.search(sent["result"])):
        return ()
    return _named(sent["not"]) if named else _plain(sent["not"])


def _plain(words: str) -> tuple[str, ...]:
    """Roles in small letters, also at the start of a sentence. Whoever does what the text speaks of is one, known or not."""
    return roles(uncapitalised(words)) or _people(uncapitalised(words))


def _people(words: str) -> tuple[str, ...]:
    pieces = [
        re.sub(r"^(?:by\s|of\s)?(?:an?\s|the\s)?|\s(?:only|alone|exclusively)$", "", piece.strip(), flags=re.I)
        for piece in JOINTS.split(words)
        if piece.strip()
    ]
    if any(not _PERSON.fullmatch(piece) for piece in pieces):
        return ()
    return tuple(dict.fromkeys(singular(piece) for piece in pieces))


def _named(words: str) -> tuple[str, ...]:
    """Roles written as names ("Owner or Billing Manager"); () where one is none."""
    pieces = [re.sub(r"^(?:an?|the)\s", "", p.strip()) for p in JOINTS.split(words)]
    if any(not re.fullmatch(r"[A-Z][\w-]*(?:\s[A-Z][\w-]*){0,2}", p) for p in pieces):
        return ()
    return tuple(dict.fromkeys(singular(p) for p in pieces))


def _seen(others: str, done: Operation, *, ok: bool) -> str:
    if ok:
        return done.done(ok)
    if status := _STATUS.search(others):
        return sentence(f"the request is {status[0]}", "en")
    if message := _MESSAGE.search(others):
        return sentence(f"the request is rejected {message[0]}", "en")
    return done.done(ok)
