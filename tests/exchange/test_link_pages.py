"""The partners' pages on a real link: addresses and forms that nobody's browser would send by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lienlac import journal
from lienlac.people.officer import Role
from lienlac.ui.links import pages
from tests.exchange.scene import Link
from tests.pages.conftest import Browser, Node


@pytest.fixture
def browser(link: Link) -> Iterator[Browser]:
    """A supervisor of the American node."""
    node = Node(link.us.office.database)
    node.handlers = list(pages.make_handlers(link.us.post.desk))
    node.add("super", Role.SUPERVISOR)
    browser = node.browser()
    browser.sign_in("super")
    return browser


def test_a_version_number_that_no_database_can_hold_is_not_found(link: Link, browser: Browser) -> None:
    for number in (0, 2, 10_001, 2**31, 2**63, 10**40):
        path = f"/agreements/{link.vn.node_id}/{number}"
        assert browser.get(path).status_code == 404, number
        assert browser.post(f"{path}/sign").status_code in {404, 409}, number
    assert browser.get(f"/agreements/{link.vn.node_id}/1").status_code == 200


def test_forms_with_made_up_kinds_codes_and_partners_change_nothing(link: Link, browser: Browser) -> None:
    us, vn = link.us, link.vn.node_id
    browser.get(f"/peers/{vn}")
    before = us.read(journal.latest)
    tries = (
        (f"/peers/{vn}/suspend", {"kind": "freeze-payment", "reason": "x", "sure": "yes"}),
        (f"/peers/{vn}/suspend", {"reason": "x" * 50_000, "sure": "yes"}),
        (f"/peers/{vn}/resume", {"kind": "nonsense"}),
        (f"/peers/{vn}/seen", {"code": "x" * 100_000}),
        ("/peers/us-typo/try-now", {}),
        ("/peers/us-typo/suspend", {"reason": "x", "sure": "yes"}),
        (f"/letters/{'0' * 64}/give-up", {"reason": "x" * 50_000, "sure": "yes"}),
    )
    for path, form in tries:
        assert browser.post(path, form).status_code in {404, 409, 422}, path
    assert us.read(journal.latest) == before
