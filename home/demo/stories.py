"""What to try as each person, and what the journal says was tried since the demo was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from home.demo.cast import PERSONS, Person
from home.models import HomePage
from journal.models import Entry

TOLD = "demo.told"


@dataclass(frozen=True)
class Step:
    """Something to try: where it begins, and the verbs that show it was done.

    Attributes:
        text: what to do, in a sentence.
        href: where it begins.
        verbs: of the journal; one of them shows that it was done.
        by_anyone: whether it counts whoever did it, since links in mails need no sign-in.
        on_home_page: whether it counts only where it was done to the home page.
        is_done: whether it was.
        way: what the tour links to: `href`, or first the page that makes one the person.
    """

    text: str | Promise
    href: str
    verbs: tuple[str, ...]
    by_anyone: bool = False
    on_home_page: bool = False
    is_done: bool = False
    way: str = ""


STEPS: dict[str, tuple[Step, ...]] = {
    "editor": (
        Step(
            _("Change the first words of the home page, publish, and see them on the site."),
            "/admin/",
            ("page.publish",),
            on_home_page=True,
        ),
        Step(_("Add a service; its page is made for you."), "/admin/", ("service.create",)),
        Step(
            _("Open next month's letter, change a word, and send yourself a test."),
            "/admin/newsletters/",
            ("edition.tested",),
        ),
        Step(
            _("Once Dr. Okafor has approved it, send it to everybody who gets letters, and watch it leave."),
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
        Step(
            _("Read the letter that waits for you, and approve it."),
            "/admin/",
            ("campaign.approved", "campaign.change_asked"),
        ),
        Step(_("Open a referral that ran late; that you looked is in the journal."), "/admin/inbox/", ("case.viewed",)),
        Step(_("Accept an implant case, as only a clinician may."), "/admin/inbox/", ("case.accepted",)),
        Step(
            _("Read in the journal who looked at what; that you read it stands there too."),
            "/admin/reports/journal/",
            ("journal.viewed",),
        ),
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


def stories(role: str = "") -> Iterator[Story]:
    """Yield the five stories, each step ticked by the journal.

    Args:
        role: of the person that the visitor is now; steps of the others lead first to becoming them.
    """
    told_at = Entry.objects.filter(verb=TOLD).aggregate(at=Max("at"))["at"]
    names = dict(
        User.objects.filter(email__in=[person.email for person in PERSONS.values()]).values_list("email", "ref")
    )
    verbs = {verb for steps in STEPS.values() for step in steps for verb in step.verbs}
    found = Entry.objects.filter(verb__in=verbs)
    done = set((found.filter(at__gt=told_at) if told_at else found.none()).values_list("verb", "by", "subject"))
    home = f"page:{HomePage.objects.values_list('pk', flat=True).first()}"

    def is_done(step: Step, name: str) -> bool:
        return any(
            verb in step.verbs and (step.by_anyone or by == name) and (not step.on_home_page or subject == home)
            for verb, by, subject in done
        )

    for one, person in PERSONS.items():
        name = f"user:{names.get(person.email, '')}"
        yield Story(
            one,
            person,
            tuple(
                replace(step, is_done=is_done(step, name), way=_way(step, one, is_theirs=one == role))
                for step in STEPS[one]
            ),
        )


def _way(step: Step, role: str, *, is_theirs: bool) -> str:
    return step.href if is_theirs or step.by_anyone else f"/demo/as/{role}/?{urlencode({'next': step.href})}"


def begin(role: str, asked: str) -> tuple[str, str]:
    """Return where a person begins and what they came to do: the step that was asked for, else their first page.

    Args:
        role: whose steps.
        asked: the address of a step; anything else leads to the person's first page.
    """
    steps = [step for step in STEPS[role] if step.href == asked]
    if not steps:
        return PERSONS[role].start, ""
    return asked, str(steps[0].text) if len(steps) == 1 else ""


def person_of(user: object) -> str:
    """Return the role of the person that somebody signed in as, or ""."""
    email = getattr(user, "email", "")
    return next((role for role, person in PERSONS.items() if person.email == email), "") if email else ""
