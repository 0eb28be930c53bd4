"""A desk of intelligence with feeds, whose network is this machine and whose name service is a table."""

from __future__ import annotations

import asyncio
from typing import Any

from lienlac import journal
from lienlac.intelligence.collection import Collection, Marks
from lienlac.intelligence.feeds.courier.line import Network
from lienlac.intelligence.feeds.desk import Feeds
from lienlac.intelligence.feeds.feed import Draft, Feed, How, Kind, Sealed
from lienlac.intelligence.feeds.store import feeds as rows
from lienlac.intelligence.feeds.store.runs import Run
from lienlac.intelligence.feeds.watch import FeedRounds
from lienlac.outside.guard import Places
from lienlac.people.officer import Officer
from lienlac.stix.foreign.misp import raws_of
from lienlac.storage.database import Database
from tests.intelligence.feeds.server import COLLECTION, Web
from tests.intelligence.scene import Desk
from tests.notices.scene import trusting
from tests.people.cast import SAFE
from tests.world.fakes import SeededChance

HOST = "taxii.example"


class FeedDesk(Desk):
    """`desk.run(web, feed)` serves the web for one turn; `waits` are the pauses that a run wanted to make."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.waits: list[float] = []
        self.asked: list[str] = []
        self.answers: list[list[str]] = [["127.0.0.1"]]
        self.convert: Any = raws_of
        self.places = Places("")
        self.trust: Any = trusting
        self.made = 0
        self.record: Any = journal.record

    def network(self) -> Network:
        async def resolve(host: str, _port: int) -> list[str]:
            self.asked.append(host)
            return self.answers[min(len(self.asked), len(self.answers)) - 1]

        async def wait(seconds: float) -> None:
            self.waits.append(seconds)

        return Network(places=self.places, trust=self.trust, resolve=resolve, wait=wait)

    @property
    def feeds(self) -> Feeds:
        self.made += 1
        return Feeds(
            database=self.database, clock=self.clock, chance=SeededChance(f"feeds{self.made}"), record=self.record,
            safe=SAFE, places=self.places, find=self.intelligence.find,
        )  # fmt: skip

    def rounds(self) -> FeedRounds:
        return FeedRounds(
            database=self.database, clock=self.clock, chance=SeededChance("rounds"), safe=SAFE, record=self.record,
            network=self.network(), add=self.intelligence.add, convert=self.convert,
        )  # fmt: skip

    def feed(
        self, collection: Collection, kind: Kind = Kind.TAXII_POLL, *, path: str = "/taxii2/", port: int = 1,
        scheme: str = "http", by: Officer | None = None, **more: Any,
    ) -> Feed:  # fmt: skip
        """A feed whose server gets its port when it is served."""
        self.places = Places(f"{scheme}://{HOST}:{port}=127.0.0.0/8")
        values: dict[str, Any] = {
            "title": "Nguồn", "kind": kind, "remote": COLLECTION, "collection_id": collection.id, "interval_min": 60,
            "ceiling": "", "others": False, "marks": Marks(tlp="green"), "secrets": Sealed(address=""), **more,
        }  # fmt: skip
        secrets = values["secrets"]
        values["secrets"] = Sealed(
            address=f"{scheme}://{HOST}:{port}{path}", how=secrets.how, user=secrets.user, secret=secrets.secret,
            certificate=secrets.certificate,
        )  # fmt: skip
        return self.feeds.add(by or self.analyst, Draft(**values))

    def run(self, feed: Feed) -> Run | None:
        return asyncio.run(self.rounds().run_due(self.clock.now()))

    def reload(self, feed: Feed) -> Feed:
        with self.database.read() as connection:
            found = rows.get(connection, feed.id)
        assert found is not None
        return found

    def serve(self, web: Web, make: Any, *, turns: int = 1, tls: Any = None, pause_s: float = 0) -> list[Run]:
        """Serve, make the feed at that port, and let it have its turns."""
        done: list[Run] = []

        async def story() -> None:
            async with web.serving(tls):
                if make is not None:
                    make(web.port)
                for _ in range(turns):
                    run = await self.rounds().run_due(self.clock.now())
                    if run is None:
                        break
                    done.append(run)
                    self.clock.turn(pause_s)

        asyncio.run(story())
        return done

    def serve_again(self, web: Web, *, turns: int = 1) -> list[Run]:
        """The same server at the same port."""
        return self.serve(web, None, turns=turns)


BASIC = Sealed(address="", how=How.BASIC, user="node", secret="right horse")
