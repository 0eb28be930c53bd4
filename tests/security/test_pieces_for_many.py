"""Attack: read another officer's lines, names or secrets in what is made once and sent to many open pages."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest

from lienlac.hotline.lifecycle import Step
from lienlac.people.rights import scope_of
from lienlac.records.access.desk import Act
from lienlac.ui.live import _page, events
from lienlac.ui.rounds import views
from lienlac.ui.rounds.open_page import OpenPage
from lienlac.ui.rounds.sight import Memo
from tests.security.test_live_streams import ask_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lienlac.ui.page import Ask
    from tests.security.house import House

INBOX = "direction=in"


@pytest.fixture(autouse=True)
def prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounds gather hardly at all, and nobody waits for a turn."""
    monkeypatch.setattr("lienlac.limits.LIVE_GATHER_S", 0.01)
    monkeypatch.setattr("lienlac.limits.LIVE_VIEW_GATHER_S", 0.01)


def sent(
    house: House,
    pages: Mapping[str, str],
    happen: Callable[[], None],
    *,
    enough: Callable[[dict[str, str]], bool],
) -> tuple[dict[str, str], dict[str, Ask]]:
    """What each officer's page with that view was sent after something happened, until there is enough."""
    asks = {login: ask_for(house, login) for login in pages}
    heard = dict.fromkeys(pages, "")

    async def play() -> None:
        listening = {login: asyncio.Event() for login in pages}

        async def follow(login: str) -> None:
            ask = asks[login]
            page = OpenPage(ask, "/requests", ask.ground.views["/requests"], pages[login])
            async for chunk in events(ask, frozenset({"requests"}), page):
                heard[login] += chunk.decode()
                listening[login].set()

        tasks = [asyncio.create_task(follow(login)) for login in pages]
        await asyncio.gather(*(event.wait() for event in listening.values()))
        await asyncio.to_thread(happen)
        async with asyncio.timeout(60):
            while not enough(heard):  # noqa: ASYNC110  # rounds tell nobody that they are done
                await asyncio.sleep(0.01)
        house.node.hub.close()
        await asyncio.gather(*tasks)

    asyncio.run(play())
    return heard, asks


def lines(text: str) -> set[str]:
    return set(re.findall(r'<tr id="row-(req-[^"]+)"', text))


def all_of(mark: str) -> Callable[[dict[str, str]], bool]:
    return lambda heard: all(mark in text for text in heard.values())


def test_a_line_that_is_hidden_from_one_officer_does_not_come_to_them_with_a_colleagues(house: House) -> None:
    """All in one round: who may see it, who may not, and an auditor of another division."""
    hidden, plain = house.receive(), house.receive()
    house.restrict(hidden)
    logins = ("chi", "anh", "binh", "dung", "kiem", "soat")
    heard, _ = sent(
        house,
        dict.fromkeys(logins, INBOX),
        lambda: house.act("anh", plain, Step.ACKNOWLEDGE),
        enough=all_of('id="inbox-rows"'),
    )
    assert {login for login in logins if hidden in lines(heard[login])} == {"anh", "binh", "kiem", "soat"}
    assert {login for login in logins if hidden in heard[login]} == {"anh", "binh", "kiem", "soat"}
    assert {login for login in logins if plain in lines(heard[login])} >= {"anh", "binh", "chi", "dung", "kiem"}


def test_what_names_one_officer_alone_is_sent_to_them_alone(house: House) -> None:
    """Same division, same roles, same language: only the need-to-know tells the two apart."""
    hidden, plain = house.receive(), house.receive()
    house.restrict(hidden)
    house.hotline.access.change(house["binh"], hidden, Act.ALLOW, units=[], officers=["dung"], reason="r")
    heard, _ = sent(
        house,
        {"chi": INBOX, "giang": INBOX, "dung": INBOX, "khanh": INBOX},
        lambda: house.act("anh", plain, Step.ACKNOWLEDGE),
        enough=all_of('id="inbox-rows"'),
    )
    assert {login for login, text in heard.items() if hidden in text} == {"dung"}


def test_what_is_sent_to_many_holds_nothing_of_anybody(house: House) -> None:
    """No token, no nonce, no name, no saved filter: a colleague's page would show it, and their forms use it."""
    house.hotline.saved.save(house["anh"], "Only for Anh", {"urgency": "urgent"}, unit=None, preferred=False)
    plain = house.receive()
    heard, asks = sent(
        house,
        {"anh": INBOX, "chi": INBOX},
        lambda: house.act("anh", plain, Step.ACKNOWLEDGE),
        enough=lambda heard: all('id="inbox-rows"' in text and 'id="alert"' in text for text in heard.values()),
    )
    for text in heard.values():
        assert "Only for Anh" not in text
        assert "nonce" not in text
        assert "csrf" not in text
        assert not [ask.officer.login for ask in asks.values() if ask.csrf in text or ask.officer.id in text]
        assert not re.search(r"hx-(?!swap-oob=)", text), "nothing that htmx would act on but the place"


def test_a_right_that_was_taken_away_ends_what_was_being_made(house: House) -> None:
    ask = ask_for(house, "chi")

    async def play() -> list[bytes]:
        page = OpenPage(ask, "/requests", ask.ground.views["/requests"], INBOX)
        listener = ask.hub.listen(frozenset({"requests"}), scope_of(ask.officer), stirred=page.stirred)
        page.follow(listener)
        before = ask.officer
        page.another_officer(house["anh"])
        page.show(before, {"view": b"data: made for whom they were\n\n"})
        listener.doubtful = True
        page.show(ask.officer, {"view": b"data: made while in doubt\n\n"})
        listener.doubtful = False
        page.show(ask.officer, {"view": b"data: good\n\n"})
        ask.hub.leave(listener)
        return listener.taken()

    assert asyncio.run(play()) == [b"data: good\n\n"]


def test_a_restriction_takes_the_line_off_pages_that_showed_it(house: House) -> None:
    request_id, other = house.receive(), house.receive()
    heard, _ = sent(
        house,
        {"anh": INBOX, "chi": INBOX},
        lambda: house.restrict(request_id),
        enough=all_of('id="inbox-rows"'),
    )
    assert lines(heard["chi"].rpartition('id="inbox-rows"')[2]) == {other}
    assert lines(heard["anh"].rpartition('id="inbox-rows"')[2]) == {request_id, other}


def test_a_malformed_view_harms_only_whoever_asked_for_it(house: House) -> None:
    plain = house.receive()
    heard, _ = sent(
        house,
        {"anh": "direction=in&cursor=nonsense", "chi": INBOX},
        lambda: house.act("binh", plain, Step.ACKNOWLEDGE),
        enough=lambda heard: 'id="inbox-rows"' in heard["chi"] and "event: again" in heard["anh"],
    )
    assert 'id="inbox-rows"' not in heard["anh"]


def test_a_view_is_not_drawn_for_who_may_not_read_it(house: House) -> None:
    """An administrator sees no case: also not in one round with a duty officer, on the address of the inbox."""
    plain = house.receive()
    pages = []
    for login in ("anh", "admin"):
        ask = ask_for(house, login)
        pages.append(OpenPage(ask, "/requests", ask.ground.views["/requests"], INBOX))
    (_, drawn), (_, nothing) = views.make(pages, Memo())
    assert drawn is not None
    assert plain in drawn["view"].decode()
    assert nothing is None


def test_a_view_is_named_by_its_page_alone(house: House) -> None:
    """No address makes the stream send what its page does not show, nor a filter that was cut in two."""
    browser = house.browser("anh")
    page = browser.get("/requests?direction=out").text
    assert re.search(
        r'hx-sse:connect="/live\?topics=[a-z,]+&amp;at=/requests&amp;since=[0-9]+&amp;view=direction%3Dout"', page
    )
    for query, known in (
        ({"at": "/requests", "view": INBOX}, True),
        ({"at": "/requests", "view": "x" * 300}, False),
        ({"at": "/requests"}, False),
        ({"at": "//evil.test/requests", "view": INBOX}, False),
        ({"at": "/users", "view": INBOX}, False),
    ):
        ask = ask_for(house, "anh")
        ask.query = query
        assert (_page(ask).view is not None) is known, query
