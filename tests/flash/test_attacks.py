"""What a hostile peer and a poisoned text try with flash warnings; each test is named by the attack."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lienlac import limits
from lienlac.errors import Refused
from lienlac.exchange.post import Outgoing
from lienlac.flash.desk import ADDRESSEES
from lienlac.flash.kinds import WARN, kind_of
from lienlac.flash.lifecycle import State, Step
from lienlac.flash.store import facts as store
from lienlac.wire.bodies import flash as bodies
from lienlac.wire.bodies.hotline import DataIdentifier, Officer
from lienlac.wire.message import Marks, Pap, Tlp, encode
from tests.duty.nodes import Side
from tests.flash.scene import Warned
from tests.flash.test_fold import WARNED
from tests.hotline.scene import header_of
from tests.world.fakes import START

MALLORY = Officer(name="Mallory", unit="Desk")
XSS = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{7*7}}</textarea>"
OTHER = "flw-" + "o" * 26


@pytest.fixture
def world(tmp_path: Path) -> Warned:
    return Warned(tmp_path)


def force(world: Warned, side: Side, step: Step, body: Any, record_id: str | None) -> tuple[str, str | None]:
    """A side's own program sends whatever it likes, past its desk; what became of it: verdict and code."""
    other = world.us if side is world.vn else world.vn
    kind = kind_of(step)
    outgoing = Outgoing(
        kind=kind, body=body, recipient=other.id, purpose="prevent-crime", legal_basis="contact-network-24-7",
        legal_basis_text="24/7 network", typology="fxp-rig", marks=Marks(tlp=Tlp.AMBER, pap=Pap.AMBER),
        addressees=ADDRESSEES, record_id=record_id,
    )  # fmt: skip
    settled: list[Any] = []
    side.node.post.listen({}, {kind: [lambda _connection, one: settled.append(one)]})
    side.node.database.write(lambda connection: side.node.post.departures.send(connection, outgoing))
    world.deliver()
    return settled[-1].verdict.value, settled[-1].code


def warned(**changes: Any) -> bodies.Warned:
    fields = {"valid_until": START + timedelta(hours=5), "acknowledge_s": None, "officer": MALLORY, **changes}
    return msgspec.structs.replace(WARNED, **fields)


def anew(**changes: Any) -> bodies.Superseded:
    return bodies.Superseded(**msgspec.structs.asdict(warned(**changes)), reason="x")


def acknowledged(of: str) -> bodies.Acknowledged:
    return bodies.Acknowledged(officer=MALLORY, of=of)


def test_acknowledging_a_warning_that_was_never_sent(world: Warned) -> None:
    assert force(world, world.us, Step.ACKNOWLEDGE, acknowledged("msg-" + "a" * 26), OTHER) == (
        "refused", "flash-unknown",
    )  # fmt: skip


def test_withdrawing_or_superseding_the_other_sides_warning(world: Warned) -> None:
    sent = world.warn()
    name = sent.sent[0]
    gone = bodies.Withdrawn(officer=MALLORY, reason="Nothing to see.")
    assert force(world, world.us, Step.WITHDRAW, gone, name) == ("refused", "flash-not-yours")
    assert force(world, world.us, Step.SUPERSEDE, anew(), name) == ("refused", "flash-not-yours")
    assert all(one.flash.lasting is State.UNREAD and len(one.flash.versions) == 1 for one in world.both(name))


def test_the_author_acknowledging_in_the_readers_name(world: Warned) -> None:
    """A side cannot make its own warning look read."""
    sent = world.warn()
    with world.vn.node.database.read() as connection:
        (fact,) = store.FACTS.of(connection, sent.sent[0])
    assert force(world, world.vn, Step.ACKNOWLEDGE, acknowledged(fact.id), sent.sent[0]) == (
        "refused", "flash-not-yours",
    )  # fmt: skip
    assert world.both(sent.sent[0])[0].flash.lasting is State.UNREAD


def test_a_warning_through_another_channels_id_or_none(world: Warned) -> None:
    for record in (None, "emg-" + "o" * 26, "req-" + "o" * 26):
        assert force(world, world.us, Step.WARN, warned(reference="US-W-2026-000001"), record) == (
            "refused", "flash-missing",
        )  # fmt: skip


def test_the_same_id_warned_of_twice(world: Warned) -> None:
    assert force(world, world.us, Step.WARN, warned(reference="US-W-2026-000001"), OTHER)[0] == "accepted"
    again = warned(reference="US-W-2026-000002", title_en="Something else")
    assert force(world, world.us, Step.WARN, again, OTHER) == ("refused", "flash-exists")
    (one,) = world.show(world.vn, "anh", OTHER).parts
    assert one.flash.body.title_en == WARNED.title_en


def test_taking_our_own_reference(world: Warned) -> None:
    """A peer's warning under our country's number would be taken for ours on the telephone."""
    assert force(world, world.us, Step.WARN, warned(reference="VN-W-2026-000001"), OTHER) == (
        "refused", "reference-foreign",
    )  # fmt: skip


def test_less_time_to_acknowledge_than_agreed(world: Warned) -> None:
    body = warned(reference="US-W-2026-000001", acknowledge_s=1)
    assert force(world, world.us, Step.WARN, body, OTHER) == ("refused", "clocks-not-agreed")
    assert force(world, world.us, Step.WARN, warned(reference="US-W-2026-000001"), OTHER)[0] == "accepted"
    short = anew(reference="US-W-2026-000001", acknowledge_s=1)
    assert force(world, world.us, Step.SUPERSEDE, short, OTHER) == ("refused", "clocks-not-agreed")


def test_a_drill_that_turns_into_earnest_or_the_other_way(world: Warned) -> None:
    assert force(world, world.us, Step.WARN, warned(reference="US-W-2026-000001", drill=True), OTHER)[0] == "accepted"
    assert force(world, world.us, Step.SUPERSEDE, anew(reference="US-W-2026-000001"), OTHER) == (
        "refused", "flash-changed",
    )  # fmt: skip
    assert force(world, world.us, Step.SUPERSEDE, anew(reference="US-W-2026-000009", drill=True), OTHER) == (
        "refused", "flash-changed",
    )  # fmt: skip


def test_saying_on_after_withdrawing(world: Warned) -> None:
    assert force(world, world.us, Step.WARN, warned(reference="US-W-2026-000001"), OTHER)[0] == "accepted"
    gone = bodies.Withdrawn(officer=MALLORY, reason="x")
    assert force(world, world.us, Step.WITHDRAW, gone, OTHER)[0] == "accepted"
    assert force(world, world.us, Step.SUPERSEDE, anew(reference="US-W-2026-000001"), OTHER) == (
        "refused", "step-out-of-order",
    )  # fmt: skip
    assert force(world, world.us, Step.WITHDRAW, gone, OTHER) == ("refused", "step-out-of-order")


def test_judging_what_was_never_read(world: Warned) -> None:
    sent = world.warn()
    judged = bodies.Judged(officer=MALLORY, useful=bodies.Useful.NO)
    assert force(world, world.us, Step.FEEDBACK, judged, sent.sent[0]) == ("refused", "step-out-of-order")


def test_acknowledging_something_that_is_no_version(world: Warned) -> None:
    sent = world.warn()
    world.read(sent.reference)
    flash = world.both(sent.reference)[0].flash
    own = flash.acknowledgements[0].id
    assert force(world, world.us, Step.ACKNOWLEDGE, acknowledged(own), flash.id) == ("refused", "flash-not-a-version")


def test_a_warning_without_words_or_that_holds_for_ever(world: Warned) -> None:
    empty = warned(reference="US-W-2026-000001", text=bodies.Said(vi=" "))
    assert force(world, world.us, Step.WARN, empty, OTHER) == ("refused", "flash-text-missing")
    eternal = warned(reference="US-W-2026-000001", valid_until=START + timedelta(days=400))
    assert force(world, world.us, Step.WARN, eternal, OTHER) == ("refused", "flash-validity")


def test_a_thousand_warnings_that_ring_are_bounded(world: Warned, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FLASH_STANDING_MAX", 2)
    for number in (1, 2):
        body = warned(reference=f"US-W-2026-00000{number}")
        assert force(world, world.us, Step.WARN, body, f"flw-{'abc'[number] * 26}")[0] == "accepted"
    assert force(world, world.us, Step.WARN, warned(reference="US-W-2026-000003"), OTHER) == (
        "refused",
        "flash-too-many",
    )


def test_versions_without_end_are_bounded_and_withdrawing_still_fits(
    world: Warned, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FLASH_MESSAGES_MAX", 8)
    monkeypatch.setattr(limits, "FLASH_STEPS_KEPT", 1)
    assert force(world, world.us, Step.WARN, warned(reference="US-W-2026-000001"), OTHER)[0] == "accepted"
    codes = [force(world, world.us, Step.SUPERSEDE, anew(reference="US-W-2026-000001"), OTHER)[1] for _ in range(4)]
    assert codes == [None, None, "flash-too-long", "flash-too-long"]
    assert force(world, world.us, Step.WITHDRAW, bodies.Withdrawn(officer=MALLORY, reason="x"), OTHER)[0] == "accepted"


def test_more_identifiers_than_fit_are_not_even_read() -> None:
    many = tuple(DataIdentifier(type="domain", value=f"{n}.example") for n in range(limits.FLASH_IDENTIFIERS_MAX + 1))
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(warned(identifiers=many)), type=bodies.Warned)


def test_the_longest_warning_fits_a_message() -> None:
    """What the form allows must be sendable: otherwise an officer at three in the morning meets a wall."""
    long = bodies.Said(vi="ữ" * limits.TEXT_MAX_CHARS, en="x" * limits.TEXT_MAX_CHARS)
    many = tuple(
        DataIdentifier(type="domain", value="x" * limits.LINE_MAX_CHARS) for _ in range(limits.FLASH_IDENTIFIERS_MAX)
    )
    header = header_of("vn-a05", "us-ic3", WARN, 1, OTHER, START)
    assert encode(header, warned(text=long, to_do=long, identifiers=many))


def test_a_replayed_message_changes_nothing(world: Warned) -> None:
    sent = world.warn()
    world.read(sent.reference)
    before = world.both(sent.reference)
    with world.vn.node.database.read() as connection:
        facts = store.FACTS.of(connection, sent.sent[0])
    for fact in facts:
        world.vn.node.database.write(lambda connection, one=fact: store.keep(connection, one, node_id=world.vn.id))
    after = world.both(sent.reference)
    assert [one.flash.facts.keys() for one in before] == [one.flash.facts.keys() for one in after]
    assert after[0].line == before[0].line


def test_another_message_under_a_known_id(world: Warned) -> None:
    """The id of a message names one saying for ever."""
    sent = world.warn()
    arrivals = world.us.node.warnings.arrivals
    with world.us.node.database.read() as connection:
        (fact,) = store.FACTS.of(connection, sent.sent[0])
    from lienlac.exchange.post import Arrived

    other = Arrived(
        header=fact.header, body=msgspec.structs.replace(fact.body, title_en="Changed"), digest="e" * 64, received_at=START
    )  # fmt: skip
    with pytest.raises(Refused, match="message-id-used"):
        world.us.node.database.write(lambda connection: arrivals.arrived(connection, other))


def test_poisoned_words_stay_words_on_every_page(world: Warned) -> None:
    body = warned(
        reference="US-W-2026-000001", title_vi=XSS, title_en=XSS, text=bodies.Said(vi=XSS), to_do=bodies.Said(en=XSS),
        officer=Officer(name=XSS, unit=XSS), identifiers=(DataIdentifier(type="url", value="http://evil.example/" + XSS),),
    )  # fmt: skip
    assert force(world, world.us, Step.WARN, body, OTHER)[0] == "accepted"
    browser = world.vn.browser("anh")
    for path in ("/", "/warnings", f"/warnings/{OTHER}", "/warnings?show=unread"):
        text = browser.get(path).text
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path
        assert "49" not in text.split("{{")[0] or "{{7*7}}" in text, path
    page = browser.get(f"/warnings/{OTHER}").text
    assert 'href="http://evil' not in page
    assert "hxxp://evil[.]example" in page
