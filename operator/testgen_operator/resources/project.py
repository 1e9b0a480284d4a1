"""TestGenProject: the only resource that a team must write. `spec: {}` with a name already gives a working project.

The CustomResourceDefinition is generated from these models (`python -m testgen_operator.resources.crds --write`): descriptions,
defaults, enums and bounds are theirs; what crosses fields is in `rules.py`. The parts of a spec have modules of their own:
`stores`, `llm`, `exposure`, `scaling`, `rollout`.
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from testgen_operator import names
from testgen_operator.names import Colour
from testgen_operator.resources.exposure import Access, Exposure, NetworkPolicy
from testgen_operator.resources.llm import Budgets, Llm
from testgen_operator.resources.parts import ImageReference, Part, PullSecrets, Replicas, Resources, Token
from testgen_operator.resources.problems import InvalidProject, Problem
from testgen_operator.resources.rollout import Rollout
from testgen_operator.resources.rules import broken_changes, broken_rules
from testgen_operator.resources.scaling import Autoscaling, Components
from testgen_operator.resources.stores import Stores
from testgen_operator.wire import encode

__all__ = ["InvalidProject", "Problem", "TestGenProject", "changed", "owner_reference", "parse", "validate"]


class Spec(Part):
    """What a team asks for."""

    mode: Literal["Monolith", "Microservices", "AIGateway"] = Field(
        "Monolith",
        description="Monolith: one Deployment holds every role. Microservices: every role is a Deployment behind an edge. "
        "AIGateway: Microservices and the OpenAI-compatible gateway. May be changed while the project serves.",
    )
    profile: Literal["Small", "Standard"] = Field(
        "Small", description="Resource presets. Small: a laptop or a trial. Standard: a team's daily work."
    )
    environment: Literal["Development", "Staging", "Production"] = Field(
        "Development",
        description="Presets: Development DEBUG logs and 1 pod, Staging INFO and 2, Production WARNING and at least 3.",
    )
    version: Annotated[str, Field(min_length=1, max_length=63)] | None = Field(
        None, description="Version of the runtime: the tag of the operator's default image, or the name shown for `image`."
    )
    image: ImageReference | None = Field(None, description="Image of the runtime. Unset: the operator's default.")
    image_pull_policy: Literal["IfNotPresent", "Always", "Never"] = Field(
        "IfNotPresent", description="When the kubelet fetches images."
    )
    image_pull_secrets: PullSecrets = Field((), description="Secrets with credentials of private registries.")
    replicas: Replicas | None = Field(
        None, description="Monolith: number of runtime pods. Unset: the environment's preset. Microservices: components.<name>."
    )
    resources: Resources = Field(Resources(), description="Monolith: overrides of the preset's resources of a runtime pod.")
    components: Components = Field(Components(), description="Microservices and AIGateway: overrides of single parts.")
    autoscaling: Autoscaling = Field(Autoscaling(), description="Who decides how many pods there are.")
    llm: Llm = Field(Llm(), description="Which models write the wording of cases.")
    budgets: Budgets = Field(Budgets(), description="How much models may be used.")
    stores: Stores = Field(Stores(), description="The databases.")
    access: Access = Field(Access(), description="Who may call the endpoint.")
    exposure: Exposure = Field(Exposure(), description="The way in from outside the cluster.")
    network_policy: NetworkPolicy = Field(NetworkPolicy(), description="Fences between pods.")
    rollout: Rollout = Field(Rollout(), description="How a new release comes to serve, and commands to one that is under way.")
    restarted_at: Token | None = Field(None, description="Any new text, such as a time, restarts the runtime pods one by one.")
    suspend: bool = Field(False, description="Run no pod; volumes, passwords and settings stay, and come back as they were.")


class TestGenProject(BaseModel):
    """One project as it is in the cluster, already valid."""

    __test__ = False  # not a test class, whatever pytest thinks of its name

    model_config = ConfigDict(frozen=True)

    name: str
    namespace: str
    uid: str
    generation: int
    spec: Spec
    colour: Colour = "blue"
    """Which of the two sets of runtime pods this is about: the one that serves, unless a plan says otherwise."""
    status: dict[str, Any] = Field(default_factory=dict)


def parse(obj: Mapping[str, Any], *, accepted: bool = False) -> TestGenProject:
    """The project that `obj`, as it came from the API server, describes. `accepted`: this very spec broke no rule before.

    Raises InvalidProject for an unknown field, a value out of bounds, or a broken rule of `rules.py`.
    """
    metadata = obj.get("metadata") or {}
    raw = obj.get("spec") or {}
    try:
        spec = Spec.model_validate_json(encode(raw))
    except ValidationError as error:
        raise InvalidProject(_problems(error)) from None
    project = TestGenProject(
        name=str(metadata.get("name", "")),
        namespace=str(metadata.get("namespace", "")),
        uid=str(metadata.get("uid", "")),
        generation=int(metadata.get("generation", 0)),
        spec=spec,
        status=dict(obj.get("status") or {}),
    )
    if not accepted and (problems := validate(project)):
        raise InvalidProject(problems)
    return project


def validate(project: TestGenProject) -> list[Problem]:
    """Every rule that crosses fields and that `project` breaks; the same table that the CRD's CEL comes from.

    A status that counts pods is that of a project which was accepted once: `status.compute` writes none for a refused one.
    """
    new = "replicas" not in project.status
    return broken_rules(project.name, as_json(project.spec), namespace=project.namespace, new=new)


def changed(before: Spec, after: Spec) -> list[Problem]:
    """Why a project may not go from the one spec to the other: a volume that shrinks, a store that would lose its data."""
    return broken_changes(as_json(before), as_json(after))


def as_json(spec: Spec) -> dict[str, Any]:
    """As the API server has it, defaults filled in."""
    return spec.model_dump(mode="json", by_alias=True, exclude_none=True)


def owner_reference(project: TestGenProject) -> dict[str, Any]:
    """The reference that makes the garbage collector delete a child with its project."""
    return {
        "apiVersion": names.API_VERSION,
        "kind": names.KIND,
        "name": project.name,
        "uid": project.uid,
        "controller": True,
        "blockOwnerDeletion": False,
    }


LONGEST_STEP: Final = 100
"""Characters of a field's name that a refusal repeats: what is unknown may be of any length."""


def _problems(error: ValidationError) -> list[Problem]:
    """pydantic's findings as field paths of the resource; the offending input itself is left out, it may be a secret."""
    found = []
    for one in error.errors(include_url=False, include_input=False):
        path = "spec"
        for step in one["loc"]:
            path += f"[{step}]" if isinstance(step, int) else f".{step[:LONGEST_STEP]}"
        found.append(Problem(path, _words(one)))
    return found


def _words(error: ErrorDetails) -> str:
    """What is wrong and what to write instead."""
    bounds = error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            near = _nearest(error["loc"])
            return f"unknown field: remove it or correct its name{f' ({near}?)' if near else ''}"
        case "literal_error":
            return f"must be one of {bounds['expected']}: choose one"
        case "string_type":
            return "must be text: put it into quotes"
        case "bool_type" | "bool_parsing":
            return "must be true or false: write it without quotes"
        case "int_type" | "int_parsing" | "int_from_float":
            return "must be a whole number: write it without quotes"
        case "float_type" | "float_parsing":
            return "must be a number: write it without quotes"
        case "model_type" | "model_attributes_type" | "dict_type":
            return "must be an object: write its fields below it"
        case "tuple_type" | "list_type":
            return "must be a list: put '- ' before each item"
        case "greater_than_equal":
            return f"must be {bounds['ge']:g} or more: raise it"
        case "less_than_equal":
            return f"must be {bounds['le']:g} or less: lower it"
        case "missing":
            return "is required: add it"
        case "too_short":
            return f"needs at least {bounds['min_length']} item: add one, or remove the field"
        case "too_long" if bounds.get("field_type") == "Tuple":
            return f"may have at most {bounds['max_length']} items: remove some"
        case "too_long" | "string_too_long":
            return f"may have at most {bounds['max_length']} characters: write less"
        case "string_too_short":
            return "may not be empty: write something, or remove the field"
    return error["msg"]


def _nearest(place: tuple[int | str, ...]) -> str:
    """The field that an unknown one was probably meant to be; empty where none is like it."""
    *above, wrong = place
    node: Any = _schema()
    for step in above:
        node = _resolved(node)
        node = node.get("items") if isinstance(step, int) else (node.get("properties") or {}).get(step)
    known = _resolved(node).get("properties") or {}
    return next(iter(difflib.get_close_matches(str(wrong)[:LONGEST_STEP], known, 1)), "")


@functools.cache
def _schema() -> dict[str, Any]:
    return Spec.model_json_schema(by_alias=True)


def _resolved(node: Any) -> dict[str, Any]:
    """A node of the schema past references, and past the `null` that a field without a value may be."""
    while isinstance(node, dict) and ("$ref" in node or "anyOf" in node):
        if "$ref" in node:
            node = _schema()["$defs"][node["$ref"].rpartition("/")[2]]
        else:
            node = next((one for one in node["anyOf"] if one.get("type") != "null"), {})
    return node if isinstance(node, dict) else {}
