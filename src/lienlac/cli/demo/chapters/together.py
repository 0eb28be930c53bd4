"""A joint programme that both sides sign, with a quarterly report that both compute; a delegation with agreed minutes.

Nothing of the report is typed in: each node counts its own requests, and the other side countersigns only what it has
computed alike. A paragraph of the minutes is agreed when both sides stand by the very same wording.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac.cli.demo.chapters.hot_case import opening_of
from lienlac.cli.demo.checks import auditor
from lienlac.cli.demo.story import supervisor, until
from lienlac.clock import SystemClock
from lienlac.interface.records.shared import RecordInviting, RecordMarks, RecordSaid, RecordSaying

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.cli.demo.checks import Finding
    from lienlac.cli.demo.stage import Side, Stage
    from lienlac.cli.demo.story import Played
    from lienlac.client import Client
    from lienlac.client.cooperation.records import Subject

_MARKS: Final = RecordMarks(tlp="amber", pap="amber")
_MINUTES: Final = {
    "vi": "Hai bên thống nhất trao đổi danh sách tài khoản nghi vấn hằng tuần.",
    "en": "Both sides agree to exchange lists of suspicious accounts every week.",
}


def play(stage: Stage, tell: Callable[..., None], played: Played) -> tuple[Finding, ...]:
    """The supervisors of both sides."""
    del played
    vn_side, us_side = stage.sides
    with vn_side.client(supervisor(vn_side)) as vn, us_side.client(supervisor(us_side)) as us:
        programme, quarter = _programme(vn, us, us_side)
        tell(us_side, "demo-programme", quarter=quarter)
        delegation = _delegation(vn, us, us_side)
        tell(us_side, "demo-minutes")
    return (
        ("check-programme", lambda: _check_programme(stage, programme, quarter)),
        ("check-delegation", lambda: _check_same(stage, "delegations", delegation)),
    )


def _shared(vn: Client, us: Client, us_side: Side, subject: Subject, top: dict[str, Any]) -> str:
    """A record of Viet Nam's in which the United States take part."""
    record = vn.open_record(subject, opening_of(top, "fxp-rig")).record.id
    summary = RecordSaid(vi="Trình diễn: mời cùng tham gia.", en="Demo: please take part.")
    vn.invite_to_record(subject, record, RecordInviting(node=us_side.node_id, summary=summary))
    until("invitation", lambda: [one for one in us.records(subject, part="invited").records if one.id == record])
    us.answer_invitation(subject, record, accept=True)
    until(subject, lambda: us.record(subject, record).top)
    return record


def _programme(vn: Client, us: Client, us_side: Side) -> tuple[str, str]:
    """Signed by both; its report stated by one and countersigned by the other. The record, and the quarter."""
    now = SystemClock().now()
    top = {
        "is": "programme",
        "title_vi": "Chương trình chống lừa đảo đầu tư (trình diễn)",
        "title_en": "Programme against investment fraud (demo)",
        "summary": {"vi": "Cùng chặn dòng tiền.", "en": "Stop the money together."},
        "typologies": ["fxp"],
        "from_day": f"{now.year - 1}-01-01",
        "until_day": f"{now.year + 1}-12-31",
        "phase": "running",
    }
    record = _shared(vn, us, us_side, "programmes", top)
    promise = {"is": "commitment", "title": {"en": "A contact at every bank"}, "owner": us_side.node_id,
               "due": (now + timedelta(days=30)).isoformat()}  # fmt: skip
    vn.state_in_record("programmes", record, RecordSaying(word=promise, marks=_MARKS))
    for node in (vn, us):
        node.sign_programme(record, node.programme_signatures(record).substance)
    until("signatures", lambda: len(vn.programme_signatures(record).signed) == 2)  # both sides'
    ended = now.replace(month=3 * ((now.month - 1) // 3) + 1, day=1) - timedelta(days=1)
    quarter = f"{ended.year}-Q{(ended.month - 1) // 3 + 1}"  # the present one is not over, so nobody can state it yet
    vn.state_report(record, quarter, member=us_side.node_id, vi="Báo cáo trình diễn", en="Report of the demo")
    until("report", lambda: us.programme_report(record, quarter).stated)
    (stated,) = us.programme_report(record, quarter).stated.values()
    us.countersign_report(record, quarter, stated["digest"])
    until("countersigned", lambda: len(vn.programme_report(record, quarter).stated) == 2)  # likewise
    return record, quarter


def _delegation(vn: Client, us: Client, us_side: Side) -> str:
    """One paragraph of minutes: Viet Nam words it, the United States agree to exactly that."""
    starts = SystemClock().now() + timedelta(days=40)
    top = {
        "is": "delegation",
        "title_vi": "Đoàn công tác về lừa đảo đầu tư (trình diễn)",
        "title_en": "Delegation on investment fraud (demo)",
        "form": "visit",
        "level": "department",
        "starts": starts.isoformat(),
        "ends": (starts + timedelta(days=2)).isoformat(),
        "country": "VN",
        "place": "Hà Nội",
    }
    record = _shared(vn, us, us_side, "delegations", top)
    word = {"is": "paragraph", "number": 1, "text": _MINUTES}
    paragraph = vn.state_in_record("delegations", record, RecordSaying(word=word, marks=_MARKS)).facts[0].element
    until("paragraph", lambda: us.record_elements("delegations", record, "paragraph").elements)
    said = msgspec.json.encode(("lienlac-delegation", "paragraph", paragraph, _MINUTES["vi"], _MINUTES["en"]))
    agrees = {"is": "paragraph", "number": 1, "agrees": hashlib.sha256(said).hexdigest()}
    us.state_in_record("delegations", record, RecordSaying(word=agrees, element=paragraph, marks=_MARKS))
    until("agreed", lambda: len(vn.record_element("delegations", record, paragraph).element.columns) == 2)
    return record


def _check_programme(stage: Stage, record: str, quarter: str) -> tuple[bool, str]:
    """Both sides have signed; both reports carry the same digest; the auditors' nodes still compute the same."""
    held, detail = _check_same(stage, "programmes", record)
    digests = set()
    for side in stage.sides:
        with side.client(supervisor(side)) as node:
            report = node.programme_report(record, quarter)
            digests |= {one["digest"] for one in report.stated.values()}
            held = held and len(report.stated) == 2  # both sides have stated it
    return held and len(digests) == 1, detail


def _check_same(stage: Stage, subject: Subject, record: str) -> tuple[bool, str]:
    """Each auditor reads every fact: the same ones, said by both sides."""
    found = []
    for side in stage.sides:
        with side.client(auditor(side)) as node:
            facts = node.record_history(subject, record, rows=200).facts
            found.append({(one.id, one.author) for one in facts})
    authors = {author for _id, author in found[0]}
    return found[0] == found[1] and len(authors) == len(stage.sides), str(len(found[0]))
