"""The resources of TAXII 2.1 as bytes. Empty lists stand nowhere, and what is stored is joined, never written anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac.intelligence.matching import SPEC_NAMES
from lienlac.intelligence.speech import cursor, media
from lienlac.intelligence.speech.instants import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lienlac.errors import LienlacError
    from lienlac.intelligence.collection import Collection
    from lienlac.intelligence.outcome import Outcome, Result
    from lienlac.intelligence.shown import Page

TITLES: Final = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    409: "Conflict",
    413: "Request Entity Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Entity",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
_encode = msgspec.json.Encoder().encode


def error(failure: LienlacError, status: int, call_id: str) -> bytes:
    """An error message (3.6.1)."""
    told: dict[str, Any] = {
        "title": TITLES.get(status, "Error"),
        "description": failure.sentence("en"),
        "error_id": call_id,
        "error_code": failure.code,
        "http_status": str(status),
        "details": {"vi": failure.sentence("vi"), **({"field": failure.field} if failure.field else {})},
    }
    return _encode(told)


def discovery(title: str, description: str, root: str) -> bytes:
    """The discovery resource (4.1.1): one root, absolute, because clients take the default as it stands."""
    return _encode({"title": title, "description": description, "default": root, "api_roots": [root]})


def api_root(title: str, description: str, most_bytes: int) -> bytes:
    """The root (4.2.1)."""
    return _encode(
        {"title": title, "description": description, "versions": [media.TAXII], "max_content_length": most_bytes}
    )


def collections(found: Iterable[dict[str, Any]]) -> bytes:
    """The collections resource (5.1.1)."""
    listed = list(found)
    return _encode({"collections": listed} if listed else {})


def collection(one: Collection, *, language: str, can_write: bool) -> bytes:
    """One collection (5.2.1)."""
    return _encode(offer(one, language=language, can_write=can_write))


def offer(one: Collection, *, language: str, can_write: bool) -> dict[str, Any]:
    """What a collection offers a caller."""
    described = one.description(language)
    return {
        "id": one.id,
        "title": one.title,
        **({"description": described} if described else {}),
        "can_read": one.readable,
        "can_write": can_write,
        "media_types": [media.STIX],
    }


def envelope(page: Page) -> bytes:
    """Objects, joined from the bytes in which they came (3.7)."""
    if not page.rows:
        return b'{"more":false}'
    return b'{%b,"objects":[%b]}' % (_onward(page), b",".join([row.raw for row in page.rows]))


def manifest(page: Page) -> bytes:
    """What is known of objects without themselves (5.3.1)."""
    if not page.rows:
        return b'{"more":false}'
    entries = [
        {
            "id": row.object_id,
            "date_added": written(row.added_us),
            "version": written(row.version_us),
            "media_type": f"application/stix+json;version={SPEC_NAMES.get(row.spec, '2.1')}",
        }
        for row in page.rows
    ]
    return b'{%b,"objects":%b}' % (_onward(page), _encode(entries))


def versions(page: Page) -> bytes:
    """The versions of an object (5.8.1)."""
    if not page.rows:
        return b'{"more":false}'
    return b'{%b,"versions":%b}' % (_onward(page), _encode([written(row.version_us) for row in page.rows]))


def dates(page: Page) -> dict[str, str]:
    """The headers with the first and the last instant of a page; an empty one has none (3.2)."""
    if not page.rows:
        return {}
    return {
        "X-TAXII-Date-Added-First": written(page.rows[0].added_us),
        "X-TAXII-Date-Added-Last": written(page.rows[-1].added_us),
    }


def status(status_id: str, outcome: Outcome, at_us: int) -> bytes:
    """What became of a call that brought objects (4.3.1). It is complete when it is told: nothing is pending."""
    good = [one for one in outcome.results if one.state != "held"]
    bad = [one for one in outcome.results if one.state == "held"]
    told: dict[str, Any] = {
        "id": status_id,
        "status": "complete",
        "request_timestamp": written(at_us),
        "total_count": len(outcome.results),
        "success_count": len(good),
        **_details("successes", [{"id": one.object_id, "version": written(one.version_us)} for one in good]),
        "failure_count": len(bad),
        **_details("failures", [_failure(one) for one in bad]),
        "pending_count": 0,
    }
    return _encode(told)


def _failure(one: Result) -> dict[str, Any]:
    """Why an object waits in quarantine; one without an id is named by its place there."""
    return {
        "id": one.object_id or one.held_id,
        "version": written(one.version_us),
        "message": f"{one.code}: {one.sentence('en')} / {one.sentence('vi')}",
    }


def _details(name: str, listed: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {name: listed} if listed else {}


def _onward(page: Page) -> bytes:
    """More always comes with a cursor: a client that finds none asks for the same page for ever."""
    if not page.more:
        return b'"more":false'
    return b'"more":true,"next":"%b"' % cursor.after(page.rows[-1].added_us).encode()
