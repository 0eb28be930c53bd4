"""Two people act on one account at the same time, or one acts on what they read a while ago."""

from __future__ import annotations

import dataclasses
import threading
from datetime import timedelta

import pytest

from lienlac.errors import NotAllowed
from lienlac.ids import Chance
from lienlac.people import accounts, store
from lienlac.people.officer import Role
from lienlac.people.passwords import Hasher
from tests.people.conftest import SAFE, People


def test_a_choice_of_language_gives_no_role_back_and_opens_no_closed_account(people: People) -> None:
    """The officer's browser sends its choice while the administrator is closing the account."""
    people.add("root", Role.ADMINISTRATOR)
    stale = people.add("tuyet", Role.SUPERVISOR).officer
    closed = dataclasses.replace(stale, roles=frozenset({Role.AUDITOR}), active=False)
    people.database.write(lambda connection: accounts.change(connection, closed))
    chosen = dataclasses.replace(stale, language="en", theme="dark")
    people.database.write(lambda connection: accounts.choose(connection, chosen))
    with people.database.read() as connection:
        assert accounts.get(connection, stale.id) == dataclasses.replace(closed, language="en", theme="dark")


class Meanwhile(Hasher):
    """Something else happens while a password is being hashed."""

    def __init__(self, act: object) -> None:
        super().__init__(memory_kib=64, rounds=1)
        self.act = act

    def hash(self, password: str, chance: Chance) -> str:
        self.act()  # type: ignore[operator]
        return super().hash(password, chance)


@pytest.mark.parametrize("what", ["reset", "close"])
def test_a_new_password_does_not_undo_what_the_administrator_did_meanwhile(
    people: People, cheap: Hasher, what: str
) -> None:
    people.add("root", Role.ADMINISTRATOR)
    account = people.add("tuyet")
    secrets = accounts.make_secrets(people.chance, cheap)

    def meanwhile() -> None:
        if what == "reset":
            people.database.write(
                lambda c: accounts.reset(c, account.officer, secrets=secrets, safe=SAFE, now=people.now)
            )
        else:
            people.database.write(lambda c: accounts.change(c, dataclasses.replace(account.officer, active=False)))

    with people.database.read() as connection:
        before = store.credentials(connection, account_id=account.officer.id)
    with pytest.raises(NotAllowed, match="password-wrong"):
        accounts.change_password(
            people.database,
            account.officer,
            old=account.password,
            new="bốn con chim sẻ nhỏ",
            keep_session=None,
            now=people.now,
            chance=people.chance,
            hasher=Meanwhile(meanwhile),
        )
    with people.database.read() as connection:
        after = store.credentials(connection, account_id=account.officer.id)
    assert before is not None
    assert after is not None
    assert after.password_hash == (secrets.password_hash if what == "reset" else before.password_hash)


def test_a_reset_while_somebody_signs_in_leaves_them_outside(people: People, cheap: Hasher) -> None:
    account = people.add("tuyet")
    secrets = accounts.make_secrets(people.chance, cheap)

    class Late(Hasher):
        def verify_here(self, hash_text: str | None, password: str) -> bool:
            right = super().verify_here(hash_text, password)
            people.database.write(
                lambda c: accounts.reset(c, account.officer, secrets=secrets, safe=SAFE, now=people.now)
            )
            return right

    typed = accounts.SignIn(login="tuyet", password=account.password, code=people.code(account, people.now))
    with pytest.raises(NotAllowed, match="sign-in-failed"):
        accounts.sign_in(
            people.database,
            typed,
            safe=SAFE,
            now=people.now,
            chance=people.chance,
            hasher=Late(memory_kib=64, rounds=1),
        )


def test_a_flood_of_sign_ins_takes_no_thread_and_writes_nothing(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waiting takes a thread, and pages need threads: beyond a few, strangers are sent away at once."""
    monkeypatch.setattr("lienlac.limits.PASSWORD_HASHES_WAITING", 0)
    account = people.add("tuyet")
    hasher = Hasher(memory_kib=64, rounds=1)
    typed = accounts.SignIn(login="tuyet", password=account.password, code=people.code(account, people.now))
    with hasher.place(), hasher.place(), pytest.raises(NotAllowed, match="sign-in-busy"):
        accounts.sign_in(people.database, typed, safe=SAFE, now=people.now, chance=people.chance, hasher=hasher)
    with people.database.read() as connection:
        assert list(connection.execute(store.failed_attempt.select())) == []
    accounts.sign_in(people.database, typed, safe=SAFE, now=people.now, chance=people.chance, hasher=hasher)


def test_a_place_that_failed_is_given_back(people: People) -> None:
    hasher = Hasher(memory_kib=64, rounds=1)
    for _ in range(20):
        with pytest.raises(ZeroDivisionError), hasher.place():
            raise ZeroDivisionError
    assert hasher.verify(hasher.hash("x", people.chance), "x")


def test_two_who_type_the_same_code_at_once_one_comes_in(people: People) -> None:
    account = people.add("tuyet")
    heard: list[str] = []

    def attempt() -> None:
        try:
            heard.append(people.sign_in(account, people.now + timedelta(seconds=1)).id)
        except NotAllowed as error:
            heard.append(error.code)

    threads = [threading.Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard.count("sign-in-failed") == 3
