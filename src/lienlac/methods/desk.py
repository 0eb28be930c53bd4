"""An officer writes a record, changes, shares, revokes it, takes it out; `Methods` is the slice as others see it.

Each act is one transaction: the right, the record, the message, the journal. A record is looked up within the officer's
scope, so that one that is hidden and one that does not exist are the same to the database already.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac import ids, limits
from lienlac.documents.document import Both
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange.post import Outgoing
from lienlac.methods.arrivals import Arrivals
from lienlac.methods.comparing import compare
from lienlac.methods.forms.reading import Written, read_method
from lienlac.methods.kinds import BODY_OF, METHOD_KINDS, REVOKE, SHARE
from lienlac.methods.leaving.desk import Counter
from lienlac.methods.method import Method, Sent, Version, reached
from lienlac.methods.naming import named
from lienlac.methods.showing.leaflet import leaflet
from lienlac.methods.showing.stixing import method_bundle
from lienlac.methods.store import records as store
from lienlac.people import rights
from lienlac.people.access import store as access
from lienlac.people.rights import Action, scope_of
from lienlac.records.naming.desk import Records
from lienlac.releases.release import Release, State
from lienlac.vocabulary import legal_bases, typologies
from lienlac.wire.bodies.hotline import Officer as Named
from lienlac.wire.bodies.methods import Revoked, Shared

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from typing import Protocol

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.documents.document import Document, Say
    from lienlac.errors import Language
    from lienlac.exchange.post import ArrivalHandler, Sender, SettlementHandler
    from lienlac.identifiers.index.mention import Mention, Naming
    from lienlac.ids import Chance
    from lienlac.methods.arrivals import Agreements
    from lienlac.methods.comparing import Comparison
    from lienlac.methods.rules import Terms
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Thing
    from lienlac.records.naming.desk import Index
    from lienlac.releases.desk import Releases
    from lienlac.storage.database import Database
    from lienlac.wire.bodies.agreement import Agreement
    from lienlac.wire.kinds import Kind
    from lienlac.wire.message import Marks

    class Record(Protocol):
        """The journal's way of writing one entry in the caller's transaction."""

        def __call__(
            self,
            connection: Connection,
            *,
            at: datetime,
            actor: str,
            action: str,
            thing: str,
            detail: Mapping[str, Any] | None = None,
        ) -> str:
            """Returns the entry's digest."""
            ...

    class Shelve(Protocol):
        """What takes objects into a collection of intelligence; the assembly hands it in."""

        def __call__(
            self, officer: Officer, collection_id: str, raws: list[bytes], marks: Marks, /
        ) -> tuple[int, int, int]:
            """How many are new, known, held. Raises `NotAllowed`."""
            ...

    class Printer(Protocol):
        """What makes a document: `documents.desk.Press`."""

        def print(self, document: Document, /) -> bytes:
            """The document as PDF."""
            ...


ADDRESSEES: Final = ("analysis",)
_PURPOSE: Final = "prevent-crime"


@dataclass(frozen=True, slots=True)
class Partner:
    """A peer with whom records may be shared, and what is agreed with it."""

    node_id: str
    name_vi: str
    name_en: str
    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A record for a reader. `reached`: the newest version that each partner has; `waiting`: for a second officer."""

    method: Method
    ours: bool
    thing: Thing
    sent: tuple[Sent, ...]
    reached: Mapping[str, int]
    waiting: tuple[Release, ...]
    may_write: bool
    may_share: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of sharing: what left, and what waits for a second officer instead."""

    method_id: str
    sent: tuple[Sent, ...]
    waits: tuple[Release, ...]


class Methods:
    """The slice: what the assembly wires and what pages, programs and commands call."""

    kinds: tuple[Kind, ...] = METHOD_KINDS

    def __init__(
        self,
        *,
        node_id: str,
        names: Both,
        database: Database,
        clock: Clock,
        chance: Chance,
        sender: Sender,
        agreements: Agreements,
        releases: Releases,
        record: Record,
        changed: Callable[[Thing], None],
        printer: Printer,
        say: Say,
        index: Index | None = None,
        shelve: Shelve | None = None,
    ) -> None:
        """`names`: what this authority is called; `changed` hears of each record that changed, once durable.

        `shelve` takes a record's objects into intelligence.
        """
        self.node_id = node_id
        self.agreements = agreements
        self.releases = releases
        self._names = names
        self._database = database
        self._clock = clock
        self._chance = chance
        self._record = record
        self._tell = changed
        self._shelve = shelve
        self.naming = Records(index, store.line_table.c.method_id, _of_index)
        self._printer = printer
        self._say = say
        self._counter = Counter(self, sender=sender, releases=releases)
        releases.serve(BODY_OF, self._counter)
        self.arrivals = Arrivals(node_id, self._changed)

    # --- what the assembly wires ---
    @property
    def arrival_handlers(self) -> dict[str, list[ArrivalHandler]]:
        """By kind: a peer's message arrived."""
        return {kind: [self.arrivals.arrived] for kind in BODY_OF}

    @property
    def settlement_handlers(self) -> dict[str, list[SettlementHandler]]:
        """By kind: a message of ours reached its end."""
        return {kind: [self.arrivals.settled] for kind in BODY_OF}

    # --- reading ---
    def partners(self) -> list[Partner]:
        """The peers with an agreement in force that names sharing of methods."""
        with self._database.read() as connection:
            found = [
                (peer, self.agreements.terms_in_force(connection, peer.node_id))
                for peer in self.agreements.peers(connection)
            ]
        return [
            Partner(peer.node_id, peer.name_vi, peer.name_en, terms)
            for peer, terms in found
            if terms is not None and terms.offers(SHARE)
        ]

    def node_names(self, language: str) -> dict[str, str]:
        """What this node and every peer are called."""
        with self._database.read() as connection:
            peers = self.agreements.peers(connection)
        found = {peer.node_id: peer.name_vi if language == "vi" else peer.name_en for peer in peers}
        return found | {self.node_id: self._names.vi if language == "vi" else self._names.en}

    def listed(
        self,
        officer: Officer,
        *,
        whose: store.Whose = "all",
        typology: str = "",
        words: str = "",
        after: store.Cursor | None = None,
        rows: int = limits.PAGE_DEFAULT_ROWS,
    ) -> list[store.Line]:
        """Records that the officer may know of, the last changed first."""
        rights.require(officer, Action.METHOD_READ)
        with self._database.read() as connection:
            return store.listed(
                connection,
                scope_of(officer),
                node_id=self.node_id,
                whose=whose,
                typology=typology,
                words=store.query_words(words),
                after=after,
                rows=rows,
            )

    def show(self, officer: Officer, method_id: str) -> Shown:
        """One record. Raises `NotAllowed("not-found")`."""
        with self._database.read() as connection:
            method, thing = self._find(connection, officer, Action.METHOD_READ, method_id)
            sent = tuple(store.sent_of(connection, method.id))
            waiting = self.releases.open_about(connection, officer, thing)
        ours = method.origin == self.node_id
        return Shown(
            method=method,
            ours=ours,
            thing=thing,
            sent=sent,
            reached=reached(sent),
            waiting=tuple(one for one in waiting if one.state is State.WAITING),
            may_write=ours and not method.revoked and rights.may(officer, Action.METHOD_WRITE, thing),
            may_share=ours and not method.revoked and rights.may(officer, Action.METHOD_SHARE, thing),
        )

    def compared(self, officer: Officer, method_ids: Sequence[str]) -> tuple[list[Method], Comparison]:
        """Two or three records side by side. Raises `Refused("methods-compared")`, `NotAllowed("not-found")`."""
        rights.require(officer, Action.METHOD_READ)
        wanted = list(dict.fromkeys(method_ids))
        if not 1 < len(wanted) <= limits.METHODS_COMPARED_MAX:
            raise Refused("methods-compared", limit=limits.METHODS_COMPARED_MAX)
        methods = [self.show(officer, one).method for one in wanted]
        return methods, compare([one.body for one in methods])

    def bundle(self, officer: Officer, method_id: str) -> dict[str, Any]:
        """A record as STIX objects. Raises `NotAllowed("not-found")`."""
        rights.require(officer, Action.METHOD_READ)
        return method_bundle(self.show(officer, method_id).method, typologies)

    def into(self, officer: Officer, method_id: str, collection_id: str) -> tuple[int, int, int]:
        """A record's objects into a collection of intelligence: how many are new, known, held.

        Raises `NotAllowed("not-found" | "not-allowed" | "intel-…")`.
        """
        if self._shelve is None:
            raise NotAllowed("not-found")
        rights.require(officer, Action.METHOD_READ)
        method = self.show(officer, method_id).method
        raws = [msgspec.json.encode(one) for one in method_bundle(method, typologies)["objects"]]
        done = self._shelve(officer, collection_id, raws, method.present.marks)
        self._database.write(
            lambda connection: self.note(connection, officer, "into-intelligence", method, collection=collection_id)
        )
        return done

    def leaflet(self, officer: Officer, method_id: str, lead: Language) -> bytes:
        """One page for victims as PDF. Raises `NotAllowed`: `not-found`, and what the press says."""
        rights.require(officer, Action.METHOD_READ)
        method = self.show(officer, method_id).method
        names = {language: self.node_names(language).get(method.origin, method.origin) for language in ("vi", "en")}
        return self._printer.print(leaflet(method, Both(names["vi"], names["en"]), self._say, lead))

    # --- acting ---
    def read(self, data: object, *, again: bool = False) -> Written:
        """Read the form. Raises `FormRefused`."""
        return read_method(data, self._clock.now(), again=again)

    def write(self, officer: Officer, written: Written) -> Method:
        """Write a new record down."""
        rights.require(officer, Action.METHOD_WRITE)

        def make(connection: Connection) -> Method:
            method_id = ids.new_id("mth", self._chance)
            method = store.add_version(connection, method_id, self.node_id, self._version(officer, written, 1))
            holders = {officer.id, *officer.units}
            access.add(connection, method_id, access.Relation.HOLDER, holders, by=officer.id, at=self._clock.now())
            self.note(connection, officer, "write", method, version=1)
            return method

        return self._database.write(make)

    def change(self, officer: Officer, method_id: str, written: Written) -> Method:
        """Say the record anew: a version more. Raises `NotAllowed`: `not-found`, `method-foreign`, `method-over`."""
        rights.require(officer, Action.METHOD_WRITE)

        def make(connection: Connection) -> Method:
            method = self._own(connection, officer, Action.METHOD_WRITE, method_id)
            number = method.present.number + 1
            if number > limits.METHOD_VERSIONS_MAX:
                raise NotAllowed("method-over")
            made = store.add_version(connection, method.id, self.node_id, self._version(officer, written, number))
            self.note(connection, officer, "change", made, version=number)
            return made

        return self._database.write(make)

    def share(self, officer: Officer, method_id: str, peers: Sequence[str]) -> Outcome:
        """Send the version that holds to partners; who has it already is passed by. Raises `NotAllowed`, `Refused`."""
        rights.require(officer, Action.METHOD_SHARE)
        if not 0 < len(peers) <= limits.METHOD_PEERS_MAX:
            raise Refused("field-missing", field="to")

        def send(connection: Connection) -> Outcome:
            method = self._own(connection, officer, Action.METHOD_SHARE, method_id)
            known = reached(store.sent_of(connection, method.id))
            version = method.present
            made: list[Sent | Release] = []
            for peer in dict.fromkeys(peers):
                if known.get(peer) == version.number:
                    continue
                body = Shared(
                    version=version.number,
                    method=version.body,
                    officer=_named(officer),
                    reason=version.reason,
                )
                outgoing = self._outgoing(connection, peer, SHARE, body, method)
                made.append(self._counter.leave(connection, officer, outgoing, method))
            return _outcome(method.id, made)

        return self._database.write(send)

    def revoke(self, officer: Officer, method_id: str, reason: str) -> Outcome:
        """The record no longer holds, here and wherever it was shared. Raises `NotAllowed`, `Refused`."""
        rights.require(officer, Action.METHOD_SHARE)
        if not reason.strip():
            raise Refused("reason-missing", field="reason")

        def end(connection: Connection) -> Outcome:
            method = self._own(connection, officer, Action.METHOD_SHARE, method_id)
            store.revoke(connection, method.id, why=reason.strip(), at=self._clock.now())
            self.note(connection, officer, "revoke", method)
            made: list[Sent | Release] = []
            for peer, version in sorted(reached(store.sent_of(connection, method.id)).items()):
                if version:
                    body = Revoked(officer=_named(officer), reason=reason.strip())
                    outgoing = self._outgoing(connection, peer, REVOKE, body, method)
                    made.append(self._counter.leave(connection, officer, outgoing, method))
            return _outcome(method.id, made)

        return self._database.write(end)

    def note(self, connection: Connection, officer: Officer, action: str, method: Method, **detail: object) -> None:
        """Write down who did what, and let open pages hear of it."""
        self._record(
            connection,
            at=self._clock.now(),
            actor=officer.id,
            action=f"method.{action}",
            thing=method.id,
            detail=detail or None,
        )
        self._changed(connection, method.id)

    # --- inside ---
    def _find(self, connection: Connection, officer: Officer, action: Action, method_id: str) -> tuple[Method, Thing]:
        rights.require(officer, action)
        method = store.visible(connection, method_id, scope_of(officer))
        if method is None:
            raise NotAllowed("not-found")
        thing = access.thing(connection, method.id, "method")
        rights.require(officer, action, thing)
        return method, thing

    def _own(self, connection: Connection, officer: Officer, action: Action, method_id: str) -> Method:
        """A record that this node wrote and that still holds."""
        method, _ = self._find(connection, officer, action, method_id)
        if method.origin != self.node_id:
            raise NotAllowed("method-foreign")
        if method.revoked:
            raise NotAllowed("method-over")
        return method

    def _version(self, officer: Officer, written: Written, number: int) -> Version:
        return Version(
            number=number,
            body=written.body,
            marks=written.marks,
            at=self._clock.now(),
            by_name=officer.name,
            by_unit=officer.unit,
            reason=written.reason,
            links=written.links,
        )

    def _outgoing(self, connection: Connection, peer: str, kind: str, body: msgspec.Struct, method: Method) -> Outgoing:
        terms = self.agreements.terms_in_force(connection, peer)
        if terms is None:
            raise NotAllowed("no-agreement", peer=peer)
        basis, quoted = _basis(terms.agreement)
        return Outgoing(
            kind=kind,
            body=body,
            recipient=peer,
            purpose=_PURPOSE,
            legal_basis=basis,
            legal_basis_text=quoted,
            typology=method.body.typologies[0],
            marks=method.present.marks,
            addressees=ADDRESSEES,
            record_id=method.id,
        )

    def _changed(self, connection: Connection, method_id: str) -> None:
        self.naming.said(connection, method_id)
        thing = access.thing(connection, method_id, "method")
        self._database.after_commit(connection, lambda: self._tell(thing))


def _of_index(connection: Connection, method_id: str) -> tuple[Naming, tuple[Mention, ...]] | None:
    method = store.get(connection, method_id)
    if method is None:
        return None
    return named(method, restricted=access.thing(connection, method_id, "method").restricted)


def _basis(agreement: Agreement) -> tuple[str, str]:
    """On what knowledge is shared: the arrangement between the two, or whatever stands first among the agreed bases."""
    code = "bilateral-arrangement" if "bilateral-arrangement" in agreement.legal_bases else agreement.legal_bases[0]
    return code, f"{legal_bases.label(code, 'en')}: {agreement.agreement_id}, v{agreement.version}"


def _named(officer: Officer) -> Named:
    return Named(name=officer.name, unit=officer.unit)


def _outcome(method_id: str, made: Sequence[Sent | Release]) -> Outcome:
    return Outcome(
        method_id=method_id,
        sent=tuple(one for one in made if isinstance(one, Sent)),
        waits=tuple(one for one in made if isinstance(one, Release)),
    )
