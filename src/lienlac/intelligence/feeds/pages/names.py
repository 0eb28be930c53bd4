"""What people read of feeds: kinds, states, ways of signing in. Words only."""

from __future__ import annotations

from typing import Final

from lienlac.intelligence.feeds.views import problem
from lienlac.ui.words import N_

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
TITLES: Final = {"in": N_("New feed that brings something in"), "out": N_("New feed by which something leaves")}
reason = problem
