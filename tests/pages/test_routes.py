"""Every route says what it needs."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from lienlac.people.rights import Action
from lienlac.ui.guard import Access


def test_every_route_declares_its_right_or_says_why_it_is_public(node):
    app = node.app()
    seen = 0
    for route in app.routes:
        for handler in route.route_handlers:
            if handler.http_methods == {"OPTIONS"}:
                continue
            assert isinstance(handler, HTTPRouteHandler)
            access = handler.opt.get("access")
            assert isinstance(access, Access), route.path
            assert isinstance(access.action, Action) or access.public, route.path
            seen += 1
    assert seen > 20


def test_public_routes_are_these(node):
    public = {
        (route.path, method)
        for route in node.app().routes
        for handler in route.route_handlers
        for method in handler.http_methods
        if method != "OPTIONS" and handler.opt["access"].action is None
    }
    assert public == {
        ("/sign-in", "GET"),
        ("/sign-in", "POST"),
        ("/sign-in/passkey", "POST"),
        ("/sign-in/invited", "POST"),
        ("/sign-in/with/{provider_id:str}", "GET"),
        ("/sign-in/with/{provider_id:str}/back", "GET"),
        ("/sign-out", "POST"),
        ("/language", "POST"),
        ("/static/{digest:str}/{name:path}", "GET"),
        ("/api/openapi.json", "GET"),
    }


def test_the_interface_describes_itself_without_foreign_pages(node):
    browser = node.browser()
    assert browser.get("/api/openapi.json").json()["openapi"].startswith("3.1")
    assert browser.get("/schema").headers["location"].startswith("/sign-in")
