"""A page as a browser prints it: what stands on each sheet, and what of it stands in its margins."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, NamedTuple

import pypdf

if TYPE_CHECKING:
    from playwright.sync_api import Page

MARGIN_PT = 16 / 25.4 * 72
"""As the style says."""


class Sheet(NamedTuple):
    """The words of one sheet: in the upper margin, between the margins, in the lower one."""

    head: str
    body: str
    foot: str


def printed(page: Page) -> list[Sheet]:
    """Every sheet, A4."""
    page.emulate_media(media="print")
    read = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4")))
    page.emulate_media(media="screen")
    return [_sheet(one) for one in read.pages]


def _sheet(one: Any) -> Sheet:
    height = float(one.mediabox.height)
    head: list[str] = []
    body: list[str] = []
    foot: list[str] = []

    def place(text: str, cm: Any, tm: Any, _font: Any, _size: Any) -> None:
        if text.strip():
            up = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            (head if up > height - MARGIN_PT else foot if up < MARGIN_PT else body).append(text)

    one.extract_text(visitor_text=place)
    return Sheet(*(" ".join("".join(several).split()) for several in (head, body, foot)))
