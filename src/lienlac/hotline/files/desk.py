"""An officer sends files along with a message of a request, looks at those that came, reads one, asks for one again.

The request is found through the gate first, with its need-to-know; the exchange's desk for attachments then finds the
file within that very request. Knows no bytes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import msgspec

from lienlac.errors import NotAllowed
from lienlac.people.rights import Action

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from lienlac.exchange.attachments.desk import Opened, Shown
    from lienlac.exchange.attachments.store import Upload
    from lienlac.exchange.post import Outgoing, Sent
    from lienlac.hotline.request import Request
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Thing
    from lienlac.storage.database import Database
    from lienlac.wire.bodies.parts import AttachmentRef

    Find = Callable[[Connection, Officer, Action, str], tuple[Request, Thing]]

Named = tuple[tuple["AttachmentRef", str], ...]


class Carrier(Protocol):
    """The exchange's desk for attachments, as far as the hotline needs it."""

    def attach(
        self, connection: Connection, officer: Officer, recipient: str, upload_ids: Sequence[str], /
    ) -> tuple[tuple[AttachmentRef, str], ...]:
        """References for a message that is about to leave."""
        ...

    def sent(
        self, connection: Connection, officer: Officer, sent: Sent, named: Iterable[tuple[AttachmentRef, str]], /
    ) -> None:
        """It left."""
        ...

    def keep(self, connection: Connection, officer: Officer, upload_ids: Sequence[str], /) -> None:
        """They wait with a message: their time in the tray begins anew."""
        ...

    def about(self, connection: Connection, message_ids: Iterable[str], /) -> Mapping[str, list[Shown]]:
        """The files of messages."""
        ...

    def open(
        self, officer: Officer, attachment_id: str, record_id: str, thing: Thing | None, offset: int = 0, /
    ) -> Opened:
        """One file, to be read."""
        ...

    def again(self, officer: Officer, attachment_id: str, record_id: str, thing: Thing | None, /) -> None:
        """Try at once, or ask for it once more."""
        ...

    def release(self, officer: Officer, attachment_id: str, record_id: str, thing: Thing | None, /) -> None:
        """Let one go that a scanner holds."""
        ...

    def tray(self, officer: Officer, /) -> list[Upload]:
        """What the officer put in and has not sent."""
        ...


class RequestFiles:
    """What pages, programs and the hotline's own desk call. Without a carrier no file can be sent."""

    def __init__(self, find: Find, database: Database, carrier: Carrier | None) -> None:
        """`find` is the gate to a request by its name."""
        self._find = find
        self._database = database
        self._carrier = carrier

    # --- sending --------------------------------------------------------------------------------------------------

    def attach(
        self, connection: Connection, officer: Officer | None, outgoing: Outgoing, uploads: Sequence[str]
    ) -> tuple[Outgoing, Named]:
        """The message with its files named. Raises `NotAllowed`: those of `Carrier.attach`."""
        if not uploads:
            return outgoing, ()
        if self._carrier is None or officer is None:
            raise NotAllowed("upload-unknown", field="attachments", upload=uploads[0])
        named = self._carrier.attach(connection, officer, outgoing.recipient, uploads)
        body = msgspec.structs.replace(outgoing.body, attachments=tuple(ref for ref, _ in named))
        return replace(outgoing, body=body), named

    def sent(self, connection: Connection, officer: Officer | None, sent: Sent, named: Named) -> None:
        """The message left: its files leave the tray."""
        if named and self._carrier is not None and officer is not None:
            self._carrier.sent(connection, officer, sent, named)

    def keep(self, connection: Connection, officer: Officer, uploads: Sequence[str]) -> None:
        """Files wait with a message for a second officer."""
        if uploads and self._carrier is not None:
            self._carrier.keep(connection, officer, uploads)

    def tray(self, officer: Officer, may_add: bool) -> list[Upload]:  # noqa: FBT001  # what the gate said
        """Files that could be sent along."""
        return self._carrier.tray(officer) if self._carrier is not None and may_add else []

    # --- looking --------------------------------------------------------------------------------------------------

    def of(self, request: Request) -> Mapping[str, list[Shown]]:
        """The files of a request that the gate has let somebody see, by message."""
        if self._carrier is None:
            return {}
        with self._database.read() as connection:
            return self._carrier.about(connection, request.facts)

    def open(self, officer: Officer, name: str, attachment_id: str, offset: int = 0) -> Opened:
        """One file of a request, to be read; who read it is written down."""
        request, thing, carrier = self._found(officer, Action.ATTACHMENT_READ, name)
        return carrier.open(officer, attachment_id, request.id, thing, offset)

    def again(self, officer: Officer, name: str, attachment_id: str) -> None:
        """Do not wait, or ask for a file that failed once more."""
        request, thing, carrier = self._found(officer, Action.REQUEST_WRITE, name)
        carrier.again(officer, attachment_id, request.id, thing)

    def release(self, officer: Officer, name: str, attachment_id: str) -> None:
        """Let a file go that the scanner put under lock."""
        request, thing, carrier = self._found(officer, Action.ATTACHMENT_RELEASE, name)
        carrier.release(officer, attachment_id, request.id, thing)

    def _found(self, officer: Officer, action: Action, name: str) -> tuple[Request, Thing, Carrier]:
        with self._database.read() as connection:
            request, thing = self._find(connection, officer, action, name)
        if self._carrier is None:
            raise NotAllowed("not-found")
        return request, thing, self._carrier


def each(files: Mapping[str, list[Shown]]) -> Iterator[Shown]:
    """All files, message by message."""
    for several in files.values():
        yield from several
