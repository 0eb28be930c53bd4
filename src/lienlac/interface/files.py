"""Files as programs see them: what lies ready to be sent, what hangs on a request and how far it has come."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from lienlac.interface.parts import Told

Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]


class Upload(Told, frozen=True, kw_only=True):
    """A file that was put in and not sent yet; `held`: a scanner put it under lock. `warnings` are codes."""

    id: str
    name: str
    digest: str
    size_bytes: int
    media_type: str
    held: bool
    warnings: list[str] = []


class Tray(Told, frozen=True, kw_only=True):
    """What the token's officer put in and has not sent."""

    files: list[Upload]


class File(Told, frozen=True, kw_only=True):
    """One file of a request: what it is, and how far it has come. `media_type` is told by its content."""

    id: str
    message_id: str
    direction: Literal["in", "out"]
    name: str
    digest: str
    size_bytes: int
    media_type: str
    announced_type: str = ""
    warnings: list[str] = []
    stage: str
    done_bytes: int
    percent: Percent
    readable: bool
    failures: int = 0
    code: str | None = None
    reason: str | None = None
    next_at: datetime | None = None
    done_at: datetime | None = None
    proof_id: str | None = None


class Files(Told, frozen=True, kw_only=True):
    """All files of a request."""

    files: list[File]
