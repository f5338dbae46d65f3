"""Links of a letter that are followed: counted for the letter, never for a person, and never a way to elsewhere."""

from __future__ import annotations

import re
from datetime import timedelta
from html import escape, unescape

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delivery import actions, sending
from delivery.clicks import counting
from delivery.clicks.letters import counted
from delivery.models import Click, Link, Message
from delivery.outbox import file_name
from delivery.tasks import tidy
from practice.courtesy import Courtesy
from tests.factories.delivery import audience, dispatch, letter
from vault import tokens

pytestmark = [pytest.mark.django_db, pytest.mark.both]

TIPS = "https://juniperrow.example/health-tips/?a=1&b=2"
ESCAPED = TIPS.replace("&", "&amp;")
HTML = (
    f'<html><body><p>Hello {{first_name|friend}},</p><a class="x" href="{ESCAPED}">'
    '<img src="https://juniperrow.example/a.png" alt="A brush"></a> '
    f'<a href="{ESCAPED}">Read <b>more</b></a> <a href="tel:+15551234567">Call</a> '
    '<a href="{unsubscribe_url}">Stop</a></body></html>'
)
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/605"
PERSON = {"HTTP_USER_AGENT": PHONE, "REMOTE_ADDR": "203.0.113.5"}


@pytest.fixture
def opened(house):
    audience(2)
    return dispatch(letter=letter(html=HTML))


def addresses(html):
    return [unescape(url) for url in re.findall(r'href="(http://testserver[^"]*|http://127[^"]*/e/c/[^"]*)"', html)]


def paths(opened):
    return [re.sub(r"https?://[^/]+", "", url) for url in addresses(opened.letter["html"])]


def test_each_link_gets_an_address_of_its_own_and_a_readers_own_links_stay(opened):
    assert [(link.url, link.nth, link.words) for link in Link.objects.all()] == [
        (TIPS, 1, "A brush"),
        (TIPS, 2, "Read more"),
    ]
    html = opened.letter["html"]
    assert 'href="tel:+15551234567"' in html
    assert 'href="{unsubscribe_url}"' in html
    assert 'src="https://juniperrow.example/a.png"' in html
    assert "health-tips" not in html
    assert len(set(paths(opened))) == 2


def test_everybody_gets_the_same_address_so_nobody_is_known_by_it(opened, own_folders):
    actions.start(dispatch=opened, by=None)
    sending.work()
    first, second = (
        (own_folders / "outbox" / file_name(message.message_id)).read_bytes().replace(b"=\r\n", b"")
        for message in Message.objects.all()
    )
    found = [set(re.findall(rb"/e/c/([^/]+)/", mail)) for mail in (first, second)]
    assert found[0] == found[1]
    assert len(found[0]) == 2


def test_a_reader_is_led_on_and_counted(opened):
    answer = Client().get(paths(opened)[1], **PERSON)
    assert (answer.status_code, answer["Location"]) == (302, TIPS)
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert "Set-Cookie" not in answer
    assert [(followed.people, followed.machines) for followed in counting.by_link(opened.pk)] == [(0, 0), (1, 0)]
    assert counting.by_dispatch([opened.pk]) == {opened.pk: 1}


def test_a_head_leads_on_and_counts_nothing(opened):
    assert Client().head(paths(opened)[0], **PERSON).status_code == 302
    assert not Click.objects.exists()


def test_a_post_changes_nothing(opened):
    assert Client().post(paths(opened)[0], **PERSON).status_code == 405
    assert not Click.objects.exists()


@pytest.mark.parametrize("agent", ["", "curl/8.0", "python-requests/2", "Barracuda Sentinel", "Googlebot/2.1"])
def test_who_says_that_it_is_a_machine_is_counted_apart(opened, agent):
    Client().get(paths(opened)[0], **PERSON | {"HTTP_USER_AGENT": agent})
    assert counting.by_link(opened.pk)[0] == counting.Followed(Link.objects.first(), 0, 1)


def test_whoever_follows_every_link_at_once_reads_none(house):
    audience(1)
    links = "".join(f'<a href="https://juniperrow.example/{n}/">{n}</a>' for n in range(5))
    opened = dispatch(letter=letter(html=f"<html><body>{links}</body></html>"))
    for path in paths(opened):
        Client().get(path, **PERSON)
    assert [(followed.people, followed.machines) for followed in counting.by_link(opened.pk)] == [(0, 1)] * 5
    Client().get(paths(opened)[0], **PERSON | {"REMOTE_ADDR": "203.0.113.6"})
    assert counting.by_link(opened.pk)[0].people == 1


def test_whoever_reads_and_follows_three_links_takes_their_time(house):
    audience(1)
    links = "".join(f'<a href="https://juniperrow.example/{n}/">{n}</a>' for n in range(3))
    opened = dispatch(letter=letter(html=f"<html><body>{links}</body></html>"))
    for n, path in enumerate(paths(opened)):
        with time_machine.travel(timezone.now() + timedelta(seconds=20 * n), tick=False):
            Client().get(path, **PERSON)
    assert [followed.people for followed in counting.by_link(opened.pk)] == [1, 1, 1]


def test_what_tells_visitors_apart_is_forgotten_after_a_day(opened):
    Client().get(paths(opened)[0], **PERSON)
    assert "203.0.113.5" not in Click.objects.get().visitor
    tidy()
    assert Click.objects.get().visitor
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        tidy()
    assert Click.objects.get().visitor == ""


@pytest.mark.parametrize("payload", [10**9, "1", "https://evil.example/", None, [1], {"url": "https://evil.example/"}])
def test_an_address_that_we_signed_for_no_link_leads_nowhere(opened, payload):
    assert Client().get(f"/e/c/{tokens.sign('click', payload)}/", **PERSON).status_code == 404


def test_a_token_of_another_purpose_or_a_forged_one_leads_nowhere(opened):
    pk = Link.objects.first().pk
    for token in (tokens.sign("view", pk), tokens.sign("click", pk)[:-1], "x", "https:--evil.example"):
        assert Client().get(f"/e/c/{token}/", **PERSON).status_code == 404
    assert not Click.objects.exists()


def test_a_practice_may_count_nothing(house):
    Courtesy.objects.create(practice=house, counts_clicks=False)
    audience(1)
    assert dispatch(letter=letter(html=HTML)).letter["html"] == HTML
    assert not Link.objects.exists()


def test_a_letter_in_several_ways_counts_the_same_link_once(house):
    audience(2)
    with time_machine.travel(timezone.now(), tick=False):  # an address tells when it was signed
        opened = dispatch(letter=letter(html=HTML))
        again = counted(opened, letter(html=HTML))
    assert Link.objects.count() == 2
    assert again.html == opened.letter["html"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(
    urls=st.lists(
        st.from_regex(r"https?://[a-z]{1,8}\.example/[a-zA-Z0-9&;#?=/%._~+-]{0,30}", fullmatch=True), max_size=6
    ),
    words=st.text(alphabet=st.characters(exclude_characters="<>&", exclude_categories=["Cs", "Cc"]), max_size=20),
)
def test_every_counted_link_leads_where_the_letter_led(opened, urls, words):
    html = "".join(f'<a href="{escape(url)}">{words}</a>' for url in urls)
    made = counted(opened, letter(html=html)).html
    assert [Link.objects.get(pk=tokens.read("click", path.split("/")[-2])).url for path in addresses(made)] == urls
