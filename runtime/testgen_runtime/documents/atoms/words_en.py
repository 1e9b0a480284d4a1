"""English words that carry structure: modals, markers of conditions, verdicts, roles."""

from __future__ import annotations

import re

from testgen_runtime.documents.vocabulary import words

I = re.IGNORECASE  # noqa: E741

MODAL = re.compile(
    r"\b(?:(?P<cannot>cannot|can't|mustn't|won't|(?:(?:shall|must|will) be|is|are) unable to)|"
    r"(?P<may>(?:(?:shall|must|should|will) (?:(?P<unable>not|never) )?be|is|are|be) (?:(?:able|allowed|permitted|authori[sz]ed) to|entitled to(?! (?:an?|the|their|his|her|free|full|paid|sick|special|extra|more|"
    r"[a-z]{3,}(?:al|ary|ive|ous|ity|ion|ment|ance|count|fund|fit|sion|leave)s?)\b))|"
    r"may\b|can\b|could\b)|"
    r"(?P<must>shall|must|should|will|(?:is|are) (?:required|expected) to|(?:has|have|needs?) to|(?:is|are) to(?= be (?:[a-z]+ed|kept|held|set|sent|paid|made|given|taken|shown|left)\b)))(?P<only> only)?(?P<not> (?:not|never|no longer)\b)?",
    I,
)
PLAIN_VERB = re.compile(r"\b(?:is|are|has|have|does|do|[a-z]{3,}(?:s|es|ed))\b", I)
NEXT_RULE = re.compile(
    r",\s+(?:and|but|while|whereas|or)\s+(?=[^,;]{1,120}?\b(?:(?:shall|must|may|can|cannot|should|will)\b|(?:is|are|does|do)(?: not|n't)(?: allowed to| permitted to| able to)?$))|"
    r",\s+(?:while|whereas)\s+(?=[^,;]{1,80}?\b(?:is|are)\s(?:not\s)?(?:allowed|permitted|possible|accepted|free|refused|rejected|declined|denied|forbidden|prohibited)\b)",
    I,
)
COMPARED = (
    "larger|longer|heavier|bigger|smaller|shorter|higher|lower|older|younger|greater|further|additional|wider|taller|later|"
    "earlier|lighter|slower|faster|thicker|colder|warmer|hotter|cooler|narrower|deeper|thinner|steeper|weaker|stronger|poorer|worse|coarser|finer|more|less|fewer"
)
_TURN_AWAY = (
    r"(?:(?:reject|refuse|deny|decline|ignore|discard|turn away|drop|block|disallow)s?|(?:turn|send)s?\s(?:back|away|down))"
)
AND_REJECT = re.compile(
    rf",?\s+(?:and|but)\s+(?=(?:(?:shall|must|should|will)\s)?{_TURN_AWAY}\s(?:(?:any|all|every)\s(?:others?|remaining)\b|everything else\b|"
    r"anything else\b|anything (?:above|below|over|under|beyond|outside|larger|longer|greater|higher|lower|less|more|smaller|shorter)\b|(?:all )?the rest\b|"
    rf"(?:to\s[a-z]+\s)?(?:(?:any|all|every)\s)?(?:{COMPARED})(?:\s(?:or|and)\s(?:{COMPARED}))?\s[a-z]+|"
    r"(?:it|them|those|values|requests|inputs|commands)\s(?:in|if|when|whenever|while|during|outside|beyond|above|below|otherwise)\b))",
    I,
)
"""A second verb of one subject that speaks of all the other values."""
ABOVE_THAT = re.compile(
    r",\s+(?:and\s+|but\s+|while\s+)?(?=(?:above|below|beyond|over|under|outside)\s(?:that|this)\b|(?:all|any|every)\s(?:others?|remaining)\b[^,;]{0,40}?\s"
    r"(?:leads?|results?|causes?|produces?|is|are|shall|must|will)\s|"
    rf"(?:the|an?)\s[a-z]+(?:\s[a-z]+)?\s{_TURN_AWAY}\s(?:anyone|anybody|everyone|everybody|anything|those|all|any)\b|"
    rf"(?:(?:{COMPARED})\sones|(?:those|any|anything|anyone|ones)\s[^,;.\d]{{2,80}}?)\s(?:is|are|gets?|(?:shall|must|will)\sbe)\s"
    r"(?:refused|rejected|declined|denied|blocked|turned\s(?:away|down|back)|sent\s(?:away|back)|not\s(?:accepted|allowed|permitted|admitted|taken))\b)",
    I,
)
"""Where a clause without a verb of its own kind begins that speaks of the other side: "…, above that it remains off"."""
AND_THE_REST = re.compile(
    rf",?\s+(?:and|but)\s+(?=(?:an?\s|any\s|all\s|the\s)?[a-z][^,;.]{{2,50}}?\s(?:{COMPARED}|other\s[a-z]+)\s"
    r"(?:is|are|(?:shall|must|will)\sbe|gets?)\s(?:refused|rejected|declined|denied|blocked|turned\s(?:away|down)|not\s(?:accepted|allowed|permitted))\b)",
    I,
)
"""A second clause about all the other values: "…, and entries from players rated lower are refused"."""
AND_MUST = re.compile(
    r",?\s+(?:and|but)\s+(?=(?:shall|must|should|will|may|can|cannot)\s(?:not\s)?(?:accept|process|allow|permit|grant|execute|store|save|forward|deliver|handle|open|be\s(?:[a-z]+ly\s)?[a-z]+(?:ed|en|wn|ade|ent|old)|"
    rf"{_TURN_AWAY})\b)",
    I,
)
"""A second verb with a modal of its own: "must reject any payload exceeding 256 KB and must process all others"."""
NOT_IN = re.compile(r",\s+(?:but\s+)?not\s+(?=in\s(?:the\s)?(?:[a-z]+\s)?(?:states?|status|modes?|phases?)\s)", I)
"""The other side by states only: "possible in the states Placed and Confirmed, not in the states Packed and Dispatched"."""
BUT_NOT = re.compile(r",?\s+but\s+not\s+(?=(?:once|when|while|if|after|in|during)\s)", I)
"""The other side by a second condition: "may be deleted while it is Planned, but not once it is Released"."""
TWO_VERDICTS = re.compile(
    r",?\s+(?:and|but|or)\s+(?:(?:shall|must|will)\s+be\s+|(?:is|are)\s+)?(?P<done>(?:not\s)?(?:accepted|approved|allowed|permitted|granted|admitted|"
    r"offered|executed|processed|possible|rejected|refused|denied|declined|blocked|prevented|turned away|disallowed|forbidden|prohibited))\s+"
    r"(?=(?:only\s+)?(?:when|if|while|whenever|unless|in case|provided)\s)",
    I,
)
"""A second participle with a condition of its own: "denied when it is over 3,000 USD, and approved when it is less"."""
BUT_NOT_FOR = re.compile(r",?\s+(?:but|and)\s+not\s+(?:for|to)\s+(?P<who>[^,;]{2,80})$", I)
"""Who is left out at the end: "it shall be possible for curators to lend exhibits, but not for visitors"."""
REFUSED_TOO = re.compile(
    r",?\s+(?:and|but)\s+(?P<done>prohibited|forbidden|denied|refused|rejected|declined|blocked|disallowed|not (?:permitted|allowed|available|possible))\s+(?=(?:for|to|in)\s)",
    I,
)
"""The other side by a second participle with its own object: "permitted for the role Owner and prohibited for the role Guest"."""
REJECTED_LATER = re.compile(
    r",?\s+(?:and|but)\s+(?:(?:(?:shall|must|will)\s+be|is|are)\s+)?(?P<done>rejected|refused|denied|declined|blocked|turned away|disallowed|"
    r"not (?:accepted|allowed|permitted|possible))\s+"
    r"(?:afterwards|thereafter|after that|later|from then on|otherwise|in (?:all|any|every) other cases?|beyond that|above that|below that)\W*$",
    I,
)
"""The other side told by a second participle: "is accepted within 30 days and rejected afterwards"."""
OTHERWISE = re.compile(
    r"(?:(?:above|below|beyond|over|under|outside)\s(?:that|this)\b(?!\s(?:limit|range|value|age|size|amount|number|level|sum))|"
    r"(?:or\s+)?(?:otherwise|else)|after (?:that|this)(?= the| all| any| it| they|,| [a-z]+s (?:are|shall|must|will))|in (?:all|any) other (?:cases?|events?)|in every other case|if not|failing that)\s*,?\s*",
    I,
)
LINK = re.compile(
    r"(?:also|alternatively|however|additionally|furthermore|in addition|moreover|then|finally|similarly|"
    r"therefore|thus|hence|in that case|"
    r"in this case|in such cases?|specifically|likewise|consequently)\s*,\s*",
    I,
)
# "the time when …", "indicates when …": no condition of the rule.
NO_CONDITION = re.compile(
    r"\b(?:time|(?<!\d )times|date|moment|day|point|indicat\w+|know|knows|determin\w+|specif\w+|shows?|decid\w+|stamp|"
    r"timestamp|based|depend\w*|call\w*|built|such as|see|check|checks)\s*$",
    I,
)
# What follows says what for, or describes; the verdict stands before it.
AFTERTHOUGHT = re.compile(
    r"\b(?:such that|so that|in order to|indicating|stating|(?:(?<=, )|(?<=message )|(?<=notice )|(?<=code )|(?<=page ))which|informing|"
    r"saying|showing|because|whether)\b",
    I,
)
STORY = re.compile(
    r"As an? (?P<role>[^,]{1,80}?),? I (?:want|can|would like|need|wish)(?: to| that)? (?P<goal>.{2,400}?)(?=,? "
    r"so that\b|,? in order to\b|$)",
    I,
)
SCENARIO = re.compile(r"(?:(?P<if>Given|When)|(?P<then>Then|And|But))\s+(?=[a-z])")
OTHERS = re.compile(
    r"(?:(?:an?|the|a request for|requests? for)\s+)?(?:(?:requests?|attempts?|values?|uploads?|files?|"
    r"inputs?)\s+(?:for|of|with|in|to)\s+)?"
    r"(?:with|at|for|below|above|beyond) (?:an? )?(?:fewer|less|more|lower|higher|larger|smaller|longer|shorter|greater)(?:(?: (?!than\b)[a-z]+)?,?\s(?=(?:the|an?|it|they)\b)|(?: (?!than\b)[a-z]+){1,2}(?:,\s|\s(?=[a-z]+ing\s(?:the|an?)\b)))|"
    r"(?:any|all|every|an)?\s*others?\b|all(?: the)? remaining\b|anything else\b|everything else\b|nothing else\b|(?:any|all|every)?\s*(?:values?|[a-z]+) outside\b",
    I,
)
UNMET = re.compile(
    r"should\s(?:either|any|one|neither|this|that|these)\s(?:(?:one\s)?of\s(?:these|those|the|them)\s?)?(?:(?:two|three|four)\s)?(?:conditions?\s|requirements?\s|things\s|criteria\s)?"
    r"(?:not\s(?:be\s(?:the\scase|met|fulfilled|satisfied|true|so|given)|hold|apply)|fail|be\s(?:missing|violated|lacking|absent))\s?,\s?|"
    r"(?:if|when|where|whenever|in case)\s(?:(?:either|any|one|both|all|these|those|this|that|the|neither|at least one)\s)?(?:one\s)?(?:of\s(?:these|those|the|them)\s?)?(?:two\s|three\s|above\s|following\s)?"
    r"(?:(?:pre)?conditions?|requirements?|criteria|criterion|rules?|limits?|ranges?|bounds|intervals?|lengths?|sizes?|amounts?|weights?|deadlines?|periods?)?\s?(?:(?:is|are)\s"
    r"(?:not\s(?:met|fulfilled|satisfied|true|the case|so|observed|kept|respected|adhered to|complied with|given)|violated|broken|exceeded|"
    r"missed|missing|lacking|absent)|(?:do|does)\snot\s(?:hold|apply))"
    r"(?:\s?,\s?|\sthen\s|\s(?=(?:the|an?)\s))",
    I,
)
"""A condition that only says that the rule before does not hold: "If either condition is not met, …"."""
_BREAKS = (
    r"(?:(?:do|does|did)(?: not|n't) (?:satisfy|meet|fulfill?|comply with|respect|match|conform to|obey|follow)|(?:break|violate|exceed|miss|fail)s?) "
    r"(?:this|these|those|either|both|all|any of|one of|the|it|them)\b|(?:do|does|did)(?: not|n't) (?:comply|conform)(?= |$)|(?:is|are)(?: not|n't) compliant\b"
)
_BREAKING = (
    r"\b(?:not (?:meeting|satisfying|fulfilling|respecting|matching|observing|complying with|conforming to)|failing|violating|breaking) "
    r"(?:this|that|these|those|the)\b"
)
OUTSIDE = re.compile(
    r"\b(?:requested|made|received|submitted|sent|filed|lodged|arriving|applied for)\s(?:after (?:that|this)|later|afterwards|too late)\b|"
    rf"\b(?:none|not (?:one|any)) of (?:these|those|them)\b|\b(?:rated|priced|aged|sized|valued|ranked|weighing|lasting|costing|measuring)\s(?:{COMPARED})"
    r"(?=\s(?:is|are|shall|must|will|may|can|gets?)\b|$)|"
    rf"\b(?:that|which|who) {_BREAKS}|{_BREAKING}|\b(?:that|which|who) (?:is|are) (?:{COMPARED})(?: (?:or|and) (?:{COMPARED}))? than (?:that|this|these|those|the)\b|"
    rf"\b(?:reject|refuse|deny|decline)s? (?:an?|any|all|every) (?:{COMPARED})(?: (?:or|and) (?:an? )?(?:{COMPARED}))? [a-z]|"
    r"\b(?:reject|refuse|deny|decline)s? (?:(?:any|all|every) (?:others?|remaining)|(?:all )?the rest|anything (?:else|above|below|over|under|beyond|outside|larger|longer|greater|higher|lower|less|more|smaller|shorter))\b|"
    rf"\b{_TURN_AWAY}\s(?:anyone|anybody|everyone|everybody|anything|those|whoever|whatever)\s(?:(?:who|that)\s(?:is|are)\s|(?:is|are)\s)?(?:{COMPARED})\b(?!\sthan\s\d)|"
    rf"^(?:reject|refuse|deny|decline|ignore|discard|drop|block)s? (?:{COMPARED})(?: (?:or|and) (?:{COMPARED}))? [a-z]|\b(?:not|no longer) (?:{COMPARED})\b(?!.)|"
    r"\b(?:outside|beyond|exceeding|above|over|below|"
    r"under) (?:of )?(?:this|that|these|those) (?:limits?|ranges?|bounds|values?|intervals?|amounts?|sums?|weights?|ages?|sizes?|prices?|numbers?|levels?|thresholds?|lengths?)\b|"
    r"\b(?:after|past) (?:this|that|the) (?:deadline|date|cut-off|closing date)\b",
    I,
)
BEYOND = re.compile(
    rf"(?:if|when|where|whenever|in case)\s(?:the|an?|its?|any|they|it)\b(?:\s[a-z][\w-]*){{0,4}}?\s(?:is|are|gets|becomes)\s(?:{COMPARED})"
    rf"(?:\sor\s(?:{COMPARED}))?(?:\sthan\s(?:that|this|these|those|the\s(?:limit|maximum|minimum)|allowed|permitted|specified))?\s?,\s",
    I,
)
"""A condition without a number that only says that a limit told before is passed: "If a message is longer, …"."""
_BARE = rf"(?:(?:too )?(?:{COMPARED}|short|long|large|small|heavy|light|old|young|high|low|big|wide|tall|late|early|many|few)|outside|different)"
MORE_OF = re.compile(
    rf"(?:if|when|where|whenever|in case)\s[^,;\d]{{3,60}}?\s(?:an?|any|the)\s(?:even\s)?(?:{COMPARED})\s(?!than\b)[a-z]+(?:\s[a-z]+)?\s?,\s",
    I,
)
"""The same with the thing behind the comparison: "If a user tries to attach a larger file, …"."""
BARE_COMPARED = re.compile(rf"\b(?:is|are|was|were)\s{_BARE}(?:,?\s(?:or|and)\s{_BARE})?$", I)
"""A relative clause that only compares: "codes that are too short or too long", "whose period is shorter or longer"."""
ORDINAL = re.compile(r"an? (?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh)\s", I)
OTHERS_INSIDE = re.compile(
    rf"\b(?:any|all|every|some) others?\b|\ball (?:the )?remaining\b|\b(?:{COMPARED})$|\b(?:from|of|with|by|for|at)\s(?:(?:any|every|all|an?)\s)?(?:{COMPARED})(?:\s(?:or|and)\s(?:{COMPARED}))?\s(?!than\b|or\b|and\b)[a-z]+|"
    rf"^(?:in|for|at|with|on)\san?\s(?:{COMPARED})\s(?!than\b)[a-z]|"
    rf"^(?:anyone|anybody|everyone|everybody|those|people|persons)\s(?:who\s(?:is|are)\s)?(?:{COMPARED})(?!\sthan\s\d)\b|"
    rf"^(?:{COMPARED}|anything)\s(?:and|or)\s(?:{COMPARED})\s[a-z]|^anything (?:above|below|over|under|beyond|outside|larger|longer|greater|higher|lower|less|more|smaller|shorter)\b|"
    rf"\b(?:an? different|another)\s[a-z]|\b(?:in|of|with|for|from|by|at|on|to)\sothers?\s[a-z]|\b(?:of|with|in)\san?\s(?:unknown|unsupported|unlisted|undefined)\s[a-z]|"
    r"^(?:invalid|implausible|impermissible|inadmissible|unacceptable|incorrect|unlisted|unsupported|deviating|out-of-range|non-?compliant|non-?conforming)\s[a-z]|"
    rf"^an? (?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh)\s|"
    rf"\b(?:an?|any|all|every)\s+(?:{COMPARED})\s+[a-z]|^(?:{COMPARED})\s+[a-z]+|"
    r"\b(?:outside|beyond) (?:of )?(?:this|that|these|those|the)\b|^(?:after|before|beyond) that\b",
    I,
)
"""In the subject of a rule: it speaks of what an earlier rule leaves out "
"("a payment in any other currency", "a heavier parcel")."""
THE_REST_IS = re.compile(
    rf"(?:(?:an?|any|all|every|each)\s(?:other\s)?)?(?:{COMPARED})(?:\s(?:or|and)\s(?:{COMPARED}))?\s[a-z]+(?:\s[a-z]+)?\s(?:is|are)\s[a-z]|"
    rf"(?:in|for|at|with|on)\s(?:an?|any|all|every|each)\s(?:{COMPARED})\s[a-z]+(?:\s[a-z]+)?,?\s",
    I,
)
"""What is done with what lies beyond a limit, whatever it is: "a heavier parcel is returned to the sender"."""
GIVEN_BACK = re.compile(
    r"\b(?:is|are|gets?)\s(?:(?:returned|sent|given|handed|held|put|set)(?:\s(?:back|aside))?|charged\sextra|fined)\b(?!\s(?:out|on|up|in)\b)",
    I,
)
"""What is done with things that a rule leaves out: "Photographs with a poorer resolution are returned"."""
ONLY_A_BOUND = re.compile(
    r"[^,;]{1,80}\b(?:must|shall|may|should|will|can)\snot\s(?:weigh|last|measure|cost|take|span|be)\s"
    rf"(?:{COMPARED})\sthan\s[\d.,]+\s?(?:%|[A-Za-z°µ²³/]{{1,12}})",
    I,
)
"""A bound and nothing that can be seen: "A parcel must not weigh more than 30 kg"."""
DENIES_A_THING = re.compile(
    r"\b(?:block|lock|suspend)(?:s|ed)?\s+(?:the|an?|its|his|their|this|that)\s+(?:[a-z]+\s)?(?:cards?|accounts?|users?|devices?|"
    r"numbers?|customers?|sims?|keyboards?|compartments?|lockers?|doors?)\b|"
    r"\b(?:may|can|be able to|be allowed to|be permitted to)\s+(?:reject|refuse|deny|decline|block|prevent|forbid)\b",
    I,
)
"""What has a word of refusal and is none: it happens to a thing, or somebody is permitted to do it."""
SCOPE = re.compile(r"(?:for|in) (?:each|every|all|any|the case of)\b[^,]{1,120},\s*(?=if\b|when\b|unless\b|once\b)", I)
_CONDITIONAL = (
    r"if and only if|only if|only when|only while|only once|only after|even if|if|whenever|when|while|as long as|as soon as|"
    r"provided that|provided|providing that|on condition that|in case that|in case|in the event that|unless|"
    r"except when|except if|"
    r"except where|except (?:during|in (?:the )?case of|in the event of)|once|until"
)
LEADING = re.compile(rf"(?:{_CONDITIONAL}|upon|on receipt of|after|before|where)\b\s*", I)
TRAILING = re.compile(rf"\s*,?\s+(?:but\s+)?(?:{_CONDITIONAL}|upon|after(?=\s+(?:the|an?|it|he|she|they|[a-z]+ing)\b))\b\s*", I)
RELATIVE = re.compile(
    r"\b(?:(?P<det>an?|any|the|each|every|all|only|no)(?![A-Za-z]))?\s*(?P<noun>(?!(?:or|and|but|than)\b)[A-Za-z][\w-]*(?:\s(?!(?:or|and|but|than)\b)[A-Za-z][\w-]*)?)\s+(?:who|that|which)\s+"
    r"(?P<clause>(?:has|have|holds|is|are|was|were|does|do|did|had|cannot|can)\b[^,;]{2,160}?)(?=\s+(?:shall|must|may|"
    r"can|cannot|should|will)\b|(?<!\bthat)(?<!\bwhich)(?<!\bwho)(?<!\bwhose)(?<!\band)(?<!\bor)(?<!\bit)(?<!\bthere)\s+(?:is|are)"
    r"\s(?:not\s)?(?:to be\s)?(?:[a-z]+ed|sent|given|shown|kept|put|held|told)\b|\s+(?:costs?|incurs?)\s|,|$)",
    I,
)
WITHOUT = re.compile(
    r"\b(?P<noun>(?!(?:or|and|but)\b)[A-Za-z][\w-]*)\s+without\s+(?P<what>(?:an?\s+|any\s+|the\s+)?[\w-]+(?:\s[\w-]+){0,4}?)"
    r"(?=\s+(?:shall|must|may|can|cannot|should|will|is|are)\b|,|$)",
    I,
)
REFUSE = re.compile(
    r"\b(?:reject(?:s|ed|ing|ion)?|refus(?:e|es|ed|al)|den(?:y|ies|ied|ial)|declin(?:e|es|ed)|prevent(?:s|ed)?(?!ing)|block(?:s|ed)?(?!ing)|"
    r"forbid(?:s|den)?|prohibit(?:s|ed)?|disallow(?:s|ed)?|(?:be|is|are) (?:aborted|discarded|thrown away|disregarded|not considered)|(?:shall|must|may|should|can|will|is|are|be) (?:not|"
    r"never|neither)\b(?! only)|cannot|"
    r"can't|mustn't|unable to|(?:do|does) not have (?:(?:this|that|the|such|any) )?(?:an? )?(?:right|permission|privilege|authority|access)s?\b|(?:has|have|without) no? ?(?:[a-z-]+ )?(?:access|permission|authority)\b|(?:not|no longer) (?:be )?[a-z]{4,}able\b|(?:not|no longer) (?:be )?(?:allowed|permitted|accepted|possible|able|available|entitled|eligible|authori[sz]ed)|unsuccessful|impossible|(?:do|does) not qualify\b|"
    r"(?:be|is|are|as) (?:considered |treated as )?(?:an? )?invalid|"
    r"(?:with|as|an?|show|return|display|report|raise|produce|give|issue|get|receive|see|yield|trigger)s?(?: an?)?(?: [a-z-]+)? errors?\b|"
    r"(?:shall|must|will|should) fail|\bfails?(?=[.;]?$)|lock(?:s|ed)? out|turn(?:s|ed)? (?:away|down|back)|send(?:s|ing)? (?:away|home)\b|\bnever [a-z]+|\bdrops? (?:it|them|these|those)\b|throttle[sd]?|"
    r"\b(?:all|any|every) others?(?: [a-z]+){0,2} (?:is|are|(?:shall|will|must) be) (?:returned|ejected|given back|sent back|skipped|ignored|discarded|dropped|thrown away)|"
    r"(?:be|is|are) (?:excluded|inhibited|dismissed|sent away|barred)|\bbounc(?:e|es|ed)\b|no (?:user|one|other)\b|no [a-z]+ (?:is|are) possible|(?:stay|remain)s? (?:locked|closed|blocked|disabled))",
    I,
)
ACCEPT = re.compile(
    r"\b(?:accept(?:s|ed)?|allow(?:s|ed)?|permit(?:s|ted)?|grant(?:s|ed)?|approv(?:e|es|ed)(?! by\b)|may|can|able to|"
    r"succe\w+|possible|eligible|admissible|"
    r"enabled|appl(?:y|ies|ied)|valid|offer(?:s|ed)?|proceed\w*|receives?|free|confirm(?:s|ed)?|complet(?:e|es|ed))\b",
    I,
)
OBSERVABLE = re.compile(
    r"\b(?:show(?:s|n)?|display(?:s|ed)?|send(?:s)?|sent|return(?:s|ed)?|report(?:s|ed)?|issue[sd]?|generat(?:e|"
    r"es|ed)|creat(?:e|es|ed)|"
    r"increment(?:s|ed)?|set(?:s)?|record(?:s|ed)?|stor(?:e|es|ed)|sav(?:e|es|ed)|updat(?:e|es|ed)|delet(?:e|es|"
    r"ed)|remov(?:e|es|ed)|"
    r"log(?:s|ged)?|lock(?:s|ed)?|unlock(?:s|ed)?|notif(?:y|ies|ied)|warn(?:s|ed)?|print(?:s|ed)?|open(?:s|ed)?|clos(?:e|es|ed)|"
    r"chang(?:e|es|ed)|mark(?:s|ed)?|mov(?:e|es|ed)|reset(?:s)?|redirect(?:s|ed)?|respond(?:s|ed)?|charg(?:e|es|"
    r"ed)|cancel(?:s|led|ed)?|"
    r"expire[sd]?|include[sd]?|contain(?:s|ed)?|list(?:s|ed)?|publish(?:es|ed)?|pay|paid|refund(?:s|ed)?|assign(?:s|ed)?|visible|"
    r"hidden|available|response|message|email|e-mail|notification|identical|consistent|validat(?:e|es|ed)|calculat(?:e|es|ed)|"
    r"initiali[sz](?:e|es|ed)|restor(?:e|es|ed)|export(?:s|ed)?|import(?:s|ed)?|render(?:s|ed)?|play(?:s|ed)?|"
    r"alarm|alert(?:s|ed)?|"
    r"activat(?:e|es|ed)|deactivat(?:e|es|ed)|disable[sd]?|enable[sd]?|start(?:s|ed)?|stop(?:s|ped)?|skip(?:s|"
    r"ped)?|discard(?:s|ed)?)\b",
    I,
)
WHOSE = re.compile(
    r"\b(?:(?:an?|any|the|each|every)\s)?(?P<noun>(?!(?:or|and|but)\b)[a-z][\w-]*)\swhose\s(?P<clause>[a-z][\w -]{1,60}?\s(?:is|are|has|have|was|"
    r"were|does|do)\s[^,;]{2,120}?)"
    r"(?=\s(?:shall|must|may|can|cannot|should|will)\b|\s(?:is|are)\s(?:not\s)?(?:denied|refused|rejected|declined|admitted|turned|blocked|barred|"
    r"accepted|allowed|permitted)\b|,|$)",
    I,
)
SYSTEM = words(
    "system application app service server software platform api client backend frontend ui interface module component "
    "website site page tool program product device controller database it gateway"
)
_THINGS = (
    "computer|printer|container|folder|number|parameter|identifier|order|offer|letter|paper|voucher|transfer|filter|header|server|router|meter|character|"
    "counter|timer|buffer|layer|marker|register|trailer|tracker|scanner|charger|adapter|answer|power|tower|water|locker|boiler|cylinder|burner|chamber|"
    "ladder|other|either|neither|whether|after|under|over|ever|never|later|higher|lower|longer|shorter|larger|smaller|older|younger|greater|inverter|"
    "transformer|converter|drawer|sticker|poster|quarter|semester|sensor|motor|error|monitor|elevator|vector|factor|door|color|processor|generator|"
    "reactor|indicator|connector|radiator|capacitor|resistor|compressor|floor|conveyor|behavior|for|minor|major|prior|grant|variant|constant|plant|"
    "warrant|list|playlist|checklist|waitlist"
)
"""What ends like the name of a role and is a thing."""
THING = re.compile(rf"\b(?:{_THINGS})s?$", I)
ROLE = re.compile(
    r"\b(?:(?i:administrators?|admins?|users?|editors?|viewers?|guests?|managers?|auditors?|customers?|members?|"
    r"operators?|owners?|"
    r"reviewers?|testers?|moderators?|visitors?|agents?|employees?|accountants?|staff|supervisors?|authors?|teachers?|students?|"
    r"doctors?|nurses?|clerks?|analysts?|developers?|sellers?|buyers?|approvers?|requesters?|clients?|engineers?|technicians?|"
    r"librarians?|pharmacists?|patients?|contractors?|partners?|vendors?|suppliers?|maintainers?|contributors?|subscribers?|"
    r"cashiers?|dispatchers?|drivers?|couriers?|directors?|leads?|officers?|planners?|recipients?|receptionists?|physicians?|"
    r"persons?|leaders?|chiefs?|bosses|boss|mates?|planners?|porters?|couriers?|bishops?|rangers?|guides?|parents?|guardians?|principals?|presidents?|treasurers?|secretar(?:y|ies)|interns?|apprentices?|trainees?|"
    r"consultants?|assistants?|participants?|applicants?|accountants?|tenants?|attendants?|lieutenants?|instructors?|lecturers?|"
    r"professors?|tutors?|scientists?|therapists?|radiologists?|dentists?|surgeons?|carers?|caregivers?|midwives|pupils?|learners?|"
    r"superusers?|(?:super|sub)?contractors?|merchants?|resellers?|dealers?|bidders?|brokers?|insurers?|tellers?|bankers?|lawyers?|attorneys?|"
    r"inspectors?|assessors?|examiners?|invigilators?|proctors?|registrars?|curators?|archivists?|coordinators?|"
    r"organi[sz]ers?|residents?|citizens?|voters?|delegates?|chairpersons?|foremen|foreman|packers?|"
    r"skippers?|crew|commanders?|astronauts?|dispatchers?|passengers?|travell?ers?|renters?|lenders?|borrowers?|"
    r"donors?|signator(?:y|ies)|representatives?|executives?|superintendents?|wardens?|janitors?|plumbers?|"
    r"electricians?|mechanics?|designers?|writers?|publishers?|translators?|photographers?|journalists?|bloggers?|"
    r"superiors?|freelancers?|volunteers?|caretakers?|trainers?|coaches|parents?|tenants?|landlords?|brokers?|traders?|judges?|pilots?|captains?|stewards?|"
    r"readers?|cleaners?|speakers?|referees?|umpires?|gardeners?|chefs?|waiters?|bartenders?|researchers?|veterinarians?|"
    r"paramedics?|sponsors?|moderators?|shoppers?|retailers?|wholesalers?|importers?|exporters?|breeders?|farmers?|"
    r"guards?|cooks?|soldiers?|firefighters?|policemen|signall?ers?|conductors?|deans?|masters?|pickers?|sergeants?|wardens?|mayors?|headteachers?|owners?|landlords?|technologists?|stewardess(?:es)?|"
    r"dispatchers?|foremans?|quartermasters?|collectors?|counsellors?|psychologists?|pathologists?|midwife|paramedics?|caseworkers?|lifeguards?|"
    r"adults?|minors?|employers?|underwriters?|adjusters?|notar(?:y|ies)|bookkeepers?|schedulers?)|"
    rf"(?!(?i:{_THINGS})s?\b)"
    r"[A-Z][a-z]+(?:ors?|ers?|"
    r"ists?|ants?|ians?))\b"
)
