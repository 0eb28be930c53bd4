"""The screens of one node with a subject of shared records: for tests of what a subject adds to the common ones."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

from lienlac.people.officer import Role
from tests.pages.conftest import Browser, Node
from tests.records.sides import Side


class Screen(Node):
    """Browsers on one side; `super` and `second` are both supervisors."""

    def __init__(self, side: Side[Any], slice_: str, handlers: list[Any]) -> None:
        super().__init__(side.sim.database)
        self.clock = side.sim.clock  # type: ignore[assignment]  # both turn by hand
        self.handlers = handlers
        self.template_dirs = [Path(str(resources.files(f"lienlac.{slice_}").joinpath("templates")))]
        self.add("super", Role.SUPERVISOR)
        self.add("second", Role.SUPERVISOR)

    def enter(self, login: str = "super") -> Browser:
        browser = self.browser()
        assert browser.sign_in(login).status_code == 303
        return browser
