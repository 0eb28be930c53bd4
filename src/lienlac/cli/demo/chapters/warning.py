"""A flash warning about a fake forex platform: read by name at the other desk, then said anew when the domain moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lienlac.cli.demo.checks import auditor
from lienlac.cli.demo.story import analyst, duty_officer, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.cli.demo.checks import Finding
    from lienlac.cli.demo.stage import Stage
    from lienlac.cli.demo.story import Played
    from lienlac.client import Client

FIRST, MOVED = "goldentrade-fx.example", "goldentrade-vip.example"
"""The platform's domain, and where it goes; both in a reserved range."""


def play(stage: Stage, tell: Callable[..., None], played: Played) -> tuple[Finding, ...]:
    """The United States' analyst warns; Viet Nam's duty officer reads both versions by name."""
    del played
    vn_side, us_side = stage.sides
    reader = vn_side.accounts[duty_officer(vn_side)].name
    with us_side.client(analyst(us_side)) as us, vn_side.client(duty_officer(vn_side)) as vn:
        made = us.warn({"to": [vn_side.node_id], **form(FIRST)})
        tell(us_side, "demo-warning", reference=made.reference)
        until("warning", lambda: [one for one in vn.warnings(show="unread").warnings if one.id == made.sent[0]])
        vn.warning_step(made.sent[0], "acknowledge", {"remarks": "Đã chuyển các ngân hàng."})
        tell(vn_side, "demo-warning-read", name=reader)
        until("reading", lambda: _read(us, made.reference) == [reader])
        us.supersede_warning(made.reference, {**form(MOVED), "reason": "The platform moved to another domain."})
        tell(us_side, "demo-warning-anew", domain=MOVED.replace(".", "[.]"))
        until("version", lambda: len(vn.warning(made.sent[0]).parts[0].versions) == 2)
        vn.warning_step(made.sent[0], "acknowledge", {})
        vn.warning_step(made.sent[0], "feedback", {"useful": "yes", "text": "Đã chặn ba giao dịch."})
        until("usefulness", lambda: us.warning(made.reference).parts[0].useful == "yes")
        tell(vn_side, "demo-warning-useful")
    return (("check-warning", lambda: _check(stage, made.reference, made.sent[0], reader)),)


def _read(node: Client, reference: str) -> list[str]:
    """Who read it at the other side, version by version, the newest first."""
    return [version.read.name for version in node.warning(reference).parts[0].versions if version.read is not None]


def _check(stage: Stage, reference: str, warning_id: str, reader: str) -> tuple[bool, str]:
    """Both auditors see the same two versions, each read by the same name, under the same digests."""
    seen = []
    for side, name in zip(stage.sides, (warning_id, reference), strict=True):
        with side.client(auditor(side)) as node:
            seen.append(node.warning(name).parts[0])
    digests = [[version.digest for version in part.versions] for part in seen]
    names = [[version.read.name if version.read else "" for version in part.versions] for part in seen]
    minutes = [version.minutes for version in seen[1].versions]
    held = digests[0] == digests[1] and len(digests[0]) == 2 and names == [[reader] * 2] * 2
    return held and None not in minutes and seen[0].useful == "yes", f"{reference}, {reader}, {len(digests[0])}"


def form(domain: str) -> dict[str, Any]:
    """The warning, about one domain."""
    return {**_WARNING, "identifiers": [{"type": "domain", "value": domain}, *_ACCOUNTS]}


_ACCOUNTS: Final = [{"type": "bank-account", "value": "970436 0071000918273"}]
_WARNING: Final[dict[str, Any]] = {
    "title_vi": "Sàn ngoại hối giả “GoldenTrade FX” (giả định) đang mời chào người cao tuổi",
    "title_en": "Fake forex platform “GoldenTrade FX” (invented) is courting elderly people",
    "text": {
        "vi": "Đối tượng làm quen qua mạng, giới thiệu sàn giả, cho rút hai khoản nhỏ rồi đòi phí trước khi rút tiếp.",
        "en": "A friend made online introduces the platform; two small withdrawals are paid, then a fee is asked.",
    },
    "to_do": {
        "vi": "Đề nghị chặn tên miền, rà soát giao dịch tới tài khoản nêu dưới đây và cảnh báo khách hàng.",
        "en": "Block the domain, look for transfers to the account below, and warn customers.",
    },
    "severity": "serious",
    "purpose": "prevent-crime",
    "legal_basis": "bilateral-arrangement",
    "legal_basis_text": "Demo arrangement between the two demo nodes, article 5",
    "typology": "fxp-rig",
    "valid_hours": 72,
    "marks": {"tlp": "amber", "pap": "amber"},
    "drill": True,
}
