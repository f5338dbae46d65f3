"""A block is rendered as web page, e-mail and plain text, and hostile text in any field stays text."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from wagtail.blocks import StructBlockValidationError

from content import mjml
from content.blocks import GENERAL_BLOCKS
from content.blocks.ground import LetterBlock
from newsletter.editions.blocks import LETTER_BLOCKS
from newsletter.editions.models import EventPage
from newsletter.surveys.models import Survey
from practice.models import Practice
from tests.factories import editions
from tests.factories.practice import LocationFactory, ProviderFactory, ServiceFactory

HOSTILE = "\"><img src=x onerror=alert(1)></mj-text><mj-raw><script>alert('x')</script></mj-raw>&<!--"
CONTEXT = {"base_url": "https://juniper-row.example", "date_line": HOSTILE}
BLOCKS = dict(LETTER_BLOCKS)
TEXT_FIELDS = {"line", "eyebrow", "heading", "greeting", "text", "said", "link_label", "button"}
WITH_WORDS = [name for name, block in BLOCKS.items() if TEXT_FIELDS & set(block.child_blocks)]


class Tags(HTMLParser):
    """Collects the tags and attributes of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def value_of(block: LetterBlock, text: str, shot: Any = None) -> Any:
    raw: dict[str, Any] = {
        name: (f"<p>{text}</p>" if name == "text" else text) for name in block.child_blocks if name in TEXT_FIELDS
    }
    if "link" in block.child_blocks:
        raw["link"] = "/contact/"
    if "picture" in block.child_blocks and shot:
        raw["picture"] = shot.pk
    chosen = {
        "tip": editions.tip,
        "event": lambda: editions.event(
            LocationFactory.create(practice=Practice.get()), title=text[:100], lede=text[:200]
        ),
        "service": lambda: ServiceFactory.create(name=text[:80]),
        "provider": lambda: ProviderFactory.create(name=text[:80]),
        "survey": lambda: Survey.objects.create(question=text[:120]),
        "testimonial": lambda: editions.said(text, shown_name=text[:80]),
    }
    raw |= {name: make().pk for name, make in chosen.items() if name in block.child_blocks}
    return block.to_python(raw)


def event(**attributes: Any) -> EventPage:
    return editions.event(LocationFactory.create(practice=Practice.get()), **attributes)


def only_harmless(html: str) -> None:
    for tag, attributes in Tags(html).found:
        assert tag not in {"script", "iframe", "mj-raw"}
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        assert attributes.get("src") != "x"


@pytest.fixture
def shot(practice):
    return editions.picture(alt=HOSTILE[:150])


@pytest.mark.parametrize("name", list(BLOCKS))
def test_hostile_text_is_escaped_on_the_web(name, shot):
    block = BLOCKS[name]
    only_harmless(block.render(value_of(block, HOSTILE, shot)))


@pytest.mark.parametrize("name", list(BLOCKS))
def test_hostile_text_is_escaped_in_the_mail(name, shot, practice):
    block = BLOCKS[name]
    practice.name = HOSTILE[:80]
    source = block.render_as("mjml", value_of(block, HOSTILE, shot), {**CONTEXT, "practice": practice})
    only_harmless(mjml.compile(f"<mjml><mj-body>{source}</mj-body></mjml>"))


@pytest.mark.parametrize("name", [name for name in BLOCKS if name != "divider"])
def test_text_is_not_escaped_in_plain_text(name, shot, practice):
    block = BLOCKS[name]
    text = block.render_as("txt", value_of(block, "Tom & Jerry's", shot), {**CONTEXT, "practice": practice})
    assert "Tom & Jerry's" in text
    assert "&amp;" not in text
    assert "&#x27;" not in text


@pytest.mark.parametrize("name", WITH_WORDS)
def test_merge_slots_survive_in_the_mail_and_are_fallbacks_on_the_web(name, shot, practice):
    block = BLOCKS[name]
    value = value_of(block, "Dear {first_name|O'Hara}", shot)
    context = {**CONTEXT, "practice": practice}
    source = block.render_as("mjml", value, context)
    assert "{first_name|O&#x27;Hara}" in mjml.compile(f"<mjml><mj-body>{source}</mj-body></mjml>")
    assert "{first_name|O'Hara}" in block.render_as("txt", value, context)
    web = block.render(value)
    assert "Dear O&#x27;Hara" in web
    assert "{" not in web


@pytest.mark.parametrize("name", list(BLOCKS))
@pytest.mark.parametrize("field", sorted(TEXT_FIELDS))
def test_an_unknown_merge_tag_is_refused_in_every_field(name, field, shot):
    block = BLOCKS[name]
    if field not in block.child_blocks:
        return
    value = value_of(block, "Fine", shot)
    value[field] = block.child_blocks[field].to_python("Dear {nickname|you}")
    with pytest.raises(StructBlockValidationError) as refused:
        block.clean(value)
    assert "{nickname}" in str(refused.value.block_errors[field].messages)


def test_a_tag_without_a_fallback_is_refused(shot):
    block = BLOCKS["hero"]
    value = value_of(block, "Dear {first_name}", shot)
    with pytest.raises(StructBlockValidationError):
        block.clean(value)


def test_a_link_and_its_words_come_together(shot):
    block = BLOCKS["picture_and_text"]
    value = value_of(block, "Fine", shot)
    block.clean(value)
    value["link"] = ""
    with pytest.raises(StructBlockValidationError):
        block.clean(value)


def test_a_script_is_no_link(shot):
    block = BLOCKS["appointment_call"]
    value = value_of(block, "Fine", shot)
    value["link"] = "javascript:alert(1)"
    with pytest.raises(StructBlockValidationError) as refused:
        block.clean(value)
    assert isinstance(refused.value.block_errors["link"], ValidationError)


@pytest.mark.parametrize("name", list(BLOCKS))
def test_every_block_shows_itself_in_the_picker(name, db):
    block = BLOCKS[name]
    assert block.is_previewable
    value = block.get_preview_value()
    assert block.render(value)
    assert block.get_description()


def test_there_is_no_other_kind_of_rendering():
    block = GENERAL_BLOCKS[0][1]
    with pytest.raises(ValueError, match="sms"):
        block.render_as("sms", block.to_python({}), {})


def test_the_friend_block_leads_to_the_readers_own_link(practice):
    block = BLOCKS["friend"]
    value = block.to_python({"heading": "Know someone?", "text": "", "button": "Tell a friend"})
    assert 'href="{refer_url}"' in block.render_as("mjml", value, CONTEXT)
    assert "{refer_url}" in block.render_as("txt", value, CONTEXT)
    assert 'href="/refer/"' in block.render(value)
    assert isinstance(block.render(value), SafeString)


def test_a_testimonial_without_a_yes_cannot_be_chosen(practice):
    block = BLOCKS["testimonial"]
    said = editions.said("They called the next day.")
    block.clean(block.to_python({"testimonial": said.pk}))
    editions.taken_back(said)
    with pytest.raises(StructBlockValidationError) as refused:
        block.clean(block.to_python({"testimonial": said.pk}))
    assert "did not agree" in str(refused.value.block_errors["testimonial"].messages)


@pytest.mark.parametrize("kind", ["html", "mjml", "txt"])
def test_a_yes_that_was_taken_back_empties_the_block_wherever_it_stands(kind, practice):
    block = BLOCKS["testimonial"]
    said = editions.said("They called the next day.")
    context = {**CONTEXT, "practice": practice}
    assert "called the next day" in block.render_as(kind, block.to_python({"testimonial": said.pk}), context)
    editions.taken_back(said)
    assert not block.render_as(kind, block.to_python({"testimonial": said.pk}), context).strip()


@pytest.mark.parametrize("kind", ["html", "mjml", "txt"])
def test_a_service_says_its_own_name_and_sentence_where_the_editor_says_nothing(kind, practice):
    service = ServiceFactory.create(name="Implants", summary="Planned in one visit.")
    block = BLOCKS["service"]
    value = block.to_python({"service": service.pk, "link_label": "See how it works"})
    shown = block.render_as(kind, value, {**CONTEXT, "practice": practice})
    assert "Implants" in shown
    assert "Planned in one visit." in shown
    assert "See how it works" not in shown  # it has no page to lead to


@pytest.mark.parametrize("kind", ["html", "mjml", "txt"])
def test_an_event_names_its_day_and_leads_to_the_file_for_calendars(kind, practice):
    page = event()
    block = BLOCKS["event"]
    shown = block.render_as(kind, block.to_python({"event": page.pk}), {**CONTEXT, "practice": practice})
    assert "Thursday, December 10, 2026, 5:30 PM – 7:00 PM PST" in shown
    assert "/events/implants-explained/event.ics" in shown
