"""What a node under measurement does at its desk when its parent asks: holds requests, lets officers in, gets more."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from _requests import arrive, fill
from lienlac.people import accounts, sessions
from lienlac.people.officer import Role
from lienlac.people.units import desk as units
from lienlac.ui.guard import SESSION_COOKIE

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lienlac.assembly import Node

UNITS = 20


class Desk:
    """The part of `_node.Bench` that deals with officers and requests."""

    node: Node
    arrived = 0

    def write_requests(self, requests: int) -> None:
        """A desk's past."""
        fill(self.node.database, self.node.settings.node_id, requests, self.node.clock.now())

    def officers(self, count: int) -> dict[str, Any]:
        """So many duty officers of some units, each signed in; where they ask, and with which cookies."""
        secrets, node = accounts.make_secrets(self.node.chance), self.node

        def work(connection: Connection) -> list[str]:
            desks = [
                units.add(connection, name_vi=f"Phòng {number}", name_en=f"Desk {number}", chance=node.chance).id
                for number in range(UNITS)
            ]
            made = []
            for number in range(count):
                officer = accounts.create(
                    connection,
                    login=f"duty{number}",
                    name=f"Officer {number}",
                    unit=desks[number % UNITS],
                    roles=(Role.DUTY_OFFICER,),
                    language="vi" if number % 2 else "en",
                    secrets=secrets,
                    safe=node.safe,
                    now=node.clock.now(),
                    chance=node.chance,
                ).officer
                opened = sessions.start(connection, officer, client="bench", now=node.clock.now(), chance=node.chance)
                made.append(f"{SESSION_COOKIE}={opened.token}")
            return made

        cookies = node.database.write(work)
        return {"host": "127.0.0.1", "port": node.settings.people_port, "cookies": cookies}

    def arrive(self) -> float:
        """A new request is here, and whoever looks on is told; the instant at which it was durable."""
        node = self.node
        self.arrived += 1
        durable: list[float] = []

        def work(connection: Connection) -> None:
            request_id = arrive(connection, node.settings.node_id, self.arrived, node.clock.now())
            node.database.after_commit(connection, lambda: durable.append(time.time()))
            node.database.after_commit(connection, lambda: node.hub.notify("requests", request_id))

        node.database.write(work)
        return durable[0]
