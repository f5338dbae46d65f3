"""Pictures in letters: JPEG or PNG, with width, height and words, and small enough for a phone on the road."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from content.models import Picture

MOST_BYTES = 90_000
QUALITIES = (72, 55, 40)


@dataclass(frozen=True)
class Shot:
    """One picture as it stands in a letter: an absolute address and the size it is shown at."""

    src: str
    width: int
    height: int
    alt: str


def for_letter(picture: Picture | None, width: int, height: int = 0) -> Shot | None:
    """Return a picture for a letter, drawn at twice its size where that stays small.

    Args:
        picture: from the library; None gives None.
        width: shown width in pixels.
        height: shown height, cut to it; 0 keeps the picture's own proportions.
    """
    if picture is None:
        return None
    rendition = None
    for scale, quality in [*((2, quality) for quality in QUALITIES), (1, QUALITIES[-1])]:
        size = f"fill-{width * scale}x{height * scale}" if height else f"width-{width * scale}"
        rendition = picture.get_rendition(f"{size}|format-jpeg|jpegquality-{quality}")
        if rendition.file.size <= MOST_BYTES:
            break
    assert rendition is not None
    url = rendition.url if "://" in rendition.url else f"{settings.SITE_URL}{rendition.url}"
    shown = min(width, rendition.width) if height == 0 else width
    return Shot(url, shown, height or round(shown * rendition.height / rendition.width), picture.default_alt_text)
