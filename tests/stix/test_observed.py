"""Which identifiers an object names, in the form in which the index compares them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import limits, vocabulary
from lienlac.errors import Refused
from lienlac.stix.checking import Stix, check
from lienlac.stix.extension import observable
from lienlac.stix.observed import named_in
from lienlac.stix.reading import objects_of
from tests.stix.material import UUID, checked, indicator, needs_data, real
from tests.stix.test_checking import of_type, versioned
from tests.stix.test_extension import GOOD

ETH = "0x52908400098527886E0F7030069857D2E4169EE7"


def named(value: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one.type, one.value) for one in named_in(checked(value).value)]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (of_type("domain-name", value="VCB-HoanTien.Example."), [("domain", "vcb-hoantien.example")]),
        (of_type("url", value="HXXP://vcb[.]example/Otp"), [("url", "http://vcb.example/Otp")]),
        (of_type("ipv4-addr", value="203.0.113.7/32"), [("ip", "203.0.113.7")]),
        (of_type("ipv4-addr", value="203.0.113.0/24"), []),
        (of_type("ipv6-addr", value="2001:0db8:0:0:0:0:0:1"), [("ip", "2001:db8::1")]),
        (of_type("email-addr", value="Ke.Toan@Example.COM"), [("email", "Ke.Toan@example.com")]),
        (of_type("file", hashes={"MD5": "A" * 32, "SHA-256": "B" * 64, "SSDEEP": "3:a:b"}), [("file-hash", "a" * 32), ("file-hash", "b" * 64)]),
        (of_type("user-account", account_type="telegram", account_login="@Lua_Dao"), [("telegram", "lua_dao")]),
        (of_type("user-account", account_type="unix", account_login="root"), []),
        (of_type("software", name="x"), []),
        (observable("bank-account", GOOD["bank-account"]), [("bank-account", "vn:970436:0071000123456")]),
        (observable("bank-account", {"iban": "DE89 3704 0044 0532 0130 01"}) | {"extensions": {f"extension-definition--{UUID}": {"extension_type": "new-sco"}}}, []),
        (observable("payment-card", GOOD["payment-card"]), [("card-trunc", "411111…1111")]),
        (observable("cryptocurrency-wallet", GOOD["cryptocurrency-wallet"]), [("tron", "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8")]),
        (observable("cryptocurrency-wallet", {"value": ETH, "chain": "other"}), [("eth", ETH.lower())]),
        (observable("phone-number", GOOD["phone-number"]), [("phone", "+84912345678")]),
        (observable("financial-transaction", GOOD["financial-transaction"]), [("payment-ref", "FT26330123456"), ("transfer-memo", "nap tien")]),
        (observable("messaging-account", {"service": "telegram", "account_id": "@CSKH_bot", "is_bot": True}), [("telegram-bot", "cskh_bot")]),
        (observable("app-package", GOOD["app-package"]), [("app-package", "vn.example.dichvucong")]),
        (indicator(pattern="[domain-name:value = 'A.example' OR ipv4-addr:value = '1.2.3.4']"), [("domain", "a.example"), ("ip", "1.2.3.4")]),
        (indicator(pattern=f"[file:hashes.'SHA-256' = '{'C' * 64}' AND file:name = 'x']"), [("file-hash", "c" * 64)]),
        (indicator(pattern="[network-traffic:dst_ref.value = '1.2.3.4' AND network-traffic:dst_port = 80]"), [("ip", "1.2.3.4")]),
        (indicator(pattern="[domain-name:value != 'a.example']"), []),
        (indicator(pattern_type="sigma", pattern="domain-name:value = 'a.example'"), []),
        (indicator(pattern="[phone-number:value = '0912 345 678']"), [("phone", "+84912345678")]),
        (versioned("observed-data", first_observed="2026-11-25T08:00:00Z", last_observed="2026-11-25T08:00:00Z", number_observed=1, objects={"0": {"type": "domain-name", "value": "x.example"}}), [("domain", "x.example")]),
    ],
)  # fmt: skip
def test_identifiers_are_found_in_their_normal_form(value: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert named(value) == found


def test_every_type_is_one_of_the_vocabulary() -> None:
    for kind, members in GOOD.items():
        for one in named_in(checked(observable(kind, members)).value):
            assert one.type in vocabulary.identifier_types


def test_a_block_list_does_not_flood_the_index() -> None:
    pattern = (
        "[" + " OR ".join(f"ipv4-addr:value = '10.0.{number // 250}.{number % 250}'" for number in range(1_500)) + "]"
    )
    assert len(named(indicator(pattern=pattern))) == limits.STIX_IDENTIFIERS_MAX


@needs_data
def test_real_objects_name_what_can_be_normalised() -> None:
    data = real("real21")
    found = 0
    for raw in objects_of(data, max_bytes=len(data)).objects:
        try:
            stix = check(raw)
        except Refused:
            continue
        found += len(named_in(stix.value))
    assert found > 50


@given(st.sampled_from(["domain-name", "url", "file", "bank-account", "payment-card", "user-account", "observed-data", "cryptocurrency-wallet", "phone-number", "messaging-account", "app-package", "financial-transaction"]), st.dictionaries(st.sampled_from(["value", "hashes", "iban", "bin", "account_number", "card_number", "service", "account_id", "chain", "objects", "reference", "account_type", "account_login", "x_opencti_value"]), st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.dictionaries(st.text(max_size=4), st.text(max_size=4), max_size=2) | st.just({"0": {"type": 1}}) | st.just({"0": {"type": "url", "value": []}}), max_size=6))  # fmt: skip
def test_odd_values_are_left_out_and_never_raise(kind: str, members: dict[str, Any]) -> None:
    """Objects that come from elsewhere than the check (an older version's store) are read without trust."""
    value = {"type": kind, **members}
    stix = Stix(
        id="x",
        type=kind,
        spec_version="2.1",
        version_us=None,
        created_us=None,
        revoked=False,
        created_by=None,
        marking_refs=(),
        refs=(),
        name="",
        raw=json.dumps(value).encode(),
        value=value,
    )
    assert all(one.value for one in named_in(stix.value))
