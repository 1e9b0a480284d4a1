"""What to do about each reason for which a person must act: usual causes, steps, and how it ends. Words only.

`kubectl testgen explain` prints them and docs/REASONS.md is written from them by `make crds`. A reason without an entry here is
refused by a test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from testgen_operator.status import runbooks_exposure, runbooks_rollout, runbooks_stores
from testgen_operator.status.reasons import BLOCKING, MEANINGS, TYPES, Meaning, Reason


@dataclass(frozen=True)
class Runbook:
    """`causes` from the most usual on; `steps` in order; `ends`: what happens once the cause is gone."""

    causes: tuple[str, ...]
    steps: tuple[str, ...]
    ends: str = "By itself: the operator sees the change at once, and looks again within ten minutes in any case."


RUNBOOKS: Final[dict[Reason, Runbook]] = {
    **{reason: Runbook(*words) for reason, words in runbooks_stores.RUNBOOKS.items()},
    **{reason: Runbook(*words) for reason, words in runbooks_exposure.RUNBOOKS.items()},
    **{reason: Runbook(*words) for reason, words in runbooks_rollout.RUNBOOKS.items()},
    Reason.SPEC_INVALID: Runbook(
        (
            "The spec was written under an older CRD that allowed it, or past the API server's own check.",
            "The operator is newer or older than its CRD.",
        ),
        (
            "Read the message: it names each field and what to write there.",
            "Correct the file in Git, check it with `kubectl testgen validate FILE`, and apply it.",
            "If the field is right by the docs, install CRDs and operator of one release: `kubectl apply -k gitops/base`.",
        ),
        "With the next spec. What ran before goes on running meanwhile; nothing is changed or removed.",
    ),
    Reason.SECRET_NOT_FOUND: Runbook(
        ("The Secret has another name or namespace; references never cross namespaces.", "The tool that makes it is not done."),
        (
            "`kubectl -n <namespace> get secrets` shows which there are.",
            "Make the Secret, or correct its name in the spec.",
        ),
        "Within half a minute of the Secret's coming. Running pods go on with what they have mounted.",
    ),
    Reason.SECRET_KEY_MISSING: Runbook(
        ("The Secret's entry is called otherwise than the spec says.",),
        (
            "`kubectl -n <namespace> describe secret <name>` shows the names of its entries, not their values.",
            "Correct the key in the spec, or add the entry.",
        ),
    ),
    Reason.PASSWORD_LOST: Runbook(
        (
            "The Secret was deleted, while the volume that its password opens is still there.",
            "A namespace was restored without its Secrets.",
        ),
        (
            "Put the old Secret back from a backup, under the same name and key. A new password would not open the database.",
            "Without a backup: set a password inside the database (a pod of it with `kubectl exec`, as its superuser), then "
            "create the Secret with that one.",
            "If the data may go: delete project and volume claim, then create the project anew.",
        ),
        "As soon as the Secret is there. The operator never draws a new password over existing data.",
    ),
    Reason.IMAGE_PULL_FAILED: Runbook(
        (
            "A tag that does not exist, or a typing error in spec.image or spec.version.",
            "A private registry without spec.imagePullSecrets, or with a credential that has expired.",
            "The nodes do not reach the registry, or it limits them.",
        ),
        (
            "`kubectl testgen status` shows the image and the registry's answer under What failed.",
            "Correct image or version in the spec, or add a Secret of type kubernetes.io/dockerconfigjson to "
            "spec.imagePullSecrets.",
            "Try on a node: `crictl pull <image>`.",
        ),
        "With the next try of the kubelet, at most five minutes later; at once when the spec changed. The last release goes on.",
    ),
    Reason.STORAGE_CLASS_NOT_FOUND: Runbook(
        ("storageClassName names a class of another cluster.", "The class was deleted or renamed."),
        (
            "`kubectl get storageclass` shows which there are.",
            "Create the class; or, if nothing is on the volume yet, delete project and claim and name one that exists: a claim's "
            "class cannot be changed.",
        ),
    ),
    Reason.VOLUME_PENDING: Runbook(
        (
            "The cluster has no default StorageClass and the spec names none.",
            "The provisioner has no room left, or is not running.",
            "The only node of the volume's zone is away.",
        ),
        (
            "`kubectl -n <namespace> describe pvc <name>`: its events tell what the provisioner says.",
            "Mark a class as default, or name one in the spec (before the claim is made).",
        ),
    ),
    Reason.VOLUME_FULL: Runbook(
        ("More documents than the volume was sized for.", "Something else fills it: a long transaction, kept WAL, core files."),
        (
            "Raise the store's storage.size in the spec: a volume may grow, never shrink.",
            "If its StorageClass cannot grow volumes, see VolumeCannotGrow.",
        ),
        "When the file system has grown; the store starts again by itself.",
    ),
    Reason.VOLUME_CANNOT_GROW: Runbook(
        ("The StorageClass lacks allowVolumeExpansion: true.", "The volume's driver cannot grow volumes."),
        (
            "Allow it on the class, if the driver can: the command is in the message.",
            "Otherwise write the old size back into the spec, and move the data to a new project with a larger volume.",
        ),
    ),
    Reason.MODEL_NOT_FOUND: Runbook(
        ("A typing error in llm.routes[].model.", "modelSource is Image, and the image holds other models."),
        (
            "Write the model as `ollama list` shows it, with its tag.",
            "With modelSource: Image build the model into the image, or use Pull.",
        ),
        "After the next start of the model server. Cases are written by rules meanwhile.",
    ),
    Reason.MODEL_PULL_FAILED: Runbook(
        ("The model library is not in reach of the cluster (a proxy, a fence, no way out).", "The volume is full."),
        (
            "See the log of the container `models`: the command is in the message.",
            "Open the way to the library, or use an image that holds the models (modelSource: Image).",
        ),
        "With the next try, which comes by itself. Cases are written by rules meanwhile.",
    ),
    Reason.MIGRATION_FAILED: Runbook(
        (
            "The database was not reachable, or its password was changed by hand.",
            "The image is older than the database: ask for a newer one, or take migrations back (docs/MIGRATIONS.md).",
            "Somebody changed tables by hand.",
        ),
        (
            "Read the Job's log: the command is in the message; once the release was given up its last lines are in its record: "
            "`kubectl get tgr -o yaml`, failure.",
            "Mend what it names. For an image that is too old, go back to the newer version in the spec.",
            "Delete the Job to try at once; it is tried again by itself within minutes.",
        ),
        "When a try succeeds. Until then the last release goes on with the database as it was: a migration is one transaction.",
    ),
    Reason.CRASH_LOOP: Runbook(
        ("A setting that the program refuses.", "A store that it cannot reach.", "A defect of the image."),
        (
            "Read its last words: in `kubectl testgen status` under What failed, in full with `kubectl testgen logs --previous`.",
            "If it began with a change of the spec, take that back: the operator rolls back to what was.",
            "Otherwise make a `kubectl testgen report` and hand it to support.",
        ),
    ),
    Reason.OUT_OF_MEMORY: Runbook(
        ("Larger documents or more requests at a time than the preset is made for.", "A model that is too large for its server."),
        (
            "Raise resources.limits.memory of that component, or choose profile: Standard.",
            "For the model server choose a smaller model.",
        ),
        "With the new limit. Jobs that were interrupted go on where they were.",
    ),
    Reason.CONTAINER_CONFIG_ERROR: Runbook(
        ("A Secret or ConfigMap that a pod mounts has gone.", "The image's user or command does not fit the pod's rules."),
        ("`kubectl -n <namespace> describe pod` names what is missing.", "Put it back; what the operator makes comes by itself."),
    ),
    Reason.UNSCHEDULABLE: Runbook(
        (
            "Every node's memory or processor is given away already.",
            "Taints, or a volume that is bound to another zone.",
        ),
        (
            "`kubectl -n <namespace> describe pod` tells, node by node, why not.",
            "Add a node, or lower resources.requests or replicas in the spec; profile: Small asks for least.",
        ),
        "As soon as a node has room.",
    ),
    Reason.NODE_UNDER_PRESSURE: Runbook(
        (
            "Images, logs or other pods' files have filled the node's disk, or its pods use more memory than they asked for.",
            "The kubelet then ends pods (Evicted) and taints the node, so that it gets no new ones.",
        ),
        (
            "`kubectl describe nodes` shows the node whose condition DiskPressure, MemoryPressure or PIDPressure is True.",
            "Make room there, add a node, or drain it; the evicted pods may be deleted, nothing is in them.",
        ),
        "As soon as the node's taint is gone (the kubelet waits 5 minutes after it has room again) or another node has room.",
    ),
    Reason.QUOTA_EXCEEDED: Runbook(
        ("The namespace's ResourceQuota is used up, by this project or by others.", "The quota demands limits that are larger."),
        (
            "`kubectl -n <namespace> describe resourcequota` shows what is used and what is allowed.",
            "Have the quota raised, or ask for less in the spec.",
        ),
    ),
    Reason.POD_SECURITY_VIOLATION: Runbook(
        (
            "A policy (Kyverno, Gatekeeper) asks for more than Pod Security `restricted`, which every pod of a project keeps.",
            "A LimitRange or a webhook changes pods so that they break the level.",
        ),
        (
            "The message under What failed names the rule and the field.",
            "Allow it for this namespace, or correct the policy.",
        ),
    ),
    Reason.FORBIDDEN: Runbook(
        ("The operator's role is older than the operator.", "A policy denies it this kind of object."),
        (
            "Apply the role of the operator's own release: `kubectl apply -k gitops/base`.",
            "`kubectl auth can-i --list --as=system:serviceaccount:testgen-system:testgen-operator -n <namespace>` shows what "
            "it may do.",
        ),
    ),
    Reason.APPLY_REFUSED: Runbook(
        (
            "A webhook or policy refuses the object, or somebody has made an object of that name with fields that can't change.",
            "A defect of the operator.",
        ),
        (
            "The API server's words are under What failed in `kubectl testgen status`.",
            "If another object has the name, rename or delete it, if it is not needed.",
            "Otherwise make a `kubectl testgen report` and hand it to support.",
        ),
    ),
    Reason.AUTOSCALER_WITHOUT_METRICS: Runbook(
        (
            "The cluster has no metrics-server, or it does not answer.",
            "spec.autoscaling asks for queueDepthPerReplica or requestsPerReplica, and no metrics adapter serves them.",
        ),
        (
            "`kubectl -n <namespace> describe hpa` names the figure that is missing.",
            "`kubectl get apiservices | grep metrics` shows who should serve it: install it, or mend it.",
            "Until then the number of pods stays as it is: with autoscaling.enabled: false it is spec.replicas.",
        ),
        "By itself, ten minutes after the autoscaler has figures again at the latest. The endpoint serves meanwhile.",
    ),
    Reason.PROGRESS_DEADLINE_EXCEEDED: Runbook(
        ("New pods start but never pass their readiness check.", "They start slower than the deadline allows."),
        (
            "`kubectl testgen logs <project> --component=<component>` shows what they say.",
            "GET /ready of a new pod names the part that is not ready.",
            "Correct the spec, or go back to the last version: the last release goes on meanwhile.",
        ),
    ),
}


def missing() -> list[Reason]:
    """Reasons that need a person and have no entry."""
    return [one for one in Reason if one in BLOCKING and one not in RUNBOOKS]


def page() -> str:
    """docs/REASONS.md. Alerts and `kubectl testgen` link to its headings: one for each reason."""
    order = {reason: i for i, reason in enumerate(Reason)}
    by_need = sorted(MEANINGS, key=lambda one: (one not in BLOCKING, order[one]))
    lines = [
        "# Reasons, and what to do",
        "",
        "Generated from `operator/testgen_operator/status/runbooks.py` and `reasons.py` by `make crds`; do not edit.",
        "`kubectl testgen explain REASON` prints the same; `kubectl testgen status` fills in the names. The conditions that",
        "carry the reasons are in [CONDITIONS.md](CONDITIONS.md).",
        "",
        "## When a person must act",
        "",
        "`Stalled` is True with one of these reasons, and goes away by itself when the cause does.",
        "",
    ]
    for reason in by_need:
        if reason is next((one for one in by_need if one not in BLOCKING), None):
            lines += ["## When nobody must act", ""]
        lines += _entry(reason, MEANINGS[reason])
    lines += ["## Conditions", "", *(f"- `{kind}`: {text}" for kind, text in TYPES.items()), ""]
    return "\n".join(lines)


def _entry(reason: Reason, meaning: Meaning) -> Iterator[str]:
    yield f"### {reason}"
    yield ""
    yield f"{_named(meaning.says)}."
    yield ""
    if meaning.run:
        yield from ("```sh", _named(meaning.run), "```", "")
    found = RUNBOOKS.get(reason)
    if found is None:
        return
    yield "Usual causes:"
    yield ""
    yield from (f"- {one}" for one in found.causes)
    yield ""
    yield "What to do:"
    yield ""
    yield from (f"{number}. {one}" for number, one in enumerate(found.steps, 1))
    yield ""
    yield f"How it ends: {found.ends}"
    yield ""


def _named(template: str) -> str:
    """A template with its fields as <field>."""
    marks = ("project", "namespace", "component", "subject", "pods")
    return template.format(**{mark: f"<{mark}>" for mark in marks})
