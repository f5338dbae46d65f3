"""The visits of a case and the reports on them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from practice.models import Location, Provider, Service
from referral_portal.cases import actions, stages
from referral_portal.cases.actions import CaseConflict
from referral_portal.cases.models import Case, CaseAppointment
from referral_portal.cases.states import Action, VisitState
from referral_portal.offices.models import Office
from tests.factories.cases import CaseFactory, visit
from tests.referral_portal.cases.entries import verbs

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_moving_leaves_the_old_visit_and_books_a_new_one(accepted: Case, rosa: User, dr_lindqvist: Provider) -> None:
    old = visit(accepted, dr_lindqvist)
    moment = timezone.now() + timedelta(days=9)
    new = actions.move(appointment=old, starts_at=moment, by=rosa)
    again = actions.move(appointment=old, starts_at=moment, by=rosa)
    old.refresh_from_db()
    assert new == again
    assert (old.status, old.moved_to, new.status) == (VisitState.MOVED, new, VisitState.BOOKED)
    assert verbs(accepted) == ["case.moved"]


@pytest.mark.parametrize(
    ("act", "state"),
    [(actions.keep, VisitState.KEPT), (actions.miss, VisitState.MISSED)],
)
def test_a_visit_ends_once(
    accepted: Case, rosa: User, colette: User, dr_lindqvist: Provider, act: Callable[..., CaseAppointment], state: str
) -> None:
    booked = visit(accepted, dr_lindqvist, days=-1)
    act(appointment=booked, by=rosa)
    act(appointment=booked, by=rosa)
    booked.refresh_from_db()
    assert booked.status == state
    with pytest.raises(CaseConflict) as settled:
        actions.cancel_visit(appointment=booked, reason="Too late.", by=colette)
    assert settled.value.reason == "settled"
    assert len(verbs(accepted)) == 1


def test_reports_need_words_or_a_document(accepted: Case, rosa: User, dr_lindqvist: Provider) -> None:
    with pytest.raises(ValidationError):
        actions.report_interim(case=accepted, text="  ", clinician=dr_lindqvist, by=rosa)
    with pytest.raises(ValidationError):
        actions.complete(case=accepted, ending="treated", clinician=dr_lindqvist, by=rosa)
    assert verbs(accepted) == []


def test_an_interim_report_is_enough_to_complete(accepted: Case, rosa: User, dr_lindqvist: Provider) -> None:
    actions.report_interim(case=accepted, text="First visit.", clinician=dr_lindqvist, by=rosa)
    case = actions.complete(case=accepted, ending="evaluated", clinician=dr_lindqvist, by=rosa)
    assert case.status == "completed"


def test_completing_settles_visits_by_how_it_ended(
    accepted: Case, rosa: User, dr_lindqvist: Provider, saltmarsh: Office
) -> None:
    past, future = visit(accepted, dr_lindqvist, days=-1), visit(accepted, dr_lindqvist, days=4)
    actions.complete(case=accepted, ending="treated", text="Done.", clinician=dr_lindqvist, by=rosa)
    past.refresh_from_db()
    future.refresh_from_db()
    assert (past.status, future.status) == ("kept", "cancelled")
    other = CaseFactory.create(office=saltmarsh, status="accepted", service=accepted.service)
    missed = visit(other, dr_lindqvist, days=-1)
    actions.complete(case=other, ending="went_elsewhere", text="Went elsewhere.", clinician=dr_lindqvist, by=rosa)
    missed.refresh_from_db()
    assert missed.status == "cancelled"


def test_referring_on_names_to_whom(accepted: Case, rosa: User, dr_lindqvist: Provider) -> None:
    with pytest.raises(ValidationError) as refused:
        actions.complete(case=accepted, ending="referred_on", text="x", clinician=dr_lindqvist, by=rosa)
    assert "ending_note" in refused.value.message_dict


def test_a_document_of_another_case_is_no_report(
    accepted: Case, walter: Case, rosa: User, dr_lindqvist: Provider
) -> None:
    from tests.factories.cases import pdf

    foreign = actions.add_file(case=walter, upload=pdf(), by=rosa)
    with pytest.raises(ValidationError):
        actions.report_interim(case=accepted, file=foreign, clinician=dr_lindqvist, by=rosa)


def test_nobody_is_booked_on_a_day_on_which_the_house_is_closed(
    accepted: Case, location: Location, rosa: User, dr_lindqvist: Provider
) -> None:
    moment = timezone.now() + timedelta(days=9)
    location.closures.create(on=moment.astimezone(location.zone).date(), name="Founders' Day")
    with pytest.raises(ValidationError, match="Founders' Day") as refused:
        actions.book(case=accepted, starts_at=moment, provider=dr_lindqvist, location=location, by=rosa)
    assert set(refused.value.error_dict) == {"starts_at"}
    assert not accepted.appointments.exists()
    assert verbs(accepted) == []


def test_no_visit_is_moved_to_a_day_before_the_case_was_sent(
    accepted: Case, rosa: User, dr_lindqvist: Provider
) -> None:
    standing = visit(accepted, dr_lindqvist)
    assert accepted.submitted_at is not None
    with pytest.raises(ValidationError, match="before the referral was sent"):
        actions.move(appointment=standing, starts_at=accepted.submitted_at - timedelta(days=2), by=rosa)
    standing.refresh_from_db()
    assert standing.status == VisitState.BOOKED


def test_where_a_clinician_triages_the_next_step_after_the_call_is_theirs(walter: Case, rosa: User, theo: User) -> None:
    Service.objects.filter(pk=walter.service_id).update(triages=True)
    actions.acknowledge(case=walter, by=rosa)
    actions.log_call(case=walter, outcome="reached", by=rosa)
    waiting = Case.objects.get(pk=walter.pk)
    assert (stages.next_of(waiting, for_="staff").action, stages.next_of(waiting).action) == (Action.ACCEPT, None)
    actions.accept(case=waiting, provider=Provider.objects.get(staff_member__user=theo), by=theo)
    assert stages.next_of(Case.objects.get(pk=walter.pk), for_="staff").action == Action.BOOK
