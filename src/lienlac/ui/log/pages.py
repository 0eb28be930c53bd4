"""The log as people meet it: its head, what happened last, whether it still holds, and a proof file for a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get, post

from lienlac import journal, limits
from lienlac.agreements import store as agreements
from lienlac.errors import NotAllowed
from lienlac.exchange.log.verifying import verify_log
from lienlac.people import accounts
from lienlac.people.rights import Action
from lienlac.people.units import store as unit_store
from lienlac.storage import heads, ledger
from lienlac.ui.guard import needs
from lienlac.ui.log.names import ACTIONS
from lienlac.ui.log.shown import shown_to
from lienlac.ui.nav import Heading, NavItem
from lienlac.ui.words import N_
from lienlac.wire.proof import SUFFIX

if TYPE_CHECKING:
    from litestar.params import FromPath

    from lienlac.exchange.log.proving import Prover
    from lienlac.exchange.log.verifying import Report
    from lienlac.exchange.office import Office
    from lienlac.ui.page import Ask

_PLACES: Final = {
    "req-": "/requests",
    "emg-": "/emergencies",
    "flw-": "/warnings",
    "mth-": "/methods",
    "cas-": "/cases",
    "prg-": "/programmes",
    "dlg-": "/delegations",
    "lsn-": "/lessons",
}
"""Where things stand, by how their ids begin; entries are shown only to who may read such things."""
NAV: Final = (NavItem(label=N_("Log"), path="/log", action=Action.LOG_READ, heading=Heading.NODE, order=80),)


def make_handlers(office: Office, prover: Prover) -> tuple[Any, ...]:
    """The routes, round the office whose log it is."""

    @get("/log", opt=needs(Action.LOG_READ), sync_to_thread=True, include_in_schema=False, name="log")
    def log(ask: Ask) -> Response[str]:
        return _show(ask, office, None)

    @post("/log/verify", opt=needs(Action.LOG_READ), sync_to_thread=True, include_in_schema=False)
    def verify(ask: Ask) -> Response[str]:
        with ask.database.read() as connection:
            size = ledger.size(connection)
        if size > limits.VERIFY_ON_SCREEN_MAX_LEAVES:
            raise NotAllowed("log-too-long-for-screen", leaves=size)
        return _show(ask, office, verify_log(office))

    @get("/log/proof/{name:str}", opt=needs(Action.LOG_PROVE), sync_to_thread=True, include_in_schema=False)
    def proof(ask: Ask, name: FromPath[str]) -> Response[bytes]:
        data = prover.prove(ask.officer, name)
        headers = {
            "Content-Disposition": f'attachment; filename="{prover.find(ask.officer, name).message_id}{SUFFIX}"',
            "Cache-Control": "no-store",
        }
        return Response(data, media_type="application/json", headers=headers)

    return (log, verify, proof)


def _show(ask: Ask, office: Office, report: Report | None) -> Response[str]:
    before = ask.number("before", default=0, low=0, high=2**31)
    with ask.database.read() as connection:
        entries = journal.latest(connection, before=before or None, shown=shown_to(ask.officer))
        head = ledger.head(connection)
        epoch = ledger.epoch(connection)
        witnessed = [(peer, heads.latest(connection, peer.node_id)) for peer in agreements.peers(connection)]
        names = {officer.id: officer.name for officer, _ in accounts.every(connection)}
        units = unit_store.units(connection)
    peers = {peer: peer.name_vi if ask.language == "vi" else peer.name_en for peer, _ in witnessed}
    names |= {unit.id: unit.name_vi if ask.language == "vi" else unit.name_en for unit in units}
    names |= {peer.node_id: name for peer, name in peers.items()}
    names |= {
        peer.agreement_id: ask.gettext("Agreement with %(partner)s", partner=name) for peer, name in peers.items()
    }
    names |= {journal.NODE: ask.gettext("the node itself"), "console": ask.gettext("the node's console")}
    names |= {office.node_id: ask.ground.config.node_name(ask.language)}
    return ask.page(
        "log/log.html",
        title=ask.gettext("Log"),
        entries=entries,
        head=head,
        epoch=epoch,
        witnessed=witnessed,
        names=names,
        actions=ACTIONS,
        places=_PLACES,
        report=report,
        fingerprint=office.fingerprint,
        older=f"/log?before={entries[-1].number}" if len(entries) == limits.PAGE_DEFAULT_ROWS else "",
        newer="/log" if before else "",
    )
