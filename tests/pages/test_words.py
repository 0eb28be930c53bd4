"""How things are said, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.ui.words import Words, digest_short, rfc3339, sort_key

VI = Words("vi", "Asia/Ho_Chi_Minh")
EN = Words("en", "America/New_York")
AT = datetime(2026, 11, 22, 20, 5, 9, tzinfo=UTC)


def test_an_instant_names_its_zone_and_the_others():
    assert VI.instant(AT) == "23/11/2026 03:05 (Hà Nội)"
    assert EN.instant(AT) == "22/11/2026 15:05 (Washington)"
    assert VI.elsewhere(AT) == "22/11/2026 15:05 (Washington) · 22/11/2026 20:05 (UTC)"
    assert EN.elsewhere(datetime(2026, 7, 1, 12, 0, tzinfo=UTC)) == "01/07/2026 19:00 (Hanoi) · 01/07/2026 12:00 (UTC)"
    assert rfc3339(AT) == "2026-11-22T20:05:09Z"


@pytest.mark.parametrize(
    ("length", "vi", "en"),
    [
        (timedelta(minutes=80), "1 giờ 20 phút", "1 h 20 min"),
        (timedelta(days=1, hours=2, minutes=59), "1 ngày 2 giờ", "1 d 2 h"),
        (timedelta(days=1, minutes=59), "1 ngày", "1 d"),
        (timedelta(minutes=3, seconds=59), "3 phút", "3 min"),
        (timedelta(seconds=59), "59 giây", "59 s"),
        (timedelta(0), "0 giây", "0 s"),
        (timedelta(minutes=-80), "1 giờ 20 phút", "1 h 20 min"),
    ],
)
def test_lengths_of_time_have_at_most_two_units(length, vi, en):
    assert VI.duration(length) == vi
    assert EN.duration(length) == en


@given(st.integers(-(10**12), 10**12))
def test_what_is_left_is_said_alike_for_a_whole_minute(left_us):
    now = AT - timedelta(microseconds=left_us)
    as_of = EN.as_of(AT, now)
    assert EN.left(AT, as_of) == EN.left(AT, now)
    assert (AT - as_of < timedelta(0)) == (AT - now < timedelta(0))
    assert (AT - as_of < timedelta(hours=2)) == (AT - now < timedelta(hours=2))
    assert abs((as_of - now).total_seconds()) < 60
    if abs(left_us) >= 60_000_000:
        assert (AT - as_of) % timedelta(minutes=1) == timedelta(0)


def test_time_left_and_overdue():
    assert VI.left(AT + timedelta(minutes=80), AT) == "còn 1 giờ 20 phút"
    assert VI.left(AT - timedelta(minutes=18), AT) == "quá hạn 18 phút"
    assert EN.left(AT + timedelta(minutes=80), AT) == "1 h 20 min left"
    assert EN.left(AT - timedelta(minutes=18), AT) == "overdue by 18 min"
    assert VI.ago(AT, AT + timedelta(seconds=30)) == "vừa xong"
    assert EN.ago(AT, AT + timedelta(hours=3)) == "3 h ago"


@pytest.mark.parametrize(
    ("amount", "currency", "vi", "en"),
    [
        ("12450000000", "VND", "12.450.000.000 ₫", "12,450,000,000 ₫"),
        ("25000", "USD", "25.000,00 USD", "25,000.00 USD"),
        ("25000.5", "USD", "25.000,50 USD", "25,000.50 USD"),
        ("0.12345678", "BTC", "0,12345678 BTC", "0.12345678 BTC"),
        ("1E+3", "VND", "1.000 ₫", "1,000 ₫"),
        (Decimal(-5), "EUR", "-5,00 EUR", "-5.00 EUR"),
    ],
)
def test_money_is_exact_and_names_its_currency(amount, currency, vi, en):
    assert VI.money(amount, currency) == vi.replace(" ", "\N{NO-BREAK SPACE}")
    assert EN.money(amount, currency) == en.replace(" ", "\N{NO-BREAK SPACE}")


def test_plural_forms():
    assert VI.ngettext("One browser was signed out.", "%(n)s browsers were signed out.", 1200) == (
        "Đã đăng xuất 1.200 trình duyệt."
    )
    assert EN.ngettext("One browser was signed out.", "%(n)s browsers were signed out.", 1) == (
        "One browser was signed out."
    )


def test_vietnamese_order_of_names():
    names = [
        "Đỗ An",
        "Dương Anh",
        "Ân",
        "An",
        "Ăn",
        "Ánh",
        "Anh",
        "Ảnh",
        "Ãnh",
        "Ạnh",
        "Ành",
        "Ơn",
        "Ôn",
        "On",
        "Ưa",
        "Ua",
    ]
    right = ["An", "Anh", "Ành", "Ảnh", "Ãnh", "Ánh", "Ạnh", "Ăn", "Ân", "Dương Anh", "Đỗ An"]
    assert sorted(names, key=sort_key) == [*right, "On", "Ôn", "Ơn", "Ua", "Ưa"]


@given(st.text())
def test_any_text_can_be_ordered(text):
    assert sort_key(text) == sort_key(text)


def test_digests_are_short_enough_to_compare():
    assert digest_short("ab" * 32) == "abababababab…"
    assert digest_short("ab") == "ab"
