"""An officer has a request or one of its messages printed, or takes everything about it out as a package.

The request is found through the gate, with its need-to-know. A print shows what the page shows; the package leaves the
house, so it needs a right of its own and is written into the journal with its digest. What was withheld when a message
left never stood in the message, so it stands in no paper of it either.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from lienlac.documents.document import Both
from lienlac.documents.packing import listed, pack, readable_json
from lienlac.errors import NotAllowed
from lienlac.hotline.papers import fields
from lienlac.hotline.papers.layout import message_paper, strictest, whole_paper
from lienlac.people.rights import Action
from lienlac.wire.proof import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.documents.document import Document
    from lienlac.exchange.log.evidence import Evidence
    from lienlac.hotline.arrivals import Agreements
    from lienlac.hotline.papers.values import Says
    from lienlac.hotline.request import Fact, Request
    from lienlac.hotline.shown import Record
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Thing
    from lienlac.storage.database import Database

EXPORTED: Final = "document.exported"
"""How the journal names a package that was taken out."""


class Proofs(Protocol):
    """The exchange's record, as far as papers need it."""

    def evidence(self, connection: Connection, digest: str, /) -> Evidence | None:
        """Whose key signed a message, and its receipt."""
        ...

    def proof_of(self, connection: Connection, digest: str, /) -> bytes:
        """The proof file of a message."""
        ...


class Printer(Protocol):
    """What makes a document: `documents.desk.Press`."""

    def print(self, document: Document, /) -> bytes:
        """The document as PDF."""
        ...

    def close(self) -> None:
        """End whatever makes it."""
        ...


class Find(Protocol):
    """The desk's way of finding a request for somebody who may do something to it."""

    def __call__(self, connection: Connection, officer: Officer, action: Action, name: str, /) -> tuple[Request, Thing]:
        """Raises `NotAllowed("not-found" | "not-allowed" | "reference-ambiguous")`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A file to hand over: its name, its bytes, and what it is."""

    name: str
    content: bytes
    media_type: str = "application/pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """One request with what the record holds of its messages, read in one transaction."""

    request: Request
    evidences: Mapping[str, Evidence]
    parties: Mapping[str, Both]


class Papers:
    """What pages, programs and commands call."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        record: Record,
        find: Find,
        agreements: Agreements,
        says: Says,
        proofs: Proofs,
        printer: Printer,
    ) -> None:
        """`find` is the gate to a request by its name."""
        self._database = database
        self._clock = clock
        self._record = record
        self._find = find
        self._agreements = agreements
        self._says = says
        self._proofs = proofs
        self._printer = printer

    def whole(self, officer: Officer, name: str) -> Paper:
        """The request with everything said about it. Raises `NotAllowed`: `not-found`, and those of `Press.print`."""
        read = self._read(officer, Action.DOCUMENT_PRINT, name)
        document = whole_paper(read.request, read.evidences, read.parties, self._says)
        return Paper(name=f"{read.request.reference}.pdf", content=self._printer.print(document))

    def message(self, officer: Officer, name: str, message: str) -> Paper:
        """One message about it, named by id or digest."""
        read = self._read(officer, Action.DOCUMENT_PRINT, name)
        facts = enumerate(read.request.timeline, start=1)
        number, fact = next(((number, one) for number, one in facts if message in (one.id, one.digest)), (0, None))
        if fact is None:
            raise NotAllowed("not-found")
        named = f"{read.request.reference}-{number:03d}-{fact.step.value}.pdf"
        return Paper(name=named, content=self._printer.print(self._message(read, fact)))

    def package(self, officer: Officer, name: str) -> Paper:
        """Everything about it for legal assistance: papers, forms, list of files, proofs, manifest; journalled."""
        read = self._read(officer, Action.DOCUMENT_EXPORT, name)
        proofs = dict(self._proofs_of(read.request))
        content = package_of(read.request, dict(self._files(read)), proofs)
        digest = hashlib.sha256(content).hexdigest()
        now = self._clock.now()

        def note(connection: Connection) -> None:
            self._find(connection, officer, Action.DOCUMENT_EXPORT, read.request.id)  # also now, not only before
            self._journal(connection, officer, read.request, digest, now)

        self._database.write(note)
        return Paper(name=f"{read.request.reference}.zip", content=content, media_type="application/zip")

    def close(self) -> None:
        """Nothing more is printed."""
        self._printer.close()

    # --- inside ---
    def _journal(self, connection: Connection, officer: Officer, request: Request, digest: str, now: datetime) -> None:
        detail = {"reference": request.reference, "digest": digest, "messages": len(request.facts)}
        self._record(connection, at=now, actor=officer.id, action=EXPORTED, thing=request.id, detail=detail)

    def _read(self, officer: Officer, action: Action, name: str) -> _Read:
        with self._database.read() as connection:
            request, _ = self._find(connection, officer, action, name)
            found = {fact.id: self._proofs.evidence(connection, fact.digest) for fact in request.facts.values()}
            evidences = {name: one for name, one in found.items() if one is not None}
            return _Read(request=request, evidences=evidences, parties=self._parties(connection, request))

    def _parties(self, connection: Connection, request: Request) -> dict[str, Both]:
        """Both authorities by the names that both signed; by the nodes' names where no agreement is in force."""
        names = {node: Both(node, node) for node in (request.requester, request.executor)}
        for peer in self._agreements.peers(connection):
            if peer.node_id in names:
                terms = self._agreements.terms_in_force(connection, peer.node_id)
                parties = () if terms is None else terms.agreement.parties
                names |= {party.node_id: Both(party.name_vi, party.name_en) for party in parties}
        return names

    def _message(self, read: _Read, fact: Fact) -> Document:
        return message_paper(read.request, fact, read.evidences.get(fact.id), read.parties, self._says)

    def _files(self, read: _Read) -> Iterator[tuple[str, bytes]]:
        request, says = read.request, self._says
        yield "request.pdf", self._printer.print(whole_paper(request, read.evidences, read.parties, says))
        yield "request.json", readable_json(fields.request_form(request, read.parties))
        yield "files.json", readable_json(fields.files_of(request))
        for name, fact in numbered(request):
            form = fields.message_form(request, fact, read.evidences.get(fact.id), read.parties, says)
            yield f"messages/{name}.pdf", self._printer.print(self._message(read, fact))
            yield f"messages/{name}.json", readable_json(form)

    def _proofs_of(self, request: Request) -> Iterator[tuple[str, bytes]]:
        with self._database.read() as connection:
            for name, fact in numbered(request):
                yield f"proofs/{name}{SUFFIX}", self._proofs.proof_of(connection, fact.digest)


def numbered(request: Request) -> Iterator[tuple[str, Fact]]:
    """Every message with the name of its files: number in the timeline and step."""
    for number, fact in enumerate(request.timeline, start=1):
        yield f"{number:03d}-{fact.step.value}", fact


def package_of(request: Request, files: Mapping[str, bytes], proofs: Mapping[str, bytes]) -> bytes:
    """The ZIP with its two manifests.

    Papers and forms are the same whenever and wherever they are made. A proof holds the log's head of this hour under a
    fresh signature, so proofs have a manifest of their own.
    """
    marks = strictest(request.timeline)
    said: dict[str, Any] = {
        "format": fields.FORMAT,
        "version": 1,
        "reference": request.reference,
        "request_id": request.id,
        "drill": request.opening.body.drill,
        "marks": {"tlp": marks.tlp, "others": marks.others},
    }
    manifest = readable_json({**said, "files": listed(files)})
    proven = readable_json({**said, "files": listed(proofs)})
    return pack({"manifest.json": manifest, **files, "proofs.json": proven, **proofs})
