"""Where the picture of a page for sharing is found: the editor's own, or the one that we drew and kept."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from wagtail.models import Page

from accounts.doors import public
from content import sharing
from content.media import KEPT_FOR
from content.pages import BasePage
from practice.models import Practice

FOLDER = "share"
OWN = "fill-1200x630|format-jpeg"


def picture_of(page: BasePage, practice: Practice | None, language: str) -> dict[str, object]:
    """Return the picture that stands for a page in a language: its full `url`, `width`, `height` and `alt`."""
    if page.share_picture is not None:
        own = page.share_picture.get_rendition(OWN)
        alt = page.share_picture.default_alt_text
        return {"url": f"{settings.SITE_URL}{own.url}", "width": own.width, "height": own.height, "alt": alt}
    shown = _card(page, practice, language)
    path = reverse("share_picture", kwargs={"key": page.translation_key, "digest": shown.digest})
    return {"url": f"{settings.SITE_URL}{path}", "width": sharing.WIDTH, "height": sharing.HEIGHT, "alt": shown.title}


def _card(page: BasePage, practice: Practice | None, language: str) -> sharing.Card:
    return sharing.card(page.shown_title, practice, language=language)


@public
@require_safe
def share_picture(request: HttpRequest, key: UUID, digest: str) -> HttpResponse:
    """Answer with the drawn picture of a page that everyone may read; only what such a page shows now is ever drawn."""
    practice = Practice.get()
    pages = Page.objects.live().public().filter(translation_key=key).select_related("locale").specific()
    cards = [_card(page, practice, page.locale.language_code) for page in pages if isinstance(page, BasePage)]
    shown = next((card for card in cards if card.digest == digest), None)
    if shown is None:
        raise Http404
    answer = HttpResponse(_kept(key, shown, {f"{card.digest}.png" for card in cards}), content_type="image/png")
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_FOR}, immutable"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _kept(key: UUID, shown: sharing.Card, current: set[str]) -> bytes:
    folder, name = f"{FOLDER}/{key}", f"{shown.digest}.png"
    if default_storage.exists(f"{folder}/{name}"):
        with default_storage.open(f"{folder}/{name}") as file:
            found: bytes = file.read()
            return found
    drawn = sharing.draw(shown)
    default_storage.save(f"{folder}/{name}", ContentFile(drawn))
    for old in set(default_storage.listdir(folder)[1]) - current:
        default_storage.delete(f"{folder}/{old}")
    return drawn
