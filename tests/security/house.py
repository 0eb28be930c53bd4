"""A whole node as `assembly` builds it, a real partner, and officers of two units: what the attacks are played on.

`house.browser("anh")` is a signed-in browser, `house.program("anh")` a program with that officer's token. Sessions are
begun directly, so that no attack waits for a password hash. Requests come from the partner over the real exchange.
"""

from __future__ import annotations

import re
import shutil
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from lienlac import assembly
from lienlac.agreements import store as agreements
from lienlac.assembly import doors
from lienlac.emergencies.emergency import Fact as EmergencyFact
from lienlac.emergencies.kinds import OPEN
from lienlac.emergencies.store import facts as channel_facts
from lienlac.flash.kinds import WARN
from lienlac.flash.store import facts as warning_facts
from lienlac.flash.warning import Fact as WarningFact
from lienlac.hotline.forms.steps import read_step
from lienlac.hotline.lifecycle import Step
from lienlac.installation import CARD_FILE, WEB_SECRET_FILE
from lienlac.intelligence.collection import Draft, Marks
from lienlac.intelligence.feeds.feed import Draft as FeedDraft
from lienlac.intelligence.feeds.feed import Kind, Sealed
from lienlac.methods.forms.examples import SEEDS
from lienlac.people import sessions, tokens
from lienlac.people.officer import Officer, Role
from lienlac.records.access.desk import Act
from lienlac.records.fact import Standing as Taken
from lienlac.records.shared.desk import Say
from lienlac.settings import Settings
from lienlac.storage.database import Database
from lienlac.wire.bodies import emergencies as emergency_bodies
from lienlac.wire.bodies import lessons as lesson_words
from lienlac.wire.bodies.agreement import SecondOfficer
from lienlac.wire.bodies.cases import Evidence, EvidenceKind
from lienlac.wire.bodies.delegations import MinutesParagraph
from lienlac.wire.bodies.parts import Said
from tests.clients import TestClient, answered
from tests.emergencies.test_fold import EMERGENCY, OFFICERS, OPENED, SEATS
from tests.flash.test_fold import WARNED, WARNING
from tests.hotline.scene import START, US, VN, agreement, freeze_form, header_of
from tests.hotline.test_nodes import HotlineNode
from tests.intelligence.scene import FEED, indicator
from tests.people.cast import Cast
from tests.records.sides import AMBER
from tests.security.together import things_of_record
from tests.world.fakes import HandClock, SeededChance, WrongClock
from tests.world.nodes import SUPERVISOR, deliver_all, key_chain, pair

ORIGIN = "http://node.test"
NODE, PARTNER = "vn-a05", "us-ic3"
UNITS = {
    "fraud": ("Phòng chống lừa đảo", "Anti-fraud division"),
    "cyber": ("Phòng điều tra", "Investigation division"),
}
CREW = (
    ("anh", "fraud", Role.DUTY_OFFICER),
    ("binh", "fraud", Role.SUPERVISOR),
    ("chi", "cyber", Role.DUTY_OFFICER),
    ("dung", "cyber", Role.SUPERVISOR),
    ("giang", "cyber", Role.ANALYST),
    ("hai", "cyber", Role.INVESTIGATOR),
    ("khanh", "cyber", Role.LIAISON_OFFICER),
    ("linh", "cyber", Role.PROGRAMME_MANAGER),
    ("admin", "fraud", Role.ADMINISTRATOR),
)
"""Officers by login; the auditors `kiem` (whole node) and `soat` (only the anti-fraud division) come on top."""


class WholeNode(HotlineNode):
    """Viet Nam's node with everything that `assembly` puts together, under the name that the simulation knows."""

    folder: Path

    def start(self) -> None:
        keys, card = key_chain(self.node_id)[self.rotation]
        self.folder = self.path.with_suffix("")
        self.folder.mkdir(exist_ok=True)
        (self.folder / CARD_FILE).write_text(card)
        (self.folder / WEB_SECRET_FILE).write_bytes(b"w" * 32)
        settings = Settings(
            folder=self.folder, node_id=self.node_id, name_vi="Nút A05", name_en="Node A05", country="VN",
            people_url=ORIGIN, language="en", feed_hosts="taxii.example",
        )  # fmt: skip
        self.database = Database.open(f"sqlite:///{self.path}", synchronous="off")
        self.node = assembly.build_node(settings, self.database, keys, card, clock=self.clock, chance=self.chance)
        self.post, self.hotline = self.node.post, self.node.hotline


def make_template(folder: Path) -> dict[str, Path]:
    """The files of both nodes, paired, with an agreement and everybody's accounts."""
    vn, us, _ = _started(folder, HandClock())
    for node in (vn, us):
        node.database.create_all()
    agreement_id = pair(vn, us, agree=False)
    document = agreement(
        agreement_id=agreement_id,
        proposed_at=vn.clock.now(),
        parties=tuple(
            msgspec.structs.replace(party, node_id=node.node_id, fingerprint=node.post.office.fingerprint)
            for party, node in zip(agreement().parties, (vn, us), strict=True)
        ),
    )
    vn.post.desk.propose(SUPERVISOR, msgspec.json.encode(document))
    deliver_all([vn, us])
    us.post.desk.sign(SUPERVISOR, vn.node_id, 1)
    deliver_all([vn, us])
    cast = Cast(vn.database, vn.clock.now())
    for short, names in UNITS.items():
        cast.unit(short, *names)
    for login, unit, role in CREW:
        cast.add(login, role, unit=unit, language="en")
    cast.add("kiem", Role.AUDITOR, unit="cyber", language="en")
    cast.add("soat", Role.AUDITOR, unit="cyber", audits=["fraud"], language="en")
    for node in (vn, us):
        node.shut()
    return {NODE: vn.path, PARTNER: us.path}


def _started(folder: Path, clock: HandClock) -> tuple[WholeNode, HotlineNode, HandClock]:
    vn = WholeNode(NODE, folder / f"{NODE}.db", WrongClock(clock), SeededChance(f"{folder.name}/{NODE}"))
    us = HotlineNode(PARTNER, folder / f"{PARTNER}.db", WrongClock(clock), SeededChance(f"{folder.name}/{PARTNER}"))
    vn.start()
    us.start()
    return vn, us, clock


class House:
    """Both nodes, started on copies of the template's files."""

    def __init__(self, template: dict[str, Path], folder: Path) -> None:
        for path in template.values():
            shutil.copyfile(path, folder / path.name)
        self.vn, self.us, self.clock = _started(folder, HandClock())
        self.clock.turn(600)
        self.node, self.database, self.hotline = self.vn.node, self.vn.database, self.vn.hotline
        self.cast = Cast(self.database, self.clock.now())
        self.cast.adopt()
        self._collection: str | None = None
        self._feed: str | None = None
        self._records: dict[str, str] | None = None

    def shut(self) -> None:
        self.vn.shut()
        self.us.shut()

    def __getitem__(self, login: str) -> Officer:
        return self.cast[login]

    # --- requests ---
    def receive(self, **changes: Any) -> str:
        """A request of the partner's arrives; its id."""
        form = freeze_form(transferred_at=self.clock.now().isoformat(), **changes)
        request = self.us.hotline.open(self.us.officer, self.us.hotline.read_opening(form))
        deliver_all([self.us, self.vn])
        return request.id

    def send(self, login: str, **changes: Any) -> str:
        """A request of this node's leaves; its id."""
        form = freeze_form(transferred_at=self.clock.now().isoformat(), **changes)
        request = self.hotline.open(self[login], self.hotline.read_opening(form))
        deliver_all([self.us, self.vn])
        return request.id

    def act(self, login: str, request_id: str, step: Step, **fields: Any) -> None:
        """An officer of this node takes a step."""
        kind = self.hotline.show(self[login], request_id).request.kind
        self.hotline.act(self[login], request_id, step, read_step(step, kind, fields, self.clock.now()))
        deliver_all([self.us, self.vn])

    def emergency(self) -> str:
        """A channel that the partner opened and this node answered, with an entry of ours; planted as messages say it."""
        opened = structs.replace(OPENED, reference="US-E-2026-000001", officer=OFFICERS[US])
        answer = emergency_bodies.Answered(officer=OFFICERS[VN], seat=SEATS[0])
        said = emergency_bodies.Entered(
            officer=OFFICERS[VN], at=START, source=emergency_bodies.Source.OWN, text=emergency_bodies.Said(en="Seen.")
        )
        told = ((OPEN, PARTNER, opened), ("emergencies.answer", NODE, answer), ("emergencies.entry", NODE, said))
        for sequence, (kind, sender, body) in enumerate(told, 1):
            other = NODE if sender == PARTNER else PARTNER
            header = header_of(sender, other, kind, sequence, EMERGENCY, START)
            fact = EmergencyFact(header=header, body=body, digest="d" * 64, standing=Taken.ACCEPTED, received_at=START)
            self.database.write(partial(channel_facts.keep, new=fact, node_id=NODE))
            self.entry_id = header.id
        return EMERGENCY

    def collection(self) -> str:
        """A collection to which programs may add, with one object, and another in quarantine; its id."""
        if self._collection is None:
            made = self.node.intelligence.create(self["giang"], Draft(title="Lừa đảo ngoại hối", writable=True))
            outcome = self.node.intelligence.bring(self["giang"], made.id, [indicator(1), b"{}"], source=FEED)
            self.object_id, self.held_id = outcome.results[0].object_id, outcome.results[1].held_id
            self._collection = made.id
        return self._collection

    def draft(self) -> str:
        """A report that the analyst read in and has not confirmed; its id."""
        return self.node.intake.take_text(self["giang"], "STK 0071000123456 VCB").draft.id

    def feed(self) -> str:
        """A feed that brings something into a collection of its own; its id."""
        if self._feed is None:
            made = self.node.intelligence.create(self["giang"], Draft(title="Nguồn cấp"))
            self._feed = self.node.feeds.add(
                self["giang"],
                FeedDraft(
                    title="CERT", kind=Kind.TAXII_POLL, remote="all", collection_id=made.id, interval_min=60,
                    ceiling="", others=False, marks=Marks(), secrets=Sealed(address="https://taxii.example/taxii2/"),
                ),
            ).id  # fmt: skip
        return self._feed

    def imported(self) -> str:
        """A table that the analyst put in and whose columns are not yet confirmed; its id."""
        coming = self.node.imports.begin(self["giang"], "stk.csv")
        coming.write(b"sdt,ghi chu\n0912345678,x\n")
        upload = self.node.imports.accept(
            self["giang"], coming.finish(), collection_id=self.collection(), form="", marks=Marks(tlp="amber")
        )
        return upload.id

    def warning(self) -> str:
        """A flash warning that the partner sent; planted as messages say it."""
        warned = structs.replace(WARNED, reference="US-W-2026-000001", officer=OFFICERS[US])
        header = header_of(PARTNER, NODE, WARN, 1, WARNING, START)
        fact = WarningFact(header=header, body=warned, digest="d" * 64, standing=Taken.ACCEPTED, received_at=START)
        self.database.write(partial(warning_facts.keep, new=fact, node_id=NODE))
        return WARNING

    def method(self) -> str:
        """A record of a method that this node wrote; its id."""
        desk = self.node.methods
        return desk.write(self["giang"], desk.read(SEEDS[0])).id

    def records(self) -> dict[str, str]:
        """A record of each subject that authorities share; its things by the subject's address, as `cases:record_id`."""
        if self._records is None:
            self._records = {
                f"{shared.shape.kinds_prefix}:{name}": thing
                for shared in self.node.shared
                for name, thing in things_of_record(shared, self["binh"]).items()
            }
            self._records |= self._beside_records(self._records)
        return self._records

    def _beside_records(self, known: dict[str, str]) -> dict[str, str]:
        """What only one subject has: a paragraph of the minutes, a run of a lesson's checklist."""
        officer, delegations, lessons = self["binh"], self.node.delegations, self.node.lessons
        paragraph = MinutesParagraph(number=1, text=Said(vi="Một", en="One"))
        written = delegations.shared.state(officer, known["delegations:record_id"], [Say(says=paragraph, marks=AMBER)])
        step = lesson_words.Step(number=1, text=Said(vi="Bước", en="Step"))
        stated = lessons.shared.state(officer, known["lessons:record_id"], [Say(says=step, marks=AMBER)])
        return {
            "delegations:element_id": written.statements[0].element,
            "lessons:element_id": stated.statements[0].element,
            "lessons:run_id": lessons.running.begin(officer, known["lessons:record_id"]).id,
            "cases:exhibit_id": self.exhibit(known["cases:record_id"]),
        }

    def exhibit(self, case_id: str, by: str = "binh", content: bytes = b"evidence") -> str:
        """Something seized in a case, with its file; its id."""
        incoming = self.node.post.attachments.begin(self[by], "o cung.dd")
        incoming.write(content)
        upload = incoming.finish().upload_id
        word = Evidence(
            title="Ổ cứng", kind=EvidenceKind.IMAGE, acquired_at=self.clock.now(), acquired_by=self[by].name,
            place="Hà Nội", tool="FTK Imager 4.7", legal_basis="BLTTHS Điều 107",
        )  # fmt: skip
        made = self.node.cases.exhibits.add(self[by], case_id, word, AMBER, upload=upload)
        return made.statements[0].element

    def restrict(self, request_id: str, unit: str = "fraud", by: str = "binh") -> None:
        """From now on only that unit."""
        self.hotline.access.change(
            self[by], request_id, Act.RESTRICT, units=[self.cast.units[unit]], officers=[], reason="Nghi lộ tin"
        )

    def reference(self, request_id: str) -> str:
        return self.hotline.show(self["kiem"], request_id).request.reference

    def agree(self, **clause: Any) -> None:
        """Both sides sign that these need a second officer (`SecondOfficer`)."""
        with self.database.read() as connection:
            before = agreements.terms_in_force(connection, PARTNER)
        assert before is not None
        document = msgspec.structs.replace(
            before.agreement,
            version=before.agreement.version + 1,
            proposed_at=self.clock.now(),
            second_officer=SecondOfficer(**clause),
        )
        self.vn.post.desk.propose(SUPERVISOR, msgspec.json.encode(document))
        deliver_all([self.us, self.vn])
        self.us.post.desk.sign(SUPERVISOR, NODE, document.version)
        deliver_all([self.us, self.vn])

    # --- doors ---
    @cached_property
    def app(self) -> Any:
        """The people's application; attacks that use no door of it need none."""
        return doors.people_app(self.node)

    def browser(self, login: str) -> Browser:
        """A browser in which that officer has signed in."""
        opened = self.database.write(
            lambda connection: sessions.start(
                connection, self[login], client="", now=self.clock.now(), chance=self.node.chance, proof="totp"
            )
        )
        browser = Browser(TestClient(self.app, base_url=ORIGIN))
        browser.client.cookies.set("lienlac-session", opened.token, domain="node.test", path="/")
        browser.get("/account")
        return browser

    def program(self, login: str, scope: Any = "write", acts: Any = ()) -> Program:
        """A program with a token of that officer; `acts` are those that need a fresh factor otherwise."""
        made = self.database.write(
            lambda connection: tokens.create(
                connection,
                self[login],
                label="t",
                scope=scope,
                now=self.clock.now(),
                chance=self.node.chance,
                acts=acts,
            )
        )
        return Program(TestClient(self.app, base_url=ORIGIN), made.secret)


class Browser:
    """Keeps cookies, sends Origin, takes the form's token from the last page."""

    def __init__(self, client: Any) -> None:
        self.client, self.page = client, ""

    def get(self, path: str, **headers: str) -> Any:
        answer = self.client.get(path, follow_redirects=False, headers=headers)
        if "csrf-token" in answer.text:
            self.page = answer.text
        return answer

    def post(self, path: str, data: dict[str, Any] | None = None, **headers: str) -> Any:
        found = re.search(r'name="csrf-token" content="([^"]*)"', self.page)
        assert found, self.page[:300]
        shown = re.search(r'name="shown" value="([0-9a-f]{64})"', self.page)  # the last page's own hidden field
        fields = {"csrf": found[1], **({"shown": shown[1]} if shown else {}), **(data or {})}
        answer = self.client.post(path, data=fields, headers={"Origin": ORIGIN, **headers}, follow_redirects=False)
        if "csrf-token" in answer.text:
            self.page = answer.text
        return answered(answer, self.get)


class Program:
    """Calls the interface with a token."""

    def __init__(self, client: Any, token: str) -> None:
        self.client, self.headers = client, {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> Any:
        return self.client.get(path, headers=self.headers)

    def post(self, path: str, body: Any = None) -> Any:
        return self.client.post(path, json=body if body is not None else {}, headers=self.headers)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Any method; only those that carry a body get one."""
        sent = {"json": body if body is not None else {}} if method in {"POST", "PUT", "PATCH"} else {}
        return self.client.request(method, path, headers=self.headers, **sent)


NOISE = re.compile(r'[0-9a-f]{16,}|nonce="[^"]*"|[a-z]{2,4}-[a-z2-7]{26}|(?:VN|US)-20\d\d-\d{6}')


def told(answer: Any) -> tuple[int, str, dict[str, str]]:
    """An answer without what differs between any two calls: status, body and headers that a caller could compare."""
    kept = {"content-type", "content-length", "location", "cache-control", "hx-redirect", "www-authenticate"}
    headers = {name: value for name, value in answer.headers.items() if name in kept and name != "content-length"}
    return answer.status_code, NOISE.sub("·", answer.text), headers
