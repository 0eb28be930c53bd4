"""Sharing with partners as programs see it: what would leave, shares, their objects, what came in, what was seen."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from lienlac import limits
from lienlac.interface.approvals import ApprovalLine  # read by msgspec at run time
from lienlac.interface.parts import Cursor, Given, Line, Names, Rows, Text, Told

Mode = Literal["once", "standing"]
ObjectIds = Annotated[tuple[Line, ...], msgspec.Meta(max_length=limits.INTEL_SHARE_IDS_MAX)]
Peers = Annotated[tuple[Line, ...], msgspec.Meta(max_length=limits.PEERS_MAX)]
LetOut = Annotated[tuple[Literal["notes", "persons", "restricted", "mentions"], ...], msgspec.Meta(max_length=4)]
State = Literal[
    "", "sent", "new", "same", "held", "refused", "due", "recalling", "unheard", "recalled", "aside", "absent"
]


class ShareForm(Given, frozen=True, kw_only=True):
    """What to share. `to` may be left out where there is only one partner; `types` and `ids` choose, else everything.

    `tlp` and `pap` are the strictest that may leave (left out: as strict as what is there). `onward`: the partner may
    pass it on. `digests`: those of the preview that was shown, one for each partner; anything else is refused.
    """

    collection: Line
    to: Peers = ()
    title: Line
    mode: Mode = "once"
    types: Names = ()
    ids: ObjectIds = ()
    purpose: Line
    legal_basis: Line
    legal_basis_text: Line = ""
    typology: Line = ""
    tlp: Literal["", "clear", "green", "amber", "amber+strict"] = ""
    pap: Literal["", "clear", "green", "amber", "red"] = ""
    onward: bool = False
    let_out: LetOut = ()
    why: Text = ""
    digests: Peers = ()


class RecallForm(Given, frozen=True, kw_only=True):
    """Objects to take back, what lies above a ceiling that was lowered since (`above`), or everything of the share.

    One of the three; and whether the partner deletes them or sets them aside.
    """

    ids: ObjectIds = ()
    above: bool = False
    everything: bool = False
    act: Literal["delete", "set-aside"] = "delete"
    reason: Text


class SightingForm(Given, frozen=True, kw_only=True):
    """An object that came from a partner was seen so often, or was of use (5 decisive, 1 of no use)."""

    object: Line
    count: Annotated[int, msgspec.Meta(ge=0, le=limits.INTEL_SIGHTINGS_MAX)] = 0
    first: datetime | None = None
    last: datetime | None = None
    useful: Annotated[int, msgspec.Meta(ge=0, le=5)] = 0
    text: Text = ""
    phone: Line = ""


class SharedQuery(Given, frozen=True, kw_only=True):
    """Which objects of a share."""

    state: State = ""
    cursor: Cursor = ""
    rows: Rows = limits.PAGE_DEFAULT_ROWS


class SightingQuery(Given, frozen=True, kw_only=True):
    """Of which object; of all where it is left out."""

    object: Line = ""


# --- what the node answers ----------------------------------------------------------------------------------------


class SampleObject(Told, frozen=True, kw_only=True):
    """One object among those that would leave."""

    id: str
    type: str
    name: str


class SharePreview(Told, frozen=True, kw_only=True):
    """What exactly would leave for one partner, and what would not.

    `withheld` counts by reason; `already`: the partner has it; `reasons`: why a second officer must look first.
    """

    peer: str
    count: int
    types: dict[str, int]
    tlp: str
    pap: str
    withheld: dict[str, int]
    already: int
    sample: list[SampleObject]
    digest: str
    reasons: list[str]


class SharePreviews(Told, frozen=True, kw_only=True):
    """One for each partner."""

    previews: list[SharePreview]


class ShareMade(Told, frozen=True, kw_only=True):
    """Shares that began, and what waits for a second officer instead."""

    shares: list[str]
    waits: list[ApprovalLine]


class ShareLine(Told, frozen=True, kw_only=True):
    """One share: how far it has come, its objects by state, recalls that nobody has confirmed since an instant.

    `types`: only these (empty: all). `above`: so many went that would not go any more, as a ceiling was lowered.
    `outdated`: of so many the partner has an older version, because the newer one stays here.
    """

    id: str
    peer: str
    collection: str
    title: str
    mode: str
    state: str
    whole: bool
    problem: str
    tlp: str
    pap: str
    purpose: str
    legal_basis: str
    typology: str | None
    messages: int
    objects: int
    counts: dict[str, int]
    types: list[str]
    above: int
    outdated: int
    unconfirmed: int
    unconfirmed_since: datetime | None
    created_at: datetime
    by: str


class ShareLines(Told, frozen=True, kw_only=True):
    """Shares of collections that the officer may know of, the newest first."""

    shares: list[ShareLine]


class SharedObject(Told, frozen=True, kw_only=True):
    """One object of a share: what became of it there, and why where it was not taken."""

    id: str
    type: str
    state: str
    code: str
    reason: str
    at: datetime


class NamedObject(Told, frozen=True, kw_only=True):
    """Something that stays here, by the reasons of a preview (`why`), and is named in what therefore stays too."""

    id: str
    type: str
    why: str


class OutdatedObject(Told, frozen=True, kw_only=True):
    """An object of which the partner has an older version: the newer one, here since then, stays here.

    `why`: by the reasons of a preview; empty where it may go by now, which it does by itself. `names`: the first things
    in it that stay here. Take the object back, or write a version that may go.
    """

    id: str
    type: str
    since: datetime
    why: str
    names: list[NamedObject]


class ShareWhole(Told, frozen=True, kw_only=True):
    """One share with a page of its objects; `next` is the cursor of what follows.

    `outdated`: the first of what the partner has an older version of; the share's line counts them all.
    """

    share: ShareLine
    objects: list[SharedObject]
    outdated: list[OutdatedObject]
    next: str | None = None


class Recalling(Told, frozen=True, kw_only=True):
    """How many objects are being taken back; or, where the agreement asks for it, what waits for a second officer."""

    objects: int
    waits: list[ApprovalLine] = []


class ArrivedLine(Told, frozen=True, kw_only=True):
    """A partner's share as it came: how many of its objects were taken, known, held, not taken, or wait."""

    peer: str
    share: str
    title: str
    mode: str
    messages: int
    objects: int
    waiting: int
    new: int
    same: int
    held: int
    refused: int
    first_at: datetime
    last_at: datetime


class ArrivedLines(Told, frozen=True, kw_only=True):
    """What partners shared, the newest first."""

    arrived: list[ArrivedLine]


class SightingLine(Told, frozen=True, kw_only=True):
    """What one side said of an object that came from the other; `direction` "in": the partner said it."""

    peer: str
    direction: str
    object: str
    count: int
    first: datetime | None
    last: datetime | None
    useful: int | None
    text: str
    who: str
    state: str
    at: datetime


class SightingLines(Told, frozen=True, kw_only=True):
    """The newest first."""

    sightings: list[SightingLine]
