"""The public pages: they show what stands in the database, and nothing that nobody counted."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser
from typing import Any

from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from home.models import ForOfficesPage, HomePage, ServicePage, StandardPage
from home.pages import plant
from newsletter.editions.models import TipPage
from practice.models import Location, Practice, StaffMember
from practice.plans import Plan
from tests.cast import sign_in
from tests.factories.practice import ServiceFactory, closed
from tests.home.schema import Data

PATHS = (
    "/",
    "/services/",
    "/services/root-canal/",
    "/services/house-calls/",
    "/team/",
    "/contact/",
    "/for-offices/",
    "/privacy/",
    "/hipaa-notice/",
    "/accessibility/",
    "/nondiscrimination/",
    "/events/",
    "/reviews/",
    "/health-tips/",
)
HOSTILE = "<script>alert('x')</script>\"'&{{ 7|add:7 }}"


def text(client: Client, path: str) -> str:
    """Return the page at `path`, which answers 200."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


class Outline(HTMLParser):
    """Reads the headings and the ids of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note headings and ids."""
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.ids.extend(value for name, value in attrs if name == "id" and value)


def test_every_page_has_one_title_unique_ids_and_headings_in_order(site: HomePage, client: Client) -> None:
    for path in PATHS:
        html = text(client, path)
        outline = Outline(html)
        assert outline.headings.count(1) == 1, path
        assert outline.headings[0] == 1, path
        steps = zip(outline.headings, outline.headings[1:], strict=False)
        assert all(after - before <= 1 for before, after in steps), path
        assert len(outline.ids) == len(set(outline.ids)), path
        assert "· Juniper Row</title>" in html, path


def test_no_page_carries_script_inline_style_or_anything_of_others(site: HomePage, client: Client) -> None:
    for path in PATHS:
        html = text(client, path)
        assert Data(html).scripts == 0, path
        assert not re.search(r"\sstyle=|\son\w+=", html), path
        loaded = re.findall(r'<(?:img|link rel="(?:icon|preload|stylesheet)"|use)[^>]* (?:src|href)="([^"]+)"', html)
        assert len(loaded) > 5, path
        assert all(url.startswith("/static/") for url in loaded), path


def test_pages_say_to_search_engines_what_and_where_they_are(site: HomePage, client: Client) -> None:
    for path in PATHS:
        html = text(client, path)
        assert f'rel="canonical" href="http://127.0.0.1:8000{path}"' in html
        assert f'property="og:url" content="http://127.0.0.1:8000{path}"' in html
        assert 'name="description"' in html, path


def test_the_home_page_shows_who_where_and_when(site: HomePage, client: Client) -> None:
    html = text(client, "/")
    assert "14 Juniper Row" in html
    assert 'Mon to Fri <span class="u-nb">8:00 AM – 5:00 PM</span>' in html
    assert 'href="tel:+13605550142"' in html
    assert "We take Delta Dental, Premera, and most PPO plans." in html
    assert 'href="/services/root-canal/"' in html


def test_the_home_page_asks_little_of_the_database(
    tip: TipPage, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.get("/")
    with django_assert_max_num_queries(15):
        assert tip.title in text(client, "/")


def test_other_pages_ask_little_of_the_database(
    site: HomePage, client: Client, django_assert_max_num_queries: Any
) -> None:
    for path in PATHS[1:]:
        client.get(path)
        with django_assert_max_num_queries(21):
            client.get(path)


def test_more_services_ask_no_more_of_the_database(site: HomePage, client: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            text(client, "/services/")
        return len(queries)

    client.get("/services/")
    before = asked()
    ServiceFactory.create_batch(8)
    plant(Practice.objects.get())
    client.get("/services/")
    assert asked() == before


def test_what_editors_write_is_shown_and_never_run(site: HomePage, client: Client) -> None:
    HomePage.objects.update(headline=HOSTILE[:60], lede=HOSTILE, offices_heading=HOSTILE[:60])
    Practice.objects.update(name=HOSTILE[:80])
    Plan.objects.update(name=Concat(Value(HOSTILE), "ref"))
    Location.objects.update(street=HOSTILE)
    page = ServicePage.objects.get(slug="root-canal")
    page.headline, page.title = HOSTILE[:60], HOSTILE
    page.steps = [("step", {"title": HOSTILE[:60], "text": HOSTILE})]
    page.questions = [("question", {"question": HOSTILE, "answer": "<p>Fine.</p>"})]
    page.save()
    for path in PATHS:
        html = text(client, path)
        assert Data(html).scripts == 0
        assert "}}14" not in html


def test_a_service_page_shows_steps_questions_prices_plans_and_people(site: HomePage, client: Client) -> None:
    page = ServicePage.objects.get(slug="root-canal")
    page.prices = [("price", {"what": "Front tooth", "amount": "from $980", "is_first": False})]
    page.save()
    html = text(client, "/services/root-canal/")
    for words in ("We find the cause", "Does it hurt?", "from $980", "Most PPO plans", "Dr. Theo Lindqvist", "TL"):
        assert words in html
    assert 'href="#price"' in html


def test_a_service_page_without_words_shows_only_what_there_is(site: HomePage, client: Client) -> None:
    html = text(client, "/services/house-calls/")
    assert "We come to you." in html
    for words in ("How it goes", "What people ask", "Without a plan", "#price"):
        assert words not in html


def test_people_who_left_are_not_shown(site: HomePage, client: Client) -> None:
    StaffMember.objects.update(is_active=False)
    assert "Lindqvist" not in text(client, "/team/")
    assert "Lindqvist" not in text(client, "/services/root-canal/")


def test_the_team_page_shows_everybody_with_initials(site: HomePage, rosa: User, client: Client) -> None:
    html = text(client, "/team/")
    assert "Rosa Delgado" in html
    assert ">RD<" in html


def test_holidays_of_the_next_weeks_are_announced(
    site: HomePage, location: Location, client: Client, time_machine: Any
) -> None:
    time_machine.move_to("2026-11-23T18:00:00Z")
    closed(location, date(2026, 11, 26), "Thanksgiving")
    closed(location, date(2027, 7, 4), "Independence Day")
    html = text(client, "/contact/")
    assert "Closed Thu, Nov 26 (Thanksgiving)." in html
    assert "Independence Day" not in html


def test_the_drawn_map_belongs_to_the_demo_alone(site: HomePage, client: Client) -> None:
    assert "Ellery Sound" not in text(client, "/contact/")
    assert "Ellery Sound" not in text(client, "/")
    Practice.objects.update(is_demo=True)
    assert "Ellery Sound" in text(client, "/contact/")


def test_legal_pages_name_the_practice_and_the_day_of_their_change(site: HomePage, client: Client) -> None:
    html = text(client, "/hipaa-notice/")
    assert "PLEASE REVIEW IT CAREFULLY" in html.upper()
    assert "Juniper Row Dental &amp; Implant Studio" in html
    assert "Last changed on" in html
    assert StandardPage.objects.count() == 4


def test_an_unpublished_page_is_nowhere(site: HomePage, client: Client) -> None:
    ForOfficesPage.objects.get().unpublish()
    assert client.get("/for-offices/").status_code == 404
    assert 'href="/for-offices/">For offices' not in text(client, "/contact/")


def test_a_missing_page_offers_a_way_on(site: HomePage, client: Client) -> None:
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    html = answer.content.decode()
    assert "This path ends here." in html
    assert 'action="/search/"' in html


def test_a_page_that_is_not_there_leads_somebody_who_is_signed_in_to_their_own(
    site: HomePage, margaret: User, client: Client
) -> None:
    assert "Sign in" in client.get("/nowhere/").text
    answer = sign_in(client, margaret).get("/portal/nowhere/")
    assert answer.status_code == 404
    assert "Your page" in answer.text
    assert "Sign in" not in answer.text
