"""Passwords: how they are made, what is asked of chosen ones, and how they are hashed (argon2id).

One hash takes 64 MiB and a tenth of a second or more, so only a few run at a time, and only a few wait: whoever floods
the sign-in page is told that the node is busy, and takes no thread from the officers who are at work. Chance comes in
as a value.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.people.factors.letters import draw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lienlac.ids import Chance

GROUPS: Final = 5
GROUP_LETTERS: Final = 5
_DISTINCT_MIN: Final = 6
_OWN_MIN: Final = 6
"""Letters and digits that must be left beside words, years and runs that everybody here would think of."""
CONTEXT_WORDS: Final = (
    "password", "matkhau", "passw0rd", "p4ssword", "lienlac", "hotline", "trucban", "dutyofficer", "police", "canhsat",
    "congan", "interpol", "aseanapol", "vietnam", "hanoi", "saigon", "hochiminh", "danang", "washington", "america",
    "hoaky", "federal", "bureau", "bocongan", "cucc", "a05", "ic3", "fbi", "secret", "bimat", "welcome", "letmein",
    "iloveyou", "anhyeuem", "emyeuanh", "admin", "administrator", "supervisor", "officer", "qwertyuiop", "asdfghjkl",
    "zxcvbnm", "qwerty", "asdf", "zxcv", "1q2w3e4r5t", "1qaz2wsx", "abcdefgh", "abc", "monkey", "dragon", "football",
)  # fmt: skip
"""Words of this field and the commonest of all: alone or in a row they make no password."""
_COUNTED: Final = re.compile(r"(?:19|20)[0-9]{2}|0?123456789?0?|12345?|9876543210?|098765?4?3?")
_REPEATED: Final = re.compile(r"(.+?)\1+")


class Hasher:
    """argon2id with its cost and the bound on how many run at once."""

    def __init__(self, *, memory_kib: int = limits.PASSWORD_HASH_KIB, rounds: int = 3) -> None:
        self._argon = PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1, type=Type.ID)
        self._slots = BoundedSemaphore(limits.PASSWORD_HASHES_AT_ONCE)
        self._queue = BoundedSemaphore(limits.PASSWORD_HASHES_AT_ONCE + limits.PASSWORD_HASHES_WAITING)
        self._dummy = ""

    def hash(self, password: str, chance: Chance) -> str:
        """The hash text of a password; raises `NotAllowed("sign-in-busy")`."""
        with self.place():
            return self._argon.hash(_bytes(password), salt=chance.token(16))

    def verify(self, hash_text: str | None, password: str) -> bool:
        """Whether the password belongs to the hash. `None` (no such account) takes just as long and is False."""
        with self.place():
            return self.verify_here(hash_text, password)

    def verify_here(self, hash_text: str | None, password: str) -> bool:
        """As `verify`, for a caller that holds a `place` already."""
        if not self._dummy:
            self._dummy = self._argon.hash("nobody's password", salt=bytes(16))
        try:
            self._argon.verify(hash_text or self._dummy, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False
        return hash_text is not None

    @contextmanager
    def place(self) -> Iterator[None]:
        """One of the few places for a running hash, after a short wait at most; raises `NotAllowed("sign-in-busy")`."""
        if not self._queue.acquire(blocking=False):
            raise NotAllowed("sign-in-busy")
        try:
            if not self._slots.acquire(timeout=limits.PASSWORD_HASH_WAIT_S):
                raise NotAllowed("sign-in-busy")
            try:
                yield
            finally:
                self._slots.release()
        finally:
            self._queue.release()


STANDARD: Final = Hasher()
"""The cost a node runs with; tests hand in a cheap one."""


def generate(chance: Chance) -> str:
    """A password of 123 bits in five readable groups: `7kq4m-…`."""
    return draw(chance, GROUPS, GROUP_LETTERS)


def check_chosen(password: str, login: str) -> None:
    """What is asked of a password that a person chose; raises `Refused("password-…")`."""
    text = normal(password)
    if len(text) < limits.PASSWORD_MIN_CHARS:
        raise Refused("password-too-short", field="password", limit_chars=limits.PASSWORD_MIN_CHARS)
    if len(text) > limits.PASSWORD_MAX_CHARS:
        raise Refused("password-too-long", field="password", limit_chars=limits.PASSWORD_MAX_CHARS)
    if login in text.lower() or len(set(text)) < _DISTINCT_MIN or len(_own_part(text)) < _OWN_MIN:
        raise Refused("password-too-plain", field="password")


def _own_part(text: str) -> str:
    """What is left of a password once everything that others would try first is out."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFD", text.lower().replace("đ", "d")) if letter.isalnum()
    )
    for word in CONTEXT_WORDS:
        plain = plain.replace(word, "")
    return _REPEATED.sub(r"\1", _COUNTED.sub("", plain))


def normal(password: str) -> str:
    """One form for the same letters typed on different keyboards. Over-long text is cut by a digest, not hashed raw."""
    text = unicodedata.normalize("NFKC", password)
    if len(text) > limits.PASSWORD_MAX_CHARS * 4:
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return text


def _bytes(password: str) -> bytes:
    """Broken text from a client is a wrong password, not a failure of the node."""
    return normal(password).encode("utf-8", "surrogatepass")
