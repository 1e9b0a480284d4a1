"""What a rollout may know, from the facts of the moment: `rollout.machine` decides by it. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from testgen_operator import names
from testgen_operator.names import Colour
from testgen_operator.plan import checks, components, migration, postgres, sides, sizes, traffic
from testgen_operator.plan import facts as facts_of
from testgen_operator.plan.facts import Facts, Phase, Pod, Workload
from testgen_operator.plan.images import Images
from testgen_operator.resources.project import TestGenProject
from testgen_operator.resources.release import as_moment, begun_with, from_snapshot, named, newest_first, snapshot_of, to_record
from testgen_operator.resources.rollout import commands, policy
from testgen_operator.rollout.model import COLOURS, ColourSeen, Policy, Record, Result, Seen, Step, Strategy, Verdict
from testgen_operator.rollout.moment import elapsed

CHECKED: Final = {Verdict.SUCCESSFUL: Result.SUCCEEDED, Verdict.FAILED: Result.FAILED, Verdict.INCONCLUSIVE: Result.INCONCLUSIVE}
LOOKED_BACK: Final = 3
"""The one under way, the one that serves, and one to return to."""


def records(facts: Facts) -> tuple[Record, ...]:
    """The project's releases, the oldest first."""
    return tuple(sorted((to_record(one) for one in facts.releases), key=lambda one: (one.sequence, one.name)))


def secret_names(project: TestGenProject, releases: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The Secrets that the spec needs, and those of the newest releases and of the one that a rollback names: what stands is
    rendered with its own."""
    found = dict.fromkeys(facts_of.secret_names(project))
    if len(releases) > 1:
        for one in [*newest_first(releases)[:LOOKED_BACK], *_named_by_rollback(project, releases)]:
            if (then := from_snapshot(project, one)) is not None:
                found |= dict.fromkeys(facts_of.secret_names(then))
    return tuple(found)


def returned_to(project: TestGenProject, facts: Facts) -> TestGenProject:
    """The project as the release had it that a rollback names; the spec's where there is none, or where it cannot be read."""
    back = _named_by_rollback(project, facts.releases)
    return (from_snapshot(project, back[0]) if back else None) or project


def as_begun(project: TestGenProject, facts: Facts) -> TestGenProject:
    """The project with the strategy that the newest release began with, until that is done: another one in the spec is for the
    next release, since this one's checks look where its pods stand, and a way in may still lead to pods that drain. What belongs
    to a strategy (steps, approval, size of the preview) stays with it; all else is what the spec says now."""
    newest = next(iter(newest_first(facts.releases)), None)
    if newest is None or (newest.get("status") or {}).get("step") == Step.DONE:
        return project
    begun = newest["spec"].get("strategy")
    if begun not in set(Strategy) or begun == policy(project).strategy:
        return project
    rollout = begun_with(newest, project.spec.rollout)
    return project.model_copy(update={"spec": project.spec.model_copy(update={"rollout": rollout})})


def as_released(project: TestGenProject, facts: Facts, record: Record, target: str) -> TestGenProject:
    """The project as a release that begins is to have it: the spec's, or as the release had it that is rolled out again."""
    same = (from_snapshot(project, one) for one in _rolled_out_again(facts, record, target))
    return next(filter(None, same), project)


def origin(facts: Facts, record: Record, target: str) -> Mapping[str, Any] | None:
    """The release that is rolled out again by `record`, if any: its commit is that of the new one."""
    return next(iter(_rolled_out_again(facts, record, target)), None)


def _rolled_out_again(facts: Facts, record: Record, target: str) -> list[Mapping[str, Any]]:
    """The earlier releases of the template, newest first; none where it is the spec's own."""
    if record.template == target:
        return []
    return [one for one in newest_first(facts.releases) if one["spec"].get("template") == record.template]


def seen(
    project: TestGenProject,
    facts: Facts,
    images: Images,
    *,
    blocked: str = "",
    blocked_back: str = "",
    failing: Mapping[Colour, tuple[str, str]] | None = None,
    unable: tuple[str, str] | None = None,
    opening: Policy | None = None,
    now: datetime | None = None,
) -> Seen:
    """What is seen of the project's releases now.

    `blocked`: the Reason for which nothing may move forward; `blocked_back`: nothing of a rollback. `failing`: of each colour
    that does not come up, the Reason and what it says. `unable`: why the migration cannot run, and in words. `opening`: the
    policy of a release that begins now, where `project` is as an earlier one began. `now`: without it pods that are not ready are
    taken for gone. What is measured is not looked up but asked for, later.
    """
    there = records(facts)
    newest = there[-1].name if there else ""
    target = sides.template(project, facts, images)
    # What returns to an earlier release needs no migration: its pods ran on this schema, which only grows in between.
    returns = bool(there) and there[-1].outcome is None and there[-1].template != target and _is_rollback(project)
    results = checks.results(facts, project, newest)
    job = migration.job(project, facts, images).name
    migrated = migration.succeeded(job, project, facts) or returns
    once = checks.analysed(facts, project, newest)
    wanted, rests = policy(project), sizes.rests(project)
    if wanted.strategy is Strategy.CANARY:
        wanted = replace(wanted, by_pods=traffic.splits(project, facts) == "ReplicaRatio")
        if wanted.by_pods and _enters_elsewhere(project, facts):
            wanted = replace(wanted, steps=())  # one Service cannot select the pods of two modes
    return Seen(
        target=target,
        policy=wanted,
        opening=opening,
        commands=commands(project),
        records=there,
        colours={one: _colour(project, facts, images, one, target, failing or {}, now) for one in COLOURS},
        serving=facts.serving_colour,
        serving_release=facts.serving_release,
        endpoints_settled=_settled(project, facts),
        backup=results["backup"].result,
        migration=Result.SUCCEEDED if migrated else Result.FAILED if unable else Result(facts.jobs.get(job, Phase.ABSENT)),
        smoke=results["smoke"].result,
        # Known at every look, not only when something is measured: what has not ended cannot have passed.
        checks=CHECKED[once.verdict] if once else Result.RUNNING,
        checks_reason=once.reason if once else "",
        checks_message=once.message if once else "",
        job_reason=unable[0] if unable and not migrated else "",
        job_message=next((one.message for one in (results["backup"], results["smoke"]) if one.result is Result.FAILED), "")
        or (unable[1] if unable and not migrated else ""),
        altered=_altered(project, facts, images),
        of_spec=_of_spec(project, facts),
        no_way_back=_no_way_back(project, facts, images, there),
        at_rest=rests,
        # Beside each other two releases of no pod prove nothing; in place there is nothing to be seen.
        suspended=project.spec.suspend or (rests and (wanted.strategy is not Strategy.ROLLING or _is_beside(there, facts))),
        blocked=blocked,
        blocked_back=blocked_back,
    )


def _is_beside(there: Sequence[Record], facts: Facts) -> bool:
    """Whether a release is tried beside what serves."""
    position = there[-1].position if there else None
    return position is not None and position.outcome is None and position.colour != facts.serving_colour


def _enters_elsewhere(project: TestGenProject, facts: Facts) -> bool:
    """Whether the newest release has another entry part than what serves: it is of another mode."""
    newest = next(iter(newest_first(facts.releases)), None)
    tried = (from_snapshot(project, newest) if newest is not None else None) or project
    return bool(facts.serving) and components.entry(tried) != facts.serving


def _is_rollback(project: TestGenProject) -> bool:
    back = project.spec.rollout.rollback
    return back is not None and bool(back.to)


def _named_by_rollback(project: TestGenProject, releases: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    back = project.spec.rollout.rollback
    to = named(releases, back.to) if back is not None and back.to else None
    return [to] if to is not None else []


def _altered(project: TestGenProject, facts: Facts, images: Images) -> dict[str, str]:
    """Only of the release that a rollback names: nobody asks for the others."""
    found = {}
    for to in _named_by_rollback(project, facts.releases):
        template = str(to["spec"].get("template", ""))
        if any(sides.live_template(project, facts, one) == template for one in COLOURS):
            continue
        then = from_snapshot(project, to)
        now = sides.template(then, facts, images) if then is not None else ""
        if now != template:
            found[template] = now
    return found


def _of_spec(project: TestGenProject, facts: Facts) -> frozenset[str]:
    """Only of the release that a rollback leaves."""
    back = project.spec.rollout.rollback
    origin = named(facts.releases, back.from_) if back is not None and back.from_ else None
    same = origin is not None and origin["spec"].get("snapshot") == snapshot_of(project)
    return frozenset({origin["metadata"]["name"]}) if origin is not None and same else frozenset()


def _no_way_back(project: TestGenProject, facts: Facts, images: Images, there: Sequence[Record]) -> bool:
    newest = there[-1] if there else None
    if newest is None or newest.outcome is not None or not newest.previous:
        return False
    base = named(facts.releases, newest.previous)
    then = from_snapshot(project, base) if base is not None else None
    return then is not None and sides.template(then, facts, images) == newest.template


def _known(project: TestGenProject, facts: Facts, images: Images, found: str, target: str) -> str:
    """The template by the name that its release has: one that was rendered again, with other Secrets or by another operator, is
    still that release."""
    if found in ("", target) or any(one["spec"].get("template") == found for one in facts.releases):
        return found
    for one in newest_first(facts.releases):
        then = from_snapshot(project, one)
        if then is not None and sides.template(then, facts, images) == found:
            return str(one["spec"].get("template", found))
    return found


def _colour(
    project: TestGenProject,
    facts: Facts,
    images: Images,
    colour: Colour,
    target: str,
    failing: Mapping[Colour, tuple[str, str]],
    now: datetime | None,
) -> ColourSeen:
    there = sides.live(facts, colour)
    if not there:
        return ColourSeen()
    entries = [one for one in there if one.component in components.ENTRIES]
    as_asked = sides.of_colour(project, colour)
    entry = facts.workloads.get(names.workload(project.name, components.entry(project), colour)) or (entries or there)[0]
    changing = len(there) > 1 and any(one.component == "all" for one in there)  # two modes stand in one colour
    complete = all(one.current and one.complete and one.ready >= one.replicas for one in there) and not changing
    complete = complete and _is_listed(project, facts, colour, entry)
    reason, message = failing.get(colour, ("", ""))
    return ColourSeen(
        template=_known(as_asked, facts, images, sides.live_template(as_asked, facts, colour), target),
        exists=True,
        replicas=entry.replicas,
        complete=complete,
        ready=_ready(project, facts, colour, entry),
        away_seconds=_away(facts, colour, entry, now),
        failing=reason,
        message=message,
        answers=all(one.ready > 0 or one.replicas == 0 for one in there),
    )


def _is_listed(project: TestGenProject, facts: Facts, colour: Colour, entry: Workload) -> bool:
    """Whether the preview's EndpointSlices have its pods: who is led there before that finds nobody."""
    if facts.serving_colour is None or facts.serving_colour == colour:
        return True
    listed = {one.pod for one in facts.endpoints.get(names.preview_service(project.name), ()) if one.ready}
    return len(listed & {one.name for one in facts.pods if one.colour == colour}) >= entry.replicas


def _ready(project: TestGenProject, facts: Facts, colour: Colour, entry: Workload) -> int:
    """Counted pod by pod; where no pod has been shown yet, as the Deployment counts them."""
    if any(one.colour == colour for one in facts.pods):
        return len(ready(project, facts, colour, entry.component))
    return entry.ready if entry.current else 0


def _away(facts: Facts, colour: Colour, entry: Workload, now: datetime | None) -> float:
    """Seconds since the last of the entry's pods turned."""
    pods = [one for one in facts.pods if one.colour == colour and one.component == entry.component]
    turned = [moment for one in pods if (moment := as_moment(one.turned)) is not None]
    return elapsed(max(turned), now) if turned and now is not None else math.inf


def ready(project: TestGenProject, facts: Facts, colour: Colour, component: str) -> list[Pod]:
    """The pods of a part that can take requests. What the Service in front of them says of a pod counts as soon as it lists it:
    EndpointSlices come later than the selector, and a pod that they do not show yet is no pod that went."""
    pods = [one for one in facts.pods if one.colour == colour and one.component == component and one.ready]
    if facts.serving_colour != colour or facts.serving != component:
        return pods
    listed = {one.pod: one.ready for one in facts.endpoints.get(names.active_service(project.name), ())}
    return [one for one in pods if listed.get(one.name, True)]


def _settled(project: TestGenProject, facts: Facts) -> bool:
    """The active Service leads to ready pods of the colour that it selects, and to no other pod."""
    able = {one.pod for one in facts.endpoints.get(names.active_service(project.name), ()) if one.ready}
    own = {one.name for one in facts.pods if one.colour == facts.serving_colour}
    return bool(able) and able <= own


def blocked(project: TestGenProject, facts: Facts, missing: bool) -> str:
    """Why nothing may move forward now: a Secret is missing, or the database does not answer."""
    if missing:
        return "SecretNotFound"
    return "" if postgres.answers(project, facts) else "WaitingForStores"
