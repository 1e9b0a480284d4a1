"""How many pods of each part, and who decides."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from testgen_operator.resources.parts import Part, Percent, Replicas, Resources

AtLeastOne = Annotated[int, Field(ge=1, le=50)]
Target = Annotated[int, Field(ge=1, le=1_000_000)]


class Autoscaling(Part):
    """A HorizontalPodAutoscaler for every part that may have more than one pod. `replicas` is then its own affair."""

    enabled: bool = Field(False, description="Let HorizontalPodAutoscalers choose the number of pods.")
    min_replicas: AtLeastOne | None = Field(
        None, description="Monolith only: fewest runtime pods. Unset: 3 in Production, else 1. Microservices: components.<name>."
    )
    max_replicas: AtLeastOne | None = Field(
        None, description="Monolith only: most runtime pods. Unset: 10. Microservices: components.<name>."
    )
    target_cpu_utilization: Percent = Field(70, description="Per cent of the requested processor time.")
    target_memory_utilization: Percent = Field(80, description="Per cent of the requested memory.")
    queue_depth_per_replica: Target | None = Field(
        None,
        description="Waiting jobs for each pod that runs them. Needs an adapter that serves testgen_jobs_queued as an external "
        "metric: monitoring/prometheus-adapter.yaml.",
    )
    requests_per_replica: Target | None = Field(
        None,
        description="Requests in flight for each pod. Needs an adapter that serves testgen_http_requests_inflight as a metric of "
        "pods: monitoring/prometheus-adapter.yaml.",
    )


class Component(Part):
    """Overrides of one part's preset."""

    replicas: Replicas | None = Field(None, description="Number of pods without autoscaling. Unset: the preset's.")
    min_replicas: AtLeastOne | None = Field(None, description="Fewest pods with autoscaling. Unset: the preset's.")
    max_replicas: AtLeastOne | None = Field(None, description="Most pods with autoscaling. Unset: the preset's.")
    resources: Resources = Field(Resources(), description="Overrides of the preset's resources.")


class Components(Part):
    """The parts of a project in the modes Microservices and AIGateway."""

    edge: Component | None = Field(None, description="Routes paths to the others; what the endpoint's Service leads to.")
    api: Component | None = Field(None, description="Cases, reviews, exports, jobs, keys.")
    requirements: Component | None = Field(None, description="Uploads, parsing, versions of documents.")
    knowledge: Component | None = Field(None, description="Glossary, standing checks, past cases.")
    vector: Component | None = Field(None, description="The search index.")
    graph: Component | None = Field(None, description="The graph of requirements; only with Neo4j.")
    llm: Component | None = Field(None, description="Calls of models, and their budget.")
    worker: Component | None = Field(None, description="Runs generation jobs.")
    ai_gateway: Component | None = Field(None, description="Mode AIGateway only: the OpenAI-compatible endpoint.")
