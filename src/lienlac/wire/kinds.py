"""The registry of message kinds: name, version, body type, lane, and whether it is a link's own business.

A kind is part of the treaty: adding one means a new row here, a body in `wire/bodies/`, a clause in
docs/protocol and, for anything but control kinds, a line in the agreement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lienlac.errors import Refused
from lienlac.wire.bodies import link
from lienlac.wire.message import Lane, Message, decode_body

if TYPE_CHECKING:
    import msgspec


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of message.

    `control` kinds (agreements, keys, the end of a file's journey) pass before and beside any agreement; an `opening`
    starts a request and must stand in the agreement by name, its follow-ups pass with it.
    """

    name: str
    version: int
    body: type[msgspec.Struct]
    lane: Lane
    control: bool = False
    opening: bool = False


class Kinds:
    """All kinds a node knows, by name; each keeps every version that it still understands."""

    def __init__(self, kinds: tuple[Kind, ...]) -> None:
        self._by_name: dict[str, dict[int, Kind]] = {}
        for kind in kinds:
            self._by_name.setdefault(kind.name, {})[kind.version] = kind

    def names(self) -> list[str]:
        """Every kind's name, in order."""
        return sorted(self._by_name)

    def current(self, name: str) -> Kind:
        """The newest version of a kind, for sending. Raises `Refused("kind-unknown")`."""
        versions = self._by_name.get(name)
        if not versions:
            raise Refused("kind-unknown", kind=name)
        return versions[max(versions)]

    def read(self, message: Message) -> tuple[Kind, Any]:
        """Kind and typed body of an arrived message.

        Raises `Refused`: `kind-unknown`, `version-unknown`, `lane-wrong`, `body-invalid`.
        """
        versions = self._by_name.get(message.header.kind)
        if not versions:
            raise Refused("kind-unknown", kind=message.header.kind)
        kind = versions.get(message.header.version)
        if kind is None:
            raise Refused("version-unknown", kind=message.header.kind, version=message.header.version)
        if kind.lane is not message.header.lane:
            raise Refused("lane-wrong", kind=kind.name, lane=message.header.lane.value)
        return kind, decode_body(message.body, kind.body)


_VOID = "node.void-"


def is_void(name: str) -> bool:
    """Whether a kind only fills the place of a message that was given up."""
    return name.startswith(_VOID)


CONTROL_KINDS = (
    Kind("agreement.propose", 1, link.AgreementProposed, Lane.URGENT, control=True),
    Kind("agreement.sign", 1, link.AgreementSigned, Lane.URGENT, control=True),
    Kind("agreement.suspend", 1, link.LinkSuspended, Lane.URGENT, control=True),
    Kind("agreement.resume", 1, link.LinkResumed, Lane.URGENT, control=True),
    Kind("node.rotate-keys", 1, link.KeysRotated, Lane.URGENT, control=True),
    Kind("node.recovered", 1, link.NodeRecovered, Lane.URGENT, control=True),
    Kind("attachment.complete", 1, link.AttachmentComplete, Lane.NORMAL, control=True),
    Kind("attachment.failed", 1, link.AttachmentFailed, Lane.NORMAL, control=True),
    Kind("attachment.wanted", 1, link.AttachmentWanted, Lane.NORMAL, control=True),
    *(Kind(f"{_VOID}{lane.value}", 1, link.MessageGivenUp, lane, control=True) for lane in Lane),
)
