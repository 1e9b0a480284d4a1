"""The container images that a project runs, and which version an image reference names."""

from __future__ import annotations

from dataclasses import dataclass

from testgen_operator.resources.project import TestGenProject


@dataclass(frozen=True)
class Images:
    """The defaults, from the operator's own environment (RELATED_IMAGE_RUNTIME and so on); a project may override each."""

    runtime: str = "testgen/runtime:latest"
    postgres: str = "docker.io/library/postgres:17.6-bookworm"
    neo4j: str = "docker.io/library/neo4j:5.26.12-community"
    ollama: str = "docker.io/ollama/ollama:0.9.6"
    nginx: str = "docker.io/nginxinc/nginx-unprivileged:1.28.0"
    """The edge of a split project: user 101, port 8080, writes to /tmp only."""
    redis: str = "docker.io/valkey/valkey:8.1.4"
    """Valkey, since Redis is under no permissive licence from 7.4 on; it answers to Redis' names too."""
    qdrant: str = "docker.io/qdrant/qdrant:v1.18.1-unprivileged"


def split(reference: str) -> tuple[str, str, str]:
    """An image reference as (repository, tag, digest); a part that is not there is empty."""
    rest, _, digest = reference.partition("@")
    head, slash, last = rest.rpartition("/")
    last, _, tag = last.partition(":")
    return f"{head}{slash}{last}", tag, digest


def with_version(reference: str, version: str) -> str:
    """The same repository at another tag."""
    repository, _, _ = split(reference)
    return f"{repository}:{version}"


def version_of(reference: str) -> str:
    """The tag, else the start of the digest, else `latest`."""
    _, tag, digest = split(reference)
    return tag or digest.partition(":")[2][:12] or "latest"


def runtime_image(project: TestGenProject, images: Images) -> str:
    """`spec.image`, else the operator's default at `spec.version`, else the operator's default."""
    if project.spec.image:
        return project.spec.image
    return with_version(images.runtime, project.spec.version) if project.spec.version else images.runtime


def runtime_version(project: TestGenProject, images: Images) -> str:
    """What the VERSION column shows: `spec.version`, else what the image's reference says."""
    return project.spec.version or version_of(runtime_image(project, images))
