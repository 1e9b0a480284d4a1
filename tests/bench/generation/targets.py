"""What each measure has to reach, and the table at the end of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tests.bench.report import Metric

Test = Callable[[float], bool]
TARGETS: Mapping[str, tuple[str, Test]] = {
    "requirements_covered": ("= 1", lambda v: v >= 1),
    "atoms_covered": ("≥ 0.98", lambda v: v >= 0.98),
    "quotes_verbatim": ("= 1", lambda v: v >= 1),
    "numbers_grounded": ("= 1", lambda v: v >= 1),
    "near_duplicates": ("≤ 0.01", lambda v: v <= 0.01),
    "wrong_expected": ("= 0", lambda v: v <= 0),
    "mutants_killed": ("≥ 0.97", lambda v: v >= 0.97),
    "unreadable": ("≤ 0.03", lambda v: v <= 0.03),
    "executable": ("≥ 0.98", lambda v: v >= 0.98),
    "changed": ("≥ 0.95", lambda v: v >= 0.95),
    "seconds": ("< 240", lambda v: v < 240),
    "peak_memory": ("< 800", lambda v: v < 800),
}
JUDGED = ("ours", "rules")
"""The arms that have targets; the others stand beside them."""


def verdict(results: Mapping[str, Metric], key: str) -> tuple[str, bool | None]:
    """(the target in words, whether it is reached); ("", None) where the metric has none."""
    name, _, metric = key.rpartition(".")
    owner, _, arm = name.rpartition(".")
    if metric == "gold_recall" and arm in JUDGED:
        others = [
            results[f"{owner}.{other}.gold_recall"]["value"]
            for other in ("plain", "words")
            if f"{owner}.{other}.gold_recall" in results
        ]
        return (f"> {max(others):.3f}", results[key]["value"] > max(others)) if others else ("", None)
    if metric in TARGETS and (arm in JUDGED or name == "rules_10000"):
        words, test = TARGETS[metric]
        return words, test(results[key]["value"])
    return "", None


NEEDED = ("requirements_covered", "atoms_covered", "quotes_verbatim", "numbers_grounded", "near_duplicates", "executable")
"""What every set has for every judged arm."""


def unmeasured(results: Mapping[str, Metric]) -> list[str]:
    """The judged metrics that a whole run has and this one has not: no figure is no success."""
    sets = sorted({key.split(".")[0] for key in results} - {"mutation", "rules_10000"})
    wanted = [f"{one}.{arm}.{metric}" for one in sets for arm in JUDGED for metric in NEEDED]
    wanted += [f"{key.rpartition('.')[0]}.gold_recall" for key in results if key.endswith((".rules.gold_recall_whole",))]
    wanted += [f"mutation.{arm}.changed" for arm in JUDGED] + ["rules_10000.seconds", "rules_10000.peak_memory"]
    return [key for key in wanted if key not in results]


def table(results: Mapping[str, Metric], arms: Sequence[str]) -> tuple[list[str], int]:
    """(lines: one a set and metric, a column for each arm; how many targets are missed)."""
    rows: dict[tuple[str, str], dict[str, str]] = {}
    missed = 0
    for key in results:
        name, _, metric = key.rpartition(".")
        owner, _, arm = name.rpartition(".")
        words, reached = verdict(results, key)
        missed += reached is False
        mark = "" if reached is None else " ✓" if reached else " ✗"
        row = rows.setdefault((owner or name, metric), {})
        row[arm if owner else "rules"] = f"{results[key]['value']:.4g}{mark}"
        row["target"] = words or row.get("target", "")
    columns = [*arms, *(["words"] if any("words" in row for row in rows.values()) else [])]
    lines = [f"{'set':24} {'metric':22} {'target':>9} " + " ".join(f"{column:>11}" for column in columns)]
    for (owner, metric), row in rows.items():
        cells = " ".join(f"{row.get(column, '·'):>11}" for column in columns)
        lines.append(f"{owner[:24]:24} {metric:22} {row['target']:>9} {cells}")
    return lines, missed
