"""Who reads Spanish reads no English: on the site, in forms with mistakes, in a patient’s rooms, at the door."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from delivery import links
from delivery.actions import send_one
from home.models import HomePage
from home.pages import plant
from patients.models import Patient, Purpose
from practice.models import Location, Practice, Provider
from referral_portal.referrals import actions
from tests.cast import sign_in
from tests.spanish import english_left, said, unanswered

LINK = re.compile(r'<a\b[^>]*?\shref="(/[^"#?]*)')
NO_PAGE = re.compile(r"\.(ics|pdf|svg|txt|xml)$|/feed/|/logout/|/language/|/demo/")
# words of the fixtures, which nobody translated
THEIRS = {"General dentistry", "Endodontics"}

Reads = Callable[..., list[str]]


@pytest.fixture
def spanish(site: HomePage) -> HomePage:
    """Return the Spanish home page of the planted site."""
    cache.clear()
    return plant(Practice.objects.get(), "es")


@pytest.fixture
def heard() -> Iterator[set[str]]:
    with unanswered() as found:
        yield found


@pytest.fixture
def reader(client: Client) -> Client:
    """Return somebody's phone on which Spanish was chosen."""
    client.cookies["language"] = "es"
    return client


@pytest.fixture
def reads(reader: Client, heard: set[str]) -> Reads:
    """Return a reading of the page at a path, or of what a form there answers: the English on it, and its links."""

    def read(path: str, *, links_to: str = "", **fields: str) -> list[str]:
        answer = reader.post(path, fields, follow=True) if fields else reader.get(path, follow=True)
        html = answer.content.decode()
        assert answer.status_code < 500
        assert '<html lang="es"' in html, path
        left = [f"{path}: {words}" for words in english_left(said(html), heard) if words.strip(".") not in THEIRS]
        assert left == []
        return [link for link in LINK.findall(html) if link.startswith(links_to) and not NO_PAGE.search(link)]

    return read


def walk(reads: Reads, start: str, within: str) -> set[str]:
    waiting, seen = [start], {start}
    while waiting:
        for link in reads(waiting.pop(), links_to=within):
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    return seen


def test_the_public_site_has_no_english_left(spanish: HomePage, dr_lindqvist: Provider, reads: Reads) -> None:
    seen = walk(reads, "/es/", "/es/")
    assert {"/es/", "/es/services/", "/es/for-offices/", "/es/contact/", "/es/book/", "/es/search/"} <= seen
    assert len(seen) > 10


@pytest.mark.parametrize(
    "path",
    [
        "/es/no-such-page/",
        "/es/search/?q=raiz",
        "/es/search/?q=zepelin",
        "/es/book/thanks/",
        "/es/contact/write/thanks/",
        "/es/for-offices/apply/thanks/",
        "/es/r/ZZZZ2222/",
    ],
)
def test_a_page_beside_the_way_has_no_english_left(spanish: HomePage, reads: Reads, path: str) -> None:
    reads(path)


@pytest.mark.parametrize(
    "path", ["/es/book/", "/es/contact/write/", "/es/for-offices/apply/", "/es/newsletter/subscribe/"]
)
def test_a_visitor_s_form_refuses_in_spanish(spanish: HomePage, reads: Reads, path: str) -> None:
    reads(path, email="x")
    reads(path, email="x", phone="12", reach="12", zip_code="x", state="x", npi="x", how="fax", topic="x", days="9")


def test_a_friend_s_page_and_its_mistakes_have_no_english_left(
    spanish: HomePage, margaret_patient: Patient, reads: Reads
) -> None:
    link = actions.create_link(reader=margaret_patient.reader, by=None)
    path = f"/es/r/{link.code}/"
    reads(path)
    reads(path, first_name="")
    reads(path, first_name="Ana", contact="12", reach_by="email", consents="on")
    reads(path, first_name="Ana", contact="ana@mail.example", reach_by="call", consents="on", is_adult="on")
    reads(path, first_name="Ana", contact="360-555-0177", reach_by="call", consents="on", is_adult="on")


def test_a_patient_s_rooms_have_no_english_left(
    location: Location, margaret: User, margaret_patient: Patient, reader: Client, reads: Reads
) -> None:
    sign_in(reader, margaret)
    assert len(walk(reads, "/portal/me/", "/portal/me/")) > 2
    reads("/portal/me/referrals/new/", act="link")
    reads("/portal/me/referrals/new/", act="told")
    reads("/portal/me/referrals/new/", act="friend", first_name="")
    walk(reads, "/portal/me/", "/portal/me/")


def test_a_patient_s_account_has_no_english_left(
    location: Location, margaret: User, reader: Client, reads: Reads
) -> None:
    sign_in(reader, margaret)
    assert len(walk(reads, "/accounts/email/", "/accounts/")) > 3
    reads("/accounts/email/", email="x", action_add="")
    reads("/accounts/password/set/", password1="short", password2="other")
    reads("/accounts/2fa/app/", code="1")


def test_signing_in_has_no_english_left(location: Location, margaret: User, reads: Reads) -> None:
    for path in ("/accounts/login/", "/accounts/signup/", "/accounts/inactive/", "/accounts/password/reset/"):
        reads(path)
    reads("/accounts/login/", login="x")
    reads("/accounts/login/", login=margaret.email, password="wrong")
    reads("/accounts/login/code/", email="x")
    reads("/accounts/login/code/", email=margaret.email)
    reads("/accounts/login/code/confirm/", code="000000")
    (code,) = [one for one in mail.outbox if one.to == [margaret.email]]
    assert code.subject == "Su código para entrar"
    assert list(english_left([line.strip() for line in str(code.body).splitlines()])) == []


def test_the_pages_of_a_letter_in_spanish_have_no_english_left(
    location: Location, margaret_patient: Patient, reader: Client, reads: Reads
) -> None:
    del reader.cookies["language"]
    letter = send_one(
        name="referral_arrived",
        to="margaret@mail.example",
        occasion="1",
        context={"first_name": "Margaret"},
        reader=margaret_patient.reader,
        purpose=Purpose.OWN_SERVICES,
        language="es",
    )
    for purpose in ("unsubscribe", "preferences", "why", "refer"):
        path = "/" + links.url(purpose, letter).split("/", 3)[3]
        reads(path)
    reads(path, act="told")
    stop = "/" + links.url("unsubscribe", letter).split("/", 3)[3]
    reads(stop, pause="3")
    reads(stop, all="1")
