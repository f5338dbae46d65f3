"""An edition becomes one letter, whose frame no editor can leave out."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from content import merge, mjml
from content.branding import Branding
from content.palette import DARK, LIGHT, palette
from newsletter.editions import letter, previews
from newsletter.editions.models import EditionPage
from practice.models import Practice
from tests.factories import editions
from tests.factories.practice import ProviderFactory


def blocks(*raw):
    return EditionPage._meta.get_field("body").to_python(list(raw))


def test_a_letter_has_subject_html_and_text_with_slots(edition):
    made = letter.compose(edition)
    assert made.subject == "Is sparkling water hard on teeth?"
    assert made.preheader == "Three small habits, {first_name|friend}."
    assert "Hello {first_name|there}," in made.html
    assert "Hello {first_name|there}," in made.text
    assert made.sender_name == "Juniper Row Dental"


@pytest.mark.parametrize("part", ["html", "text"])
def test_the_frame_has_address_and_every_way_out(part, location):
    empty = editions.edition(blocks=[])
    said = getattr(letter.compose(empty), part)
    assert {"unsubscribe_url", "preferences_url", "view_url", "why_url"} <= merge.tags_in(said)
    assert "14 Juniper Row, Port Ellery, WA 98399" in said
    assert "Was this forwarded to you?" in said


def test_every_picture_has_width_height_and_words(edition):
    import re

    shots = re.findall(r"<img [^>]*>", letter.compose(edition).html)
    assert len(shots) == 2
    for shot in shots:
        assert re.search(r'width="\d+"', shot)
        assert re.search(r'height="\d+"', shot)
        assert 'alt="Morning light over green hills"' in shot
        assert re.search(r'src="http[^"]+\.jpg"', shot)


def test_a_letter_is_well_under_the_size_that_gmail_cuts(edition):
    assert len(letter.compose(edition).html.encode()) < 90 * 1024


def test_a_letter_loads_nothing_from_elsewhere(edition, settings):
    import re

    html = letter.compose(edition).html
    for address in re.findall(r'(?:src|href)="(http[^"]+)"', html):
        assert address.startswith(settings.SITE_URL)
    assert "googleapis" not in html
    assert "@import" not in html


def test_the_practices_own_facts_are_filled_and_escaped(edition):
    Practice.objects.update(name="Tom & <Jerry>")
    edition.subject = "A letter of {practice_name|us}"
    edition.body = blocks(
        editions.block("hero", heading="From {practice_name|us}, {practice_city|here}", greeting="", text="")
    )
    made = letter.compose(edition)
    assert made.subject == "A letter of Tom & <Jerry>"
    assert "From Tom &amp; &lt;Jerry&gt;, Port Ellery" in made.html
    assert "From Tom & <Jerry>, Port Ellery" in made.text


def test_a_subject_is_one_line(edition):
    edition.subject = "One\r\nBcc: evil@example.com"
    assert "\n" not in letter.compose(edition).subject


def test_without_a_practice_there_is_nobody_to_write_as(db):
    page = editions.edition(blocks=[])
    with pytest.raises(letter.NoPractice):
        letter.compose(page)


def test_a_letter_that_is_too_large_is_refused(edition):
    edition.body = blocks(*[editions.block("friend", heading="A", text=f"<p>{'x' * 100_000}</p>", button="Tell")] * 5)
    with pytest.raises(mjml.Refused):
        letter.compose(edition)


def test_everyone_reads_it_with_at_most_a_first_name(edition):
    made = letter.for_everyone(letter.compose(edition), first_name="Ruth<b>")
    assert "Hello Ruth&lt;b&gt;," in made.html
    assert "Hello Ruth<b>," in made.text
    assert not merge.tags_in(made.html)
    assert not merge.tags_in(made.text)


def test_a_first_name_that_is_a_slot_stays_words(edition):
    made = letter.for_everyone(letter.compose(edition), first_name="{unsubscribe_url}")
    assert "Hello {unsubscribe_url}," in made.html


def test_a_letter_knows_light_and_dark(edition):
    html = letter.compose(edition).html
    assert previews.DARK in html
    assert previews.DARK not in previews.in_scheme(html, is_dark=True)
    assert previews.ALWAYS in previews.in_scheme(html, is_dark=True)
    assert previews.NEVER in previews.in_scheme(html, is_dark=False)


@pytest.mark.parametrize("mode", ["light", "dark", "text", "web"])
def test_every_preview_shows_the_letter(mode, edition, rf):
    answer = edition.make_preview_request(rf.get("/admin/"), mode)
    assert answer.status_code == 200
    assert "sparkling water" in answer.content.decode()


@pytest.mark.parametrize("mode", ["light", "dark", "text"])
def test_a_preview_of_the_mail_has_the_policy_of_a_letter(mode, edition, rf):
    policy = edition.make_preview_request(rf.get("/admin/"), mode)["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-same-origin allow-popups" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script-src" not in policy


def test_the_web_preview_keeps_the_sites_own_policy(edition, rf):
    policy = edition.make_preview_request(rf.get("/admin/"), "web")["Content-Security-Policy"]
    assert "unsafe-inline" not in policy


def test_a_preview_of_what_cannot_be_made_says_why(edition, rf):
    edition.body = blocks(*[editions.block("friend", heading="A", text=f"<p>{'x' * 100_000}</p>", button="Tell")] * 5)
    assert b"too large" in edition.make_preview_request(rf.get("/admin/"), "light").content


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_whatever_an_editor_types_is_a_letter_or_is_refused(text, edition):
    edition.body = blocks(editions.block("hero", heading=text or "x", greeting=text, text="", eyebrow=text))
    try:
        made = letter.compose(edition)
    except mjml.Refused:
        return
    assert "<script" not in made.html
    assert {"unsubscribe_url"} <= merge.tags_in(made.html)


def test_a_letter_wears_the_practice_s_hue_in_both_themes(edition):
    colors = palette(300, 120)
    Branding.objects.create(practice=Practice.objects.get(), hue=300, accent_hue=120)
    html = letter.compose(edition).html
    kept = {*colors.light.values(), *colors.of("dark").values()}
    drawn = {*LIGHT.values(), *DARK.values()} - kept
    assert [color for color in sorted(drawn) if color in html] == []
    for color in ("ink", "brand", "link", "accent", "deep", "tint"):
        assert colors.light[color] in html
        assert colors.dark[color] in html


def test_a_letter_comes_from_the_practice_or_from_one_of_its_providers(edition):
    edition.sender = ProviderFactory.create(name="Dr. Maren Okafor")
    assert letter.compose(edition).sender_name == "Dr. Maren Okafor at Juniper Row"
    assert letter.compose(edition, language="es").sender_name == "Dr. Maren Okafor, de Juniper Row"
    edition.sender = None
    assert letter.compose(edition).sender_name == "Juniper Row Dental"


def test_without_pictures_their_words_stand_there(edition):
    html = previews.without_pictures(letter.compose(edition).html)
    assert "<img" in html
    assert ' src="' not in html
    assert 'alt="Morning light over green hills"' in html
