"""A whole node whose people's application is served on loopback, as others' clients meet it."""

from __future__ import annotations

import contextlib
import dataclasses
import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpx2
import msgspec
import uvicorn

from lienlac.assembly import doors
from lienlac.intelligence.collection import Collection, Draft
from tests.security.house import House

TAXII = "application/taxii+json;version=2.1"


class Server:
    """`server.url`; `server.token("giang")` is an API token of that officer."""

    def __init__(self, house: House) -> None:
        self._tokens: dict[tuple[str, str], str] = {}
        self.house, self.intelligence = house, house.node.intelligence
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(64)  # who calls before the server has started waits
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        settings = dataclasses.replace(house.node.settings, people_url=self.url)
        app = doors.people_app(dataclasses.replace(house.node, settings=settings))
        config = uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1, ws="none", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self._thread.start()

    @property
    def discovery(self) -> str:
        return f"{self.url}/taxii2/"

    @property
    def root(self) -> str:
        return f"{self.url}/taxii2/intelligence/"

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()

    def token(self, login: str, scope: Any = "write", *, own: bool = False) -> str:
        """One for each officer and scope, because an officer may have only so many; `own`: one more."""
        if own or (login, scope) not in self._tokens:
            made = self._new_token(login, scope)
            self._tokens.setdefault((login, scope), made)
            return made
        return self._tokens[login, scope]

    def _new_token(self, login: str, scope: Any) -> str:
        return self.house.program(login, scope).headers["Authorization"].removeprefix("Bearer ")

    def collection(self, title: str, **more: Any) -> Collection:
        return self.intelligence.create(self.house["giang"], Draft(title=title, **{"writable": True, **more}))

    @contextlib.contextmanager
    def caller(self, login: str = "giang", scope: Any = "write") -> Iterator[Caller]:
        with httpx2.Client(base_url=self.url, trust_env=False, follow_redirects=False) as client:
            yield Caller(client, self.token(login, scope))


class Caller:
    """Plain HTTP with a token in HTTP Basic; what it answers is shown as it came."""

    def __init__(self, client: httpx2.Client, token: str) -> None:
        self.client, self.auth = client, ("anything", token)

    def get(self, path: str, **headers: str) -> httpx2.Response:
        return self.client.get(path, auth=self.auth, headers={"Accept": TAXII, **headers})

    def post(self, path: str, body: Any, kind: str = TAXII, **headers: str) -> httpx2.Response:
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        return self.client.post(
            path, content=content, auth=self.auth, headers={"Accept": TAXII, "Content-Type": kind, **headers}
        )

    def delete(self, path: str) -> httpx2.Response:
        return self.client.delete(path, auth=self.auth, headers={"Accept": TAXII})


def envelope(*raws: bytes) -> bytes:
    return b'{"objects":[' + b",".join(raws) + b"]}"
