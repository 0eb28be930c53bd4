"""VietQR codes: read, built, and refused when anything about them is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.errors import Refused, catalogue
from lienlac.identifiers import VnAccount, banks, vietqr
from lienlac.identifiers.cards import is_card_number
from lienlac.identifiers.money import Money
from lienlac.identifiers.reference import tidy

ACCOUNT = VnAccount(bin="970436", number="0071000123456")
GOOD = vietqr.build(ACCOUNT, amount=Money("12450000000", "VND"), memo="Nap tien san", merchant_name="NGUYEN VAN A")


def assert_known(refused: Refused) -> None:
    assert refused.code in catalogue()


def sealed(text: str) -> str:
    return text + "6304" + vietqr.crc(text + "6304")


def test_the_check_value_is_crc16_ccitt_false():
    assert vietqr.crc("123456789") == "29B1"


def test_a_code_is_read():
    code = vietqr.parse(f"  {GOOD}\n")
    assert code.account == ACCOUNT
    assert code.amount == Money("12450000000", "VND")
    assert (code.memo, code.merchant_name, code.once) == ("Nap tien san", "NGUYEN VAN A", True)


def test_a_code_without_amount_is_read():
    code = vietqr.parse(vietqr.build(ACCOUNT))
    assert (code.amount, code.memo, code.once) == (None, "", False)


def test_a_code_with_an_unknown_field_and_a_small_check_value_is_read():
    text = sealed("000201010211" + GOOD[12 : GOOD.index("5303704")] + "5303704" + "54055000.5802VN9903abc")
    assert vietqr.parse(text[:-4] + text[-4:].lower()).amount == Money("5000", "VND")


TRANSFER = GOOD[12 : GOOD.index("5303704")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (GOOD[:-1], "qr-malformed"),
        (GOOD[:-4] + "0000", "qr-check"),
        (GOOD.replace("0071000123456", "0071000123457"), "qr-check"),
        (GOOD[:40], "qr-malformed"),
        ("", "qr-malformed"),
        ("https://example.com", "qr-malformed"),
        (GOOD + "5802VN", "qr-malformed"),
        (sealed("000201" + TRANSFER + TRANSFER), "qr-malformed"),
        (sealed("000202" + TRANSFER), "qr-malformed"),
        (sealed("000201" + TRANSFER + "5303840"), "qr-not-vietqr"),
        (sealed("000201" + "26120008A0000001"), "qr-not-vietqr"),
        (sealed("000201" + TRANSFER + "5403abc"), "amount-malformed"),
        (sealed("000201" + TRANSFER.replace("970436", "970999")), "bank-unknown"),
        ("0" * 513, "qr-too-long"),
        ("9" * 20_000_000, "qr-too-long"),
    ],
)
def test_a_broken_code_is_refused(text, code):
    with pytest.raises(Refused) as refused:
        vietqr.parse(text, field="qr")
    assert refused.value.code == code
    assert refused.value.field == "qr"


def test_a_code_that_pays_a_card_is_refused_without_its_number():
    card = TRANSFER.replace("0208QRIBFTTA", "0208QRIBFTTC")
    with pytest.raises(Refused) as refused:
        vietqr.parse(sealed("000201" + card))
    assert refused.value.code == "qr-card"
    hidden = "9704366614626076016"
    target = "0006970436" + f"01{len(hidden):02d}{hidden}"
    inner = f"0010A00000072701{len(target):02d}{target}0208QRIBFTTA"
    with pytest.raises(Refused) as refused:
        vietqr.parse(sealed(f"00020138{len(inner):02d}{inner}"))
    assert refused.value.code == "qr-card"
    assert hidden not in str(refused.value)


numbers = st.from_regex(r"[0-9A-Z]{6,19}", fullmatch=True).filter(lambda number: not is_card_number(number))


@given(
    st.sampled_from([bank.bin for bank in banks.all_banks()]),
    numbers,
    st.none() | st.integers(1, 10**13 - 1),
    st.text(max_size=25).map(tidy),
)
def test_what_is_built_is_read_again(bank_bin, number, dong, memo):
    account = VnAccount(bin=bank_bin, number=number)
    amount = None if dong is None else Money(str(dong), "VND")
    code = vietqr.parse(vietqr.build(account, amount=amount, memo=memo))
    assert (code.account, code.amount, code.memo, code.once) == (account, amount, memo, amount is not None)


@given(
    st.text(max_size=200) | st.text(alphabet="0123456789ABC", max_size=200).map(lambda rest: sealed("000201" + rest))
)
def test_any_text_is_a_code_or_refused(text):
    try:
        vietqr.parse(text)
    except Refused as refused:
        assert_known(refused)


@given(st.integers(0, len(GOOD) - 1), st.characters(codec="ascii"))
def test_one_changed_character_is_noticed(place, letter):
    changed = GOOD[:place] + letter + GOOD[place + 1 :]
    if changed.upper() == GOOD.upper() and place >= len(GOOD) - 4:
        return
    if changed == GOOD or changed.strip() == GOOD:
        return
    with pytest.raises(Refused):
        vietqr.parse(changed)
