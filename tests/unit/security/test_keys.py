"""Keys and roles."""

from __future__ import annotations

import secrets

import pytest

from testgen_runtime.errors import Forbidden
from testgen_runtime.security import keys
from testgen_runtime.security.keys import Principal, Role
from testgen_runtime.security.service import allow


def test_two_keys_are_never_the_same_and_hold_32_random_bytes() -> None:
    made = [keys.make(secrets.token_urlsafe) for _ in range(200)]

    assert len({key.secret for key in made}) == len({key.hash for key in made}) == 200
    assert all(len(key.secret.split("_", 2)[2]) >= 43 for key in made)


def test_the_prefix_tells_nothing_of_the_rest() -> None:
    key = keys.make(secrets.token_urlsafe)

    assert key.secret.startswith(key.prefix + "_")
    assert keys.hash_of(key.secret) == key.hash


@pytest.mark.parametrize(
    ("held", "needed", "allowed"),
    [
        (Role.VIEWER, Role.VIEWER, True),
        (Role.VIEWER, Role.TESTER, False),
        (Role.VIEWER, Role.ADMIN, False),
        (Role.TESTER, Role.VIEWER, True),
        (Role.TESTER, Role.TESTER, True),
        (Role.TESTER, Role.ADMIN, False),
        (Role.ADMIN, Role.VIEWER, True),
        (Role.ADMIN, Role.TESTER, True),
        (Role.ADMIN, Role.ADMIN, True),
    ],
)
def test_a_role_includes_the_ones_below_it(held: Role, needed: Role, allowed: bool) -> None:  # S4-070
    principal = Principal("key_1", "somebody", held)

    if allowed:
        assert allow(principal, needed) is principal
    else:
        with pytest.raises(Forbidden, match=held.value):
            allow(principal, needed)
