"""Warnings in the shapes of the interface for programs. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lienlac import limits
from lienlac.flash.lifecycle import State
from lienlac.interface.threats import flash as shapes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

    from lienlac.flash.reckoning.measures import Measure
    from lienlac.flash.shown import One, Shown
    from lienlac.flash.store.lines import Line
    from lienlac.flash.warning import Version


def line_view(line: Line, now: datetime) -> shapes.WarningLine:
    """One line of a list."""
    return shapes.WarningLine(
        id=line.warning_id,
        reference=line.reference,
        direction=line.direction,
        peer=line.peer,
        title_vi=line.title_vi,
        title_en=line.title_en,
        typology=line.typology,
        severity=line.severity.value,
        lives_in_danger=line.lives_in_danger,
        drill=line.drill,
        state=line.state(now).value,
        valid_until=line.valid_until,
        versions=line.versions,
        warned_at=line.warned_at,
        due_at=line.due_at,
        read_at=line.read_at,
        read_by=line.read_by,
        useful=line.useful,
    )


def shown_view(shown: Shown, now: datetime) -> shapes.FlashWarning:
    """A whole warning."""
    flash = shown.first.flash
    header, body = flash.present.fact.header, flash.body
    return shapes.FlashWarning(
        reference=flash.reference,
        direction="out" if shown.ours else "in",
        title_vi=body.title_vi,
        title_en=body.title_en,
        drill=body.drill,
        purpose=header.purpose,
        legal_basis=header.legal_basis,
        legal_basis_text=header.legal_basis_text,
        parts=[_part(part, now) for part in shown.parts],
    )


def _part(part: One, now: datetime) -> shapes.WarningPart:
    flash, ended, judged = part.flash, part.flash.withdrawal, part.flash.judgement
    return shapes.WarningPart(
        id=flash.id,
        peer=part.line.peer,
        state=flash.state(now).value,
        steps=[step.value for step in part.steps],
        versions=[_version(version) for version in reversed(flash.versions)],
        withdrawn_at=None if ended is None else ended.known_at,
        withdrawn_why="" if ended is None else ended.body.reason,
        useful="" if judged is None else judged.body.useful.value,
        useful_text="" if judged is None else judged.body.text,
    )


def _version(version: Version) -> shapes.WarningVersion:
    fact, read, took = version.fact, version.read, version.took
    reader = None
    if read is not None:
        by = read.body.officer
        reader = shapes.WarningReader(
            name=by.name, unit=by.unit, phone=by.phone, at=read.known_at, remarks=read.body.remarks
        )
    return shapes.WarningVersion(
        message=fact.id,
        digest=fact.digest,
        sent_at=fact.header.sent_at,
        received_at=fact.received_at,
        marks=_plain(fact.header.marks),
        typology=fact.header.typology,
        body=_plain(fact.body),
        superseded_at=None if version.until is None else version.until.known_at,
        due_at=version.due_at,
        read=reader,
        minutes=None if took is None else minutes_of(took),
    )


def readings_view(measures: Iterable[Measure], minutes: int) -> shapes.WarningReadings:
    """How quickly warnings are read."""
    return shapes.WarningReadings(
        minutes=minutes,
        days=limits.FLASH_MEASURED_DAYS,
        measures=[
            shapes.WarningMeasure(
                peer=one.peer,
                direction=one.direction,
                counted=one.counted,
                in_time=one.in_time,
                percent=one.percent,
                unread=one.unread,
                median_s=_seconds(one.median),
                longest_s=_seconds(one.longest),
            )
            for one in measures
        ],
    )


def minutes_of(length: timedelta) -> int:
    """Whole minutes, begun ones counted: thirty seconds are not none."""
    return -int(-length.total_seconds() // 60)


def over(state: State) -> bool:
    """Whether it no longer holds."""
    return state in (State.WITHDRAWN, State.EXPIRED, State.NOT_TAKEN)


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())


def _plain(struct: msgspec.Struct) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(struct)
    return plain
