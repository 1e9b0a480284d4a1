"""Traefik: Ingresses of class `traefik`, Gateways of the GatewayClass `traefik`, at one address inside the cluster."""

from __future__ import annotations

from typing import Any, Final

from testgen_cluster import api
from testgen_cluster.names import Names
from testgen_cluster.objects import an_object, cluster_binding, deployment, restricted

NAMESPACE: Final = "traefik"
NAME: Final = "traefik"
CLASS: Final = "traefik"
PING_PORT: Final = 8082
# Below a Service's usual ports lie the same ones: a Gateway's listener is matched to an entry point by its port.
PORTS: Final = {"web": 80, "websecure": 443}


def arguments(address: str) -> list[str]:
    """Its static configuration. It waits long for no change: tests do."""
    return [
        *(f"--entryPoints.{name}.address=:{port}" for name, port in PORTS.items()),
        # As its public chart does: without it an Ingress' certificate is loaded, and nothing is served with it.
        "--entryPoints.websecure.http.tls=true",
        f"--entryPoints.ping.address=:{PING_PORT}",
        "--ping.entryPoint=ping",
        "--providers.providersThrottleDuration=200ms",
        "--providers.kubernetesIngress=true",
        f"--providers.kubernetesIngress.ingressEndpoint.ip={address}",
        "--providers.kubernetesCRD=true",
        "--providers.kubernetesGateway=true",
        f"--providers.kubernetesGateway.statusAddress.ip={address}",
        "--global.checkNewVersion=false",
        "--global.sendAnonymousUsage=false",
        "--log.level=INFO",
        "--log.noColor=true",
        "--accessLog=true",
    ]


def manifests(image: str, address: str) -> list[dict[str, Any]]:
    """Its objects but its CRDs; `address` is its Service's own."""
    labels = {"app": NAME}
    container = {
        "name": NAME,
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "args": arguments(address),
        "ports": [{"name": name, "containerPort": port} for name, port in (*PORTS.items(), ("ping", PING_PORT))],
        "readinessProbe": {"httpGet": {"path": "/ping", "port": "ping"}, "periodSeconds": 1, "failureThreshold": 60},
        "resources": {"requests": {"cpu": "20m", "memory": "48Mi"}, "limits": {"memory": "256Mi"}},
        "securityContext": restricted(),
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],
    }
    pod = {
        "serviceAccountName": NAME,
        "containers": [container],
        # It listens on 80 and 443 without a capability.
        "securityContext": {"sysctls": [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}]},
        "volumes": [{"name": "tmp", "emptyDir": {}}],
    }
    ports = [{"name": name, "port": port, "targetPort": name} for name, port in PORTS.items()]
    classes = "networking.k8s.io/v1", "gateway.networking.k8s.io/v1"
    return [
        an_object("v1", "Namespace", NAMESPACE),
        an_object("v1", "ServiceAccount", NAME, NAMESPACE),
        an_object("rbac.authorization.k8s.io/v1", "ClusterRole", "testgen:traefik", rules=_rules()),
        cluster_binding("testgen:traefik", NAME, NAMESPACE),
        an_object("apps/v1", "Deployment", NAME, NAMESPACE, spec=deployment(labels, pod)),
        an_object("v1", "Service", NAME, NAMESPACE, spec={"clusterIP": address, "selector": labels, "ports": ports}),
        an_object(classes[0], "IngressClass", CLASS, spec={"controller": "traefik.io/ingress-controller"}),
        an_object(classes[1], "GatewayClass", CLASS, spec={"controllerName": "traefik.io/gateway-controller"}),
    ]


def works(names: Names) -> bool:
    """Whether its pod is ready and it has taken the GatewayClass."""
    space = f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments/{NAME}"
    accepted = f"/apis/gateway.networking.k8s.io/v1/gatewayclasses/{CLASS}"
    return api.condition(api.get(names, space), "Available") and api.condition(api.get(names, accepted), "Accepted")


def _rules() -> list[dict[str, Any]]:
    see, write = ["get", "list", "watch"], ["update"]
    gateway = ["gatewayclasses", "gateways", "httproutes", "grpcroutes", "tcproutes", "tlsroutes", "referencegrants"]
    custom = (
        "middlewares middlewaretcps ingressroutes traefikservices ingressroutetcps ingressrouteudps tlsoptions tlsstores "
        "serverstransports serverstransporttcps"
    )
    core = ["namespaces", "services", "secrets", "configmaps", "nodes", "pods"]
    return [
        {"apiGroups": [""], "resources": core, "verbs": see},
        {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": see},
        {"apiGroups": ["networking.k8s.io"], "resources": ["ingresses", "ingressclasses"], "verbs": see},
        {"apiGroups": ["networking.k8s.io"], "resources": ["ingresses/status"], "verbs": write},
        {"apiGroups": ["traefik.io"], "resources": custom.split(), "verbs": see},
        {"apiGroups": ["gateway.networking.k8s.io"], "resources": gateway, "verbs": see},
        {"apiGroups": ["gateway.networking.k8s.io"], "resources": [f"{name}/status" for name in gateway], "verbs": write},
    ]
