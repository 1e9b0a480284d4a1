"""One run: find the sets, let each arm write its cases, measure, and write figures and gaps."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench import rules as scale
from tests.bench.generation import measures, mutation, recall, sets
from tests.bench.generation.measures import Found
from tests.bench.generation.model import ARMS, Arm, Cases, RequirementSet
from tests.bench.generation.mutation import Mutation
from tests.bench.generation.progress import Progress
from tests.bench.generation.writers import Writers, writers
from tests.bench.report import FOLDER, Metric, metric

MEASURES: Final = (
    measures.requirements_covered,
    measures.atoms_covered,
    measures.quotes_verbatim,
    measures.numbers_grounded,
    measures.numbers_on_limits,
    measures.near_duplicates,
    measures.executable,
    measures.template_smell,
)
SCALE: Final = 10_000
MOST_GAPS: Final = 2000
"""Lines of one measure in the file of gaps; the count tells the rest."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`sample` requirements of each set (None: all), `mutations` in all, `scale` whether 10,000 requirements are timed."""

    data: Path
    arms: tuple[Arm, ...] = ARMS
    sample: int | None = None
    mutations: int = mutation.COUNT
    scale: bool = True
    seed: int = 1


@dataclass(slots=True)
class Results:
    metrics: dict[str, Metric]
    gaps: dict[str, list[str]]

    def add(self, key: str, found: Found, unit: str = "share") -> None:
        """A measure, and what is missing of it."""
        self.metrics[key] = metric(found.value, unit)
        if found.gaps:
            self.gaps[key] = [
                *found.gaps[:MOST_GAPS],
                *([f"and {len(found.gaps) - MOST_GAPS} more"] if found.gaps[MOST_GAPS:] else []),
            ]


async def run(settings: Settings, keep: Callable[[Results], object]) -> Results:
    """All figures; `keep` is given those that are there after each step, so that a run that is ended leaves them.

    Raises NoSets; ClusterError or ProviderError where the model can't be had.
    """
    found, skipped = sets.discover(settings.data)
    for left in skipped:
        print(f"  {left.file} is left out: {left.reason}", file=sys.stderr)
    chosen = [sets.sample(one, settings.sample, settings.seed) for one in found]
    results = Results({}, {})
    by_set: dict[str, dict[str, Cases]] = {one.name: {} for one in chosen}
    async with writers(settings.arms) as arms:
        for one in chosen:
            kinds = [f"{len(one.asked)} requirements", *([f"{len(one.procedures)} procedures"] if one.procedures else [])]
            print(f"  {one.name}: {', '.join([*kinds, *(['oracles'] if one.oracle else [])])}", file=sys.stderr)
        for arm in sorted(settings.arms, key=lambda arm: arm != "rules"):  # what needs no model is there first, whatever follows
            for one in chosen:
                await _set(one, arm, arms, by_set[one.name], results)
                keep(results)
            await _mutations(chosen, arm, settings, arms, results)
            if settings.scale and arm == "rules":
                _scale(results)
            keep(results)
    return results


async def _set(one: RequirementSet, arm: Arm, writers: Writers, by_arm: dict[str, Cases], results: Results) -> None:
    by_arm[arm] = await writers.write(arm, one)
    _measure(one, arm, by_arm[arm], results)
    if one.procedures:
        plain = by_arm.get("plain") or await writers.known_plain(one)
        _recall(one, by_arm, recall.lengths(plain) if plain is not None else None, results)


def _measure(one: RequirementSet, arm: str, cases: Cases, results: Results) -> None:
    for measure in MEASURES:
        results.add(f"{one.name}.{arm}.{measure.__name__}", measure(one, cases))
    if arm in ("rules", "ours"):
        results.add(f"{one.name}.{arm}.atoms_claimed", measures.atoms_claimed(one, cases))
    for name, found in measures.oracle_figures(one, cases).items():
        results.add(f"{one.name}.{arm}.{name}", found)
    every = [case for own in cases.values() for case in own]
    results.metrics[f"{one.name}.{arm}.cases"] = metric(len(every), "cases")
    if arm == "ours" and every:
        results.metrics[f"{one.name}.{arm}.worded_by_model"] = metric(sum(c.by_model for c in every) / len(every), "share")


def _recall(one: RequirementSet, by_arm: Mapping[str, Cases], cut_to: Mapping[str, int] | None, results: Results) -> None:
    """gold_recall of every arm and of the requirements' own words; without `plain`'s lengths only that of whole texts."""
    written = {**{arm: recall.texts(cases) for arm, cases in by_arm.items()}, "words": recall.own_words(one)}
    for name, texts in written.items():
        for key, cut in (("gold_recall", cut_to), ("gold_recall_whole", None)):
            if (key == "gold_recall" and cut is None) or (found := recall.recall(one, texts, cut)) is None:
                continue
            results.add(f"{one.name}.{name}.{key}", Found(found.value, list(found.rows)))


async def _mutations(chosen: Sequence[RequirementSet], arm: Arm, settings: Settings, writers: Writers, results: Results) -> None:
    made = mutation.mutations(chosen, settings.mutations, settings.seed)
    if not made:
        print("  no limit, state or role to change was found", file=sys.stderr)
        return
    progress = Progress(f"mutations, {arm}", len(made))
    misses: list[tuple[Mutation, str]] = []
    for one in made:
        cases = await writers.write_mutation(arm, one)
        if reason := mutation.miss(one, cases):
            misses.append((one, reason))
        progress.step()
    results.add(f"mutation.{arm}.changed", Found(1 - len(misses) / len(made), [mutation.told(*m) for m in misses]))
    results.metrics[f"mutation.{arm}.mutations"] = metric(len(made), "mutations")
    sites = {(one.set_name, one.requirement_id, one.old) for one in made}
    results.metrics[f"mutation.{arm}.values_changed"] = metric(len(sites), "values")
    for kind in ("limit", "state", "role"):
        if total := sum(m.kind == kind for m in made):
            share = 1 - sum(m.kind == kind for m, _ in misses) / total
            results.metrics[f"mutation.{arm}.changed_{kind}"] = metric(share, "share")


def _scale(results: Results) -> None:
    print(f"  rules on {SCALE:,} requirements, one core …", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "requirements.md"
        path.write_text(scale.document(SCALE))
        measured = scale.measure(path)
    results.metrics["rules_10000.seconds"] = metric(measured.seconds, "s")
    results.metrics["rules_10000.cpu_seconds"] = metric(measured.cpu_seconds, "s")
    results.metrics["rules_10000.peak_memory"] = metric(measured.peak_memory, "MB")


def write_gaps(results: Results) -> Path:
    """build/bench/generation-gaps.json: metric → what is missing, each with its reason."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / "generation-gaps.json"
    path.write_text(json.dumps(results.gaps, indent=1, ensure_ascii=False) + "\n")
    return path
