"""Intelligence as programs see it: collections, parcels of objects, one object with everything beside it, quarantine.

Objects stand in strings, byte for byte as they are: their digest is that of the string in UTF-8.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from lienlac import limits
from lienlac.interface.parts import Cursor, Given, Line, Names, Rows, Sentences, Text, Told

Description = Annotated[str, msgspec.Meta(max_length=limits.INTEL_DESCRIPTION_MAX_CHARS)]
Raw = Annotated[str, msgspec.Meta(max_length=limits.FORM_MAX_BYTES)]
"""One STIX object as JSON text."""
Raws = Annotated[tuple[Raw, ...], msgspec.Meta(max_length=limits.INTEL_CALL_MAX_OBJECTS)]
Octets = Annotated[tuple[bytes, ...], msgspec.Meta(max_length=limits.INTEL_CALL_MAX_OBJECTS)]
"""Objects whose bytes are no text, each in base64."""
Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]


# --- what a program says ------------------------------------------------------------------------------------------


class CollectionForm(Given, frozen=True, kw_only=True):
    """What a collection is. `ceiling` is the strictest TLP mark that it holds; programs read and add by TAXII."""

    title: Line
    description_vi: Description = ""
    description_en: Description = ""
    ceiling: Line = "amber"
    readable: bool = True
    writable: bool = False


class CollectionQuery(Given, frozen=True, kw_only=True):
    """Which collections: those in use, or closed ones too."""

    closed: Literal["no", "yes"] = "no"


class IntelMarks(Given, frozen=True, kw_only=True):
    """Marks beside everything from a source; an object's own marking may only be stricter."""

    tlp: Line = ""
    pap: Line = "clear"
    handling: Names = ()
    grade_4x4: Line = ""
    grade_6x6: Line = ""


class MarksForm(Given, frozen=True, kw_only=True):
    """Marks to stand beside an object. `before` is what stands there: they are set only where that still holds.

    `reason` is needed for anything less strict, which also asks a token for `intel.share`.
    """

    before: IntelMarks
    marks: IntelMarks
    reason: Text = ""


class IntelFile(Given, frozen=True, kw_only=True):
    """The file from which objects were read."""

    name: Line
    digest: Digest


class IntelParcel(Given, frozen=True, kw_only=True):
    """Objects to be taken in. `file` says where they were read from; left out, the officer is their source.

    `octets`: whatever of a file is not UTF-8 and so cannot stand in a string, in base64; it is held with the reason.
    """

    objects: Raws
    octets: Octets = ()
    file: IntelFile | None = None
    marks: IntelMarks = IntelMarks()

    def __post_init__(self) -> None:
        """Raise `ValueError` unless there is anything, and not too much."""
        if not 0 < len(self.objects) + len(self.octets) <= limits.INTEL_CALL_MAX_OBJECTS:
            message = f"a parcel holds 1 to {limits.INTEL_CALL_MAX_OBJECTS} objects"
            raise ValueError(message)


class IntelQuery(Given, frozen=True, kw_only=True):
    """Which objects of a collection: the ones added last, newest first, of one type or of all."""

    type: Line = ""
    cursor: Cursor = ""
    rows: Rows = limits.PAGE_DEFAULT_ROWS


class HeldQuery(Given, frozen=True, kw_only=True):
    """What of the quarantine: of one collection or of all."""

    collection: Line = ""
    state: Literal["held", "released", "dismissed"] = "held"
    cursor: Cursor = ""
    rows: Rows = limits.PAGE_DEFAULT_ROWS


# --- what the node answers ----------------------------------------------------------------------------------------


class Collection(Told, frozen=True, kw_only=True):
    """One collection. `objects` counts stored versions, `held` what waits in its quarantine; `taxii` is its address."""

    id: str
    title: str
    description_vi: str
    description_en: str
    ceiling: str
    readable: bool
    writable: bool
    created_at: datetime
    closed_at: datetime | None
    objects: int
    held: int
    taxii: str


class Collections(Told, frozen=True, kw_only=True):
    """The collections that this officer may know of, by title."""

    collections: list[Collection]


class CollectionAccess(Told, frozen=True, kw_only=True):
    """Who may know of a collection: ids of units and officers; without any, everybody whose role lets them."""

    collection: str
    restricted: bool
    units: list[str]
    officers: list[str]
    may_change: bool


class IntelResult(Told, frozen=True, kw_only=True):
    """What became of one object; `why` and `held` say it of one that waits in quarantine."""

    state: Literal["new", "same", "held"]
    id: str
    type: str
    version: datetime | None
    code: str = ""
    why: Sentences | None = None
    held: str = ""


class IntelTaken(Told, frozen=True, kw_only=True):
    """What became of a parcel. `results` are those of the objects that wait in quarantine."""

    new: int
    same: int
    held: int
    results: list[IntelResult]


class IntelLine(Told, frozen=True, kw_only=True):
    """One object in a list: its newest version."""

    id: str
    type: str
    version: datetime
    added_at: datetime
    revoked: bool
    tlp: str
    name: str


class IntelPage(Told, frozen=True, kw_only=True):
    """One page of a collection's objects."""

    objects: list[IntelLine]
    next: str | None


class IntelSource(Told, frozen=True, kw_only=True):
    """Who gave us something: officer, token, peer, feed or file."""

    giver: str
    ref: str
    label: str


class MarksTold(Told, frozen=True, kw_only=True):
    """The marks beside an object's newest version; `floor` is the least, by the object and its source."""

    collection: str
    object: str
    marks: MarksSaid
    floor: MarksSaid


class MarksSaid(Told, frozen=True, kw_only=True):
    """Marks as they stand; `tlp` is empty where none is stated."""

    tlp: str
    pap: str
    handling: list[str]
    grade_4x4: str
    grade_6x6: str


class IntelVersion(Told, frozen=True, kw_only=True):
    """One stored version with what stands beside its bytes."""

    collection: str
    version: datetime
    added_at: datetime
    newest: bool
    revoked: bool
    tlp: str
    pap: str
    handling: list[str]
    grade_4x4: str
    grade_6x6: str
    source: IntelSource
    raw: str


class IntelObject(Told, frozen=True, kw_only=True):
    """One object, wherever this officer may see it, its newest versions first in each collection."""

    id: str
    versions: list[IntelVersion]


class Held(Told, frozen=True, kw_only=True):
    """One object in quarantine, with the reason. `times` is how often the same bytes came.

    `object_id`, `type` and `name` are what its bytes say of it, as far as they can be read; nobody has checked them.
    """

    id: str
    collection: str
    state: Literal["held", "released", "dismissed"]
    code: str
    why: Sentences
    object_id: str
    type: str
    name: str
    first_at: datetime
    last_at: datetime
    times: int
    digest: str


class HeldPage(Told, frozen=True, kw_only=True):
    """One page of the quarantine, the newest first."""

    held: list[Held]
    next: str | None


class HeldObject(Told, frozen=True, kw_only=True):
    """One of them whole: its bytes (base64: they may be no text), and those of the version that it contradicts."""

    held: Held
    source: IntelSource
    raw: bytes
    rival: bytes | None
