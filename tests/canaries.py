"""Canaries: words that stand only in personal fields, and are looked for wherever no personal word may stand.

During every test the logs (as they are really written), the subjects of mails, the links and redirects of every
answer, the arguments of tasks and the keys of the cache are collected; a canary in one of them fails that test.
tests/test_canaries.py plants one leak in each, to prove that it would be found.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest

# Family names and mailboxes of the factories and of the cast's patients.
WORDS = re.compile(r"canarywren|canarypost|ellison|brandvold", re.IGNORECASE)
LINKS = re.compile(rb"""(?:href|src|action|hx-get|hx-post)\s*=\s*["']?([^"'\s>]+)""")
# A link to write to or call a person is that person's address by nature; a search keeps what was typed.
PERSONAL = re.compile(r"^(?:mailto|tel|sms):|[?&](?:amp;)?q=")


class Cage:
    """What one test let out, by channel."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def smell(self, channel: str, text: object) -> None:
        """Keep `text` where a canary stands in it."""
        if WORDS.search(str(text)):
            self.found.append(f"{channel}: {str(text)[:200]}")


_cage = Cage()


class _Log(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        _cage.smell("log", self.format(record))


@pytest.fixture(scope="session", autouse=True)
def _listen() -> Iterator[None]:
    """Stand at each channel for the whole run."""
    from celery.app.task import Task
    from django.conf import settings
    from django.core.cache.backends.base import BaseCache
    from django.core.handlers.base import BaseHandler
    from structlog.stdlib import ProcessorFormatter

    from delivery.channels.outbox import Outbox

    settled = dict(settings.LOGGING["formatters"]["line"])
    settled.pop("()")
    handler = _Log()
    handler.setFormatter(ProcessorFormatter(**settled))
    logging.getLogger().addHandler(handler)
    with pytest.MonkeyPatch.context() as patch:
        answer, send, enqueue, key = BaseHandler.get_response, Outbox.send, Task.apply_async, BaseCache.make_key

        def answered(self: Any, request: Any) -> Any:
            response = answer(self, request)
            links = [response.get("Location", "")]
            if not response.streaming and "html" in response.get("Content-Type", ""):
                links += [link.decode(errors="replace") for link in LINKS.findall(response.content)]
            for link in links:
                if not PERSONAL.search(link):
                    _cage.smell("link", link)
            return response

        def sent(self: Any, mails: Iterator[Any], notes: Any) -> Any:
            def smelled() -> Iterator[Any]:
                for mail in mails:
                    _cage.smell("subject", message_from_bytes(mail.data, policy=policy.default)["Subject"])
                    yield mail

            return send(self, smelled(), notes)

        def enqueued(self: Any, args: Any = None, kwargs: Any = None, **options: Any) -> Any:
            _cage.smell("task", (args, kwargs))
            return enqueue(self, args, kwargs, **options)

        def made(self: Any, name: Any, version: Any = None) -> Any:
            _cage.smell("cache", name)
            return key(self, name, version)

        patch.setattr(BaseHandler, "get_response", answered)
        patch.setattr(Outbox, "send", sent)
        patch.setattr(Task, "apply_async", enqueued)
        patch.setattr(BaseCache, "make_key", made)
        yield
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def cage() -> Cage:
    """Return what this test let out so far; a test that plants a leak empties it again."""
    return _cage


@pytest.fixture(autouse=True)
def canaries() -> Iterator[None]:
    """Fail a test during which a canary got out."""
    _cage.found.clear()
    yield
    assert _cage.found == [], "\n" + "\n".join(_cage.found)
