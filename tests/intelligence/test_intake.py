"""A report is taken in: stripped, proposed, confirmed find by find, made into objects, known elsewhere; or dropped."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from lienlac import journal, limits
from lienlac.errors import LienlacError
from lienlac.identifiers.index.desk import Index
from lienlac.identifiers.index.mention import Mention
from lienlac.intelligence.collection import Draft, Marks
from lienlac.intelligence.desk import Intelligence
from lienlac.intelligence.intake import store
from lienlac.intelligence.intake.desk import Confirmed, Intake
from lienlac.intelligence.matching import EVERYTHING
from lienlac.keys.rest.safe import Safe
from lienlac.people.officer import Role
from lienlac.records.access.desk import Act
from lienlac.stix.checking import check
from tests.identifiers.test_finding import REPORT
from tests.people.cast import Cast
from tests.world.fakes import HandClock, SeededChance

if TYPE_CHECKING:
    from lienlac.intelligence.intake.desk import Proposed, Taken
    from lienlac.people.officer import Officer
    from lienlac.storage.database import Database

SAFE = Safe(b"k" * 32)


class Place:
    """Intelligence with an index, an intake, a collection, and officers."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock = database, HandClock()
        chance = SeededChance("intake")
        self.index = Index(SAFE)
        self.intelligence = Intelligence(
            database=database, clock=self.clock, chance=chance, record=journal.record, index=self.index
        )
        self.intake = Intake(
            self.intelligence, database=database, clock=self.clock, chance=chance, record=journal.record
        )
        self.cast = Cast(database, self.clock.now())
        self.cast.unit("cyber", "Phòng điều tra", "Investigation division")
        self.cast.unit("fraud", "Phòng chống lừa đảo", "Anti-fraud division")
        self.cast.add("giang", Role.ANALYST, unit="cyber")
        self.cast.add("sep", Role.SUPERVISOR, unit="cyber")
        self.cast.add("khac", Role.ANALYST, unit="fraud")
        self.cast.add("linh", Role.PROGRAMME_MANAGER, unit="cyber")
        self.collection = self.intelligence.create(self.cast["giang"], Draft(title="Forex"))

    def confirm(self, proposed: Proposed, *, types: set[str] | None = None, **changes: object) -> Taken:
        keep = {number for number, find in enumerate(proposed.finds) if types is None or find.type in types}
        said = {
            "title": "Vụ lừa đảo ngoại hối san-vang",
            "collection_id": self.collection.id,
            "keep": frozenset(keep),
            "banks": {},
            "typologies": ("fxp-rig",),
            "marks": Marks(tlp="amber"),
        }
        return self.intake.confirm(self.cast["giang"], proposed.draft.id, Confirmed(**{**said, **changes}))  # type: ignore[arg-type]

    def objects(self) -> dict[str, dict[str, object]]:
        page = self.intelligence.page(self.cast["giang"], self.collection.id, EVERYTHING, after_us=0, rows=200)
        return {value["id"]: value for row in page.rows if (value := json.loads(row.raw))}

    def times(self, officer: Officer, mention: Mention) -> int:
        self.intelligence.indexing.catch_up()
        with self.database.read() as connection:
            return self.index.look_up(connection, officer, mention).times


@pytest.fixture
def place(database: Database) -> Place:
    return Place(database)


def refused(call: object, *args: object) -> str:
    with pytest.raises(LienlacError) as caught:
        call(*args)  # type: ignore[operator]
    return caught.value.code


def test_a_pasted_report_becomes_objects(place: Place) -> None:
    proposed = place.intake.take_text(place.cast["giang"], REPORT, "PA05")
    taken = place.confirm(proposed)
    assert [one.state for one in taken.outcome.results if one.state == "held"] == []
    found = place.objects()
    kinds = {str(value["type"]) for value in found.values()}
    assert kinds >= {
        "report", "bank-account", "phone-number", "cryptocurrency-wallet", "payment-card", "messaging-account",
        "app-package", "financial-transaction", "email-addr", "domain-name", "url", "ipv4-addr", "file",
    }  # fmt: skip
    report = found[taken.report_id]
    assert set(report["object_refs"]) == set(found) - {taken.report_id}  # type: ignore[call-overload]
    assert report["labels"] == ["fxp-rig"]
    accounts = {
        value["account_number"]: value for value in found.values() if value["type"] == "bank-account" and "bin" in value
    }
    assert accounts["0071000123456"]["holder_name"] == "NGUYEN VAN A"
    assert accounts["19034567890123"]["holder_name"] == "Lê Thị Ánh"


def test_every_object_made_is_right_by_the_standard(place: Place) -> None:
    place.confirm(place.intake.take_text(place.cast["giang"], REPORT))
    for value in place.objects().values():
        remarks = {one.code for one in check(json.dumps(value).encode()).warnings}
        assert remarks <= {"unknown-type"}  # those of our own extension


def test_nothing_that_may_not_be_kept_is_kept(place: Place) -> None:
    """Neither in the draft nor in any object, nor in the journal."""
    proposed = place.intake.take_text(place.cast["giang"], REPORT, "thẻ 4111 1111 1111 1111")
    with place.database.read() as connection:
        rows = repr(list(connection.execute(sa.select(store.draft_table))))
    place.confirm(proposed, title="mật khẩu: Abc@12345")
    with place.database.read() as connection:
        entries = repr(journal.about(connection, proposed.draft.id))
    for secret in ("4111 1111 1111 1111", "4111111111111111", "Abc@12345", "CVV 123"):
        assert secret not in rows
        assert secret not in json.dumps(place.objects(), ensure_ascii=False)
        assert secret not in entries


def test_what_is_not_ticked_is_dropped(place: Place) -> None:
    proposed = place.intake.take_text(place.cast["giang"], REPORT)
    place.confirm(proposed, types={"phone"})
    assert {value["type"] for value in place.objects().values()} == {"report", "phone-number"}
    with place.database.read() as connection:
        assert store.get(connection, proposed.draft.id, place.cast["giang"].id) is None


def test_the_same_identifier_is_the_same_object(place: Place) -> None:
    for _ in range(2):
        place.confirm(place.intake.take_text(place.cast["giang"], "SĐT 0912345678"))
    assert sum(value["type"] == "phone-number" for value in place.objects().values()) == 1


def test_a_number_without_its_bank_becomes_an_account_when_it_is_named(place: Place) -> None:
    proposed = place.intake.take_text(place.cast["giang"], "so tai khoan 123456789012")
    assert refused(place.confirm, proposed) == "intake-nothing-kept"
    with pytest.raises(LienlacError) as caught:
        place.confirm(proposed, banks={0: "Ngân hàng Mặt Trăng"})
    assert caught.value.code == "intake-bank-unknown"
    place.confirm(proposed, banks={0: "vcb"})
    account = next(value for value in place.objects().values() if value["type"] == "bank-account")
    assert (account["bin"], account["account_number"]) == ("970436", "123456789012")


def test_a_report_that_waits_is_its_officers_alone(place: Place) -> None:
    proposed = place.intake.take_text(place.cast["giang"], REPORT)
    assert refused(place.intake.proposed, place.cast["sep"], proposed.draft.id) == "not-found"
    assert refused(place.intake.drop, place.cast["sep"], proposed.draft.id) == "not-found"
    assert place.intake.waiting(place.cast["sep"]) == []
    place.intake.drop(place.cast["giang"], proposed.draft.id)
    assert refused(place.intake.proposed, place.cast["giang"], proposed.draft.id) == "not-found"


def test_whoever_may_not_add_takes_nothing_in(place: Place) -> None:
    assert refused(place.intake.take_text, place.cast["linh"], REPORT) == "not-allowed"


def test_reports_that_wait_too_long_are_forgotten(place: Place) -> None:
    old = place.intake.take_text(place.cast["giang"], REPORT)
    place.clock.turn(limits.INTAKE_DRAFT_KEPT_DAYS * 86_400 + 60)
    place.intake.take_text(place.cast["sep"], "SĐT 0912345678")
    assert refused(place.intake.proposed, place.cast["giang"], old.draft.id) == "not-found"


def test_empty_and_endless_texts_are_refused(place: Place) -> None:
    assert refused(place.intake.take_text, place.cast["giang"], " \n") == "intake-text-empty"
    assert (
        refused(place.intake.take_text, place.cast["giang"], "a" * (limits.INTAKE_TEXT_MAX_CHARS + 1))
        == "intake-text-too-long"
    )


# --- the index of objects -----------------------------------------------------------------------------------------

ACCOUNT = Mention(type="bank-account", key="vn:970436:0071000123456", role="named")


def test_objects_are_in_the_index_and_as_hidden_as_their_collection(place: Place) -> None:
    place.confirm(place.intake.take_text(place.cast["giang"], REPORT), types={"bank-account"})
    assert place.times(place.cast["khac"], ACCOUNT) == 2  # the account, and the report in whose text it stands
    only = {"units": [place.cast.units["cyber"]], "officers": []}
    place.intelligence.access.change(place.cast["sep"], place.collection.id, Act.RESTRICT, **only, reason="Nghi lộ tin")
    assert (place.times(place.cast["khac"], ACCOUNT), place.times(place.cast["giang"], ACCOUNT)) == (0, 2)


def test_what_lies_above_the_ceiling_is_named_nowhere(place: Place) -> None:
    place.confirm(place.intake.take_text(place.cast["giang"], REPORT), types={"bank-account"}, marks=Marks(tlp="red"))
    assert place.times(place.cast["giang"], ACCOUNT) == 0


def test_made_anew_the_index_of_objects_is_the_same(place: Place) -> None:
    place.confirm(place.intake.take_text(place.cast["giang"], REPORT), types={"bank-account"})
    before = place.times(place.cast["giang"], ACCOUNT)
    assert place.index.rebuild(place.database, [place.intelligence.naming]) == len(place.objects())
    assert place.times(place.cast["giang"], ACCOUNT) == before == 2


def test_a_deleted_object_leaves_the_index(place: Place) -> None:
    place.confirm(place.intake.take_text(place.cast["giang"], "STK 0071000123456 VCB"))
    for object_id in place.objects():
        place.intelligence.delete(place.cast["giang"], place.collection.id, object_id, EVERYTHING)
    assert place.times(place.cast["giang"], ACCOUNT) == 0
