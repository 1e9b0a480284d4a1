"""The roles that this process calls, by the settings and the table of roles."""

from __future__ import annotations

from collections.abc import Mapping

from testgen_runtime.errors import BadConfiguration
from testgen_runtime.peers.client import Peer
from testgen_runtime.roles import COMPONENTS
from testgen_runtime.roles import Peer as PeerName
from testgen_runtime.security.internal import InternalToken
from testgen_runtime.settings import Settings
from testgen_runtime.telemetry import metrics


class Directory:
    """A `Peer` for each role that this one calls and that has an address; None for the others."""

    def __init__(self, settings: Settings) -> None:
        """Raises: BadConfiguration where there is a role to call and no token."""
        urls: Mapping[str, str] = settings.peers.model_dump()
        self._peers: dict[PeerName, Peer] = {}
        for name in COMPONENTS[settings.role].calls:
            if urls[name]:
                self._peers[name] = Peer(name, urls[name], token_of(settings), settings.peer_calls)

    def get(self, name: PeerName) -> Peer | None:
        """The role, if it is there to be called."""
        return self._peers.get(name)

    def resting(self) -> dict[str, bool]:
        """Whether each role is left alone now; sets the gauges."""
        found = {str(name): peer.resting for name, peer in self._peers.items()}
        for name, resting in found.items():
            metrics.PEER_RESTS.labels(name).set(resting)
        return found

    async def close(self) -> None:
        """Close every connection."""
        for peer in self._peers.values():
            await peer.close()


def token_of(settings: Settings) -> InternalToken:
    """The token that the roles share; read once, to complain before anything starts.

    Raises: BadConfiguration.
    """
    if settings.internal_token_file is None:
        raise BadConfiguration("internal_token_file is missing", mend="name the file with the token that the roles share")
    token = InternalToken(settings.internal_token_file)
    token.sent()
    return token
