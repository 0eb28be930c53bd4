"""Attack: listen to the live stream for ids of requests that one may not know of, or on after one's rights ended."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from lienlac.hotline.lifecycle import Step
from lienlac.people.officer import Role
from lienlac.records.access.desk import Act
from lienlac.ui.guard import ask_of
from lienlac.ui.live import events

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.ui.page import Ask
    from tests.security.house import House


def listen(house: House, logins: tuple[str, ...], happen: Callable[[], None]) -> dict[str, str]:
    """What each officer's page hears while something happens in another thread."""
    asks = {login: ask_for(house, login) for login in logins}

    async def play() -> dict[str, str]:
        heard: dict[str, list[bytes]] = {login: [] for login in logins}
        listening = {login: asyncio.Event() for login in logins}

        async def follow(login: str) -> None:
            async for chunk in events(asks[login], frozenset({"requests", "link"})):
                heard[login].append(chunk)
                listening[login].set()

        tasks = [asyncio.create_task(follow(login)) for login in logins]
        await asyncio.gather(*(event.wait() for event in listening.values()))
        await asyncio.to_thread(happen)
        house.node.hub.close()
        await asyncio.gather(*tasks)
        return {login: b"".join(chunks).decode() for login, chunks in heard.items()}

    return asyncio.run(play())


def ask_for(house: House, login: str) -> Ask:
    """The call of a signed-in officer, as the guard makes it."""
    caught: list[Any] = []
    browser = house.browser(login)
    hook = lambda _message, scope: caught.append(scope) or asyncio.sleep(0)  # noqa: E731
    browser.client.app.before_send.append(hook)
    browser.get("/account")
    browser.client.app.before_send.remove(hook)
    ask = ask_of(type("Connection", (), {"scope": caught[0]}))  # type: ignore[arg-type]
    assert ask is not None
    return ask


def test_only_those_who_may_know_of_it_hear_of_it(house: House) -> None:
    hidden, plain = house.receive(), house.receive()
    house.restrict(hidden)

    def happen() -> None:
        house.act("anh", hidden, Step.ACKNOWLEDGE)
        house.act("anh", plain, Step.ACKNOWLEDGE)

    heard = listen(house, ("anh", "binh", "chi", "dung", "kiem", "soat"), happen)
    assert {login for login, text in heard.items() if hidden in text} == {"anh", "binh", "kiem", "soat"}
    assert {login for login, text in heard.items() if plain in text} == {"anh", "binh", "chi", "dung", "kiem", "soat"}


def test_a_restriction_is_told_to_pages_that_showed_it_and_then_no_more(house: House) -> None:
    request_id = house.receive()

    def happen() -> None:
        house.restrict(request_id)
        house.act("anh", request_id, Step.ACKNOWLEDGE)

    heard = listen(house, ("anh", "chi"), happen)
    assert heard["chi"].count(f"event: thing-{request_id}") == 1, "the page that showed it must drop it"
    assert heard["anh"].count(f"event: thing-{request_id}") >= 1, "what comes together may be told once"


def test_messages_of_the_partner_about_what_is_hidden_are_not_heard(house: House) -> None:
    hidden = house.receive()
    house.act("anh", hidden, Step.ACKNOWLEDGE)
    house.restrict(hidden)

    def happen() -> None:
        from lienlac.hotline.forms.steps import read_step
        from tests.world.nodes import deliver_all

        form = read_step(Step.NOTE, "hotline.freeze-payment", {"text": "More money moved."}, house.clock.now())
        house.us.hotline.act(house.us.officer, hidden, Step.NOTE, form)
        deliver_all([house.us, house.vn])

    heard = listen(house, ("anh", "chi"), happen)
    assert hidden in heard["anh"]
    assert hidden not in heard["chi"]


def test_an_officer_who_leaves_the_unit_hears_no_more_on_a_page_that_stays_open(house: House) -> None:
    before, after = house.receive(), house.receive()
    for hidden in (before, after):
        house.restrict(hidden)
    admin = house.browser("admin")
    admin.get(f"/users/{house['anh'].id}")

    def happen() -> None:
        house.act("binh", before, Step.ACKNOWLEDGE)
        form = {"name": "Anh", "unit": house.cast.units["cyber"], "roles": ["duty-officer"], "reads": "all"}
        assert admin.post(f"/users/{house['anh'].id}", form).status_code == 303
        house.hotline.access.change(house["binh"], after, Act.ALLOW, units=[], officers=["hai"], reason="r")

    heard = listen(house, ("anh", "binh"), happen)
    assert {login for login, text in heard.items() if f"event: thing-{before}" in text} == {"anh", "binh"}
    assert {login for login, text in heard.items() if f"event: thing-{after}" in text} == {"binh"}


@pytest.mark.parametrize("act", ["close", "role"])
def test_a_stream_ends_with_the_right_to_it(house: House, act: str) -> None:
    """Whoever loses the role hears nothing more, not even what everybody hears; the stream is over at once."""
    request_id = house.receive()
    admin = house.browser("admin")
    admin.get(f"/users/{house['giang'].id}")

    def happen() -> None:
        path = f"/users/{house['giang'].id}"
        if act == "close":
            assert admin.post(f"{path}/close").status_code == 303
        else:
            form = {"name": "G", "unit": house.cast.units["cyber"], "roles": [Role.ADMINISTRATOR.value]}
            assert admin.post(path, form).status_code == 303
        house.act("anh", request_id, Step.ACKNOWLEDGE)

    heard = listen(house, ("giang", "chi"), happen)
    assert request_id in heard["chi"]
    assert request_id not in heard["giang"]
