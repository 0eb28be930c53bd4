"""What a notice says: never anything of a case, in both languages, for every occasion; and addresses as they are read."""

from __future__ import annotations

import string

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.errors import NotAllowed, Refused
from lienlac.notices import wording
from lienlac.notices.channels import ChannelKind, read_address
from lienlac.notices.notice import URGENCIES, About, Notice
from tests.notices.scene import HOUSE, notice
from tests.vietnamese import lacks_diacritics
from tests.world.fakes import START

EVERY = [(about, urgency, drill) for about in About for urgency in URGENCIES for drill in (True, False)]


def test_the_table_is_whole():
    table = wording.table()
    for section in ("subject", "body"):
        assert set(table[section]) == {about.value for about in About}
    assert set(table["urgency"]) == set(URGENCIES)
    for section, lines in table.items():
        for name, (english, vietnamese) in lines.items():
            assert english != vietnamese, (section, name)
            assert not lacks_diacritics(vietnamese), (section, name)
            places = [{part[1] for part in string.Formatter().parse(text) if part[1]} for text in (english, vietnamese)]
            assert places[0] == places[1], (section, name)


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize(("about", "urgency", "drill"), EVERY)
def test_every_notice_can_be_said_and_says_when_it_is_a_drill(about, urgency, drill, language):
    one = notice("off-a", about=about, urgency=urgency, drill=drill, proof="123456" if about == "channel-test" else "")
    subject, text = wording.subject(one, language), wording.text(one, HOUSE, language)
    assert "{" not in subject + text
    word = {"en": "DRILL", "vi": "DIỄN TẬP"}[language]
    assert subject.startswith(word) is drill
    assert ("drill" in text or "diễn tập" in text) is drill
    assert HOUSE.name(language) in text
    assert msgspec.json.decode(wording.payload(one, HOUSE, START))["drill"] is drill


SAID = {
    "type", "id", "timestamp", "node", "urgency", "kind", "reference", "percent", "drill", "link", "subject", "proof",
}  # fmt: skip


def test_attack_a_notice_has_no_field_for_case_data():
    """What is said is a closed list; whoever wants to add to it meets this test."""
    assert set(Notice.__dataclass_fields__) == {
        "id", "owner", "about", "urgency", "path", "thing", "kind", "reference", "percent", "drill", "proof",
    }  # fmt: skip
    for about in About:
        one = notice("off-a", about=about, proof="123456")
        body = msgspec.json.decode(wording.payload(one, HOUSE, START))
        assert set(body) <= SAID
        for text in (wording.text(one, HOUSE, "en"), str(body)):
            assert one.owner not in text
            assert one.thing not in text


@given(
    field=st.sampled_from(["reference", "kind", "path", "urgency", "proof"]),
    text=st.one_of(
        st.text(min_size=1, max_size=80),
        st.sampled_from(
            ["NGUYEN VAN A 0071000123456", "GoldenTrade FX", "/requests/x?name=An", "US-2026-000017\r\nBcc: x"]
        ),
    ),
)
def test_attack_case_data_does_not_pass_through_a_field_meant_for_codes(field, text):
    try:
        one = notice("off-a", **{field: text})
    except ValueError:
        return
    assert getattr(one, field) == text
    assert " " not in text
    assert text.isascii()
    assert text.isprintable()


# --- addresses ----------------------------------------------------------------------------------------------------

NOTHING: frozenset[str] = frozenset()


def read(kind, text, services=NOTHING, inside=NOTHING):
    return read_address(ChannelKind(kind), text, inside=inside, services=services)


@pytest.mark.parametrize("address", ["anh@a05.example", "truc.ban+dem@cong-an.gov.vn", "o'brien@ic3.example"])
def test_email_addresses_are_taken(address):
    assert read("email", address) == (address, address)


@pytest.mark.parametrize(
    "address",
    [
        "", "anh", "anh@", "@a05.example", "anh@localhost", "anh@a05.example\n", "anh@a05.example\r\nBcc: x@y.example",
        "a@b.example,c@d.example", "Anh <anh@a05.example>", "anh@-a05.example", "anh@a05..example", "ánh@a05.example",
        "a" * 65 + "@a05.example", "anh@[127.0.0.1]", "anh @a05.example", "anh@a05.example ", "x@" + "a." * 130 + "vn",
        '"a b"@a05.example', "anh@a05.example\x00",
    ],
)  # fmt: skip
def test_attack_what_is_no_single_address_is_refused(address):
    with pytest.raises(Refused, match="channel-email"):
        read("email", address)


def test_what_is_shown_of_a_channel_holds_no_secret():
    url = "https://hooks.example/services/T00/B00/XXsecretXX"
    assert read("webhook", url) == (url, "https://hooks.example/…")
    apprise = "json://user:hunter2@host.example/token"
    assert read("apprise", apprise, services=frozenset({"json"})) == (apprise, "json://…")


def test_an_apprise_service_is_forbidden_until_it_is_named():
    with pytest.raises(NotAllowed, match="apprise-service"):
        read("apprise", "tgram://token/chat")
    with pytest.raises(Refused, match="apprise-malformed"):
        read("apprise", "not an address", services=frozenset({"not"}))
