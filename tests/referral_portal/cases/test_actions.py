"""What people do with a case: each verb first works, then once only, then not for whoever may not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from journal.models import Entry
from practice.models import Location, Provider, Service, StaffMember
from referral_portal.cases import actions, clocks, policy
from referral_portal.cases.actions import CaseConflict, StaleCase
from referral_portal.cases.models import Case, CaseAppointment
from referral_portal.cases.states import Action, CaseState, VisitState
from referral_portal.offices.models import Membership, Office
from tests.factories.cases import CaseFactory, visit
from tests.factories.offices import member
from tests.factories.practice import ServiceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def accepted(saltmarsh: Office, dana: User, root_canal: Service, location: Location, rosa: User) -> Case:
    return CaseFactory.create(
        office=saltmarsh,
        author=dana,
        service=root_canal,
        location=location,
        status="accepted",
        assignee=StaffMember.objects.get(user=rosa),
    )


@pytest.fixture
def completed(accepted: Case, rosa: User, dr_lindqvist: Provider) -> Case:
    return actions.complete(case=accepted, ending="treated", text="Done.", clinician=dr_lindqvist, by=rosa)


def verbs(case: Case) -> list[str]:
    entries = Entry.objects.of(f"case:{case.ref}").changes()
    return [entry.verb for entry in sorted(entries, key=lambda entry: (entry.particulars.get("version", 0), entry.pk))]


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


def test_confirming_closes_the_loop_once(completed: Case, dana: User, saltmarsh: Office) -> None:
    colleague = member(saltmarsh)
    actions.confirm_receipt(case=completed, by=dana)
    case = actions.confirm_receipt(case=completed, by=colleague)
    assert (case.status, case.closed_how, case.closed_by) == ("loop_closed", "portal", f"user:{dana.ref}")
    assert verbs(case).count("case.receipt_confirmed") == 1


def test_staff_say_how_the_office_confirmed(completed: Case, rosa: User) -> None:
    for wrong in ("portal", "lapsed", "pigeon"):
        with pytest.raises(ValidationError):
            actions.confirm_receipt(case=completed, by=rosa, how=wrong)
    assert actions.confirm_receipt(case=completed, by=rosa, how="fax").closed_how == "fax"


def test_a_receipt_lapses_after_thirty_days_and_is_counted_apart(completed: Case) -> None:
    with pytest.raises(CaseConflict):
        actions.lapse(case=completed)
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        case = actions.lapse(case=completed)
    assert (case.status, case.closed_how, case.closed_by) == ("loop_closed", "lapsed", "system:goodword")


def test_a_report_may_be_amended_after_closing(completed: Case, dana: User, rosa: User, dr_lindqvist: Provider) -> None:
    actions.confirm_receipt(case=completed, by=dana)
    actions.amend_report(case=completed, text="A typing error.", clinician=dr_lindqvist, by=rosa)
    completed.refresh_from_db()
    assert completed.status == "loop_closed"
    assert completed.reports.count() == 2


def test_cancelling_before_anybody_saw_it_is_at_once(walter: Case, dana: User) -> None:
    case = actions.request_cancel(case=walter, reason="She moved.", by=dana)
    assert case.status == "cancelled"
    assert actions.request_cancel(case=walter, reason="She moved.", by=dana).version == case.version


def test_cancelling_later_is_asked_and_confirmed_or_not(accepted: Case, dana: User, rosa: User) -> None:
    asked = actions.request_cancel(case=accepted, reason="She moved.", by=dana)
    assert asked.status == "cancel_requested"
    going_on = actions.continue_case(case=accepted, by=rosa)
    assert going_on.status == "accepted"
    actions.request_cancel(case=accepted, reason="Really.", by=dana)
    assert actions.confirm_cancel(case=accepted, by=rosa).status == "cancelled"


def test_unreachable_needs_three_attempts(accepted: Case, rosa: User) -> None:
    with pytest.raises(ValidationError):
        actions.mark_unreachable(case=accepted, by=rosa)
    for hours in (0, 5, 30):
        with time_machine.travel(timezone.now() + timedelta(hours=hours)):
            actions.log_call(case=accepted, outcome="voicemail", by=rosa)
    case = actions.mark_unreachable(case=accepted, by=rosa)
    assert (case.status, case.awaiting) == ("unreachable", "office")
    assert actions.found(case=accepted, by=rosa).status == "accepted"


def test_redirecting_makes_a_new_case_and_declines_this_one(accepted: Case, rosa: User) -> None:
    gums = ServiceFactory.create(name="Gum health", slug="gums")
    new = actions.redirect(case=accepted, service=gums, by=rosa)
    assert actions.redirect(case=accepted, service=gums, by=rosa) == new
    accepted.refresh_from_db()
    assert (accepted.status, accepted.decline_reason) == ("declined", "redirected")
    assert (new.part_of, new.status, new.name) == (accepted, "submitted", accepted.name)
    assert new.ref != accepted.ref


def test_merging_names_a_survivor_of_the_same_office(accepted: Case, walter: Case, kestrel: Office, rosa: User) -> None:
    foreign = CaseFactory.create(office=kestrel)
    for wrong in (accepted, foreign):
        with pytest.raises(ValidationError):
            actions.merge(case=accepted, survivor=wrong, by=rosa)
    case = actions.merge(case=accepted, survivor=walter, by=rosa)
    assert (case.status, case.survivor) == ("merged", walter)


def test_only_leads_reopen_and_the_end_is_taken_back(completed: Case, rosa: User, colette: User) -> None:
    with pytest.raises(PermissionDenied):
        actions.reopen(case=completed, reason="Pain again.", by=rosa)
    case = actions.reopen(case=completed, reason="Pain again.", by=colette)
    assert (case.status, case.ending, case.completed_at) == ("accepted", "", None)
    assert case.reports.count() == 1


def test_the_author_withdraws_what_nobody_saw_and_the_privacy_officer_anything(
    walter: Case, completed: Case, dana: User, rosa: User, priya: User, saltmarsh: Office
) -> None:
    with pytest.raises(PermissionDenied):
        actions.withdraw(case=walter, reason="Wrong patient.", by=member(saltmarsh))
    assert actions.withdraw(case=walter, reason="Wrong patient.", by=dana).status == "entered_in_error"
    with pytest.raises(PermissionDenied):
        actions.withdraw(case=completed, reason="Wrong patient.", by=rosa)
    assert actions.withdraw(case=completed, reason="Wrong patient.", by=priya).status == "entered_in_error"


def test_whoever_left_the_office_is_no_author_any_more(walter: Case, dana: User) -> None:
    from accounts.actions import end_role

    end_role(grant=dana.grants.current().get(), by=None)
    dana = User.objects.get(pk=dana.pk)
    with pytest.raises(PermissionDenied):
        actions.write(case=walter, text="I was there.", by=dana)


def test_half_an_action_leaves_nothing(walter: Case, rosa: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from referral_portal.cases.actions import ground

    def crash(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(ground, "record", crash)
    with pytest.raises(RuntimeError):
        actions.acknowledge(case=walter, by=rosa)
    walter.refresh_from_db()
    assert (walter.status, walter.version) == ("submitted", 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "received", "received_at": None, "received_by": ""},
        {"status": "nowhere"},
        {"status": "loop_closed"},
        {"received_by": ""},
        {"awaiting": "anyone"},
        {"urgency": "soon"},
        {"consent_at": None, "consent_by": ""},
    ],
)
def test_the_database_refuses_what_the_table_does_not_know(accepted: Case, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=accepted.pk).update(**wrong)


def test_what_a_person_gave_is_sealed_in_the_database(walter: Case) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cases_case")
        row = b"|".join(
            bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode() for cell in cursor.fetchone()
        )
    for word in (b"Walter", b"Brandvold", b"1954-03-04", b"0188"):
        assert word not in row


def test_a_search_finds_whole_names_the_reference_and_the_phone(walter: Case, saltmarsh: Office) -> None:
    CaseFactory.create(office=saltmarsh, given_name="Ana María", family_name="de la Cruz-Ortiz", phone="360-555-0122")
    for text in (
        "Walter",
        "brandvold",
        "WALTER Brandvold",
        walter.ref,
        walter.ref.lower(),
        walter.ref[3:],
        "0188",
        "(360) 555-0188",
    ):
        assert list(Case.objects.matching(text)) == [walter], text
    for text in ("ana", "Ortiz", "de la cruz-ortiz", "Ana Ortiz", "0122"):
        assert [case.given_name for case in Case.objects.matching(text)] == ["Ana María"], text
    for text in ("Wal", "' OR 1=1 --", "9999", "%", "%%%%", "Walter Ortiz"):
        assert list(Case.objects.matching(text)) == [], text


def test_clocks_follow_urgency_hours_and_weekends(location: Location) -> None:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    here = ZoneInfo("America/Los_Angeles")
    friday = datetime(2026, 11, 20, 16, 0, tzinfo=here)
    assert clocks.acknowledge_by("emergency", location, friday) == friday + timedelta(minutes=15)
    assert clocks.acknowledge_by("urgent", location, friday) == datetime(2026, 11, 23, 11, 0, tzinfo=here)
    assert clocks.acknowledge_by("routine", location, friday) == datetime(2026, 11, 23, 17, 0, tzinfo=here)


def test_what_is_entered_later_counts_as_done_when_it_happened(walter: Case, rosa: User) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    with clocks.happened_at(yesterday):
        case = actions.acknowledge(case=walter, by=rosa)
    assert case.received_at == yesterday
    assert Entry.objects.get(verb="case.acknowledged").at == yesterday


def test_an_admin_of_one_office_is_a_stranger_in_another(walter: Case, kestrel: Office) -> None:
    boss = member(kestrel, Membership.Role.ADMIN)
    assert not policy.may_see(boss, walter)
    assert policy.allowed_actions(walter, boss) == []
    with pytest.raises(PermissionDenied):
        actions.correct(case=walter, field="phone", value="360-555-0100", by=boss)


def test_drafts_are_seen_by_the_office_and_not_by_staff(saltmarsh: Office, dana: User, rosa: User) -> None:
    case = CaseFactory.create(office=saltmarsh, author=dana, status=CaseState.DRAFT)
    assert policy.may_see(dana, case)
    assert not policy.may_see(rosa, case)
