"""The client against servers that are not nodes: no token leaks, no answer is believed without its shape."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from lienlac.client import Client, NodeNotAllowed
from lienlac.errors import NotAllowed

TOKEN = "lienlac_" + "A" * 43
Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture
def server() -> Iterator[Callable[[Answer], tuple[str, list[tuple[str, str | None]]]]]:
    """A server that gives one answer to everything and remembers who asked with what."""
    running: list[HTTPServer] = []

    def start(answer: Answer) -> tuple[str, list[tuple[str, str | None]]]:
        asked: list[tuple[str, str | None]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append((self.path, self.headers.get("Authorization")))
                status, headers, body = answer
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        found = HTTPServer(("127.0.0.1", 0), Handler)
        running.append(found)
        threading.Thread(target=found.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{found.server_port}", asked

    yield start
    for one in running:
        one.shutdown()
        one.server_close()


def test_a_redirect_never_carries_the_token_away(
    server: Callable[..., tuple[str, list[tuple[str, str | None]]]],
) -> None:
    elsewhere, stolen = server((200, {}, b"{}"))
    url, _ = server((302, {"Location": f"{elsewhere}/api/requests/x"}, b""))
    with Client(url, TOKEN) as client, pytest.raises(NotAllowed) as caught:
        client.request("x")
    assert caught.value.code == "node-answered"
    assert stolen == []


@pytest.mark.parametrize("url", ["http://node.example", "ftp://127.0.0.1", "node.example", "http://u@127.0.0.1:1", ""])
def test_a_token_is_never_sent_in_the_clear_to_another_machine(url: str) -> None:
    with pytest.raises(NotAllowed) as caught:
        Client(url, TOKEN)
    assert caught.value.code == "url-not-safe"
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("body", [b"<html>", b"", b"{}", b'{"id": 1}', b"[" * 5000, b"\xff"])
def test_an_answer_that_is_no_request(
    server: Callable[..., tuple[str, list[tuple[str, str | None]]]], body: bytes
) -> None:
    url, _ = server((200, {}, body))
    with Client(url, TOKEN) as client, pytest.raises(NotAllowed) as caught:
        client.request("x")
    assert caught.value.code == "node-answered"


@pytest.mark.parametrize("body", [b"<html>", b"", b"{}", b'{"code": 7}', b"\xff"])
def test_a_failure_that_is_no_nodes(
    server: Callable[..., tuple[str, list[tuple[str, str | None]]]], body: bytes
) -> None:
    url, _ = server((502, {}, body))
    with Client(url, TOKEN) as client, pytest.raises(NotAllowed) as caught:
        client.request("x")
    assert caught.value.code == "node-answered"


def test_a_refusal_speaks_with_the_nodes_words(
    server: Callable[..., tuple[str, list[tuple[str, str | None]]]],
) -> None:
    body = b'{"code": "not-found", "sentences": {"en": "Not here.", "vi": "Kh\\u00f4ng c\\u00f3."}}'
    url, asked = server((404, {}, body))
    with Client(url, TOKEN) as client, pytest.raises(NodeNotAllowed) as caught:
        client.request("../admin?x=1")
    assert caught.value.sentence("vi") == "Không có."
    assert caught.value.status == 404
    assert asked == [("/api/requests/..%2Fadmin%3Fx%3D1", f"Bearer {TOKEN}")]


def test_an_answer_that_was_lost_on_the_line_is_asked_for_again_under_the_same_key() -> None:
    """The node may have acted before the line broke: the key lets it see that this is the same call."""
    keys: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            keys.append(self.headers["Idempotency-Key"])
            if len(keys) > 1:
                body = b'{"right": true, "kind": "k", "to": "t"}'
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with Client(f"http://127.0.0.1:{server.server_port}", TOKEN) as client:
            assert client.check({}).right
            assert len(keys) == 2
            assert keys[0] == keys[1]
            assert client.check({}).right
            assert keys[2] != keys[1]
    finally:
        server.shutdown()
        server.server_close()
