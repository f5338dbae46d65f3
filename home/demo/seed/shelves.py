"""The picture library: what was drawn for the demo, on shelves by subject, and on the pages that are shared."""

from __future__ import annotations

from django.core.files.images import ImageFile
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.models import Collection

from content.models import Picture
from content.pages import BasePage
from home import pages
from home.demo.seed.library import DRAWINGS
from home.demo.seed.story import Story
from home.models import ContactPage, ForOfficesPage, HomePage, ServiceIndexPage, TeamIndexPage
from newsletter.editions.models import EditionIndexPage, TipIndexPage

LETTERS = "Letters and tips"
SHARED: dict[type[BasePage], str] = {
    HomePage: "door",
    ServiceIndexPage: "chair",
    TeamIndexPage: "hands",
    TipIndexPage: "brushes",
    EditionIndexPage: "cup",
    ForOfficesPage: "street",
    ContactPage: "lighthouse",
}


def shelf(name: str) -> Collection:
    """Return the collection of that name, made where it is missing."""
    root = Collection.get_first_root_node()
    if root is None:
        root = Collection.add_root(name="Root")
    found: Collection | None = root.get_children().filter(name=name).first()
    return found or root.add_child(name=name)


def picture(name: str, *, title: str, alt: str, alt_es: str, drawn: bytes, on: str = "") -> Picture:
    """Return a new picture of the library.

    Args:
        name: of the file.
        title: in the library.
        alt: what it shows.
        alt_es: the same in Spanish.
        drawn: the JPEG itself.
        on: the shelf it stands on; "" for none.
    """
    file = ImageFile(SimpleUploadedFile(name, drawn, "image/jpeg"), name=name)
    place = {"collection": shelf(on)} if on else {}
    made: Picture = Picture.objects.create(title=title, alt=alt, alt_es=alt_es, file=file, **place)
    return made


def tell(story: Story) -> None:
    """Plant the pages, fill the library, and give the pages that are shared most a picture for it."""
    pages.plant(story.met["practice"])
    _fill(story)
    _share(story)


def _fill(story: Story) -> None:
    """Fill the library; the pictures are met by the name of their file."""
    story.met["pictures"] = {
        drawing.name.removesuffix(".jpg"): picture(
            drawing.name,
            title=drawing.title,
            alt=drawing.alt,
            alt_es=drawing.alt_es,
            drawn=drawing.draw().jpeg(),
            on=drawing.shelf,
        )
        for drawing in DRAWINGS
    }


def _share(story: Story) -> None:
    """Give the pages that are shared most a picture for sharing."""
    for kind, name in SHARED.items():
        for page in kind.objects.filter(share_picture__isnull=True):
            page.share_picture = story.met["pictures"][name]
            page.save()
