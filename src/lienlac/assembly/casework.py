"""Cases of a node: made of what they need of the others; only `assembly` calls this."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lienlac import journal
from lienlac.agreements import store as agreements
from lienlac.cases.bridge.desk import ForDuty as CasesForDuty
from lienlac.cases.bridge.desk import ForEmergencies as CasesForEmergencies
from lienlac.cases.desk import Cases
from lienlac.cases.pages.sheets import SHEETS, TOP
from lienlac.cases.papers.desk import CasePapers
from lienlac.documents.document import Both
from lienlac.emergencies.bridge.desk import ForCases as EmergenciesForCases
from lienlac.emergencies.bridge.desk import ForDuty as EmergenciesForDuty
from lienlac.exchange.attachments.holding.desk import Holding
from lienlac.flash.bridge.desk import ForDuty as WarningsForDuty
from lienlac.hotline.inbox.desk import ForCases as RequestsForCases
from lienlac.hotline.inbox.desk import ForDuty, ForEmergencies
from lienlac.hotline.pages import state_words
from lienlac.hotline.pages.spoken import Spoken
from lienlac.intelligence.bridge.desk import ForCases as ObjectsForCases
from lienlac.ui.shared.telling import Telling

if TYPE_CHECKING:
    from lienlac.documents.desk import Press
    from lienlac.duty.desk import Duty
    from lienlac.emergencies.desk import Emergencies
    from lienlac.exchange.post_office import PostOffice
    from lienlac.flash.desk import Warnings
    from lienlac.hotline.desk import Hotline
    from lienlac.identifiers.index.desk import Index
    from lienlac.intelligence.desk import Intelligence
    from lienlac.people.rights import Thing
    from lienlac.records.shared.desk import Given
    from lienlac.settings import Settings


def cases(given: Given, post: PostOffice, index: Index, duty: Duty) -> Cases:
    """The cases of a node, whose alarms duty hears."""

    def changed(thing: Thing) -> None:
        given.changed(thing)
        duty.wake()

    heard = replace(given, record=duty.listening(journal.record), changed=changed)
    made = Cases(heard, Telling("/cases", (TOP, *SHEETS)), Holding(post.shelf), index=index)
    post.listen(made.arrival_handlers, made.settlement_handlers)
    return made


def serve(
    duty: Duty,
    emergencies: Emergencies,
    warnings: Warnings,
    made: Cases,
    hotline: Hotline,
    intelligence: Intelligence,
) -> None:
    """Duty asks whoever has things with clocks: channels, warnings, hot cases, requests. Cases go on from things."""
    emergencies.serve(ForEmergencies(hotline, state_words))
    serve_cases(made, hotline, emergencies, intelligence)
    requests = ForDuty(hotline)
    duty.serve(EmergenciesForDuty(emergencies), WarningsForDuty(warnings), CasesForDuty(made), requests, tests=requests)


def serve_cases(made: Cases, hotline: Hotline, emergencies: Emergencies, intelligence: Intelligence) -> None:
    """From whose things a case can go on, and what goes on from a case."""
    made.bridge.gives |= {
        "request": RequestsForCases(hotline),
        "emergency": EmergenciesForCases(emergencies),
        "intel": ObjectsForCases(intelligence),
    }
    emergencies.serve_cases(CasesForEmergencies(made))


def papers(settings: Settings, post: PostOffice, made: Cases, press: Press) -> CasePapers:
    """What prints cases, by the same press as requests."""
    office = post.office

    def names() -> dict[str, Both]:
        found = {settings.node_id: Both(settings.name_vi, settings.name_en)}
        with office.database.read() as connection:
            found |= {one.node_id: Both(one.name_vi, one.name_en) for one in agreements.peers(connection)}
        return found

    return CasePapers(made, office.database, press, Spoken().both, names, journal.record, office.clock.now)
