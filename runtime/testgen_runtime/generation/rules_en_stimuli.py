"""What a tester does so that the system shows a demand that nobody sets off: by the verb of the demand, in English.

"shall set the counter to zero" → "Read the counter.", "shall support the operator And" → "Use the operator And.", "shall
reject the command" → "Send the command.". The result tells what is seen; the action never asks whether it holds.
"""

from __future__ import annotations

import re

from testgen_runtime.documents.english import base_verb, definite, infinitive, lower_first
from testgen_runtime.documents.vocabulary import words
from testgen_runtime.generation.rules_en_parts import HUMAN

_USED = words("support implement provide allow permit enable accept handle recognize recognise understand")
_READ = words(
    "set reset clear change update mark maintain keep store save record retain archive initialize initialise increment decrement "
    "count assign replace write hold track list restore preserve copy"
)
_AWAITED = words(
    "generate issue send emit raise log display show print report notify output return publish transmit alert warn inform play "
    "respond answer reply announce forward deliver create produce"
)
_SENT = words("reject refuse deny decline discard ignore drop abort execute process authenticate authorize")
_INSPECTED = words(
    "include contain specify have be conform comply consist match identify describe define declare follow use carry comprise "
    "advertise expose represent reference lie remain stay"
)
_MESSAGES = re.compile(r"\b(?:command|message|packet|request|frame|telegram|query|response|datagram|signal)s?\b", re.I)
_OBJECT_END = re.compile(
    r",(?!\d{3})|\s(?:to|in|into|on|onto|at|as|for|from|with|within|after|before|prior|until|unless|if|when|while|using|by|via|upon|"
    r"during|per|so|that|which|who|indicating|stating|informing|containing|based|whenever|once|through|and|or|based)\b|[;:.](?=\s|$)|$",
    re.I,
)
_PLACE = re.compile(
    r"\s(?:in|into|to)\s(?P<place>(?:the|an?|its|their)\s[\w-]+(?:\s[\w-]+){0,4}?)(?=\s(?:for|with|if|when|at|of|that|which|by)\b|[,;.]|$)",
    re.I,
)
_BEFORE = re.compile(
    r"\b(?:prior to|before|after|while|when|on|upon|during|by)\s(?P<doing>[a-z]+ing)\s(?P<what>[^,;.]{3,80})", re.I
)
_NOUN_VERBS = {
    "execution": "execute", "invocation": "invoke", "call": "call", "use": "use", "evaluation": "evaluate",
    "calculation": "calculate", "computation": "compute", "transmission": "transmit", "deletion": "delete",
    "creation": "create", "submission": "submit",
}  # fmt: skip
_EXECUTION = re.compile(
    rf"^(?:an?|the|any|each|every)?\s*(?:successful\s|failed\s)?(?P<noun>{'|'.join(_NOUN_VERBS)}) of (?P<what>.+)$",
    re.I,
)
_ARTICLE = re.compile(r"^(?:an?|any|each|every|the|its|all)\s", re.I)

_HTTP = re.compile(
    r"\bHTTP (?P<method>GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\b[^.;]{0,60}?\b(?P<where>path|URI|URL|endpoint)\s+(?P<path>\S+)"
)


def stimulus(subject: str, phrase: str) -> str:
    """The instruction for "`subject` shall `phrase`"; never "" where `subject` names something."""
    subject = re.sub(r"^(?:if|when|while|once|after|unless|for|in|on|at)\b.*,\s(?=[^,]+$)", "", subject.strip(), flags=re.I)
    subject = lower_first(definite(subject))
    phrase = re.sub(r"\s(?:for|to|of|with|by) the following(?=\W*$)", "", phrase.strip(" .;,:"))
    verb, _, rest = re.sub(r"\bthe following\b", "the", phrase).partition(" ")
    verb = verb.lower()
    if done := _EXECUTION.match(subject):
        how = " successfully" if "successful" in subject else ""
        return f"{_NOUN_VERBS[done['noun'].lower()]} {definite(done['what'])}{how}"
    if verb == "be" and (made := _done(subject, rest)):
        return made
    if verb == "be" or verb in _INSPECTED:
        if _MESSAGES.search(subject) and re.match(r"be (?:answered|rejected|refused|processed|accepted|logged)", phrase):
            return f"send {subject}"
        return (
            f"retrieve {subject}"
            if re.search(r"respon|repl|answer|content|schema|represent|document|definition|link|file|header|report", subject)
            else f"inspect {subject}"
        )
    thing = _thing(rest)
    if verb in _USED and (asked := _HTTP.search(rest)):
        return f"send an HTTP {asked['method']} request to the {asked['where']} {asked['path'].strip('.,;')}"
    if verb in _SENT and thing:
        if re.match(r"(?:the )?(?:access|permission|admission|entry)\b", thing, re.I):
            return f"request {thing}"
        return f"{'send' if _MESSAGES.search(thing) else 'submit'} {definite(thing)}"
    if verb in ("limit", "restrict") and (most := re.search(r"\sto\s(?P<most>(?:the|an?)\s[^,;.]+)$", rest)):
        return f"exceed {definite(most['most'])}"
    if verb in _USED and thing:
        return f"use {definite(re.sub(r'^up to (?:an? )?', 'the ', _whole(rest)))}"
    if verb in _READ and re.fullmatch(r"(?:the |its )?(?:data|values?|results?|information|items?)", thing, re.I):
        return f"let {subject} {verb} {rest}"
    if verb in _READ and thing:
        place = _PLACE.search(f" {rest}")
        return (
            f"read {definite(place['place'])}"
            if place and verb in ("store", "save", "record", "write", "keep")
            else f"read {definite(thing)}"
        )
    if verb in _AWAITED and thing:
        return (
            f"wait for {_ARTICLE.sub(lambda m: m[0].lower(), thing)}"
            if not re.match(r"(?:in|to|with|within)\b", thing)
            else f"wait for {subject} to {verb}"
        )
    if started := _BEFORE.search(rest):
        doing = started["doing"].lower()
        base = infinitive(doing[:-3] + "ed") or doing[:-3]
        return f"let {subject} {base} {started['what']}"
    return f"let {subject} {verb} {rest}".strip()


_OPERATED = words(
    "ship open publish release print export import deliver install activate delete archive approve cancel start process close "
    "lock unlock refund renew book reserve restart update upgrade execute run calculate merge transfer extend borrow withdraw"
)
_STOPPED = words("block prevent stop suspend interrupt abort")


def _done(subject: str, rest: str) -> str:
    """The instruction for "`subject` shall be `rest`" where its participle names something that a tester can do; "" else."""
    participle = rest.split(" ")[0].lower() if rest else ""
    verb = infinitive(participle) if participle else None
    if HUMAN.search(subject) and verb:
        return f"sign in as {re.sub(r'^(?:all|any|every) ', 'one of the ', subject)}"
    if verb in _STOPPED:
        return f"start {subject}"
    return f"{verb} {subject}" if verb in _OPERATED and " by " not in rest else ""


def _thing(rest: str) -> str:
    """The object of the verb: its first noun phrase."""
    end = _OBJECT_END.search(rest)
    thing = rest[: end.start()].strip() if end else rest.strip()
    of = re.match(r"\s?(?:of|for)\s(?:the|an?|each|every|all|its)?\s?[\w-]+(?:\s[A-Z][\w-]*){0,3}", rest[len(thing) :])
    if re.fullmatch(r"(?:the |its |all |any )?(?:data|values?|results?|information|items?|parameters?|details?)", thing, re.I):
        return re.split(r"[,;:.](?:\s|$)|\s(?:and|or|if|when|while|unless|which|that)\s", rest)[0].strip()
    return f"{thing}{of[0]}" if of and of[0].strip().startswith("of") else thing


def _whole(rest: str) -> str:
    """The object with all that describes it, without what else the sentence joins."""
    return re.split(r",\s(?:and|but)\s|;|\s(?:based upon|as specified|as defined|if|when|unless)\b", rest)[0].strip()


def let_be(clause: str) -> str:
    """A described situation as it is told: "no compartment is free" → "let no compartment be free"; "" for any other clause."""
    found = re.match(r"^(?P<s>.+?)\s(?:is|are)\s(?P<no>not\s)?(?P<how>[^,;]+)$", lower_first(clause.strip(" .;,")), re.I)
    return f"let {found['s']} {found['no'] or ''}be {found['how']}" if found else ""


def established(clause: str) -> str:
    """The instruction that brings a described situation about: "the table cannot be read" → "make it impossible to …"."""
    text = re.sub(r"\bshall (not )?be\b", lambda m: f"is {m[1] or ''}to be", lower_first(clause.strip(" .;,")))
    found = re.match(r"^(?P<s>.+?)\s(?P<can>cannot|can not|can)\sbe\s(?P<done>[a-z]+)(?P<rest>.*)$", text, re.I)
    if found and (verb := infinitive(found["done"])):
        able = "possible" if found["can"].lower() == "can" else "impossible"
        return f"make it {able} to {verb} {found['s']}{found['rest']}"
    received = re.match(r"^(?P<what>(?:no|an?|the)\s.{2,60}?)\s(?:is|are)\sreceived(?P<rest>.*)$", text, re.I)
    if received:
        return f"send {received['what']}{received['rest']}"
    if found := re.match(r"^(?P<s>.+?)\s(?:does|do)\snot\sfail$", text, re.I):
        return f"let {found['s']} succeed"
    found = re.match(r"^(?P<s>.+?)\s(?:does|do)\snot\s(?P<rest>(?!have\b).+)$", text, re.I)
    if found and not re.search(r"\s(?:is|are|was|were|has|have)\s", found["rest"]):
        return f"let {found['s']} not {found['rest']}"
    found = re.match(r"^(?P<s>.+?)\s(?:has|have)\s(?P<no>not\s)?(?P<done>[a-z]+)(?P<rest>\s.*)?$", text, re.I)
    if found and (verb := infinitive(found["done"])) and found["done"].lower() not in ("need", "speed"):
        return f"let {found['s']} {'not ' if found['no'] else ''}{verb}{found['rest'] or ''}"
    if re.search(r"\b(?:is|are|was|were|has|have)\b", text):
        return ""
    found = re.match(r"^(?P<s>.+?)\s(?P<verb>[a-z]{3,}s)(?P<rest>\s.+)?$", text, re.I)
    if found and (verb := base_verb(found["verb"])) and found["verb"].lower() not in ("is", "has", "was", "this", "its"):
        return f"let {found['s']} {verb}{found['rest'] or ''}"
    return ""
