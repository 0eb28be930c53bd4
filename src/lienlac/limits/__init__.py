"""Every bound of the system, in one place, each with its reason. Units stand in the names.

Nothing in Lienlac is unbounded: what has no line here is a defect. Bounds that both sides of a link must share
are part of the protocol (docs/protocol) and change only with a protocol version. Those of some subjects
have files of their own beside this one; all are read as `limits.NAME`.
"""

from __future__ import annotations

from typing import Final

from lienlac.limits.duty import *  # noqa: F403 - one place to read every bound from
from lienlac.limits.flash import *  # noqa: F403 - one place to read every bound from
from lienlac.limits.identifiers import *  # noqa: F403 - likewise
from lienlac.limits.intelligence import *  # noqa: F403 - one place to read every bound from
from lienlac.limits.live import *  # noqa: F403 - as above
from lienlac.limits.methods import *  # noqa: F403 - one place to read every bound from
from lienlac.limits.records import *  # noqa: F403 - as above
from lienlac.limits.sharing import *  # noqa: F403 - as above
from lienlac.limits.storage import *  # noqa: F403 - as above
from lienlac.limits.together import *  # noqa: F403 - those of cases, delegations and so on

# --- what travels -------------------------------------------------------------------------------------------------
MESSAGE_MAX_BYTES: Final = 1_048_576
"""One signed message. Facts and forms fit in 100 kB; large evidence travels in chunks, never in a message."""
ENVELOPE_MAX_BYTES: Final = 2_200_000
"""One sealed envelope: a message, base64 twice (4/3 each), two signatures and the seal."""
RECEIPT_MAX_BYTES: Final = 16_384
"""One receipt: two signatures (4.5 kB) and a checkpoint, with room."""
REASON_MAX_CHARS: Final = 1_000
"""The reason in a refusal or an answer: it may quote the peer, and a receipt must stay within its own bound."""
BATCH_MAX_ENVELOPES: Final = 64
"""One delivery. Keeps a retry cheap and an urgent message's wait behind a running batch below 100 ms."""
BATCH_MAX_BYTES: Final = 8_388_608
"""One delivery's body; the first envelope always fits."""
JSON_MAX_DEPTH: Final = 32
"""Nesting of any JSON from outside; our own bodies need six."""
TEXT_MAX_CHARS: Final = 20_000
"""One free-text field (facts, reasons): about ten printed pages."""
LINE_MAX_CHARS: Final = 300
"""One single-line field (names, references)."""
LIST_MAX_ITEMS: Final = 200
"""One list in a message body (accounts of a request, addressees)."""
INSTANT_FIRST_YEAR: Final = 1970
"""Earliest year of any instant from outside: nothing the two sides speak of is older than their clocks."""
INSTANT_LAST_YEAR: Final = 2199
"""Latest year: any term of any agreement can be added, in any zone, and every calendar still holds it."""
MESSAGE_MAX_AGE_DAYS: Final = 30
"""Longest life a sender may give a message before it expires undelivered."""
CLOCK_SKEW_MAX_S: Final = 300
"""How far two nodes' clocks may differ before both desks are told; nothing is ever dropped for it."""

# --- attachments: what travels ------------------------------------------------------------------------------------
ATTACHMENT_MAX_BYTES: Final = 68_719_476_736
"""One file: 64 GiB holds the image of a telephone; larger ones are cut before they are handed over."""
ATTACHMENT_CHUNK_BYTES: Final = 262_144
"""One chunk: small enough to come through a link that is cut every few seconds, large enough for full speed."""
ATTACHMENTS_PER_MESSAGE: Final = 16
"""Files of one message; each carries a sealed key of 2.5 kB. More belong in an archive or in a second message."""
ATTACHMENT_KEY_MAX_CHARS: Final = 4_096
"""A sealed content key: the encapsulated key alone takes 1,500 characters, its header the rest."""
ATTACHMENT_RUN_MAX_CHUNKS: Final = 4_096
"""Chunks of one call at a peer's door: 1 GiB, which a slow link is never asked for (a run grows while it is quick)."""
ATTACHMENT_RUN_QUICK_S: Final = 2.0
"""A call that took less was small: the next one brings twice as much."""
ATTACHMENT_RUN_SLOW_S: Final = 8.0
"""A call that took more was large: the next one brings half as much, so that screens on both sides move."""
ATTACHMENT_SILENCE_S: Final = 30.0
"""Longest pause in the middle of a transfer before its connection is given up; it goes on with the next one."""
ATTACHMENT_BACKOFF_MAX_S: Final = 300.0
"""Longest wait between two attempts at one file: a large one should go on soon after the road is there again."""
ATTACHMENT_STALL_S: Final = 60.0
"""A file that has not moved for so long is fetched by its receiver too, where it can call the sender."""
ATTACHMENT_RUNS_PER_PEER: Final = 4
"""Calls about files that one peer may have open at once; ours opens one."""
ATTACHMENT_THREADS: Final = 4
"""Threads for the disk and the ciphers of files."""
ATTACHMENT_AHEAD_BYTES: Final = 4_194_304
"""What a partner may have sent ahead of the disk in one call: the next pieces are there while one is being kept."""
ATTACHMENT_STALE_DAYS: Final = 30
"""A transfer that stood still so long is given up, as a message is; it can be asked for again."""
ATTACHMENT_SCAN_MAX_S: Final = 3_600.0
"""Longest time that a scanner may take over one file before it counts as not clean."""
FETCH_ATTEMPTS_MAX: Final = 20
"""How often a program goes on with a download that brings nothing any more; one that brings anything counts anew."""
UPLOADS_PER_OFFICER: Final = 50
"""Files that one officer has put in and not sent."""
UPLOAD_KEPT_H: Final = 72
"""How long such a file is kept: a form that was begun before a weekend can still be sent."""
BLOB_LEFTOVER_H: Final = 24
"""A file on the disk that nobody knows, and nobody wrote to for so long, was left by a crash."""
FILE_NAME_MAX_BYTES: Final = 200
"""A file's name in UTF-8: every file system takes 255, and whoever saves it twice adds a number."""
MEDIA_TYPE_MAX_CHARS: Final = 100
"""A media type; the longest in use have about 75 characters."""

# --- exchange -----------------------------------------------------------------------------------------------------
HELD_MAX_MESSAGES: Final = 256
"""Early messages kept for each peer and lane: four full deliveries; beyond that the sender simply retries."""
HELD_MAX_BYTES: Final = 33_554_432
"""Early messages of one lane together: four full deliveries again, by weight."""
BACKOFF_FIRST_S: Final = 1.0
"""Wait after the first failure."""
BACKOFF_MAX_S: Final = 7_200.0
"""Longest wait between two attempts at one peer: somebody on duty will look at least that often."""
BACKOFF_MAX_URGENT_S: Final = 60.0
"""Longest wait in the urgent lane: a freeze request may not sleep for two hours because a cable was cut."""
REISSUE_MAX_MESSAGES: Final = 20_000
"""Messages that may wait in one lane, so that all can be given new places at once: more than two bulk imports."""
RECOVERY_STEP_MESSAGES: Final = 500
"""Messages put back in one transaction after a restore: about a second in which nobody else writes."""
MESSAGE_ATTEMPTS_MAX: Final = 20
"""Answers without acceptance that one message may get before it becomes a dead letter; a cut road does not count."""
REISSUE_STEP_MESSAGES: Final = 200
"""Messages given new places in one stretch, so that a full lane never lies in memory as a whole."""
ROTATIONS_OPEN_MAX: Final = 4
"""Rotations of our keys that a peer has not confirmed yet; they ride with every delivery until it has."""
ROTATIONS_SHOWN_MAX: Final = 16
"""Rotations of our keys shown to a peer that compares states: it may have been restored from before them."""
HTTP_TIMEOUT_S: Final = 30.0
"""Silence of a peer in the middle of a call; five seconds proved too short in a neighbouring system."""
AGREEMENT_PROPOSALS_OPEN_MAX: Final = 8
"""Versions that a peer may have proposed above the one in force: people sign one of two or three."""
PEERS_MAX: Final = 200
"""Peers of one node: there are not more states."""
CALL_TIMEOUT_S: Final = 300.0
"""One call to a peer from first to last byte: a slow line (300 kbit/s) carries a full delivery in that time."""
CALLS_AT_ONCE: Final = 12
"""Calls of one peer that are served at the same time: three lanes, pushed and fetched, with the odd question."""
COURIER_RECORD_PAGES: Final = 64
"""Pages of a restored node's past in one courier file: four thousand messages, half a gigabyte at the most; more rides
in the next file."""
COURIER_PART_BYTES: Final = 4_000_000_000
"""One part of a courier file: what a memory stick's usual file system takes in one file."""
PULL_MAX_ENVELOPES: Final = 64
"""Envelopes handed out to one pull."""
RELEASES_WAITING_MAX: Final = 200
"""Proposals of one officer that may wait for a second one: a page of them; more is a flood, not a duty."""
RELEASES_WATCHED_MAX: Final = 1_000
"""Waiting releases whose approvers are reminded, what ends next first: five officers' full pages."""

# --- pages ----------------------------------------------------------------------------------------------------------
PAGE_MAX_ROWS: Final = 200
"""Rows of any one page or API answer."""
PAGE_DEFAULT_ROWS: Final = 50
"""Rows of a page when nothing else is asked for."""

SEARCHES_KEPT_PER_SESSION: Final = 30
"""Searches of one session that can be gone back to: nobody goes back further."""
SEARCHES_KEPT_MAX_CHARS: Final = 8_000_000
"""Letters of all of them, in memory: a search has some dozens, a text that is looked up 20,000."""
FILTERS_PER_OFFICER: Final = 30
"""Filters that one officer keeps: more than a person tells apart, and each is counted when the inbox is opened."""
FILTER_COUNT_MAX: Final = 1_000
"""Up to which a filter's requests are counted; beyond it "1,000 or more" says enough, and counting stays quick."""
BULK_MAX_REQUESTS: Final = 50
"""Requests acknowledged at once: a page of the inbox, each a signed message of its own."""

# --- hotline ------------------------------------------------------------------------------------------------------
HOTLINE_ACCOUNTS_MAX: Final = 20
"""Accounts on one side of a freeze request: money split further is another request, each with its own clock."""
HOTLINE_IDENTIFIERS_MAX: Final = 50
"""Identifiers by which a custodian finds the data to be preserved."""
HOTLINE_CATEGORIES_MAX: Final = 10
"""Categories of data in one request for disclosure; there are seven that are not content."""
HOTLINE_RECORDS_MAX: Final = 50
"""Subscribers, connections, persons or provisions in one result; longer lists travel as a file."""
HOTLINE_QUERY_MAX_IDENTIFIERS: Final = 10_000
"""Identifiers of the deconfliction query that a request names; only their number stands in it."""
HOTLINE_CONSIDERED_MAX: Final = 20
"""Grounds of human rights that an officer is asked about before deciding; the vocabulary has five."""
HOTLINE_LAPSE_RETRY_S: Final = 300
"""Wait before the lapse of a request that could not be sent (a suspended link) is tried again."""
HOTLINE_FOLLOWERS_MAX: Final = 100
"""Requests that go on from one earlier request and are shown with it: a year of weekly extensions, twice."""
HOTLINE_PERIOD_MAX_DAYS: Final = 365
"""Longest preservation asked for at once; conventions speak of 60 to 90 days, renewable."""
HOTLINE_MESSAGES_MAX: Final = 1_000
"""Messages about one request, half of them for each side, so that its fold stays quick; longer stories are a case."""
HOTLINE_STEPS_KEPT: Final = 50
"""Of a side's messages about one request those that correspondence may not use up: an answer must always fit."""
HOTLINE_ONCE_KEPT_H: Final = 48
"""How long a form that was sent is recognised when it comes again: a double click, a retry, a page left open."""
HOTLINE_WORDS_MAX: Final = 150
"""Distinct words of one request that the inbox's search finds: reference, accounts, names, the start of the facts."""
HOTLINE_WORDS_LATER_MAX: Final = 50
"""Further words that clarifications bring: a corrected account must be found although the facts were long."""
HOTLINE_QUERY_MAX_WORDS: Final = 6
"""Words of one search; more narrow nothing."""
SEARCH_RARE_MAX: Final = 15_000
"""A word that stands in more requests than this is frequent: its hits lie so close that looking through finds them."""
SEARCH_GATHERED_MAX: Final = 5_000
"""Requests that a search gathers and puts in order; more of them lie so close that looking through is quicker."""
SEARCH_LOOKED_THROUGH_MAX: Final = 20_000
"""Requests that one page of a search looks through; the next page goes on from there."""
HOTLINE_WATCH_MAX_ROWS: Final = 500
"""Requests looked at in one step of the watch; the rest follows in the next step."""

# --- emergencies ---
EMERGENCY_COUNTRIES_MAX: Final = 30
"""Countries hit that one opening names; an outbreak in more of them is no matter of two desks."""
EMERGENCY_ORGANISATIONS_MAX: Final = 30
"""Organisations hit that one opening names; further ones stand in entries."""
EMERGENCY_MESSAGES_MAX: Final = 2_000
"""Messages of one channel, half of them for each side, so that its fold stays quick: ten an hour for four days."""
EMERGENCY_STEPS_KEPT: Final = 100
"""Of a side's messages those that entries and presence may not use up: standing down must always fit."""
EMERGENCIES_OPEN_MAX: Final = 50
"""Channels that one side has open with us at once: each rings somebody, and nobody leads more."""
EMERGENCY_UPDATE_MAX_H: Final = 168
"""The furthest that a side may promise its next report: beyond a week there is no emergency."""
EMERGENCY_AHEAD_S: Final = 600
"""How far ahead of its receipt an entry's own time may lie: clocks differ, the future has not happened."""
EMERGENCY_PAST_DAYS: Final = 3_650
"""How long before its receipt an entry's own time may lie: intrusions come to light years later, not decades."""
EMERGENCY_WATCH_MAX_ROWS: Final = 200
"""Channels looked at in one step of the watch; the rest follows in the next step."""
EMERGENCY_LINKED_MAX: Final = 100
"""Requests that belong to one channel and are shown with it."""
EMERGENCY_TIMELINE_ROWS: Final = 200
"""Lines of the timeline that a page shows before it is asked for the whole."""
EMERGENCY_FOUND_CHARS: Final = 8_000
"""Folded text of one channel that the search reads: titles, organisations, summaries and the first entries."""

# --- people -------------------------------------------------------------------------------------------------------
ACCOUNTS_MAX: Final = 1_000
"""Officers of one node; a list of them fits on a few pages."""
UNITS_MAX: Final = 200
"""Units of one node, closed ones included; a list to choose from fits on a page."""
UNITS_PER_OFFICER: Final = 16
"""Units that one officer belongs to or audits: each is a name by which a restricted request may be theirs."""
RESTRICTED_TO_MAX: Final = 100
"""Units and officers named in one need-to-know; whoever would name more means everybody."""
PASSWORD_HASH_KIB: Final = 65_536
"""Memory of one password hash: 64 MiB makes guessing dear."""
PASSWORD_HASHES_AT_ONCE: Final = 2
"""Password hashes running at the same time: 128 MiB at most, and two cores."""
PASSWORD_HASHES_WAITING: Final = 8
"""Sign-ins that may wait for a place: each waits in one of `PAGE_THREADS`, most of which are left to officers."""
PASSWORD_HASH_WAIT_S: Final = 10.0
"""Wait for a free place to hash before the caller hears "busy"."""
PASSWORD_MIN_CHARS: Final = 12
"""Shortest password a person may choose."""
PASSWORD_MAX_CHARS: Final = 256
"""Longest password; a sentence fits."""
HANDED_PASSWORD_DAYS: Final = 7
"""How long a password holds that an administrator has made for somebody: handed over in person, within a week."""
SESSION_IDLE_MIN: Final = 60
"""Minutes without use after which a browser is signed out."""
SESSION_MAX_H: Final = 12
"""Hours after which a browser is signed out in any case: one shift."""
SESSIONS_PER_OFFICER: Final = 10
"""Signed-in browsers of one officer; a further one ends the oldest."""
STEP_UP_MIN: Final = 10
"""Minutes for which a passkey or a code counts for what a session alone may not do: a few approvals in a row."""
CHALLENGE_MIN: Final = 10
"""Minutes in which a passkey's answer is taken: finding the telephone or the key takes some of them."""
PASSKEYS_PER_OFFICER: Final = 10
"""Passkeys of one officer: two keys, a telephone and a few computers."""
PASSKEY_MAX_BYTES: Final = 16_384
"""A browser's answer about a passkey, with an attestation that we did not ask for; usual ones have 1,500."""
OIDC_PROVIDERS_MAX: Final = 8
"""Other sign-in services of one node: each is a button on the sign-in page."""
OIDC_SUBJECT_MAX_CHARS: Final = 255
"""A subject: that is what OpenID Connect allows."""
OIDC_FLOW_MIN: Final = 15
"""Minutes that somebody may take at the other service: a forgotten password there costs some of them."""
OIDC_SKEW_S: Final = 120
"""How far the other service's clock may be off."""
OIDC_AGE_S: Final = 600
"""How old an ID token may be: it was made for the code that we have just exchanged."""
OIDC_CODE_MAX_CHARS: Final = 4_096
"""A code that another service gives the browser for us; the longest in use have about 2,000 characters."""
OIDC_CALL_S: Final = 6.0
"""One call to another service, start to end; its caller waits in one of `PAGE_THREADS`."""
OIDC_CALLS_AT_ONCE: Final = 3
"""Calls to other services at the same time: a slow one leaves most threads to officers who are at work."""
OIDC_ANSWER_MAX_BYTES: Final = 262_144
"""One answer: usual ones have 2 to 20 kB."""
OIDC_KEYS_MAX: Final = 50
"""Keys of one service; usual ones have two to six."""
OIDC_KEPT_MIN: Final = 60
"""Minutes for which what a service says of itself, and its keys, are kept."""
OIDC_KEYS_AGAIN_MIN: Final = 5
"""Minutes before keys are asked for again because a token names an unknown one: made-up names cost no calls."""
OIDC_LINKS_PER_OFFICER: Final = 8
"""Identities elsewhere of one officer: one at each service."""
OIDC_INVITATION_H: Final = 72
"""Hours in which an invitation to link an identity elsewhere is taken."""
RECOVERY_CODES: Final = 10
"""Codes of one printed sheet."""
TOKENS_PER_OFFICER: Final = 20
"""Living API tokens of one officer."""
CLIENT_CERTIFICATES_PER_OFFICER: Final = 20
"""Certificates that stand for an officer's tokens: one each, or two while a program changes over."""
CLIENT_CERTIFICATE_MAX_CHARS: Final = 16_000
"""One certificate as text; those of public authorities have two to three thousand characters."""
TOKEN_DEFAULT_DAYS: Final = 30
"""Life of an API token when nothing else is asked for."""
TOKEN_MAX_DAYS: Final = 365
"""Longest life of an API token."""
FAILED_SUBJECTS_MAX: Final = 50_000
"""Logins whose failures are remembered, the oldest forgotten first: pushing one out takes an hour of made-up ones."""

# --- screens ------------------------------------------------------------------------------------------------------
PAGE_THREADS: Final = 24
"""Threads for officers' pages: most of their time they wait for the writer's commit or a reader."""
PAGES_WAITING_MAX: Final = 100
"""Calls that wait for one of `PAGE_THREADS`, about a second's work; beyond that the next hears "come back soon". What a
page asks for by itself hears it from the half on: those who act go first."""
HEAPS: Final = 2
"""Heaps of the C library that all threads of a served node share. With one for each thread a node that had read a
hundred thousand objects held ten megabytes more that nobody used; Python runs one thread at a time, so two do."""
COLLECTED_IN_A_COMMAND: Final = 200_000
"""New objects after which the collector looks for rings in a command: to begin one makes some hundred thousand, of
modules and types that stay to its end. A served node has numbers of its own."""
COLLECTED_AFTER_OBJECTS: Final = 5_000
"""New objects after which the collector looks for rings among them. A page makes some thousands and needs them for few
milliseconds; with Python's 700 most of them were taken for old, and all that stands (160,000 objects beside a thousand
live pages) was looked through every other second, for a tenth of a second in which nothing else runs."""
COLLECTED_FURTHER_AFTER: Final = (20, 20)
"""After how many such looks the collector looks further back, and after how many of these at everything."""
RETRY_AFTER_S: Final = 3
"""What a caller is told who was turned away because too much went on."""
EXCHANGE_THREADS: Final = 16
"""Threads for messages, clocks and notices, apart from the pages': what arrives never waits for who browses."""
FORM_MAX_BYTES: Final = 2_000_000
"""One submitted form: the longest texts of a request and a courier file's small form, in percent encoding."""
FORM_MAX_FIELDS: Final = 1_000
"""Fields of one form."""
FORM_PROBLEMS_MAX: Final = 100
"""Mistakes that one answer lists: nobody mends more at once, and a form of unknown fields is not echoed tenfold."""
ROWS_KEPT: Final = 2_048
"""Drawn lines of the inbox that are kept, 1.5 kB each: fifty for each language, zone, filter and minute."""
INSTANTS_KEPT: Final = 8_192
"""Instants whose wording is remembered, for all readers together."""
TROUBLE_SHOWN_S: Final = 150.0
"""How long every page says that something could not be saved: a partner's urgent message comes again at least twice in
that time, so that a lasting fault does not leave the screen in between."""

# --- strict JSON and keys -----------------------------------------------------------------------------------------
JSON_MAX_INTEGER: Final = 2**53
"""Largest absolute integer in any JSON from outside: beyond it two programs may read two numbers (RFC 7493)."""
SIGNED_MAX_BYTES: Final = 1_420_000
"""One signed message: the largest payload in base64, two signatures, headers and a batch path."""
SEALED_MAX_BYTES: Final = 12_000_000
"""Anything sealed: envelopes, replies with many receipts, pages of a record."""
JOSE_HEADER_MAX_CHARS: Final = 4_096
"""One protected header in base64; the widest holds an encapsulated key of 1,120 bytes (2.3 kB)."""
SIGN_BATCH_MAX: Final = 1_024
"""Payloads under one signed root: a path of ten hashes; more are signed under several roots."""
VERIFIED_ROOTS_MAX: Final = 256
"""Batch roots remembered as verified, about 5 kB each: a delivery's messages usually share one."""
CARD_MAX_BYTES: Final = 32_768
"""One node card: keys and certificates are about 12 kB."""
CARD_MAX_CERTIFICATES: Final = 4
"""TLS certificates of one node: the present one and the next, twice."""
CERTIFICATE_MAX_BYTES: Final = 4_096
"""One self-signed certificate in PEM; ours have about 700 bytes."""
NOTE_MAX_BYTES: Final = 16_384
"""One signed note: a checkpoint and two signatures are about 5 kB."""
KEYFILE_MAX_BYTES: Final = 262_144
"""One encrypted key file with all retired keys."""
KEYS_RETIRED_MAX: Final = 64
"""Former keys that a node keeps to open and check what is old: a rotation a month for five years."""
KDF_MAX_KIB: Final = 1_048_576
"""Memory that a key file may ask for when it is opened: 1 GiB; a forged file must not take the machine down."""
KDF_MAX_ITERATIONS: Final = 16
"""Passes that a key file may ask for."""
KDF_MAX_LANES: Final = 8
"""Lanes that a key file may ask for."""
PASSPHRASE_MAX_BYTES: Final = 1_024
"""Longest passphrase of a key file."""

# --- identifiers --------------------------------------------------------------------------------------------------
ACCOUNT_NUMBER_MAX_CHARS: Final = 64
"""An account number as somebody writes it, spaces between its groups included; the longest IBAN has 34."""
ACCOUNT_NAME_MAX_CHARS: Final = 140
"""Name of a holder or a bank: what payment messages allow."""
PAYMENT_REFERENCE_MAX_CHARS: Final = 140
"""A bank's reference of a payment."""
AMOUNT_MAX_UNITS: Final = 10**15 - 1
"""Largest amount in whole units of any currency: forty billion US dollars in đồng."""
QR_MAX_CHARS: Final = 512
"""Text of a payment QR code; that is all such a code may hold."""
URL_MAX_CHARS: Final = 2_000
"""One URL; browsers write no longer ones."""
GUESS_MAX_CHARS: Final = 1_000
"""How much of a pasted text is looked at to find out what it is."""

# --- the log and its proofs ---------------------------------------------------------------------------------------
CHECKPOINT_MAX_CHARS: Final = 1_000
"""One checkpoint body: three lines of about 160 characters, and room for extensions."""
PROOF_MAX_BYTES: Final = 6_291_456
"""One offline proof file: a message (base64 in JSON), receipts, two logs' proofs, two node cards."""
PROOF_MAX_RECEIPTS: Final = 8
"""Receipts in one proof file: one for each delivery that counted, with room for refusals before."""
PROOF_MAX_LOGS: Final = 8
"""Places in logs in one proof file: both nodes' logs, message and receipt, with room for an earlier epoch."""
PROOF_MAX_CARDS: Final = 8
"""Node cards in one proof file: both sides', with older ones where keys have changed."""

# --- documents ----------------------------------------------------------------------------------------------------
DOCUMENT_INPUT_MAX_BYTES: Final = 8_388_608
"""What one document says, as JSON: a few hundred long messages; whoever needs more prints them one by one."""
DOCUMENT_MAX_BYTES: Final = 67_108_864
"""One printed document; text of the largest input makes a fraction of it."""
DOCUMENT_HEAD_MAX_CHARS: Final = 60
"""Reference and authority at the head of every page: together they fit beside the marks in one line."""
DOCUMENT_MAKE_MAX_S: Final = 20.0
"""Longest time for one document before its process is stopped; a usual one takes a hundredth of a second."""
DOCUMENT_WAIT_MAX_S: Final = 30.0
"""Longest wait for one's turn at the press; after it somebody is told to try again."""
DOCUMENT_MEMORY_MAX_BYTES: Final = 2_147_483_648
"""Address space of the printing process; the largest input takes less than half of it."""

# --- screens of the link and the log ------------------------------------------------------------------------------
VERIFY_ON_SCREEN_MAX_LEAVES: Final = 200_000
"""Longest log that a button on a page checks: a few seconds; beyond that the command with its progress bar."""
