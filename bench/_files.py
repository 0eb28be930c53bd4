"""What a node under measurement does with files when its parent asks: lets a program in, sends, counts, cuts."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

import sqlalchemy as sa

from _pair import BOSS, WITH_FILES, Parcel, note
from lienlac.cli.serving import server
from lienlac.exchange.attachments import store
from lienlac.exchange.attachments.journey import Stage, Way
from lienlac.people import accounts, tokens
from lienlac.people.officer import Role
from lienlac.people.units import desk as units
from lienlac.wire.attachments import chunk_count
from lienlac.wire.message import Lane

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from sqlalchemy import Connection

    from lienlac.assembly import Node
    from lienlac.people.officer import Officer

LOOK_S: Final = 0.05
PATIENCE_S: Final = 1_800.0


class Cuttable(server.PinnedProtocol):
    """A partner's connection that its node can take away in mid-flight, as a road does."""

    open: ClassVar[set[Cuttable]] = set()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its parent does
        """It can be cut from now on."""
        super().connection_made(transport)
        self.open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        super().connection_lost(exc)
        self.open.discard(self)


class Carrier:
    """The part of `_node.Bench` that deals with files."""

    def __init__(self, node: Node) -> None:
        self.node, self.post = node, node.post
        self._officer: Officer | None = None
        self._upload = ""

    def door(self) -> tuple[int, str]:
        """The people's port, and a token with which a program may put files in."""
        if self._officer is None:
            self._officer = self.node.database.write(self._make_officer)
        officer = self._officer
        made = self.node.database.write(
            lambda connection: tokens.create(
                connection,
                officer,
                label="bench",
                scope="write",
                now=self.node.clock.now(),
                chance=self.node.chance,
            )
        )
        return self.node.settings.people_port, made.secret

    def _make_officer(self, connection: Connection) -> Officer:
        return accounts.create(
            connection,
            login="files",
            name="Files",
            unit=units.add(connection, name_vi="Trực ban", name_en="Desk", chance=self.node.chance).id,
            roles=(Role.DUTY_OFFICER,),
            language="en",
            secrets=accounts.make_secrets(self.node.chance),
            safe=self.node.safe,
            now=self.node.clock.now(),
            chance=self.node.chance,
        ).officer

    def keep_upload(self, upload_id: str) -> None:
        """Which upload `send_file` will send."""
        self._upload = upload_id

    def send_file(self, peer: str) -> None:
        """Send the upload with a message, as a slice does."""
        officer = self._officer or BOSS
        desk = self.post.attachments

        def work(connection: Connection) -> None:
            named = desk.attach(connection, officer, peer, [self._upload])
            outgoing = note(peer, Lane.NORMAL, "a file")
            body = Parcel(text="a file", attachments=tuple(ref for ref, _ in named))
            outgoing = replace(outgoing, kind=WITH_FILES.name, body=body)
            desk.sent(connection, officer, self.post.departures.send(connection, outgoing), named)

        self.node.database.write(work)

    def until_whole(self) -> None:
        """Wait until every file that was sent is whole over there, by the receiver's signed word."""
        self._wait_for(lambda files: bool(files) and all(file.stage is Stage.WHOLE for file in files), Way.OUT)

    def chunks_due(self) -> int:
        """How many chunks the file has that is coming in; waits until it was announced."""
        self._wait_for(lambda files: any(file.stage is Stage.MOVING for file in files), Way.IN)
        return max(chunk_count(file.size_bytes) for file in self._files(Way.IN))

    def cut_at(self, chunks: int) -> int:
        """Take every connection with a partner away once so many chunks are here; how many connections that were."""
        self._wait_for(
            lambda files: any(file.chunks >= chunks or file.stage is not Stage.MOVING for file in files), Way.IN
        )
        cut = list(Cuttable.open)
        for one in cut:
            one.loop.call_soon_threadsafe(one.transport.abort)
        return len(cut)

    def drop_files(self) -> None:
        """Forget every file, so that the disk is free for the next round."""

        def work(connection: Connection) -> None:
            for file in self._files_of(connection):
                self.post.shelf.let_go(connection, file.blob_id, file.attachment_id)
            connection.execute(store.attachment_table.delete())

        self.node.database.write(work)

    def forget_peak(self) -> None:
        """From now on `peak` counts anew."""
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")

    def peak(self) -> int:
        """The most resident KiB since `forget_peak`."""
        found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii"))
        assert found
        return int(found[1])

    def _wait_for(self, done: Callable[[list[store.Attachment]], bool], way: Way) -> None:
        end = time.monotonic() + PATIENCE_S
        while not done(self._files(way)):
            if time.monotonic() > end:
                raise TimeoutError
            time.sleep(LOOK_S)

    def _files(self, way: Way) -> list[store.Attachment]:
        with self.node.database.read() as connection:
            return [file for file in self._files_of(connection) if file.way is way]

    def _files_of(self, connection: Connection) -> list[store.Attachment]:
        found = connection.execute(sa.select(store.attachment_table.c.attachment_id)).scalars().all()
        return [file for file in (store.find(connection, one) for one in found) if file is not None]
