"""Sessions end when nobody is there, when they are old, and when a password or a factor changes; no draft is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core import mail
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import agents, drafts, sessions
from accounts.doors import signed_in
from accounts.models import KeptDraft, User
from config import urls as real_urls
from journal.models import Entry
from tests.cast import sign_in
from tests.factories.accounts import PASSWORD
from tests.site.accounts import signing

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "the geese fly south again"
MINUTES = 60


@signed_in
def letter(request: HttpRequest) -> HttpResponse:
    """A form that posts to its own page."""
    if request.method == "POST":
        return HttpResponse(status=302, headers={"Location": "/portal/"})
    kept = drafts.take(request) or {}
    return HttpResponse(str(kept.get("text", "")), content_type="text/plain")


@signed_in
@require_POST
def note(request: HttpRequest) -> HttpResponse:
    """An act without a page of its own."""
    return HttpResponse(status=302, headers={"Location": "/test/"})


urlpatterns = [
    path("test/", letter),
    path("test/<ref>/note/", note),
    *real_urls.urlpatterns,
]


def shift(machine: Any, **delta: float) -> None:
    machine.move_to(timezone.now() + timedelta(**delta))


class TestTheClock:
    """Idle and absolute limits."""

    @pytest.mark.parametrize(
        ("person", "minutes"), [("rosa", 30), ("dana", 30), ("office_admin", 30), ("margaret", 60)]
    )
    def test_a_session_locks_when_its_person_is_away(
        self, client: Client, request: pytest.FixtureRequest, time_machine: Any, person: str, minutes: int
    ) -> None:
        sign_in(client, request.getfixturevalue(person))
        shift(time_machine, minutes=minutes - 1)
        assert client.get("/accounts/sessions/").status_code == 200
        shift(time_machine, minutes=minutes + 1)
        answer = client.get("/accounts/sessions/")
        assert answer["Location"] == "/accounts/login/?next=/accounts/sessions/"
        assert not signing.is_signed_in(client)
        assert Entry.objects.get(verb="session.locked").particulars == {"why": "idle"}

    def test_a_shared_computer_locks_after_ten_minutes(self, client: Client, margaret: User, time_machine: Any) -> None:
        signing.by_code(client, margaret, shared="on")
        shift(time_machine, minutes=11)
        assert client.get("/accounts/sessions/").status_code == 302

    def test_nobody_stays_for_longer_than_twelve_hours(self, client: Client, margaret: User, time_machine: Any) -> None:
        sign_in(client, margaret)
        for _ in range(15):
            shift(time_machine, minutes=50)
            answer = client.get("/accounts/sessions/")
        assert answer.status_code == 302
        assert Entry.objects.get(verb="session.locked").particulars == {"why": "old"}

    def test_a_public_page_is_shown_to_whoever_was_locked_out(
        self, client: Client, margaret: User, time_machine: Any
    ) -> None:
        sign_in(client, margaret)
        shift(time_machine, hours=2)
        assert client.get(signing.LOGIN).status_code == 200
        assert not signing.is_signed_in(client)

    def test_what_a_page_asks_by_itself_keeps_nobody_signed_in(
        self, client: Client, rosa: User, time_machine: Any
    ) -> None:
        sign_in(client, rosa)
        ping = "/admin/editing-sessions/ping/wagtailcore/page/1/1/"
        for _ in range(4):
            shift(time_machine, minutes=9)
            client.post(ping)
        assert client.get("/accounts/sessions/").status_code == 302

    def test_the_sign_in_page_says_why(self, client: Client, margaret: User, time_machine: Any) -> None:
        sign_in(client, margaret)
        shift(time_machine, hours=2)
        page = client.get("/accounts/sessions/", follow=True).content.decode()
        assert "Your screen is locked" in page
        signing.by_code(client, margaret)
        client.post("/accounts/logout/")
        assert "Your screen is locked" not in client.get(signing.LOGIN).content.decode()

    def test_htmx_is_told_to_leave_the_page(self, client: Client, margaret: User, time_machine: Any) -> None:
        sign_in(client, margaret)
        shift(time_machine, hours=2)
        answer = client.get(
            "/accounts/sessions/",
            headers={"hx-request": "true", "hx-current-url": "http://testserver/portal/me/?tab=1&q=walter"},
        )
        assert answer.status_code == 200
        assert answer["HX-Redirect"] == "/accounts/login/?next=/portal/me/%3Ftab%3D1"
        assert not answer.content

    def test_a_script_of_the_admin_is_refused_plainly(self, client: Client, rosa: User, time_machine: Any) -> None:
        sign_in(client, rosa)
        shift(time_machine, hours=2)
        answer = client.get("/admin/", headers={"x-requested-with": "XMLHttpRequest"})
        assert answer.status_code == 403

    def test_being_here_is_written_once_a_minute(
        self, client: Client, margaret: User, time_machine: Any, django_assert_num_queries: Any
    ) -> None:
        sign_in(client, margaret)
        client.get("/accounts/logout/")
        before = client.session["seen_at"]
        shift(time_machine, seconds=30)
        client.get("/accounts/logout/")
        assert client.session["seen_at"] == before
        shift(time_machine, seconds=61)
        client.get("/accounts/logout/")
        assert client.session["seen_at"] > before


@pytest.mark.urls(__name__)
class TestADraft:
    """What was typed as the screen locked."""

    def lock_while_typing(self, client: Client, machine: Any, where: str = "/test/", **fields: Any) -> Any:
        shift(machine, hours=2)
        return client.post(where, {"text": "Tooth 14 hurts at night", **fields})

    def test_it_waits_in_the_form_after_sign_in(self, client: Client, margaret: User, time_machine: Any) -> None:
        sign_in(client, margaret)
        answer = self.lock_while_typing(client, time_machine)
        assert answer["Location"] == "/accounts/login/?next=/test/"
        assert "What you typed is safe" in client.get(answer["Location"]).content.decode()
        signing.by_code(client, margaret)
        assert client.get("/test/").content == b"Tooth 14 hurts at night"
        assert client.get("/test/").content == b"Tooth 14 hurts at night", "a reload loses nothing"

    def test_it_is_gone_once_the_form_is_sent(self, client: Client, margaret: User, time_machine: Any) -> None:
        sign_in(client, margaret)
        self.lock_while_typing(client, time_machine)
        signing.by_code(client, margaret)
        client.post("/test/", {"text": "Tooth 14 hurts at night"})
        assert not KeptDraft.objects.exists()
        assert client.get("/test/").content == b""

    def test_nobody_else_sees_it(
        self, client: Client, margaret: User, stranger_patient: User, time_machine: Any
    ) -> None:
        sign_in(client, margaret)
        self.lock_while_typing(client, time_machine)
        signing.by_code(client, stranger_patient)
        assert client.get("/test/").content == b""
        assert KeptDraft.objects.count() == 1

    def test_it_is_sealed(self, client: Client, margaret: User, time_machine: Any) -> None:
        from django.db import connection

        sign_in(client, margaret)
        self.lock_while_typing(client, time_machine)
        with connection.cursor() as cursor:
            cursor.execute("SELECT fields FROM accounts_keptdraft")
            assert b"Tooth" not in bytes(cursor.fetchone()[0])

    def test_it_lasts_for_a_day(self, client: Client, margaret: User, time_machine: Any) -> None:
        sign_in(client, margaret)
        self.lock_while_typing(client, time_machine)
        shift(time_machine, days=2)
        signing.by_code(client, margaret)
        assert client.get("/test/").content == b""

    def test_an_older_one_makes_room(self, client: Client, margaret: User, time_machine: Any) -> None:
        for text in ("first", "second"):
            sign_in(client, margaret)
            self.lock_while_typing(client, time_machine, text=text)
        assert KeptDraft.objects.count() == 1
        signing.by_code(client, margaret)
        assert client.get("/test/").content == b"second"

    def test_secrets_are_not_kept(self, client: Client, margaret: User, time_machine: Any) -> None:
        sign_in(client, margaret)
        self.lock_while_typing(client, time_machine, password="geese", csrfmiddlewaretoken="x", code="123456")
        draft = KeptDraft.objects.get()
        assert "geese" not in draft.fields
        assert "123456" not in draft.fields

    def test_nothing_typed_on_the_account_pages_is_kept(
        self, client: Client, margaret: User, time_machine: Any
    ) -> None:
        sign_in(client, margaret)
        answer = self.lock_while_typing(client, time_machine, "/accounts/password/change/")
        assert answer.status_code == 302
        assert not KeptDraft.objects.exists()

    def test_an_empty_form_or_a_huge_one_is_not_kept(self, client: Client, margaret: User, time_machine: Any) -> None:
        sign_in(client, margaret)
        self.lock_while_typing(client, time_machine, text="  ")
        sign_in(client, margaret)
        self.lock_while_typing(client, time_machine, text="x" * 300_000)
        assert not KeptDraft.objects.exists()

    def test_a_form_of_another_site_is_not_kept(self, client: Client, margaret: User, time_machine: Any) -> None:
        sign_in(client, margaret)
        shift(time_machine, hours=2)
        client.post("/test/", {"text": "planted"}, headers={"sec-fetch-site": "cross-site"})
        assert not KeptDraft.objects.exists()

    def test_several_values_come_back_as_a_list(self, client: Client, margaret: User, time_machine: Any) -> None:
        sign_in(client, margaret)
        self.lock_while_typing(client, time_machine, teeth=["14", "15"])
        request = RequestFactory().get("/test/")
        request.user, request.session = margaret, {"has_drafts": True}  # type: ignore[assignment]
        assert drafts.take(request) == {"text": "Tooth 14 hurts at night", "teeth": ["14", "15"]}

    def test_an_act_without_a_page_leads_to_the_page_above_it(
        self, client: Client, margaret: User, time_machine: Any
    ) -> None:
        sign_in(client, margaret)
        answer = self.lock_while_typing(client, time_machine, "/test/JR-7K2M/note/")
        assert answer["Location"] == "/accounts/login/?next=/test/JR-7K2M/note/"
        signing.by_code(client, margaret)
        answer = client.get("/test/JR-7K2M/note/")
        assert answer.status_code == 302
        assert answer["Location"] == "/test/JR-7K2M/"

    def test_without_a_draft_an_act_without_a_page_stays_405(self, client: Client, margaret: User) -> None:
        sign_in(client, margaret)
        assert client.get("/test/JR-7K2M/note/").status_code == 405

    def test_a_visitor_has_no_drafts(self) -> None:
        from django.contrib.auth.models import AnonymousUser

        request = RequestFactory().post("/test/", {"text": "hello"})
        request.user, request.session = AnonymousUser(), {}  # type: ignore[assignment]
        assert drafts.keep(request) is False
        assert drafts.take(request) is None


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

    @pytest.mark.parametrize("key", ["0", "-1", "x", "999999999999999999999999"])
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


def test_a_session_of_before_the_clocks_begins_its_own(margaret: User, client: Client) -> None:
    client.force_login(margaret)
    assert client.get("/accounts/sessions/").status_code == 200
    assert client.session["seen_at"]
    assert sessions.IDLE_SHARED.total_seconds() > sessions.NOTED_EVERY
