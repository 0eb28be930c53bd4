"""The one kind of message that duty sends (clause 15.1).

It travels in the normal lane: urgent requests never wait behind a change of shift.
"""

from __future__ import annotations

from typing import Final

from lienlac.wire.bodies.duty import OnCall
from lienlac.wire.kinds import Kind
from lienlac.wire.message import Lane

ON_CALL: Final = "duty.on-call"

DUTY_KINDS: Final = (Kind(ON_CALL, 1, OnCall, Lane.NORMAL),)
