"""Calls a slice's handlers so that one of them can refuse or fail and nothing else suffers (clause 6.7)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sqlalchemy.exc import OperationalError

from lienlac.errors import NotAllowed, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

_log = logging.getLogger(__name__)

FAILED = "handler-failed"


def attempt(connection: Connection, work: Callable[[], None]) -> Refused | None:
    """Do the work behind a savepoint; a refusal undoes what it did and is returned, None when all is well.

    A defect becomes `Refused("handler-failed", retry)`: one broken handler may not stop a link. What is wrong with the
    disk or the database is raised: then nothing of the whole transaction holds.
    """
    savepoint = connection.begin_nested()
    try:
        work()
    except Refused as refusal:
        savepoint.rollback()
        return refusal
    except OperationalError:
        raise
    except Exception as error:  # logged, and the sender or a person is told
        if isinstance(error, NotAllowed) and error.code.startswith("storage-"):
            raise
        savepoint.rollback()
        _log.exception("a handler failed")
        return Refused("handler-failed", retry=True)
    savepoint.commit()
    return None
