"""The places beside every page: under headings, with tabs, and only what an officer may open."""

from __future__ import annotations

import re

import pytest

from lienlac.people.officer import Officer, Role
from lienlac.people.rights import Action
from lienlac.ui.nav import Heading, Nav, NavItem, places
from lienlac.ui.words import Words


def officer(role: Role) -> Officer:
    return Officer(id="o1", login="o1", name="O", unit="U", roles=frozenset({role}), language="en", time_zone="UTC")


def item(path: str, heading: Heading = Heading.DESK, within: str = "", count: int = 0, **more) -> NavItem:
    more.setdefault("action", Action.ACCOUNT_OWN)
    return NavItem(
        label=path, path=path, heading=heading, within=within, badge=lambda _connection, _officer: count, **more
    )


def seen(path: str, *items: NavItem, role: Role = Role.ANALYST):
    return places(Nav(items=items), None, officer(role), Words("en", "UTC"), path)


INTEL = (
    item("/"),
    item("/intelligence", Heading.INTELLIGENCE, count=1),
    item("/intelligence/feeds", Heading.INTELLIGENCE, within="/intelligence", count=2),
    item("/intelligence/quarantine", Heading.INTELLIGENCE, within="/intelligence", count=4),
    item("/log", Heading.NODE),
)


def test_a_tab_is_no_place_and_what_waits_behind_it_counts_at_its_place():
    found = seen("/intelligence/feeds/some", *INTEL)
    assert [group.label for group in found.groups] == ["Duty desk", "Intelligence", "This node"]
    (place,) = found.groups[1].places
    assert (place.path, place.count, place.current) == ("/intelligence", 7, True)
    assert [(tab.path, tab.count, tab.current) for tab in found.tabs] == [
        ("/intelligence", 1, False),
        ("/intelligence/feeds", 2, True),
        ("/intelligence/quarantine", 4, False),
    ]
    assert found.count == 7


def test_elsewhere_there_are_no_tabs_and_the_first_page_holds_nothing_below_it():
    assert seen("/log/some", *INTEL).tabs == ()
    assert not any(place.current for group in seen("/nowhere", *INTEL).groups for place in group.places)


def test_what_waits_behind_a_tab_that_is_closed_to_the_officer_is_not_counted():
    secret = item("/intelligence/secret", within="/intelligence", count=9, action=Action.USER_MANAGE)
    found = seen("/intelligence", *INTEL, secret)
    assert found.count == 7
    assert "/intelligence/secret" not in [tab.path for tab in found.tabs]


def test_a_tab_whose_place_is_closed_to_the_officer_stands_for_itself():
    closed = item("/a", action=Action.USER_MANAGE)
    found = seen("/a/b", closed, item("/a/b", within="/a", count=3))
    assert [(place.path, place.count, place.current) for place in found.groups[0].places] == [("/a/b", 3, True)]
    assert found.tabs == ()


@pytest.mark.parametrize("heading", list(Heading))
def test_a_heading_without_a_place_is_not_shown(heading):
    found = seen("/x", item("/x", heading))
    assert [group.label for group in found.groups] == [heading.value]


def test_the_menu_of_a_phone_is_a_button_that_opens_without_a_script(node):
    browser = node.browser()
    browser.sign_in("duty")
    page = browser.get("/").text
    (target,) = re.findall(r'class="menu-switch" popovertarget="(\w+)"', page)
    assert f'<div id="{target}" class="menu" popover>' in page
    assert page.index('id="menu-count"') < page.index('id="places"')
