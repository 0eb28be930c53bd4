"""What a server offers is looked up through the judged line: SSRF through the look-up is refused before a call."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path
from ssl import TLSVersion

import pytest

from lienlac import journal
from lienlac.errors import NotAllowed, Refused
from lienlac.intelligence.feeds.courier.line import network_of
from lienlac.intelligence.feeds.feed import How, Sealed
from lienlac.intelligence.feeds.looking.desk import Looking
from lienlac.outside.guard import Places
from lienlac.settings import Settings
from tests.intelligence.feeds.scene import HOST, FeedDesk
from tests.intelligence.feeds.server import COLLECTION, Reply, TaxiiServer


@pytest.fixture
def feeding(sqlite_database):
    return FeedDesk(sqlite_database)


def look(feeding, address: str, *, by=None, how: How = How.NONE, secret: str = ""):
    desk = Looking(
        database=feeding.database, clock=feeding.clock, record=journal.record, network=feeding.network()
    )  # fmt: skip
    return desk.look(by or feeding.analyst, Sealed(address=address, how=how, secret=secret))


def served(feeding, web, ask, *, scheme: str = "http"):
    """The web serves while a thread of its own asks, as a page's handler does."""

    async def story():
        async with web.serving():
            feeding.places = Places(f"{scheme}://{HOST}:{web.port}=127.0.0.0/8")
            return await asyncio.to_thread(ask, f"{scheme}://{HOST}:{web.port}/taxii2/")

    return asyncio.run(story())


def test_roots_and_collections_are_shown_with_what_these_credentials_may(feeding):
    web = TaxiiServer()
    web.offers.append({"id": "b", "title": "Inbox", "can_read": False, "can_write": True})
    found = served(feeding, web, lambda address: look(feeding, address, how=How.BEARER, secret="s3cret"))
    assert [(one.id, one.title, one.can_read, one.can_write) for one in found] == [
        (COLLECTION, "Everything", True, True),
        ("b", "Inbox", False, True),
    ]
    assert all(got.headers["authorization"] == "Bearer s3cret" for got in web.heard)


@pytest.mark.parametrize(
    "address", ["http://169.254.169.254/latest/", "https://localhost/", "http://10.0.0.1:22/", "file:///etc/passwd"]
)
def test_a_host_that_nobody_named_is_not_called(feeding, address):
    with pytest.raises((NotAllowed, Refused)):
        look(feeding, address)
    assert feeding.asked == []


def test_a_name_that_leads_inside_is_not_called(feeding):
    feeding.places = Places(f"https://{HOST}")
    feeding.answers = [["169.254.169.254"], ["127.0.0.1"]]
    with pytest.raises(Refused):
        look(feeding, f"https://{HOST}/taxii2/")


def test_a_root_on_another_server_gets_no_credentials(feeding):
    web = TaxiiServer()
    web.roots, web.default = ["http://elsewhere.example/api1/"], None
    with pytest.raises(Refused) as caught:
        served(feeding, web, lambda address: look(feeding, address, how=How.BEARER, secret="s3cret"))
    assert caught.value.code in {"feed-elsewhere", "feed-not-taxii"}
    assert all(got.path == "/taxii2/" for got in web.heard)


def test_a_redirect_is_not_followed(feeding):
    web = TaxiiServer()
    web.before.append(lambda _got: Reply(302, headers={"Location": "http://169.254.169.254/"}))
    with pytest.raises(Refused, match="feed-redirect"):
        served(feeding, web, lambda address: look(feeding, address))


def test_whoever_may_not_manage_collections_asks_nobody(feeding):
    feeding.places = Places(f"http://{HOST}:1=127.0.0.0/8")
    with pytest.raises(NotAllowed):
        look(feeding, f"http://{HOST}:1/taxii2/", by=feeding.looker)
    assert feeding.asked == []


def test_a_file_of_certificates_that_cannot_be_read_is_said_when_the_node_starts(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    settings = Settings(
        folder=tmp_path, node_id="vn-a05", name_vi="Nút A05", name_en="Node A05", country="VN", feed_ca_file=str(file)
    )
    with pytest.raises(NotAllowed, match="feed-ca-file"):
        network_of(settings)
    file.write_text("no certificate")
    with pytest.raises(NotAllowed, match="feed-ca-file"):
        network_of(settings)
    believing = network_of(dataclasses.replace(settings, feed_ca_file="")).trust()
    assert believing.minimum_version >= TLSVersion.TLSv1_2
