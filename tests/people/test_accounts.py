"""Making accounts and signing in, with each attack on it under its own name."""

from __future__ import annotations

import dataclasses
import threading
from datetime import timedelta

import pytest

from lienlac.errors import NotAllowed, Refused
from lienlac.people import accounts, lockout, passwords, sessions, store
from lienlac.people.factors.letters import ALPHABET
from lienlac.people.officer import Role
from tests.people.conftest import SAFE


def code_of(call, *args, **more):
    with pytest.raises((NotAllowed, Refused)) as caught:
        call(*args, **more)
    return caught.value.code


def test_a_new_account_signs_in_with_the_secrets_shown_once(people):
    account = people.add("tuyet")
    opened = people.sign_in(account, people.now)
    with people.database.read() as connection:
        present = sessions.find(connection, opened.token, people.now)
    assert present is not None
    assert present.officer == account.officer


def test_secrets_do_not_show_in_representations(people):
    account = people.add("tuyet")
    opened = people.sign_in(account, people.now)
    shown = repr(account) + repr(opened) + repr(accounts.SignIn(login="x", password="hidden-p", code="hidden-c"))
    for secret in (account.password, account.totp_secret, opened.token, "hidden-p", "hidden-c"):
        assert secret not in shown


def test_stolen_backup_holds_no_password_and_no_token(people):
    account = people.add("tuyet")
    opened = people.sign_in(account, people.now)
    with people.database.read() as connection:
        kept = repr([list(connection.execute(table.select())) for table in (store.account, store.session)])
    assert account.password not in kept
    assert opened.token not in kept
    assert "$argon2id$" in kept


def test_user_enumeration_unknown_login_fails_like_a_wrong_password(people):
    account = people.add("tuyet")
    stranger = dataclasses.replace(account, officer=dataclasses.replace(account.officer, login="nobody"))
    heard = [[], []]
    for _ in range(8):
        heard[0].append(code_of(people.sign_in, account, people.now, password="wrong"))
        heard[1].append(code_of(people.sign_in, stranger, people.now, password="wrong"))
    assert heard[0] == heard[1]
    assert heard[0][:5] == ["sign-in-failed"] * 5
    assert heard[0][5:] == ["too-many-attempts"] * 3


def test_user_enumeration_by_time_an_unknown_login_is_hashed_too(people, cheap, monkeypatch):
    hashed = []
    verify = cheap.verify_here
    monkeypatch.setattr(cheap, "verify_here", lambda known, typed: hashed.append(known) or verify(known, typed))
    account = people.add("tuyet")
    stranger = dataclasses.replace(account, officer=dataclasses.replace(account.officer, login="nobody"))
    assert code_of(people.sign_in, stranger, people.now) == "sign-in-failed"
    assert hashed == [None]
    assert cheap.verify(None, "nobody's password") is False


def test_totp_replay_a_code_serves_once(people):
    account = people.add("tuyet")
    people.sign_in(account, people.now)
    assert code_of(people.sign_in, account, people.now) == "sign-in-failed"
    people.sign_in(account, people.now + timedelta(seconds=30))


def test_totp_replay_an_older_code_in_the_window_does_not_serve_after_a_newer_one(people):
    account = people.add("tuyet")
    old = people.code(account, people.now)
    people.sign_in(account, people.now + timedelta(seconds=30))
    assert code_of(people.sign_in, account, people.now + timedelta(seconds=30), code=old) == "sign-in-failed"


def test_totp_brute_force_a_right_password_gets_five_codes_not_a_million(people):
    account = people.add("tuyet")
    heard = [code_of(people.sign_in, account, people.now, code=f"{guess:06}") for guess in range(20)]
    assert heard.count("sign-in-failed") == 5
    # the right code does not help while the door is closed
    assert code_of(people.sign_in, account, people.now) == "too-many-attempts"
    people.sign_in(account, people.now + timedelta(seconds=31))


def test_brute_force_in_parallel_gains_nothing(people):
    account = people.add("tuyet")
    heard = []

    def attempt():
        try:
            people.sign_in(account, people.now, password="wrong")
        except NotAllowed as error:
            heard.append(error.code)

    threads = [threading.Thread(target=attempt) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard.count("sign-in-failed") == 5
    assert set(heard) <= {"sign-in-failed", "too-many-attempts", "sign-in-busy"}
    assert len(heard) == 16


def test_made_up_logins_cannot_fill_the_disk(people, monkeypatch):
    monkeypatch.setattr("lienlac.limits.FAILED_SUBJECTS_MAX", 5)
    account = people.add("tuyet")
    for number in range(12):
        stranger = dataclasses.replace(account, officer=dataclasses.replace(account.officer, login=f"made-up-{number}"))
        code_of(people.sign_in, stranger, people.now + timedelta(seconds=number))
    with people.database.read() as connection:
        assert len(list(connection.execute(store.failed_attempt.select()))) <= 5


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "12 34 5x", "-12345", "000000\n0"])
def test_odd_codes_are_only_wrong(people, code):
    assert code_of(people.sign_in, people.add("tuyet"), people.now, code=code) == "sign-in-failed"


def test_a_code_may_be_typed_with_a_space(people):
    account = people.add("tuyet")
    digits = people.code(account, people.now)
    people.sign_in(account, people.now, code=f"{digits[:3]} {digits[3:]}")


@pytest.mark.parametrize("password", ["", " ", "\0", "x" * 100_000, "\ud800"])
def test_odd_passwords_are_only_wrong(people, password):
    assert code_of(people.sign_in, people.add("tuyet"), people.now, password=password) == "sign-in-failed"


@pytest.mark.parametrize("login", ["", "\0", "\ud800", "' or 1=1 --", "x" * 100_000, "tuyet\n", "ｔｕｙｅｔ"])
def test_odd_logins_are_only_wrong(people, login):
    account = people.add("tuyet")
    stranger = dataclasses.replace(account, officer=dataclasses.replace(account.officer, login=login))
    if login.strip() == "tuyet":
        people.sign_in(stranger, people.now)
    else:
        assert code_of(people.sign_in, stranger, people.now) == "sign-in-failed"


def test_a_closed_account_is_out_at_once_and_fails_like_a_wrong_password(people):
    people.add("root", Role.ADMINISTRATOR)
    account = people.add("tuyet")
    opened = people.sign_in(account, people.now)
    closed = dataclasses.replace(account.officer, active=False)
    people.database.write(lambda connection: accounts.change(connection, closed))
    with people.database.read() as connection:
        assert sessions.find(connection, opened.token, people.now) is None
    assert code_of(people.sign_in, account, people.now + timedelta(minutes=1)) == "sign-in-failed"


def test_losing_a_role_ends_every_session(people):
    people.add("root", Role.ADMINISTRATOR)
    account = people.add("tuyet", Role.SUPERVISOR)
    opened = people.sign_in(account, people.now)
    lesser = dataclasses.replace(account.officer, roles=frozenset({Role.DUTY_OFFICER}))
    people.database.write(lambda connection: accounts.change(connection, lesser))
    with people.database.read() as connection:
        assert sessions.find(connection, opened.token, people.now) is None


def test_a_reset_makes_all_old_secrets_worthless(people, cheap):
    account = people.add("tuyet")
    opened = people.sign_in(account, people.now)
    made = people.database.write(
        lambda connection: accounts.reset(
            connection, account.officer, secrets=accounts.make_secrets(people.chance, cheap), safe=SAFE, now=people.now
        )
    )
    later = people.now + timedelta(minutes=1)
    with people.database.read() as connection:
        assert sessions.find(connection, opened.token, later) is None
    assert code_of(people.sign_in, account, later) == "sign-in-failed"
    assert code_of(people.sign_in, account, later, password=made.password) == "sign-in-failed"
    people.sign_in(made, later)


def test_the_last_administrator_cannot_be_closed(people):
    root = people.add("root", Role.ADMINISTRATOR)
    closed = dataclasses.replace(root.officer, active=False)
    assert (
        code_of(people.database.write, lambda connection: accounts.change(connection, closed)) == "last-administrator"
    )


def test_a_login_belongs_to_one_officer_whatever_its_case(people):
    people.add("tuyet")
    assert code_of(people.add, "TUYET") == "login-taken"


@pytest.mark.parametrize("login", ["", "x", "-x", "a b", "a/b", "tuyết", "a" * 41, "a\nb", "<b>"])
def test_logins_of_other_shapes_are_refused(people, login):
    assert code_of(people.add, login) == "login-malformed"


def test_auditor_and_administrator_stand_alone(people):
    assert code_of(people.add, "x1", Role.AUDITOR, Role.DUTY_OFFICER) == "roles-conflict"
    assert code_of(people.add, "x2", Role.ADMINISTRATOR, Role.SUPERVISOR) == "roles-conflict"
    people.add("x3", Role.SUPERVISOR, Role.DUTY_OFFICER)


def test_changing_the_password_needs_the_present_one_and_signs_out_the_others(people, cheap):
    account = people.add("tuyet")
    mine = people.sign_in(account, people.now)
    other = people.sign_in(account, people.now + timedelta(seconds=30))

    def change(old, new):
        accounts.change_password(
            people.database,
            account.officer,
            old=old,
            new=new,
            keep_session=mine.id,
            now=people.now,
            chance=people.chance,
            hasher=cheap,
        )

    assert code_of(change, "wrong", "bốn con chim sẻ nhỏ") == "password-wrong"
    assert code_of(change, account.password, "short") == "password-too-short"
    assert code_of(change, account.password, "aaaaaaaaaaaaaaaa") == "password-too-plain"
    assert code_of(change, account.password, "xx-tuyet-yy-zz-123") == "password-too-plain"
    assert code_of(change, account.password, account.password) == "password-same"
    change(account.password, "bốn con chim sẻ nhỏ")
    with people.database.read() as connection:
        assert sessions.find(connection, mine.token, people.now) is not None
        assert sessions.find(connection, other.token, people.now) is None
    people.sign_in(account, people.now + timedelta(minutes=2), password="bốn con chim sẻ nhỏ")


def test_generated_passwords_are_long_readable_and_differ(people):
    made = {passwords.generate(people.chance) for _ in range(50)}
    assert len(made) == 50
    for password in made:
        assert len(password) == 29
        assert set(password) <= set(ALPHABET) | {"-"}


def test_waits_grow_and_end_at_a_quarter_of_an_hour():
    waits = [lockout.wait_after(failures).total_seconds() for failures in range(60)]
    assert waits[:5] == [0, 0, 0, 0, 0]
    assert waits[5:8] == [30, 60, 120]
    assert waits == sorted(waits)
    assert waits[-1] == 900


def test_a_clock_that_was_ahead_keeps_nobody_out_once_it_is_right(people):
    account = people.add("tuyet")
    ahead = people.now + timedelta(days=1)
    for _ in range(6):
        assert code_of(people.sign_in, account, ahead, code="000000")
    assert code_of(people.sign_in, account, ahead) == "too-many-attempts"
    people.sign_in(account, people.now)


def test_failures_are_forgotten_after_a_day(people):
    account = people.add("tuyet")
    for _ in range(5):
        code_of(people.sign_in, account, people.now, password="wrong")
    tomorrow = people.now + timedelta(days=1, seconds=1)
    for _ in range(5):
        assert code_of(people.sign_in, account, tomorrow, password="wrong") == "sign-in-failed"


def test_more_hashes_than_places_are_told_to_wait(people, cheap, monkeypatch):
    monkeypatch.setattr("lienlac.limits.PASSWORD_HASH_WAIT_S", 0.01)
    for _ in range(2):
        cheap._slots.acquire()
    try:
        assert code_of(cheap.verify, None, "x") == "sign-in-busy"
    finally:
        for _ in range(2):
            cheap._slots.release()


@pytest.mark.parametrize(
    "password",
    ["Password123456!", "matkhau@2026!!", "CongAn-VietNam-2026", "lienlac lienlac 12345", "Cảnh sát Hà Nội", "Qwertyuiop123456",
     "A05-FBI-IC3-2026!", "Welcome2026Admin", "abcabcabcabc", "Interpol#1234567", "Bí mật của Hà Nội"[:14]],
)  # fmt: skip
def test_guessing_by_words_that_everybody_here_would_try(password):
    with pytest.raises(Refused, match="password-too-plain"):
        passwords.check_chosen(password, "anh")


@pytest.mark.parametrize(
    "password",
    ["con mèo ngủ trên mái tôn", "correct horse battery staple", "7kq4m-x2p9w-hanoi", "tàu hoả đi Vinh 6 giờ"],
)
def test_words_of_the_field_may_stand_in_a_password_that_has_more(password):
    passwords.check_chosen(password, "anh")
