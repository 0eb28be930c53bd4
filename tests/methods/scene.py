"""Two whole nodes with an agreement that names sharing of methods, and an analyst on each side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from lienlac.methods.desk import Outcome
from lienlac.methods.forms.examples import SEEDS
from lienlac.methods.kinds import SHARE
from lienlac.methods.method import Method
from lienlac.people.officer import Role
from lienlac.wire.bodies.agreement import KindTerms
from tests.duty.nodes import Side, World
from tests.duty.scene import agreed


def method_form(seed: int = 0, **changes: Any) -> dict[str, Any]:
    return {**SEEDS[seed], **changes}


class Analysts(World):
    """Viet Nam writes, the United States read; and the other way round."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        document = agreed()
        super().__init__(
            folder,
            agreement=msgspec.structs.replace(document, kinds=(*document.kinds, KindTerms(kind=SHARE)), **changes),
        )
        self.vn.hire("pt", "Lê Phân Tích", Role.ANALYST)
        self.vn.hire("sep", "Phạm Thuỳ Chi", Role.SUPERVISOR)
        self.vn.hire("dtv", "Đỗ Điều Tra", Role.INVESTIGATOR)
        self.us.hire("ana", "Ana Ruiz", Role.ANALYST, unit="IC3 RAT")

    def write(self, side: Side | None = None, login: str = "pt", seed: int = 0, **changes: Any) -> Method:
        here = side or self.vn
        desk = here.node.methods
        return desk.write(here.officer(login), desk.read(method_form(seed, **changes)))

    def change(self, method_id: str, **changes: Any) -> Method:
        desk = self.vn.node.methods
        form = method_form(reason="A step was missing.", **changes)
        return desk.change(self.vn.officer("pt"), method_id, desk.read(form, again=True))

    def share(self, method_id: str, login: str = "pt") -> Outcome:
        outcome = self.vn.node.methods.share(self.vn.officer(login), method_id, [self.us.id])
        self.deliver()
        return outcome

    def there(self, method_id: str) -> Method:
        return self.us.node.methods.show(self.us.officer("ana"), method_id).method
