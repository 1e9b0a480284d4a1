"""The maintenance page (S2-210): what outside callers get while `exposure.maintenance` is set; jobs and inside callers go on.

A tiny nginx of its own, so that a runtime which is being worked on need not serve its own excuse. Requests are led to it only
when it answers (see `exposure.backend`).
"""

from __future__ import annotations

from typing import Final

from testgen_operator import names
from testgen_operator.plan import edge
from testgen_operator.plan.facts import Facts
from testgen_operator.plan.images import Images, version_of
from testgen_operator.plan.model import Manifest, digest
from testgen_operator.plan.pods import Json, manifest
from testgen_operator.resources.project import TestGenProject

RETRY_AFTER_SECONDS: Final = 120
AMOUNTS: Final[Json] = {"requests": {"cpu": "5m", "memory": "16Mi"}, "limits": {"cpu": "200m", "memory": "64Mi"}}

_PAGE: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>Maintenance</title><body><h1>Down for maintenance</h1><p>Please try again in a few minutes. Running jobs go on.</p>"
    '<p lang="zh">系统维护中，请稍后再试。</p></body></html>'
)


def manifests(project: TestGenProject, facts: Facts, images: Images) -> list[Manifest]:
    """Nothing unless it is asked for; a suspended project has no pod, this one included."""
    wanted = project.spec.exposure
    if wanted.type == "Disabled" or not wanted.maintenance or project.spec.suspend:
        return []
    text = render()
    config = manifest(
        project,
        "v1",
        "ConfigMap",
        f"{names.maintenance(project.name)}-{digest([text, edge.START])}",
        names.labels(project.name, "maintenance"),
        immutable=True,
        data={"nginx.conf": text, "start.sh": edge.START},
    )
    service = manifest(
        project,
        "v1",
        "Service",
        names.maintenance(project.name),
        names.labels(project.name, "maintenance"),
        spec={
            "type": "ClusterIP",
            "selector": names.selector(project.name, "maintenance"),
            "ports": [{"name": "http", "port": names.PORT_SERVICE, "targetPort": "http", "protocol": "TCP"}],
        },
    )
    return [config, service, _deployment(project, images, config.name)]


def _deployment(project: TestGenProject, images: Images, config: str) -> Manifest:
    labels = names.labels(project.name, "maintenance", version=version_of(images.nginx))
    return manifest(
        project,
        "apps/v1",
        "Deployment",
        names.maintenance(project.name),
        labels,
        spec={
            "replicas": 1,
            "revisionHistoryLimit": 1,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}},
            "selector": {"matchLabels": names.selector(project.name, "maintenance")},
            "template": {
                "metadata": {"labels": labels},
                "spec": edge.nginx_pod(project, images, "maintenance", config, amounts=AMOUNTS),
            },
        },
    )


def render() -> str:
    """nginx.conf: 503 for everything, as a page for people and as a problem (RFC 9457) for programs."""
    problem = {
        "type": f"{edge.PROBLEMS}maintenance",
        "title": "Maintenance",
        "status": 503,
        "detail": "This project is being worked on; running jobs go on",
        "mend": "try again in a few minutes",
    }
    return "\n".join(
        [
            edge.HEAD,
            '  map $http_accept $wants_a_page { "~text/html" 1; default 0; }',
            edge.health_server(),
            "  server {",
            f"    listen {names.PORT_EDGE};",
            "    keepalive_timeout 0;",
            f"    add_header Retry-After {RETRY_AFTER_SECONDS} always;",
            "    add_header Cache-Control no-store always;",
            "    location / {",
            "      default_type application/problem+json;",
            "      if ($wants_a_page) { return 418; }",
            f"      return 503 '{edge.in_quotes(problem)}';",
            "    }",
            "    error_page 418 =503 @page;",
            "    location @page {",
            '      default_type "text/html; charset=utf-8";',
            f"      return 503 '{_PAGE}';",
            "    }",
            "  }",
            "}",
            "",
        ]
    )
