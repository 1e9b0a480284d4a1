"""The daemons of Kubernetes, with their flags: etcd, the API server, controllers, scheduler, kubelet, kube-proxy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from testgen_cluster import files
from testgen_cluster.names import API_PORT, NODE_NAME, Names
from testgen_cluster.processes import Daemon

ETCD_HEALTH_PORT = 2381
ETCD = "http://127.0.0.1:2379"

# Who asks for what, without the bodies (they hold Secrets) and without what the cluster's own parts do all the time.
AUDIT_POLICY = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "rules": [
        {"level": "None", "userGroups": ["system:nodes", "system:serviceaccounts:kube-system"]},
        {
            "level": "None",
            "users": ["system:apiserver", "system:kube-controller-manager", "system:kube-scheduler", "system:kube-proxy"],
        },
        {"level": "None", "nonResourceURLs": ["/healthz*", "/livez*", "/readyz*", "/openapi/*", "/version"]},
        {"level": "Metadata"},
    ],
}


class Node:
    """Describes each daemon of one clone's node. Writes their configuration files; starts nothing."""

    def __init__(self, names: Names, binary: Path) -> None:
        self._names = names
        self._binary = binary
        self._pki = names.state / "pki"

    def etcd(self) -> Daemon:
        flags = {
            "data-dir": self._names.state / "etcd",
            "listen-client-urls": ETCD,
            "advertise-client-urls": ETCD,
            "listen-peer-urls": "http://127.0.0.1:2380",
            "listen-metrics-urls": f"http://{self._names.node_ip}:{ETCD_HEALTH_PORT}",
            "log-level": "warn",
            # A cluster for development: what a power cut loses here is made again by `up`.
            "unsafe-no-fsync": "true",
        }
        return self._daemon("etcd", flags)

    def apiserver(self) -> Daemon:
        names, pki = self._names, self._pki
        policy = self._write("audit-policy.json", AUDIT_POLICY)
        flags: dict[str, object] = {
            "etcd-servers": ETCD,
            "secure-port": API_PORT,
            "bind-address": "0.0.0.0",
            "advertise-address": names.node_ip,
            "tls-cert-file": pki / "apiserver.crt",
            "tls-private-key-file": pki / "apiserver.key",
            "client-ca-file": pki / "ca.crt",
            "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
            "service-account-key-file": pki / "sa.pub",
            "service-account-signing-key-file": pki / "sa.key",
            "service-cluster-ip-range": names.services,
            "authorization-mode": "Node,RBAC",
            "anonymous-auth": "true",  # RBAC leaves it the health and version pages only
            "enable-admission-plugins": "NodeRestriction",
            "allow-privileged": "true",
            "kubelet-preferred-address-types": "InternalIP",
            "kubelet-certificate-authority": pki / "ca.crt",
            "kubelet-client-certificate": pki / "apiserver-kubelet-client.crt",
            "kubelet-client-key": pki / "apiserver-kubelet-client.key",
            # Aggregated APIs (metrics-server) know the API server by these.
            "requestheader-client-ca-file": pki / "front-proxy-ca.crt",
            "requestheader-allowed-names": "front-proxy-client",
            "requestheader-username-headers": "X-Remote-User",
            "requestheader-group-headers": "X-Remote-Group",
            "requestheader-extra-headers-prefix": "X-Remote-Extra-",
            "proxy-client-cert-file": pki / "front-proxy-client.crt",
            "proxy-client-key-file": pki / "front-proxy-client.key",
            "audit-policy-file": policy,
            "audit-log-path": names.log / "audit.log",
            "audit-log-maxsize": 50,  # MB a file
            "audit-log-maxbackup": 2,
        }
        return self._daemon("kube-apiserver", flags, files=[policy])

    def controllers(self) -> Daemon:
        config = self._pki / "controller-manager.kubeconfig"
        flags = {
            "kubeconfig": config,
            "authentication-kubeconfig": config,
            "authorization-kubeconfig": config,
            "service-account-private-key-file": self._pki / "sa.key",
            "root-ca-file": self._pki / "ca.crt",
            "use-service-account-credentials": "true",
            "allocate-node-cidrs": "true",
            "cluster-cidr": self._names.pods,
            "node-cidr-mask-size": self._names.pods.prefixlen,
            "service-cluster-ip-range": self._names.services,
            "leader-elect": "false",
            # Autoscalers decide by metrics that are ten seconds old: no test is to wait five minutes for the first of them.
            "horizontal-pod-autoscaler-sync-period": "5s",
            "horizontal-pod-autoscaler-cpu-initialization-period": "30s",
            "horizontal-pod-autoscaler-initial-readiness-delay": "5s",
        }
        return self._daemon("kube-controller-manager", flags)

    def scheduler(self) -> Daemon:
        config = self._pki / "scheduler.kubeconfig"
        flags = {
            "kubeconfig": config,
            "authentication-kubeconfig": config,
            "authorization-kubeconfig": config,
            "leader-elect": "false",
        }
        return self._daemon("kube-scheduler", flags)

    def kubelet(self) -> Daemon:
        names, pki = self._names, self._pki
        resolver = files.write(names.state / "resolv.conf", f"nameserver {names.dns_ip}\n")
        config = self._write(
            "kubelet.json",
            {
                "apiVersion": "kubelet.config.k8s.io/v1beta1",
                "kind": "KubeletConfiguration",
                "cgroupDriver": "cgroupfs",
                "cgroupRoot": f"/{names.cgroup}",
                "failCgroupV1": False,
                "failSwapOn": False,
                "oomScoreAdj": 0,
                "clusterDNS": [str(names.dns_ip)],
                "clusterDomain": "cluster.local",
                "resolvConf": str(resolver),
                "containerRuntimeEndpoint": f"unix://{names.containerd_socket}",
                "authentication": {
                    "anonymous": {"enabled": False},
                    "webhook": {"enabled": True},
                    "x509": {"clientCAFile": str(pki / "ca.crt")},
                },
                "authorization": {"mode": "Webhook"},
                "tlsCertFile": str(pki / "kubelet.crt"),
                "tlsPrivateKeyFile": str(pki / "kubelet.key"),
                "healthzBindAddress": names.node_ip,
                "nodeStatusUpdateFrequency": "4s",
                "registryPullQPS": 0,
                "serializeImagePulls": False,
                # Images cannot be pulled again: they are loaded, and stay. A disk shared with others is nearly always
                # fuller than Kubernetes' defaults of 10 to 15 % free would allow.
                "imageGCHighThresholdPercent": 100,
                "imageGCLowThresholdPercent": 99,
                "evictionHard": {"memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%"},
                "containerLogMaxSize": "10Mi",
                "containerLogMaxFiles": 3,
            },
        )
        more = self._names.state / "kubelet.conf.d"
        more.mkdir(parents=True, exist_ok=True)
        flags = {
            "config": config,
            # What a *.conf file there says goes before `config`; a test changes the node by one, and `restart kubelet`.
            "config-dir": more,
            "kubeconfig": pki / "kubelet.kubeconfig",
            "hostname-override": NODE_NAME,
            "node-ip": names.node_ip,
            "volume-plugin-dir": names.state / "volume-plugins",
        }
        return self._daemon("kubelet", flags, files=[config])

    def proxy(self) -> Daemon:
        config = self._write(
            "kube-proxy.json",
            {
                "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
                "kind": "KubeProxyConfiguration",
                "clientConnection": {"kubeconfig": str(self._pki / "kube-proxy.kubeconfig")},
                "mode": "iptables",
                "clusterCIDR": str(self._names.pods),
                "hostnameOverride": NODE_NAME,
                "oomScoreAdj": 0,
                "nodePortAddresses": ["primary"],
                # Changes of Services are to be seen at once, not after a second.
                "iptables": {"minSyncPeriod": "100ms"},
                # These settings belong to the machine, not to the namespace: leave them.
                "conntrack": {"maxPerCore": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"},
            },
        )
        return self._daemon("kube-proxy", {"config": config}, files=[config])

    def _daemon(self, name: str, flags: dict[str, Any], files: list[Path] | None = None) -> Daemon:
        words = [f"--{flag}={value}" for flag, value in flags.items()]
        return Daemon(name, [self._binary, name, *words], files or [])

    def _write(self, name: str, config: object) -> Path:
        return files.write(self._names.state / name, json.dumps(config, indent=1) + "\n")
