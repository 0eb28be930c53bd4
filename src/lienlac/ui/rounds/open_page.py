"""An open page as rounds see it: whose it is, where it stands, what of it can be made for it, what it was shown.

Lives in the event loop; only its making happens elsewhere. What was made for an officer who has other rights by now is
never shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lienlac.people.officer import Officer
    from lienlac.ui.hub import Listener
    from lienlac.ui.nav import View
    from lienlac.ui.page import Ask

BESIDE: Final = frozenset({"requests", "emergencies", "warnings", "approvals", "link", "alarms", "duty"})
"""Topics whose events may change what stands beside a page."""


class OpenPage:
    """One stream. `view` and `query` are what the page shows, where that can be made for it."""

    def __init__(self, ask: Ask, path: str, view: View | None = None, query: str = "") -> None:
        self.ask = ask
        self.path = path
        self.view = view
        self.query = query
        self.gone = False
        self._listener: Listener | None = None
        self._shown: dict[str, bytes] = {}

    def stirred(self, topic: str) -> None:
        """From the loop: something happened of which this page hears."""
        if topic in BESIDE:
            self.ask.ground.live.beside.join(self)
        if self.view is not None and topic in self.view.topics:
            self.ask.ground.live.views.join(self)

    def another_officer(self, officer: Officer) -> None:
        """From the loop: the officer as they are by now. Whose rights have changed is shown everything anew."""
        if officer == self.ask.officer_or_none:
            return  # the very same stays: by it is seen whether something was made for whom they were before
        self.ask.officer_or_none = officer
        for topic in BESIDE | (frozenset() if self.view is None else self.view.topics):
            self.stirred(topic)

    def follow(self, listener: Listener) -> None:
        """Whoever writes the stream hears by this listener what is to be shown."""
        self._listener = listener

    def show(self, officer: Officer, pieces: Mapping[str, bytes]) -> None:
        """From the loop: what was made for this officer, as far as it is not on the page already."""
        listener = self._listener
        if listener is None or self.gone or listener.doubtful or officer is not self.ask.officer_or_none:
            return
        for kind, piece in pieces.items():
            if self._shown.get(kind) != piece:
                self._shown[kind] = piece
                listener.show(kind, piece)

    def is_to_ask(self, event: str) -> None:
        """From the loop: nothing could be made; the page asks by itself, and what it then shows is not known here."""
        self._shown = {}
        if self._listener is not None and not self.gone:
            self._listener.hear([(event, "")])
