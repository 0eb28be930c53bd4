"""The second factor: six digits from a shared secret and the time (RFC 6238).

Pure: secret bytes and a time go in. The library accepts a code as often as it comes, so the step that a code belongs
to is returned, and `store.use_totp_step` lets each step through once.
"""

from __future__ import annotations

import base64
import hmac
import re
from typing import TYPE_CHECKING, Final

import pyotp
import segno

if TYPE_CHECKING:
    from datetime import datetime

    from lienlac.ids import Chance

STEP_S: Final = 30
WINDOW: Final = 1
"""Steps before and after the present one that are still taken: phones are a little off."""

_CODE = re.compile(r"^[0-9]{6}$")


def new_secret(chance: Chance) -> str:
    """160 random bits in base 32."""
    return base64.b32encode(chance.token(20)).decode()


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step that the code belongs to, or None. Spaces are forgiven. Every candidate is compared."""
    digits = code.replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    if not _CODE.fullmatch(digits):
        return None
    totp = pyotp.TOTP(secret, interval=STEP_S)
    present = int(now.timestamp()) // STEP_S
    found = None
    for step in range(present - WINDOW, present + WINDOW + 1):
        if hmac.compare_digest(totp.generate_otp(step), digits):
            found = step
    return found


def provisioning_uri(secret: str, login: str, node_name: str) -> str:
    """What an authenticator app reads from the QR code."""
    return pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=login, issuer_name=node_name)


def qr_terminal(uri: str) -> str:
    """The QR code as text for a terminal."""
    qr = segno.make(uri, error="m")
    rows = [[bool(cell) for cell in row] for row in qr.matrix_iter(border=2)]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    blocks = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join("".join(blocks[cells] for cells in zip(upper, lower, strict=True)) for upper, lower in pairs)


def qr_svg(uri: str) -> str:
    """The QR code as SVG markup without styles, dark on its own white ground."""
    return str(segno.make(uri, error="m").svg_inline(scale=5, border=3, light="#fff", dark="#000", omitsize=True))
