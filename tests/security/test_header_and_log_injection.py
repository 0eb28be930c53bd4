"""Attack: a line feed in what somebody sends becomes a line of its own: a header of an answer, of a letter, of a call to
a webhook, or a line of the log that says what never happened.

Everything that comes from outside and ends in such a place is tried there: addresses, fields that lead back somewhere,
file names, references and kinds from a partner, logins, names of forwarded hosts. File names in the header that carries
them stand in `test_file_names_and_exports.py`, terminals in `test_terminal_escapes.py`.
"""

from __future__ import annotations

import email
import email.policy
import io
import json
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.cli.serving import logs
from lienlac.notices.channels import Address
from lienlac.notices.courier.carried import Parcel
from lienlac.notices.courier.smtp import compose
from tests.notices.scene import HOUSE, SENDER, notice
from tests.security.walk import doors, filled, things_of
from tests.world.fakes import START

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.security.house import House

BREAKS = ("\r\n", "\n", "\r", "\x00", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029")
"""What some reader or other takes for the end of a line."""
FORGED = "X-Forged: yes"
LINE = '{"event": "forged", "level": "info"}'
"""A line that a reader of the log would believe."""


# --- headers of answers -------------------------------------------------------------------------------------------


def clean(answer: Any) -> None:
    """No header that somebody outside has made, and none that a break has cut."""
    assert "x-forged" not in answer.headers
    assert not [value for value in answer.headers.values() if any(sign in value for sign in BREAKS)]


@pytest.mark.parametrize("sign", BREAKS)
def test_an_address_with_a_break_makes_no_header(house: House, sign: str) -> None:
    """In every place that a path of the screens has, in queries, and where a form says where to go next."""
    things = things_of(house, house.receive())
    browser, poison = house.browser("binh"), quote(f"x{sign}{FORGED}")
    tried = 0
    for door in doors(house.app):
        if door.method != "GET" or "{" not in door.path or "{rest" in door.path:
            continue
        for name in [part.partition(":")[0].strip("{") for part in door.path.split("/") if part.startswith("{")]:
            path = filled(door.path, {**things, name: poison})
            clean(browser.client.get(path, follow_redirects=False))
            tried += 1
    assert tried > 30
    for path in (
        f"/sign-in?next=/{poison}",
        f"/duty?zone={poison}",
        f"/requests?stage={poison}",
        f"/log?kind={poison}",
    ):
        clean(browser.client.get(path, follow_redirects=False))


@pytest.mark.parametrize("sign", BREAKS)
@pytest.mark.parametrize("lead", ["/account", "//evil.test", ""])
def test_where_to_go_next_holds_no_break(house: House, sign: str, lead: str) -> None:
    browser = house.browser("anh")
    answer = browser.post("/language", {"language": "vi", "back": f"{lead}{sign}{FORGED}{sign}{sign}<p>body</p>"})
    clean(answer)
    assert answer.status_code in {303, 400, 422}
    if answer.status_code == 303:
        assert answer.headers["location"].isascii()
        assert answer.headers["location"].isprintable()
        assert answer.headers["location"].startswith("/")
        assert not answer.headers["location"].startswith("//")


@pytest.mark.parametrize(
    "header", ["X-Request-Id", "X-Forwarded-For", "X-Forwarded-Host", "Origin", "Referer", "HX-Current-URL"]
)
def test_what_a_call_says_of_itself_comes_back_in_no_header(house: House, header: str) -> None:
    said = "forged-by-the-caller.test"
    answer = house.browser("anh").client.get("/account", headers={header: said}, follow_redirects=False)
    assert not [name for name, value in answer.headers.items() if said in value]


@pytest.mark.parametrize("sign", BREAKS)
def test_a_refused_redirect_leaves_no_half_answer(house: House, sign: str) -> None:
    """A filter's name, a search and a choice of theme: typed, kept in cookies or addresses, and shown again."""
    browser = house.browser("anh")
    for path, fields in (
        ("/requests/filters", {"name": f"mine{sign}{FORGED}", "direction": "in"}),
        ("/requests/search", {"words": f"x{sign}{FORGED}"}),
        ("/account/choices", {"language": f"vi{sign}{FORGED}", "theme": "dark", "time_zone": "UTC"}),
        ("/account/tokens", {"label": f"t{sign}{FORGED}", "scope": "read", "days": "1"}),
    ):
        answer = browser.post(path, fields)
        clean(answer)
        assert answer.status_code < 500, path
        for cookie in answer.headers.get_list("set-cookie"):
            assert FORGED not in cookie


# --- headers of letters -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", BREAKS)
def test_a_reference_with_a_break_makes_no_header_of_a_letter(sign: str) -> None:
    """A partner numbers its requests as it likes."""
    with pytest.raises(ValueError, match="cannot say"):
        notice("off-a", reference=f"US-1{sign}Bcc: everybody@evil.test")


@pytest.mark.parametrize("sign", BREAKS)
def test_this_nodes_own_name_makes_no_second_header_of_a_letter(sign: str) -> None:
    named = replace(HOUSE, name_en=f"A05{sign}Bcc: everybody@evil.test")
    parcel = Parcel(notice=notice("off-a"), address=Address(to="anh@a05.example"), language="en", now=START)
    try:
        raw = bytes(compose(parcel, named, SENDER))
    except ValueError:
        return  # the library's own refusal: no letter at all
    read = email.message_from_bytes(raw, policy=email.policy.default)
    assert read["Bcc"] is None
    assert (read["To"], len(read.get_all("From"))) == ("anh@a05.example", 1)


# --- lines of the log ---------------------------------------------------------------------------------------------


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a running node's log gets, as `serve` sets it up."""
    root, out = logging.getLogger(), io.StringIO()
    before, level = root.handlers[:], root.level
    try:
        logs.configure()
        logging.getLogger("httpx").setLevel(logging.WARNING)  # the tests' own client
        (handler,) = root.handlers
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(out)
        yield out
    finally:
        root.handlers[:] = before
        root.setLevel(level)


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    """Every line, by whatever a reader takes for the end of one, is one event that the node itself has written."""
    found = [json.loads(line) for line in out.getvalue().splitlines() if line]
    assert all(line["event"] != "forged" for line in found)
    return found


@pytest.mark.parametrize("sign", BREAKS)
def test_a_break_in_what_is_logged_begins_no_line(written: io.StringIO, sign: str) -> None:
    logging.getLogger("lienlac.ui").warning("refused %s: by %s", f"x{sign}{LINE}", f"{sign}{LINE}{sign}")
    logging.getLogger("a.library").error("said %s", f"{sign}{LINE}")
    try:
        raise ValueError(f"{sign}{LINE}{sign}")
    except ValueError:
        logging.getLogger("lienlac").exception("failed")
    assert len(lines(written)) == 3


@given(st.text(max_size=200))
def test_whatever_is_logged_is_one_line(text: str) -> None:
    event = logs.redact(None, "warning", {"event": f"refused {text}", "who": text})
    line = json.dumps(event, ensure_ascii=False)
    assert line.isprintable() or not [sign for sign in BREAKS if sign in line]
    assert len(line.splitlines()) == 1


@pytest.mark.parametrize("sign", BREAKS)
def test_who_calls_writes_nothing_of_their_own_into_the_log(house: House, written: io.StringIO, sign: str) -> None:
    """Addresses, logins, tokens, names of hosts: a line names the door as it is declared, and nothing that was sent."""
    browser = house.browser("anh")
    forged = f"x{sign}{LINE}"
    browser.client.get(f"/requests/{quote(forged)}", follow_redirects=False)
    browser.client.get(f"/{quote(forged)}", follow_redirects=False)
    browser.client.post("/sign-in", data={"login": forged, "password": forged, "code": forged, "csrf": forged})
    browser.client.get("/api/requests", headers={"Authorization": f"Bearer {quote(forged)}"})
    browser.client.post(
        "/account/choices", data={"csrf": forged}, headers={"Origin": "http://evil.test", "Referer": quote(forged)}
    )
    found = lines(written)
    assert len(found) >= 4, "each refusal is logged"
    assert "forged" not in written.getvalue()
