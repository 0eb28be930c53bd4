"""How the two demo nodes come to know and trust each other: exactly the ceremony of the tutorial, by commands.

Both sides work at the same time, each in its own thread; papers lie in one folder, as if a messenger had carried them.
"""

from __future__ import annotations

import contextvars
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any

import msgspec

from lienlac.cli import console
from lienlac.cli.demo.agreed import shorten
from lienlac.cli.demo.stage import COMMAND_S, Account, Side
from lienlac.cli.words import say
from lienlac.errors import NotAllowed
from lienlac.settings import NODE_FILE

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.cli.demo.stage import Stage

CREWS = {
    "vn-demo": (
        Account(login="truc.an", name="Lê Minh An", roles=("duty-officer",), scope="write"),
        Account(login="truc.dung", name="Hoàng Mỹ Dung", roles=("duty-officer",), scope="write"),
        Account(login="lanhdao.binh", name="Trần Thanh Bình", roles=("supervisor",), scope="write"),
        Account(login="phantich.giang", name="Đỗ Hương Giang", roles=("analyst",), scope="write"),
        Account(login="kiemtra.chi", name="Phạm Thuỳ Chi", roles=("auditor",), scope="read"),
    ),
    "us-demo": (
        Account(login="duty.reyes", name="Dana Reyes", roles=("duty-officer",), scope="write"),
        Account(login="lead.novak", name="Chris Novak", roles=("supervisor",), scope="write"),
        Account(login="analyst.cole", name="Jamie Cole", roles=("analyst",), scope="write"),
        Account(login="audit.lind", name="Robin Lind", roles=("auditor",), scope="read"),
    ),
}
"""Invented people. The first of each side plays the story."""

ACTS = {
    "supervisor": ("release.decide", "case.share", "programme.share", "delegation.share", "lesson.share"),
    "analyst": ("intel.share",),
}
"""What the tokens of a role may do that binds the authority: each act is named in the token."""

CONTACTS = {
    "vn-demo": {
        "desk": "Bàn trực 24/7 (trình diễn)",
        "phone": "+84 24 5550 0100",
        "email": "truc@vn-demo.example",
        "named_officer": "Trần Thanh Bình",
    },
    "us-demo": {
        "desk": "24/7 duty desk (demo)",
        "phone": "+1 202 555 0100",
        "email": "duty@us-demo.example",
        "named_officer": "Chris Novak",
    },
}
"""Addresses in reserved ranges: nobody can be reached there."""


class Setting:
    """Builds both nodes; `tell(side, sentence, **places)` says what has been done."""

    def __init__(self, stage: Stage, tell: Callable[..., None]) -> None:
        self._stage = stage
        self._tell = tell
        self._failed = threading.Event()
        self._reached: dict[str, threading.Event] = {
            name: threading.Event() for name in ("made", "invited", "accepted", "proposed")
        }

    def build(self) -> None:
        """Both sides at once. Raises `NotAllowed("demo-failed")` and whatever else went wrong first."""
        vn, us = self._stage.sides
        with ThreadPoolExecutor(2) as pool:
            parts = [
                pool.submit(contextvars.copy_context().run, self._safely, part, vn, us)
                for part in (self._inviting, self._invited)
            ]
            try:
                wait(parts)
            except BaseException:
                self._stage.ended.set()  # both threads stop before their next command
                raise
        errors = [error for part in parts if (error := part.exception()) is not None]
        if errors:
            raise next((error for error in errors if not isinstance(error, _OtherSideError)), errors[0])

    def _safely(self, part: Callable[[Side, Side], None], vn: Side, us: Side) -> None:
        try:
            part(vn, us)
        except BaseException:
            self._failed.set()
            raise

    def _inviting(self, vn: Side, us: Side) -> None:
        """Viet Nam's side: invites, takes the acceptance, drafts and proposes the agreement."""
        self._found(vn)
        self._reached["made"].set()
        self._stage.command(vn, "peer", "invite", "--out", str(vn.papers / "invitation.json"))
        self._tell(vn, "demo-invited")
        self._reached["invited"].set()
        self._serve(vn)
        self._crew(vn)
        self._wait("accepted")
        acceptance = str(us.papers / "acceptance.json")
        self._stage.command(vn, "peer", "accept", acceptance, "--fingerprint", us.fingerprint)
        self._tell(vn, "demo-paired", fingerprint=us.fingerprint)
        draft, edited = vn.papers / "agreement-draft.json", vn.papers / "agreement.json"
        self._stage.command(vn, "agreement", "template", us.node_id, "--out", str(draft))
        document = msgspec.json.decode(draft.read_bytes())
        for party in document["parties"]:
            party["contact"] = CONTACTS[party["node_id"]]
        shorten(document)
        document["notes_en"] = document["notes_vi"] = "DEMO · TRÌNH DIỄN"
        console.write_file(edited, msgspec.json.format(msgspec.json.encode(document)), quiet=True)
        self._stage.command(vn, "agreement", "propose", str(edited))
        self._tell(vn, "demo-proposed")
        self._reached["proposed"].set()

    def _invited(self, vn: Side, us: Side) -> None:
        """The United States' side: accepts the invitation by fingerprint, signs the agreement."""
        self._found(us)
        self._wait("invited")
        invitation, out = str(vn.papers / "invitation.json"), str(us.papers / "acceptance.json")
        self._stage.command(us, "peer", "accept", invitation, "--fingerprint", vn.fingerprint, "--out", out)
        self._tell(us, "demo-paired", fingerprint=vn.fingerprint)
        self._reached["accepted"].set()
        self._serve(us)
        self._crew(us)
        self._wait("proposed")
        said = ""
        for _attempt in range(20):  # the proposal is on its way: look again, as a person would
            done = self._stage.attempt(us, "agreement", "sign", vn.node_id, "1")
            if done.returncode == 0:
                self._tell(us, "demo-signed")
                return
            said = done.stderr.strip()
        raise NotAllowed("demo-failed", reason=f"agreement sign: {said}")

    def _found(self, side: Side) -> None:
        words = [
            "init",
            str(side.folder),
            "--id",
            side.node_id,
            "--country",
            side.country,
            "--drill",
            "--random-passphrase",
        ]
        words += ["--name-vi", side.name_vi, "--name-en", side.name_en]
        words += ["--language", side.language, "--time-zone", side.time_zone, "--database", side.database]
        words += ["--people-port", str(side.people_port), "--peers-port", str(side.peers_port)]
        made: dict[str, Any] = self._stage.json(side, *words)
        side.fingerprint = made["fingerprint"]
        with (side.folder / NODE_FILE).open("a", encoding="utf-8") as settings:
            settings.write(f'webhook_hosts = "{self._stage.pagers.origin}"\n')
        name = say("role-administrator")
        side.accounts["admin"] = Account(name=name, roles=("administrator",), **made["administrator"])
        self._tell(side, "demo-made", node=side.node_id, fingerprint=side.fingerprint)

    def _serve(self, side: Side) -> None:
        self._stage.serve(side)
        self._tell(side, "demo-serving", url=side.url)

    def _crew(self, side: Side) -> None:
        unit = side.name_vi if side.language == "vi" else side.name_en
        for planned in CREWS[side.node_id]:
            words = ["user", "add", planned.login, "--name", planned.name, "--unit", unit]
            for role in planned.roles:
                words += ["--role", role]
            acts = [word for act in ACTS.get(planned.roles[0], ()) for word in ("--act", act)]
            made = self._stage.json(side, *words, "--token", planned.scope, *acts, "--keep-password")
            account = Account(
                login=planned.login,
                name=planned.name,
                roles=planned.roles,
                password=made["password"],
                totp_secret=made["totp_secret"],
                token=made["token"],
                scope=planned.scope,
            )
            console.write_file(side.token_file(account.login), account.token.encode(), mode=console.PRIVATE, quiet=True)
            side.accounts[account.login] = account
        self._tell(side, "demo-crew", count=len(CREWS[side.node_id]))

    def _wait(self, name: str) -> None:
        """Until the other side got there; gives up when it failed."""
        for _ in range(int(COMMAND_S * 20)):
            if self._reached[name].wait(0.05):
                return
            if self._failed.is_set():
                break
        raise _OtherSideError("demo-failed", reason=name)


class _OtherSideError(NotAllowed):
    """This side only waited for the other, which failed: its error is the one to tell."""
