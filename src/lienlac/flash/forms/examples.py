"""Forms that are right, for the interface's description and for who writes a program: invented, all of it. Pure."""

from __future__ import annotations

from typing import Any, Final

from lienlac.flash.lifecycle import Step

WARNING: Final[dict[str, Any]] = {
    "title_vi": "Sàn ngoại hối giả “GoldenTrade FX” đang nhắm vào người cao tuổi",
    "title_en": "Fake forex platform “GoldenTrade FX” is aiming at elderly people",
    "text": {
        "vi": "Đối tượng gọi điện tự xưng chuyên viên tư vấn, mời nạp tiền vào sàn giả; số tài khoản đổi mỗi ngày.",
        "en": "Callers posing as advisers make people pay into a fake platform; the account changes every day.",
    },
    "to_do": {
        "vi": "Đề nghị chặn tên miền, rà soát giao dịch tới tài khoản nêu dưới đây và cảnh báo khách hàng.",
        "en": "Block the domain, look for transfers to the account below, and warn customers.",
    },
    "severity": "serious",
    "purpose": "prevent-crime",
    "legal_basis": "contact-network-24-7",
    "legal_basis_text": "24/7 network",
    "typology": "fxp-rig",
    "valid_hours": 72,
    "identifiers": [
        {"type": "domain", "value": "goldentrade-fx.example"},
        {"type": "bank-account", "value": "970436 0071000123456"},
    ],
    "marks": {"tlp": "amber", "pap": "amber"},
}
WARNING_EXAMPLES: Final[dict[str, Any]] = {"a fake platform": WARNING}
SUPERSEDE_EXAMPLES: Final[dict[str, Any]] = {
    "another domain": {
        **WARNING,
        "identifiers": [{"type": "domain", "value": "goldentrade-vip.example"}],
        "reason": "The platform moved to another domain.",
    }
}
STEP_EXAMPLES: Final[dict[Step, dict[str, Any]]] = {
    Step.ACKNOWLEDGE: {"read": {"remarks": "Passed on to the banks."}},
    Step.WITHDRAW: {"false alarm": {"reason": "The site belongs to a licensed broker."}},
    Step.FEEDBACK: {"it helped": {"useful": "yes", "text": "Three transfers were stopped."}},
}
