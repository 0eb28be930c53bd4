"""`lienlac agreement …`: the treaty as data, drafted, proposed, signed, read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lienlac.cli import console
from lienlac.cli.words import say
from lienlac.errors import NotAllowed

_PERSONAL = ("hotline.disclose-subscriber", "hotline.disclose-traffic", "hotline.identify", "hotline.locate")
"""Requests whose results hand over who somebody is or where; a fresh draft has them looked at by two."""

if TYPE_CHECKING:
    from lienlac.agreements.store import Peer
    from lienlac.assembly import Node
    from lienlac.wire.bodies.agreement import Agreement, Clock, Party


def template(
    peer: str, *, out: Path = console.STANDARD, node: Path | None = None, passphrase_file: Path | None = None
) -> None:
    """A whole agreement from the shared lists and suggested clocks, for a person to cut down and propose."""
    import msgspec

    from lienlac.agreements import store as agreements
    from lienlac.people.rights import Action

    with console.opened(node, passphrase_file, Action.AGREEMENT_READ, Action.PEER_READ) as here:
        with here.database.read() as connection:
            partner = agreements.require_peer(connection, peer)
            known = agreements.versions(connection, peer)
        number = max((version.version for version in known), default=0) + 1
        document = _draft(here, partner, number)
    console.write_file(out, msgspec.json.format(msgspec.json.encode(document), indent=2))
    console.note(say("template-note", path=out))


def _draft(here: Node, partner: Peer, number: int) -> Agreement:
    from lienlac.vocabulary import all_seeds, legal_bases, purposes, refusals, seeds_for, typologies
    from lienlac.wire.bodies.agreement import Agreement, Clock, KindTerms, SecondOfficer
    from lienlac.wire.message import Pap, Tlp

    def clocks(kind: str, run: tuple[str, ...]) -> tuple[Clock, ...]:
        return tuple(
            Clock(step=seed.step, seconds=seed.seconds, urgency=seed.urgency)
            for seed in seeds_for(kind)
            if seed.step in run
        )

    settings = here.settings
    no_receipt = next(seed.seconds for seed in all_seeds() if seed.step == "receipt")
    return Agreement(
        agreement_id=partner.agreement_id,
        version=number,
        proposed_at=here.clock.now(),
        parties=(
            _party(settings.node_id, settings.name_vi, settings.name_en, here.post.office.fingerprint),
            _party(partner.node_id, partner.name_vi, partner.name_en, partner.fingerprint),
        ),
        kinds=(
            *(
                KindTerms(kind=kind.name, clocks=clocks(kind.name, here.hotline.clocks_of(kind.name)))
                for kind in here.hotline.kinds
                if kind.opening
            ),
            *(KindTerms(kind=kind.name) for kind in here.duty.kinds),
            *(
                KindTerms(kind=kind.name, clocks=clocks(kind.name, here.warnings.clocks))
                for kind in here.warnings.kinds
                if kind.opening
            ),
            *(KindTerms(kind=kind.name) for kind in (*here.methods.kinds, *here.sharing.kinds) if kind.opening),
            *(KindTerms(kind=one.shape.invite) for one in here.shared),
            *(
                KindTerms(kind=kind.name, clocks=clocks(kind.name, here.emergencies.clocks))
                for kind in here.emergencies.kinds
                if kind.opening
            ),
        ),
        purposes=purposes.codes(),
        legal_bases=legal_bases.codes(),
        typologies=typologies.codes(),
        refusal_grounds=refusals.codes(),
        tlp_ceiling=Tlp.AMBER_STRICT,
        pap_ceiling=Pap.RED,
        retention_days=3650,
        no_receipt_warning_s=no_receipt,
        second_officer=SecondOfficer(
            answers=tuple(kind for kind in _PERSONAL if any(kind == one.name for one in here.hotline.kinds)),
            typologies=tuple(word.code for word in typologies if word.needs_element),
            persons=True,
        ),
    )


def _party(node_id: str, name_vi: str, name_en: str, fingerprint: str) -> Party:
    from lienlac.wire.bodies.agreement import ContactPoint, Party

    blank = say("fill-in")
    contact = ContactPoint(desk=blank, phone=blank, email=blank, named_officer=blank)
    return Party(node_id=node_id, name_vi=name_vi, name_en=name_en, fingerprint=fingerprint, contact=contact)


def propose(file: Path, *, node: Path | None = None, passphrase_file: Path | None = None) -> None:
    """Sign and send a version. Raises `Refused("agreement-…")`, `NotAllowed("agreement-unfinished")`."""
    from lienlac import limits, strictjson
    from lienlac.people.rights import Action

    document = console.read_file(file, limits.MESSAGE_MAX_BYTES // 4)
    strictjson.check(document, max_bytes=limits.MESSAGE_MAX_BYTES // 4)
    for language_blank in _blanks():
        if language_blank in document.decode():
            raise NotAllowed("agreement-unfinished", blank=language_blank)
    with console.opened(node, passphrase_file, Action.AGREEMENT_PROPOSE) as here:
        agreement = here.post.desk.propose(console.console_officer(here), document)
        us = here.settings.node_id
    other = next(party.node_id for party in agreement.parties if party.node_id != us)
    console.note(say("proposed", version=agreement.version, peer=other))


def _blanks() -> list[str]:
    from lienlac.cli.words import table

    return table()["say"]["fill-in"]


def sign(peer: str, version: int, *, node: Path | None = None, passphrase_file: Path | None = None) -> None:
    """Countersign."""
    from lienlac.people.rights import Action

    with console.opened(node, passphrase_file, Action.AGREEMENT_SIGN) as here:
        here.post.desk.sign(console.console_officer(here), peer, version)
    console.note(say("signed", version=version, peer=peer))


def show(
    peer: str, version: int | None = None, *, node: Path | None = None, passphrase_file: Path | None = None
) -> None:
    """The exact document, formatted."""
    import msgspec

    from lienlac.agreements import store as agreements
    from lienlac.people.rights import Action

    with console.opened(node, passphrase_file, Action.AGREEMENT_READ) as here, here.database.read() as connection:
        agreements.require_peer(connection, peer)
        found = [item for item in agreements.versions(connection, peer) if version in (None, item.version)]
    if not found:
        raise NotAllowed("no-agreement", peer=peer)
    console.tell_json(msgspec.json.decode(found[0].document))


def list_(
    *, peer: str | None = None, json: bool = False, node: Path | None = None, passphrase_file: Path | None = None
) -> None:
    """All versions, newest first."""
    from lienlac.agreements import store as agreements
    from lienlac.people.rights import Action

    with console.opened(node, passphrase_file, Action.AGREEMENT_READ) as here, here.database.read() as connection:
        found = agreements.versions(connection, peer)
    if json:
        console.tell_json([_view(item) for item in found])
    elif not found:
        console.note(say("no-agreements"))
    else:
        rows = [
            (item.peer, item.version, item.proposer, console.when(item.proposed_at), console.when(item.in_force_at))
            for item in found
        ]
        columns = ("column-node", "column-version", "column-proposer", "column-proposed", "column-in-force")
        console.table(columns, rows)


def _view(item: Any) -> dict[str, Any]:
    return {
        "agreement_id": item.agreement_id,
        "peer": item.peer,
        "version": item.version,
        "proposer": item.proposer,
        "proposed_at": item.proposed_at,
        "in_force_at": item.in_force_at,
    }


COMMANDS: dict[str, Callable[..., int | None]] = {
    "template": template,
    "propose": propose,
    "sign": sign,
    "show": show,
    "list": list_,
}
