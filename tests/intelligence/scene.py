"""A node's intelligence on a real database, officers of two units, and objects that are right in themselves."""

from __future__ import annotations

import json
import uuid
from typing import Any

from lienlac import journal
from lienlac.intelligence.collection import Collection, Draft, Giver, Source
from lienlac.intelligence.desk import Intelligence
from lienlac.intelligence.matching import EVERYTHING, Match
from lienlac.intelligence.outcome import Outcome
from lienlac.intelligence.shown import Page
from lienlac.people.officer import Officer, Role
from lienlac.storage.database import Database
from tests.people.cast import Cast
from tests.world.fakes import HandClock, SeededChance

FEED = Source(giver=Giver.FEED, ref="fed-1", label="A feed")
GREEN, AMBER, RED = (
    "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
)
"""TLP 2.0."""


def uid(number: int) -> str:
    return str(uuid.UUID(int=number, version=4))


def indicator(number: int = 1, modified: str = "2026-11-01T00:00:00.000Z", **more: Any) -> bytes:
    """Object number so-and-so; the same words give the same bytes."""
    value = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--{uid(number)}",
        "created": "2026-10-01T00:00:00.000Z",
        "modified": modified,
        "name": f"Trang lừa đảo số {number}",
        "indicator_types": ["malicious-activity"],
        "pattern": "[domain-name:value = 'hoa-sen-invest.example']",
        "pattern_type": "stix",
        "valid_from": "2026-10-01T00:00:00Z",
    }
    return json.dumps({**value, **more}, ensure_ascii=False).encode()


def malware(number: int = 1, **more: Any) -> bytes:
    value = {
        "type": "malware",
        "spec_version": "2.1",
        "id": f"malware--{uid(number)}",
        "created": "2026-10-01T00:00:00.000Z",
        "modified": "2026-10-01T00:00:00.000Z",
        "name": "Gói cài đặt giả",
        "is_family": False,
    }
    return json.dumps({**value, **more}, ensure_ascii=False).encode()


def domain(number: int = 1, name: str = "hoa-sen-invest.example", **more: Any) -> bytes:
    """An observable: neither created nor modified."""
    value = {"type": "domain-name", "spec_version": "2.1", "id": f"domain-name--{uid(number)}", "value": name}
    return json.dumps({**value, **more}).encode()


def id_of(raw: bytes) -> str:
    return str(json.loads(raw)["id"])


class Desk:
    """`desk.analyst` reads, adds and manages; `desk.other` is an analyst of another unit; `desk.looker` only reads."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock = database, HandClock()
        self.chance = SeededChance("intelligence")
        self.intelligence = Intelligence(database=database, clock=self.clock, chance=self.chance, record=journal.record)
        self.cast = Cast(database, self.clock.now())
        self.cast.unit("fraud", "Phòng chống lừa đảo", "Anti-fraud division")
        self.cast.unit("cyber", "Phòng điều tra", "Investigation division")
        self.cast.add("giang", Role.ANALYST, unit="cyber")
        self.cast.add("sep", Role.SUPERVISOR, unit="cyber")
        self.cast.add("khac", Role.ANALYST, unit="fraud")
        self.cast.add("linh", Role.PROGRAMME_MANAGER, unit="cyber")
        self.cast.add("admin", Role.ADMINISTRATOR, unit="cyber")

    @property
    def analyst(self) -> Officer:
        return self.cast["giang"]

    @property
    def other(self) -> Officer:
        return self.cast["khac"]

    @property
    def looker(self) -> Officer:
        return self.cast["linh"]

    def collection(self, title: str = "Lừa đảo ngoại hối", **more: Any) -> Collection:
        return self.intelligence.create(self.analyst, Draft(title=title, **{"writable": True, **more}))

    def bring(self, collection: Collection, *raws: bytes, source: Source = FEED) -> Outcome:
        return self.intelligence.bring(self.analyst, collection.id, list(raws), source=source)

    def page(self, collection: Collection, match: Match = EVERYTHING, *, after: int = -1, rows: int = 1000) -> Page:
        return self.intelligence.page(self.analyst, collection.id, match, after_us=after, rows=rows)

    def raws(self, collection: Collection, match: Match = EVERYTHING) -> list[bytes]:
        return [row.raw for row in self.page(collection, match).rows]

    def fresh(self, collection: Collection) -> Collection:
        """As it stands now."""
        return self.intelligence.collection(self.analyst, collection.id)[0]
