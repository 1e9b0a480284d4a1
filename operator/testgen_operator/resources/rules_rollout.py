"""Rules about rollouts: fields without a meaning under the strategy in force are refused, and commands that contradict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, Final

from testgen_operator.resources.rules_base import (
    DATA_KEY,
    DNS_LABEL,
    OBJECT_NAME,
    Rule,
    image,
    matches,
    plain_url,
    unique,
)
from testgen_operator.resources.rules_hosts import place_of_url

Json = Mapping[str, Any]

_AT: Final = "spec.rollout"
_STRATEGY: Final = (
    "(has(self.rollout.strategy) ? self.rollout.strategy : (self.environment == 'Production' ? 'BlueGreen' : 'RollingUpdate'))"
)
_ANALYSIS: Final = {
    "minimumSuccessPercent": 95,
    "latencyP95Milliseconds": 500,
    "intervalSeconds": 30,
    "measurements": 1,
    "failureLimit": 3,
    "inconclusiveLimit": 5,
}
"""The defaults of `resources.rollout.Analysis`; a test holds the two together."""


def _strategy(spec: Json) -> str:
    by_environment = "BlueGreen" if spec["environment"] == "Production" else "RollingUpdate"
    return str(spec["rollout"].get("strategy", by_environment))


_OFF: Final = "(enabled: false, or unset with RollingUpdate)"


def _is_on(check: str) -> str:
    """CEL: whether `smoke` or `analysis` is on; unset is on beside the serving release, and `smoke` wherever `analysis` is."""
    at, more = f"self.rollout.{check}.enabled", f" || {_is_on('analysis')}" if check == "smoke" else ""
    return f"(has({at}) ? {at} : {_STRATEGY} != 'RollingUpdate'{more})"


def _on(spec: Json, check: str) -> bool:
    unset = _strategy(spec) != "RollingUpdate" or (check == "smoke" and _on(spec, "analysis"))
    return bool(spec["rollout"][check].get("enabled", unset))


def _not_in_place(field: str, unset: str, is_unset: Callable[[Json], bool], why: str) -> Rule:
    """`field` of the rollout, without a meaning where pods are replaced in place."""
    return Rule(
        "spec",
        f"rollout.{field} has no meaning with RollingUpdate (the default outside Production), {why}: remove it, or set "
        "rollout.strategy: BlueGreen or Canary",
        f"{_STRATEGY} != 'RollingUpdate' || {unset}",
        lambda spec: _strategy(spec) != "RollingUpdate" or is_unset(spec["rollout"]),
    )


def _not_untried(field: str, unset: str, is_unset: Callable[[Json], bool]) -> Rule:
    """`field` of the rollout, without a meaning where a release has no pods of its own to be tried on."""
    return Rule(
        "spec",
        f"rollout.{field} has no meaning with RollingUpdate (the default outside Production) while smoke and analysis are off: "
        "nothing is tried beside what serves. Remove it, or set rollout.smoke.enabled: true, or rollout.strategy: BlueGreen or "
        "Canary",
        f"{_STRATEGY} != 'RollingUpdate' || {_is_on('smoke')} || {_is_on('analysis')} || {unset}",
        lambda spec: (
            _strategy(spec) != "RollingUpdate" or _on(spec, "smoke") or _on(spec, "analysis") or is_unset(spec["rollout"])
        ),
    )


def _only_canary(field: str) -> Rule:
    return Rule(
        "spec",
        f"rollout.{field} has a meaning only with strategy Canary: remove it, or set rollout.strategy: Canary",
        f"{_STRATEGY} == 'Canary' || !has(self.rollout.{field})",
        lambda spec: _strategy(spec) == "Canary" or field not in spec["rollout"],
    )


def _two(first: str, second: str, why: str) -> Rule:
    """Commands that cannot both be meant of one release."""
    return Rule(
        _AT,
        f"{first} and {second} name the same release, {why}: remove one",
        f"!has(self.{first}) || !has(self.{second}) || self.{first} != self.{second}",
        lambda node: first not in node or second not in node or node[first] != node[second],
    )


def _repeated(at: str, longest: int, more: str, fields: str) -> tuple[Rule, Rule]:
    """A check that may be repeated: it comes to an end, and says how long to wait only where there is something to wait for."""
    return (
        Rule(
            at,
            f"count + failureLimit runs, {fields} each, may take {longest} seconds at most: lower one of these",
            f"(self.count + self.failureLimit) * (self.intervalSeconds{f' + self.{more}' if more else ''}) <= {longest}",
            lambda node: (
                (node["count"] + node["failureLimit"]) * (node["intervalSeconds"] + (node[more] if more else 0)) <= longest
            ),
        ),
        Rule(
            at,
            "intervalSeconds has no meaning where one run decides: remove it, or raise count or failureLimit",
            "self.count + self.failureLimit > 1 || self.intervalSeconds == 10",
            lambda node: node["count"] + node["failureLimit"] > 1 or node["intervalSeconds"] == 10,
        ),
    )


def _steps_grow(steps: list[Json]) -> bool:
    weights = [step["weight"] for step in steps]
    return all(low < high for low, high in pairwise(weights))


def _untouched(node: Json) -> bool:
    return (
        all(node[name] == default for name, default in _ANALYSIS.items())
        and "prometheus" not in node
        and "golden" not in node
        and not node["web"]
        and not node["jobs"]
    )


BAD_RELEASE: Final = "is no name of a release: `kubectl get tgr` lists them"

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "spec",
        "rollout.backupBeforeUpgrade has a meaning only with stores.postgres.type BuiltIn, since the operator runs no other "
        "database: remove it, and back the database up where it is run",
        "!has(self.rollout.backupBeforeUpgrade) || self.stores.postgres.type == 'BuiltIn'",
        lambda spec: "backupBeforeUpgrade" not in spec["rollout"] or spec["stores"]["postgres"]["type"] == "BuiltIn",
    ),
    _only_canary("steps"),
    _only_canary("skip"),
    _not_untried("previewReplicas", "!has(self.rollout.previewReplicas)", lambda rollout: "previewReplicas" not in rollout),
    _not_in_place(
        "scaleDownDelaySeconds",
        "self.rollout.scaleDownDelaySeconds == 30",
        lambda rollout: rollout["scaleDownDelaySeconds"] == 30,
        "which keeps no old pods",
    ),
    _not_untried("autoPromote: false", "self.rollout.autoPromote", lambda rollout: bool(rollout["autoPromote"])),
    Rule(
        f"{_AT}.steps",
        "weights must grow from step to step: put them in order and remove repetitions",
        "self.map(s, s.weight).isSorted() && self.all(s, self.exists_one(t, t.weight == s.weight))",
        _steps_grow,
    ),
    Rule(
        "spec",
        f"rollout.smoke.timeoutSeconds has no meaning while the smoke check is off {_OFF}: remove it, or set smoke.enabled: true",
        f"{_is_on('smoke')} || self.rollout.smoke.timeoutSeconds == 300",
        lambda spec: _on(spec, "smoke") or spec["rollout"]["smoke"]["timeoutSeconds"] == 300,
    ),
    Rule(
        "spec",
        f"rollout.analysis: the other fields have no meaning while it is off {_OFF}: remove them, or set analysis.enabled: true",
        f"{_is_on('analysis')} || ("
        + " && ".join(f"self.rollout.analysis.{name} == {default}" for name, default in _ANALYSIS.items())
        + " && !has(self.rollout.analysis.prometheus) && !has(self.rollout.analysis.golden)"
        " && size(self.rollout.analysis.web) == 0 && size(self.rollout.analysis.jobs) == 0)",
        lambda spec: _on(spec, "analysis") or _untouched(spec["rollout"]["analysis"]),
    ),
    *plain_url(f"{_AT}.analysis.prometheus.address", ("http", "https"), "http://prometheus.monitoring.svc:9090"),
    place_of_url(
        f"{_AT}.analysis.prometheus.address",
        "leads to the operator's own machine, a link-local address or the cluster's own API: write the address of a Prometheus",
    ),
    Rule(
        f"{_AT}.analysis.prometheus.address",
        "is no base URL: remove ? and # and what follows",
        "!self.contains('?') && !self.contains('#')",
        lambda url: "?" not in url and "#" not in url,
    ),
    Rule(f"{_AT}.analysis.web", "has two checks of one name: rename one", "", unique("name")),
    matches(f"{_AT}.analysis.web[].name", DNS_LABEL, "must hold only a-z, 0-9 and '-', with a letter or digit at each end"),
    matches(
        f"{_AT}.analysis.web[].path",
        r"^/([-A-Za-z0-9._~%!$&()*+,;=:@][-A-Za-z0-9._~%!$&()*+,;=:@/?]*)?$",
        "is no path on the new release: write one that begins with a single '/', such as /ready",
    ),
    *_repeated(f"{_AT}.analysis.web[]", 3_600, "", "intervalSeconds"),
    Rule(f"{_AT}.analysis.jobs", "has two checks of one name: rename one", "", unique("name")),
    matches(f"{_AT}.analysis.jobs[].name", DNS_LABEL, "must hold only a-z, 0-9 and '-', with a letter or digit at each end"),
    image(f"{_AT}.analysis.jobs[].image"),
    *_repeated(f"{_AT}.analysis.jobs[]", 43_200, "timeoutSeconds", "intervalSeconds + timeoutSeconds"),
    matches(
        f"{_AT}.analysis.golden.configMap", OBJECT_NAME, "is no name of a ConfigMap: write lower-case letters, digits and '-'"
    ),
    matches(f"{_AT}.analysis.golden.key", DATA_KEY, "is no key of a ConfigMap: write letters, digits, '-', '_' and '.'"),
    *(matches(f"{_AT}.{one}", OBJECT_NAME, BAD_RELEASE) for one in ("promote", "abort", "retry", "pause")),
    *(matches(f"{_AT}.rollback.{one}", OBJECT_NAME, BAD_RELEASE) for one in ("to", "from")),
    matches(
        f"{_AT}.skip",
        r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?/[0-9]{1,2}$",
        "is no pause: write <release>/<number of the step>, as `kubectl testgen rollout status` shows it",
    ),
    Rule(
        f"{_AT}.rollback",
        "needs both to (the release to return to) and from (the one to leave): add the other, or remove rollback",
        "has(self.to) && has(self.from)",
        lambda node: "to" in node and "from" in node,
    ),
    Rule(
        f"{_AT}.rollback",
        "to and from name the same release: to is an earlier one that `kubectl get tgr` lists",
        "!has(self.to) || !has(self.from) || self.to != self.from",
        lambda node: "to" not in node or "from" not in node or node["to"] != node["from"],
    ),
    _two("promote", "abort", "and it cannot be let through and given up"),
    _two("promote", "pause", "and it cannot go on and stand still"),
    matches(f"{_AT}.commit", r"^[0-9A-Za-z][-0-9A-Za-z._/+:@]*$", "is no commit: write a hash or a tag"),
    matches(f"{_AT}.author", r"^[^\x00-\x1f\x7f]+$", "may not hold line breaks or control characters: write a name"),
)
