"""What to try as each person, and what the journal says was tried since the demo was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from home.demo.cast import PERSONS, Person
from journal.models import Entry

TOLD = "demo.told"


@dataclass(frozen=True)
class Step:
    """Something to try: where it begins, and the verbs that show it was done."""

    text: str | Promise
    href: str
    verbs: tuple[str, ...]
    by_anyone: bool = False
    is_done: bool = False


STEPS: dict[str, tuple[Step, ...]] = {
    "editor": (
        Step(
            _("Open next month's letter, change a word, and send yourself a test."),
            "/admin/newsletters/",
            ("edition.tested",),
        ),
        Step(
            _("Send it to everybody who gets letters, and watch it leave."),
            "/admin/newsletters/",
            ("campaign.started",),
        ),
    ),
    "patient": (
        Step(
            _("Open the letter in the mail viewer and tell a friend with your own link."),
            "/demo/outbox/",
            ("referral.told", "referral.named", "referral.agreed"),
            by_anyone=True,
        ),
        Step(
            _("Leave the letter with one click at its foot; the next one will not come."),
            "/demo/outbox/",
            ("consent.withdrawn",),
            by_anyone=True,
        ),
    ),
    "office": (
        Step(_("Send a patient with an X-ray."), "/portal/office/cases/new/", ("case.submitted",)),
        Step(_("Answer the question about Miguel Ortega."), "/portal/office/cases/JR-6TQ2/", ("case.replied",)),
        Step(
            _("Confirm that you have Irene Sato's report."),
            "/portal/office/cases/JR-4M9X/",
            ("case.receipt_confirmed",),
        ),
    ),
    "coordinator": (
        Step(_("Acknowledge what has just come in."), "/admin/inbox/", ("case.acknowledged",)),
        Step(_("Log a call, and book a visit."), "/admin/inbox/", ("case.booked", "case.called")),
        Step(_("Report, and see the loop close when the office confirms."), "/admin/inbox/", ("case.completed",)),
        Step(_("Thank Margaret for telling a friend."), "/admin/inbox/", ("referral.thanked",)),
    ),
    "owner": (
        Step(_("Open a referral that ran late; that you looked is in the journal."), "/admin/inbox/", ("case.viewed",)),
        Step(_("Accept an implant case, as only a clinician may."), "/admin/inbox/", ("case.accepted",)),
    ),
}


@dataclass(frozen=True)
class Story:
    """A person with what to try, and how much of it is done."""

    role: str
    person: Person
    steps: tuple[Step, ...]

    @property
    def done(self) -> int:
        """Return how many steps are done."""
        return sum(step.is_done for step in self.steps)


def stories() -> Iterator[Story]:
    """Yield the five stories, each step ticked by the journal."""
    told_at = Entry.objects.filter(verb=TOLD).aggregate(at=Max("at"))["at"]
    names = dict(
        User.objects.filter(email__in=[person.email for person in PERSONS.values()]).values_list("email", "ref")
    )
    verbs = {verb for steps in STEPS.values() for step in steps for verb in step.verbs}
    found = Entry.objects.filter(verb__in=verbs)
    done = set((found.filter(at__gt=told_at) if told_at else found.none()).values_list("verb", "by"))
    done_by_anyone = {verb for verb, _by in done}
    for role, person in PERSONS.items():
        name = f"user:{names.get(person.email, '')}"
        yield Story(
            role,
            person,
            tuple(
                Step(
                    step.text,
                    step.href,
                    step.verbs,
                    step.by_anyone,
                    any(verb in done_by_anyone if step.by_anyone else (verb, name) in done for verb in step.verbs),
                )
                for step in STEPS[role]
            ),
        )


def person_of(user: object) -> str:
    """Return the role of the person that somebody signed in as, or ""."""
    email = getattr(user, "email", "")
    return next((role for role, person in PERSONS.items() if person.email == email), "") if email else ""
