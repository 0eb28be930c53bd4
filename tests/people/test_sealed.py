"""Second factors at rest: a stolen database or backup gives none away; older databases are sealed when opened."""

from __future__ import annotations

import dataclasses
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from lienlac.errors import NotAllowed
from lienlac.keys.rest.safe import Safe, is_sealed
from lienlac.people import accounts, store
from lienlac.storage import migrations
from lienlac.storage.backend import open_backend
from lienlac.storage.database import Database
from tests.people.conftest import CHEAP, SAFE, People


def test_stolen_backup_holds_no_second_factor(people: People) -> None:
    account = people.add("tuyet")
    with people.database.read() as connection:
        rows = list(connection.execute(store.account.select()))
    assert account.totp_secret not in repr(rows)
    assert all(is_sealed(row.totp_sealed) for row in rows)


def test_a_reset_seals_the_new_second_factor_too(people: People, cheap: object) -> None:
    account = people.add("tuyet")
    made = people.database.write(
        lambda connection: accounts.reset(
            connection, account.officer, secrets=accounts.make_secrets(people.chance, cheap), safe=SAFE, now=people.now
        )
    )
    with people.database.read() as connection:
        assert made.totp_secret not in repr(list(connection.execute(store.account.select())))
    people.sign_in(made, people.now)


def test_somebody_elses_second_factor_copied_into_a_row_does_not_serve(people: People) -> None:
    """Whoever can write to the database, but not read the safe, cannot let one phone open another's account."""
    victim, thief = people.add("tuyet"), people.add("trom")
    with people.database.read() as connection:
        own = dict(store.stored_totp(connection))
    people.database.write(lambda connection: store.reseal_totp(connection, victim.officer.id, own[thief.officer.id]))
    with pytest.raises(NotAllowed, match="safe-does-not-open"):
        people.sign_in(victim, people.now, code=people.code(thief, people.now))


def test_a_database_under_other_keys_says_so_and_only_to_who_knows_the_password(people: People) -> None:
    account = people.add("tuyet")
    typed = accounts.SignIn(login="tuyet", password=account.password, code=people.code(account, people.now))

    def code_of(password: str) -> str:
        with pytest.raises(NotAllowed) as caught:
            accounts.sign_in(
                people.database,
                dataclasses.replace(typed, password=password),
                safe=Safe(b"z" * 32),
                now=people.now,
                chance=people.chance,
                hasher=CHEAP,
            )
        return caught.value.code

    assert code_of("wrong") == "sign-in-failed"
    assert code_of(account.password) == "safe-does-not-open"


def test_sealing_twice_changes_nothing(people: People) -> None:
    people.add("tuyet")
    with people.database.read() as connection:
        before = store.stored_totp(connection)
    assert people.database.write(lambda connection: accounts.seal_stored(connection, SAFE)) == 0
    with people.database.read() as connection:
        assert store.stored_totp(connection) == before


def at_version_one(url: str, folder: Path) -> None:
    """A database as the first version left it: empty, second factors in the clear."""
    versions = folder / "versions"
    versions.mkdir()
    shutil.copy(migrations.VERSIONS / "0001_the_first_tables.py", versions)
    migrations.upgrade(open_backend(url, "off"), versions)


def test_what_an_older_version_left_in_the_clear_is_sealed_and_still_serves(
    empty_database_url: str, tmp_path: Path, cheap: object
) -> None:
    at_version_one(empty_database_url, tmp_path)
    secret, password = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "mười con chim sẻ"
    with Database.open(empty_database_url, synchronous="off") as database:
        old = People(database)
        hashed = cheap.hash(password, old.chance)
        row = (
            "INSERT INTO account VALUES ('off-old', 'cu', 'Cũ', 'A05', 'duty-officer', 'vi', 'UTC', 'system', true,"
            " :hash, :secret, 0, 0, NULL)"
        )
        database.write(lambda connection: connection.execute(text(row), {"hash": hashed, "secret": secret}))
        database.migrate()
        assert database.write(lambda connection: accounts.seal_stored(connection, SAFE)) == 1
        with database.read() as connection:
            assert secret not in repr(list(connection.execute(store.account.select())))
            officer = accounts.by_login(connection, "cu")
        account = accounts.NewAccount(officer=officer, password=password, totp_secret=secret)
        old.sign_in(account, old.now)
        with pytest.raises(NotAllowed, match="sign-in-failed"):
            old.sign_in(account, old.now + timedelta(seconds=1))  # what was used stays used
    if empty_database_url.startswith("sqlite"):
        path = Path(empty_database_url.removeprefix("sqlite:///"))
        left = [file.read_bytes() for file in path.parent.glob(f"{path.name}*")]
        assert left
        assert not any(secret.encode() in data for data in left)
