"""An officer takes a report in: read and stripped at once, looked at, confirmed find by find, then made into objects.

What came in is never stored as it came: only its digest and the stripped text. A report that waits is its officer's
alone. Confirming stores objects, report and journal entry in one transaction.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from lienlac import clock, ids, limits
from lienlac.errors import NotAllowed, Refused
from lienlac.identifiers import accounts, banks
from lienlac.identifiers.accounts import IbanAccount, OtherAccount, UsAccount, VnAccount
from lienlac.identifiers.finding import read, strip
from lienlac.identifiers.folding import compact
from lienlac.intelligence.collection import Giver, Marks, Source
from lienlac.intelligence.intake import objects, store
from lienlac.intelligence.intake.opening.desk import opened
from lienlac.people import rights
from lienlac.people.officer import parse_line
from lienlac.people.rights import Action
from lienlac.vocabulary import typologies

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.identifiers.accounts import Account
    from lienlac.identifiers.finding import Find
    from lienlac.ids import Chance
    from lienlac.intelligence.adding.desk import Record
    from lienlac.intelligence.collection import Collection
    from lienlac.intelligence.desk import Intelligence
    from lienlac.intelligence.intake.store import Draft
    from lienlac.intelligence.outcome import Outcome
    from lienlac.people.officer import Officer
    from lienlac.storage.database import Database

MARK: Final = "itk-"
"""How the id of a report that waits begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A report that waits, with what was found in it. A find is named by its place in `finds`."""

    draft: Draft
    finds: tuple[Find, ...]
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What an officer says of a report: which finds hold, by number; banks for account numbers that lack theirs."""

    title: str
    collection_id: str
    keep: frozenset[int]
    banks: Mapping[int, str]
    typologies: tuple[str, ...]
    marks: Marks
    language: str = "vi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a report: its id as an object, and each object's fate."""

    report_id: str
    outcome: Outcome


class Intake:
    """What pages, programs and commands call."""

    def __init__(
        self, intelligence: Intelligence, *, database: Database, clock: Clock, chance: Chance, record: Record
    ) -> None:
        self._intelligence = intelligence
        self._database = database
        self._clock = clock
        self._chance = chance
        self._record = record

    def collections(self, officer: Officer) -> list[Collection]:
        """Where objects may go."""
        rights.require(officer, Action.INTEL_ADD)
        return self._intelligence.collections(officer)

    # --- reading in ---
    def take_text(self, officer: Officer, text: str, label: str = "") -> Proposed:
        """A pasted text. Raises `Refused("intake-text-…")`, `NotAllowed("intake-full")`."""
        rights.require(officer, Action.INTEL_ADD)
        if not text.strip():
            raise Refused("intake-text-empty", field="text")
        if len(text) > limits.INTAKE_TEXT_MAX_CHARS:
            raise Refused("intake-text-too-long", field="text", limit_chars=limits.INTAKE_TEXT_MAX_CHARS)
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        return self._keep(officer, text, label, digest, ())

    def take_file(self, officer: Officer, data: bytes, name: str) -> Proposed:
        """A file. Raises as `opening.desk.opened`, and `NotAllowed("intake-full")`."""
        rights.require(officer, Action.INTEL_ADD)
        found = opened(data, name)
        return self._keep(officer, found.text, name, hashlib.sha256(data).hexdigest(), found.notes)

    def _keep(self, officer: Officer, text: str, label: str, digest: str, notes: tuple[str, ...]) -> Proposed:
        reading = read("".join(sign for sign in text if sign >= " " or sign in "\n\t"))
        now = self._clock.now()
        draft = store.Draft(
            id=ids.new_id(MARK, self._chance),
            officer_id=officer.id,
            at=now,
            label=parse_line(strip(label).text, "label")[: limits.LINE_MAX_CHARS] if label.strip() else "",
            digest=digest,
            text=reading.text,
            removed=reading.removed,
            notes=notes,
        )

        def work(connection: Connection) -> None:
            store.forget_before(connection, now - timedelta(days=limits.INTAKE_DRAFT_KEPT_DAYS))
            if store.count(connection, officer.id) >= limits.INTAKE_DRAFTS_MAX:
                raise NotAllowed("intake-full", limit=limits.INTAKE_DRAFTS_MAX)
            store.add(connection, draft)
            self._note(connection, officer, "intake.read", draft.id, digest=digest, removed=reading.removed)

        self._database.write(work)
        return Proposed(draft=draft, finds=reading.finds, more=reading.more)

    # --- looking ---
    def waiting(self, officer: Officer) -> list[Draft]:
        """The officer's own reports that wait."""
        rights.require(officer, Action.INTEL_ADD)
        with self._database.read() as connection:
            return store.of_officer(connection, officer.id)

    def proposed(self, officer: Officer, draft_id: str) -> Proposed:
        """One of them with what was found. Raises `NotAllowed("not-found")`."""
        rights.require(officer, Action.INTEL_ADD)
        with self._database.read() as connection:
            draft = store.get(connection, draft_id, officer.id)
        if draft is None:
            raise NotAllowed("not-found")
        reading = read(draft.text)
        return Proposed(draft=draft, finds=reading.finds, more=reading.more)

    # --- deciding ---
    def drop(self, officer: Officer, draft_id: str) -> None:
        """Forget it: nothing is taken from it. Raises `NotAllowed("not-found")`."""
        draft = self.proposed(officer, draft_id).draft

        def work(connection: Connection) -> None:
            store.drop(connection, draft.id)
            self._note(connection, officer, "intake.drop", draft.id, digest=draft.digest)

        self._database.write(work)

    def confirm(self, officer: Officer, draft_id: str, said: Confirmed) -> Taken:
        """Make the objects. Raises `Refused("intake-nothing-kept" | "intake-bank-unknown" | "code-unknown" …)`."""
        proposed = self.proposed(officer, draft_id)
        title = parse_line(strip(said.title).text, "title")
        for code in said.typologies:
            typologies.get(code)
        made = self._made(proposed, said)
        if not made:
            raise Refused("intake-nothing-kept", field="keep")
        now, draft = self._clock.now(), proposed.draft
        report = objects.report(
            report_id=f"report--{uuid.UUID(bytes=self._chance.token(16), version=4)}",
            at=_stix_instant(clock.to_us(now)),
            title=title,
            text=draft.text,
            typologies=said.typologies,
            refs=sorted({one["id"] for one in made}),
            language=said.language,
        )

        def then(connection: Connection, outcome: Outcome) -> None:
            store.drop(connection, draft.id)
            detail: dict[str, Any] = {"report": report["id"], "intake": draft.id, "digest": draft.digest}
            self._note(
                connection, officer, "intake.confirm", said.collection_id, **detail, objects=len(outcome.results)
            )

        source = Source(giver=Giver.OFFICER, ref=officer.id, label=officer.name, marks=said.marks)
        parcel = objects.raws([*made, report])
        outcome = self._intelligence.bring(officer, said.collection_id, parcel, source=source, then=then)
        return Taken(report_id=report["id"], outcome=outcome)

    def _made(self, proposed: Proposed, said: Confirmed) -> list[dict[str, Any]]:
        holders = _holders(proposed.finds, said.keep)
        made = []
        for number, find in enumerate(proposed.finds):
            if number not in said.keep:
                continue
            account = _account(find, said.banks.get(number, ""), holders.get(number, ""))
            if account is None and find.type not in objects.MAKES:
                continue
            one = objects.observable(find.type, find.value, account)
            made += [] if one is None else [one]
        return made

    def _note(self, connection: Connection, officer: Officer, action: str, thing: str, **detail: object) -> None:
        self._record(connection, at=self._clock.now(), actor=officer.id, action=action, thing=thing, detail=detail)


def _holders(finds: Sequence[Find], keep: frozenset[int]) -> dict[int, str]:
    """For each account the confirmed name that follows it before the next account, if one does."""
    found: dict[int, str] = {}
    last = None
    for number, find in enumerate(finds):
        if find.type in {"bank-account", "account-number", "iban"}:
            last = number
        elif find.type == "name" and number in keep and last is not None and last not in found:
            found[last] = find.value
    return found


def _account(find: Find, bank: str, holder: str) -> Account | None:
    """The account of a find, with its holder; None where the find is no account, or lacks its bank."""
    holder = holder[: limits.ACCOUNT_NAME_MAX_CHARS]
    if find.type == "account-number":
        if not bank.strip():
            return None
        return accounts.normalise(VnAccount(bin=_bank(bank), number=find.value, holder_name=holder))
    if find.type not in {"bank-account", "iban"}:
        return None
    form, _, rest = find.key.partition(":")
    first, _, number = rest.partition(":")
    make: dict[str, Callable[[], Account]] = {
        "vn": lambda: VnAccount(bin=first, number=number, holder_name=holder),
        "us": lambda: UsAccount(aba=first, number=number, holder_name=holder),
        "bic": lambda: OtherAccount(bic=first, number=number, holder_name=holder),
        "iban": lambda: IbanAccount(iban=first, holder_name=holder),
    }
    return accounts.normalise(make[form]()) if find.key else None


def _bank(text: str) -> str:
    """The BIN of a bank that somebody typed by name, code or BIN. Raises `Refused("intake-bank-unknown")`."""
    for bank in banks.search(text, limit=5):
        if compact(text) in {compact(name) for name in (bank.bin, bank.bic, *bank.names) if name}:
            return bank.bin
    raise Refused("intake-bank-unknown", field="bank", text=text[:60])


def _stix_instant(at_us: int) -> str:
    whole = clock.from_us(at_us)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{at_us % 1_000_000 // 1000:03d}Z"
