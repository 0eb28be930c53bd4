"""What a hostile peer, a curious colleague and a poisoned text try in a channel; each test is named by the attack."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection

from lienlac import limits
from lienlac.emergencies.desk import ADDRESSEES
from lienlac.emergencies.emergency import Emergency
from lienlac.emergencies.kinds import OPEN, kind_of
from lienlac.emergencies.lifecycle import Side, State, Step
from lienlac.emergencies.store import facts as store
from lienlac.emergencies.views import timeline
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange.post import Outgoing
from lienlac.people.access import store as access
from lienlac.people.access.store import Relation
from lienlac.people.officer import Role
from lienlac.records.fact import Standing
from lienlac.wire.bodies import emergencies as bodies
from lienlac.wire.bodies.hotline import Officer
from lienlac.wire.message import Marks, Pap, Tlp
from tests.duty.nodes import Side as Desk
from tests.emergencies.scene import Channels, emergency_form, entry
from tests.world.fakes import START

MALLORY = Officer(name="Mallory", unit="Desk")
XSS = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{7*7}}</textarea>"


def force(
    world: Channels, side: Desk, kind: str, body: Any, record_id: str | None, **more: Any
) -> tuple[str, str | None]:
    """A side's own program sends whatever it likes, past its desk; what became of it: verdict and code."""
    other = world.us if side is world.vn else world.vn
    outgoing = Outgoing(
        kind=kind, body=body, recipient=other.id, purpose="protect-life", legal_basis="contact-network-24-7",
        legal_basis_text="24/7 network", typology="cdc-ran", marks=Marks(tlp=Tlp.AMBER, pap=Pap.AMBER),
        addressees=ADDRESSEES, record_id=record_id, **more,
    )  # fmt: skip
    settled: list[Any] = []
    side.node.post.listen({}, {kind: [lambda _connection, one: settled.append(one)]})
    side.node.database.write(lambda connection: side.node.post.departures.send(connection, outgoing))
    world.deliver()
    return settled[-1].verdict.value, settled[-1].code


def entered(words: str = "Planted.", **more: Any) -> bodies.Entered:
    values: dict[str, Any] = {
        "officer": MALLORY, "at": more.pop("at", START), "source": bodies.Source.OWN,
        "text": bodies.Said(en=words),
    }  # fmt: skip
    return bodies.Entered(**{**values, **more})


def test_an_entry_through_another_channels_id_is_refused_like_one_that_does_not_exist(world: Channels) -> None:
    """The peer's id of a channel that it has no part in, and an id that nobody has: the same answer."""
    with world.vn.node.database.read() as connection:
        assert store.emergency(connection, "emg-" + "q" * 26) is None
    foreign = world.answered()
    # a channel here with somebody else: its opening was exchanged with another node
    other = "emg-" + "o" * 26

    def move(connection: Connection) -> None:
        for fact in store.FACTS.of(connection, foreign.id):
            header = msgspec.structs.replace(
                fact.header, id=fact.id[:-1] + "z", record_id=other,
                sender=fact.header.sender.replace("us-ic3", "la-pol"),
                recipient=fact.header.recipient.replace("us-ic3", "la-pol"),
            )  # fmt: skip
            moved = type(fact)(
                header=header, body=fact.body, digest=fact.digest, standing=fact.standing, received_at=fact.received_at
            )
            store.keep(connection, moved, node_id=world.vn.id)

    world.vn.node.database.write(move)
    hidden = force(world, world.us, kind_of(Step.ENTRY), entered(), other)
    absent = force(world, world.us, kind_of(Step.ENTRY), entered(), "emg-" + "q" * 26)
    assert hidden == absent == ("refused", "emergency-unknown")
    with world.vn.node.database.read() as connection:
        assert all(fact.body.officer.name != "Mallory" for fact in store.FACTS.of(connection, other))


def test_writing_in_the_others_name_changes_nothing(world: Channels) -> None:
    """Correcting or retracting the other side's words, and standing down in its column."""
    opened = world.answered()
    world.say(world.vn, "anh", opened, Step.ENTRY, **entry("True."))
    ours = world.both(opened)[0].said(Side.OPENER, Step.ENTRY)[0]
    assert force(world, world.us, kind_of(Step.RETRACT), bodies.Retracted(officer=MALLORY, entry=ours.id, reason="No."), opened.id) == (
        "refused", "entry-not-yours",
    )  # fmt: skip
    assert force(world, world.us, kind_of(Step.ENTRY), entered("False.", corrects=ours.id), opened.id) == (
        "refused", "entry-not-yours",
    )  # fmt: skip
    now = world.show(world.vn, "anh", opened).emergency
    item = next(one for one in timeline.items(now) if one.fact.id == ours.id)
    assert item.present.body.text.en == "True."
    assert item.retraction is None
    assert force(world, world.us, kind_of(Step.RESUME), bodies.Stood(officer=MALLORY, text="x"), opened.id)[1] == (
        "step-out-of-order"
    )


def test_presence_of_the_others_officer_cannot_be_stated(world: Channels) -> None:
    """A seat of ours in their message sits on their side of the table."""
    opened = world.answered()
    ours = timeline.seats(world.both(opened)[0], Side.OPENER)[0]
    gone = bodies.Present(officer=MALLORY, seat=ours.seat, here=False)
    assert force(world, world.us, kind_of(Step.PRESENCE), gone, opened.id)[0] == "accepted"
    now = world.show(world.vn, "anh", opened).emergency
    assert [seat.seat for seat in timeline.seats(now, Side.OPENER)] == [ours.seat]


def test_ten_thousand_entries_are_bounded_and_the_other_side_can_still_speak(world: Channels, monkeypatch: Any) -> None:
    """The bound itself is tested with a small one; that the code asks it for each side is what counts."""
    monkeypatch.setattr(limits, "EMERGENCY_MESSAGES_MAX", 24)
    monkeypatch.setattr(limits, "EMERGENCY_STEPS_KEPT", 4)
    opened = world.answered()
    verdicts = [force(world, world.us, kind_of(Step.ENTRY), entered(f"{number}"), opened.id) for number in range(12)]
    taken = sum(verdict == "accepted" for verdict, _code in verdicts)
    assert taken == 7, "twelve places, four kept, one used by the answer"
    assert verdicts[-1] == ("refused", "emergency-too-long")
    assert (
        force(world, world.us, kind_of(Step.HOLD), bodies.Stood(officer=MALLORY, text="x"), opened.id)[0] == "accepted"
    )
    world.say(world.vn, "anh", opened, Step.ENTRY, **entry("We are still heard."))
    assert world.show(world.us, "mark", opened).emergency.said(Side.OPENER, Step.ENTRY)


def test_a_thousand_channels_that_ring_are_bounded(world: Channels, monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "EMERGENCIES_OPEN_MAX", 2)
    first = world.open()
    world.open()
    desk, anh = world.vn.node.emergencies, world.vn.officer("anh")
    with pytest.raises(NotAllowed, match="emergencies-too-many"):
        desk.open(anh, desk.read_opening(emergency_form()))
    body = msgspec.structs.replace(first.body, reference="VN-E-2026-000099")
    assert force(world, world.vn, OPEN, body, "emg-" + "n" * 26) == ("refused", "emergencies-too-many")


@pytest.mark.parametrize(
    ("step", "change", "code"),
    [
        (Step.ENTRY, {"at": timedelta(days=1)}, "emergency-time"),
        (Step.ENTRY, {"at": timedelta(days=-4000)}, "emergency-time"),
        (Step.ENTRY, {"next_update": timedelta(days=30)}, "emergency-update-time"),
        (Step.ENTRY, {"text": bodies.Said(en="   ")}, "emergency-text-missing"),
    ],
)
def test_impossible_times_and_empty_words_are_refused(
    world: Channels, step: Step, change: dict[str, Any], code: str
) -> None:
    opened = world.answered()
    now = world.clock.now()
    more: dict[str, Any] = {"at": now, **change}
    if isinstance(more["at"], timedelta):
        more["at"] = now + more["at"]
    if "next_update" in more:
        more["next_update"] = bodies.NextUpdate(at=now + more["next_update"])
    assert force(world, world.us, kind_of(step), entered(**more), opened.id) == ("refused", code)
    assert len(world.show(world.vn, "anh", opened).emergency.facts) == 2


def test_huge_text_is_refused_before_it_is_stored(world: Channels) -> None:
    opened = world.answered()
    verdict, code = force(world, world.us, kind_of(Step.ENTRY), entered("x" * (limits.TEXT_MAX_CHARS + 1)), opened.id)
    assert (verdict, code) == ("refused", "body-invalid")
    desk, anh = world.vn.node.emergencies, world.vn.officer("anh")
    with pytest.raises(Refused) as refused:
        desk.read_step(anh, opened.id, Step.ENTRY, entry("x" * (limits.TEXT_MAX_CHARS + 1)))
    assert [one.code for one in refused.value.problems] == ["text-too-long"]  # type: ignore[attr-defined]


def test_an_opening_that_grants_us_no_time_is_refused(world: Channels) -> None:
    first = world.open()
    hasty = msgspec.structs.replace(
        first.body, reference="VN-E-2026-000098", clocks=bodies.ChannelClocks(acknowledge_s=1)
    )
    assert force(world, world.vn, OPEN, hasty, "emg-" + "h" * 26) == ("refused", "clocks-not-agreed")


def test_a_reference_of_our_country_and_a_second_opening_are_refused(world: Channels) -> None:
    first = world.open()
    ours = msgspec.structs.replace(first.body, reference="US-E-2026-000007")
    assert force(world, world.vn, OPEN, ours, "emg-" + "r" * 26) == ("refused", "reference-foreign")
    assert force(world, world.vn, OPEN, first.body, first.id) == ("refused", "emergency-exists")
    assert force(world, world.vn, OPEN, first.body, "req-" + "r" * 26) == ("refused", "emergency-missing")


def test_a_request_of_another_peer_cannot_be_hung_into_a_channel(world: Channels) -> None:
    """The link keeps the peer; a request with a channel's id from elsewhere shows nowhere."""
    opened = world.answered()

    def work(connection: Connection) -> None:
        world.vn.node.emergencies.arrivals.linked(connection, opened.id, "req-" + "x" * 26, "la-pol", world.clock.now())

    world.vn.node.database.write(work)
    request = world.freeze(case_id="emg-" + "n" * 26)
    assert world.show(world.vn, "anh", opened).linked == []
    assert world.vn.node.emergencies.of_request(world.vn.officer("anh"), request.id, world.us.id) == []


def restricted(world: Channels) -> Emergency:
    """A channel that only the supervisor may know of."""
    opened = world.answered(drill=False)
    boss = world.vn.officer("sep")
    world.vn.node.database.write(
        lambda connection: access.add(
            connection, opened.id, Relation.ALLOWED, [boss.id], by=boss.id, at=world.clock.now()
        )
    )
    return opened


def test_a_hidden_channel_and_one_that_is_not_there_look_the_same(world: Channels) -> None:
    hidden = restricted(world)
    program = world.vn.program("anh")
    nowhere = "emg-" + "q" * 26
    for path in ("", "/record", "/access"):
        answers = [program.get(f"/api/emergencies/{name}{path}") for name in (hidden.id, nowhere)]
        said = [
            re.sub(r'"request_id":"[^"]*"', "", answer.text.replace(name, "…"))
            for answer, name in zip(answers, (hidden.id, nowhere), strict=True)
        ]
        assert answers[0].status_code == answers[1].status_code == 404
        assert said[0] == said[1]
    for step in ("entry", "answer", "retract", "report", "presence", "hand-over", "hold", "stand-down", "resume"):
        body = {"text": {"en": "x"}} if step == "entry" else {}
        codes = [program.post(f"/api/emergencies/{name}/{step}", body).json()["code"] for name in (hidden.id, nowhere)]
        assert codes == ["not-found", "not-found"], step
    for door in ("restrict", "allow", "take-back", "lift"):
        answers = [program.post(f"/api/emergencies/{name}/{door}", {"reason": "x"}) for name in (hidden.id, nowhere)]
        assert [answer.status_code for answer in answers] == [404, 404], door
    browser = world.vn.browser("anh")
    for path in ("", "/now", "/timeline", "/record", "/access", f"/entries/{nowhere}"):
        pages = [browser.get(f"/emergencies/{name}{path}") for name in (hidden.id, nowhere)]
        assert [page.status_code for page in pages] == [404, 404], path
    assert browser.get(f"/emergencies/{hidden.reference}").status_code == 404


def test_a_hidden_channel_is_in_no_list_count_search_badge_alarm_or_hand_over(world: Channels) -> None:
    hidden = restricted(world)
    desk, anh, boss = world.vn.node.emergencies, world.vn.officer("anh"), world.vn.officer("sep")
    assert desk.listed(anh, live=None) == []
    assert desk.listed(anh, live=None, words="hoa sen") == []
    assert sum(desk.counts(anh).values()) == 0
    assert [line.emergency_id for line in desk.listed(boss)] == [hidden.id]
    items, _left = world.vn.node.duty.handover.draft(anh)
    assert all(item.thing != hidden.id for item in items)
    world.say(world.us, "mark", hidden, Step.REPORT, severity="serious", next_update=1)
    world.turn(3)
    assert not world.vn.node.duty.alarms.listed(anh, live=True)
    browser = world.vn.browser("anh")
    found = browser.post("/requests/search", {"words": "hoa sen"})
    assert hidden.reference not in found.text
    assert hidden.reference not in browser.get("/").text
    assert hidden.reference not in browser.get("/emergencies").text


def test_an_auditor_reads_and_writes_nothing_and_an_administrator_sees_nothing(world: Channels) -> None:
    opened = world.answered()
    world.vn.hire("kiem", "Đỗ Kiểm", Role.AUDITOR, channel=False)
    world.vn.hire("quan", "Vũ Quân", Role.ADMINISTRATOR, channel=False)
    auditor, administrator = world.vn.program("kiem", "read"), world.vn.program("quan")
    assert auditor.get(f"/api/emergencies/{opened.id}").json()["steps"] == []
    assert auditor.post(f"/api/emergencies/{opened.id}/entry", {"text": {"en": "x"}}).status_code == 403
    assert administrator.get(f"/api/emergencies/{opened.id}").status_code == 404
    assert administrator.get("/api/emergencies").status_code == 404


class Strict(HTMLParser):
    """Collects tags and event attributes, as a browser would make them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.handlers += [value or "" for name, value in attrs if name == "src" and value == "x"]


def test_a_poisoned_text_in_every_field_stays_text_on_every_page(world: Channels) -> None:
    """Stored XSS and template injection through everything that the other side or a colleague can write."""
    opened = world.open(
        world.us, "mark", title_vi=XSS, title_en=XSS, situation={"vi": XSS, "en": XSS}, asked={"vi": XSS, "en": XSS},
        organisations=[XSS, XSS], phone=XSS, legal_basis_text=XSS,
    )  # fmt: skip
    world.say(world.vn, "anh", opened, Step.ANSWER, remarks=XSS, phone=XSS)
    for side, login in ((world.us, "mark"), (world.vn, "anh")):
        world.say(side, login, opened, Step.ENTRY, text={"vi": XSS, "en": XSS}, source_text=XSS)
    mine = world.both(opened)[0].said(Side.ANSWERER, Step.ENTRY)[0]
    world.say(world.vn, "anh", opened, Step.ENTRY, text={"en": XSS}, corrects=mine.id)
    theirs = world.both(opened)[0].said(Side.OPENER, Step.ENTRY)[0]
    world.say(world.us, "mark", opened, Step.RETRACT, entry=theirs.id, reason=XSS)
    world.say(world.us, "mark", opened, Step.REPORT, summary={"vi": XSS, "en": XSS})
    world.say(world.us, "mark", opened, Step.HAND_OVER, to="dana", text=XSS)
    world.say(world.us, "dana", opened, Step.HOLD, text=XSS)
    force(
        world,
        world.us,
        kind_of(Step.PRESENCE),
        bodies.Present(officer=Officer(name=XSS, unit=XSS, phone=XSS), seat="sea-" + "x" * 26, here=True),
        opened.id,
    )
    request = world.freeze(case_id=opened.id)
    browser = world.vn.browser("anh")
    for path in (
        "/", "/emergencies", f"/emergencies/{opened.id}", f"/emergencies/{opened.id}/now", f"/emergencies/{opened.id}/access",
        f"/emergencies/{opened.id}/timeline", f"/emergencies/{opened.id}/entries/{mine.id}", f"/requests/{request.id}",
        f"/emergencies/new?request={request.id}",
    ):  # fmt: skip
        answer = browser.get(path)
        assert answer.status_code == 200, path
        page = Strict()
        page.feed(answer.text)
        assert not page.handlers, (path, page.handlers)
        assert (
            "49" not in re.sub(r"[0-9a-f]{16,}|\d{4,}|nonce=\"[^\"]*\"", "", answer.text.replace("7*7", ""))
            or "{{7*7}}" in answer.text
        )
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
    record = browser.get(f"/emergencies/{opened.id}/record")
    assert record.headers["content-type"].startswith("application/json")
    assert record.headers["content-disposition"].startswith("attachment")


def test_a_search_in_an_address_is_refused(world: Channels) -> None:
    program = world.vn.program("anh")
    assert program.get("/api/emergencies?words=hoa").json()["code"] == "search-in-address"


def test_a_card_number_is_not_written_into_a_channel(world: Channels) -> None:
    opened = world.answered()
    desk, anh = world.vn.node.emergencies, world.vn.officer("anh")
    with pytest.raises(Refused) as refused:
        desk.read_step(anh, opened.id, Step.ENTRY, entry("The card is 4111 1111 1111 1111."))
    assert [one.code for one in refused.value.problems] == ["card-number-in-text"]  # type: ignore[attr-defined]


def test_the_same_message_in_a_new_place_is_taken_once_and_another_under_its_id_is_refused(world: Channels) -> None:
    """A peer that lost its memory sends again; one that lies says something else under the same id."""
    opened = world.answered()
    world.say(world.us, "mark", opened, Step.ENTRY, **entry("Once."))
    said = world.both(opened)[0].said(Side.ANSWERER, Step.ENTRY)[0]
    arrivals = world.vn.node.emergencies.arrivals

    def again(connection: Connection, body: Any) -> None:
        from lienlac.exchange.post import Arrived

        header = msgspec.structs.replace(said.header, sequence=said.header.sequence + 50)
        arrivals.arrived(connection, Arrived(header=header, body=body, digest="e" * 64, received_at=world.clock.now()))

    world.vn.node.database.write(lambda connection: again(connection, said.body))
    now = world.show(world.vn, "anh", opened).emergency
    assert len(now.said(Side.ANSWERER, Step.ENTRY)) == 1
    assert now.facts[said.id].standing is Standing.ACCEPTED
    with pytest.raises(Refused, match="message-id-used"):
        world.vn.node.database.write(
            lambda connection: again(connection, msgspec.structs.replace(said.body, text=bodies.Said(en="Twice.")))
        )


def test_a_suspended_link_refuses_at_home_and_nothing_is_stored(world: Channels) -> None:
    opened = world.answered()
    world.vn.node.post.desk.suspend(boss_of(world.vn), world.us.id, kind=None, reason="Under review")
    with pytest.raises(NotAllowed, match="link-suspended"):
        world.say(world.vn, "anh", opened, Step.ENTRY, **entry())
    assert len(world.show(world.vn, "anh", opened).emergency.facts) == 2
    assert world.show(world.vn, "anh", opened).emergency.state is State.ACTIVE


def boss_of(side: Desk) -> Any:
    return side.officer("sep")
