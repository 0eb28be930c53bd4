"""The partners of this node: how each link is doing in plain words, what may be done about it, agreements to sign.

Everything goes through `LinkDesk`, which asks for the right again; the screens only show and ask.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.agreements import store as agreements
from lienlac.agreements.terms import decode_agreement
from lienlac.errors import LienlacError, NotAllowed, Refused, catalogue
from lienlac.exchange.link.watch import LinkState, LinkStatus, link_status
from lienlac.exchange.names import Alarm
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.nav import Chip, NavItem
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of
from lienlac.ui.words import N_
from lienlac.vocabulary.lists import legal_bases, purposes, refusals, typologies, urgencies

if TYPE_CHECKING:
    from litestar import Response
    from litestar.params import FromPath
    from sqlalchemy import Connection

    from lienlac.exchange.link.desk import LinkDesk
    from lienlac.people.officer import Officer
    from lienlac.ui.nav import Tone
    from lienlac.ui.page import Ask
    from lienlac.ui.words import Words

STATES: Final[dict[LinkState, tuple[str, Tone]]] = {
    LinkState.SUSPENDED_BY_US: (N_("Suspended by our side"), "warn"),
    LinkState.SUSPENDED_BY_THEM: (N_("Suspended by the other side"), "warn"),
    LinkState.NEEDS_A_PERSON: (N_("A message needs your decision"), "bad"),
    LinkState.NO_AGREEMENT: (N_("No agreement in force yet"), "warn"),
    LinkState.FAILING: (N_("Not reachable, trying again"), "bad"),
    LinkState.WAITING: (N_("Sending"), "plain"),
    LinkState.QUIET: (N_("Ready, nothing exchanged yet"), "plain"),
    LinkState.WORKING: (N_("Working"), "good"),
}
"""Each state in plain words, and how it looks."""

_VERSION_MAX: Final = 10_000
"""As on the wire; a number from an address must fit into the database's."""

DELIVERIES: Final = {
    "push": N_("we call them"),
    "pull": N_("they fetch from us"),
    "courier": N_("courier files on removable media"),
}
LANES: Final = {"urgent": N_("urgent"), "normal": N_("normal"), "bulk": N_("bulk")}
ALARMS: Final[dict[Alarm, str]] = {
    Alarm.SEQUENCE_CONFLICT: N_("The partner sent two different messages for one place. It may have been restored."),
    Alarm.CHAIN_BROKEN: N_("A message does not continue the chain of those before it."),
    Alarm.RECEIPT_MISMATCH: N_("A receipt did not fit the message that it names."),
    Alarm.RECEIPTS_DIFFER: N_(
        "The partner signed receipts for two different messages in one place."
        " Keep both as evidence, call its liaison officer."
    ),
    Alarm.KEY_RETIRED: N_(
        "A receipt came under keys that the partner had already replaced. Ask whether they were stolen."
    ),
    Alarm.LOG_FORKED: N_("The partner showed two different states of its log. Call its liaison officer."),
    Alarm.LOG_OF_ANOTHER: N_("A receipt stated the head of somebody else's log."),
    Alarm.CONTROL_REFUSED: N_("The partner refused an agreement or a change of keys. Call its liaison officer."),
    Alarm.PEER_RECOVERED: N_("The partner was restored from an older backup and has recovered."),
    Alarm.RECOVERING: N_(
        "This node was restored from an older backup. What was lost is being fetched from this partner."
    ),
    Alarm.RECOVERED: N_("This node was restored from an older backup and has recovered from this partner."),
    Alarm.RECORD_MISSING: N_("The partner says that it holds messages of ours, and does not show them."),
    Alarm.REPLAY_REFUSED: N_(
        "A recovered message is in the record, but the program could not use it. Read it in the log."
    ),
}
"""What each alarm means for a person."""


def make_handlers(desk: LinkDesk) -> tuple[Any, ...]:
    """The routes, round the desk that does the work."""
    acts = _Acts(desk)

    @get("/peers", opt=needs(Action.PEER_READ), sync_to_thread=True, include_in_schema=False, name="peers")
    def peers(ask: Ask) -> Response[str]:
        with ask.database.read() as connection:
            links = [link_status(connection, peer) for peer in agreements.peers(connection)]
        return ask.page("links/list.html", title=ask.gettext("Partners"), links=links, states=STATES)

    @get("/peers/{peer_id:str}", opt=needs(Action.PEER_READ), sync_to_thread=True, include_in_schema=False)
    def peer(ask: Ask, peer_id: FromPath[str]) -> Response[str]:
        return acts.show(ask, peer_id)

    @post("/peers/{peer_id:str}/suspend", opt=needs(Action.PEER_MANAGE), sync_to_thread=True, include_in_schema=False)
    def suspend(ask: Ask, peer_id: FromPath[str]) -> Response[str]:
        return acts.suspend(ask, peer_id)

    @post("/peers/{peer_id:str}/resume", opt=needs(Action.PEER_MANAGE), sync_to_thread=True, include_in_schema=False)
    def resume(ask: Ask, peer_id: FromPath[str]) -> Response[str]:
        desk.resume(
            ask.officer, peer_id, kind=ask.form.get("kind") or None, reason=ask.gettext("Resumed by an officer")
        )
        return ask.redirect(f"/peers/{peer_id}", ask.gettext("The link is open again. The partner is being told."))

    @post("/peers/{peer_id:str}/try-now", opt=needs(Action.LETTER_RETRY), sync_to_thread=True, include_in_schema=False)
    def try_now(ask: Ask, peer_id: FromPath[str]) -> Response[str]:
        desk.try_now(ask.officer, peer_id)
        return ask.redirect(f"/peers/{peer_id}", ask.gettext("Trying now."))

    @post("/peers/{peer_id:str}/seen", opt=needs(Action.LETTER_RETRY), sync_to_thread=True, include_in_schema=False)
    def seen(ask: Ask, peer_id: FromPath[str]) -> Response[str]:
        desk.alarm_seen(ask.officer, peer_id, ask.form.get("code"))
        return ask.redirect(f"/peers/{peer_id}")

    @post("/letters/{digest:str}/retry", opt=needs(Action.LETTER_RETRY), sync_to_thread=True, include_in_schema=False)
    def retry(ask: Ask, digest: FromPath[str]) -> Response[str]:
        desk.retry_letter(ask.officer, digest)
        return ask.redirect(ask.form.get("back", "/peers"), ask.gettext("The message is sent again."))

    @post(
        "/letters/{digest:str}/give-up", opt=needs(Action.LETTER_GIVE_UP), sync_to_thread=True, include_in_schema=False
    )
    def give_up(ask: Ask, digest: FromPath[str]) -> Response[str]:
        return acts.give_up(ask, digest)

    @get(
        "/agreements/{peer_id:str}/{version:int}",
        opt=needs(Action.AGREEMENT_READ),
        sync_to_thread=True,
        include_in_schema=False,
    )
    def agreement(ask: Ask, peer_id: FromPath[str], version: FromPath[int]) -> Response[str]:
        return acts.agreement(ask, peer_id, version)

    @post(
        "/agreements/{peer_id:str}/{version:int}/sign",
        opt=needs(Action.AGREEMENT_SIGN),
        sync_to_thread=True,
        include_in_schema=False,
    )
    def sign(ask: Ask, peer_id: FromPath[str], version: FromPath[int]) -> Response[str]:
        if not 0 < version <= _VERSION_MAX:
            raise NotAllowed("not-found")
        desk.sign(ask.officer, peer_id, version)
        return ask.redirect(f"/peers/{peer_id}", ask.gettext("Signed. The agreement is in force."))

    return (peers, peer, suspend, resume, try_now, seen, retry, give_up, agreement, sign)


class _Acts:
    """The longer answers."""

    def __init__(self, desk: LinkDesk) -> None:
        self._desk = desk

    def show(self, ask: Ask, peer_id: str, *, wrong: dict[str, str] | None = None, status: int = 200) -> Response[str]:
        """One link with everything that can be done about it."""
        with ask.database.read() as connection:
            found = agreements.peer(connection, peer_id)
            if found is None:
                raise NotAllowed("not-found")
            link = link_status(connection, found)
            versions = agreements.versions(connection, peer_id)
            keys = agreements.keys_of(connection, peer_id)
        return ask.page(
            "links/peer.html",
            status=status,
            title=_name(found, ask),
            link=link,
            states=STATES,
            deliveries=DELIVERIES,
            lanes=LANES,
            alarm_words=ALARMS,
            error_words=_error(link, ask),
            versions=versions,
            keys=keys,
            kinds=_kinds(versions),
            typed=Blank(ask.form.values()),
            wrong=Blank(wrong or {}),
        )

    def suspend(self, ask: Ask, peer_id: str) -> Response[str]:
        """First ask once more, then do it."""
        kind, reason = ask.form.get("kind"), ask.form.get("reason")
        if not reason:
            return self.show(ask, peer_id, wrong={"reason": ask.sentence(Refused("reason-missing"))}, status=422)
        try:
            self._desk.suspend(ask.officer, peer_id, kind=kind or None, reason=reason)
        except LienlacError as error:
            return self.show(ask, peer_id, wrong={"": ask.sentence(error)}, status=status_of(error))
        return ask.redirect(
            f"/peers/{peer_id}", ask.gettext("Suspended. Nothing more is taken from the partner."), tone="warn"
        )

    def give_up(self, ask: Ask, digest: str) -> Response[str]:
        """A dead letter stays unsent; whoever wrote it sees the reason."""
        reason, back = ask.form.get("reason"), ask.form.get("back", "/peers")
        if not reason:
            return ask.redirect(back, ask.sentence(Refused("reason-missing")), tone="bad")
        self._desk.give_up_letter(ask.officer, digest, reason)
        return ask.redirect(back, ask.gettext("The message stays unsent."), tone="warn")

    def agreement(self, ask: Ask, peer_id: str, version: int) -> Response[str]:
        """A version to read in full before signing, beside the one now in force."""
        if not 0 < version <= _VERSION_MAX:
            raise NotAllowed("not-found")
        with ask.database.read() as connection:
            peer = agreements.peer(connection, peer_id)
            if peer is None:
                raise NotAllowed("not-found")
            found = agreements.version(connection, peer.agreement_id, version)
            terms = agreements.terms_in_force(connection, peer_id)
        if found is None:
            raise NotAllowed("not-found")
        text = decode_agreement(found.document)
        before = terms.agreement if terms is not None and terms.agreement.version != version else None
        return ask.page(
            "links/agreement.html",
            title=ask.gettext("Agreement, version %(number)s", number=version),
            peer=peer,
            peer_name=_name(peer, ask),
            found=found,
            text=text,
            before=before,
            rows=agreement_rows(text, ask),
            before_rows=dict(agreement_rows(before, ask)) if before is not None else {},
            ours=found.proposer != peer_id,
        )


def agreement_rows(text: Any, ask: Ask) -> list[tuple[str, list[str]]]:
    """An agreement as headings and lines in the reader's language; what two versions are compared by."""
    words = ask.words
    said = ask.gettext
    clocks = [
        f"{said(KIND_NAMES.get(terms.kind, terms.kind))} · {said(STEP_NAMES.get(line.step, line.step))}"
        f"{' · ' + urgencies.label(line.urgency, ask.language) if line.urgency else ''}: {_span(words, line.seconds)}"
        for terms in text.kinds
        for line in terms.clocks
    ]
    return [
        (said("Parties"), [p.name_vi if ask.language == "vi" else p.name_en for p in text.parties]),
        (said("Requests covered"), [said(KIND_NAMES.get(terms.kind, terms.kind)) for terms in text.kinds]),
        (said("Time allowed"), clocks),
        (said("Purposes"), [purposes.label(code, ask.language) for code in text.purposes]),
        (said("Legal bases"), [legal_bases.label(code, ask.language) for code in text.legal_bases]),
        (said("Types of crime"), [typologies.label(code, ask.language) for code in text.typologies]),
        (said("Grounds for refusal"), [refusals.label(code, ask.language) for code in text.refusal_grounds]),
        (
            said("Highest handling marks"),
            [f"TLP:{text.tlp_ceiling.value.upper()}", f"PAP:{text.pap_ceiling.value.upper()}"],
        ),
        (said("Kept for"), [words.ngettext("%(n)s day", "%(n)s days", text.retention_days)]),
        (said("Warning without a receipt after"), [_span(words, text.no_receipt_warning_s)]),
        (said("Notes"), [note for note in ((text.notes_vi if ask.language == "vi" else text.notes_en),) if note]),
    ]


KIND_NAMES: Final = {
    "hotline.freeze-payment": N_("Freeze a payment"),
    "hotline.preserve-data": N_("Preserve data"),
}
STEP_NAMES: Final = {
    "receipt": N_("receipt"),
    "acknowledge": N_("acknowledgement"),
    "decide": N_("decision"),
    "execute": N_("execution"),
}


def chip(connection: Connection, words: Words) -> Chip | None:
    """The links in the page head: the worst of them, or that all are well."""
    links = [link_status(connection, peer) for peer in agreements.peers(connection)]
    if not links:
        return None
    order = list(LinkState)
    worst = min(links, key=lambda link: order.index(link.state))
    text, tone = STATES[worst.state]
    name = worst.peer.name_vi if words.language == "vi" else worst.peer.name_en
    return Chip(text=f"{name}: {words.gettext(text).lower()}", tone=tone, path=f"/peers/{worst.peer.node_id}")


def undecided(connection: Connection, _officer: Officer) -> int:
    """How many messages wait for a person's decision, and agreements for a signature."""
    links = [link_status(connection, peer) for peer in agreements.peers(connection)]
    return sum(len(link.dead_letters) + (link.version_to_sign is not None) for link in links)


NAV: Final = (NavItem(label=N_("Partners"), path="/peers", action=Action.PEER_READ, order=70, badge=undecided),)


def _name(peer: agreements.Peer, ask: Ask) -> str:
    return peer.name_vi if ask.language == "vi" else peer.name_en


def _error(link: LinkStatus, ask: Ask) -> str:
    """The last error in the reader's language: our own catalogue's sentence where there is one."""
    if link.last_error is None:
        return ""
    if link.last_error in catalogue() and "{" not in catalogue()[link.last_error][ask.language]:
        return Refused(link.last_error).sentence(ask.language)
    return link.last_reason or link.last_error


def _kinds(versions: Any) -> list[str]:
    """The kinds that the newest version in force covers, for suspending one of them."""
    for one in versions:
        if one.in_force_at is not None:
            return [terms.kind for terms in decode_agreement(one.document).kinds]
    return []


def _span(words: Words, seconds: int) -> str:
    return words.duration(timedelta(seconds=seconds))
