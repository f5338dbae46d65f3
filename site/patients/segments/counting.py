"""How many a segment means, and what of that may be shown to whom.

Who may see patients reads every number. Who may not, and asks about people's health, reads no small cell: fewer than
eleven, the smallest number that Medicare's rule on small cells lets anybody publish (CMS Cell Size Suppression Policy:
"no cell 1-10", nor anything from which one could be reckoned). Two questions that differ by one person would tell of
that person by their difference, so no number that hangs on somebody's health is shown exactly. One rule for each, with
`base` the number that the same tree has without its clinical questions, which is shown as it is:

- the number is moved up by less than a step and rounded down to steps of 20: what is shown is 0, 20, 40 …, and two such
  numbers differ by nothing or by at least 20;
- how far it is moved is drawn from the question alone, under our key: the same question always says the same, and
  another one, be it for the same people, draws anew. So a number that changes from one question to the next does not
  say that the people changed, and one cannot pad a question until it tips over;
- below 11, and where that rounds to 0, it is "fewer than 20"; as near to `base`, it says only that.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.roles import may
from patients import policy
from patients.models import Channel, Patient, Purpose, Reader
from patients.segments.compiling import Question, compiled
from patients.segments.tree import Group, Line
from vault.keys import keyed_hash

SMALL = 11
STEP = 20


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


def masked(number: int, base: int, *, moved: tuple[int, int]) -> Shown:
    """Return what may be read of a number that hangs on somebody's health (see the rule above).

    Args:
        number: how many there are.
        base: how many there are without the clinical questions.
        moved: by how much less than a step the number, and its distance from `base`, are moved up.
    """
    if number < SMALL or number + moved[0] < STEP:
        return Shown(_("fewer than %(n)d") % {"n": STEP}, "", is_masked=True)
    if (rest := abs(number - base)) < SMALL or rest + moved[1] < STEP:
        words = _("within %(n)d of %(base)s") % {"n": STEP - 1, "base": f"{base:,}"}
        return Shown(words, _("people"), is_masked=True)
    return Shown(_("about %(n)s") % {"n": f"{(number + moved[0]) // STEP * STEP:,}"}, _("people"), is_masked=True)


def moved_by(node: Line | Group) -> tuple[int, int]:
    """Return how far the numbers of a question are moved: drawn from the question, in whatever order it stands."""
    drawn = keyed_hash("segments.count", _in_one_order(node.as_json()))
    return int(drawn[:16], 16) % STEP, int(drawn[16:32], 16) % STEP


def _in_one_order(raw: dict[str, Any]) -> str:
    if "parts" in raw:
        raw = {**raw, "parts": sorted({_in_one_order(part) for part in raw["parts"]})}
    return json.dumps(raw, sort_keys=True, default=str)


def may_read_all(user: User | AnonymousUser) -> bool:
    """Return whether every number may be shown to somebody, and names with them."""
    return may(user, "patients.see")


def of_line(line: Line, *, user: User | AnonymousUser) -> Shown:
    """Return how many one question alone is true of."""
    number = compiled(line).count()
    if line.is_clinical and not may_read_all(user):
        return masked(number, everybody(line), moved=moved_by(line))
    return exact(number)


def of_tree(tree: Group, *, user: User | AnonymousUser) -> Shown:
    """Return how many a whole tree is true of."""
    number = compiled(tree).count()
    if not tree.is_clinical or may_read_all(user):
        return exact(number)
    rest = tree.without_clinical()
    base = compiled(rest).count() if rest.parts else everybody(tree)
    return masked(number, base, moved=moved_by(tree))


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
