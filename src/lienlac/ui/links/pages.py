"""The partners of this node: how each link is doing in plain words, what may be done about it, agreements to sign.

Everything goes through `LinkDesk`, which asks for the right again; the screens only show and ask.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.agreements import store as agreements
from lienlac.agreements.terms import decode_agreement
from lienlac.errors import LienlacError, NotAllowed, Refused
from lienlac.exchange.link.watch import LinkState, link_status
from lienlac.exchange.link.watch import undecided as waiting
from lienlac.people.rights import Action, scope_of
from lienlac.ui.account.pages import ROLE_NAMES
from lienlac.ui.guard import needs
from lienlac.ui.links import names
from lienlac.ui.nav import Chip, Heading, NavItem, nobody
from lienlac.ui.page import Blank
from lienlac.ui.problems import reason_of, status_of
from lienlac.ui.words import N_
from lienlac.vocabulary import legal_bases, pap, purposes, refusals, tlp, typologies, urgencies

if TYPE_CHECKING:
    from litestar import Response
    from litestar.params import FromPath
    from sqlalchemy import Connection

    from lienlac.exchange.link.desk import LinkDesk
    from lienlac.people.officer import Officer
    from lienlac.ui.page import Ask
    from lienlac.ui.words import Words
    from lienlac.wire.bodies.agreement import Agreement, KindTerms, Party

_VERSION_MAX: Final = 10_000
"""As on the wire; a number from an address must fit into the database's."""


def make_handlers(desk: LinkDesk) -> tuple[Any, ...]:
    """The routes, round the desk that does the work."""
    acts = _Acts(desk)

    @get("/peers", opt=needs(Action.PEER_READ), sync_to_thread=True, include_in_schema=False, name="peers")
    def peers(ask: Ask) -> Response[str]:
        with ask.database.read() as connection:
            links = [link_status(connection, peer, scope_of(ask.officer)) for peer in agreements.peers(connection)]
        return ask.page("links/list.html", title=ask.gettext("Partners"), links=links, names=names)

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
            link = link_status(connection, found, scope_of(ask.officer))
            versions = agreements.versions(connection, peer_id)
            keys = agreements.keys_of(connection, peer_id)
            terms = agreements.terms_in_force(connection, peer_id)
        parties = () if terms is None else terms.agreement.parties
        return ask.page(
            "links/peer.html",
            status=status,
            title=_name(found, ask),
            link=link,
            names=names,
            error_words=_error(link.last_error, ask),
            reason_of=lambda code: reason_of(code, ask.language),
            sides={peer_id: _name(found, ask)},
            own_name=ask.ground.config.node_name(ask.language),
            versions=versions,
            keys=keys,
            kinds=[] if terms is None else [kind.kind for kind in terms.agreement.kinds],
            contact=next((one.contact for one in parties if one.node_id == peer_id), None),
            typed=Blank(ask.form.values()),
            wrong=Blank(wrong or {}),
        )

    def suspend(self, ask: Ask, peer_id: str) -> Response[str]:
        """First ask once more, then do it."""
        kind, reason = ask.form.get("kind"), ask.form.get("reason")
        if not reason:
            return self.show(ask, peer_id, wrong={"reason": ask.sentence(Refused("reason-missing"))}, status=422)
        if ask.form.get("sure") != "yes":
            return self._suspend_once_more(ask, peer_id, kind, reason)
        try:
            self._desk.suspend(ask.officer, peer_id, kind=kind or None, reason=reason)
        except LienlacError as error:
            return self.show(ask, peer_id, wrong={"": ask.sentence(error)}, status=status_of(error))
        return ask.redirect(
            f"/peers/{peer_id}", ask.gettext("Suspended. Nothing more is taken from the partner."), tone="warn"
        )

    def _suspend_once_more(self, ask: Ask, peer_id: str, kind: str, reason: str) -> Response[str]:
        peer = self._peer(ask, peer_id)
        name = _name(peer, ask)
        if kind:
            said = names.kind_name(kind, ask.words)
            question = ask.gettext("Suspend “%(kind)s” with %(partner)s?", kind=said, partner=name)
        else:
            question = ask.gettext("Suspend the whole link with %(partner)s?", partner=name)
        return ask.page(
            "confirm.html",
            title=ask.gettext("Suspend"),
            question=question,
            consequence=ask.gettext(
                "Takes effect at once on our side; the partner is told. What was received before stays under its "
                "obligations."
            ),
            said=reason,
            fields=[("kind", kind), ("reason", reason)],
            button=ask.gettext("Suspend"),
            action=f"/peers/{peer_id}/suspend",
            back=f"/peers/{peer_id}",
        )

    def give_up(self, ask: Ask, digest: str) -> Response[str]:
        """A dead letter stays unsent; whoever wrote it sees the reason. Asked once more: it cannot be taken back."""
        reason, back = ask.form.get("reason"), ask.form.get("back", "/peers")
        if not reason:
            return ask.redirect(back, ask.sentence(Refused("reason-missing")), tone="bad")
        if ask.form.get("sure") != "yes":
            return ask.page(
                "confirm.html",
                title=ask.gettext("Give up"),
                question=ask.gettext("Give this message up?"),
                consequence=ask.gettext("It stays unsent for ever; the officer who wrote it sees the reason."),
                said=reason,
                fields=[("back", back), ("reason", reason)],
                button=ask.gettext("Give up"),
                action=f"/letters/{digest}/give-up",
                back=back,
            )
        self._desk.give_up_letter(ask.officer, digest, reason)
        return ask.redirect(back, ask.gettext("The message stays unsent."), tone="warn")

    def _peer(self, ask: Ask, peer_id: str) -> agreements.Peer:
        with ask.database.read() as connection:
            peer = agreements.peer(connection, peer_id)
        if peer is None:
            raise NotAllowed("not-found")
        return peer

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


def agreement_rows(text: Agreement, ask: Ask) -> list[tuple[str, list[str]]]:
    """An agreement as headings and lines in the reader's language; what two versions are compared by."""
    words, language, gettext = ask.words, ask.language, ask.gettext
    marks = [tlp.get(text.tlp_ceiling.value), pap.get(text.pap_ceiling.value)]
    notes = text.notes_vi if language == "vi" else text.notes_en
    return [
        (gettext("Parties"), [_party(party, ask) for party in text.parties]),
        (gettext("Requests covered"), [names.kind_name(terms.kind, words) for terms in text.kinds]),
        (gettext("Time allowed"), [line for terms in text.kinds for line in _clock_lines(terms, ask)]),
        (gettext("Purposes"), [purposes.label(code, language) for code in text.purposes]),
        (gettext("Legal bases"), [legal_bases.label(code, language) for code in text.legal_bases]),
        (gettext("Types of crime"), [typologies.label(code, language) for code in text.typologies]),
        (gettext("Grounds for refusal"), [refusals.label(code, language) for code in text.refusal_grounds]),
        (gettext("Only after a second officer"), _second_officer(text, ask)),
        (gettext("Highest handling marks"), [f"{mark.label(language)}: {mark.note(language)}" for mark in marks]),
        (gettext("Kept for"), [words.ngettext("%(n)s day", "%(n)s days", text.retention_days)]),
        (gettext("Warning without a receipt after"), [_span(words, text.no_receipt_warning_s)]),
        (gettext("Notes"), [notes] if notes else []),
    ]


def _second_officer(text: Agreement, ask: Ask) -> list[str]:
    """What leaves only after a second look, and who may take it; empty where nothing does."""
    rule, words, gettext = text.second_officer, ask.words, ask.gettext
    lines = [gettext("messages: %(kind)s", kind=names.kind_name(kind, words)) for kind in rule.kinds]
    lines += [gettext("results of: %(kind)s", kind=names.kind_name(kind, words)) for kind in rule.answers]
    if rule.tlp_from is not None:
        mark = tlp.get(rule.tlp_from.value)
        lines.append(gettext("content from the mark %(mark)s on", mark=mark.label(ask.language)))
    lines += [
        gettext("content about: %(crime)s", crime=typologies.label(code, ask.language)) for code in rule.typologies
    ]
    lines += [gettext("data about a victim, a minor, a witness or a third party")] if rule.persons else []
    lines += [gettext("every message with files")] if rule.files else []
    if not lines:
        return []
    roles = ", ".join(gettext(ROLE_NAMES.get(role, role)) for role in rule.approvers)
    lines.append(gettext("who may be it: %(roles)s", roles=roles))
    lines.append(gettext("waits at most: %(time)s", time=_span(words, rule.wait_s)))
    return lines


def _party(party: Party, ask: Ask) -> str:
    name = party.name_vi if ask.language == "vi" else party.name_en
    contact = party.contact
    return f"{name} · {contact.desk} · {contact.phone} · {contact.email} · {contact.named_officer}"


def _clock_lines(terms: KindTerms, ask: Ask) -> list[str]:
    """The time for each step of a kind: one line for each urgency that has times of its own, one for the others."""
    kind = names.kind_name(terms.kind, ask.words)
    named = [code for code in urgencies.codes() if any(clock.urgency == code for clock in terms.clocks)]
    lines = []
    for urgency in [*named, *([] if len(named) == len(urgencies) else [None])]:
        steps = {clock.step: clock.seconds for clock in terms.clocks if clock.urgency is None}
        steps |= {clock.step: clock.seconds for clock in terms.clocks if clock.urgency == urgency}
        times = [
            f"{ask.gettext(names.STEPS.get(step, step))} {_span(ask.words, steps[step])}"
            for step in dict.fromkeys([*names.STEPS, *steps])
            if step in steps
        ]
        lead = f"{kind} · {urgencies.label(urgency, ask.language)}" if urgency else kind
        lines.append(f"{lead}: {', '.join(times)}")
    return lines


def chip(connection: Connection, officer: Officer, words: Words) -> Chip | None:
    """The links in the page head: the worst of them, or that all are well."""
    links = [link_status(connection, peer, scope_of(officer)) for peer in agreements.peers(connection)]
    if not links:
        return None
    order = list(LinkState)
    worst = min(links, key=lambda link: order.index(link.state))
    text, tone = names.STATES[worst.state]
    name = worst.peer.name_vi if words.language == "vi" else worst.peer.name_en
    return Chip(text=f"{name}: {words.gettext(text).lower()}", tone=tone, path=f"/peers/{worst.peer.node_id}")


def undecided(connection: Connection, officer: Officer) -> int:
    """How many messages wait for a person's decision, and agreements for a signature."""
    return sum(waiting(connection, peer.node_id, scope_of(officer)) for peer in agreements.peers(connection))


NAV: Final = (
    NavItem(
        label=N_("Partners"),
        path="/peers",
        action=Action.PEER_READ,
        heading=Heading.COOPERATION,
        order=70,
        badge=undecided,
        concerns=nobody,
    ),
)


def _name(peer: agreements.Peer, ask: Ask) -> str:
    return peer.name_vi if ask.language == "vi" else peer.name_en


def _error(code: str | None, ask: Ask) -> str:
    """A link's last error in the reader's language."""
    if code is None:
        return ""
    return ask.gettext(names.ERRORS[code]) if code in names.ERRORS else reason_of(code, ask.language)


def _span(words: Words, seconds: int) -> str:
    return words.duration(timedelta(seconds=seconds))
