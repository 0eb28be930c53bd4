"""New keys for old, cut off at every point: afterwards the node runs with the keys that its partners know, or were told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lienlac import assembly, installation, settings
from lienlac.agreements import store as agreements
from lienlac.cli.console import console_officer
from lienlac.cli.serving.lock import only_one
from lienlac.clock import SystemClock
from lienlac.exchange import store
from lienlac.exchange.link.desk import LinkDesk
from lienlac.keys import keyfile
from lienlac.keys.card import parse_card
from tests.cli.conftest import PASSPHRASE, Folder


class CutOffError(BaseException):
    """The power went."""


def pair(a: Folder, b: Folder) -> None:
    paper, answer = a.home / "invitation.json", a.home / "acceptance.json"
    a("peer", "invite", "--out", str(paper))
    b("peer", "accept", str(paper), "--fingerprint", a.fingerprint, "--out", str(answer))
    a("peer", "accept", str(answer), "--fingerprint", b.fingerprint)


def kid(folder: Folder) -> str:
    """What the node's public card names."""
    return parse_card((folder.path / installation.CARD_FILE).read_bytes()).signing.kid


def rotate_until(folder: Folder, monkeypatch: pytest.MonkeyPatch, cut: Callable[[pytest.MonkeyPatch], None]) -> None:
    """Rotate as the command does, until the power goes."""
    found = settings.load(folder.path)
    node = assembly.open_node(found, PASSPHRASE)
    with monkeypatch.context() as here, only_one(found):
        cut(here)
        with pytest.raises(CutOffError):
            installation.rotate_keys(found, node.post, console_officer(node), PASSPHRASE, SystemClock().now())
    node.close()


def before_the_keys(here: pytest.MonkeyPatch) -> None:
    here.setattr(keyfile, "write", cut_off)


def before_the_card(here: pytest.MonkeyPatch) -> None:
    write = keyfile.write

    def last(*given: object) -> None:
        write(*given)  # type: ignore[arg-type]
        here.setattr(keyfile, "put", cut_off)

    here.setattr(keyfile, "write", last)


def before_the_word(here: pytest.MonkeyPatch) -> None:
    here.setattr(LinkDesk, "announce_keys", cut_off)


def after_the_word(here: pytest.MonkeyPatch) -> None:
    announce = LinkDesk.announce_keys

    def last(*given: object) -> None:
        announce(*given)  # type: ignore[arg-type]
        raise CutOffError

    here.setattr(LinkDesk, "announce_keys", last)


def between_keys_and_card(here: pytest.MonkeyPatch) -> None:
    replace = Path.replace

    def first(path: Path, target: Path) -> Path:
        if target.name == installation.CARD_FILE:
            raise CutOffError
        return replace(path, target)

    here.setattr(Path, "replace", first)


def cut_off(*_: object) -> None:
    raise CutOffError


@pytest.mark.parametrize(
    ("cut", "told"),
    [
        (before_the_keys, False),
        (before_the_card, False),
        (before_the_word, False),
        (after_the_word, True),
        (between_keys_and_card, True),
    ],
)
def test_a_rotation_that_was_cut_off(
    new_folder: Callable[..., Folder],
    monkeypatch: pytest.MonkeyPatch,
    cut: Callable[[pytest.MonkeyPatch], None],
    told: bool,
) -> None:
    """Told of the new keys and running with the old ones, a node would be refused by everybody, until somebody found
    out which file to rename."""
    vn, us = new_folder("vn-one"), new_folder("us-one")
    pair(vn, us)
    old = kid(vn)
    rotate_until(vn, monkeypatch, cut)
    said = vn("peer", "list")  # any command that opens the node
    assert "us-one" in said.out
    now = kid(vn)
    assert (now != old) is told
    found = settings.load(vn.path)
    assert not installation.rotation_open(found)
    node = assembly.open_node(found, PASSPHRASE)
    with node.database.read() as connection:
        assert (agreements.key(connection, old) is not None) is told
        assert len(store.open_rotations(connection, "us-one")) == told
    node.close()
    vn("keys", "rotate")
    assert kid(vn) not in {old, now}


def test_a_rotation_under_way_is_left_alone(new_folder: Callable[..., Folder], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files look like those of one that was cut off; whoever took them away would lose the announced keys."""
    vn = new_folder("vn-one")
    rotate_until(vn, monkeypatch, before_the_word)
    found = settings.load(vn.path)
    with only_one(found):
        vn("peer", "list")
        assert installation.rotation_open(found)
    vn("peer", "list")
    assert not installation.rotation_open(found)
