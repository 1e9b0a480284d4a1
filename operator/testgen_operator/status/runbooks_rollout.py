"""What to do about the reasons that rollouts give. Words only; `runbooks` has the others and the shape."""

from __future__ import annotations

from typing import Final

from testgen_operator.status.reasons import Reason
from testgen_operator.status.runbooks_stores import Words

AFTER: Final = (
    "With the next spec, which is rolled out as usual, or with `kubectl testgen rollout retry`. The last one serves meanwhile, "
    "and nothing of it was changed."
)
_RECORD: Final = "Read what failed: `kubectl testgen rollout history PROJECT` and `kubectl describe tgr RELEASE`."

RUNBOOKS: Final[dict[Reason, Words]] = {
    Reason.PREVIEW_NOT_READY: (
        (
            "The new version crashes, or never becomes ready: a missing setting, too little memory, a defect.",
            "There is no room for a second set of pods beside the first.",
            "It needs longer than spec.rollout.progressDeadlineSeconds.",
        ),
        (
            f"{_RECORD} The failing container, its exit code and its last lines are there.",
            "If there is no room: lower spec.rollout.previewReplicas, or choose strategy RollingUpdate.",
            "If it only needs longer: raise spec.rollout.progressDeadlineSeconds, then `kubectl testgen rollout retry PROJECT`.",
        ),
        AFTER,
    ),
    Reason.SMOKE_FAILED: (
        (
            "The new version starts but does not do its work: an upload, a generation or a confirmation failed.",
            "The model that it needs does not answer within the check's time.",
        ),
        (
            f"{_RECORD} The check names the request that failed and its answer.",
            "If only the time was short: raise spec.rollout.smoke.timeoutSeconds, then `kubectl testgen rollout retry PROJECT`.",
        ),
        AFTER,
    ),
    Reason.ANALYSIS_FAILED: (
        (
            "The new version answers with errors, or slowly, more often than the limits allow.",
            "The limits are stricter than the version before would keep either.",
        ),
        (
            f"{_RECORD} Each measurement stands there with its figure and its limit.",
            "Correct the version; or the limits in spec.rollout.analysis, then `kubectl testgen rollout retry PROJECT`.",
        ),
        AFTER,
    ),
    Reason.ANALYSIS_INCONCLUSIVE: (
        (
            "Nobody calls the project at the moment, so there is no rate of success.",
            "The pods' metrics or Prometheus could not be read.",
        ),
        (
            "Send it some traffic, then measure anew: `kubectl testgen rollout retry PROJECT`.",
            "Where traffic is rare: check with spec.rollout.analysis.golden or .web instead, or set analysis.enabled: false.",
            "Or give the release up: `kubectl testgen rollout abort PROJECT`.",
        ),
        "When a person decides. The release that serves goes on serving until then.",
    ),
    Reason.GOLDEN_SET_WORSE: (
        (
            "The new version, its model or its prompts write worse cases for the project's own requirements.",
            "The tolerance is narrower than a model's luck.",
        ),
        (
            f"{_RECORD} It says which figure fell, and from what to what.",
            "Try the model or the version in another project; or widen analysis.golden.tolerancePercent, then "
            "`kubectl testgen rollout retry PROJECT`.",
        ),
        AFTER,
    ),
    Reason.GOLDEN_SET_INVALID: (
        (
            "The ConfigMap or its key does not exist.",
            "What is in it is no golden set: docs/ROLLOUTS.md shows one.",
        ),
        (
            "Correct the ConfigMap, or its name and key in spec.rollout.analysis.golden.",
            "Try again: `kubectl testgen rollout retry PROJECT`; or do without: remove spec.rollout.analysis.golden.",
        ),
        AFTER,
    ),
    Reason.PROMETHEUS_UNREACHABLE: (
        (
            "The address is wrong, or Prometheus is down.",
            "A NetworkPolicy keeps the operator from it.",
            "It is not one that the platform lets projects have asked; the message says so.",
        ),
        (
            "Ask it from the operator's namespace: `curl ADDRESS/-/healthy`.",
            "Where it is not allowed, whoever runs the operator adds its host and port to the operator's setting "
            "`TESTGEN_OPERATOR_PROMETHEUS_ADDRESSES` (docs/OPERATIONS.md).",
            "Correct spec.rollout.analysis.prometheus.address, or remove it: the pods' own metrics are read then.",
        ),
        "By itself once it answers; after more than inconclusiveLimit measurements with `kubectl testgen rollout retry PROJECT`.",
    ),
    Reason.METRICS_UNREACHABLE: (
        (
            "A NetworkPolicy, or the network, keeps the operator from the project's pods.",
            "The pods are too busy to answer GET /metrics within five seconds.",
        ),
        (
            "Ask one from the operator's namespace: `curl http://POD-ADDRESS:8000/metrics`.",
            "Let the operator's namespace in, or give the pods more CPU; or measure elsewhere: spec.rollout.analysis.prometheus.",
        ),
        "By itself once they answer; after more than inconclusiveLimit measurements with "
        "`kubectl testgen rollout retry PROJECT`.",
    ),
    Reason.BACKUP_FAILED: (
        (
            "There is no room for the backup.",
            "The database does not answer, or refuses the user.",
        ),
        (
            f"{_RECORD} The backup's last lines are there.",
            "Make room, then `kubectl testgen rollout retry PROJECT`.",
            "If you have a backup of your own: set spec.rollout.backupBeforeUpgrade: false.",
        ),
        AFTER,
    ),
    Reason.VERSION_BELOW_SCHEMA: (
        ("The spec asks for a version that is older than what the database was migrated to, and contracted for, since.",),
        (
            "`testgen migrate verify` of the version that serves says down to which version its database is fit.",
            "Ask for a version that is not below that.",
            "If it must be the older one: migrate down as docs/OPERATIONS.md says, or restore the backup of that time.",
        ),
        AFTER,
    ),
    Reason.RELEASE_GONE: (
        (
            "The record is beyond spec.rollout.historyLimit, or somebody deleted it.",
            "A typing error in the name.",
        ),
        (
            "`kubectl testgen rollout history PROJECT` lists the releases that there are.",
            "Name one of them, or remove the command from spec.rollout. Raise historyLimit to keep more of them.",
            "To roll out an older version whose record is gone: ask for that version in the spec.",
        ),
        "With the next spec. What serves is not touched by a command that reaches nothing.",
    ),
    Reason.ABORTED: (
        ("Somebody gave the release up, with spec.rollout.abort.",),
        (
            f"{_RECORD} Its author and commit are there where they were given.",
            "Set the spec back to the version that serves, or to a corrected one.",
            "To try the same once more: `kubectl testgen rollout retry PROJECT`.",
        ),
        AFTER,
    ),
}
