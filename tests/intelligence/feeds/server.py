"""TAXII servers as they are found in the open, faults included, on loopback; and whatever else a feed may meet."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

COLLECTION = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
TAXII = "application/taxii+json;version=2.1"
OLD_KIND = "application/vnd.oasis.taxii+json; version=2.0"
FIRST = datetime(2026, 11, 20, tzinfo=UTC)


@dataclass
class Got:
    """One call."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """One answer; `raw` is sent as it stands instead."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = TAXII
    raw: bytes | None = None

    @classmethod
    def of(cls, value: Any, status: int = 200, **headers: str) -> Reply:
        return cls(status, json.dumps(value).encode(), {name.replace("_", "-"): text for name, text in headers.items()})

    def bytes(self) -> bytes:
        if self.raw is not None:
            return self.raw
        headers = {"Content-Type": self.kind, "Content-Length": str(len(self.body)), **self.headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"HTTP/1.1 {self.status} Odd\r\n{lines}\r\n".encode() + self.body


class Web:
    """Answers by `self.answer`; remembers every call."""

    def __init__(self) -> None:
        self.heard: list[Got] = []
        self.port = 0
        self.connections = 0
        self.before: list[Callable[[Got], Reply | None]] = []

    def answer(self, got: Got) -> Reply:
        return Reply(404)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                method, target, _ = head[0].split(" ")
                headers = {line.partition(": ")[0].lower(): line.partition(": ")[2] for line in head[1:] if line}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                parts = urlsplit(target)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                got = Got(method, parts.path, query, headers, body)
                self.heard.append(got)
                early = next((found for one in self.before if (found := one(got)) is not None), None)
                reply = early or self.answer(got)
                writer.write(reply.bytes())
                await writer.drain()
                if reply.raw is not None:
                    break
        writer.close()

    @contextlib.asynccontextmanager
    async def serving(self, tls: Any = None) -> AsyncIterator[Web]:
        server = await asyncio.start_server(self._talk, "127.0.0.1", self.port, ssl=tls, limit=2**24)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            await server.wait_closed()


@dataclass
class Item:
    """An object with the instant at which the server added it."""

    raw: bytes
    added: datetime


def stamp(at: datetime) -> str:
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


class TaxiiServer(Web):
    """A TAXII 2.1 server. Its faults are switches, each after something that an open server does."""

    def __init__(self, *raws: bytes, page: int = 100) -> None:
        super().__init__()
        self.items = [Item(raw, FIRST + timedelta(seconds=number)) for number, raw in enumerate(raws)]
        self.page = page
        self.roots: list[str] = ["/api1/"]
        self.default: str | None = "/api1/"
        self.offers: list[dict[str, Any]] = [
            {"id": COLLECTION, "title": "Everything", "can_read": True, "can_write": True}
        ]
        self.gives_next = True
        self.gives_dates = True
        self.dates: Callable[[datetime], str] = stamp
        self.ignores_added_after = False
        self.next_forgets = False
        self.posted: list[list[dict[str, Any]]] = []
        self.statuses: dict[str, list[dict[str, Any]]] = {}
        self.on_post: Callable[[list[dict[str, Any]]], Reply] | None = None
        self._popped: set[str] = set()

    def answer(self, got: Got) -> Reply:
        parts = [part for part in got.path.split("/") if part]
        if parts == ["taxii2"]:
            said: dict[str, Any] = {"title": "A server", "api_roots": self.roots}
            return Reply.of(said | ({"default": self.default} if self.default else {}))
        if parts == ["api1"]:
            return Reply.of({"title": "Root", "versions": [TAXII], "max_content_length": 10**6})
        if parts == ["api1", "collections"]:
            return Reply.of({"collections": self.offers} if self.offers else {})
        if parts[:2] == ["api1", "status"]:
            turns = self.statuses.get(parts[2])
            return Reply(404) if not turns else Reply.of(turns.pop(0) if len(turns) > 1 else turns[0])
        if parts == ["api1", "collections", COLLECTION, "objects"]:
            return self.take(got) if got.method == "POST" else self.give(got)
        return Reply(404)

    def give(self, got: Got) -> Reply:
        after = got.query.get("added_after")
        since = None if after is None or self.ignores_added_after else datetime.fromisoformat(after)
        found = [item for item in self.items if since is None or item.added > since]
        start = 0
        if "next" in got.query:
            if self.next_forgets:
                return Reply.of({"title": "unknown next"}, 400)
            start = int(got.query["next"].rpartition("-")[2])
        size = min(self.page, int(got.query.get("limit", self.page)))
        shown = found[start : start + size]
        more = start + size < len(found)
        frame: dict[str, Any] = {"more": True} if more else {}
        if more and self.gives_next:
            frame["next"] = f"page-{start + size}"
        body = json.dumps(frame).encode()
        if shown:
            inner = b",".join(item.raw for item in shown)
            body = body[:-1] + (b"," if frame else b"") + b'"objects":[' + inner + b"]}"
        headers = {"Date": "Mon, 23 Nov 2026 03:00:00 GMT"}
        if self.gives_dates and shown:
            headers |= {"X-TAXII-Date-Added-First": self.dates(shown[0].added)}
            headers |= {"X-TAXII-Date-Added-Last": self.dates(shown[-1].added)}
        return Reply(200, body, headers)

    def take(self, got: Got) -> Reply:
        objects = json.loads(got.body)["objects"]
        self.posted.append(objects)
        return self.on_post(objects) if self.on_post else self.told(objects)

    @staticmethod
    def told(objects: list[dict[str, Any]], failures: list[dict[str, str]] | None = None, **more: Any) -> Reply:
        lost = failures or []
        said = {
            "id": "2d086da7-4bdc-4f91-900e-d77486753710", "status": "complete", "total_count": len(objects),
            "success_count": len(objects) - len(lost), "failure_count": len(lost), "pending_count": 0, **more,
        }  # fmt: skip
        return Reply.of(said | ({"failures": lost} if lost else {}), 202)


def packed(body: bytes) -> Reply:
    return Reply(200, gzip.compress(body), {"Content-Encoding": "gzip"})
