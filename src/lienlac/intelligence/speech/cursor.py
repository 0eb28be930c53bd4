"""The cursor behind `next`: the instant of the last version that was given, and nothing else.

It holds no place in a list and nothing is kept for it here: it means the same after more was added, after what it names
was deleted, after the node was started anew, and with another `limit`. A few check digits tell a mistyped one.
"""

from __future__ import annotations

import base64
import binascii
import struct
import zlib
from typing import Final

from lienlac.errors import Refused

_FORM: Final = struct.Struct(">qI")


def after(instant_us: int) -> str:
    """The cursor to what was added after this instant."""
    plain = struct.pack(">q", instant_us)
    return base64.urlsafe_b64encode(plain + struct.pack(">I", zlib.crc32(plain))).decode()


def read(text: str) -> int:
    """The instant in a cursor. Raises `Refused("taxii-filter")`."""
    try:
        instant_us, check = _FORM.unpack(base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, struct.error) as error:
        raise Refused("taxii-filter", field="next", name="next") from error
    if zlib.crc32(struct.pack(">q", instant_us)) != check or instant_us < 0:
        raise Refused("taxii-filter", field="next", name="next")
    return int(instant_us)
