"""An officer acts on how somebody is reached: their own channels, or, for an administrator, anybody's.

A channel counts only after its test: six digits are sent through it and typed here. Addresses go into the safe and are
never shown again. What an officer may not touch looks like what does not exist.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lienlac import ids, limits
from lienlac.duty.store import alarms, shifts
from lienlac.errors import NotAllowed, Refused
from lienlac.identifiers.contact import parse_phone
from lienlac.notices import signature
from lienlac.notices.channels import Address, Channel, ChannelKind, read_address
from lienlac.notices.courier.rounds import seal
from lienlac.notices.notice import About, Notice
from lienlac.notices.store import channels as rows
from lienlac.notices.store import queue
from lienlac.people import accounts, rights
from lienlac.people.rights import Action

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.duty.alarms.watch import Record
    from lienlac.duty.contacts.quiet import Quiet
    from lienlac.ids import Chance
    from lienlac.keys.rest.safe import Safe
    from lienlac.notices.courier.ways import Allowed
    from lienlac.people.officer import Officer
    from lienlac.storage.database import Database

PROOF_LASTS: Final = timedelta(minutes=limits.PROOF_LASTS_MIN)
PROOF_PAUSE: Final = timedelta(seconds=limits.PROOF_PAUSE_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How one officer is reached."""

    officer: Officer
    channels: tuple[Channel, ...]
    phone: str
    quiet: Quiet | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A channel just added; `secret` signs a webhook's bodies and is shown this once."""

    channel: Channel
    secret: str


class ContactDesk:
    """Contact methods as officers see and change them."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        chance: Chance,
        safe: Safe,
        allowed: Allowed,
        country: str,
        record: Record,
        changed: Callable[[Connection], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._chance = chance
        self._safe = safe
        self.allowed = allowed
        self._country = country.upper()
        self._record = record
        self._changed = changed

    # --- reading ---
    def show(self, officer: Officer, whose: str) -> Reach:
        """How somebody is reached: oneself, or anybody for an administrator. Raises `NotAllowed("not-found")`."""
        _require(officer, whose)
        with self._database.read() as connection:
            return Reach(
                officer=accounts.get(connection, whose),
                channels=tuple(rows.of_owner(connection, whose)),
                phone=shifts.phone(connection, whose),
                quiet=shifts.quiet(connection, whose),
            )

    def health(self, officer: Officer) -> tuple[list[Channel], dict[str, str], dict[str, int]]:
        """Every channel with its owner's name, the failing ones first, and how many notices are in which state."""
        rights.require(officer, Action.CHANNEL_READ)
        with self._database.read() as connection:
            return rows.every(connection), accounts.names(connection), queue.counts(connection)

    # --- acting ---
    def set_person(self, officer: Officer, whose: str, *, phone: str, quiet: Quiet | None) -> None:
        """Telephone number and quiet hours. Raises `Refused("phone-…")`."""
        _require(officer, whose)
        number = parse_phone(phone, region=self._country, field="phone").e164 if phone.strip() else ""

        def work(connection: Connection) -> None:
            accounts.get(connection, whose)
            shifts.set_person(connection, whose, phone=number, quiet=quiet)
            self._note(connection, officer, "contact.set", whose, {"phone": bool(number), "quiet": quiet is not None})
            self._changed(connection)

        self._database.write(work)

    def add(self, officer: Officer, whose: str, kind: ChannelKind, address: str) -> Made:
        """A new channel at the end of the order, and its test on the way. Raises as `read_address`, `NotAllowed`."""
        _require(officer, whose)
        to, shown = read_address(kind, address.strip(), inside=self.allowed.inside, services=self.allowed.services)
        secret = signature.new_secret(self._chance.token(32)) if kind is ChannelKind.WEBHOOK else ""
        now = self._clock.now()

        def work(connection: Connection) -> Channel:
            accounts.get(connection, whose)
            known = rows.of_owner(connection, whose)
            if len(known) >= limits.CHANNELS_PER_OFFICER:
                raise NotAllowed("too-many-channels", limit=limits.CHANNELS_PER_OFFICER)
            channel_id = ids.new_id("chn", self._chance)
            sealed = seal(Address(to=to, secret=secret), self._safe, channel_id)
            made = Channel(
                id=channel_id,
                owner=whose,
                kind=kind,
                shown=shown,
                place=1 + max((one.place for one in known), default=-1),
                verified_at=None,
                sealed=sealed,
            )
            rows.add(connection, made, now)
            self._note(connection, officer, "contact.add", whose, {"channel": made.id, "kind": kind.value})
            self._send_test(connection, made, now)
            return made

        return Made(channel=self._database.write(work), secret=secret)

    def test(self, officer: Officer, channel_id: str) -> None:
        """Send the digits (anew). Raises `NotAllowed("not-found" | "test-too-soon")`."""
        now = self._clock.now()

        def work(connection: Connection) -> None:
            channel = self._own(connection, officer, channel_id)
            sent = rows.proof_sent_at(connection, channel.id)
            if sent is not None and now - sent < PROOF_PAUSE:
                raise NotAllowed("test-too-soon", wait_s=int((sent + PROOF_PAUSE - now).total_seconds()) + 1)
            self._note(connection, officer, "contact.test", channel.owner, {"channel": channel.id})
            self._send_test(connection, channel, now)

        self._database.write(work)

    def verify(self, officer: Officer, channel_id: str, digits: str) -> None:
        """The digits that came through the channel. Raises `Refused("proof-wrong")`, `NotAllowed("not-found")`."""
        now = self._clock.now()

        def work(connection: Connection) -> bool:
            channel = self._own(connection, officer, channel_id)
            proof = rows.proof(connection, channel.id)  # counted before it is looked at, and kept when it was wrong
            right = (
                proof is not None
                and proof.tries <= limits.PROOF_TRIES_MAX
                and now < proof.until
                and hmac.compare_digest(proof.hash, _hash(channel.id, digits.strip()))
            )
            if right:
                rows.set_verified(connection, channel.id, now)
                self._note(connection, officer, "contact.verify", channel.owner, {"channel": channel.id})
                alarms.climb_all(connection, now)
            return right

        if not self._database.write(work):
            raise Refused("proof-wrong", field="digits")

    def order(self, officer: Officer, channel_id: str, *, up: bool) -> None:
        """One place up or down in the order in which channels are tried."""

        def work(connection: Connection) -> None:
            channel = self._own(connection, officer, channel_id)
            known = [one.id for one in rows.of_owner(connection, channel.owner)]
            here = known.index(channel.id)
            there = here - 1 if up else here + 1
            if 0 <= there < len(known):
                known[here], known[there] = known[there], known[here]
            for place, one in enumerate(known):
                rows.set_place(connection, one, place)
            self._note(connection, officer, "contact.order", channel.owner, {"channels": known})

        self._database.write(work)

    def drop(self, officer: Officer, channel_id: str) -> None:
        """Forget a channel with its address."""

        def work(connection: Connection) -> None:
            channel = self._own(connection, officer, channel_id)
            rows.drop(connection, channel.id)
            self._note(connection, officer, "contact.drop", channel.owner, {"channel": channel.id})

        self._database.write(work)

    # --- inside ---
    def _own(self, connection: Connection, officer: Officer, channel_id: str) -> Channel:
        """The channel, if this officer may touch it. Raises `NotAllowed("not-found")`."""
        channel = rows.get(connection, channel_id)
        if channel is None:
            raise NotAllowed("not-found")
        _require(officer, channel.owner)
        return channel

    def _send_test(self, connection: Connection, channel: Channel, now: datetime) -> None:
        digits = f"{int.from_bytes(self._chance.token(8)) % 1_000_000:06d}"
        rows.set_proof(connection, channel.id, digits_hash=_hash(channel.id, digits), until=now + PROOF_LASTS, at=now)
        queue.withdraw(connection, channel.id, now)  # an older test that still waits would only confuse
        notice = Notice(
            id=ids.new_id("ntc", self._chance),
            owner=channel.owner,
            about=About.CHANNEL_TEST,
            urgency="normal",
            path="/duty/contacts",
            thing=channel.id,
            proof=digits,
        )
        queue.put(connection, notice, at=now, lasts=PROOF_LASTS, only_channel=channel.id)
        self._changed(connection)

    def _note(
        self, connection: Connection, officer: Officer, action: str, whose: str, detail: dict[str, object]
    ) -> None:
        self._record(connection, at=self._clock.now(), actor=officer.id, action=action, thing=whose, detail=detail)


def _require(officer: Officer, whose: str) -> None:
    """One's own, or anybody's for who manages accounts; everybody else learns nothing."""
    if officer.active and (officer.id == whose or rights.may(officer, Action.USER_MANAGE)):
        return
    raise NotAllowed("not-found")


def _hash(channel_id: str, digits: str) -> str:
    """Six digits are guessed in a moment whatever their hash: five tries and a quarter of an hour protect them."""
    return hashlib.sha256(f"{channel_id}:{digits}".encode()).hexdigest()
