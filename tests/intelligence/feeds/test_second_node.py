"""Our feeds against a second node's TAXII server: poll, push and poll again, through real HTTP with a token."""

from __future__ import annotations

import json

from lienlac.cli.app import run
from lienlac.intelligence.collection import Giver, Marks, Source
from lienlac.intelligence.feeds.feed import How, Kind, Sealed
from lienlac.intelligence.matching import EVERYTHING
from lienlac.outside.guard import Places
from tests.intelligence.feeds.scene import HOST, FeedDesk
from tests.intelligence.scene import FEED, indicator

OURS = Source(giver=Giver.OFFICER, ref="off-1", label="Giang", marks=Marks(tlp="green"))


def attached(feeding: FeedDesk, server, kind, collection, remote, **more):
    """A feed to the second node; its certificate is proved elsewhere, here it is plain HTTP on loopback."""
    port = int(server.url.rpartition(":")[2])
    feeding.places = Places(f"http://{HOST}:{port}=127.0.0.0/8")
    # the node says its own name in its roots
    address = f"http://{HOST}:{port}/taxii2/intelligence/"
    secrets = Sealed(address=address, how=How.BASIC, user="node", secret=server.token("giang"))
    feed = feeding.feed(
        collection, kind, port=port, path="/taxii2/intelligence/", remote=remote, secrets=secrets, **more
    )
    feeding.places = Places(f"http://{HOST}:{port}=127.0.0.0/8")
    return feed


def turn(feeding):
    feeding.clock.turn(4_000)
    return feeding.run(None)


def test_a_second_node_is_polled_page_by_page_and_goes_on_where_it_was(feeding, server):
    theirs = server.collection("Ở nút kia")
    raws = [indicator(number) for number in range(1_500)]
    server.intelligence.bring(server.house["giang"], theirs.id, raws, source=FEED)
    ours = feeding.collection()
    attached(feeding, server, Kind.TAXII_POLL, ours, theirs.id)
    run = turn(feeding)
    assert (run.code, run.counts.new, run.pages) == ("", 1_500, 2)
    assert feeding.raws(ours)[:1_000] == raws[:1_000]
    server.intelligence.bring(server.house["giang"], theirs.id, [indicator(5_000)], source=FEED)
    run = turn(feeding)
    assert (run.code, run.counts.new) == ("", 1)


def test_a_second_node_is_filled_and_what_it_quarantines_is_shown(feeding, server):
    theirs = server.collection("Nhận từ nút kia", ceiling="green")
    ours = feeding.collection()
    amber = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"
    feeding.bring(ours, indicator(1), source=OURS)
    feeding.bring(ours, indicator(2, object_marking_refs=[amber]), source=OURS)
    feed = attached(feeding, server, Kind.TAXII_PUSH, ours, theirs.title, ceiling="amber")
    feeding.feeds.approve(feeding.other, feed.id, feed.digest)
    run = turn(feeding)
    assert run.code == ""
    page = server.intelligence.page(
        server.house["giang"], theirs.id, EVERYTHING,
        after_us=-1, rows=10,
    )  # fmt: skip
    assert [row.raw for row in page.rows] == [indicator(1)]
    assert run.counts.sent + run.counts.refused == 2
    assert feeding.feeds.show(feeding.analyst, feed.id).feed.counts.sent >= 1


def test_commands_make_show_and_end_a_feed(server, tmp_path, capsys):
    theirs = server.collection("Từ dòng lệnh")
    token = tmp_path / "token"
    token.write_text(server.token("giang"))
    form = tmp_path / "feed.json"
    said = {
        "title": "CERT", "kind": "stix-bundle", "address": "https://taxii.example/b.json", "collection": theirs.id,
        "credentials": {"how": "bearer", "secret": "tok-1"},
    }  # fmt: skip
    form.write_text(json.dumps(said))

    def lienlac(*words):
        code = run(["feed", *words, "--url", server.url, "--token-file", str(token)])
        return code, capsys.readouterr().out

    code, out = lienlac("add", str(form), "--json")
    assert code == 0
    made = json.loads(out)
    feed_id = made["feed"]["id"]
    assert "tok-1" not in out
    assert feed_id in lienlac("list")[1]
    assert lienlac("pause", feed_id)[0] == 0
    assert lienlac("go-on", feed_id)[0] == 0
    assert lienlac("run", feed_id)[0] == 0
    form.write_text(json.dumps({"how": "bearer", "secret": "tok-2"}))
    assert lienlac("credentials", feed_id, str(form))[0] == 0
    assert lienlac("end", feed_id)[0] == 0
    code, out = lienlac("show", feed_id)
    assert code == 0
    assert "CERT" in out
    assert lienlac("pause", feed_id)[0] == 3  # not possible any more
