"""FollowTheMoney there and back; what has no counterpart is named."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.errors import Refused
from lienlac.stix.foreign import ftm
from lienlac.stix.observed import named_in
from tests.stix.material import checked

AT = 1_795_593_600_000_000


def entity(entity_id: str, schema: str, /, **properties: Any) -> dict[str, Any]:
    return {
        "id": entity_id,
        "schema": schema,
        "properties": {key: value if isinstance(value, list) else [value] for key, value in properties.items()},
    }


CASE = [
    entity("own", "Ownership", owner="boss", asset="shell"),
    entity("boss", "Person", name="Nguyễn Văn A", email=["a@x.example", "no mail"], phone="+84912345678"),
    entity("shell", "Company", name="Shell Trading Ltd"),
    entity("acc", "BankAccount", iban="DE89370400440532013000", holder="shell", bankName="Example Bank"),
    entity("acc2", "BankAccount", accountNumber="0012345678", bic="DBSSSGSG", holder="boss"),
    entity(
        "pay",
        "Payment",
        payer="boss",
        beneficiary="shell",
        payerAccount="acc2",
        beneficiaryAccount="acc",
        amount="48250.00",
        currency="usd",
        date="2026-11-24",
        purpose="consulting",
    ),
    entity("wallet", "CryptoWallet", publicKey="TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", currency="USDT", holder="boss"),
    entity("chat", "UserAccount", service="Telegram", username="boss_tele", owner="boss"),
    entity("ship", "Vessel", name="MV Example"),
    entity("lost", "Directorship", director="nobody", organization="shell"),
    entity("poor", "BankAccount", accountNumber="123456"),
]


def taken(*entities: dict[str, Any]) -> ftm.Taken:
    lines = [json.dumps(one).encode() + b"\n" for one in entities]
    return ftm.objects_of(ftm.entities(lines), at_us=AT)


def test_a_case_is_taken_and_what_has_no_counterpart_is_named() -> None:
    made = taken(*CASE)
    objects = {item["id"]: checked(item) for item in made.objects}
    kinds = sorted(stix.type for stix in objects.values() if stix.type != "relationship")
    assert kinds == [
        "bank-account",
        "bank-account",
        "cryptocurrency-wallet",
        "email-addr",
        "financial-transaction",
        "identity",
        "identity",
        "messaging-account",
        "phone-number",
    ]
    assert dict(made.left_out) == {
        "ship": "schema Vessel",
        "boss": "email-malformed",
        "lost": "end-missing",
        "poor": "ftm-account",
    }
    ties = {
        (
            objects[stix.value["source_ref"]].type,
            stix.value["relationship_type"],
            objects[stix.value["target_ref"]].type,
        )
        for stix in objects.values()
        if stix.type == "relationship"
    }
    assert ("identity", "owns", "identity") in ties
    assert ("identity", "related-to", "bank-account") in ties
    payment = next(stix for stix in objects.values() if stix.type == "financial-transaction")
    assert {objects[ref].type for ref in payment.refs} == {"bank-account"}
    named = {(one.type, one.value) for stix in objects.values() for one in named_in(stix.value)}
    assert {
        ("phone", "+84912345678"),
        ("telegram", "boss_tele"),
        ("tron", "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"),
    } <= named


PAN = "4111111111111111"


def test_attack_a_card_number_in_whatever_somebody_wrote_into_a_case() -> None:
    made = taken(
        entity("boss", "Person", name=f"A {PAN}", description="thẻ 4111 1111 1111 1111, cvv 123, mật khẩu: hunter22"),
        entity(PAN, "Person", name="B"),
        entity("chat", "UserAccount", service="zalo", username=PAN),
        entity("acc", "BankAccount", accountNumber="0012345678", bic="DBSSSGSG", accountHolder=f"A {PAN}"),
        entity("card", "BankAccount", accountNumber=PAN, bic="DBSSSGSG"),
        entity("coins", "CryptoWallet", publicKey=PAN),
        entity(f"ship {PAN}", "Vessel", name="MV"),
        entity("pay", "Payment", purpose=f"trả {PAN}", transactionNumber=PAN, amount="1", currency="VND"),
    )
    told = json.dumps(made.objects, ensure_ascii=False)
    assert PAN not in told.replace(" ", "")
    assert "411111…1111" in told
    assert "hunter22" not in told
    assert "123" not in next(one["description"] for one in made.objects if "description" in one)
    assert made.left_out == [
        ("card", "card-number-given"),
        ("coins", "stix-form"),
        ("ship 411111…1111", "schema Vessel"),
    ]


def test_what_goes_out_comes_back_the_same() -> None:
    first = taken(*CASE).objects
    lines = list(ftm.entities_of(first))
    second = ftm.objects_of(ftm.entities(lines), at_us=AT).objects
    kinds = {"bank-account", "cryptocurrency-wallet", "messaging-account", "financial-transaction"}
    assert {item["id"] for item in first if item["type"] in kinds} == {
        item["id"] for item in second if item["type"] in kinds
    }
    assert {item["name"] for item in first if item["type"] == "identity"} == {
        item["name"] for item in second if item["type"] == "identity"
    }


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b"[]",
        b'{"id":"x","schema":"Person"}',
        b'{"id":1,"schema":"Person","properties":{}}',
        b'{"id":"x","schema":"Person","properties":{"name":"x"}}',
        b"not json",
    ],
)
def test_a_line_that_is_no_entity_is_refused(line: bytes) -> None:
    with pytest.raises(Refused) as caught:
        list(ftm.entities([line]))
    assert caught.value.code in {"ftm-line", "malformed"}


names = st.sampled_from(
    [
        "name",
        "email",
        "iban",
        "bic",
        "accountNumber",
        "holder",
        "amount",
        "date",
        "currency",
        "payerAccount",
        "publicKey",
        "service",
        "username",
        "owner",
        "asset",
    ]
)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "c"]),
            st.sampled_from(
                ["Person", "Company", "BankAccount", "Payment", "CryptoWallet", "UserAccount", "Ownership", "Vessel"]
            ),
            st.dictionaries(
                names,
                st.lists(
                    st.text(max_size=12) | st.sampled_from(["a", "b", "2026-13-01", "DE89370400440532013000"]),
                    max_size=2,
                ),
                max_size=4,
            ),
        ),
        max_size=5,
    )
)
def test_no_entity_raises_anything_but_a_refusal(found: list[tuple[str, str, dict[str, list[str]]]]) -> None:
    lines = [
        json.dumps({"id": name, "schema": schema, "properties": properties}).encode()
        for name, schema, properties in found
    ]
    with suppress(Refused):
        made = ftm.objects_of(ftm.entities(lines), at_us=AT)
        for item in made.objects:
            with suppress(Refused):
                checked(item)
        list(ftm.entities_of(made.objects))
