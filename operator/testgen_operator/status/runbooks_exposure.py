"""What to do about the way in from outside, and about a database that is too small for the pods. Words only."""

from __future__ import annotations

from typing import Final

from testgen_operator.status.reasons import Reason
from testgen_operator.status.runbooks_stores import Words

RUNBOOKS: Final[dict[Reason, Words]] = {
    Reason.HOST_CONFLICT: (
        (
            "Another project that this operator watches asked for the same host earlier; whoever was there first keeps it.",
            "A project was made anew under another name or namespace before the old one was deleted.",
        ),
        (
            "`kubectl get tgp -A -o custom-columns=NS:.metadata.namespace,NAME:.metadata.name,HOST:.spec.exposure.host` shows "
            "who has it, as far as you may see.",
            "Choose another spec.exposure.host, or have the older project give its own up.",
        ),
        "At once when the host is free. Until then nothing leads from that host to this project; its Service answers inside.",
    ),
    Reason.CERTIFICATE_MISSING: (
        (
            "The Secret with the certificate was not made yet, is in another namespace, or has another name.",
            "It is no Secret of type kubernetes.io/tls: its keys are called otherwise.",
        ),
        (
            "`kubectl -n <namespace> describe secret <name>` shows its keys, never their values.",
            "Make it from the certificate and its key, or have cert-manager make one: spec.exposure.tls.issuerRef.",
        ),
        "Within a minute after the Secret is there. Until then controllers answer with a certificate of their own; the project's "
        "Service answers inside.",
    ),
    Reason.API_NOT_SERVED: (
        (
            "spec.exposure.type is Gateway, and the Gateway API is not installed in this cluster.",
            "spec.exposure.tls.issuerRef asks for cert-manager, which is not installed.",
        ),
        (
            "`kubectl api-resources` shows what is served.",
            "Have the platform team install it, or choose type Ingress, or bring a certificate by tls.secretName.",
        ),
        "Within two minutes of the installation: the operator looks for such kinds every minute.",
    ),
    Reason.INGRESS_CLASS_NOT_FOUND: (
        (
            "spec.exposure.ingressClassName is mistyped, or names a class of another cluster.",
            "The ingress controller was not installed yet, or was taken away.",
        ),
        (
            "`kubectl get ingressclass` lists the classes of this cluster and their controllers.",
            "Correct the name, or leave it out where the cluster has a default class.",
        ),
        "Half a minute after the class is there. Until then nothing leads to the project from outside; its Service answers "
        "inside. A class that is taken away later is noticed at the next look after five minutes.",
    ),
    Reason.ROUTE_NOT_ACCEPTED: (
        (
            "The Gateway has no listener for this host or port: with forceHttps the route hangs on that of port 443, or on "
            "the one that sectionName names.",
            "The Gateway does not admit routes of this namespace (allowedRoutes).",
        ),
        (
            "`kubectl -n <namespace> describe httproute <project>` shows what the Gateway's controller says.",
            "Correct spec.exposure.gatewayRef, or have the listener admit the host and the namespace.",
        ),
        "By itself, when the Gateway's controller has taken the route in.",
    ),
    Reason.TOO_FEW_CONNECTIONS: (
        (
            "The numbers of pods were raised beyond what the database grants. Half of it is kept free, since while a mode is "
            "changed the old parts and the new ones are both connected.",
            "Type External: spec.stores.postgres.external.maxConnections is lower than what the server grants. A readHost takes "
            "as many connections of it as the host does, since both may be one server.",
        ),
        (
            "Type External: raise maxConnections in the spec, and max_connections of the server with it.",
            "Types BuiltIn and CloudNativePG: the profile decides; Standard grants more than Small.",
            "Or lower replicas, maxReplicas, or the components' own numbers.",
        ),
        "With the next spec. Pods that run go on meanwhile; those beyond what the database grants are not started.",
    ),
}
