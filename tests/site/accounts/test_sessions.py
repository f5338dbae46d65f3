"""Sessions end when nobody is there, when they are old, and when a password or a factor changes; no draft is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import drafts, sessions
from accounts.doors import signed_in
from accounts.models import KeptDraft, User
from config import urls as real_urls
from journal.models import Entry
from tests.cast import sign_in
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
        request = RequestFactory().post("/test/", {"text": "hello"})
        request.user, request.session = AnonymousUser(), {}  # type: ignore[assignment]
        assert drafts.keep(request) is False
        assert drafts.take(request) is None


def test_a_session_of_before_the_clocks_begins_its_own(margaret: User, client: Client) -> None:
    client.force_login(margaret)
    assert client.get("/accounts/sessions/").status_code == 200
    assert client.session["seen_at"]
    assert sessions.IDLE_SHARED.total_seconds() > sessions.NOTED_EVERY


def test_who_is_signed_in_is_a_person_and_never_a_visitor(margaret: User) -> None:
    request = RequestFactory().get("/portal/")
    request.user = margaret
    assert sessions.user_of(request) == margaret
    request.user = AnonymousUser()
    with pytest.raises(PermissionDenied):
        sessions.user_of(request)
