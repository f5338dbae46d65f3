"""The answer page: tap, then Send; nothing is kept by a look, and no page tells what was answered before."""

from __future__ import annotations

import itertools
import random
import re
from datetime import timedelta
from itertools import islice
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.utils import timezone

from delivery import actions as door
from delivery import links
from delivery.models import Message
from journal.models import Entry
from newsletter.surveys import actions, policy
from newsletter.surveys.models import Answer, Survey
from patients.models import Patient
from tests.factories import delivery, surveys
from tests.newsletter.campaigns.test_scanner import everything
from tests.site.delivery.test_forgery import is_the_same, mutations
from vault import tokens

pytestmark = pytest.mark.django_db


def test_a_tapped_number_is_chosen_and_sent_by_a_post(client: Client, letter: Message, question: Survey) -> None:
    page = client.get(surveys.page_of(letter, a=4, q=question.ref))
    assert page.status_code == 200
    html = page.content.decode()
    assert "How was your last visit?" in html
    assert "You tapped “4”." in html
    assert re.findall(r'value="(\d)"[^>]* checked', html) == ["4"]
    assert "1 is poor" in html
    assert "Margaret" not in html
    sent = client.post(surveys.page_of(letter, a=4, q=question.ref), {"a": "5", "w": "Jun explained every step."})
    assert sent.status_code == 302
    given = Answer.objects.get()
    assert (given.score, given.words, given.reader.given_name) == (5, "Jun explained every step.", "Margaret")
    thanks = client.get(sent["Location"]).content.decode()
    assert "Thank you" in thanks
    assert "Jun explained" not in thanks
    assert "no-store" in page["Cache-Control"]
    assert "noindex" in page["X-Robots-Tag"]


def test_the_link_alone_knows_its_question(client: Client, letter: Message, question: Survey) -> None:
    assert "How was your last visit?" in client.get(surveys.page_of(letter, a=4)).content.decode()


@pytest.mark.parametrize("ask", ["get", "head"])
def test_a_scanner_that_opens_every_number_again_and_again_keeps_nothing(
    client: Client, letter: Message, question: Survey, ask: str
) -> None:
    before = everything()
    for score, done in itertools.product([*range(12), "x"], ["", "thanks", "low", "call", "evil"]):
        for _ in range(2):
            answer = getattr(client, ask)(surveys.page_of(letter, a=score, q=question.ref, done=done))
            assert answer.status_code == 200
    assert everything() == before


def test_an_answer_that_the_scale_does_not_have_is_refused_in_words(
    client: Client, letter: Message, question: Survey
) -> None:
    for wrong in ("", "0", "6", "-1", "4.5", "x", "٤", "4" * 400):
        refused = client.post(surveys.page_of(letter, q=question.ref), {"a": wrong})
        assert refused.status_code == 422, wrong
        assert "then Send." in refused.content.decode()
    long = client.post(surveys.page_of(letter, q=question.ref), {"a": "4", "w": "x" * 2001})
    assert "at most 2,000 characters" in long.content.decode()
    assert not Answer.objects.exists()


def test_send_pressed_twice_is_one_answer_and_one_entry(client: Client, letter: Message, question: Survey) -> None:
    for _ in range(2):
        client.post(surveys.page_of(letter, q=question.ref), {"a": "4", "w": "Fine."})
    given = Answer.objects.get()
    assert (given.score, given.words, given.changed_at) == (4, "Fine.", None)
    assert Entry.objects.filter(verb__startswith="answer.").count() == 1


def test_an_answer_given_again_stands_and_the_journal_knows_both(
    client: Client, letter: Message, question: Survey, margaret: Patient
) -> None:
    actions.answer(message=letter, survey=question, score=2, words="I waited.")
    actions.answer(message=letter, survey=question, score=4)
    actions.answer(message=letter, survey=question, score=4, words="It was the bus.")
    given = Answer.objects.get()
    assert (given.score, given.words) == (4, "I waited.\n\nIt was the bus.")
    entries = [
        (entry.verb, entry.particulars, entry.about) for entry in Entry.objects.filter(subject=f"answer:{given.ref}")
    ]
    about = f"patient:{margaret.ref}"
    assert sorted(entries, key=str) == sorted(
        [
            ("answer.given", {"score": 2}, about),
            ("answer.changed", {"score": 4, "before": 2}, about),
            ("answer.explained", {}, about),
        ],
        key=str,
    )
    assert "waited" not in str(list(Entry.objects.values_list("particulars")))


def test_after_two_weeks_an_answer_stands_and_after_ninety_days_its_links_are_shut(
    client: Client, letter: Message, question: Survey
) -> None:
    client.post(surveys.page_of(letter, q=question.ref), {"a": "4"})
    page = surveys.page_of(letter, q=question.ref)
    with time_machine.travel(timezone.now() + policy.CHANGED_WITHIN + timedelta(minutes=1)):
        assert "it stands by now" in client.post(page, {"a": "1"}).content.decode()
        assert client.post(page, {"a": "4"}).status_code == 302
    with time_machine.travel(timezone.now() + policy.ANSWERED_WITHIN + timedelta(minutes=1)):
        assert client.get(page).status_code == 404
        assert client.post(page, {"a": "1"}).status_code == 404
    assert Answer.objects.get().score == 4


def test_a_question_that_is_over_says_so_and_takes_nothing(client: Client, letter: Message, question: Survey) -> None:
    Survey.objects.update(is_open=False)
    for ask in (client.get, client.post):
        page = ask(surveys.page_of(letter, q=question.ref), {"a": "4"})
        assert "This question is over" in page.content.decode()
    with pytest.raises(actions.TooLate):
        actions.answer(message=letter, survey=Survey.objects.get(), score=4)
    assert not Answer.objects.exists()


def test_a_letter_answers_its_own_question_and_no_other(client: Client, letter: Message, question: Survey) -> None:
    other = surveys.survey(question="Would you recommend us?", scale="ten", low_at_most=6)
    assert client.get(surveys.page_of(letter, q=other.ref)).status_code == 404
    assert client.post(surveys.page_of(letter, q=other.ref), {"a": "4"}).status_code == 404
    assert client.get(surveys.page_of(letter, q="QU-0000")).status_code == 404


def test_a_letter_without_a_question_has_no_answer_page(client: Client, location: Any, margaret: Patient) -> None:
    plain = delivery.dispatch().messages.first()
    assert client.get(surveys.page_of(plain)).status_code == 404


def test_forged_links_open_nothing_and_those_of_other_pages_are_no_keys(
    client: Client, letter: Message, question: Survey
) -> None:
    dice, before = random.Random(20261123), everything()
    token = surveys.page_of(letter).split("/")[3]
    for mutation in islice(mutations("survey", token, dice), 150):
        if is_the_same(token, mutation) or "/" in mutation or "%" in mutation or not mutation:
            continue
        for ask in (client.get, client.post):
            answer = ask(f"/e/s/{mutation}/?q={question.ref}", {"a": "1"})
            assert answer.status_code == 404, mutation
    for purpose in sorted(tokens.PURPOSES - {"survey"}):
        other = tokens.sign(purpose, letter.ref)
        assert client.post(f"/e/s/{other}/?q={question.ref}", {"a": "1"}).status_code == 404
    for page in ("unsubscribe", "preferences", "why", "view", "refer"):
        assert client.get(f"/e/{page}/{token}/").status_code == 404
    assert everything() == before


def test_the_link_of_a_test_letter_keeps_nothing_and_says_so(client: Client, question: Survey, hannah: Any) -> None:
    message = door.send_test(letter=surveys.asking(question), to="hannah@juniper-row.example", by=hannah)
    page = surveys.page_of(message, a=1, q=question.ref)
    assert "test letter" in client.get(page).content.decode()
    entries = Entry.objects.count()
    sent = client.post(page, {"a": "1", "w": "Canarywords"})
    assert "nothing was recorded" in client.get(sent["Location"]).content.decode()
    called = client.post(sent["Location"], {"c": "today", "w": "Canarywords"})
    assert "nothing was recorded" in client.get(called["Location"]).content.decode()
    assert not Answer.objects.exists()
    assert Entry.objects.count() == entries


def test_a_low_answer_asks_whether_we_may_call(client: Client, letter: Message, question: Survey, rosa: Any) -> None:
    sent = client.post(surveys.page_of(letter, q=question.ref), {"a": "2"})
    low = client.get(sent["Location"]).content.decode()
    assert "Rosa Delgado" in low
    assert "May we call you?" in low
    assert client.post(sent["Location"], {"c": "shout"}).status_code == 422
    called = client.post(sent["Location"], {"c": "today", "w": "I waited 40 minutes."})
    assert "One of us reads it today." in client.get(called["Location"]).content.decode()
    given = Answer.objects.get()
    assert (given.score, given.call, given.words) == (2, "today", "I waited 40 minutes.")


def test_whoever_answers_the_call_first_is_led_to_the_question(
    client: Client, letter: Message, question: Survey
) -> None:
    sent = client.post(surveys.page_of(letter, q=question.ref), {"c": "today"})
    assert "How was your last visit?" in client.get(sent["Location"]).content.decode()
    assert not Answer.objects.exists()


def test_words_have_an_end(client: Client, letter: Message, question: Survey) -> None:
    for number in range(4):
        client.post(surveys.page_of(letter, q=question.ref), {"a": "4", "w": str(number) * 1_990})
    refused = client.post(surveys.page_of(letter, q=question.ref), {"a": "4", "w": "z" * 1_990})
    assert refused.status_code == 422
    assert "more than fits here" in refused.content.decode()
    client.post(surveys.page_of(letter, q=question.ref), {"a": "4", "w": "Thank you."})
    assert Answer.objects.get().words.endswith("Thank you.")


def test_hostile_words_are_kept_as_written_and_shown_nowhere(client: Client, letter: Message, question: Survey) -> None:
    hostile = "<script>alert(1)</script> {{ 7*7 }} {refer_url} \u202e =cmd|' /C calc'!A0"
    client.post(surveys.page_of(letter, q=question.ref), {"a": "1", "w": f"{hostile}\x00\x1b"})
    assert Answer.objects.get().words == hostile.replace("\u202e", "")


def test_a_mailbox_that_several_share_gives_one_answer(client: Client, location: Any, question: Survey) -> None:
    ruth, walter = delivery.audience(2)
    delivery.shared_mailbox(ruth, walter)
    dispatch = delivery.dispatch(letter=surveys.asking(question))
    message = dispatch.messages.get()
    client.post(surveys.page_of(message, q=question.ref), {"a": "5"})
    client.post(surveys.page_of(message, q=question.ref), {"a": "4"})
    given = Answer.objects.get()
    assert (given.score, given.is_shared) == (4, True)
    assert given.reader_id in {ruth.pk, walter.pk}


def test_the_letter_of_somebody_who_was_erased_opens_nothing(client: Client, letter: Message, question: Survey) -> None:
    Message.objects.update(reader=None)
    assert client.get(surveys.page_of(letter, q=question.ref)).status_code == 404


def test_half_an_answer_is_none(letter: Message, question: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **facts: Any) -> None:
        raise RuntimeError("The power went out.")

    monkeypatch.setattr(actions, "record", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.answer(message=letter, survey=question, score=1, words="I waited.")
    assert not Answer.objects.exists()


def test_a_reader_of_spanish_is_asked_in_spanish(client: Client, margaret: Patient, question: Survey) -> None:
    margaret.reader.language = "es"
    margaret.reader.save()
    message = surveys.asked(question, margaret.reader)
    page = client.get(surveys.page_of(message, a=4, q=question.ref))
    html = page.content.decode()
    assert page["Content-Language"] == "es"
    assert "¿Cómo fue su última visita?" in html
    assert "Enviar" in html


def test_answers_in_words_are_tapped_and_kept_by_their_place(client: Client, margaret: Patient, location: Any) -> None:
    one = surveys.survey(scale="choices", choices="Not at all\nA little\nYes", low_at_most=1, question="Did it help?")
    message = surveys.asked(one, margaret.reader)
    assert "You tapped “A little”." in client.get(surveys.page_of(message, a=2)).content.decode()
    client.post(surveys.page_of(message), {"a": "3"})
    assert Answer.objects.get().label == "Yes"


def test_the_page_without_a_link_says_how_to_answer(client: Client, location: Any) -> None:
    page = client.get("/e/s/?a=4&q=QU-7K2M")
    assert page.status_code == 200
    assert "Answered from your own letter" in page.content.decode()
    assert client.post("/e/s/").status_code == 405


def test_the_link_names_the_letter_alone(letter: Message) -> None:
    assert tokens.read("survey", links.url("survey", letter).split("/")[-2]) == letter.ref
