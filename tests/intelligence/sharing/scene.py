"""Two whole nodes with an agreement that names sharing, analysts on both sides, and objects that are right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from lienlac.intelligence.collection import Collection, Draft, Giver, Source
from lienlac.intelligence.matching import EVERYTHING, Match
from lienlac.intelligence.sharing.kinds import SHARE
from lienlac.intelligence.sharing.shown import Outcome, Whole
from lienlac.people.officer import Role
from lienlac.wire.bodies.agreement import KindTerms
from tests.duty.nodes import US, VN, Side, World
from tests.duty.scene import agreed
from tests.intelligence.scene import AMBER, GREEN, RED, domain, id_of, indicator, malware, uid

OWN = Source(giver=Giver.FILE, ref="f" * 64, label="A file of ours")
STRICT = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"
HERE = Path(__file__).parent


def agreement(**changes: Any) -> Any:
    document = agreed()
    return msgspec.structs.replace(document, kinds=(*document.kinds, KindTerms(kind=SHARE)), **changes)


def identity(number: int = 1, **more: Any) -> bytes:
    value = {
        "type": "identity", "spec_version": "2.1", "id": f"identity--{uid(number)}",
        "created": "2026-10-01T00:00:00.000Z", "modified": "2026-10-01T00:00:00.000Z", "name": "Nguyễn Thị Nạn Nhân",
        "identity_class": "individual",
    }  # fmt: skip
    return json.dumps({**value, **more}, ensure_ascii=False).encode()


def note(number: int = 1, **more: Any) -> bytes:
    value = {
        "type": "note", "spec_version": "2.1", "id": f"note--{uid(number)}", "created": "2026-10-01T00:00:00.000Z",
        "modified": "2026-10-01T00:00:00.000Z", "content": "Chỉ để trong nhà.",
        "object_refs": [f"indicator--{uid(1)}"],
    }  # fmt: skip
    return json.dumps({**value, **more}, ensure_ascii=False).encode()


def marked(make: Any, number: int, mark: str, **more: Any) -> bytes:
    return bytes(make(number, object_marking_refs=[mark], **more))


class Shared(World):
    """Viet Nam shares, the United States take. `desk` of each side is its sharing."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        super().__init__(folder, agreement=agreement(**changes))
        for side, unit in ((self.vn, "Cục A05"), (self.us, "IC3 RAT")):
            side.hire("giang", "Lê Giang", Role.ANALYST, unit=unit, channel=False)
            side.hire("sep", "Phạm Thuỳ Chi", Role.SUPERVISOR, unit=unit, channel=False)
            side.hire("khac", "Đỗ Khác", Role.ANALYST, unit="Other", channel=False)

    def collection(self, side: Side | None = None, title: str = "Lừa đảo ngoại hối", **more: Any) -> Collection:
        side = side or self.vn
        draft = Draft(title=title, **{"writable": True, "ceiling": "amber+strict", **more})
        return side.node.intelligence.create(side.officer("giang"), draft)

    def bring(self, collection: Collection, *raws: bytes, side: Side | None = None, source: Source = OWN) -> None:
        side = side or self.vn
        outcome = side.node.intelligence.bring(side.officer("giang"), collection.id, list(raws), source=source)
        assert not outcome.held, [one.sentence("en") for one in outcome.results if one.code]

    def form(self, collection: Collection, **changes: Any) -> dict[str, Any]:
        document = agreed()
        return {
            "collection": collection.id, "to": [US], "title": "Chiến dịch hoa sen", "mode": "once",
            "purpose": document.purposes[0], "legal_basis": document.legal_bases[0],
            "legal_basis_text": "Điều 5", **changes,
        }  # fmt: skip

    def share(self, collection: Collection, login: str = "giang", *, settle: bool = True, **changes: Any) -> Outcome:
        sharing, officer = self.vn.node.sharing, self.vn.officer(login)
        outcome = sharing.share(officer, sharing.read_share(self.form(collection, **changes)))
        if settle:
            self.settle()
        return outcome

    def settle(self) -> None:
        """Both loops turn, and what they say goes over, until nothing moves."""
        for _ in range(60):
            self.deliver()
            did = [side.node.sharing.watch(self.clock.now()) for side in (self.vn, self.us)]
            if not any(did):
                return
        raise AssertionError("never quiet")

    def whole(self, share_id: str, **more: Any) -> Whole:
        return self.vn.node.sharing.whole(self.vn.officer("giang"), share_id, rows=200, **more)

    def states(self, share_id: str) -> dict[str, str]:
        return {one.object_id: one.state for one in self.whole(share_id).objects}

    def there(self, match: Match = EVERYTHING) -> dict[str, list[bytes]]:
        """What the United States hold from Viet Nam: by id, every version's bytes."""
        return self.held_by(self.us, VN, match)

    def held_by(self, side: Side, peer: str, match: Match = EVERYTHING) -> dict[str, list[bytes]]:
        room = self.room(side, peer)
        if room is None:
            return {}
        page = side.node.intelligence.page(side.officer("sep"), room.id, match, after_us=-1, rows=5000)
        found: dict[str, list[bytes]] = {}
        for row in page.rows:
            found.setdefault(row.object_id, []).append(row.raw)
        return found

    def room(self, side: Side, peer: str) -> Collection | None:
        from lienlac.intelligence.sharing.store import arrived
        from lienlac.intelligence.store import collections

        with side.node.database.read() as connection:
            number = arrived.room(connection, peer)
            return None if number is None else collections.numbered(connection, number)


__all__ = ["AMBER", "GREEN", "RED", "Shared", "domain", "id_of", "identity", "indicator", "malware", "marked", "note"]
