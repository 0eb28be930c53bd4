"""What people read of feeds: kinds, states, ways of signing in, what is wrong with a form. Words only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.intelligence.feeds.views import problem
from lienlac.records.forms.problems import FormRefused
from lienlac.ui.page import Blank
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from lienlac.errors import Language, NotAllowed, Refused

KINDS: Final = {
    "taxii-poll": N_("TAXII 2.1 collection"),
    "misp-feed": N_("MISP feed"),
    "misp-rest": N_("MISP server"),
    "stix-bundle": N_("STIX bundle"),
    "taxii-push": N_("TAXII 2.1 collection"),
    "opencti-push": N_("OpenCTI"),
}
KIND_NOTES: Final = {
    "taxii-poll": N_("The address of the discovery (…/taxii2/) or of an API root."),
    "misp-feed": N_("The folder in which manifest.json stands."),
    "misp-rest": N_("The address of the server; published events are searched for with a key."),
    "stix-bundle": N_("The address of one file, fetched when it has changed."),
    "taxii-push": N_("The address of the discovery (…/taxii2/) or of an API root."),
    "opencti-push": N_("The address of the platform; the collection is the id of its TAXII ingester."),
}
INBOUND: Final = ("taxii-poll", "misp-feed", "misp-rest", "stix-bundle")
OUTBOUND: Final = ("taxii-push", "opencti-push")
STATES: Final = {
    "waiting": N_("waits for a second officer"),
    "on": N_("runs"),
    "paused": N_("paused"),
    "stopped": N_("stands still after failures"),
    "ended": N_("ended"),
}
STATE_TONES: Final = {"waiting": "warn", "on": "good", "paused": "warn", "stopped": "bad", "ended": ""}
HOWS: Final = {
    "none": N_("Nothing"),
    "basic": N_("Name and password"),
    "bearer": N_("Token"),
    "key": N_("MISP key"),
    "certificate": N_("Certificate"),
}
DONE: Final = {
    "waits": N_("The feed waits for a second officer to let it begin."),
    "run": N_("The feed runs within seconds."),
    "pause": N_("The feed is paused."),
    "go-on": N_("The feed goes on."),
    "end": N_("The feed has ended. What it brought stays."),
    "approve": N_("The feed begins."),
    "credentials": N_("The new credentials are used from the next run on."),
}
LABELS: Final = {
    "title": N_("Title"),
    "kind": N_("What is spoken there"),
    "address": N_("Address"),
    "remote": N_("Collection there"),
    "how": N_("Signs in with"),
    "user": N_("Name there"),
    "secret": N_("Password, token or key"),
    "certificate": N_("Certificate and its key (PEM)"),
    "collection_id": N_("Collection here"),
    "tlp": N_("At least as strict as (TLP)"),
    "pap": N_("What may be done (PAP)"),
    "handling": N_("Handling codes"),
    "grade_4x4": N_("Grading 4x4"),
    "grade_6x6": N_("Grading 6x6"),
    "ceiling": N_("Strictest mark that may leave"),
    "interval_min": N_("Minutes between two runs"),
}
"""What the fields of a new feed are called, in the order in which they stand there."""
TITLES: Final = {"in": N_("New feed that brings something in"), "out": N_("New feed by which something leaves")}
reason = problem


def mistakes(error: Refused | NotAllowed, language: Language) -> Blank:
    """Every mistake at its field, in the reader's language and in the order of the form; what has no field first."""
    if not isinstance(error, FormRefused):
        return Blank({error.field or "": error.sentence(language)})
    found: dict[str, str] = {}
    for one in error.problems:
        found.setdefault(one.field, one.vi if language == "vi" else one.en)
    order = ["", *LABELS]
    return Blank(sorted(found.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order)))
