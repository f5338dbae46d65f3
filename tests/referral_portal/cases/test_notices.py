"""What goes out by mail: to whom, once, with a reference and a link and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as django_settings
from django.utils import timezone

from accounts.models import User
from delivery.models import Message
from journal import reacting
from practice.models import Location, Provider, StaffMember
from referral_portal.cases import actions, clocks
from referral_portal.cases.models import Case
from referral_portal.cases.states import CaseState
from referral_portal.offices.models import Membership
from tests.factories.cases import CaseFactory
from tests.factories.practice import away

pytestmark = pytest.mark.django_db


def run_later(seconds: int = 90) -> None:
    """Let the worker run after the minute in which an undo would take a notice back."""
    with time_machine.travel(timezone.now() + timedelta(seconds=seconds)):
        reacting.run_due()


def sent() -> list[tuple[str, str]]:
    """Return (folder of the notice, address) of everything queued."""
    return sorted((message.occasion.partition(":")[0], message.address) for message in Message.objects.all())


def submitted(case: Case, by: User) -> Case:
    """Send a draft like `case`."""
    case.status, case.submitted_at, case.submitted_by = CaseState.DRAFT, None, ""
    case.save()
    return actions.submit(case=case, by=by)


def test_a_new_case_tells_the_coordinators_and_gives_the_office_a_receipt(
    walter: Case, dana: User, rosa: User, hannah: User
) -> None:
    submitted(walter, dana)
    reacting.run_due()
    assert sent() == [], "not within the minute"
    run_later()
    run_later(200)
    assert sent() == [("case_new", rosa.email), ("case_received", dana.email)]


def test_an_emergency_calls_everybody_at_once(walter: Case, dana: User, rosa: User, theo: User, okafor: User) -> None:
    walter.urgency = "emergency"
    submitted(walter, dana)
    reacting.run_due()
    assert sent() == sorted(("case_emergency", user.email) for user in (rosa, theo, okafor))


def test_a_case_taken_back_within_the_minute_tells_nobody(walter: Case, dana: User, rosa: User) -> None:
    case = submitted(walter, dana)
    actions.withdraw(case=case, reason="Wrong patient.", by=dana)
    run_later()
    assert sent() == []


def test_several_steps_within_a_minute_make_one_mail(
    walter: Case, dana: User, rosa: User, dr_lindqvist: Provider, location: Location
) -> None:
    moment = timezone.now() + timedelta(days=1)
    actions.book(case=walter, starts_at=moment, provider=dr_lindqvist, location=location, by=rosa)
    run_later()
    assert sent() == [("case_booked", dana.email)]


def test_each_mail_holds_a_reference_and_a_link_and_no_name(
    walter: Case, dana: User, rosa: User, dr_lindqvist: Provider, settings: object
) -> None:
    actions.write(case=walter, text="Is Walter on warfarin?", asks=True, by=rosa)
    actions.complete(case=walter, ending="treated", text="Root canal done.", clinician=dr_lindqvist, by=rosa)
    run_later()
    messages = list(Message.objects.all())
    assert {message.occasion.partition(":")[0] for message in messages} == {"case_asked", "case_report"}
    from delivery.models import Message as Row

    for message in Row.objects.all():
        text = "\n".join(str(getattr(message, field.attname)) for field in Row._meta.concrete_fields)
        assert walter.ref in text
        assert f"{django_settings.SITE_URL}/portal/office/cases/{walter.ref}/" in text
        for word in ("Walter", "Brandvold", "warfarin", "canal", "tooth", "0188"):
            assert word not in text


def test_words_of_the_office_reach_who_looks_after_the_case(
    walter: Case, dana: User, rosa: User, colette: User
) -> None:
    actions.acknowledge(case=walter, by=colette)
    actions.write(case=walter, text="May he eat before?", by=dana)
    actions.correct(case=walter, field="plan", value="Premera", by=dana)
    actions.request_cancel(case=walter, reason="Moved.", by=dana)
    run_later()
    to_staff = [name for name, address in sent() if address == colette.email]
    assert to_staff == ["case_cancel_asked", "case_corrected", "case_office_wrote"]
    assert rosa.email not in {address for _name, address in sent()}


def test_a_deputy_hears_as_well_on_an_away_day(walter: Case, dana: User, rosa: User, colette: User) -> None:
    actions.acknowledge(case=walter, by=rosa)
    today = timezone.localdate()
    away(StaffMember.objects.get(user=rosa), today, today + timedelta(days=3))
    actions.write(case=walter, text="May he eat before?", by=dana)
    run_later()
    assert ("case_office_wrote", colette.email) in sent()


def test_a_correction_seen_within_the_minute_sends_nothing(walter: Case, dana: User, rosa: User) -> None:
    actions.correct(case=walter, field="plan", value="Premera", by=dana)
    actions.see_correction(case=walter, by=rosa)
    run_later()
    assert sent() == []


def test_a_wrong_number_asks_the_office(walter: Case, dana: User, rosa: User) -> None:
    actions.log_call(case=walter, outcome="wrong_number", by=rosa)
    run_later()
    assert ("case_asked", dana.email) in sent()


def test_news_goes_to_the_office_when_its_author_left(walter: Case, dana: User, rosa: User) -> None:
    Membership.objects.filter(user=dana).update(ended_at=timezone.now(), ended_by="user:U-TEST")
    actions.acknowledge(case=walter, by=rosa)
    run_later()
    assert sent() == [("case_acknowledged", "front@saltmarsh.example")]


def test_an_office_that_wants_letters_gets_no_mail(walter: Case, rosa: User) -> None:
    walter.office.news_by = "fax"
    walter.office.save()
    case = CaseFactory.create(office=walter.office, service=walter.service)
    actions.acknowledge(case=case, by=rosa)
    run_later()
    assert sent() == []


def test_old_news_is_not_sent(walter: Case, rosa: User) -> None:
    with clocks.happened_at(timezone.now() - timedelta(days=10)):
        actions.acknowledge(case=walter, by=rosa)
    run_later()
    assert sent() == []


def test_notes_and_assignments_tell_nobody(walter: Case, rosa: User, colette: User) -> None:
    actions.note(case=walter, text="Hard of hearing.", by=rosa)
    actions.assign(case=walter, assignee=StaffMember.objects.get(user=colette), by=rosa)
    run_later()
    assert sent() == []


def test_a_case_that_is_gone_troubles_no_reaction(walter: Case, rosa: User) -> None:
    actions.acknowledge(case=walter, by=rosa)
    Case.objects.filter(pk=walter.pk).update(ref="JR-GONE")
    run_later()
    assert sent() == []
