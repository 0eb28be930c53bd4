"""A node that can save nothing says so on every page, in the reader's language, before anybody has tried to act."""

from __future__ import annotations

import pytest

from lienlac.errors import NotAllowed
from lienlac.people.officer import Role
from tests.pages.conftest import Node

SENTENCES = {
    "en": "This node can save nothing: its disk is full.",
    "vi": "Nút này không lưu được gì: ổ đĩa đã đầy.",
}


def fill(node: Node) -> None:
    """Somebody else's write meets a full disk."""
    node.database.write(
        lambda c: c.exec_driver_sql(f"PRAGMA max_page_count = {c.exec_driver_sql('PRAGMA page_count').scalar_one()}")
    )
    with pytest.raises(NotAllowed, match="storage-full"):
        node.database.write(lambda c: c.exec_driver_sql("CREATE TABLE more AS SELECT randomblob(1000000) AS data"))


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_full_disk_stands_on_every_page(node: Node, language: str) -> None:
    browser = node.browser()
    node.add("tuyet", Role.DUTY_OFFICER, language=language)
    browser.sign_in("tuyet")
    assert SENTENCES[language] not in browser.get("/account").text
    fill(node)
    for path in ("/account", "/live/beside?at=/account"):
        page = browser.get(path)
        assert page.status_code == 200
        assert SENTENCES[language] in page.text
    assert SENTENCES[language] not in node.browser().get("/sign-in").text, "a stranger hears nothing of it"
