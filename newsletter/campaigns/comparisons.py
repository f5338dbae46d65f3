"""Two subjects of one letter: whether they can be compared, how large the parts are, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from content import mjml
from delivery import arms
from delivery.attribution import FEWEST
from delivery.clicks.letters import has_links
from newsletter.campaigns import sureness
from newsletter.editions.letter import NoPractice
from newsletter.editions.models import EditionPage
from newsletter.editions.parts import Unfit
from newsletter.editions.ways import InWays
from practice.courtesy import Courtesy

if TYPE_CHECKING:
    from newsletter.campaigns.models import Campaign


class Subject(models.TextChoices):
    """One of the two."""

    FIRST = "first", gettext_lazy("the first subject")
    SECOND = "second", gettext_lazy("the second subject")


@dataclass(frozen=True)
class Line:
    """What came of one subject; `people` is None where so few followed a link that a figure would tell of them."""

    subject: str
    letters: int
    people: int | None


class Comparison(models.Model):
    """What is compared in one sending, and what came of it: figures of two crowds, and of nobody in them."""

    campaign = models.OneToOneField(
        "campaigns.Campaign", primary_key=True, on_delete=models.CASCADE, related_name="comparison"
    )
    first_subject = models.CharField(max_length=200)
    second_subject = models.CharField(max_length=200)
    tested_at = models.DateTimeField(gettext_lazy("since when both parts have it"), null=True, blank=True)
    asked_at = models.DateTimeField(gettext_lazy("since when a person was to look"), null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(gettext_lazy("who did not wait"), max_length=64, blank=True, default="")
    better = models.CharField(max_length=8, choices=Subject.choices, blank=True, default="")
    sent = models.CharField(max_length=8, choices=Subject.choices, blank=True, default="")
    first_letters = models.PositiveIntegerField(default=0)
    first_people = models.PositiveIntegerField(default=0)
    second_letters = models.PositiveIntegerField(default=0)
    second_people = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, sent="", better="", decided_by="")
                | Q(decided_at__isnull=False) & ~Q(sent=""),
                name="campaigns_comparison_ends_with_a_subject",
            ),
            models.CheckConstraint(
                condition=Q(better="") | Q(better=models.F("sent")) & Q(decided_by=""),
                name="campaigns_better_subject_is_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_subject} / {self.second_subject}"

    @property
    def sent_subject(self) -> str:
        """Return the subject that everybody else got; "" before that is known."""
        return {"": "", Subject.FIRST: self.first_subject, Subject.SECOND: self.second_subject}[self.sent]

    @property
    def verdict(self) -> str:
        """Return what came of it, in a sentence; "" before that is known."""
        if self.decided_at is None:
            return ""
        if self.decided_by:
            return _("Somebody chose before the figures were read, so nothing is known of which is better.")
        if not self.better:
            return _("There was no difference that we could be sure of.")
        return _("More people followed a link under “%(subject)s”, and chance alone seldom does that.") % {
            "subject": self.sent_subject
        }

    @property
    def lines(self) -> list[Line]:
        """Return the figures of both, as anybody may read them: a few people are no figure."""
        return [
            Line(self.first_subject, self.first_letters, _masked(self.first_people)),
            Line(self.second_subject, self.second_letters, _masked(self.second_people)),
        ]

    @property
    def decides_at(self) -> datetime | None:
        """Return when the figures are read; None while a part of those who are asked has not got it."""
        return self.tested_at + sureness.WAIT if self.tested_at else None


@dataclass(frozen=True)
class Offer:
    """Whether two subjects can be compared in a letter that is not sent yet.

    Args:
        why_not: in words, "" where they can be.
        each: how many letters each part has, about.
        rest: how many wait, about.
    """

    why_not: str = ""
    each: int = 0
    rest: int = 0

    @property
    def rule(self) -> list[str]:
        """Return the rule by which they are compared, in plain sentences."""
        words = {
            "each": self.each,
            "rest": self.rest,
            "hours": round(sureness.WAIT.total_seconds() / 3600),
            "mistaken": round(sureness.ALPHA * 100),
        }
        return [
            _("About %(each)d readers, drawn by lot, get the first subject, and as many the second.") % words,
            _("%(hours)d hours after the last of these letters left, we count who followed a link in it.") % words,
            _(
                "One subject is called better only where equal ones would differ as much in fewer than %(mistaken)d of"
                " 100 letters. Then the other %(rest)d readers get that one."
            )
            % words,
            _("Else we say that there was no difference that we could be sure of, and they get the first."),
        ]


def offer(written: EditionPage, letters: int) -> Offer:
    """Return whether two subjects can be compared in a letter as it stands, and goes to so many.

    Args:
        written: its newest words.
        letters: how many would leave now.
    """
    share = sureness.share(letters)
    each = round(letters * share)
    return Offer(_why_not(written, letters), each, letters - 2 * each)


def arm_size(letter: InWays, letters: int) -> int:
    """Return how large each part is when a letter leaves, as its dispatch keeps it; 0 where nothing is compared."""
    if not letter.edition.second_subject or _why_not(letter.edition, letters):
        return 0
    return arms.sized(sureness.share(letters))


def _masked(people: int) -> int | None:
    return people if people == 0 or people >= FEWEST else None


def begin(campaign: Campaign, edition: EditionPage) -> Comparison:
    """Keep that the two subjects of a letter are compared from now on."""
    subjects = {"first_subject": edition.shown_subject, "second_subject": edition.shown_second_subject}
    return Comparison.objects.create(campaign=campaign, **subjects)


def _why_not(written: EditionPage, letters: int) -> str:
    smallest = sureness.smallest_audience()
    if letters < smallest:
        words = {"n": intcomma(letters), "smallest": intcomma(smallest)}
        return (
            ngettext(
                "This goes to %(n)s reader. Below %(smallest)s, chance alone parts two subjects as far as a better one"
                " would, so a comparison would tell you nothing.",
                "This goes to %(n)s readers. Below %(smallest)s, chance alone parts two subjects as far as a better one"
                " would, so a comparison would tell you nothing.",
                letters,
            )
            % words
        )
    if written.corrects_id:
        return _("A correction should reach everybody at once.")
    letter = InWays(written)
    if letter.translations:
        return _("It leaves in another language too, with a subject of its own.")
    if not Courtesy.get().counts_clicks:
        return _("The practice counts no clicks, so there is nothing to compare them by.")
    try:
        return "" if has_links(letter.letter()) else _("It has no link whose followers could be counted.")
    except (mjml.Refused, NoPractice, Unfit):
        return _("The letter cannot be made yet.")
