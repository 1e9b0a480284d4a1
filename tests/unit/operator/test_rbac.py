"""The operator's rights: one table, written into gitops, asked for at start, and no wider than they are explained."""

from __future__ import annotations

from pathlib import Path

import yaml

from testgen_operator import rbac
from testgen_operator.cluster import kinds

ROOT = Path(__file__).parents[3]


def granted() -> set[tuple[str, str, str]]:
    return {(grant.group, grant.resource, verb) for grant in rbac.GRANTS for verb in grant.verbs}


def test_nothing_is_granted_by_a_wildcard() -> None:
    assert "*" not in {part for one in granted() for part in one}


def test_secrets_are_read_by_name_and_never_listed_or_deleted() -> None:
    assert {verb for _, resource, verb in granted() if resource == "secrets"} == {"get", "create", "patch"}


def test_every_row_says_why() -> None:
    assert all(grant.why for grant in rbac.GRANTS)


def test_everything_that_is_watched_may_be_watched() -> None:
    for kind in kinds.WATCHED:
        assert {(kind.group, kind.plural, verb) for verb in ("list", "watch")} <= granted(), kind


def test_everything_that_is_planned_may_be_written_and_pruned() -> None:
    for kind in kinds.CHILDREN:
        if kind.kind not in kinds.OBSERVED_ONLY:
            stays = kind.kind in {"PersistentVolumeClaim", "ServiceAccount"}  # until the project goes
            verbs = ("get", "create", "patch") if stays else ("get", "create", "patch", "delete")
            assert {(kind.group, kind.plural, verb) for verb in verbs} <= granted(), kind


def test_the_operator_cannot_delete_what_holds_data() -> None:
    data = {"persistentvolumeclaims", "secrets", "clusters"}
    assert not {resource for _, resource, verb in granted() if verb == "delete"} & data


def test_what_is_asked_for_at_start_is_what_gitops_grants() -> None:
    documents = list(yaml.safe_load_all((ROOT / "gitops" / "base" / "rbac.yaml").read_text()))
    roles = [one for one in documents if one["metadata"]["name"] == "testgen-operator" and "rules" in one]
    given = {
        (group, resource, verb, one["kind"])
        for one in roles
        for rule in one["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }
    asked = {
        (one.group, one.resource, one.verb, "Role" if one.namespace else "ClusterRole")
        for one in rbac.permissions("testgen-system")
    }
    assert asked == given


def test_what_is_asked_for_in_a_single_namespace_is_what_its_role_grants() -> None:
    documents = list(yaml.safe_load_all((ROOT / "gitops" / "components" / "tenant" / "rbac.yaml").read_text()))
    role, binding = documents
    assert [one["kind"] for one in documents] == ["Role", "RoleBinding"]
    assert not any("namespace" in one["metadata"] for one in documents)  # the kustomization's that takes them up
    assert binding["roleRef"]["name"] == role["metadata"]["name"] != "testgen-operator"  # that one is the operator's own
    assert [one["namespace"] for one in binding["subjects"]] == ["testgen-system"]
    given = {
        (group, resource, verb)
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }
    asked = {(one.group, one.resource, one.verb) for one in rbac.permissions("own", ["a"]) if one.namespace == "a"}
    assert asked == given


def test_an_operator_for_single_namespaces_asks_in_those_alone() -> None:
    assert {one.namespace for one in rbac.permissions("own", ["a", "b"])} == {"own", "a", "b"}
    assert {one.resource for one in rbac.permissions("own", ["a"]) if one.namespace == "own"} == {"leases"}
