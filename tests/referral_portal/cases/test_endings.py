"""How a case ends: completed, confirmed, cancelled, redirected, merged, reopened, withdrawn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from journal.models import Entry
from practice.models import Location, Provider
from referral_portal.cases import actions, clocks, policy
from referral_portal.cases.actions import CaseConflict
from referral_portal.cases.models import Case
from referral_portal.cases.states import CaseState
from referral_portal.offices.models import Membership, Office
from tests.factories.cases import CaseFactory
from tests.factories.offices import member
from tests.factories.practice import ServiceFactory
from tests.referral_portal.cases.entries import verbs

pytestmark = [pytest.mark.django_db, pytest.mark.both]


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
