"""Whether the generators and the memorial service answer, looked at in the background, never in a request's way."""

from __future__ import annotations

from dataclasses import dataclass

from service_bridge.clients.generator import GeneratorClient
from service_bridge.clients.memorial import MemorialClient


@dataclass(frozen=True)
class Reachability:
    """What was seen last; None before the first look."""

    generator: bool | None = None
    memorial: bool | None = None


class PeerWatch:
    """Looks at the other programs. `seen` is replaced whole, so readers need no lock."""

    def __init__(self, generator: GeneratorClient, memorial: MemorialClient, *, timeout_s: float) -> None:
        self._generator = generator
        self._memorial = memorial
        self._timeout_s = timeout_s
        self.seen = Reachability()

    def look(self) -> None:
        """Ask both once."""
        self.seen = Reachability(
            generator=self._generator.is_reachable(timeout_s=self._timeout_s),
            memorial=self._memorial.is_reachable(timeout_s=self._timeout_s),
        )
