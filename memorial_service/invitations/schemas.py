"""What a new invitation is, for the person who passes it on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NewInvitation:
    """The only moment at which the link's token and the PIN are known in clear."""

    invitation_id: str
    token: str
    pin: str
