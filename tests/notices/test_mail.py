"""Notices by e-mail to a real server (another implementation of SMTP): encryption, sign-in, refusals, headers."""

from __future__ import annotations

import asyncio
import email
import email.policy
import logging
import ssl

import pytest

from lienlac.notices.channels import Address
from lienlac.notices.courier.carried import NotDeliveredError, Parcel
from lienlac.notices.courier.smtp import MailServer, MailWay, compose
from lienlac.notices.wording import House
from tests.notices.scene import HOUSE, SENDER, Mailbox, mail_way, notice, serving_tls, trusting
from tests.world.fakes import START

TO = "anh@a05.example"


def parcel(language="en", to=TO, **more):
    return Parcel(notice=notice("off-a", **more), address=Address(to=to), language=language, now=START)


def carry(box, way_of, **serving):
    async def story():
        async with box.serving(**serving):
            await way_of(box.port).carry(parcel())

    asyncio.run(story())


def failure(box, way_of, **serving):
    with pytest.raises(NotDeliveredError) as caught:
        carry(box, way_of, **serving)
    return caught.value.code, caught.value.final


def test_it_arrives_after_starttls_and_sign_in(tmp_path):
    box = Mailbox()

    def way(port):
        return mail_way(port, "starttls", user="node", password="right horse", trust=trusting())

    carry(box, way, starttls=serving_tls(tmp_path), sign_in=True)
    assert box.encrypted == [True]
    assert box.signed_in == [(b"node", b"right horse")]
    envelope = box.taken[0]
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, [TO])
    message = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert message["Subject"] == ("Hot: a freeze request waits, 50 % gone - US-2026-000017")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].startswith("<ntc-")
    assert "https://node.example/requests/req-aaaaaaaaaaaaaaaaaaaaaaaaaa" in message.get_content()


def test_it_arrives_over_tls_from_the_start(tmp_path):
    box = Mailbox()
    carry(box, lambda port: mail_way(port, "tls", trust=trusting()), tls=serving_tls(tmp_path))
    assert box.encrypted == [True]


def test_vietnamese_reads_as_it_was_written(tmp_path):
    made = compose(parcel("vi", drill=True), HOUSE, SENDER)
    again = email.message_from_bytes(bytes(made), policy=email.policy.default)
    assert again["Subject"].startswith("DIỄN TẬP - Vụ việc nóng: yêu cầu tạm dừng giao dịch đang chờ")
    assert "Đây là diễn tập" in again.get_content()
    assert [(one.display_name, one.addr_spec) for one in again["From"].addresses] == [("Cục A05", SENDER)]


def test_attack_encryption_stripped_on_the_way_sends_nothing():
    """A server (or somebody between) that offers no STARTTLS gets neither password nor notice."""
    box = Mailbox()

    def way(port):
        return mail_way(port, "starttls", user="node", password="right horse", trust=trusting())

    assert failure(box, way) == ("mail-not-safe", False)
    assert box.signed_in == []
    assert box.taken == []


def test_attack_a_server_with_a_foreign_certificate_gets_nothing(tmp_path):
    box = Mailbox()

    def way(port):
        return mail_way(port, "starttls", user="node", password="right horse", trust=ssl.create_default_context())

    assert failure(box, way, starttls=serving_tls(tmp_path)) == ("notice-unreachable", False)
    assert box.signed_in == []


def test_a_wrong_password_is_told_apart_and_never_logged(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    box = Mailbox()

    def way(port):
        return mail_way(port, "starttls", user="node", password="wrong horse", trust=trusting())

    assert failure(box, way, starttls=serving_tls(tmp_path), sign_in=True) == ("mail-sign-in", False)
    ours = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("mail"))
    assert "wrong horse" not in ours
    assert "d3Jvbmc" not in ours, "nor in base64"
    assert "wrong horse" not in repr(MailServer(host="h", port=1, security="tls", sender="s", password="wrong horse"))


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (Mailbox(refuse_recipient="550 no such user"), ("mail-recipient", True)),
        (Mailbox(refuse_recipient="451 greylisted"), ("mail-recipient", False)),
        (Mailbox(answer="554 rejected"), ("mail-refused", True)),
        (Mailbox(answer="421 shutting down"), ("mail-refused", False)),
    ],
)
def test_refusals_say_whether_asking_again_helps(box, expected):
    assert failure(box, mail_way) == expected


def test_a_server_that_is_not_there_is_unreachable():
    async def story():
        box = Mailbox()
        async with box.serving():
            pass
        await mail_way(box.port).carry(parcel())

    with pytest.raises(NotDeliveredError) as caught:
        asyncio.run(story())
    assert caught.value.code == "notice-unreachable"


def test_without_a_mail_server_it_fails_visibly():
    with pytest.raises(NotDeliveredError) as caught:
        asyncio.run(MailWay(None, HOUSE).carry(parcel()))
    assert (caught.value.code, caught.value.final) == ("mail-not-set-up", True)


@pytest.mark.parametrize("evil", ["A05\r\nBcc: thief@example.org", "A05\nX-Evil: 1", "A05\x00\x1b[2J", 'A05", <x@y>'])
def test_attack_header_injection_through_the_nodes_name(evil):
    """Whatever stands in a name stays inside the From header's display name."""
    house = House(node_id="vn-a05", name_vi=evil, name_en=evil, url="https://node.example")
    raw = bytes(compose(parcel(), house, SENDER))
    again = email.message_from_bytes(raw, policy=email.policy.default)
    head = raw.partition(b"\r\n\r\n")[0].decode()
    assert "Bcc" not in again
    assert "X-Evil" not in again
    assert again["To"] == TO
    assert [address.addr_spec for address in again["From"].addresses] == [SENDER]
    assert all(letter.isprintable() or letter in "\r\n" for letter in head)


@pytest.mark.parametrize("evil", ["anh@a05.example\r\nBcc: x@y.example", "a@b.example, c@d.example", "<a@b.example>"])
def test_attack_header_injection_through_an_address(evil):
    """An address that slipped past the form is read once more before anything is sent."""
    box = Mailbox()

    async def story():
        async with box.serving():
            await mail_way(box.port).carry(parcel(to=evil))

    with pytest.raises(NotDeliveredError, match="channel-email"):
        asyncio.run(story())
    assert box.taken == []
