"""Typologies: the coded kinds of crime. Families (`fxp`) hold finer kinds (`fxp-rig`).

Law hints were written from memory and are never verified here; they help an officer to see dual criminality by
conduct. Whether a typology may be used between two nodes is the agreement's business, not this list's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from lienlac.vocabulary.words import Word, Words

if TYPE_CHECKING:
    from lienlac.errors import Language


class Typology(Word, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One kind of crime.

    `family` is None for a family itself. `f3` are MITRE F3 v1.1 and ATT&CK ids. `un_articles`, `vn_penal_code` and
    `us_code` are hints to be verified (`LAW_HINTS_VERIFIED`). `identifiers` are the kinds of identifier usually found.
    `red_flags_en` and `red_flags_vi` are what a bank, a provider or a victim can notice, in the same order; `vn24` are
    numbers of the Vietnamese list of 24 forms (`lists.vn24`).
    `needs_element`: only with an entity on an agreed list or an act of violence (terrorism codes).
    """

    LAW_HINTS_VERIFIED: ClassVar[bool] = False

    family: str | None = None
    needs_element: bool = False
    care_en: str = ""
    care_vi: str = ""
    identifiers: tuple[str, ...] = ()
    f3: tuple[str, ...] = ()
    un_articles: tuple[int, ...] = ()
    vn_penal_code: tuple[str, ...] = ()
    us_code: tuple[str, ...] = ()
    red_flags_en: tuple[str, ...] = ()
    red_flags_vi: tuple[str, ...] = ()
    vn24: tuple[int, ...] = ()

    @property
    def family_code(self) -> str:
        """The family's code; a family is its own."""
        return self.family or self.code

    @property
    def shown_code(self) -> str:
        """The code as people write it, `FXP-RIG`."""
        return self.code.upper()

    def red_flags(self, language: Language) -> tuple[str, ...]:
        """What can be noticed, in the reader's language."""
        return self.red_flags_vi if language == "vi" else self.red_flags_en

    def care(self, language: Language) -> str:
        """What an officer must heed before using this typology; empty for most."""
        return self.care_vi if language == "vi" else self.care_en


class Typologies(Words[Typology]):
    """All typologies, each family followed by its kinds."""

    def families(self) -> tuple[Typology, ...]:
        """The families, in order."""
        return tuple(word for word in self if word.family is None)

    def members(self, family: str) -> tuple[Typology, ...]:
        """The kinds within a family, without the family itself."""
        return tuple(word for word in self if word.family == family)

    def covers(self, agreed: str, code: str) -> bool:
        """Whether agreeing on `agreed` (a kind or a whole family) takes in `code`. Raises `code-unknown`."""
        return code == agreed or self.get(code).family == agreed
