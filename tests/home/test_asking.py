"""A visitor asks for a visit and writes to us: it becomes one promise, sealed, and the answer is the same for all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from content import public_forms
from home.forms import MessageForm, VisitForm
from journal.models import Entry
from patients.models import Reader
from practice.follow_ups import FollowUp
from practice.models import Location, OpeningHours, Practice, Service, StaffMember
from tests.factories.patients import letter_reader
from tests.factories.practice import ServiceFactory

HERE = {"Sec-Fetch-Site": "same-origin"}
MONDAY = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
VISIT = {
    "been": "no",
    "about": "check-up",
    "days": ["1", "3"],
    "times": ["early"],
    "first_name": "Ada",
    "last_name": "Canarywren",
    "phone": "360-555-0177",
    "how": "call",
    "agrees": "on",
}
MESSAGE = {"full_name": "Ada Canarywren", "reach": "canarypost@home.example", "text": "My crown came off.\nWhat now?"}
FORMS = [("/book/", "visit", VISIT), ("/contact/write/", "message", MESSAGE)]
each_form = pytest.mark.parametrize(("path", "name", "typed"), FORMS, ids=["visit", "message"])


@pytest.fixture(autouse=True)
def house(location, rosa):
    cache.clear()


def send(client, path, name, typed, *, age=timedelta(minutes=1), headers=HERE, **more):
    stamp = public_forms.stamp(name, age=age)
    return client.post(path, {"stamp": stamp, "website": "", **typed, **more}, headers=headers)


def book(client, **more):
    return send(client, "/book/", "visit", VISIT, **more)


def write(client, **more):
    return send(client, "/contact/write/", "message", MESSAGE, **more)


@each_form
class TestBoth:
    def test_it_works(self, client, path, name, typed):
        with time_machine.travel(MONDAY, tick=False):
            answer = send(client, path, name, typed)
            page = client.get(answer["Location"])
        assert (answer.status_code, answer["Location"]) == (302, f"{path}thanks/")
        assert "Tuesday, November 24, 5:00 PM" in page.text
        made = FollowUp.objects.get()
        assert (made.kind, made.owner) == (name, StaffMember.objects.get(name="Rosa Delgado"))
        assert made.due_on.isoformat() == "2026-11-24"
        assert {key: made.said[key] for key in typed if key != "agrees"} == {
            key: value for key, value in typed.items() if key != "agrees"
        }
        assert "Canarywren" not in made.what
        assert Entry.objects.filter(verb="follow_up.made", by="guest:visitor").count() == 1

    def test_a_repeated_click_is_one(self, client, path, name, typed):
        stamp = public_forms.stamp(name, age=timedelta(minutes=1))
        for _ in range(3):
            assert client.post(path, {**typed, "stamp": stamp}, headers=HERE).status_code == 302
        assert FollowUp.objects.count() == 1

    def test_the_trap_gets_the_same_answer_and_nothing_is_written(self, client, path, name, typed):
        trapped = send(client, path, name, typed, website="https://spam.example")
        assert not FollowUp.objects.exists()
        honest = send(client, path, name, typed)
        assert (trapped.status_code, trapped["Location"]) == (honest.status_code, honest["Location"])

    def test_too_quick_and_too_old_are_asked_again_with_everything_kept(self, client, path, name, typed):
        for age in (timedelta(0), timedelta(days=1, minutes=1)):
            answer = send(client, path, name, typed, age=age)
            assert answer.status_code == 422
            assert "send again" in answer.text
            for value in (one for one in typed.values() if isinstance(one, str) and "\n" not in one and one != "on"):
                assert value in answer.text
        assert not FollowUp.objects.exists()

    def test_after_too_long_the_page_that_comes_back_can_be_sent(self, client, path, name, typed):
        again = send(client, path, name, typed, age=timedelta(days=2)).context["form"].current_stamp
        assert client.post(path, {**typed, "stamp": again}, headers=HERE).status_code == 302

    @pytest.mark.parametrize(
        "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
    )
    def test_another_sites_form_is_refused(self, headers, client, path, name, typed):
        assert send(client, path, name, typed, headers=headers).status_code == 403
        assert not FollowUp.objects.exists()

    def test_no_token_and_no_cookie_is_needed(self, path, name, typed):
        bare = Client(enforce_csrf_checks=True)
        page = bare.get(path)
        assert not page.cookies
        assert "csrfmiddlewaretoken" not in page.text
        assert send(bare, path, name, typed).status_code == 302

    def test_a_network_has_a_limit_in_words(self, client, path, name, typed):
        for n in range(10):
            stamp = public_forms.stamp(name, age=timedelta(minutes=n + 1))
            changed = {**typed, "phone": f"360-555-{n:04d}", "reach": f"a{n}@home.example", "stamp": stamp}
            assert client.post(path, changed, headers=HERE).status_code == 302
        answer = send(client, path, name, typed)
        assert answer.status_code == 429
        assert "360-555-0142" in answer.text
        assert "Please wait an hour" in answer.text

    def test_nothing_typed_means_every_field_is_named_first_in_a_summary(self, client, path, name, typed):
        answer = send(client, path, name, {})
        assert answer.status_code == 422
        page = answer.text
        assert page.index("gw-errsum") < page.index("<h1") < page.index('<form class="l-stack')
        assert "?: " not in page
        assert 'role="alert"' in page
        assert "<title>Please check" in " ".join(page.split()).replace("<title> ", "<title>")
        assert answer["Cache-Control"] == "no-store"

    def test_hostile_text_stays_text(self, client, path, name, typed):
        hostile = '"><script>alert(1)</script>{{ 7*7 }}'
        changed = {
            key: hostile if key in {"first_name", "full_name", "text"} else value for key, value in typed.items()
        }
        answer = send(client, path, name, {**changed, "phone": "no", "reach": "no"})
        assert answer.status_code == 422
        assert "<script>alert" not in answer.text
        assert "&lt;script&gt;" in answer.text

    def test_what_was_typed_is_in_no_address(self, client, path, name, typed):
        assert "Canary" not in send(client, path, name, typed)["Location"]

    def test_whether_somebody_is_known_changes_nothing(self, client, path, name, typed):
        stranger = send(client, path, name, typed)
        letter_reader(
            kind=Reader.Kind.PATIENT, given_name="Ada", family_name="Canarywren", email="canarypost@home.example"
        )
        cache.clear()
        known = send(client, path, name, typed, age=timedelta(minutes=2))
        assert (stranger.status_code, stranger["Location"]) == (known.status_code, known["Location"])

    def test_before_anybody_works_here_it_says_so_and_keeps_what_was_typed(self, client, path, name, typed):
        StaffMember.objects.all().delete()
        answer = send(client, path, name, typed)
        assert answer.status_code == 422
        assert "Please call us" in answer.text
        assert "Canarywren" in answer.text

    def test_looking_writes_nothing(self, client, path, name, typed):
        for address in (path, f"{path}thanks/"):
            for method in (client.get, client.head):
                assert method(address).status_code == 200
        assert client.post(f"{path}thanks/", headers=HERE).status_code == 405
        assert client.put(path, headers=HERE).status_code == 405
        assert not FollowUp.objects.exists()

    def test_few_questions_to_the_database(self, client, path, name, typed, django_assert_max_num_queries):
        client.get(path)
        with django_assert_max_num_queries(12):
            client.get(path)
        with django_assert_max_num_queries(12):
            client.get(f"{path}thanks/")
        with django_assert_max_num_queries(34):
            send(client, path, name, typed)

    def test_the_thanks_are_for_nobodys_index(self, client, path, name, typed):
        assert client.get(f"{path}thanks/")["X-Robots-Tag"] == "noindex"


class TestVisit:
    @pytest.mark.parametrize("field", ["been", "about", "first_name", "last_name", "phone", "how", "agrees"])
    def test_what_is_missing_is_said_at_its_field(self, field, client):
        answer = send(client, "/book/", "visit", {key: value for key, value in VISIT.items() if key != field})
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [field]
        assert "Please fix one thing" in answer.text
        assert f'href="#id_{field}' in answer.text

    @pytest.mark.parametrize(
        ("field", "value"),
        [("been", "maybe"), ("about", "x' OR 1=1"), ("days", ["9"]), ("times", ["night"]), ("how", "fax")],
    )
    def test_a_choice_that_is_not_there_is_refused(self, field, value, client):
        assert book(client, **{field: value}).status_code == 422
        assert not FollowUp.objects.exists()

    @pytest.mark.parametrize("phone", ["", "555-0177", "call me", "1" * 30, "360-555-0177; x"])
    def test_what_is_no_phone_number_is_refused(self, phone, client):
        assert book(client, phone=phone).status_code == 422

    def test_who_wants_an_e_mail_gives_an_address(self, client):
        answer = book(client, how="email")
        assert list(answer.context["form"].errors) == ["email"]
        assert book(client, how="email", email="canarypost@home.example").status_code == 302

    @pytest.mark.parametrize("name", ["Ada\r\nBcc: x@y.example", "Ada\x00\x07", "Ada\u202eadA", "Ada\u2028two"])
    def test_a_name_stays_one_line_of_letters(self, name, client):
        answer = book(client, first_name=name)
        if answer.status_code == 302:
            assert FollowUp.objects.get().said["first_name"].isprintable()
        assert answer.status_code in {302, 422}

    def test_days_are_those_on_which_we_are_open(self, location):
        OpeningHours.objects.filter(weekday=2).delete()
        assert [day for day, _ in VisitForm().fields["days"].choices] == ["0", "1", "3", "4"]
        OpeningHours.objects.all().delete()
        assert [day for day, _ in VisitForm().fields["days"].choices] == ["0", "1", "2", "3", "4"]
        Location.objects.update(is_main=True)

    def test_what_it_is_about_speaks_of_teeth_only_where_there_are_teeth(self):
        for number, name in enumerate(("Implants", "Gums", "Roots", "Aligners", "Sleep")):
            ServiceFactory.create(name=name, slug=name.lower(), order=number)
        assert [str(label) for _, label in VisitForm().fields["about"].choices] == [
            "Check-up and cleaning",
            "A tooth bothers me",
            "Implants",
            "Gums",
            "Roots",
            "Aligners",
            "Something else",
        ]
        Practice.objects.update(kind=Practice.Kind.CLINIC)
        Service.objects.all().delete()
        words = [str(label) for _, label in VisitForm().fields["about"].choices]
        assert words == ["Check-up", "Something bothers me", "Something else"]

    def test_the_agreement_is_kept_with_its_words(self, client):
        book(client)
        assert FollowUp.objects.get().said["agrees"] == "visit-contact-2026-11"

    def test_the_boxes_start_empty(self, client):
        page = client.get("/book/").text
        assert page.count(" checked") == 1  # how we answer: by a call


class TestMessage:
    @pytest.mark.parametrize("field", ["full_name", "reach", "text"])
    def test_what_is_missing_is_said_at_its_field(self, field, client):
        answer = write(client, **{field: " \n "})
        assert list(answer.context["form"].errors) == [field]

    @pytest.mark.parametrize("reach", ["home", "a@b", "555", "ana@home.example\r\nBcc: x@y.example"])
    def test_where_to_answer_is_a_number_or_an_address(self, reach, client):
        assert write(client, reach=reach).status_code == 422

    def test_lines_are_kept_and_nothing_else(self, client):
        write(client, text="One\r\ntwo\x07")
        assert FollowUp.objects.get().said["text"] == "One\ntwo"

    def test_a_message_has_an_end(self, client):
        assert write(client, text="x" * 4001).status_code == 422

    def test_the_form_has_no_field_that_nobody_sees_in_its_own(self):
        assert [field.name for field in MessageForm().own_fields] == ["full_name", "reach", "text"]
