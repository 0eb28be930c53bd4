"""What a running node writes to its log: one JSON object a line, on standard error, without anything secret.

Case data never belongs in a log; should any slip into a sentence, long numbers, tokens and query strings are masked
here, for every library too.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING, Any, Final

import structlog

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from structlog.typing import Processor

SECRET_NAMES: Final = re.compile(r"pass(word|phrase)|secret|token|cookie|authori[sz]ation|totp|private", re.IGNORECASE)
_TOKEN: Final = re.compile(r"lienlac_[A-Za-z0-9_-]{20,}")
_QUERY: Final = re.compile(r"(https?://[^\s\"'?]+|/[A-Za-z0-9._~/-]+)\?[^\s\"']+")
_NUMBER: Final = re.compile(r"(?<![0-9A-Fa-f.:-])[0-9]{8,}(?![0-9A-Fa-f])")
"""Accounts, cards, telephones; not parts of digests and instants."""
_STEERING: Final = re.compile("[\x7f-\x9f\u2028\u2029]")
"""Signs that JSON leaves as they are, and that end a line for some readers or steer a terminal."""
_MASK: Final = "…"
_KEPT: Final = frozenset({"timestamp", "level", "logger"})


def configure() -> None:
    """All logging of this process from now on."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redact,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for quiet in ("httpx2", "httpcore2", "uvicorn.error", "alembic"):
        logging.getLogger(quiet).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask secrets by name and by shape."""
    for name, value in event.items():
        if name in _KEPT:
            continue
        if SECRET_NAMES.search(name):
            event[name] = _MASK
        elif isinstance(value, str):
            event[name] = masked(value)
        elif not isinstance(value, (int, float, bool, type(None))):
            event[name] = masked(str(value))
    return event


def masked(text: str) -> str:
    """A text without tokens, query strings and long numbers, on one line for every reader."""
    text = _STEERING.sub("\N{REPLACEMENT CHARACTER}", text)
    text = _TOKEN.sub(_MASK, text)
    text = _QUERY.sub(rf"\1?{_MASK}", text)
    return _NUMBER.sub(_MASK, text)
