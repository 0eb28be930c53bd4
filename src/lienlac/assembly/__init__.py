"""Builds a node from its settings: the only importer of slices, and no logic of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lienlac import journal, structs
from lienlac.agreements import store as agreements
from lienlac.assembly import casework, making, visits
from lienlac.assembly.kinds import KINDS
from lienlac.clock import SystemClock
from lienlac.documents.desk import Press
from lienlac.emergencies.kinds import OPEN
from lienlac.exchange.post_office import PostOffice
from lienlac.flash.kinds import SUPERSEDE, WARN
from lienlac.hotline.pages.spoken import Spoken
from lienlac.identifiers.index.desk import Index
from lienlac.ids import SystemChance
from lienlac.installation import fitting_card
from lienlac.intelligence.desk import Intelligence
from lienlac.intelligence.feeds.courier.line import network_of
from lienlac.intelligence.feeds.watch import FeedRounds
from lienlac.intelligence.imports.watch import ImportRounds
from lienlac.keys import keyfile
from lienlac.notices.courier import ways
from lienlac.notices.courier.rounds import Rounds
from lienlac.people import accounts
from lienlac.records.shared.naming.desk import Names
from lienlac.releases.desk import Releases
from lienlac.stix.foreign import misp
from lienlac.storage.blobs.files import GB, Bounds, Files
from lienlac.storage.database import Database
from lienlac.ui.hub import Hub
from lienlac.ui.known.desk import Elsewhere

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from lienlac.cases.desk import Cases
    from lienlac.cases.papers.desk import CasePapers
    from lienlac.clock import Clock
    from lienlac.delegations.desk import Delegations
    from lienlac.duty.desk import Duty
    from lienlac.emergencies.desk import Emergencies
    from lienlac.flash.desk import Warnings
    from lienlac.hotline.desk import Hotline
    from lienlac.hotline.papers.desk import Papers
    from lienlac.identifiers.index.writing.desk import Source
    from lienlac.ids import Chance
    from lienlac.intelligence.feeds.desk import Feeds
    from lienlac.intelligence.imports.desk import Imports
    from lienlac.intelligence.intake.desk import Intake
    from lienlac.intelligence.picture.desk import Picturing
    from lienlac.intelligence.sharing.desk import Sharing
    from lienlac.keys.rest.safe import Safe
    from lienlac.keys.suite import NodeKeys
    from lienlac.lessons.desk import Lessons
    from lienlac.methods.desk import Methods
    from lienlac.programmes.desk import Programmes
    from lienlac.records.shared.desk import Shared
    from lienlac.settings import Settings


@dataclass(slots=True, kw_only=True)
class Node:
    """One authority's installation, ready to be served or acted on. `hub` tells open pages what changed."""

    settings: Settings
    database: Database
    post: PostOffice
    releases: Releases
    hotline: Hotline
    duty: Duty
    emergencies: Emergencies
    intelligence: Intelligence
    feeds: Feeds
    warnings: Warnings
    sharing: Sharing
    methods: Methods
    papers: Papers
    cases: Cases
    case_papers: CasePapers
    programmes: Programmes
    delegations: Delegations
    lessons: Lessons
    index: Index
    named: Names
    hub: Hub
    clock: Clock
    chance: Chance

    @property
    def naming(self) -> Mapping[str, Source]:
        """Whoever names identifiers, by the kind of thing: what the index is made of."""
        return {
            "request": self.hotline.naming,
            "emergency": self.emergencies.naming,
            "case": self.cases.projecting,
            "method": self.methods.naming,
            "flash": self.warnings.naming,
            "handover": self.duty.handover.naming,
        }

    def names(self, language: str) -> dict[str, str]:
        """What this node and every peer are called, in a language."""
        vi = language == "vi"
        found = {self.settings.node_id: self.settings.name_vi if vi else self.settings.name_en}
        with self.database.read() as connection:
            found |= {one.node_id: one.name_vi if vi else one.name_en for one in agreements.peers(connection)}
        return found

    @property
    def shared(self) -> tuple[Shared, ...]:
        """Every subject whose records several authorities share."""
        return (self.cases.shared, self.programmes.shared, self.delegations.shared, self.lessons.shared)

    @property
    def intake(self) -> Intake:
        """Who takes reports in."""
        return making.intake(self.intelligence, self.database, self.clock, self.chance)

    @property
    def imports(self) -> Imports:
        """Who takes files in."""
        return making.imports(self.settings, self.intelligence, self.post)

    @property
    def picturing(self) -> Picturing:
        """Who draws the threat picture."""
        return making.picturing(self.database, self.clock, self.index)

    @property
    def elsewhere(self) -> Elsewhere:
        """Who is asked what else names an identifier."""
        return Elsewhere(
            database=self.database,
            clock=self.clock,
            index=self.index,
            sources=self.naming,
            record=journal.record,
            behind=self.behind,
            records=self.named,
        )

    def behind(self, connection: Connection) -> int:
        """How much of what is stored has still to be read into the index of identifiers."""
        return self.intelligence.indexing.behind(connection) + self.named.behind(connection)

    @property
    def safe(self) -> Safe:
        """What seals secrets at rest."""
        return self.post.office.keys.safe

    def close(self) -> None:
        """Let go of the database, and end the press."""
        self.papers.close()
        self.database.close()


def open_node(
    settings: Settings, passphrase: str | NodeKeys, *, clock: Clock | None = None, chance: Chance | None = None
) -> Node:
    """Open a node for serving or for a command; keys that are open already may stand for the passphrase.

    Raises `NotAllowed`: `passphrase-wrong`, `storage-…`.
    """
    clock, chance = clock or SystemClock(), chance or SystemChance()
    keys = keyfile.read(settings.key_file, passphrase) if isinstance(passphrase, str) else passphrase
    database = Database.open(settings.database)
    database.migrate()
    with database.read() as connection:
        clear = accounts.any_clear(connection)
    if clear:  # a database that may only be read can still be looked at
        database.write(lambda connection: accounts.seal_stored(connection, keys.safe))
    card = fitting_card(settings, keys, clock.now())
    return build_node(settings, database, keys, card, clock=clock, chance=chance)


def build_node(
    settings: Settings, database: Database, keys: NodeKeys, card: str, *, clock: Clock, chance: Chance
) -> Node:
    """Wire a node round an open database; what tests and the simulation use too."""
    structs.make_ready()
    post = PostOffice(
        database=database,
        clock=clock,
        chance=chance,
        node_id=settings.node_id,
        keys=keys,
        card=card,
        files=files_of(settings),
        scan=settings.scan_command,
        kinds=KINDS,
    )
    hub = Hub()
    index = Index(keys.safe, Names.called)
    duty = making.duty(settings, database, post, hub, keys, index)
    hears = [duty.approvals.heard]
    releases = Releases(
        database=database,
        clock=clock,
        chance=chance,
        record=journal.record,
        hear=making.each(hears),
        changed=lambda release, thing: making.decided(hub, release, thing),
    )
    emergencies = making.channels(settings, database, post, hub, duty, releases, index)
    warnings = making.warnings(settings, database, post, hub, duty, releases, index)
    hotline = making.requests(settings, post, hub, duty, emergencies, releases, index)
    intelligence = Intelligence(database=database, clock=clock, chance=chance, record=journal.record, index=index)
    press = Press(Spoken().both)
    cases = casework.cases(making.shared_given(settings, post, hub, releases, "cases"), post, index, duty)
    casework.serve(duty, emergencies, warnings, cases, hotline, intelligence)
    programmes = making.programmes(
        settings, making.shared_given(settings, post, hub, releases, "programmes"), post, hotline, press
    )
    given = making.shared_given(settings, post, hub, releases, "delegations")
    delegations = visits.delegations(given, settings, post, press)
    lessons = visits.lessons(making.shared_given(settings, post, hub, releases, "lessons"), post, cases)
    sharing = making.sharing(settings, post, hub, intelligence, releases)
    visits.remind(duty, delegations, lessons, sharing)
    hears += [one.shared.leaving.heard for one in (cases, programmes, delegations, lessons)]
    _listen(post, database, hub, hotline, duty, emergencies, warnings)
    return Node(
        settings=settings,
        database=database,
        post=post,
        releases=releases,
        hotline=hotline,
        duty=duty,
        emergencies=emergencies,
        intelligence=intelligence,
        feeds=making.feeds(settings, post, intelligence, duty),
        warnings=warnings,
        sharing=sharing,
        methods=making.methods(settings, post, hub, releases, press, index, intelligence),
        papers=making.papers(post, hotline, press),
        cases=cases,
        case_papers=casework.papers(settings, post, cases, press),
        programmes=programmes,
        delegations=delegations,
        lessons=lessons,
        index=index,
        named=Names(database, index, (cases.shared, programmes.shared, delegations.shared)),
        hub=hub,
        clock=clock,
        chance=chance,
    )


def _listen(
    post: PostOffice,
    database: Database,
    hub: Hub,
    hotline: Hotline,
    duty: Duty,
    emergencies: Emergencies,
    warnings: Warnings,
) -> None:
    """Who hears what: of files, links, the disk, and of every message by its kind."""
    post.shelf.on_change.append(hotline.touched)
    post.office.on_link_change.append(lambda peer_id: hub.notify("link", peer_id))
    database.on_trouble(lambda: hub.notify("link"))
    post.listen(hotline.arrival_handlers, hotline.settlement_handlers)
    post.listen(duty.arrival_handlers, duty.settlement_handlers)
    post.listen(emergencies.arrival_handlers, emergencies.settlement_handlers)
    opened = [emergencies.arrivals.request_arrived, duty.opened]
    post.listen(warnings.arrival_handlers, warnings.settlement_handlers)
    rung = {kind: [duty.opened] for kind in (OPEN, WARN, SUPERSEDE)}
    post.listen({kind.name: opened for kind in hotline.kinds if kind.opening} | rung, {})


def make_rounds(node: Node) -> Rounds:
    """What carries notices out of the house. Raises `NotAllowed("mail-password-file" | "notice-ca-file")`."""
    return Rounds(
        database=node.database,
        clock=node.clock,
        chance=node.chance,
        safe=node.safe,
        ways=ways.make(node.settings),
        language="en" if node.settings.language == "en" else "vi",
        changed=lambda: node.hub.notify("alarms"),
    )


def make_feed_rounds(node: Node) -> FeedRounds:
    """What runs the feeds. Raises `NotAllowed("settings-invalid" | "feed-ca-file")`."""
    return FeedRounds(
        database=node.database,
        clock=node.clock,
        chance=node.chance,
        safe=node.safe,
        record=node.duty.feeds.listening(journal.record),
        network=network_of(node.settings),
        add=node.intelligence.add,
        convert=misp.raws_of,
    )


def make_import_rounds(node: Node) -> ImportRounds:
    """What takes in files that officers have put in."""
    return ImportRounds(node.imports, database=node.database, clock=node.clock, record=journal.record)


def files_of(settings: Settings) -> Files:
    """Where attached files lie, and how much they may take."""
    bounds = Bounds(
        total_bytes=settings.attachments_gb * GB,
        peer_bytes=settings.attachments_per_peer_gb * GB,
        free_bytes=settings.attachments_free_gb * GB,
    )
    return Files(settings.files, bounds)
