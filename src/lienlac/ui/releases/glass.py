"""The glass that a program may break: what is sent past the second officer needs a token that names that act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.errors import NotAllowed
from lienlac.people.rights import Action

if TYPE_CHECKING:
    from lienlac.ui.page import Ask


def check_glass(ask: Ask, ahead: str) -> None:
    """`ahead`: why it cannot wait, empty where it can. Raises `NotAllowed("token-scope")`."""
    if ahead and ask.bearer is not None and not ask.bearer.lets(Action.RELEASE_AHEAD):
        raise NotAllowed("token-scope")
