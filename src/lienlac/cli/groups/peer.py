"""`lienlac peer …`: pairing and the state of the links."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from lienlac.cli import console
from lienlac.cli.words import language, say

if TYPE_CHECKING:
    from lienlac.agreements.store import Peer
    from lienlac.exchange.link.watch import LinkStatus

Way = Literal["push", "pull", "courier"]


def invite(
    *, out: Path = Path("invitation.json"), node: Path | None = None, passphrase_file: Path | None = None
) -> None:
    """An invitation file and the fingerprint to read out."""
    from lienlac.people.rights import Action

    with console.opened(node, passphrase_file, Action.PEER_MANAGE) as here:
        paper = here.post.desk.invite(console.console_officer(here))
        console.write_file(out, paper)
        console.note(say("carry-invitation", other=say("the-other-side")))
        console.note(say("our-fingerprint", fingerprint=here.post.office.fingerprint))


def accept(
    file: Path,
    *,
    fingerprint: str = "",
    delivery: Way = "push",
    fetch: bool = False,
    out: Path = Path("acceptance.json"),
    node: Path | None = None,
    passphrase_file: Path | None = None,
) -> None:
    """Take a paper; the fingerprint is what a person heard, never what the paper says."""
    from lienlac import limits
    from lienlac.agreements.store import Delivery
    from lienlac.people.rights import Action

    paper = console.read_file(file, limits.CARD_MAX_BYTES * 2)
    with console.opened(node, passphrase_file, Action.PEER_MANAGE) as here:
        said = here.post.desk.read_paper(paper)
        name = said.name_vi if language() == "vi" else said.name_en
        if not fingerprint:
            console.note(say("paper-says", node=said.node_id, name=name))
            fingerprint = console.ask(say("type-fingerprint"))
        answer = here.post.desk.accept(
            console.console_officer(here),
            paper,
            heard_fingerprint=fingerprint,
            delivery=Delivery(delivery),
            fetch=fetch,
        )
        if answer is not None:
            console.write_file(out, answer)
            console.note(say("carry-acceptance", path=out))
            console.note(say("our-fingerprint", fingerprint=here.post.office.fingerprint))
        console.note(say("paired", node=said.node_id, name=name))


def list_(*, json: bool = False, node: Path | None = None, passphrase_file: Path | None = None) -> None:
    """Every partner in one line."""
    from lienlac.agreements import store as agreements
    from lienlac.exchange.link.watch import link_status
    from lienlac.people.rights import Action

    with (
        console.opened(node, passphrase_file, Action.PEER_READ, Action.LETTER_READ) as here,
        here.database.read() as connection,
    ):
        links = [link_status(connection, peer, console.scope(here)) for peer in agreements.peers(connection)]
    if json:
        console.tell_json([_view(link) for link in links])
    elif not links:
        console.note(say("no-peers"))
    else:
        rows = [
            (link.peer.node_id, _name(link.peer), say(f"link-{link.state.value}"), link.backlog,
             console.when(link.last_acknowledged))
            for link in links
        ]  # fmt: skip
        console.table(("column-node", "column-name", "column-link", "column-waiting", "column-acknowledged"), rows)


def show(peer: str, *, json: bool = False, node: Path | None = None, passphrase_file: Path | None = None) -> None:
    """Everything about one link."""
    from lienlac.agreements import store as agreements
    from lienlac.exchange.link.watch import error_sentence, link_status
    from lienlac.people.rights import Action

    with (
        console.opened(node, passphrase_file, Action.PEER_READ, Action.LETTER_READ) as here,
        here.database.read() as connection,
    ):
        link = link_status(connection, agreements.require_peer(connection, peer), console.scope(here))
    if json:
        console.tell_json(_view(link))
        return
    console.tell(f"{link.peer.node_id}: {_name(link.peer)}")
    lines: list[tuple[str, object]] = [
        ("address", link.peer.url or say("nothing")),
        ("fingerprint", link.peer.fingerprint),
        ("delivery", link.peer.delivery.value),
        ("state", say(f"link-{link.state.value}")),
        ("agreement", link.version_in_force or say("nothing")),
        ("backlog", link.backlog),
        ("sent", console.when(link.last_sent)),
        ("acknowledged", console.when(link.last_acknowledged)),
        ("heard", console.when(link.last_heard)),
    ]
    if link.last_error:
        lines.append(
            ("error", f"{error_sentence(link, language())} ({link.last_error}, {console.when(link.last_error_at)})")
        )
    if link.version_to_sign is not None:
        lines.append(("to-sign", link.version_to_sign))
    lines += [("suspension", f"{closed.scope}: {closed.reason}") for closed in link.suspensions]
    lines += [("letter", f"{letter.digest}: {letter.code}, {letter.reason}") for letter in link.dead_letters]
    lines += [("alarm", f"{say(f'alarm-{alarm.code}')} ({alarm.code}: {alarm.detail})") for alarm in link.alarms]
    for field, value in lines:
        console.tell(say(f"field-{field}", value=value))


def delivery(
    peer: str,
    delivery: Way,
    *,
    fetch: bool = False,
    url: str | None = None,
    node: Path | None = None,
    passphrase_file: Path | None = None,
) -> None:
    """How messages reach a partner from now on."""
    from lienlac.agreements.store import Delivery
    from lienlac.people.rights import Action

    with console.opened(node, passphrase_file, Action.PEER_MANAGE) as here:
        officer = console.console_officer(here)
        here.post.desk.set_delivery(officer, peer, Delivery(delivery), fetch=fetch, url=url)
    console.note(say("delivery-set", peer=peer, delivery=delivery))


def suspend(
    peer: str, *, reason: str, kind: str | None = None, node: Path | None = None, passphrase_file: Path | None = None
) -> None:
    """Close the link or one kind."""
    from lienlac.people.rights import Action

    with console.opened(node, passphrase_file, Action.PEER_MANAGE) as here:
        here.post.desk.suspend(console.console_officer(here), peer, kind=kind, reason=reason)
    console.note(say("suspended", scope=kind or say("whole-link"), peer=peer))


def resume(
    peer: str, *, reason: str, kind: str | None = None, node: Path | None = None, passphrase_file: Path | None = None
) -> None:
    """Open again."""
    from lienlac.people.rights import Action

    with console.opened(node, passphrase_file, Action.PEER_MANAGE) as here:
        here.post.desk.resume(console.console_officer(here), peer, kind=kind, reason=reason)
    console.note(say("resumed", scope=kind or say("whole-link"), peer=peer))


def try_now(peer: str, *, node: Path | None = None, passphrase_file: Path | None = None) -> None:
    """Do not wait for the back-off."""
    from lienlac.people.rights import Action

    with console.opened(node, passphrase_file, Action.LETTER_RETRY) as here:
        here.post.desk.try_now(console.console_officer(here), peer)
    console.note(say("trying", peer=peer))


def retry(digest: str, *, node: Path | None = None, passphrase_file: Path | None = None) -> None:
    """Send a dead letter again."""
    from lienlac.people.rights import Action

    with console.opened(node, passphrase_file, Action.LETTER_RETRY) as here:
        here.post.desk.retry_letter(console.console_officer(here), digest)
    console.note(say("letter-retried"))


def give_up(digest: str, *, reason: str, node: Path | None = None, passphrase_file: Path | None = None) -> None:
    """Leave a dead letter."""
    from lienlac.people.rights import Action

    with console.opened(node, passphrase_file, Action.LETTER_GIVE_UP) as here:
        here.post.desk.give_up_letter(console.console_officer(here), digest, reason)
    console.note(say("letter-given-up"))


def _name(peer: Peer) -> str:
    return peer.name_vi if language() == "vi" else peer.name_en


def _view(link: LinkStatus) -> dict[str, Any]:
    """A link for programs."""
    return {
        "node_id": link.peer.node_id,
        "name_vi": link.peer.name_vi,
        "name_en": link.peer.name_en,
        "url": link.peer.url,
        "fingerprint": link.peer.fingerprint,
        "delivery": link.peer.delivery.value,
        "fetch": link.peer.fetch,
        "agreement_id": link.peer.agreement_id,
        "state": link.state.value,
        "backlog": link.backlog,
        "last_sent": link.last_sent,
        "last_acknowledged": link.last_acknowledged,
        "last_heard": link.last_heard,
        "last_error": link.last_error,
        "last_reason": link.last_reason,
        "version_in_force": link.version_in_force,
        "version_to_sign": link.version_to_sign,
        "suspensions": [
            {"scope": closed.scope, "by_us": closed.by_us, "reason": closed.reason, "since": closed.since}
            for closed in link.suspensions
        ],
        "undelivered": [
            {"digest": letter.digest, "code": letter.code, "reason": letter.reason} for letter in link.dead_letters
        ],
        "alarms": [{"code": alarm.code, "detail": alarm.detail} for alarm in link.alarms],
    }


COMMANDS: dict[str, Callable[..., int | None]] = {
    "invite": invite,
    "accept": accept,
    "list": list_,
    "show": show,
    "delivery": delivery,
    "suspend": suspend,
    "resume": resume,
    "try-now": try_now,
    "retry": retry,
    "give-up": give_up,
}
