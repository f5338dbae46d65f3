"""A case from the front desk of an office to the closed loop, through the actions alone."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import User
from journal.models import Entry
from practice.models import Location, Provider, Service
from referral_portal.cases import actions, policy, stages, words
from referral_portal.cases.actions import Given
from referral_portal.cases.models import Case
from referral_portal.cases.states import Action, CaseState
from referral_portal.offices.models import Office, ReferringDoctor
from tests.factories.cases import picture

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def given(service: Service, location: Location, doctor: ReferringDoctor, **more: object) -> Given:
    base: dict[str, object] = {
        "given_name": "Walter",
        "family_name": "Brandvold",
        "born_on": date(1954, 3, 4),
        "phone": "360-555-0188",
        "service": service,
        "location": location,
        "referring_doctor": doctor,
        "urgency": "urgent",
        "reason": "root-canal",
        "tooth_set": "permanent",
        "teeth": ("3",),
        "remark": "Lingering cold response #3.",
        "may_be_called": True,
    }
    return Given(**{**base, **more})  # type: ignore[arg-type]


def verbs(case: Case) -> list[str]:
    found = Entry.objects.of(f"case:{case.ref}").changes()
    return [entry.verb for entry in sorted(found, key=lambda entry: (entry.particulars.get("version", 0), entry.at))]


def test_a_case_goes_from_the_front_desk_to_the_closed_loop(
    dana: User,
    rosa: User,
    saltmarsh: Office,
    dr_grant: ReferringDoctor,
    root_canal: Service,
    location: Location,
    dr_lindqvist: Provider,
) -> None:
    key = uuid4()
    actions.hold(office=saltmarsh, upload=picture(), key=key, by=dana)
    case = actions.send(office=saltmarsh, given=given(root_canal, location, dr_grant), by=dana, request_key=key)
    assert case.ref.startswith("JR-")
    assert case.status == CaseState.SUBMITTED
    assert case.files.count() == 1
    assert case.acknowledge_by is not None

    case = actions.acknowledge(case=case, by=rosa)
    assert case.assignee is not None
    assert case.assignee.name == "Rosa Delgado"
    actions.log_call(case=case, outcome="reached", by=rosa, note="Prefers mornings.")
    visit = actions.book(
        case=case, starts_at=timezone.now() + timedelta(days=1), provider=dr_lindqvist, location=location, by=rosa
    )
    actions.keep(appointment=visit, by=rosa)
    actions.report_interim(case=case, text="Went well.", clinician=dr_lindqvist, by=rosa)
    case = actions.complete(
        case=case, ending="treated", text="Root canal of tooth 3 is done.", clinician=dr_lindqvist, by=rosa
    )
    assert Action.CONFIRM_RECEIPT in policy.allowed_actions(case, dana)
    case = actions.confirm_receipt(case=case, by=dana)

    assert case.status == CaseState.LOOP_CLOSED
    assert verbs(case) == [
        "case.submitted",
        "case.acknowledged",
        "case.called",
        "case.accepted",
        "case.booked",
        "case.kept",
        "case.interim_reported",
        "case.completed",
        "case.receipt_confirmed",
    ]
    assert [stage.state for stage in stages.stages_of(case)] == ["done"] * 6
    told = [line.title for line in words.timeline(case, "office", dana)]
    assert told[0] == "Receipt confirmed"
    assert told[-1] == "Sent with 1 file"
    assert "Prefers mornings." not in str(words.timeline(case, "office", dana))
