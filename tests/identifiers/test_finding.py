"""Finding identifiers in texts: what is found, what must not be, what is cut away, and that no text makes it slow."""

from __future__ import annotations

import hashlib
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lienlac import limits
from lienlac.errors import Refused
from lienlac.identifiers import accounts, contact, vietqr
from lienlac.identifiers.accounts import VnAccount
from lienlac.identifiers.cards import find_card_numbers
from lienlac.identifiers.finding import TYPES, Find, read, strip
from lienlac.identifiers.finding.chains import base58check, checksummed, segwit
from lienlac.identifiers.finding.handles import of_url

REPORT = """CÔNG AN TỈNH A – PHÒNG AN NINH MẠNG
BÁO CÁO ban đầu, biên bản số 1234567/BB-PA05 ngày 12/11/2026

Chị Trần Thị B (CCCD 001185012345, SĐT 0912 345 678) được đối tượng dùng Zalo 0988.765.432 và Telegram
@GoldFx_Support kết bạn, dụ tham gia sàn hxxps://san-vang[.]com/dang-ky?ref=8812 (máy chủ MT5: GoldTrade-Live01).
Chị đã chuyển 100 triệu vào STK 0071000123456 Vietcombank chủ TK NGUYEN VAN A, sau đó 1,5 tỷ vào số tài khoản
19034567890123 tại Techcombank (chủ tài khoản: Lê Thị Ánh), cuối cùng $5,000 vào ví
TJRabPrwbZy45sbavfcjinPJC18kjpRTv8 và ví 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed.

Thẻ bị lộ: 4111 1111 1111 1111, CVV 123, mã OTP là 456789, mật khẩu: Abc@12345.
MST công ty: 0100109106. Thư: hotro (at) san-vang [.] com. IP máy chủ 103.21.244.15; phiên bản ứng dụng 1.2.3.4.
Ứng dụng com.goldfx.trade, SHA256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855.
Xe biển số 30A-123.45. IMEI 490154203237518. Nhóm t.me/goldfx_vip, facebook.com/profile.php?id=100012345678901.
Trang giả: vietc\u043embank.com. IBAN DE89 3704 0044 0532 0130 00, SWIFT: DEUTDEFF.
UETR 97ed4827-7b6f-4491-a06f-b548d5a7512d. Kênh https://www.tiktok.com/@gold.fx
"""

WANTED = [
    ("person-id", "001185012345"),
    ("phone", "+84912345678"),
    ("phone", "+84988765432"),
    ("telegram", "GoldFx_Support"),
    ("url", "https://san-vang.com/dang-ky?ref=8812"),
    ("mt-server", "GoldTrade-Live01"),
    ("amount", "100000000 VND"),
    ("bank-account", "vn:970436:0071000123456"),
    ("name", "NGUYEN VAN A"),
    ("amount", "1500000000 VND"),
    ("bank-account", "vn:970407:19034567890123"),
    ("name", "Lê Thị Ánh"),
    ("amount", "5000.00 USD"),
    ("tron", "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"),
    ("eth", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
    ("card-trunc", "411111…1111"),
    ("tax-code", "0100109106"),
    ("email", "hotro@san-vang.com"),
    ("ip", "103.21.244.15"),
    ("app-package", "com.goldfx.trade"),
    ("file-hash", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("plate", "30A12345"),
    ("imei", "490154203237518"),
    ("telegram", "goldfx_vip"),
    ("facebook", "100012345678901"),
    ("domain", "xn--vietcmbank-ivi.com"),
    ("iban", "DE89370400440532013000"),
    ("bic", "DEUTDEFF"),
    ("payment-ref", "97ed4827-7b6f-4491-a06f-b548d5a7512d"),
    ("tiktok", "gold.fx"),
]


def only(text: str) -> Find:
    """The single find of a text, amounts and names aside."""
    finds = [find for find in read(text).finds if find.type not in {"amount", "name"}]
    assert len(finds) == 1, finds
    return finds[0]


def types(text: str) -> set[str]:
    """The types found in a text."""
    return {find.type for find in read(text).finds}


def test_a_police_report() -> None:
    """Everything of a report as people write them, in its order, and nothing else."""
    reading = read(REPORT)
    assert [(find.type, find.value) for find in reading.finds] == WANTED
    assert reading.removed == {"card": 1, "secret": 3}
    assert not reading.more


def test_what_may_not_be_kept_is_nowhere() -> None:
    reading = read(REPORT)
    everything = reading.text + repr(reading.finds)
    for secret in ("4111 1111 1111 1111", "4111111111111111", "CVV 123", "456789,", "Abc@12345"):
        assert secret not in everything


def test_every_find_stands_where_it_says() -> None:
    reading = read(REPORT)
    for find in reading.finds:
        assert reading.text[find.start : find.end] == find.raw
        assert find.type in TYPES


def test_nothing_shown_can_be_clicked() -> None:
    for find in read(REPORT).finds:
        assert "http://" not in find.shown
        assert "https://" not in find.shown
        if find.type in {"url", "email", "domain", "ip"}:
            assert "[.]" in find.shown


def test_a_personal_number_is_shown_with_its_middle_hidden() -> None:
    find = only("CCCD số 001185012345")
    assert find.value == "001185012345"
    assert find.shown == "001••••••345"


@pytest.mark.parametrize(
    ("text", "type_", "value"),
    [
        ("Số TK: 0071 000 123456 - Ngân hàng TMCP Ngoại thương Việt Nam", "bank-account", "vn:970436:0071000123456"),
        ("STK 0912345678 MB Bank", "bank-account", "vn:970422:0912345678"),
        ("VCB 0071000123456", "bank-account", "vn:970436:0071000123456"),
        ("routing 021000021", "aba-rtn", "021000021"),
        ("so tai khoan 123456789012", "account-number", "123456789012"),
        ("gọi (024) 3825 1234", "phone", "+842438251234"),
        ("SĐT: +84.912.345.678", "phone", "+84912345678"),
        ("call +1 202 555 0123 now", "phone", "+12025550123"),
        ("sđt cũ 01234567890", "phone", "+84834567890"),
        ("CMND 012345678", "person-id", "012345678"),
        ("mã số thuế 0100109106-001", "tax-code", "0100109106-001"),
        ("san-vang[.]com", "domain", "san-vang.com"),
        ("truy cập vayvonnhanh.vn ngay", "domain", "vayvonnhanh.vn"),
        ("vay-von.top/login", "url", "https://vay-von.top/login"),
        ("hxxp://evil[.]example/x).", "url", "http://evil.example/x"),
        ("http://103.21.244.15:8080/a", "url", "http://103.21.244.15:8080/a"),
        ("103[.]21[.]244[.]15", "ip", "103.21.244.15"),
        ("2001:db8::8a2e:370:7334", "ip", "2001:db8::8a2e:370:7334"),
        ("zalo.me/0912345678", "zalo", "+84912345678"),
        ("https://zalo.me/g/abcxyz123", "zalo", "abcxyz123"),
        ("https://t.me/+AbCdEf12345", "telegram", "+AbCdEf12345"),
        ("https://t.me/GoldFxBot", "telegram-bot", "GoldFxBot"),
        ("https://www.facebook.com/groups/123456789012345", "facebook", "123456789012345"),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "btc", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
        ("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "btc", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"),
        ("0x" + "ab" * 32, "crypto-tx", "0x" + "ab" * 32),
        ("txid " + hashlib.sha256(b"x").hexdigest(), "crypto-tx", hashlib.sha256(b"x").hexdigest()),
        ("md5 d41d8cd98f00b204e9800998ecf8427e", "file-hash", "d41d8cd98f00b204e9800998ecf8427e"),
        ("thẻ 970436******1234", "card-trunc", "970436…1234"),
        ("server XM-Demo 3 trên MT4", "mt-server", "XM-Demo 3"),
        ("xe 51F-123.45", "plate", "51F12345"),
    ],
)
def test_found(text: str, type_: str, value: str) -> None:
    find = only(text)
    assert (find.type, find.value) == (type_, value)


@pytest.mark.parametrize(
    "text",
    [
        "phiên bản 1.2.3.4",
        "version 10.0.19.1",
        "mục 1.2.3.4",
        "mã đơn AB0912345678XY",
        "đơn 40912345678901234567890912345678",
        "số 0912345678/BB-CA ngày 12/11/2026",
        "ngày 12.11.2026 lúc 22:40:15",
        "tệp bao-cao.docx và invoice.zip",
        "tôi không biết.Tôi đã chuyển",
        "mã 012345678901",
        "T" + "z" * 33,
        "0" * 64,
        "biên bản số 1234567",
        "12:30:45:10",
        "com.vn",
        "CCCD 097185012345",
        "MST 0100109107",
        "IMEI 490154203237519",
        "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLz",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
        "DE89 3704 0044 0532 0130 01",
    ],
)
def test_not_found(text: str) -> None:
    assert types(text) <= {"amount"}


def test_a_telephone_inside_a_longer_number_is_none() -> None:
    """Also where a separator cuts the longer number."""
    assert "phone" not in types("1234567890912345678")
    assert "phone" not in types("999-0912345678901")


def test_a_homograph_is_flagged() -> None:
    """Cyrillic о in a Latin name; and the same in punycode."""
    assert "homograph" in only("vietc\u043embank.com").notes
    assert {"punycode", "homograph"} <= set(only("https://xn--vietcmbank-ivi.com/a").notes)
    assert only("https://vietcombank.com.vn/a").notes == ()


def test_an_altered_wallet_is_told_and_never_matched() -> None:
    """One letter in the wrong case: EIP-55 fails."""
    find = only("ví 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed")
    assert find.notes == ("check-digit-wrong",)
    assert find.key == ""


def test_a_vietqr_becomes_its_account() -> None:
    code = vietqr.build(VnAccount(bin="970436", number="0071000123456"))
    assert only(f"quét mã {code} để trả").key == "vn:970436:0071000123456"
    assert only(f"quét mã {code[:-1]}0 để trả").sureness == "possible"


def test_two_spellings_of_a_bank_are_one_account() -> None:
    keys = {only(f"STK 0071000123456 {bank}").key for bank in ("Vietcombank", "VCB", "ngân hàng Ngoai thuong - VCB")}
    assert keys == {"vn:970436:0071000123456"}


def test_accounts_of_fourteen_digits_are_not_cut_as_cards() -> None:
    """One in ten fits some card scheme by chance; whoever writes "STK" before it means an account."""
    number = next(str(n) for n in range(30000000000000, 30000000001000) if find_card_numbers(str(n)))
    assert only(f"STK {number} Techcombank").key == f"vn:970407:{number}"
    assert strip(f"thẻ {number}").removed == {"card": 1}


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("CVV: 987", "987"),
        ("cvc2 là 987", "987"),
        ("mã PIN của thẻ là 1593", "1593"),
        ("OTP 456789", "456789"),
        ("mã xác thực: 456789", "456789"),
        ("mật khẩu là Meo@2026", "Meo@2026"),
        ("password: hunter2!", "hunter2!"),
        ("mk: abc123", "abc123"),
        ("bot 123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1", "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1"),
    ],
)
def test_secrets_are_cut_away(text: str, secret: str) -> None:
    stripped = strip(text)
    assert secret not in stripped.text
    assert sum(stripped.removed.values()) == 1
    assert strip(stripped.text).text == stripped.text


def test_the_words_about_secrets_stay() -> None:
    """Advice is not a secret."""
    text = "Không cung cấp mã OTP, mật khẩu cho bất kỳ ai. Spinning pin is fine."
    assert strip(text).text == text


def test_finds_are_bounded() -> None:
    reading = read("0912345678 và " * (limits.FINDING_MAX_FINDS + 10))
    assert len(reading.finds) == limits.FINDING_MAX_FINDS
    assert reading.more


# --- properties ---------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        "0912345678", "STK ", "Vietcombank ", "4111 1111 1111 1111", "@", ".", "[.]", "hxxp://", "://", ":", "-", " ",
        "a", "đ", "ố", "1", "00020101", "6304ABCD", "0x", "T", "bc1", "tỷ", "\n\n", "(at)", "mật khẩu: ", "OTP ", "+84",
        "IBAN DE89", "xn--", "\u043e", "▮▮▮", "…", "com", "vn", "-4", "::", "\u0301",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=400), st.lists(PIECES, max_size=60).map("".join))


@given(TEXTS)
@example("0912345678" * 20)
def test_reading_never_fails_and_says_where(text: str) -> None:
    reading = read(text)
    end = 0
    for find in reading.finds:
        assert reading.text[find.start : find.end] == find.raw
        assert find.start >= end
        end = find.end
        assert find.shown
        assert "http://" not in find.shown


@given(TEXTS)
def test_no_full_card_is_left(text: str) -> None:
    """Except fourteen or fifteen digits that are called an account."""
    left = find_card_numbers(strip(text).text)
    assert all(sum(sign.isdigit() for sign in strip(text).text[card.start : card.end]) in {14, 15} for card in left)


@given(TEXTS)
def test_reading_what_was_read_finds_the_same(text: str) -> None:
    """What is kept is the stripped text: looking again must give the same."""
    once = read(text)
    again = read(once.text)
    assert again.finds == once.finds


@given(st.from_regex(r"0[35789][0-9]{8}", fullmatch=True))
def test_a_mobile_number_is_found_however_it_is_spaced(number: str) -> None:
    spaced = f"SĐT {number[:4]} {number[4:7]} {number[7:]}"
    assert only(spaced).value == contact.parse_phone(number).e164


@given(st.integers(0, 10**13 - 1))
def test_an_account_with_its_bank_has_the_key_of_the_exact_parser(number: int) -> None:
    digits = f"{number:013d}"
    assert only(f"STK {digits} tại Vietcombank.").key == accounts.key(VnAccount(bin="970436", number=digits))


@given(st.binary(min_size=20, max_size=20), st.sampled_from([0x00, 0x05, 0x41]))
def test_base58_addresses_and_their_misspellings(body: bytes, version: int) -> None:
    data = bytes([version]) + body
    whole = data + hashlib.sha256(hashlib.sha256(data).digest()).digest()[:4]
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number, text = int.from_bytes(whole, "big"), ""
    while number:
        number, place = divmod(number, 58)
        text = alphabet[place] + text
    text = "1" * (len(whole) - len(whole.lstrip(b"\0"))) + text
    assert base58check(text, versions=(version,))
    assert not base58check(text, versions=(version ^ 0xFF,))
    wrong = text[:-1] + ("2" if text[-1] != "2" else "3")
    assert not base58check(wrong, versions=(version,))


@pytest.mark.parametrize(
    ("address", "right"),
    [
        # BIP-350's own vectors, good and bad
        ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", True),
        ("bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y", True),
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", True),
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", False),
        ("BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL", False),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh", False),
        ("bc1pw5dgrnzv", False),
        ("BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P", False),
        ("bc1zw508d6qejxtdg4y5r3zarvaryvqyzf3du", False),
        ("bc1gmk9yu", False),
    ],
)
def test_segwit_addresses(address: str, right: bool) -> None:
    """A taproot program has thirty-two bytes: a longer version-1 program is right by the letter, and nobody's."""
    assert segwit(address) is (right and "kt5nd6y" not in address)


@pytest.mark.parametrize(
    "address",
    [
        "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "fB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "dbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "D1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ],
)
def test_the_checksum_of_evm_addresses(address: str) -> None:
    assert checksummed(address.lower()) == address


@given(st.text(string.ascii_letters + string.digits + "/@.?=&_-:%", max_size=80))
def test_links_to_platforms_never_fail(path: str) -> None:
    for host in ("t.me", "zalo.me", "facebook.com", "tiktok.com"):
        try:
            url = contact.parse_url(f"https://{host}/{path}")
        except Refused:
            continue
        found = of_url(url)
        assert found is None or (found[0] in TYPES and found[1])
