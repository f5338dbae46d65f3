"""Whether this process lives, whether it can work, and which code it runs."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from accounts.doors import public

VERSION = "0.1.0"


@require_safe
@public
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the process lives; asks nothing of anybody."""
    return HttpResponse("ok\n", content_type="text/plain")


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    return "migrations are waiting" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else ""


def _broker() -> str:
    if settings.CELERY_BROKER_URL.startswith("filesystem"):
        return ""
    with current_app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=0, timeout=2)
    return ""


def _cache() -> str:
    cache.set("readyz", "1", 5)
    return "" if cache.get("readyz") == "1" else "the cache forgets"


def _folder() -> str:
    settings.VAR.mkdir(parents=True, exist_ok=True)
    probe = settings.VAR / ".writable"
    probe.write_text("")
    probe.unlink(missing_ok=True)
    return ""


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "broker": _broker,
    "cache": _cache,
    "folder": _folder,
}


def run_checks() -> dict[str, str]:
    """Return each check's complaint, "" where all is well; an exception is told by its class only."""
    found: dict[str, str] = {}
    for name, check in CHECKS.items():
        try:
            found[name] = check()
        except Exception as error:
            found[name] = type(error).__name__
    return found


@require_safe
@public
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when every check is well, else 503, with one line of JSON a check."""
    found = run_checks()
    well = not any(found.values())
    body: dict[str, Any] = {"ready": well, "checks": {name: text or "ok" for name, text in found.items()}}
    return JsonResponse(body, status=200 if well else 503)


@lru_cache(maxsize=1)
def revision() -> str:
    """Return the commit that runs, or "" where there is no checkout."""
    try:
        answer = subprocess.run(  # noqa: S603  a fixed command, no input
            ["git", "-C", str(settings.BASE_DIR), "rev-parse", "--short", "HEAD"],  # noqa: S607
            capture_output=True,
            text=True,
            timeout=2,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip()


@require_safe
@public
def version(request: HttpRequest) -> HttpResponse:
    """Answer the version and, in a checkout, its commit."""
    return JsonResponse({"name": "goodword", "version": VERSION, "revision": revision()})
