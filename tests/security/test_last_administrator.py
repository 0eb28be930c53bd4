"""Attack: leave the node without anybody who manages it: close, demote, both at once, from two sides."""

from __future__ import annotations

import dataclasses
import threading
from typing import TYPE_CHECKING, Any

import pytest

from lienlac.errors import NotAllowed
from lienlac.people import accounts
from lienlac.people.officer import Role
from tests.people.cast import Cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.storage.database import Database
    from tests.security.house import House


def administrators(database: Database) -> int:
    with database.read() as connection:
        return sum(officer.active and Role.ADMINISTRATOR in officer.roles for officer, _ in accounts.every(connection))


@pytest.mark.parametrize("fields", [{"roles": ["duty-officer"]}, None])
def test_the_last_administrator_cannot_be_removed_by_themselves(house: House, fields: dict[str, Any] | None) -> None:
    browser = house.browser("admin")
    path = f"/users/{house['admin'].id}"
    if fields is None:
        assert browser.post(f"{path}/close").status_code == 409
    else:
        browser.post(path, {"name": "A", "unit": house.cast.units["fraud"], **fields})
    assert administrators(house.database) == 1


def test_of_two_administrators_one_may_remove_the_other_and_then_nobody(house: House) -> None:
    house.cast.add("second", Role.ADMINISTRATOR, unit="fraud")
    browser = house.browser("admin")
    browser.get("/users")
    assert browser.post(f"/users/{house['second'].id}/close").status_code == 303
    assert browser.post(f"/users/{house['admin'].id}/close").status_code == 409
    assert administrators(house.database) == 1


def test_two_administrators_who_remove_each_other_at_once_do_not_both_succeed(
    new_database: Callable[[], Database],
) -> None:
    """On both products, each with a writer of its own as two processes have; the second is told that it is the last."""
    database = new_database()
    from datetime import UTC, datetime

    cast = Cast(database, datetime(2026, 11, 23, 3, tzinfo=UTC))
    cast.unit("fraud", "Phòng A", "Division A")
    cast.add("mot", Role.ADMINISTRATOR, unit="fraud")
    cast.add("hai", Role.ADMINISTRATOR, unit="fraud")
    gate, said = threading.Barrier(2), []

    def remove(login: str) -> None:
        victim = dataclasses.replace(cast[login], active=False)
        gate.wait()
        try:
            database.write(lambda connection: accounts.change(connection, victim))
            said.append("done")
        except NotAllowed as error:
            said.append(error.code)

    threads = [threading.Thread(target=remove, args=(login,)) for login in ("mot", "hai")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["done", "last-administrator"]
    assert administrators(database) == 1


def test_a_closed_administrator_does_not_count_as_one(house: House) -> None:
    house.cast.add("second", Role.ADMINISTRATOR, unit="fraud")
    closed = dataclasses.replace(house["second"], active=False)
    house.database.write(lambda connection: accounts.change(connection, closed))
    demoted = dataclasses.replace(house["admin"], roles=frozenset({Role.ANALYST}))
    with pytest.raises(NotAllowed, match="last-administrator"):
        house.database.write(lambda connection: accounts.change(connection, demoted))
