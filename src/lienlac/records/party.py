"""A peer, as far as subjects made of messages name it. Pure."""

from __future__ import annotations

from typing import Protocol


class Party(Protocol):
    """A peer: its node's id, and its name in both languages."""

    @property
    def node_id(self) -> str:
        """Its node's id."""
        ...

    @property
    def name_vi(self) -> str:
        """Its name in Vietnamese."""
        ...

    @property
    def name_en(self) -> str:
        """Its name in English."""
        ...
