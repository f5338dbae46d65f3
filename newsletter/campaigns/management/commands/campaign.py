"""Campaigns from a terminal: make, start, hold, stop, and read what became of each letter."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.dateparse import parse_datetime

from delivery.models import Message
from newsletter.campaigns import actions, audience, results, scheduling
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.wall_time import Wall
from newsletter.editions.models import EditionPage

LEDGER = ("recipient", "address", "state", "attempts", "message_id", "reason", "settled_at")
REFUSED = (
    actions.Impossible,
    actions.NotReady,
    actions.Nobody,
    actions.NotApproved,
    scheduling.Past,
    audience.NoSuchSegment,
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Command(BaseCommand):
    """`campaign new --edition ED-7K2M`, then `campaign start CA-9QXD`."""

    help = "Make, start, pause, resume, cancel a campaign; print its status or its ledger."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take one act and what it is done to."""
        acts = parser.add_subparsers(dest="act", required=True)
        new = acts.add_parser("new", help="make the campaign of an edition and print its ref")
        new.add_argument(
            "--edition", required=True, help="the edition's ref, as ED-7K2M, or its path, as 2026/november"
        )
        new.add_argument(
            "--segment",
            default="",
            help="everyone, lapsed, birthdays, sunset, offices, team, or the ref or name of a saved segment; everyone"
            " whom the letter is written for where it is left out",
        )
        for name in ("start", "pause", "resume", "cancel", "status", "ledger"):
            act = acts.add_parser(name)
            act.add_argument("ref")
            if name == "start":
                act.add_argument("--at", help="by the practice's clock, as 2026-12-01T08:30; else at once")
            if name == "status":
                act.add_argument("--json", action="store_true", dest="as_json")
            if name == "ledger":
                act.add_argument("--csv", action="store_true", dest="as_csv")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        """Do the act."""
        try:
            acts: dict[str, Callable[..., None]] = {"new": self.new, "status": self.status, "ledger": self.ledger}
            do: Callable[..., None] = acts.get(act, self.step)
            do(act=act, **options)
        except REFUSED as error:
            raise CommandError(str(error)) from error

    def new(self, *, edition: str, segment: str, **options: Any) -> None:
        """Make the campaign, or find the one that stands."""
        page = _edition(edition)
        self.stdout.write(actions.prepare(edition=page, segment=segment, by=None).ref)

    def step(self, *, act: str, ref: str, at: str | None = None, **options: Any) -> None:
        """Take one step and print where it led; what was only scheduled is taken back by `cancel`."""
        campaign = _campaign(ref)
        if act == "start" and at:
            campaign = scheduling.schedule(edition=campaign.edition, at=self.moment(at), by=None)
        elif act == "cancel" and campaign.has_not_left:
            if campaign.state == Campaign.State.DRAFT:
                raise actions.Impossible(f"{ref} is a draft.")
            campaign = scheduling.undo(campaign=campaign, by=None)
        elif act == "start":
            campaign = actions.start(edition=campaign.edition, segment=campaign.segment, by=None, without_approval=True)
        else:
            steps: dict[str, Callable[..., Campaign]] = {
                "pause": actions.pause,
                "resume": actions.resume,
                "cancel": actions.cancel,
            }
            campaign = steps[act](campaign=campaign, by=None)
        self.stdout.write(f"{campaign.ref} {campaign.stage}")

    def moment(self, text: str) -> datetime:
        """Return the moment at which the practice's clock shows this, and say what is odd about it."""
        shown = parse_datetime(text)
        if shown is None or shown.tzinfo is not None:
            raise CommandError(f"{text!r} is no day and time, as 2026-12-01T08:30.")
        wall = Wall.of(shown.date(), shown.time())
        if wall.words:
            self.stderr.write(wall.words)
        return wall.at

    def status(self, *, ref: str, as_json: bool, **options: Any) -> None:
        """Print the figures, which add up to the letters."""
        campaign = _campaign(ref)
        found = results.of(campaign)
        figures = {
            "ref": campaign.ref,
            "edition": campaign.edition.ref,
            "segment": campaign.segment,
            "state": campaign.stage,
            "send_at": campaign.send_at.isoformat() if campaign.send_at else None,
            "letters": found.letters,
            "accepted": found.accepted,
            "failed": found.failed,
            "skipped": found.skipped,
            "unknown": found.unknown,
            "queued": found.waiting,
        }
        if as_json:
            self.stdout.write(json.dumps(figures))
            return
        for name, value in figures.items():
            self.stdout.write(f"{name}: {value}")

    def ledger(self, *, ref: str, as_csv: bool, **options: Any) -> None:
        """Print one line a letter."""
        rows = _ledger(_campaign(ref))
        if as_csv:
            writer = csv.writer(self.stdout, lineterminator="\n")
            writer.writerow(LEDGER)
            writer.writerows([_safe(cell) for cell in row] for row in rows)
            return
        for row in rows:
            self.stdout.write("  ".join(cell or "-" for cell in row))


def _edition(text: str) -> EditionPage:
    year, _, slug = text.strip("/").rpartition("/")
    found = EditionPage.objects.filter(ref=text)
    if year[-4:].isdecimal():
        found = EditionPage.objects.filter(issued_on__year=int(year[-4:]), slug=slug)
    page: EditionPage | None = found.first()
    if page is None:
        raise CommandError(f"There is no edition {text}.")
    return page


def _campaign(ref: str) -> Campaign:
    campaign = Campaign.objects.select_related("edition", "dispatch").filter(ref=ref).first()
    if campaign is None:
        raise CommandError(f"There is no campaign {ref}.")
    return campaign


def _ledger(campaign: Campaign) -> Iterator[tuple[str, ...]]:
    letters = Message.objects.filter(dispatch=campaign.dispatch) if campaign.dispatch else Message.objects.none()
    for letter in letters.select_related("reader").order_by("pk").iterator(chunk_size=1000):
        yield (
            letter.reader.ref if letter.reader else "",
            letter.address,
            letter.state,
            str(letter.attempts),
            letter.message_id,
            letter.reason,
            letter.settled_at.isoformat() if letter.settled_at else "",
        )


def _safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
