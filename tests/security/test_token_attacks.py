"""Attacks on access tokens: guess one, use one that has ended, steal one from the database, go beyond its scope, end
somebody else's. What a token did last is seen by its owner.
"""

from __future__ import annotations

import sqlalchemy as sa

from lienlac.people import tokens
from lienlac.people.store import api_token
from tests.security.house import House


def test_attack_a_guessed_token_opens_nothing(house: House) -> None:
    known = house.program("anh").headers["Authorization"].removeprefix("Bearer ")
    near = known[:-1] + ("A" if known[-1] != "A" else "B")
    for guess in (near, known.upper(), known[:-1], f"{known} ", "lienlac_" + "A" * 43, "", "null"):
        answer = house.program("anh").client.get("/api/requests", headers={"Authorization": f"Bearer {guess}x"})
        assert answer.status_code == 401, guess
    assert len(known) == len("lienlac_") + 43, "256 bits of chance"


def test_attack_a_stolen_database_holds_no_token(house: House) -> None:
    secret = house.program("anh").headers["Authorization"].removeprefix("Bearer ")
    with house.database.read() as connection:
        rows = connection.execute(sa.select(api_token)).mappings().all()
    assert rows
    assert all(secret not in str(value) and secret[8:] not in str(value) for row in rows for value in row.values())


def test_attack_a_token_after_its_end_opens_nothing(house: House) -> None:
    program = house.program("anh")
    assert program.get("/api/requests").status_code == 200
    house.clock.turn(31 * 86_400)
    assert program.get("/api/requests").status_code == 401


def test_attack_a_token_that_was_ended_opens_nothing(house: House) -> None:
    program = house.program("anh")
    with house.database.read() as connection:
        (row,) = tokens.own(connection, house["anh"])
    house.database.write(lambda connection: tokens.end(connection, house["anh"], row.id))
    assert program.get("/api/requests").status_code == 401


def test_attack_a_token_of_a_closed_account_opens_nothing(house: House) -> None:
    program = house.program("anh")
    house.database.write(
        lambda connection: connection.execute(sa.text("UPDATE account SET active = false WHERE login = 'anh'"))
    )
    assert program.get("/api/requests").status_code == 401


def test_attack_end_somebody_elses_token(house: House) -> None:
    """The answer is the one for a token that does not exist, and the token goes on working."""
    program = house.program("anh")
    with house.database.read() as connection:
        (row,) = tokens.own(connection, house["anh"])
    other = house.browser("chi")
    theirs = other.post(f"/account/tokens/{row.id}/end")
    nobodys = other.post("/account/tokens/tok-" + "a" * 26 + "/end")
    assert theirs.status_code == nobodys.status_code == 404
    assert program.get("/api/requests").status_code == 200


def test_attack_a_reading_token_changes_nothing(house: House) -> None:
    request_id = house.receive()
    program = house.program("anh", "read")
    for path in ("acknowledge", "note", "restrict"):
        assert program.post(f"/api/requests/{request_id}/{path}", {}).status_code == 403
    assert program.get(f"/api/requests/{request_id}").json()["state"] == "delivered"


def test_attack_a_token_opens_no_screen_and_a_session_no_interface(house: House) -> None:
    program, browser = house.program("anh"), house.browser("anh")
    assert program.client.get("/requests", headers=program.headers, follow_redirects=False).status_code == 303
    assert browser.client.get("/api/requests").status_code == 401
    assert browser.client.get("/api/requests?access_token=" + program.headers["Authorization"][7:]).status_code == 401


def test_what_a_token_did_last_is_seen_by_its_owner_and_nobody_else(house: House) -> None:
    program = house.program("anh")

    def used() -> object:
        with house.database.read() as connection:
            (row,) = tokens.own(connection, house["anh"])
        return row.used_at

    assert used() is None
    program.get("/api/requests")
    first = used()
    assert first == house.clock.now()
    house.clock.turn(10)
    program.get("/api/requests")
    assert used() == first, "once a minute is enough"
    house.clock.turn(120)
    program.get("/api/requests")
    assert used() == house.clock.now()
    assert "Last used" in house.browser("anh").get("/account").text
    assert house.browser("chi").get("/account").text.count("Bearer") == 0
