"""The pytest plugin that gives a run its own folder, database, broker and browser.

Loaded by `-p`, before Django reads its settings. `TEST_DATABASE=sqlite` asks for SQLite instead of PostgreSQL.
`REQUIRE=postgres,broker,browser` turns a part that cannot be had into a failure; without it the tests that need it
are left out, and the run ends with a line that says so.
"""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.services import chromium, migrated, postgres

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TESTS_VAR = migrated.KEPT
OURS = (
    *("SITE_URL", "SECRET_KEY", "DEBUG", "DEMO", "PORT", "DATABASE_URL", "BROKER_URL", "CACHE_URL", "MAIL_URL"),
    *("BULK_MAIL_URL", "FIELD_KEYS", "TRUSTED_PROXIES", "SECRET_KEY_FILE", "FIELD_KEYS_FILE", "DATABASE_URL_FILE"),
)
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
MISSING = "cannot be had here"
_not_run: dict[str, str] = {}
_server: postgres.Server | None = None


def required() -> set[str]:
    """Return the parts whose absence is a failure."""
    return {part.strip() for part in os.environ.get("REQUIRE", "").split(",") if part.strip()}


def missing(part: str, why: str) -> None:
    """Leave a test out because `part` cannot be had, or fail it where the part is required."""
    if part in required():
        pytest.fail(f"{part} is required and {MISSING}: {why}", pytrace=False)
    pytest.skip(f"{part} {MISSING}: {why}")


def run_folder() -> Path:
    """Return this run's own folder, shared by its workers and gone at its end."""
    return Path(os.environ["GOODWORD_TEST_RUN"])


def _begin() -> None:
    """Set the environment that Django will read; in the first process, bring the database too."""
    global _server  # noqa: PLW0603  one server for a run
    if not WORKER:
        _sweep()
        folder = TESTS_VAR / f"run-{os.getpid()}"
        folder.mkdir(parents=True)
        os.environ["GOODWORD_TEST_RUN"] = os.environ["PYTEST_DEBUG_TEMPROOT"] = str(folder)
        for name in OURS:
            os.environ.pop(name, None)
        os.environ["SECRET_KEY"] = "a secret for tests only, of no use anywhere else"
        keys = (("now", b"n" * 32), ("old", b"o" * 32))
        os.environ["FIELD_KEYS"] = ",".join(f"{name}:{base64.b64encode(key).decode()}" for name, key in keys)
        if os.environ.get("TEST_DATABASE", "postgres") != "sqlite":
            try:
                _server = postgres.start(folder / "postgres")
            except postgres.Unavailable as error:
                if "postgres" in required():
                    raise pytest.UsageError(f"postgres is required and {MISSING}: {error}") from error
                _not_run["postgres"] = str(error)
            else:
                os.environ["DATABASE_URL"] = _server.url("goodword")
    own = run_folder() / (WORKER or "main")
    for name in ("static", "broker/queue", "broker/control"):
        (own / name).mkdir(parents=True, exist_ok=True)
    os.environ["VAR_DIR"] = str(own)


def _sweep() -> None:
    """Remove the folders of runs that were killed; a server left behind ends itself when its folder is gone."""
    for folder in TESTS_VAR.glob("run-*"):
        pid = folder.name.removeprefix("run-")
        if pid.isdigit() and not Path(f"/proc/{pid}").exists() and not _lives(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


_begin()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note which part was wanting when a test is left out for it."""
    if report.skipped and isinstance(report.longrepr, tuple) and MISSING in report.longrepr[2]:
        part, _, why = report.longrepr[2].removeprefix("Skipped: ").partition(f" {MISSING}: ")
        _not_run[part] = why


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """End the run: say what was not run, stop the server, leave nothing behind."""
    if WORKER:
        return
    if _not_run:
        print("NOT RUN:", "; ".join(f"{part} ({why})" for part, why in sorted(_not_run.items())))
    if _server is not None:
        _server.close()
    shutil.rmtree(run_folder(), ignore_errors=True)


@pytest.fixture(scope="session")
def broker_url() -> Iterator[str]:
    """Give the URL of a real Valkey server of this worker's own."""
    from tests.services import broker

    try:
        server = broker.start(run_folder() / (WORKER or "main"))
    except broker.Unavailable as error:
        missing("broker", str(error))
        return
    try:
        yield server.url
    finally:
        server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give a running Chromium; Playwright allows one to a process, so everybody shares it."""
    from playwright.sync_api import sync_playwright

    path = chromium.find()
    if path is None:
        missing("browser", "no Chromium is installed; `make test` brings one")
    # Playwright keeps an event loop in this thread, which Django would take for an async view.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield running
        running.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
