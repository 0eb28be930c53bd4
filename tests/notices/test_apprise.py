"""Apprise, as it is installed: through its own JSON service to a real server; and nothing that was not allowed."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from lienlac.notices.channels import Address
from lienlac.notices.courier.carried import NotDeliveredError, Parcel
from lienlac.notices.courier.gateway import AppriseWay, installed
from tests.notices.scene import HOUSE, Web, notice
from tests.world.fakes import START

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
"""The library still reads pictures with a module that Python is going to drop."""

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def carry(web, services, scheme="json"):
    async def story():
        async with web.serving():
            address = Address(to=f"{scheme}://127.0.0.1:{web.port}/")
            parcel = Parcel(notice=notice("off-a"), address=address, language="vi", now=START)
            await AppriseWay(HOUSE, frozenset(services)).carry(parcel)

    asyncio.run(story())


def test_it_is_installed_where_tests_run():
    assert installed()


def test_a_notice_arrives():
    web = Web(answer=OK)
    carry(web, {"json"})
    said = msgspec.json.decode(web.heard[0].body)
    assert said["title"].startswith("Vụ việc nóng: yêu cầu tạm dừng giao dịch")
    assert "US-2026-000017" in said["message"]


def test_a_service_that_does_not_take_it_is_a_failure():
    with pytest.raises(NotDeliveredError, match="apprise-failed"):
        carry(Web(answer=b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), {"json"})


def test_attack_a_service_that_was_allowed_once_and_is_no_longer_gets_nothing():
    web = Web(answer=OK)
    with pytest.raises(NotDeliveredError) as caught:
        carry(web, {"tgram"})
    assert (caught.value.code, caught.value.final) == ("apprise-service", True)
    assert web.heard == []
