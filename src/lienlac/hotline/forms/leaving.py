"""What a form may say about a message's leaving, the same for openings and steps: the section `release`.

Pure. Which fields are about people the body's type says; here only the officer's words are read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.releases.preview import CAREFUL, Choice

if TYPE_CHECKING:
    from lienlac.records.forms.reader import Reader


def read_choice(form: Reader) -> Choice:
    """The officer's choice; none is the careful one."""
    section = form.section("release", required=False)
    if section is None:
        return CAREFUL
    choice = Choice(
        let_out=section.strings("let_out"),
        why=section.text("why", required=False),
        ahead=section.text("ahead", required=False),
        instead_of=section.line("instead_of", required=False),
    )
    section.close()
    return choice
