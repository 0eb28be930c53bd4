"""Attack: a peer sends texts that would be more than text: markup, attributes, addresses, templates, turned-round words.

Every free text of every body of the hotline is poisoned from the body's own type (`poison`), sent or replayed into the
node, and every page that shows requests is read as a browser reads it, in both languages: each text stands there, as
text, and nothing else came of it. Codes that no list of ours knows must not take a page down either. File names, notices
and exports stand in `test_file_names_and_exports.py`, officers' own forms in `test_stored_xss_through_forms.py`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from lienlac.agreements import store as agreements
from lienlac.exchange.post import Arrived, Outgoing
from lienlac.hotline.forms.clocks import clocks_agreed
from lienlac.hotline.kinds import BY_NAME, STEP_OF, kind_of
from lienlac.hotline.lifecycle import WRITES, Side, Step
from lienlac.wire.bodies import hotline as bodies
from lienlac.wire.message import Marks, Pap, Tlp
from tests.hotline.cases import CLOCKS, NAMES, OFFICER, body_of, opening_of, report_of
from tests.hotline.scene import freeze_form, header_of
from tests.security.house import NODE, PARTNER
from tests.security.poison import BIDI, PRODUCT, SHAPES, Page, Poison, faults_of
from tests.world.nodes import deliver_all

if TYPE_CHECKING:
    from tests.security.house import Browser, House

KEPT = frozenset({"reference", "clocks"})
NOT_SHOWN = re.compile(
    r"\.phone$"  # of an officer who takes a later step: the desk's number stands beside the request
    r"|Corrected\.opening\.officer\."  # the officer of a correction is its message's
    r"|TakeDown\.targets\.0\.value$"  # an address is shown so that nobody follows it by mistake
)
"""Texts that pages leave out or show otherwise, with the reason; everything else must be read somewhere."""


class Peer:
    """What a dishonest partner says, as if long ago: stored as a record that was recovered (clause 7), unchecked."""

    def __init__(self, house: House, poison: Poison) -> None:
        self.house, self.poison, self.number = house, poison, 0

    def says(self, record_id: str, step: Step, body: Any, side: Side, kind: str = "") -> str:
        """One message of a request that the partner opened; its id."""
        self.number += 1
        ours = side is Side.EXECUTOR  # the partner may also show us words that we are said to have sent
        sender, recipient = (NODE, PARTNER) if ours else (PARTNER, NODE)
        header = header_of(
            sender, recipient, kind or kind_of(step), self.number, record_id, self.house.clock.now(), token=record_id
        )
        header = msgspec.structs.replace(header, id=f"msg-{_letters(self.number)}")
        if step is Step.OPEN:  # later messages repeat what the first one said of itself
            basis, conditions = (
                self.poison.text(f"header.{name}", 300) for name in ("legal_basis_text", "handling_text")
            )
            marks = Marks(tlp=Tlp.AMBER, pap=Pap.AMBER, handling_text=conditions)
            header = msgspec.structs.replace(header, legal_basis_text=basis, marks=marks)
        arrived = Arrived(
            header=header,
            body=msgspec.json.decode(msgspec.json.encode(body), type=type(body)),  # what cannot travel is no attack
            digest=f"{self.number:064x}",
            received_at=self.house.clock.now(),
            replayed=True,
            ours=False,
        )
        handler = self.house.hotline.arrival_handlers[header.kind][0]
        self.house.database.write(lambda connection: handler(connection, arrived))
        return header.id

    def opens(self, name: str) -> str:
        record_id = f"req-{_letters(self.number)}"
        body = self.poison.body(opening_of(name), keep=KEPT)
        body = msgspec.structs.replace(body, reference=f"US-2026-{900_000 + self.number}", clocks=CLOCKS)
        self.says(record_id, Step.OPEN, body, Side.REQUESTER, BY_NAME[name].kind)
        return record_id


def _letters(number: int) -> str:
    return f"{number:026d}".translate(str.maketrans("0123456789", "abcdefghij"))


def in_both_languages(browser: Browser, paths: list[str]) -> dict[str, str]:
    """Every page by its address and language."""
    found = {}
    for language in ("en", "vi"):
        choices = {"language": language, "time_zone": "UTC", "theme": "system"}
        assert browser.post("/account/choices", choices).status_code == 303
        browser.get("/account")
        for path in paths:
            answer = browser.get(path)
            assert answer.status_code == 200, (path, language, answer.status_code)
            found[f"{path} {language}"] = answer.text
    return found


def shown(text: str) -> str:
    """How a text stands on a page: signs that turn a line round are made visible."""
    return "".join("\N{REPLACEMENT CHARACTER}" if letter in BIDI[:2] else letter for letter in text)


def look(pages: dict[str, str]) -> str:
    """Every word of these pages, once none of them does anything with a text but show it."""
    for path, text in pages.items():
        assert faults_of(text) == [], path
    return "\n".join(Page(text).words for text in pages.values())


def unread(poison: Poison, words: str) -> list[str]:
    """Where texts went in that no page shows, or shows changed."""
    return [where for where, text in poison.texts.items() if shown(text) not in words and not NOT_SHOWN.search(where)]


def pages_of(record_id: str) -> list[str]:
    return [f"/requests/{record_id}{page}" for page in ("", "/status", "/timeline", "/access")]


LISTS = [
    "/",
    "/requests",
    "/requests?stage=all",
    "/requests/rows",
    "/log",
    "/duty",
    "/duty/alarms",
    "/approvals",
    "/peers",
]


@pytest.mark.parametrize("page", ["<p>{}</p>", '<p title="{}"></p>', "<p title='{}'></p>", '<a href="{}">x</a>'])
def test_the_reader_of_these_tests_sees_what_is_not_escaped(page: str) -> None:
    seen = {shape: faults_of(page.format(Poison(text).text("x"))) for shape, text in SHAPES.items()}
    assert seen["markup"] or "'" in page
    assert seen["link"] or "href" not in page
    assert seen["attribute"] or "'" not in page
    assert faults_of(page.format(PRODUCT))
    assert faults_of("<p>a &lt;b&gt; c</p>") == []


@pytest.mark.parametrize("shape", list(SHAPES))
def test_every_text_of_every_kind_and_result_is_text(house: House, shape: str) -> None:
    poison = Poison(SHAPES[shape])
    peer = Peer(house, poison)
    records = []
    for name in NAMES:
        record_id = peer.opens(name)
        report = poison.body(report_of(name))  # type: ignore[arg-type]  # a report is a struct
        officer = poison.body(bodies.Officer(name="N", unit="U"))
        peer.says(record_id, Step.RESULT, bodies.Result(officer=officer, report=report), Side.EXECUTOR)
        records.append(record_id)
    assert len(poison.texts) > 250
    browser = house.browser("binh")
    paths = LISTS + [path for record_id in records for path in pages_of(record_id)[::3]]
    words = look(in_both_languages(browser, [path for path in paths if not path.endswith("/access")]))
    assert not unread(poison, words)


@pytest.mark.parametrize("shape", list(SHAPES))
def test_every_text_of_every_step_is_text(house: House, shape: str) -> None:
    poison = Poison(SHAPES[shape])
    peer = Peer(house, poison)
    records = []
    for step in sorted(set(STEP_OF.values()) - {Step.OPEN, Step.LAPSE}):
        if step in (Step.OPEN, Step.LAPSE):
            continue
        record_id = peer.opens("freeze-payment")
        for side in sorted(WRITES[step]):
            asked = peer.says(record_id, Step.ASK, bodies.Asked(officer=poison.body(bodies.Officer(name="N", unit="U")),
                              question=poison.text(f"{step}.{side}.question")), Side.EXECUTOR)  # fmt: skip
            body: Any = body_of(step, asked)
            peer.says(record_id, step, poison.body(body, keep=KEPT), side)
        records.append(record_id)
    browser = house.browser("binh")
    words = look(in_both_languages(browser, [path for record_id in records for path in pages_of(record_id)]))
    assert not unread(poison, words)


def test_codes_that_no_list_knows_take_no_page_down(house: House) -> None:
    """A newer partner, or a dishonest one, names kinds, currencies and grounds that this node has never heard of."""
    peer = Peer(house, Poison("{mark}", codes=True))
    records = []
    for name in NAMES:
        record_id = peer.opens(name)
        report = peer.poison.body(report_of(name))  # type: ignore[arg-type]  # a report is a struct
        peer.says(record_id, Step.RESULT, bodies.Result(officer=OFFICER, report=report), Side.EXECUTOR)
        for step in (Step.REFUSE, Step.RETURN, Step.ASK_USE, Step.ACCEPT):
            peer.says(record_id, step, peer.poison.body(body_of(step, "")), min(WRITES[step]))  # type: ignore[arg-type]
        records.append(record_id)
    browser = house.browser("binh")
    pages = in_both_languages(browser, LISTS + [f"/requests/{record_id}" for record_id in records])
    assert sum(text.count("no-such-code") for text in pages.values()) > 50, "codes are shown as they came"


def test_the_real_exchange_lets_such_texts_through(house: House) -> None:
    """So what is escaped above does arrive: no door before the pages may be relied upon to stop a text."""
    poison = Poison(SHAPES["markup"])
    record_id = "req-" + "t" * 26
    sent = house.us.hotline.read_opening({**freeze_form(), "transferred_at": house.clock.now().isoformat()})
    with house.us.database.read() as connection:
        terms = agreements.terms_in_force(connection, NODE)
    assert terms is not None
    body = sent.make(
        reference="US-2026-000777",
        clocks=clocks_agreed(terms, sent.kind, sent.urgency, authorised=False),
        officer=OFFICER,
    )
    poisoned = poison.body(body, keep=KEPT | {"beneficiaries", "victims", "terrorism", "authorisation"})
    outgoing = Outgoing(
        kind=sent.kind, body=poisoned, recipient=NODE, purpose=sent.purpose, legal_basis=sent.legal_basis,
        legal_basis_text=poison.text("header", 300), typology=sent.typology, marks=sent.marks,
        addressees=("duty-desk",), record_id=record_id,
    )  # fmt: skip
    house.us.database.write(lambda connection: house.us.post.departures.send(connection, outgoing))
    deliver_all([house.us, house.vn])
    words = look(in_both_languages(house.browser("binh"), pages_of(record_id)[:1]))
    assert not unread(poison, words)
