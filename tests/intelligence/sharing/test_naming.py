"""What names something that stays here: reports, groupings, and whatever else would tell a partner that it is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as example
from hypothesis import strategies as st

from lienlac import limits
from lienlac.intelligence.collection import Draft, Giver, Marks, Source
from lienlac.intelligence.sharing.rules.sifting import Candidate, Naming, Why, naming, spread
from lienlac.wire.bodies.agreement import SecondOfficer
from tests.duty.nodes import US
from tests.intelligence.scene import uid
from tests.intelligence.sharing.scene import (
    AMBER,
    GREEN,
    RED,
    Shared,
    domain,
    id_of,
    identity,
    indicator,
    malware,
    marked,
    note,
)
from tests.intelligence.test_around import relationship

WHEN = "2026-10-01T00:00:00.000Z"


@pytest.fixture
def world(tmp_path: Path) -> Shared:
    return Shared(tmp_path)


def names(kind: str, number: int, *of: bytes | str, **more: Any) -> bytes:
    """A report, a grouping or whatever else has `object_refs`."""
    value = {
        "type": kind, "spec_version": "2.1", "id": f"{kind}--{uid(number)}", "created": WHEN, "modified": WHEN,
        "object_refs": [one if isinstance(one, str) else id_of(one) for one in of],
        **{
            "report": {"name": "Báo cáo", "published": WHEN, "report_types": ["threat-report"]},
            "grouping": {"context": "suspicious-activity"},
            "observed-data": {"first_observed": WHEN, "last_observed": WHEN, "number_observed": 1},
            "opinion": {"opinion": "agree"},
        }[kind],
        **more,
    }  # fmt: skip
    return json.dumps(value, ensure_ascii=False).encode()


def preview(world: Shared, collection: Any, **more: Any) -> Any:
    sharing = world.vn.node.sharing
    (survey,) = sharing.preview(world.vn.officer("giang"), sharing.read_share(world.form(collection, **more)))
    return survey


def told(world: Shared) -> bytes:
    """Every byte that the partner holds."""
    return b"".join(raw for raws in world.there().values() for raw in raws)


def test_attack_reading_from_a_report_that_there_is_a_victim(world: Shared) -> None:
    """Neither the report nor a grouping, a note, an opinion or its author's word tells an id that stays here."""
    collection = world.collection()
    bad, victim = malware(1), identity(1)
    plain = names("report", 1, bad)
    hidden = [
        names("report", 2, bad, victim),
        names("grouping", 1, victim),
        names("opinion", 1, victim),
        note(1, object_refs=[id_of(victim)]),
        malware(2, created_by_ref=id_of(victim)),
    ]
    world.bring(collection, bad, victim, plain, *hidden)
    survey = preview(world, collection, let_out=["notes"], why="Đối tác cần nhận định.")
    assert dict(survey.withheld) == {"persons": 1, "mentions": 5}
    assert survey.count == 2
    world.share(collection, let_out=["notes"], why="Đối tác cần nhận định.")
    assert set(world.there()) == {id_of(bad), id_of(plain)}
    assert id_of(victim).encode() not in told(world)


def test_attack_reading_from_observations_what_is_marked_for_others(world: Shared) -> None:
    collection = world.collection(ceiling="red")
    secret, open_ = marked(domain, 1, RED), marked(domain, 2, GREEN)
    seen = [names("observed-data", 1, secret, object_marking_refs=[GREEN]),
            names("observed-data", 2, open_, object_marking_refs=[GREEN])]  # fmt: skip
    world.bring(collection, secret, open_, *seen)
    world.share(collection)
    assert set(world.there()) == {id_of(open_), id_of(seen[1])}


def test_attack_asking_for_the_report_of_a_relation_of_a_victim(world: Shared) -> None:
    """It goes on from one to the next, wherever in the collection each of them stands."""
    collection = world.collection()
    bad, victim = malware(1), identity(1)
    joins = relationship(1, id_of(victim), "related-to", id_of(bad))
    report = names("report", 1, joins, bad)
    over = names("grouping", 1, report)
    world.bring(collection, over, report, joins, bad, victim)
    assert dict(preview(world, collection).withheld) == {"persons": 1, "names": 1, "mentions": 2}
    world.share(collection, mode="standing")
    world.bring(collection, names("report", 2, over))
    world.settle()
    assert set(world.there()) == {id_of(bad)}


def test_attack_hiding_a_name_behind_more_steps_than_anybody_follows(
    world: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "INTEL_NAMES_DEEP", 4)
    collection = world.collection()
    victim = identity(1)
    chain = [victim]
    for number in range(1, 9):
        chain.append(names("grouping", number, chain[-1]))
    world.bring(collection, *chain)
    assert preview(world, collection, types=["grouping"]).count == 0
    chosen = preview(world, collection, ids=[id_of(chain[-1])])
    assert (chosen.count, dict(chosen.withheld)) == (0, {"mentions": 1})


def test_what_nobody_here_holds_and_what_came_from_the_partner_hides_nothing(world: Shared) -> None:
    collection = world.collection()
    theirs = Source(giver=Giver.PEER, ref=f"{US} green", label="IC3", marks=Marks(tlp="green"))
    world.bring(collection, indicator(1), source=theirs)
    report = names("report", 1, indicator(1), f"malware--{uid(77)}", f"identity--{uid(78)}")
    world.bring(collection, report)
    world.share(collection)
    assert world.there() == {id_of(report): [report]}


def test_an_officer_lets_a_report_out_with_a_reason_and_its_bytes_are_its_authors(world: Shared) -> None:
    collection = world.collection()
    bad, victim = malware(1), identity(1)
    report = names("report", 1, bad, victim)
    joins = relationship(1, id_of(victim), "related-to", id_of(bad))
    world.bring(collection, bad, victim, report, joins)
    world.share(collection, let_out=["mentions"], why="Đối tác phải biết có một bị hại.")
    assert world.there() == {id_of(bad): [bad], id_of(report): [report]}, "who it is stays here, and what joins them"


def test_an_agreement_that_asks_two_officers_about_persons_asks_them_about_what_names_one(tmp_path: Path) -> None:
    world = Shared(tmp_path, second_officer=SecondOfficer(persons=True))
    collection = world.collection()
    world.bring(collection, identity(1), names("report", 1, identity(1)))
    outcome = world.share(collection, let_out=["mentions"], why="Đối tác phải biết.")
    assert (len(outcome.waits), outcome.shares) == (1, ())
    assert world.there() == {}


def test_attack_sharing_what_a_lowered_ceiling_has_hidden(world: Shared) -> None:
    """What shows nowhere leaves nowhere: not by itself, not as a number, not as a name in a report."""
    collection = world.collection()
    high, low = marked(indicator, 1, AMBER), marked(indicator, 2, GREEN)
    report = names("report", 1, high, low, object_marking_refs=[GREEN])
    world.bring(collection, high, low, report)
    draft = Draft(title=collection.title, ceiling="green", writable=True)
    world.vn.node.intelligence.describe(world.vn.officer("giang"), collection.id, draft)
    assert dict(preview(world, collection).withheld) == {"mentions": 1}
    world.share(collection, mode="standing")
    assert set(world.there()) == {id_of(low)}


def test_what_is_revoked_is_taken_back_where_the_version_that_says_so_stays(world: Shared) -> None:
    """A report that names what was hidden since: a correction of it stays, its revocation reaches the partner."""
    collection = world.collection(ceiling="red")
    secret, other = marked(malware, 1, GREEN), marked(malware, 2, GREEN)
    more = {"object_marking_refs": [GREEN]}
    reports = [names("report", 1, secret, other, **more), names("report", 2, other, **more)]
    world.bring(collection, secret, other, *reports)
    (share_id,) = world.share(collection).shares
    assert len(world.there()) == 4
    world.bring(collection, marked(malware, 1, RED, modified="2026-11-02T00:00:00.000Z"))
    world.settle()
    corrected = {"modified": "2026-11-03T00:00:00.000Z", "name": "Đã đính chính", **more}
    world.bring(collection, names("report", 1, secret, other, **corrected), names("report", 2, other, **corrected))
    world.settle()
    assert "Đã đính chính".encode() not in world.there()[id_of(reports[0])][-1]
    assert "Đã đính chính".encode() in world.there()[id_of(reports[1])][-1]
    revoked = {"modified": "2026-11-04T00:00:00.000Z", "revoked": True, **more}
    world.bring(collection, names("report", 1, secret, other, **revoked), names("report", 2, other, **revoked))
    world.settle()
    assert id_of(reports[0]) not in world.there()
    assert b'"revoked": true' in world.there()[id_of(reports[1])][-1]
    assert world.states(share_id)[id_of(reports[0])] == "recalled"
    assert b"2026-11-04" not in b"".join(world.there().get(id_of(reports[0]), ())), "its bytes stay here"


def test_what_the_partner_revoked_itself_is_not_taken_back_from_it(world: Shared) -> None:
    collection = world.collection()
    shared = marked(indicator, 1, GREEN)
    world.bring(collection, shared)
    (share_id,) = world.share(collection).shares
    theirs = Source(giver=Giver.PEER, ref=f"{US} green", label="IC3", marks=Marks(tlp="green"))
    revoked = marked(indicator, 1, GREEN, modified="2026-11-03T00:00:00.000Z", revoked=True)
    world.bring(collection, revoked, source=theirs)
    world.settle()
    assert world.there() == {id_of(shared): [shared]}
    assert world.states(share_id) == {id_of(shared): "new"}


def test_the_form_says_in_words_what_names_something_and_lets_it_out(world: Shared) -> None:
    collection = world.collection()
    world.bring(collection, identity(1), names("report", 1, identity(1)))
    browser = world.vn.browser("giang")
    browser.get("/intelligence/sharing/new")
    shown = browser.post("/intelligence/sharing/new", {**world.form(collection), "act": "preview"}).text
    assert "Nêu tên đối tượng được giữ lại" in shown
    assert 'value="mentions"' in shown
    program = world.vn.program("giang", acts=("intel.share",))
    form = world.form(collection, let_out=["mentions"], why="Đối tác phải biết.")
    (told_,) = program.post("/api/intelligence/shares/preview", form).json()["previews"]
    assert (told_["count"], told_["withheld"]) == (1, {"persons": 1})


# --- the rules alone ----------------------------------------------------------------------------------------------


def candidate(raw: bytes) -> Candidate:
    return Candidate(1, id_of(raw), json.loads(raw)["type"], 1, False, 1, "clear", "h0", "", "", 1, raw)


def test_names_are_found_wherever_they_stand_and_markings_are_none() -> None:
    deep = {"extension-definition--1": {"list": [{"account_refs": [f"user-account--{uid(5)}"]}]}}
    raw = names(
        "report", 1, indicator(1), created_by_ref=id_of(identity(2)), object_marking_refs=[GREEN], extensions=deep,
        granular_markings=[{"marking_ref": AMBER, "selectors": ["name"]}],
    )  # fmt: skip
    found = naming(candidate(raw))
    assert found.every == {id_of(indicator(1)), id_of(identity(2)), f"user-account--{uid(5)}"}
    assert found.ends == frozenset()
    joins = naming(candidate(relationship(1, id_of(malware(1)), "uses", id_of(malware(2)))))
    assert joins.ends == joins.every == {id_of(malware(1)), id_of(malware(2))}


THINGS = [f"t--{place}" for place in range(7)]
GRAPHS = st.dictionaries(
    st.sampled_from(THINGS), st.tuples(st.sets(st.sampled_from(THINGS)), st.booleans()), min_size=1
)
REASONS = st.dictionaries(st.sampled_from(THINGS), st.sampled_from([None, None, Why.PERSONS, Why.THEIRS, Why.RED]))


@example(GRAPHS, REASONS, st.booleans())
def test_nothing_that_leaves_names_what_stays(
    graph: dict[str, tuple[set[str], bool]], reasons: dict[str, Why | None], released: bool
) -> None:
    named = {one: Naming(frozenset(of), frozenset(of) if ends else frozenset()) for one, (of, ends) in graph.items()}
    why = {one: reasons.get(one) for one in named}
    found = spread(why, named, unseen=(), let_out=frozenset({"mentions"}) if released else frozenset())
    stays = {one for one, reason in found.items() if reason not in (None, Why.THEIRS)}
    for one, reason in found.items():
        met = named[one].every & stays
        if reason is None:
            assert not (met if not released else named[one].ends & stays)
        elif reason in (Why.NAMES, Why.MENTIONS):
            assert met, "nothing is kept back without something that it names"
            assert why[one] is None
        else:
            assert reason is why[one]
