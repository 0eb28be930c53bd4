"""Requests: find, open, take steps, decide who may see them; the inbox's tools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac.interface.inbox import Kept, Outcomes, SavedFilters, SaveFilter, Several
from lienlac.interface.parts import Done
from lienlac.interface.requests import (
    Checked,
    Named,
    Page,
    Request,
    RequestLine,
    Restriction,
    WhoSees,
    Why,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lienlac.interface.approvals import Waits


from lienlac.client.calls import Caller


class RequestCalls(Caller):
    """Calls about requests."""

    # --- requests -------------------------------------------------------------------------------------------------

    def requests(self, **search: Any) -> Page:
        """Part of the list; filters as in the interface's reference (direction, stage, kind, peer, words, cursor…)."""
        given = {name: value for name, value in search.items() if value is not None}
        return self._post(Page, "/api/requests/search", given)

    def all_requests(self, **search: Any) -> Iterator[RequestLine]:
        """Every line of a list, page after page."""
        page = self.requests(**search)
        yield from page.requests
        while page.next:
            page = self.requests(**{**search, "cursor": page.next})
            yield from page.requests

    def listed(self, **query: Any) -> Page:
        """As `requests`, by GET: for filters without words."""
        return self._get(Page, "/api/requests", query)

    def request(self, name: str) -> Request:
        """One request by id or reference."""
        return self._get(Request, "/api/requests/{name}", name=name)

    def open(self, form: object) -> Request | Waits:
        """Send a new request; nothing is sent yet where it waits for a second officer."""
        return self._leaving(Request, "/api/requests", form)

    def check(self, form: object) -> Checked:
        """Only see whether a form is right."""
        return self._post(Checked, "/api/requests/check", form)

    def step(self, name: str, step: str, form: object) -> Request | Waits:
        """Take one step on a request; nothing is sent yet where it waits for a second officer."""
        return self._leaving(Request, "/api/requests/{name}/{step}", form, name=name, step=step)

    def acknowledge_many(self, names: Sequence[str], phone: str = "") -> Outcomes:
        """Acknowledge many, each by itself; what could not be done is told one by one."""
        return self._post(Outcomes, "/api/requests/acknowledge", Several(requests=tuple(names), phone=phone))

    def filters(self) -> SavedFilters:
        """Saved filters, own ones and those of own units, with how many requests each shows."""
        return self._get(SavedFilters, "/api/inbox/filters")

    def save_filter(self, filter_: SaveFilter) -> Kept:
        """Keep a filter under a name."""
        return self._post(Kept, "/api/inbox/filters", filter_)

    def prefer_filter(self, filter_id: str) -> Done:
        """The officer's inbox opens with it from now on."""
        return self._post(Done, "/api/inbox/filters/{filter_id}/prefer", {}, filter_id=filter_id)

    def forget_filter(self, filter_id: str) -> Done:
        """Forget one."""
        return self._typed(Done, self._call("DELETE", "/api/inbox/filters/{filter_id}", filter_id=filter_id))

    def confirm_refusal(self, name: str) -> Request:
        """Send a proposed refusal as its second officer."""
        return self._post(Request, "/api/requests/{name}/refusal/confirm", {}, name=name)

    def return_refusal(self, name: str, reason: str = "") -> Request:
        """Give a proposed refusal back, or take one's own back."""
        return self._post(Request, "/api/requests/{name}/refusal/return", Why(reason=reason), name=name)

    # --- who may see it -------------------------------------------------------------------------------------------

    def who_sees(self, name: str) -> WhoSees:
        """Who may see a request."""
        return self._get(WhoSees, "/api/requests/{name}/access", name=name)

    def restrict(self, name: str, *, units: Sequence[str], officers: Sequence[str], reason: str) -> Restriction:
        """Only these may see it from now on: units by id or name, officers by id or login."""
        said = Named(units=tuple(units), officers=tuple(officers), reason=reason)
        return self._post(Restriction, "/api/requests/{name}/restrict", said, name=name)

    def allow(self, name: str, *, units: Sequence[str], officers: Sequence[str], reason: str) -> Restriction:
        """These may see it too."""
        said = Named(units=tuple(units), officers=tuple(officers), reason=reason)
        return self._post(Restriction, "/api/requests/{name}/allow", said, name=name)

    def take_back(self, name: str, *, units: Sequence[str], officers: Sequence[str], reason: str) -> Restriction:
        """These may see it no longer."""
        said = Named(units=tuple(units), officers=tuple(officers), reason=reason)
        return self._post(Restriction, "/api/requests/{name}/take-back", said, name=name)

    def lift(self, name: str, *, reason: str) -> Restriction:
        """Everybody may see it again whose role lets them."""
        return self._post(Restriction, "/api/requests/{name}/lift", Why(reason=reason), name=name)
