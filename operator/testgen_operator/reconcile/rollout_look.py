"""One look at a project's releases: what the rollout may know, and what explains it. Pure but for the moment that is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from testgen_operator.names import Colour
from testgen_operator.plan import components, migration, sides, watching
from testgen_operator.plan.facts import Facts
from testgen_operator.plan.images import Images
from testgen_operator.plan.plan import missing_secrets
from testgen_operator.resources.project import TestGenProject
from testgen_operator.resources.release import as_moment
from testgen_operator.resources.rollout import policy
from testgen_operator.rollout.figures import Measured
from testgen_operator.rollout.model import COLOURS, Seen
from testgen_operator.rollout.moment import elapsed
from testgen_operator.status.diagnosis import Blocker, blockers, message
from testgen_operator.status.reasons import Reason

MAY_PASS: Final = frozenset(
    {
        Reason.UNSCHEDULABLE, Reason.NODE_UNDER_PRESSURE, Reason.QUOTA_EXCEEDED, Reason.VOLUME_PENDING,
        Reason.PROGRESS_DEADLINE_EXCEEDED, Reason.APPLY_REFUSED,
    }
)  # fmt: skip
"""What ends without a change of the release: a node comes, other pods end. Such a release is given up at its deadline alone."""
PATIENCE: Final = {Reason.IMAGE_PULL_FAILED: 60.0, Reason.CONTAINER_CONFIG_ERROR: 60.0}
"""Seconds for what the kubelet tries again: a registry that gives no answer is asked about four times, a container whose name the
last one still has is made as soon as that is gone."""


@dataclass(frozen=True)
class Look:
    """`causes`: why the pods of a colour do not come up. `unable`: why the migration cannot run. `patience`: seconds after which
    something that may still pass now counts; None where there is nothing of that kind."""

    seen: Seen
    facts: Facts
    causes: Mapping[Colour, Blocker]
    unable: Blocker | None = None
    patience: float | None = None
    measured: Measured | None = None


def look(asked: TestGenProject, facts: Facts, images: Images, now: datetime) -> Look:
    """`asked`: the project as its spec has it. `now`: how long an image has been waited for is seen by it alone."""
    project = watching.as_begun(asked, facts)
    causes = {colour: cause for colour in COLOURS if (cause := _cause(project, facts, colour)) is not None}
    failing = {
        colour: (
            "" if _may_pass(one, now) else str(one.reason),
            message(project, one.reason, one.component, one.subject),
        )
        for colour, one in causes.items()
    }
    held = watching.blocked(project, facts, bool(missing_secrets(project, facts)))
    before = watching.returned_to(project, facts)
    back = held if before is project else watching.blocked(project, facts, bool(missing_secrets(before, facts)))
    migrating = [one for one in blockers(project, _of_migration(project, facts, images)) if one.component == "migrate"]
    unable = next((one for one in migrating if not _may_pass(one, now)), None)
    told = (str(unable.reason), message(project, unable.reason, "migrate", unable.subject)) if unable else None
    seen = watching.seen(
        project, facts, images, blocked=held, blocked_back=back, failing=failing, unable=told, opening=policy(asked), now=now
    )
    waits = [wait for one in (*causes.values(), *migrating) if (wait := _patience(one, now)) > 0]
    return Look(seen, facts, causes, unable, min(waits, default=None))


def _of_migration(project: TestGenProject, facts: Facts, images: Images) -> Facts:
    """Without the Jobs of other migrations: one that failed for an earlier release may not be pruned yet."""
    own = migration.job(project, facts, images).name
    return replace(facts, jobs={name: phase for name, phase in facts.jobs.items() if name == own})


def _may_pass(one: Blocker, now: datetime) -> bool:
    return one.reason in MAY_PASS or _patience(one, now) > 0


def _patience(one: Blocker, now: datetime) -> float:
    """Seconds for which it may still pass; 0 where another try cannot help."""
    since = as_moment(one.since)
    return max(0.0, PATIENCE.get(one.reason, 0.0) - elapsed(since, now)) if since is not None else 0.0


def _of_newest(facts: Facts) -> Facts:
    """Without pods that their Deployment is about to replace: a Deployment keeps those of the last template until new ones are
    ready, and what they die of says nothing of the release that is under way."""
    wanted = {(one.component, one.colour): one.release for one in facts.workloads.values() if one.release}
    kept = [one for one in facts.pods if one.release in ("", wanted.get((one.component, one.colour), one.release))]
    return replace(facts, pods=tuple(kept))


def _cause(project: TestGenProject, facts: Facts, colour: Colour) -> Blocker | None:
    """Why the pods of a colour do not come up, where a person has to look."""
    if not sides.live(facts, colour):
        return None
    parts = {one.component for one in sides.live(facts, colour)} & set(components.TABLE)
    found = blockers(sides.of_colour(project, colour), _of_newest(facts.of(colour)))
    return next((one for one in found if one.component in parts), None)
