"""Somebody is called away while typing: the screen locks, and after sign-in what was typed is there again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import KeptDraft, User
from practice.models import Location, Service
from referral_portal.cases.models import Case
from tests.cast import sign_in
from tests.factories.cases import CaseFactory
from tests.factories.offices import OfficeFactory, belong
from tests.site.accounts import signing

pytestmark = pytest.mark.django_db

WORDS = "He had a fever on Sunday & takes <amoxicillin>"


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_ROOT = tmp_path


@pytest.fixture
def case(dana: User, root_canal: Service, location: Location) -> Case:
    office = OfficeFactory.create(ref="OF-SALT", name="Saltmarsh Family Dental")
    belong(dana, office)
    return CaseFactory.create(office=office, author=dana, service=root_canal, location=location)


def is_called_away(machine: Any, minutes: int = 45) -> None:
    machine.move_to(timezone.now() + timedelta(minutes=minutes))


def test_dana_writes_to_the_team_and_the_phone_rings(client: Client, dana: User, case: Case, time_machine: Any) -> None:
    sign_in(client, dana)
    where = f"/portal/office/cases/{case.ref}/"
    is_called_away(time_machine)
    answer = client.post(f"{where}messages/", {"msg": WORDS})
    assert answer["Location"] == f"/accounts/login/?next={where}messages/"
    assert not case.messages.exists(), "nobody who was locked out writes"
    page = client.get(answer["Location"])
    assert "What you typed is safe" in page.content.decode()
    signing.ask_for_code(client, dana.email, next=f"{where}messages/")
    answer = signing.enter_code(client, next=f"{where}messages/")
    page = client.get(answer["Location"], follow=True)
    assert page.request["PATH_INFO"] == where
    assert page.context["message_form"]["msg"].value() == WORDS
    assert "&lt;amoxicillin&gt;" in page.content.decode()
    client.post(f"{where}messages/", {"msg": WORDS})
    assert [message.text for message in case.messages.all()] == [WORDS]
    assert not KeptDraft.objects.exists()
    assert not client.get(where).context["message_form"]["msg"].value()


def test_dana_asks_to_cancel_and_finds_her_reason_again(
    client: Client, dana: User, case: Case, time_machine: Any
) -> None:
    sign_in(client, dana)
    where = f"/portal/office/cases/{case.ref}/cancellation/"
    is_called_away(time_machine)
    client.post(where, {"reason": WORDS, "version": case.version - 1})
    signing.by_code(client, dana)
    form = client.get(where).context["form"]
    assert form["reason"].value() == WORDS
    assert form["version"].value() == case.version, "the page's version, not the one from before"


def test_rosa_notes_a_call_and_finds_her_note_again(client: Client, rosa: User, case: Case, time_machine: Any) -> None:
    sign_in(client, rosa)
    where = f"/admin/inbox/{case.ref}/note/"
    is_called_away(time_machine)
    answer = client.post(where, {"text": WORDS})
    assert answer["Location"] == f"/accounts/login/?next={where}"
    sign_in(client, rosa)
    session = client.session
    session["has_drafts"] = True
    session.save()
    assert client.get(where).context["form"]["text"].value() == WORDS


def test_a_colleague_on_the_same_screen_finds_nothing(
    client: Client, dana: User, office_admin: User, case: Case, time_machine: Any
) -> None:
    belong(office_admin, case.office, "admin")
    sign_in(client, dana)
    where = f"/portal/office/cases/{case.ref}/"
    is_called_away(time_machine)
    client.post(f"{where}messages/", {"msg": WORDS})
    sign_in(client, office_admin)
    assert not client.get(where).context["message_form"]["msg"].value()
