"""A line between the two demo nodes that can be cut: it passes bytes on, counts them, and breaks where it is told to.

It sees sealed envelopes inside TLS and understands none of them.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from types import TracebackType

_PIECE_BYTES: Final = 65_536
_HOST: Final = "127.0.0.1"


class Line:
    """Listens on a free port and leads to `target`; a context manager. Bytes are those towards the target."""

    def __init__(self, target_port: int) -> None:
        self._target = target_port
        self._listener = socket.create_server((_HOST, 0))
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._left: int | None = None
        self.passed_bytes = 0
        self.is_cut = threading.Event()

    @property
    def url(self) -> str:
        """Where a node calls the other one through this line."""
        return f"https://{_HOST}:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._listener.close()
        self._close_all()

    def cut_after(self, further_bytes: int) -> None:
        """Break once that many more bytes have passed."""
        with self._lock:
            self._left = further_bytes

    def mend(self) -> None:
        """Pass bytes on again, and count anew."""
        with self._lock:
            self._left = None
            self.passed_bytes = 0
            self.is_cut.clear()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):  # closed: the line is over
            while True:
                near, _address = self._listener.accept()
                if self.is_cut.is_set():
                    near.close()
                    continue
                try:
                    far = socket.create_connection((_HOST, self._target), timeout=10)
                except OSError:
                    near.close()
                    continue
                far.settimeout(None)
                with self._lock:
                    self._open |= {near, far}
                for one, other, counted in ((near, far, True), (far, near, False)):
                    threading.Thread(target=self._pass, args=(one, other, counted), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket, counted: bool) -> None:  # a thread's argument
        with contextlib.suppress(OSError):  # either end hung up, or the line was cut
            while piece := one.recv(_PIECE_BYTES):
                if counted and not self._may_pass(len(piece)):
                    break
                other.sendall(piece)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        with self._lock:
            self._open -= {one, other}

    def _may_pass(self, size: int) -> bool:
        with self._lock:
            if self._left is not None and self._left < size:
                self.is_cut.set()
            elif self._left is not None:
                self._left -= size
            if not self.is_cut.is_set():
                self.passed_bytes += size
        if self.is_cut.is_set():
            self._close_all()
        return not self.is_cut.is_set()

    def _close_all(self) -> None:
        with self._lock:
            ends = list(self._open)
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
