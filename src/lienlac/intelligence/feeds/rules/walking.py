"""How a TAXII collection is walked: which page is asked for next, and where the next walk begins. Pure.

The rules, made for servers as they are, not as the standard has them.
1. A walk begins a little before the newest instant that is known; what comes twice is known to the store.
2. `next` is followed as long as it is new. Without it, or when it comes again, the walk goes on by the instant of the
   last page (`X-TAXII-Date-Added-Last`), one microsecond earlier, so that what shares the instant is not lost.
3. Where a whole page shares one instant, larger pages are asked for; where even those do not suffice, the walk goes
   beyond the instant and says that something may be missing.
4. The same request is never made twice in one walk: what promises more and gives no way on is stuck.
5. A date far ahead of our clock is not believed.
6. A server that tells no dates is walked by `next` alone; the next walk then begins where this one began, by the
   server's own clock, with a larger margin.
"""

from __future__ import annotations

from typing import Final

import msgspec

from lienlac import limits

_OVERLAP_US: Final = limits.FEED_OVERLAP_S * 1_000_000
_UNDATED_US: Final = limits.FEED_UNDATED_OVERLAP_S * 1_000_000
_AHEAD_US: Final = limits.FEED_AHEAD_S * 1_000_000


class Cursor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is kept between walks. With `next`, a walk of a server without dates was broken off and may go on there."""

    after_us: int = 0
    next: str = ""
    base_us: int = 0
    began_us: int = 0
    root: str = ""


class Step(msgspec.Struct, frozen=True):
    """One request. `after_us` 0: from the beginning."""

    after_us: int
    next: str
    limit: int


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What a page said of itself; `last_us` is 0 where it did not say when its last object was added."""

    count: int
    more: bool = False
    next: str = ""
    last_us: int = 0
    date_us: int = 0


class Walk:
    """One walk. Ask for `step`, tell it the page by `heard`, keep `cursor`; over when `step` is None."""

    def __init__(self, cursor: Cursor, *, now_us: int, limit: int = limits.FEED_PAGE_OBJECTS) -> None:
        self._kept = cursor
        self._now_us = now_us
        self._high_us = cursor.after_us
        self._began_us = 0
        self._undated = False
        self._empty = 0
        self._asked: set[Step] = set()
        self.stuck = False
        self.ties = False
        """Whether something may be missing because too much was added in one instant."""
        self.step: Step | None = None
        if cursor.next:
            self._undated, self._began_us = True, cursor.began_us
            self._go(Step(cursor.base_us, cursor.next, limit))
        else:
            self._go(Step(max(0, cursor.after_us - _OVERLAP_US), "", limit))

    @property
    def resumed(self) -> bool:
        """Whether the first request goes on with a `next` of an earlier walk, which the server may have forgotten."""
        return bool(self._kept.next) and len(self._asked) == 1

    def restart(self) -> None:
        """The server has forgotten that `next`: from where that walk began."""
        limit = self.step.limit if self.step else limits.FEED_PAGE_OBJECTS
        self._undated, self._began_us = False, 0
        self._kept = Cursor(after_us=self._kept.after_us, root=self._kept.root)
        self._asked.clear()
        self._go(Step(max(0, self._kept.after_us - _OVERLAP_US), "", limit))

    def heard(self, page: Page) -> None:
        """A page came for `step`."""
        here = self.step
        if here is None:
            return
        last_us = page.last_us if 0 < page.last_us <= self._now_us + _AHEAD_US else 0
        if not self._began_us:
            self._began_us = min(page.date_us, self._now_us) if page.date_us else self._now_us
        if last_us:
            self._high_us = max(self._high_us, last_us)
        elif page.count:
            self._undated = True
        self._empty = 0 if page.count else self._empty + 1
        if not page.more and not (page.next and page.count):
            self.step = None
        elif self._empty > limits.FEED_EMPTY_PAGES_MAX:
            self._stop()
        elif not (page.next and self._go(Step(here.after_us, page.next, here.limit))):
            self._by_instant(here, last_us)

    def _by_instant(self, here: Step, last_us: int) -> None:
        """From what the last page said of its end: overlapping, else in larger pages, else beyond the instant."""
        if not last_us or last_us <= here.after_us:
            self._stop()
            return
        ways = [Step(here.after_us, "", _larger(here.limit)), Step(last_us, "", limits.FEED_PAGE_OBJECTS)]
        if last_us - 1 > here.after_us:
            ways.insert(0, Step(last_us - 1, "", here.limit))
        if not any(self._go(step) for step in ways):
            self._stop()
        elif self.step == ways[-1]:
            self.ties = True

    def _go(self, step: Step) -> bool:
        """Ask for this, if it was not asked for before."""
        if step in self._asked:
            return False
        self._asked.add(step)
        self.step = step
        return True

    def _stop(self) -> None:
        self.step, self.stuck = None, True

    @property
    def cursor(self) -> Cursor:
        """Where the next walk begins, if this one ended here."""
        root = self._kept.root
        if not self._undated:
            return Cursor(after_us=self._high_us, root=root)
        if self.step is not None and self.step.next:
            return Cursor(
                after_us=self._kept.after_us,
                next=self.step.next,
                base_us=self.step.after_us,
                began_us=self._began_us,
                root=root,
            )
        if self.step is not None or self.stuck:
            return Cursor(after_us=self._kept.after_us, root=root)
        began_us = self._began_us - _UNDATED_US if self._began_us else 0
        return Cursor(after_us=max(self._kept.after_us, began_us), root=root)


def _larger(limit: int) -> int:
    return min(limit * 4, limits.FEED_PAGE_OBJECTS_MAX)
