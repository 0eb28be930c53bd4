"""Feeds from and to others' servers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lienlac.client.calls import Caller
from lienlac.interface.intelligence.feeds import FeedApproval, Feeds, FeedShown

if TYPE_CHECKING:
    from lienlac.interface.intelligence.feeds import FeedCredentials, InboundFeed, OutboundFeed


class FeedCalls(Caller):
    """Calls about feeds."""

    def feeds(self, *, ended: bool = False) -> Feeds:
        """Feeds and how each fares; first what needs a hand."""
        return self._get(Feeds, "/api/intelligence/feeds", {"show": "all" if ended else "living"})

    def feed(self, feed_id: str) -> FeedShown:
        """One feed, with what it did last."""
        return self._get(FeedShown, "/api/intelligence/feeds/{feed_id}", feed_id=feed_id)

    def add_inbound_feed(self, feed: InboundFeed) -> FeedShown:
        """A feed that brings something in."""
        return self._post(FeedShown, "/api/intelligence/feeds/inbound", feed)

    def add_outbound_feed(self, feed: OutboundFeed) -> FeedShown:
        """A feed by which something leaves, once a second officer has let it begin."""
        return self._post(FeedShown, "/api/intelligence/feeds/outbound", feed)

    def approve_feed(self, shown: FeedShown) -> FeedShown:
        """Let it begin, exactly as it was shown."""
        said = FeedApproval(digest=shown.digest)
        return self._post(FeedShown, "/api/intelligence/feeds/{feed_id}/approve", said, feed_id=shown.feed.id)

    def renew_feed(self, feed_id: str, credentials: FeedCredentials) -> FeedShown:
        """Other credentials for the same address."""
        return self._post(FeedShown, "/api/intelligence/feeds/{feed_id}/credentials", credentials, feed_id=feed_id)

    def act_on_feed(self, feed_id: str, act: Literal["run", "pause", "go-on", "end"]) -> FeedShown:
        """Let it run now, pause it, let it go on, end it."""
        return self._post(FeedShown, "/api/intelligence/feeds/{feed_id}/{act}", {}, feed_id=feed_id, act=act)
