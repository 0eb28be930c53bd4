"""What every document says by itself, whatever it is about. English msgids; words only."""

from __future__ import annotations

from typing import Final


def N_(text: str) -> str:  # noqa: N802  # the name that message extraction looks for
    """Marks a msgid that is translated later, where both languages are known."""
    return text


WORDS: Final = {
    "page": N_("Page"),
    "drill": N_("DRILL"),
    "drill-said": N_("Exercise only: nothing in this document is to be carried out."),
    "reference": N_("Reference"),
    "code": N_("Verification code"),
    "code-said": N_(
        "An officer of either node finds the signed message by this code: in the log of their node under "
        "“Check a paper”, or with the command lienlac document verify."
    ),
    "picture": N_("The verification code as a QR picture"),
}
"""By the names under which the template knows them."""
