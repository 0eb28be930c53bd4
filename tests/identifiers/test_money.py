"""Amounts: what people type has one reading or is refused; what is sent has exactly the currency's decimals."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import vocabulary
from lienlac.errors import Refused, catalogue
from lienlac.identifiers.money import (
    CURRENCIES,
    Money,
    checked,
    format_money,
    from_minor_units,
    minor_units,
    parse_money,
)


def test_every_currency_has_facts_and_a_name():
    assert set(CURRENCIES) == set(vocabulary.currencies.codes())
    assert CURRENCIES["VND"].decimals == 0


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("12.450.000.000", "VND", "12450000000"),
        ("12,450,000,000", "VND", "12450000000"),
        ("12 450 000 000 ₫", "VND", "12450000000"),
        ("12.450.000.000 đồng", "VND", "12450000000"),
        ("VNĐ 5.000", "VND", "5000"),
        ("5000đ", "VND", "5000"),
        ("12.450", "VND", "12450"),
        ("12,450", "VND", "12450"),
        ("12.450.000,00", "VND", "12450000"),
        ("48,250.00", "USD", "48250.00"),
        ("48.250,00", "USD", "48250.00"),
        ("$48,250.00", "USD", "48250.00"),
        ("48250.5 USD", "USD", "48250.50"),
        ("48,250", "USD", "48250.00"),
        ("48250", "USD", "48250.00"),
        ("0.99", "USD", "0.99"),
        ("US$ 1,234,567", "USD", "1234567.00"),
        ("1.234.567,89 €", "EUR", "1234567.89"),
        ("000123", "VND", "123"),
    ],
)
def test_what_people_type_is_read(text, currency, amount):
    assert parse_money(text, currency) == Money(amount, currency)


@pytest.mark.parametrize(
    ("text", "currency", "code"),
    [
        ("48.250", "USD", "amount-ambiguous"),
        ("1,234.567", "USD", "amount-ambiguous"),
        ("12,450.000", "VND", "amount-ambiguous"),
        ("$5", "VND", "amount-other-currency"),
        ("5.000 đ", "USD", "amount-other-currency"),
        ("12.5", "VND", "amount-scale"),
        ("1.2345", "USD", "amount-scale"),
        ("0", "VND", "amount-not-positive"),
        ("0.00", "USD", "amount-not-positive"),
        ("9" * 16, "VND", "amount-too-large"),
        ("9" * 250, "VND", "amount-too-large"),
        ("9" * 20_000_000, "VND", "amount-malformed"),
        ("-5", "USD", "amount-malformed"),
        ("1e9", "VND", "amount-malformed"),
        ("12,45 tỷ", "VND", "amount-malformed"),
        ("1.23.456", "VND", "amount-malformed"),
        ("1,23,456", "VND", "amount-malformed"),
        ("0.123", "VND", "amount-malformed"),
        ("1.000 000", "VND", "amount-malformed"),
        ("١٢٣", "VND", "amount-malformed"),
        ("10²", "VND", "amount-malformed"),
        ("", "VND", "amount-malformed"),
        ("NaN", "USD", "amount-malformed"),
        ("5", "XYZ", "currency-unknown"),
    ],
)
def test_a_doubtful_amount_is_refused(text, currency, code):
    with pytest.raises(Refused) as refused:
        parse_money(text, currency, field="amount")
    assert refused.value.code == code
    assert refused.value.field == "amount"
    for language in ("vi", "en"):
        assert "…" not in refused.value.sentence(language)


@pytest.mark.parametrize(
    ("money", "vi", "en"),
    [
        (Money("12450000000", "VND"), "12.450.000.000 ₫", "VND 12,450,000,000"),
        (Money("48250.00", "USD"), "48.250,00 USD", "$48,250.00"),
        (Money("999", "JPY"), "999 JPY", "¥999"),
        (Money("1000.50", "EUR"), "1.000,50 EUR", "€1,000.50"),
    ],
)
def test_amounts_are_shown_as_each_language_writes_them(money, vi, en):
    assert format_money(money, "vi") == vi
    assert format_money(money, "en") == en


def test_an_amount_in_no_language_groups_by_narrow_spaces():
    assert str(Money("48250.00", "USD")) == "48\u202f250.00 USD"


@pytest.mark.parametrize(
    "data",
    [
        b'{"amount":48250.00,"currency":"USD"}',
        b'{"amount":"48,250.00","currency":"USD"}',
        b'{"amount":"-1","currency":"USD"}',
        b'{"amount":"1e9","currency":"USD"}',
        b'{"amount":"01","currency":"USD"}',
        b'{"amount":"1","currency":"usd"}',
        b'{"amount":"1","currency":"USD","minor":true}',
    ],
)
def test_an_amount_that_is_no_plain_decimal_text_does_not_leave_the_decoder(data):
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(data, type=Money)


def test_a_newline_after_an_amount_is_refused_by_the_check():
    with pytest.raises(Refused) as refused:
        checked(Money("5\n", "USD"), path="body")
    assert (refused.value.code, refused.value.field) == ("amount-malformed", "body.amount")


@given(st.integers(1, 10**15 - 1), st.sampled_from(sorted(CURRENCIES)))
def test_smallest_units_there_and_back(units, currency):
    money = from_minor_units(units, currency)
    assert minor_units(money) == units
    assert checked(money) == money
    assert parse_money(format_money(money, "en"), currency) == money
    assert parse_money(format_money(money, "vi"), currency) == money
    assert parse_money(str(money), currency) == money


def assert_known(refused: Refused) -> None:
    assert refused.code in catalogue()


@given(st.text(max_size=30) | st.from_regex(r"[0-9., ]{1,24}", fullmatch=True), st.sampled_from(["VND", "USD", "??"]))
def test_any_text_is_an_amount_or_refused(text, currency):
    try:
        money = parse_money(text, currency)
    except Refused as refused:
        assert_known(refused)
    else:
        assert checked(money) == money
        assert minor_units(money) > 0
