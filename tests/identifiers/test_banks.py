"""The bank table as it is shipped, and how banks are found by what people write."""

from __future__ import annotations

import csv
from importlib import resources
from pathlib import Path

import pytest
from stdnum import bic

from lienlac import vocabulary
from lienlac.errors import Refused
from lienlac.identifiers import banks

SHARED = Path(__file__).resolve().parents[3] / "shared" / "domain" / "vn_banks.csv"


def test_every_row_loads_with_a_bin_of_its_own():
    text = resources.files("lienlac.identifiers").joinpath("data", "vn_banks.csv").read_text(encoding="utf-8")
    assert len(banks.all_banks()) == len(text.splitlines()) - 1 == 73


@pytest.mark.parametrize("bank", banks.all_banks(), ids=lambda bank: bank.bin)
def test_every_row_is_whole(bank):
    assert len(bank.bin) == 6
    assert bank.bin.isdigit()
    assert bank.short_name
    assert bank.name_vi
    assert bank.kind in vocabulary.bank_kinds
    assert bank.vietqr in {"yes", "no", "unknown"}
    assert not bank.bic or (bic.is_valid(bank.bic) and banks.check_bic(bank.bic) == bank.bic and bank.bic[4:6] == "VN")
    assert bool(bank.relation) == bool(bank.related_bin)
    if bank.relation:
        assert bank.relation in {"alias-of", "merged-into", "licence-of"}
        assert banks.get(bank.related_bin).relation == ""
    assert banks.search(bank.bin, 1) == (bank,)
    assert bank in banks.search(bank.short_name)
    for language in ("vi", "en"):
        assert all("{" not in hint for hint in banks.hints(bank, language))


def test_vietabank_and_vietbank_are_not_swapped():
    assert (banks.get("970427").short_name, banks.get("970427").bic) == ("VietABank", "VNACVNVX")
    assert (banks.get("970433").short_name, banks.get("970433").bic) == ("VietBank", "VNTTVNVX")
    assert banks.search("vietbank")[0].bin == "970433"
    assert banks.search("vietabank")[0].bin == "970427"


@pytest.mark.skipif(not SHARED.exists(), reason="the collected list is not beside the project")
def test_bins_bics_and_names_are_those_collected():
    with SHARED.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            bank = banks.get(row["bin"])
            assert (bank.code, bank.bic, bank.name_vi) == (row["code"], row["swift"], row["name_vi"])


@pytest.mark.parametrize(
    ("text", "bank_bin"),
    [
        ("970436", "970436"),
        ("vcb", "970436"),
        ("VIETCOMBANK", "970436"),
        ("ngoai thuong", "970436"),
        ("Ngân hàng Ngoại thương", "970436"),
        ("BFTVVNVX", "970436"),
        ("kỹ thương", "970407"),
        ("DongA", "970406"),
        ("Đông Á", "970406"),
        ("OceanBank", "970414"),
        ("bvbank", "970454"),
        ("ctg", "970415"),
        ("mb bank", "970422"),
        ("cimb", "422589"),
        ("bidv", "970418"),
        ("momo", "971025"),
        ("tín dụng không có", None),
        ("", None),
        ("   -- ", None),
    ],
)
def test_a_bank_is_found_by_what_people_write(text, bank_bin):
    found = banks.search(text)
    assert (found[0].bin if found else None) == bank_bin


def test_an_unknown_bin_names_those_alike():
    with pytest.raises(Refused) as refused:
        banks.get("970463"[::-1], field="bin")
    assert refused.value.code == "bank-unknown"
    with pytest.raises(Refused) as refused:
        banks.get("970346")
    assert "970436 Vietcombank" in refused.value.sentence("en")
    assert "970436 Vietcombank" in refused.value.sentence("vi")


@pytest.mark.parametrize("text", ["", "97043", "9704366", "97043a", "９７０４３６", "970436\n"])
def test_a_bin_is_six_plain_digits(text):
    with pytest.raises(Refused) as refused:
        banks.get(text)
    assert refused.value.code == "bin-malformed"


def test_renamed_and_merged_banks_get_a_hint():
    assert banks.hints(banks.get("970406"), "en") == ("Vikki Bank was formerly called DongA Bank.",)
    assert "sáp nhập vào Sacombank" in banks.hints(banks.get("970417"), "vi")[0]
    assert "970418" in banks.hints(banks.get("970401"), "en")[0]
    assert banks.hints(banks.get("970436"), "en") == ()


def test_a_bic_shared_by_two_branches_names_no_bank():
    assert banks.by_bic("IBKOVNVX") is None
    assert banks.by_bic("BFTVVNVX001") == banks.get("970436")
    assert banks.by_bic("BIDVVNVX") == banks.get("970418")
    assert banks.by_bic("") is None


@pytest.mark.parametrize(
    ("text", "code"), [("BFTVXQVX", "bic-country"), ("BFTV", "bic-malformed"), ("BFTV1NVX", "bic-malformed")]
)
def test_an_invented_bic_is_refused(text, code):
    with pytest.raises(Refused) as refused:
        banks.check_bic(text)
    assert refused.value.code == code
