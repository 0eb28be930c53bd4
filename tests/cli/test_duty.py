"""Roster, alarms and hand-over as commands, against a served node, and how they fail."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.cli.conftest import Command, Served, _process

BEGINS, UNTIL = "2030-01-01T08:00:00+07:00", "2030-01-01T20:00:00+07:00"


@pytest.fixture(scope="module")
def supervisor(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A token of somebody who may enter shifts."""
    place = ("--node", str(served.folder), "--passphrase-file", str(served.passphrase_file))
    made = _process(
        "user", "add", "truong", "--name", "Trương", "--unit", "Node", "--role", "supervisor", "--token", "write",
        "--json", *place,
    )  # fmt: skip
    file = tmp_path_factory.mktemp("tokens") / "truong"
    file.write_text(msgspec.json.decode(made)["token"])
    return file


def test_a_roster_is_entered_read_written_and_read_in_again(
    lienlac: Command, served: Served, supervisor: Path, tmp_path: Path
) -> None:
    node = ("--url", served.url, "--token-file", str(supervisor))
    assert "Nobody is on call" in lienlac("roster", "show", *node).err
    added = lienlac("roster", "add", "an", "--begins", BEGINS, "--until", UNTIL, "--line", "2", "--json", *node).json
    assert added["id"].startswith("shf-")
    span = ("--begins", "2030-01-01T00:00+07:00", "--until", "2030-01-03T00:00+07:00")
    found = lienlac("roster", "show", *span, "--json", *node).json
    assert [(shift["officer"], shift["line"]) for shift in found["shifts"]] == [("an", 2)]
    assert "An" in lienlac("roster", "show", *span, *node, language="vi").out
    sheet = tmp_path / "roster.csv"
    lienlac("roster", "export", str(sheet), *span, *node)
    assert sheet.read_text("utf-8-sig").startswith("officer,line,from,until,unit")
    assert lienlac("roster", "import", str(sheet), "--json", *node).json == {"added": 0, "known": 1}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("roster", "add", "an", "--begins", "soon", "--until", UNTIL), 1),
        (("roster", "add", "an", "--begins", UNTIL, "--until", BEGINS), 1),
        (("roster", "add", "nobody", "--begins", BEGINS, "--until", UNTIL), 3),
        (("roster", "add", "an", "--begins", BEGINS, "--until", UNTIL, "--line", "4"), 1),
        (("alarm", "take", "alm-" + "a" * 26), 3),
        (("handover", "show", "../../etc"), 3),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    lienlac: Command, served: Served, supervisor: Path, words: tuple[str, ...], code: int
) -> None:
    said = lienlac(*words, "--url", served.url, "--token-file", str(supervisor), ok=None)
    assert said.code == code, said.err
    assert said.err


def test_who_may_not_enter_shifts_is_told_so(lienlac: Command, served: Served) -> None:
    node = ("--url", served.url, "--token-file", str(served.token_file))
    said = lienlac("roster", "add", "an", "--begins", BEGINS, "--until", UNTIL, *node, ok=3)
    assert "not-allowed" in said.err


def test_a_shift_is_handed_over_and_accepted(lienlac: Command, served: Served, supervisor: Path) -> None:
    first = ("--url", served.url, "--token-file", str(served.token_file))
    second = ("--url", served.url, "--token-file", str(supervisor))
    note = lienlac("handover", "write", "One freeze waits.", "--to", "truong", "--json", *first).json
    assert note["stage"] == "written"
    assert note["id"] in lienlac("handover", "list", *second).out
    assert "One freeze waits." in lienlac("handover", "show", note["id"], *second).out
    done = lienlac("handover", "accept", note["id"], "--remarks", "Seen.", "--json", *second).json
    assert (done["stage"], done["remarks"]) == ("accepted", "Seen.")
    assert "No alarms" in lienlac("alarm", "list", *first).err
