"""`lienlac intel …`: collections, files of objects in and out, sources, quarantine, through a node's interface."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from lienlac import limits
from lienlac.cli import console
from lienlac.cli.groups.intelligence.pieces import objects_in
from lienlac.cli.groups.steps import client_of
from lienlac.cli.words import say
from lienlac.errors import NotAllowed

if TYPE_CHECKING:
    from lienlac.client import Client
    from lienlac.interface.intelligence import IntelFile, IntelMarks, MarksSaid

Ceilings = Literal["clear", "green", "amber", "amber+strict", "red"]
_BLOCK_BYTES = 262_144


def collections(
    *, closed: bool = False, json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """What there is."""
    with client_of(url, token_file) as node:
        found = node.collections(closed="yes" if closed else "no")
    if json:
        console.tell_json(found)
        return
    if not found.collections:
        console.note(say("no-collections"))
        return
    rows = [(one.id, one.title, one.ceiling, one.objects, one.held) for one in found.collections]
    console.table([f"column-{name}" for name in ("id", "title", "ceiling", "objects", "held")], rows)


def create(
    title: str,
    *,
    description_vi: str = "",
    description_en: str = "",
    ceiling: Ceilings = "amber",
    hidden: bool = False,
    writable: bool = False,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """A new collection."""
    from lienlac.interface.intelligence import CollectionForm

    form = CollectionForm(
        title=title,
        description_vi=description_vi,
        description_en=description_en,
        ceiling=ceiling,
        readable=not hidden,
        writable=writable,
    )
    with client_of(url, token_file) as node:
        made = node.create_collection(form)
    if json:
        console.tell_json(made)
    else:
        console.tell(say("collection-made", title=made.title, id=made.id, taxii=made.taxii))


def import_(
    file: Path,
    *,
    collection: str,
    tlp: Ceilings | None = None,
    pap: Literal["clear", "green", "amber", "red"] = "clear",
    grade_4x4: str = "",
    grade_6x6: str = "",
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """A file of objects, however large."""
    from lienlac.interface.intelligence import IntelFile, IntelMarks

    marks = IntelMarks(tlp=tlp or "", pap=pap, grade_4x4=grade_4x4, grade_6x6=grade_6x6)
    came = IntelFile(name=file.name[: limits.LINE_MAX_CHARS], digest=_digest(file))
    with client_of(url, token_file) as node, console.progress(say("importing")) as tell:
        told = _bring(node, file, collection, came, marks, tell)
    if json:
        console.tell_json(told)
        return
    console.tell(say("imported", **told))
    if told["held"]:
        console.note(say("imported-held", held=told["held"]))


def export(
    collection: str,
    *,
    out: Path = console.STANDARD,
    all_versions: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """A collection as a bundle, piece by piece."""
    import uuid

    with client_of(url, token_file) as node:
        raws = node.export_objects(collection, versions="all" if all_versions else "last")
        console.stream_file(out, _bundle(raws, f"bundle--{uuid.uuid4()}"))


def quarantine(
    *,
    collection: str = "",
    state: Literal["held", "released", "dismissed"] = "held",
    rows: int = 50,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """What is held, and why."""
    with client_of(url, token_file) as node:
        page = node.quarantine(collection=collection, state=state, rows=rows)
    if json:
        console.tell_json(page)
        return
    if not page.held:
        console.note(say("nothing-held"))
        return
    rows_told = [
        (one.id, one.name or one.object_id or one.type, console.sentence_of(one.why.en, one.why.vi), one.times)
        for one in page.held
    ]
    console.table([f"column-{name}" for name in ("id", "object", "reason", "times")], rows_told)


def sources(
    *,
    giver: Literal["", "officer", "token", "peer", "feed", "file"] = "",
    cursor: str = "",
    rows: int = 50,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Who gave which collection how much."""
    with client_of(url, token_file) as node:
        page = node.sources(giver=giver, cursor=cursor, rows=rows)
    if json:
        console.tell_json(page)
        return
    if not page.sources:
        console.note(say("no-sources"))
        return
    lines = [
        (one.source.giver, one.source.label or one.source.ref, _least(one.marks), one.title, one.stored, one.held,
         console.when(one.last_at)) for one in page.sources
    ]  # fmt: skip
    names = ("giver", "source", "least-marks", "collection", "stored", "held-so-far", "given-last")
    console.table([f"column-{name}" for name in names], lines)
    if page.next:
        console.note(say("goes-on", cursor=page.next))


def _least(marks: MarksSaid) -> str:
    """Marks in one line, as far as any are stated."""
    tlp = f"TLP:{marks.tlp.upper()}" if marks.tlp else ""
    said = (
        tlp,
        f"PAP:{marks.pap.upper()}",
        *(code.upper() for code in marks.handling),
        marks.grade_4x4,
        marks.grade_6x6,
    )
    return " ".join(one for one in said if one)


def held(
    name: str,
    *,
    out: Path = console.STANDARD,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """The bytes of one of them, or everything about it."""
    with client_of(url, token_file) as node:
        found = node.held(name)
    if json:
        console.tell_json(found)
        return
    console.note(console.sentence_of(found.held.why.en, found.held.why.vi))
    console.stream_file(out, iter([found.raw, b"\n"]))


def check(name: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """By the rules as they are now."""
    with client_of(url, token_file) as node:
        found = node.check_held(name)
    if json:
        console.tell_json(found)
    elif found.why is not None:
        console.tell(say("still-held", why=console.sentence_of(found.why.en, found.why.vi)))
    else:
        console.tell(say("released", id=found.id))


def dismiss(name: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """It will not be used."""
    with client_of(url, token_file) as node:
        done = node.dismiss_held(name)
    if json:
        console.tell_json(done)
    else:
        console.tell(say("dismissed", id=name))


def _bring(
    node: Client,
    file: Path,
    collection: str,
    came: IntelFile,
    marks: IntelMarks,
    tell: Callable[[int, int | None], None],
) -> dict[str, int]:
    """Batch by batch; what was taken stays taken if a later batch fails, and the same file may come again."""
    from lienlac.interface.intelligence import IntelParcel

    told = {"new": 0, "same": 0, "held": 0}
    seen = 0
    for batch in _batches(objects_in(_blocks(file))):
        texts, octets = _parted(batch)
        taken = node.add_objects(collection, IntelParcel(objects=texts, octets=octets, file=came, marks=marks))
        told = {"new": told["new"] + taken.new, "same": told["same"] + taken.same, "held": told["held"] + taken.held}
        seen += len(batch)
        tell(seen, None)
    return told


def _batches(raws: Iterator[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for raw in raws:
        if batch and (len(batch) == limits.INTEL_CALL_MAX_OBJECTS or size + len(raw) > limits.INTEL_CALL_MAX_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(raw)
        size += len(raw)
    if batch:
        yield batch


def _parted(batch: list[bytes]) -> tuple[tuple[str, ...], tuple[bytes, ...]]:
    """What is text, and what is not and goes in base64: the node holds it with its reason and takes the rest."""
    texts: list[str] = []
    octets: list[bytes] = []
    for raw in batch:
        try:
            texts.append(raw.decode())
        except UnicodeDecodeError:
            octets.append(raw)
    return tuple(texts), tuple(octets)


def _blocks(file: Path) -> Iterator[bytes]:
    try:
        with file.open("rb") as opened:
            while block := opened.read(_BLOCK_BYTES):
                yield block
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise NotAllowed("file-unreadable", path=str(file), reason=reason) from error


def _digest(file: Path) -> str:
    whole = hashlib.sha256()
    for block in _blocks(file):
        whole.update(block)
    return whole.hexdigest()


def _bundle(raws: Iterator[bytes], name: str) -> Iterator[bytes]:
    first = next(raws, None)
    if first is None:
        yield b'{"type":"bundle","id":"%b"}\n' % name.encode()
        return
    yield b'{"type":"bundle","id":"%b","objects":[\n' % name.encode()
    yield first
    for raw in raws:
        yield b",\n" + raw
    yield b"\n]}\n"


COMMANDS: dict[str, Callable[..., int | None]] = {
    "collections": collections,
    "create": create,
    "import": import_,
    "export": export,
    "sources": sources,
    "quarantine": quarantine,
    "held": held,
    "check": check,
    "dismiss": dismiss,
}
