"""What `run` prints once the site answers: who to sign in as, and where mail goes."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings

from config.running.preparing import HOST, logs_folder
from home.demo.cast import PERSONS


def wait_for(port: int, *, seconds: float, is_wanted: Callable[[], bool]) -> bool:
    """Wait until the server answers on `port`; return whether it did before `seconds` were over or nobody wants it."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and is_wanted():
        connection = http.client.HTTPConnection(HOST, port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return True
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        finally:
            connection.close()
    return False


def mail_goes_to(url: str) -> str:
    """Return in words where mail leaves to, without user and password."""
    parts = urlsplit(url)
    if parts.scheme == "outbox":
        return f"files in {settings.OUTBOX_ROOT}"
    return f"{parts.scheme}://{parts.hostname}:{parts.port or 25}"


def welcome(port: int) -> str:
    """Return the table that `run` prints."""
    site = f"http://{HOST}:{port}"
    lines = ["", f"Goodword is ready: {site}/", ""]
    if settings.DEMO:
        width = max(len(person.name) for person in PERSONS.values())
        what = max(len(str(person.what)) for person in PERSONS.values())
        lines += ["Sign in as", ""]
        lines += [
            f"  {person.name:<{width}}  {person.what!s:<{what}}  {site}/demo/as/{role}/"
            for role, person in PERSONS.items()
        ]
        lines += ["", f"What to try       {site}/demo/", f"Mail and letters  {site}/demo/outbox/"]
    lines += [f"Mail leaves to    {mail_goes_to(settings.MAIL_URL)}"]
    if settings.BULK_MAIL_URL != settings.MAIL_URL:
        lines += [f"Letters leave to  {mail_goes_to(settings.BULK_MAIL_URL)}"]
    lines += [f"Logs              {logs_folder()}"]
    return "\n".join([*lines, "", "Ctrl-C stops everything.", ""])
