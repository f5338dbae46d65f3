"""What may be wrong with an installation, each finding with the command that mends it."""

from __future__ import annotations

import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from celery import current_app
from django.conf import settings
from django.db import connection
from django.utils import timezone
from wagtail.models import Site

from config.observing import health
from config.running.announcing import mail_goes_to
from config.running.preparing import waiting_migrations
from config.tasks import ALIVE
from delivery.models import Message
from delivery.providers import LOOPBACK
from delivery.states import DispatchState, MessageState
from journal.models import Entry, Reaction
from journal.reacting import GIVE_UP_AFTER
from patients.importing import shifts
from patients.importing.freshness import freshness
from practice.models import Location, Practice, StaffMember

MANAGE = "python manage.py"
LATE, LATELY = timedelta(minutes=5), timedelta(days=7)
ALIVE_FOR = 60.0  # seconds; the worker shows itself every 15
AGREED = "door.agreed"


@dataclass(frozen=True)
class Finding:
    """One line of the doctor: what is so, and what mends it; "" where nothing needs mending."""

    text: str
    mend: str = ""

    @property
    def is_well(self) -> bool:
        """Whether nothing needs to be done."""
        return not self.mend


def database() -> Iterator[Finding]:
    """Whether the database answers and has every table of this version."""
    waiting = waiting_migrations()
    if waiting:
        yield Finding(f"{waiting} migrations are waiting.", f"{MANAGE} migrate")
    else:
        yield Finding(f"The database ({connection.vendor}) answers, and every migration is applied.")


def practice() -> Iterator[Finding]:
    """Whether there is a practice with hours, people and pages."""
    found = Practice.get()
    if found is None:
        yield Finding("There is no practice yet.", f"{MANAGE} set_up   (or, to look around: {MANAGE} seed_demo)")
        return
    yield Finding(f"The practice is {found.name}{' (the demo)' if found.is_demo else ''}.")
    if not Location.objects.filter(hours__isnull=False).exists():
        yield Finding(
            "No opening hours are kept, so promises run around the clock.",
            "/admin/ → Settings → Practice: enter the hours",
        )
    if not StaffMember.objects.filter(is_active=True, user__isnull=False).exists():
        yield Finding("Nobody of the staff can sign in.", f"{MANAGE} set_up")
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None or site.root_page.depth < 2 or site.root_page.specific_class.__name__ != "HomePage":
        yield Finding("The site has no home page of ours.", f"{MANAGE} set_up")


def worker() -> Iterator[Finding]:
    """Whether a worker lives: by its sign of life in the embedded default, else by asking over the broker."""
    if settings.CELERY_BROKER_URL.startswith("filesystem"):
        path = settings.VAR / ALIVE
        is_alive = path.exists() and time.time() - path.stat().st_mtime < ALIVE_FOR
    else:
        try:
            is_alive = bool(current_app.control.ping(timeout=2.0))
        except Exception as error:
            yield Finding(f"The broker does not answer ({type(error).__name__}).", "start it, or mend BROKER_URL")
            return
    if is_alive:
        yield Finding("A worker is alive.")
    else:
        yield Finding(
            "No worker is alive: nothing is sent.",
            "make run   (in production: start worker and beat, as in README.md)",
        )


def reactions() -> Iterator[Finding]:
    """Whether news waits for its reactions."""
    undone = Reaction.objects.filter(done_at__isnull=True)
    late = undone.filter(due_at__lt=timezone.now() - LATE, tries__lt=GIVE_UP_AFTER).count()
    given_up = undone.filter(tries__gte=GIVE_UP_AFTER).count()
    if late:
        yield Finding(f"{late} reactions have been due for more than 5 minutes.", "start a worker: make run")
    if given_up:
        yield Finding(
            f"{given_up} reactions failed {GIVE_UP_AFTER} times and rest.", "read the worker's log, then write to us"
        )
    if not late and not given_up:
        yield Finding("No news waits for its reactions.")


def messages() -> Iterator[Finding]:
    """Whether mail waits that should have left, and whether any ended in doubt."""
    waiting = Message.objects.unfinished().filter(queued_at__lt=timezone.now() - LATE)
    stopped = [DispatchState.PAUSED, DispatchState.ATTENTION]
    held = waiting.filter(dispatch__state__in=stopped).count()
    late = waiting.exclude(dispatch__state__in=stopped).count()
    unknown = Message.objects.filter(state=MessageState.UNKNOWN, settled_at__gt=timezone.now() - LATELY).count()
    if late:
        yield Finding(f"{late} messages have waited for more than 5 minutes.", "start a worker: make run")
    else:
        yield Finding("No message waits longer than it should." + (f" {held} are held by a pause." if held else ""))
    if unknown:
        yield Finding(f"{unknown} messages of this week ended in doubt; each letter's results list them.")


def cache_and_folder() -> Iterator[Finding]:
    """Whether the cache remembers and `var/` can be written to."""
    found = health.run_checks()
    if found["cache"]:
        yield Finding(f"The cache does not work ({found['cache']}).", "start it, or mend CACHE_URL")
    if found["folder"]:
        yield Finding(f"{settings.VAR} cannot be written to.", f"chown -R $(id -un) {settings.VAR}")


def keys() -> Iterator[Finding]:
    """Whether only the owner reads the secrets in `var/keys/`."""
    folder = settings.VAR / "keys"
    if not folder.exists():
        yield Finding("The keys come from the environment.")
        return
    open_to_others = [path for path in [folder, *folder.iterdir()] if _is_open_to_others(path)]
    if open_to_others:
        yield Finding("Others on this machine may read var/keys/.", f"chmod 700 {folder} && chmod 600 {folder}/*")
    else:
        yield Finding("Only their owner reads the keys in var/keys/. Keep a copy of them apart from your backups.")


def _is_open_to_others(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def imports() -> Iterator[Finding]:
    """Whether patients come from the practice's own system regularly, once they do."""
    found = freshness(timezone.now())
    if found.is_old:
        yield Finding(
            f"The newest import of patients is {found.days} days old.",
            f"let the practice's system export into {shifts.folder()}, or: {MANAGE} import_patients FILE",
        )
    elif found.newest_at:
        yield Finding(f"The newest import of patients is of {found.newest_at:%Y-%m-%d}.")
    if found.waiting:
        yield Finding(f"{found.waiting} files wait for a decision.", "/admin/ → People → Import")


def debug() -> Iterator[Finding]:
    """Whether debug pages are shown where others can reach them."""
    if settings.DEBUG and (settings.ENV.is_https or not settings.ENV.is_embedded):
        yield Finding("DEBUG is on in what looks like production: errors show data.", "unset DEBUG, and restart")


def doors() -> Iterator[Finding]:
    """The doors through which data leaves this machine, each with its agreement."""
    for name, label, url in (
        ("mail", "Mail", settings.MAIL_URL),
        ("letters", "Letters", settings.BULK_MAIL_URL),
    ):
        parts = urlsplit(url)
        if parts.scheme == "outbox" or parts.hostname in LOOPBACK:
            yield Finding(f"{label}: stays on this machine ({mail_goes_to(url)}).")
            continue
        entry = Entry.objects.of(f"door:{name}").filter(verb=AGREED).first()
        if entry is None:
            yield Finding(
                f"{label}: leaves through {parts.hostname}, and no agreement is recorded.",
                f'{MANAGE} doctor --agree {name} --note "BAA signed 2026-01-31, in the binder"',
            )
        else:
            said = str(entry.particulars.get("note", ""))
            yield Finding(f"{label}: leaves through {parts.hostname}, agreed {entry.at:%Y-%m-%d} ({said}).")
    yield Finding("Text messages, payments, error reports and storage elsewhere: shut (this version has no such door).")


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    database,
    practice,
    worker,
    reactions,
    messages,
    cache_and_folder,
    keys,
    imports,
    debug,
    doors,
)


def examine() -> list[Finding]:
    """Return every finding; a check that itself breaks is a finding too, told by its class."""
    found: list[Finding] = []
    for check in CHECKS:
        try:
            found.extend(check())
        except Exception as error:
            mend = f"{MANAGE} migrate" if "does not exist" in str(error) or "no such" in str(error) else "see the log"
            found.append(Finding(f"Cannot look at {check.__name__.replace('_', ' ')} ({type(error).__name__}).", mend))
    return found
