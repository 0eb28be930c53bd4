"""Attack: find a door that somebody forgot to put behind the gate.

The gate is shut for everybody (no role may do anything), and every door is tried: each page, each interface, the live
stream, each command that opens a node. What still opens must stand here, with its reason, and nothing else. Doors are
found by walking the routes and the command tree, so a new one cannot be passed by.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lienlac import settings as node_settings
from lienlac.assembly.doors import peer_app
from lienlac.cli import console
from lienlac.cli.app import Exit, every_command, run
from lienlac.cli.groups.steps import client_of
from lienlac.errors import NotAllowed
from lienlac.people import rights
from lienlac.people.officer import Role
from tests.architecture.test_gate import COMMANDS_WITHOUT_THE_GATE
from tests.security.walk import PROGRAMS, doors, filled, things_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.security.house import House

OPEN_TO_ANYBODY = {
    "GET /sign-in": "nobody has signed in yet",
    "POST /sign-in": "this is where one signs in",
    "POST /sign-in/passkey": "this is where one signs in",
    "POST /sign-in/invited": "this is where one signs in",
    "GET /sign-in/with/{provider_id:str}": "this is where one signs in",
    "GET /sign-in/with/{provider_id:str}/back": "this is where one signs in",
    "POST /sign-out": "an expired session may be left too",
    "POST /language": "readable before sign-in in both languages",
    "GET /static/{digest:str}/{name:path}": "static files hold no data",
    "GET /api/openapi.json": "the shape of the interface holds no data",
}
"""Doors without the gate, each with the reason that it gives itself."""

PEERS_DOORS = {
    "POST /exchange/v1/deliver",
    "GET /exchange/v1/pull",
    "POST /exchange/v1/settle",
    "POST /exchange/v1/record",
    "GET /exchange/v1/head",
    "GET /exchange/v1/state",
    "GET /exchange/v1/consistency",
    "GET /exchange/v1/places",
    "GET /exchange/v1/attachments/{attachment_id:str}",
    "POST /exchange/v1/attachments/{attachment_id:str}",
    "GET /exchange/v1/attachments/{attachment_id:str}/chunks",
}
"""The partners' listener: no officer comes here; authority comes from pinned keys and signatures (clauses 11.x)."""


class Shut(dict[Role, frozenset[Any]]):
    """A matrix in which nobody may do anything, and which notes that it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def __getitem__(self, role: Role) -> frozenset[Any]:
        self.asked += 1
        return frozenset()


@pytest.fixture
def shut(monkeypatch: pytest.MonkeyPatch) -> Shut:
    made = Shut()
    monkeypatch.setattr(rights, "MATRIX", made)
    return made


def test_with_the_gate_shut_no_door_of_the_people_opens(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    request_id = house.receive()
    things = things_of(house, request_id)
    reference = house.reference(request_id)
    browser, program = house.browser("binh"), house.program("binh")
    shut = Shut()
    monkeypatch.setattr(rights, "MATRIX", shut)
    opened, tried = {}, 0
    for door in doors(house.app):
        if door.action is None:
            opened[str(door)] = door.public
            continue
        asked = shut.asked
        path = filled(door.path, things)
        if path.startswith(PROGRAMS):
            answer = program.call(door.method, path)
        else:
            answer = (
                browser.get(path)
                if door.method == "GET"
                else browser.client.request(
                    door.method, path, headers={"Origin": "http://node.test"}, data={"csrf": _token(browser)}
                )
            )
        tried += 1
        assert answer.status_code == 404, f"{door} answers {answer.status_code} although the gate is shut"
        assert shut.asked > asked, f"{door} did not ask the gate"
        assert reference not in answer.text
    assert tried > 80
    assert opened == OPEN_TO_ANYBODY


def _token(browser: Any) -> str:
    import re

    found = re.search(r'name="csrf-token" content="([^"]*)"', browser.page)
    assert found
    return found[1]


def test_each_role_passes_exactly_the_doors_that_the_matrix_opens(house: House) -> None:
    """The whole table once more, at the doors themselves: 1 row for each door, 1 column for each role."""
    request_id = house.receive()
    things = things_of(house, request_id)
    for login in ("anh", "giang", "hai", "binh", "khanh", "linh", "kiem", "admin"):
        officer, browser, program = house[login], house.browser(login), house.program(login)
        for door in doors(house.app):
            if door.action is None or door.action is rights.Action.ACCOUNT_OWN:
                continue
            if rights.may(officer, door.action):
                continue
            path = filled(door.path, things)
            if path.startswith(PROGRAMS):
                answer = program.call(door.method, path)
            else:
                answer = browser.get(path) if door.method == "GET" else browser.post(path, {"reason": "r"})
            sight = rights.may(officer, rights.SIGHT[door.action])
            assert answer.status_code == (403 if sight else 404), f"{login} at {door}: {answer.status_code}"


def test_the_live_stream_is_shut_with_the_gate(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = house.browser("binh")
    monkeypatch.setattr(rights, "MATRIX", Shut())
    for topics in ("requests", "link", "log"):
        assert browser.get(f"/live?topics={topics}").status_code == 404


def test_the_partners_doors_are_these_and_know_no_officer(house: House) -> None:
    found = {
        f"{method} {route.path}"
        for route in peer_app(house.node).routes
        for handler in route.route_handlers
        for method in handler.http_methods - {"HEAD", "OPTIONS"}
    }
    assert found == PEERS_DOORS


# --- the command line -------------------------------------------------------------------------------------------------

FOLDER = {
    "peer invite": ["--out", "new.json"],
    "peer accept": ["paper.json", "--fingerprint", "1"],
    "peer list": [],
    "peer show": ["us-ic3"],
    "peer delivery": ["us-ic3", "push"],
    "peer suspend": ["us-ic3", "--reason", "r"],
    "peer resume": ["us-ic3", "--reason", "r"],
    "peer try-now": ["us-ic3"],
    "peer retry": ["f" * 64],
    "peer give-up": ["f" * 64, "--reason", "r"],
    "agreement template": ["us-ic3"],
    "agreement propose": ["paper.json"],
    "agreement sign": ["us-ic3", "1"],
    "agreement show": ["us-ic3"],
    "agreement list": [],
    "courier pack": ["us-ic3", "--out", "new.courier"],
    "courier unpack": ["paper.json"],
    "log verify": [],
    "log prove": ["f" * 64, "--out", "new.proof"],
    "log head": [],
    "user add": ["x", "--name", "X", "--unit", "Node A05", "--role", "supervisor"],
    "user change": ["admin", "--role", "supervisor"],
    "user reset": ["admin"],
    "user list": [],
    "user sessions": ["admin"],
    "user link": ["admin", "--issuer", "https://sso.example.vn", "--subject", "1"],
    "user unlink": ["admin"],
    "user invite": ["admin"],
    "user token": ["admin", "--label", "x"],
    "user certificates": ["admin"],
    "user bind-certificate": ["admin", "paper.json", "--token", "tok-" + "a" * 26],
    "user end-certificate": ["admin", "f" * 64],
    "unit add": ["--name-vi", "Mới", "--name-en", "New"],
    "unit list": [],
    "unit change": ["Node A05", "--name-en", "Other"],
    "identifier rebuild": [],
    "keys rotate": [],
    "keys certificate": [],
}
"""Commands that open a node, with words that are right in themselves."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A node's folder as `lienlac init` makes it."""
    home = tmp_path_factory.mktemp("commands")
    (home / "passphrase").write_text("vJ0q8mZr2LwXy5TnA7cKd4HsFbE1GuPi")
    words = ["init", str(home / "node"), "--id", "vn-a05", "--name-vi", "Nút A05", "--name-en", "Node A05"]
    assert run([*words, "--random-passphrase", "--passphrase-file", str(home / "passphrase"), "--json"], {}) == 0
    (home / "paper.json").write_text("{}")
    return home


def test_every_command_is_tried_or_asks_a_running_node() -> None:
    through_a_node = (
        "request ", "document ", "emergency ", "flash ", "method ", "case ", "programme ", "delegation ", "lesson ", "intel ", "feed ", "roster ", "alarm ", "handover ", "approval ", "drill ",
        "identifier look-up",
    )  # fmt: skip
    running = {name for name in every_command() if name.startswith(through_a_node)}
    assert set(every_command()) == set(FOLDER) | set(COMMANDS_WITHOUT_THE_GATE) | running


@pytest.mark.parametrize("command", sorted(FOLDER))
def test_with_the_gate_shut_no_command_gets_the_node(
    folder: Path, shut: Shut, command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    place = ["--node", str(folder / "node"), "--passphrase-file", str(folder / "passphrase")]
    before = sorted(path.name for path in folder.iterdir())
    capsys.readouterr()
    code = run(["--lang", "en", *command.split(), *FOLDER[command], *place], {})
    said = capsys.readouterr()
    assert shut.asked, f"{command} did not ask the gate: {said.out}{said.err}"
    assert code == Exit.NOT_ALLOWED, said.out + said.err
    assert "(not-found)" in said.err
    assert said.out == ""
    assert sorted(path.name for path in folder.iterdir()) == before


def test_a_command_that_names_no_action_gets_no_node(folder: Path) -> None:
    with pytest.raises(NotAllowed, match="not-allowed"), console.opened(folder / "node", folder / "passphrase"):
        pass


def test_with_the_gate_open_the_same_words_reach_further(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The attack would prove nothing if the words failed of themselves: these succeed, others fail for their own reason."""
    monkeypatch.chdir(folder)
    place = ["--node", str(folder / "node"), "--passphrase-file", str(folder / "passphrase")]
    for command in ("peer list", "agreement list", "log verify", "user list", "unit list", "unit add"):
        assert run(["--lang", "en", *command.split(), *FOLDER[command], *place], {}) == 0, capsys.readouterr().err
    assert node_settings.load(folder / "node").node_id == "vn-a05"


def test_commands_about_requests_have_no_way_but_the_running_nodes_door() -> None:
    """Their files open no database; without a token nothing is even asked."""
    with pytest.raises(NotAllowed, match="token-missing"):
        client_of(None, None)
