"""The slices of a node, each made of what it needs of the others; only `assembly` calls this."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac import journal
from lienlac.agreements import store as agreements
from lienlac.documents.document import Both
from lienlac.duty.desk import Duty
from lienlac.emergencies.bridge.desk import ForPicture as EmergencyPictures
from lienlac.emergencies.desk import Emergencies
from lienlac.flash.bridge.desk import ForPicture as WarningPictures
from lienlac.flash.desk import Warnings
from lienlac.hotline.desk import Hotline
from lienlac.hotline.pages.spoken import Spoken
from lienlac.hotline.papers.desk import Papers
from lienlac.hotline.picturing.desk import ForPicture as RequestPictures
from lienlac.intelligence.collection import of_officer
from lienlac.intelligence.feeds.courier.line import network_of
from lienlac.intelligence.feeds.desk import Feeds
from lienlac.intelligence.feeds.looking.desk import Looking
from lienlac.intelligence.imports.desk import Imports
from lienlac.intelligence.intake.desk import Intake
from lienlac.intelligence.picture.desk import Picturing
from lienlac.intelligence.sharing.desk import Sharing
from lienlac.methods.desk import Methods
from lienlac.methods.picturing.desk import ForPicture as MethodPictures
from lienlac.notices.courier import ways
from lienlac.outside.guard import Places
from lienlac.programmes.desk import Programmes
from lienlac.programmes.indicators.desk import Indicators
from lienlac.programmes.pages import sheets
from lienlac.records.shared.desk import Given
from lienlac.ui.shared.telling import Telling

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.documents.desk import Press
    from lienlac.exchange.post_office import PostOffice
    from lienlac.identifiers.index.desk import Index
    from lienlac.ids import Chance
    from lienlac.intelligence.desk import Intelligence
    from lienlac.keys.suite import NodeKeys
    from lienlac.people.rights import Thing
    from lienlac.releases.desk import Releases
    from lienlac.releases.release import Release
    from lienlac.settings import Settings
    from lienlac.storage.database import Database
    from lienlac.ui.live import Hub


def requests(
    settings: Settings,
    post: PostOffice,
    hub: Hub,
    duty: Duty,
    emergencies: Emergencies,
    releases: Releases,
    index: Index,
) -> Hotline:
    """The hotline of a node, whose journal duty and channels hear."""
    return Hotline(
        node_id=settings.node_id,
        country=settings.country,
        database=post.office.database,
        clock=post.office.clock,
        chance=post.office.chance,
        sender=post.departures,
        agreements=agreements,
        record=emergencies.listening(duty.listening(journal.record)),
        changed=lambda thing: moved(hub, duty, "requests", thing),
        carrier=post.attachments,
        releases=releases,
        index=index,
    )


def duty(settings: Settings, database: Database, post: PostOffice, hub: Hub, keys: NodeKeys, index: Index) -> Duty:
    """The roster and the alarms of a node."""
    return Duty(
        node_id=settings.node_id,
        country=settings.country,
        zone=settings.time_zone,
        database=database,
        clock=post.office.clock,
        chance=post.office.chance,
        safe=keys.safe,
        sender=post.departures,
        agreements=agreements,
        allowed=ways.allowed(settings),
        record=journal.record,
        changed=hub.notify,
        index=index,
    )


def channels(
    settings: Settings, database: Database, post: PostOffice, hub: Hub, duty: Duty, releases: Releases, index: Index
) -> Emergencies:
    """The emergency channels of a node, whose alarms duty hears."""
    return Emergencies(
        node_id=settings.node_id,
        country=settings.country,
        database=database,
        clock=post.office.clock,
        chance=post.office.chance,
        sender=post.departures,
        agreements=agreements,
        releases=releases,
        record=duty.listening(journal.record),
        changed=lambda thing: moved(hub, duty, "emergencies", thing),
        phone_of=duty.phone,
        index=index,
    )


def warnings(
    settings: Settings, database: Database, post: PostOffice, hub: Hub, duty: Duty, releases: Releases, index: Index
) -> Warnings:
    """The flash warnings of a node, whose alarms duty hears."""
    return Warnings(
        node_id=settings.node_id,
        country=settings.country,
        database=database,
        clock=post.office.clock,
        chance=post.office.chance,
        sender=post.departures,
        agreements=agreements,
        releases=releases,
        record=duty.listening(journal.record),
        changed=lambda thing: moved(hub, duty, "warnings", thing),
        phone_of=duty.phone,
        index=index,
    )


def sharing(settings: Settings, post: PostOffice, hub: Hub, intelligence: Intelligence, releases: Releases) -> Sharing:
    """What intelligence goes to peers, and comes from them."""
    office = post.office
    sharing = Sharing(
        node_id=settings.node_id,
        database=office.database,
        clock=office.clock,
        chance=office.chance,
        record=journal.record,
        sender=post.departures,
        agreements=agreements,
        intelligence=intelligence,
        releases=releases,
        changed=lambda: hub.notify("sharing"),
    )
    post.listen(sharing.arrivals.handlers, sharing.arrivals.settlement_handlers)
    return sharing


def methods(
    settings: Settings,
    post: PostOffice,
    hub: Hub,
    releases: Releases,
    press: Press,
    index: Index,
    intelligence: Intelligence,
) -> Methods:
    """The records of methods of a node, printed by the same press as requests."""
    made = Methods(
        node_id=settings.node_id,
        names=Both(settings.name_vi, settings.name_en),
        database=post.office.database,
        clock=post.office.clock,
        chance=post.office.chance,
        sender=post.departures,
        agreements=agreements,
        releases=releases,
        record=journal.record,
        changed=lambda thing: hub.notify("methods", thing.id, only_for=thing),
        printer=press,
        say=Spoken().both,
        index=index,
        shelve=lambda officer, collection_id, raws, marks: (
            intelligence.bring(officer, collection_id, raws, source=of_officer(officer, marks)).counts
        ),
    )
    post.listen(made.arrival_handlers, made.settlement_handlers)
    return made


def shared_given(settings: Settings, post: PostOffice, hub: Hub, releases: Releases, topic: str) -> Given:
    """What any subject's shared records are made of; open pages hear of changes under the topic."""
    office = post.office
    return Given(
        node_id=settings.node_id,
        country=settings.country,
        database=office.database,
        clock=office.clock,
        chance=office.chance,
        sender=post.departures,
        agreements=agreements,
        releases=releases,
        record=journal.record,
        changed=lambda thing: hub.notify(topic, thing.id, only_for=thing),
    )


def programmes(settings: Settings, given: Given, post: PostOffice, hotline: Hotline, press: Press) -> Programmes:
    """The joint programmes of a node; their figures are counted from the hotline's requests."""
    indicators = Indicators(given.database, hotline.measures)
    hotline.measures.hears.append(indicators.heard)
    names = Both(settings.name_vi, settings.name_en)
    telling = Telling("/programmes", (sheets.TOP, *sheets.SHEETS), sheets.FURTHER)
    made = Programmes(given, indicators, telling, printer=press, say=Spoken().both, names=names)
    post.listen(made.shared.arrivals.handlers, made.shared.arrivals.settlement_handlers)
    return made


def each(hears: Sequence[Callable[[Connection, Release], None]]) -> Callable[[Connection, Release], None]:
    """Of every change of a release all of these hear, those too that are put in later."""

    def hear(connection: Connection, release: Release) -> None:
        for one in hears:
            one(connection, release)

    return hear


def intake(intelligence: Intelligence, database: Database, clock: Clock, chance: Chance) -> Intake:
    """Who takes reports in."""
    return Intake(intelligence, database=database, clock=clock, chance=chance, record=journal.record)


def papers(post: PostOffice, hotline: Hotline, press: Press) -> Papers:
    """What prints requests, by a press of its own."""
    office, says = post.office, Spoken()
    return Papers(
        database=office.database,
        clock=office.clock,
        record=journal.record,
        find=hotline.find,
        agreements=agreements,
        says=says,
        proofs=post.prover,
        printer=press,
    )


def imports(settings: Settings, intelligence: Intelligence, post: PostOffice) -> Imports:
    """Files on their way into collections."""
    office = post.office
    return Imports(
        intelligence,
        database=office.database,
        clock=office.clock,
        chance=office.chance,
        safe=office.keys.safe,
        record=journal.record,
        goaml_file=settings.folder / "goaml.toml",
    )


def looking(settings: Settings, database: Database, clock: Clock) -> Looking:
    """What asks servers which collections they have."""
    return Looking(database=database, clock=clock, record=journal.record, network=network_of(settings))


def picturing(database: Database, clock: Clock, index: Index) -> Picturing:
    """The threat picture, made of the records of every subject that names a kind of crime."""
    sources = (RequestPictures(), EmergencyPictures(), WarningPictures(), MethodPictures())
    return Picturing(database=database, clock=clock, index=index, sources=sources)


def feeds(settings: Settings, post: PostOffice, intelligence: Intelligence, duty: Duty) -> Feeds:
    """Feeds of a node, as its officers see them; `make_feed_rounds` runs them."""
    office = post.office
    return Feeds(
        database=office.database,
        clock=office.clock,
        chance=office.chance,
        record=duty.feeds.listening(journal.record),
        safe=office.keys.safe,
        places=Places(settings.feed_hosts),
        find=intelligence.find,
    )


def moved(hub: Hub, duty: Duty, topic: str, thing: Thing) -> None:
    """A request or a channel changed: open pages hear it, and alarms are looked at again."""
    hub.notify(topic, thing.id, only_for=thing)
    duty.wake()


def decided(hub: Hub, release: Release, thing: Thing) -> None:
    """Something waits, or was decided: open pages hear it, that of the record too."""
    hub.notify("approvals", release.id, only_for=thing)
    if release.thing:
        topic = _TOPICS.get(release.kind.partition(".")[0], "requests")
        hub.notify(topic, release.thing, only_for=thing)


_TOPICS: Final = {
    "flash": "warnings",
    "cases": "cases",
    "programmes": "programmes",
    "delegations": "delegations",
    "lessons": "lessons",
}
"""Under which topic open pages follow a record, by how the kind of its messages begins."""
