"""By which words an object is found, and which other objects it names. Pure.

Every text that a person or a producer wrote counts: names, descriptions, values, patterns, external references; ids,
instants and members that only machines read do not. Beside the words stand signs that no text can hold: the type, the
collection and the typologies, so that a filter narrows a search where it is quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lienlac import limits
from lienlac.identifiers.folding import backwards, words_once
from lienlac.vocabulary import typologies

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

_PASSED_BY: Final = frozenset(
    {
        *("id", "type", "spec_version", "lang", "revoked", "granular_markings", "definition_type", "extension_type"),
        *("created", "modified", "valid_from", "valid_until", "first_seen", "last_seen", "published", "submitted"),
        *("first_observed", "last_observed", "start_time", "stop_time", "pattern_type", "pattern_version"),
    }
)
"""Members that nobody looks for by a word."""
_FIRST: Final = (
    "name", "value", "aliases", "x_opencti_aliases", "account_id", "number", "labels", "external_references"
)  # fmt: skip
"""Members whose words count before all others where an object has more words than are kept."""
_SOURCES: Final = frozenset({"lienlac-typology"})
_CHAIN: Final = "lienlac"
_TYPE, _PLACE, _TYPOLOGY = "~y", "~c", "~t"
Term = tuple[str, bool]
"""A word, and whether words that begin so are meant too."""


class Words(NamedTuple):
    """What a stored version is found by, and what it names: (short digest of an id, member)."""

    added_us: int
    body: str
    links: Sequence[tuple[int, str]]


def read(added_us: int, collection: int, value: dict[str, Any], key_of: Callable[[str], int]) -> Words:
    """What is written down of a stored version; `key_of` makes short digests of ids."""
    found: dict[str, None] = dict.fromkeys(_signs(value, collection))
    most = limits.INTEL_WORDS_MAX + len(found)
    for word in _words(value):
        found[word] = None
        if len(found) >= most:
            break
    links = dict.fromkeys((key_of(target), role_of(value, member)) for member, target in links_of(value))
    return Words(added_us, " ".join(found), tuple(links))


def _signs(value: dict[str, Any], collection: int) -> Iterator[str]:
    yield f"{_PLACE}{collection}"
    yield f"{_TYPE}{value['type']}"
    for code in typologies_of(value):
        yield f"{_TYPOLOGY}{code}"


def typologies_of(value: dict[str, Any]) -> list[str]:
    """Codes of the kinds of crime that an object states, in any of the ways in which this program writes them."""
    references = [one for one in _list(value.get("external_references")) if isinstance(one, dict)]
    phases = [one for one in _list(value.get("kill_chain_phases")) if isinstance(one, dict)]
    stated = [
        *_list(value.get("labels")),
        *(one.get("external_id") for one in references if one.get("source_name") in _SOURCES),
        *(one.get("phase_name") for one in phases if one.get("kill_chain_name") == _CHAIN),
    ]
    codes = dict.fromkeys(one.lower() for one in stated if isinstance(one, str))
    return [code for code in codes if code in typologies]


def _words(value: dict[str, Any]) -> Iterator[str]:
    for name in _FIRST:
        if name in value:
            yield from _said(value[name])
    yield from _said({name: part for name, part in value.items() if name not in _FIRST})


def _said(part: Any) -> Iterator[str]:
    """The words below a member, in their order; of one text each once."""
    waiting = [part]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            for word in words_once(item):
                yield word
                if word.isdigit() and (turned := backwards(word)):
                    yield turned
        elif isinstance(item, list):
            waiting.extend(reversed(item))
        elif isinstance(item, dict):
            waiting.extend(
                below for name, below in reversed(item.items())
                if name not in _PASSED_BY and not name.endswith(("_ref", "_refs"))
            )  # fmt: skip


def links_of(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Member and id of every other object that an object names; markings and its own inner parts are none."""
    waiting: list[Any] = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(part for part in item if isinstance(part, dict | list))
            continue
        for name, part in item.items():
            if name in {"object_marking_refs", "granular_markings"}:
                continue
            if name.endswith("_ref") and isinstance(part, str):
                if "--" in part:
                    yield name, part
            elif name.endswith("_refs") and isinstance(part, list):
                yield from ((name, one) for one in part if isinstance(one, str) and "--" in one)
            elif isinstance(part, dict | list):
                waiting.append(part)


def role_of(value: dict[str, Any], member: str) -> str:
    """How an object names another: by which member, and in a relationship by which type, for one hides no other."""
    if value["type"] != "relationship" or member not in {"source_ref", "target_ref"}:
        return member[:80]
    return f"{member}:{value.get('relationship_type', '')}"[:80]


def groups(
    words: Sequence[str], *, frequent: Collection[str], type_: str, places: Sequence[int], typology: str
) -> list[list[Term]]:
    """What the index is asked: of each group one of the words.

    A short word is meant as it stands, and so is one that is frequent by itself; any other also begins longer ones, and
    a number is also found by how it ends. `places` are the collections in which it looks, none for all of them.
    """
    asked = [[(word, False)] if word in frequent else _spellings(word) for word in words]
    if asked or typology:
        asked += [[(f"{_TYPE}{type_}", False)]] if type_ else []
        asked += [[(f"{_PLACE}{number}", False) for number in places]] if places else []
        asked += [[(f"{_TYPOLOGY}{typology}", True)]] if typology else []
    return asked


def _spellings(word: str) -> list[Term]:
    begins = len(word) >= limits.INTEL_WORD_BEGINS_CHARS
    turned = backwards(word)
    return [(word, begins), *([(turned, True)] if turned else [])]


def _list(part: Any) -> list[Any]:
    return part if isinstance(part, list) else []
