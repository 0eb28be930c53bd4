"""Our extension: what it takes, what it never takes, the same id for the same thing, and the way to MISP."""

from __future__ import annotations

import importlib.util
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stix2.base import SCO_DET_ID_NAMESPACE

from lienlac.errors import Refused
from lienlac.identifiers.accounts import IbanAccount, OtherAccount, UsAccount, VnAccount
from lienlac.stix import extension
from lienlac.stix.checking import check
from lienlac.stix.extension import account_of, definition, observable, of_account
from tests.stix.material import UUID, checked, raw

GOOD = {
    kind: {name: value for name, value in example.items() if name not in {"type", "id", "spec_version", "extensions"}}
    for kind, example in extension.examples().items()
}


@pytest.mark.parametrize("kind", GOOD)
def test_every_type_has_an_example_that_passes(kind: str) -> None:
    stix = checked(observable(kind, GOOD[kind]))
    assert stix.type == kind
    assert {remark.code for remark in stix.warnings} == {"unknown-type"}


def test_there_is_an_example_for_every_type() -> None:
    assert (
        set(GOOD)
        == set(extension.kinds())
        == set(extension.schema()["$defs"]) - {"line", "number", "country", "at", "payer"}
    )


@pytest.mark.parametrize(
    ("kind", "wrong", "code"),
    [
        ("payment-card", {"card_number": "4111111111111111"}, "stix-form"),
        ("payment-card", {"card_number": "411111******1111", "cvv": "123"}, "stix-unwanted"),
        ("payment-card", {"scheme": "visa"}, "stix-missing"),
        ("bank-account", {"account_number": "0071000123456"}, "stix-one-of"),
        ("bank-account", {"bin": "970436"}, "stix-one-of"),
        ("phone-number", {"value": "0912345678"}, "stix-form"),
        ("cryptocurrency-wallet", {"value": "x", "chain": "tron"}, "stix-form"),
        ("cryptocurrency-wallet", {"value": "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "chain": "doge"}, "stix-choice"),
        ("financial-transaction", {"amount": "1"}, "stix-one-of"),
        ("financial-transaction", {"reference": "x", "to_ref": f"identity--{UUID}"}, "stix-reference"),
        ("messaging-account", {"service": "zalo"}, "stix-missing"),
        ("app-package", {"package_name": "noname", "platform": "android"}, "stix-form"),
        ("messaging-account", {"service": "zalo", "account_id": "a\nb"}, "stix-form"),
    ],
)
def test_what_breaks_our_schema_is_refused(kind: str, wrong: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as caught:
        check(raw(observable(kind, wrong)))
    assert caught.value.code == code


def test_the_same_name_used_by_others_is_not_held_to_our_schema() -> None:
    """OpenCTI sends bank accounts of its own; they are kept."""
    theirs = observable("bank-account", {"iban": "DE89 3704 0044 0532 0130 00"})
    theirs["extensions"] = {f"extension-definition--{UUID}": {"extension_type": "new-sco"}}
    assert checked(theirs).type == "bank-account"


def test_the_definition_itself_is_a_right_object_and_carries_the_schema() -> None:
    assert checked(definition()).warnings == ()
    assert checked(extension.creator()).warnings == ()
    assert json.loads(definition()["schema"]) == extension.schema()


@pytest.mark.parametrize("kind", GOOD)
def test_ids_are_made_as_the_standard_makes_them(kind: str) -> None:
    made = observable(kind, GOOD[kind])
    naming = {name: made[name] for name in sorted(extension.kinds()[kind].id) if name in made}
    canonical = json.dumps(naming, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert made["id"] == f"{kind}--{uuid.uuid5(SCO_DET_ID_NAMESPACE, canonical)}"


def test_a_holder_changes_no_id_and_a_bank_does() -> None:
    one = VnAccount(bin="970436", number="0071000123456", holder_name="A")
    assert of_account(one)["id"] == of_account(VnAccount(bin="970436", number="0071000123456"))["id"]
    assert of_account(one)["id"] != of_account(VnAccount(bin="970415", number="0071000123456"))["id"]


@pytest.mark.parametrize(
    "account",
    [
        VnAccount(bin="970436", number="0071000123456", holder_name="A"),
        IbanAccount(iban="DE89370400440532013000", bic="COBADEFFXXX", holder_name="B", bank_name="C"),
        UsAccount(aba="021000021", number="12345678", bank_name="D"),
        OtherAccount(bic="DBSSSGSG", number="0012345678"),
    ],
)
def test_an_account_goes_out_and_comes_back(account: Any) -> None:
    made = of_account(account)
    assert account_of(checked(made).value) == account


def test_every_member_is_mapped_to_a_relation_that_misp_has() -> None:
    spec = importlib.util.find_spec("pymisp")
    assert spec is not None
    assert spec.submodule_search_locations
    objects = Path(spec.submodule_search_locations[0]) / "data" / "misp-objects" / "objects"
    for kind, said in extension.kinds().items():
        template = json.loads((objects / said.misp / "definition.json").read_text(encoding="utf-8"))
        assert set(said.members.values()) <= set(template["attributes"]), kind
        assert set(said.members) <= set(extension.schema()["$defs"][kind]["properties"])


@given(
    st.sampled_from(sorted(GOOD)),
    st.dictionaries(
        st.sampled_from(["value", "iban", "bin", "account_number", "bic", "service"]),
        st.none() | st.text(max_size=20) | st.integers(),
        max_size=4,
    ),
)
def test_nothing_but_a_refusal_comes_out(kind: str, members: dict[str, Any]) -> None:
    made = {**observable(kind, {}), **members}
    try:
        stix = check(raw(made))
    except Refused as error:
        assert error.sentence("vi")  # noqa: PT017 - either way the reader gets something
    else:
        account_of(stix.value)
