"""The demo's pagers: a webhook on this machine for each officer of the roster, added and checked as an officer would.

The receiver writes down which officer's pager rang when, and for what; it knows no case, because no notice has any.
Only its own loopback address is let in by the demo node's settings.
"""

from __future__ import annotations

import json
import re
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx2
import pyotp

from lienlac import limits
from lienlac.errors import NotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable

_TOKEN = re.compile(r'name="csrf-token" content="([^"]*)"')
_CHANNEL = re.compile(r"/duty/channels/([a-z0-9-]+)/verify")
_OWN = re.compile(r"/duty/contacts/off-[a-z0-9]+/add")
PATIENCE_S = 120.0
_LONGEST_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Ring:
    """One notice that reached a pager. `proof` are the digits of a test."""

    login: str
    about: str
    reference: str
    proof: str
    at: float


class Pagers:
    """All pagers of the demo."""

    def __init__(self) -> None:
        self.rings: list[Ring] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def start(self) -> None:
        """Listen."""
        self._thread.start()

    def stop(self) -> None:
        """Listen no longer."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def origin(self) -> str:
        """What the node's settings let webhooks call."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def rang(self, login: str, reference: str) -> bool:
        """Whether this officer's pager rang for that reference."""
        return any(ring.login == login and ring.reference == reference for ring in self.rings)

    def give(self, url: str, login: str, password: str, secret: str) -> None:
        """Sign in as the officer, add the pager, type the digits of its test. Raises `NotAllowed("demo-failed")`."""
        with httpx2.Client(base_url=url, timeout=limits.HTTP_TIMEOUT_S, trust_env=False) as browser:
            _sign_in(browser, login, password, secret)
            own = _OWN.search(browser.get("/duty/contacts").text)
            if own is None:
                raise NotAllowed("demo-failed", reason=f"contact methods of {login}")
            page = _post(browser, "/duty/contacts", own[0], kind="webhook", address=f"{self.origin}/{login}")
            channel = _CHANNEL.search(page)
            if channel is None:
                raise NotAllowed("demo-failed", reason=f"pager of {login}")
            digits = self._proof(login)
            _post(browser, "/duty/contacts", f"/duty/channels/{channel[1]}/verify", digits=digits, whose="")

    def _proof(self, login: str) -> str:
        give_up = time.monotonic() + PATIENCE_S
        while time.monotonic() < give_up:
            found = next((ring.proof for ring in self.rings if ring.login == login and ring.proof), "")
            if found:
                return found
            time.sleep(0.05)
        raise NotAllowed("demo-failed", reason=f"pager of {login}")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        write: Callable[[Ring], None] = self.rings.append

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), _LONGEST_BYTES))
                said: dict[str, Any] = json.loads(body)
                login = self.path.strip("/")
                about, reference = str(said.get("type", "")), str(said.get("reference", ""))
                write(Ring(login, about, reference, str(said.get("proof", "")), time.monotonic()))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """The story tells what rang."""

        return Handler


def _sign_in(browser: httpx2.Client, login: str, password: str, secret: str) -> None:
    code = pyotp.TOTP(secret).now()
    page = _post(browser, "/sign-in", "/sign-in", login=login, password=password, code=code)
    if "/sign-out" not in page:
        raise NotAllowed("demo-failed", reason=f"sign-in of {login}")


def _post(browser: httpx2.Client, at: str, path: str, **fields: str) -> str:
    """Send a form of the page at `at` as a browser does; the page that it leads to."""
    token = _TOKEN.search(browser.get(at, follow_redirects=True).text)
    if token is None:
        raise NotAllowed("demo-failed", reason=at)
    origin = str(browser.base_url).rstrip("/")
    form = {"csrf": token[1], **fields}
    return browser.post(path, data=form, headers={"Origin": origin}, follow_redirects=True).text
