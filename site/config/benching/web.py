"""The web's figures: a kept page beside a bare answer of the same server, and the home page made anew."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from config.benching import asking
from config.benching.measures import RUNS, Measure, percentile
from config.running.announcing import wait_for
from config.running.preparing import HOST
from config.running.supervising import PATIENCE, Child, environment, server_command
from config.touring.stage import free_port

SECONDS = 2.0
REQUESTS = 200
NOT_KEPT = "bench=1"  # a cookie that a page might read, so the page is made anew


class NoServer(RuntimeError):
    """A server that should be measured does not come up."""


def measured() -> list[Measure]:
    """Return the web's measures, on a small demo in a folder of its own.

    Raises:
        NoServer: when a server does not come up.
        OddAnswer: when a page is not answered as it should be.
    """
    folder = Path(tempfile.mkdtemp(prefix="goodword-bench-"))
    try:
        env = environment(VAR_DIR=str(folder), DEMO="1")
        for name in ("SITE_URL", "DEBUG", "DATABASE_URL", "DATABASE_URL_FILE", "CACHE_URL"):
            env.pop(name, None)
        for command in (["migrate", "--verbosity", "0"], ["seed_demo", "--patients", "60", "--offices", "6"]):
            _manage(env, *command)
        with served("the site", server_command(site := free_port()), env, site, folder):
            page = asking.request("/", host=f"{HOST}:{site}")
            asking.times(page, host=HOST, port=site, count=3)
            size = asking.body_length(page, host=HOST, port=site)
            bare_command = [*server_command(bare := free_port())[:-1], "config.benching.bare:application"]
            with served("a bare answer", bare_command, env, bare, folder):
                return [_kept(site, bare, size), _made(site)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _kept(site: int, bare: int, size: int) -> Measure:
    paths = {site: "/", bare: f"/{size}"}
    runs: dict[int, list[float]] = {site: [], bare: []}
    for number in range(RUNS):
        for port in (site, bare) if number % 2 else (bare, site):
            asked = asking.request(paths[port], host=f"{HOST}:{port}")
            runs[port].append(asking.throughput(asked, host=HOST, port=port, seconds=SECONDS))
    return Measure(
        name="web.public_cached",
        unit="requests/s",
        values=runs[site],
        ratio_to="a bare WSGI answer of the same length on the same server",
        base=runs[bare],
        goal="ratio at least 0.8",
    )


def _made(site: int) -> Measure:
    asked = asking.request("/", host=f"{HOST}:{site}", cookie=NOT_KEPT)
    p95 = [percentile(asking.times(asked, host=HOST, port=site, count=REQUESTS), 0.95) for _ in range(RUNS)]
    return Measure(name="web.home_p95", unit="ms", values=p95, goal="under 60 ms, made anew")


def _manage(env: dict[str, str], *arguments: str) -> None:
    subprocess.run(  # noqa: S603  our own command
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments],
        env=env,
        cwd=settings.BASE_DIR,
        stdout=subprocess.DEVNULL,
        check=True,
    )


@contextlib.contextmanager
def served(what: str, command: list[str], env: dict[str, str], port: int, folder: Path) -> Iterator[None]:
    """Let a server run.

    Args:
        what: its name, for whoever reads why it does not come up.
        command: how it is started.
        env: its environment.
        port: where it listens.
        folder: for its log.

    Raises:
        NoServer: when it does not come up.
    """
    child = Child(what, command, env, folder / f"{port}.log")
    child.start()
    try:
        if not wait_for(port, seconds=90, is_wanted=lambda: child.is_alive):
            raise NoServer(f"{what} does not come up:\n{child.last_words()}")
        yield
    finally:
        child.end()
        with contextlib.suppress(subprocess.TimeoutExpired, AttributeError):
            child.process and child.process.wait(PATIENCE)
        child.kill()
