"""Staff and office admins show a second factor, on every door; a recovery code helps when the phone is gone."""

from __future__ import annotations

import base64

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client, override_settings

from accounts.models import User
from accounts.roles import needs_second_factor
from journal.models import Entry
from tests.cast import sign_in
from tests.factories.accounts import PASSWORD, UserFactory
from tests.site.accounts import signing

pytestmark = pytest.mark.django_db

STAFF_AND_ADMINS = ["hannah", "rosa", "theo", "colette", "okafor", "priya", "office_admin"]
OTHERS = ["margaret", "dana"]


@pytest.fixture
def person(request: pytest.FixtureRequest) -> User:
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("person", STAFF_AND_ADMINS, indirect=True)
def test_whoever_must_have_one_is_led_to_set_it_up(client: Client, person: User) -> None:
    signing.by_code(client, person)
    for path in ("/portal/", "/admin/", "/portal/office/cases/"):
        answer = client.get(path)
        assert answer["Location"].startswith("/accounts/2fa/?next=%2F"), path
    assert client.get("/accounts/2fa/").status_code == 200
    assert client.get("/accounts/2fa/app/").status_code == 200


@pytest.mark.parametrize("person", OTHERS, indirect=True)
def test_whoever_need_not_have_one_goes_on(client: Client, person: User) -> None:
    signing.by_code(client, person)
    assert not client.get("/portal/").headers.get("Location", "").startswith("/accounts/")


@pytest.mark.parametrize("person", STAFF_AND_ADMINS, indirect=True)
def test_the_factor_is_asked_for_at_sign_in(client: Client, person: User) -> None:
    signing.give_factor(person)
    answer = signing.by_code(client, person)
    assert answer["Location"] == signing.FACTOR
    assert not signing.is_signed_in(client)
    answer = client.post(signing.FACTOR, {"code": signing.factor_code()})
    assert answer.status_code == 302
    assert signing.is_signed_in(client)
    assert Entry.objects.get(verb="session.opened").particulars == {"how": "code, mfa"}
    assert not client.get("/portal/").headers.get("Location", "").startswith("/accounts/")


def test_a_password_does_not_replace_it(client: Client, rosa: User) -> None:
    EmailAddress.objects.create(user=rosa, email=rosa.email, primary=True, verified=True)
    signing.give_factor(rosa)
    answer = client.post(signing.LOGIN, {"login": rosa.email, "password": PASSWORD})
    assert answer["Location"] == signing.FACTOR
    assert not signing.is_signed_in(client)
    assert client.get("/admin/").status_code == 302


def test_a_wrong_code_is_refused_and_written_down(client: Client, rosa: User) -> None:
    signing.give_factor(rosa)
    signing.by_code(client, rosa)
    wrong = f"{(int(signing.factor_code()) + 1) % 1_000_000:06}"
    page = client.post(signing.FACTOR, {"code": wrong})
    assert "not right" in page.content.decode()
    assert not signing.is_signed_in(client)
    assert Entry.objects.filter(verb="session.refused", subject=f"user:{rosa.ref}").exists()


def test_a_code_of_the_app_works_once(client: Client, rosa: User) -> None:
    signing.give_factor(rosa)
    code = signing.factor_code()
    for expected in (True, False):
        fresh = Client()
        signing.by_code(fresh, rosa)
        fresh.post(signing.FACTOR, {"code": code})
        assert signing.is_signed_in(fresh) is expected


def test_a_recovery_code_helps_once(client: Client, rosa: User) -> None:
    signing.give_factor(rosa)
    code = RecoveryCodes.activate(rosa).get_unused_codes()[0]
    for expected in (True, False):
        fresh = Client()
        signing.by_code(fresh, rosa)
        fresh.post(signing.FACTOR, {"code": code})
        assert signing.is_signed_in(fresh) is expected


def test_a_session_that_never_showed_it_is_asked(client: Client, rosa: User) -> None:
    signing.give_factor(rosa)
    client.force_login(rosa)
    answer = client.get("/portal/?page=2")
    assert answer["Location"] == "/accounts/2fa/again/?next=%2Fportal%2F%3Fpage%3D2"
    answer = client.post(answer["Location"], {"code": signing.factor_code()})
    assert answer["Location"] == "/portal/?page=2"
    assert client.get("/portal/")["Location"] == "/admin/"


def test_htmx_and_scripts_are_not_given_half_a_page(client: Client, rosa: User) -> None:
    client.force_login(rosa)
    answer = client.get("/portal/", headers={"hx-request": "true"})
    assert answer["HX-Redirect"].startswith("/accounts/2fa/")
    assert client.get("/admin/", headers={"x-requested-with": "XMLHttpRequest"}).status_code == 403


def test_taking_the_old_phone_off_leads_to_the_new_one(client: Client, rosa: User) -> None:
    signing.give_factor(rosa)
    signing.by_code(client, rosa)
    client.post(signing.FACTOR, {"code": signing.factor_code()})
    client.post("/accounts/2fa/again/", {"code": signing.factor_code()})
    code = RecoveryCodes.activate(rosa).get_unused_codes()[0]
    client.post("/accounts/2fa/again/", {"code": code})
    client.post("/accounts/2fa/app/remove/")
    assert not Authenticator.objects.filter(user=rosa).exists()
    assert client.get("/admin/")["Location"].startswith("/accounts/2fa/")


def test_the_phone_is_not_taken_off_without_a_fresh_proof(client: Client, rosa: User) -> None:
    sign_in(client, rosa)
    answer = client.post("/accounts/2fa/app/remove/")
    assert answer["Location"].startswith("/accounts/again/")
    assert Authenticator.objects.filter(user=rosa, type="totp").exists()


def test_the_secret_is_sealed(client: Client, rosa: User) -> None:
    signing.give_factor(rosa)
    kept = Authenticator.objects.get().data["secret"]
    assert signing.SECRET not in kept
    assert signing.SECRET.encode() not in base64.b64decode(kept)


def test_the_picture_for_the_app_carries_no_style(client: Client, rosa: User) -> None:
    rosa.set_unusable_password()
    rosa.save()
    sign_in(client, rosa)
    Authenticator.objects.all().delete()
    page = client.get("/accounts/2fa/app/")
    picture = page.context["totp_svg"]
    assert picture.startswith("<svg")
    assert "style=" not in picture
    assert "otpauth" not in page.content.decode()


@override_settings(DEMO=True)
def test_the_demo_does_not_ask(client: Client, rosa: User) -> None:
    client.force_login(rosa)
    assert client.get("/portal/")["Location"] == "/admin/"


def test_whoever_enters_the_admin_needs_it_whatever_their_roles() -> None:
    assert needs_second_factor(UserFactory.create(is_superuser=True))
    assert needs_second_factor(UserFactory.create(is_staff=True))
    assert not needs_second_factor(UserFactory.create())
    assert not needs_second_factor(UserFactory.create(is_superuser=True, is_active=False))
