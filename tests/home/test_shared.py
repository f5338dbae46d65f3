"""What is shown where somebody shares a page: title, words, and a picture of its own that anybody may fetch."""

from __future__ import annotations

import io
import re
from html import unescape
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image
from wagtail.models import PageViewRestriction

from content import sharing
from home.models import HomePage, ServicePage
from newsletter.editions.models import TipPage
from practice.models import Practice
from tests.factories import editions


def heads(client: Client, path: str) -> dict[str, str]:
    """Return what the head of a page says by name or property."""
    html = client.get(path).content.decode()
    found = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', html)
    assert len({name for name, _ in found}) == len(found)
    return {name: unescape(words) for name, words in found}


def local(address: str) -> str:
    """Return the path of a full address of ours."""
    assert address.startswith("http://127.0.0.1:8000/")
    return address.removeprefix("http://127.0.0.1:8000")


def test_a_page_has_title_words_and_a_picture(tip: TipPage, client: Client) -> None:
    said = heads(client, tip.url)
    assert (said["og:title"], said["og:description"], said["og:type"]) == (tip.title, tip.lede, "article")
    assert (said["og:image:width"], said["og:image:height"]) == ("1200", "630")
    assert said["og:image:alt"] == tip.title
    assert said["twitter:card"] == "summary_large_image"
    answer = client.get(local(said["og:image"]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    assert "immutable" in answer["Cache-Control"]
    assert not answer.cookies
    assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)


def test_a_picture_is_drawn_once(tip: TipPage, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    path = local(heads(client, tip.url)["og:image"])
    first = client.get(path).content
    monkeypatch.setattr(sharing, "draw", lambda card: pytest.fail("drawn again"))
    assert client.get(path).content == first


def test_another_title_is_another_picture_and_the_old_one_is_gone(tip: TipPage, client: Client) -> None:
    old = local(heads(client, tip.url)["og:image"])
    client.get(old)
    tip.title = "Is cola hard on teeth?"
    tip.save()
    new = local(heads(client, tip.url)["og:image"])
    assert new != old
    assert client.get(new).status_code == 200
    assert client.get(old).status_code == 404
    assert len(default_storage.listdir(f"share/{tip.translation_key}")[1]) == 1


def test_nothing_is_drawn_for_a_wrong_name_or_page(tip: TipPage, client: Client) -> None:
    path = local(heads(client, tip.url)["og:image"])
    other = ServicePage.objects.get(slug="root-canal")
    for wrong in (
        path.replace(path[-24:-4], "0" * 20),
        path.replace(str(tip.translation_key), str(other.translation_key)),
        path.replace(str(tip.translation_key), str(uuid4())),
        "/media/share/not-a-key/x.png",
        f"/media/share/{tip.translation_key}/../../x.png",
        f"/media/share/{tip.translation_key}/.png",
    ):
        assert client.get(wrong).status_code == 404, wrong
    assert client.post(path).status_code in {403, 405}


def test_a_page_that_nobody_may_read_has_no_picture(tip: TipPage, client: Client) -> None:
    path = local(heads(client, tip.url)["og:image"])
    PageViewRestriction.objects.create(page=tip.page_ptr, restriction_type=PageViewRestriction.LOGIN)
    assert client.get(path).status_code == 404
    PageViewRestriction.objects.all().delete()
    tip.unpublish()
    assert client.get(path).status_code == 404


def test_a_spanish_page_has_a_picture_in_spanish_whoever_asks(spanish: HomePage, client: Client) -> None:
    Practice.objects.update(descriptor="Dental & Implant Studio", descriptor_es="Odontología e implantes")
    english, translated = (heads(client, path)["og:image"] for path in ("/team/", "/es/team/"))
    assert english != translated
    for address in (english, translated):
        assert client.get(local(address)).status_code == 200
    practice = Practice.get()
    lines = {language: sharing.card("x", practice, language=language).line for language in ("en", "es")}
    assert lines == {"en": "Dental & Implant Studio", "es": "Odontología e implantes"}


def test_the_editors_own_picture_wins(tip: TipPage, client: Client) -> None:
    tip.share_picture = editions.picture(1600, 1000, alt="A glass of water")
    tip.save()
    said = heads(client, tip.url)
    assert "/media/images/" in said["og:image"]
    assert said["og:image"].endswith((".jpg", ".jpeg"))
    assert said["og:image:alt"] == "A glass of water"


def test_a_page_says_its_one_address_without_a_query(site: HomePage, client: Client) -> None:
    for path, query in (("/", "?utm_source=x"), ("/services/", "?page=1"), ("/health-tips/", "?topic=gums&page=2")):
        html = client.get(path + query).content.decode()
        assert f'<link rel="canonical" href="http://127.0.0.1:8000{path}">' in html


def test_hostile_words_in_a_head_are_words(site: HomePage, client: Client) -> None:
    words = "\"><script>alert(1)</script>'&"
    Practice.objects.update(name=words)
    HomePage.objects.update(title=words, seo_title=words, search_description=words)
    said = heads(client, "/")
    assert (said["og:title"], said["description"], said["og:site_name"]) == (words, words, words)
    assert client.get(local(said["og:image"])).status_code == 200
