"""Every page type and every block explains itself to an editor, and shows a picture of itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.blocks import Block, StreamBlock
from wagtail.fields import StreamField
from wagtail.models import Page, get_page_models

from accounts.models import User
from home.models import ContactPage, HomePage
from newsletter.editions.models import TipPage
from tests.cast import sign_in

TYPES = [model for model in get_page_models() if model is not Page]


def blocks() -> Iterator[tuple[str, Block]]:
    """Yield each block that an editor may choose, with where it stands."""
    for model in TYPES:
        for field in model._meta.local_fields:
            if isinstance(field, StreamField) and isinstance(field.stream_block, StreamBlock):
                for name, block in field.stream_block.child_blocks.items():
                    yield f"{model.__name__}.{field.name}.{name}", block


BLOCKS = dict(blocks())


@pytest.mark.parametrize("model", TYPES, ids=lambda model: model.__name__)
def test_a_page_type_says_what_it_is_for_and_where_it_belongs(model: type[Page]) -> None:
    description = str(model.get_page_description())
    assert description.endswith(".")
    assert 30 < len(description) < 140
    assert model.parent_page_types, "may stand anywhere"
    assert str(model.get_verbose_name()) != model.__name__


def test_there_are_blocks() -> None:
    assert len(BLOCKS) >= 10


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_says_what_it_is_and_has_an_icon(name: str) -> None:
    block = BLOCKS[name]
    assert str(block.get_description()).endswith("."), name
    assert block.meta.icon != "placeholder"
    assert block.is_previewable
    assert getattr(block.meta, "preview_value", None) or set(block.child_blocks) <= {"for_whom"}, name


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_shows_a_picture_of_itself(
    site: HomePage, tip: TipPage, hannah: User, client: Client, name: str
) -> None:
    address = reverse("wagtailadmin_block_preview")
    answer = sign_in(client, hannah).get(address, {"id": BLOCKS[name].definition_prefix})
    assert answer.status_code == 200
    shown = BLOCKS[name].get_preview_value()
    said = [value for value in shown.values() if isinstance(value, str) and " " in value] or [*map(str, shown.values())]
    assert (said[0].partition(" ")[0] if said else "<hr>") in answer.text


def test_the_choice_of_page_types_shows_what_each_is_for(site: HomePage, hannah: User, client: Client) -> None:
    ContactPage.objects.get().delete()
    html = sign_in(client, hannah).get(reverse("wagtailadmin_pages:add_subpage", args=[site.pk])).text
    assert "A page of plain text" in html
    assert "Where you are, when you are open" in html
