"""Pod Security Standards, level `restricted` (with `baseline`, which it contains), as a function over a pod's spec.

https://kubernetes.io/docs/concepts/security/pod-security-standards/ - the API server's own check runs in the cluster tests, where
every namespace enforces `restricted`; this one tells without a cluster.
"""

from __future__ import annotations

from typing import Any

VOLUME_TYPES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}


def violations(pod: dict[str, Any]) -> list[str]:
    found = [f"{name} is set" for name in ("hostNetwork", "hostPID", "hostIPC") if pod.get(name)]
    found += [f"volume {one['name']}" for one in pod.get("volumes", []) if not (set(one) - {"name"}) <= VOLUME_TYPES]
    whole = pod.get("securityContext", {})
    for container in [*pod.get("initContainers", []), *pod.get("containers", []), *pod.get("ephemeralContainers", [])]:
        found += [f"{container['name']}: {text}" for text in _container(container, whole)]
    return found


def _container(container: dict[str, Any], whole: dict[str, Any]) -> list[str]:
    own = container.get("securityContext", {})
    capabilities = own.get("capabilities", {})
    seccomp = own.get("seccompProfile") or whole.get("seccompProfile") or {}
    checks = {
        "privileged": not own.get("privileged"),
        "allowPrivilegeEscalation": own.get("allowPrivilegeEscalation") is False,
        "capabilities.drop": "ALL" in capabilities.get("drop", []),
        "capabilities.add": set(capabilities.get("add", [])) <= {"NET_BIND_SERVICE"},
        "runAsNonRoot": own.get("runAsNonRoot", whole.get("runAsNonRoot")) is True,
        "runAsUser": own.get("runAsUser", whole.get("runAsUser")) != 0,
        "seccompProfile": seccomp.get("type") in {"RuntimeDefault", "Localhost"},
        "hostPort": not any(port.get("hostPort") for port in container.get("ports", [])),
        "procMount": own.get("procMount", "Default") == "Default",
    }
    return [name for name, holds in checks.items() if not holds]
