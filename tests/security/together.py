"""A shared record of each subject in the house, with what its doors' paths name: an element, a note of our own side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lienlac.records.shared.desk import Opening, Say
from lienlac.records.shared.fold import lying
from lienlac.records.shared.private.store import Kept
from lienlac.wire.bodies.cases import Case, Entity, EntityKind
from lienlac.wire.bodies.parts import Said
from lienlac.wire.bodies.programmes import Milestone
from lienlac.wire.bodies.records import Remark
from tests.delegations.scene import TOP as VISIT
from tests.lessons.scene import TOP as LESSON
from tests.programmes.scene import DUE
from tests.programmes.scene import top as programme_top
from tests.records.sides import AMBER

if TYPE_CHECKING:
    import msgspec

    from lienlac.people.officer import Officer
    from lienlac.records.shared.desk import Shared


REMARK = Remark(text=Said(vi="Đã xem.", en="Seen."))


@dataclass(frozen=True)
class Sample:
    """What a record of a subject is made of here, the path of one of its lists, and a word that has a page."""

    top: msgspec.Struct
    sheet_path: str
    said: msgspec.Struct = REMARK


CASE = Case(title_vi="Sàn ngoại hối giả", title_en="Fake forex platform", typologies=("fx",))
SAMPLES = {
    "case": Sample(CASE, "tasks"),
    "delegation": Sample(VISIT, "papers"),
    "lesson": Sample(LESSON, "steps"),
    "programme": Sample(programme_top(), "milestones", Milestone(title=Said(vi="Mốc"), due=DUE)),
}
"""By the name of the subject's shape. A subject that is missing here fails the walks."""


def things_of_record(shared: Shared, officer: Officer) -> dict[str, str]:
    """Open a record and say something in it; what its paths may name."""
    sample = SAMPLES[shared.shape.name]
    opening = Opening(top=sample.top, marks=AMBER, purpose="stop-funds", legal_basis="bilateral-arrangement")
    record = shared.open(officer, opening).line.id
    said = shared.state(officer, record, [Say(says=sample.said, marks=AMBER)])
    further: dict[str, str] = {}
    if shared.shape.name == "case":
        entity = Say(says=Entity(kind=EntityKind.PERSON, name="Nguyễn Văn An"), marks=AMBER)
        further["element_id"] = shared.state(officer, record, [entity]).statements[0].element
        further["mention_id"] = lying(record, further["element_id"])
    note = shared.private.keep(officer, record, "Việc của mình", kind=Kept.TASK)
    return {
        "record_id": record,
        "element_id": said.statements[0].element,
        "note_id": note.id,
        "sheet_path": sample.sheet_path,
        **further,
    }
