"""Tables: guessed, confirmed, taken in row by row; what is wrong in a row costs that row and no other."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import limits, vocabulary
from lienlac.errors import Refused
from lienlac.stix.checking import Stix
from lienlac.stix.foreign import making, tables
from lienlac.stix.foreign.tables import Mapping
from lienlac.stix.observed import named_in
from tests.stix.material import checked

AT = 1_795_593_600_000_000
BANKS = """STK;Ngân hàng;Chủ tài khoản;Họ và tên;SĐT;Ghi chú
0071000123456;Vietcombank;NGUYEN VAN A;Nguyễn Văn A;0912 345 678;thẻ 4111 1111 1111 1111
19034567890123;970407;TRAN THI B;Trần Thị B;0987654321;
"""


def read(text: str, mapping: Mapping) -> list[tables.Row]:
    return list(tables.objects(text.splitlines(keepends=True), mapping, at_us=AT))


def stored(rows: list[tables.Row]) -> list[Stix]:
    return [checked(item) for row in rows for item in row.objects]


def test_a_bank_s_list_is_guessed_and_taken() -> None:
    seen = tables.preview(BANKS)
    assert (seen.delimiter, seen.guess) == (";", ["account-number", "bank", "holder", "name", "phone", "note"])
    rows = read(BANKS, Mapping(columns=seen.guess, delimiter=seen.delimiter))
    assert [row.number for row in rows] == [2, 3]
    assert not any(row.problems for row in rows)
    objects = stored(rows)
    named = {(one.type, one.value) for stix in objects for one in named_in(stix.value)}
    assert {
        ("bank-account", "vn:970436:0071000123456"),
        ("phone", "+84912345678"),
        ("bank-account", "vn:970407:19034567890123"),
    } <= named
    assert {stix.value["name"] for stix in objects if stix.type == "identity"} == {"Nguyễn Văn A", "Trần Thị B"}
    assert sum(stix.type == "relationship" for stix in objects) == 4


def test_a_whole_card_number_is_seen_nowhere() -> None:
    seen = tables.preview(BANKS)
    assert "4111 1111 1111 1111" not in str(seen.rows)
    rows = read(BANKS, Mapping(columns=seen.guess, delimiter=";"))
    cards = read("4111 1111 1111 1111\n411111******1111\n", Mapping(columns=["card-trunc"], has_header=False))
    assert "111111111111" not in str(rows + cards).replace(" ", "")
    assert [row.objects[0]["card_number"] for row in cards] == ["411111******1111"] * 2
    columns = ["domain", "note", "name", "payment-ref"]
    line = "x.example,thẻ 4111111111111111 cvv 123,A 4111111111111111,4111111111111111\n"
    (row,) = read(line, Mapping(columns=columns, has_header=False))
    assert "4111111111111111" not in str(row)
    assert "cvv 123" not in str(row)


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("a,b\nhttp://x.example/1,1.2.3.4\nhttp://y.example/2,5.6.7.8\n", ["url", "ip"]),
        ("x\tnote\n" + "a" * 64 + "\thello\n", ["file-hash", "note"]),
        ("what|else\nx@example.com|DE89370400440532013000\n", ["email", "iban"]),
        ("domain\nx.example\n", ["domain"]),
        ("whatever\nhello there\n", ["ignore"]),
        ("\ufeffSố điện thoại,Tên miền\n+84912345678,x.example\n", ["phone", "domain"]),
        ('url,note\n"http://x.example/a,b","line\nbreak"\n', ["url", "note"]),
    ],
)
def test_columns_are_guessed(text: str, guess: list[str]) -> None:
    assert tables.preview(text).guess == guess


def test_a_row_that_cannot_be_read_costs_no_other() -> None:
    rows = read("x.example\nnot a domain\n\ny.example\n", Mapping(columns=["domain"], has_header=False))
    assert [(row.number, len(row.objects), [(kind, error.code) for kind, error in row.problems]) for row in rows] == [
        (1, 1, []),
        (2, 0, [("domain", "domain-malformed")]),
        (3, 1, []),
    ]


def test_an_account_of_an_unknown_bank_is_said() -> None:
    (row,) = read("0071000123456,Ngân hàng Nào Đó\n", Mapping(columns=["account-number", "bank"], has_header=False))
    assert [error.code for _, error in row.problems] == ["table-bank"]


@pytest.mark.parametrize(
    "columns", [[], ["ignore"], ["note"], ["account-number"], ["bank", "phone"], ["no-such-kind"], ["domain"] * 65]
)
def test_a_mapping_that_gives_nothing_is_refused(columns: list[str]) -> None:
    with pytest.raises(Refused) as caught:
        read("x\n", Mapping(columns=columns))
    assert caught.value.code == "table-mapping"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "table-empty"),
        ("\n\n", "table-empty"),
        (",".join("x" * 65), "table-columns"),
        ('"x\n', "table-malformed"),
        ("x\0y\n", "table-malformed"),
        ("x" * 5_000 + "\n", "table-cell"),
    ],
)
def test_what_is_no_table_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        tables.preview(text)
    assert caught.value.code == code


def test_the_same_table_gives_the_same_objects_again() -> None:
    mapping = Mapping(columns=tables.preview(BANKS).guess, delimiter=";")
    assert read(BANKS, mapping) == read(BANKS, mapping)


def test_a_long_table_is_taken_row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as the test needs to show it: memory does not grow with rows."""

    def rows(number: int) -> Iterator[str]:
        return (f"10.{one // 65536}.{one // 256 % 256}.{one % 256}\n" for one in range(number))

    mapping = Mapping(columns=["ip"], has_header=False)
    tracemalloc.start()
    try:
        assert sum(len(row.objects) for row in tables.objects(rows(20_000), mapping, at_us=AT)) == 20_000
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    monkeypatch.setattr(limits, "TABLE_ROWS_MAX", 10)
    with pytest.raises(Refused) as caught:
        list(tables.objects(rows(11), mapping, at_us=AT))
    assert caught.value.code == "table-rows"


SAMPLES = {"domain": "x.example", "url": "http://x.example/", "ip": "2001:db8::1", "email": "a@x.example", "file-hash": "A" * 40, "phone": "0912345678", "iban": "DE89370400440532013000", "card-trunc": "411111…1111", "btc": "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "eth": "0x" + "a" * 40, "tron": "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "telegram": "@x", "telegram-bot": "@x_bot", "zalo": "x", "facebook": "x", "tiktok": "@x", "app-package": "vn.example.app", "payment-ref": "FT1"}  # fmt: skip


@pytest.mark.parametrize("kind", making.kinds())
def test_every_kind_makes_an_object_that_names_it_again(kind: str) -> None:
    assert kind in vocabulary.identifier_types
    stix = checked(making.observable(kind, SAMPLES[kind]))
    assert [{"iban": "bank-account"}.get(kind, kind)] == [one.type for one in named_in(stix.value)]


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
    st.lists(st.sampled_from(tables.choices()), min_size=1, max_size=5),
)
def test_no_text_raises_anything_but_a_refusal(text: str, columns: list[str]) -> None:
    with suppress(Refused):
        tables.preview(text)
    with suppress(Refused):
        for row in read(text, Mapping(columns=columns, has_header=False)):
            objects: list[dict[str, Any]] = row.objects
            for item in objects:
                with suppress(Refused):
                    checked(item)
