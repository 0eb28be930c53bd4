"""Records of methods: written, corrected, shared, revoked; who may do what; what a hostile peer tries."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange.post import Outgoing
from lienlac.intelligence.collection import Draft
from lienlac.methods.desk import ADDRESSEES
from lienlac.methods.forms.examples import SEEDS
from lienlac.methods.forms.reading import read_method
from lienlac.methods.kinds import BODY_OF, METHOD_KINDS, REVOKE, SHARE
from lienlac.methods.leaving.lines import lines
from lienlac.people.officer import Role
from lienlac.records.forms.problems import FormRefused
from lienlac.releases.preview import BLACKENED
from lienlac.ui.words import Words
from lienlac.wire.bodies.agreement import SecondOfficer
from lienlac.wire.bodies.hotline import DataIdentifier, Officer
from lienlac.wire.bodies.methods import Item, Revoked, Shared
from lienlac.wire.message import Lane, Marks, Pap, Tlp, encode
from tests.hotline.scene import header_of
from tests.methods.scene import Analysts, method_form
from tests.world.fakes import START

MALLORY = Officer(name="Mallory", unit="Desk")
OTHER = "mth-" + "o" * 26


@pytest.fixture
def world(tmp_path: Path) -> Analysts:
    return Analysts(tmp_path)


def test_a_record_is_shared_corrected_and_revoked_and_each_receipt_comes_back(world: Analysts) -> None:
    written = world.write(links=["req-" + "a" * 26])
    assert world.vn.node.methods.partners()
    world.share(written.id)
    there = world.there(written.id)
    assert there.origin == world.vn.id
    assert there.body == written.body
    assert there.present.by_name == "Lê Phân Tích"
    assert there.present.links == (), "links never leave"
    world.change(written.id, title_en="Fake forex platform, second wave")
    world.share(written.id)
    there = world.there(written.id)
    assert [one.number for one in there.versions] == [1, 2]
    assert there.body.title_en.endswith("second wave")
    assert there.present.reason == "A step was missing."
    desk, pt = world.vn.node.methods, world.vn.officer("pt")
    desk.revoke(pt, written.id, "Two methods were taken for one.")
    world.deliver()
    there = world.there(written.id)
    assert there.revoked
    assert there.revoked_why == "Two methods were taken for one."
    assert len(there.versions) == 2, "what was revoked stays to be seen"
    shown = desk.show(pt, written.id)
    assert sorted((one.version, one.standing.name) for one in shown.sent) == [
        (0, "ACCEPTED"), (1, "ACCEPTED"), (2, "ACCEPTED"),
    ]  # fmt: skip
    assert shown.reached == {world.us.id: 0}


def test_a_marked_passage_leaves_black_and_stays_readable_here(world: Analysts) -> None:
    written = world.write(title_en="Fake broker of [[Mr Lan]]")
    world.share(written.id)
    assert world.there(written.id).body.title_en == f"Fake broker of {BLACKENED}"
    assert world.vn.node.methods.show(world.vn.officer("pt"), written.id).method.body.title_en.endswith("[[Mr Lan]]")
    open_ = world.write(title_en="Fake broker of [[Mr Lan")
    with pytest.raises(Refused, match="release-unclosed"):
        world.share(open_.id)


def test_who_has_the_version_already_is_passed_by(world: Analysts) -> None:
    written = world.write()
    assert len(world.share(written.id).sent) == 1
    assert world.share(written.id).sent == ()


def test_a_partners_record_is_read_and_never_changed(world: Analysts) -> None:
    written = world.write()
    world.share(written.id)
    desk, ana = world.us.node.methods, world.us.officer("ana")
    with pytest.raises(NotAllowed, match="method-foreign"):
        desk.change(ana, written.id, desk.read(method_form(reason="x"), again=True))
    with pytest.raises(NotAllowed, match="method-foreign"):
        desk.share(ana, written.id, [world.vn.id])
    with pytest.raises(NotAllowed, match="method-foreign"):
        desk.revoke(ana, written.id, "x")
    assert not desk.show(ana, written.id).may_write


def test_an_investigator_writes_and_does_not_share(world: Analysts) -> None:
    written = world.write(login="dtv")
    with pytest.raises(NotAllowed, match="not-allowed"):
        world.share(written.id, "dtv")
    world.vn.hire("pm", "Người Đọc", Role.PROGRAMME_MANAGER)
    with pytest.raises(NotAllowed, match="not-allowed"):
        world.write(login="pm")


def test_what_was_revoked_is_not_said_on(world: Analysts) -> None:
    written = world.write()
    desk, pt = world.vn.node.methods, world.vn.officer("pt")
    desk.revoke(pt, written.id, "Wrong.")
    with pytest.raises(NotAllowed, match="method-over"):
        world.change(written.id)
    with pytest.raises(NotAllowed, match="method-over"):
        world.share(written.id)
    with pytest.raises(Refused, match="reason-missing"):
        desk.revoke(pt, world.write().id, " ")


def test_where_it_is_agreed_a_second_officer_sees_every_field_that_leaves(tmp_path: Path) -> None:
    world = Analysts(tmp_path, second_officer=SecondOfficer(kinds=(SHARE, REVOKE)))
    written = world.write()
    (waiting,) = world.share(written.id).waits
    with pytest.raises(NotAllowed, match="not-found"):
        world.there(written.id)
    sep = world.vn.officer("sep")
    told = "\n".join(line.text for line in world.vn.node.releases.show(sep, waiting.id, Words("en", "UTC")).lines)
    for text in ("Fake forex platform", "loans", "goldentrade-fx[.]example", "Lê Phân Tích", "uncle"):
        assert text in told
    world.vn.node.releases.approve(sep, waiting.id, digest=waiting.digest)
    world.deliver()
    assert world.there(written.id).body == written.body
    world.change(written.id)
    (late,) = world.share(written.id).waits
    world.change(written.id, title_en="Third")
    with pytest.raises(NotAllowed, match="release-outdated"):
        world.vn.node.releases.approve(sep, late.id, digest=late.digest)


def test_lines_say_every_field_of_every_body() -> None:
    written = read_method(method_form(), START)
    for body in (
        Shared(version=2, method=written.body, officer=MALLORY, reason="x"), Revoked(officer=MALLORY, reason="y"),
    ):  # fmt: skip
        paths = {line.path for line in lines(body, Words("vi", "UTC"))}
        own = {name for name in body.__struct_fields__ if name != "method"}
        inner = set() if isinstance(body, Revoked) else {f"method.{name}" for name in body.method.__struct_fields__}
        assert paths == own | inner


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title_vi": ""}, "title_vi"),
        ({"summary": {}}, "summary"),
        ({"typologies": []}, "typologies"),
        ({"typologies": ["nonsense"]}, "typologies"),
        ({"steps": []}, "steps"),
        ({"steps": [{"vi": "x" * 2001}]}, "steps"),
        ({"identifiers": [{"type": "phone", "value": "1"}]}, "identifiers.0.value"),
        ({"sources": ["4111 1111 1111 1111"]}, "sources.0"),
        ({"marks": {"tlp": "pink"}}, "marks.tlp"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_every_mistake_names_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(FormRefused) as refused:
        read_method(method_form(**changes), START)
    assert field in [problem.field for problem in refused.value.problems]


def test_the_seeds_are_forms_that_are_right_in_both_languages() -> None:
    for seed in SEEDS:
        body = read_method(seed, START).body
        for name in ("steps", "scripts", "red_flags", "counter_measures"):
            assert all(item.vi and item.en for item in getattr(body, name)), name
        assert body.warning.vi
        assert body.warning.en


# --- a hostile peer -----------------------------------------------------------------------------------------------


def force(world: Analysts, kind: str, body: Any, record_id: str | None) -> tuple[str, str | None]:
    """The partner's own program sends whatever it likes, past its desk."""
    outgoing = Outgoing(
        kind=kind, body=body, recipient=world.vn.id, purpose="prevent-crime", legal_basis="contact-network-24-7",
        legal_basis_text="x", typology="fxp-rig", marks=Marks(tlp=Tlp.GREEN, pap=Pap.GREEN),
        addressees=ADDRESSEES, record_id=record_id,
    )  # fmt: skip
    settled: list[Any] = []
    node = world.us.node
    node.post.listen({}, {kind: [lambda _connection, one: settled.append(one)]})
    node.database.write(lambda connection: node.post.departures.send(connection, outgoing))
    world.deliver()
    return settled[-1].verdict.value, settled[-1].code


def shared(version: int = 1, **changes: Any) -> Shared:
    body = read_method(method_form(), START).body
    return Shared(version=version, method=msgspec.structs.replace(body, **changes), officer=MALLORY)


def test_changing_or_revoking_a_record_of_ours(world: Analysts) -> None:
    written = world.write()
    world.share(written.id)
    assert force(world, SHARE, shared(2, title_en="Poisoned"), written.id) == ("refused", "method-not-yours")
    assert force(world, REVOKE, Revoked(officer=MALLORY, reason="x"), written.id) == ("refused", "method-not-known")
    own = world.vn.node.methods.show(world.vn.officer("pt"), written.id).method
    assert not own.revoked
    assert own.body == written.body


def test_revoking_what_was_never_shared_and_sharing_without_an_id(world: Analysts) -> None:
    assert force(world, REVOKE, Revoked(officer=MALLORY, reason="x"), OTHER) == ("refused", "method-not-known")
    for record in (None, "flw-" + "o" * 26):
        assert force(world, SHARE, shared(), record) == ("refused", "method-missing")


def test_the_same_version_saying_two_things(world: Analysts) -> None:
    assert force(world, SHARE, shared(), OTHER)[0] == "accepted"
    assert force(world, SHARE, shared(), OTHER)[0] == "accepted", "the same again says nothing new"
    assert force(world, SHARE, shared(title_en="Other"), OTHER) == ("refused", "method-version-used")


def test_an_older_version_after_a_newer_one_and_anything_after_revoking(world: Analysts) -> None:
    assert force(world, SHARE, shared(3), OTHER)[0] == "accepted"
    assert force(world, SHARE, shared(2), OTHER) == ("refused", "method-version-old")
    assert force(world, REVOKE, Revoked(officer=MALLORY, reason="x"), OTHER)[0] == "accepted"
    assert force(world, SHARE, shared(4), OTHER) == ("refused", "method-revoked")


def test_items_without_words_and_records_without_steps(world: Analysts) -> None:
    assert force(world, SHARE, shared(red_flags=(Item(vi=" "),)), OTHER) == ("refused", "method-text-missing")
    assert force(world, SHARE, shared(steps=()), OTHER) == ("refused", "method-text-missing")


def test_records_without_end_are_bounded(world: Analysts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "METHODS_FROM_PEER_MAX", 1)
    assert force(world, SHARE, shared(), OTHER)[0] == "accepted"
    assert force(world, SHARE, shared(), "mth-" + "p" * 26) == ("refused", "methods-too-many")
    assert force(world, SHARE, shared(2), OTHER)[0] == "accepted", "a correction still fits"


def test_the_longest_record_fits_a_message() -> None:
    item = Item(vi="ữ" * limits.METHOD_ITEM_MAX_CHARS, en="x" * limits.METHOD_ITEM_MAX_CHARS)
    items = (item,) * limits.METHOD_ITEMS_MAX
    names = tuple(
        DataIdentifier(type="domain", value="x" * limits.LINE_MAX_CHARS) for _ in range(limits.METHOD_IDENTIFIERS_MAX)
    )
    body = shared(steps=items, red_flags=items, identifiers=names)
    assert encode(header_of("vn-a05", "us-ic3", SHARE, 1, OTHER, START), body)


def test_kinds_travel_in_the_normal_lane() -> None:
    assert {kind.lane for kind in METHOD_KINDS} == {Lane.NORMAL}
    assert [kind.name for kind in METHOD_KINDS if kind.opening] == [SHARE]
    assert set(BODY_OF) == {kind.name for kind in METHOD_KINDS}


# --- looking ------------------------------------------------------------------------------------------------------


def test_search_folds_both_languages_and_families_take_in_their_kinds(world: Analysts) -> None:
    first, second, third = (world.write(seed=seed) for seed in range(3))
    desk, pt = world.vn.node.methods, world.vn.officer("pt")

    def found(**asked: Any) -> list[str]:
        return [line.method_id for line in desk.listed(pt, **asked)]

    assert found(words="ngoai hoi") == [first.id]
    assert found(words="WARRANT") == [second.id]
    assert found(words="xyzzy") == []
    assert found(typology="fxp") == [first.id]
    assert found(typology="eco-tsk") == [third.id]
    assert set(found(whose="ours")) == {first.id, second.id, third.id}
    assert found(whose="theirs") == []


def test_a_page_ends_where_the_next_begins(world: Analysts) -> None:
    from lienlac import clock
    from lienlac.methods.store.records import Cursor

    made = []
    for seed in range(3):
        made.append(world.write(seed=seed).id)
        world.clock.turn(timedelta(seconds=1).total_seconds())
    desk, pt = world.vn.node.methods, world.vn.officer("pt")
    first = desk.listed(pt, rows=2)
    rest = desk.listed(pt, after=Cursor(updated_us=clock.to_us(first[-1].updated_at), method_id=first[-1].method_id))
    assert [line.method_id for line in (*first, *rest)] == made[::-1]


def test_a_method_lands_in_intelligence_once_and_as_strict_as_it_is(world: Analysts) -> None:
    """What is exported again after a correction is a version more; nothing comes in below its own mark."""
    node, pt = world.vn.node, world.vn.officer("pt")
    world.clock.turn(30 * 86_400)  # past the date of the vocabulary, whose kinds of crime come with it
    written = world.write(marks={"tlp": "amber", "pap": "amber"})
    amber = node.intelligence.create(pt, Draft(title="Phương thức", ceiling="amber"))
    new, same, held = node.methods.into(pt, written.id, amber.id)
    assert (new > 3, same, held) == (True, 0, 0)
    assert node.methods.into(pt, written.id, amber.id) == (0, new, 0)
    world.clock.turn(60)
    world.change(written.id, title_en="Fake forex platform, second wave", marks={"tlp": "amber", "pap": "amber"})
    again = node.methods.into(pt, written.id, amber.id)
    assert (again[0] > 0, again[2]) == (True, 0)
    green = node.intelligence.create(pt, Draft(title="Ai cũng thấy", ceiling="green"))
    assert node.methods.into(pt, written.id, green.id)[0] == 0
    world.vn.hire("qt", "Trần Quản Trị", Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed, match="not-found"):
        node.methods.into(world.vn.officer("qt"), written.id, amber.id)
