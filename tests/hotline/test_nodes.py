"""The hotline on two real nodes: real keys, the real exchange, a restore from an old backup in the middle."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lienlac import journal
from lienlac.agreements import store as agreements
from lienlac.exchange import store
from lienlac.exchange.post_office import PostOffice
from lienlac.hotline.desk import Hotline
from lienlac.hotline.forms.steps import read_step
from lienlac.hotline.kinds import HOTLINE_KINDS
from lienlac.hotline.lifecycle import State, Step
from lienlac.hotline.request import Request
from lienlac.storage.database import Database
from lienlac.wire.recovery import RecordRequest
from tests.folders import files_in
from tests.hotline.scene import US_OFFICER, VN_OFFICER, agreement, freeze_form, sent
from tests.world.fakes import HandClock, SeededChance, WrongClock
from tests.world.nodes import SUPERVISOR, SimNode, deliver_all, key_chain, pair


class HotlineNode(SimNode):
    """A node whose post office carries the hotline."""

    def start(self) -> None:
        keys, card = key_chain(self.node_id)[self.rotation]
        self.database = Database.open(f"sqlite:///{self.path}", synchronous="off")
        self.post = PostOffice(
            database=self.database, clock=self.clock, chance=self.chance, node_id=self.node_id, keys=keys, card=card,
            files=files_in(self.path.parent / f"{self.node_id}-files"), kinds=HOTLINE_KINDS,
        )  # fmt: skip
        self.hotline = Hotline(
            node_id=self.node_id, country=self.node_id[:2], database=self.database, clock=self.clock,
            chance=self.chance, sender=self.post.departures, agreements=agreements, record=journal.record,
            carrier=self.post.attachments,
        )  # fmt: skip
        self.post.listen(self.hotline.arrival_handlers, self.hotline.settlement_handlers)
        self.officer = VN_OFFICER if self.node_id.startswith("vn") else US_OFFICER

    def act(self, request: Request, step: Step, **fields: Any) -> Request:
        form = read_step(step, request.kind, fields, self.clock.now())
        return sent(self.hotline.act(self.officer, request.id, step, form))

    def see(self, request: Request) -> Request:
        return self.hotline.show(self.officer, request.id).request


@pytest.fixture
def nodes(tmp_path: Path) -> tuple[HandClock, HotlineNode, HotlineNode]:
    clock = HandClock()
    made = []
    for node_id in ("vn-a05", "us-ic3"):
        node = HotlineNode(node_id, tmp_path / f"{node_id}.db", WrongClock(clock), SeededChance(node_id))
        node.start()
        node.database.create_all()
        made.append(node)
    vn, us = made
    agreement_id = pair(vn, us, agree=False)
    document = agreement(
        agreement_id=agreement_id,
        proposed_at=clock.now(),
        parties=tuple(
            msgspec.structs.replace(party, node_id=node.node_id, fingerprint=node.post.office.fingerprint)
            for party, node in zip(agreement().parties, made, strict=True)
        ),
    )
    vn.post.desk.propose(SUPERVISOR, msgspec.json.encode(document))
    deliver_all([vn, us])
    us.post.desk.sign(SUPERVISOR, vn.node_id, 1)
    deliver_all([vn, us])
    return clock, vn, us


@pytest.mark.parametrize("skew_s", [0, 3600, -3600])
def test_the_story_and_a_restore_in_the_middle(
    nodes: tuple[HandClock, HotlineNode, HotlineNode], tmp_path: Path, skew_s: int
) -> None:
    """Also where the two clocks differ by an hour, so that receipts are out of order between the sides."""
    clock, vn, us = nodes
    us.clock.error = timedelta(seconds=skew_s)
    form = freeze_form(transferred_at=us.clock.now().isoformat())
    request = sent(us.hotline.open(us.officer, us.hotline.read_opening(form)))
    deliver_all([us, vn])
    assert us.see(request).state is State.DELIVERED
    vn.save(tmp_path / "saved.db")
    clock.turn(60)
    vn.act(request, Step.ACKNOWLEDGE)
    vn.act(request, Step.ASK, question="Which branch?")
    deliver_all([us, vn])
    clock.turn(60)
    us.act(request, Step.CLARIFY, answers=us.see(request).open_questions[0].asked.id, answer="Ba Dinh.")
    deliver_all([us, vn])
    vn.act(request, Step.ACCEPT)
    second = sent(us.hotline.open(us.officer, us.hotline.read_opening(form)))
    deliver_all([us, vn])
    whole = vn.see(request)

    vn.restore(tmp_path / "saved.db")
    assert vn.see(request).state is State.DELIVERED
    loss = vn.post.recovery.compare(us.node_id, us.post.recovery.state_for(vn.node_id))
    for wanted in loss.wanted:
        following: RecordRequest | None = wanted
        while following is not None:
            page = us.post.recovery.record_for(vn.node_id, following)
            following = vn.post.recovery.fetched(loss, following, page)
    vn.post.recovery.absorb(loss)
    assert vn.see(request).facts == whole.facts == us.see(request).facts
    assert vn.see(second).state is State.DELIVERED
    vn.act(request, Step.RESULT, outcome="not-held", follow_up="The account is empty.")
    deliver_all([us, vn])
    assert us.see(request).state is vn.see(request).state is State.EXECUTED
    assert us.hotline.show(us.officer, request.id).dues == vn.hotline.show(vn.officer, request.id).dues
    vn.shut()
    us.shut()


def test_the_requester_is_restored_from_before_its_request_and_the_other_clock_is_ahead(
    nodes: tuple[HandClock, HotlineNode, HotlineNode], tmp_path: Path
) -> None:
    """By the receipts' dates the answers came before the question: the past is taken as it was, not judged again."""
    _clock, vn, us = nodes
    vn.clock.error = timedelta(hours=1)
    us.save(tmp_path / "saved.db")
    request = sent(us.hotline.open(us.officer, us.hotline.read_opening(freeze_form())))
    deliver_all([us, vn])
    vn.act(request, Step.ACKNOWLEDGE)
    vn.act(request, Step.ACCEPT)
    deliver_all([us, vn])
    whole = us.see(request)
    us.restore(tmp_path / "saved.db")
    loss = us.post.recovery.compare(vn.node_id, vn.post.recovery.state_for(us.node_id))
    for wanted in loss.wanted:
        us.post.recovery.fetched(loss, wanted, vn.post.recovery.record_for(us.node_id, wanted))
    assert us.post.recovery.absorb(loss) == (1, 2)
    with us.database.read() as connection:
        assert {alarm.code for alarm in store.alarms(connection, vn.node_id)} == {"recovered"}
    assert us.see(request).facts == whole.facts == vn.see(request).facts
    assert us.see(request).state is State.ACCEPTED
    vn.shut()
    us.shut()
