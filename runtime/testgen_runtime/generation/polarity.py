"""Whether a sentence tells a refusal or an acceptance, in English and Chinese."""

from __future__ import annotations

import re

_REFUSES = re.compile(
    r"\b(?:reject|refus|den(?:y|ie)|declin|disallow|forbid|prohibit|prevent|block|abort|discard|inhibit|dismiss|"
    r"(?:sent|turned) (?:away|back|down)|"
    r"prompt(?:s|ed) (?:that|"
    r"with)? ?(?:an )?error|unauthori[sz]ed|"
    r"unsuccessful|invalid|unable|expir|lock(?:s|ed)?\b)|"
    r"\berrors?\b|\bfail(?:s|ed|ure)?\b|\b(?:not|no|never|cannot|nothing|without|n't)\b|\bcan't\b|\w+n't\b|"
    r"拒[绝收付载签贷赔售]|失败|错误|报错|异常|禁止|驳回|退回|拦截|阻止|终止|锁定|不|未|无|没有|非法|超出|过期|失效",
    re.I,
)  # fmt: skip
_ACCEPTS = re.compile(
    r"\b(?:accept|succe(?:ss|ed)|allow|permit|grant|approv|creat|sav|process|complet|publish|open|show|sent|appl(?:y|ied)|pass|valid|proceed|confirm)|"
    r"成功|允许|通过|接受|正常|可以|完成|生效|批准|保存|创建|显示",
    re.I,
)


_NO_REFUSAL = re.compile(
    r"\b(?:does|do|is|are) not exceed\b|\b(?:no|not) (?:more|less|fewer|later|longer) than\b|"
    r"不(?:会|得|能)?(?:超过|低于|少于|多于|高于)|"
    r"\b(?:does|do|is|are|will|was) not (?:be )?(?:reject|refus|den(?:y|ied)|block|abort|declin|lock|prevent)[^.;]*|"
    r"不(?:会)?(?:被)?(?:拒绝|禁止|锁定|阻止|驳回|终止)[^，。；]*",
    re.I,
)


def refuses(text: str) -> bool:
    """Whether `text` names a refusal, an error or something that does not happen."""
    return bool(_REFUSES.search(text))


def refusals(text: str) -> set[str]:
    """The words of `text` that tell a refusal; a refusal that does not happen ("does not reject …") is none."""
    return {match[0].lower() for match in _REFUSES.finditer(_NO_REFUSAL.sub(" ", text))}


def accepts(text: str) -> bool:
    """Whether `text`, its refusals left out, names an acceptance."""
    return bool(_ACCEPTS.search(_REFUSES.sub(" ", text)))
