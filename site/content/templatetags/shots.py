"""Pictures on pages: AVIF, WebP or JPEG, in the size that the place needs, with room kept while they load."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import template
from wagtail.images.models import Filter
from wagtail.images.models import Picture as Sources

from content import drawing
from content.models import Picture

register = template.Library()
FORMATS = "format-{avif,webp,jpeg}"


class Shape(NamedTuple):
    """How a picture is cut, in which widths, and how wide it is shown."""

    cuts: str
    sizes: str


SHAPES = {
    "tile": Shape("fill-{480x270,960x540}", "(min-width: 62rem) 23rem, (min-width: 40rem) 45vw, 92vw"),
    "wide": Shape("fill-{640x360,1280x720}", "(min-width: 46rem) 42rem, 92vw"),
    "hero": Shape("fill-{640x520,1280x1040}", "(min-width: 62rem) 33rem, 92vw"),
    "square": Shape("fill-{320x320,720x720}", "(min-width: 62rem) 23rem, 92vw"),
    "portrait": Shape("fill-{400x460,672x772}", "(min-width: 62rem) 21rem, 45vw"),
    "face": Shape("fill-{128x128,256x256}", "4rem"),
    "whole": Shape("width-{640,1280}", "(min-width: 62rem) 48rem, 92vw"),
}


@register.simple_tag
def shot(picture: Picture | None, shape: str = "whole", eager: Any = False, is_aside: Any = False) -> Sources | str:
    """Return the `<picture>` of a picture of the library; nothing for none.

    Args:
        picture: from the library.
        shape: one of SHAPES.
        eager: it stands at the top of the page, so it is asked for first; others wait until they come near.
        is_aside: a title beside it says the same, so it has no words of its own.
    """
    if not picture:
        return ""
    cuts, sizes = SHAPES[shape]
    wanted = [Filter(spec=spec) for spec in Filter.expand_spec([cuts, FORMATS])]
    renditions = drawing.renditions(picture, wanted)
    # of a picture smaller than its place every cut comes out alike, and a width may be named only once
    alike = {(cut.width, spec.rpartition("|")[2]): spec for spec, cut in reversed(renditions.items())}
    renditions = {spec: cut for spec, cut in renditions.items() if spec in alike.values()}
    when = {"fetchpriority": "high"} if eager else {"loading": "lazy"}
    # HTML wants no sizes where there is nothing to choose from
    choice = {"sizes": sizes} if len({cut.width for cut in renditions.values()}) > 1 else {}
    alt = "" if is_aside else picture.default_alt_text
    # whoever hears a Spanish page hears English words as English; the editor's checks find them by this
    language = {"lang": picture.alt_language} if alt and picture.alt_language else {}
    return Sources(renditions, {"alt": alt, **language, **choice, "decoding": "async", **when})
