"""Whatever Django sends passes our door, and our own messages are made of their folder."""

from __future__ import annotations

import os

import pytest
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.template import TemplateDoesNotExist
from django.test import override_settings

from delivery import actions, merging, outbox, rendering, sending
from delivery.models import Message
from patients.models import Reader
from practice.models import Practice

pytestmark = pytest.mark.django_db

DOOR = {"default": {"BACKEND": "delivery.backends.DoorBackend"}}
HOSTILE = '<b>Bold</b> & {first_name|x} "quoted"\r\nBcc: evil@example.org'


@pytest.fixture
def door(settings):
    """Put the door back, which the test runner replaces."""
    with override_settings(MAILERS=DOOR):
        yield mail.mailers.default


@pytest.fixture
def folder(settings, tmp_path):
    """Give a folder of message templates and return a function that writes one."""
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path / "templates", *settings.TEMPLATES[0]["DIRS"]]}]

    def write(name, **parts):
        place = tmp_path / "templates" / "messages" / name
        place.mkdir(parents=True)
        for part, text in parts.items():
            (place / part.replace("_", ".")).write_text(text)

    return write


def test_a_mail_of_djangos_own_becomes_a_message(house, door):
    assert send_mail("Your code", "Your code is 123456.", None, ["Dana <dana@offices.example>"], using="default") == 1
    message = Message.objects.get()
    assert (message.purpose, message.address, message.state) == ("transactional", "dana@offices.example", "queued")
    sending.work()
    (found,) = outbox.read()
    assert (found.subject, found.text, found.html) == ("Your code", "Your code is 123456.\n", "") or found.text == (
        "Your code is 123456."
    )
    assert dict(found.headers)["Auto-Submitted"] == "auto-generated"
    assert found.sender == "Juniper Row Dental <hello@juniper-row.example>"


def test_each_recipient_gets_a_message_of_their_own_and_html_goes_along(house, door):
    both = EmailMultiAlternatives("Hello", "plain", to=["a@b.example", "c@d.example"], bcc=["e@f.example"])
    both.attach_alternative("<p>rich</p>", "text/html")
    assert door.send_messages([both]) == 1
    sending.work()
    assert sorted(found.to for found in outbox.read()) == ["a@b.example", "c@d.example", "e@f.example"]
    assert {found.html.strip() for found in outbox.read()} == {"<p>rich</p>"}


def test_the_same_mail_twice_is_two_requests(house, door):
    for _ in range(2):
        send_mail("Your code", "123456", None, ["dana@offices.example"], using="default")
    assert Message.objects.count() == 2


@pytest.mark.parametrize("odd", ["attachment", "html"])
def test_what_the_door_cannot_carry_is_refused_aloud(house, door, odd):
    email = EmailMessage("x", "<p>x</p>", to=["a@b.example"])
    if odd == "attachment":
        email.attach("x.txt", "x", "text/plain")
    else:
        email.content_subtype = "html"
    with pytest.raises(ValueError, match=r"door|beside"):
        door.send_messages([email])


@pytest.mark.both
def test_a_message_is_made_of_its_folder_and_values_are_only_text(house, folder):
    folder(
        "greeting",
        subject_txt="Hello\n {{ name }}",
        body_txt='{% extends "messages/frame.txt" %}{% block body %}Hello {{ name }}{% endblock %}',
        body_mjml='{% extends "messages/frame.mjml" %}{% block body %}'
        "<mj-text>Hello {{ name }}</mj-text>{% endblock %}",
    )
    actions.send_one(name="greeting", to="dana@offices.example", occasion="1", context={"name": HOSTILE})
    sending.work()
    (found,) = outbox.read()
    assert "Bcc" not in {name for name, _ in found.headers}
    assert found.subject == 'Hello <b>Bold</b> & {first_name|x} "quoted" Bcc: evil@example.org'
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; {first_name|x} &quot;quoted&quot;" in found.html
    assert "<b>Bold" not in found.html
    assert 'Hello <b>Bold</b> & {first_name|x} "quoted"' in found.text
    assert "Juniper Row Dental & Implant Studio" in found.text
    assert "14 Juniper Row, Port Ellery, WA 98399" in found.text
    assert "Juniper Row Dental &amp; Implant Studio" in found.html


def test_a_folder_without_mjml_is_a_plain_message(house, folder):
    folder("plain", subject_txt="Hi", body_txt="Only words.")
    actions.send_one(name="plain", to="dana@offices.example", occasion="1")
    sending.work()
    assert outbox.read()[0].html == ""


def test_a_folder_that_is_not_there_is_said_at_once(house):
    with pytest.raises(TemplateDoesNotExist):
        actions.send_one(name="nowhere", to="dana@offices.example", occasion="1")
    assert not Message.objects.exists()


def test_a_missing_part_of_a_body_is_not_taken_for_no_body(house, folder):
    folder("broken", subject_txt="x", body_txt="x", body_mjml='{% include "messages/missing.mjml" %}')
    with pytest.raises(TemplateDoesNotExist):
        rendering.render("broken")


def test_a_message_speaks_its_language(house, folder):
    folder("dated", subject_txt="{% load i18n %}{% get_current_language as now %}{{ now }}", body_txt="{{ language }}")
    assert rendering.render("dated", language="es").subject == "es"
    assert rendering.render("dated").subject == "en"


def test_before_the_practice_is_set_up_mail_comes_from_the_sites_own_host(settings):
    assert rendering.sender().address == "noreply@localhost"
    settings.SITE_URL = "https://www.juniper-row.example"
    assert rendering.sender().domain == "www.juniper-row.example"
    assert rendering.sender_name() == "Goodword"
    assert not Practice.objects.exists()


@pytest.mark.parametrize(
    ("names", "language", "greeted"),
    [
        ([], "en", ""),
        (["Ruth"], "en", "Ruth"),
        (["Ruth", "Teo"], "en", "Ruth and Teo"),
        (["Ruth", "", "Ruth", " Teo ", "Ana"], "en", "Ruth, Teo, and Ana"),
    ],
)
def test_a_letter_greets_each_name_once(names, language, greeted):
    assert merging.greeting([Reader(given_name=name) for name in names], language) == greeted


def test_the_outbox_shows_the_newest_first_and_in_pages(house, settings):
    for number in range(5):
        actions.put(rendering.Letter(f"Mail {number}", "", "x", "Juniper Row"), to="a@b.example", occasion=str(number))
    sending.work()
    for number, path in enumerate(sorted(settings.OUTBOX_ROOT.glob("*.eml"), key=lambda path: path.read_bytes())):
        os.utime(path, (1_000_000 + number, 1_000_000 + number))
    assert outbox.count() == 5
    pages = [outbox.read(offset=offset, limit=2) for offset in (0, 2, 4)]
    assert [len(page) for page in pages] == [2, 2, 1]
    ids = [mail.id for page in pages for mail in page]
    assert ids == [path.stem for path in sorted(settings.OUTBOX_ROOT.glob("*.eml"), key=os.path.getmtime, reverse=True)]
    assert outbox.one(ids[3]).id == ids[3]


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "nothing", "", "*"])
def test_a_mails_id_is_never_a_path(house, own_folders, name):
    (own_folders / "secret.eml").write_text("Subject: secret\n\n")
    (own_folders / "outbox").mkdir()
    assert outbox.one(name) is None


def test_an_empty_outbox_is_empty():
    assert (outbox.read(), outbox.count()) == ([], 0)


@pytest.mark.parametrize(
    "to",
    ["a@b.example\r\nBcc: evil@example.org", "Evil <a@b.example>, <c@d.example>", "not an address", "x" * 60 + "@"],
)
def test_a_hostile_address_gets_nothing_and_stops_nobody(house, to):
    actions.put(rendering.Letter("x", "", "x", "Juniper Row"), to=to, occasion="1")
    actions.put(rendering.Letter("x", "", "x", "Juniper Row"), to="dana@offices.example", occasion="2")
    sending.work()
    assert [found.to for found in outbox.read()] == ["dana@offices.example"]
    assert Message.objects.get(occasion="1").state == "failed"
