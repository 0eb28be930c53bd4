"""Sharing of intelligence with partners."""

from __future__ import annotations

from typing import Any

from lienlac.client.calls import Caller
from lienlac.interface.intelligence.sharing import (
    ArrivedLines,
    Recalling,
    ShareLines,
    ShareMade,
    SharePreviews,
    ShareWhole,
    SightingLines,
)
from lienlac.interface.parts import Done


class SharingCalls(Caller):
    """Calls about it."""

    def preview_share(self, form: object) -> SharePreviews:
        """What exactly would leave for each partner."""
        return self._post(SharePreviews, "/api/intelligence/shares/preview", form)

    def begin_share(self, form: object) -> ShareMade:
        """Share a collection or a selection with partners."""
        return self._post(ShareMade, "/api/intelligence/shares", form)

    def shares(self) -> ShareLines:
        """Shares with partners."""
        return self._get(ShareLines, "/api/intelligence/shares")

    def share(self, share_id: str, **query: Any) -> ShareWhole:
        """One share with a page of its objects (state, cursor, rows)."""
        return self._get(ShareWhole, "/api/intelligence/shares/{share_id}", query, share_id=share_id)

    def stop_share(self, share_id: str) -> Done:
        """Nothing more is sent under it."""
        return self._post(Done, "/api/intelligence/shares/{share_id}/stop", {}, share_id=share_id)

    def resume_share(self, share_id: str) -> Done:
        """Go on from where it stopped."""
        return self._post(Done, "/api/intelligence/shares/{share_id}/resume", {}, share_id=share_id)

    def recall_shared(self, share_id: str, form: object) -> Recalling:
        """Take back objects of a share, or all of it."""
        return self._post(Recalling, "/api/intelligence/shares/{share_id}/recall", form, share_id=share_id)

    def arrived_shares(self) -> ArrivedLines:
        """What partners shared with us."""
        return self._get(ArrivedLines, "/api/intelligence/arrived")

    def sightings(self, object_id: str = "") -> SightingLines:
        """What both sides said of shared objects."""
        return self._get(SightingLines, "/api/intelligence/sightings", {"object": object_id or None})

    def say_sighting(self, form: object) -> ShareMade:
        """Tell the partner who shared an object that it was seen, or of use."""
        return self._post(ShareMade, "/api/intelligence/sightings", form)
