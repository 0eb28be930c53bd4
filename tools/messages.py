"""Collects the texts of screens and commands, merges them into both catalogues and compiles these.

Run by `./dev messages`. English sentences are the msgids; the Vietnamese ones are written by hand in
src/lienlac/ui/locale/vi/LC_MESSAGES/messages.po. The files hold no dates and no line numbers, so that they change
only when a sentence changes. With --check nothing is written: it fails when a sentence is missing, marked fuzzy, no
longer used, has other places than the original, or when a compiled catalogue is stale. The names of countries in both
languages are written here too, from the Unicode CLDR that Babel brings: the node itself then needs no Babel.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parents[1] / "src" / "lienlac"
LOCALE = SOURCE / "ui" / "locale"
LANGUAGES = ("vi", "en")
ORIGINAL = "en"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]
OPTIONS = {"**/templates/**.html": {"trimmed": "true"}, "**/templates/**.txt": {"trimmed": "true"}}
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "N_": None,
    "ngettext": (1, 2),
}
PLACE = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
HEADER = "# Lienlac: {language}. English sentences are the msgids; ./dev messages keeps this file in order.\n#"

OLD_TONE = re.compile(r"([óòỏõọ][ae]|(?<!q)[úùủũụ]y)(?![^\W\d_])")
"""A tone mark where the CLDR puts it and the house does not: `hòa` for `hoà`."""
COUNTRIES = SOURCE / "vocabulary" / "data" / "countries.toml"
CODES = SOURCE / "identifiers" / "data" / "countries.txt"
COUNTRIES_HEAD = """\
# Countries (ISO 3166-1 alpha-2, and XK as banks use it), as the Unicode CLDR names them (Unicode License v3).
# Made by ./dev messages from Babel; do not edit here.
version = "2026-11-26"
"""

NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)

Sentence = str | tuple[str, ...] | list[str]


@dataclass
class Findings:
    """What is wrong with one catalogue, sentence by sentence."""

    missing: list[str] = field(default_factory=list)
    fuzzy: list[str] = field(default_factory=list)
    obsolete: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """One line for each finding."""
        return [f"{name}: {sentence}" for name, sentences in vars(self).items() for sentence in sentences]


def extract() -> list[Sentence]:
    """Every sentence in the sources, each once, in order. Plural pairs are tuples."""
    found: dict[str, Sentence] = {}
    for _file, _line, said, _comments, _context in extract_from_dir(SOURCE, METHODS, OPTIONS, KEYWORDS):
        key = said if isinstance(said, str) else said[0]
        if key and (key not in found or isinstance(said, tuple)):
            found[key] = said
    return [found[key] for key in sorted(found)]


def read(language: str) -> Catalog:
    """The catalogue as it stands in its file; an empty one when there is none."""
    path = po_of(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def merge(language: str, sentences: list[Sentence]) -> tuple[Catalog, Findings]:
    """A fresh catalogue of these sentences with the translations known so far, and what is wrong with it."""
    known, findings = read(language), Findings()
    heading = HEADER.format(language=language)
    merged = Catalog(locale=language, header_comment=heading, project="Lienlac", version="1", fuzzy=False)
    for sentence in sentences:
        key = sentence if isinstance(sentence, str) else sentence[0]
        old = known.get(key)
        said = fit((old.string if old else None) or "", sentence, merged.num_plurals)
        if language == ORIGINAL:
            said = fit(sentence, sentence, merged.num_plurals)
        else:
            judge(key, sentence, said, fuzzy=bool(old and old.fuzzy), findings=findings)
        merged.add(sentence, said)
    used = {sentence if isinstance(sentence, str) else sentence[0] for sentence in sentences}
    findings.obsolete += [str(name(message.id)) for message in known if message.id and name(message.id) not in used]
    findings.obsolete += [str(name(message.id)) for message in known.obsolete.values()]
    return merged, findings


def fit(said: Sentence, sentence: Sentence, plurals: int) -> Sentence:
    """A translation in the form that its sentence wants: one text, or one for each plural form."""
    if isinstance(sentence, str):
        return said if isinstance(said, str) else said[0]
    given = (said,) if isinstance(said, str) else said
    return tuple(given[index] if index < len(given) else given[-1] for index in range(plurals))


def judge(key: str, sentence: Sentence, said: Sentence, *, fuzzy: bool, findings: Findings) -> None:
    """Note what is wrong with one translation."""
    texts = (said,) if isinstance(said, str) else said
    if not all(texts):
        findings.missing.append(key)
    elif fuzzy:
        findings.fuzzy.append(key)
    elif isinstance(sentence, str):
        findings.places += [key] if places(sentence) != places(texts[0]) else []
    elif not places(*texts) <= places(*sentence):
        findings.places.append(key)


def places(*texts: str) -> set[str]:
    """The names that are filled in when the sentence is said."""
    return {one or other for text in texts for one, other in PLACE.findall(text)}


def name(message_id: Sentence) -> str:
    """The msgid under which a catalogue keeps a sentence."""
    return message_id if isinstance(message_id, str) else message_id[0]


def po_of(language: str) -> Path:
    """Where a catalogue is written by hand."""
    return LOCALE / language / "LC_MESSAGES" / "messages.po"


def po_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as text: sorted, without places in files and without dates."""
    out = io.BytesIO()
    write_po(out, catalogue, width=120, no_location=True, sort_output=True, ignore_obsolete=True)
    lines = out.getvalue().decode().splitlines(keepends=True)
    noise = (
        '"POT-Creation-Date',
        '"PO-Revision-Date',
        '"Last-Translator',
        '"Language-Team',
        '"Report-Msgid',
        '"Generated-By',
    )
    return "".join(line for line in lines if not line.startswith(noise)).encode()


def compiled(catalogue: Catalog) -> Catalog:
    """The part of a catalogue that can be spoken: what is not yet translated shows its English original."""
    whole = Catalog(locale=catalogue.locale, fuzzy=False, creation_date=NO_DATE, revision_date=NO_DATE)
    for message in catalogue:
        if message.id and all([message.string] if isinstance(message.string, str) else message.string or [""]):
            whole.add(message.id, message.string)
    return whole


def mo_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as machines read it, always the same for the same sentences."""
    out = io.BytesIO()
    write_mo(out, compiled(catalogue))
    return out.getvalue()


def mo_says_the_same(language: str, catalogue: Catalog) -> bool:
    """Whether the compiled catalogue holds exactly these translations."""
    path = po_of(language).with_suffix(".mo")
    return path.exists() and path.read_bytes() == mo_bytes(catalogue)


def moved(found: re.Match[str]) -> str:
    """The tone mark on the second of two vowels."""
    letters = unicodedata.normalize("NFD", found[1])
    return unicodedata.normalize("NFC", letters[0] + letters[2] + letters[1])


def countries() -> str:
    """Every country that may be named, in both languages."""
    names = {language: dict(Locale(language).territories) for language in LANGUAGES}
    names["vi"] = {code: OLD_TONE.sub(moved, name) for code, name in names["vi"].items()}
    rows = [
        f'\n[[word]]\ncode = "{code}"\n'
        + "".join(f'{language} = "{names[language][code]}"\n' for language in ("en", "vi"))
        for code in CODES.read_text(encoding="ascii").split()
    ]
    return COUNTRIES_HEAD + "".join(rows)


def main() -> int:
    """Merge and compile, or check."""
    parser = argparse.ArgumentParser(prog="./dev messages", description="Keep the translations in order.")
    parser.add_argument("--check", action="store_true", help="change nothing; fail when something is not in order")
    check = parser.parse_args().check
    sentences, wrong = extract(), 0
    if not check:
        COUNTRIES.write_text(countries(), encoding="utf-8")
    elif COUNTRIES.read_text(encoding="utf-8") != countries():
        print("the names of countries are stale: run ./dev messages", file=sys.stderr)
        wrong += 1
    for language in LANGUAGES:
        catalogue, findings = merge(language, sentences)
        if not check:
            path = po_of(language)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(po_bytes(catalogue))
            path.with_suffix(".mo").write_bytes(mo_bytes(catalogue))
            findings.obsolete.clear()
        elif not mo_says_the_same(language, catalogue):
            findings.missing.append("the compiled catalogue is stale: run ./dev messages")
        for line in findings.lines():
            print(f"{language}: {line}", file=sys.stderr)
        wrong += len(findings.lines())
    print(f"{len(sentences)} sentences in {len(LANGUAGES)} languages, {wrong} not in order", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
