"""Gherkin: a feature a section, a rule a requirement, a scenario a case; Chinese cases with Chinese keywords.

One feature makes a .feature file, more of them an archive. What ties a scenario to its case are tags: `@id:…`, `@revision:…`.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from typing import IO, Final
from urllib.parse import quote

from testgen_runtime.cases.exports.model import Item, Options, Product, archive, entry, write_text
from testgen_runtime.cases.exports.text import clean, one_line

PRODUCT = Product("text/x-gherkin; charset=utf-8", ".feature")
ARCHIVE = Product("application/zip", ".zip")
SCENARIOS_MOST: Final = 1_000
"""A longer feature goes on in another file: editors and runners read a feature whole."""

KEYWORDS: Final = {
    "en": {
        "feature": "Feature",
        "rule": "Rule",
        "scenario": "Scenario",
        "given": "Given",
        "when": "When",
        "then": "Then",
        "and": "And",
    },
    "zh": {"feature": "功能", "rule": "规则", "scenario": "场景", "given": "假如", "when": "当", "then": "那么", "and": "而且"},
}
DATA: Final = {"en": "the test data", "zh": "测试数据"}
COLUMNS: Final = {"en": ("name", "value"), "zh": ("名称", "值")}
_FILE: Final = re.compile(r"[^\w.-]+")
_TAG: Final = re.compile(r"[\s@#%,]")


def write(items: Iterable[Item], options: Options, out: IO[bytes]) -> Product:
    """A feature, or an archive of features."""
    features = _features(items)
    first = next(features, None)
    if first is None:
        return PRODUCT
    name, feature = first
    # A feature is read from the same iterator as the next: it is written before the next is asked for.
    with tempfile.SpooledTemporaryFile(max_size=1 << 20) as spool:
        write_text(feature, spool)
        second = next(features, None)
        spool.seek(0)
        if second is None:
            shutil.copyfileobj(spool, out)
            return PRODUCT
        with archive(out) as to:
            with entry(to, name) as file:
                shutil.copyfileobj(spool, file)
            while second is not None:
                name, feature = second
                with entry(to, name) as file:
                    write_text(feature, file)
                second = next(features, None)
    return ARCHIVE


def _features(items: Iterable[Item]) -> Iterator[tuple[str, Iterator[str]]]:
    """(file name, text) of each feature, in order."""

    def place() -> Iterator[tuple[tuple[object, ...], Item]]:
        last, count, part = None, 0, 0
        for item in items:
            key = (item.document_id, item.section, item.case.language)
            count, part = (count + 1, part) if key == last else (1, part + 1)
            if count > SCENARIOS_MOST:
                count, part = 1, part + 1
            last = key
            yield (*key, part), item

    for number, (_, group) in enumerate(groupby(place(), key=lambda one: one[0]), start=1):
        cases = (item for _, item in group)
        first = next(cases)
        title = " / ".join(first.path) or "TestGen"
        name = _FILE.sub("_", title).strip("._")[:80] or "feature"
        yield f"{number:03d}-{name}.feature", _feature(title, first, cases)


def _feature(title: str, first: Item, rest: Iterator[Item]) -> Iterator[str]:
    words = KEYWORDS[first.case.language]
    yield f"# language: {'zh-CN' if first.case.language == 'zh' else 'en'}\n{words['feature']}: {title}\n"
    for (requirement_id, text), cases in groupby(chain([first], rest), key=lambda item: (item.requirement_id, item.requirement)):
        yield f"\n  {words['rule']}: {one_line(requirement_id)}\n"
        if text:
            yield f"\n    > {one_line(text)}\n"
        for item in cases:
            yield "\n" + scenario(item)


def scenario(item: Item) -> str:
    """The tags and the steps of a case."""
    case = item.case
    words = KEYWORDS[case.language]
    tags = {
        "id": case.id,
        "revision": str(case.revision),
        "status": case.status,
        "priority": case.priority,
        "technique": case.technique,
        "polarity": case.polarity,
    }
    told = [f"@{name}:{tag(value)}" for name, value in tags.items()] + [f"@req:{tag(one)}" for one in case.requirement_ids]
    lines = [f"    # “{one_line(item.quote)}”", f"    {' '.join(told)}", f"    {words['scenario']}: {one_line(case.title)}"]
    given = [_step(text) for text in case.preconditions]
    if case.test_data:
        given.append((DATA[case.language], _table(case.test_data, case.language)))
    lines += _steps(words["given"], words["and"], given)
    for step in case.steps:
        lines += _steps(words["when"], words["and"], [_step(step.action)])
        lines += _steps(words["then"], words["and"], [_step(step.expected)])
    return "\n".join(lines) + "\n"


def tag(text: str) -> str:
    """A value as part of a tag, which holds no white space and no @, # or comma."""
    return _TAG.sub(lambda found: quote(found[0], safe=""), one_line(text))


def _steps(first: str, further: str, steps: list[tuple[str, list[str]]]) -> list[str]:
    lines: list[str] = []
    for n, (text, below) in enumerate(steps):
        lines += [f"      {first if n == 0 else further} {text}".rstrip(), *(f"        {line}" for line in below)]
    return lines


def _step(text: str) -> tuple[str, list[str]]:
    """The first line as the step, further lines as the text block below it."""
    first, _, rest = clean(text).strip().partition("\n")
    if not rest:
        return first, []
    if '"""' in rest.replace("\\", "") and "```" not in rest:
        return first, ["```", *rest.split("\n"), "```"]
    return first, ['"""', *rest.replace('"""', '\\"\\"\\"').split("\n"), '"""']


def _table(data: dict[str, str], language: str) -> list[str]:
    rows = [COLUMNS[language], *data.items()]
    return ["| " + " | ".join(_cell(text) for text in row) + " |" for row in rows]


def _cell(text: str) -> str:
    return clean(text).strip().replace("\\", "\\\\").replace("|", "\\|").replace("\n", "\\n")
