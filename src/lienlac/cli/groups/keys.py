"""`lienlac keys …`: the fingerprint to read out, and new keys for old."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lienlac.cli import console
from lienlac.cli.words import say


def show(*, json: bool = False, node: Path | None = None) -> None:
    """Our fingerprint, from the public card alone: no passphrase is needed."""
    from lienlac import settings
    from lienlac.installation import read_card
    from lienlac.keys.card import parse_card

    found = settings.load(console.node_folder(node))
    card = parse_card(read_card(found).encode())
    if json:
        console.tell_json({"node_id": card.node_id, "fingerprint": card.fingerprint, "kid": card.signing.kid})
    else:
        console.tell(say("our-fingerprint", fingerprint=card.fingerprint))


def rotate(*, json: bool = False, node: Path | None = None, passphrase_file: Path | None = None) -> None:
    """New keys; the partners are told under the old ones as soon as the node runs again."""
    from lienlac import installation, settings
    from lienlac.assembly import open_node
    from lienlac.cli.serving.lock import only_one
    from lienlac.people.rights import Action

    found = settings.load(console.node_folder(node))
    with only_one(found):
        passphrase = console.ask_passphrase(passphrase_file)
        installation.finish_rotation(found)
        here = open_node(found, passphrase)
        try:
            console.admit(here, Action.PEER_MANAGE)
            officer = console.console_officer(here)
            told = installation.rotate_keys(found, here.post, officer, passphrase, here.clock.now())
            fingerprint = here.post.office.fingerprint
        finally:
            here.close()
    if json:
        console.tell_json({"told": told, "fingerprint": fingerprint})
    else:
        console.note(say("keys-rotated", count=told))
        console.tell(say("our-fingerprint", fingerprint=fingerprint))


def certificate(*, json: bool = False, node: Path | None = None, passphrase_file: Path | None = None) -> None:
    """A new certificate for the partners' door; each partner takes it with a new invitation."""
    from lienlac import installation, settings
    from lienlac.assembly import open_node
    from lienlac.cli.serving.lock import only_one
    from lienlac.people.rights import Action

    found = settings.load(console.node_folder(node))
    with only_one(found):
        passphrase = console.ask_passphrase(passphrase_file)
        here = open_node(found, passphrase)
        try:
            console.admit(here, Action.PEER_MANAGE)
            officer = console.console_officer(here)
            partners = installation.replace_certificate(found, here.post, officer, passphrase, here.clock.now())
            fingerprint = here.post.office.fingerprint
        finally:
            here.close()
    if json:
        console.tell_json({"partners": partners, "fingerprint": fingerprint})
    else:
        console.note(say("certificate-replaced", count=partners))
        console.tell(say("our-fingerprint", fingerprint=fingerprint))


COMMANDS: dict[str, Callable[..., int | None]] = {"show": show, "rotate": rotate, "certificate": certificate}
