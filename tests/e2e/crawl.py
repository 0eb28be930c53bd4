"""An officer who follows every link that pages offer, as far as nothing is changed by it; says where one leads nowhere.

Of pages that differ only by what they are about, a few are read: the pages of a thing are alike, its states are not.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pyotp

TOKEN = re.compile(r'name="csrf-token" content="([^"]*)"')
LINK = re.compile(r'<a\b[^>]*?\bhref="(/[^"#]*)')
PIECE = re.compile(r'\bhx-get="(/[^"#]*)')
ID = re.compile(r"[a-z]{2,4}-[a-z0-9]{20,}|[a-z-]+--[0-9a-f-]{36}|[0-9a-f-]{36,}|\d+")
ALIKE = 2
"""Pages read of those that differ only by what they are about."""
PAGES_MAX = 600


class Crawl:
    """One officer's way through one node."""

    def __init__(self, url: str, account: dict[str, Any]) -> None:
        self.read: list[str] = []
        self.broken: list[str] = []
        self._seen: set[str] = set()
        self._kinds: Counter[str] = Counter()
        self._waiting: deque[tuple[str, str]] = deque([("/", "")])
        self._client = httpx2.Client(base_url=url, trust_env=False, timeout=60, follow_redirects=True)
        self._url, self._account = url, account

    def _sign_in(self) -> None:
        """With the next code, which is taken already: the story may have signed in with the present one a moment ago."""
        found = TOKEN.search(self._client.get("/sign-in").text)
        assert found
        form = {
            "csrf": found[1],
            "login": self._account["login"],
            "password": self._account["password"],
            "code": pyotp.TOTP(self._account["totp_secret"]).at(datetime.now(UTC) + timedelta(seconds=30)),
        }
        answer = self._client.post("/sign-in", data=form, headers={"Origin": self._url})
        assert answer.status_code == 200, answer.text
        assert "/sign-in" not in str(answer.url), answer.text

    def go(self) -> None:
        """Sign in and follow links until none is left."""
        with self._client:
            self._sign_in()
            while self._waiting and len(self.read) < PAGES_MAX:
                path, origin = self._waiting.popleft()
                if self._is_new(path):
                    self._visit(path, origin)

    def _is_new(self, path: str) -> bool:
        parts = urlsplit(path)
        kind = ID.sub("…", parts.path) + "?" + "&".join(sorted({name for name, _ in parse_qsl(parts.query)}))
        if path in self._seen or self._kinds[kind] >= ALIKE:
            return False
        self._seen.add(path)
        self._kinds[kind] += 1
        return True

    def _visit(self, path: str, origin: str) -> None:
        with self._client.stream("GET", path) as answer:
            self.read.append(path)
            if answer.status_code != 200:
                self.broken.append(f"{answer.status_code} {path} (offered by {origin})")
            elif answer.headers["content-type"].startswith("text/html"):
                answer.read()
                found = dict.fromkeys([*LINK.findall(answer.text), *PIECE.findall(answer.text)])
                self._waiting += [(unescape(link), path) for link in found]
