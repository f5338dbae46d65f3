"""What follows from news of records and roles: comparing anew, a second look at great acts, letters to colleagues."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from journal.models import Entry
from journal.reacting import on
from patients import colleagues, duplicates, tasks
from patients.models import Patient
from practice import clocks
from practice.actions import NobodyHere, promise
from practice.models import StaffMember

LOOKED_AT_WITHIN = timedelta(days=7)


@on("patient.edited", "patient.added", "contact_point.added", "contact_point.removed", "patient.unmerged")
def compare_anew(entry: Entry) -> None:
    """Look whether a changed record looks like another."""
    pk = Patient.objects.filter(ref=entry.about.partition(":")[2]).values_list("pk", flat=True).first()
    if pk is not None:
        duplicates.look_at([pk])


@on("patient.merged", "patient.exported", "patients.exported", "patient.erased")
def let_the_privacy_officer_look(entry: Entry) -> None:
    """Promise that somebody looks at what was merged, handed over or erased; one promise a day."""
    today = clocks.today()
    try:
        promise(
            what=_("Look at the records that were merged, handed over or erased (journal, %(day)s)") % {"day": today},
            by=None,
            once=f"privacy:{today}",
            owner=_officer(),
            due_on=today + LOOKED_AT_WITHIN,
        )
    except NobodyHere:
        return  # nobody works here yet: the journal holds it


def _officer() -> StaffMember | None:
    for role in (Role.PRIVACY_OFFICER, Role.OWNER):
        holders = User.objects.filter(grants__role=role, grants__ended_at__isnull=True)
        found = StaffMember.objects.filter(user__in=holders, is_active=True).first()
        if found is not None:
            return found
    return None


@on("import.checked", "import.started", "import.undo_begun")
def work_on_imports(entry: Entry) -> None:
    """Let the worker go on with a file at once, not only when it looks by itself."""
    tasks.hint()


@on("role.granted")
def write_to_colleagues(entry: Entry) -> None:
    """Keep somebody who works here now, or at an office, among those who get our letters to colleagues."""
    side = colleagues.side_of(entry.particulars["role"])
    user = User.objects.filter(ref=entry.subject.partition(":")[2], is_active=True).first()
    if side is not None and user is not None:
        colleagues.keep_reader(user=user, kind=side)
