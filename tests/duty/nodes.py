"""Two whole nodes, wired by the assembly as they are served: real keys, agreement, hotline, duty and web applications.

Only the wire between them, the clock and chance are the tests' own.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import msgspec
import pyotp

from lienlac import assembly
from lienlac.assembly import Node, doors
from lienlac.duty.roster.shift import Draft
from lienlac.exchange import store
from lienlac.exchange.transport.courier import answer_delivery
from lienlac.hotline.lifecycle import Step
from lienlac.installation import WEB_SECRET_FILE
from lienlac.notices.channels import Address, Channel, ChannelKind
from lienlac.notices.courier.rounds import Rounds, seal
from lienlac.notices.store import channels as rows
from lienlac.people import accounts, tokens
from lienlac.people.officer import Officer, Role
from lienlac.settings import Settings
from lienlac.storage.database import Database
from tests.clients import TestClient, answered
from tests.duty.scene import HOUR, Road, agreed
from tests.hotline.scene import freeze_form
from tests.notices.scene import CHEAP
from tests.people.offices import office
from tests.world.fakes import START, HandClock, SeededChance
from tests.world.nodes import key_chain

ORIGIN = "http://node.test"
VN, US = "vn-a05", "us-ic3"
NAMES = {
    VN: ("Cục A05, Bộ Công an", "Department A05, Ministry of Public Security"),
    US: ("Trung tâm IC3, FBI", "IC3, Federal Bureau of Investigation"),
}
BOSS = Officer(id="console", login="console", name="Console", unit="", roles=frozenset({Role.SUPERVISOR}))


@dataclass
class Side:
    """One authority's node with its people and the road of its notices."""

    node: Node
    clock: HandClock
    chance: SeededChance
    language: Any
    road: Road = field(default_factory=Road)
    people: dict[str, accounts.NewAccount] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.node.settings.node_id

    def hire(self, login: str, name: str, *roles: Role, unit: str = "Cục A05", channel: bool = True) -> Officer:
        made = self.node.database.write(
            lambda connection: accounts.create(
                connection, login=login, name=name, unit=office(connection, unit), roles=roles or (Role.DUTY_OFFICER,),
                secrets=accounts.make_secrets(self.chance, CHEAP), safe=self.node.safe, now=self.clock.now(),
                chance=self.chance, language=self.language,
                time_zone="Asia/Ho_Chi_Minh" if self.language == "vi" else "America/New_York",
            )
        )  # fmt: skip
        self.people[login] = made
        if channel:
            self.channel(made.officer.id, f"{login}@{self.id}.example")
        return made.officer

    def officer(self, login: str) -> Officer:
        with self.node.database.read() as connection:
            return accounts.by_login(connection, login)

    def channel(self, owner: str, to: str, *, verified: bool = True) -> Channel:
        channel_id = f"chn-{len(self.chance.token(1).hex()) and self.chance.token(13).hex()}"
        made = Channel(
            id=channel_id, owner=owner, kind=ChannelKind.EMAIL, shown=to, place=0,
            verified_at=self.clock.now() if verified else None, sealed=seal(Address(to=to), self.node.safe, channel_id),
        )  # fmt: skip
        self.node.database.write(lambda connection: rows.add(connection, made, self.clock.now()))
        return made

    def shift(self, login: str, begins_h: float, ends_h: float, line: int = 1) -> Any:
        draft = Draft(officer=login, unit="", line=line, begins=START + begins_h * HOUR, ends=START + ends_h * HOUR)
        return self.node.duty.roster.add(BOSS, draft)

    def rounds(self) -> Rounds:
        return Rounds(
            database=self.node.database, clock=self.clock, chance=SeededChance("worker"), safe=self.node.safe,
            ways={ChannelKind.EMAIL: self.road}, language=self.language, changed=lambda: None,
        )  # fmt: skip

    def turn(self) -> None:
        """The node's loop turns once."""
        now = self.clock.now()
        self.node.database.write(lambda connection: self.node.hotline.watch(connection, now))
        self.node.database.write(lambda connection: self.node.emergencies.watch(connection, now))
        self.node.database.write(lambda connection: self.node.warnings.watch(connection, now))
        self.node.database.write(lambda connection: self.node.cases.watch_hot(connection, now))
        self.node.duty.watch(now)
        worker = self.rounds()
        while asyncio.run(worker.deliver_due(now)):
            pass

    def told(self) -> list[str]:
        logins = {made.officer.id: login for login, made in self.people.items()}
        return [logins.get(owner, owner) for owner in self.road.owners]

    # --- doors ---
    @cached_property
    def app(self) -> Any:
        return doors.people_app(self.node)

    def browser(self, login: str) -> Browser:
        browser = Browser(TestClient(self.app, base_url=ORIGIN))
        browser.get("/sign-in")
        made = self.people[login]
        typed = {"login": login, "password": made.password, "code": pyotp.TOTP(made.totp_secret).at(self.clock.now())}
        answer = browser.post("/sign-in", typed)
        assert answer.status_code == 303, answer.text
        self.clock.turn(31)
        browser.get("/account")
        return browser

    def program(self, login: str, scope: Any = "write", acts: Any = ()) -> Program:
        made = self.node.database.write(
            lambda connection: tokens.create(
                connection,
                self.officer(login),
                label="program",
                scope=scope,
                now=self.clock.now(),
                chance=self.chance,
                acts=acts,
            )
        )
        return Program(TestClient(self.app, base_url=ORIGIN), str(made.secret))


class Program:
    """Calls the interface with a token."""

    def __init__(self, client: Any, token: str) -> None:
        self.client, self.headers = client, {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> Any:
        return self.client.get(path, headers=self.headers)

    def post(self, path: str, body: Any = None) -> Any:
        return self.client.post(path, json=body if body is not None else {}, headers=self.headers)


class Browser:
    """Keeps cookies, sends Origin, takes the form's token from the last page."""

    def __init__(self, client: Any) -> None:
        self.client, self.page = client, ""

    def get(self, path: str) -> Any:
        answer = self.client.get(path, follow_redirects=False)
        if "csrf-token" in answer.text:
            self.page = answer.text
        return answer

    def post(self, path: str, data: dict[str, Any] | None = None) -> Any:
        found = re.search(r'name="csrf-token" content="([^"]*)"', self.page)
        assert found, self.page[:300]
        fields = {"csrf": found[1], **(data or {})}
        return answered(
            self.client.post(path, data=fields, headers={"Origin": ORIGIN}, follow_redirects=False), self.get
        )

    def follow(self, answer: Any) -> Any:
        assert answer.status_code == 303, answer.text
        return self.get(answer.headers["location"])


class World:
    """Viet Nam's and the United States' nodes, paired, with an agreement in force that names `duty.on-call`."""

    def __init__(self, folder: Path, *, agreement: Any = None) -> None:
        for node_id in (VN, US):
            (folder / node_id).mkdir(parents=True)
            (folder / node_id / WEB_SECRET_FILE).write_bytes(b"s" * 32)
        self._open(folder)
        for side in (self.vn, self.us):
            side.node.database.create_all()
        self._pair(agreement)

    def _open(self, folder: Path, seed: str = "") -> None:
        """Both nodes, started on what lies in the folder."""
        self.folder, self.clock = folder, HandClock()
        self.vn, self.us = self._side(folder, VN, "vi", seed), self._side(folder, US, "en", seed)

    def copied(self, folder: Path) -> Self:
        """The same world, started anew on copies of these files; this one stays as it is, and closed."""
        made = copy(self)
        self.close()
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        made._open(folder, seed="copied")  # whoever starts again draws other ids
        made.clock.at = self.clock.at
        for before, after in ((self.vn, made.vn), (self.us, made.us)):
            after.people |= before.people
        return made

    def _side(self, folder: Path, node_id: str, language: Any, seed: str) -> Side:
        here = folder / node_id
        settings = Settings(
            folder=here, node_id=node_id, name_vi=NAMES[node_id][0], name_en=NAMES[node_id][1],
            country=node_id[:2].upper(), people_url=ORIGIN, language=language,
        )  # fmt: skip
        keys, card = key_chain(node_id)[0]
        database = Database.open(f"sqlite:///{here / 'node.db'}", synchronous="off")
        chance = SeededChance(f"{node_id} {seed}")
        node = assembly.build_node(settings, database, keys, card, clock=self.clock, chance=chance)
        return Side(node, self.clock, SeededChance(f"{node_id} people {seed}"), language)

    def _pair(self, agreement: Any) -> None:
        vn, us = self.vn.node.post, self.us.node.post
        invitation = vn.desk.invite(BOSS)
        acceptance = us.desk.accept(BOSS, invitation, heard_fingerprint=vn.office.fingerprint)
        assert acceptance is not None
        vn.desk.accept(BOSS, acceptance, heard_fingerprint=us.office.fingerprint)
        agreement_id = vn.desk.read_paper(acceptance).paper.agreement_id
        document = agreement or agreed()
        parties = tuple(
            msgspec.structs.replace(
                party, node_id=side.id, fingerprint=side.node.post.office.fingerprint,
                contact=msgspec.structs.replace(party.contact, email=f"named@{side.id}.example", named_officer="Đại tá Hùng"),
            )
            for party, side in zip(document.parties, (self.vn, self.us), strict=True)
        )  # fmt: skip
        document = msgspec.structs.replace(document, agreement_id=agreement_id, parties=parties)
        vn.desk.propose(BOSS, msgspec.json.encode(document))
        self.deliver()
        us.desk.sign(BOSS, VN, document.version)
        self.deliver()

    def deliver(self) -> None:
        """Bring over everything that waits, both ways."""
        for _ in range(40):
            moved = False
            for side, other in ((self.vn, self.us), (self.us, self.vn)):
                post = side.node.post
                with side.node.database.read() as connection:
                    lanes = store.outbox_lanes(connection)
                for _peer, lane in lanes:
                    parcel = post.courier.parcel(other.id, lane)
                    if parcel is not None:
                        away = other.node.post
                        answer = answer_delivery(away.office, away.arrivals, parcel.body, side.id)[1]
                        post.courier.delivered(parcel, answer)
                        moved = True
            if not moved:
                return
        raise AssertionError("never quiet")

    def turn(self, minutes: float = 0) -> None:
        """Time passes on both nodes, and what they say goes over."""
        self.clock.turn(minutes * 60)
        for side in (self.vn, self.us):
            side.turn()
        self.deliver()
        for side in (self.vn, self.us):
            side.turn()

    def freeze(self, **changes: Any) -> Any:
        """The United States ask Viet Nam to hold a payment."""
        form = freeze_form(**changes)
        opening = self.us.node.hotline.read_opening(form)
        request = self.us.node.hotline.open(self.us.officer("mark"), opening)
        self.deliver()
        return request

    def step(self, side: Side, login: str, request: Any, step: Step, **fields: Any) -> Any:
        officer = side.officer(login)
        form = side.node.hotline.read_step(request.id, step, fields, officer)
        made = side.node.hotline.act(officer, request.id, step, form)
        self.deliver()
        return made

    def close(self) -> None:
        self.vn.node.close()
        self.us.node.close()

    def staffed(self) -> World:
        """With officers on both sides and a roster of two weeks."""
        self.vn.hire("anh", "Nguyễn Thị Ánh")
        self.vn.hire("binh", "Trần Quốc Bình")
        self.vn.hire("chi", "Lê Mai Chi")
        self.vn.hire("truong", "Phạm Văn Trường", Role.SUPERVISOR)
        self.vn.hire("quan", "Vũ Quân", Role.ADMINISTRATOR, channel=False)
        self.vn.hire("kiem", "Đỗ Kiểm", Role.AUDITOR, channel=False)
        self.us.hire("mark", "Mark Hill", unit="IC3 RAT")
        self.us.hire("jane", "Jane Doe", unit="IC3 RAT")
        self.us.hire("chief", "Grace Lee", Role.SUPERVISOR, unit="IC3 RAT")
        logins = ("anh", "binh", "chi")
        for number in range(-2, 26):
            for line in (1, 2, 3):
                self.vn.shift(logins[(number + line - 1) % 3], number * 12 - 2, number * 12 + 10, line)
        self.us.shift("mark", -10, 38)
        self.us.shift("jane", -10, 38, 2)
        return self
