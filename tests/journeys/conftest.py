"""The living demo that the journeys walk through: web server, worker and PostgreSQL, seeded once for each worker."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.walking import Watch
from tests.services import postgres
from tests.services.plugin import WORKER, run_folder

ROOT = Path(__file__).resolve().parents[2]
NAME = WORKER or "main"
Enter = Callable[..., Page]


@dataclass(frozen=True)
class Demo:
    """A running demo."""

    url: str
    folder: Path


def _database() -> dict[str, str]:
    """Return the DATABASE_URL of a fresh copy of the migrated database; nothing where the run is on SQLite."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        return {}
    import psycopg

    server = url.rpartition("/")[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE goodword_demo_{NAME} TEMPLATE {postgres.TEMPLATE}")
    return {"DATABASE_URL": f"{server}/goodword_demo_{NAME}"}


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    """Run the demo as `make run` does, on a port and in a folder of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = run_folder() / f"demo-{NAME}"
    folder.mkdir()
    url = f"http://127.0.0.1:{port}"
    env = {**os.environ, **_database(), "DEMO": "1", "PORT": str(port), "VAR_DIR": str(folder), "SITE_URL": url}
    log = folder / "run.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "run"], env=env, stdout=output, stderr=output, cwd=ROOT
        )
    try:
        _wait(url, process, log)
        yield Demo(url, folder)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 300
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()[-4000:]
        try:
            with urlopen(f"{url}/readyz", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"The demo did not start:\n{log.read_text()[-4000:]}")


PATIENCE = 120_000  # milliseconds: on a busy machine a page may be slow and is right all the same
expect.set_options(timeout=PATIENCE)


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Collect whatever the browser complains of in this test; there must be nothing."""
    watched = Watch()
    yield watched
    assert watched.complaints == [], "\n" + "\n".join(watched.complaints)


@pytest.fixture
def enter(browser: Browser, demo: Demo, watch: Watch) -> Iterator[Enter]:
    """Return a way to open the demo as somebody: `enter("office")`, or `enter()` as a visitor."""
    contexts: list[BrowserContext] = []

    def come(role: str = "", *, width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            base_url=demo.url,
            reduced_motion="reduce",
            locale="en-US",
            **options,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = watch.over(context.new_page())
        if role:
            page.goto(f"/demo/as/{role}/")
            page.locator("main form button").first.click()
        else:
            page.goto("/")
        return page

    yield come
    for context in contexts:
        context.close()
