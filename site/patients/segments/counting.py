"""How many a segment means, and what of that may be shown to whom.

Who may see patients reads every number. Who may not, and asks about people's health, reads no small cell. One rule for
each number that hangs on a clinical question, with `base` the number that the same tree has without it:

- below 11 it is "fewer than 11";
- fewer than 11 away from `base` it says only that, since the difference of the two would be a small cell;
- otherwise it is rounded down to tens, so that two such numbers beside each other differ by no small cell either.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.roles import may
from patients import policy
from patients.models import Channel, Patient, Purpose, Reader
from patients.segments.compiling import Question, compiled
from patients.segments.tree import Group, Line

SMALL = 11
STEP = 10


@dataclass(frozen=True)
class Shown:
    """A number as somebody may read it: its words, and whether they say less than the number."""

    figure: str
    noun: str
    is_masked: bool = False

    def __str__(self) -> str:
        return f"{self.figure} {self.noun}".strip()


@dataclass(frozen=True)
class Reach:
    """How many of a segment would get what."""

    email: int
    post: int
    neither: int


def exact(number: int) -> Shown:
    """Return a number as it is."""
    return Shown(f"{number:,}", ngettext("person", "people", number))


def masked(number: int, base: int) -> Shown:
    """Return what may be read of a number that hangs on somebody's health (see the rule above).

    Args:
        number: how many there are.
        base: how many there are without the clinical questions.
    """
    if number < SMALL:
        return Shown(_("fewer than %(n)d") % {"n": SMALL}, "", is_masked=True)
    if abs(number - base) < SMALL:
        words = _("within %(n)d of %(base)s") % {"n": SMALL - 1, "base": f"{base:,}"}
        return Shown(words, _("people"), is_masked=True)
    return Shown(_("%(n)s or more") % {"n": f"{number // STEP * STEP:,}"}, _("people"), is_masked=True)


def may_read_all(user: User | AnonymousUser) -> bool:
    """Return whether every number may be shown to somebody, and names with them."""
    return may(user, "patients.see")


def of_line(line: Line, *, user: User | AnonymousUser) -> Shown:
    """Return how many one question alone is true of."""
    number = compiled(line).count()
    if line.is_clinical and not may_read_all(user):
        return masked(number, everybody(line))
    return exact(number)


def of_tree(tree: Group, *, user: User | AnonymousUser) -> Shown:
    """Return how many a whole tree is true of."""
    number = compiled(tree).count()
    if not tree.is_clinical or may_read_all(user):
        return exact(number)
    rest = tree.without_clinical()
    return masked(number, compiled(rest).count() if rest.parts else everybody(tree))


def everybody(node: Line | Group) -> int:
    """Return how many there are to choose from at all."""
    return (Patient if node.implies_patient else Reader).objects.count()


def reach(tree: Group) -> Reach:
    """Return how many of a tree would get our letters by e-mail, how many others by post, and how many neither."""
    question = compiled(tree)
    email = _gets(question, Channel.EMAIL)
    post = _gets(question, Channel.POST)
    both = policy.contactable(Channel.POST, Purpose.OWN_SERVICES).filter(
        pk__in=policy.contactable(Channel.EMAIL, Purpose.OWN_SERVICES).order_by().values("pk")
    )
    only_post = post - both.filter(pk__in=question.keys()).order_by().count()
    return Reach(email, only_post, question.count() - email - only_post)


def _gets(question: Question, channel: str) -> int:
    allowed = policy.contactable(channel, Purpose.OWN_SERVICES)
    return allowed.filter(pk__in=question.keys()).order_by().count()
