"""People sign in by e-mail code or password, and an address that nobody has is told nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from journal.models import Entry
from tests.factories.accounts import PASSWORD
from tests.site.accounts import signing

pytestmark = pytest.mark.django_db


def test_a_patient_signs_in_with_six_digits(client: Client, margaret: User) -> None:
    answer = signing.ask_for_code(client, margaret.email)
    assert answer.status_code == 302
    assert answer["Location"] == signing.ENTER
    assert re.fullmatch(r"\d{6}", signing.latest_code())
    answer = signing.enter_code(client)
    assert answer.status_code == 302
    assert answer["Location"] == "/portal/"
    assert signing.is_signed_in(client)
    assert EmailAddress.objects.get(user=margaret).verified


def test_the_code_may_be_typed_with_a_gap(client: Client, margaret: User) -> None:
    signing.ask_for_code(client, margaret.email)
    code = signing.latest_code()
    signing.enter_code(client, f" {code[:3]} {code[3:]} ")
    assert signing.is_signed_in(client)


def test_the_way_back_is_kept_from_the_first_page_to_the_last(client: Client, margaret: User) -> None:
    page = client.get(f"{signing.LOGIN}?next=/portal/me/preferences/")
    assert b'name="next" value="/portal/me/preferences/"' in page.content
    answer = signing.ask_for_code(client, margaret.email, next="/portal/me/preferences/")
    page = client.get(answer["Location"])
    assert b'name="next" value="/portal/me/preferences/"' in page.content
    answer = signing.enter_code(client, next="/portal/me/preferences/")
    assert answer["Location"] == "/portal/me/preferences/"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        "http://testserver@evil.example/",
        "\thttps://evil.example",
    ],
)
def test_nobody_is_led_to_another_site(client: Client, margaret: User, elsewhere: str) -> None:
    signing.ask_for_code(client, margaret.email, next=elsewhere)
    answer = signing.enter_code(client, next=elsewhere)
    assert answer["Location"] == "/portal/"


def test_the_same_address_in_other_letters_is_the_same_person(client: Client, margaret: User) -> None:
    signing.ask_for_code(client, margaret.email.upper())
    signing.enter_code(client)
    assert client.session["_auth_user_id"] == str(margaret.pk)


def test_the_mail_says_the_code_in_its_body_and_never_in_its_subject(client: Client, margaret: User) -> None:
    signing.ask_for_code(client, margaret.email)
    letter = mail.outbox[-1]
    assert letter.to == [margaret.email]
    assert not re.search(r"\d", letter.subject)
    assert "10 minutes" in letter.body
    assert "Margaret" not in letter.body


def test_the_code_page_hides_most_of_the_address(client: Client, margaret: User) -> None:
    signing.ask_for_code(client, margaret.email)
    page = client.get(signing.ENTER).content.decode()
    assert "m•••@patients.example" in page
    assert margaret.email not in page


def test_a_wrong_code_is_refused_and_the_third_ends_it(client: Client, margaret: User) -> None:
    signing.ask_for_code(client, margaret.email)
    code = signing.latest_code()
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(2):
        answer = signing.enter_code(client, wrong)
        assert answer.status_code == 200
        assert "not the code we sent" in answer.content.decode()
    answer = signing.enter_code(client, wrong)
    assert answer.status_code == 302
    signing.enter_code(client, code)
    assert not signing.is_signed_in(client)
    assert Entry.objects.filter(verb="session.refused", subject=f"user:{margaret.ref}").count() == 3


def test_a_code_works_once(client: Client, margaret: User) -> None:
    signing.by_code(client, margaret)
    code = signing.latest_code()
    client.post("/accounts/logout/")
    signing.enter_code(client, code)
    assert not signing.is_signed_in(client)


def test_a_code_is_good_only_in_the_window_that_asked_for_it(client: Client, margaret: User) -> None:
    signing.ask_for_code(client, margaret.email)
    stranger = Client()
    signing.enter_code(stranger, signing.latest_code())
    assert not signing.is_signed_in(stranger)


def test_a_code_is_too_old_after_ten_minutes(client: Client, margaret: User, time_machine: Any) -> None:
    signing.ask_for_code(client, margaret.email)
    time_machine.move_to(timezone.now() + timedelta(seconds=601))
    signing.enter_code(client)
    assert not signing.is_signed_in(client)


def test_a_new_code_can_be_sent_twice(client: Client, margaret: User) -> None:
    signing.ask_for_code(client, margaret.email)
    first = signing.latest_code()
    client.post(signing.ENTER, {"action": "resend"})
    assert len(mail.outbox) == 2
    client.post(signing.ENTER, {"action": "resend"})
    client.post(signing.ENTER, {"action": "resend"})
    assert len(mail.outbox) == 3
    if first != signing.latest_code():
        signing.enter_code(client, first)
        assert not signing.is_signed_in(client)
    signing.enter_code(client)
    assert signing.is_signed_in(client)


def test_somebody_can_go_back_and_give_another_address(client: Client, margaret: User) -> None:
    signing.ask_for_code(client, "mistyped@patients.example")
    page = client.get(signing.ENTER).content.decode()
    assert 'form="another"' in page
    answer = client.post("/accounts/logout/", {"next": signing.LOGIN})
    assert answer["Location"] == signing.LOGIN
    assert client.get(signing.LOGIN).status_code == 200


def test_a_password_signs_a_patient_in(client: Client, margaret: User) -> None:
    EmailAddress.objects.create(user=margaret, email=margaret.email, primary=True, verified=True)
    answer = client.post(signing.LOGIN, {"login": margaret.email, "password": PASSWORD})
    assert answer.status_code == 302
    assert signing.is_signed_in(client)
    opened = Entry.objects.get(verb="session.opened")
    assert opened.particulars == {"how": "password"}


def test_a_password_alone_does_not_prove_an_address_that_was_never_confirmed(client: Client, margaret: User) -> None:
    answer = client.post(signing.LOGIN, {"login": margaret.email, "password": PASSWORD})
    assert answer["Location"] == "/accounts/email/confirm/"
    assert not signing.is_signed_in(client)
    client.post("/accounts/email/confirm/", {"code": signing.latest_code()})
    assert signing.is_signed_in(client)


def test_a_wrong_password_opens_nothing_and_is_written_down_without_the_address(client: Client, margaret: User) -> None:
    page = client.post(signing.LOGIN, {"login": margaret.email, "password": "not the password at all"})
    assert page.status_code == 200
    assert "do not match" in page.content.decode()
    refused = Entry.objects.get(verb="session.refused")
    assert refused.subject == f"user:{margaret.ref}"
    assert margaret.email not in f"{refused.subject} {refused.by} {refused.particulars}"


def test_a_closed_account_gets_no_code_and_no_session(client: Client, margaret: User) -> None:
    EmailAddress.objects.create(user=margaret, email=margaret.email, primary=True, verified=True)
    User.objects.filter(pk=margaret.pk).update(is_active=False)
    signing.ask_for_code(client, margaret.email)
    assert not re.search(r"\d{6}", mail.outbox[-1].body)
    client.post("/accounts/logout/")
    answer = client.post(signing.LOGIN, {"login": margaret.email, "password": PASSWORD})
    assert answer["Location"] == "/accounts/inactive/"
    assert not signing.is_signed_in(client)


def test_closing_an_account_ends_its_session_at_once(client: Client, margaret: User) -> None:
    signing.by_code(client, margaret)
    User.objects.filter(pk=margaret.pk).update(is_active=False)
    assert client.get("/accounts/sessions/").status_code == 302


def test_sign_up_is_closed(client: Client) -> None:
    page = client.get("/accounts/signup/")
    assert "Accounts come by invitation" in page.content.decode()
    assert client.post("/accounts/signup/", {"email": "new@people.example"}).status_code == 405
    assert not User.objects.filter(email="new@people.example").exists()


def test_signing_out_needs_a_post(client: Client, margaret: User) -> None:
    signing.by_code(client, margaret)
    page = client.get("/accounts/logout/")
    assert page.status_code == 200
    assert signing.is_signed_in(client)
    assert client.post("/accounts/logout/").status_code == 302
    assert not signing.is_signed_in(client)
    assert Entry.objects.filter(verb="session.closed", subject=f"user:{margaret.ref}").exists()


def test_every_page_of_the_house_shows_its_sign_in_without_a_box_ticked(client: Client, margaret: User) -> None:
    page = client.get(signing.LOGIN).content.decode()
    assert "checked" not in page
    signing.ask_for_code(client, margaret.email)
    page = client.get(signing.ENTER).content.decode()
    assert 'name="shared"' in page
    assert "checked" not in page.partition("<main")[2]


class TestNobodyLearnsWhoHasAnAccount:
    """Replays of enumeration: body, status, headers and the work done are the same."""

    def test_asking_for_a_code_answers_the_same(self, margaret: User, django_assert_max_num_queries: Any) -> None:
        answers, work = [], []
        for email in (margaret.email, "mnobody@patients.example"):
            client = Client()
            with django_assert_max_num_queries(40) as queries:
                answer = signing.ask_for_code(client, email)
            page = client.get(answer["Location"])
            text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.content.decode())
            answers.append((answer.status_code, answer["Location"], page.status_code, text, _names(answer)))
            work.append(len(queries))
        assert answers[0] == answers[1]
        assert abs(work[0] - work[1]) <= 2
        assert len(mail.outbox) == 2

    def test_a_wrong_code_answers_the_same(self, margaret: User) -> None:
        texts = []
        for email in (margaret.email, "mnobody@patients.example"):
            client = Client()
            signing.ask_for_code(client, email)
            answer = signing.enter_code(client, "000000")
            texts.append(re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode()))
        assert texts[0] == texts[1]
        assert Entry.objects.filter(verb="session.refused").count() == 2

    def test_a_wrong_password_answers_the_same(self, margaret: User) -> None:
        texts = []
        for email in (margaret.email, "mnobody@patients.example"):
            answer = Client().post(signing.LOGIN, {"login": email, "password": "not the password at all"})
            text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
            texts.append(text.replace(email, "[address]"))
        assert texts[0] == texts[1]

    def test_a_forgotten_password_answers_the_same(self, margaret: User) -> None:
        texts = []
        for email in (margaret.email, "mnobody@patients.example"):
            client = Client()
            answer = client.post("/accounts/password/reset/", {"email": email})
            page = client.get(answer["Location"])
            texts.append(re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.content.decode()))
        assert texts[0] == texts[1]

    def test_the_mail_to_an_unknown_address_carries_no_code(self, client: Client) -> None:
        signing.ask_for_code(client, "nobody@patients.example")
        assert not re.search(r"\d{6}", mail.outbox[-1].body)
        assert mail.outbox[-1].to == ["nobody@patients.example"]


def _names(answer: Any) -> set[str]:
    return {*answer.headers, *answer.cookies}
