"""The noun: an order to share, as an officer decided it and, where the agreement asks for it, a second one approved it.

Pure. `tlp` and `pap` are the strictest that may leave under it. Of a one-time order `until_us`, `count` and `digest`
name exactly what was shown: objects added later do not leave, and if anything of these has changed, nothing does.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What leaves, for whom, on which grounds. Kept as JSON, and shown to whoever approves it."""

    collection: str
    peer: str
    title: str
    mode: str
    types: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    purpose: str
    legal_basis: str
    legal_basis_text: str = ""
    typology: str | None = None
    tlp: str
    pap: str
    handling: tuple[str, ...] = ("h2",)
    let_out: tuple[str, ...] = ()
    why: str = ""
    until_us: int = 0
    count: int = 0
    digest: str = ""

    @property
    def standing(self) -> bool:
        """Whether it goes on as the collection grows."""
        return self.mode == "standing"


class TakingBack(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What of a share is to be taken back: these objects, what lies above its ceilings now, or else everything.

    `count` is how many objects that were when it was put before a second officer.
    """

    share: str
    ids: tuple[str, ...] = ()
    above: bool = False
    act: str
    reason: str
    count: int = 0

    @property
    def everything(self) -> bool:
        """Whether the whole share is taken back, and ends."""
        return not self.ids and not self.above


class Manifest:
    """The digest of exactly what would leave: ids and versions, in the order in which they were added."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, things: Iterable[tuple[str, int, int]]) -> None:
        """Id, version, and the instant that names the stored bytes."""
        for object_id, version_us, added_us in things:
            self._hash.update(f"{object_id} {version_us} {added_us}\n".encode())

    @property
    def digest(self) -> str:
        """SHA-256, hex."""
        return self._hash.hexdigest()
