"""Structured logs, one JSON object a line, with personal data redacted before anything is written."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Any

import structlog

# Shapes of personal data: addresses of mail, phones, birth dates, tokens in our mail links.
MAIL = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9.-]+")
PHONE = re.compile(r"(?<![\w.-])(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}(?![\w-])")
DATE = re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d\b(?!T)|\b\d{1,2}/\d{1,2}/\d{2,4}\b")
LINK = re.compile(r"(/(?:e/[a-z]+|r|o|portal/join)/)[^\s/?\"']+")
QUERY = re.compile(r"\?[^\s\"']*")
MOST_PLACES = 12
SECRET_KEYS = frozenset(
    {"ip", "user_agent", "password", "token", "secret", "authorization", "cookie", "email", "phone"}
)


def redact(text: str) -> str:
    """Return `text` with addresses, phones, dates of birth, link tokens and query strings blotted out."""
    text = LINK.sub(r"\1[token]", text)
    text = MAIL.sub("[mail]", text)
    text = DATE.sub("[date]", text)
    text = PHONE.sub("[phone]", text)
    return QUERY.sub("?[query]", text) if "/" in text else text


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {key: "[secret]" if str(key).lower() in SECRET_KEYS else _clean(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(part) for part in value]
    return value


def redactor(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blot out personal data in every value of a log event (a structlog processor)."""
    for key in list(event):
        if key.lower() in SECRET_KEYS:
            event[key] = "[secret]"
        elif key not in {"timestamp", "level", "logger", "request_id", "task_id"}:
            event[key] = _clean(event[key])
    return event


def places_only(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Tell an exception by its class and the places it passed; a database quotes the row in its words, so they go."""
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["exception"] = " < ".join(_told(error))
    return event


def _told(error: BaseException) -> Iterator[str]:
    """Yield the class and the innermost places of an exception, then of what caused it."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        frames = traceback.extract_tb(current.__traceback__)[-MOST_PLACES:]
        places = " ".join(f"{Path(frame.filename).stem}.{frame.name}:{frame.lineno}" for frame in reversed(frames))
        yield f"{type(current).__name__} at {places}" if places else type(current).__name__
        current = current.__cause__ or current.__context__


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    places_only,
]


class WithoutRequest(logging.Filter):
    """Takes the request object off a record: its text holds path and query."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        record.__dict__.pop("request", None)
        return True


def logging_settings(*, debug: bool) -> dict[str, Any]:
    """Return Django's LOGGING, and set structlog to end in the same formatter."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": SHARED,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            redactor,
            structlog.processors.JSONRenderer(),
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "filters": {"plain": {"()": WithoutRequest}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["plain"]}},
        "root": {"handlers": ["stderr"], "level": "INFO" if debug else "WARNING"},
        "loggers": {
            "django": {"level": "INFO" if debug else "WARNING", "handlers": [], "propagate": True},
            "django.server": {"level": "WARNING", "handlers": [], "propagate": True},
            "django_structlog": {"level": "INFO"},
        },
    }
