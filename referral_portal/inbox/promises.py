"""The lines and the page of a follow-up: who asks for what, by when, whose it is, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from patients import lines as patient_lines
from patients.models import Patient, Reader
from practice.follow_ups import FollowUp, FollowUpQuerySet
from practice.models import Service, StaffMember, Weekday
from referral_portal.inbox.piles import whose
from referral_portal.offices.models import Membership, Office

VIEWS = {
    "open": gettext_lazy("Open"),
    "today": gettext_lazy("Due today"),
    "late": gettext_lazy("Late"),
    "mine": gettext_lazy("Mine"),
    "done": gettext_lazy("Done"),
}
ICONS = {
    "visit": "date",
    "message": "mail",
    "office": "group",
    "letter": "doc-full",
    "promise": "gw-flag",
    "answer": "openquote",
}
SAYS_WHAT = {FollowUp.Kind.PROMISE, FollowUp.Kind.ANSWER}
LABELS: dict[str, str | Promise] = {
    "been": gettext_lazy("Been here before"),
    "about": gettext_lazy("About"),
    "days": gettext_lazy("Days"),
    "times": gettext_lazy("Time of day"),
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "full_name": gettext_lazy("Name"),
    "language": gettext_lazy("Speaks"),
    "phone": gettext_lazy("Phone"),
    "how": gettext_lazy("Answer by"),
    "email": gettext_lazy("E-mail"),
    "agrees": gettext_lazy("Agreed to be reached"),
    "short_notice": gettext_lazy("Short notice"),
    "reach": gettext_lazy("Phone or e-mail"),
    "text": gettext_lazy("Message"),
    "office_name": gettext_lazy("Office"),
    "kind": gettext_lazy("Kind of office"),
    "your_name": gettext_lazy("Who asks"),
    "role": gettext_lazy("Role"),
    "street": gettext_lazy("Street"),
    "city": gettext_lazy("City"),
    "state": gettext_lazy("State"),
    "zip_code": gettext_lazy("ZIP code"),
    "fax": gettext_lazy("Fax"),
    "doctors": gettext_lazy("Who refers"),
    "npi": gettext_lazy("NPI"),
    "news_by": gettext_lazy("Wants news by"),
    "question": gettext_lazy("We asked"),
    "answer": gettext_lazy("They answered"),
    "shared": gettext_lazy("From a shared mailbox"),
    "call": gettext_lazy("May we call"),
}
WORDS: dict[tuple[str, str], str | Promise] = {
    ("been", "yes"): gettext_lazy("Yes"),
    ("been", "no"): gettext_lazy("No, first visit"),
    ("about", "check-up"): gettext_lazy("Check-up"),
    ("about", "bothers"): gettext_lazy("Something bothers them"),
    ("about", "other"): gettext_lazy("Something else"),
    ("times", "early"): gettext_lazy("Early"),
    ("times", "midday"): gettext_lazy("Midday"),
    ("times", "late"): gettext_lazy("After 3:00 PM"),
    **{("language", code): name for code, name in settings.LANGUAGES},
    ("how", "call"): gettext_lazy("Call"),
    ("how", "text"): gettext_lazy("Text"),
    ("how", "email"): gettext_lazy("E-mail"),
    ("shared", "yes"): gettext_lazy("Yes: it may have been somebody else of the household"),
    ("call", "today"): gettext_lazy("Yes, today"),
    ("call", "later"): gettext_lazy("Yes, another time"),
    ("call", "write"): gettext_lazy("No, they would rather write"),
    ("call", "no"): gettext_lazy("No"),
    **{("days", str(day.value)): day.label for day in Weekday},
    **{("kind", value): label for value, label in Office.Kind.choices},
    **{("news_by", value): label for value, label in Office.News.choices},
}


@dataclass(frozen=True)
class Line:
    """One line of the list."""

    ref: str
    kind: str
    icon: str
    name: str
    what: str
    due: str
    due_tone: str
    owner: str
    initials: str
    is_open: bool


@dataclass(frozen=True)
class Fact:
    """One thing that a visitor filled in; `link` where one can call or write to it."""

    label: str
    value: str
    link: str = ""


def of_view(view: str, user: User, today: date) -> FollowUpQuerySet:
    """Return the follow-ups of one view, the most urgent first; of the done, the newest."""
    if view == "done":
        return FollowUp.objects.done()
    found = FollowUp.objects.open()
    narrower = {"mine": Q(owner__in=whose(user, today)), "today": Q(due_on=today), "late": Q(due_on__lt=today)}
    return found.filter(narrower.get(view, Q()))


def counts(user: User, today: date) -> dict[str, int]:
    """Return how many are open, and of them how many are due today, late, and this user's."""
    mine = Q(owner__in=whose(user, today))
    found: dict[str, int] = FollowUp.objects.open().aggregate(
        open=Count("pk"),
        today=Count("pk", filter=Q(due_on=today)),
        late=Count("pk", filter=Q(due_on__lt=today)),
        mine=Count("pk", filter=mine),
    )
    return found


def due_now(today: date, limit: int) -> list[Line]:
    """Return the lines that are due today or late, the latest first, for the first screen of the admin."""
    waiting = FollowUp.objects.open().filter(due_on__lte=today).select_related("owner", "contents")
    return lines(waiting[:limit], today)


def lines(follow_ups: Iterable[FollowUp], today: date) -> list[Line]:
    """Return the lines of a page, with one question for all the patients and one for the readers among them."""
    page = list(follow_ups)
    known: dict[str, str] = {}
    if refs := _refs_in(page, "patient:"):
        patients = Patient.objects.filter(ref__in=refs).select_related("reader")
        known |= {f"patient:{one.ref}": str(one) for one in patients}
    if refs := _refs_in(page, "reader:"):
        known |= {f"reader:{one.ref}": str(one) for one in Reader.objects.filter(ref__in=refs)}
    return [_line(one, known, today) for one in page]


def _refs_in(page: list[FollowUp], kind: str) -> list[str]:
    return [one.concerns.removeprefix(kind) for one in page if one.concerns.startswith(kind)]


def _line(one: FollowUp, known: dict[str, str], today: date) -> Line:
    name = name_of(one) or known.get(one.concerns, "")
    kind = str(FollowUp.Kind(one.kind).label)
    due, tone = due_words(one, today)
    return Line(
        ref=one.ref,
        kind=one.kind,
        icon=ICONS[one.kind],
        name=name or one.what,
        what=(one.what if name else "") if one.kind in SAYS_WHAT else kind,
        due=due,
        due_tone=tone,
        owner=one.owner.name,
        initials=one.owner.initials,
        is_open=one.is_open,
    )


def name_of(one: FollowUp) -> str:
    """Return how the one who asks is called, as they wrote it; "" where nobody wrote."""
    said = one.said
    own = said.get("office_name") or said.get("full_name")
    return str(own or " ".join(part for part in (said.get("first_name"), said.get("last_name")) if part))


def concerned(one: FollowUp) -> str:
    """Return the name of the patient, reader or office whom it concerns; "" where nobody is known."""
    kind, _colon, ref = one.concerns.partition(":")
    if kind == "patient":
        found = Patient.objects.filter(ref=ref).select_related("reader").first()
        return str(found) if found else ""
    if kind == "reader":
        reader = Reader.objects.filter(ref=ref).first()
        return str(reader) if reader else ""
    if kind == "office":
        return Office.objects.filter(ref=ref).values_list("name", flat=True).first() or ""
    return ""


def phone_of(one: FollowUp) -> str:
    """Return the number of the patient whom it concerns, as Americans write it; "" where we have none."""
    kind, _colon, ref = one.concerns.partition(":")
    if kind != "patient":
        return ""
    found = Patient.objects.select_related("reader").prefetch_related("reader__contact_points").filter(ref=ref).first()
    return patient_lines.phone_of(found) if found else ""


def due_words(one: FollowUp, today: date) -> tuple[str, str]:
    """Return by when it is due, or since when it is done, and the tone of it."""
    if one.done_at is not None:
        return _("Done on %(day)s") % {"day": formats.date_format(one.done_at, "M j")}, ""
    days = (one.due_on - today).days
    if days < 0:
        return ngettext("%(n)s day late", "%(n)s days late", -days) % {"n": -days}, "bad"
    if days == 0:
        return _("Due today"), "warn"
    if days == 1:
        return _("Due tomorrow"), ""
    return _("Due %(day)s") % {"day": formats.date_format(one.due_on, "D, M j")}, ""


def facts(one: FollowUp) -> list[Fact]:
    """Return what a visitor filled in, in the order of the form, in words."""
    said = one.said
    services = dict(Service.objects.values_list("slug", "name")) if said.get("about") else {}
    return [
        Fact(str(LABELS.get(name, name)), value, _link(name, value))
        for name, given in said.items()
        if name != "may_act" and (value := _value(name, given, services))
    ]


def _value(name: str, given: Any, services: dict[str, str]) -> str:
    if isinstance(given, bool):
        return _("Yes") if given else ""
    if name == "agrees":
        return _("Yes")
    parts = given if isinstance(given, list) else [given]
    words = (WORDS.get((name, str(part))) or (services.get(str(part)) if name == "about" else None) for part in parts)
    return ", ".join(str(word or part) for word, part in zip(words, parts, strict=True) if part)


def _link(name: str, value: str) -> str:
    if name not in {"phone", "fax", "email", "reach"}:
        return ""
    return f"mailto:{value}" if "@" in value else f"tel:{''.join(filter(str.isdigit, value))}"


def look_alikes(office: Office, email: str) -> list[str]:
    """Return what we know already that looks like an office that applied: for staff, never for the one who asks."""
    alike = Q(name__iexact=office.name)
    if office.phone:
        alike |= Q(phone=office.phone)
    if email:
        alike |= Q(email__iexact=email)
    found = list(Office.objects.filter(alike).exclude(pk=office.pk).values_list("name", flat=True)[:3])
    members = Membership.objects.current().filter(user__email__iexact=email) if email else Membership.objects.none()
    return list(dict.fromkeys([*found, *members.values_list("office__name", flat=True)[:3]]))


def colleagues() -> list[StaffMember]:
    """Return who may be given a follow-up."""
    return list(StaffMember.objects.filter(is_active=True))
