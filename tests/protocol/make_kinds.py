"""Writes vectors for kinds of messages (clauses 17.x and 19.x): payloads as another program may write them.

Made by the standard library from plain values, on purpose not by the code under test: run it after a body has changed,
and read what changed. A good vector states the whole body as it is understood, with what was left out; a bad one the
code of its refusal. What is beyond a size or a pattern stands in the reference of messages.
"""

from __future__ import annotations

import base64
import copy
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "vectors" / "kinds"
AT, UNTIL = "2026-11-23T03:00:00Z", "2026-11-24T03:00:00Z"
OFFICER = {"name": "Nguyễn Thị Ánh", "unit": "A05"}
WHOLE_OFFICER = {**OFFICER, "phone": ""}
MESSAGE_ID = "msg-" + "m" * 26

WARNED: dict[str, Any] = {
    "reference": "VN-W-2026-000001",
    "title_vi": "Sàn ngoại hối giả",
    "title_en": "Fake forex platform",
    "text": {"vi": "Đổi tài khoản mỗi ngày."},
    "to_do": {"en": "Block the domain."},
    "severity": "serious",
    "lives_in_danger": False,
    "valid_until": UNTIL,
    "officer": OFFICER,
}
WHOLE_WARNED = WARNED | {
    "text": {"vi": "Đổi tài khoản mỗi ngày.", "en": ""},
    "to_do": {"vi": "", "en": "Block the domain."},
    "officer": WHOLE_OFFICER,
    "identifiers": [],
    "acknowledge_s": None,
    "drill": False,
}
METHOD: dict[str, Any] = {
    "title_vi": "Sàn ngoại hối giả",
    "title_en": "Fake forex platform",
    "summary": {"en": "A platform that pays once."},
    "typologies": ["fxp-rig"],
    "steps": [{"vi": "Kết bạn qua mạng."}, {"en": "A first gain is paid out."}],
}
WHOLE_METHOD = METHOD | {
    "summary": {"vi": "", "en": "A platform that pays once."},
    "steps": [{"vi": "Kết bạn qua mạng.", "en": ""}, {"vi": "", "en": "A first gain is paid out."}],
    "scripts": [],
    "red_flags": [],
    "counter_measures": [],
    "identifiers": [],
    "warning": {"vi": "", "en": ""},
    "sources": [],
}
FULL_WARNED = WARNED | {
    "text": {"vi": "Đổi tài khoản mỗi ngày.", "en": "The account changes daily."},
    "identifiers": [{"type": "domain", "value": "a.example"}],
    "acknowledge_s": 1200,
    "drill": True,
}
FULL_METHOD = METHOD | {
    "scripts": [{"vi": "Em rút được rồi."}],
    "red_flags": [{"en": "Only deposits are quick."}],
    "counter_measures": [{"en": "Ask to withdraw all of it."}],
    "identifiers": [{"type": "domain", "value": "a.example"}],
    "warning": {"vi": "Không chuyển thêm tiền."},
    "sources": ["PA05"],
}


def _both(text: dict[str, str]) -> dict[str, str]:
    return {"vi": "", "en": "", **text}


GOOD: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "flash.warn": ("urgent", WARNED, WHOLE_WARNED),
    "flash.warn-full": (
        "urgent",
        FULL_WARNED,
        FULL_WARNED | {"to_do": WHOLE_WARNED["to_do"], "officer": WHOLE_OFFICER},
    ),
    "flash.supersede": ("urgent", {**WARNED, "reason": "Tên miền mới."}, {**WHOLE_WARNED, "reason": "Tên miền mới."}),
    "flash.withdraw": (
        "urgent",
        {"officer": OFFICER, "reason": "Over."},
        {"officer": WHOLE_OFFICER, "reason": "Over."},
    ),
    "flash.acknowledge": (
        "urgent",
        {"officer": OFFICER, "of": MESSAGE_ID},
        {"officer": WHOLE_OFFICER, "of": MESSAGE_ID, "remarks": ""},
    ),
    "flash.feedback": (
        "urgent",
        {"officer": {**OFFICER, "phone": "+84 24 0000 0000"}, "useful": "partly"},
        {"officer": {**OFFICER, "phone": "+84 24 0000 0000"}, "useful": "partly", "text": ""},
    ),
    "methods.share": (
        "normal",
        {"version": 1, "method": METHOD, "officer": OFFICER},
        {"version": 1, "method": WHOLE_METHOD, "officer": WHOLE_OFFICER, "reason": ""},
    ),
    "methods.share-full": (
        "normal",
        {"version": 2, "method": FULL_METHOD, "officer": OFFICER, "reason": "A step was missing."},
        {
            "version": 2,
            "method": FULL_METHOD
            | {
                "summary": WHOLE_METHOD["summary"],
                "steps": WHOLE_METHOD["steps"],
                **{name: [_both(one) for one in FULL_METHOD[name]] for name in ("scripts", "red_flags")},
                "counter_measures": [_both(one) for one in FULL_METHOD["counter_measures"]],
                "warning": _both(FULL_METHOD["warning"]),
            },
            "officer": WHOLE_OFFICER,
            "reason": "A step was missing.",
        },
    ),
    "methods.revoke": (
        "normal",
        {"officer": OFFICER, "reason": "Sai."},
        {"officer": WHOLE_OFFICER, "reason": "Sai."},
    ),
}
BAD: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    # kind, defect, code, what is put in the place of the good body's or header's fields (None: left out)
    ("flash.warn", "severity-unknown", "body-invalid", {"severity": "grave"}),
    ("flash.warn", "instant-without-zone", "body-invalid", {"valid_until": "2026-11-24T03:00:00"}),
    ("flash.warn", "danger-as-text", "body-invalid", {"lives_in_danger": "no"}),
    ("flash.warn", "field-unknown", "body-invalid", {"amount": 1}),
    ("flash.warn", "title-missing", "body-invalid", {"title_en": None}),
    ("flash.warn", "clock-of-nothing", "body-invalid", {"acknowledge_s": 0}),
    ("flash.warn", "identifier-half", "body-invalid", {"identifiers": [{"type": "domain"}]}),
    ("flash.warn", "lane-normal", "lane-wrong", {"header.lane": "normal"}),
    ("flash.warn", "version-two", "version-unknown", {"header.version": 2}),
    ("flash.supersede", "reason-missing", "body-invalid", {"reason": None}),
    ("flash.withdraw", "officer-missing", "body-invalid", {"officer": None}),
    ("flash.acknowledge", "of-no-id", "body-invalid", {"of": "VN-W-2026-000001"}),
    ("flash.feedback", "useful-as-a-number", "body-invalid", {"useful": 5}),
    ("methods.share", "version-zero", "body-invalid", {"version": 0}),
    ("methods.share", "no-typology", "body-invalid", {"method": {**METHOD, "typologies": []}}),
    ("methods.share", "steps-as-text", "body-invalid", {"method": {**METHOD, "steps": "one, two"}}),
    ("methods.share", "method-field-unknown", "body-invalid", {"method": {**METHOD, "victims": ["A"]}}),
    ("methods.share", "lane-urgent", "lane-wrong", {"header.lane": "urgent"}),
    ("methods.revoke", "reason-as-list", "body-invalid", {"reason": ["Sai."]}),
    ("methods.revoke", "officer-without-unit", "body-invalid", {"officer": {"name": "Ánh"}}),
    ("methods.forget", "kind-unknown", "kind-unknown", {}),
)


def header(kind: str, lane: str) -> dict[str, Any]:
    """A whole header, the same for all but kind and lane."""
    return {
        "id": MESSAGE_ID, "kind": kind, "version": 1, "sender": "vn-a05", "recipient": "us-ic3", "lane": lane,
        "sequence": 1, "previous": "0" * 64, "sent_at": AT, "expires_at": UNTIL, "agreement_id": "agr-" + "a" * 26,
        "purpose": "prevent-crime", "legal_basis": "arrangement",
        "marks": {"tlp": "green", "pap": "green", "handling": ["h0"]}, "addressees": ["duty"],
        "record_id": ("flw-" if kind.startswith("flash") else "mth-") + "r" * 26,
    }  # fmt: skip


def build() -> list[dict[str, Any]]:
    """Every vector."""
    good = [
        _vector(f"good-{name}", "none", None, header(name.removesuffix("-full"), lane), body) | {"body": whole}
        for name, (lane, body, whole) in GOOD.items()
    ]
    return good + [_bad(*one) for one in BAD]


def _bad(kind: str, defect: str, code: str, changes: dict[str, Any]) -> dict[str, Any]:
    lane, body, _ = GOOD.get(kind, GOOD["methods.revoke"])
    head, body = header(kind, lane), copy.deepcopy(body)
    for name, value in changes.items():
        where, field = (head, name.removeprefix("header.")) if name.startswith("header.") else (body, name)
        where[field] = value
        if value is None:
            del where[field]
    return _vector(f"bad-{kind}-{defect}", defect, code, head, body)


def _vector(name: str, defect: str, code: str | None, head: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    payload = json.dumps({"header": head, "body": body}, ensure_ascii=False, separators=(",", ":")).encode()
    return {"name": name, "defect": defect, "expects": code, "payload_base64": base64.b64encode(payload).decode()}


def main() -> None:
    """Write them, and nothing else into their folder."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for made in build():
        text = json.dumps(made, indent=2, ensure_ascii=True) + "\n"
        (FOLDER / f"{made['name']}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
