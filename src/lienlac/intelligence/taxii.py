"""The TAXII 2.1 server: discovery, one API root, collections, manifest, objects, versions, status.

The same desk as the screens', so the same rights; only the tongue is another one (`speech`). A caller names themselves
by an API token: as the password of HTTP Basic, where the name says nothing, or as a Bearer token; or, at the door for
certificates, by one that is bound to a token. Addresses are good
with and without a slash at their end, and nobody is sent elsewhere: a redirect would lose the caller's credentials.
What a caller may not know of is 404, never 403.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from litestar import Request, Response, delete, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from lienlac import clock, limits
from lienlac.errors import NotAllowed, Refused
from lienlac.intelligence.collection import Giver, Source
from lienlac.intelligence.matching import Match, Which
from lienlac.intelligence.speech import answers, filters, media
from lienlac.intelligence.store import statuses
from lienlac.people import rights, tokens
from lienlac.people.certificates import desk as certificates
from lienlac.people.rights import Action
from lienlac.stix.reading import objects_of
from lienlac.ui.guard import needs
from lienlac.ui.interface.dialect import Fingerprint, certificate_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.errors import LienlacError
    from lienlac.intelligence.desk import Intelligence
    from lienlac.intelligence.outcome import Outcome
    from lienlac.intelligence.shown import Page
    from lienlac.intelligence.speech.filters import Asked
    from lienlac.people.tokens import Bearer
    from lienlac.ui.page import Ask

DISCOVERY: Final = "/taxii2"
ROOT: Final = "/taxii2/intelligence"
_COLLECTION: Final = f"{ROOT}/collections/{{collection_id:str}}"
_OBJECT: Final = f"{_COLLECTION}/objects/{{object_id:str}}"
_READ: Final[dict[str, Any]] = {
    "opt": needs(Action.INTEL_READ),
    "sync_to_thread": True,
    "include_in_schema": False,
}
_MALFORMED: Final = frozenset({"duplicate-key", "too-deep", "stix-not-parcel", "request-malformed"})
_CHALLENGE: Final = 'Basic realm="TAXII", charset="UTF-8", Bearer realm="TAXII"'
_RETRY_S: Final = "1"
ALL: Final = frozenset({Which.ALL})


class Taxii:
    """The dialect: credentials, negotiation and errors as TAXII has them."""

    prefix = DISCOVERY

    def secret(self, request: Request[Any, Any, Any]) -> str:
        """The token in either scheme, else the certificate; what cannot be read is a token that nobody has."""
        header = request.headers.get("authorization", "")
        if not header:
            return certificate_of(request) or ""
        scheme, _, given = header.partition(" ")
        if scheme.lower() == "bearer":
            return given.strip() or "?"
        if scheme.lower() != "basic":
            return "?"
        try:
            plain = base64.b64decode(given.strip(), validate=True).decode()
        except (binascii.Error, ValueError):
            return "?"
        return plain.partition(":")[2] or "?"

    def find(self, connection: Connection, secret: str, now: datetime) -> Bearer | None:
        """Whose token it is, or whose certificate."""
        if isinstance(secret, Fingerprint):
            return certificates.bearer(connection, secret, now)
        return tokens.find(connection, secret, now)

    def admit(self, request: Request[Any, Any, Any]) -> None:
        """Media types, before anything is read. Raises `Refused("taxii-…")`."""
        if not media.accepts(request.headers.get("accept")):
            raise Refused("taxii-accept")
        if request.method != "POST":
            return
        plain = request.headers.get("content-encoding", "identity").strip().lower() in {"", "identity"}
        if not plain or not media.carries_objects(request.headers.get("content-type")):
            raise Refused("taxii-content-type")
        length = request.headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > limits.TAXII_BODY_MAX_BYTES:
            raise Refused("taxii-too-large", limit_bytes=limits.TAXII_BODY_MAX_BYTES)

    def problem(self, ask: Ask, error: LienlacError, status: int) -> Response[bytes]:
        """The error message, with what a client needs to come again."""
        status = 400 if error.code in _MALFORMED else status
        headers = {"X-Request-Id": ask.request_id}
        if status == 401:
            headers["WWW-Authenticate"] = _CHALLENGE
        if status == 503:
            headers["Retry-After"] = _RETRY_S
        return _answer(answers.error(error, status, ask.request_id), status=status, headers=headers)


class Places:
    """How many envelopes are taken in at once, over all and for each token: each may be large."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._taken: Counter[str] = Counter()

    @contextmanager
    def one(self, token_id: str) -> Iterator[None]:
        """Hold a place. Raises `NotAllowed("taxii-busy")`."""
        with self._lock:
            full = self._taken.total() >= limits.TAXII_POSTS_AT_ONCE
            if full or self._taken[token_id] >= limits.TAXII_POSTS_PER_TOKEN:
                raise NotAllowed("taxii-busy")
            self._taken[token_id] += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken[token_id] -= 1
                self._taken += Counter()  # drops those that have none


def make_handlers(intelligence: Intelligence) -> tuple[Any, ...]:
    """Every route of the server."""
    return (*_about(intelligence), *_out(intelligence), *_in(intelligence))


def _about(intelligence: Intelligence) -> tuple[Any, ...]:
    @get(DISCOVERY, **_READ, name="taxii-discovery")
    def discovery(ask: Ask, request: Request[Any, Any, Any]) -> Response[bytes]:
        """The root is named by the door at which it was asked for."""
        config = ask.ground.config
        base = config.base_url if certificate_of(request) is None else config.certificates_url
        described = "TAXII 2.1: threat intelligence as STIX 2.1"
        return _answer(answers.discovery(config.node_name(ask.language), described, f"{base}{ROOT}/"))

    @get(ROOT, **_READ, name="taxii-root")
    def api_root(ask: Ask) -> Response[bytes]:
        title = ask.ground.config.node_name(ask.language)
        return _answer(answers.api_root(title, "", limits.TAXII_BODY_MAX_BYTES))

    @get(f"{ROOT}/collections", **_READ, name="taxii-collections")
    def collections(ask: Ask) -> Response[bytes]:
        adds = _adds(ask)
        found = [one for one in intelligence.collections(ask.officer) if one.readable or (one.writable and adds)]
        told = [answers.offer(one, language=ask.language, can_write=one.writable and adds) for one in found]
        return _answer(answers.collections(told))

    @get(_COLLECTION, **_READ, name="taxii-collection")
    def collection(ask: Ask, collection_id: FromPath[str]) -> Response[bytes]:
        found = intelligence.offered(ask.officer, collection_id)
        return _answer(answers.collection(found, language=ask.language, can_write=found.writable and _adds(ask)))

    @get(f"{ROOT}/status/{{status_id:str}}", **_READ, name="taxii-status")
    def status(ask: Ask, status_id: FromPath[str]) -> Response[bytes]:
        with ask.database.read() as connection:
            body = statuses.find(connection, status_id, ask.officer.id)
        if body is None:
            raise NotAllowed("not-found")
        return _answer(body)

    return discovery, api_root, collections, collection, status


def _out(intelligence: Intelligence) -> tuple[Any, ...]:
    def page(ask: Ask, collection_id: str, asked: Asked, *, raw: bool) -> Page:
        return intelligence.page(
            ask.officer,
            collection_id,
            asked.match,
            after_us=asked.after_us,
            rows=0 if asked.nothing else asked.rows,
            raw=raw,
            served=True,
        )

    def of_object(ask: Ask, collection_id: str, object_id: str, asked: Asked, *, raw: bool) -> Page:
        """A page of one object's versions; what is not there is 404, what is there and does not match is not."""
        if not filters.is_object_id(object_id):
            raise NotAllowed("not-found")
        found = page(ask, collection_id, replace(asked, match=replace(asked.match, ids=(object_id,))), raw=raw)
        if not found.rows:
            every = filters.Asked(match=Match(ids=(object_id,), places=ALL), after_us=-1, rows=1)
            if not page(ask, collection_id, every, raw=False).rows:
                raise NotAllowed("not-found")
        return found

    @get(f"{_COLLECTION}/manifest", **_READ, name="taxii-manifest")
    def manifest(ask: Ask, request: Request[Any, Any, Any], collection_id: FromPath[str]) -> Response[bytes]:
        found = page(ask, collection_id, _asked(request, filters.OBJECTS), raw=False)
        return _answer(answers.manifest(found), headers=answers.dates(found))

    @get(f"{_COLLECTION}/objects", **_READ, name="taxii-objects")
    def objects(ask: Ask, request: Request[Any, Any, Any], collection_id: FromPath[str]) -> Response[bytes]:
        found = page(ask, collection_id, _asked(request, filters.OBJECTS), raw=True)
        return _answer(answers.envelope(found), headers=answers.dates(found))

    @get(_OBJECT, **_READ, name="taxii-object")
    def one(
        ask: Ask, request: Request[Any, Any, Any], collection_id: FromPath[str], object_id: FromPath[str]
    ) -> Response[bytes]:
        found = of_object(ask, collection_id, object_id, _asked(request, filters.ONE_OBJECT), raw=True)
        return _answer(answers.envelope(found), headers=answers.dates(found))

    @get(f"{_OBJECT}/versions", **_READ, name="taxii-versions")
    def versions(
        ask: Ask, request: Request[Any, Any, Any], collection_id: FromPath[str], object_id: FromPath[str]
    ) -> Response[bytes]:
        asked = _asked(request, filters.VERSIONS, default=Which.ALL)
        found = of_object(ask, collection_id, object_id, asked, raw=False)
        return _answer(answers.versions(found), headers=answers.dates(found))

    return manifest, objects, one, versions


def _in(intelligence: Intelligence) -> tuple[Any, ...]:
    places = Places()

    @post(
        f"{_COLLECTION}/objects",
        opt=needs(Action.INTEL_ADD, streams=True),
        include_in_schema=False,
        request_max_body_size=None,
        name="taxii-add",
    )
    async def add(ask: Ask, request: Request[Any, Any, Any], collection_id: FromPath[str]) -> Response[bytes]:
        bearer = _bearer(ask)
        with places.one(bearer.token_id):
            body = await _body(request)
            return await sync_to_thread(take, ask, bearer, collection_id, body)

    def take(ask: Ask, bearer: Bearer, collection_id: str, body: bytes) -> Response[bytes]:
        """Who calls is asked once more: a body may come slowly on purpose."""
        with ask.database.read() as connection:
            now = certificates.again(connection, bearer, intelligence.now())
        if now is None:
            raise NotAllowed("token-invalid")
        rights.require(now.officer, Action.INTEL_ADD)
        parcel = objects_of(body, max_bytes=limits.TAXII_BODY_MAX_BYTES)
        if parcel.kind == "object" or not parcel.objects:
            raise Refused("taxii-no-objects")
        source = Source(giver=Giver.TOKEN, ref=bearer.token_id, label=now.officer.name)
        status_id, at_us = str(uuid.UUID(bytes=ask.chance.token(16), version=4)), clock.to_us(ask.now)
        told: list[bytes] = []

        def keep(connection: Connection, outcome: Outcome) -> None:
            told.append(answers.status(status_id, outcome, at_us))
            statuses.keep(connection, status_id, officer_id=now.officer.id, at_us=at_us, body=told[0])

        intelligence.bring(now.officer, collection_id, parcel, source=source, served=True, then=keep)
        return _answer(told[0], status=202)

    @delete(
        _OBJECT,
        opt=needs(Action.INTEL_DELETE),
        sync_to_thread=True,
        include_in_schema=False,
        status_code=200,
        name="taxii-delete",
    )
    def gone(
        ask: Ask, request: Request[Any, Any, Any], collection_id: FromPath[str], object_id: FromPath[str]
    ) -> Response[bytes]:
        asked = _asked(request, filters.ONE_OBJECT, default=Which.ALL)
        if asked.nothing or not filters.is_object_id(object_id):
            raise NotAllowed("not-found")
        intelligence.delete(ask.officer, collection_id, object_id, asked.match, served=True)
        return _answer(b"")

    return add, gone


async def _body(request: Request[Any, Any, Any]) -> bytes:
    """The body as it comes, also in chunks without a length before them."""
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > limits.TAXII_BODY_MAX_BYTES:
            raise Refused("taxii-too-large", limit_bytes=limits.TAXII_BODY_MAX_BYTES)
        pieces.append(piece)
    return b"".join(pieces)


def _asked(request: Request[Any, Any, Any], known: Collection[str], *, default: Which = Which.LAST) -> Asked:
    return filters.read(request.scope["query_string"], known, default=default)


def _bearer(ask: Ask) -> Bearer:
    if ask.bearer is None:
        raise NotAllowed("sign-in-required")
    return ask.bearer


def _adds(ask: Ask) -> bool:
    """Whether who asks may add at all: the officer, and their token."""
    return ask.may(Action.INTEL_ADD) and _bearer(ask).lets(Action.INTEL_ADD)


def _answer(body: bytes, *, status: int = 200, headers: dict[str, str] | None = None) -> Response[bytes]:
    return Response(body, media_type=media.TAXII, status_code=status, headers=headers)
