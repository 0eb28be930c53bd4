"""Officers on a real database, with cheap password hashes and a time that is handed in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyotp
import pytest

from lienlac.ids import SystemChance
from lienlac.keys.rest.safe import Safe
from lienlac.people import accounts
from lienlac.people.officer import Role
from lienlac.people.passwords import Hasher
from lienlac.storage.database import Database
from tests.people.offices import office

if TYPE_CHECKING:
    from lienlac.people.accounts import NewAccount
    from lienlac.people.sessions import Opened

NOW = datetime(2026, 11, 23, 3, 5, tzinfo=UTC)
CHEAP = Hasher(memory_kib=64, rounds=1)
SAFE = Safe(b"k" * 32)


class People:
    """What the tests do with accounts, at a time they name."""

    now = NOW

    def __init__(self, database: Database) -> None:
        self.database = database
        self.chance = SystemChance()

    def add(self, login: str, *roles: Role) -> NewAccount:
        return self.database.write(
            lambda connection: accounts.create(
                connection,
                login=login,
                name="Nguyễn Thị Ánh Tuyết",
                unit=office(connection, "Cục A05"),
                roles=roles or (Role.DUTY_OFFICER,),
                secrets=accounts.make_secrets(self.chance, CHEAP),
                safe=SAFE,
                now=self.now,
                chance=self.chance,
            )
        )

    def code(self, account: NewAccount, at: datetime) -> str:
        return pyotp.TOTP(account.totp_secret).at(at)

    def sign_in(
        self, account: NewAccount, at: datetime, *, password: str | None = None, code: str | None = None
    ) -> Opened:
        typed = accounts.SignIn(
            login=account.officer.login,
            password=account.password if password is None else password,
            code=self.code(account, at) if code is None else code,
        )
        return accounts.sign_in(self.database, typed, safe=SAFE, now=at, chance=self.chance, hasher=CHEAP)


@pytest.fixture
def people(database: Database) -> People:
    return People(database)


@pytest.fixture
def cheap() -> Hasher:
    return CHEAP
