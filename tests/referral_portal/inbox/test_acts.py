"""Every act of the inbox: by POST, once, on what stands there now; a stale page is told what is new."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from journal.models import Entry
from practice.models import Provider, Service, StaffMember
from referral_portal.cases import actions
from referral_portal.cases.models import Case, CaseAppointment, CaseMessage
from referral_portal.cases.states import Action, CaseState
from referral_portal.inbox.verbs import CASE_VERBS, REFERRAL_VERBS, VISIT_VERBS
from referral_portal.referrals.models import Referral
from referral_portal.referrals.states import Action as Telling
from referral_portal.referrals.states import ReferralState
from tests.cast import sign_in
from tests.factories.cases import CaseFactory, pdf, visit
from tests.factories.practice import ServiceFactory
from tests.factories.referrals import ReferralFactory

pytestmark = pytest.mark.django_db
OF_OTHERS = {Action.SUBMIT, Action.REPLY, Action.REQUEST_CANCEL, Action.LAPSE}
INSIDE_OTHERS = {Action.ASK, Action.ADD_FILE}


@pytest.fixture
def staff(client: Client, colette: User) -> Client:
    return sign_in(client, colette)


@pytest.fixture
def member(colette: User) -> StaffMember:
    return StaffMember.objects.get(user=colette)


def post(client: Client, thing: Case | Referral, noun: str, **given: Any) -> Any:
    return client.post(f"/admin/inbox/{thing.ref}/{noun}/", given)


def tomorrow() -> dict[str, str]:
    return {"on": (timezone.localdate() + timedelta(days=1)).isoformat(), "at": "08:30"}


def status(case: Case) -> str:
    return str(Case.objects.values_list("status", flat=True).get(pk=case.pk))


def test_every_act_that_staff_may_do_has_an_address() -> None:
    assert {verb.action for verb in (*CASE_VERBS, *VISIT_VERBS)} == set(Action) - OF_OTHERS - INSIDE_OTHERS
    assert {verb.action for verb in REFERRAL_VERBS} == {
        action for action in Telling if action not in {Telling.TELL, Telling.NAME, Telling.AGREE, Telling.EXPIRE}
    }


def test_a_whole_story(
    staff: Client, walter: Case, dr_lindqvist: Provider, colette: User, settings: Any, tmp_path: Any
) -> None:
    settings.PRIVATE_ROOT = tmp_path
    assert post(staff, walter, "acknowledgement").headers["Location"] == f"/admin/inbox/{walter.ref}/"
    assert status(walter) == CaseState.RECEIVED
    post(staff, walter, "acceptance", provider=dr_lindqvist.ref)
    assert status(walter) == CaseState.ACCEPTED
    post(staff, walter, "call", outcome="reached", note="Prefers mornings")
    post(staff, walter, "appointments", provider=dr_lindqvist.ref, location=walter.location.ref, **tomorrow())
    booked = CaseAppointment.objects.get()
    assert timezone.localtime(booked.starts_at, walter.location.zone).strftime("%H:%M") == "08:30"
    post(staff, walter, f"appointments/{booked.ref}/move", on=tomorrow()["on"], at="10:00")
    moved = CaseAppointment.objects.exclude(pk=booked.pk).get()
    CaseAppointment.objects.filter(pk=moved.pk).update(starts_at=timezone.now() - timedelta(hours=1))
    post(staff, walter, f"appointments/{moved.ref}/kept", note="Went well")
    post(staff, walter, "interim-report", clinician=dr_lindqvist.ref, text="First visit done.")
    post(staff, walter, "completion", ending="treated", clinician=dr_lindqvist.ref, upload=pdf())
    assert status(walter) == CaseState.COMPLETED
    assert walter.reports.filter(is_final=True).get().file is not None
    post(staff, walter, "receipt", how="phone")
    assert status(walter) == CaseState.LOOP_CLOSED
    verbs = list(Entry.objects.filter(subject=f"case:{walter.ref}").changes().values_list("verb", flat=True))
    assert verbs.count("case.acknowledged") == verbs.count("case.completed") == 1


@pytest.mark.parametrize("verb", [verb for verb in CASE_VERBS if verb.noun != "withdrawal"], ids=lambda verb: verb.noun)
def test_reading_a_form_changes_nothing(staff: Client, walter: Case, verb: Any) -> None:
    before = Case.objects.values().get(pk=walter.pk)
    entries = Entry.objects.count()
    answer = staff.get(f"/admin/inbox/{walter.ref}/{verb.noun}/")
    assert answer.status_code == 200
    assert 'id="act-form"' in answer.text
    assert Case.objects.values().get(pk=walter.pk) == before
    assert Entry.objects.count() == entries


def test_a_report_may_be_amended_after_the_end(staff: Client, walter: Case, dr_lindqvist: Provider) -> None:
    post(staff, walter, "completion", ending="treated", clinician=dr_lindqvist.ref, text="Done.")
    post(staff, walter, "receipt", how="phone")
    post(staff, walter, "amendment", clinician=dr_lindqvist.ref, text="Tooth 4, not 3.")
    assert status(walter) == CaseState.LOOP_CLOSED
    assert walter.reports.filter(is_amendment=True).count() == 1


def test_a_double_click_is_one(staff: Client, walter: Case) -> None:
    for _click in range(2):
        assert post(staff, walter, "acknowledgement", version=walter.version).status_code == 302
    assert Entry.objects.filter(verb="case.acknowledged").count() == 1


def test_a_stale_page_is_told_what_is_new_and_saves_nothing(
    staff: Client, walter: Case, rosa: User, dr_lindqvist: Provider
) -> None:
    seen = walter.version
    actions.acknowledge(case=walter, by=rosa)
    answer = post(staff, walter, "decline", version=seen, reason="no_time", advice="Rinse", alternative="Elsewhere")
    assert answer.status_code == 409
    assert "Acknowledged" in answer.text
    assert "Rosa Delgado" in answer.text
    assert status(walter) == CaseState.RECEIVED


def test_what_is_too_late_is_said_and_not_done(staff: Client, walter: Case, rosa: User) -> None:
    actions.decline(case=walter, reason="no_time", advice="Rinse", alternative="Elsewhere", by=rosa)
    answer = post(staff, walter, "acknowledgement")
    assert answer.status_code == 409
    assert status(walter) == CaseState.DECLINED


def test_a_visit_waits_until_a_correction_was_seen(
    staff: Client, walter: Case, dana: User, dr_lindqvist: Provider, rosa: User
) -> None:
    actions.accept(case=walter, by=rosa)
    actions.correct(case=Case.objects.get(pk=walter.pk), field="alerts", value="Takes apixaban", by=dana)
    where = {"provider": dr_lindqvist.ref, "location": walter.location.ref}
    answer = post(staff, walter, "appointments", **where, **tomorrow())
    assert answer.status_code == 409
    assert "correction" in answer.text
    post(staff, walter, "correction/seen")
    assert post(staff, walter, "appointments", **where, **tomorrow()).status_code == 302


@pytest.mark.parametrize(
    ("noun", "given", "field"),
    [
        ("decline", {"reason": "no_time", "advice": "Rinse"}, "alternative"),
        ("decline", {"reason": "because", "advice": "Rinse", "alternative": "Elsewhere"}, "reason"),
        ("call", {"outcome": "flew away"}, "outcome"),
        ("appointments", {"on": "tomorrow", "at": "25:00"}, "on"),
        ("message", {"text": "  "}, "text"),
        ("assignment", {"assignee": "ST-0000"}, "assignee"),
        ("correction", {"field": "status", "value": "accepted"}, "field"),
        ("merge", {"survivor": "JR-0000"}, "survivor"),
    ],
)
def test_what_is_missing_or_wrong_is_said_beside_its_field(
    staff: Client, walter: Case, noun: str, given: dict[str, str], field: str
) -> None:
    before = Case.objects.values().get(pk=walter.pk)
    answer = post(staff, walter, noun, **given)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.text
    assert Case.objects.values().get(pk=walter.pk) == before


def test_a_report_needs_words_or_a_document(staff: Client, walter: Case, dr_lindqvist: Provider) -> None:
    post(staff, walter, "acceptance")
    answer = post(staff, walter, "completion", ending="treated", clinician=dr_lindqvist.ref)
    assert answer.status_code == 422
    assert "Write a report or add a document" in answer.text


def test_a_document_that_is_none_is_refused_and_leaves_nothing(
    staff: Client, walter: Case, dr_lindqvist: Provider, settings: Any, tmp_path: Any
) -> None:
    settings.PRIVATE_ROOT = tmp_path
    post(staff, walter, "acceptance")
    hostile = SimpleUploadedFile("report.pdf", b"<script>alert(1)</script>", content_type="application/pdf")
    answer = post(staff, walter, "completion", ending="treated", clinician=dr_lindqvist.ref, upload=hostile)
    assert answer.status_code == 422
    assert status(walter) == CaseState.ACCEPTED
    assert not walter.files.exists()


def test_fields_that_the_form_does_not_have_change_nothing(staff: Client, walter: Case) -> None:
    post(staff, walter, "note", text="Hello", status="loop_closed", office="OF-KEST", by="user:U-0000", is_internal="")
    message = CaseMessage.objects.get()
    assert message.is_internal
    assert status(walter) == CaseState.SUBMITTED


def test_a_question_lets_our_clock_rest(staff: Client, walter: Case) -> None:
    post(staff, walter, "message", text="Which tooth?", asks="on")
    walter.refresh_from_db()
    assert walter.awaiting == "office"


def test_assigning_sending_on_and_merging(
    staff: Client, walter: Case, member: StaffMember, root_canal: Service
) -> None:
    post(staff, walter, "assignment", assignee=member.ref)
    walter.refresh_from_db()
    assert walter.assignee == member
    other = CaseFactory.create(office=walter.office)
    post(staff, other, "merge", survivor=walter.ref.lower())
    assert status(other) == CaseState.MERGED
    implants = ServiceFactory.create(name="Implants", slug="implants")
    post(staff, walter, "redirection", service=implants.ref)
    assert status(walter) == CaseState.DECLINED
    assert Case.objects.filter(part_of=walter, service=implants).exists()


def test_a_merge_into_another_office_is_refused(staff: Client, walter: Case) -> None:
    stranger = CaseFactory.create()
    assert post(staff, walter, "merge", survivor=stranger.ref).status_code == 422
    assert status(walter) == CaseState.SUBMITTED


def test_a_visit_of_another_case_is_not_there(staff: Client, walter: Case, dr_lindqvist: Provider) -> None:
    other = CaseFactory.create(status=CaseState.ACCEPTED)
    booked = visit(other, dr_lindqvist)
    answer = staff.post(f"/admin/inbox/{walter.ref}/appointments/{booked.ref}/missed/")
    assert answer.status_code == 404
    booked.refresh_from_db()
    assert booked.status == "booked"


@pytest.mark.parametrize("noun", ["nonsense", "acknowledgement/seen", "thanks"])
def test_an_act_that_there_is_not_is_not_there(staff: Client, walter: Case, noun: str) -> None:
    assert post(staff, walter, noun).status_code == 404


@pytest.mark.parametrize("who", ["hannah", "priya", "dana", "margaret"])
def test_whoever_does_not_handle_cases_does_nothing(walter: Case, who: str, request: pytest.FixtureRequest) -> None:
    client = sign_in(Client(), request.getfixturevalue(who))
    assert post(client, walter, "acknowledgement").status_code in {302, 403}
    assert status(walter) == CaseState.SUBMITTED


def test_a_coordinator_does_not_triage_what_a_clinician_accepts(
    client: Client, rosa: User, walter: Case, root_canal: Service
) -> None:
    Service.objects.filter(pk=root_canal.pk).update(triages=True)
    sign_in(client, rosa)
    post(client, walter, "acceptance")
    post(client, walter, "decline", reason="no_time", advice="Rinse", alternative="Elsewhere")
    assert status(walter) == CaseState.SUBMITTED


def test_a_forged_form_from_another_site_does_nothing(walter: Case, colette: User) -> None:
    client = sign_in(Client(enforce_csrf_checks=True), colette)
    assert post(client, walter, "acknowledgement").status_code == 403
    assert status(walter) == CaseState.SUBMITTED


class TestReferral:
    def test_from_the_call_to_the_thank_you(self, staff: Client, location: object) -> None:
        referral = ReferralFactory.create(state=ReferralState.CONTACT_AGREED)
        post(staff, referral, "call", outcome="reached")
        post(staff, referral, "appointments", **tomorrow())
        post(staff, referral, "attendance")
        post(staff, referral, "thanks", how="card")
        referral.refresh_from_db()
        assert referral.state == ReferralState.ATTENDED
        assert referral.thanked_name == "Colette Brandt"

    @pytest.mark.parametrize("verb", REFERRAL_VERBS, ids=lambda verb: verb.noun)
    def test_reading_a_form_changes_nothing(self, staff: Client, location: object, verb: Any) -> None:
        referral = ReferralFactory.create(state=ReferralState.CONTACT_AGREED)
        before = Referral.objects.values().get(pk=referral.pk)
        assert staff.get(f"/admin/inbox/{referral.ref}/{verb.noun}/").status_code == 200
        assert Referral.objects.values().get(pk=referral.pk) == before

    def test_a_stale_page_saves_nothing(self, staff: Client, location: object) -> None:
        referral = ReferralFactory.create(state=ReferralState.CONTACT_AGREED)
        post(staff, referral, "call", outcome="voicemail", version=referral.version)
        answer = post(staff, referral, "no-answer", version=referral.version)
        assert answer.status_code == 409
        referral.refresh_from_db()
        assert referral.state == ReferralState.CONTACT_AGREED

    def test_what_the_table_forbids_is_said(self, staff: Client, location: object) -> None:
        referral = ReferralFactory.create(state=ReferralState.ATTENDED)
        answer = post(staff, referral, "no-answer")
        assert answer.status_code == 422
        assert "no longer possible" in answer.text

    def test_a_second_thank_you_changes_nothing(self, staff: Client, location: object) -> None:
        referral = ReferralFactory.create()
        for how in ("card", "call"):
            assert post(staff, referral, "thanks", how=how).status_code == 302
        referral.refresh_from_db()
        assert referral.thanked_how == "card"

    def test_the_do_not_call_list_must_be_checked(self, staff: Client, location: object) -> None:
        referral = ReferralFactory.create(state=ReferralState.NAMED, source="named")
        assert post(staff, referral, "invitation").status_code == 422
        assert post(staff, referral, "invitation", do_not_call_checked="on").status_code == 302
