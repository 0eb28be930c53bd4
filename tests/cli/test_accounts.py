"""Accounts made at the console: their secrets are said once, lie sealed in the folder, and outlive new keys."""

from __future__ import annotations

from pathlib import Path

import pyotp
import pytest

from lienlac import settings
from lienlac.assembly import open_node
from lienlac.errors import NotAllowed
from lienlac.people import accounts
from tests.cli.conftest import PASSPHRASE, Folder
from tests.intelligence.certified import Made


def sign_in(folder: Folder, login: str, password: str, totp_secret: str) -> str:
    node = open_node(settings.load(folder.path), PASSPHRASE)
    try:
        now = node.clock.now()
        typed = accounts.SignIn(login=login, password=password, code=pyotp.TOTP(totp_secret).at(now))
        return accounts.sign_in(node.database, typed, safe=node.safe, now=now, chance=node.chance).officer.login
    finally:
        node.close()


def test_a_stolen_folder_without_the_passphrase_holds_no_second_factor(folder: Folder) -> None:
    made = folder("user", "add", "an", "--name", "An", "--unit", "Node vn-one", "--role", "duty-officer", "--json").json
    reset = folder("user", "reset", "admin", "--json").json
    secrets = [made["totp_secret"], reset["totp_secret"], folder.made["administrator"]["totp_secret"]]
    for file in folder.path.iterdir():
        held = file.read_bytes()
        assert not [secret for secret in secrets if secret.encode() in held], file.name


def test_second_factors_outlive_a_rotation_of_the_keys(folder: Folder) -> None:
    administrator = folder.made["administrator"]
    made = folder("user", "add", "an", "--name", "An", "--unit", "Node vn-one", "--role", "duty-officer", "--json").json
    folder("keys", "rotate")
    assert sign_in(folder, "admin", administrator["password"], administrator["totp_secret"]) == "admin"
    assert sign_in(folder, "an", made["password"], made["totp_secret"]) == "an"
    later = folder("user", "reset", "an", "--json").json
    assert sign_in(folder, "an", later["password"], later["totp_secret"]) == "an"
    with pytest.raises(NotAllowed, match="sign-in-failed"):
        sign_in(folder, "an", made["password"], made["totp_secret"])


def test_reset_takes_passkeys_and_codes_and_may_leave_the_password(folder: Folder) -> None:
    made = folder("user", "add", "an", "--name", "An", "--unit", "Node vn-one", "--role", "duty-officer", "--json").json
    again = folder("user", "reset", "an", "--keep-password", "--json").json
    assert (again["password"], again["totp_secret"] != made["totp_secret"]) == ("", True)
    assert sign_in(folder, "an", made["password"], again["totp_secret"]) == "an"
    with pytest.raises(NotAllowed):
        sign_in(folder, "an", made["password"], made["totp_secret"])


def test_browsers_are_listed_and_signed_out(folder: Folder) -> None:
    made = folder("user", "add", "an", "--name", "An", "--unit", "Node vn-one", "--role", "duty-officer", "--json").json
    sign_in(folder, "an", made["password"], made["totp_secret"])
    (row,) = folder("user", "sessions", "an", "--json").json
    assert row["way"] == "password"
    assert folder("user", "sessions", "an", "--end", row["id"], "--json").json == []


def test_an_identity_elsewhere_is_linked_once_and_taken_away(folder: Folder) -> None:
    for login in ("an", "bo"):
        folder("user", "add", login, "--name", login, "--unit", "Node vn-one", "--role", "duty-officer", "--json")
    identity = ("--issuer", "https://sso.example.vn", "--subject", "4f1c")
    folder("user", "link", "an", *identity)
    folder("user", "link", "bo", *identity, ok=3)
    assert folder("user", "unlink", "an", "--json").json == {"removed": 1}
    folder("user", "link", "bo", *identity)
    assert len(folder("user", "invite", "an", "--json").json["invitation"]) == 17


def test_a_certificate_is_bound_listed_and_let_go_at_the_console(folder: Folder, tmp_path: Path) -> None:
    folder("user", "add", "an", "--name", "An", "--unit", "Node vn-one", "--role", "analyst")
    token = folder("user", "token", "an", "--label", "SIEM", "--json").json["id"]
    made = Made("siem.example")
    pem, key = made.files(tmp_path)
    assert "(client-certificate)" in folder("user", "bind-certificate", "an", str(key), "--token", token, ok=1).err
    bound = folder("user", "bind-certificate", "an", str(pem), "--token", token, "--json").json
    assert bound["token"] == token
    assert (
        "(client-certificate-taken)" in folder("user", "bind-certificate", "an", str(pem), "--token", token, ok=3).err
    )
    listed = folder("user", "certificates", "an", "--json").json
    assert [one["fingerprint"] for one in listed[0]["certificates"]] == [bound["fingerprint"]]
    assert "CN=siem.example" in folder("user", "certificates", "an").out
    colons = ":".join(bound["fingerprint"][place : place + 2].upper() for place in range(0, 64, 2))
    folder("user", "end-certificate", "an", colons)
    assert folder("user", "certificates", "an", "--json").json[0]["certificates"] == []
    assert "(not-found)" in folder("user", "end-certificate", "an", colons, ok=3).err


def test_a_password_lapses_unless_its_officer_sits_at_the_console(folder: Folder) -> None:
    words = ("--name", "An", "--unit", "Node vn-one", "--role", "duty-officer", "--json")
    folder("user", "add", "an", *words)
    folder("user", "add", "binh", *words, "--keep-password")
    node = open_node(settings.load(folder.path), PASSPHRASE)
    try:
        with node.database.read() as connection:
            found = {login: accounts.by_login(connection, login) for login in ("an", "binh")}
    finally:
        node.close()
    assert {login: one is not None and one.handed_until is not None for login, one in found.items()} == {
        "an": True,
        "binh": False,
    }
