"""Feeds as the interface tells them. Pure."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from lienlac.errors import NotAllowed, catalogue
from lienlac.interface.intelligence import feeds as shapes
from lienlac.interface.parts import Sentences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lienlac.errors import Language
    from lienlac.intelligence.feeds.feed import Counts, Feed
    from lienlac.intelligence.feeds.shown import Shown


def problem(code: str, details: Mapping[str, Any], language: Language) -> str:
    """Why a run failed, in words; "" when it did not."""
    if not code:
        return ""
    return NotAllowed(code if code in catalogue() else "feed-failed", **details).sentence(language)


def line_view(feed: Feed) -> shapes.FeedLine:
    """One feed."""
    said = Sentences(en=problem(feed.code, feed.details, "en"), vi=problem(feed.code, feed.details, "vi"))
    return shapes.FeedLine(
        id=feed.id,
        title=feed.title,
        direction="out" if feed.out else "in",
        kind=feed.kind.value,
        address=feed.shown,
        remote=feed.remote,
        collection=feed.collection_id,
        interval_min=feed.interval_min,
        ceiling=feed.ceiling,
        others=feed.others,
        marks={
            "tlp": feed.marks.tlp,
            "pap": feed.marks.pap,
            "handling": " ".join(feed.marks.handling),
            "grade_4x4": feed.marks.grade_4x4,
            "grade_6x6": feed.marks.grade_6x6,
        },
        how=feed.how.value,
        state=feed.state.value,
        created_at=feed.created_at,
        created_by=feed.created_by,
        approved_by=feed.approved_by,
        due_at=feed.due_at,
        last_at=feed.last_at,
        worked_at=feed.worked_at,
        fails=feed.fails,
        code=feed.code,
        problem=said if feed.code else None,
        counts=_counts(feed.counts),
    )


def shown_view(shown: Shown) -> shapes.FeedShown:
    """One feed with what it did last."""
    return shapes.FeedShown(
        feed=line_view(shown.feed),
        digest=shown.feed.digest,
        acts=[act.value for act in shown.acts] + (["run"] if shown.may_run else []),
        runs=[
            shapes.FeedRun(
                began_at=one.began_at,
                ended_at=one.ended_at,
                pages=one.pages,
                more=one.more,
                code=one.code,
                counts=_counts(one.counts),
            )
            for one in shown.runs
        ],
        lost=[shapes.FeedLost(object_id=one.object_id, message=one.message, at=one.at) for one in shown.lost],
    )


def _counts(counts: Counts) -> shapes.FeedCounts:
    return shapes.FeedCounts(**asdict(counts))
