"""The noun: a feed, from or to a server that is no partner's node; how one is read from a form, and its states.

Pure. What people see of the address is `shown`, without its query: keys stand there often. The address itself and the
credentials are kept under seal. A feed that goes out is a release: a second officer lets it begin (`State.WAITING`),
and what they let begin never changes: another address, collection or ceiling is another feed.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.intelligence.collection import Marks
from lienlac.people.officer import parse_line
from lienlac.records.forms.gathered import Gathered

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_REMOTE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ ()-]{0,199}")
_PEM: Final = re.compile(r"-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----")
_PRINTABLE: Final = re.compile(r"[\x21-\x7e]+(?: [\x21-\x7e]+)*")


class Kind(StrEnum):
    """What is spoken with the other side."""

    TAXII_POLL = "taxii-poll"
    TAXII_PUSH = "taxii-push"
    OPENCTI_PUSH = "opencti-push"
    MISP_FEED = "misp-feed"
    MISP_REST = "misp-rest"
    STIX_BUNDLE = "stix-bundle"


OUT: Final = frozenset({Kind.TAXII_PUSH, Kind.OPENCTI_PUSH})
"""Kinds by which something leaves."""
REMOTE: Final = frozenset({Kind.TAXII_POLL, Kind.TAXII_PUSH, Kind.OPENCTI_PUSH})
"""Kinds that name a collection of the other side."""
CEILINGS: Final = ("clear", "green", "amber")
"""Strictest marks that may leave by a feed: what is stricter stays with those who have it."""


class State(StrEnum):
    """Where a feed stands."""

    WAITING = "waiting"
    ON = "on"
    PAUSED = "paused"
    STOPPED = "stopped"
    ENDED = "ended"


class Act(StrEnum):
    """What changes a state."""

    APPROVE = "approve"
    PAUSE = "pause"
    GO_ON = "go-on"
    STOP = "stop"
    END = "end"


TABLE: Final = {
    State.WAITING: {Act.APPROVE: State.ON, Act.END: State.ENDED},
    State.ON: {Act.PAUSE: State.PAUSED, Act.STOP: State.STOPPED, Act.END: State.ENDED},
    State.PAUSED: {Act.GO_ON: State.ON, Act.END: State.ENDED},
    State.STOPPED: {Act.GO_ON: State.ON, Act.END: State.ENDED},
    State.ENDED: {},
}
"""State by act. `STOP` is the node's own: too many failures in a row."""


def after(state: State, act: Act) -> State:
    """The state after an act. Raises `NotAllowed("feed-state")`."""
    to = TABLE[state].get(act)
    if to is None:
        raise NotAllowed("feed-state")
    return to


class How(StrEnum):
    """How the node names itself to the other side."""

    NONE = "none"
    BASIC = "basic"
    BEARER = "bearer"
    KEY = "key"
    CERTIFICATE = "certificate"


class Sealed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is kept under seal. `key` is a MISP key, sent as it stands; a certificate comes with its key, both PEM."""

    address: str
    how: How = How.NONE
    user: str = ""
    secret: str = ""
    certificate: str = ""

    @property
    def authorization(self) -> str:
        """The header; "" for none."""
        if self.how is How.BASIC:
            return "Basic " + base64.b64encode(f"{self.user}:{self.secret}".encode()).decode("ascii")
        if self.how is How.BEARER:
            return f"Bearer {self.secret}"
        return self.secret if self.how is How.KEY else ""

    @property
    def identity(self) -> tuple[str, str]:
        """The private key and the chain of certificates, both PEM; "" for what is missing."""
        blocks = [(found[1], found[0] + "\n") for found in _PEM.finditer(self.certificate)]
        keys = [text for label, text in blocks if label.endswith("PRIVATE KEY")]
        chain = [text for label, text in blocks if label == "CERTIFICATE"]
        return (keys[0] if len(keys) == 1 else ""), "".join(chain)

    def __repr__(self) -> str:
        return f"Sealed({self.how.value})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What runs did: objects new here, known, held in quarantine; sent, not taken by the other side, kept back."""

    new: int = 0
    same: int = 0
    held: int = 0
    sent: int = 0
    refused: int = 0
    kept_back: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One feed as it stands. `code` and `details` say why the last run failed; "" when it did not."""

    id: str
    title: str
    kind: Kind
    shown: str
    remote: str
    collection_id: str
    interval_min: int
    ceiling: str
    others: bool
    marks: Marks
    how: How
    state: State
    created_at: datetime
    created_by: str
    approved_by: str
    sealed: str = field(repr=False)
    cursor: bytes
    due_at: datetime | None
    last_at: datetime | None
    worked_at: datetime | None
    fails: int
    code: str
    details: Mapping[str, Any]
    counts: Counts

    @property
    def out(self) -> bool:
        """Whether something leaves by it."""
        return self.kind in OUT

    @property
    def live(self) -> bool:
        """Whether it may still run."""
        return self.state is not State.ENDED

    @property
    def digest(self) -> str:
        """What a second officer lets begin, in one value: everything that decides what goes where."""
        said = [self.id, self.title, self.kind.value, self.sealed, self.remote, self.collection_id, self.ceiling]
        return hashlib.sha256(msgspec.json.encode([*said, self.others])).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A new feed as an officer wrote it, read and bounded; whether its host may be called is asked at the desk."""

    title: str
    kind: Kind
    remote: str
    collection_id: str
    interval_min: int
    ceiling: str
    others: bool
    marks: Marks
    secrets: Sealed

    @property
    def out(self) -> bool:
        """Whether something leaves by it."""
        return self.kind in OUT


def parse_draft(
    *,
    title: str,
    kind: str,
    remote: str,
    collection_id: str,
    interval_min: int,
    ceiling: str,
    others: bool,
    marks: Marks,
    secrets: Sealed,
) -> Draft:
    """Raises one mistake with its own code, several as `FormRefused`.

    `Refused`: `line-…`, `feed-kind`, `feed-remote`, `feed-ceiling`, `feed-interval`; without a kind nobody knows
    whether a collection there or a ceiling is needed.
    """
    found, clean = Gathered(), remote.strip()
    line = found.hear(lambda: parse_line(title, "title"), "")
    chosen = found.hear(lambda: _kind(kind), None)
    if chosen in REMOTE and _REMOTE.fullmatch(clean) is None:
        found.note(Refused("feed-remote", field="remote"))
    if chosen in OUT and ceiling not in CEILINGS:
        found.note(Refused("feed-ceiling", field="ceiling"))
    least, most = limits.FEED_INTERVAL_MIN_MIN, limits.FEED_INTERVAL_MAX_MIN
    if not least <= interval_min <= most:
        found.note(Refused("feed-interval", field="interval_min", least=least, most=most))
    found.finish()
    out = chosen in OUT
    return Draft(
        title=line,
        kind=_kind(kind),
        remote=clean if chosen in REMOTE else "",
        collection_id=collection_id,
        interval_min=interval_min,
        ceiling=ceiling if out else "",
        others=others and out,
        marks=Marks() if out else marks,
        secrets=secrets,
    )


def _kind(text: str) -> Kind:
    try:
        return Kind(text)
    except ValueError:
        raise Refused("feed-kind", field="kind") from None


def parse_secrets(*, address: str, how: str, user: str, secret: str, certificate: str) -> Sealed:
    """Address and credentials as somebody typed them.

    Raises `Refused("feed-how" | "feed-secret" | "feed-certificate")`, several as `FormRefused`. What goes into a header
    is printable ASCII in one line: nothing typed there may become a second header.
    """
    try:
        chosen = How(how or "none")
    except ValueError:
        raise Refused("feed-how", field="how") from None
    found, made = Gathered(), Sealed(address=address, how=chosen)
    for name, text in (("user", user), ("secret", secret), ("certificate", certificate)):
        if len(text) > limits.FEED_SECRET_MAX_CHARS or (chosen is not How.NONE and not _usable(chosen, name, text)):
            found.note(Refused("feed-certificate" if name == "certificate" else "feed-secret", field=name))
    found.finish()
    if chosen is How.NONE:
        return made
    if chosen is How.CERTIFICATE:
        return msgspec.structs.replace(made, certificate=certificate)
    return msgspec.structs.replace(made, user=user if chosen is How.BASIC else "", secret=secret)


def _usable(how: How, name: str, text: str) -> bool:
    """Whether a field holds what this way of signing in needs of it; of the others it needs nothing."""
    match name, how:
        case "certificate", How.CERTIFICATE:
            return text.isascii() and all(Sealed(address="", how=how, certificate=text).identity)
        case "user", How.BASIC:
            return bool(text) and ":" not in text and text.isprintable()
        case "secret", How.BASIC:
            return bool(text) and text.isprintable()
        case "secret", How.BEARER | How.KEY:
            return _PRINTABLE.fullmatch(text) is not None
        case _:
            return True
