"""Condition types and reasons: the one place for both. docs/CONDITIONS.md is written from it
by `make crds`, and a test holds the two together.

A reason is an API: alert rules and scripts match on it. A message is for people; it holds no number that varies, so that a status
is written only when something changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Type(StrEnum):
    READY = "Ready"
    RECONCILING = "Reconciling"
    STALLED = "Stalled"
    SPEC_VALID = "SpecValid"
    STORES_READY = "StoresReady"
    MODELS_READY = "ModelsReady"
    RUNTIME_AVAILABLE = "RuntimeAvailable"
    ROLLOUT_SUCCEEDED = "RolloutSucceeded"
    EXPOSURE_READY = "ExposureReady"
    BACKUPS_HEALTHY = "BackupsHealthy"
    RESTORE_VERIFIED = "RestoreVerified"
    MONITORING_CONFIGURED = "MonitoringConfigured"
    SUSPENDED = "Suspended"


TYPES: Final[dict[Type, str]] = {
    Type.READY: "Everything that the spec asks for is there and serves.",
    Type.RECONCILING: "The operator is on its way to what the spec asks for. Present as True only while it is.",
    Type.STALLED: "A person must act; the message says what to run. Goes away by itself when the cause does.",
    Type.SPEC_VALID: "The spec could be read and breaks no rule.",
    Type.STORES_READY: "PostgreSQL answers, and so does every other store that the spec asks for.",
    Type.MODELS_READY: "The managed model server answers and has every routed model.",
    Type.RUNTIME_AVAILABLE: "The endpoint has a ready pod behind it, of this or of the last release.",
    Type.ROLLOUT_SUCCEEDED: "Every runtime pod is of the release that the spec asks for.",
    Type.EXPOSURE_READY: "Callers from outside are led to the project, as the spec asks. No part of Ready while disabled.",
    Type.BACKUPS_HEALTHY: "The stores are backed up as planned. No part of Ready while nothing is configured.",
    Type.RESTORE_VERIFIED: "A backup has been restored for proof. No part of Ready while nothing is configured.",
    Type.MONITORING_CONFIGURED: "Alerts and dashboards are in place. No part of Ready while nothing is configured.",
    Type.SUSPENDED: "spec.suspend holds every pod of the project at zero.",
}


class Reason(StrEnum):
    # as wished
    SERVING = "Serving"
    SETTLED = "Settled"
    NOTHING_BLOCKS = "NothingBlocks"
    VALID = "Valid"
    ALL_READY = "AllReady"
    MODELS_PRESENT = "ModelsPresent"
    AVAILABLE = "Available"
    AUTOSCALER_WITHOUT_METRICS = "AutoscalerWithoutMetrics"
    COMPLETE = "Complete"
    NOT_SUSPENDED = "NotSuspended"
    SUSPENDED = "Suspended"
    SCALED_TO_ZERO = "ScaledToZero"
    NOT_CONFIGURED = "NotConfigured"
    NOT_MANAGED = "NotManaged"
    EXPOSED = "Exposed"
    LIMITS_NOT_ENFORCED = "LimitsNotEnforced"
    CONTROLLER_FENCED_OUT = "ControllerFencedOut"
    UNDER_MAINTENANCE = "UnderMaintenance"
    PROMOTED = "Promoted"
    FAST_PROMOTED = "FastPromoted"
    ACTIVE_UNAVAILABLE_BYPASS = "ActiveUnavailableBypass"
    SUPERSEDED = "Superseded"
    ROLLED_BACK = "RolledBack"
    COMMAND_IGNORED = "CommandIgnored"
    # under way
    NOT_OBSERVED = "NotObserved"
    APPLYING = "Applying"
    STORES_STARTING = "StoresStarting"
    WAITING_FOR_STORES = "WaitingForStores"
    MIGRATING = "Migrating"
    ROLLING_OUT = "RollingOut"
    BACKING_UP = "BackingUp"
    CHECKING_RELEASE = "CheckingRelease"
    SHIFTING_TRAFFIC = "ShiftingTraffic"
    AWAITING_PROMOTION = "AwaitingPromotion"
    PAUSED = "Paused"
    BAKING = "Baking"
    RETURNING = "Returning"
    RESUMING = "Resuming"
    GROWING = "Growing"
    PREPARING_MODELS = "PreparingModels"
    PODS_NOT_READY = "PodsNotReady"
    CHANGING_MODE = "ChangingMode"
    EXPOSING = "Exposing"
    CERTIFICATE_NOT_READY = "CertificateNotReady"
    CHECKING_STORES = "CheckingStores"
    CLOUD_NATIVE_PG_STARTING = "CloudNativePGStarting"
    ROTATING_CREDENTIALS = "RotatingCredentials"
    # a person must act
    SPEC_INVALID = "SpecInvalid"
    HOST_CONFLICT = "HostConflict"
    CERTIFICATE_MISSING = "CertificateMissing"
    API_NOT_SERVED = "ApiNotServed"
    INGRESS_CLASS_NOT_FOUND = "IngressClassNotFound"
    ROUTE_NOT_ACCEPTED = "RouteNotAccepted"
    TOO_FEW_CONNECTIONS = "TooFewConnections"
    FOREIGN_OBJECT = "ForeignObject"
    CLOUD_NATIVE_PG_MISSING = "CloudNativePGMissing"
    DNS_FAILED = "DnsFailed"
    CONNECTION_REFUSED = "ConnectionRefused"
    TIMEOUT = "Timeout"
    AUTHENTICATION_FAILED = "AuthenticationFailed"
    CERTIFICATE_INVALID = "CertificateInvalid"
    DATABASE_MISSING = "DatabaseMissing"
    VERSION_TOO_OLD = "VersionTooOld"
    PERMISSION_DENIED = "PermissionDenied"
    STORE_CHECK_FAILED = "StoreCheckFailed"
    ROTATION_FAILED = "RotationFailed"
    SECRET_NOT_FOUND = "SecretNotFound"  # noqa: S105
    SECRET_KEY_MISSING = "SecretKeyMissing"  # noqa: S105
    PASSWORD_LOST = "PasswordLost"  # noqa: S105
    IMAGE_PULL_FAILED = "ImagePullFailed"
    STORAGE_CLASS_NOT_FOUND = "StorageClassNotFound"
    VOLUME_PENDING = "VolumePending"
    VOLUME_FULL = "VolumeFull"
    VOLUME_CANNOT_GROW = "VolumeCannotGrow"
    MODEL_NOT_FOUND = "ModelNotFound"
    MODEL_PULL_FAILED = "ModelPullFailed"
    MIGRATION_FAILED = "MigrationFailed"
    CRASH_LOOP = "CrashLoop"
    OUT_OF_MEMORY = "OutOfMemory"
    CONTAINER_CONFIG_ERROR = "ContainerConfigError"
    UNSCHEDULABLE = "Unschedulable"
    NODE_UNDER_PRESSURE = "NodeUnderPressure"
    QUOTA_EXCEEDED = "QuotaExceeded"
    POD_SECURITY_VIOLATION = "PodSecurityViolation"
    FORBIDDEN = "Forbidden"
    APPLY_REFUSED = "ApplyRefused"
    PROGRESS_DEADLINE_EXCEEDED = "ProgressDeadlineExceeded"
    PREVIEW_NOT_READY = "PreviewNotReady"
    SMOKE_FAILED = "SmokeFailed"
    ANALYSIS_FAILED = "AnalysisFailed"
    ANALYSIS_INCONCLUSIVE = "AnalysisInconclusive"
    GOLDEN_SET_WORSE = "GoldenSetWorse"
    GOLDEN_SET_INVALID = "GoldenSetInvalid"
    PROMETHEUS_UNREACHABLE = "PrometheusUnreachable"
    METRICS_UNREACHABLE = "MetricsUnreachable"
    BACKUP_FAILED = "BackupFailed"
    VERSION_BELOW_SCHEMA = "VersionBelowSchema"
    RELEASE_GONE = "ReleaseGone"
    ABORTED = "Aborted"


@dataclass(frozen=True)
class Meaning:
    """What a reason says (a template of the message), and the command that a person runs next, where there is one.

    Placeholders: {project} {namespace} {component} {subject} (the Secret, image, volume, model or object meant) {pods} (a label
    selector for the component's pods).
    """

    says: str
    run: str = ""


_PODS: Final = "kubectl -n {namespace} describe pod -l {pods}"
_LOGS: Final = "kubectl -n {namespace} logs -l {pods} --all-containers --previous --tail=50"

_STATUS: Final = "kubectl testgen rollout status {project} -n {namespace}"
_HISTORY: Final = "kubectl testgen rollout history {project} -n {namespace}"
_CHECK: Final = "kubectl -n {namespace} logs -l {pods} --prefix --tail=5"

MEANINGS: Final[dict[Reason, Meaning]] = {
    Reason.SERVING: Meaning("The endpoint serves; RolloutSucceeded tells whether it is what the spec asks for"),
    Reason.SETTLED: Meaning("Nothing is left to be done"),
    Reason.NOTHING_BLOCKS: Meaning("Nothing needs a person"),
    Reason.VALID: Meaning("The spec is valid"),
    Reason.ALL_READY: Meaning("Every store answers"),
    Reason.MODELS_PRESENT: Meaning("The model server answers and has every routed model"),
    Reason.AVAILABLE: Meaning("The endpoint has ready pods"),
    Reason.AUTOSCALER_WITHOUT_METRICS: Meaning(
        "The endpoint has ready pods, whose number stays as it is: the autoscaler of {component} has had no figures for minutes",
        "kubectl -n {namespace} describe hpa -l {pods}",
    ),
    Reason.COMPLETE: Meaning("Every pod is of the wanted release"),
    Reason.NOT_SUSPENDED: Meaning("spec.suspend is not set"),
    Reason.SUSPENDED: Meaning(
        "spec.suspend holds every pod at zero; volumes, passwords and settings stay",
        'kubectl -n {namespace} patch tgp {project} --type=merge -p \'{{"spec":{{"suspend":false}}}}\'',
    ),
    Reason.SCALED_TO_ZERO: Meaning(
        "spec.replicas is 0, or components.edge.replicas in the split modes: no pod answers",
        "kubectl -n {namespace} edit tgp {project}",
    ),
    Reason.NOT_CONFIGURED: Meaning("Nothing is configured, so there is nothing to report"),
    Reason.NOT_MANAGED: Meaning("The model server is not the operator's: GET /ready of the endpoint tells whether it answers"),
    Reason.NOT_OBSERVED: Meaning("Not looked at, because the spec is not valid"),
    Reason.APPLYING: Meaning("The new spec has just been written to the project's objects"),
    Reason.STORES_STARTING: Meaning("Waiting for {component} to answer", "kubectl -n {namespace} get pods -l {pods}"),
    Reason.WAITING_FOR_STORES: Meaning("Waits until PostgreSQL answers"),
    Reason.MIGRATING: Meaning("The database is being migrated to the wanted release", "kubectl -n {namespace} logs -l {pods}"),
    Reason.ROLLING_OUT: Meaning(
        "Pods of the wanted release are starting",
        "kubectl -n {namespace} get deployments -l testgen.dev/project={project}",
    ),
    Reason.CHANGING_MODE: Meaning(
        "The parts of the new mode are starting beside those of the last one, which serve until all of them are ready",
        "kubectl -n {namespace} get deployments -l testgen.dev/project={project}",
    ),
    Reason.EXPOSED: Meaning("The host leads to the project"),
    Reason.LIMITS_NOT_ENFORCED: Meaning(
        "The host leads to the project; its limits on requests and connections, and an Ingress's redirect to HTTPS, are not "
        "enforced: the operator can ask only ingress-nginx, and Traefik with its Middlewares, for them"
    ),
    Reason.CONTROLLER_FENCED_OUT: Meaning(
        "The project's NetworkPolicies let in nobody from outside, where they are enforced: neither the class nor the Gateway "
        "tells the namespace of the controller. Name it in spec.networkPolicy.allowFromNamespaces",
        "kubectl get pods --all-namespaces -l 'app.kubernetes.io/component in (controller,ingress)'",
    ),
    Reason.UNDER_MAINTENANCE: Meaning(
        "Callers from outside get the maintenance page, by spec.exposure.maintenance",
        'kubectl -n {namespace} patch tgp {project} --type=merge -p \'{{"spec":{{"exposure":{{"maintenance":false}}}}}}\'',
    ),
    Reason.EXPOSING: Meaning(
        "Waiting for the Gateway's controller to take the route in", "kubectl -n {namespace} describe httproute {project}"
    ),
    Reason.CERTIFICATE_NOT_READY: Meaning(
        "cert-manager has not made certificate {subject} yet",
        # An issuer that does not exist, or refuses, is told by the request only.
        "kubectl -n {namespace} get certificates,certificaterequests -o wide",
    ),
    Reason.CERTIFICATE_MISSING: Meaning(
        "Secret {subject}, which spec.exposure.tls.secretName names, does not exist or lacks tls.crt and tls.key",
        "kubectl -n {namespace} create secret tls {subject} --cert=<file> --key=<file>",
    ),
    Reason.HOST_CONFLICT: Meaning(
        "Host {subject} belongs to an older project: choose another one in spec.exposure.host",
        "kubectl get tgp -A -o custom-columns=NS:.metadata.namespace,NAME:.metadata.name,HOST:.spec.exposure.host",
    ),
    Reason.API_NOT_SERVED: Meaning(
        "This cluster does not serve {subject}: have it installed, or choose another way in spec.exposure",
        "kubectl api-resources",
    ),
    Reason.INGRESS_CLASS_NOT_FOUND: Meaning(
        "IngressClass {subject} does not exist, so no controller takes the Ingress: correct spec.exposure.ingressClassName, or "
        "have the controller installed",
        "kubectl get ingressclass",
    ),
    Reason.ROUTE_NOT_ACCEPTED: Meaning(
        "The Gateway does not take route {subject}: it must have a listener for the host and admit routes of this namespace",
        "kubectl -n {namespace} describe httproute {subject}",
    ),
    Reason.TOO_FEW_CONNECTIONS: Meaning(
        "The database grants fewer connections than the pods need, during a change of mode too: lower the numbers of pods, or "
        "raise what it grants: of type External spec.stores.postgres.external.maxConnections (and the server's own), of the "
        "others by spec.profile Standard",
        "kubectl -n {namespace} get tgp {project} -o jsonpath='{{.spec.stores.postgres}}'",
    ),
    Reason.PROMOTED: Meaning("The release passed its checks and serves"),
    Reason.FAST_PROMOTED: Meaning(
        "The release serves without analysis and bake: it is returned to, or the last one had no ready pod"
    ),
    Reason.ACTIVE_UNAVAILABLE_BYPASS: Meaning(
        "The release that serves has no ready pod, so the new one takes over without analysis and without bake", _STATUS
    ),
    Reason.SUPERSEDED: Meaning("A newer spec took the release's place before it was through"),
    Reason.ROLLED_BACK: Meaning(
        "spec.rollout.rollback keeps an earlier release serving; a new version in the spec ends that", _HISTORY
    ),
    Reason.COMMAND_IGNORED: Meaning("A command of spec.rollout reaches nothing; status.rollout.ignored says why", _STATUS),
    Reason.BACKING_UP: Meaning("The database is backed up before it is migrated", "kubectl -n {namespace} logs -l {pods}"),
    Reason.CHECKING_RELEASE: Meaning("The new release is checked; nothing is led to it yet", _STATUS),
    Reason.SHIFTING_TRAFFIC: Meaning("A part of the requests goes to the new release", _STATUS),
    Reason.AWAITING_PROMOTION: Meaning(
        "The new release is good so far and waits to be let through", "kubectl testgen rollout promote {project} -n {namespace}"
    ),
    Reason.PAUSED: Meaning(
        "spec.rollout.pause holds the rollout where it is, or a canary's step has no end by itself",
        "kubectl testgen rollout resume {project} -n {namespace}, for a step without an end skip in place of resume",
    ),
    Reason.BAKING: Meaning("The new release serves and is watched; the last one takes over again where it fails", _STATUS),
    Reason.RETURNING: Meaning("The last release takes over again", _STATUS),
    Reason.RESUMING: Meaning("The project was suspended in the middle of a rollout and goes on with it", _STATUS),
    Reason.GROWING: Meaning("The pods of the canary's next share start; its pause begins when they are there", _STATUS),
    Reason.PREPARING_MODELS: Meaning(
        "The model server is fetching or loading its models", "kubectl -n {namespace} logs -l {pods} -c models"
    ),
    Reason.PODS_NOT_READY: Meaning("No pod behind the endpoint is ready", _PODS),
    Reason.CHECKING_STORES: Meaning(
        "Checking {component}, which somebody else runs", "kubectl -n {namespace} get pods -l {pods}"
    ),
    Reason.CLOUD_NATIVE_PG_STARTING: Meaning(
        "Waiting for CloudNativePG to make the database: the Secret with its password is not there yet",
        "kubectl -n {namespace} describe clusters.postgresql.cnpg.io {project}-postgres",
    ),
    Reason.ROTATING_CREDENTIALS: Meaning(
        "New passwords are being given to the stores; the endpoint serves meanwhile", "kubectl -n {namespace} get jobs,pods"
    ),
    Reason.FOREIGN_OBJECT: Meaning(
        "{subject} exists already and is not this project's, so it is left alone: rename the project, or move that object away",
        "kubectl -n {namespace} get {subject} --show-labels",
    ),
    Reason.CLOUD_NATIVE_PG_MISSING: Meaning(
        "stores.postgres.type is CloudNativePG, but the cluster does not serve its Cluster resource: install that operator",
        "kubectl get crd clusters.postgresql.cnpg.io",
    ),
    Reason.DNS_FAILED: Meaning(
        "The host of {component} ({subject}) cannot be resolved from the project's pods: correct it in the spec", _CHECK
    ),
    Reason.CONNECTION_REFUSED: Meaning(
        "{component} at {subject} refuses connections: correct host and port, start it, or let its firewall admit this cluster",
        _CHECK,
    ),
    Reason.TIMEOUT: Meaning(
        "{component} at {subject} does not answer in time: let firewalls and NetworkPolicies on the way pass it",
        _CHECK,
    ),
    Reason.AUTHENTICATION_FAILED: Meaning(
        "{component} at {subject} refuses user or password: correct the Secret that the spec names, it is checked again then",
        _CHECK,
    ),
    Reason.CERTIFICATE_INVALID: Meaning(
        "The certificate of {component} at {subject} cannot be proved: set the authority's certificate (caSecretRef) and the "
        "host name that it is made for",
        _CHECK,
    ),
    Reason.DATABASE_MISSING: Meaning(
        "{component} at {subject} has no such database: create it, owned by the user that the spec names", _CHECK
    ),
    Reason.VERSION_TOO_OLD: Meaning("{component} at {subject} is too old: docs/STORES.md lists what is needed", _CHECK),
    Reason.PERMISSION_DENIED: Meaning(
        "The user may not do what the project needs in {component} at {subject}: docs/STORES.md lists the rights", _CHECK
    ),
    Reason.STORE_CHECK_FAILED: Meaning("The check of {component} at {subject} ends with an error", _CHECK),
    Reason.ROTATION_FAILED: Meaning(
        "{component} cannot be given its new password; the old one stays valid, and it is tried again by itself",
        "kubectl -n {namespace} logs -l {pods} --tail=20",
    ),
    Reason.SPEC_INVALID: Meaning("{subject}", "kubectl -n {namespace} edit tgp {project}"),
    Reason.SECRET_NOT_FOUND: Meaning(
        "Secret {subject} does not exist", "kubectl -n {namespace} create secret generic {subject} --from-file=<key>=<file>"
    ),
    Reason.SECRET_KEY_MISSING: Meaning(
        "Secret {subject} lacks the key that spec.access.adminKeySecretRef names",
        "kubectl -n {namespace} describe secret {subject}",
    ),
    Reason.PASSWORD_LOST: Meaning(
        "Secret {subject} is gone, but the database that it opens is there: a new password would not fit. Put the old one back, "
        "from a backup of the Secret",
        "kubectl -n {namespace} create secret generic {subject} --from-file=password=<file>",
    ),
    Reason.IMAGE_PULL_FAILED: Meaning(
        "Image {subject} of {component} cannot be pulled: correct the image, or add a Secret of its registry to "
        "spec.imagePullSecrets",
        _PODS,
    ),
    Reason.STORAGE_CLASS_NOT_FOUND: Meaning(
        "Volume {subject} asks for a StorageClass that does not exist: create it, or delete claim "
        "and project and name one that does",
        "kubectl get storageclass",
    ),
    Reason.VOLUME_PENDING: Meaning(
        "Volume {subject} is not provided: the cluster needs a default StorageClass, or the project a storageClassName",
        "kubectl -n {namespace} describe pvc {subject}",
    ),
    Reason.VOLUME_FULL: Meaning(
        "The volume of {component} is full: raise the storage size in the spec, or free space",
        "kubectl -n {namespace} get pvc {subject}",
    ),
    Reason.VOLUME_CANNOT_GROW: Meaning(
        "Volume {subject} cannot grow, because its StorageClass does not allow it",
        "kubectl patch storageclass $(kubectl -n {namespace} get pvc {subject} -o jsonpath='{{.spec.storageClassName}}') "
        "-p '{{\"allowVolumeExpansion\":true}}'",
    ),
    Reason.MODEL_NOT_FOUND: Meaning(
        "A routed model does not exist where the model server looks: correct llm.routes[].model, or use an image that holds it",
        "kubectl -n {namespace} logs {project}-ollama-0 -c models --previous",
    ),
    Reason.MODEL_PULL_FAILED: Meaning(
        "A model could not be fetched: the library must be in reach, or the image must hold the model (modelSource: Image)",
        "kubectl -n {namespace} logs {project}-ollama-0 -c models --previous",
    ),
    Reason.MIGRATION_FAILED: Meaning(
        "The database could not be migrated; the last release goes on. A release that was given up wants another version, or "
        "retry; its record has the last lines. A first migration is tried again by itself, at once when its Job is deleted",
        _CHECK,
    ),
    Reason.CRASH_LOOP: Meaning("A container of {component} crashes again and again", _LOGS),
    Reason.OUT_OF_MEMORY: Meaning(
        "A container of {component} needs more memory than its limit: raise resources.limits.memory", _PODS
    ),
    Reason.CONTAINER_CONFIG_ERROR: Meaning("A container of {component} cannot be created", _PODS),
    Reason.UNSCHEDULABLE: Meaning("No node has room for a pod of {component}: add a node or lower resources.requests", _PODS),
    Reason.NODE_UNDER_PRESSURE: Meaning(
        "A node is out of {subject} and takes no pod of {component}: make room on it or add a node", "kubectl describe nodes"
    ),
    Reason.QUOTA_EXCEEDED: Meaning(
        "The namespace's ResourceQuota refuses {subject}: raise the quota or lower what the spec asks for",
        "kubectl -n {namespace} describe resourcequota",
    ),
    Reason.POD_SECURITY_VIOLATION: Meaning(
        "The namespace's Pod Security level or a policy refuses pods of {component}",
        "kubectl get namespace {namespace} --show-labels",
    ),
    Reason.FORBIDDEN: Meaning(
        "The API server forbids the operator to write {subject}: apply its role again, or find the policy that refuses it",
        "kubectl apply -k gitops/base",
    ),
    Reason.APPLY_REFUSED: Meaning(
        "The API server refuses {subject}", "kubectl -n testgen-system logs -l app.kubernetes.io/name=testgen-operator --tail=50"
    ),
    Reason.PROGRESS_DEADLINE_EXCEEDED: Meaning(
        "The pods of the wanted release do not become ready in time; the last release goes on", _PODS
    ),
    Reason.PREVIEW_NOT_READY: Meaning(
        "Pods of the new release did not become ready in time, so it was given up; the last release serves", _HISTORY
    ),
    Reason.SMOKE_FAILED: Meaning(
        "The new release failed its smoke check, so it was given up; the last release serves",
        "kubectl -n {namespace} logs -l {pods} --tail=20",
    ),
    Reason.ANALYSIS_FAILED: Meaning(
        "The new release answers worse than spec.rollout.analysis allows, so it was given up; the last release serves", _HISTORY
    ),
    Reason.ANALYSIS_INCONCLUSIVE: Meaning(
        "Too many measurements had no figure (no traffic, most often): measure anew with retry, or give it up with abort",
        "kubectl testgen rollout retry {project} -n {namespace}",
    ),
    Reason.GOLDEN_SET_WORSE: Meaning(
        "The new release writes worse cases for the golden set, so it was given up; the last release serves", _HISTORY
    ),
    Reason.GOLDEN_SET_INVALID: Meaning(
        "The golden set is missing or cannot be read, so the new release was given up; the last release serves. Correct the "
        "ConfigMap, then retry",
        "kubectl -n {namespace} get tgp {project} -o jsonpath='{{.spec.rollout.analysis.golden}}'",
    ),
    Reason.PROMETHEUS_UNREACHABLE: Meaning(
        "Prometheus tells no figures, so nothing is known of the new release: correct spec.rollout.analysis.prometheus.address, "
        "have the platform allow it, or remove it to measure at the pods; it goes on then, before its first request with retry",
        "kubectl -n {namespace} get tgp {project} -o jsonpath='{{.spec.rollout.analysis.prometheus}}'",
    ),
    Reason.METRICS_UNREACHABLE: Meaning(
        "No pod of the new release tells the operator its metrics, so nothing is known of it: let the operator reach port 8000 "
        "of the project's pods; it goes on then, before its first request with retry",
        _STATUS,
    ),
    Reason.BACKUP_FAILED: Meaning(
        "The database could not be backed up, so it was not migrated; the last release serves. Make room, or let the database "
        "answer, then retry",
        "kubectl -n {namespace} logs -l {pods} --tail=20",
    ),
    Reason.VERSION_BELOW_SCHEMA: Meaning(
        "The version that the spec asks for is older than the database's schema allows; the last release serves. Ask for a "
        "version that is not below the schema's, or restore the backup of that time",
        _HISTORY,
    ),
    Reason.RELEASE_GONE: Meaning(
        "A command of spec.rollout names a release that there is no record of: name one that is listed, or remove the command",
        "kubectl -n {namespace} get tgr -l testgen.dev/project={project}",
    ),
    Reason.ABORTED: Meaning(
        "The release that the spec asks for was given up by spec.rollout.abort; the last one serves. Change the spec, or retry",
        "kubectl testgen rollout retry {project} -n {namespace}",
    ),
}

BLOCKING: Final = frozenset(list(Reason)[list(Reason).index(Reason.SPEC_INVALID) :])
"""The reasons for which Stalled is True."""


def page() -> str:
    """docs/CONDITIONS.md."""
    lines = [
        "# Conditions of a TestGenProject",
        "",
        "Generated from `operator/testgen_operator/status/reasons.py` by `make crds`; do not edit.",
        "",
        "They follow [kstatus](https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md): `Reconciling`",
        "and `Stalled` are True only while something is under way or needs a person. All are set at the first visit.",
        "Reasons are stable names, messages are not. What the failing containers said last is in `status.failures`.",
        "",
        "| condition | True means |",
        "|---|---|",
        *(f"| `{kind}` | {text} |" for kind, text in TYPES.items()),
        "",
        "| reason | what it means | what to run | Stalled |",
        "|---|---|---|---|",
        *(
            f"| `{reason}` | {_shown(meaning.says)} | {f'`{_shown(meaning.run)}`' if meaning.run else ''} "
            f"| {'yes' if reason in BLOCKING else ''} |"
            for reason, meaning in MEANINGS.items()
        ),
        "",
    ]
    return "\n".join(lines)


def _shown(template: str) -> str:
    marks = ("project", "namespace", "component", "subject", "pods")
    return template.format(**{mark: f"<{mark}>" for mark in marks}).replace("|", "\\|") if "{" in template else template
