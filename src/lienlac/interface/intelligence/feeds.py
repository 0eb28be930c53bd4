"""Feeds as programs see them. Credentials are said and never told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from lienlac import limits
from lienlac.interface.parts import Given, Line, Sentences, Told

Secret = Annotated[str, msgspec.Meta(max_length=limits.FEED_SECRET_MAX_CHARS)]
Minutes = Annotated[int, msgspec.Meta(ge=limits.FEED_INTERVAL_MIN_MIN, le=limits.FEED_INTERVAL_MAX_MIN)]
Address = Annotated[str, msgspec.Meta(max_length=limits.URL_MAX_CHARS)]
How = Literal["none", "basic", "bearer", "key", "certificate"]


class FeedQuery(Given, frozen=True, kw_only=True):
    """Which feeds: `show=all` tells ended ones too."""

    show: Literal["living", "all"] = "living"


class FeedCredentials(Given, frozen=True, kw_only=True):
    """How the node names itself to the other server. `key` is a MISP key; a certificate comes with its key, as PEM."""

    how: How = "none"
    user: Line = ""
    secret: Secret = ""
    certificate: Secret = ""


class FeedMarks(Given, frozen=True, kw_only=True):
    """The least that everything from there carries, and how the source is graded."""

    tlp: Line = ""
    pap: Line = "clear"
    handling: Annotated[tuple[Line, ...], msgspec.Meta(max_length=4)] = ("h0",)
    grade_4x4: Line = ""
    grade_6x6: Line = ""


class InboundFeed(Given, frozen=True, kw_only=True):
    """A feed that brings something in. `remote` is the other side's collection, by id or title."""

    title: Line
    kind: Literal["taxii-poll", "misp-feed", "misp-rest", "stix-bundle"]
    address: Address
    collection: Line
    remote: Line = ""
    interval_min: Minutes = 60
    marks: FeedMarks = FeedMarks()
    credentials: FeedCredentials = FeedCredentials()


class OutboundFeed(Given, frozen=True, kw_only=True):
    """A feed by which something leaves: `ceiling` is the strictest mark that may, `others` lets feeds' gifts pass."""

    title: Line
    kind: Literal["taxii-push", "opencti-push"]
    address: Address
    collection: Line
    remote: Line
    interval_min: Minutes = 60
    ceiling: Literal["clear", "green", "amber"] = "green"
    others: bool = False
    credentials: FeedCredentials = FeedCredentials()


class FeedApproval(Given, frozen=True, kw_only=True):
    """The digest that was shown."""

    digest: Line


class FeedCounts(Told, frozen=True, kw_only=True):
    """Objects new here, known, held in quarantine; sent, not taken by the other side, kept back by marks."""

    new: int
    same: int
    held: int
    sent: int
    refused: int
    kept_back: int


class FeedLine(Told, frozen=True, kw_only=True):
    """One feed. `code` and `problem` say why the last run failed, or what it warned of."""

    id: str
    title: str
    direction: Literal["in", "out"]
    kind: str
    address: str
    remote: str
    collection: str
    interval_min: int
    ceiling: str
    others: bool
    marks: dict[str, str]
    how: str
    state: str
    created_at: datetime
    created_by: str
    approved_by: str
    due_at: datetime | None
    last_at: datetime | None
    worked_at: datetime | None
    fails: int
    code: str
    problem: Sentences | None
    counts: FeedCounts


class Feeds(Told, frozen=True, kw_only=True):
    """Feeds; first what needs a hand."""

    feeds: list[FeedLine]


class FeedRun(Told, frozen=True, kw_only=True):
    """One run. `more` says that it broke off with more to come."""

    began_at: datetime
    ended_at: datetime
    pages: int
    more: bool
    code: str
    counts: FeedCounts


class FeedLost(Told, frozen=True, kw_only=True):
    """An object that the other side did not take, with its word."""

    object_id: str
    message: str
    at: datetime | None


class FeedShown(Told, frozen=True, kw_only=True):
    """One feed with what it did last. `digest` is what a second officer approves."""

    feed: FeedLine
    digest: str
    acts: list[str]
    runs: list[FeedRun]
    lost: list[FeedLost]
