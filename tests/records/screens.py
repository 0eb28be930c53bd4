"""Heaps with their screens on two nodes: what a subject declares, and browsers on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.people.officer import Role
from lienlac.ui.shared.api import routes
from lienlac.ui.shared.pages import make_handlers
from lienlac.ui.shared.sheet import Field, Sheet, Subject
from tests.pages.conftest import Browser, Node
from tests.records.heaps import Heaps
from tests.records.stones import Heap, Stone

if TYPE_CHECKING:
    from pathlib import Path

    from tests.records.heaps import HeapNode

TOP = Sheet(
    "heap", Heap, "Request", "Requests", "heap",
    (
        Field("title_vi", "Title in Vietnamese", "line", required=True),
        Field("title_en", "Title in English", "line", required=True),
        Field("state", "State", "choice", choices=(("open", "Open"), ("closed", "Closed")), required=True),
    ),
    states=(("open", "Open"), ("closed", "Closed")),
    first={"state": "open"},
)  # fmt: skip
STONES = Sheet(
    "stone", Stone, "Request", "Requests", "stones",
    (Field("name", "Partner", "line", required=True), Field("weight", "Version", "whole", high=1_000)),
    states=(("light", "Open"), ("heavy", "Closed")),
    first={"weight": "1"},
)  # fmt: skip


class Desk(Node):
    """The screens of one node with heaps."""

    def __init__(self, heap_node: HeapNode) -> None:
        super().__init__(heap_node.sim.database)
        self.clock = heap_node.sim.clock  # type: ignore[assignment]  # both turn by hand
        self.heaps = heap_node
        self.subject = Subject(
            shared=heap_node.heaps, address="/heaps", title="Requests", one="Request", new="Open a record", top=TOP,
            sheets=(STONES,), names=lambda _language: {"vn-a05": "Việt Nam", "us-ic3": "United States"},
        )  # fmt: skip
        self.handlers = [routes(self.subject), *make_handlers(self.subject)]
        self.add("super", Role.SUPERVISOR)
        self.add("looker", Role.PROGRAMME_MANAGER)

    def enter(self, login: str = "super") -> Browser:
        browser = self.browser()
        assert browser.sign_in(login).status_code == 303
        return browser


class Screens(Heaps):
    """Two nodes with screens."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.vn, self.us = (Desk(node) for node in self.nodes)
