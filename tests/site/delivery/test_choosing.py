"""The page where somebody chooses: topics by ways, how much, in which language, under which name, a break; one save."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from delivery import actions, links
from delivery.models import Message
from journal.models import Entry
from patients.actions import suppress
from patients.choices import choices_of
from patients.models import Consent, ContactPoint, Declined, PostalAddress, Reader, Wording
from practice.courtesy import Courtesy
from practice.models import Practice
from tests.factories.delivery import dispatch, shared_mailbox
from tests.factories.patients import PatientFactory, agree, letter_reader

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def reader(house: Practice) -> Reader:
    found = letter_reader(
        given_name="Margaret", family_name="Ellison", email="margaret@readers.example", kind=Reader.Kind.PATIENT
    )
    PatientFactory.create(reader=found)
    return found


@pytest.fixture
def message(reader: Reader) -> Message:
    return actions.start(dispatch=dispatch(), by=None).messages.get()


@pytest.fixture
def page(message: Message) -> str:
    return links.url("preferences", message).removeprefix("http://127.0.0.1:8000")


def phone(reader: Reader) -> None:
    ContactPoint.objects.create(reader=reader, channel="sms", address="360-555-0150")


def given(reader: Reader) -> set[tuple[str, str]]:
    yes = Consent.objects.standing().filter(reader=reader, is_given=True)
    return set(yes.values_list("channel", "purpose"))


def facts() -> Any:
    return (
        list(Consent.objects.order_by("pk").values()),
        list(Reader.objects.order_by("pk").values()),
        list(Declined.objects.values()),
        Wording.objects.count(),
        Entry.objects.count(),
    )


def test_all_choices_are_kept_in_one_save(client: Client, page: str, reader: Reader, message: Message) -> None:
    Courtesy.objects.create(practice=Practice.objects.get(), discreet_name="J. Row Studio")
    phone(reader)
    text = client.get(page).content.decode()
    assert "Hello Margaret" in text
    chosen = {
        "wanted": ["letter.email", "due.email", "due.sms", "visits.email"],
        "at_most": "month",
        "language": "es",
        "discreet": "1",
        "pause": "1",
    }
    answer = client.post(page, chosen, follow=True)
    assert answer.redirect_chain[0][0].endswith("?saved=1")
    reader.refresh_from_db()
    assert given(reader) == {("email", "own_services"), ("email", "treatment"), ("sms", "treatment")}
    assert (reader.language, reader.at_most, reader.is_discreet) == ("es", "month", True)
    assert reader.paused_until is not None
    assert reader.paused_until > timezone.localdate() + timedelta(days=25)
    assert choices_of(reader).wanted == set(chosen["wanted"])
    line = Consent.objects.standing().get(reader=reader, channel="sms", purpose="treatment")
    assert (line.basis, line.source, line.wording_version) == ("agreed", "preference_centre", "preferences-2026-11")
    assert line.evidence == {"message": message.ref, "language": "es", "topics": ["due"]}
    entry = Entry.objects.get(verb="preferences.chosen")
    assert (entry.by, entry.about) == (f"reader:{reader.ref}", f"patient:{reader.patient.ref}")
    assert entry.particulars["changed"] == ["at_most", "is_discreet", "language"]
    assert "Margaret" not in str(entry.particulars)


def test_the_words_of_the_page_are_kept_with_the_first_answer(client: Client, page: str, reader: Reader) -> None:
    shown = client.get(page).content.decode()
    client.post(page, {"wanted": ["letter.email", "due.email"], "language": "en"})
    kept = Wording.objects.get(version="preferences-2026-11")
    assert kept.language == "en"
    assert kept.text in " ".join(shown.split())


def test_a_topic_is_declined_while_others_of_its_purpose_come(client: Client, page: str, reader: Reader) -> None:
    client.post(page, {"wanted": ["letter.email", "visits.email"], "language": "en"})
    assert given(reader) == {("email", "own_services")}
    assert Consent.objects.count() == 1
    declined = set(Declined.objects.values_list("channel", "topic"))
    assert declined == {("email", topic) for topic in ("due", "news", "birthday", "question")}
    assert choices_of(reader).wanted == {"letter.email", "visits.email"}


def test_reminders_of_visits_may_be_declined_without_any_consent(client: Client, page: str, reader: Reader) -> None:
    client.post(page, {"wanted": ["letter.email"], "language": "en"})
    assert ("email", "visits") in set(Declined.objects.values_list("channel", "topic"))
    client.post(page, {"wanted": ["letter.email", "visits.email"], "language": "en"})
    assert ("email", "visits") not in set(Declined.objects.values_list("channel", "topic"))


def test_saving_what_stands_writes_no_new_line(client: Client, page: str, reader: Reader) -> None:
    wanted = sorted(choices_of(reader).wanted)
    client.post(page, {"wanted": wanted, "language": "en", "pause": "0"})
    assert Consent.objects.count() == 1
    assert not Entry.objects.filter(verb__in=["preferences.chosen", "reader.paused"]).exists()


def test_a_box_that_was_checked_already_makes_no_yes_of_what_nobody_asked(
    client: Client, page: str, reader: Reader
) -> None:
    Consent.objects.standing().update(superseded_at=timezone.now())
    agree(reader, basis="may_object")
    client.post(page, {"wanted": sorted(choices_of(reader).wanted), "language": "en"})
    assert Consent.objects.standing().get().basis == "may_object"
    client.post(page, {"wanted": ["letter.email"], "language": "en"})
    client.post(page, {"wanted": ["letter.email", "news.email"], "language": "en"})
    assert Consent.objects.standing().get().basis == "agreed"


def test_stop_all_mail_leaves_news_of_visits(client: Client, page: str, reader: Reader) -> None:
    agree(reader, purpose="treatment")
    agree(reader, purpose="third_party")
    phone(reader)
    agree(reader, channel="sms", purpose="treatment")
    answer = client.post(page, {"stop_all": "1"}, follow=True)
    assert "All mail is stopped." in answer.content.decode()
    assert given(reader) == set()
    assert choices_of(reader).wanted == {"visits.email", "visits.sms"}


def test_a_way_that_somebody_does_not_have_is_shut_and_says_why(client: Client, page: str, reader: Reader) -> None:
    text = client.get(page).content.decode()
    assert "we have no cell phone number of yours" in text
    assert "we have no postal address of yours" in text
    assert text.count("disabled") == 12
    client.post(page, {"wanted": ["letter.sms", "letter.post", "letter.email"], "language": "en"})
    assert given(reader) == {("email", "own_services")}
    assert not Declined.objects.exclude(channel="email").exists()


@pytest.mark.parametrize(
    ("reason", "said"),
    [("hard_bounce", "our mail to you came back"), ("complaint", "marked as spam"), ("deceased", "Call us to change")],
)
def test_an_address_that_is_blocked_says_why(client: Client, page: str, reader: Reader, reason: str, said: str) -> None:
    suppress(channel="email", address="margaret@readers.example", reason=reason, by=None)
    assert said in client.get(page).content.decode()
    before = given(reader)
    client.post(page, {"wanted": ["news.email"], "language": "en"})
    assert given(reader) == before


def test_who_asked_the_practice_to_stop_takes_it_back_here(client: Client, page: str, reader: Reader) -> None:
    suppress(channel="email", address="margaret@readers.example", reason="staff", by=None)
    assert choices_of(reader).wanted == {"visits.email"}
    client.post(page, {"wanted": ["letter.email"], "language": "en"})
    assert choices_of(reader).wanted == {"letter.email"}
    assert Entry.objects.filter(verb="address.restored").exists()


def test_a_letter_by_post_needs_a_street(client: Client, page: str, reader: Reader) -> None:
    PostalAddress.objects.create(
        reader=reader, street="4 Gull Way", city="Port Ellery", state="WA", postal_code="98299"
    )
    client.post(page, {"wanted": ["letter.email", "birthday.post"], "language": "en"})
    assert given(reader) == {("email", "own_services"), ("post", "own_services")}
    assert choices_of(reader).wanted == {"letter.email", "birthday.post"}


def test_who_is_no_patient_is_not_asked_about_visits(client: Client, house: Practice) -> None:
    letter_reader(given_name="Sub")
    message = actions.start(dispatch=dispatch(), by=None).messages.get()
    text = client.get(links.url("preferences", message).removeprefix("http://127.0.0.1:8000")).content.decode()
    assert "Monthly letter" in text
    assert "check-up" not in text


def test_everybody_at_a_shared_mailbox_keeps_their_own(client: Client, house: Practice) -> None:
    ruth, teo = letter_reader(given_name="Ruth"), letter_reader(given_name="Teo")
    shared_mailbox(ruth, teo)
    message = actions.start(dispatch=dispatch(), by=None).messages.get()
    page = links.url("preferences", message).removeprefix("http://127.0.0.1:8000")
    assert "Hello Ruth." in client.get(page).content.decode()
    client.post(page, {"wanted": [], "language": "en", "at_most": "quarter"})
    assert (given(ruth), given(teo)) == (set(), {("email", "own_services")})
    teo.refresh_from_db()
    assert teo.at_most == ""


@pytest.mark.parametrize(
    "hostile",
    [
        {"wanted": ["transactional.email"], "language": "en"},
        {"wanted": ["letter.phone"], "language": "en"},
        {"wanted": ["letter.email"], "language": "xx"},
        {"wanted": ["letter.email"], "language": "en", "pause": "400"},
        {"wanted": ["letter.email"], "language": "en", "pause": "soon"},
        {"wanted": ["letter.email"], "language": "en", "at_most": "year"},
        {"wanted": ["letter.email"], "language": "en", "discreet": "maybe"},
        {},
    ],
)
def test_what_the_page_does_not_offer_is_refused(client: Client, page: str, hostile: dict[str, Any]) -> None:
    before = facts()
    assert client.post(page, hostile).status_code == 422
    assert facts() == before


def test_choices_are_not_taken_from_another_site(page: str) -> None:
    before = facts()
    assert Client(enforce_csrf_checks=True).post(page, {"language": "en"}).status_code == 403
    assert facts() == before


def test_nothing_but_its_own_fields_can_be_chosen(client: Client, page: str, reader: Reader) -> None:
    extra = {"given_name": "Evil", "kind": "staff", "is_test": "1", "reader": "1", "added_at": "2000-01-01"}
    client.post(page, {"wanted": ["letter.email"], "language": "en", **extra})
    reader.refresh_from_db()
    assert (reader.given_name, reader.kind) == ("Margaret", "patient")


def test_the_page_is_shown_in_few_questions(client: Client, page: str, django_assert_max_num_queries: Any) -> None:
    client.get(page)
    with django_assert_max_num_queries(22):
        client.get(page)
