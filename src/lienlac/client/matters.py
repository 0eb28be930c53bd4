"""What stands beside requests: emergencies, what waits for a second officer, papers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from lienlac.client.calls import Caller
from lienlac.interface.approvals import Approval, Approvals, Approving, InWords, Waits
from lienlac.interface.emergencies import Emergency, EmergencyPage, EmergencyWhoSees
from lienlac.interface.intelligence.intake import IntakeConfirmed, IntakeText, Proposed, Taken
from lienlac.interface.intelligence.known import Asked, KnownElsewhere
from lienlac.interface.papers import PaperCode, Verified
from lienlac.interface.parts import Done
from lienlac.interface.requests import (
    Named,
    Restriction,
)
from lienlac.interface.threats.flash import FlashWarning, WarningPage, WarningReadings, WarningSent
from lienlac.interface.threats.methods import (
    Method,
    MethodInto,
    MethodPage,
    MethodRevocation,
    MethodShared,
    MethodSharing,
    MethodTaken,
    StixBundle,
    TypologyList,
)

if TYPE_CHECKING:
    from pathlib import Path


class MatterCalls(Caller):
    """Calls about them."""

    # --- emergencies ----------------------------------------------------------------------------------------------

    def emergencies(self, **search: Any) -> EmergencyPage:
        """Part of the list of channels (show, words, cursor, rows)."""
        return self._post(EmergencyPage, "/api/emergencies/search", search)

    def listed_emergencies(self, **query: Any) -> EmergencyPage:
        """The same by address, without words."""
        return self._get(EmergencyPage, "/api/emergencies", query)

    def emergency(self, name: str) -> Emergency:
        """One channel by id or reference."""
        return self._get(Emergency, "/api/emergencies/{name}", name=name)

    def open_emergency(self, form: object) -> Emergency | Waits:
        """Open a channel: the other desk is told at once, unless it waits for a second officer."""
        return self._leaving(Emergency, "/api/emergencies", form)

    def emergency_step(self, name: str, step: str, form: object) -> Emergency | Waits:
        """Say something in a channel; nothing is sent yet where it waits for a second officer."""
        return self._leaving(Emergency, "/api/emergencies/{name}/{step}", form, name=name, step=step)

    def emergency_record(self, name: str) -> bytes:
        """The whole channel as a file that outlives it."""
        return self._call("GET", "/api/emergencies/{name}/record", name=name)

    def who_sees_emergency(self, name: str) -> EmergencyWhoSees:
        """Who may see a channel."""
        return self._get(EmergencyWhoSees, "/api/emergencies/{name}/access", name=name)

    def emergency_access(
        self, name: str, act: Literal["restrict", "allow", "take-back", "lift"], named: Named
    ) -> Restriction:
        """Restrict a channel to those named, allow them too, take access back, or lift the restriction."""
        return self._post(Restriction, "/api/emergencies/{name}/{act}", named, name=name, act=act)

    # --- flash warnings -------------------------------------------------------------------------------------------

    def warnings(self, **search: Any) -> WarningPage:
        """Part of the list of flash warnings (show, direction, words, cursor, rows)."""
        return self._post(WarningPage, "/api/warnings/search", search)

    def listed_warnings(self, **query: Any) -> WarningPage:
        """The same by address, without words."""
        return self._get(WarningPage, "/api/warnings", query)

    def warning(self, warning: str) -> FlashWarning:
        """One warning by id or reference, with every version."""
        return self._get(FlashWarning, "/api/warnings/{warning}", warning=warning)

    def warning_readings(self, minutes: int = 15) -> WarningReadings:
        """How quickly warnings are read, by partner and direction."""
        return self._get(WarningReadings, "/api/warnings/readings", {"minutes": minutes})

    def warn(self, form: object) -> WarningSent:
        """Send a flash warning to partners."""
        return self._post(WarningSent, "/api/warnings", form)

    def supersede_warning(self, warning: str, form: object) -> WarningSent:
        """Say it anew, to everybody who has it."""
        return self._post(WarningSent, "/api/warnings/{warning}/supersede", form, warning=warning)

    def warning_step(
        self, warning: str, step: Literal["acknowledge", "withdraw", "feedback"], form: object
    ) -> WarningSent:
        """Acknowledge it by name, withdraw it, or say whether it was of use."""
        return self._post(WarningSent, "/api/warnings/{warning}/{step}", form, warning=warning, step=step)

    # --- methods and tricks ---------------------------------------------------------------------------------------

    def typologies(self) -> TypologyList:
        """Every kind of crime, with red flags, techniques and unverified hints about law."""
        return self._get(TypologyList, "/api/typologies")

    def typologies_stix(self) -> StixBundle:
        """The same as STIX attack patterns."""
        return self._get(StixBundle, "/api/typologies/stix")

    def methods(self, **search: Any) -> MethodPage:
        """Part of the list of records (whose, typology, words, cursor, rows)."""
        return self._post(MethodPage, "/api/methods/search", search)

    def listed_methods(self, **query: Any) -> MethodPage:
        """The same by address, without words."""
        return self._get(MethodPage, "/api/methods", query)

    def method(self, method_id: str) -> Method:
        """One record with every version."""
        return self._get(Method, "/api/methods/{method_id}", method_id=method_id)

    def method_stix(self, method_id: str) -> StixBundle:
        """A record as STIX objects."""
        return self._get(StixBundle, "/api/methods/{method_id}/stix", method_id=method_id)

    def method_into(self, method_id: str, collection: str) -> MethodTaken:
        """A record as STIX objects into a collection of intelligence."""
        said = MethodInto(collection=collection)
        return self._post(MethodTaken, "/api/methods/{method_id}/intelligence", said, method_id=method_id)

    def method_leaflet(self, method_id: str) -> bytes:
        """The leaflet for victims, as PDF."""
        return self._call("GET", "/api/methods/{method_id}/leaflet", method_id=method_id)

    def write_method(self, form: object) -> Method:
        """Write a record down."""
        return self._post(Method, "/api/methods", form)

    def change_method(self, method_id: str, form: object) -> Method:
        """Write a further version of a record."""
        return self._post(Method, "/api/methods/{method_id}/change", form, method_id=method_id)

    def share_method(self, method_id: str, *to: str) -> MethodShared:
        """Share the version that holds with partners."""
        said = MethodSharing(to=to)
        return self._post(MethodShared, "/api/methods/{method_id}/share", said, method_id=method_id)

    def revoke_method(self, method_id: str, reason: str) -> MethodShared:
        """Revoke a record, here and wherever it was shared."""
        said = MethodRevocation(reason=reason)
        return self._post(MethodShared, "/api/methods/{method_id}/revoke", said, method_id=method_id)

    # --- what waits for a second officer --------------------------------------------------------------------------

    def approvals(self) -> Approvals:
        """What waits for a decision or a review, what came back to oneself, and what was decided last."""
        return self._get(Approvals, "/api/approvals")

    def approval(self, release_id: str) -> Approval:
        """One of them, with exactly what would leave and the digest to approve it by."""
        return self._get(Approval, "/api/approvals/{release_id}", release_id=release_id)

    def approve(self, shown: Approval, words: str = "") -> Approval:
        """Let it leave, as it was shown; anything else than that is refused."""
        said = Approving(digest=shown.digest, words=words)
        return self._post(Approval, "/api/approvals/{release_id}/approve", said, release_id=shown.id)

    def decide(self, release_id: str, step: Literal["return", "review", "take-back"], words: str) -> Approval:
        """Return it with a reason, review what was sent ahead, or take one's own back."""
        said = InWords(words=words)
        return self._post(Approval, "/api/approvals/{release_id}/{step}", said, release_id=release_id, step=step)

    # --- papers ---------------------------------------------------------------------------------------------------

    def paper(self, name: str) -> bytes:
        """A request with everything said about it, as PDF."""
        return self._call("GET", "/api/requests/{name}/paper", name=name)

    def message_paper(self, name: str, message: str) -> bytes:
        """One message about a request, by id or digest, as PDF."""
        return self._call("GET", "/api/requests/{name}/papers/{message}", name=name, message=message)

    def package(self, name: str) -> bytes:
        """Everything about a request for legal assistance, as ZIP; the node writes it into its journal."""
        return self._call("POST", "/api/requests/{name}/package", name=name)

    def look_up(self, code: str) -> Verified:
        """The message that a paper speaks of, by its verification code or digest, and its places in the node's log."""
        return self._post(Verified, "/api/verify", PaperCode(code=code))

    # --- identifiers ----------------------------------------------------------------------------------------------

    def known(self, text: str, type: str = "") -> KnownElsewhere:  # noqa: A002  # the field's name
        """Where one value of a type is named, or everything that is found in a text."""
        return self._post(KnownElsewhere, "/api/known", Asked(text=text, type=type))

    def known_of(self, kind: Literal["request", "emergency"], thing: str) -> KnownElsewhere:
        """What else names the identifiers that a request or a channel names, by its id."""
        return self._get(KnownElsewhere, "/api/known/{thing_kind}/{thing}", thing_kind=kind, thing=thing)

    # --- reports taken in -----------------------------------------------------------------------------------------

    def take_text_in(self, text: str, label: str = "") -> Proposed:
        """Read a text in: what was found waits for confirmation."""
        return self._post(Proposed, "/api/intelligence/intake/text", IntakeText(text=text, label=label))

    def take_file_in(self, path: Path) -> Proposed:
        """Read a file in. Raises `NotAllowed("file-unreadable")`."""
        return self._bring(Proposed, "/api/intelligence/intake/files", path)

    def report_in(self, draft_id: str) -> Proposed:
        """What was found in a report of one's own that waits."""
        return self._get(Proposed, "/api/intelligence/intake/{draft_id}", draft_id=draft_id)

    def confirm_report(self, draft_id: str, said: IntakeConfirmed) -> Taken:
        """Make objects of the finds that hold."""
        return self._post(Taken, "/api/intelligence/intake/{draft_id}/confirm", said, draft_id=draft_id)

    def drop_report(self, draft_id: str) -> Done:
        """Forget a report that waits."""
        return self._typed(Done, self._call("DELETE", "/api/intelligence/intake/{draft_id}", draft_id=draft_id))
