"""goAML reports by a mapping: read, written, and nothing that leads out of the file."""

from __future__ import annotations

from contextlib import suppress
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.errors import Refused
from lienlac.stix.foreign import goaml
from lienlac.stix.observed import named_in
from tests.stix.material import checked

AT = 1_795_593_600_000_000
REPORT = """<?xml version="1.0" encoding="UTF-8"?>
<report xmlns="urn:example"><rentity_id>1</rentity_id>
 <transaction>
  <transactionnumber>FT26330123456</transactionnumber><date_transaction>2026-11-24T09:30:00</date_transaction>
  <amount_local>12450000000</amount_local><transaction_description>nap tien &amp; phi</transaction_description>
  <t_from_my_client><from_account><institution_name>Vietcombank</institution_name><institution_code>970436</institution_code>
    <account>0071000123456</account><currency_code>VND</currency_code><account_name>NGUYEN VAN A</account_name></from_account></t_from_my_client>
  <t_to><to_person><first_name>Trần</first_name><last_name>B</last_name><phones><phone><tph_number>+84912345678</tph_number></phone></phones></to_person></t_to>
 </transaction>
 <activity><t_entity><name>Shell Ltd</name><email>no mail</email></t_entity><t_account><account>123456</account></t_account></activity>
</report>
"""


def test_a_report_is_taken() -> None:
    made = goaml.objects_of(REPORT.encode(), goaml.proposed(), at_us=AT)
    objects = {item["id"]: checked(item) for item in made.objects}
    kinds = sorted(stix.type for stix in objects.values() if stix.type != "relationship")
    assert kinds == ["bank-account", "financial-transaction", "identity", "identity", "phone-number"]
    payment = next(stix for stix in objects.values() if stix.type == "financial-transaction")
    assert payment.value["memo"] == "nap tien & phi"
    assert (payment.value["currency"], payment.value["executed"]) == ("VND", "2026-11-24T09:30:00Z")
    assert objects[payment.value["from_ref"]].value["account_number"] == "0071000123456"
    assert {stix.value["name"] for stix in objects.values() if stix.type == "identity"} == {"Trần B", "Shell Ltd"}
    assert sorted(made.left_out) == [("t_account", "goaml-account"), ("t_entity", "email-malformed")]
    assert ("payment-ref", "FT26330123456") in {
        (one.type, one.value) for stix in objects.values() for one in named_in(stix.value)
    }


def test_what_is_written_is_read_the_same() -> None:
    first = goaml.objects_of(REPORT.encode(), goaml.proposed(), at_us=AT).objects
    text = goaml.report_of(first, goaml.proposed())
    second = goaml.objects_of(text.encode(), goaml.proposed(), at_us=AT).objects
    kinds = {"bank-account", "financial-transaction"}
    assert {item["id"] for item in first if item["type"] in kinds} == {item["id"] for item in second}


def test_attack_a_card_number_in_whatever_a_bank_wrote_into_a_report() -> None:
    card = "4111111111111111"
    report = REPORT.replace("nap tien &amp; phi", f"nap the {card} cvv 123").replace("NGUYEN VAN A", f"A {card}")
    report = report.replace("Shell Ltd", f"Shell {card}").replace("FT26330123456", card)
    told = str(goaml.objects_of(report.encode(), goaml.proposed(), at_us=AT).objects)
    assert card not in told
    assert told.count("411111…1111") == 4
    assert "cvv 123" not in told


def test_another_country_s_names_are_a_file_and_no_program() -> None:
    own = resources.files("lienlac.stix").joinpath("data", "goaml.toml").read_text(encoding="utf-8")
    own = own.replace('"transactionnumber"', '"trxno"').replace("header = []", 'header = [["rentity_id", "<7>"]]')
    mapping = goaml.mapping_of(own)
    made = goaml.objects_of(REPORT.replace("transactionnumber", "trxno").encode(), mapping, at_us=AT).objects
    text = goaml.report_of(made, mapping)
    assert "<trxno>FT26330123456</trxno>" in text
    assert "<rentity_id>&lt;7&gt;</rentity_id>" in text


@pytest.mark.parametrize("text", ["", "[report]", "x = 1", "[[", "[report]\nroot = 5"])
def test_a_mapping_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Refused) as caught:
        goaml.mapping_of(text)
    assert caught.value.code == "goaml-mapping"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "x">]><r>&a;</r>', "goaml-xml"),
        (b'<!DOCTYPE r SYSTEM "http://x.example/r.dtd"><r/>', "goaml-xml"),
        (b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r>&a;</r>', "goaml-xml"),
        (b"<r>&a;</r>", "goaml-xml"),
        (b"<r>", "goaml-xml"),
        (b"", "goaml-xml"),
        (b'<?xml version="1.0" encoding="no-such"?><r/>', "goaml-xml"),
        (b"<r>" * 10_000 + b"</r>" * 10_000, "too-deep"),
    ],
)
def test_a_file_that_leads_elsewhere_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as caught:
        goaml.objects_of(data, goaml.proposed(), at_us=AT)
    assert caught.value.code == code


parts = st.sampled_from(
    [
        "<transaction>",
        "</transaction>",
        "<t_from>",
        "</t_from>",
        "<from_account>",
        "</from_account>",
        "<account>12345</account>",
        "<swift>DBSSSGSG</swift>",
        "<iban>x</iban>",
        "<amount_local>1e9</amount_local>",
        "<t_person>",
        "</t_person>",
        "<first_name>\u202eA</first_name>",
        "&#0;",
        "&#x1F600;",
        "text",
    ]
)


@given(st.lists(parts, max_size=15))
def test_no_report_raises_anything_but_a_refusal(found: list[str]) -> None:
    with suppress(Refused):
        for item in goaml.objects_of(f"<report>{''.join(found)}</report>".encode(), goaml.proposed(), at_us=AT).objects:
            with suppress(Refused):
                checked(item)
