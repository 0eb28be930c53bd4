"""Attack: text from a peer or a node paints on an officer's terminal: escape sequences, turned-round lines, markup.

A server plays a node that was taken over: what it answers is printed by the commands, as tables, lines and JSON. Papers
and errors stand in `tests/cli/test_exit_codes.py`; names of files in `test_file_names_and_exports.py`.
"""

from __future__ import annotations

import json
import threading
import unicodedata
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from lienlac.cli import console
from lienlac.cli.groups import request as commands
from tests.security.poison import TERMINAL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEXT = TERMINAL.format(mark="w0001w") + "[bold red]loud[/bold red][link=http://evil.test]x[/link]:smiley:"
AT = "2026-11-23T03:05:00Z"
LINE = {
    "id": TEXT, "reference": TEXT, "direction": "in", "peer": TEXT, "kind": TEXT, "urgency": TEXT, "state": TEXT,
    "stage": "open", "title": TEXT, "opened_at": AT, "updated_at": AT, "messages": 1, "due_clock": TEXT,
}  # fmt: skip
MESSAGE = {
    "id": TEXT, "kind": TEXT, "sequence": 1, "side": "requester", "step": TEXT, "sender": TEXT, "digest": TEXT,
    "sent_at": AT, "standing": "accepted", "code": TEXT,
    "body": {TEXT: [TEXT, {"deep": TEXT}]},
}  # fmt: skip
REQUEST = {
    "id": TEXT, "reference": TEXT, "direction": "in", "requester": TEXT, "executor": TEXT, "kind": TEXT,
    "urgency": TEXT, "state": TEXT, "stage": "open", "desired": TEXT, "actual": TEXT, "purpose": TEXT,
    "legal_basis": TEXT, "marks": {"tlp": "amber", "pap": "amber", "handling": ["h0"], "handling_text": TEXT}, "body": {"facts": TEXT, TEXT: TEXT}, "steps": [TEXT], "messages": [MESSAGE],
    "clocks": [{"clock": TEXT, "running": "runs", "started_at": AT, "allowed_s": 1, "due_at": AT}],
}  # fmt: skip
ACCESS = {"request": TEXT, "reference": TEXT, "restricted": True, "may_change": True, "units": [{"id": TEXT, "name_vi": TEXT, "name_en": TEXT}],
          "officers": [{"id": TEXT, "name": TEXT, "login": TEXT}]}  # fmt: skip
PROBLEM = {"code": "not-allowed", "field": TEXT, "sentences": {"en": TEXT, "vi": TEXT},
           "problems": [{"field": TEXT, "code": TEXT, "en": TEXT, "vi": TEXT}]}  # fmt: skip
ANSWERS: dict[str, tuple[int, Any]] = {
    "POST /api/requests/search": (200, {"requests": [LINE], "next": TEXT}),
    "GET /api/requests/one": (200, REQUEST),
    "GET /api/requests/one/access": (200, ACCESS),
    "GET /api/requests/bad": (422, PROBLEM),
}


@pytest.fixture
def taken_over(tmp_path: Path) -> Iterator[dict[str, Any]]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            status, answer = ANSWERS[f"{self.command} {self.path}"]
            body = json.dumps(answer, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    token = tmp_path / "token"
    token.write_text("lienlac_" + "A" * 43)
    yield {"url": f"http://127.0.0.1:{server.server_port}", "token_file": token}
    server.shutdown()
    server.server_close()


def obeyed(text: str) -> set[str]:
    """Signs of a text that a terminal would do something with, or that change what is read."""
    return {letter for letter in text if letter != "\n" and unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co"}}


def test_the_text_of_these_tests_would_do_harm() -> None:
    assert {"\x1b", "\x9b", "\u202e", "\x07", "\r", "\x7f"} <= obeyed(TEXT)


@pytest.mark.parametrize("json_", [False, True])
@pytest.mark.parametrize("command", ["list", "show", "access"])
def test_nothing_that_a_node_says_is_obeyed_by_the_terminal(
    taken_over: dict[str, Any], capsys: pytest.CaptureFixture[str], command: str, json_: bool
) -> None:
    given = taken_over | {"json": json_}
    if command == "list":
        commands.list_(**given)
    elif command == "show":
        commands.show("one", **given)
    else:
        commands.access("one", **given)
    said = capsys.readouterr()
    for text in (said.out, said.err):
        assert obeyed(text) == set()
    if json_:
        assert _holds(json.loads(said.out)), "programs get the text as it is"
    elif command != "list":  # a table folds its cells
        assert "[bold red]loud" in said.out, "markup is text"


def _holds(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds, (*value.keys(), *value.values())))
    return any(map(_holds, value)) if isinstance(value, list) else value == TEXT


def test_a_refusal_in_the_nodes_own_words_is_not_obeyed(
    taken_over: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(console.LienlacError) as caught:
        commands.show("bad", **taken_over)
    console.complain_about(caught.value)
    said = capsys.readouterr().err
    assert "w0001w" in said
    assert obeyed(said) == set()


def test_the_title_of_a_bar_is_text(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A file's name is shown while it comes: brackets in it are no markup, and no unfitting one ends the download."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    for title in (TEXT, "[/]", "[link=http://evil.test]statement.pdf"):
        with console.progress(title) as move:
            move(1, 2)
    said = capsys.readouterr().err
    assert "[/]" in said
    assert "evil.test]statement.pdf" in said, "shown, not followed"
    assert "\x1b]8;" not in said, "no link on the terminal"
    assert not obeyed(said) & {"\x9b", "\u202e", "\x07"}
