"""The second story: ransomware at a hospital at 03:00. Nobody at the first desk answers; the next person does.

Real time passes: the demo's agreement gives the first answer seconds where real ones give minutes, and says so. Who was
told, and when, is read from the node's own alarms and from what reached the demo's pagers.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from lienlac.cli.demo.agreed import ACKNOWLEDGE_S
from lienlac.cli.demo.story import duty_officer, sent, supervisor, until
from lienlac.clock import SystemClock
from lienlac.interface.duty import NewShift

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lienlac.cli.demo.checks import Finding
    from lienlac.cli.demo.stage import Side, Stage
    from lienlac.cli.demo.story import Played
    from lienlac.interface.duty import Alarm
    from lienlac.interface.emergencies import Emergency, EmergencyRecord

FIRST, NEXT = "truc.an", "truc.dung"
"""First and second on call at the Vietnamese desk."""
_NIGHT = timedelta(hours=3) - timedelta(hours=7)
"""03:00 in Hanoi, from midnight UTC."""


def play(stage: Stage, tell: Callable[..., None], played: Played) -> tuple[Finding, ...]:
    """A roster of two with a pager each; the first is paged in vain, the next answers; both hold until morning."""
    del played
    vn_side, us_side = stage.sides
    _prepare(stage, vn_side, tell)
    names = {login: vn_side.accounts[login].name for login in (FIRST, NEXT)}
    with us_side.client(duty_officer(us_side)) as us, vn_side.client(NEXT) as vn:
        record = sent(us.open_emergency(emergency_form(SystemClock().now(), vn_side.node_id))).record
        name, reference = record.id, record.reference
        tell(us_side, "demo-emergency", reference=reference, seconds=ACKNOWLEDGE_S)
        until("first pager", lambda: stage.pagers.rang(FIRST, reference))
        tell(vn_side, "demo-unanswered", name=names[FIRST])
        until("next pager", lambda: stage.pagers.rang(NEXT, reference))
        tell(vn_side, "demo-escalated", name=names[NEXT])
        vn.emergency_step(name, "answer", {"remarks": "Chúng tôi đang gọi nhà cung cấp.", "next_update": 15})
        until("answer", lambda: us.emergency(name).record.state == "active")
        tell(vn_side, "demo-answered", name=names[NEXT])
        vn.emergency_step(name, "entry", {"text": {"vi": FOUND}, "source": "provider"})
        until("entry", lambda: any(item.step == "entry" for item in us.emergency(name).record.timeline))
        us.emergency_step(name, "report", {"summary": {"en": SITUATION}, "severity": "serious", "next_update": 60})
        tell(us_side, "demo-reported")
        for side in (us, vn):
            side.emergency_step(name, "hold", {"text": "Until the bank opens."})
        until("hold", lambda: _settled(us.emergency(name), vn.emergency(name)))
        tell(us_side, "demo-on-hold", reference=reference)
    return (("check-emergency", lambda: _check(stage.sides, name)),)


def _prepare(stage: Stage, side: Side, tell: Callable[..., None]) -> None:
    now = SystemClock().now()
    with side.client(supervisor(side)) as leader:
        for line, login in enumerate((FIRST, NEXT), 1):
            begins, ends = now - timedelta(minutes=1), now + timedelta(hours=8)
            leader.add_shift(NewShift(officer=login, line=line, begins=begins, ends=ends))
    for login in (FIRST, NEXT):
        account = side.accounts[login]
        stage.pagers.give(side.url, login, account.password, account.totp_secret)
    tell(side, "demo-roster", first=side.accounts[FIRST].name, next=side.accounts[NEXT].name)


def _check(sides: tuple[Side, ...], name: str) -> tuple[bool, str]:
    """Both auditors see the same channel, all receipted; first and next were told in this order; the next answered."""
    seen: list[EmergencyRecord] = []
    alarms: list[Alarm] = []
    for side in sides:
        auditor = next(login for login, account in side.accounts.items() if "auditor" in account.roles)
        with side.client(auditor) as node:
            seen.append(node.emergency(name).record)
            if side is sides[0]:
                alarms = [alarm for alarm in node.alarms(ended=True).alarms if alarm.request == name]
    told = [one.name for alarm in alarms for one in sorted(alarm.told, key=_at)]
    first, following = (sides[0].accounts[login].name for login in (FIRST, NEXT))
    order = [one for one in dict.fromkeys(told) if one in (first, following)]
    answered = next(item.body["officer"]["name"] for item in seen[0].timeline if item.step == "answer")
    digests = [{message.digest for message in record.messages} for record in seen]
    receipted = all(message.received_at for record in seen for message in record.messages)
    states = {record.state for record in seen}
    held = states == {"on-hold"} and digests[0] == digests[1] and receipted
    held = held and order == [first, following] and answered == following
    return held, f"{seen[0].reference}, {' → '.join(order)}, {'/'.join(sorted(states))}"


def _at(telling: Any) -> datetime:
    at: datetime = telling.at
    return at


def _settled(one: Emergency, other: Emergency) -> bool:
    """Both nodes show the hold, and every message has its receipt."""
    records = one.record, other.record
    same = {message.digest for message in records[0].messages} == {message.digest for message in records[1].messages}
    receipted = all(message.received_at for record in records for message in record.messages)
    return same and receipted and all(record.state == "on-hold" for record in records)


FOUND = "Nhà cung cấp xác nhận: máy chủ điều khiển do một công ty bình phong thuê, ổ đĩa được giữ nguyên."
SITUATION = "Backups are clean. Two wards work on paper. The ransom note gives until Friday."


def emergency_form(now: datetime, to: str) -> dict[str, Any]:
    """Ransomware at an invented hospital, found at 03:00 in Hanoi: last night's."""
    night = now.replace(hour=0, minute=0, second=0, microsecond=0) + _NIGHT
    began = night if night <= now else night - timedelta(days=1)
    return {
        "to": to,
        "title_vi": "Mã độc tống tiền tại Bệnh viện Lotus (giả định)",
        "title_en": "Ransomware at Lotus Hospital (invented)",
        "situation": {
            "en": "03:00 in Hanoi: records are encrypted, theatres stand still. The command server is in Viet Nam.",
            "vi": "03:00 tại Hà Nội: bệnh án bị mã hoá, phòng mổ dừng. Máy chủ điều khiển đặt tại Việt Nam.",
        },
        "asked": {"en": "Keep the server's disk as it is, and tell us who rents it."},
        "severity": "critical",
        "lives_in_danger": True,
        "purpose": "protect-life",
        "legal_basis": "bilateral-arrangement",
        "legal_basis_text": "Demo arrangement between the two demo nodes, article 7",
        "typology": "cdc-ran",
        "began_at": began.isoformat(),
        "countries": ["US", "VN"],
        "organisations": ["Lotus Hospital"],
        "next_update": 30,
        "phone": "+1 202 555 0101",
        "drill": True,
    }
