"""A leaflet for victims: one page, large type, both languages, and nothing of any case. Pure.

Only the warning text and the red flags stand in it, and what to do; no identifier, no source, no script, no officer. It
carries the record's own mark: handed out is what its author has set free.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.documents.document import Both, Document, Heading, Marks, Paragraph

if TYPE_CHECKING:
    from lienlac.documents.document import Block, Say
    from lienlac.errors import Language
    from lienlac.methods.method import Method


def N_(text: str) -> str:  # noqa: N802  # the name that message extraction looks for
    """Marks a msgid that is translated later, where both languages are known."""
    return text


KIND: Final = N_("Warning to the public")
SIGNS: Final = N_("How to notice it")
DO: Final = N_("If it happens to you")
HELP: Final = N_("Stop. Pay nothing more. Ring your bank and the police at once, and keep every message and receipt.")
SHOWN_FLAGS: Final = 5
"""What fits on one page in large type."""


def leaflet(method: Method, issuer: Both, say: Say, lead: Language) -> Document:
    """The page."""
    body = method.body
    warning = body.warning if body.warning.vi or body.warning.en else body.summary
    flags = [_both(item.vi, item.en) for item in body.red_flags[:SHOWN_FLAGS]]
    signs: list[Block] = [Heading(say(SIGNS)), *(Paragraph(_dotted(flag)) for flag in flags)] if flags else []
    return Document(
        title=Both(body.title_vi, body.title_en),
        kind=say(KIND),
        reference="",
        issuer=issuer,
        marks=Marks(tlp=method.present.marks.tlp.value),
        at=method.present.at,
        lead=lead,
        big=True,
        blocks=(
            Paragraph(_both(warning.vi, warning.en)),
            *signs,
            Heading(say(DO)),
            Paragraph(say(HELP), tone="warn"),
        ),
    )


def _both(vi: str, en: str) -> Both:
    return Both(vi or en, en or vi)


def _dotted(text: Both) -> Both:
    return Both(f"•  {text.vi}", f"•  {text.en}")
