"""The duty inbox over 100,000 requests: page, counters, filters, search, and one request, as a browser gets them.

A node made as `lienlac init` makes it; the whole application of `people_app` answers, from guard to rendered page. The
client sits in the same process, so its own share is in the figures.
"""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyotp
from litestar.testing import TestClient

from _claims import Claims, at_percent, median
from _node import PASSPHRASE
from _requests import fill
from lienlac import installation
from lienlac.assembly import Node, open_node
from lienlac.assembly.doors import people_app
from lienlac.clock import SystemClock
from lienlac.people import accounts
from lienlac.people.officer import Role
from lienlac.people.units import desk as units
from lienlac.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

NODE = "vn-bench"


def main() -> None:
    claims = Claims(__doc__)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        settings = Settings(
            folder=Path(name), node_id=NODE, name_vi="Nút thử", name_en="Bench", country="VN", language="en"
        )
        installation.create(settings, PASSPHRASE, SystemClock().now())
        node = open_node(settings, PASSPHRASE)
        requests = 10_000 if claims.quick else 100_000
        started = time.perf_counter()
        fill(node.database, NODE, requests, node.clock.now())
        claims.say(f"{requests:,} requests written", time.perf_counter() - started, "s")
        with TestClient(people_app(node), base_url=settings.url_for_people) as client:
            measure(claims, Browser(client, node, settings.url_for_people))
        node.close()
    claims.close()


class Browser:
    """A signed-in duty officer."""

    def __init__(self, client: TestClient[Any], node: Node, origin: str) -> None:
        self.client, self.origin = client, origin
        now = node.clock.now()
        made = node.database.write(
            lambda connection: accounts.create(
                connection,
                login="duty",
                name="Duty",
                unit=units.add(connection, name_vi="Trực ban", name_en="Desk", chance=node.chance).id,
                roles=(Role.DUTY_OFFICER,),
                language="en",
                secrets=accounts.make_secrets(node.chance),
                safe=node.safe,
                now=now,
                chance=node.chance,
            )
        )
        self.page = client.get("/sign-in").text
        code = pyotp.TOTP(made.totp_secret).now()
        answer = self.post("/sign-in", {"login": "duty", "password": made.password, "code": code})
        if answer.status_code != 303:
            raise RuntimeError(answer.text)
        self.page = self.get("/requests").text

    def get(self, path: str) -> Any:
        """A page that must be there."""
        answer = self.client.get(path, follow_redirects=False)
        if path != "/requests" and answer.status_code != 200:
            raise RuntimeError(answer.text)
        return answer

    def post(self, path: str, data: dict[str, str]) -> Any:
        """A form, with the token of the last page."""
        found = re.search(r'name="csrf-token" content="([^"]*)"', self.page)
        if found is None:
            raise RuntimeError(self.page)
        values = {"csrf": found[1], **data}
        return self.client.post(path, data=values, headers={"Origin": self.origin}, follow_redirects=False)


def measure(claims: Claims, browser: Browser) -> None:
    """The inbox itself is what was claimed; what else one does there is told beside it."""
    page = browser.get("/requests").text
    request = re.search(r'href="(/requests/req-[a-z2-7]+)', page)
    older = re.search(r'href="(/requests\?[^"]*cursor=[^"]*)"', page)
    if request is None or older is None:
        raise RuntimeError(page)
    asked: dict[str, Callable[[], Any]] = {
        "inbox page with counters": lambda: browser.get("/requests"),
        "inbox rows, as live updates ask for them": lambda: browser.get("/requests/rows"),
        "outgoing, everything": lambda: browser.get("/requests?direction=out&stage=all"),
        "overdue freeze requests": lambda: browser.get("/requests?due=overdue&kind=hotline.freeze-payment"),
        "next page": lambda: browser.get(older[1].replace("&amp;", "&")),
        "search for a name and a platform": lambda: browser.post("/requests/search", {"words": "tran ocean"}),
        "search for the end of an account number": lambda: browser.post("/requests/search", {"words": "48213"}),
        "one request": lambda: browser.get(request[1]),
    }
    spent: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(10 if claims.quick else 40):
        for name, ask in asked.items():
            started = time.perf_counter()
            answer = ask()
            spent[name].append((time.perf_counter() - started) * 1000)
            if answer.status_code != 200:
                raise RuntimeError(answer.text)
    for name, times in spent.items():
        if name.startswith("inbox"):
            claims.at_most(f"{name}, p50", median(times), "ms", 50)
        else:
            claims.say(f"{name}, p50", median(times), "ms")
        claims.say(f"{name}, p95", at_percent(times, 95), "ms")


if __name__ == "__main__":
    main()
