"""The edge of a split runtime (S4-021): nginx in front of the roles, rendered from the table of parts.

Names are resolved while it runs, not when it starts, so that a Service which somebody deleted heals without a restart; its
start script reads the cluster's resolver and domain from the pod's own /etc/resolv.conf. Every request opens its own connection:
each is balanced anew, and none is left on a pod that ends. Nothing of a spec gets into the file but numbers, networks that were
parsed, and names of our own table.
"""

from __future__ import annotations

import json
from ipaddress import ip_network
from typing import Final

from testgen_operator import names
from testgen_operator.names import Component
from testgen_operator.plan import components, pods, runtime, sizes
from testgen_operator.plan.facts import Facts
from testgen_operator.plan.images import Images, version_of
from testgen_operator.plan.model import Manifest, digest
from testgen_operator.plan.pods import Json, manifest
from testgen_operator.resources import quantity
from testgen_operator.resources.project import TestGenProject

UID: Final = 101  # the image's own user
DIRECTORY: Final = "/etc/testgen-edge"
GRACE_SECONDS: Final = 60
"""How long the last requests of a pod that ends may take: a synchronous generation waits up to 30 s."""
PROBLEMS: Final = "https://testgen.dev/problems/"

ENDING: Final = "/tmp/ending"  # noqa: S108 - a volume of the pod's own
"""A file that is there from the moment on in which the pod is about to end."""
PRE_STOP: Final = f": >{ENDING}; exec sleep {runtime.PRE_STOP_SECONDS}"
"""Each kept connection ends with its next answer. Of those that nginx ends itself, as it stops, one may carry a request that has
just been sent: it would fail, and might not be one to send again."""

START: Final = """\
set -eu
rm -f /tmp/ending
resolvers= domain=cluster.local
while read -r key rest || [ -n "$key" ]; do
  case "$key" in
    nameserver) case "$rest" in *:*) resolvers="$resolvers [${rest%%%*}]" ;; *) resolvers="$resolvers $rest" ;; esac ;;
    search) for one in $rest; do case "$one" in svc.*) domain="${one#svc.}" ;; esac; done ;;
  esac
done </etc/resolv.conf
if [ -z "$resolvers" ]; then echo "no nameserver in /etc/resolv.conf" >&2; exit 1; fi
printf 'resolver%s valid=10s;\\nmap $host $cluster_domain { default %s; }\\n' "$resolvers" "$domain" >/tmp/cluster.conf
exec nginx -e /dev/stderr -c /etc/testgen-edge/nginx.conf -g 'daemon off;'
"""

HEAD: Final = """\
worker_processes 2;
pid /tmp/nginx.pid;
# Not below crit: lower levels quote the request, and with it the words of a search.
error_log /dev/stderr crit;

events {
  worker_connections 2048;
}

http {
  proxy_temp_path /tmp/proxy;
  client_body_temp_path /tmp/body;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;

  map $http_x_request_id $request_token {
    "~^[A-Za-z0-9._-]{1,128}$" $http_x_request_id;
    default $request_id;
  }
  log_format json escape=json '{"time":"$time_iso8601","method":"$request_method","status":$status,"seconds":$request_time,'
    '"upstream":"$upstream_addr","upstream_status":"$upstream_status","bytes":$bytes_sent,"request_id":"$request_token"}';
  access_log /dev/stdout json;
  server_tokens off;
  default_type application/octet-stream;
"""

_PROXY: Final = """\
  resolver_timeout 5s;
  include /tmp/cluster.conf;
  map $hop_is_trusted$http_x_forwarded_proto $original_scheme {
    1https https;
    1http http;
    default $scheme;
  }

  # Longer than a proxy in front keeps an idle connection (Traefik 90 s): who ends it first loses no request.
  keepalive_timeout 100s;
  client_header_timeout 15s;
  client_body_timeout 30s;
  send_timeout 60s;

  proxy_http_version 1.1;
  proxy_connect_timeout 5s;
  proxy_send_timeout 60s;
  # An open stream of events says something every few seconds; a synchronous request waits for minutes at most.
  proxy_read_timeout 3600s;
  proxy_buffering off;
  proxy_request_buffering off;
  # A request is never sent twice: it may have been half done.
  proxy_next_upstream off;
  proxy_set_header Host $http_host;
  proxy_set_header Connection "";
  proxy_set_header X-Request-Id $request_token;
  proxy_set_header X-Real-IP $remote_addr;
  proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header X-Forwarded-Proto $original_scheme;
"""


def manifests(project: TestGenProject, facts: Facts, images: Images, migration: str) -> list[Manifest]:
    """The edge's Deployment and its configuration, immutable and called after its content."""
    text = render(project)
    name = names.edge_config(project.name, digest([text, START]))
    config = manifest(
        project,
        "v1",
        "ConfigMap",
        name,
        names.labels(project.name, "edge"),
        immutable=True,
        data={"nginx.conf": text, "start.sh": START},
    )
    preset, override = sizes.amounts(project, "edge")
    pod = nginx_pod(project, images, "edge", name, amounts=pods.resources(preset, override))
    annotations = {names.ANNOTATION_CONFIG_HASH: name.rpartition("-")[2]}
    return [config, runtime.workload(project, facts, "edge", version_of(images.nginx), pod, annotations, migration)]


def nginx_pod(project: TestGenProject, images: Images, component: Component, config: str, *, amounts: Json) -> Json:
    """A pod that runs nginx with the files of a ConfigMap."""
    healthy = pods.http_get("/", "health")
    serve = pods.container(
        project,
        "nginx",
        images.nginx,
        command=["sh", f"{DIRECTORY}/start.sh"],
        amounts=amounts,
        ports=[
            {"name": "http", "containerPort": names.PORT_EDGE, "protocol": "TCP"},
            {"name": "health", "containerPort": names.PORT_EDGE_HEALTH, "protocol": "TCP"},
        ],
        startupProbe=pods.probe(healthy, period=1, timeout=3, failures=60),
        readinessProbe=pods.probe(healthy, period=5, timeout=3, failures=2),
        livenessProbe=pods.probe(healthy, period=10, timeout=5, failures=3),
        lifecycle={"preStop": {"exec": {"command": ["sh", "-c", PRE_STOP]}}},
        mounts=[("tmp", "/tmp")],  # noqa: S108
        read_only_mounts=[("config", DIRECTORY)],
    )
    return pods.pod(
        project,
        UID,
        containers=[serve],
        volumes=[
            {"name": "config", "configMap": {"name": config, "defaultMode": 0o444}},
            pods.scratch("tmp", "64Mi"),
        ],
        topologySpreadConstraints=pods.spread(names.selector(project.name, component, colour=project.colour)),
        terminationGracePeriodSeconds=runtime.PRE_STOP_SECONDS + GRACE_SECONDS,
    )


def render(project: TestGenProject) -> str:
    """nginx.conf of the edge."""
    trusted = [str(ip_network(one, strict=False)) for one in project.spec.exposure.trusted_proxies]
    lines = [
        HEAD,
        "  geo $realip_remote_addr $hop_is_trusted {",
        "    default 0;",
        *(f"    {one} 1;" for one in trusted),
        "  }",
        _PROXY,
        *(f"  set_real_ip_from {one};" for one in trusted),
        *(["  real_ip_header X-Forwarded-For;", "  real_ip_recursive on;"] if trusted else []),
        "",
        health_server(),
        "  server {",
        f"    listen {names.PORT_EDGE};",
        # A header that says so would come beside nginx's own, and not every client reads the second one.
        "    recursive_error_pages on;",
        '    set $is_ending "";',
        f"    if (-f {ENDING}) {{ set $is_ending 1; }}",
        "    error_page 418 = @last_answer;",
        f"    client_max_body_size {int(quantity.parse(project.spec.exposure.max_body_size))};",
        "    error_page 413 @too_large;",
        "    error_page 502 504 =503 @unreachable;",
        # The roles' own way to each other is nobody else's.
        "    location = /internal { return 404; }",
        "    location ^~ /internal/ { return 404; }",
        *(line for path, part in components.routes(project) for line in _location(project, path, part)),
        "    location @last_answer {",
        "      keepalive_timeout 0;",
        f"      proxy_pass http://$upstream:{names.PORT_SERVICE};",
        "    }",
        "    location @too_large {",
        *_problem(413, "too-large", "Too large", "The request's body is larger than this endpoint takes", "send less at a time"),
        "    }",
        "    location @unreachable {",
        "      keepalive_timeout 0;",
        "      add_header Retry-After 5 always;",
        *_problem(503, "unavailable", "Unavailable", "A part of this project does not answer", "try again in a few seconds"),
        "    }",
        "  }",
        "}",
    ]
    return "\n".join(lines) + "\n"


def health_server() -> str:
    """What the kubelet asks, on a port of its own."""
    return f"  server {{\n    listen {names.PORT_EDGE_HEALTH};\n    access_log off;\n    location / {{ return 204; }}\n  }}"


def _location(project: TestGenProject, path: str, part: Component) -> list[str]:
    """The path itself and what is below it, not what only begins alike."""
    host = f"{names.workload(project.name, part, project.colour)}.{project.namespace}.svc.$cluster_domain"
    places = ["/"] if path == "/" else [f"= {path}", f"^~ {path}/"]
    found = []
    for place in places:
        found += [
            f"    location {place} {{",
            f"      set $upstream {host};",
            "      if ($is_ending) { return 418; }",
            f"      proxy_pass http://$upstream:{names.PORT_SERVICE};",
            "    }",
        ]
    return found


def _problem(status: int, slug: str, title: str, detail: str, mend: str) -> list[str]:
    """An answer as the roles give it (RFC 9457)."""
    body = {"type": PROBLEMS + slug, "title": title, "status": status, "detail": detail, "mend": mend}
    return [
        "      default_type application/problem+json;",
        "      add_header X-Request-Id $request_token always;",
        f"      return {status} '{in_quotes(body)}';",
    ]


def in_quotes(body: Json) -> str:
    """JSON for a single-quoted string of nginx, in which ' would end it and $ begin a variable; JSON can spell both otherwise."""
    return json.dumps(body).replace("'", "\\u0027").replace("$", "\\u0024")
