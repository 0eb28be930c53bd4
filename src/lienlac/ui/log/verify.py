"""A paper is checked: its code or digest is looked up in the log, and what stands there is shown beside it.

The code is sent in a form, never in an address. A page and a door for programs; both say what the paper must say, so
that whoever holds it can compare.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get, post

from lienlac.agreements import store as agreements
from lienlac.errors import LienlacError
from lienlac.exchange.log.code import code_of
from lienlac.interface.papers import PaperCode, PaperReceipt, Place, Verified
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.interface.speech import speaks
from lienlac.ui.log.names import LEAVES
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of
from lienlac.ui.words import N_
from lienlac.vocabulary import request_kinds

if TYPE_CHECKING:
    from lienlac.exchange.log.checking import LogWord, Proved
    from lienlac.exchange.log.proving import Prover
    from lienlac.exchange.store import Stored
    from lienlac.ui.page import Ask


_EXAMPLES: Final = {"a code": {"code": "NC9A-P4NB-2ANH-5ARJ-NC9A-P4NM"}}


def make_handlers(prover: Prover) -> tuple[Any, ...]:
    """The routes, round one node's log."""

    @get("/verify", opt=needs(Action.LOG_READ), sync_to_thread=True, include_in_schema=False, name="verify")
    def blank(ask: Ask) -> Response[str]:
        return _page(ask)

    @post("/verify", opt=needs(Action.LOG_READ), sync_to_thread=True, include_in_schema=False, status_code=200)
    def look(ask: Ask) -> Response[str]:
        typed = ask.form.get("code")
        try:
            return _page(ask, typed, found=prover.look_up(ask.officer, typed))
        except LienlacError as error:
            return _page(ask, typed, wrong=ask.sentence(error), status=status_of(error))

    @post(
        "/api/verify",
        opt=needs(Action.LOG_READ)
        | speaks(
            N_("Which message a paper speaks of, and where it stands in the log"),
            "documents",
            Verified,
            takes=PaperCode,
            examples=_EXAMPLES,
        ),
        sync_to_thread=True,
        status_code=200,
        name="api-verify",
    )
    def look_door(ask: Ask) -> Response[bytes]:
        """Which message a paper speaks of, where it stands in the log, and under which signed head."""
        return ask.json(_view(*prover.look_up(ask.officer, ask.given(PaperCode).code)))

    return (blank, look, look_door)


def _view(stored: Stored, proved: Proved) -> Verified:
    header = proved.header
    return Verified(
        digest=proved.digest,
        code=code_of(proved.digest),
        message_id=header.id,
        kind=header.kind,
        record_id=header.record_id,
        sender=header.sender,
        recipient=header.recipient,
        sent_at=header.sent_at,
        lane=header.lane.value,
        sequence=header.sequence,
        direction=stored.direction,
        receipts=[
            PaperReceipt(verdict=one.verdict.value, received_at=one.received_at, code=one.code)
            for one in proved.receipts
        ],
        log=[_place(word) for word in proved.logs],
        fingerprints=proved.fingerprints,
    )


def _place(word: LogWord) -> Place:
    return Place(node=word.node, epoch=word.epoch, leaf=word.what, index=word.index, size=word.size, root=word.root)


def _page(
    ask: Ask, typed: str = "", *, found: tuple[Stored, Proved] | None = None, wrong: str = "", status: int = 200
) -> Response[str]:
    with ask.database.read() as connection:
        peers = agreements.peers(connection)
    nodes = {peer.node_id: peer.name_vi if ask.language == "vi" else peer.name_en for peer in peers}
    proved = found[1] if found is not None else None
    kind = "" if proved is None else proved.header.kind
    return ask.page(
        "log/verify.html",
        status=status,
        title=ask.gettext("Check a paper"),
        typed=typed,
        wrong=Blank({"code": wrong} if wrong else {}),
        proved=proved,
        code="" if proved is None else code_of(proved.digest),
        kind=request_kinds.label(kind, ask.language) if kind in request_kinds else kind,
        nodes=nodes,
        own_name=ask.ground.config.node_name(ask.language),
        leaves=LEAVES,
        about=_about(ask, proved),
    )


def _about(ask: Ask, proved: Proved | None) -> str:
    """The record that the message is about, where the reader may open it."""
    record = None if proved is None else proved.header.record_id
    return record if record and record.startswith("req-") and ask.may(Action.REQUEST_READ) else ""
