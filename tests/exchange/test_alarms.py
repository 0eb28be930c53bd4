"""Whatever a person must know about a link is said in words, in both languages, on the screen and at the console."""

from __future__ import annotations

import pytest

from lienlac import journal
from lienlac.cli import words as spoken
from lienlac.exchange.names import Alarm
from lienlac.ui.links.names import ALARMS
from tests.exchange.scene import Link


@pytest.mark.parametrize("alarm", Alarm)
def test_every_alarm_has_its_sentence(alarm: Alarm) -> None:
    assert ALARMS[alarm]
    assert spoken.known(f"alarm-{alarm.value}")


def test_an_alarm_that_was_seen_stays_in_the_journal(link: Link) -> None:
    us, vn = link.us, link.vn
    for detail in ("first", "second"):  # the same again only renews what the screen says
        us.database.write(
            lambda connection, text=detail: us.office.alarm(connection, vn.node_id, Alarm.LOG_FORKED, text)
        )
    noted = [entry.detail for entry in us.read(journal.about, vn.node_id) if entry.action == "link.alarm"]
    assert noted == [{"code": "log-forked", "detail": "first"}]
