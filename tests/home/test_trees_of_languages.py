"""The trees of pages in two languages: planted as translations of each other, and kept so."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail.models import Page, WorkflowPage

from accounts.models import User
from content.translating import NoParent, translate, translation_of
from home import pages
from home.models import ContactPage, HomePage, PersonPage, ServiceIndexPage, ServicePage, StandardPage
from home.pages import plant
from newsletter.editions.models import TipPage
from practice.models import Practice
from tests.cast import sign_in


class TestTrees:
    def test_planting_twice_makes_nothing_twice(self, spanish: HomePage, practice: Practice) -> None:
        before = list(Page.objects.order_by("path").values_list("path", "title", "slug", "locale__language_code"))
        assert plant(practice, "es") == spanish
        plant(practice)
        after = list(Page.objects.order_by("path").values_list("path", "title", "slug", "locale__language_code"))
        assert after == before

    def test_each_part_is_the_translation_of_its_english_page(self, spanish: HomePage, site: HomePage) -> None:
        for kind, _words in pages.PARTS.values():
            english, translated = (kind.objects.get(locale__language_code=code) for code in ("en", "es"))
            assert translated.translation_key == english.translation_key
            assert translated.slug == english.slug
            assert translated.show_in_menus == english.show_in_menus
            assert translated.title != english.title or kind.__name__ == "TipIndexPage"
        assert spanish.translation_key == site.translation_key

    def test_a_service_without_spanish_words_has_no_spanish_page(self, spanish: HomePage) -> None:
        assert ServicePage.objects.filter(locale=spanish.locale).values_list("slug", flat=True).get() == "root-canal"

    def test_a_legal_page_takes_the_words_that_stand_in_its_language(
        self, site: HomePage, practice: Practice, tmp_path: Any, settings: Any
    ) -> None:
        folder = tmp_path / "home" / "texts" / "es"
        folder.mkdir(parents=True)
        (folder / "privacy.html").write_text("<p>Lo que sabemos.</p>")
        settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
        plant(practice, "es")
        assert "Lo que sabemos." in StandardPage.objects.get(slug="privacy", locale__language_code="es").body

    def test_what_an_editor_wrote_in_spanish_stays(self, spanish: HomePage, practice: Practice) -> None:
        page = ContactPage.objects.get(locale=spanish.locale)
        page.lede = "Venga en barco."
        page.save_revision().publish()
        plant(practice, "es")
        assert ContactPage.objects.get(locale=spanish.locale).lede == "Venga en barco."

    def test_a_translation_takes_over_what_says_nothing_and_no_english_word(self, spanish: HomePage) -> None:
        english = ServicePage.objects.get(slug="root-canal", locale__language_code="en")
        translated = ServicePage.objects.get(slug="root-canal", locale=spanish.locale)
        assert translated.service == english.service
        assert english.headline != translated.headline
        team = PersonPage.objects.filter(locale__language_code="en")[0]
        team.license_number, team.quote = "WA 1234", "Hello."
        copied = translate(team, "es", title="Ana")
        assert isinstance(copied, PersonPage)
        assert (copied.staff_member, copied.quote, copied.license_number) == (team.staff_member, "", "")

    def test_a_page_below_an_untranslated_one_has_no_place(self, site: HomePage, tip: TipPage) -> None:
        with pytest.raises(NoParent):
            translate(tip, "es", title="¿Daña?", lede="Poco.", body="<p>Poco.</p>")

    def test_a_page_without_its_words_is_not_made(self, spanish: HomePage) -> None:
        english = ServiceIndexPage.objects.get(locale__language_code="en")
        ServiceIndexPage.objects.get(locale=spanish.locale).delete()
        with pytest.raises((ValidationError, ValueError)):
            translate(english.specific, "es", title="")

    def test_a_translation_that_stands_is_returned_as_it_is(self, spanish: HomePage, site: HomePage) -> None:
        assert translate(site, "es", title="Otra", headline="Otra") == spanish
        assert HomePage.objects.get(pk=spanish.pk).headline != "Otra"
        assert translation_of(site, "es") == spanish

    def test_the_second_pair_of_eyes_reads_spanish_too(self, site: HomePage, practice: Practice) -> None:
        from home.second_eyes import follow

        practice.second_eyes = Practice.SecondEyes.PAGES
        practice.save()
        workflow = follow(practice)
        spanish = plant(practice, "es")
        assert set(WorkflowPage.objects.filter(workflow=workflow).values_list("page", flat=True)) == {
            site.pk,
            spanish.pk,
        }
        practice.second_eyes = Practice.SecondEyes.NOBODY
        follow(practice)
        assert not WorkflowPage.objects.filter(workflow=workflow).exists()

    def test_editors_translate_a_page_in_the_admin(
        self, spanish: HomePage, tip: TipPage, hannah: User, client: Client
    ) -> None:
        sign_in(client, hannah)
        assert f"/admin/translation/submit/page/{tip.pk}/" in client.get(f"/admin/pages/{tip.pk}/edit/").text
        answer = client.post(f"/admin/translation/submit/page/{tip.pk}/", {"locales": [spanish.locale_id]})
        made = TipPage.objects.get(locale=spanish.locale)
        assert answer.headers["Location"] == f"/admin/pages/{made.pk}/edit/"
        assert (made.live, made.translation_key) == (False, tip.translation_key)
