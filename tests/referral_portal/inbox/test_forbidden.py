"""The page of an act that others do says so at once, before somebody fills in a form for nothing."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from accounts.models import KeptDraft, User
from journal.models import Entry
from practice.models import Provider, Service
from referral_portal.cases import actions
from referral_portal.cases.models import Case
from referral_portal.referrals.models import Referral
from referral_portal.referrals.states import ReferralState
from tests.cast import sign_in
from tests.factories.cases import visit
from tests.factories.referrals import ReferralFactory

pytestmark = pytest.mark.django_db


def shut(client: Client, path: str) -> str:
    """Open the page of an act, demand that it is closed, and return what it says."""
    before = Entry.objects.count()
    answer = client.get(path)
    assert answer.status_code == 403
    assert "not with your role" in answer.text
    assert 'id="act-form"' not in answer.text
    assert client.head(path).status_code == 403
    assert Entry.objects.count() == before
    return str(answer.text)


@pytest.mark.parametrize("noun", ["acceptance", "decline"])
def test_a_coordinator_reads_that_clinicians_triage(
    client: Client, rosa: User, walter: Case, root_canal: Service, noun: str
) -> None:
    Service.objects.filter(pk=root_canal.pk).update(triages=True)
    said = shut(sign_in(client, rosa), f"/admin/inbox/{walter.ref}/{noun}/")
    assert f"/admin/inbox/{walter.ref}/" in said


def test_only_a_lead_opens_a_case_again(
    client: Client, rosa: User, colette: User, walter: Case, dr_lindqvist: Provider
) -> None:
    actions.complete(case=walter, ending="treated", text="Done.", clinician=dr_lindqvist, by=colette)
    shut(sign_in(client, rosa), f"/admin/inbox/{walter.ref}/reopening/")


def test_only_a_lead_takes_a_referral_back(client: Client, rosa: User, colette: User, location: object) -> None:
    referral = ReferralFactory.create(state=ReferralState.CONTACTED)
    path = f"/admin/inbox/{referral.ref}/void/"
    shut(sign_in(client, rosa), path)
    answer = client.post(path, {"reason": "A test & nothing more"})
    assert answer.status_code == 403
    assert "A test &amp; nothing more" in answer.text
    assert Referral.objects.get(pk=referral.pk).state == ReferralState.CONTACTED
    assert sign_in(Client(), colette).get(path).status_code == 200


def test_what_was_typed_before_the_session_ended_is_there_to_copy(client: Client, rosa: User, location: object) -> None:
    referral = ReferralFactory.create(state=ReferralState.CONTACTED)
    path = f"/admin/inbox/{referral.ref}/void/"
    fields = {"reason": ["Doubled <b>one</b>"], "version": ["1"], "other": ["unseen"]}
    KeptDraft.objects.create(user=rosa, path=path, fields=json.dumps(fields))
    sign_in(client, rosa)
    session = client.session
    session["has_drafts"] = True
    session.save()
    said = shut(client, path)
    assert "Doubled &lt;b&gt;one&lt;/b&gt;" in said
    assert "unseen" not in said


def test_what_is_too_late_for_everybody_is_no_matter_of_roles(client: Client, rosa: User, walter: Case) -> None:
    actions.decline(case=walter, reason="no_time", advice="Rinse", alternative="Elsewhere", by=rosa)
    answer = sign_in(client, rosa).get(f"/admin/inbox/{walter.ref}/acknowledgement/")
    assert answer.status_code == 200
    assert "not with your role" not in answer.text


def test_whoever_may_act_on_a_visit_sees_the_form(
    client: Client, rosa: User, walter: Case, dr_lindqvist: Provider
) -> None:
    actions.accept(case=walter, by=rosa)
    booked = visit(walter, dr_lindqvist)
    path = f"/admin/inbox/{walter.ref}/appointments/{booked.ref}/move/"
    assert sign_in(client, rosa).get(path).status_code == 200
