"""A node's imports on a real database, and files of every form."""

from __future__ import annotations

import json

from lienlac import journal
from lienlac.intelligence.collection import Collection, Marks
from lienlac.intelligence.imports.desk import Imports
from lienlac.intelligence.imports.upload import Upload
from lienlac.intelligence.imports.watch import ImportRounds
from lienlac.people.officer import Officer
from lienlac.storage.database import Database
from tests.intelligence.scene import Desk
from tests.pages.conftest import SAFE


class Room(Desk):
    """Imports beside the rest of a node's intelligence."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.imports = Imports(
            self.intelligence, database=database, clock=self.clock, chance=self.chance, safe=SAFE,
            record=journal.record,
        )  # fmt: skip
        self.rounds = self.runner()

    def runner(self) -> ImportRounds:
        """What takes files in, as a process that has just started."""
        return ImportRounds(
            self.imports, database=self.database, clock=self.clock, record=journal.record
        )  # fmt: skip

    def put(
        self, data: bytes, collection: Collection, *, name: str = "tep.json", by: Officer | None = None, form: str = "",
        marks: Marks | None = None, piece: int = 1000,
    ) -> Upload:  # fmt: skip
        """A file as it comes from a browser, in pieces."""
        officer = by or self.analyst
        coming = self.imports.begin(officer, name)
        for start in range(0, len(data), piece):
            coming.write(data[start : start + piece])
        return self.imports.accept(
            officer, coming.finish(), collection_id=collection.id, form=form, marks=marks or Marks()
        )

    def seen(self, upload: Upload) -> Upload:
        return self.imports.upload(self.analyst, upload.id)

    def results(self, upload: Upload, state: str = "") -> list[tuple[str, str, str]]:
        found = self.imports.results(self.analyst, upload.id, state, after=0, rows=100_000)
        return [(one.state, one.object_id, one.code) for one in found]


def bundle(*raws: bytes) -> bytes:
    return b'{"type": "bundle", "id": "bundle--00000000-0000-4000-8000-00000000000b", "objects": [%s]}' % b",".join(
        raws
    )


def misp_event() -> bytes:
    return json.dumps({"Event": {
        "uuid": "5e3c8f5c-0a70-4a0c-9a4f-0aa0c0a8d5f1", "info": "Forex", "date": "2026-11-01", "timestamp": "1793491200",
        "published": True, "threat_level_id": "2", "analysis": "2", "distribution": "0",
        "Attribute": [{
            "uuid": "5e3c8f5c-0a70-4a0c-9a4f-0aa0c0a8d5f2", "type": "domain", "category": "Network activity",
            "value": "hoa-sen.example", "to_ids": True, "timestamp": "1793491200", "distribution": "5",
        }],
    }}).encode()  # fmt: skip


__all__ = ["Room", "bundle", "misp_event"]
