"""The forex platform becomes a hot case that both sides work on: entities, a timeline, a task asked and done.

Viet Nam's supervisor opens it and invites; the other side's takes part. Each side writes into its own column; what is
checked is that both hold the very same facts, and that a private note of one side is nowhere at the other.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from lienlac.cli.demo.checks import auditor
from lienlac.cli.demo.story import analyst, supervisor, until
from lienlac.clock import SystemClock
from lienlac.errors import NotAllowed
from lienlac.interface.records.shared import (
    RecordInviting,
    RecordMarks,
    RecordNoting,
    RecordOpening,
    RecordSaid,
    RecordSaying,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.cli.demo.checks import Finding
    from lienlac.cli.demo.stage import Stage
    from lienlac.cli.demo.story import Played
    from lienlac.client import Client

NOTE: Final = "DEMO: we are not sure of our source."
_MARKS: Final = RecordMarks(tlp="amber", pap="amber")


def play(stage: Stage, tell: Callable[..., None], played: Played) -> tuple[Finding, ...]:
    """Opened, shared, written into by both."""
    vn_side, us_side = stage.sides
    now = SystemClock().now()
    with vn_side.client(supervisor(vn_side)) as vn, us_side.client(supervisor(us_side)) as us:
        opened = vn.open_record("cases", opening_of(case_word(now), "fxp-rig"))
        case = opened.record.id
        tell(vn_side, "demo-case-opened", reference=opened.record.reference)
        summary = RecordSaid(
            vi="Sàn ngoại hối giả, bị hại ở cả hai nước.", en="A fake forex platform with victims in both."
        )
        vn.invite_to_record("cases", case, RecordInviting(node=us_side.node_id, summary=summary))
        until("invitation", lambda: us.records("cases", part="invited").records)
        us.answer_invitation("cases", case, accept=True, text="Our field office joins.")
        until("case", lambda: us.record("cases", case).top)
        tell(us_side, "demo-case-joined")
    with vn_side.client(analyst(vn_side)) as vn, us_side.client(analyst(us_side)) as us:
        task = _work(vn, us, case, us_side.node_id, played)
        tell(vn_side, "demo-case-written")
        until("task", lambda: _says(us, case, task))
        done = {"is": "task", "text": {"en": "Registrar of the domain"}, "owner": us_side.node_id, "status": "done",
                "result": {"en": "The registrar has suspended the domain."}}  # fmt: skip
        us.state_in_record("cases", case, RecordSaying(word=done, element=task, marks=_MARKS))
        until("result", lambda: len(_says(vn, case, task)) == 2)  # each side has its column
        tell(us_side, "demo-case-done")
    return (("check-case", lambda: _check(stage, case)),)


def opening_of(top: dict[str, Any], typology: str = "") -> RecordOpening:
    """A record of the demo, on the demo's basis."""
    return RecordOpening(
        top=top,
        purpose="prevent-crime",
        legal_basis="bilateral-arrangement",
        legal_basis_text="Demo arrangement between the two demo nodes, article 7",
        typology=typology,
        marks=_MARKS,
    )


def case_word(now: Any) -> dict[str, Any]:
    """What Viet Nam says that the case is."""
    return {
        "is": "case",
        "title_vi": "Sàn ngoại hối giả GoldenTrade FX (trình diễn)",
        "title_en": "Fake forex platform GoldenTrade FX (demo)",
        "summary": {"vi": "Đối tượng lập sàn giả, nhận tiền qua tài khoản tại Việt Nam.",
                    "en": "Offenders run a fake platform and take money through accounts in Viet Nam."},
        "typologies": ["fxp-rig"],
        "hot": "serious",
        "next_update": (now + timedelta(hours=4)).isoformat(),
        "lead_name": "Trần Thanh Bình",
    }  # fmt: skip


def _work(vn: Client, us: Client, case: str, owner: str, played: Played) -> str:
    """Viet Nam's entities, relation, event and task; the United States' own entity; the id of the task."""
    person, account, domain = (_state(vn, case, word) for word in _entities())
    _state(vn, case, {"is": "relation", "source": person, "target": account, "relation": "owns", "certainty": "likely"})
    _state(vn, case, {"is": "relation", "source": domain, "target": account, "relation": "pays"})
    event = {"is": "event", "at": "2026-11-18T02:40:00Z", "zone": "Asia/Ho_Chi_Minh", "certainty": "certain",
             "text": {"vi": "Tiền của bị hại vào tài khoản.", "en": "The victim's money arrives in the account."},
             "source": "SWIFT", "refs": [account]}  # fmt: skip
    _state(vn, case, event)
    _state(vn, case, {"is": "link", "target": played.freeze, "relation": "request", "label": played.reference})
    due = (SystemClock().now() + timedelta(days=2)).isoformat()
    text = {"vi": "Xác minh nhà đăng ký tên miền", "en": "Registrar of the domain"}
    task = _state(vn, case, {"is": "task", "text": text, "owner": owner, "due": due, "about": [domain]})
    vn.note_on_record("cases", case, RecordNoting(text=NOTE, element=person))
    us.state_in_record(
        "cases",
        case,
        RecordSaying(
            word={"is": "entity", "kind": "wallet", "name": "Wallet of the platform", "role": "tool",
                  "identifiers": [{"type": "wallet", "value": "0x52908400098527886E0F7030069857D2E4169EE7"}]},
            marks=_MARKS,
        ),
    )  # fmt: skip
    return task


def _entities() -> tuple[dict[str, Any], ...]:
    return (
        {"is": "entity", "kind": "person", "name": "Nguyễn Văn Thành", "role": "suspect", "aliases": ["Thanh Gold"]},
        {"is": "entity", "kind": "account", "name": "0071000918273 Vietcombank", "role": "tool"},
        {"is": "entity", "kind": "domain", "name": "goldentrade-fx.example", "role": "tool",
         "identifiers": [{"type": "domain", "value": "goldentrade-fx.example"}]},
    )  # fmt: skip


def _state(node: Client, case: str, word: dict[str, Any]) -> str:
    """State one word that leaves at once; its element. Raises `NotAllowed("demo-failed")`."""
    done = node.state_in_record("cases", case, RecordSaying(word=word, marks=_MARKS))
    if done.waits:
        raise NotAllowed("demo-failed", reason=f"{word['is']} waits")
    return done.facts[0].element


def _says(node: Client, case: str, task: str) -> list[str]:
    """Who has said something of a task."""
    found = node.record_elements("cases", case, "task").elements
    return [fact.author for one in found if one.id == task for fact in one.columns]


def _check(stage: Stage, case: str) -> tuple[bool, str]:
    """Each auditor reads every fact: the same ones, said by the same; the note of one side is not at the other."""
    vn_side, us_side = stage.sides
    with vn_side.client(auditor(vn_side)) as vn, us_side.client(auditor(us_side)) as us:
        until("facts", lambda: _facts(vn, case) == _facts(us, case))
        facts = _facts(vn, case)
        notes = [one.text for one in us.notes_on_record("cases", case).notes]
    authors = {author for _id, author in facts}
    return authors == {vn_side.node_id, us_side.node_id} and NOTE not in notes, str(len(facts))


def _facts(node: Client, case: str) -> set[tuple[str, str]]:
    return {(one.id, one.author) for one in node.record_history("cases", case, rows=200).facts}
