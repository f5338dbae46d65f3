"""Pictures are drawn before anybody looks: the worker visits pages after a change, and a page waits for one at most."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from content import drawing
from content.models import Freshness, Picture, PictureRendition
from content.tasks import draw_ahead
from content.templatetags.shots import shot
from home.models import HomePage
from newsletter.editions.models import TipPage
from tests.factories import editions


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    cache.delete(drawing.VISITED)


def pictured(tip: TipPage) -> TipPage:
    """Give a tip a picture and publish it."""
    tip.picture = editions.picture(1600, 1200)
    tip.save_revision().publish()
    Freshness.count_one()
    return tip


def test_a_page_that_is_asked_for_draws_one_small_jpeg_at_most(db: None) -> None:
    picture = editions.picture(1600, 1200)
    html = str(shot(picture, "wide"))
    assert PictureRendition.objects.filter(image=picture).count() == 1
    assert re.search(r'<img [^>]*src="[^"]+\.jpg"[^>]*width="640"', html)
    assert "<source" not in html
    assert 'loading="lazy"' in html
    assert str(shot(picture, "wide")) == html
    assert PictureRendition.objects.count() == 1


def test_what_is_drawn_already_is_shown_as_it_is(db: None) -> None:
    picture = editions.picture(1600, 1200)
    picture.get_rendition("fill-640x360|format-webp")
    html = str(shot(picture, "wide"))
    assert re.findall(r'<source [^>]*type="image/(\w+)"', html) == ["webp"]
    assert 'src="' in html
    with drawing.drawing_all():
        shot(picture, "wide")
    again = str(shot(Picture.objects.get(pk=picture.pk), "wide"))
    assert re.findall(r'<source [^>]*type="image/(\w+)"', again) == ["avif", "webp"]
    assert PictureRendition.objects.filter(image=picture).count() == 6


def test_the_worker_visits_pages_that_changed_and_rests_until_something_changes(
    tip: TipPage, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "MOST_SECONDS", 3600.0)
    page = pictured(tip)
    assert draw_ahead() > 0
    kinds = set(PictureRendition.objects.filter(image=page.picture).values_list("filter_spec", flat=True))
    assert {spec.rpartition("-")[2] for spec in kinds} == {"avif", "webp", "jpeg"}
    assert len(kinds) == 12, "wide on its own page, a tile in the list"
    before = PictureRendition.objects.count()
    assert 'type="image/avif"' in client.get(page.url).content.decode()
    assert PictureRendition.objects.count() == before
    assert draw_ahead() == 0
    Freshness.count_one()
    assert draw_ahead() > 0


def test_it_stops_for_the_mail_and_goes_on_where_it_stopped(tip: TipPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "MOST_SECONDS", -1.0)
    assert drawing.ahead() == 0
    monkeypatch.setattr(drawing, "MOST_SECONDS", 3600.0)
    monkeypatch.setattr(drawing, "MOST_PAGES", 2)
    assert drawing.ahead() == 2
    assert drawing.ahead() == 0
    monkeypatch.setattr(drawing, "MOST_PAGES", 3)
    assert drawing.ahead() == 1


@pytest.mark.parametrize("trouble", [ValueError("a block that nobody knows any more"), None])
def test_a_page_that_cannot_be_shown_stops_nothing_and_is_told(
    site: HomePage, monkeypatch: pytest.MonkeyPatch, trouble: Exception | None
) -> None:
    def visited(self: HomePage, *args: object, **kwargs: object) -> HttpResponse:
        if trouble:
            raise trouble
        return HttpResponse(status=500)

    told: list[tuple[object, ...]] = []
    monkeypatch.setattr(HomePage, "make_preview_request", visited)
    for name in ("exception", "warning"):
        monkeypatch.setattr(drawing.logger, name, lambda *said: told.append(said))
    assert drawing.ahead() > 1
    assert [said[1] for said in told] == [site.pk]
