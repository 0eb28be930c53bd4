"""Papers of a delegation with their files, between two whole nodes: they travel sealed, and are handed out as bytes."""

from __future__ import annotations

import hashlib

import msgspec
import pytest

from lienlac.errors import NotAllowed
from lienlac.people.officer import Role
from lienlac.records.shared.desk import Opening, Say
from lienlac.wire.bodies.delegations import MinutesParagraph
from lienlac.wire.bodies.parts import Said
from tests.cases.test_evidence import POLYGLOT, put_in
from tests.delegations.scene import TOP
from tests.delegations.whole import AGENDA, Visit
from tests.records.sides import AMBER, RED


def test_a_paper_s_file_comes_over_whole_and_is_handed_out_in_a_sandbox(visit: Visit) -> None:
    record = visit.joined()
    element = visit.add(record, POLYGLOT, "chương trình <script>.html")
    visit.settle()
    there, digest = visit.us.node.delegations.papers, hashlib.sha256(POLYGLOT).hexdigest()
    (waiting,) = there.folder(visit.who(visit.us), record).papers
    assert (waiting.digest, waiting.blob_id) == (digest, None), "the paper is there before its file"
    with pytest.raises(NotAllowed, match="attachment-not-here"):
        there.open(visit.who(visit.us), record, element, digest)
    visit.carry()
    (come,) = there.folder(visit.who(visit.us), record).papers
    assert (come.element, come.size_bytes, come.name) == (element, len(POLYGLOT), "chương trình _script_.html")
    browser = visit.us.browser("mark")
    page = browser.get(f"/delegations/{record}/files")
    address = f"/delegations/{record}/files/{element}/{digest}"
    assert f'href="{address}"' in page.text
    answer = browser.get(address)
    assert answer.content == POLYGLOT
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-security-policy"].startswith("sandbox;")


def test_a_paper_that_a_partner_may_not_see_stays_with_its_file(visit: Visit) -> None:
    """The agreement's ceiling is amber: what is red is held here, the file with it."""
    record = visit.joined()
    visit.add(record, b"%PDF-1.7 secret", "mat.pdf", RED)
    visit.settle()
    visit.carry()
    assert visit.us.node.delegations.papers.folder(visit.who(visit.us), record).papers == []
    with visit.us.node.database.read() as connection:
        digest = hashlib.sha256(b"%PDF-1.7 secret").hexdigest()
        assert visit.us.node.delegations.papers._holding.of_record(connection, record, digest) == []


def test_a_file_is_handed_out_only_by_the_digest_that_stands_in_its_own_paper(visit: Visit) -> None:
    record = visit.joined()
    first = visit.add(record, b"one", "1.txt")
    second = visit.add(record, b"two", "2.txt")
    papers, officer = visit.vn.node.delegations.papers, visit.who(visit.vn)
    with pytest.raises(NotAllowed, match="not-found"):
        papers.open(officer, record, first, hashlib.sha256(b"two").hexdigest())
    word = MinutesParagraph(number=1, text=Said(vi="Một", en="One"))
    stated = visit.vn.node.delegations.shared.state(officer, record, [Say(says=word, marks=AMBER)])
    with pytest.raises(NotAllowed, match="not-found"):
        papers.open(officer, record, stated.statements[0].element, hashlib.sha256(b"one").hexdigest())
    _shown, reader = papers.open(officer, record, second, hashlib.sha256(b"two").hexdigest())
    with reader:
        assert b"".join(reader.plain()) == b"two"


def test_a_partner_that_names_the_digest_of_our_file_gets_nothing_by_it(visit: Visit) -> None:
    """Whoever states a digest has no file for that: only what came from its author is shown under its name."""
    record = visit.joined()
    digest = hashlib.sha256(b"%PDF-1.7 secret").hexdigest()
    visit.add(record, b"%PDF-1.7 secret", "mat.pdf", RED)
    stated = msgspec.structs.replace(AGENDA, digest=digest)
    visit.us.node.delegations.shared.state(visit.who(visit.us), record, [Say(says=stated, marks=AMBER)])
    visit.settle()
    for side in (visit.vn, visit.us):
        found = side.node.delegations.papers.folder(visit.who(side), record).papers
        theirs = next(one for one in found if one.statement.author == visit.us.id)
        assert (theirs.digest, theirs.name, theirs.blob_id) == (digest, "", None)


def test_a_changed_paper_keeps_its_file(visit: Visit) -> None:
    record = visit.joined()
    element = visit.add(record, b"abc", "a.txt")
    desk, officer = visit.vn.node.delegations, visit.who(visit.vn)
    word = msgspec.structs.replace(AGENDA, title_en="Agenda, changed")
    desk.shared.state(officer, record, [Say(says=word, marks=AMBER, element=element)])
    (shown,) = desk.papers.folder(officer, record).papers
    assert (shown.statement.says.title_en, shown.name) == ("Agenda, changed", "a.txt")


def test_whoever_joins_later_gets_the_file_too(visit: Visit) -> None:
    desk, officer = visit.vn.node.delegations, visit.who(visit.vn)
    opening = Opening(top=TOP, marks=AMBER, purpose="prevent-crime", legal_basis="bilateral-arrangement")
    record = desk.shared.open(officer, opening).line.id
    visit.add(record, b"abc", "a.txt")
    visit.settle()
    desk.shared.part.invite(officer, record, visit.us.id, summary=Said(vi="Mời", en="Come"))
    visit.settle()
    visit.us.node.delegations.shared.part.answer(visit.who(visit.us), record, accept=True)
    visit.settle()
    visit.carry()
    (shown,) = visit.us.node.delegations.papers.folder(visit.who(visit.us), record).papers
    assert shown.name == "a.txt"
    assert shown.blob_id is not None


def test_a_file_of_somebody_else_s_tray_is_not_taken(visit: Visit) -> None:
    record = visit.joined()
    other = visit.vn.hire("sep", "Phạm Thuỳ Chi", Role.SUPERVISOR)
    upload = put_in(visit.vn, other, "a.txt", b"abc")
    with pytest.raises(NotAllowed, match="upload-unknown"):
        visit.vn.node.delegations.papers.add(visit.who(visit.vn), record, AGENDA, AMBER, upload=upload)
    assert visit.vn.node.delegations.papers.folder(visit.who(visit.vn), record).papers == []
