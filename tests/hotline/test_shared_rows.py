"""Lines of the inbox are drawn once for everybody who is shown the same; what differs between two officers never mixes."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, UndefinedError

from lienlac.hotline.lifecycle import Step
from lienlac.people import accounts
from lienlac.ui.render import Shared, make_environment
from lienlac.ui.words import Words
from tests.security.house import House, make_template


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def house(template: dict[str, Path], tmp_path: Path) -> Iterator[House]:
    made = House(template, tmp_path)
    yield made
    made.shut()


def line(house: House, login: str, request_id: str, path: str = "/requests?direction=in") -> str:
    """How a request stands in that officer's inbox; empty when it does not."""
    found = re.search(rf'<tr id="row-{request_id}".*?</tr>', house.browser(login).get(path).text, re.DOTALL)
    return found[0] if found else ""


def choose(house: House, login: str, **choices: Any) -> None:
    chosen = dataclasses.replace(house[login], **choices)
    house.database.write(lambda connection: accounts.choose(connection, chosen))


def test_a_line_drawn_for_one_officer_is_not_shown_to_another_who_may_not_see_it(house: House) -> None:
    request_id = house.receive()
    house.restrict(request_id)
    drawn = line(house, "anh", request_id)
    assert drawn
    assert line(house, "chi", request_id) == ""
    assert line(house, "chi", request_id, "/requests/rows?direction=in") == ""
    assert line(house, "binh", request_id) == drawn


def test_a_line_is_gone_at_once_for_those_it_is_hidden_from(house: House) -> None:
    request_id = house.receive()
    assert line(house, "chi", request_id) == line(house, "anh", request_id) != ""
    house.restrict(request_id)
    assert line(house, "chi", request_id) == ""
    assert line(house, "anh", request_id) != ""


def test_a_change_shows_at_once(house: House) -> None:
    request_id = house.receive()
    before = line(house, "anh", request_id)
    assert 'value="' + request_id in before  # the box by which it is picked to be acknowledged
    house.act("chi", request_id, Step.ACKNOWLEDGE)
    after = line(house, "anh", request_id)
    assert after != before
    assert 'value="' + request_id not in after


def test_who_may_not_acknowledge_gets_no_box_from_one_who_may(house: House) -> None:
    request_id = house.receive()
    assert 'type="checkbox"' in line(house, "anh", request_id)
    assert 'type="checkbox"' not in line(house, "giang", request_id)
    assert 'type="checkbox"' in line(house, "chi", request_id)


def test_each_reads_in_their_own_language_and_zone(house: House) -> None:
    request_id = house.receive()
    choose(house, "chi", language="vi")
    choose(house, "dung", time_zone="America/New_York")
    english, vietnamese, elsewhere = (line(house, login, request_id) for login in ("anh", "chi", "dung"))
    assert "left</time>" in english
    assert "còn " in vietnamese
    assert "left</time>" in elsewhere
    assert len({english, vietnamese, elsewhere}) == 3
    choose(house, "chi", language="en")
    assert line(house, "chi", request_id) == english


def test_the_time_that_is_left_goes_on(house: House) -> None:
    request_id = house.receive()
    first = line(house, "anh", request_id)
    house.clock.turn(seconds=180)
    later = line(house, "anh", request_id)
    assert later != first
    house.clock.turn(seconds=172_800)
    assert "overdue by" in line(house, "anh", request_id)


@pytest.mark.parametrize("personal", ["officer.name", "csrf", "nonce", "now", "ask.path", "theme", "config.drill"])
def test_a_shared_piece_cannot_read_anything_of_whoever_asks(tmp_path: Path, personal: str) -> None:
    environment = with_template(tmp_path, "{{ given }}: {{ " + personal + " }}")
    with pytest.raises(UndefinedError):
        Shared("piece.html", kept=10)(environment, Words("en"), given=1)


def test_a_shared_piece_is_drawn_once_for_each_thing_given(tmp_path: Path) -> None:
    drawn: list[str] = []

    def note(value: str) -> str:
        drawn.append(value)
        return value

    piece = Shared("piece.html", kept=2, note=note)
    environment = with_template(tmp_path, "<b>{{ note(given) }}</b> {{ lang }}")
    say = [piece(environment, words, given="<a>") for words in (Words("en"), Words("en"), Words("vi"))]
    assert say == ["<b>&lt;a&gt;</b> en", "<b>&lt;a&gt;</b> en", "<b>&lt;a&gt;</b> vi"]
    assert drawn == ["<a>", "<a>"]
    both = piece.each(environment, Words("vi"), [{"given": "<a>"}, {"given": "<a>"}])
    assert both == "<b>&lt;a&gt;</b> vi" * 2
    assert drawn == ["<a>", "<a>"]
    piece(environment, Words("en"), given="other")  # the bound is two: the oldest gives way
    piece(environment, Words("en"), given="<a>")
    assert drawn == ["<a>", "<a>", "other", "<a>"]


def with_template(folder: Path, text: str) -> Environment:
    (folder / "piece.html").write_text(text, encoding="utf-8")
    return make_environment((folder,))
