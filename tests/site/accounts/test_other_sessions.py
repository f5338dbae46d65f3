"""Other sessions end when a password or a factor changes, and each can be ended from the list."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import agents
from accounts.models import User
from journal.models import Entry
from tests.cast import sign_in
from tests.factories.accounts import PASSWORD
from tests.site.accounts import signing

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "the geese fly south again"
MINUTES = 60


class TestOtherSessionsEnd:
    """At a change of password or factor, every other session ends (listmonk CVE-2026-34828)."""

    def elsewhere(self, user: User) -> Client:
        client = Client()
        sign_in(client, user)
        assert client.get("/accounts/sessions/").status_code == 200
        return client

    def test_at_a_new_password(self, client: Client, margaret: User) -> None:
        other = self.elsewhere(margaret)
        sign_in(client, margaret)
        client.post(
            "/accounts/password/change/",
            {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
        )
        assert other.get("/accounts/sessions/").status_code == 302
        assert client.get("/accounts/sessions/").status_code == 200
        assert Entry.objects.filter(verb="password.changed").exists()

    def test_at_a_reset_password_which_signs_nobody_in(self, client: Client, margaret: User) -> None:
        other = self.elsewhere(margaret)
        client.post("/accounts/password/reset/", {"email": margaret.email})
        client.post("/accounts/password/reset/confirm/", {"code": signing.latest_code()})
        answer = client.post("/accounts/password/reset/new/", {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
        assert answer["Location"] == "/accounts/password/reset/done/"
        assert not signing.is_signed_in(client)
        assert other.get("/accounts/sessions/").status_code == 302
        margaret.refresh_from_db()
        assert margaret.check_password(NEW_PASSWORD)

    def test_at_a_first_password(self, client: Client, margaret: User) -> None:
        margaret.set_unusable_password()
        margaret.save()
        other = self.elsewhere(margaret)
        sign_in(client, margaret)
        client.post("/accounts/password/set/", {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
        assert other.get("/accounts/sessions/").status_code == 302
        assert client.get("/accounts/sessions/").status_code == 200

    def test_at_a_new_address(self, client: Client, margaret: User) -> None:
        signing.by_code(client, margaret)
        other = self.elsewhere(margaret)
        session = client.session
        session["account_authentication_methods"] = [
            {"method": "password", "at": timezone.now().timestamp(), "reauthenticated": True}
        ]
        session.save()
        client.post("/accounts/email/", {"email": "margaret@new.example", "action_add": ""})
        client.post("/accounts/email/confirm/", {"code": signing.latest_code()})
        margaret.refresh_from_db()
        assert margaret.email == "margaret@new.example"
        assert other.get("/accounts/sessions/").status_code == 302
        assert client.get("/accounts/sessions/").status_code == 200

    @pytest.mark.django_db(transaction=True)
    def test_at_a_new_factor(self, client: Client, margaret: User) -> None:
        margaret.set_unusable_password()
        margaret.save()
        sign_in(client, margaret)
        other = self.elsewhere(margaret)
        page = client.get("/accounts/2fa/app/")
        code = signing.factor_code(page.context["form"].secret)
        answer = client.post("/accounts/2fa/app/", {"code": code})
        assert answer["Location"] == "/accounts/2fa/recovery/"
        assert client.get(answer["Location"]).status_code == 200, "no second question for the code just typed"
        assert other.get("/accounts/sessions/").status_code == 302
        assert "Your second step is set up" in [letter.subject for letter in mail.outbox]

    def test_when_a_factor_is_taken_off(self, client: Client, margaret: User) -> None:
        signing.give_factor(margaret)
        other = self.elsewhere(margaret)
        sign_in(client, margaret)
        client.post("/accounts/2fa/again/", {"code": signing.factor_code()})
        client.post("/accounts/2fa/app/remove/")
        assert not Authenticator.objects.exists()
        assert other.get("/accounts/sessions/").status_code == 302
        assert client.get("/accounts/sessions/").status_code == 200
        assert Entry.objects.filter(verb="factor.removed").exists()


class TestTheListOfSessions:
    """Somebody sees where they are signed in, and ends it."""

    def test_it_names_each_device(self, margaret: User) -> None:
        here = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"})
        there = Client(headers={"user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1"})
        signing.by_code(here, margaret)
        signing.by_code(there, margaret)
        page = here.get("/accounts/sessions/").content.decode()
        assert "Firefox on Windows" in page
        assert "Safari on iPhone" in page
        assert page.count("This one") == 1

    def test_one_can_be_ended(self, client: Client, margaret: User) -> None:
        other = Client()
        signing.by_code(other, margaret)
        key = UserSession.objects.get().pk
        signing.by_code(client, margaret)
        client.post("/accounts/sessions/", {"session": key})
        assert other.get("/accounts/sessions/").status_code == 302
        assert client.get("/accounts/sessions/").status_code == 200
        assert Entry.objects.filter(verb="session.revoked").exists()

    def test_all_others_can_be_ended(self, client: Client, margaret: User) -> None:
        others = [Client(), Client()]
        for other in others:
            signing.by_code(other, margaret)
        signing.by_code(client, margaret)
        client.post("/accounts/sessions/")
        assert [other.get("/accounts/sessions/").status_code for other in others] == [302, 302]
        assert client.get("/accounts/sessions/").status_code == 200

    @pytest.mark.parametrize("key", ["0", "-1", "x", "²", "9" * 24, "9" * 5000])
    def test_an_unknown_one_is_not_there(self, client: Client, margaret: User, key: str) -> None:
        sign_in(client, margaret)
        assert client.post("/accounts/sessions/", {"session": key}).status_code == 404

    def test_somebody_elses_is_not_there(self, client: Client, margaret: User, stranger_patient: User) -> None:
        other = Client()
        signing.by_code(other, stranger_patient)
        sign_in(client, margaret)
        assert client.post("/accounts/sessions/", {"session": UserSession.objects.get().pk}).status_code == 404
        assert other.get("/accounts/sessions/").status_code == 200

    @pytest.mark.parametrize(
        ("agent", "name"),
        [
            ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36", "Chrome on Linux"),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Safari/605.1", "Safari on Mac"),
            ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
            ("curl/8.1", "Another device"),
            ("", "Another device"),
            ("Mozilla/5.0 (Android 15; Mobile)", "Android"),
        ],
    )
    def test_a_browser_is_told_by_two_words(self, agent: str, name: str) -> None:
        assert agents.named(agent) == name
