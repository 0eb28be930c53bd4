"""Bounds of intelligence, each with its reason: objects, parcels, collections, feeds, what is taken in.

Read through `lienlac.limits`; nobody imports this file.
"""

from __future__ import annotations

from typing import Final

# --- intelligence: STIX -------------------------------------------------------------------------------------------
STIX_OBJECT_MAX_BYTES: Final = 524_288
"""One object: the largest published one has 250 kB, and a message between nodes must hold it with its seal."""
STIX_MAX_DEPTH: Final = 64
"""Nesting of one object: published ones need eight; every reader of ours takes three times as much."""
STIX_PARCEL_MAX_OBJECTS: Final = 100_000
"""Objects of one envelope or bundle that is read at once; larger files are read object by object."""
STIX_CROWD_FROM_BYTES: Final = 1_048_576
"""From this size on a parcel is first looked at for a crowd of empty items."""
STIX_CROWD_BYTES_EACH: Final = 16
"""Fewest bytes for each comma in a large parcel: real objects have 60, a list of zeros has two and takes 28 times its
size in memory."""
STIX_PATTERN_MAX_CHARS: Final = 65_536
"""One detection pattern: the longest published ones list a thousand hashes in about as many characters."""
STIX_PATTERN_SLOW_MAX_CHARS: Final = 8_192
"""A pattern that only the complete grammar can judge: it takes a millisecond for each fifty characters."""
STIX_PATTERNS_KEPT: Final = 4_096
"""Patterns whose judgement is remembered, so that a pattern that comes again costs nothing."""
STIX_STREAM_MAX_BYTES: Final = 8_388_608
"""Bytes of a streamed file that wait for the end of one object: sixteen times the largest that is taken, so that one
object that is too large is refused by itself and the rest of the file goes on."""
STIX_IDENTIFIERS_MAX: Final = 1_000
"""Identifiers of one object for the index: an indicator that lists a thousand addresses is a block list."""
STIX_IDENTIFIER_MAX_CHARS: Final = 2_048
"""One identifier in an object: as long as a web address may be."""
STIX_FAULTS_MAX_BYTES: Final = 4_096
"""Size up to which all faults of an object are gathered to find the plainest: thirty milliseconds at the worst."""
STIX_INSTANTS_KEPT: Final = 4_096
"""Instants that are remembered while objects are read: one stands twice or more in most objects."""
STIX_WARNINGS_MAX: Final = 20
"""Warnings kept of one object: whoever reads them has understood after the first."""
STIX_REFERENCES_MAX: Final = 20_000
"""References of one object: the largest published collection names 3,000 objects."""
STIX_SHOWN_CHARS: Final = 80
"""How much of a faulty value an error repeats."""

# --- intelligence: collections and TAXII --------------------------------------------------------------------------
INTEL_COLLECTIONS_MAX: Final = 1_000
"""Collections of one node, closed ones included; a list of them fits on a few pages."""
INTEL_DESCRIPTION_MAX_CHARS: Final = 4_000
"""What a collection is for, in one language: two printed pages."""
INTEL_PARCEL_MAX_OBJECTS: Final = 20_000
"""Objects of one transaction: a second or so in which nobody else writes. Larger files come in parts."""
INTEL_CALL_MAX_OBJECTS: Final = 1_000
"""Objects of one call of the interface; a file goes in by many."""
INTEL_CALL_MAX_BYTES: Final = 900_000
"""Objects of one call by weight: written as text in JSON they may take twice as much, which a form may still hold."""
INTEL_FILE_OBJECT_MAX_BYTES: Final = 1_800_000
"""One object of a file that is read piece by piece: larger ones are refused by the node anyway."""
INTEL_INDEX_STRETCH: Final = 250
"""Stored objects that are read into an index in one transaction: ten milliseconds in which nobody else writes."""
INTEL_INDEX_STRETCH_BYTES: Final = 4_000_000
"""The same by weight: objects may be as large as half a megabyte each."""
INTEL_RUN_LEAST: Final = 500
"""New objects of one parcel that are worth a run of their own: fewer cost less in the index of ids itself."""
INTEL_RUNS_GATHERED: Final = 65_536
"""Ids that gather in runs before they are put in order: nine of a parcel for each page of a table of a million."""
INTEL_RUN_STRETCH: Final = 1_024
"""Ids of one order that move into their table together: as many as a usual parcel brings."""
INTEL_RUNS_OPEN_MAX: Final = 160_000
"""Ids of runs that are kept open: a node's own (twice what gathers) and some that a reader of an older state needs."""
INTEL_SIEVE_BYTES: Final = 2_097_152
"""What tells from memory that an id is new; a power of two. Of a million ids it lets one new one in seventy pass, of
three million one in ten: these are looked up."""
INTEL_SIEVE_STRETCH: Final = 5_000
"""Ids that are read into it with a parcel after a start: two milliseconds, for a million during two hundred parcels."""
INTEL_BEHIND_COUNTED_MAX: Final = 10_000
"""Objects that wait to be read into an index are counted so far; beyond it a page says that there are more."""
INTEL_HELD_MAX: Final = 100_000
"""Objects in one collection's quarantine that nobody has decided: beyond it the giver must mend its data first."""
INTEL_HELD_NAMED_BYTES: Final = 32_768
"""An object in quarantine is called in lists by what its bytes say up to this size: a page of two hundred stays small.
What is larger is called by its type and id."""
INTEL_VERSION_AHEAD_H: Final = 24
"""How far ahead of our clock a version may be dated: zones that somebody took for UTC fit, a year of tomorrow not."""
INTEL_RAW_SHOWN_BYTES: Final = 100_000
"""An object's bytes on a page: what is larger is laid out for nobody, and is taken out as a file."""
INTEL_VERSIONS_SHOWN_MAX: Final = 500
"""Versions of one object on one page."""
TAXII_BODY_MAX_BYTES: Final = 16_777_216
"""One envelope that a program brings: ten thousand usual objects, and little beside the memory of a node."""
TAXII_PAGE_DEFAULT_OBJECTS: Final = 1_000
"""Objects of a page when nothing else is asked for."""
TAXII_PAGE_MAX_OBJECTS: Final = 5_000
"""Objects of a page at most; a usual client asks for so many."""
TAXII_PAGE_MAX_BYTES: Final = 8_388_608
"""One page by weight: the next one goes on with what does not fit, and pages of all threads fit beside each other."""
TAXII_MATCH_MAX_VALUES: Final = 100
"""Values of one filter: they stand in an address of 8 kB."""
TAXII_STATUS_KEPT_H: Final = 24
"""How long a program may ask what became of what it brought."""
TAXII_STATUS_KEPT: Final = 2_000
"""Calls about which may be asked, all programs together: the newest; a hundred megabytes at most."""
TAXII_POSTS_AT_ONCE: Final = 4
"""Envelopes taken in at the same time, all programs together: each may hold 16 MB several times over."""
TAXII_POSTS_PER_TOKEN: Final = 2
"""Envelopes of one token taken in at the same time, so that one program leaves room to others."""

# --- finding identifiers in texts ---------------------------------------------------------------------------------
FINDING_MAX_FINDS: Final = 5_000
"""Finds of one text: more than a person can confirm; a table of accounts is taken in by its columns instead."""
FINDING_SUFFIXES_KEPT: Final = 4_096
"""Names whose public suffix is remembered while texts are read: long reports name the same domains again."""
FINDING_PHONES_KEPT: Final = 4_096
"""Telephone numbers remembered while texts are read, for the same reason."""
NAME_GRAMS_MAX: Final = 40
"""Pieces of one name that similar names are looked for by: a name of six words has about thirty."""

# --- intelligence: what others write ------------------------------------------------------------------------------
MISP_EVENT_MAX_BYTES: Final = 67_108_864
"""One file of MISP events: the largest public ones have 30 MB, most of it samples."""
MISP_MANIFEST_MAX_BYTES: Final = 16_777_216
"""A feed's manifest: about 300 bytes for each event."""
MISP_FEED_MAX_EVENTS: Final = 50_000
"""Events of one feed: the largest public one has two thousand."""
FOREIGN_REMARKS_MAX: Final = 100
"""Remarks about what a conversion left out: whoever reads a hundred of them changes the file and not the remarks."""
TABLE_CELL_MAX_CHARS: Final = 4_096
"""One cell of a table that is taken in."""
TABLE_COLUMNS_MAX: Final = 64
"""Columns of a table: more is a matrix, not a list of things."""
TABLE_ROWS_MAX: Final = 1_000_000
"""Rows of one table: ten times the largest block list that banks send."""
TABLE_PREVIEW_ROWS: Final = 20
"""Rows shown and guessed from before a mapping is chosen."""
TABLE_BANKS_KEPT: Final = 1_024
"""Spellings of banks remembered while a table is read: its rows name the same few again."""
FTM_LINE_MAX_BYTES: Final = 1_048_576
"""One FollowTheMoney entity, a line of JSON."""
FTM_ENTITIES_MAX: Final = 1_000_000
"""Entities of one file."""
GOAML_MAX_BYTES: Final = 67_108_864
"""One goAML report: authorities cut theirs at 20 MB."""
GOAML_ITEMS_MAX: Final = 100_000
"""Accounts, persons and transactions of one report."""
# --- feeds --------------------------------------------------------------------------------------------------------
FEEDS_MAX: Final = 200
"""Feeds of one node, ended ones not counted: they run one at a time, and each shall have its turn within the hour."""
FEED_INTERVAL_MIN_MIN: Final = 5
"""Shortest pause between two runs, in minutes: below it a client is a burden, and the journal fills."""
FEED_INTERVAL_MAX_MIN: Final = 10_080
"""Longest pause: a week. What is wanted less often is run by hand."""
FEED_BODY_MAX_BYTES: Final = 67_108_864
"""One answer, unpacked: the largest published bundle has 50 MB, a page of TAXII a tenth of that."""
FEED_TALK_MAX_BYTES: Final = 1_048_576
"""An answer that is no content: discovery, collections, a status."""
FEED_CALL_S: Final = 120
"""One call from the first byte to the last: a server that drips is left."""
FEED_CONNECT_S: Final = 15
"""To connect, and between two pieces of an answer."""
FEED_RUN_S: Final = 900
"""One run; it goes on from where it was at its next turn, so that one feed never starves the others."""
FEED_RUN_PAGES: Final = 500
"""Calls for content in one run, for the same reason."""
FEED_LEASE_S: Final = 1_200
"""How long a run holds its feed: longer than a run may take; after that its worker is taken for dead."""
FEED_PAGE_OBJECTS: Final = 1_000
"""Objects asked for at once; every server caps it anyway."""
FEED_PAGE_OBJECTS_MAX: Final = 10_000
"""Up to this many are asked for where a server adds more of them in one instant than a page holds."""
FEED_CHUNK_OBJECTS: Final = 1_000
"""Objects stored in one transaction, so that officers' acts go in between."""
FEED_OVERLAP_S: Final = 60
"""How far behind the newest known instant a poll begins: what a server commits late is still seen. Known objects cost
a look-up."""
FEED_UNDATED_OVERLAP_S: Final = 3_600
"""The same where the server does not say when objects were added, and the start of the last walk must do."""
FEED_AHEAD_S: Final = 86_400
"""A date further ahead than that is not believed: it would end the feed for ever."""
FEED_EMPTY_PAGES_MAX: Final = 5
"""Empty pages in a row that promise more; then the server is left."""
FEED_WAIT_MAX_S: Final = 60
"""Longest pause within a run that a server's Retry-After is granted; a longer one moves the next run."""
FEED_RETRY_MAX_S: Final = 86_400
"""Longest Retry-After that is kept at all."""
FEED_TRIES: Final = 4
"""Times that one call is made when the server asks for patience."""
FEED_BACKOFF_FIRST_S: Final = 60
"""Pause after the first failure; it doubles."""
FEED_BACKOFF_MAX_S: Final = 21_600
"""Longest pause after failures: six hours, so that a server that is mended is found the same day."""
FEED_FAILS_MAX: Final = 12
"""Failures in a row after which a feed stands still and somebody must look: about two days."""
FEED_STATUS_TRIES: Final = 6
"""Times that a pending status is asked for within a run, with doubling pauses; later runs ask again."""
FEED_STATUS_RUNS: Final = 20
"""Runs that ask for the same status; then what it stood for is sent anew."""
FEED_PUSH_OBJECTS: Final = 500
"""Objects of one envelope that we bring to others."""
FEED_PUSH_BYTES: Final = 4_194_304
"""The same by weight: half of what usual servers take."""
FEED_LOST_KEPT: Final = 500
"""Objects that the other side did not take, kept for each feed: the newest."""
FEED_LOST_RUN: Final = 200
"""Objects refused one by one in a single run; then the server is wrong, not the objects."""
FEED_LOST_FIRST: Final = 10
"""The same while not one object was taken: it is the wrong collection, or not meant for us."""
FEED_RUNS_KEPT: Final = 200
"""Runs of a feed kept for its page; what they counted stands in the journal."""
FEED_ITEMS_MAX: Final = 200_000
"""Events of one MISP feed whose state is kept: twice the largest public feed."""
FEED_ROOTS_MAX: Final = 20
"""API roots of one server that are looked at."""
FEED_SECRET_MAX_CHARS: Final = 8_192
"""A password, a token, a key or a chain of certificates."""

# --- the threat picture ---------------------------------------------------------------------------------------------
PICTURE_RECORDS_MAX: Final = 5_000
"""Records of one subject that a picture is made of, the newest: fourteen a day over a year."""
PICTURE_LIST_MAX: Final = 200
"""Records that stand behind one number on its page; a file holds all of them."""
PICTURE_ROWS: Final = 12
"""Rows of a table of the picture that stand open; what is rarer is folded away."""
PICTURE_FLOWS_DRAWN: Final = 12
"""Ways between countries that are drawn; more are lines that nobody can follow."""
# --- search and neighbours ----------------------------------------------------------------------------------------
INTEL_WORDS_MAX: Final = 2_000
"""Distinct words of one object that a search finds: a report of twenty pages; its name and values come first."""
INTEL_WORD_BEGINS_CHARS: Final = 3
"""From this length on a word of a search also finds longer ones that begin so; below it half of everything would."""
INTEL_WORD_FREQUENT: Final = 5_000
"""A word that stands in so many objects is meant as it stands: longer ones that begin so are not gathered."""
INTEL_QUERY_MAX_WORDS: Final = 12
"""Words of one search: a sentence. More narrow nothing."""
INTEL_SEARCH_LOOKED_MAX: Final = 5_000
"""Hits that one page of a search looks through for those that its filters let pass; the next page goes on there."""
INTEL_SEARCH_STREAM_MIN: Final = 200
"""Of each collection so many are looked through at least, where a search has filters and no words."""
INTEL_NEIGHBOURS_SHOWN: Final = 25
"""Neighbours of one object by one relation, the newest: who made a million objects is a hub, and no page."""
INTEL_ROLES_MAX: Final = 80
"""Relations by which one object is named: the standard knows about sixty."""
INTEL_PATH_MAX_STEPS: Final = 8
"""Steps of a path between two objects: what hangs together over more says nothing."""
INTEL_PATH_LOOKS_MAX: Final = 150
"""Objects whose neighbours are looked at for one path: about a second."""
GRAPH_NODES_MAX: Final = 2_000
"""Things in one picture: more are neither told apart nor moved smoothly."""


# --- files taken in through the browser -----------------------------------------------------------------------------
IMPORT_MAX_BYTES: Final = 536_870_912
"""One file: half a million objects of usual size; more comes through TAXII, a feed or `lienlac intel import`."""
IMPORT_WHOLE_MAX_BYTES: Final = 67_108_864
"""The same for forms that are read at once: MISP, FollowTheMoney, goAML."""
IMPORT_PIECE_BYTES: Final = 1_048_576
"""A file lies in pieces of that size, each sealed by itself: so much of it is in memory at a time."""
IMPORT_WAITING_MAX: Final = 10
"""Files of one officer that are coming, wait for their columns or are being taken in."""
IMPORT_LIST_MAX: Final = 100
"""Files of one officer on their list."""
IMPORT_LABEL_MAX_CHARS: Final = 200
"""A file's name as it is shown."""
IMPORT_KEPT_DAYS: Final = 7
"""How long a file that nobody goes on with, and the report of one that ended, are kept."""
IMPORT_STRETCH_OBJECTS: Final = 1_000
"""Objects in one transaction: an eighth of a second, in which nobody else can write."""
IMPORT_STRETCH_BYTES: Final = 8_388_608
"""The same by weight."""
IMPORT_RESULTS_KEPT: Final = 20_000
"""Results kept one by one; beyond them only what was held or unreadable, and the counts."""
IMPORT_PREVIEW_CHARS: Final = 65_536
"""How much of a table is looked at to guess what its columns hold."""
IMPORT_LINE_MAX_CHARS: Final = 1_048_576
"""A line of a table that is longer than that is none."""
IMPORT_GRID_MAX_CHARS: Final = 12_000_000
"""What comes out of one spreadsheet: twelve times a thick report; more is saved as CSV first."""

# --- looking what a server offers -----------------------------------------------------------------------------------
FEED_LOOKS_AT_ONCE: Final = 2
"""Servers that are asked at the same time: each holds a thread that pages need, too."""
FEED_LOOK_WAIT_S: Final = 5.0
"""How long a look-up waits for its turn."""
FEED_LOOK_S: Final = 20.0
"""How long all answers of a server may take together: somebody is looking at the page."""
FEED_OFFERS_MAX: Final = 200
"""Collections of a server that are shown."""
INTEL_KEPT_DIGITS_MAX: Final = 5
"""Digits of one word in a search that is kept: a longer number may be an account, a card or a telephone."""
INTEL_WITHIN_DAYS_MAX: Final = 3_650
"""Days back of a search that stays relative: ten years, for nobody looks further and says so in days."""
