"""Where a case is, what is next and who owes it, what has happened: for office and staff, in every state."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from practice.models import Provider
from referral_portal.cases import actions, figures, stages, teeth, words
from referral_portal.cases.models import Case
from referral_portal.cases.states import Action, CaseState
from referral_portal.offices.models import Office
from tests.factories.cases import CaseFactory, visit

pytestmark = pytest.mark.django_db


def looks(case: Case) -> str:
    """Return the six stages as letters: d(one), c(urrent), t(odo), s(topped)."""
    return "".join(stage.state[0] for stage in stages.stages_of(Case.objects.get(pk=case.pk)))


@pytest.mark.parametrize(
    ("status", "expected", "key"),
    [
        ("submitted", "cttttt", "sent"),
        ("received", "dctttt", "acknowledged"),
        ("accepted", "dctttt", "acknowledged"),
        ("declined", "ddsttt", "declined"),
        ("cancel_requested", "ddsttt", "cancel_requested"),
        ("cancelled", "ddsttt", "cancelled"),
        ("unreachable", "ddsttt", "unreachable"),
        ("completed", "dddttc", "reported"),
        ("loop_closed", "dddttd", "confirmed"),
        ("merged", "dstttt", "merged"),
    ],
)
def test_each_state_stands_on_its_stage(saltmarsh: Office, status: str, expected: str, key: str) -> None:
    case = CaseFactory.create(office=saltmarsh, status=status)
    assert looks(case) == expected
    assert stages.status_of(case) == key


def test_visits_move_the_stage(saltmarsh: Office, dr_lindqvist: Provider) -> None:
    case = CaseFactory.create(office=saltmarsh, status="accepted", called_at=timezone.now(), called_by="user:U-MADE")
    assert looks(case) == "ddcttt"
    first = visit(case, dr_lindqvist, days=-3, status="missed")
    assert (looks(case), stages.status_of(case)) == ("dddstt", "missed")
    second = visit(case, dr_lindqvist, days=2)
    assert (looks(case), stages.status_of(case)) == ("dddctt", "booked")
    second.delete()
    visit(case, dr_lindqvist, days=-1, status="kept")
    assert (looks(case), stages.status_of(case)) == ("ddddct", "seen")
    first.delete()
    case.status, case.declined_at, case.declined_by, case.decline_reason = (
        CaseState.DECLINED,
        timezone.now(),
        "user:U-MADE",
        "other",
    )
    case.save()
    assert looks(case) == "ddddds"


@pytest.mark.parametrize("status", list(CaseState))
@pytest.mark.parametrize("audience", ["office", "staff"])
def test_every_state_has_a_next_a_tag_and_a_timeline(saltmarsh: Office, status: str, audience: str) -> None:
    case = CaseFactory.create(office=saltmarsh, status=status)
    told = stages.next_of(case, audience)  # type: ignore[arg-type]
    assert told.title
    assert stages.tag_of(case, audience).label  # type: ignore[arg-type]
    assert words.timeline(case, audience) == []  # type: ignore[arg-type]


def test_next_names_the_step_and_who_owes_it(walter: Case, rosa: User, dana: User, dr_lindqvist: Provider) -> None:
    told = stages.next_of(walter)
    assert told.title.startswith("Acknowledge by")
    assert (told.owner, told.action) == ("Juniper Row", None)
    assert stages.next_of(walter, "staff").action is Action.ACKNOWLEDGE
    case = actions.acknowledge(case=walter, by=rosa)
    assert (stages.next_of(case).title, stages.next_of(case).owner) == ("We call the patient", "Rosa Delgado")
    actions.write(case=case, text="Is he still on warfarin?", asks=True, by=rosa)
    case.refresh_from_db()
    asked = stages.next_of(case)
    assert (asked.title, asked.owner, asked.is_yours) == ("Answer: Is he still on warfarin?", "You", True)
    actions.write(case=case, text="No.", by=dana)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        actions.log_call(case=case, outcome="wrong_number", by=rosa)
    told = stages.next_of(Case.objects.get(pk=case.pk))
    assert (told.title, told.action) == ("Check the phone number", Action.CORRECT)


def test_a_late_acknowledgement_says_so(walter: Case) -> None:
    walter.acknowledge_by = timezone.now() - timedelta(hours=1)
    walter.save()
    assert stages.next_of(walter).title == "Acknowledgement is late"
    assert list(Case.objects.overdue()) == [walter]


def test_staff_see_an_unseen_correction_first(walter: Case, dana: User) -> None:
    actions.correct(case=walter, field="plan", value="Premera", by=dana)
    walter.refresh_from_db()
    assert stages.next_of(walter, "staff").action is Action.SEE_CORRECTION
    assert stages.next_of(walter, "office").action is None


def test_the_timeline_tells_the_office_no_note_and_no_assignment(walter: Case, rosa: User, colette: User) -> None:
    case = actions.acknowledge(case=walter, by=rosa)
    actions.note(case=case, text="Prefers mornings.", by=rosa)
    actions.log_call(case=case, outcome="reached", note="Daughter drives him.", by=rosa)
    actions.assign(case=case, assignee=colette.staff_member, by=rosa)  # type: ignore[attr-defined]
    office = words.timeline(case, "office")
    staff = words.timeline(case, "staff")
    assert [line.verb for line in office] == ["case.called", "case.acknowledged"]
    assert {line.verb for line in staff} >= {"case.noted", "case.assigned"}
    assert "Prefers mornings." in str(staff)
    assert "Daughter" not in str(office)
    assert office[0].by == "Rosa Delgado, Treatment coordinator"


def test_medians_are_left_out_until_there_are_enough(saltmarsh: Office, kestrel: Office) -> None:
    for _number in range(29):
        CaseFactory.create(office=saltmarsh, status="received")
    assert not figures.medians(saltmarsh).is_told
    CaseFactory.create(office=saltmarsh, status="received")
    found = figures.medians(saltmarsh)
    assert (found.is_told, found.count, found.acknowledged_words) == (True, 30, "1 min")
    assert figures.medians(kestrel).count == 0


def test_every_tooth_stands_in_one_quadrant() -> None:
    permanent = [tooth for quadrant in teeth.QUADRANTS for tooth in quadrant.permanent]
    primary = [tooth for quadrant in teeth.QUADRANTS for tooth in quadrant.primary]
    assert sorted(permanent, key=int) == [str(number) for number in range(1, 33)]
    assert sorted(primary) == list("ABCDEFGHIJKLMNOPQRST")
    assert teeth.QUADRANTS[3].permanent[0] == "24"


def test_a_wish_is_said_with_its_place(walter: Case) -> None:
    assert teeth.wish(walter) == "Root canal, tooth 3"
    walter.teeth = "3,4"
    assert teeth.wish(walter) == "Root canal, teeth 3, 4"
    walter.tooth_set, walter.teeth = "quadrant", "upper-left"
    assert teeth.wish(walter) == "Root canal, upper left"
    walter.tooth_set = "unsure"
    assert teeth.wish(walter) == "Root canal, tooth not sure"
