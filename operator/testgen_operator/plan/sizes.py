"""How big each part of the runtime is, and how many pods of it there are: presets by profile and environment, then the spec.

Standard is the sources' table (S4-027…032: the limit, half of it requested; fewest to most instances), with a worker, an API and
a gateway after the same pattern. Small lets a whole split project fit a node of two cores: an idle role holds about 130 MiB.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from testgen_operator.names import Component
from testgen_operator.plan import components
from testgen_operator.plan.presets import REPLICAS, Amounts, preset
from testgen_operator.resources.parts import Resources
from testgen_operator.resources.project import TestGenProject
from testgen_operator.resources.scaling import Component as Override

MONOLITH_MOST: Final = 10  # S2-057
MOST_OF_ALL: Final = 50
"""The schema's own bound for any number of pods."""


@dataclass(frozen=True)
class Size:
    """The preset of one part: a pod's resources, fewest and most pods."""

    amounts: Amounts
    fewest: int
    most: int


@dataclass(frozen=True)
class Scale:
    """How many pods of a part there may be. `automatic`: an autoscaler chooses between the two."""

    fewest: int
    most: int
    automatic: bool = False


def _size(cpu: tuple[str, str], memory: tuple[str, str], fewest: int, most: int) -> Size:
    amounts = {"requests": {"cpu": cpu[0], "memory": memory[0]}, "limits": {"cpu": cpu[1], "memory": memory[1]}}
    return Size(amounts, fewest, most)


_SMALL: Final = _size(("50m", "1"), ("160Mi", "512Mi"), 1, 3)
_SMALL_BUSY: Final = _size(("100m", "2"), ("192Mi", "1Gi"), 1, 3)
_LARGE: Final = _size(("2", "4"), ("4Gi", "8Gi"), 2, 3)  # S4-028, 029, 032
_MIDDLE: Final = _size(("1", "2"), ("2Gi", "4Gi"), 2, 2)  # S4-030, 031

SIZES: Final[dict[str, dict[Component, Size]]] = {
    "Small": {
        "edge": _size(("20m", "500m"), ("32Mi", "128Mi"), 1, 3),
        "api": _SMALL,
        "requirements": _SMALL_BUSY,
        "knowledge": _SMALL,
        "vector": _SMALL_BUSY,
        "graph": _SMALL,
        "llm": _SMALL,
        "worker": _SMALL_BUSY,
        "ai-gateway": _SMALL,
    },
    "Standard": {
        "edge": _size(("1", "2"), ("2Gi", "4Gi"), 1, 1),  # S4-027
        "api": _LARGE,
        "requirements": _LARGE,
        "knowledge": _LARGE,
        "vector": _MIDDLE,
        "graph": _MIDDLE,
        "llm": _LARGE,
        "worker": _LARGE,
        "ai-gateway": _MIDDLE,
    },
}


def amounts(project: TestGenProject, component: Component) -> tuple[Amounts, Resources]:
    """A part's preset resources, and what the project overrides of them."""
    if component == "all":
        return preset(project.spec.profile).runtime, project.spec.resources
    return SIZES[project.spec.profile][component].amounts, _override(project, component).resources


def scale(project: TestGenProject, component: Component) -> Scale:
    """How many pods the project asks for; not what `suspend` makes of it.

    The environment's number is the least of every part (S2-113: three in Production), the profile's its preset, and the project's
    own words win over both.
    """
    given, floor = project.spec.autoscaling, REPLICAS[project.spec.environment]
    if component == "all":
        if not given.enabled:
            wanted = project.spec.replicas if project.spec.replicas is not None else floor
            return Scale(wanted, wanted)
        fewest, most = given.min_replicas or (3 if floor >= 3 else 1), given.max_replicas
        return _between(fewest, most, MONOLITH_MOST)
    size, override = SIZES[project.spec.profile][component], _override(project, component)
    if not given.enabled:
        wanted = override.replicas if override.replicas is not None else max(floor, size.fewest)
        return Scale(wanted, wanted)
    fewest = override.min_replicas or max(floor, size.fewest)
    if override.max_replicas is not None and override.min_replicas is None:
        fewest = min(fewest, override.max_replicas)
    return _between(fewest, override.max_replicas, size.most)


def rests(project: TestGenProject) -> bool:
    """Whether the project asks for no pod behind its endpoint, without being suspended."""
    return scale(project, components.entry(project)).most == 0


def _between(fewest: int, most: int | None, preset_most: int) -> Scale:
    """A project that asks for three at least (S2-113) may double under load, whatever the preset's most is."""
    room = min(MOST_OF_ALL, 2 * fewest) if fewest > 2 else fewest
    found = most if most is not None else max(preset_most, room)
    fewest = min(fewest, found)
    return Scale(fewest, found, automatic=found > fewest)


def _override(project: TestGenProject, component: Component) -> Override:
    found: Override | None = getattr(project.spec.components, components.TABLE[component].field)
    return found or Override.model_validate({})
