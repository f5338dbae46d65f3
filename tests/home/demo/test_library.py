"""The demo's picture library: drawn, described, on shelves, and used."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from content.models import Picture
from content.picture_form import FILE_NAME, OPENING
from home.demo.seed import shelves
from home.demo.seed.drawings import HEIGHT, WIDTH
from home.demo.seed.library import DRAWINGS, Drawing
from home.demo.seed.story import Story
from home.models import HomePage
from newsletter.editions.models import EditionPage


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda drawing: drawing.name)
def test_a_drawing_is_a_jpeg_that_says_what_it_shows(drawing: Drawing) -> None:
    drawn = drawing.draw().jpeg()
    image = Image.open(BytesIO(drawn))
    assert (image.format, image.size) == ("JPEG", (WIDTH, HEIGHT))
    assert len(drawn) < 120_000
    assert len(image.getcolors(WIDTH * HEIGHT) or []) > 100, "more than an empty sheet"
    for words in (drawing.alt, drawing.alt_es):
        assert 20 < len(words) < 120
        assert not FILE_NAME.search(words)
        assert not OPENING.search(words)
    assert drawing.alt_es.startswith("Dibujo: ")


def test_drawings_have_names_of_their_own_and_several_shelves() -> None:
    assert len({drawing.name for drawing in DRAWINGS}) == len(DRAWINGS) >= 10
    assert len({drawing.shelf for drawing in DRAWINGS}) >= 4


@pytest.mark.django_db
def test_the_library_stands_on_shelves(told: Story) -> None:
    by_shelf = {picture.collection.name for picture in Picture.objects.filter(title__in=[d.title for d in DRAWINGS])}
    assert by_shelf == {drawing.shelf for drawing in DRAWINGS}
    assert Picture.objects.filter(collection=shelves.shelf(shelves.LETTERS)).count() >= 12
    assert not Picture.objects.filter(alt="", is_decoration=False).exists()


@pytest.mark.django_db
def test_every_picture_of_the_demo_is_described_in_spanish_too(told: Story) -> None:
    assert Picture.objects.exists()
    assert [one.title for one in Picture.objects.filter(alt_es="", is_decoration=False)] == []


@pytest.mark.django_db
def test_pages_and_letters_use_it(told: Story) -> None:
    home = HomePage.objects.get(locale__language_code="en")
    assert home.share_picture is not None
    assert home.share_picture.title == "Our door"
    drawn = set(Picture.objects.filter(title__in=[d.title for d in DRAWINGS]).values_list("pk", flat=True))
    used = {
        block["value"].get("picture")
        for edition in EditionPage.objects.all()
        for block in edition.body.raw_data
        if block["type"] in {"picture_and_text", "service"}
    }
    assert len(used & drawn) >= 8
