"""The Merkle tree against the RFC's values, against another implementation, and against forged proofs."""

from __future__ import annotations

import hashlib

import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienlac.errors import Refused
from lienlac.wire import merkle

# The eight leaves that RFC 6962 implementations test with, and the roots over the first n of them.
LEAVES = [bytes.fromhex(x) for x in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def data_of(count: int) -> list[bytes]:
    return [b"leaf %d" % i for i in range(count)]


def test_the_known_roots():
    tree = merkle.Tree(LEAVES)
    for size, expected in enumerate(ROOTS):
        assert merkle.root(LEAVES[:size]).hex() == expected
        assert tree.root(size).hex() == expected


def oracle(leaves: list[bytes]) -> pymerkle.InmemoryTree:
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for data in leaves:
        tree.append_entry(data)
    return tree


@settings(max_examples=40)
@given(st.lists(st.binary(max_size=40), min_size=1, max_size=70), st.data())
def test_another_implementation_agrees(leaves, data):
    other, tree = oracle(leaves), merkle.Tree(leaves)
    size = data.draw(st.integers(1, len(leaves)))
    index = data.draw(st.integers(0, size - 1))
    first = data.draw(st.integers(1, size))
    assert tree.root(size) == other.get_root(size)
    theirs = other.prove_inclusion(index + 1, size)
    assert merkle.inclusion_proof(tree, index, size) == list(theirs.path[1:])
    merkle.verify_inclusion(merkle.leaf_hash(leaves[index]), index, size, theirs.path[1:], tree.root(size))
    proof = other.prove_consistency(first, size)
    pymerkle.verify_consistency(tree.root(first), tree.root(size), proof)
    merkle.verify_consistency(
        first, tree.root(first), size, tree.root(size), merkle.consistency_proof(tree, first, size)
    )


@given(st.integers(0, 300), st.data())
def test_a_frontier_grows_like_the_tree(count, data):
    leaves = data_of(count)
    cut = data.draw(st.integers(0, count))
    frontier = merkle.Frontier()
    completed = {}
    for leaf in leaves[:cut]:
        completed |= {(level, index): digest for level, index, digest in frontier.push(merkle.leaf_hash(leaf))}
    resumed = merkle.Frontier(frontier.size, frontier.peaks)
    for leaf in leaves[cut:]:
        completed |= {(level, index): digest for level, index, digest in resumed.push(merkle.leaf_hash(leaf))}
    tree = merkle.Tree(leaves)
    assert (resumed.size, resumed.root()) == (count, tree.root())
    assert len(completed) == count - count.bit_count()
    assert all(tree.node(*place) == digest for place, digest in completed.items())


def test_a_frontier_with_the_wrong_number_of_hashes_is_a_programming_error():
    with pytest.raises(ValueError):
        merkle.Frontier(3, [bytes(32)])


@given(st.integers(1, merkle.MAX_SIZE), st.data())
def test_plans_stay_short_for_any_size(size, data):
    index = data.draw(st.integers(0, size - 1))
    first = data.draw(st.integers(0, size))
    bound = (size - 1).bit_length()
    assert len(merkle.inclusion_ranges(index, size)) <= bound
    ranges = merkle.consistency_ranges(first, size)
    assert len(ranges) <= bound + 1
    for start, end in ranges:
        covered = merkle.subtrees(start, end)
        assert covered[0][1] << covered[0][0] == start
        assert sum(1 << level for level, _ in covered) == end - start


@settings(max_examples=150)
@given(st.integers(1, 65), st.data())
def test_no_changed_inclusion_proof_holds(size, data):
    tree = merkle.Tree(data_of(size))
    index = data.draw(st.integers(0, size - 1))
    leaf = merkle.leaf_hash(b"leaf %d" % index)
    path = merkle.inclusion_proof(tree, index)
    change = data.draw(st.sampled_from(["index", "size", "leaf", "root", "shorter", "longer", "flipped", "swapped"]))
    other_index, other_size, root = index, size, tree.root()
    if change == "index":
        other_index = data.draw(st.integers(0, 70).filter(lambda i: i != index))
    elif change == "size":
        other_size = data.draw(st.integers(1, 70).filter(lambda n: len_of(index, n) != len_of(index, size)))
    elif change == "leaf":
        leaf = hashlib.sha256(leaf).digest()
    elif change == "root":
        root = hashlib.sha256(root).digest()
    elif change == "shorter" and path:
        path = path[:-1]
    elif change == "flipped" and path:
        at = data.draw(st.integers(0, len(path) - 1))
        path[at] = bytes([path[at][0] ^ 1]) + path[at][1:]
    elif change == "swapped" and len(path) > 1:
        path[0], path[1] = path[1], path[0]
    else:
        path = [*path, bytes(32)]
    with pytest.raises(Refused, match="proof-invalid"):
        merkle.verify_inclusion(leaf, other_index, other_size, path, root)


def len_of(index: int, size: int) -> int:
    return len(merkle.inclusion_ranges(index, size)) if index < size else -1


@settings(max_examples=150)
@given(st.integers(1, 65), st.data())
def test_no_changed_consistency_proof_holds(second, data):
    tree = merkle.Tree(data_of(second))
    first = data.draw(st.integers(1, second))
    path = merkle.consistency_proof(tree, first)
    old, new = tree.root(first), tree.root()
    change = data.draw(st.sampled_from(["old", "new", "shorter", "longer", "flipped"]))
    if change == "old":
        old = hashlib.sha256(old).digest()
    elif change == "new":
        new = hashlib.sha256(new).digest()
    elif change == "shorter" and path:
        path = path[:-1]
    elif change == "flipped" and path:
        at = data.draw(st.integers(0, len(path) - 1))
        path[at] = bytes([path[at][0] ^ 1]) + path[at][1:]
    else:
        path = [*path, bytes(32)]
    with pytest.raises(Refused, match="proof-invalid"):
        merkle.verify_consistency(first, old, second, new, path)


def test_a_rewritten_log_is_not_consistent():
    honest = merkle.Tree(data_of(20))
    forged = merkle.Tree([*data_of(7), b"another", *data_of(20)[8:]])
    for second in range(11, 21):
        with pytest.raises(Refused, match="proof-invalid"):
            merkle.verify_consistency(
                10, honest.root(10), second, forged.root(second), merkle.consistency_proof(forged, 10, second)
            )


def test_a_log_that_became_shorter_is_refused():
    tree = merkle.Tree(data_of(9))
    with pytest.raises(Refused, match="proof-invalid"):
        merkle.verify_consistency(9, tree.root(), 8, tree.root(8), [])


def test_the_empty_log_begins_every_log_but_only_with_its_own_root():
    tree = merkle.Tree(data_of(5))
    merkle.verify_consistency(0, merkle.EMPTY_ROOT, 5, tree.root(), [])
    merkle.verify_consistency(0, merkle.EMPTY_ROOT, 0, merkle.EMPTY_ROOT, [])
    for arguments in (
        (0, tree.root(), 5, tree.root(), []),
        (0, merkle.EMPTY_ROOT, 5, tree.root(), [bytes(32)]),
        (0, tree.root(), 0, tree.root(), []),
        (0, merkle.EMPTY_ROOT, 0, tree.root(), []),
    ):
        with pytest.raises(Refused, match="proof-invalid"):
            merkle.verify_consistency(*arguments)


def test_an_inner_node_is_never_taken_for_a_leaf():
    tree = merkle.Tree(data_of(4))
    node = tree.node(1, 0)
    with pytest.raises(Refused, match="proof-invalid"):
        merkle.verify_inclusion(merkle.leaf_hash(node), 0, 2, [tree.node(1, 1)], tree.root())
    # Without the leaf prefix the same bytes would pass: this is why a caller hands over data through leaf_hash.
    merkle.verify_inclusion(node, 0, 2, [tree.node(1, 1)], tree.root())


@given(st.lists(st.binary(max_size=40), max_size=5), st.integers(-3, 2**60), st.integers(-3, 2**60))
def test_any_path_is_refused_and_nothing_else_is_raised(path, index, size):
    with pytest.raises(Refused, match="proof-invalid"):
        merkle.verify_inclusion(bytes(32), index, size, path, bytes(32))
    if (index, path) != (size, []):
        with pytest.raises(Refused, match="proof-invalid"):
            merkle.verify_consistency(index, b"\x01" * 32, size, bytes(32), path)


def test_an_endless_path_is_refused_at_once():
    with pytest.raises(Refused, match="proof-invalid"):
        merkle.verify_inclusion(bytes(32), 0, merkle.MAX_SIZE, [bytes(32)] * 10_000, bytes(32))
