"""A letter in several ways at Hannah's desk: tried in one of them, counted, bounded, and refused where it must be."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from wagtail.test.utils.form_data import rich_text, streamfield

from content.probing import keeping
from content.translating import translate
from delivery.models import Message
from newsletter.campaigns import actions, looking, trying
from newsletter.campaigns.trials import TestReader
from newsletter.editions import checks, hinting, tasks
from newsletter.editions.models import EditionIndexPage, EditionPage
from newsletter.editions.ways import MOST_WAYS, InWays
from tests.factories import editions, patients
from tests.factories.practice import ServiceFactory
from tests.newsletter.editions.test_editor import form

pytestmark = pytest.mark.django_db


def text(heading, for_whom=""):
    return editions.block("text", heading=heading, text=f"<p>{heading}.</p>", for_whom=for_whom)


def letter(*blocks):
    page = editions.edition(blocks=[text("For all"), *blocks], slug="ruled", live=False)
    page.save_revision()
    return EditionPage.objects.get(pk=page.pk)


@pytest.fixture
def ruled(location):
    patients.letter_reader(email="en@home.example")
    patients.letter_reader(email="es@home.example", language="es")
    return letter(text("Solo en español", "language:es"))


def texts():
    return [json.loads(one.content)["text"] for one in Message.objects.order_by("pk")]


def test_a_chosen_way_is_tried(ruled, desk):
    shown = desk.get(reverse("newsletters:send", args=[ruled.pk])).text
    assert '<option value="way:A.es">' in shown
    for way in ("", "way:", "way:A.es"):
        desk.post(reverse("newsletters:test", args=[ruled.pk]), {"as": way})
    whole, for_nobody, for_some = texts()
    assert "Solo en español" in whole
    assert "Solo en español" not in for_nobody
    assert "Solo en español" in for_some


@pytest.mark.parametrize("way", ["way:B", "way:A.xx", "way:../..", "way:AAAAAAAAAAAAAAAAAAAAAAAAB", "way:\x00"])
def test_a_way_in_which_it_does_not_leave_is_not_tried(way, ruled, desk):
    shown = desk.post(reverse("newsletters:test", args=[ruled.pk]), {"as": way}, follow=True).text
    assert "no longer leaves in this way" in shown
    assert not Message.objects.exists()


def test_the_list_gets_another_way_at_once_and_the_same_way_once(ruled, desk, practice):
    TestReader.objects.create(practice=practice, name="Ours", email="ours@elsewhere.example")
    for way in ("way:A.es", "way:A.es", "way:", ""):
        desk.post(reverse("newsletters:test", args=[ruled.pk]), {"as": way, "to": "list"})
    assert ["Solo" in one for one in texts()] == [True, False, True]


def test_who_may_not_write_letters_tries_no_way(ruled, theo):
    with pytest.raises(PermissionDenied):
        trying.send_test(edition=ruled, by=theo, way="A.es")


def test_the_side_panel_says_in_how_many_ways_it_leaves(ruled, desk):
    shown = desk.get(reverse("wagtailadmin_pages:edit", args=[ruled.pk])).text
    assert "It leaves in 2 ways: see who gets which" in shown
    plain = editions.edition(blocks=[text("For all")], live=False)
    assert "It leaves in" not in desk.get(reverse("wagtailadmin_pages:edit", args=[plain.pk])).text


@pytest.mark.parametrize(
    ("rules", "number"),
    [
        ([], 2),
        (["account:has", "account:has_none"], 6),
        (["age:0-17", "age:18-39", "age:40-64", "age:65-"], 10),
        (["segment:lapsed", "segment:sunset", "account:has"], 16),
    ],
)
def test_ways_that_shut_each_other_out_are_not_counted_twice(rules, number, location):
    assert InWays(letter(*(text(rule, rule) for rule in rules))).number == number


def test_more_ways_than_anybody_can_look_through_must_be_mended(location):
    services = [ServiceFactory.create() for _ in range(6)]
    many = letter(*(text(service.name, f"had:{service.pk}") for service in services))
    [said] = [check for check in checks.run(many) if check.name == "For whom" and check.is_in_the_way]
    assert f"in 128 ways; nobody can look through more than {MOST_WAYS}" in said.sentence
    some = (text(service.name, f"had:{service.pk}") for service in services[:5])
    fewer = editions.edition(blocks=[text("For all"), *some], slug="five", live=False)
    assert not [check for check in checks.run(fewer) if check.name == "For whom" and check.is_in_the_way]


def chosen_in_the_form(desk, page, rule):
    value = {"heading": "Care", "text": rich_text("<p>Care.</p>"), "for_whom": rule}
    path = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return desk.post(path, form(slug=page.slug, body=streamfield([("text", value)])))


def test_a_choice_by_health_is_refused_at_once_where_the_role_may_not(ruled, desk, monkeypatch):
    rule = f"had:{ServiceFactory.create().pk}"
    with monkeypatch.context() as patch:
        patch.setattr("newsletter.editions.page_forms.may", lambda user, permission: permission != "segments.clinical")
        answer = chosen_in_the_form(desk, ruled, rule)
        assert answer.status_code == 200
        assert "This chooses people by their health" in answer.text
        assert chosen_in_the_form(desk, ruled, "language:es").status_code == 302
    assert chosen_in_the_form(desk, ruled, rule).status_code == 302
    with monkeypatch.context() as patch:
        patch.setattr("newsletter.editions.page_forms.may", lambda user, permission: permission != "segments.clinical")
        assert chosen_in_the_form(desk, ruled, rule).status_code == 302, "what stands there already may stay"


def test_the_editor_leads_to_the_spanish_copy_or_to_writing_one(draft, desk):
    path = reverse("wagtailadmin_pages:edit", args=[draft.pk])
    writing = reverse("simple_translation:submit_page_translation", args=[draft.pk])
    assert writing in desk.get(path).text
    home = translate(editions.home().specific, "es", title="Inicio")
    assert home.live
    translate(EditionIndexPage.objects.get(), "es", title="La carta")
    copy = translate(draft, "es", title="Diciembre", subject="Hola", body=draft.body, issued_on=draft.issued_on)
    shown = desk.get(path).text
    assert writing not in shown
    assert reverse("wagtailadmin_pages:edit", args=[copy.pk]) in shown


def test_readers_of_spanish_are_counted_over_the_letters_audience(draft, desk):
    patients.letter_reader(given_name="Rosalía", email="rosalia@home.example", language="es")
    patients.letter_reader(given_name="Luz", email="luz@home.example", language="es")
    assert "2 readers prefer Spanish" in desk.get("/admin/newsletters/").text
    actions.prepare(edition=draft, segment="lapsed", by=None)
    assert "prefer" not in desk.get("/admin/newsletters/").text, "nobody of these has been away for long"


def test_the_hint_asks_for_the_links_of_translations_too(location, monkeypatch):
    english = editions.edition(blocks=[text("For all")], live=False)
    translate(editions.home().specific, "es", title="Inicio")
    translate(EditionIndexPage.objects.get(), "es", title="La carta")
    link = '<p><a href="https://foreign.example/carta">Lea</a></p>'
    body = EditionPage._meta.get_field("body").to_python([editions.block("text", heading="Hola", text=link)])
    translate(english, "es", title="Noviembre", subject="Hola", body=body, issued_on=english.issued_on)
    hinted, asked = [], []
    monkeypatch.setattr(hinting.current_app, "send_task", lambda name, **_options: hinted.append(name))
    monkeypatch.setattr(keeping, "ask_all", lambda addresses, seconds: asked.extend(addresses))
    hinting.links_wait(english)
    assert hinted == ["editions.ask_links"]
    tasks.ask_links(english.pk)
    assert asked == ["https://foreign.example/carta"]


def test_a_block_that_fails_only_on_the_web_must_be_mended(draft, monkeypatch):
    kind = type(draft.body[1].block)
    drawn = kind.render_as

    def fails_on_the_web(self, name, value, context):
        if name == "html":
            monkeypatch.setattr(kind, "get_context", lambda *_given, **_more: 1 / 0)
        return drawn(self, name, value, context)

    assert not [check for check in checks.run(draft) if check.name == "Web copy"]
    monkeypatch.setattr(kind, "render_as", fails_on_the_web)
    found = [check for check in checks.run(draft) if check.name == "Web copy"]
    assert [check.is_in_the_way for check in found] == [True]
    assert "cannot be shown" in found[0].sentence
    assert draft.body[1].id in found[0].where


def test_a_way_is_named_with_its_marks_in_order(ruled):
    assert looking.known(InWays(ruled), "A.es") == "A.es"
