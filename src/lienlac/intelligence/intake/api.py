"""Taking reports in, for programs: read a text or a file in, see what was found, confirm or drop it.

The same desk as the screens'. A file is the body itself, its name in Content-Disposition; what came in is never stored,
only its stripped text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Response, delete, get, post
from litestar.params import FromPath

from lienlac import limits
from lienlac.errors import Refused
from lienlac.intelligence.collection import Marks
from lienlac.intelligence.intake import objects
from lienlac.intelligence.intake.desk import Confirmed
from lienlac.interface.intelligence import intake as shapes
from lienlac.interface.parts import Done
from lienlac.people.rights import Action
from lienlac.ui.files.memory import InMemory
from lienlac.ui.guard import needs
from lienlac.ui.interface.speech import speaks
from lienlac.ui.page import Ask
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from lienlac.intelligence.intake.desk import Intake, Proposed, Taken

Answer = Response[bytes]
_PATH: Final = "/api/intelligence/intake"
_TEXT: Final = {"a report": {"text": "STK 0071000123456 Vietcombank chủ TK NGUYEN VAN A", "label": "PA05"}}
_SAID: Final = {
    "two finds hold": {
        "title": "Forex platform san-vang",
        "collection": "91a7b528-80eb-42ed-a74d-c6fbd5a26116",
        "keep": [0, 1],
        "typologies": ["fxp-rig"],
        "tlp": "amber",
    }
}


def make_doors(intake: Intake) -> tuple[Any, ...]:
    """The doors, round the desk that does the work."""
    return (*_in(intake), *_waiting(intake))


def _in(intake: Intake) -> tuple[Any, ...]:
    files = needs(Action.INTEL_ADD, files=True, into=InMemory(limits.INTAKE_FILE_MAX_BYTES))

    @post(
        f"{_PATH}/text",
        opt=needs(Action.INTEL_ADD)
        | speaks(N_("Read a text in"), "intelligence", shapes.Proposed, takes=shapes.IntakeText, examples=_TEXT),
        sync_to_thread=True,
        name="api-intake-text",
    )
    def take_text(ask: Ask) -> Answer:
        """Reads and strips a text; what was found waits for confirmation, seen by this officer alone."""
        given = ask.given(shapes.IntakeText)
        return ask.json(_view(intake.take_text(ask.officer, given.text, given.label)), status=201)

    @post(
        f"{_PATH}/files",
        opt=files | speaks(N_("Read a file in"), "intelligence", shapes.Proposed, carries="in"),
        sync_to_thread=True,
        request_max_body_size=None,
        name="api-intake-file",
    )
    def take_file(ask: Ask) -> Answer:
        """PDF, e-mail, spreadsheet, picture of a VietQR code or plain text: the body is the file."""
        if not ask.uploads:
            raise Refused("intake-file-empty", field="file")
        brought = ask.uploads[0]
        return ask.json(_view(intake.take_file(ask.officer, brought.data, brought.name)), status=201)

    return (take_text, take_file)


def _waiting(intake: Intake) -> tuple[Any, ...]:
    @get(
        f"{_PATH}/{{draft_id:str}}",
        opt=needs(Action.INTEL_ADD) | speaks(N_("What was found in a report"), "intelligence", shapes.Proposed),
        sync_to_thread=True,
        name="api-intake",
    )
    def look(ask: Ask, draft_id: FromPath[str]) -> Answer:
        """A report of one's own that waits. Finds are named by their number."""
        return ask.json(_view(intake.proposed(ask.officer, draft_id)))

    @post(
        f"{_PATH}/{{draft_id:str}}/confirm",
        opt=needs(Action.INTEL_ADD)
        | speaks(
            N_("Confirm finds and make objects"),
            "intelligence",
            shapes.Taken,
            takes=shapes.IntakeConfirmed,
            examples=_SAID,
        ),
        sync_to_thread=True,
        name="api-intake-confirm",
    )
    def confirm(ask: Ask, draft_id: FromPath[str]) -> Answer:
        """The finds with these numbers hold; the others are dropped. Makes one object for each, and a report."""
        return ask.json(
            _taken(intake.confirm(ask.officer, draft_id, _said(ask.given(shapes.IntakeConfirmed)))), status=201
        )

    @delete(
        f"{_PATH}/{{draft_id:str}}",
        opt=needs(Action.INTEL_ADD) | speaks(N_("Drop a report that waits"), "intelligence", Done),
        sync_to_thread=True,
        status_code=200,
        name="api-intake-drop",
    )
    def drop(ask: Ask, draft_id: FromPath[str]) -> Answer:
        """Nothing of it is kept."""
        intake.drop(ask.officer, draft_id)
        return ask.json(Done())

    return (look, confirm, drop)


def _said(given: shapes.IntakeConfirmed) -> Confirmed:
    return Confirmed(
        title=given.title,
        collection_id=given.collection,
        keep=frozenset(given.keep),
        banks={int(number): bank for number, bank in given.banks.items()},
        typologies=given.typologies,
        marks=Marks(
            tlp=given.tlp,
            pap=given.pap,
            handling=given.handling,
            grade_4x4=given.grade_4x4,
        ),
        language=given.language,
    )


def _view(proposed: Proposed) -> shapes.Proposed:
    return shapes.Proposed(
        id=proposed.draft.id,
        label=proposed.draft.label,
        at=proposed.draft.at,
        digest=proposed.draft.digest,
        text=proposed.draft.text,
        removed=proposed.draft.removed,
        notes=list(proposed.draft.notes),
        more=proposed.more,
        finds=[
            shapes.Found(
                number=number,
                type=find.type,
                start=find.start,
                end=find.end,
                value=find.value,
                shown=find.shown,
                sureness=find.sureness.value,
                why=find.why,
                notes=list(find.notes),
                makes=find.type in objects.MAKES,
            )
            for number, find in enumerate(proposed.finds)
        ],
    )


def _taken(taken: Taken) -> shapes.Taken:
    return shapes.Taken(
        report=taken.report_id,
        objects=[
            shapes.TakenObject(id=one.object_id, type=one.type, state=one.state, code=one.code)
            for one in taken.outcome.results
        ],
    )
