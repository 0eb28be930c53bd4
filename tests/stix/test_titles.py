"""What people call an object: a person finds an account by its number, not by a long id."""

from __future__ import annotations

import json
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.stix.extension import observable
from lienlac.stix.titles import TITLE_CHARS, title_in, title_of

EXAMPLES = json.loads(resources.files("lienlac.stix").joinpath("data", "examples.json").read_text(encoding="utf-8"))
TYPES = ("autonomous-system", "bank-account", "campaign", "financial-transaction", "messaging-account", "payment-card")
ANY = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=300), st.lists(st.text(), max_size=2))
MEMBERS = ("name", "value", "bin", "account_number", "iban", "card_number", "service", "account_id", "amount", "number")


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_type_of_ours_has_a_title_that_is_no_id(name):
    made = observable(name, EXAMPLES[name])
    assert title_of(made)
    assert made["id"] not in title_of(made)


@pytest.mark.parametrize(
    ("value", "title"),
    [
        ({"type": "bank-account", "bin": "970436", "account_number": "0071000918273"}, "Vietcombank 0071000918273"),
        ({"type": "bank-account", "bin": "999999", "account_number": "1"}, "999999 1"),
        ({"type": "bank-account", "bank_name": "Some Bank"}, ""),
        ({"type": "bank-account", "iban": "DE89370400440532013000"}, "DE89370400440532013000"),
        ({"type": "payment-card", "card_number": "411111••••••1111"}, "411111••••••1111"),
        ({"type": "messaging-account", "service": "telegram", "account_id": "gold_support"}, "telegram gold_support"),
        ({"type": "financial-transaction", "amount": "50000000", "currency": "VND"}, "VND 50000000"),
        ({"type": "autonomous-system", "number": 64500, "name": "Hosting"}, "AS64500 Hosting"),
        ({"type": "user-account", "account_login": "root"}, "root"),
        ({"type": "note", "content": "What was seen"}, "What was seen"),
    ],
)
def test_titles(value, title):
    assert title_of(value) == title


@given(type_=st.sampled_from(TYPES), said=st.dictionaries(st.sampled_from(MEMBERS), ANY))
def test_whatever_members_hold_a_title_is_a_short_text(type_, said):
    title = title_of({"type": type_, **said})
    assert isinstance(title, str)
    assert len(title) <= TITLE_CHARS


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ('{"type":"malware","name":"Gói cài đặt giả"}'.encode(), "Gói cài đặt giả"),
        (b'{"type":"malware","name":"  two\\n lines "}', "two lines"),
        ('{"name":"exe\u202egpj.apk\\u0007"}'.encode(), "exegpj.apk"),
        (b'{"type":"payment-card","card_number":"4111111111111111"}', "411111\u20261111"),
        (b'{"name":"card 4111 1111 1111 1111 of somebody"}', "card 411111\u20261111 of somebody"),
        (b"{}", ""),
        (b"[1]", ""),
        (b'"name"', ""),
        (b'{"name":7}', ""),
        (b'{"name":', ""),
        (b'{"name":"\xff"}', ""),
        (b'{"name":"\\ud800"}', ""),
        (b"", ""),
        (b'{"type":"financial-transaction","amount":' + b"[" * 900 + b"]" * 900 + b"}", ""),
        (b'{"type":"autonomous-system","number":' + b"[" * 900 + b"]" * 900 + b"}", "AS"),
        (b"[" * 5000, ""),
    ],
)
def test_bytes_that_nobody_has_checked_are_called_by_what_can_be_read(raw, title):
    assert title_in(raw) == title


@given(
    raw=st.one_of(
        st.binary(max_size=400),
        st.builds(
            lambda type_, said: json.dumps({"type": type_, **said}).encode(),
            st.sampled_from(TYPES),
            st.dictionaries(st.sampled_from(MEMBERS), ANY),
        ),
    )
)
def test_whatever_bytes_come_a_title_is_one_printable_line(raw):
    title = title_in(raw)
    assert title == title.strip()
    assert title.isprintable()
    assert len(title) <= TITLE_CHARS
