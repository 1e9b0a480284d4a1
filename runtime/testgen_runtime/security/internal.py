"""The token that the roles of one project share. The file may hold several lines, so that a token can be exchanged in two steps:
every line is accepted, the first is the one that is sent.
"""

from __future__ import annotations

import hmac
from pathlib import Path
from typing import Final

from testgen_runtime.errors import BadConfiguration, Unauthenticated
from testgen_runtime.security.secrets import read_secret

_MOST: Final = 5
_SHORTEST: Final = 16


class InternalToken:
    """Reads the file anew each time: a Secret that changes is mounted anew while this process runs."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def sent(self) -> str:
        """The one that this process sends.

        Raises: BadConfiguration where the file is not there, or holds nothing that could be one.
        """
        return self._tokens()[0]

    def check(self, presented: str) -> None:
        """Compares in constant time.

        Raises: Unauthenticated; BadConfiguration.
        """
        found = False
        for token in self._tokens():
            found |= hmac.compare_digest(token.encode(), presented.encode("utf-8", "surrogateescape"))
        if not found:
            raise Unauthenticated("the call carries no valid token", mend="only the roles of this project call this address")

    def _tokens(self) -> list[str]:
        lines = (read_secret(self._path, "internal_token_file") or "").split()[:_MOST]
        if not lines or any(len(line) < _SHORTEST for line in lines):
            raise BadConfiguration(
                f"the file {self._path} holds no token of at least {_SHORTEST} characters", mend="mount the Secret anew"
            )
        return lines
