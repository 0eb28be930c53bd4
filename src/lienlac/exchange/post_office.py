"""The whole exchange of one node, wired: what the assembly, the simulation and the tests build.

No logic: only who holds whom.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.exchange.arrival import Arrivals
from lienlac.exchange.attachments.arrivals import AttachmentArrivals
from lienlac.exchange.attachments.courier import AttachmentCourier
from lienlac.exchange.attachments.desk import AttachmentDesk
from lienlac.exchange.attachments.receiving import Receiving
from lienlac.exchange.attachments.shelf import Shelf
from lienlac.exchange.attachments.watch import AttachmentWatch
from lienlac.exchange.departure import Departures
from lienlac.exchange.link.arrivals import LinkArrivals
from lienlac.exchange.link.desk import LinkDesk
from lienlac.exchange.log.proving import Prover
from lienlac.exchange.office import Office
from lienlac.exchange.recovery.whole import Recovery
from lienlac.exchange.settlement import Settlements
from lienlac.exchange.transport.courier import Courier
from lienlac.exchange.transport.courier_chunks import CourierChunks
from lienlac.exchange.transport.courier_file import CourierFiles
from lienlac.wire.kinds import CONTROL_KINDS, Kind, Kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lienlac.clock import Clock
    from lienlac.exchange.post import ArrivalHandler, SettlementHandler
    from lienlac.exchange.transport.endpoint import PeerDoor
    from lienlac.ids import Chance
    from lienlac.keys.suite import NodeKeys
    from lienlac.storage.blobs.files import Files
    from lienlac.storage.database import Database


class PostOffice:
    """Every counter of the exchange, built round one `Office`."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        chance: Chance,
        node_id: str,
        keys: NodeKeys,
        card: str,
        files: Files,
        kinds: Iterable[Kind] = (),
        scan: str = "",
    ) -> None:
        """`files` is where attached files lie; `scan` the command that looks into them, if any."""
        self.office = Office(
            database=database,
            clock=clock,
            chance=chance,
            node_id=node_id,
            keys=keys,
            card=card,
            kinds=Kinds((*CONTROL_KINDS, *kinds)),
        )
        self.departures = Departures(self.office)
        self.arrivals = Arrivals(self.office)
        self.settlements = Settlements(self.office, self.departures)
        self.recovery = Recovery(self.office, self.departures)
        self.courier = Courier(self.office, self.settlements)
        self.desk = LinkDesk(self.office, self.departures)
        self.prover = Prover(self.office)
        self.shelf = Shelf(office=self.office, files=files, scan=scan)
        self.attachments = AttachmentDesk(self.shelf)
        self.attachment_courier = AttachmentCourier(self.shelf)
        self.receiving = Receiving(self.shelf)
        self.attachment_watch = AttachmentWatch(self.shelf, self.departures)
        chunks = CourierChunks(self.office, self.attachment_courier, self.receiving, self.attachment_watch)
        carried = self.recovery.carried
        self.courier_files = CourierFiles(self.office, self.arrivals, self.settlements, chunks, carried)
        link, announced = LinkArrivals(self.office), AttachmentArrivals(self.shelf)
        self.listen(link.handlers(), link.told())
        self.listen(announced.handlers(), announced.told())

    def listen(
        self,
        arrivals: Mapping[str, Sequence[ArrivalHandler]],
        settlements: Mapping[str, Sequence[SettlementHandler]],
    ) -> None:
        """Let a slice hear the kinds it names; several may hear the same."""
        for kind, handlers in arrivals.items():
            self.office.arrival_handlers.setdefault(kind, []).extend(handlers)
        for kind, told in settlements.items():
            self.office.settlement_handlers.setdefault(kind, []).extend(told)

    @property
    def door(self) -> PeerDoor:
        """What the peers' endpoint needs."""
        from lienlac.exchange.attachments.endpoint import AttachmentDoor
        from lienlac.exchange.transport.endpoint import PeerDoor

        return PeerDoor(
            office=self.office,
            arrivals=self.arrivals,
            settlements=self.settlements,
            recovery=self.recovery,
            prover=self.prover,
            attachments=AttachmentDoor(shelf=self.shelf, receiving=self.receiving, courier=self.attachment_courier),
        )
