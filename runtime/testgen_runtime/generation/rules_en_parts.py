"""Parts of English requirement sentences, and how a test's own values take their place."""

from __future__ import annotations

import re

from testgen_runtime.documents.atoms.nouns_en import plural
from testgen_runtime.documents.english import article, definite, is_plural, lower_first, split_modal, third_person, uncapitalised
from testgen_runtime.documents.vocabulary import words
from testgen_runtime.generation.telling import Telling, Told
from testgen_runtime.techniques.numbers import plain
from testgen_runtime.techniques.phrases import bare

HUMAN = re.compile(
    r"\b(?:intern|trainee|tenant|landlord|cashier|pilot|receptionist|librarian|physician|pharmacist|child|parent|bidder|"
    r"voter|lender|trader|broker|"
    r"user|customer|client|administrator|admin|operator|manager|employee|applicant|member|guest|visitor|recipient|courier|editor|"
    r"viewer|auditor|author|reviewer|buyer|seller|driver|patient|doctor|nurse|student|teacher|supervisor|owner|staff|"
    r"clerk|agent|person|"
    r"people|accountant|approver|tenant|tester|engineer|you|anyone|nobody|everyone|participant|player|subscriber|"
    r"traveller|librarian|"
    r"reader|borrower|moderator|requester|passenger|resident|technician|"
    r"renter|hirer|swimmer|climber|rider|skier|cyclist|athlete|[a-z]*keeper|farmer|gardener|hunter|angler|volunteer|researcher|"
    r"scientist|instructor|trainer|pupil|apprentice|treasurer|chairperson|lawyer|electrician|chef|waiter|dentist|surgeon|midwife|"
    r"therapist|paramedic|sailor|skipper|musician|photographer|journalist|exhibitor|pensioner|candidate|contestant|competitor|"
    r"attendee|delegate|(?<!test )(?<!task )(?<!job )runner)s?\b(?!['’]s|\s+(?:app|account|name|interface|device)\b)",
    re.I,
)
SCOPE = re.compile(
    r"^(?:in|for|while|when|within|after|before|upon|if|on|at)\b[^;]*?[\s,](?=(?:the|an?)\s+[\w-]+\s+(?:shall|must|may|"
    r"will|can)\b)",
    re.I,
)
RELATIVE = re.compile(
    r"\s+(?:who|that|which|whose|with|without|except|apart from|of (?:up to|within|at most|at least|more|less|over)|"
    r"(?:larger|longer|more|less|"
    r"other) than|above|below|"
    r"outside|beyond|exceeding|over|under|(?:younger|older|heavier|shorter|smaller) than|(?:in|for|by|of|from) (?:any|an?|"
    r"every|all) (?:other|"
    r"larger|longer|heavier|bigger|smaller|shorter|higher|lower|older|younger|further|later|earlier))\b.*$",
    re.I | re.S,
)
COMPARATIVE = (
    "larger|longer|heavier|bigger|smaller|shorter|higher|lower|older|younger|newer|greater|further|additional|wider|taller|later"
)
BEYOND_IT = re.compile(
    rf"^(?:in|for|at|with|on)\s(?:(?:an?|any|all|every)\s)?(?:{COMPARATIVE})(?:\s(?:or|and)\s(?:{COMPARATIVE}))?\s[a-z]+(?:\s[a-z]+)??,?\s"
    r"(?=(?:the|it|they|an?|no|its|their)\s)",
    re.I,
)
"""What a test with a value says by its value: "at any higher wind speed the crane stands still"."""
_COMPARED = re.compile(
    r"\s*\b(?:(?:of|with|for|by|within|after)\s+)?(?:up to|within|at most|at least|(?:no|not)\s+(?:more|less|fewer|larger|"
    r"longer)\s+than|a (?:maximum|minimum) of|"
    r"(?:more|less|fewer|larger|longer) than|over|under|exactly)\s+"
    r"[-−]?[\d.,]+(?:\s*(?:%|°?[A-Za-zµμ]+[²³]?(?:/[A-Za-z]+[²³23]?)?|℃))?(?:\s+(?:of age|old)\b)?",
    re.I,
)


_LINK = (
    r"\s*(?:\b(?:that|which|who)\s+(?:is|are|has|have|weighs?|exceeds?|contains?|lasts?)\s+|"
    r"\b(?:of|with|for|by|within)\s+)?"
)


_IN_STATE = re.compile(
    r"\s(?:only\s)?(?:while )?(?:in|with) (?:the |an? )?(?:states?|status)\s(?:[A-Z“\"'][\w”\"']*(?:,\s|\s(?:and|"
    r"or)\s)?)+(?=\s[a-z]|$)"
)
_DESCRIBED_SUBJECT = re.compile(
    r"^((?:an?|the|any|each|every|all)?\s?[\w-]+(?:\s[\w-]+){0,3}?)\s(?:that|who|which|whose)\s.+?(?=\s(?:shall|must|may|"
    r"can|will|should|cannot)\b)",
    re.I,
)


def without_setting(text: str, telling: Telling) -> str:
    """`text` without the states and conditions that the preconditions of this test tell already."""
    kinds = {told.kind for told in telling.inputs}
    if "state" in kinds:
        text = _IN_STATE.sub("", text)
        text = re.sub(r"\b(may|can|shall|must) only\b", r"\1", text)
    return _DESCRIBED_SUBJECT.sub(r"\1", text) if "condition" in kinds else text


def verb_phrase(text: str) -> str:
    """What is done, without subject and modal: "open the audit log"."""
    parts = split_modal(text.strip(" .;,"))
    return parts[2] if parts else text.strip(" .;,")


def noun_of(told: Told) -> str:
    """What is measured: "password length" → "password"."""
    return told.name.removesuffix(" length").removesuffix(" size")


def phrase(told: Told) -> str:
    """An entered input as a noun phrase: "a password of 7 characters", "an order total of 199.99 EUR", "the format XML"."""
    name, value = told.name, told.value
    if told.kind == "enum":
        return f"the {name} {value}"
    if noun_of(told) != name:
        return f"{article(name)} {noun_of(told)} of {value}"
    if name.startswith("time the "):
        return f"{name.removeprefix('time ')} for {value}"
    counted = name.removeprefix("number of ").lower()
    number, _, of = value.partition(" ")
    if counted != name.lower() and of and (of == "times" or set(of.lower().split()) < set(counted.split())):
        many = name.removeprefix("number of ")
        return (
            f"{number} {many.removesuffix('s') if number == '1' else many}"
            if not many.startswith("times ")
            else f"{number} {many}"
        )
    if counted != name.lower() and value.split(" ", 1)[-1].lower().rstrip("s") == counted.rstrip("s"):
        return value
    if (
        name.endswith("s")
        and not name.endswith("ss")
        and value.split(" ", 1)[-1].lower().rstrip("s") == name.split()[-1].lower().rstrip("s")
    ):
        return value
    short = re.sub(r"(?<!number)(?<!length)(?<!size)(?<!amount)(?<!period)(?<!age)\s+of\s+(?:an?\s+|the\s+)?[a-z ]+$", "", name)
    return f"{'the' if re.match(r'[a-z]+est ', short) else article(short)} {short} of {value}"


def waiting(text: str, telling: Telling) -> tuple[str, str, str] | None:
    """ "shall end after 10 minutes without activity": the text without the time, the limit, and what the time is without "
    "or of."""
    for limit in telling.limit_texts:
        pattern = (
            rf"\s*\b(?:after|for more than)\s+{re.escape(limit)}"
            r"(?P<rest>\s+(?:of|without|since)\s+[^,;.]+?)?(?=\s+(?:and|unless|if)\b|[,;.]|$)"
        )
        if re.search(r"\d|\bhalf\b", limit) and (found := re.search(pattern, text, re.I)):
            return text[: found.start()] + text[found.end() :], limit, (found["rest"] or "")
    return None


_OTHER_ATTRIBUTE = re.compile(
    r"(?<=[a-z])\s+or\s+(?:from|by|for|with|to)\s[A-Za-z -]{2,60}?(?=\s(?:shall|must|may|should|will|can|is|are|do|does)\b)"
)
_TWO_ENDS = re.compile(
    r"\b(?:greater|more|higher|larger|above|over)\b.*\d.*\band up to\b.*\d|\bthan\b.*\d.*\bor [a-z]+ than\b.*\d", re.I
)
_CUT_SHORT = re.compile(
    r"\b(?:shall|must|may|be|than|to|has|have|in|within|per|up|exactly|precisely|the|an?|at|by|of|for|and|or|satisfy)\s*$|"
    r"(?:<|>|≤|≥|=)\s*\w*$",
    re.I,
)
"""What is left where a limit was all that followed: "The PIN shall have". Such a limit stays in the sentence."""


def without_limits(text: str, telling: Telling) -> str:
    """`text` without the limit that it states, where this test has a value in its place."""
    if not any(told.kind == "limit" for told in telling.entered):
        return text
    if cut_off := waiting(text, telling):
        return cut_off[0]
    for told in telling.entered:
        if relation := re.match(r"time (before|since|after) (.+)$", told.name):
            word = "after" if relation[1] == "since" else relation[1]
            for limit in telling.limit_texts:
                cut = re.sub(
                    rf"\s*{re.escape(limit)}\s+(?:{word}|of)\s+(?:the\s|its\s|an?\s)?{re.escape(relation[2])}\b",
                    "",
                    text,
                    flags=re.I,
                )
                text = cut if len(cut.split()) >= 2 else text
        elif told.name.startswith("time the "):
            text = re.sub(
                r"\s(?:that|which|who)\s(?:has|have|is|are|was)\b.*?(?=\s(?:shall|must|may|can|will)\b)", "", text, flags=re.I
            )
    for limit in telling.limit_texts:  # "greater than -5 °C and up to 40 °C" goes as one, no half of it stays
        whole = re.sub(rf"(?:\s(?:of|with|for))?\s?{re.escape(limit)}", "", text) if _TWO_ENDS.search(limit) else text
        text = text if _CUT_SHORT.search(whole) else " ".join(whole.split())
    compared = _COMPARED.sub("", text)
    text = compared if len(compared.split()) >= 2 and not _CUT_SHORT.search(compared) else text
    text = re.sub(r"\s+(?:or|and)(?=\s+(?:shall|must|may|can|will|should|is|are)\b)", "", text)
    for limit in telling.limit_texts:
        cut = re.sub(rf"{_LINK}{re.escape(limit)}(?!\w)(?:\s+of age\b|\s+old\b)?", "", text, flags=re.I)
        cut = re.sub(r"(?:\s+(?:that|which|who)\s+\w+|\s+(?:for|of|by|to|at|within|than|after|with))$", "", cut)
        if len(cut.split()) >= 2 and not _CUT_SHORT.search(cut):
            text = cut
    text = re.sub(
        r"\s+(?:or|and)\s+in\s+(?:length|width|height|depth|diameter|weight)(?=\s+(?:shall|must|will|is|are)\b)", "", text
    )
    return _OTHER_ATTRIBUTE.sub("", text)  # "Orders or from new customers": said by the set-up


def with_values(text: str, telling: Telling) -> tuple[str, tuple[Told, ...]]:
    """`text` with this test's value where it states the limit ("for up to 30 minutes" → "for 31 minutes"); the inputs left."""
    left = []
    for told in telling.entered:
        bounds = [plain(b.value) for b in (told.limit.lower, told.limit.upper) if b is not None] if told.limit else []
        relative = re.match(r"time (?:since|before) ", told.name) and not re.search(r"\d [a-z]+ (?:after|before|since) ", text)
        place = (
            None
            if relative
            else next((t for t in telling.limit_texts if t in text and any(b in t.replace(",", "") for b in bounds)), None)
        )
        if place is None:
            left.append(told)
        else:
            of = "of " if re.match(r"(?:larger|longer|smaller|shorter|bigger|heavier|older|younger)\b", place) else ""
            text = text.replace(place, of + told.value, 1)
    return text, tuple(left)


SYSTEM = re.compile(
    r"\b(?:system|application|app|service|server|software|platform|api|client|backend|module|component|device|controller|unit|"
    r"website|site|database|gateway|product|tool)\b$",
    re.I,
)


def demands(text: str, telling: Telling) -> str:
    """The subject of a sentence that only says which values are right "
    "("a password shall have at least 8 characters"); "" else."""
    parts = split_modal(SCOPE.sub("", text.strip(" .;,")))
    if parts is None or not parts[0] or SYSTEM.search(RELATIVE.sub("", parts[0])):
        return ""
    verb = parts[2].split()[0].lower() if parts[2].split() else ""
    figures = {
        number for limit in telling.limit_texts for number in re.findall(r"\d[\d,.]*\d|\d|\b(?:one|two|three|four|five)\b", limit)
    }
    stated = any(number in parts[2] for number in figures) or any(names and names[0] in parts[2] for names in telling.lists)
    return parts[0] if stated and verb in DESCRIBING and not _DONE.match(parts[2]) else ""


_KEPT = re.compile(
    r"^(?P<verb>keep|retain|store|archive|preserve|maintain)\s(?P<what>.+?)\sfor (?:at least|a minimum of|no less than|"
    r"not less than)\s(?P<time>\d[\w ]*)$",
    re.I,
)
_IS_KEPT = re.compile(
    r"^be (?P<done>kept|retained|stored|archived|preserved|maintained)(?P<where>.*?)\sfor (?:at least|a minimum of|no "
    r"less than|not less than)\s"
    r"(?P<time>\d[\w ]*)$",
    re.I,
)


def kept_for(telling: Telling) -> tuple[str, str] | None:
    """How it is seen that something is kept for a time: (what is done, what is seen then); None where nothing is kept."""
    acts = [act for act in telling.actions if act.modality == "must" and act.subject]
    if len(acts) != 1 or telling.inputs:
        return None
    subject, text = lower_first(definite(acts[0].subject)), acts[0].text.strip(" .;,")
    if kept := _KEPT.match(text):
        what = definite(kept["what"])
        return f"check {what} after {kept['time']}", f"{subject} still {third_person(kept['verb'])} {what}"
    if kept := _IS_KEPT.match(text):
        are = "are" if is_plural(subject) else "is"
        return f"check {subject} after {kept['time']}", f"{subject} {are} still {kept['done']}{kept['where']}"
    return None


def demanded_of_people(telling: Telling) -> bool:
    """Whether a limit only tells when people are obliged to something ("a passenger with more than 2 bags shall pay …")."""
    effect = any(told.limit is not None and not told.limit.accepts for told in telling.entered)
    return effect and any(
        act.modality == "must" and HUMAN.search(RELATIVE.sub("", act.subject)) and not act.text.startswith("be ")
        for act in telling.actions
    )


def stated_subject(telling: Telling) -> str:
    """What the stated limit or list is demanded of, without its article: "password"; "" where it is nobody's demand."""
    sentences = (telling.view.words(number) for number in range(min(len(telling.view.spans), 8)))
    for text in (
        *(f"{act.subject} shall {act.text}" for act in telling.actions if act.subject),
        *telling.all_outcomes,
        *sentences,
    ):
        if subject := demands(text, telling):
            named = _BEFORE_SUBJECT.sub("", RELATIVE.sub("", subject))
            return "person" if named.lower() == "you" else uncapitalised(bare(named))
    return ""


_BEFORE_SUBJECT = re.compile(r"^(?:only\s+|(?:in order )?to [a-z]+ [^,]{2,60},\s+)", re.I)
"""What stands before the subject of a sentence and is none of it: "To ride the coaster, a visitor must be …"."""


_DATA = re.compile(
    r"\b(?:date|time|name|number|address|value|code|password|amount|field|e-?mail|url|uri|file|title|description|quantity|"
    r"price|identifier|id|"
    r"input|entry|comment|text|coordinate|age|iban|pin|interval)$",
    re.I,
)


def data_demand(telling: Telling) -> tuple[str, str] | None:
    """A demand on what somebody enters, without a value: ("end date", "is later than the start date"); None where it is none."""
    acts = [act for act in telling.actions if act.subject.strip()]
    if (
        len(acts) != 1
        or telling.inputs
        or not re.match(r"(?:be|contain|include|have|start with|end with|match|differ)\s", acts[0].text)
    ):
        return None
    noun = uncapitalised(bare(acts[0].subject))
    if (
        not (_DATA.search(noun) or re.match(r"(?:number|date|time|name|value|sum|amount) of ", noun))
        or _DONE.match(acts[0].text)
        or acts[0].modality == "may"
    ):
        return None
    verb, _, rest = acts[0].text.strip(" .;,").partition(" ")
    return noun, f"{third_person(verb)} {rest}"


DESCRIBING = words("be have contain include consist comprise exceed last weigh measure span cost number fall lie remain")
_DONE = re.compile(r"be (?:[a-z]+ly )?(?!between|at|of|in|limited|restricted)[a-z]+(?:ed|en|wn|aid|ent|old|eft|ept)\b", re.I)


_ONE_OF_IT = re.compile(r"\b(?P<done>[a-z]+(?:ed|en|nt|ld))\sone$", re.I)


def spelled_out(text: str, telling: Telling) -> str:
    """ "… can be issued one" with what the text names before: "… can be issued a badge"."""
    found = _ONE_OF_IT.search(text)
    told = found and re.search(
        rf"\b{found['done']}\s(?P<what>an?\s[a-z][a-z -]{{1,50}}?)(?=[;.,]|\s(?:if|when|unless|until|only|by|to|for)\b|$)|"
        rf"\b(?P<thing>an?\s[a-z]+(?:\s[a-z]+)?)\s(?:must|may|shall|can|will|should)\s(?:not\s|only\s)?be\s{found['done']}\b",
        telling.requirement.text,
        re.I,
    )
    return f"{text[: found.start()]}{found['done']} {lower_first(told['what'] or told['thing'])}" if found and told else text


_ONLY_LED = re.compile(r"\bonly\s(?=(?:as|in|on|at|via|by|with|using|through)\s(?:an?\s|the\s)?(?:[a-z]+\s)?$)", re.I)
_ALONE = re.compile(
    r"^(\s(?:files?|formats?|documents?|images?)(?=\sonly)|\s[a-z]+(?=\s(?:only|exclusively)\W*$))?\s(?:only|exclusively)\b", re.I
)


def one_of_list(text: str, told: Told, telling: Telling) -> str:
    """Where the text lists what is allowed, only this test's value."""
    text = re.sub(rf"\bthe following (?:[\w-]+ )?{re.escape(told.name)}s?\b", phrase(told), text, flags=re.I)
    for names in telling.lists:
        if (
            (told.value in names or told.kind == "enum")
            and len(names) > 1
            and names[0][:1].isalnum()
            and all(name in text for name in (names[0], names[-1]))
        ):
            start, end = text.index(names[0]), text.rindex(names[-1]) + len(names[-1])
            if start < end:
                head = re.sub(rf"\b{re.escape(plural(told.name))}\b(?=\W*$)", told.name, text[:start], flags=re.I)
                return _ONLY_LED.sub("", head) + told.value + _ALONE.sub(r"\1", text[end:])
    return text
