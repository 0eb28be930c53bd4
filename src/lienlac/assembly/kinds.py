"""Lists of subjects: every kind of message that officers' acts become, and rooms that have templates."""

from __future__ import annotations

from typing import Final

from lienlac.cases.kinds import CASE_KINDS
from lienlac.delegations.shape import DELEGATION_KINDS
from lienlac.duty.kinds import DUTY_KINDS
from lienlac.emergencies.kinds import EMERGENCY_KINDS
from lienlac.flash.kinds import FLASH_KINDS
from lienlac.hotline.kinds import HOTLINE_KINDS
from lienlac.intelligence.sharing.kinds import INTELLIGENCE_KINDS
from lienlac.lessons.shape import LESSON_KINDS
from lienlac.methods.kinds import METHOD_KINDS
from lienlac.programmes.kinds import PROGRAMME_KINDS

KINDS: Final = (
    *HOTLINE_KINDS,
    *DUTY_KINDS,
    *EMERGENCY_KINDS,
    *FLASH_KINDS,
    *INTELLIGENCE_KINDS,
    *METHOD_KINDS,
    *CASE_KINDS,
    *PROGRAMME_KINDS,
    *DELEGATION_KINDS,
    *LESSON_KINDS,
)
"""In no order that matters."""

WITH_TEMPLATES: Final = (
    "cases",
    "hotline",
    "duty",
    "emergencies",
    "flash",
    "methods",
    "delegations",
    "lessons",
    "intelligence",
    "intelligence.feeds",
    "intelligence.imports",
    "intelligence.picture",
    "intelligence.sharing",
    "programmes",
)
"""Those that have templates."""
