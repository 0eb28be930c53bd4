"""Walks every door of the people's application: path, method, what it needs; and fills paths with things that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from litestar.handlers import HTTPRouteHandler

from lienlac.ui.guard import Access

if TYPE_CHECKING:
    from lienlac.people.rights import Action
    from tests.security.house import House

PROGRAMS = ("/api/", "/taxii2")
"""Where programs come in, with a token."""
PLACE = re.compile(r"\{(\w+):\w+\}")


@dataclass(frozen=True)
class Door:
    """One route and method. `action` is None for a public door, which then says why. `files`: it takes files."""

    path: str
    method: str
    action: Action | None
    public: str
    files: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def doors(app: Any) -> Iterator[Door]:
    """Every door of an application, HEAD and OPTIONS left out: the framework makes them of GET."""
    for route in app.routes:
        for handler in route.route_handlers:
            assert isinstance(handler, HTTPRouteHandler), f"{route.path}: no other kind of handler is guarded"
            for method in sorted(handler.http_methods - {"HEAD", "OPTIONS"}):
                access = handler.opt.get("access")
                assert isinstance(access, Access), f"{method} {route.path} declares nothing"
                yield Door(route.path, method, access.action, access.public, access.files)


def filled(path: str, things: dict[str, str]) -> str:
    """The path with things that exist; a place that nobody filled fails the test, so that no door is passed by."""
    if path.startswith("/log/"):
        things = things | {"name": things["digest"]}
    address = path.removeprefix("/api").split("/")[1]
    things = things | {name: thing for (at, _, name), thing in _placed(things) if at == address}
    missing = [name for name in PLACE.findall(path) if name not in things]
    assert not missing, f"{path}: say in `things_of` what {missing} is"
    return PLACE.sub(lambda found: things[found[1]], path)


def _placed(things: dict[str, str]) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Things that stand for a name below one address only, as `cases:record_id`."""
    for name, thing in things.items():
        yield name.partition(":"), thing


def things_of(house: House, request_id: str) -> dict[str, str]:
    """Something that exists for each name that a path may hold."""
    with house.database.read() as connection:
        from lienlac.exchange import store

        stored = store.of_record(connection, request_id)[0]
    return {
        "request_id": request_id,
        "thing_kind": "request",
        "draft_id": house.draft(),
        "name": request_id,
        "kind": "freeze-payment",
        "peer_id": "us-ic3",
        "version": "1",
        "digest": stored.digest,
        "message": stored.message_id,
        "officer_id": house["anh"].id,
        "unit_id": house.cast.units["fraud"],
        "session_id": "ses-" + "a" * 26,
        "provider_id": "moj",
        "link_id": "lnk-" + "a" * 26,
        "passkey_id": "pky-" + "a" * 26,
        "token_id": "tok-" + "a" * 26,
        "fingerprint": "a" * 64,
        "form": "csv",
        "file_id": "att-" + "a" * 26,
        "upload_id": "upl-" + "a" * 26,
        "channel_id": "chn-" + "a" * 26,
        "whose": house["anh"].id,
        "drill_id": "drl-" + "a" * 26,
        "filter_id": "flt-" + "a" * 26,
        "asked": "a" * 32,
        "alarm_id": "alm-" + "a" * 26,
        "emergency_id": house.emergency(),
        "warning_id": house.warning(),
        "method_id": house.method(),
        "code": "fxp-rig",
        "quarter": "2026-Q3",
        "warning": house.warning(),
        "entry_id": house.entry_id,
        "release_id": "rel-" + "a" * 26,
        "shift_id": "shf-" + "a" * 26,
        "note_id": "hnd-" + "a" * 26,
        "thing": request_id,
        "rest": "nothing/here",
        "path": "x",
        "collection_id": house.collection(),
        "object_id": house.object_id,
        "other_id": house.object_id,
        "held_id": house.held_id,
        "feed_id": house.feed(),
        "import_id": house.imported(),
        "share_id": "shr-" + "a" * 26,
        "peer": "us-ic3",
        "status_id": "11111111-1111-4111-8111-111111111111",
        "export_form": "timeline.csv",
        "mention_id": "ent-" + "a" * 26,
        "run_id": "run-" + "a" * 26,
        **house.records(),
    }
