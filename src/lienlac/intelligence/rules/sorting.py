"""Which of the objects that come in are new, which are known, which wait in quarantine. Pure.

The rules. An object's version is its `modified`, else its `created`; an object with neither (most observables) has as
version the instant at which it came in.
1. A version that is known with the same content is no error and changes nothing, also when it was spelt differently.
2. The same id and the same version with another content: the later one is held, the first one stays, both are kept.
3. Without a version: the same content as the newest known is known; another content is a new version.
4. A version dated further ahead than clocks may differ is held: it would hide every later correction.
5. What is marked more strictly than the collection's ceiling is held.
6. A version older than those known is kept as what it is; what is newest is decided by version, not by arrival.
7. Each new version gets an instant of its own, later than every one before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from lienlac.intelligence.outcome import Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lienlac.stix.checking import Stix

FIRST: Final = 1
LAST: Final = 2
"""Bits of a version's standing among the versions of its object in one collection."""


class Checked(NamedTuple):
    """An object that is right in itself, with the mark that it carries ("" when it carries none)."""

    stix: Stix
    tlp: str
    pap: str


class Failed(NamedTuple):
    """An object that is not, with the reason, and with whatever of it could be read."""

    raw: bytes
    code: str
    details: Mapping[str, Any]
    object_id: str
    type: str


class Known(NamedTuple):
    """A version in the store. `raw` only where contents must be compared."""

    added_us: int
    version_us: int
    standing: int
    raw: bytes | None


class Ranks(NamedTuple):
    """What marks must keep to: places in the order of TLP."""

    of: Mapping[str, int]
    ceiling: int
    least: int
    unmarked: int


class Fresh(NamedTuple):
    """A version to be stored."""

    added_us: int
    version_us: int
    tlp: int
    checked: Checked


class Sorted(NamedTuple):
    """What is to be done. `standing` is that of every version, known or fresh, whose standing is not 0 or changes."""

    results: list[Result]
    fresh: list[Fresh]
    standing: dict[int, int]
    held: list[tuple[int, bytes, int]]
    """Place among the results, the bytes, and the version that they contradict (0: none)."""


def sort(
    given: Iterable[Checked | Failed],
    known: Mapping[str, Sequence[Known]],
    *,
    next_us: int,
    latest_us: int,
    ranks: Ranks,
) -> Sorted:
    """Sort one parcel. `known` are per id the first and the last version, and every one that is named again here.

    `next_us` is the instant of the first new version; `latest_us` the furthest that a version may be dated.
    """
    done = Sorted([], [], {}, [])
    seen = {object_id: list(versions) for object_id, versions in known.items()}
    results = done.results
    for one in given:
        if isinstance(one, Failed):
            done.held.append((len(results), one.raw, 0))
            results.append(Result("held", one.object_id, one.type, 0, 0, one.code, one.details))
            continue
        stix = one.stix
        tlp = max(ranks.of[one.tlp] if one.tlp else ranks.unmarked, ranks.least)
        if tlp > ranks.ceiling:
            details = {"mark": one.tlp or _name(ranks, tlp), "ceiling": _name(ranks, ranks.ceiling)}
            _hold(done, stix, "intel-above-ceiling", details)
            continue
        if stix.version_us is not None and stix.version_us > latest_us:
            _hold(done, stix, "intel-version-future", {})
            continue
        versions = seen.setdefault(stix.id, [])
        same = _same(stix, versions)
        if same is not None:
            if same_content(same.raw or b"", stix.raw):
                results.append(Result("same", stix.id, stix.type, same.version_us, same.added_us))
            else:
                _hold(done, stix, "intel-version-conflict", {}, same.added_us)
            continue
        version_us = next_us if stix.version_us is None else stix.version_us
        _place(versions, Known(next_us, version_us, 0, stix.raw), done.standing)
        done.fresh.append(Fresh(next_us, version_us, tlp, one))
        results.append(Result("new", stix.id, stix.type, version_us, next_us))
        next_us += 1
    return done


def to_compare(stix: Stix, versions: Sequence[Known]) -> Known | None:
    """The stored version whose content decides whether this object is known."""
    return _same(stix, versions)


def same_content(one: bytes, other: bytes) -> bool:
    """Whether two spellings say the same: order of keys and white space say nothing."""
    if one == other:
        return True
    try:
        return _plain(one) == _plain(other)
    except ValueError:  # beyond what this reader holds, so only equal bytes are surely the same
        return False


def standings(versions: Sequence[Known]) -> dict[int, int]:
    """The standing of each of an object's versions, from all of them: what remains after some were deleted."""
    found = dict.fromkeys((one.added_us for one in versions), 0)
    if versions:
        found[min(versions, key=_age).added_us] |= FIRST
        found[max(versions, key=_age).added_us] |= LAST
    return found


def _same(stix: Stix, versions: Sequence[Known]) -> Known | None:
    if not versions:
        return None
    if stix.version_us is None:
        last = max(versions, key=_age)
        return last if last.raw is None or same_content(last.raw, stix.raw) else None
    return next((one for one in versions if one.version_us == stix.version_us), None)


def _place(versions: list[Known], new: Known, standing: dict[int, int]) -> None:
    """Put a new version among its siblings; the first and the last of them change."""
    if not versions:
        versions.append(new)
        standing[new.added_us] = FIRST | LAST
        return
    first, last = min(versions, key=_age), max(versions, key=_age)
    versions.append(new)
    standing[new.added_us] = 0
    for old, bit, beyond in ((first, FIRST, new.version_us < first.version_us), (last, LAST, _age(new) > _age(last))):
        if beyond:
            standing[old.added_us] = standing.get(old.added_us, old.standing) & ~bit
            standing[new.added_us] |= bit


def _age(one: Known) -> tuple[int, int]:
    return one.version_us, one.added_us


def _hold(done: Sorted, stix: Stix, code: str, details: Mapping[str, Any], rival_us: int = 0) -> None:
    done.held.append((len(done.results), stix.raw, rival_us))
    done.results.append(Result("held", stix.id, stix.type, stix.version_us or 0, 0, code, details))


def _name(ranks: Ranks, rank: int) -> str:
    return next(code for code, place in ranks.of.items() if place == rank)


def _plain(raw: bytes) -> bytes:
    return orjson.dumps(orjson.loads(raw), option=orjson.OPT_SORT_KEYS)
