"""A unix socket between a client and PostgreSQL that can cut the connection around a COMMIT. No part of the program."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from pathlib import Path
from typing import Literal, Self

SOCKET = ".s.PGSQL.5432"
COMMIT = b"COMMIT\x00"


class WireCutter:
    """Passes bytes on. Armed, it drops the next COMMIT ("before"), or passes it on and drops the answer ("after").

    With `refuse` set, it takes no new connection either.
    """

    def __init__(self, directory: Path, server: Path) -> None:
        self._server = str(server / SOCKET)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(directory / SOCKET))
        self._listener.listen()
        self.armed: Literal["before", "after", ""] = ""
        self.refuse_after_cut = False
        self.cuts = 0
        self._refusing = False
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _accept(self) -> None:
        threads = []
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                break
            if self._refusing:
                client.close()
                continue
            threads.append(threading.Thread(target=self._pass_on, args=(client,), daemon=True))
            threads[-1].start()
        for thread in threads:
            thread.join(10)

    def _pass_on(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        with contextlib.suppress(OSError), client, server, selectors.DefaultSelector() as selector:
            server.connect(self._server)
            selector.register(client, selectors.EVENT_READ, server)
            selector.register(server, selectors.EVENT_READ, client)
            while True:
                for key, _ in selector.select():
                    source: socket.socket = key.fileobj  # type: ignore[assignment]
                    data = source.recv(65536)
                    if not data:
                        return
                    if source is client and self.armed and COMMIT in data:
                        self._cut(server, data)
                        return
                    key.data.sendall(data)

    def _cut(self, server: socket.socket, data: bytes) -> None:
        how, self.armed = self.armed, ""
        self._refusing = self.refuse_after_cut
        self.cuts += 1
        if how == "after":
            server.sendall(data)
            server.recv(65536)
