"""The Merkle tree of the log: roots, inclusion and consistency proofs as RFC 6962 and RFC 9162 define them.

Pure hashing. Every path is first planned as ranges of leaves (`inclusion_ranges`, `consistency_ranges`), then each
range is folded from complete subtrees, so that whoever stores subtrees needs O(log n) of them. Verification raises
`Refused("proof-invalid")` and returns nothing: there is no boolean to forget. Knows nothing of what a leaf means or
who signed a root (protocol clauses 5.x).
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from lienlac.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()
MAX_SIZE: Final = 2**53
"""Largest tree: every index stays an exact number in any JSON reader."""
PATH_MAX: Final = 2 * 53
"""Longest path of any proof over such a tree."""

Place = tuple[int, int]
"""Level and index of a complete subtree: it covers leaves index * 2**level up to (index + 1) * 2**level."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf's data."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf data, in order."""
    frontier = Frontier()
    for data in leaves:
        frontier.push(leaf_hash(data))
    return frontier.root()


def peaks_of(size: int) -> list[Place]:
    """The complete subtrees that a tree of that size is made of, left to right."""
    return subtrees(0, size)


def subtrees(start: int, end: int) -> list[Place]:
    """The complete subtrees that make up leaves `start` to `end` (exclusive), left to right.

    `start` must be a range start of the tree's own recursion, as the two planners below give it.
    """
    found: list[Place] = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over complete subtrees, left to right, largest first."""
    if not hashes:
        return EMPTY_ROOT
    total = hashes[-1]
    for peak in reversed(hashes[:-1]):
        total = node_hash(peak, total)
    return total


class Frontier:
    """The right edge of a growing tree: what an append and a root need, one hash for each bit of the size."""

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        if len(peaks) != size.bit_count():
            msg = "a frontier has one hash for each one-bit of its size"
            raise ValueError(msg)
        self.size = size
        self.peaks = list(peaks)

    def push(self, new: bytes) -> list[tuple[int, int, bytes]]:
        """Append one leaf hash; returns the inner nodes that it completed, as (level, index, hash), lowest first."""
        index = self.size
        level = 0
        completed: list[tuple[int, int, bytes]] = []
        while index & 1:
            new = node_hash(self.peaks.pop(), new)
            index >>= 1
            level += 1
            completed.append((level, index, new))
        self.peaks.append(new)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """The root at the present size; the hash of nothing when empty."""
        return fold(self.peaks)


def _split(size: int) -> int:
    """The largest power of two below size."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The leaf ranges whose roots prove leaf `index` in a tree of `size`, from the leaf's sibling up to the root's."""
    if not 0 <= index < size:
        raise ValueError(index)
    ranges: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    ranges.reverse()
    return ranges


def consistency_ranges(first: int, second: int) -> list[tuple[int, int]]:
    """The leaf ranges whose roots prove that the tree of size `first` is a beginning of the one of size `second`."""
    if not 0 <= first <= second:
        raise ValueError(first)
    if first in {0, second}:
        return []
    ranges: list[tuple[int, int]] = []
    start, end = 0, second
    while first < end:
        middle = start + _split(end - start)
        if first <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start > 0:
        ranges.append((start, end))
    ranges.reverse()
    return ranges


def path_over(ranges: Iterable[tuple[int, int]], node: Callable[[int, int], bytes]) -> list[bytes]:
    """The proof for planned ranges; `node(level, index)` gives the hash of a complete subtree."""
    return [fold([node(level, index) for level, index in subtrees(start, end)]) for start, end in ranges]


class Tree:
    """A whole tree in memory, from leaf data: for tests, batches and tools; the node's own log is in storage."""

    def __init__(self, leaves: Iterable[bytes]) -> None:
        row = [leaf_hash(data) for data in leaves]
        self.size = len(row)
        self._levels = [row]
        while len(row) > 1:
            row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
            self._levels.append(row)

    def node(self, level: int, index: int) -> bytes:
        """The hash of one complete subtree."""
        return self._levels[level][index]

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` leaves (all by default)."""
        return fold([self.node(*place) for place in peaks_of(self.size if size is None else size)])


def inclusion_proof(tree: Tree, index: int, size: int | None = None) -> list[bytes]:
    """The path of leaf `index` in the tree's first `size` leaves."""
    return path_over(inclusion_ranges(index, tree.size if size is None else size), tree.node)


def consistency_proof(tree: Tree, first: int, second: int | None = None) -> list[bytes]:
    """The proof that the first `first` leaves are the beginning of the first `second`."""
    return path_over(consistency_ranges(first, tree.size if second is None else second), tree.node)


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root_hash: bytes) -> None:
    """Raises `Refused("proof-invalid")` unless the leaf hash stands at `index` in the tree of `size` with that root.

    RFC 9162 section 2.1.3.2.
    """
    _check_shapes((leaf, root_hash, *path))
    if not 0 <= index < size <= MAX_SIZE:
        raise Refused("proof-invalid", reason="index outside the tree")
    place, last = index, size - 1
    total = leaf
    for sibling in path:
        if last == 0:
            raise Refused("proof-invalid", reason="path too long")
        if place & 1 or place == last:
            total = node_hash(sibling, total)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            total = node_hash(total, sibling)
        place >>= 1
        last >>= 1
    if last != 0:
        raise Refused("proof-invalid", reason="path too short")
    if total != root_hash:
        raise Refused("proof-invalid", reason="another root")


def verify_consistency(first: int, first_root: bytes, second: int, second_root: bytes, path: Sequence[bytes]) -> None:
    """Raises `Refused("proof-invalid")` unless the tree of size `first` is a beginning of the one of size `second`.

    RFC 9162 section 2.1.4.2; an empty tree begins every tree, and a tree begins itself, both with an empty path.
    """
    _check_shapes((first_root, second_root, *path))
    if not 0 <= first <= second <= MAX_SIZE:
        raise Refused("proof-invalid", reason="the log became shorter")
    if first in {0, second}:
        expected = EMPTY_ROOT if first == 0 else second_root
        if path or first_root != expected or (second == 0 and second_root != EMPTY_ROOT):
            raise Refused("proof-invalid", reason="another root")
        return
    _walk_consistency(first, first_root, second, second_root, list(path))


def _walk_consistency(first: int, first_root: bytes, second: int, second_root: bytes, path: list[bytes]) -> None:
    if first & (first - 1) == 0:
        path.insert(0, first_root)
    if not path:
        raise Refused("proof-invalid", reason="path too short")
    place, last = first - 1, second - 1
    while place & 1:
        place >>= 1
        last >>= 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise Refused("proof-invalid", reason="path too long")
        if place & 1 or place == last:
            old = node_hash(sibling, old)
            new = node_hash(sibling, new)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            new = node_hash(new, sibling)
        place >>= 1
        last >>= 1
    if last != 0:
        raise Refused("proof-invalid", reason="path too short")
    if old != first_root or new != second_root:
        raise Refused("proof-invalid", reason="another root")


def _check_shapes(hashes: Sequence[bytes]) -> None:
    if len(hashes) > PATH_MAX + 2 or any(len(item) != HASH_BYTES for item in hashes):
        raise Refused("proof-invalid", reason="not a list of hashes")
