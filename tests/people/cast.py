"""Officers and units on a real database, by short names: what tests of need-to-know play with."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from lienlac.ids import SystemChance
from lienlac.keys.rest.safe import Safe
from lienlac.people import accounts
from lienlac.people.passwords import Hasher
from lienlac.people.units import desk as units
from lienlac.people.units import store as unit_store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lienlac.people.accounts import NewAccount
    from lienlac.people.officer import Officer, Role
    from lienlac.storage.database import Database

CHEAP = Hasher(memory_kib=64, rounds=1)
SAFE = Safe(b"k" * 32)


class Cast:
    """`cast["anh"]` is the officer as the database has them now; `cast.units["fraud"]` the id of a unit."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.database, self.now, self.chance = database, now, SystemChance()
        self.units: dict[str, str] = {}
        self.people: dict[str, NewAccount] = {}

    def adopt(self) -> None:
        """Take over who is in the database already; units go by the first word that tells their English names apart."""
        with self.database.read() as connection:
            for unit in unit_store.units(connection):
                self.units[{"Anti-fraud": "fraud", "Investigation": "cyber"}[unit.name_en.split()[0]]] = unit.id
            for officer, _ in accounts.every(connection):
                self.people[officer.login] = accounts.NewAccount(officer=officer)

    def unit(self, short: str, name_vi: str, name_en: str) -> str:
        made = self.database.write(
            lambda connection: units.add(connection, name_vi=name_vi, name_en=name_en, chance=self.chance)
        )
        self.units[short] = made.id
        return made.id

    def add(
        self,
        login: str,
        *roles: Role,
        unit: str,
        also: Sequence[str] = (),
        audits: Sequence[str] | None = None,
        **more: Any,
    ) -> NewAccount:
        made = self.database.write(
            lambda connection: accounts.create(
                connection,
                login=login,
                name=f"Nguyễn {login.title()}",
                unit=self.units[unit],
                also=[self.units[name] for name in also],
                audits=None if audits is None else [self.units[name] for name in audits],
                roles=roles,
                secrets=accounts.make_secrets(self.chance, CHEAP),
                safe=SAFE,
                now=self.now,
                chance=self.chance,
                **more,
            )
        )
        self.people[login] = made
        return made

    def __getitem__(self, login: str) -> Officer:
        with self.database.read() as connection:
            return accounts.get(connection, self.people[login].officer.id)

    def move(self, login: str, unit: str, *also: str) -> None:
        officer, further = self[login], [self.units[name] for name in also]
        self.database.write(lambda connection: units.assign(connection, officer, first=self.units[unit], also=further))

    def close(self, unit: str) -> None:
        def work(connection: Any) -> None:
            found = units.get(connection, self.units[unit])
            units.change(connection, dataclasses.replace(found, active=False))

        self.database.write(work)
