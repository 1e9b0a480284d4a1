"""The token that the roles of one project share, and the one before while it is being exchanged.

The one before is in the file `previous-<name>` beside the token's own; it is there only during a rotation. Both are accepted. A
caller whose token is refused tries the one before: the called pod may not see the new one yet.
"""

from __future__ import annotations

import hmac
from pathlib import Path
from typing import Final

from testgen_runtime.errors import BadConfiguration, Unauthenticated
from testgen_runtime.security.secrets import read_secret

_SHORTEST: Final = 16


class InternalToken:
    """Reads the files anew each time: a Secret that changes is mounted anew while this process runs."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._previous = path.with_name(f"previous-{path.name}")

    def sent(self) -> list[str]:
        """What this process sends, in this order; never empty.

        Raises: BadConfiguration where the file is not there, or holds nothing that could be one.
        """
        token = read_secret(self._path, "internal_token_file") or ""
        if len(token) < _SHORTEST or not token.isascii() or not token.isprintable():
            raise BadConfiguration(
                f"the file {self._path} holds no token of at least {_SHORTEST} characters", mend="mount the Secret anew"
            )
        previous = read_secret(self._previous, "internal_token_file") if self._previous.exists() else None
        return [token, previous] if previous and len(previous) >= _SHORTEST and previous != token else [token]

    def check(self, presented: str) -> None:
        """Compares in constant time.

        Raises: Unauthenticated; BadConfiguration.
        """
        found = False
        for token in self.sent():
            found |= hmac.compare_digest(token.encode(), presented.encode("utf-8", "surrogateescape"))
        if not found:
            raise Unauthenticated("the call carries no valid token", mend="only the roles of this project call this address")
