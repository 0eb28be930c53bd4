"""`lienlac feed …`: feeds from and to others' servers, through a running node's interface.

A feed and its credentials are read from a JSON file, so that no secret stands among a shell's past commands.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from lienlac.cli import console
from lienlac.cli.groups.steps import client_of
from lienlac.cli.words import language, say
from lienlac.errors import NotAllowed, Refused

if TYPE_CHECKING:
    from lienlac.interface.intelligence.feeds import FeedLine, FeedShown


def list_(*, ended: bool = False, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """Feeds, and how each fares."""
    with client_of(url, token_file) as node:
        found = node.feeds(ended=ended)
    if json:
        console.tell_json(found)
    elif not found.feeds:
        console.note(say("no-feeds"))
    else:
        columns = (
            "column-id", "column-title", "column-direction", "column-kind", "column-state", "column-last-run",
            "column-objects", "column-problem",
        )  # fmt: skip
        console.table(columns, [_row(one) for one in found.feeds])


def show(feed: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """One feed, with what it did last."""
    with client_of(url, token_file) as node:
        found = node.feed(feed)
    if json:
        console.tell_json(found)
        return
    line = found.feed
    console.tell(f"{line.title}: {line.kind} {line.address} {line.remote}")
    console.tell(f"{line.state} {_problem(line)}".strip())
    for run in found.runs:
        counts = run.counts
        told = say(
            "feed-run", new=counts.new, same=counts.same, held=counts.held, sent=counts.sent, refused=counts.refused,
            kept_back=counts.kept_back,
        )  # fmt: skip
        console.tell(f"{console.when(run.began_at)}  {told} {run.code}".rstrip())
    for lost in found.lost:
        console.tell(f"{lost.object_id}: {console.plain(lost.message)}")
    if "approve" in found.acts:
        console.tell(say("approval-digest", digest=found.digest))
    console.tell(say("possible-steps", steps=", ".join(found.acts) or say("nothing")))


def add(file: Path, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """A new feed from a JSON file; by its kind it brings in or goes out."""
    from lienlac.interface.intelligence.feeds import InboundFeed, OutboundFeed

    said = console.read_json(file)
    out = isinstance(said, dict) and str(said.get("kind", "")).endswith("-push")
    with client_of(url, token_file) as node:
        if out:
            made = node.add_outbound_feed(_read(said, OutboundFeed))
        else:
            made = node.add_inbound_feed(_read(said, InboundFeed))
    _tell(made, json=json)


def approve(
    feed: str, digest: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """Let it begin. Raises `NotAllowed("feed-changed")` where the digest is not that of the feed."""
    with client_of(url, token_file) as node:
        shown = node.feed(feed)
        if shown.digest != digest.strip().lower():
            raise NotAllowed("feed-changed")
        _tell(node.approve_feed(shown), json=json)


def credentials(
    feed: str, file: Path, *, json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """Other credentials, from a JSON file."""
    from lienlac.interface.intelligence.feeds import FeedCredentials

    said = _read(console.read_json(file), FeedCredentials)
    with client_of(url, token_file) as node:
        _tell(node.renew_feed(feed, said), json=json)


def run(feed: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """Its turn is now."""
    _act(feed, "run", json, url, token_file)


def pause(feed: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """Until somebody lets it go on."""
    _act(feed, "pause", json, url, token_file)


def go_on(feed: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """Go on."""
    _act(feed, "go-on", json, url, token_file)


def end(feed: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """For good."""
    _act(feed, "end", json, url, token_file)


def _act(
    feed: str,
    act: Literal["run", "pause", "go-on", "end"],
    json: bool,
    url: str | None,
    token_file: Path | None,
) -> None:
    with client_of(url, token_file) as node:
        _tell(node.act_on_feed(feed, act), json=json)


def _tell(shown: FeedShown, *, json: bool) -> None:
    if json:
        console.tell_json(shown)
    else:
        console.tell(say("feed-line", id=shown.feed.id, title=shown.feed.title, state=shown.feed.state))


def _row(line: FeedLine) -> tuple[Any, ...]:
    counts = line.counts
    objects = counts.sent if line.direction == "out" else counts.new
    last = console.when(line.last_at) if line.last_at else "–"
    return line.id, line.title, line.direction, line.kind, line.state, last, objects, _problem(line)


def _problem(line: FeedLine) -> str:
    return "" if line.problem is None else str(getattr(line.problem, language()))


def _read(said: Any, wanted: Any) -> Any:
    try:
        return msgspec.convert(said, wanted)
    except msgspec.ValidationError as error:
        raise Refused("request-malformed", reason=str(error)[:300]) from error


COMMANDS: dict[str, Callable[..., int | None]] = {
    "list": list_,
    "show": show,
    "add": add,
    "approve": approve,
    "credentials": credentials,
    "run": run,
    "pause": pause,
    "go-on": go_on,
    "end": end,
}
