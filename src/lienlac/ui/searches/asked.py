"""What officers have searched for, kept in memory while they are signed in: an answer has an address of its own.

A search goes by POST, for its words may be somebody's account number and stand in no address and no log. Answered by
POST, a page cannot be gone back to: the browser asks whether to send the form once more. So the form is kept here under
a random name and the browser is sent to that name. Only the session that asked gets an answer there; what is too old
goes first, and a restart forgets everything. Nothing is written anywhere. Knows nothing of what is searched.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from lienlac import limits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Fields = Mapping[str, Sequence[str]]


class _Kept(NamedTuple):
    fields: Fields
    size_chars: int


class Asked:
    """The searches of all sessions of one process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sessions: OrderedDict[str, OrderedDict[str, _Kept]] = OrderedDict()
        self._size_chars = 0

    def keep(self, session: str, name: str, fields: Fields) -> None:
        """Keep a form under a name that nobody can guess; who has searched least recently gives way."""
        size = sum(len(field) + sum(map(len, values)) for field, values in fields.items())
        with self._lock:
            own = self._sessions.setdefault(session, OrderedDict())
            self._sessions.move_to_end(session)
            own[name] = _Kept(fields, size)
            self._size_chars += size
            while len(own) > limits.SEARCHES_KEPT_PER_SESSION:
                self._size_chars -= own.popitem(last=False)[1].size_chars
            while self._size_chars > limits.SEARCHES_KEPT_MAX_CHARS and len(self._sessions) > 1:
                _session, gone = self._sessions.popitem(last=False)
                self._size_chars -= sum(one.size_chars for one in gone.values())

    def recall(self, session: str, name: str) -> Fields | None:
        """The form that this session has sent; None when it is kept no longer, or was another's."""
        with self._lock:
            own = self._sessions.get(session)
            found = None if own is None else own.get(name)
            if found is not None:
                self._sessions.move_to_end(session)
        return None if found is None else found.fields
