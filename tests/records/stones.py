"""A subject made for tests of shared records: a heap of stones. Each stone has a name and a weight; a heap has titles."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from lienlac.errors import Refused
from lienlac.people.rights import Action
from lienlac.records.shared.fold import Element
from lienlac.records.shared.shape import Glance, Rights, Saying, Shape
from lienlac.releases.preview import Line, fields
from lienlac.wire.bodies.records import Facts, Invited, Link, Member, Remark
from lienlac.wire.message import Line as Text

PURPOSE = "stop-funds"
BASIS = "bilateral-arrangement"


class Heap(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="heap", tag_field="is"):
    title_vi: Text
    title_en: Text
    state: str = "open"


class Stone(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="stone", tag_field="is"):
    name: Text
    weight: Annotated[int, msgspec.Meta(ge=0, le=1_000)] = 1
    witness: Annotated[str, msgspec.Meta(extra={"about": "witness"})] = ""


StoneWord = Heap | Stone | Member | Remark | Link


class StoneFacts(Facts[StoneWord], frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class StoneInvited(Invited[StoneWord], frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


def look(element: Element) -> Glance:
    says = element.standing[-1].says if element.standing else None
    if isinstance(says, Heap):
        return Glance(line=says.title_en, state=says.state)
    if isinstance(says, Stone):
        return Glance(line=says.name, state="heavy" if says.weight > 500 else "light")
    if isinstance(says, Remark):
        return Glance(line=says.text.vi or says.text.en)
    return Glance(line="")


def check(saying: Saying) -> None:
    if isinstance(saying.says, Stone) and saying.says.name == "unwanted":
        raise Refused("choice-unknown", field="name")


SHAPE = Shape(
    name="heap",
    kinds_prefix="stones",
    mark="hep-",
    letter="H",
    words=StoneWord,
    facts=StoneFacts,
    invited=StoneInvited,
    top="heap",
    prefixes={"heap": "top", "stone": "sto", "member": "mem", "remark": "rmk", "link": "lnk"},
    rights=Rights(
        reads=Action.EMERGENCY_READ,
        opens=Action.EMERGENCY_OPEN,
        writes=Action.EMERGENCY_WRITE,
        shares=Action.EMERGENCY_OPEN,
        restricts=Action.EMERGENCY_RESTRICT,
    ),
    addressees=("duty-officer",),
    look=look,
    check=check,
)


class Telling:
    """Words for the second officer."""

    def lines_of(self, body: Any, _words: Any) -> tuple[Line, ...]:
        return tuple(Line(path=one.path, label=one.path, text=str(one.value)) for one in fields(body) if one.filled)

    def labels_of(self, paths: Any, _words: Any) -> tuple[str, ...]:
        return tuple(paths)

    def page_of(self, record_id: str) -> str:
        return f"/heaps/{record_id}"
