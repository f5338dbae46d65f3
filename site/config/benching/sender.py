"""One worker in a process of its own: ready when it says so, sends at a word, and tells what that took."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any


def main() -> None:
    """Say "ready", wait for a line, send all that is due, print what it took; again until nobody asks any more."""
    import django

    django.setup()
    from django.db import connection
    from django.urls import get_resolver

    from delivery import sending

    get_resolver().url_patterns  # noqa: B018  read once, before anything is measured
    connection.ensure_connection()
    statements = [0]

    def count(execute: Callable[..., Any], *details: Any) -> Any:
        statements[0] += 1
        return execute(*details)

    _say(ready=True, megabytes=_megabytes())
    with connection.execute_wrapper(count):
        for _line in sys.stdin:
            statements[0], sent = 0, 0
            begun, used = time.perf_counter(), time.process_time()
            while found := sending.work(seconds=3_600):
                sent += found
            seconds, processor = time.perf_counter() - begun, time.process_time() - used
            _say(sent=sent, seconds=seconds, processor=processor, statements=statements[0], megabytes=_megabytes())
    sending.hang_up()


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _say(**told: Any) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
