"""The demo's pages: whom to be, what to try, every mail; and that they are nowhere else."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from delivery import outbox as outbox_of_story
from home.demo.cast import PERSONS
from home.demo.seed.story import Story
from home.demo.stories import STEPS, stories
from home.models import HomePage
from journal.models import Entry
from practice.models import Practice

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def outbox(settings: Settings, tmp_path: Path) -> Path:
    """Return an outbox with one letter in it."""
    settings.OUTBOX_ROOT = tmp_path
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = (
        "A small thing",
        "Juniper Row <hello@juniper-row.example>",
        "m@mail.example",
    )
    mail.set_content("Read it at http://127.0.0.1:8000/e/view/abc/ or leave: http://127.0.0.1:8000/e/unsubscribe/abc/.")
    mail.add_alternative('<html><body><h1>Hello</h1><script>alert("no")</script></body></html>', subtype="html")
    (tmp_path / "letter-1.eml").write_bytes(mail.as_bytes())
    return tmp_path


@pytest.mark.parametrize("role", sorted(PERSONS))
def test_a_button_signs_in_as_each_person(told: Story, in_demo: Settings, client: Client, role: str) -> None:
    page = client.get(f"/demo/as/{role}/")
    assert page.status_code == 200
    assert PERSONS[role].name in page.text
    assert "_auth_user_id" not in client.session
    answer = client.post(f"/demo/as/{role}/")
    assert answer.status_code == 302
    assert answer["Location"] == PERSONS[role].start
    user = User.objects.get(email=PERSONS[role].email)
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize("role", ["editor", "coordinator", "owner", "office", "patient"])
def test_each_person_begins_on_a_page_that_lets_them_in(
    told: Story, in_demo: Settings, client: Client, role: str
) -> None:
    answer = client.post(f"/demo/as/{role}/", follow=True)
    assert answer.status_code == 200
    assert answer.request["PATH_INFO"] == PERSONS[role].start


def test_to_be_somebody_else_ends_the_old_session(told: Story, in_demo: Settings, client: Client) -> None:
    client.post("/demo/as/office/")
    session = client.session
    session["kept"] = "of Dana"
    session.save()
    old = session.session_key
    client.post("/demo/as/patient/")
    assert client.session.session_key != old
    assert "kept" not in client.session


def test_a_page_elsewhere_cannot_change_who_one_is(told: Story, in_demo: Settings, client: Client) -> None:
    answer = client.post("/demo/as/owner/", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    answer = client.post("/demo/as/owner/", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("path", ["/demo/", "/demo/as/owner/", "/demo/outbox/"])
class TestClosed:
    """Nobody gets in where the demo is not."""

    def test_without_demo(self, told: Story, in_demo: Settings, client: Client, path: str) -> None:
        in_demo.DEMO = False
        assert client.get(path).status_code == 404
        assert client.post(path).status_code in {404, 405}

    def test_from_another_machine(self, told: Story, in_demo: Settings, path: str) -> None:
        far = Client(REMOTE_ADDR="203.0.113.7")
        assert far.get(path).status_code == 404
        assert far.post(path).status_code in {404, 405}

    def test_over_a_practice_that_is_real(self, told: Story, in_demo: Settings, client: Client, path: str) -> None:
        Practice.objects.update(is_demo=False)
        assert client.get(path).status_code == 404


def test_the_addresses_are_not_there_without_demo(told: Story, client: Client) -> None:
    assert client.post("/demo/as/owner/").status_code == 404


@pytest.mark.parametrize("role", ["nobody", "admin", "hannah"])
def test_an_unknown_person_is_not_there(told: Story, in_demo: Settings, client: Client, role: str) -> None:
    assert client.post(f"/demo/as/{role}/").status_code == 404


def test_the_tour_page_ticks_what_was_tried(told: Story, in_demo: Settings, client: Client) -> None:
    assert sum(story.done for story in stories()) == 0
    dana = User.objects.get(email=PERSONS["office"].email)
    Entry.objects.create(verb="case.submitted", subject="case:JR-TEST", by=f"user:{dana.ref}")
    told_again = {story.role: story for story in stories()}
    assert told_again["office"].done == 1
    assert sum(story.done for story in told_again.values()) == 1
    page = client.get("/demo/")
    assert page.text.count('class="is-done"') == 1
    assert page.text.count('method="post" action="/demo/as/') == 2 * len(PERSONS)


def test_what_somebody_else_did_ticks_nothing(told: Story, in_demo: Settings) -> None:
    Entry.objects.create(verb="case.submitted", subject="case:JR-TEST", by="user:U-ELSE")
    assert sum(story.done for story in stories()) == 0


def test_a_step_of_somebody_else_leads_first_to_becoming_them(told: Story, in_demo: Settings, client: Client) -> None:
    page = client.get("/demo/").text
    assert 'href="/demo/as/office/?next=%2Fportal%2Foffice%2Fcases%2Fnew%2F"' in page
    assert 'href="/admin/inbox/"' not in page
    client.post("/demo/as/office/")
    page = client.get("/demo/").text
    assert 'href="/portal/office/cases/new/"' in page
    assert "you, now" in page


def test_who_becomes_somebody_for_a_step_is_told_what_and_led_there(
    told: Story, in_demo: Settings, client: Client
) -> None:
    way = "/demo/as/office/?next=%2Fportal%2Foffice%2Fcases%2Fnew%2F"
    assert "Send a patient with an X-ray." in client.get(way).text
    answer = client.post("/demo/as/office/", {"next": "/portal/office/cases/new/"})
    assert answer["Location"] == "/portal/office/cases/new/"


@pytest.mark.parametrize("asked", ["https://evil.example/", "//evil.example", "/admin/inbox/", "/accounts/logout/"])
def test_only_a_step_of_theirs_is_where_one_is_led(told: Story, in_demo: Settings, client: Client, asked: str) -> None:
    assert asked not in client.get("/demo/as/office/", {"next": asked}).text.replace('href="/accounts/logout/"', "")
    assert client.post("/demo/as/office/", {"next": asked})["Location"] == PERSONS["office"].start


def test_only_the_home_page_ticks_what_is_about_it(told: Story, in_demo: Settings) -> None:
    hannah = User.objects.get(email=PERSONS["editor"].email)
    Entry.objects.create(verb="page.publish", subject="page:999999", by=f"user:{hannah.ref}")
    assert sum(story.done for story in stories()) == 0
    home = HomePage.objects.get(locale__language_code="en")
    Entry.objects.create(verb="page.publish", subject=f"page:{home.pk}", by=f"user:{hannah.ref}")
    assert [story.role for story in stories() if story.done] == ["editor"]


def test_every_step_leads_to_a_page_of_ours() -> None:
    for steps in STEPS.values():
        for step in steps:
            assert step.href.startswith("/")
            assert step.verbs


def test_the_bar_says_who_one_is(told: Story, in_demo: Settings, client: Client) -> None:
    client.post("/demo/as/office/")
    page = client.get("/")
    assert "You are Dana Whitcomb" in page.text
    assert 'aria-current="true"' in page.text


def test_the_bar_is_nowhere_without_demo(told: Story, client: Client) -> None:
    page = client.get("/contact/")
    assert page.status_code == 200
    assert "demo-bar" not in page.text


def test_the_outbox_lists_each_mail(told: Story, in_demo: Settings, client: Client, outbox: Path) -> None:
    page = client.get("/demo/outbox/")
    assert "A small thing" in page.text
    assert "m@mail.example" in page.text
    assert "/demo/outbox/letter-1/" in page.text


def test_an_empty_outbox_says_what_to_do(
    told: Story, in_demo: Settings, client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.OUTBOX_ROOT = tmp_path / "none"
    assert "Nothing yet" in client.get("/demo/outbox/").text


def test_a_mail_is_shown_in_each_way_with_its_links(
    told: Story, in_demo: Settings, client: Client, outbox: Path
) -> None:
    page = client.get("/demo/outbox/letter-1/")
    assert 'src="/demo/outbox/letter-1/letter/"' in page.text
    assert 'href="http://127.0.0.1:8000/e/unsubscribe/abc/"' in page.text
    assert "<script>" not in page.text
    dark = client.get("/demo/outbox/letter-1/?tab=dark").text
    assert 'src="/demo/outbox/letter-1/letter/?in=dark"' in dark
    assert "Read it at" in client.get("/demo/outbox/letter-1/?tab=text").text
    assert "<dt>From</dt>" in client.get("/demo/outbox/letter-1/?tab=headers").text
    assert client.get("/demo/outbox/letter-1/?tab=elsewhere").status_code == 200


def test_a_letter_is_seen_in_the_light_and_in_the_dark(told: Story, in_demo: Settings, client: Client) -> None:
    mail = outbox_of_story.read(limit=1, offset=0, to="Margaret")[0]
    light, dark = (client.get(f"/demo/outbox/{mail.id}/letter/{query}").text for query in ("", "?in=dark"))
    assert "prefers-color-scheme" not in light + dark
    assert "@media all" in dark
    assert "@media all" not in light


def test_a_letter_is_a_document_without_power(told: Story, in_demo: Settings, client: Client, outbox: Path) -> None:
    answer = client.get("/demo/outbox/letter-1/letter/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "allow-forms" not in policy


@pytest.mark.parametrize("name", ["letter-2", "..%2Fkeys%2Fsecret_key", "%2e%2e"])
def test_a_mail_that_is_not_there_is_not_found(
    told: Story, in_demo: Settings, client: Client, outbox: Path, name: str
) -> None:
    assert client.get(f"/demo/outbox/{name}/").status_code == 404


def test_the_pages_of_the_demo_are_kept_by_nobody(told: Story, in_demo: Settings, client: Client, outbox: Path) -> None:
    for path in ("/demo/", "/demo/outbox/", "/demo/as/owner/"):
        answer = client.get(path)
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Robots-Tag"] == "noindex"


def test_one_persons_mail_is_found_by_their_name(told: Story, outbox: Path, in_demo: Settings, client: Client) -> None:
    for name in ("Margaret Ellison", "Jörg Müller"):
        mail = EmailMessage()
        mail["Subject"], mail["To"] = f"For {name.split()[0]}", Address(name, addr_spec=f"{name[0].lower()}@r.example")
        mail.set_content("Hello Margaret Ellison.")
        (outbox / f"{name[0]}.eml").write_bytes(mail.as_bytes(policy=SMTP))
    page = client.get("/demo/outbox/?q=margaret").content.decode()
    assert "For Margaret" in page
    assert "For Jörg" not in page
    assert "For Jörg" in client.get("/demo/outbox/?q=müller").content.decode()
    assert "No mail to" in client.get("/demo/outbox/?q=%3Cscript%3E").content.decode()
