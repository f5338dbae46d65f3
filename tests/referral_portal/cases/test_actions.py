"""What people do with a case: each verb first works, then once only, then not for whoever may not."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import User
from practice.models import Location, Provider, Service, StaffMember
from referral_portal.cases import actions, policy
from referral_portal.cases.actions import CaseConflict, StaleCase
from referral_portal.cases.models import Case
from referral_portal.cases.states import Action, VisitState
from referral_portal.offices.models import Office
from tests.factories.cases import visit
from tests.factories.offices import member
from tests.referral_portal.cases.entries import verbs

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_acknowledging_says_who_and_when_and_makes_an_owner(walter: Case, rosa: User) -> None:
    case = actions.acknowledge(case=walter, by=rosa)
    assert (case.status, case.received_by) == ("received", f"user:{rosa.ref}")
    assert case.assignee == StaffMember.objects.get(user=rosa)
    assert case.version == walter.version + 1


def test_a_double_click_acknowledges_once(walter: Case, rosa: User) -> None:
    first = actions.acknowledge(case=walter, by=rosa, version=walter.version)
    second = actions.acknowledge(case=walter, by=rosa, version=walter.version)
    assert first.version == second.version
    assert verbs(walter) == ["case.acknowledged"]


def test_a_colleague_who_is_second_is_told(walter: Case, rosa: User, colette: User) -> None:
    actions.acknowledge(case=walter, by=rosa)
    with pytest.raises(CaseConflict) as conflict:
        actions.acknowledge(case=walter, by=colette)
    assert conflict.value.reason == "too_late"
    assert [entry.verb for entry in conflict.value.news()] == ["case.acknowledged"]


def test_a_stale_page_is_told_what_is_new(walter: Case, rosa: User, dana: User) -> None:
    seen = walter.version
    actions.acknowledge(case=walter, by=rosa)
    actions.log_call(case=walter, outcome="voicemail", by=rosa)
    with pytest.raises(StaleCase) as stale:
        actions.request_cancel(case=walter, reason="Changed her mind.", version=seen, by=dana)
    assert [entry.verb for entry in stale.value.news()] == ["case.acknowledged", "case.called"]
    walter.refresh_from_db()
    assert walter.status == "received"


@pytest.mark.parametrize("who", ["hannah", "priya", "otto", "margaret"])
def test_whoever_does_not_handle_cases_cannot_acknowledge(
    walter: Case, who: str, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(PermissionDenied):
        actions.acknowledge(case=walter, by=request.getfixturevalue(who))
    assert verbs(walter) == []


def test_an_office_cannot_do_what_staff_do(walter: Case, dana: User, dr_lindqvist: Provider) -> None:
    with pytest.raises(PermissionDenied):
        actions.accept(case=walter, provider=dr_lindqvist, by=dana)
    with pytest.raises(PermissionDenied):
        actions.note(case=walter, text="Between us.", by=dana)


def test_a_coordinator_accepts_only_where_nobody_triages(
    walter: Case, rosa: User, theo: User, dr_lindqvist: Provider
) -> None:
    Service.objects.filter(pk=walter.service_id).update(triages=True)
    with pytest.raises(PermissionDenied):
        actions.accept(case=walter, provider=dr_lindqvist, by=rosa)
    assert actions.accept(case=walter, by=theo).status == "accepted"
    Service.objects.filter(pk=walter.service_id).update(triages=False)


def test_accepting_what_was_just_sent_acknowledges_it_too(walter: Case, rosa: User, dr_lindqvist: Provider) -> None:
    case = actions.accept(case=walter, provider=dr_lindqvist, by=rosa)
    assert case.provider == dr_lindqvist
    assert verbs(case) == ["case.acknowledged", "case.accepted"]


def test_booking_what_was_just_sent_writes_three_entries(
    walter: Case, rosa: User, dr_lindqvist: Provider, location: Location
) -> None:
    moment = timezone.now() + timedelta(days=2)
    first = actions.book(case=walter, starts_at=moment, provider=dr_lindqvist, location=location, by=rosa)
    second = actions.book(case=walter, starts_at=moment, provider=dr_lindqvist, location=location, by=rosa)
    assert first == second
    assert verbs(walter) == ["case.acknowledged", "case.accepted", "case.booked"]


def test_declining_needs_reason_advice_and_alternative(walter: Case, theo: User) -> None:
    with pytest.raises(ValidationError) as refused:
        actions.decline(case=walter, reason="no_time", advice="", alternative="", by=theo)
    assert set(refused.value.message_dict) == {"advice", "alternative"}
    case = actions.decline(
        case=walter, reason="no_time", advice="Ibuprofen.", alternative="Dr. Able, Westport", by=theo
    )
    assert (case.status, case.decline_advice) == ("declined", "Ibuprofen.")
    actions.decline(case=case, reason="no_time", advice="Ibuprofen.", alternative="Dr. Able, Westport", by=theo)
    assert verbs(case) == ["case.declined"]


def test_declining_cancels_the_visit_that_was_booked(accepted: Case, theo: User, dr_lindqvist: Provider) -> None:
    booked = visit(accepted, dr_lindqvist)
    actions.decline(case=accepted, reason="other", advice="See a hygienist.", alternative="None near.", by=theo)
    booked.refresh_from_db()
    assert booked.status == VisitState.CANCELLED
    assert sorted(verbs(accepted)) == ["case.declined", "case.visit_cancelled"]


@pytest.mark.parametrize(
    ("outcome", "turn"),
    [
        ("reached", ""),
        ("patient_called", ""),
        ("voicemail", "patient"),
        ("text_sent", "patient"),
        ("wrong_number", "office"),
    ],
)
def test_a_call_says_whose_turn_it_is(walter: Case, rosa: User, outcome: str, turn: str) -> None:
    actions.log_call(case=walter, outcome=outcome, by=rosa, note="Daughter answers.")
    actions.log_call(case=walter, outcome=outcome, by=rosa, note="Daughter answers.")
    walter.refresh_from_db()
    assert (walter.status, walter.awaiting) == ("received", turn)
    assert walter.calls.count() == 1
    assert walter.called_by == f"user:{rosa.ref}"


def test_a_question_stops_the_clock_until_the_office_answers(walter: Case, rosa: User, dana: User) -> None:
    promised = walter.acknowledge_by
    assert promised is not None
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        actions.write(case=walter, text="Is he on warfarin?", asks=True, by=rosa)
    with time_machine.travel(start + timedelta(hours=20), tick=False):
        walter.refresh_from_db()
        assert walter.awaiting == "office"
        assert not walter.is_overdue
        assert walter not in Case.objects.overdue()
        actions.write(case=walter, text="No, since May.", by=dana)
        walter.refresh_from_db()
    assert walter.awaiting == "staff"
    assert walter.needs_review
    assert walter.acknowledge_by == promised + timedelta(hours=20)
    assert verbs(walter) == ["case.asked", "case.replied"]


def test_staff_who_answer_clear_the_flag(walter: Case, rosa: User, dana: User) -> None:
    actions.write(case=walter, text="May he eat before?", by=dana)
    actions.write(case=walter, text="Yes.", by=rosa)
    walter.refresh_from_db()
    assert not walter.needs_review
    assert verbs(walter) == ["case.written", "case.written"]


def test_the_same_words_within_a_minute_are_one_message(walter: Case, dana: User) -> None:
    for _click in range(3):
        actions.write(case=walter, text="Hello?", by=dana)
    assert walter.messages.count() == 1


def test_notes_are_internal_and_say_nothing_to_the_office(walter: Case, rosa: User) -> None:
    found = actions.note(case=walter, text="Hard of hearing.", by=rosa)
    assert found.is_internal
    assert actions.note(case=walter, text="Hard of hearing.", by=rosa) == found
    assert policy.allowed_actions(walter, rosa).count(Action.NOTE) == 1


def test_a_correction_keeps_the_old_value_and_waits_to_be_seen(
    walter: Case, dana: User, rosa: User, dr_lindqvist: Provider, location: Location
) -> None:
    found = actions.correct(case=walter, field="phone", value="(360) 555-0199", by=dana)
    assert found is not None
    walter.refresh_from_db()
    assert (found.old, found.new, walter.phone) == ("(360) 555-0188", "(360) 555-0199", "(360) 555-0199")
    assert walter in Case.objects.matching("0199")
    assert walter not in Case.objects.matching("0188")
    assert walter.correction_unseen
    assert Action.BOOK not in policy.allowed_actions(walter, rosa)
    with pytest.raises(CaseConflict) as held:
        actions.book(case=walter, starts_at=timezone.now(), provider=dr_lindqvist, location=location, by=rosa)
    assert held.value.reason == "correction_unseen"
    actions.see_correction(case=walter, by=rosa)
    actions.see_correction(case=walter, by=rosa)
    found.refresh_from_db()
    assert found.seen_by == f"user:{rosa.ref}"
    assert Action.BOOK in policy.allowed_actions(Case.objects.get(pk=walter.pk), rosa)
    assert verbs(walter) == ["case.corrected", "case.correction_seen"]


def test_the_same_value_is_no_correction(walter: Case, dana: User) -> None:
    assert actions.correct(case=walter, field="phone", value=walter.phone, by=dana) is None
    assert verbs(walter) == []


@pytest.mark.parametrize("field", ["status", "office", "version", "ref", "consent_at", "__class__"])
def test_only_what_was_given_can_be_corrected(walter: Case, dana: User, field: str) -> None:
    with pytest.raises(ValidationError):
        actions.correct(case=walter, field=field, value="anything", by=dana)


def test_a_colleague_of_the_author_does_not_correct_but_their_admin_does(
    walter: Case, saltmarsh: Office, lena: User
) -> None:
    colleague = member(saltmarsh)
    with pytest.raises(PermissionDenied):
        actions.correct(case=walter, field="plan", value="Premera", by=colleague)
    assert actions.correct(case=walter, field="plan", value="Premera", by=lena) is not None


def test_staff_correct_and_have_seen_it_themselves(walter: Case, rosa: User) -> None:
    found = actions.correct(case=walter, field="plan", value="Premera", by=rosa)
    assert found is not None
    assert found.seen_by == f"user:{rosa.ref}"
    walter.refresh_from_db()
    assert not walter.correction_unseen
