"""The office's list of its cases: five views with counts, filters, search, pages; few questions to the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from practice import clocks
from referral_portal.cases import figures, stages, teeth
from referral_portal.cases.choices import Urgency
from referral_portal.cases.models import Case, CaseAppointment, CaseMessage, CaseQuerySet
from referral_portal.cases.states import OPEN, Awaiting, CaseState
from referral_portal.offices.models import Office, ReferringDoctor
from referral_portal.offices.policy import doctors_of

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from accounts.models import User

PAGE = 20
ADULT = 18
VIEWS: dict[str, Promise] = {
    "you": _("Needs you"),
    "open": _("In progress"),
    "confirm": _("To confirm"),
    "closed": _("Closed"),
    "all": _("All"),
}
UNNEEDED = (
    *("remark", "plan", "member_id", "alerts", "email", "responsible_adult"),
    *("decline_alternative", "end_reason", "ending_note"),
)
MEDIANS_LAST = 3600
_SENT = ~models.Q(status__in=[CaseState.DRAFT, CaseState.ENTERED_IN_ERROR])
_NEEDS = models.Q(status__in=OPEN, awaiting=Awaiting.OFFICE) | models.Q(status=CaseState.COMPLETED)
_RUNNING = models.Q(status__in=[*OPEN, CaseState.COMPLETED])
CONDITIONS: dict[str, models.Q] = {
    "you": _NEEDS,
    "open": _RUNNING,
    "confirm": models.Q(status=CaseState.COMPLETED),
    "closed": _SENT & ~_RUNNING,
    "all": _SENT,
}


@dataclass(frozen=True)
class Asked:
    """What the address asks for, brought to what makes sense."""

    view: str = "open"
    q: str = ""
    status: str = ""
    who: str = ""
    urgent: bool = False
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        """Read a query string; whatever it does not know it leaves out."""
        view, status, page = query.get("view", ""), query.get("status", ""), query.get("page", "")
        return cls(
            view=view if view in VIEWS else "open",
            q=query.get("q", "").replace("\x00", "").strip()[:80],
            status=status if status in set(CaseState) else "",
            who=query.get("who", "")[:24],
            urgent=query.get("urgent", "") == "1",
            page=min(int(page), 100_000) if page.isascii() and page.isdigit() and int(page[:9]) else 1,
        )


@dataclass(frozen=True)
class Row:
    """One case of the list."""

    case: Case
    tag: stages.Tag
    next: stages.Next

    @property
    def wish(self) -> str:
        """Return what the office asked for."""
        return teeth.wish(self.case)

    @property
    def age(self) -> int | None:
        """Return the age of a child, None for grown-ups."""
        age = self.case.age_on(clocks.today())
        return age if age is not None and age < ADULT else None


@dataclass(frozen=True)
class View:
    """One view of the list with its count."""

    key: str
    label: Promise
    count: int
    is_current: bool


@dataclass(frozen=True)
class Choice:
    """A way to narrow the list: what it changes in the address (None leaves it out), and whether it stands now."""

    label: str
    asks: dict[str, str | None]
    is_current: bool


@dataclass(frozen=True)
class Page:
    """The list as one page shows it."""

    asked: Asked
    views: list[View]
    rows: list[Row]
    doctors: list[ReferringDoctor]
    total: int
    medians: figures.Medians | None

    @property
    def choices(self) -> list[Choice]:
        """Return the ways to narrow the list: by who sent, and to what cannot wait."""
        asked = self.asked
        anyone: dict[str, str | None] = {"who": None, "urgent": None, "page": None}
        return [
            Choice(gettext("Anyone"), anyone, not asked.who and not asked.urgent),
            Choice(gettext("Sent by me"), {"who": "me", "page": None}, asked.who == "me"),
            *(
                Choice(doctor.short_name, {"who": doctor.ref, "page": None}, asked.who == doctor.ref)
                for doctor in self.doctors
            ),
            Choice(gettext("Urgent only"), {"urgent": None if asked.urgent else "1", "page": None}, asked.urgent),
        ]

    @property
    def first(self) -> int:
        """Return the number of the first row."""
        return (self.asked.page - 1) * PAGE + 1

    @property
    def last(self) -> int:
        """Return the number of the last row."""
        return self.first + len(self.rows) - 1

    @property
    def left(self) -> int:
        """Return how many rows follow on the next page."""
        return max(0, min(PAGE, self.total - self.last))

    @property
    def before(self) -> int:
        """Return the number of the page before."""
        return self.asked.page - 1

    @property
    def after(self) -> int:
        """Return the number of the page after."""
        return self.asked.page + 1

    @property
    def everything(self) -> int:
        """Return how many cases there are in all."""
        return next(view.count for view in self.views if view.key == "all")


def page_of(office: Office, user: User, asked: Asked) -> Page:
    """Return what `user` sees of `office`'s cases for what they asked."""
    mine = Case.objects.of_office(office)
    counts = mine.aggregate(**{key: models.Count("status", filter=rule) for key, rule in CONDITIONS.items()})
    chosen = _filtered(mine.filter(CONDITIONS[asked.view]), user, asked)
    start = (asked.page - 1) * PAGE
    ordered = chosen.annotate(
        turn=models.Case(models.When(_NEEDS, then=0), default=1, output_field=models.SmallIntegerField())
    ).order_by("turn", "-changed_at", "-pk")
    found = ordered.values_list("pk", flat=True)[start : start + PAGE]
    cases = _around(Case.objects.filter(pk__in=found))
    rows = sorted(cases, key=lambda case: case.changed_at, reverse=True)
    rows.sort(key=lambda case: not _needs_office(case))
    is_plain = not (asked.q or asked.status or asked.who or asked.urgent)
    return Page(
        asked=asked,
        views=[View(key, label, counts[key], key == asked.view) for key, label in VIEWS.items()],
        rows=[Row(case, stages.tag_of(case), stages.next_of(case)) for case in rows],
        doctors=doctors_of(office),
        total=counts[asked.view] if is_plain else chosen.count(),
        medians=medians_of(office),
    )


def medians_of(office: Office) -> figures.Medians | None:
    """Return the office's honest medians, counted at most once an hour."""
    key = f"cases.medians.{office.ref}"
    standing = cache.get(key)
    if standing is None:
        standing = figures.medians(office)
        cache.set(key, standing, MEDIANS_LAST)
    return standing if standing.is_told else None


def _filtered(cases: CaseQuerySet, user: User, asked: Asked) -> CaseQuerySet:
    if asked.q:
        cases = cases.matching(asked.q)
    if asked.status:
        cases = cases.filter(status=asked.status)
    if asked.who == "me":
        cases = cases.filter(author=user)
    elif asked.who:
        cases = cases.filter(referring_doctor__ref=asked.who)
    if asked.urgent:
        cases = cases.filter(urgency__in=[Urgency.URGENT, Urgency.EMERGENCY])
    return cases


def _around(cases: CaseQuerySet) -> CaseQuerySet:
    questions = CaseMessage.objects.filter(is_question=True)
    visits = CaseAppointment.objects.select_related("provider")
    return (
        cases.select_related("referring_doctor", "provider", "assignee", "location__practice", "office")
        .prefetch_related(
            models.Prefetch("appointments", queryset=visits), models.Prefetch("messages", queryset=questions)
        )
        .defer(*UNNEEDED)
    )


def _needs_office(case: Case) -> bool:
    return case.state is CaseState.COMPLETED or (case.is_open and case.awaiting == Awaiting.OFFICE)
