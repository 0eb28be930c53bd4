"""What is held in quarantine: the list with the reasons, one of them with its bytes, checking again, dismissing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get, post
from litestar.params import FromPath

from lienlac import limits
from lienlac.intelligence.pages import kinds, names
from lienlac.intelligence.store.quarantine import STATES
from lienlac.people.rights import Action
from lienlac.ui.guard import needs

if TYPE_CHECKING:
    from litestar import Response

    from lienlac.intelligence.desk import Intelligence
    from lienlac.ui.page import Ask

_READ: Final[dict[str, Any]] = {"opt": needs(Action.INTEL_READ), "sync_to_thread": True, "include_in_schema": False}


def make_handlers(intelligence: Intelligence) -> tuple[Any, ...]:
    """The routes of both pages and both acts."""
    held = intelligence.quarantine

    @get("/intelligence/quarantine", **_READ, name="quarantine")
    def listed(ask: Ask) -> Response[str]:
        asked = ask.query.get("show", "held")
        state = asked if asked in STATES else "held"
        text = ask.query.get("before", "")
        before = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
        rows = held.listed(ask.officer, state=state, before=before, rows=limits.PAGE_DEFAULT_ROWS + 1)
        page = rows[: limits.PAGE_DEFAULT_ROWS]
        older = f"/intelligence/quarantine?show={state}&before={page[-1][0].number}" if len(rows) > len(page) else ""
        return ask.page(
            "intelligence/quarantine.html",
            title=ask.gettext("Quarantine"),
            show=state,
            rows=page,
            older=older,
            spoken=kinds.Spoken(ask.words),
            newest=f"/intelligence/quarantine?show={state}" if before is not None else "",
            **names.values(),
        )

    @get("/intelligence/quarantine/{held_id:str}", **_READ, name="quarantine-one")
    def shown(ask: Ask, held_id: FromPath[str]) -> Response[str]:
        found = held.show(ask.officer, held_id)
        spoken = kinds.Spoken(ask.words)
        return ask.page(
            "intelligence/held.html",
            title=spoken.held(found.held),
            spoken=spoken,
            found=found,
            held=found.held,
            raw=_text(found.raw),
            rival=_text(found.rival or b""),
            **names.values(),
        )

    @post(
        "/intelligence/quarantine/{held_id:str}/check",
        opt=needs(Action.INTEL_ADD),
        sync_to_thread=True,
        include_in_schema=False,
        status_code=200,
    )
    def check(ask: Ask, held_id: FromPath[str]) -> Response[str]:
        result = held.check_again(ask.officer, held_id)
        if result.state == "held":
            said = ask.gettext("It stays held: %(why)s", why=result.sentence(ask.language))
            return ask.redirect(f"/intelligence/quarantine/{held_id}", said, tone="warn")
        return ask.redirect(
            f"/intelligence/objects/{result.object_id}", ask.gettext("It has passed and is in use now.")
        )

    @post(
        "/intelligence/quarantine/{held_id:str}/dismiss",
        opt=needs(Action.INTEL_DELETE),
        sync_to_thread=True,
        include_in_schema=False,
        status_code=200,
    )
    def dismiss(ask: Ask, held_id: FromPath[str]) -> Response[str]:
        held.dismiss(ask.officer, held_id)
        return ask.redirect(
            "/intelligence/quarantine", ask.gettext("The object is dismissed; it stays for the record.")
        )

    return (listed, shown, check, dismiss)


def _text(raw: bytes) -> str:
    """Bytes that may be no text, to be looked at; a page ends before it grows without bound."""
    return raw[: limits.INTEL_RAW_SHOWN_BYTES].decode("utf-8", "replace")
