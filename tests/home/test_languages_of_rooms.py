"""The language where no address leads it: the visitor's choice, their letter's, their own; and what is kept of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from content.public_forms import stamp
from delivery import links
from delivery.actions import put
from delivery.envelope import Letter
from delivery.models import Message
from home.models import HomePage
from journal import reacting
from patients.models import Patient, Reader
from practice.follow_ups import FollowUp
from referral_portal.referrals import actions
from referral_portal.referrals.models import PersonalLink, Referral
from tests.cast import sign_in
from tests.home.test_kept_pages import Asked

OURS = {"headers": {"Sec-Fetch-Site": "same-origin"}}
ROOMS = ["/accounts/login/", "/accounts/login/code/", "/accounts/password/reset/"]
VISIT = {"been": "no", "about": "root-canal", "first_name": "Ana", "last_name": "Ruiz", "phone": "360-555-0177"}
VISIT = {**VISIT, "how": "call", "agrees": "on"}
FRIEND = {"first_name": "Rut", "contact": "(360) 555-0158", "reach_by": "call", "consents": "on", "is_adult": "on"}


@pytest.fixture(autouse=True)
def fresh() -> None:
    cache.clear()


def language_of(answer: Any) -> str:
    html: str = answer.content.decode()
    spoken = html.partition('<html lang="')[2].partition('"')[0]
    assert answer.headers["Content-Language"] == spoken
    return spoken


def letter_to(reader: Reader | None, language: str) -> Message:
    letter = Letter(subject="Hola", html="<p>Hola</p>", text="Hola", sender_name="Juniper Row", language=language)
    return put(letter, to="ana@home.example", occasion="a letter", reader=reader)


def path_of(purpose: str, message: Message) -> str:
    return "/e/" + links.url(purpose, message).partition("/e/")[2]


class TestChoosing:
    @pytest.mark.parametrize("path", ROOMS)
    def test_a_choice_is_kept_in_a_cookie_and_spoken(self, spanish: HomePage, client: Client, path: str) -> None:
        assert language_of(client.get(path)) == "en"
        answer = client.post("/display/", {"language": "es", "next": path}, **OURS)
        cookie = answer.cookies["language"]
        assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("es", "Lax", True)
        assert answer.headers["Location"] == path
        assert language_of(client.get(path)) == "es"
        client.post("/display/", {"language": "en", "next": path}, **OURS)
        assert language_of(client.get(path)) == "en"

    @pytest.mark.parametrize("path", ROOMS)
    def test_the_choice_is_a_small_form_that_looks_like_a_link(self, site: HomePage, client: Client, path: str) -> None:
        html = client.get(path).content.decode()
        assert '<button name="language" value="es" lang="es">Español</button>' in html
        assert f'<input type="hidden" name="next" value="{path}">' in html

    @pytest.mark.parametrize("value", ["de", "", "es; x", "<b>", "ES", "e" * 5000])
    def test_what_is_no_language_of_ours_sets_nothing(self, site: HomePage, client: Client, value: str) -> None:
        assert "language" not in client.post("/display/", {"language": value, "next": "/"}, **OURS).cookies
        assert "language" not in client.get("/accounts/login/", {"language": value}).cookies
        client.cookies["language"] = "de"
        assert language_of(client.get("/accounts/login/")) == "en"

    def test_only_our_own_pages_choose(self, site: HomePage, client: Client) -> None:
        answer = client.post("/display/", {"language": "es"}, headers={"Sec-Fetch-Site": "cross-site"})
        assert (answer.status_code, dict(answer.cookies)) == (403, {})

    def test_a_link_from_a_spanish_page_takes_the_language_along(self, spanish: HomePage, client: Client) -> None:
        answer = client.get("/accounts/login/?language=es")
        assert language_of(answer) == "es"
        assert answer.cookies["language"].value == "es"
        assert language_of(client.get("/accounts/login/code/")) == "es"

    def test_the_choice_wins_over_the_link_that_led_there(self, spanish: HomePage, client: Client) -> None:
        client.get("/accounts/login/?language=es")
        came_from = {"language": "en", "next": "/accounts/login/?next=/portal/&language=es"}
        answer = client.post("/display/", came_from, **OURS)
        assert answer.headers["Location"] == "/accounts/login/?next=/portal/"
        assert language_of(client.get(answer.headers["Location"])) == "en"

    def test_a_public_page_keeps_no_choice(self, spanish: HomePage, client: Client) -> None:
        for path in ("/", "/es/", "/es/book/", "/?language=es"):
            assert not client.get(path).cookies


class TestRooms:
    @pytest.mark.parametrize("path", ["/admin/", "/admin/inbox/", "/admin/account/"])
    def test_colleagues_read_english(self, spanish: HomePage, client: Client, rosa: User, path: str) -> None:
        sign_in(client, rosa)
        client.cookies["language"] = "es"
        answer = client.get(path, {"language": "es"})
        assert answer.status_code == 200
        assert '<html lang="en' in answer.content.decode()
        assert "language" not in answer.cookies

    def test_offices_read_english(self, spanish: HomePage, client: Client, dana: User) -> None:
        sign_in(client, dana)
        client.cookies["language"] = "es"
        answer = client.get("/portal/office/team/")
        assert '<html lang="en"' in answer.content.decode()
        assert 'name="language"' not in answer.content.decode()

    def test_a_patient_is_spoken_to_in_their_own_language(
        self, spanish: HomePage, client: Client, margaret: User, margaret_patient: Patient
    ) -> None:
        sign_in(client, margaret)
        assert language_of(client.get("/portal/me/")) == "en"
        Reader.objects.filter(user=margaret).update(language="es")
        assert language_of(client.get("/portal/me/")) == "es"
        assert language_of(client.get("/accounts/sessions/")) == "es"
        client.cookies["language"] = "en"
        assert language_of(client.get("/portal/me/")) == "en"

    def test_a_colleague_who_reads_letters_in_spanish_works_in_english(
        self, spanish: HomePage, client: Client, rosa: User
    ) -> None:
        Reader.objects.create(kind=Reader.Kind.STAFF, user=rosa, given_name="Rosa", language="es")
        assert language_of(sign_in(client, rosa).get("/accounts/sessions/")) == "en"

    @pytest.mark.parametrize("purpose", ["why", "unsubscribe", "preferences"])
    def test_a_letters_links_speak_its_language(
        self, spanish: HomePage, client: Client, margaret_patient: Patient, purpose: str
    ) -> None:
        path = path_of(purpose, letter_to(margaret_patient.reader, "es"))
        assert language_of(client.get(path)) == "es"
        client.cookies["language"] = "en"
        assert language_of(client.get(path)) == "en"

    @pytest.mark.parametrize("path", ["/e/why/forged/", "/e/nothing/forged/", "/e/", "/e/why/"])
    def test_a_forged_link_is_refused_in_english(self, spanish: HomePage, client: Client, path: str) -> None:
        answer = client.get(path)
        assert answer.status_code == 404
        assert language_of(answer) == "en"


class TestKept:
    def test_a_choice_of_language_turns_keeping_off_on_no_page(self, spanish: HomePage) -> None:
        asked = Asked()
        plain = asked.get("/es/")
        for language in ("es", "en", "de"):
            assert asked.get("/es/", HTTP_COOKIE=f"language={language}", HTTP_ACCEPT_LANGUAGE=language) == plain
        assert asked.reached == asked.marked == ["/es/"]

    def test_each_language_is_kept_by_itself(self, spanish: HomePage) -> None:
        asked = Asked()
        pages = {path: asked.get(path) for path in ("/services/", "/es/services/")}
        for path, code in (("/services/", "en"), ("/es/services/", "es")):
            assert f'<html lang="{code}"' in pages[path]
            assert asked.get(path) == pages[path]
        assert asked.reached == ["/services/", "/es/services/"]

    def test_text_size_and_theme_are_right_in_each(self, spanish: HomePage) -> None:
        asked = Asked()
        for path in ("/", "/es/"):
            html = asked.get(path, HTTP_COOKIE="text=xl; theme=dark; language=es")
            assert 'data-text="xl" data-theme="dark"' in html
            assert 'data-text="m"' in asked.get(path)

    def test_a_publish_in_spanish_is_seen_half_a_second_later(self, spanish: HomePage, hannah: User) -> None:
        asked = Asked()
        assert spanish.headline in asked.get("/es/")
        spanish.headline = "Sillas nuevas."
        spanish.save_revision(user=hannah).publish(user=hannah)
        asked.half_a_second_later()
        assert "Sillas nuevas." in asked.get("/es/")

    def test_taking_spanish_down_is_seen_on_the_english_pages(self, spanish: HomePage, hannah: User) -> None:
        asked = Asked()
        assert "Español" in asked.get("/")
        spanish.unpublish(user=hannah)
        asked.half_a_second_later()
        assert "Español" not in asked.get("/")


class TestForms:
    def post(self, client: Client, path: str, form: str, **typed: str) -> Any:
        return client.post(path, {"stamp": stamp(form, age=timedelta(minutes=1)), **typed}, **OURS)

    def test_a_visit_asked_for_in_spanish_is_answered_in_it(
        self, spanish: HomePage, client: Client, rosa: User
    ) -> None:
        answer = self.post(client, "/es/book/", "visit", **VISIT)
        assert answer.headers["Location"] == "/es/book/thanks/"
        assert language_of(client.get(answer.headers["Location"])) == "es"
        promise = FollowUp.objects.get()
        assert promise.said["language"] == "es"
        page = sign_in(client, rosa).get(reverse("follow_ups:item", args=[promise.ref]))
        assert "Speaks" in page.content.decode()
        assert "Spanish" in page.content.decode()

    def test_what_is_asked_in_english_says_no_language(self, spanish: HomePage, client: Client, rosa: User) -> None:
        self.post(client, "/book/", "visit", **VISIT)
        assert "language" not in FollowUp.objects.get().said

    def test_a_service_is_named_in_spanish_where_visits_are_asked_for(self, spanish: HomePage, client: Client) -> None:
        from practice.models import Service

        Service.objects.filter(slug="root-canal").update(name_es="Tratamiento de conducto")
        assert "Tratamiento de conducto" in client.get("/es/book/").content.decode()
        assert "Tratamiento" not in client.get("/book/").content.decode()

    def test_what_is_wrong_is_said_in_spanish(self, spanish: HomePage, client: Client, rosa: User) -> None:
        answer = self.post(client, "/es/book/", "visit", **{**VISIT, "phone": "12"})
        assert answer.status_code == 422
        assert language_of(answer) == "es"
        with translation.override("en"):
            assert "Enter a phone number with area code" not in answer.content.decode()

    def test_a_message_in_spanish_says_so(self, spanish: HomePage, client: Client, rosa: User) -> None:
        typed = {"full_name": "Ana Ruiz", "reach": "ana@home.example", "text": "Hola"}
        answer = self.post(client, "/es/contact/write/", "message", **typed)
        assert answer.headers["Location"] == "/es/contact/write/thanks/"
        assert FollowUp.objects.get().said["language"] == "es"

    def test_who_signs_up_in_spanish_is_written_to_in_it(self, spanish: HomePage, client: Client) -> None:
        self.post(client, "/es/newsletter/subscribe/", "subscribe", email="ana@home.example")
        message = Message.objects.get()
        assert message.language == "es"
        path = path_of("confirm", message)
        assert language_of(client.get(path)) == "es"
        answer = client.post(path)
        assert answer.headers["Location"] == "/es/newsletter/welcome/"
        assert language_of(client.get(answer.headers["Location"])) == "es"
        assert Reader.objects.get(contact_points__address="ana@home.example").language == "es"


class TestFriends:
    @pytest.fixture
    def link(self, margaret_patient: Patient) -> PersonalLink:
        return actions.create_link(reader=margaret_patient.reader, by=margaret_patient.reader.user)

    def test_a_patient_passes_on_the_page_in_their_own_language(
        self, spanish: HomePage, client: Client, margaret: User, link: PersonalLink
    ) -> None:
        sign_in(client, margaret)
        assert f'data-url="http://127.0.0.1:8000/r/{link.code}/"' in client.get("/portal/me/referrals/new/").text
        Reader.objects.filter(user=margaret).update(language="es")
        page = client.get("/portal/me/referrals/new/")
        assert language_of(page) == "es"
        assert f'data-url="http://127.0.0.1:8000/es/r/{link.code}/"' in page.text

    def test_a_letters_link_passes_on_the_page_in_the_letters_language(
        self, spanish: HomePage, client: Client, link: PersonalLink
    ) -> None:
        page = client.get(path_of("refer", letter_to(link.reader, "es")))
        assert language_of(page) == "es"
        assert f"/es/r/{link.code}/" in page.text

    def test_a_friend_who_reads_spanish_is_called_in_it(
        self, spanish: HomePage, client: Client, link: PersonalLink, rosa: User
    ) -> None:
        path = f"/es/r/{link.code}/"
        assert language_of(client.get(path)) == "es"
        answer = client.post(path, {"stamp": stamp("friend", age=timedelta(minutes=1)), **FRIEND}, **OURS)
        assert answer.headers["Location"] == f"{path}thanks/"
        assert language_of(client.get(answer.headers["Location"])) == "es"
        referral = Referral.objects.get()
        assert referral.friend_language == "es"
        page = sign_in(client, rosa).get(f"/admin/inbox/{referral.ref}/")
        assert "Speaks Spanish." in page.text

    def test_the_page_of_a_friend_is_read_in_either_language(
        self, spanish: HomePage, client: Client, link: PersonalLink
    ) -> None:
        assert f'<a href="/es/r/{link.code}/" lang="es" hreflang="es">' in client.get(f"/r/{link.code}/").text
        assert f'<a href="/r/{link.code}/" lang="en" hreflang="en">' in client.get(f"/es/r/{link.code}/").text

    def test_a_friends_language_is_erased_with_the_friend(self, link: PersonalLink) -> None:
        from referral_portal.referrals.actions.ground import erase

        referral = actions.agree(
            link=link, friend_name="Rut", friend_contact="360-555-0158", language="es", consents=True, is_adult=True
        )
        erase(referral)
        assert Referral.objects.get().friend_language == ""

    @pytest.mark.parametrize(
        ("language", "word"),
        [("es", "Recibimos su recomendación. Gracias."), ("en", "Your good word arrived. Thank you.")],
    )
    def test_who_told_a_friend_is_thanked_in_their_own_language(
        self,
        spanish: HomePage,
        link: PersonalLink,
        django_capture_on_commit_callbacks: Callable[..., Any],
        language: str,
        word: str,
    ) -> None:
        Reader.objects.filter(pk=link.reader_id).update(language=language)
        with django_capture_on_commit_callbacks(execute=True):
            actions.tell(reader=Reader.objects.get(pk=link.reader_id), by=link.reader.user)
        reacting.run_due()
        message = Message.objects.get(occasion__startswith="referral_arrived")
        assert message.language == language
        assert word in json.loads(message.content)["text"]
