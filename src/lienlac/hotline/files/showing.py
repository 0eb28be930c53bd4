"""A request's file in plain values, for pages and programs: what it is, how far it has come, what stands in its way.

Pure. The sealed key of a file is shown to nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac import clock
from lienlac.exchange.attachments.journey import Stage, Way
from lienlac.interface.files import File
from lienlac.wire.attachments import plain_size

if TYPE_CHECKING:
    from lienlac.exchange.attachments.desk import Shown


def file_view(shown: Shown) -> File:
    """One file as programs see it."""
    file = shown.file
    done = plain_size(file.size_bytes, file.chunks)
    return File(
        id=file.attachment_id,
        message_id=file.message_id,
        direction=file.way.value,
        name=file.name,
        digest=file.digest,
        size_bytes=file.size_bytes,
        media_type=shown.kind,
        announced_type=file.media_type,
        warnings=list(shown.warnings),
        stage=file.stage.value,
        done_bytes=done,
        percent=done * 100 // file.size_bytes,
        readable=shown.readable,
        failures=file.failures,
        code=file.last_code,
        reason=file.last_reason,
        next_at=None if not file.next_us or file.stage is not Stage.MOVING else clock.from_us(file.next_us),
        done_at=None if file.done_us is None else clock.from_us(file.done_us),
        proof_id=file.proof_id,
    )


def may_ask_again(shown: Shown) -> bool:
    """Whether waiting can be cut short, or a failed file asked for again."""
    file = shown.file
    return (file.stage is Stage.MOVING and file.failures > 0) or (file.way is Way.IN and file.stage is Stage.FAILED)


def without_keys(value: Any) -> Any:
    """A body as plain values in which no file's sealed key is left."""
    if isinstance(value, dict):
        return {name: without_keys(inner) for name, inner in value.items() if not (name == "key" and "digest" in value)}
    if isinstance(value, list | tuple):
        return [without_keys(inner) for inner in value]
    return value
