"""The log in the database: every proof it gives holds, nothing runs ahead of a rollback, every tampering is found."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, text, update

from lienlac.errors import NotAllowed
from lienlac.storage import audit, heads, ledger
from lienlac.storage.database import Database
from lienlac.wire import merkle


def data_of(i: int) -> bytes:
    return b"\x01" + hashlib.sha256(b"%d" % i).digest()


def fill(database: Database, count: int, start: int = 0) -> None:
    database.write(lambda c: ledger.append(c, [(data_of(i), f"ref-{i}") for i in range(start, start + count)]))


def test_an_empty_log_has_a_head(database):
    with database.read() as connection:
        assert ledger.head(connection) == (0, merkle.EMPTY_ROOT)
        assert ledger.size(connection) == 0
        assert ledger.epoch(connection) == 1
        assert audit.verify_all(connection).first_fault is None
        assert ledger.consistency(connection, 0, 0) == []
        with pytest.raises(NotAllowed, match="log-index"):
            ledger.inclusion(connection, 0, 0)


def test_every_proof_holds_at_every_size(database):
    total = 41
    tree = merkle.Tree([data_of(i) for i in range(total)])
    for start in range(0, total, 3):
        fill(database, min(3, total - start), start)
    with database.read() as connection:
        assert ledger.head(connection) == (total, tree.root())
        for size in range(1, total + 1):
            root = ledger.head_at(connection, size).root
            assert root == tree.root(size)
            for index in range(0, size, 5):
                path = ledger.inclusion(connection, index, size)
                merkle.verify_inclusion(merkle.leaf_hash(data_of(index)), index, size, path, root)
            for first in range(0, size + 1, 4):
                path = ledger.consistency(connection, first, size)
                merkle.verify_consistency(first, tree.root(first), size, root, path)


@settings(max_examples=15)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=8))
def test_any_batching_gives_the_same_log(sqlite_files, tmp_path_factory, batches):
    url = sqlite_files.new_url(tmp_path_factory.mktemp("batching"))
    with Database.open(url, synchronous="off") as database:
        start = 0
        for count in batches:
            fill(database, count, start)
            start += count
        tree = merkle.Tree([data_of(i) for i in range(start)])
        with database.read() as connection:
            assert ledger.head(connection) == (start, tree.root())
            verification = audit.verify_all(connection, None, [(n, tree.root(n)) for n in range(start + 1)])
        assert (verification.size, verification.root, verification.first_fault) == (start, tree.root(), None)


def test_an_undone_append_leaves_no_trace(database):
    fill(database, 10)

    def append_and_fail(connection):
        ledger.append(connection, [(data_of(99), "x")] * 30)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.write(append_and_fail)
    fill(database, 10, 10)
    with database.read() as connection:
        assert ledger.head(connection).root == merkle.root(data_of(i) for i in range(20))
        assert audit.verify_all(connection).first_fault is None


def test_leaves_are_found_by_reference(database):
    fill(database, 12)
    assert database.write(lambda c: ledger.append(c, [(data_of(3), "ref-3")])) == 12
    with database.read() as connection:
        assert ledger.find(connection, "ref-3") == [3, 12]
        assert ledger.find(connection, "none") == []
        assert ledger.leaf(connection, 3) == ledger.Leaf(3, data_of(3), "ref-3")
        with pytest.raises(NotAllowed, match="log-index"):
            ledger.leaf(connection, 13)


@pytest.mark.parametrize("bad", [(b"short", "x"), (bytes(33), ""), (bytes(33), "x" * 101)])
def test_a_leaf_of_another_shape_is_a_programming_error(sqlite_database, bad):
    with pytest.raises(ValueError, match="33 bytes"):
        sqlite_database.write(lambda c: ledger.append(c, [bad]))


def test_epochs_rise_above_our_own_and_above_what_peers_saw(database):
    fill(database, 5)
    assert database.write(ledger.begin_epoch) == 2
    fill(database, 3, 5)
    assert database.write(lambda c: ledger.begin_epoch(c, above=7)) == 8
    with database.read() as connection:
        assert ledger.epoch(connection) == 8
        assert ledger.epoch_starts(connection) == {1: 0, 2: 5, 8: 8}


def spoil(database: Database, statement) -> audit.Verification:
    database.write(lambda c: c.execute(statement))
    with database.read() as connection:
        return audit.verify_all(connection)


@pytest.mark.parametrize(
    ("name", "statement", "at", "reason"),
    [
        ("an altered leaf", update(ledger.leaves).where(ledger.leaves.c.leaf_index == 77).values(leaf_data=bytes(33)), 72, "node"),
        ("a shortened leaf", update(ledger.leaves).where(ledger.leaves.c.leaf_index == 77).values(leaf_data=bytes(32)), 77, "shape"),
        ("an altered last leaf", update(ledger.leaves).where(ledger.leaves.c.leaf_index == 98).values(leaf_data=bytes(33)), 98, "edge"),
        ("a removed leaf", delete(ledger.leaves).where(ledger.leaves.c.leaf_index == 50), 50, "gap"),
        ("a cut-off end", delete(ledger.leaves).where(ledger.leaves.c.leaf_index >= 90), 88, "node"),
        ("an altered subtree", update(ledger.nodes).where(ledger.nodes.c.place == ledger.place_of(4, 2)).values(hash=bytes(32)), 32, "node"),
        ("a removed subtree", delete(ledger.nodes).where(ledger.nodes.c.place == ledger.place_of(3, 5)), 40, "node"),
        ("an altered edge", update(ledger.edge).values(peaks=bytes(32 * (99).bit_count())), 0, "edge"),
        ("an edge set back", update(ledger.edge).values(size=98, peaks=bytes(32 * (98).bit_count())), 98, "edge"),
    ],
)  # fmt: skip
def test_tampering_shows(database, name, statement, at, reason):
    fill(database, 99)
    verification = spoil(database, statement)
    assert (verification.first_fault, verification.reason) == (at, reason), name


def test_a_rewritten_log_does_not_match_the_heads_that_were_given_out(database):
    fill(database, 30)
    with database.read() as connection:
        given = [(size, ledger.head_at(connection, size).root) for size in (7, 16, 29)]
    with database.read() as connection:
        assert audit.verify_all(connection, None, given).first_fault is None

    def rewrite(connection):
        for table in (ledger.leaves, ledger.nodes, ledger.edge):
            connection.execute(delete(table))
        ledger.append(connection, [(data_of(i if i != 20 else 1000), f"ref-{i}") for i in range(30)])

    database.write(rewrite)
    with database.read() as connection:
        assert audit.verify_all(connection).first_fault is None
        verification = audit.verify_all(connection, None, given)
    assert (verification.first_fault, verification.reason) == (28, "head")


def test_a_head_beyond_the_end_shows_truncation(database):
    fill(database, 9)
    with database.read() as connection:
        verification = audit.verify_all(connection, None, [(12, bytes(32))])
    assert (verification.first_fault, verification.reason) == (9, "head")


def test_blocks_of_the_audit_join(sqlite_database):
    total = 3 * 4096 + 5
    fill(sqlite_database, total)
    seen: list[tuple[int, int]] = []
    tree = merkle.Tree([data_of(i) for i in range(total)])
    sizes = (1, 4095, 4096, 4097, 8192, 9000, total)
    with sqlite_database.read() as connection:
        verification = audit.verify_all(connection, lambda *a: seen.append(a), [(n, tree.root(n)) for n in sizes])
        assert verification == audit.Verification(total, ledger.head(connection).root)
    assert seen == [(4096, total), (8192, total), (12288, total), (total, total)]
    high = ledger.place_of(13, 0)
    statement = update(ledger.nodes).where(ledger.nodes.c.place == high).values(hash=bytes(32))
    assert spoil(sqlite_database, statement).first_fault == 0


def test_a_missing_subtree_is_named_when_a_proof_needs_it(database):
    fill(database, 64)
    database.write(lambda c: c.execute(delete(ledger.nodes).where(ledger.nodes.c.place == ledger.place_of(5, 1))))
    with database.read() as connection, pytest.raises(NotAllowed, match="log-damaged"):
        ledger.inclusion(connection, 3, 64)


def test_the_log_is_the_same_text_on_disk_as_the_audit_reads(database):
    fill(database, 3)
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM ledger_leaves")).scalar() == 3


def head(size: int, root: bytes = bytes(32), epoch: int = 1, name: str = "vn-a05") -> heads.WitnessedHead:
    return heads.WitnessedHead(name=name, epoch=epoch, size=size, root=root, note=b"note", seen_at_us=size)


def test_heads_are_kept_once_and_looked_up(database):
    other = b"\x01" * 32
    assert database.write(lambda c: heads.record(c, head(5)))
    assert not database.write(lambda c: heads.record(c, head(5)))
    for kept in (head(9), head(3, epoch=2), head(9, other), head(100, name="us-fbi")):
        assert database.write(lambda c, kept=kept: heads.record(c, kept))
    with database.read() as connection:
        assert heads.latest(connection, "vn-a05") == head(3, epoch=2)
        assert heads.latest(connection, "nobody") is None
        assert heads.at_size(connection, "vn-a05", 1, 9) == [head(9), head(9, other)]
        assert heads.forks(connection, "vn-a05") == [(1, 9)]
        assert heads.forks(connection, "us-fbi") == []
        assert heads.covering(connection, "vn-a05", 1, 6) == head(9)
        assert heads.covering(connection, "vn-a05", 1, 10) is None


def test_what_an_older_epoch_stated_after_the_backup_is_left_out(database):
    def witness(connection):
        for kept in (head(4), head(8), head(6, epoch=2), head(7, epoch=2)):
            heads.record(connection, kept)

    database.write(witness)
    with database.read() as connection:
        roots = list(heads.roots(connection, "vn-a05", {1: 0, 2: 5}))
    assert [size for size, _ in roots] == [4, 6, 7]
