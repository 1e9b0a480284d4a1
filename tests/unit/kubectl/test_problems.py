"""Refusals of the API server, in words that say what to do."""

from __future__ import annotations

import pytest

from testgen_operator.cluster.client import refusal
from testgen_operator.errors import ApiError
from testgen_operator.kubectl.problems import EXITS, Exit, in_words

PATH = "list /apis/testgen.dev/v1alpha1/namespaces/team/testgenprojects"


def denied(user: str, verb: str, resource: str, where: str) -> ApiError:
    words = f'{resource} is forbidden: User "{user}" cannot {verb} resource "{resource}" in API group "testgen.dev" {where}'
    return ApiError(words, status=403, reason="Forbidden", what=PATH)


def test_no_permission_names_verb_resource_role_and_command() -> None:
    found = in_words(denied("ann", "list", "testgenprojects", 'in the namespace "team"'))

    assert found.message == "ann may not list testgenprojects.testgen.dev in namespace team"
    assert "role view" in found.hint
    assert "kubectl -n team create rolebinding testgen-view --clusterrole=view --user=ann" in found.hint
    assert found.code is Exit.FORBIDDEN


def test_writing_needs_the_role_edit_and_a_service_account_is_named_as_one() -> None:
    found = in_words(denied("system:serviceaccount:ci:bot", "patch", "testgenprojects", 'in the namespace "team"'))

    assert "--clusterrole=edit --serviceaccount=ci:bot" in found.hint


def test_all_namespaces_need_a_cluster_role_binding_or_one_namespace() -> None:
    found = in_words(denied("ann", "list", "testgenprojects", "at the cluster scope"))

    assert "in all namespaces" in found.message
    assert "Name one namespace with -n" in found.hint
    assert "create clusterrolebinding" in found.hint


def test_no_crd_says_how_to_install() -> None:
    found = in_words(refusal(404, None, b"404 page not found\n", PATH))

    assert found.code is Exit.NOT_INSTALLED
    assert "kubectl apply -k gitops/base" in found.hint


def test_no_answer_names_server_and_context() -> None:
    found = in_words(ApiError("Connection refused", status=0, what=PATH), server="https://1.2.3.4", context="prod")

    assert found.code is Exit.NO_CLUSTER
    assert "https://1.2.3.4 (context prod)" in found.message


def test_an_identity_that_is_not_known_is_told_to_sign_in() -> None:
    assert "sign in again" in in_words(ApiError("Unauthorized", status=401, what=PATH)).hint


def test_a_field_that_an_old_crd_lacks_is_explained() -> None:
    found = in_words(ApiError('strict decoding error: unknown field "spec.stores.rotateCredentials"', status=400, what=PATH))

    assert "upgrade TestGen" in found.hint


@pytest.mark.parametrize("status", [409, 422, 500])
def test_other_refusals_keep_the_servers_words(status: int) -> None:
    assert "its own words" in in_words(ApiError("its own words", status=status, what=PATH)).message


def test_every_exit_code_is_explained() -> None:
    assert set(EXITS) == set(Exit)


@pytest.mark.parametrize(
    ("status", "body", "said", "unsaid"),
    [
        (502, b"<html><h1>Bad Gateway</h1></html>", "failed (HTTP 502)", "<html"),
        (500, b'{"kind":"Status","message":"etcdserver: no leader"}', "etcdserver: no leader", "HTTP 302"),
        (429, b"", "failed (HTTP 429)", "HTTP 429)HTTP"),
        (302, b"", "sends elsewhere (HTTP 302)", "(HTTP 302) (HTTP 302)"),
    ],
)
def test_a_server_that_fails_has_refused_no_change(status: int, body: bytes, said: str, unsaid: str) -> None:
    found = in_words(refusal(status, None, body, PATH), server="https://1.2.3.4")

    assert found.code is Exit.NO_CLUSTER
    assert said in found.message
    assert unsaid not in found.message


def test_a_certificate_that_is_not_trusted_is_no_matter_of_reach() -> None:
    problem = "no answer from the API server: Cannot connect to host: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"
    found = in_words(ApiError(problem, status=0, what=PATH), server="https://1.2.3.4")

    assert found.code is Exit.NO_CLUSTER
    assert "certificate-authority" in found.message
    assert "reachable" not in found.hint
