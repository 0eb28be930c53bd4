"""Folding, card numbers in free text, references, addresses, and the guess at what was pasted."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.errors import Refused, catalogue
from lienlac.identifiers import cards, contact, fold, guess, reference
from lienlac.identifiers.folding import compact


def assert_known(refused: Refused) -> None:
    assert refused.code in catalogue()


# --- folding ---


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đường dây tổ chức đánh bạc", "duong day to chuc danh bac"),
        ("NGUYỄN  Văn\tẤn ", "nguyen van an"),
        ("Ngân hàng TMCP Kỹ thương", "ngan hang tmcp ky thuong"),
        ("hoà / hòa", "hoa / hoa"),
        ("Ð", "d"),
        ("ﬁ Ａ", "fi a"),
    ],
)
def test_accents_and_strokes_fold_away(text, folded):
    assert fold(text) == folded


def letter_by_letter(text: str) -> str:
    """What folding means, asked of Unicode's tables for every letter."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = [one for one in apart if one.isspace() or unicodedata.category(one) not in {"Mn", "Cf", "Cc"}]
    return " ".join("".join({"đ": "d", "ð": "d", "ł": "l", "ø": "o"}.get(one, one) for one in bare).split())


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("ĐđẤấớ\u0301\u200b\x00İßﬁ \t\n")))
def test_what_is_remembered_of_letters_is_what_unicode_says(text):
    folded = text
    for _ in range(8):
        folded = letter_by_letter(folded)
    assert fold(text) == folded


def test_composed_and_decomposed_vietnamese_fold_alike():
    text = "Phường Trường Thọ, Thủ Đức, ỷ ỵ ẫ ữ"
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text())
def test_folding_twice_changes_nothing(text):
    folded = fold(text)
    assert fold(folded) == folded
    assert fold(text.upper()) == fold(text.upper().lower()) or not text.isascii()
    assert folded == folded.strip()
    assert compact(compact(text)) == compact(text)


def test_folding_settles_for_every_character():
    for point in range(sys.maxunicode + 1):
        letter = chr(point)
        if unicodedata.category(letter) not in {"Cs", "Cn", "Co"}:
            assert fold(fold(letter)) == fold(letter)


# --- cards ---


@pytest.mark.parametrize(
    ("text", "truncated"),
    [
        ("thẻ 4111111111111111 của bị hại", "thẻ 411111…1111 của bị hại"),
        ("4111 1111 1111 1111", "411111…1111"),
        ("4111-1111-1111-1111 CVV 123", "411111…1111 CVV 123"),
        ("4111111111111111 123", "411111…1111 123"),
        ("12/27 5555555555554444", "12/27 555555…4444"),
        ("amex 3782 822463 10005.", "amex 378282…0005."),
        ("9704366614626076016", "970436…6016"),
        ("4111111111111111, 5555555555554444", "411111…1111, 555555…4444"),
        ("4111\u00a01111\u00a01111\u00a01111", "411111…1111"),
    ],
)
def test_full_card_numbers_are_cut_down(text, truncated):
    assert cards.truncate_in(text) == truncated
    with pytest.raises(Refused) as refused:
        cards.refuse_card_numbers(text, field="facts")
    assert refused.value.code == "card-number-in-text"


@pytest.mark.parametrize(
    "text",
    [
        "0071000123456",
        "4111111111111112",
        "chuyển 12.450.000.000 VND lúc 03:05 ngày 23/11/2026",
        "UETR 123e4567-e89b-42d3-a456-426614174000",
        "DE89 3704 0044 0532 0130 00",
        "+84 912 345 678",
        "x4111111111111111",
        "41111111111111111111111",
        "970436…6016",
    ],
)
def test_other_numbers_stay(text):
    assert cards.truncate_in(text) == text
    cards.refuse_card_numbers(text)


@given(st.text(max_size=300) | st.text(alphabet="0123456789 -", max_size=200))
def test_nothing_is_left_to_cut_down(text):
    assert cards.find_card_numbers(cards.truncate_in(text)) == []


# --- references ---


def test_references_are_tidied():
    assert reference.parse_reference("  FT26327\t ABC \u200b") == "FT26327 ABC"
    assert reference.parse_uetr(" {123E4567-E89B-42D3-A456-426614174000} ") == "123e4567-e89b-42d3-a456-426614174000"


@pytest.mark.parametrize("text", ["", "  ", "---", "x" * 141])
def test_an_empty_or_endless_reference_is_refused(text):
    with pytest.raises(Refused) as refused:
        reference.parse_reference(text)
    assert refused.value.code == "reference-malformed"


@pytest.mark.parametrize("text", ["123e4567-e89b-12d3-a456-426614174000", "123e4567e89b42d3a456426614174000", ""])
def test_a_uuid_of_another_version_is_no_uetr(text):
    with pytest.raises(Refused) as refused:
        reference.parse_uetr(text)
    assert refused.value.code == "uetr-malformed"


# --- addresses ---


@pytest.mark.parametrize(
    ("text", "e164", "renumbered", "spoof_suspected"),
    [
        ("0912 345 678", "+84912345678", False, False),
        ("+84 (0)912-345-678", "+84912345678", False, False),
        ("01201234567", "+84701234567", True, False),
        ("0168 123 4567", "+84381234567", True, False),
        ("+841991234567", "+84591234567", True, False),
        ("+840912345678", "+84912345678", False, True),
        ("+1 202 456 1111", "+12024561111", False, False),
        ("+94 11 234 5678", "+94112345678", False, False),
    ],
)
def test_telephone_numbers(text, e164, renumbered, spoof_suspected):
    phone = contact.parse_phone(text)
    assert (phone.e164, phone.renumbered, phone.spoof_suspected) == (e164, renumbered, spoof_suspected)


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (contact.parse_domain, "San-Vang[.]Example.", "san-vang.example"),
        (contact.parse_domain, "sànvàng.vn", "xn--snvng-rqac.vn"),
        (contact.parse_email, "Nguyen.A@Example.COM", "Nguyen.A@example.com"),
        (contact.parse_email, "a [@] b[.]example", "a@b.example"),
        (contact.parse_url, "hxxps[:]//San[.]example/a?b=c#d", "https://san.example/a?b=c#d"),
        (contact.parse_url, "http://127.0.0.1:8080/", "http://127.0.0.1:8080/"),
        (contact.parse_url, "http://[::1]/", "http://[::1]/"),
    ],
)
def test_addresses_have_one_form(parse, text, value):
    assert parse(text) == value
    assert parse(value) == value


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (contact.parse_domain, "localhost"),
        (contact.parse_domain, "-a.example"),
        (contact.parse_domain, "a..example"),
        (contact.parse_domain, "stra\u00dfe.example"),
        (contact.parse_domain, "é" * 400 + ".example"),
        (contact.parse_domain, "1.2.3.4"),
        (contact.parse_domain, "a" * 64 + ".example"),
        (contact.parse_email, "no-at.example"),
        (contact.parse_email, "a@b@c"),
        (contact.parse_email, "a..b@c.example"),
        (contact.parse_url, "javascript:alert(1)"),
        (contact.parse_url, "https://user:pw@bank.example/"),
        (contact.parse_url, "https://exa mple.com/"),
        (contact.parse_url, "http://[::1"),
        (contact.parse_url, "http://a.example:99999/"),
        (contact.parse_url, "https://a.example/" + "x" * 2000),
        (contact.parse_phone, "113"),
        (contact.parse_phone, "+84 912 345 678 ext. 5"),
    ],
)
def test_a_malformed_address_is_refused(parse, text):
    with pytest.raises(Refused) as refused:
        parse(text, field="value")
    assert refused.value.code in catalogue()
    assert refused.value.field == "value"
    assert "https://" not in refused.value.sentence("en").replace("http:// or https:// and", "")


@given(st.text(max_size=80))
def test_defanging_twice_changes_nothing(text):
    once = contact.defang(text)
    assert contact.defang(once) == once


def test_a_defanged_address_is_no_link():
    assert contact.defang("Xem https://san.example/x và a@b.example") == "Xem hxxps://san[.]example/x và a@b[.]example"
    assert contact.refang(contact.defang("https://san.example/x")) == "https://san.example/x"


@pytest.mark.parametrize(
    "text",
    ["1.250.000.000 đồng", "Chuyển 850.000.000.", "(12.500 USD)", "từ 1.000 đến 2.000, rồi 3.000", "1.250.000,50"],
)
def test_money_is_no_address(text):
    assert contact.defang(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("103.200.100.250", "103[.]200[.]100[.]250"),
        ("http://103.200.100.250/x", "hxxp://103[.]200[.]100[.]250/x"),
        ("1.250.com", "1[.]250[.]com"),
        ("vip.100.200.example", "vip[.]100[.]200[.]example"),
        ("a@1.250", "a@1.250"),
    ],
)
def test_an_address_that_looks_like_money_is_defanged(text, shown):
    assert contact.defang(text) == shown


near_addresses = st.text(max_size=60) | st.text(alphabet="ab.@:/[]%-hxtp0é中", max_size=40).map("http://".__add__)


@given(near_addresses | st.text(alphabet="0123456789+ -()", max_size=20))
def test_any_text_is_an_address_or_refused(text):
    parsers = (contact.parse_phone, contact.parse_domain, contact.parse_email, contact.parse_url)
    for parse in (*parsers, reference.parse_reference, reference.parse_uetr):
        try:
            value = parse(text)
        except Refused as refused:
            assert_known(refused)
        else:
            if isinstance(value, str):
                assert parse(value) == value


# --- guess ---


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("970436 0071000123456", "vn-account", "Vietcombank 0071000123456"),
        ("Số tài khoản: 0071000123456 - Ngân hàng Ngoại thương", "vn-account", "Vietcombank 0071000123456"),
        ("ky thuong 1903 4567 8901 23", "vn-account", "Techcombank 19034567890123"),
        ("CAKE by VPBank 1234567", "vn-account", "CAKE 1234567"),
        ("MBBANK-0912345678", "vn-account", "MBBank 0912345678"),
        ("BFTVVNVX 0071000123456", "vn-account", "Vietcombank 0071000123456"),
        ("ABA 021000021 acct 123456789", "us-account", "ABA 021000021 123456789"),
        ("BKCHCNBJ 12345678", "bic-account", "BIC BKCHCNBJ 12345678"),
        ("IBAN: DE89 3704 0044 0532 0130 00", "iban", "DE89370400440532013000"),
        ("DE89 3704 0044 0532 0130 01", "iban", "DE89370400440532013001"),
        ("4111 1111 1111 1111", "card", "411111…1111"),
        ("0912 345 678", "phone", "+84912345678"),
        ("123E4567-e89b-42d3-a456-426614174000", "uetr", "123e4567-e89b-42d3-a456-426614174000"),
        ("hxxps://san-vang[.]example/a", "url", "https://san-vang.example/a"),
        ("a.b@gmail.com", "email", "a.b@gmail.com"),
        ("san-vang.example", "domain", "san-vang.example"),
        ("Vietcombank", "bin", "970436"),
        ("970436", "bin", "970436"),
        ("021000021", "aba", "021000021"),
        ("BKCHCNBJ", "bic", "BKCHCNBJ"),
        ("0071000123456", "number", "0071000123456"),
        ("VCB 0071000123456 500000", "text", "VCB 0071000123456 500000"),
        ("Tôi bị lừa", "text", "Tôi bị lừa"),
        ("48,250.00", "text", "48,250.00"),
        ("", "text", ""),
    ],
)
def test_what_was_pasted_is_guessed(text, kind, value):
    found = guess(text)
    assert (found.kind, found.value) == (kind, value)


@given(st.text(max_size=120) | st.text(alphabet="0123456789ABVN -.:", max_size=60))
def test_a_guess_never_fails(text):
    found = guess(text)
    assert found.problem is None or found.problem.code in catalogue()


@pytest.mark.parametrize("text", ["1 " * 100_000, "A" * 20_000_000, "(" * 10_000, "h" * 10_000 + "://", "a@" * 5_000])
def test_twenty_megabytes_of_text_are_cut_before_they_are_read(text):
    assert guess(text).kind in {"text", "number"}
