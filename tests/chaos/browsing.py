"""An officer's browser on a served node: signs in with password and code, reads pages. No script runs."""

from __future__ import annotations

import re
from typing import Self

import httpx2
import pyotp

from tests.chaos.processes import LiveNode

TOKEN = re.compile(r'name="csrf-token" content="([^"]*)"')


OWN = "four elephants on a bridge"


class Browser:
    """Use as a context manager."""

    def __init__(self, node: LiveNode) -> None:
        self._node = node
        self._client = httpx2.Client(base_url=node.url, trust_env=False, timeout=30)

    def __enter__(self) -> Self:
        account = self._node.account
        found = TOKEN.search(self.read("/sign-in"))
        assert found
        form = {
            "csrf": found[1],
            "login": account["login"],
            "password": account["password"],
            "code": pyotp.TOTP(account["totp_secret"]).now(),
        }
        answer = self._client.post("/sign-in", data=form, headers={"Origin": self._node.url})
        assert answer.status_code == 303, answer.text
        if account["password"] != OWN:  # what the console printed was handed over: it is changed first
            found = TOKEN.search(self.read("/account/first-password"))
            assert found
            form = {"csrf": found[1], "old": account["password"], "password": OWN, "again": OWN}
            answer = self._client.post("/account/first-password", data=form, headers={"Origin": self._node.url})
            assert answer.status_code == 303, answer.text
            account["password"] = OWN
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def read(self, path: str) -> str:
        """The text of a page."""
        answer = self._client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text
