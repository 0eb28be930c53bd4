"""The sheets of cases: which fields each kind of word has on screens and for programs, in their order. Pure."""

from __future__ import annotations

from typing import Any, Final

from lienlac.cases.pages.naming import FIELD_NAMES, WORD_NAMES
from lienlac.ui.shared.sheet import Field, FieldOf, Sheet
from lienlac.ui.words import N_
from lienlac.wire.bodies import cases as words

STATUSES: Final = (("working", N_("working on it")), ("paused", N_("resting")), ("closed", N_("closed")))
SEVERITIES: Final = (
    ("critical", N_("hot: critical")),
    ("serious", N_("hot: serious")),
    ("limited", N_("hot: limited")),
)
STATES: Final = (
    ("hot", N_("Hot")),
    ("working", N_("In work")),
    ("paused", N_("Resting")),
    ("closing", N_("Closing, waits for others")),
    ("closed", N_("Closed by all")),
)
ENTITY_KINDS: Final = (
    ("person", N_("Person")),
    ("organisation", N_("Organisation")),
    ("account", N_("Bank account")),
    ("wallet", N_("Crypto wallet")),
    ("phone", N_("Telephone number")),
    ("email", N_("E-mail address")),
    ("profile", N_("Profile in a network")),
    ("domain", N_("Domain or website")),
    ("address", N_("IP address")),
    ("device", N_("Device")),
    ("app", N_("App")),
    ("file", N_("File")),
    ("place", N_("Place")),
    ("vehicle", N_("Vehicle")),
    ("other", N_("Something else")),
)
ENTITY_ROLES: Final = (
    ("unknown", N_("not known yet")),
    ("suspect", N_("suspected")),
    ("tool", N_("used for the crime")),
    ("victim", N_("victim")),
    ("minor", N_("minor")),
    ("witness", N_("witness")),
    ("missing", N_("missing")),
    ("service", N_("service or bank that was used")),
)
CERTAINTIES: Final = (
    ("unknown", N_("not said")),
    ("certain", N_("certain")),
    ("likely", N_("likely")),
    ("possible", N_("possible")),
)
RELATIONS: Final = (
    ("owns", N_("owns")),
    ("uses", N_("uses")),
    ("controls", N_("controls")),
    ("pays", N_("pays")),
    ("calls", N_("calls or writes to")),
    ("member-of", N_("belongs to")),
    ("located-at", N_("is at")),
    ("resolves-to", N_("leads to (DNS, redirect)")),
    ("knows", N_("knows")),
    ("related", N_("has to do with")),
)
TASK_STATUSES: Final = (
    ("todo", N_("to do")),
    ("doing", N_("being done")),
    ("blocked", N_("blocked")),
    ("done", N_("finished")),
    ("dropped", N_("dropped")),
)
STANDINGS: Final = (
    ("open", N_("open")),
    ("supported", N_("supported")),
    ("confirmed", N_("confirmed")),
    ("refuted", N_("refuted")),
)
EVIDENCE_KINDS: Final = (
    ("file", N_("File")),
    ("image", N_("Image of a disk or memory")),
    ("device", N_("Device")),
    ("log", N_("Log")),
    ("document", N_("Document")),
    ("capture", N_("Capture of pages or traffic")),
    ("other", N_("Something else")),
)
ACTS: Final = (
    ("acquired", N_("acquired")),
    ("accessed", N_("accessed")),
    ("copied", N_("copied")),
    ("transferred", N_("transferred")),
    ("received", N_("received")),
    ("checked", N_("checked, whole")),
    ("damaged", N_("checked, damaged")),
    ("returned", N_("returned")),
    ("destroyed", N_("destroyed")),
)
VERDICTS: Final = (("same", N_("one and the same")), ("different", N_("two different ones")))
ENTITY_NAME: Final = N_("Name or number")
EVENT_SOURCE: Final = N_("Where it is known from")
_ANYTHING: Final = ("entity", "event", "task", "evidence", "hypothesis", "decision")


def _field(name: str, kind: Any, **more: Any) -> FieldOf:
    return Field(name, FIELD_NAMES[name], kind, **more)


TOP: Final = Sheet(
    "case",
    words.Case,
    WORD_NAMES["case"],
    N_("Cases"),
    "case",
    (
        _field("title_vi", "line", required=True),
        _field("title_en", "line", required=True),
        _field("summary", "said"),
        _field("typologies", "typologies"),
        _field("status", "choice", choices=STATUSES, help=N_("A case is closed when everybody has closed it.")),
        _field("desired", "choice", choices=STATUSES),
        _field("hot", "choice", choices=SEVERITIES, help=N_("Leave empty unless one answer is needed now.")),
        _field("next_update", "instant", help=N_("Only of a hot case. Duty is told before it is due.")),
        _field("lead_name", "line"),
        _field("lead_unit", "line"),
        _field("lead_phone", "line"),
        _field("own_number", "line"),
        _field("closing", "said", help=N_("What this side closes its part with.")),
    ),
    states=STATES,
)
SHEETS: Final = (
    Sheet(
        "entity",
        words.Entity,
        WORD_NAMES["entity"],
        N_("Entities"),
        "entities",
        (
            _field("kind", "choice", choices=ENTITY_KINDS, required=True),
            Field("name", ENTITY_NAME, "line", required=True),
            _field("role", "choice", choices=ENTITY_ROLES),
            _field("identifiers", "identifiers"),
            _field("aliases", "lines"),
            _field("country", "country"),
            _field("first_seen", "instant"),
            _field("last_seen", "instant"),
            _field("notes", "said"),
        ),
        states=ENTITY_KINDS,
        help=N_("People, accounts, telephones, domains: whatever the case is about."),
    ),
    Sheet(
        "relation",
        words.Relation,
        WORD_NAMES["relation"],
        N_("Relations"),
        "relations",
        (
            _field("source", "ref", kinds=("entity",), required=True),
            _field("relation", "choice", choices=RELATIONS, required=True),
            _field("target", "ref", kinds=("entity",), required=True),
            _field("certainty", "choice", choices=CERTAINTIES),
            _field("since", "instant"),
            _field("until", "instant"),
            _field("text", "said"),
            _field("refs", "refs", kinds=("event", "evidence")),
        ),
        states=RELATIONS,
        help=N_("How entities belong together."),
    ),
    Sheet(
        "event",
        words.Event,
        WORD_NAMES["event"],
        N_("Timeline"),
        "timeline",
        (
            _field("at", "instant", required=True),
            _field("text", "said", required=True),
            _field("zone", "line", help=N_("As the source has it: Asia/Ho_Chi_Minh, America/New_York, UTC, +07:00.")),
            _field("written", "line"),
            _field("until", "instant"),
            _field("certainty", "choice", choices=CERTAINTIES),
            Field("source", EVENT_SOURCE, "line"),
            _field("described", "line"),
            _field("refs", "refs", kinds=("entity", "evidence")),
        ),
        states=CERTAINTIES,
        help=N_("What happened when, and how that is known."),
    ),
    Sheet(
        "task",
        words.Task,
        WORD_NAMES["task"],
        N_("Tasks"),
        "tasks",
        (
            _field("text", "said", required=True),
            _field("owner", "node", required=True),
            _field("status", "choice", choices=TASK_STATUSES),
            _field("due", "instant"),
            _field("assignee", "line"),
            _field("after", "refs", kinds=("task",)),
            _field("about", "refs", kinds=_ANYTHING),
            _field("result", "said"),
        ),
        states=TASK_STATUSES,
        help=N_("What is to be done, by whom and by when; its owner says how far it is."),
    ),
    Sheet(
        "hypothesis",
        words.Hypothesis,
        WORD_NAMES["hypothesis"],
        N_("Hypotheses"),
        "hypotheses",
        (
            _field("text", "said", required=True),
            _field("standing", "choice", choices=STANDINGS),
            _field("speaks_for", "said"),
            _field("speaks_against", "said"),
            _field("about", "refs", kinds=_ANYTHING),
        ),
        states=STANDINGS,
    ),
    Sheet(
        "decision",
        words.Decision,
        WORD_NAMES["decision"],
        N_("Decisions"),
        "decisions",
        (
            _field("text", "said", required=True),
            _field("at", "instant", required=True),
            _field("decided_by", "line", required=True),
            _field("reason", "said"),
            _field("about", "refs", kinds=_ANYTHING),
        ),
        newest_first=True,
    ),
    Sheet(
        "evidence",
        words.Evidence,
        WORD_NAMES["evidence"],
        N_("Exhibits"),
        "exhibits",
        (
            _field("title", "line", required=True),
            _field("kind", "choice", choices=EVIDENCE_KINDS, required=True),
            _field("acquired_at", "instant", required=True),
            _field("acquired_by", "line", required=True),
            _field("place", "line", required=True),
            _field("tool", "line", required=True),
            _field("legal_basis", "line", required=True),
            _field("method", "said"),
            _field("taken_from", "line"),
            _field("source_digest", "line"),
            _field("about", "refs", kinds=("entity", "event")),
        ),
        states=EVIDENCE_KINDS,
        help=N_("What was taken in: who, when, where, with what, on which legal basis. Its number is given out here."),
        own_only=True,
    ),
    Sheet(
        "custody",
        words.Custody,
        WORD_NAMES["custody"],
        N_("Chain of custody"),
        "custody",
        (
            _field("evidence", "ref", kinds=("evidence",), required=True),
            _field("act", "choice", choices=ACTS, required=True),
            _field("at", "instant", required=True),
            _field("by", "line", required=True),
            _field("unit", "line"),
            _field("to", "node"),
            _field("place", "line"),
            _field("text", "said"),
        ),
        states=ACTS,
        newest_first=True,
        own_only=True,
        help=N_("Whatever is done with an exhibit is written here on both sides. What this node does writes itself."),
    ),
    Sheet(
        "situation",
        words.Situation,
        WORD_NAMES["situation"],
        N_("Situation"),
        "situation",
        (
            _field("at", "instant", required=True),
            _field("known", "said", required=True),
            _field("done", "said"),
            _field("planned", "said"),
            _field("needed", "said"),
        ),
        newest_first=True,
    ),
    Sheet(
        "participant",
        words.Participant,
        WORD_NAMES["participant"],
        N_("Officers"),
        "officers",
        (
            _field("name", "line", required=True),
            _field("unit", "line", required=True),
            _field("role", "line"),
            _field("phone", "line"),
            _field("on_now", "flag"),
            _field("until", "instant"),
        ),
        states=(("on-now", N_("At work on it now")), ("off", N_("Not now"))),
    ),
    Sheet(
        "merge",
        words.Merge,
        WORD_NAMES["merge"],
        N_("Same or different"),
        "same",
        (
            _field("first", "ref", kinds=("entity",), required=True),
            _field("second", "ref", kinds=("entity",), required=True),
            _field("verdict", "choice", choices=VERDICTS, required=True),
            _field("reasons", "lines"),
            _field("text", "said"),
        ),
        states=VERDICTS,
        help=N_("Two entities that are one, or are not, as a person has decided; taken back they stand apart again."),
    ),
    Sheet(
        "link",
        words.Link,
        WORD_NAMES["link"],
        N_("Links"),
        "links",
        (
            Field("target", N_("Number in the system of a request, a record or an object"), "line", required=True),
            Field("relation", N_("Relation"), "line", required=True),
            Field("label", N_("Label"), "line"),
        ),
        first={"relation": "related"},
    ),
)
