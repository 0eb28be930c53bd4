"""One right call of every kind, for the description of the interface; what a record is comes from its sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from lienlac.ui.shared.sheet import Subject

REASON: Final = {"with a reason": {"reason": "Ghi nhầm"}}
INVITE: Final = {
    "everything so far": {
        "node": "us-ic3",
        "summary": {"vi": "Mời cùng làm", "en": "Please take part"},
        "history": "all",
    }
}
ANSWER: Final = {"yes": {"accept": True}, "no, and why": {"accept": False, "text": "Chưa bố trí được cán bộ"}}
REMOVE: Final = {"somebody": {"node": "us-ic3", "reason": "Đã kết thúc phối hợp"}}
GIVE: Final = {"everything": {"node": "us-ic3", "history": "all"}}
NOTE: Final = {"a task": {"text": "Hỏi lại ngân hàng", "kind": "task"}}
STATE: Final = {
    "a remark": {
        "says": [
            {
                "word": {"is": "remark", "text": {"vi": "Đã nhận", "en": "Received"}},
                "marks": {"tlp": "amber", "pap": "amber"},
            }
        ]
    }
}


def opening(subject: Subject) -> dict[str, Any]:
    """A new record: titles, and the first choice of whatever must be chosen."""
    top: dict[str, Any] = {"is": subject.top.kind}
    for field in subject.top.fields:
        if field.name.startswith("title_"):
            top[field.name] = "Phối hợp" if field.name.endswith("vi") else "Working together"
        elif field.required and field.kind == "choice":
            top[field.name] = subject.top.first.get(field.name) or field.choices[0][0]
        elif field.required and field.kind == "said":
            top[field.name] = {"vi": "Nội dung", "en": "Text"}
        elif field.required and field.kind == "date":
            top[field.name] = "2027-01-04"
        elif field.required and field.kind == "typologies":
            top[field.name] = ["fxp-rig"]
    return {
        "the least": {
            "top": top, "purpose": "stop-funds", "legal_basis": "bilateral-arrangement",
            "legal_basis_text": "Art. 4", "marks": {"tlp": "amber", "pap": "amber"},
        }
    }  # fmt: skip
