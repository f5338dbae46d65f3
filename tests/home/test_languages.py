"""The language of the public site is its address: the ways between the languages, and what is in English alone."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone, translation
from wagtail.models import Locale, PageViewRestriction

from content import languages
from content.testimonials import Testimonial
from content.translating import translate
from home.models import ContactPage, HomePage, PersonPage, ServiceIndexPage, StandardPage
from newsletter.editions.models import EditionIndexPage, EventIndexPage, EventPage, TipIndexPage, TipPage
from practice.alerts import Alert
from practice.models import Closure, Location, Practice, Service

PATHS = ("/", "/services/", "/services/root-canal/", "/team/", "/contact/", "/for-offices/", "/events/", "/reviews/")
PATHS = (*PATHS, "/health-tips/", "/newsletter/", "/book/", "/contact/write/", "/search/", "/refer/")
XHTML = "{http://www.w3.org/1999/xhtml}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code, answer.headers.get("Location"))
    return answer.content.decode()


def link_to(html: str, language: str) -> str:
    """Return where the link to the other language leads; "" where there is none."""
    found = re.search(rf'<a href="([^"]*)" lang="{language}" hreflang="{language}">', html)
    return found[1] if found else ""


class TestAddresses:
    @pytest.mark.parametrize("path", PATHS)
    def test_every_page_is_there_in_both(self, spanish: HomePage, client: Client, path: str) -> None:
        for code, address in (("en", path), ("es", f"/es{path}")):
            answer = client.get(address)
            assert answer.status_code == 200, address
            assert f'<html lang="{code}"' in answer.content.decode()
            assert answer.headers["Content-Language"] == code

    @pytest.mark.parametrize("path", PATHS)
    def test_one_link_leads_to_the_same_page_in_the_other_language(
        self, spanish: HomePage, client: Client, path: str
    ) -> None:
        assert link_to(read(client, path), "es") == f"/es{path}"
        assert link_to(read(client, f"/es{path}"), "en") == path

    @pytest.mark.parametrize("path", ["/es/", "/es/book/", "/es/search/?q=x", "/es/nothing/here/"])
    def test_without_a_spanish_home_page_there_is_no_spanish(self, site: HomePage, client: Client, path: str) -> None:
        Locale.objects.get_or_create(language_code="es")
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (302, path.removeprefix("/es"))
        assert "Español" not in read(client, "/")
        assert "hreflang" not in read(client, "/")

    def test_a_spanish_home_page_that_is_taken_down_takes_spanish_with_it(
        self, spanish: HomePage, client: Client
    ) -> None:
        spanish.unpublish()
        assert client.get("/es/services/").headers["Location"] == "/services/"
        assert not link_to(read(client, "/"), "es")

    def test_a_missing_page_is_missing_in_spanish(self, spanish: HomePage, client: Client) -> None:
        answer = client.get("/es/no-such-page/")
        assert answer.status_code == 404
        assert '<html lang="es"' in answer.content.decode()
        assert link_to(answer.content.decode(), "en") == "/"

    def test_a_page_in_english_alone_leads_there(self, spanish: HomePage, tip: TipPage, client: Client) -> None:
        StandardPage.objects.get(slug="privacy", locale=spanish.locale).unpublish()
        assert client.get("/es/privacy/").headers["Location"] == "/privacy/"
        assert client.get(f"/es{tip.url}").headers["Location"] == tip.url
        assert client.get("/es/services/house-calls/").headers["Location"] == "/services/house-calls/"

    def test_a_page_with_another_slug_is_found_by_its_english_one(self, spanish: HomePage, client: Client) -> None:
        page = ContactPage.objects.get(locale=spanish.locale)
        page.slug = "contacto"
        page.save()
        assert client.get("/es/contact/").headers["Location"] == "/es/contacto/"
        assert link_to(read(client, "/contact/"), "es") == "/es/contacto/"
        assert link_to(read(client, "/es/contacto/"), "en") == "/contact/"
        assert 'href="/es/contacto/"' in read(client, "/es/")

    def test_a_page_that_only_some_may_read_is_no_translation(self, spanish: HomePage, client: Client) -> None:
        closed = ContactPage.objects.get(locale=spanish.locale)
        PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
        html = read(client, "/contact/")
        assert 'hreflang="es" href="http' not in html
        assert link_to(html, "es") == "/es/"

    def test_a_page_without_a_twin_leads_to_the_nearest_one_above(
        self, spanish: HomePage, tip: TipPage, client: Client
    ) -> None:
        assert link_to(read(client, tip.url), "es") == "/es/health-tips/"

    @pytest.mark.parametrize("accepted", ["es", "es-MX,es;q=0.9", "en", "de", "*", ""])
    def test_what_the_browser_would_like_changes_nothing(
        self, spanish: HomePage, client: Client, accepted: str
    ) -> None:
        for path, code in (("/services/", "en"), ("/es/services/", "es")):
            plain = read(client, path)
            client.cookies["language"] = "es" if code == "en" else "en"
            assert client.get(path, headers={"accept-language": accepted}).content.decode() == plain
            assert f'<html lang="{code}"' in plain
            client.cookies.clear()

    def test_only_whole_parts_of_an_address_name_a_language(self, spanish: HomePage, client: Client) -> None:
        for path in ("/essays/", "/ES/", "/es-mx/", "/en/"):
            answer = client.get(path)
            assert answer.status_code == 404
            assert '<html lang="en"' in answer.content.decode()

    @pytest.mark.parametrize("path", ["/robots.txt", "/sitemap.xml", "/healthz", "/.well-known/security.txt"])
    def test_machines_ask_at_one_address(self, spanish: HomePage, client: Client, path: str) -> None:
        assert client.get(path).status_code == 200
        assert client.get(f"/es{path}", follow=True).status_code == 404

    @pytest.mark.parametrize("path", ["/portal/me/", "/accounts/login/", "/admin/", "/e/why/x/"])
    def test_rooms_that_no_address_leads_are_not_under_it(self, spanish: HomePage, client: Client, path: str) -> None:
        assert client.get(f"/es{path}").status_code == 404

    def test_the_home_page_asks_little_of_the_database_in_spanish_too(
        self, spanish: HomePage, tip: TipPage, client: Client, django_assert_max_num_queries: Any
    ) -> None:
        for path, most in (("/", 15), ("/es/", 17), ("/es/services/", 17), ("/es/services/root-canal/", 23)):
            client.get(path)
            with django_assert_max_num_queries(most):
                client.get(path)


class TestFrame:
    def test_the_menu_and_the_footer_stay_in_the_language(self, spanish: HomePage, client: Client) -> None:
        html = read(client, "/es/services/")
        for path in (
            "/es/",
            "/es/services/",
            "/es/team/",
            "/es/health-tips/",
            "/es/book/",
            "/es/search/",
            "/es/refer/",
        ):
            assert f'href="{path}"' in html
        for path in ("/services/", "/book/", "/search/", "/refer/", "/contact/"):
            assert f'href="{path}"' not in html.replace(f'<a href="{path}" lang="en" hreflang="en">', "")

    def test_a_page_of_the_menu_in_english_alone_is_marked(self, spanish: HomePage, client: Client) -> None:
        ServiceIndexPage.objects.get(locale=spanish.locale).unpublish()
        assert '<a href="/services/" hreflang="en" lang="en">Services</a>' in read(client, "/es/")
        StandardPage.objects.get(slug="privacy", locale=spanish.locale).unpublish()
        assert 'href="/privacy/" hreflang="en"' in read(client, "/es/")
        assert "hreflang" not in re.sub(r"<link[^>]*>|<a [^>]*lang=\"es\" hreflang=\"es\">", "", read(client, "/"))

    def test_the_way_to_sign_in_takes_the_language_along(self, spanish: HomePage, client: Client) -> None:
        assert 'href="/accounts/login/?language=es"' in read(client, "/es/")
        assert 'href="/accounts/login/"' in read(client, "/")

    def test_search_finds_the_pages_of_its_language(self, spanish: HomePage, client: Client) -> None:
        assert "/es/services/root-canal/" in read(client, "/es/search/?q=conducto")
        assert "Tratamiento" not in read(client, "/search/?q=conducto")
        assert "Root canal" in read(client, "/search/?q=root canal")
        assert "Root canal" not in read(client, "/es/search/?q=root canal")
        assert 'action="/es/search/"' in read(client, "/es/search/")

    def test_lists_show_english_pages_where_there_are_no_spanish_ones(
        self, spanish: HomePage, tip: TipPage, client: Client
    ) -> None:
        html = read(client, "/es/services/")
        assert "Tratamiento de conducto" in html
        assert 'href="/services/house-calls/"' in html
        assert 'href="/services/root-canal/"' not in html
        assert f'href="{tip.url}"' in read(client, "/es/health-tips/")
        translated = translate(tip, "es", title="¿Daña el agua con gas?", lede="Poco.", body="<p>Poco.</p>")
        html = read(client, "/es/health-tips/")
        assert f'href="{translated.url}"' in html
        assert f'href="{tip.url}"' not in html
        assert "¿Daña" not in read(client, "/health-tips/")
        assert "¿Daña" in read(client, "/es/")

    def test_people_have_their_page_in_one_language_or_the_other(
        self, spanish: HomePage, client: Client, root_canal: Service
    ) -> None:
        english = PersonPage.objects.filter(locale__language_code="en")[0]
        assert f'href="{english.url}"' in read(client, "/es/team/")
        translate(english, "es", title=english.title, languages="Inglés")
        assert f'href="/es{english.url}"' in read(client, "/es/team/")
        assert f'href="{english.url}"' in read(client, "/team/")

    def test_the_words_of_the_practice_are_said_in_spanish_where_they_are_known(
        self, spanish: HomePage, client: Client, practice: Practice, location: Location, root_canal: Service
    ) -> None:
        Practice.objects.update(descriptor="Dental studio", descriptor_es="Odontología")
        Alert.objects.create(practice=practice, text="The elevator is out.", text_es="El elevador no sirve.")
        Closure.objects.create(
            location=location, on=timezone.localdate() + timedelta(days=2), name="Thanksgiving", name_es="Gracias"
        )
        Service.objects.filter(pk=root_canal.pk).update(summary="Without fear.", summary_es="Sin miedo.")
        english, spanish_html = read(client, "/"), read(client, "/es/")
        for one, other in (
            ("Dental studio", "Odontología<"),
            ("The elevator is out.", "El elevador no sirve."),
            ("Thanksgiving", "(Gracias)"),
            ("Without fear.", "Sin miedo."),
        ):
            assert one in english
            assert one not in spanish_html
            assert other in spanish_html
            assert other not in english

    def test_words_without_spanish_stay_english_and_are_marked(
        self, spanish: HomePage, client: Client, practice: Practice
    ) -> None:
        Alert.objects.create(practice=practice, text="The elevator is out.")
        assert '<span lang="en">The elevator is out.' in read(client, "/es/")
        assert "<span>The elevator is out." in read(client, "/")

    def test_what_somebody_said_stands_in_the_words_that_they_said(
        self, spanish: HomePage, client: Client, practice: Practice
    ) -> None:
        signed: dict[str, Any] = {"consent_wording": "2026-01", "consented_on": date(2026, 1, 2), "is_shown": True}
        for words, language in (("Kind people.", "en"), ("Gente amable.", "es")):
            Testimonial.objects.create(
                words=words, language=language, shown_name="R.", consent_evidence="Binder 1", **signed
            )
        english, translated = read(client, "/reviews/"), read(client, "/es/reviews/")
        assert '<blockquote class="gw-said">“Kind people.' in english
        assert '<blockquote class="gw-said" lang="es">“Gente amable.' in english
        assert '<blockquote class="gw-said" lang="en">“Kind people.' in translated
        assert '<blockquote class="gw-said">“Gente amable.' in translated

    def test_english_words_in_a_spanish_list_are_marked(self, spanish: HomePage, tip: TipPage, client: Client) -> None:
        marked = f'<a href="{tip.url}" lang="en" hreflang="en">{tip.title}</a>'
        assert marked in read(client, "/es/health-tips/")
        assert marked not in read(client, "/health-tips/")
        assert f'<h2 id="tip" class="gw-h3" lang="en">{tip.title}</h2>' in read(client, "/es/")


class TestMachines:
    def test_search_engines_hear_of_both(self, spanish: HomePage, client: Client) -> None:
        for path in ("/services/", "/es/services/"):
            html = read(client, path)
            assert f'<link rel="canonical" href="http://127.0.0.1:8000{path}">' in html
            assert '<link rel="alternate" hreflang="en" href="http://127.0.0.1:8000/services/">' in html
            assert '<link rel="alternate" hreflang="es" href="http://127.0.0.1:8000/es/services/">' in html
            assert '<link rel="alternate" hreflang="x-default" href="http://127.0.0.1:8000/services/">' in html
            assert f'<meta property="og:locale" content="{languages.of_path(path)}_US">' in html

    def test_the_list_of_pages_holds_both_with_their_twins(self, spanish: HomePage, client: Client) -> None:
        tree = ET.fromstring(client.get("/sitemap.xml").content)
        listed = {
            entry.findtext(f"{SITEMAP}loc"): {
                link.get("hreflang"): link.get("href") for link in entry.findall(f"{XHTML}link")
            }
            for entry in tree.findall(f"{SITEMAP}url")
        }
        both = {code: f"http://127.0.0.1:8000{path}" for code, path in (("en", "/team/"), ("es", "/es/team/"))}
        assert listed["http://127.0.0.1:8000/team/"] == {**both, "x-default": both["en"]}
        assert listed["http://127.0.0.1:8000/es/team/"] == listed["http://127.0.0.1:8000/team/"]
        assert listed["http://127.0.0.1:8000/services/house-calls/"] == {}

    def test_more_pages_in_the_list_ask_no_more_of_the_database(
        self, spanish: HomePage, client: Client, tip: TipPage, django_assert_max_num_queries: Any
    ) -> None:
        whose: dict[str, Any] = {name: getattr(tip, name) for name in ("reviewer", "reviewed_on", "review_by")}
        for number in range(6):
            made = TipPage(title=f"Tip {number}", lede="x", body="<p>x</p>", slug=f"tip-{number}", **whose)
            TipIndexPage.objects.get(locale__language_code="en").add_child(instance=made)
            translate(made, "es", title=f"Consejo {number}", lede="x", body="<p>x</p>")
        client.get("/sitemap.xml")
        with django_assert_max_num_queries(22):
            client.get("/sitemap.xml")

    def test_what_a_page_says_of_itself_names_the_language_and_its_own_way(
        self, spanish: HomePage, tip: TipPage, client: Client
    ) -> None:
        translated = translate(tip, "es", title="¿Daña el agua con gas?", lede="Poco.", body="<p>Poco.</p>")
        html = read(client, translated.url)
        assert '"inLanguage":"es"' in html
        assert '"item":"http://127.0.0.1:8000/es/"' in html
        assert '"item":"http://127.0.0.1:8000/es/health-tips/"' in html

    def test_each_language_has_its_feed(self, spanish: HomePage, client: Client) -> None:
        feeds = {path: client.get(f"{path}/newsletter/feed.xml").content.decode() for path in ("", "/es")}
        assert "<language>en</language>" in feeds[""]
        assert "<language>es</language>" in feeds["/es"]
        assert "http://127.0.0.1:8000/es/newsletter/" in feeds["/es"]
        assert "/es/" not in feeds[""]

    def test_an_event_has_its_calendar_file_in_both(
        self, spanish: HomePage, client: Client, location: Location
    ) -> None:
        begins = timezone.now() + timedelta(days=9)
        event = EventPage(
            title="Open door", slug="open-door", lede="Come in.", starts_at=begins, ends_at=begins, location=location
        )
        event.ends_at = begins + timedelta(hours=2)
        EventIndexPage.objects.get(locale__language_code="en").add_child(instance=event)
        translated = translate(event, "es", title="Puertas abiertas", lede="Pase.")
        assert "Puertas abiertas" in client.get(f"{translated.url}event.ics").content.decode()
        assert "Open door" in client.get(f"{event.url}event.ics").content.decode()
        assert translated.ref != event.ref


class TestWords:
    @pytest.mark.parametrize(
        ("path", "language", "there"),
        [
            ("/", "es", "/es/"),
            ("/es/", "en", "/"),
            ("/book/", "es", "/es/book/"),
            ("/es/book/", "en", "/book/"),
            ("/es/book/?x=1", "en", "/book/?x=1"),
            ("/es", "en", "/"),
            ("/essays/", "es", "/es/essays/"),
        ],
    )
    def test_an_address_is_found_in_each_language(self, path: str, language: str, there: str) -> None:
        assert languages.in_language(path, language) == there

    def test_an_unknown_language_is_english(self) -> None:
        with translation.override("de"):
            assert languages.current() == "en"
        with translation.override("es-mx"):
            assert languages.current() == "es"

    def test_people_find_their_language_by_its_own_name(self) -> None:
        assert languages.OWN_NAMES == {"en": "English", "es": "Español"}

    def test_a_letter_is_framed_in_its_own_language(self, spanish: HomePage) -> None:
        from newsletter.editions.letter import compose
        from newsletter.editions.models import EditionPage

        words: dict[str, Any] = {"title": "Noviembre", "slug": "noviembre", "subject": "Hola", "body": []}
        edition = EditionPage(issued_on=date(2026, 11, 19), **words)
        EditionIndexPage.objects.get(locale=spanish.locale).add_child(instance=edition)
        assert edition.locale == spanish.locale
        assert isinstance(edition.translation_key, UUID)
        letter = compose(edition)
        assert letter.language == "es"
        assert 'lang="es"' in letter.html
